/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "central/tst-public-export.h"
#include "record/tst-body.h"
#include "web/tst-web-renderer.h"

#include <string.h>

/* export: the operation stands here and not in sync, because it needs the pages of ui/web. */

static gboolean
operate_export (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *folder = tst_json_string (args, "folder");
  g_autoptr (TstWebRenderer) renderer = tst_web_renderer_new ();
  JsonObject *row = NULL;
  TstExportResult result = { 0 };

  if (!folder)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Name the folder to write to.");
      return FALSE;
    }
  if (!tst_public_export (central, TST_PAGE_RENDERER (renderer), folder, tst_json_string (args, "base_url"), call, &result, error))
    return FALSE;
  row = json_object_new (); /* taken over below */
  json_object_set_string_member (row, "folder", folder);
  json_object_set_int_member (row, "pages", result.pages);
  json_object_set_int_member (row, "files", result.files);
  json_object_set_int_member (row, "bytes", (gint64) result.bytes);
  tst_admin_call_row (call, row);
  return TRUE;
}

const TstAdminOperation tst_central_export_operations[] = {
  { "export", operate_export },
  { NULL },
};

static TstExit
run_export (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *base_url = NULL;
  const GOptionEntry entries[] = { { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "export", error->message);
  if (argc != 2)
    return tst_central_usage (cli, "export", NULL);
  if (base_url && !g_str_has_prefix (base_url, "https://") && !g_str_has_prefix (base_url, "http://"))
    return tst_central_usage (cli, "export", "--base-url begins with https://");
  /* The serving process stands elsewhere: it gets the whole path. */
  g_autofree char *target = g_canonicalize_filename (argv[1], NULL);
  if (base_url && g_str_has_suffix (base_url, "/"))
    base_url[strlen (base_url) - 1] = '\0';
  json_object_set_string_member (args, "folder", target);
  if (base_url)
    json_object_set_string_member (args, "base_url", base_url);
  return tst_central_run (cli, folder, "export", args, NULL);
}

const TstCentralCommand tst_central_export_commands[] = {
  { "export", "DIR [--base-url URL]", "the whole public site, data and log as files that any web server serves", run_export },
  { NULL },
};
