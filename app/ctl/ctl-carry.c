/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"
#include "client/tst-archive-export.h"
#include "client/tst-archive-import.h"

#include <stdio.h>
#include <unistd.h>

/* What goes and comes on memory sticks. */

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  tst_cli_refuse (user_data, item, error);
}

static void
on_volume (const char *path, guint volume, guint64 bytes, gboolean last, gpointer user_data)
{
  TstCli *cli = user_data;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (row, "file", path);
  json_object_set_int_member (row, "volume", volume);
  json_object_set_int_member (row, "bytes", bytes);
  json_object_set_boolean_member (row, "last", last);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
}

static void
print_export (TstCli *cli, const TstExportSummary *summary)
{
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_int_member (row, "records", summary->records);
  json_object_set_int_member (row, "media", summary->media);
  json_object_set_int_member (row, "carried", summary->carried);
  json_object_set_int_member (row, "volumes", summary->volumes);
  json_object_set_int_member (row, "bytes", summary->bytes);
  json_object_set_int_member (row, "refused", summary->refused);
  json_object_set_int_member (row, "left", summary->left);
  json_object_set_int_member (row, "left_bytes", summary->left_bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
}

static TstExit
bundle_export (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  g_autofree char *record = NULL;
  gboolean resume = FALSE;
  gint64 volume_bytes = 0;
  const GOptionEntry entries[] = {
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { "record", 0, 0, G_OPTION_ARG_STRING, &record, NULL, NULL },
    { "continue", 0, 0, G_OPTION_ARG_NONE, &resume, NULL, NULL },
    { "volume-bytes", 0, 0, G_OPTION_ARG_INT64, &volume_bytes, NULL, NULL },
    { NULL }
  };
  TstExportListener listener = { NULL, on_refused, on_volume, cli };
  TstExportOptions options = { 0 };
  TstExportSummary summary;
  gboolean done;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || volume_bytes < 0 || (resume && (event != NULL || record != NULL)) ||
      (event != NULL && record != NULL))
    return tst_ctl_usage (cli, "bundle export", error ? error->message : NULL);
  options.choice.event_id = event;
  options.choice.record_id = record;
  options.resume = resume;
  options.volume_bytes = volume_bytes;
  done = tst_archive_export (book, argv[1], &options, &listener, NULL, &summary, &error);
  if (!done)
    tst_cli_refuse (cli, argv[1], error);
  print_export (cli, &summary);
  if (!done && summary.left > 0)
    tst_cli_say (cli, "%u items are on no stick yet. Insert the next one and go on with: testigoctl bundle export --continue FILE", summary.left);
  return done ? tst_cli_exit (cli) : tst_cli_exit_for (error);
}

static TstExit
bundle_import (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (TstImportSummary) summary = { 0 };
  TstImportListener listener = { on_refused, NULL, cli };
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "bundle import", error ? error->message : NULL);
  if (!tst_archive_import (book, argv[1], &listener, NULL, &summary, &error))
    return tst_cli_fail (cli, error);
  if (summary.receipts)
    {
      json_object_set_int_member (row, "proved", summary.proved);
      json_object_set_int_member (row, "relayed", summary.relayed);
    }
  else
    {
      json_object_set_int_member (row, "members", summary.members);
      json_object_set_int_member (row, "fresh", summary.fresh);
      json_object_set_int_member (row, "own", summary.own);
      json_object_set_int_member (row, "volumes", summary.volumes);
      json_object_set_boolean_member (row, "last", summary.last);
      if (summary.receipts_path != NULL)
        json_object_set_string_member (row, "receipts", summary.receipts_path);
      if (!summary.last)
        tst_cli_say (cli, "the archive goes on in another file: import that one too");
    }
  json_object_set_int_member (row, "refused", summary.refused);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return tst_cli_exit (cli);
}

const TstCtlCommand tst_ctl_carry_commands[] = {
  { "bundle export", "FILE [--event ID | --record ID] [--continue] [--volume-bytes N]", "what is owed to central, sealed, on a memory stick", TRUE, bundle_export },
  { "bundle import", "FILE", "another tablet's archive to carry on, or receipts for this one", TRUE, bundle_import },
  { NULL }
};
