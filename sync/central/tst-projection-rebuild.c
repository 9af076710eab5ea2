/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "record/tst-body.h"

#define BATCH 500

/* Not "tombstone": an erasure outlives even the loss of the record that ordered it. */
static const char *const projected[] = { "item", "change", "event", "contribution", "work", "decision", "derivative",
                                           "mark", "cell", "extent", "stream_record", "form" };

/* For each table what makes two of them equal. Places in the log are left out: two logs may hold the same records in another order. */
static const char *const dumps[] = {
  "SELECT 'item', id, hex (text_hash), device, kind, type, event, work, utc_s, state, decided_s, reason, title, content, taken_s,"
  " shown, revealed FROM item ORDER BY id",
  "SELECT 'change', hex (text_hash), type, target, device, chain, seq, utc_s, content FROM change ORDER BY text_hash",
  "SELECT 'event', id, assigned, type, title, work, starts_s, ends_s, closed, content FROM event ORDER BY id",
  "SELECT 'contribution', number, id, class, topic, event, work, received_s, due_on, state, radicado, answer, answered_s,"
  " public_ok, dependency, routed_s, passed_to, passed_s, live_s, sent_s FROM contribution ORDER BY number",
  "SELECT 'work', code, gone, content, status, comuna, sector, dependency, lat, lon, budget, starts, ends FROM work ORDER BY code",
  "SELECT 'decision', type, target, hex (target_hash), target_device, reason, utc_s, account, role FROM decision ORDER BY idx",
  "SELECT 'derivative', hex (sha256), id, width, height, bytes, type FROM derivative ORDER BY id, type, width",
  "SELECT 'mark', layer, id, m FROM mark ORDER BY layer, id",
  "SELECT 'cell', layer, level, m, n, sx, sy FROM cell ORDER BY layer, level, m",
  "SELECT 'extent', k.layer, k.id, e.west, e.east, e.south, e.north FROM extent e JOIN mark k ON k.n = e.n ORDER BY k.layer, k.id",
  "SELECT 'stream_record', id, type, stream, event, device, content FROM stream_record ORDER BY id",
  "SELECT 'form', code, content FROM form ORDER BY code",
  "SELECT 'tally', work, n FROM tally WHERE n > 0 ORDER BY work",
  "SELECT 'gallery', id, taken_s, work, event, type, phase FROM gallery ORDER BY id",
  "SELECT 'tombstone', hex (sha256) FROM tombstone ORDER BY sha256",
};

typedef struct
{
  guint64 idx;
  GBytes *note;
  GBytes *body;
} Row;

static void
row_clear (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->note, g_bytes_unref);
  g_clear_pointer (&row->body, g_bytes_unref);
}

/* The next leaves after @last: read before anything is applied, so that no statement is open while the tables change. */
static gboolean
read_batch (TstStore *store, gint64 last, GArray *rows, GError **error)
{
  gboolean row = FALSE;

  g_array_set_size (rows, 0);
  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT l.idx, l.note, b.bytes FROM leaf l LEFT JOIN body b ON b.text_hash = l.text_hash"
                       " WHERE l.idx > ?1 ORDER BY l.idx LIMIT ?2",
                       error);
  if (!list)
    return FALSE;
  tst_statement_bind_int (list, 1, last);
  tst_statement_bind_int (list, 2, BATCH);
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      Row one = { .idx = (guint64) tst_statement_int (list, 0), .note = tst_statement_bytes (list, 1),
                  .body = tst_statement_bytes (list, 2) };
      g_array_append_val (rows, one);
    }
}

gboolean
tst_projection_rebuild (TstStore *store, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gint64 last = -1;

  tst_store_assert_thread (store);
  g_array_set_clear_func (rows, row_clear);
  for (guint i = 0; i < G_N_ELEMENTS (projected); i++)
    {
      g_autofree char *sql = g_strconcat ("DELETE FROM ", projected[i], NULL);

      if (!tst_store_exec (store, sql, error))
        return FALSE;
    }
  /* All of it is put in below. */
  if (!tst_store_exec (store, "DELETE FROM pending_import", error))
    return FALSE;
  do
    {
      if (!read_batch (store, last, rows, error))
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        {
          const Row *row = &g_array_index (rows, Row, i);
          g_autoptr (TstEnvelope) envelope = tst_envelope_parse (row->note, error);
          g_autoptr (JsonObject) body = NULL;

          if (!envelope)
            return FALSE;
          body = row->body ? tst_body_parse (row->body, NULL) : NULL;
          if (!tst_projection_apply (store, row->idx, envelope, body, error))
            return FALSE;
          last = (gint64) row->idx;
        }
    }
  while (rows->len > 0);
  return TRUE;
}

char *
tst_projection_dump (TstStore *store, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  tst_store_assert_thread (store);
  for (guint i = 0; i < G_N_ELEMENTS (dumps); i++)
    {
      guint columns = 1;
      gboolean row = FALSE;

      for (const char *p = dumps[i]; *p && !g_str_has_prefix (p, " FROM "); p++)
        columns += *p == ',';
      g_autoptr (TstStatement) list = tst_store_prepare (store, dumps[i], error);
      if (!list)
        return NULL;
      for (;;)
        {
          if (!tst_statement_step (list, &row, error))
            return NULL;
          if (!row)
            break;
          for (guint c = 0; c < columns; c++)
            {
              const char *value = tst_statement_text (list, (int) c);

              g_string_append (text, value ? value : "\\N");
              g_string_append_c (text, c + 1 < columns ? '|' : '\n');
            }
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
