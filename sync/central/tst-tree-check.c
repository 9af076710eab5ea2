/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tree-check.h"

#include "base/tst-error.h"

#include <string.h>

#define STEP 8192
#define TILE_WIDTH 256
/* Checkpoints looked at on each start; "verify" goes through all. */
#define QUICK_CHECKPOINTS 64

typedef struct
{
  TstTreeCheck *check;
  TstTreeCheckDepth depth;
  GPtrArray *notes;   /* of GBytes, this step's */
  GPtrArray *hashes;  /* of GBytes: the text hashes stored beside them, full depth only */
  guint64 from;
  gboolean gap;
  GPtrArray *checkpoints; /* of GBytes */
  guint64 *sizes;
} Pass;

static void
add_fault (TstTreeCheck *self, const char *code, gint64 index)
{
  TstTreeFault fault = { code, index };

  g_array_append_val (self->faults, fault);
}

static void
refuse (TstTreeCheck *self, const char *why)
{
  if (self->refusal == NULL)
    self->refusal = g_strdup_printf ("%s What is published stays readable; nothing new is signed until this is mended "
                                     "(docs: restoring central).",
                                     why);
}

static gboolean
read_step (TstStore *store, gpointer data, GError **error)
{
  Pass *pass = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT idx, note, text_hash FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?",
                                 error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, pass->from);
  tst_statement_bind_int (statement, 2, STEP);
  while (tst_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      if ((guint64) tst_statement_int (statement, 0) != pass->from + pass->notes->len)
        {
          pass->gap = TRUE;
          return TRUE;
        }
      g_ptr_array_add (pass->notes, tst_statement_bytes (statement, 1));
      g_ptr_array_add (pass->hashes, tst_statement_bytes (statement, 2));
    }
  return FALSE;
}

static void
check_envelope (TstTreeCheck *self, GBytes *note, GBytes *stored, guint64 index)
{
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (note, NULL);

  if (envelope == NULL)
    add_fault (self, "bad-envelope", index);
  else if (stored == NULL || g_bytes_get_size (stored) != sizeof (TstHash) ||
           memcmp (g_bytes_get_data (stored, NULL), tst_envelope_get_text_hash (envelope), sizeof (TstHash)) != 0)
    add_fault (self, "hash-mismatch", index);
}

/* FALSE: the mirror has another leaf there. */
static gboolean
same_in_mirror (TstTreeCheck *self, TstLeafMirror *mirror, GBytes *note, GError **error)
{
  g_autoptr (GBytes) copy = NULL;

  if (mirror == NULL || self->leaves->len >= self->mirrored)
    return TRUE;
  copy = tst_leaf_mirror_next (mirror, error);
  return copy != NULL && g_bytes_equal (copy, note);
}

static gboolean
read_leaves (TstTreeCheck *self, TstCentral *central, TstLeafMirror *mirror, TstTreeCheckDepth depth, GError **error)
{
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      Pass pass = { .check = self, .depth = depth, .notes = notes, .hashes = hashes, .from = self->leaves->len };

      if (!tst_store_read (tst_central_get_store (central), read_step, &pass, error))
        return FALSE;
      for (guint i = 0; i < notes->len; i++)
        {
          GBytes *note = g_ptr_array_index (notes, i);
          TstHash hash = tst_merkle_leaf (g_bytes_get_data (note, NULL), g_bytes_get_size (note));

          if (!same_in_mirror (self, mirror, note, error))
            {
              if (error != NULL && *error != NULL)
                return FALSE;
              add_fault (self, "hash-mismatch", self->leaves->len);
              refuse (self, "The mirror of the log has another leaf than the store.");
            }
          if (depth == TST_TREE_CHECK_FULL)
            check_envelope (self, note, g_ptr_array_index (hashes, i), self->leaves->len);
          g_array_append_val (self->leaves, hash);
        }
      if (pass.gap)
        {
          add_fault (self, "gap", self->leaves->len);
          refuse (self, "A leaf of the log is missing.");
        }
      more = notes->len == STEP && !pass.gap;
    }
  if (self->leaves->len < self->mirrored)
    {
      add_fault (self, "gap", self->leaves->len);
      self->behind = TRUE;
    }
  return TRUE;
}

/* --- the tree in memory: levels[l] holds the hashes of level l of the tiles, complete or not --- */

static gboolean
tile_from_levels (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data, GError **error)
{
  TstTreeCheck *self = user_data;
  GArray *array = level < self->levels->len ? g_ptr_array_index (self->levels, level) : NULL;

  if (array == NULL || index * TILE_WIDTH + width > array->len)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF, "The log has fewer leaves than the checkpoint");
      return FALSE;
    }
  memcpy (hashes, &g_array_index (array, TstHash, index * TILE_WIDTH), width * sizeof (TstHash));
  return TRUE;
}

