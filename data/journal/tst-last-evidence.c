/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-last-evidence.h"

#include "journal/tst-journal-private.h"

/* The conditions word for word as the index item_newest was made: SQLite takes it for nothing else. */
static const char newest_of_work[]
  = "SELECT max (at) FROM ("
    "SELECT (SELECT taken_s FROM item INDEXED BY item_newest WHERE work = ?1 AND standing = 'valid' AND type IN ('photo', 'video', 'audio')"
    " ORDER BY taken_s DESC LIMIT 1) AS at"
    " UNION ALL SELECT unixepoch (coalesce (json_extract (content, '$.picture.taken_at'), json_extract (content, '$.picture.time'))) FROM central_item"
    " WHERE type = 'viewpoint' AND work = ?1 AND gone = 0)";

typedef struct
{
  const char *const *works;
  GHashTable *found;
} Asked;

static gboolean
read_newest (TstStore *store, gpointer data, GError **error)
{
  Asked *asked = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, newest_of_work, error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; asked->works[i] != NULL; i++)
    {
      gboolean row;

      tst_statement_reset (statement);
      tst_statement_bind_text (statement, 1, asked->works[i]);
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (row && !tst_statement_is_null (statement, 0))
        {
          gint64 at = tst_statement_int (statement, 0);

          g_hash_table_insert (asked->found, g_strdup (asked->works[i]), g_memdup2 (&at, sizeof at));
        }
    }
  return TRUE;
}

GHashTable *
tst_field_book_last_evidence (TstFieldBook *self, const char *const *works, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Asked asked = { works, found };

  g_return_val_if_fail (works != NULL, NULL);
  return tst_store_read (tst_field_book_get_store (self), read_newest, &asked, error) ? g_steal_pointer (&found) : NULL;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GHashTable *found = tst_field_book_last_evidence (source, data, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_hash_table_unref);
  else
    g_task_return_error (task, error);
}

void
tst_field_book_last_evidence_async (TstFieldBook *self, const char *const *works, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tst_field_book_last_evidence_async);
  g_task_set_task_data (task, g_strdupv ((char **) works), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, read_in_thread);
}

GHashTable *
tst_field_book_last_evidence_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
