/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speaker-names.h"

#include "record/tst-body.h"

typedef struct
{
  TstFieldBook *book;
  TstVault *vault;
  char *event;
} Names;

static void
names_free (Names *names)
{
  g_object_unref (names->book);
  tst_vault_unref (names->vault);
  g_free (names->event);
  g_free (names);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Names *names = data;
  GError *error = NULL;
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (names->book, names->event, names->vault, &error);
  g_autoptr (GPtrArray) people = sheet != NULL ? tst_event_sheet_read_speakers (sheet, &error) : NULL;
  GHashTable *found;

  if (people == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < people->len; i++)
    if (tst_json_string (people->pdata[i], "name") != NULL)
      g_hash_table_insert (found, g_strdup (tst_json_string (people->pdata[i], "record")), g_strdup (tst_json_string (people->pdata[i], "name")));
  g_task_return_pointer (task, found, (GDestroyNotify) g_hash_table_unref);
}

void
tst_speaker_names_read_async (TstFieldBook *book, const char *event_id, TstVault *vault, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Names *names = g_new0 (Names, 1);

  names->book = g_object_ref (book);
  names->vault = tst_vault_ref (vault);
  names->event = g_strdup (event_id);
  g_task_set_source_tag (task, tst_speaker_names_read_async);
  g_task_set_task_data (task, names, (GDestroyNotify) names_free);
  g_task_run_in_thread (task, read_in_thread);
}

GHashTable *
tst_speaker_names_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tst_speaker_names_read_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