static TstHash
tile_root (const TstHash *hashes)
{
  TstHash row[TILE_WIDTH];

  memcpy (row, hashes, sizeof row);
  for (guint n = TILE_WIDTH; n > 1; n /= 2)
    for (guint i = 0; i < n / 2; i++)
      row[i] = tst_merkle_node (&row[2 * i], &row[2 * i + 1]);
  return row[0];
}

static void
compute_levels (TstTreeCheck *self)
{
  GArray *below = self->leaves;

  g_ptr_array_add (self->levels, g_array_ref (below));
  while (below->len >= TILE_WIDTH)
    {
      GArray *level = g_array_new (FALSE, FALSE, sizeof (TstHash));

      for (guint i = 0; i + TILE_WIDTH <= below->len; i += TILE_WIDTH)
        {
          TstHash root = tile_root (&g_array_index (below, TstHash, i));

          g_array_append_val (level, root);
        }
      g_ptr_array_add (self->levels, level);
      below = level;
    }
}

/* --- checkpoints --- */

static gboolean
read_checkpoints (TstStore *store, gpointer data, GError **error)
{
  Pass *pass = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, pass->depth == TST_TREE_CHECK_FULL ? -1 : QUICK_CHECKPOINTS);
  while (tst_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (pass->checkpoints, tst_statement_bytes (statement, 0));
    }
  return FALSE;
}

static gboolean
check_checkpoints (TstTreeCheck *self, TstCentral *central, TstTreeCheckDepth depth, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (tile_from_levels, self);
  TstVerifier *verifier = tst_signing_key_get_verifier (tst_central_get_log_key (central));
  Pass pass = { .checkpoints = notes, .depth = depth };

  if (!tst_store_read (tst_central_get_store (central), read_checkpoints, &pass, error))
    return FALSE;
  for (guint i = 0; i < notes->len; i++)
    {
      g_autoptr (TstCheckpoint) checkpoint = tst_checkpoint_open (g_ptr_array_index (notes, i), verifier, NULL);
      TstHash root = tst_merkle_empty_root ();

      if (checkpoint == NULL)
        {
          add_fault (self, "bad-signature", -1);
          refuse (self, "A stored checkpoint does not carry this log's signature.");
          continue;
        }
      if (checkpoint->size > self->leaves->len)
        {
          add_fault (self, "gap", self->leaves->len);
          self->behind = TRUE;
        }
      else if ((checkpoint->size > 0 && !tst_tree_reader_root (reader, checkpoint->size, &root, NULL)) ||
               !tst_hash_equal (&root, &checkpoint->root))
        {
          add_fault (self, "bad-proof", checkpoint->size);
          refuse (self, "The leaves do not give the root of a checkpoint that was signed over them.");
        }
      if (self->newest == NULL)
        self->newest = g_steal_pointer (&checkpoint);
    }
  return TRUE;
}

/* --- the tile table --- */

static guint64
hashes_at (guint64 size, guint level)
{
  while (level-- > 0)
    size /= TILE_WIDTH;
  return size;
}

static gboolean
compare_tiles (TstStore *store, gpointer data, GError **error)
{
  TstTreeCheck *self = ((Pass *) data)->check;
  g_autoptr (TstStatement) statement = NULL;
  guint64 size = self->newest != NULL ? self->newest->size : 0;
  guint64 expected = 0;
  guint64 found = 0;
  gboolean row;

  for (guint level = 0; hashes_at (size, level) > 0; level++)
    expected += (hashes_at (size, level) + TILE_WIDTH - 1) / TILE_WIDTH;
  statement = tst_store_prepare (store, "SELECT level, idx, width, hashes FROM tile", error);
  if (statement == NULL)
    return FALSE;
  while (tst_statement_step (statement, &row, error))
    {
      g_autoptr (GBytes) bytes = NULL;
      guint64 level;
      guint64 index;
      guint64 width;
      guint64 at_level;
      GArray *array;

      if (!row)
        {
          self->tiles_differ |= found != expected;
          return TRUE;
        }
      level = tst_statement_int (statement, 0);
      index = tst_statement_int (statement, 1);
      bytes = tst_statement_bytes (statement, 3);
      at_level = level < 8 ? hashes_at (size, level) : 0;
      width = index < at_level / TILE_WIDTH ? TILE_WIDTH
                                             : (index == at_level / TILE_WIDTH ? at_level % TILE_WIDTH : 0);
      array = level < self->levels->len ? g_ptr_array_index (self->levels, level) : NULL;
      if (width == 0 || array == NULL || bytes == NULL || (guint64) tst_statement_int (statement, 2) != width ||
          g_bytes_get_size (bytes) != width * sizeof (TstHash) ||
          memcmp (g_bytes_get_data (bytes, NULL), &g_array_index (array, TstHash, index * TILE_WIDTH),
                  width * sizeof (TstHash)) != 0)
        self->tiles_differ = TRUE;
      found++;
    }
  return FALSE;
}

