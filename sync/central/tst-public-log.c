/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-log.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-decision-mirror.h"
#include "central/tst-leaf-mirror.h"
#include "central/tst-restoration.h"
#include "central/tst-tree-check.h"

#include <string.h>

#define LOST_TAIL                                                                                                                       \
  "Devices hold a newer state of this log than the store, as after restoring an old copy. Nothing is taken, signed or published until " \
  "the missing leaves are back (docs: restoring central)."
#define TWO_PASTS                                                                                                                      \
  "A device holds a checkpoint of this log that the store's leaves do not give: an old copy went on signing. Nothing is signed any "  \
  "more; a new log begins with \"log new-origin\" (docs: restoring central)."

/* Leaves read, mirrored and signed in one go: bounds the memory of a long repair (4 KiB each at most). */
#define EXTEND_STEP 8192

struct _TstPublicLog
{
  TstCentral *central; /* not owned: the central owns us */
  TstLeafMirror *mirror;        /* (nullable) */
  TstDecisionMirror *decisions; /* (nullable) with @mirror */
  TstTreeReader *reader; /* on the store thread only */

  GMutex lock; /* guards what follows */
  char *read_only;
  TstCheckpoint *checkpoint;
  gboolean restored;    /* marked, and not yet known to be whole */
  TstCheckpoint *ahead; /* (nullable) the newest that a device has shown and the store does not reach */
};

/* --- tiles, on the store thread --- */

static gboolean
tile_from_table (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data, GError **error)
{
  TstPublicLog *self = user_data;
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean row = FALSE;

  statement = tst_store_prepare (tst_central_get_store (self->central),
                                 "SELECT hashes FROM tile WHERE level = ? AND idx = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, level);
  tst_statement_bind_int (statement, 2, index);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    bytes = tst_statement_bytes (statement, 0);
  if (bytes == NULL || g_bytes_get_size (bytes) < width * sizeof (TstHash))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_PROOF, "Tile %u/%" G_GUINT64_FORMAT " of the log is not there",
                   level, index);
      return FALSE;
    }
  memcpy (hashes, g_bytes_get_data (bytes, NULL), width * sizeof (TstHash));
  return TRUE;
}

static gboolean
tile_to_table (guint level, guint64 index, guint width, const TstHash *hashes, gpointer user_data, GError **error)
{
  TstPublicLog *self = user_data;
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (tst_central_get_store (self->central),
                                 "INSERT OR REPLACE INTO tile (level, idx, width, hashes) VALUES (?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, level);
  tst_statement_bind_int (statement, 2, index);
  tst_statement_bind_int (statement, 3, width);
  tst_statement_bind_blob (statement, 4, hashes, width * sizeof (TstHash));
  return tst_statement_step (statement, NULL, error);
}

GArray *
tst_public_log_inclusion (TstPublicLog *self, guint64 index, guint64 size, GError **error)
{
  tst_store_assert_thread (tst_central_get_store (self->central));
  return tst_tree_reader_inclusion (self->reader, index, size, error);
}

GArray *
tst_public_log_consistency (TstPublicLog *self, guint64 old_size, guint64 size, GError **error)
{
  tst_store_assert_thread (tst_central_get_store (self->central));
  if (old_size == 0 || old_size == size)
    return g_array_new (FALSE, FALSE, sizeof (TstHash));
  return tst_tree_reader_consistency (self->reader, old_size, size, error);
}

/* --- extending --- */

typedef struct
{
  TstPublicLog *self;
  guint64 from;
  GPtrArray *notes;     /* of GBytes */
  GArray *hashes;       /* of TstHash */
  TstCheckpoint *signed_now;
} Extension;

static gboolean
read_leaves (TstStore *store, gpointer data, GError **error)
{
  Extension *extension = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT idx, note FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, extension->from);
  tst_statement_bind_int (statement, 2, EXTEND_STEP);
  while (tst_statement_step (statement, &row, error))
    {
      GBytes *note;
      TstHash hash;

      if (!row)
        return TRUE;
      if ((guint64) tst_statement_int (statement, 0) != extension->from + extension->notes->len)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_GAP, "Leaf %" G_GUINT64_FORMAT " of the log is missing",
                       extension->from + extension->notes->len);
          return FALSE;
        }
      note = tst_statement_bytes (statement, 1);
      hash = tst_merkle_leaf (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
      g_ptr_array_add (extension->notes, note);
      g_array_append_val (extension->hashes, hash);
    }
  return FALSE;
}

