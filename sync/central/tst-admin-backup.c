/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-backup.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-log.h"
#include "record/tst-body.h"
#include "seal/tst-backup.h"

typedef struct
{
  TstAdminCall *call;
  GCancellable *cancellable;
} Asking;

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  Asking *asking = user_data;

  if (tst_admin_call_is_cancelled (asking->call))
    g_cancellable_cancel (asking->cancellable);
}

/* Those of the town, officer and escrow: what a backup holds is theirs to open. */
static char **
list_recipients (TstCentral *central, JsonObject *args)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonObject *recipients = tst_json_object (town, "recipients");
  JsonArray *given = tst_json_array (args, "recipients");

  for (guint i = 0; given != NULL && i < json_array_get_length (given); i++)
    g_strv_builder_add (builder, json_array_get_string_element (given, i));
  if (given == NULL)
    {
      g_strv_builder_add (builder, tst_json_string (recipients, "officer"));
      if (g_strcmp0 (tst_json_string (recipients, "officer"), tst_json_string (recipients, "escrow")) != 0)
        g_strv_builder_add (builder, tst_json_string (recipients, "escrow"));
    }
  return g_strv_builder_end (builder);
}

static gboolean
run_backup (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *path = tst_json_string (args, "path");
  g_auto (GStrv) recipients = list_recipients (central, args);
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (central));
  g_autoptr (JsonObject) about = json_object_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *now = tst_time_format (tst_central_now_s (central));
  Asking asking = { call, cancellable };
  TstBackupSummary summary;
  JsonObject *row;

  if (path == NULL || recipients[0] == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Say which file");
      return FALSE;
    }
  json_object_set_string_member (about, "kind", TST_CENTRAL_BACKUP_KIND);
  json_object_set_string_member (about, "backup_made_at", now);
  json_object_set_string_member (about, "origin", tst_central_get_origin (central));
  json_object_set_int_member (about, "size", checkpoint != NULL ? checkpoint->size : 0);
  if (!tst_backup_write (tst_central_get_store (central), tst_central_get_folder (central), about, (const char *const *) recipients, path,
                         on_progress, &asking, cancellable, &summary, error))
    return FALSE;
  row = json_object_new ();
  json_object_set_string_member (row, "file", path);
  json_object_set_int_member (row, "files", summary.files);
  json_object_set_int_member (row, "bytes", summary.bytes);
  json_object_set_int_member (row, "size", checkpoint != NULL ? checkpoint->size : 0);
  tst_admin_call_row (call, row);
  return TRUE;
}

const TstAdminOperation tst_admin_backup_operations[] = {
  { "backup", run_backup },
  { NULL, NULL },
};
