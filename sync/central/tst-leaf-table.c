/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-leaf-table.h"

#include "base/tst-error.h"
#include "central/tst-projection.h"
#include "protocol/tst-bundle.h"
#include "record/tst-body.h"

#include <string.h>

gboolean
tst_leaf_table_next (TstStore *store, guint64 *next, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT coalesce (max (idx) + 1, 0) FROM leaf", error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  *next = tst_statement_int (statement, 0);
  return TRUE;
}

/* --- central's own chain --- */

static gboolean
own_head (TstStore *store, const char *device, guint64 *seq, TstHash *prev, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT seq, text_hash FROM leaf WHERE device = ? AND chain = 'central'"
                                        " ORDER BY seq DESC LIMIT 1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, device);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  *seq = row ? tst_statement_int (statement, 0) : 0;
  memset (prev, 0, sizeof *prev);
  if (row && !tst_statement_hash (statement, 1, prev))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED, "A leaf of central's own chain has no hash");
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_leaf_table_sign_own (TstStore *store, TstCentral *central, const TstCheckpoint *anchor, TstAppendEntry *entry,
                         GError **error)
{
  TstSigningKey *key = tst_central_get_records_key (central);
  TstEnvelopeFields fields = { .chain = TST_CHAIN_CENTRAL, .kind = entry->kind };
  TstTimestamp now;

  if (!own_head (store, tst_signing_key_get_name (key), &fields.seq, &fields.prev, error))
    return FALSE;
  if (entry->body == NULL)
    {
      entry->body = tst_body_write (entry->content, 0);
      entry->json = tst_body_parse (entry->body, error);
      if (entry->json == NULL)
        return FALSE;
    }
  tst_clock_now (tst_central_get_clock (central), &now);
  fields.seq++;
  fields.id = tst_json_string (entry->content, "id");
  fields.utc_s = now.utc_us / G_USEC_PER_SEC;
  fields.time_source = now.source;
  fields.uncertainty_s = now.uncertainty_s;
  fields.body = tst_hash_bytes (entry->body);
  if (anchor != NULL && anchor->size > 0)
    {
      fields.anchor_origin = anchor->origin;
      fields.anchor_size = anchor->size;
      fields.anchor_root = anchor->root;
    }
  g_clear_pointer (&entry->envelope, tst_envelope_unref);
  entry->envelope = tst_envelope_sign (&fields, key);
  return TRUE;
}

/* --- adding --- */

typedef enum
{
  BODY_MISSING,
  BODY_HERE,
  BODY_ERASED
} BodyState;

static BodyState
parse_body_state (const char *text)
{
  if (g_strcmp0 (text, "here") == 0)
    return BODY_HERE;
  return g_strcmp0 (text, "erased") == 0 ? BODY_ERASED : BODY_MISSING;
}

static gboolean
find_leaf (TstStore *store, TstAppendEntry *entry, gboolean *found, BodyState *state, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store, "SELECT idx, fork, body_state FROM leaf WHERE text_hash = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (entry->envelope));
  if (!tst_statement_step (statement, found, error))
    return FALSE;
  if (*found)
    {
      entry->index = tst_statement_int (statement, 0);
      entry->fork = tst_statement_int (statement, 1) != 0;
      *state = parse_body_state (tst_statement_text (statement, 2));
    }
  return TRUE;
}

/* Marks all records under the same number, should there be any. */
static gboolean
mark_fork (TstStore *store, TstAppendEntry *entry, GError **error)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (entry->envelope);
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store, "UPDATE leaf SET fork = 1 WHERE device = ? AND chain = ? AND seq = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_envelope_get_device (entry->envelope));
  tst_statement_bind_text (statement, 2, tst_chain_name (fields->chain));
  tst_statement_bind_int (statement, 3, fields->seq);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  entry->fork = tst_store_changes (store) > 0;
  return TRUE;
}

static gboolean
insert_leaf (TstStore *store, TstAppendEntry *entry, gint64 now_s, GError **error)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (entry->envelope);
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store,
                                 "INSERT INTO leaf (idx, text_hash, note, device, chain, seq, id, kind, utc_s, body_hash,"
                                 " received_s, fork, body_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, entry->index);
  tst_statement_bind_hash (statement, 2, tst_envelope_get_text_hash (entry->envelope));
  tst_statement_bind_bytes (statement, 3, tst_envelope_get_note (entry->envelope));
  tst_statement_bind_text (statement, 4, tst_envelope_get_device (entry->envelope));
  tst_statement_bind_text (statement, 5, tst_chain_name (fields->chain));
  tst_statement_bind_int (statement, 6, fields->seq);
  tst_statement_bind_text (statement, 7, fields->id);
  tst_statement_bind_text (statement, 8, tst_kind_name (fields->kind));
  tst_statement_bind_int (statement, 9, fields->utc_s);
  tst_statement_bind_hash (statement, 10, &fields->body);
  tst_statement_bind_int (statement, 11, now_s);
  tst_statement_bind_int (statement, 12, entry->fork);
  tst_statement_bind_text (statement, 13, entry->body != NULL ? "here" : "missing");
  return tst_statement_step (statement, NULL, error);
}

