/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-carrier.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-hand-over.h"
#include "client/tst-archive-export.h"
#include "client/tst-archive-import.h"
#include "client/tst-sync-space.h"
#include "journal/tst-outbox-free.h"
#include "record/tst-body.h"

#include <string.h>

#define TELL_US (150 * 1000)

typedef struct
{
  TstSyncClient *client; /* not owned: the task's source */
  char *job;
  JsonObject *args;
  TstCarrierProgress progress;
  gpointer progress_data;
  GMainContext *context;
  gint64 told_us;
  JsonArray *refused;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_free (self->job);
  json_object_unref (self->args);
  json_array_unref (self->refused);
  g_main_context_unref (self->context);
  g_free (self);
}

typedef struct
{
  GTask *task;
  guint64 done, total;
} Telling;

static gboolean
tell (gpointer data)
{
  Telling *telling = data;
  Work *work = g_task_get_task_data (telling->task);

  if (!g_task_get_completed (telling->task))
    work->progress (telling->done, telling->total, work->progress_data);
  g_object_unref (telling->task);
  g_free (telling);
  return G_SOURCE_REMOVE;
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  GTask *task = user_data;
  Work *work = g_task_get_task_data (task);
  gint64 now = g_get_monotonic_time ();
  Telling *telling;

  if (work->progress == NULL || (now - work->told_us < TELL_US && done < total))
    return;
  work->told_us = now;
  telling = g_new0 (Telling, 1);
  telling->task = g_object_ref (task);
  telling->done = done;
  telling->total = total;
  tst_hand_over (work->context, tell, telling, NULL);
}

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  Work *work = g_task_get_task_data (user_data);
  JsonObject *row = json_object_new ();

  json_object_set_string_member (row, "item", item);
  json_object_set_string_member (row, "code", tst_error_code (error));
  json_array_add_object_element (work->refused, row);
}

static JsonObject *
run_export (GTask *task, Work *work, TstFieldBook *book, GCancellable *cancellable, GError **error)
{
  TstExportListener listener = { on_progress, on_refused, NULL, task };
  TstExportOptions options = { 0 };
  TstExportSummary summary;
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  gboolean done;

  options.choice.event_id = tst_json_string (work->args, "event");
  options.choice.record_id = tst_json_string (work->args, "record");
  options.resume = tst_json_bool (work->args, "continue", FALSE);
  done = tst_archive_export (book, tst_json_string (work->args, "path"), &options, &listener, cancellable, &summary, &local);
  /* A full stick is no failure: what is on it counts, and the next one takes the rest. */
  if (!done && !g_error_matches (local, TST_ERROR, TST_ERROR_NO_SPACE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  json_object_set_boolean_member (row, "full", !done);
  json_object_set_int_member (row, "records", summary.records);
  json_object_set_int_member (row, "media", summary.media);
  json_object_set_int_member (row, "carried", summary.carried);
  json_object_set_int_member (row, "volumes", summary.volumes);
  json_object_set_int_member (row, "bytes", summary.bytes);
  json_object_set_int_member (row, "left", summary.left);
  json_object_set_int_member (row, "left_bytes", summary.left_bytes);
  return g_steal_pointer (&row);
}

static JsonObject *
run_import (GTask *task, Work *work, TstFieldBook *book, GCancellable *cancellable, GError **error)
{
  TstImportListener listener = { on_refused, on_progress, task };
  g_auto (TstImportSummary) summary = { 0 };
  JsonObject *row;

  if (!tst_archive_import (book, tst_json_string (work->args, "path"), &listener, cancellable, &summary, error))
    return NULL;
  row = json_object_new ();
  json_object_set_boolean_member (row, "is_receipts", summary.receipts);
  json_object_set_int_member (row, "proved", summary.proved);
  json_object_set_int_member (row, "relayed", summary.relayed);
  json_object_set_int_member (row, "members", summary.members);
  json_object_set_int_member (row, "fresh", summary.fresh);
  json_object_set_int_member (row, "own", summary.own);
  json_object_set_boolean_member (row, "last", summary.last);
  return row;
}

static JsonObject *
run_space (TstFieldBook *book, GError **error)
{
  g_autoptr (GArray) held = tst_outbox_list_freeable (book, error);
  guint64 bytes = 0, free_bytes = 0;
  JsonObject *row;

  if (held == NULL || !tst_fs_free_bytes (tst_field_book_get_folder (book), &free_bytes, error))
    return NULL;
  for (guint i = 0; i < held->len; i++)
    bytes += g_array_index (held, TstHeld, i).bytes;
  row = json_object_new ();
  json_object_set_int_member (row, "free_bytes", free_bytes);
  json_object_set_int_member (row, "may_go", held->len);
  json_object_set_int_member (row, "may_go_bytes", bytes);
  return row;
}

static JsonObject *
run_free (Work *work, GCancellable *cancellable, GError **error)
{
  TstSpaceSummary summary;
  JsonObject *row;

  if (!tst_sync_client_free_space (work->client, MAX (tst_json_int (work->args, "bytes", 0), 0), &summary, cancellable, error))
    return NULL;
  row = json_object_new ();
  json_object_set_int_member (row, "freed", summary.media);
  json_object_set_int_member (row, "freed_bytes", summary.bytes);
  json_object_set_int_member (row, "kept", summary.kept);
  json_object_set_int_member (row, "left_bytes", summary.left_bytes);
  return row;
}

static JsonObject *
run_fetch (Work *work, GCancellable *cancellable, GError **error)
{
  const char *hex = tst_json_string (work->args, "sha256");
  JsonObject *row;
  TstHash hash;

  if (hex == NULL || !tst_hash_from_hex (hex, &hash))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "That names no original");
      return NULL;
    }
  if (!tst_sync_client_fetch (work->client, &hash, cancellable, error))
    return NULL;
  row = json_object_new ();
  json_object_set_string_member (row, "sha256", hex);
  json_object_set_boolean_member (row, "fetched", TRUE);
  return row;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  TstFieldBook *book = tst_sync_client_get_book (work->client);
  GError *error = NULL;
  JsonObject *row = NULL;

  if (strcmp (work->job, "export") == 0)
    row = run_export (task, work, book, cancellable, &error);
  else if (strcmp (work->job, "import") == 0)
    row = run_import (task, work, book, cancellable, &error);
  else if (strcmp (work->job, "space") == 0)
    row = run_space (book, &error);
  else if (strcmp (work->job, "free") == 0)
    row = run_free (work, cancellable, &error);
  else if (strcmp (work->job, "fetch") == 0)
    row = run_fetch (work, cancellable, &error);
  else
    g_set_error (&error, TST_ERROR, TST_ERROR_USAGE, "There is no job %s", work->job);
  if (row == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  json_object_set_array_member (row, "refused", json_array_ref (work->refused));
  g_task_return_pointer (task, row, (GDestroyNotify) json_object_unref);
}

static void
run_async (TstCarrier *carrier, const char *job, JsonObject *args, TstCarrierProgress progress, gpointer progress_data,
           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (carrier, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->client = TST_SYNC_CLIENT (carrier);
  work->job = g_strdup (job);
  work->args = json_object_ref (args);
  work->progress = progress;
  work->progress_data = progress_data;
  work->context = g_main_context_ref_thread_default ();
  work->refused = json_array_new ();
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run_in_thread);
}

static JsonObject *
run_finish (TstCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tst_sync_carrier_iface_init (TstCarrierInterface *iface)
{
  iface->run_async = run_async;
  iface->run_finish = run_finish;
}
