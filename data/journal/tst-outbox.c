/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "record/tst-body.h"

#include <sodium.h>
#include <string.h>

/* What is still owed to central. States only ever move on what central proved; "received" is set here and nowhere else, in the
 * transaction that stores the last piece of proof. */

void
tst_outbox_record_free (TstOutboxRecord *self)
{
  g_clear_pointer (&self->envelope, tst_envelope_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  for (guint i = 0; self->parts != NULL && i < self->parts->len; i++)
    {
      TstSealedPart *part = self->parts->pdata[i];

      g_bytes_unref (part->bytes);
      g_free (part);
    }
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

/* --- records that are due --- */

typedef struct
{
  TstFieldBook *self;
  TstChain chain;
  guint max_records;
  gsize max_bytes;
  gint64 now_s;
  GPtrArray *records;
} Due;

gboolean
tst_outbox_load_parts (TstStore *store, const TstHash *text_hash, GPtrArray *parts, gsize *bytes, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT sha256, bytes FROM sealed_part WHERE text_hash = ?1 ORDER BY sha256", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, text_hash);
  while (TRUE)
    {
      TstSealedPart *part;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      part = g_new0 (TstSealedPart, 1);
      tst_statement_hash (statement, 0, &part->sha256);
      part->bytes = tst_statement_bytes (statement, 1);
      if (part->bytes == NULL)
        part->bytes = g_bytes_new (NULL, 0);
      *bytes += g_bytes_get_size (part->bytes);
      g_ptr_array_add (parts, part);
    }
}

static const char due_field[]
  = "SELECT o.text_hash, j.note, j.body, j.body_sealed, o.content FROM outbox o JOIN journal_field j ON j.text_hash = o.text_hash"
    " LEFT JOIN event e ON e.id = o.event"
    " WHERE o.chain = 'field' AND o.state = 'saved' AND o.sent = 0 AND o.due_s <= ?1"
    " ORDER BY coalesce (e.starts_s, 9223372036854775807) DESC, o.event, j.n LIMIT ?2";
static const char due_open[]
  = "SELECT o.text_hash, j.note, j.body, j.body_sealed, o.content FROM outbox o JOIN journal_open j ON j.text_hash = o.text_hash"
    " WHERE o.chain = 'open' AND o.state = 'saved' AND o.sent = 0 AND o.due_s <= ?1 ORDER BY o.text_hash LIMIT ?2";

static gboolean
find_due (TstStore *store, gpointer data, GError **error)
{
  Due *due = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, due->chain == TST_CHAIN_OPEN ? due_open : due_field, error);
  gsize total = 0;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, due->now_s);
  tst_statement_bind_int (statement, 2, due->max_records);
  while (TRUE)
    {
      g_autoptr (GBytes) note = NULL;
      TstOutboxRecord *record;
      TstHash text_hash;
      gboolean content;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      record = g_new0 (TstOutboxRecord, 1);
      record->parts = g_ptr_array_new ();
      g_ptr_array_add (due->records, record);
      note = tst_statement_bytes (statement, 1);
      record->envelope = note != NULL ? tst_envelope_parse (note, error) : NULL;
      if (record->envelope == NULL)
        {
          if (error != NULL && *error == NULL)
            g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED, "A record of the journal cannot be read.");
          return FALSE;
        }
      content = tst_statement_int (statement, 4) != 0;
      record->body_sealed = tst_statement_int (statement, 3) != 0;
      total += g_bytes_get_size (note);
      if (content)
        {
          record->body = tst_statement_bytes (statement, 2);
          total += record->body != NULL ? g_bytes_get_size (record->body) : 0;
          tst_statement_hash (statement, 0, &text_hash);
          if (record->body != NULL && !tst_outbox_load_parts (store, &text_hash, record->parts, &total, error))
            return FALSE;
        }
      if (total > due->max_bytes)
        {
          /* The last one was too much, unless it is alone. */
          if (due->records->len > 1)
            g_ptr_array_remove_index (due->records, due->records->len - 1);
          return TRUE;
        }
    }
}