TstTreeCheck *
tst_tree_check_run (TstCentral *central, TstLeafMirror *mirror, TstTreeCheckDepth depth, GError **error)
{
  g_autoptr (TstTreeCheck) self = g_new0 (TstTreeCheck, 1);
  g_autoptr (GError) local = NULL;
  Pass pass = { .check = self, .depth = depth };

  self->leaves = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->faults = g_array_new (FALSE, FALSE, sizeof (TstTreeFault));
  self->levels = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  if (mirror != NULL)
    {
      tst_leaf_mirror_rewind (mirror);
      self->mirrored = tst_leaf_mirror_get_count (mirror);
    }
  if (!read_leaves (self, central, mirror, depth, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  compute_levels (self);
  if (!check_checkpoints (self, central, depth, error))
    return NULL;
  /* Only that, and nothing worse: it can be filled up again. */
  self->behind = self->behind && self->refusal == NULL;
  if (self->behind)
    refuse (self, "The store lacks leaves that were signed before, as after restoring an old copy.");
  if (self->refusal == NULL && !tst_store_read (tst_central_get_store (central), compare_tiles, &pass, error))
    return NULL;
  if (self->tiles_differ)
    add_fault (self, "bad-proof", -1);
  return g_steal_pointer (&self);
}

void
tst_tree_check_add (TstTreeCheck *self, GArray *hashes)
{
  g_array_append_vals (self->leaves, hashes->data, hashes->len);
  g_ptr_array_set_size (self->levels, 0);
  compute_levels (self);
}

gboolean
tst_tree_check_reproduces (TstTreeCheck *self, const TstCheckpoint *checkpoint)
{
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (tile_from_levels, self);
  TstHash root = tst_merkle_empty_root ();

  return checkpoint->size <= self->leaves->len && (checkpoint->size == 0 || tst_tree_reader_root (reader, checkpoint->size, &root, NULL)) &&
         tst_hash_equal (&root, &checkpoint->root);
}

static gboolean
write_tiles (TstStore *store, gpointer data, GError **error)
{
  TstTreeCheck *self = data;
  g_autoptr (TstStatement) statement = NULL;
  guint64 size = self->newest != NULL ? self->newest->size : 0;

  if (!tst_store_exec (store, "DELETE FROM tile", error))
    return FALSE;
  statement = tst_store_prepare (store, "INSERT INTO tile (level, idx, width, hashes) VALUES (?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  for (guint level = 0; hashes_at (size, level) > 0; level++)
    {
      GArray *array = g_ptr_array_index (self->levels, level);
      guint64 n = hashes_at (size, level);

      for (guint64 i = 0; i < n; i += TILE_WIDTH)
        {
          guint64 width = MIN (TILE_WIDTH, n - i);

          tst_statement_bind_int (statement, 1, level);
          tst_statement_bind_int (statement, 2, i / TILE_WIDTH);
          tst_statement_bind_int (statement, 3, width);
          tst_statement_bind_blob (statement, 4, &g_array_index (array, TstHash, i), width * sizeof (TstHash));
          if (!tst_statement_step (statement, NULL, error))
            return FALSE;
          tst_statement_reset (statement);
        }
    }
  return TRUE;
}

gboolean
tst_tree_check_repair (TstTreeCheck *self, TstCentral *central, GError **error)
{
  return !self->tiles_differ || tst_store_write (tst_central_get_store (central), write_tiles, self, error);
}

gboolean
tst_tree_check_fill_mirror (TstTreeCheck *self, TstCentral *central, TstLeafMirror *mirror, GError **error)
{
  while (tst_leaf_mirror_get_count (mirror) < self->leaves->len)
    {
      g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      Pass pass = { .notes = notes, .hashes = hashes, .from = tst_leaf_mirror_get_count (mirror) };

      if (!tst_store_read (tst_central_get_store (central), read_step, &pass, error) ||
          !tst_leaf_mirror_append (mirror, pass.from, notes, error))
        return FALSE;
    }
  return TRUE;
}

void
tst_tree_check_free (TstTreeCheck *self)
{
  g_clear_pointer (&self->leaves, g_array_unref);
  g_clear_pointer (&self->faults, g_array_unref);
  g_clear_pointer (&self->levels, g_ptr_array_unref);
  g_clear_pointer (&self->newest, tst_checkpoint_free);
  g_free (self->refusal);
  g_free (self);
}
