/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

/* Media on their way, and what was set aside. */

void
tst_outbox_medium_free (TstOutboxMedium *self)
{
  g_free (self->type);
  g_free (self->path);
  g_free (self->upload_url);
  g_free (self);
}

typedef struct
{
  TstFieldBook *self;
  const char *states;
  guint max;
  gint64 now_s;
  GPtrArray *media;
} Media;

static gboolean
find_media (TstStore *store, gpointer data, GError **error)
{
  Media *media = data;
  g_autofree char *sql = g_strdup_printf (
    "SELECT m.sha256, m.bytes, m.type, m.upload_url, m.chain, m.state = 'uploading' FROM medium m LEFT JOIN event e ON e.id = m.event WHERE m.state IN (%s)"
    " AND (m.chain <> 'open' OR EXISTS (SELECT 1 FROM needed n JOIN outbox o ON o.text_hash = n.text_hash WHERE n.sha256 = m.sha256 AND o.due_s <= ?2))"
    " ORDER BY coalesce (e.starts_s, 9223372036854775807) DESC, m.bytes, m.sha256 LIMIT ?1", media->states);
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, media->max);
  tst_statement_bind_int (statement, 2, media->now_s);
  while (TRUE)
    {
      TstOutboxMedium *medium;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      medium = g_new0 (TstOutboxMedium, 1);
      g_ptr_array_add (media->media, medium);
      tst_statement_hash (statement, 0, &medium->sha256);
      medium->bytes = tst_statement_int (statement, 1);
      medium->type = g_strdup (tst_statement_text (statement, 2));
      medium->upload_url = g_strdup (tst_statement_text (statement, 3));
      if (!tst_chain_parse (tst_statement_text (statement, 4), &medium->chain))
        medium->chain = TST_CHAIN_FIELD;
      medium->begun = tst_statement_int (statement, 5) != 0;
      medium->path = tst_media_store_path (media->self->media, &medium->sha256);
    }
}

static GPtrArray *
list_media (TstFieldBook *self, const char *states, guint max, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_medium_free);
  Media media = { self, states, max, 0, found };
  TstTimestamp now;

  tst_clock_now (self->clock, &now);
  media.now_s = now.utc_us / G_USEC_PER_SEC;
  return tst_store_read (self->store, find_media, &media, error) ? g_steal_pointer (&found) : NULL;
}

GPtrArray *
tst_outbox_due_media (TstFieldBook *self, guint max, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return list_media (self, "'due', 'uploading'", max, error);
}

GPtrArray *
tst_outbox_sent_media (TstFieldBook *self, guint max, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return list_media (self, "'sent'", max, error);
}

typedef struct
{
  const char *sql;
  const TstHash *hash;
  const char *text; /* (nullable) */
} OneItem;

static gboolean
run_one_item (TstStore *store, gpointer data, GError **error)
{
  OneItem *item = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, item->sql, error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, item->hash);
  if (item->text != NULL)
    tst_statement_bind_text (statement, 2, item->text);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_outbox_medium_uploading (TstFieldBook *self, const TstHash *sha256, const char *upload_url, GError **error)
{
  OneItem item = { "UPDATE medium SET state = 'uploading', upload_url = ?2 WHERE sha256 = ?1 AND state IN ('due', 'uploading')",
                   sha256, upload_url };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, run_one_item, &item, error);
}

typedef struct
{
  const TstHash *hashes;
  guint n;
} Sent;

static gboolean
mark_sent (TstStore *store, gpointer data, GError **error)
{
  Sent *sent = data;

  for (guint i = 0; i < sent->n; i++)
    {
      OneItem item = { "UPDATE medium SET state = 'sent', upload_url = NULL WHERE sha256 = ?1 AND state IN ('due', 'uploading')",
                       &sent->hashes[i], NULL };

      if (!run_one_item (store, &item, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_media_sent (TstFieldBook *self, const TstHash *hashes, guint n_hashes, GError **error)
{
  Sent sent = { hashes, n_hashes };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, mark_sent, &sent, error);
}

static gboolean
take_back_medium (TstStore *store, gpointer data, GError **error)
{
  static const char *const steps[] = {
    "UPDATE outbox SET state = 'saved' WHERE state = 'received' AND text_hash IN (SELECT text_hash FROM needed WHERE sha256 = ?1)",
    "DELETE FROM holding WHERE sha256 = ?1",
    "UPDATE medium SET state = 'due', upload_url = NULL WHERE sha256 = ?1 AND state <> 'dropped'",
  };
  OneItem *item = data;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      OneItem step = *item;

      step.sql = steps[i];
      if (!run_one_item (store, &step, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_medium_again (TstFieldBook *self, const TstHash *sha256, GError **error)
{
  OneItem item = { NULL, sha256, NULL };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, take_back_medium, &item, error);
}

/* --- setting aside --- */

typedef struct
{
  const TstHash *item; /* NULL: all */
  const char *code, *message;
} Aside;

static gboolean
set_aside (TstStore *store, gpointer data, GError **error)
{
  static const char *const steps[] = {
    "UPDATE outbox SET state = 'set_aside', code = ?2, message = ?3 WHERE text_hash = ?1 AND state = 'saved'",
    "UPDATE medium SET state = 'set_aside', code = ?2, message = ?3 WHERE sha256 = ?1 AND state IN ('due', 'uploading', 'sent')",
  };
  Aside *aside = data;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (store, steps[i], error);

      if (statement == NULL)
        return FALSE;
      tst_statement_bind_hash (statement, 1, aside->item);
      tst_statement_bind_text (statement, 2, aside->code);
      tst_statement_bind_text (statement, 3, aside->message);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_set_aside (TstFieldBook *self, const TstHash *item, const char *code, const char *message, GError **error)
{
  Aside aside = { item, code != NULL ? code : "failed", message };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && item != NULL, FALSE);
  return tst_store_write (self->store, set_aside, &aside, error);
}

static gboolean
retry (TstStore *store, gpointer data, GError **error)
{
  static const char *const steps[] = {
    "UPDATE outbox SET state = 'saved', code = NULL, message = NULL WHERE state = 'set_aside' AND (?1 IS NULL OR text_hash = ?1)",
    "UPDATE medium SET state = 'due', code = NULL, message = NULL WHERE state = 'set_aside' AND (?1 IS NULL OR sha256 = ?1)",
  };
  const TstHash *item = data;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (TstStatement) statement = tst_store_prepare (store, steps[i], error);

      if (statement == NULL)
        return FALSE;
      if (item != NULL)
        tst_statement_bind_hash (statement, 1, item);
      if (!tst_statement_step (statement, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_retry (TstFieldBook *self, const TstHash *item, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, retry, (gpointer) item, error);
}