static void
shuffle (GPtrArray *records)
{
  for (guint i = records->len; i > 1; i--)
    {
      guint j = randombytes_uniform (i);
      gpointer swap = records->pdata[i - 1];

      records->pdata[i - 1] = records->pdata[j];
      records->pdata[j] = swap;
    }
}

GPtrArray *
tst_outbox_due_records (TstFieldBook *self, TstChain chain, guint max_records, gsize max_bytes, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_record_free);
  Due due = { self, chain, max_records, max_bytes, 0, records };
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  g_return_val_if_fail (chain == TST_CHAIN_FIELD || chain == TST_CHAIN_OPEN, NULL);
  tst_clock_now (self->clock, &now);
  due.now_s = now.utc_us / G_USEC_PER_SEC;
  if (!tst_store_read (self->store, find_due, &due, error))
    return NULL;
  if (chain == TST_CHAIN_OPEN)
    shuffle (records);
  return g_steal_pointer (&records);
}

/* --- proof --- */

/* After a piece of proof for the record: is its bundle part done, is all of it received? */
static gboolean
settle (TstStore *store, const TstHash *text_hash, GError **error)
{
  g_autoptr (TstStatement) sent = tst_store_prepare (
    store,
    "UPDATE outbox SET sent = 1 WHERE text_hash = ?1 AND sent = 0 AND proof_index IS NOT NULL AND NOT EXISTS ("
    "  SELECT 1 FROM needed n WHERE n.text_hash = ?1 AND n.what <> 'medium'"
    "  AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.sha256 = n.sha256))", error);
  g_autoptr (TstStatement) received = NULL;

  if (sent == NULL)
    return FALSE;
  tst_statement_bind_hash (sent, 1, text_hash);
  if (!tst_statement_step (sent, NULL, error))
    return FALSE;
  received = tst_store_prepare (
    store,
    "UPDATE outbox SET state = 'received', code = NULL, message = NULL WHERE text_hash = ?1 AND state <> 'received' AND sent = 1"
    " AND NOT EXISTS (SELECT 1 FROM needed n WHERE n.text_hash = ?1"
    "   AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.sha256 = n.sha256 AND (n.what = 'body' OR h.bytes = n.bytes)))", error);
  if (received == NULL)
    return FALSE;
  tst_statement_bind_hash (received, 1, text_hash);
  return tst_statement_step (received, NULL, error);
}

static gboolean
store_checkpoint (TstStore *store, const TstCheckpoint *checkpoint, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT OR IGNORE INTO checkpoint (size, origin, root, note) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, checkpoint->size);
  tst_statement_bind_text (statement, 2, checkpoint->origin);
  tst_statement_bind_hash (statement, 3, &checkpoint->root);
  tst_statement_bind_bytes (statement, 4, checkpoint->note);
  return tst_statement_step (statement, NULL, error);
}

typedef struct
{
  const TstInclusion *items;
  guint n_items;
  const TstCheckpoint *checkpoint;
} Inclusions;