static gboolean
insert_body (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store, "INSERT OR REPLACE INTO body (text_hash, bytes) VALUES (?, ?)", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (entry->envelope));
  tst_statement_bind_bytes (statement, 2, entry->body);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
set_body_here (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store, "UPDATE leaf SET body_state = 'here' WHERE idx = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, entry->index);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
insert_media (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (GPtrArray) media = tst_body_get_media (entry->json, NULL);
  g_autoptr (TstStatement) statement = NULL;

  if (media == NULL || media->len == 0)
    return TRUE;
  statement = tst_store_prepare (store, "INSERT OR IGNORE INTO record_media (text_hash, sha256, bytes, type, role)"
                                        " VALUES (?, ?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < media->len; i++)
    {
      TstPartRef *ref = g_ptr_array_index (media, i);

      tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (entry->envelope));
      tst_statement_bind_hash (statement, 2, &ref->sha256);
      tst_statement_bind_int (statement, 3, ref->bytes);
      tst_statement_bind_text (statement, 4, ref->type);
      tst_statement_bind_text (statement, 5, ref->role);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
      tst_statement_reset (statement);
    }
  return TRUE;
}

/* The body as it is stored already, for parts that come later than their body. */
static gboolean
load_json (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean row;

  if (entry->json != NULL)
    return TRUE;
  statement = tst_store_prepare (store, "SELECT bytes FROM body WHERE text_hash = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (entry->envelope));
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  bytes = row ? tst_statement_bytes (statement, 0) : NULL;
  /* A body that is no body stays what it is; the record simply names nothing. */
  if (bytes != NULL)
    entry->json = tst_body_parse (bytes, NULL);
  return TRUE;
}

static TstBundlePart *
find_part (TstAppendEntry *entry, const TstHash *sha256)
{
  for (guint i = 0; entry->parts != NULL && i < entry->parts->len; i++)
    {
      TstBundlePart *part = g_ptr_array_index (entry->parts, i);

      if (tst_hash_equal (&part->sha256, sha256))
        return part;
    }
  return NULL;
}

static gboolean
insert_parts (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (GPtrArray) named = NULL;
  g_autoptr (TstStatement) statement = NULL;

  if (entry->parts == NULL || entry->parts->len == 0)
    return TRUE;
  if (!load_json (store, entry, error))
    return FALSE;
  named = entry->json != NULL ? tst_body_get_sealed (entry->json, NULL) : NULL;
  if (named == NULL)
    return TRUE;
  statement = tst_store_prepare (store, "INSERT OR IGNORE INTO part (sha256, text_hash, purpose, bytes)"
                                        " VALUES (?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < named->len; i++)
    {
      TstPartRef *ref = g_ptr_array_index (named, i);
      TstBundlePart *part = find_part (entry, &ref->sha256);
      gboolean erased = FALSE;

      if (part == NULL || g_bytes_get_size (part->bytes) != ref->bytes)
        continue;
      if (!tst_projection_is_erased (store, &ref->sha256, &erased, error))
        return FALSE;
      if (erased)
        continue;
      tst_statement_bind_hash (statement, 1, &ref->sha256);
      tst_statement_bind_hash (statement, 2, tst_envelope_get_text_hash (entry->envelope));
      tst_statement_bind_text (statement, 3, ref->role != NULL ? ref->role : "");
      tst_statement_bind_bytes (statement, 4, part->bytes);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
      tst_statement_reset (statement);
    }
  return TRUE;
}

static gboolean
run_statement (TstStore *store, const char *sql, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  return statement != NULL && tst_statement_step (statement, NULL, error);
}

/* Is it the disk's or the store's trouble, and not something about this record? */
static gboolean
is_general (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE) || g_error_matches (error, TST_ERROR, TST_ERROR_IO) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_READ_ONLY) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_STORE_DAMAGED) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED);
}

/* A record that the projection stumbles over must not stand in front of the others: it is in the log, its content is kept, and it shows
 * up when the projection was mended and rebuilt. */