static gboolean
write_checkpoint (TstStore *store, gpointer data, GError **error)
{
  Extension *extension = data;
  TstPublicLog *self = extension->self;
  guint64 size = extension->from + extension->hashes->len;
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  TstHash root = tst_merkle_empty_root ();

  if (extension->hashes->len > 0 && !tst_tree_append (extension->from, extension->hashes, tile_from_table,
                                                      tile_to_table, self, error))
    return FALSE;
  if (size > 0 && !tst_tree_reader_root (self->reader, size, &root, error))
    return FALSE;
  checkpoint = tst_checkpoint_sign (tst_central_get_origin (self->central), size, &root,
                                    tst_central_get_log_key (self->central));
  statement = tst_store_prepare (store, "INSERT INTO checkpoint (size, note, signed_s) VALUES (?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, size);
  tst_statement_bind_bytes (statement, 2, checkpoint->note);
  tst_statement_bind_int (statement, 3, tst_central_now_s (self->central));
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  extension->signed_now = g_steal_pointer (&checkpoint);
  return TRUE;
}

static gboolean
extend_step (TstPublicLog *self, guint64 from, guint64 *size, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  Extension extension = { .self = self, .from = from, .notes = notes, .hashes = hashes };
  TstStore *store = tst_central_get_store (self->central);

  *size = from;
  if (!tst_store_read (store, read_leaves, &extension, error))
    return FALSE;
  if (notes->len == 0 && self->checkpoint != NULL)
    return TRUE;
  /* Off this disk before it is signed: a checkpoint that was shown can then always be reproduced. */
  if (self->mirror != NULL &&
      (!tst_leaf_mirror_append (self->mirror, from, notes, error) ||
       !tst_restoration_mirror_decisions (self->central, self->decisions, from, from + notes->len, FALSE, error)))
    return FALSE;
  if (!tst_store_write (store, write_checkpoint, &extension, error))
    {
      g_clear_pointer (&extension.signed_now, tst_checkpoint_free);
      return FALSE;
    }
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->checkpoint, tst_checkpoint_free);
  self->checkpoint = extension.signed_now;
  g_mutex_unlock (&self->lock);
  *size = from + hashes->len;
  return TRUE;
}

gboolean
tst_public_log_extend (TstPublicLog *self, GError **error)
{
  g_autofree char *read_only = tst_public_log_dup_read_only (self);
  guint64 size = self->checkpoint != NULL ? self->checkpoint->size : 0;
  guint64 before;

  if (read_only != NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_READ_ONLY, read_only);
      return FALSE;
    }
  do
    {
      before = size;
      if (!extend_step (self, before, &size, error))
        return FALSE;
    }
  while (size != before);
  return TRUE;
}

/* --- opening --- */

static void
set_read_only (TstPublicLog *self, const char *why)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->read_only == NULL)
    self->read_only = g_strdup (why);
}

static void
set_restored (TstPublicLog *self)
{
  self->restored = TRUE;
  set_read_only (self, "This data folder was restored from a copy, and nothing shows yet that the copy is whole. Nothing is taken, signed or "
                       "published until the devices have shown what they hold, or until \"log resume\" (docs: restoring central).");
}

/* The stored proof that the store was longer once. */
static gboolean
check_ahead (TstPublicLog *self, TstTreeCheck *check, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) note = tst_restoration_load_ahead (self->central, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (note == NULL)
    return TRUE;
  self->ahead = tst_checkpoint_open (note, tst_signing_key_get_verifier (tst_central_get_log_key (self->central)), NULL);
  if (self->ahead == NULL)
    return tst_restoration_store_ahead (self->central, NULL, error);
  if (self->ahead->size > check->leaves->len)
    {
      set_read_only (self, LOST_TAIL);
      return TRUE;
    }
  if (tst_tree_check_reproduces (check, self->ahead))
    {
      g_clear_pointer (&self->ahead, tst_checkpoint_free);
      return tst_restoration_store_ahead (self->central, NULL, error);
    }
  set_read_only (self, TWO_PASTS);
  return TRUE;
}

/* A copy is whole when the mirror, which had every leaf before it was signed over, knows no more. A mirror that knows less proves nothing. */
static gboolean
check_mark (TstPublicLog *self, TstTreeCheck *check, GError **error)
{
  guint64 undecided = 0;

  if (!tst_restoration_count_undecided (self->central, &undecided, error))
    return FALSE;
  if (undecided > 0)
    {
      set_read_only (self, "Decisions of the log are there without their content, so something erased or withheld might show again. Nothing "
                           "is taken, signed or published until the file \"decisions\" of the mirror is back (docs: restoring central).");
      return TRUE;
    }
  if (!tst_restoration_is_marked (self->central))
    return TRUE;
  if (check->leaves->len > 0 && self->mirror != NULL && check->mirrored >= check->leaves->len)
    return tst_restoration_clear_mark (self->central, error);
  set_restored (self);
  return TRUE;
}

