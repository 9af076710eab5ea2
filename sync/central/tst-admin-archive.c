/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-archive.h"

#include "base/tst-error.h"
#include "central/tst-archive-intake.h"
#include "record/tst-body.h"

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  tst_admin_call_refuse (user_data, item, error);
}

static void
on_receipt (JsonObject *line, gpointer user_data)
{
  JsonObject *row = json_object_new ();

  json_object_set_object_member (row, "receipt", line);
  tst_admin_call_row (user_data, row);
}

static gboolean
is_cancelled (gpointer user_data)
{
  return tst_admin_call_is_cancelled (user_data);
}

static gboolean
run_bundle_import (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *path = tst_json_string (args, "path");
  g_autoptr (TstArchiveIntake) intake = NULL;
  TstArchiveListener listener = { on_refused, on_receipt, is_cancelled, call };
  TstArchiveSummary summary;
  JsonObject *row;

  if (path == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Say which file");
      return FALSE;
    }
  intake = tst_archive_intake_new (central);
  if (!tst_archive_intake_take (intake, path, &listener, &summary, error))
    return FALSE;
  row = json_object_new ();
  json_object_set_int_member (row, "records", summary.records);
  json_object_set_int_member (row, "known_records", summary.known_records);
  json_object_set_int_member (row, "media", summary.media);
  json_object_set_int_member (row, "known_media", summary.known_media);
  json_object_set_int_member (row, "registered", summary.registered);
  json_object_set_int_member (row, "volumes", summary.volumes);
  json_object_set_boolean_member (row, "last", summary.last);
  json_object_set_int_member (row, "refused", summary.refused);
  tst_admin_call_row (call, row);
  return TRUE;
}

const TstAdminOperation tst_admin_archive_operations[] = {
  { "bundle-import", run_bundle_import },
  { NULL, NULL },
};