static gboolean
store_inclusions (TstStore *store, gpointer data, GError **error)
{
  Inclusions *inclusions = data;

  if (!store_checkpoint (store, inclusions->checkpoint, error))
    return FALSE;
  for (guint i = 0; i < inclusions->n_items; i++)
    {
      const TstInclusion *item = &inclusions->items[i];
      g_autoptr (TstStatement) statement = tst_store_prepare (
        store, "UPDATE outbox SET proof_index = ?2, proof = ?3, proof_size = ?4 WHERE text_hash = ?1", error);

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_hash (statement, 1, &item->record);
      tst_statement_bind_int (statement, 2, item->index);
      tst_statement_bind_blob (statement, 3, item->proof->data, (gsize) item->proof->len * sizeof (TstHash));
      tst_statement_bind_int (statement, 4, inclusions->checkpoint->size);
      if (!tst_statement_step (statement, NULL, error) || !settle (store, &item->record, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_store_inclusions (TstFieldBook *self, const TstInclusion *items, guint n_items, const TstCheckpoint *checkpoint,
                             GError **error)
{
  Inclusions inclusions = { items, n_items, checkpoint };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && checkpoint != NULL, FALSE);
  return tst_store_write (self->store, store_inclusions, &inclusions, error);
}

typedef struct
{
  GBytes *note;
  gint64 issued_s;
  const TstHeld *items;
  guint n_items;
} Holding;

static gboolean
settle_all_naming (TstStore *store, const TstHash *sha256, GError **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (TstHash));

  {
    g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT text_hash FROM needed WHERE sha256 = ?1", error);
    gboolean row;

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_hash (statement, 1, sha256);
    while (TRUE)
      {
        TstHash text_hash;

        if (!tst_statement_step (statement, &row, error))
          return FALSE;
        if (!row)
          break;
        if (tst_statement_hash (statement, 0, &text_hash))
          g_array_append_val (records, text_hash);
      }
  }
  for (guint i = 0; i < records->len; i++)
    if (!settle (store, &g_array_index (records, TstHash, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
store_held_item (TstStore *store, const TstHeld *item, const TstHash *note, gint64 issued_s, GError **error)
{
  g_autoptr (TstStatement) holding = tst_store_prepare (
    store, "INSERT INTO holding (sha256, bytes, issued_s, note) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sha256) DO UPDATE SET"
           " bytes = excluded.bytes, issued_s = excluded.issued_s, note = excluded.note WHERE excluded.issued_s >= issued_s",
    error);
  g_autoptr (TstStatement) medium = NULL;

  if (holding == NULL)
    return FALSE;
  tst_statement_bind_hash (holding, 1, &item->sha256);
  tst_statement_bind_int (holding, 2, item->bytes);
  tst_statement_bind_int (holding, 3, issued_s);
  tst_statement_bind_hash (holding, 4, note);
  if (!tst_statement_step (holding, NULL, error))
    return FALSE;
  medium = tst_store_prepare (
    store, "UPDATE medium SET state = CASE state WHEN 'freed' THEN 'freed' ELSE 'held' END, upload_url = NULL, code = NULL, message = NULL"
           " WHERE sha256 = ?1 AND bytes = ?2", error);
  if (medium == NULL)
    return FALSE;
  tst_statement_bind_hash (medium, 1, &item->sha256);
  tst_statement_bind_int (medium, 2, item->bytes);
  return tst_statement_step (medium, NULL, error) && settle_all_naming (store, &item->sha256, error);
}

static gboolean
store_holding (TstStore *store, gpointer data, GError **error)
{
  Holding *holding = data;
  TstHash hash = tst_hash_bytes (holding->note);

  {
    g_autoptr (TstStatement) statement = tst_store_prepare (
      store, "INSERT OR IGNORE INTO holding_note (sha256, issued_s, note) VALUES (?1, ?2, ?3)", error);

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_hash (statement, 1, &hash);
    tst_statement_bind_int (statement, 2, holding->issued_s);
    tst_statement_bind_bytes (statement, 3, holding->note);
    if (!tst_statement_step (statement, NULL, error))
      return FALSE;
  }
  for (guint i = 0; i < holding->n_items; i++)
    if (!store_held_item (store, &holding->items[i], &hash, holding->issued_s, error))
      return FALSE;
  /* Old notes that no holding leans on any more. */
  return tst_store_exec (store, "DELETE FROM holding_note WHERE NOT EXISTS (SELECT 1 FROM holding h WHERE h.note = holding_note.sha256)",
                         error);
}

gboolean
tst_outbox_store_holding (TstFieldBook *self, GBytes *note, gint64 issued_at_s, const TstHeld *items, guint n_items,
                          GError **error)
{
  Holding holding = { note, issued_at_s, items, n_items };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && note != NULL, FALSE);
  return tst_store_write (self->store, store_holding, &holding, error);
}

/* --- checkpoints --- */

static gboolean
load_checkpoint (TstStore *store, gpointer data, GError **error)
{
  TstCheckpoint **checkpoint = data;
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT size, origin, root, note FROM checkpoint ORDER BY size DESC LIMIT 1", error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    {
      g_autofree char *origin = g_strdup (tst_statement_text (statement, 1));
      g_autoptr (GBytes) note = tst_statement_bytes (statement, 3);
      TstCheckpoint view = { .origin = origin, .size = tst_statement_int (statement, 0), .note = note };

      tst_statement_hash (statement, 2, &view.root);
      *checkpoint = tst_checkpoint_copy (&view);
    }
  return TRUE;
}

TstCheckpoint *
tst_outbox_get_checkpoint (TstFieldBook *self, GError **error)
{
  TstCheckpoint *checkpoint = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  tst_store_read (self->store, load_checkpoint, &checkpoint, error);
  return checkpoint;
}

static gboolean
store_one_checkpoint (TstStore *store, gpointer data, GError **error)
{
  return store_checkpoint (store, data, error);
}

gboolean
tst_outbox_store_checkpoint (TstFieldBook *self, const TstCheckpoint *checkpoint, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && checkpoint != NULL, FALSE);
  return tst_store_write (self->store, store_one_checkpoint, (gpointer) checkpoint, error);
}

/* --- counts --- */

typedef struct
{
  TstOutboxCounts *counts;
  gint64 now_s;
} Counting;

static gboolean
count_query (TstStore *store, const char *sql, gint64 now_s, guint64 *values, guint n_values, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  if (now_s >= 0)
    tst_statement_bind_int (statement, 1, now_s);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  for (guint i = 0; i < n_values; i++)
    values[i] = row ? (guint64) tst_statement_int (statement, i) : 0;
  return TRUE;
}

static gboolean
count_in_store (TstStore *store, gpointer data, GError **error)
{
  Counting *counting = data;
  TstOutboxCounts *counts = counting->counts;
  guint64 waiting[5], done[2], aside[1], media[2];

  if (!count_query (store,
                    "SELECT count(*) FILTER (WHERE started = 0 AND due_s <= ?1), count(*) FILTER (WHERE started = 1),"
                    "  count(*) FILTER (WHERE started = 0 AND due_s > ?1),"
                    "  coalesce (sum(bytes) FILTER (WHERE sent = 0), 0),"
                    "  coalesce (min(utc_s) FILTER (WHERE started = 1 OR due_s <= ?1), 0)"
                    " FROM (SELECT due_s, sent, bytes, utc_s, proof_index IS NOT NULL OR sent AS started FROM outbox"
                    "  WHERE state = 'saved')", counting->now_s, waiting, 5, error)
      || !count_query (store,
                       "SELECT count(*) - count(v.id), count(v.id) FROM outbox o LEFT JOIN verdict v"
                       " ON v.id = o.id AND v.type = 'accept' WHERE o.state = 'received'", -1, done, 2, error)
      || !count_query (store,
                       "SELECT (SELECT count(*) FROM outbox WHERE state = 'set_aside') + (SELECT count(*) FROM medium"
                       " WHERE state = 'set_aside')", -1, aside, 1, error)
      || !count_query (store,
                       "SELECT count(*), coalesce (sum(bytes), 0) FROM medium m WHERE state IN ('due', 'uploading', 'sent') AND (chain <> 'open' OR"
                       " EXISTS (SELECT 1 FROM needed n JOIN outbox o ON o.text_hash = n.text_hash WHERE n.sha256 = m.sha256 AND o.due_s <= ?1))",
                       counting->now_s, media, 2, error))
    return FALSE;
  counts->saved = waiting[0];
  counts->sending = waiting[1];
  counts->held = waiting[2];
  counts->received = done[0];
  counts->published = done[1];
  counts->set_aside = aside[0];
  counts->pending = waiting[0] + waiting[1];
  counts->pending_bytes = waiting[3] + media[1];
  counts->oldest_pending_s = waiting[4];
  return TRUE;
}

gboolean
tst_outbox_counts (TstFieldBook *self, TstOutboxCounts *counts, GError **error)
{
  Counting counting = { counts, 0 };
  TstTimestamp now;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && counts != NULL, FALSE);
  tst_clock_now (self->clock, &now);
  counting.now_s = MAX (now.utc_us / G_USEC_PER_SEC, 0);
  *counts = (TstOutboxCounts) { 0 };
  return tst_store_read (self->store, count_in_store, &counting, error);
}