static TstTreeCheck *
check_and_refill (TstPublicLog *self, GError **error)
{
  g_autoptr (TstTreeCheck) check = tst_tree_check_run (self->central, self->mirror, TST_TREE_CHECK_QUICK, error);

  if (check == NULL || !check->behind || check->mirrored <= check->leaves->len)
    return g_steal_pointer (&check);
  g_message ("The store has %u leaves and its mirror %" G_GUINT64_FORMAT ": taking up again what the store lacks", check->leaves->len,
             check->mirrored);
  if (!tst_restoration_refill (self->central, self->mirror, self->decisions, check->leaves->len, error))
    return NULL;
  return tst_tree_check_run (self->central, self->mirror, TST_TREE_CHECK_QUICK, error);
}

static gboolean
check_at_open (TstPublicLog *self, GError **error)
{
  g_autoptr (TstTreeCheck) check = check_and_refill (self, error);
  g_autofree char *read_only = NULL;

  if (check == NULL)
    return FALSE;
  self->checkpoint = check->newest != NULL ? tst_checkpoint_copy (check->newest) : NULL;
  if (check->refusal != NULL)
    {
      set_read_only (self, check->refusal);
      return TRUE;
    }
  if (!tst_tree_check_repair (check, self->central, error) || !check_ahead (self, check, error) || !check_mark (self, check, error))
    return FALSE;
  read_only = tst_public_log_dup_read_only (self);
  if (read_only != NULL)
    return TRUE;
  if (self->mirror != NULL &&
      (!tst_tree_check_fill_mirror (check, self->central, self->mirror, error) ||
       !tst_restoration_mirror_decisions (self->central, self->decisions, 0, check->leaves->len, TRUE, error)))
    return FALSE;
  return tst_public_log_extend (self, error);
}

static gboolean
open_mirror (TstPublicLog *self, const char *mirror, gboolean fresh, GError **error)
{
  g_autofree char *leaves = g_build_filename (mirror, "leaves", NULL);

  /* On a disk that is not mounted a new mirror would begin, and seem complete. */
  if (!fresh && !g_file_test (leaves, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_MISSING,
                   "The mirror of the log is not in %s. Is its disk mounted? \"serve --mirror DIR\" begins another one.", mirror);
      return FALSE;
    }
  self->mirror = tst_leaf_mirror_open (mirror, error);
  self->decisions = self->mirror != NULL ? tst_decision_mirror_open (mirror, error) : NULL;
  return self->decisions != NULL;
}

TstPublicLog *
tst_public_log_open (TstCentral *central, const char *mirror, gboolean fresh, GError **error)
{
  TstPublicLog *self = g_new0 (TstPublicLog, 1);

  g_mutex_init (&self->lock);
  self->central = central;
  self->reader = tst_tree_reader_new (tile_from_table, self);
  if ((mirror != NULL && !open_mirror (self, mirror, fresh, error)) || !check_at_open (self, error))
    {
      tst_public_log_free (self);
      return NULL;
    }
  return self;
}

/* --- a store that is older than what devices hold --- */

typedef struct
{
  TstPublicLog *self;
  guint64 size;
  TstHash root;
  guint64 leaves;
} Rooting;

static gboolean
read_root (TstStore *store, gpointer data, GError **error)
{
  Rooting *rooting = data;

  return tst_tree_reader_root (rooting->self->reader, rooting->size, &rooting->root, error);
}

gboolean
tst_public_log_compare (TstPublicLog *self, GBytes *note, GError **error)
{
  g_autoptr (TstCheckpoint) shown = NULL;
  g_autoptr (TstCheckpoint) ours = tst_public_log_dup_checkpoint (self);
  Rooting rooting = { .self = self, .root = tst_merkle_empty_root () };

  shown = tst_checkpoint_open (note, tst_signing_key_get_verifier (tst_central_get_log_key (self->central)), NULL);
  /* Not of this log, or nothing to hold against us. */
  if (shown == NULL || shown->size == 0)
    return TRUE;
  if (ours != NULL && shown->size <= ours->size)
    {
      rooting.size = shown->size;
      if (!tst_store_read (tst_central_get_store (self->central), read_root, &rooting, error))
        return FALSE;
      if (tst_hash_equal (&rooting.root, &shown->root))
        return TRUE;
      set_read_only (self, TWO_PASTS);
    }
  g_mutex_lock (&self->lock);
  if (self->ahead != NULL && self->ahead->size >= shown->size)
    {
      g_mutex_unlock (&self->lock);
      return TRUE;
    }
  g_clear_pointer (&self->ahead, tst_checkpoint_free);
  self->ahead = tst_checkpoint_copy (shown);
  self->restored = TRUE;
  g_mutex_unlock (&self->lock);
  set_read_only (self, LOST_TAIL);
  g_warning ("A device holds a checkpoint of %" G_GUINT64_FORMAT " leaves and this log has %" G_GUINT64_FORMAT
             ": an old copy was restored. Nothing is signed until the rest is back", shown->size, ours != NULL ? ours->size : 0);
  /* So that the next start does not sign before this device comes again; and others may know of more still. */
  return tst_restoration_store_ahead (self->central, note, error) && tst_restoration_set_mark (self->central, error);
}