static gboolean
project (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!run_statement (store, "SAVEPOINT projection", error))
    return FALSE;
  if (!tst_projection_apply (store, entry->index, entry->envelope, entry->body != NULL ? entry->json : NULL, &local))
    {
      if (entry->content != NULL || is_general (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_warning ("Record %" G_GUINT64_FORMAT " was taken but cannot be shown (%s); rebuild the projections when this is mended",
                 entry->index, tst_error_code (local));
      if (!run_statement (store, "ROLLBACK TO projection", error))
        return FALSE;
    }
  return run_statement (store, "RELEASE projection", error);
}

gboolean
tst_leaf_table_add (TstStore *store, TstAppendEntry *entry, gint64 now_s, guint64 *next, GError **error)
{
  BodyState state = BODY_MISSING;
  gboolean new_body;

  if (!find_leaf (store, entry, &entry->known, &state, error))
    return FALSE;
  new_body = entry->body != NULL && state == BODY_MISSING;
  if (!entry->known)
    {
      entry->index = *next;
      if (!mark_fork (store, entry, error) || !insert_leaf (store, entry, now_s, error))
        return FALSE;
      ++*next;
    }
  else if (new_body && !set_body_here (store, entry, error))
    return FALSE;
  if (new_body && (!insert_body (store, entry, error) ||
                   (entry->json != NULL && !insert_media (store, entry, error))))
    return FALSE;
  if (state != BODY_ERASED && !insert_parts (store, entry, error))
    return FALSE;
  if (entry->known && !new_body)
    return TRUE;
  return project (store, entry, error);
}

/* --- reading back --- */

static void
hold (TstAppendEntry *entry, const TstHash *hash, GBytes *bytes)
{
  TstHash computed = bytes != NULL ? tst_hash_bytes (bytes) : (TstHash) { 0 };
  TstHolding holding;

  if (bytes == NULL || !tst_hash_equal (&computed, hash))
    {
      g_array_append_val (entry->missing, *hash);
      return;
    }
  holding.sha256 = *hash;
  holding.bytes = g_bytes_get_size (bytes);
  g_array_append_val (entry->holdings, holding);
}

static gboolean
read_bytes (TstStore *store, const char *sql, const TstHash *key, GBytes **bytes, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, key);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  *bytes = row ? tst_statement_bytes (statement, 0) : NULL;
  return TRUE;
}

static gboolean
read_parts (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (GPtrArray) named = entry->json != NULL ? tst_body_get_sealed (entry->json, NULL) : NULL;

  for (guint i = 0; named != NULL && i < named->len; i++)
    {
      TstPartRef *ref = g_ptr_array_index (named, i);
      g_autoptr (GBytes) bytes = NULL;
      gboolean erased = FALSE;

      if (!read_bytes (store, "SELECT bytes FROM part WHERE sha256 = ?", &ref->sha256, &bytes, error) ||
          (bytes == NULL && !tst_projection_is_erased (store, &ref->sha256, &erased, error)))
        return FALSE;
      if (!erased)
        hold (entry, &ref->sha256, bytes);
    }
  return TRUE;
}

static gboolean
read_missing_media (TstStore *store, TstAppendEntry *entry, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  guint first = entry->missing->len;
  gboolean row = TRUE;

  statement = tst_store_prepare (store,
                                 "SELECT m.sha256 FROM record_media m LEFT JOIN holding h ON h.sha256 = m.sha256"
                                 " WHERE m.text_hash = ? AND h.sha256 IS NULL", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, tst_envelope_get_text_hash (entry->envelope));
  while (row)
    {
      TstHash hash;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (row && tst_statement_hash (statement, 0, &hash))
        g_array_append_val (entry->missing, hash);
    }
  for (guint i = first; i < entry->missing->len;)
    {
      gboolean erased = FALSE;

      if (!tst_projection_is_erased (store, &g_array_index (entry->missing, TstHash, i), &erased, error))
        return FALSE;
      if (erased)
        g_array_remove_index (entry->missing, i);
      else
        i++;
    }
  return TRUE;
}

gboolean
tst_leaf_table_read_back (TstStore *store, TstAppendEntry *entry, GError **error)
{
  const TstHash *text_hash = tst_envelope_get_text_hash (entry->envelope);
  const TstHash *body_hash = &tst_envelope_get_fields (entry->envelope)->body;
  g_autoptr (GBytes) body = NULL;
  BodyState state = BODY_MISSING;
  gboolean found;

  g_array_set_size (entry->missing, 0);
  g_array_set_size (entry->holdings, 0);
  if (!find_leaf (store, entry, &found, &state, error))
    return FALSE;
  if (state == BODY_ERASED)
    return TRUE;
  if (state == BODY_MISSING)
    {
      g_array_append_val (entry->missing, *body_hash);
      return TRUE;
    }
  if (!read_bytes (store, "SELECT bytes FROM body WHERE text_hash = ?", text_hash, &body, error))
    return FALSE;
  hold (entry, body_hash, body);
  if (entry->json == NULL && body != NULL)
    entry->json = tst_body_parse (body, NULL);
  return read_parts (store, entry, error) && read_missing_media (store, entry, error);
}
