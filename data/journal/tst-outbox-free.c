/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-outbox-free.h"

#include "journal/tst-journal-private.h"

/* What may go: held, all that names it received, its event closed here or of no event. */
#define FREEABLE \
  "m.state = 'held' AND coalesce (e.status, 'closed') = 'closed' AND NOT EXISTS (SELECT 1 FROM needed n JOIN outbox o ON o.text_hash = n.text_hash" \
  "  LEFT JOIN event f ON f.id = o.event WHERE n.sha256 = m.sha256 AND (o.state <> 'received' OR coalesce (f.status, 'closed') <> 'closed'))"

static gboolean
list_freeable (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT m.sha256, m.bytes FROM medium m JOIN holding h ON h.sha256 = m.sha256 AND h.bytes = m.bytes LEFT JOIN event e ON e.id = m.event"
           " WHERE " FREEABLE " ORDER BY coalesce (e.starts_s, 0), m.sha256", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      TstHeld held;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      held.bytes = tst_statement_int (statement, 1);
      if (tst_statement_hash (statement, 0, &held.sha256))
        g_array_append_val ((GArray *) data, held);
    }
}

GArray *
tst_outbox_list_freeable (TstFieldBook *self, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (TstHeld));

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return tst_store_read (self->store, list_freeable, found, error) ? g_steal_pointer (&found) : NULL;
}

typedef struct
{
  const TstHash *sha256;
  gint64 issued_s;
  guint64 bytes;
  gboolean done;
} Freeing;

static gboolean
free_medium (TstStore *store, gpointer data, GError **error)
{
  Freeing *freeing = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "UPDATE medium SET state = 'freed' WHERE sha256 = (SELECT m.sha256 FROM medium m JOIN holding h ON h.sha256 = m.sha256"
           "  AND h.bytes = m.bytes AND h.issued_s >= ?2 LEFT JOIN event e ON e.id = m.event WHERE m.sha256 = ?1 AND " FREEABLE ")", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, freeing->sha256);
  tst_statement_bind_int (statement, 2, freeing->issued_s);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  freeing->done = tst_store_changes (store) > 0;
  return TRUE;
}

gboolean
tst_outbox_free_medium (TstFieldBook *self, const TstHash *sha256, gint64 issued_s, GError **error)
{
  Freeing freeing = { .sha256 = sha256, .issued_s = issued_s };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && sha256 != NULL, FALSE);
  if (!tst_store_write (self->store, free_medium, &freeing, error))
    return FALSE;
  if (!freeing.done)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "This original stays here: it is not yet proved that central holds it, or its event is open.");
      return FALSE;
    }
  /* A power cut in between leaves a file that nobody counts on, which is no harm. */
  return tst_media_store_remove (self->media, sha256, error);
}

static gboolean
find_freed (TstStore *store, gpointer data, GError **error)
{
  Freeing *freeing = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT bytes FROM medium WHERE sha256 = ?1 AND state = 'freed'", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, freeing->sha256);
  if (!tst_statement_step (statement, &freeing->done, error))
    return FALSE;
  if (freeing->done)
    freeing->bytes = tst_statement_int (statement, 0);
  return TRUE;
}

gboolean
tst_outbox_medium_is_freed (TstFieldBook *self, const TstHash *sha256, guint64 *bytes, GError **error)
{
  Freeing freeing = { .sha256 = sha256 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && sha256 != NULL, FALSE);
  if (!tst_store_read (self->store, find_freed, &freeing, error))
    return FALSE;
  *bytes = freeing.bytes;
  if (!freeing.done)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "This was not freed: it is here, or unknown.");
  return freeing.done;
}

static gboolean
mark_fetched (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "UPDATE medium SET state = 'held' WHERE sha256 = ?1 AND state = 'freed'", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, data);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_outbox_medium_fetched (TstFieldBook *self, const TstHash *sha256, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && sha256 != NULL, FALSE);
  return tst_store_write (self->store, mark_fetched, (gpointer) sha256, error);
}