gboolean
tst_public_log_is_behind (TstPublicLog *self, TstCheckpoint **ahead)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->restored && self->ahead == NULL)
    return FALSE;
  if (ahead != NULL)
    *ahead = self->ahead != NULL ? tst_checkpoint_copy (self->ahead) : NULL;
  return TRUE;
}

gboolean
tst_public_log_look_again (TstPublicLog *self, GError **error)
{
  g_autofree char *before = tst_public_log_dup_read_only (self);
  gboolean done;

  if (before == NULL)
    return TRUE;
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->ahead, tst_checkpoint_free);
  g_clear_pointer (&self->checkpoint, tst_checkpoint_free);
  g_clear_pointer (&self->read_only, g_free);
  self->restored = FALSE;
  g_mutex_unlock (&self->lock);
  done = check_at_open (self, error);
  if (!done)
    set_read_only (self, before);
  return done;
}

gboolean
tst_public_log_resume (TstPublicLog *self, GError **error)
{
  g_autoptr (TstCheckpoint) ahead = NULL;

  if (tst_public_log_is_behind (self, &ahead) && ahead != NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                   "A device has shown that this log had %" G_GUINT64_FORMAT " leaves. Let the devices synchronise, or begin a new log with "
                   "\"log new-origin\".", ahead->size);
      return FALSE;
    }
  return tst_restoration_clear_mark (self->central, error) && tst_public_log_look_again (self, error);
}

void
tst_public_log_free (TstPublicLog *self)
{
  g_clear_pointer (&self->reader, tst_tree_reader_free);
  g_clear_pointer (&self->mirror, tst_leaf_mirror_free);
  g_clear_pointer (&self->decisions, tst_decision_mirror_free);
  g_clear_pointer (&self->checkpoint, tst_checkpoint_free);
  g_clear_pointer (&self->ahead, tst_checkpoint_free);
  g_free (self->read_only);
  g_mutex_clear (&self->lock);
  g_free (self);
}

char *
tst_public_log_dup_read_only (TstPublicLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->read_only);
}

TstCheckpoint *
tst_public_log_dup_checkpoint (TstPublicLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->checkpoint != NULL ? tst_checkpoint_copy (self->checkpoint) : NULL;
}

/* --- proofs and verification --- */

typedef struct
{
  TstPublicLog *self;
  guint64 index;
  guint64 size;
  GArray *proof;
} Proving;

static gboolean
prove (TstStore *store, gpointer data, GError **error)
{
  Proving *proving = data;

  proving->proof = tst_public_log_inclusion (proving->self, proving->index, proving->size, error);
  return proving->proof != NULL;
}

GBytes *
tst_public_log_prove (TstPublicLog *self, guint64 index, GError **error)
{
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (self);
  Proving proving = { .self = self, .index = index };
  GBytes *file;

  if (checkpoint == NULL || index >= checkpoint->size)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No signed checkpoint covers this record yet");
      return NULL;
    }
  proving.size = checkpoint->size;
  if (!tst_store_read (tst_central_get_store (self->central), prove, &proving, error))
    return NULL;
  file = tst_tlog_proof_write (index, proving.proof, checkpoint);
  g_array_unref (proving.proof);
  return file;
}

gboolean
tst_public_log_verify (TstPublicLog *self, TstLogFault fault, gpointer user_data, guint64 *leaves, GError **error)
{
  g_autoptr (TstLeafMirror) mirror = NULL;
  g_autoptr (TstTreeCheck) check = NULL;

  /* A reader of its own: the appender may be writing to the other one. */
  if (self->mirror != NULL)
    {
      mirror = tst_leaf_mirror_open_reader (tst_leaf_mirror_get_folder (self->mirror), error);
      if (mirror == NULL)
        return FALSE;
    }
  check = tst_tree_check_run (self->central, mirror, TST_TREE_CHECK_FULL, error);
  if (check == NULL)
    return FALSE;
  for (guint i = 0; i < check->faults->len; i++)
    {
      const TstTreeFault *one = &g_array_index (check->faults, TstTreeFault, i);

      fault (one->code, one->index, user_data);
    }
  *leaves = check->leaves->len;
  return TRUE;
}
