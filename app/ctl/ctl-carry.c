/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "client/tst-archive-export.h"
#include "client/tst-archive-import.h"
#include "seal/tst-backup.h"

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

/* --- the whole of it --- */

#define BACKUP_KIND "testigo-tablet"

/* Officer and escrow of the town; without a town whoever was named. Never the device itself: it is what may get lost. */
static char **
list_recipients (TstFieldBook *book, char **given, GError **error)
{
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (book);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (given != NULL)
    return g_strdupv (given);
  if (town == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOWN_KEYS_MISSING,
                           "This device does not know its town, so nobody is there to seal the backup to. Name a recipient: --recipient AGE1… "
                           "(age-keygen makes one)");
      return NULL;
    }
  g_strv_builder_add (builder, town->officer);
  if (!g_str_equal (town->officer, town->escrow))
    g_strv_builder_add (builder, town->escrow);
  return g_strv_builder_end (builder);
}

static TstExit
backup (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) given = NULL;
  g_auto (GStrv) recipients = NULL;
  const GOptionEntry entries[] = { { "recipient", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given, NULL, NULL }, { NULL } };
  g_autoptr (JsonObject) about = json_object_new ();
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *now = NULL;
  g_autofree char *text = NULL;
  TstBackupSummary summary;
  TstTimestamp time;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2)
    return tst_ctl_usage (cli, "backup", error ? error->message : NULL);
  recipients = list_recipients (book, given, &error);
  if (recipients == NULL)
    return tst_cli_fail (cli, error);
  tst_clock_now (tst_field_book_get_clock (book), &time);
  now = tst_time_format (time.utc_us / G_USEC_PER_SEC);
  json_object_set_string_member (about, "kind", BACKUP_KIND);
  json_object_set_string_member (about, "backup_made_at", now);
  json_object_set_string_member (about, "device", tst_signing_key_get_name (tst_field_book_get_key (book, TST_CHAIN_FIELD)));
  if (!tst_backup_write (tst_field_book_get_store (book), tst_field_book_get_folder (book), about, (const char *const *) recipients, argv[1],
                         NULL, NULL, NULL, &summary, &error))
    return tst_cli_fail (cli, error);
  json_object_set_string_member (row, "file", argv[1]);
  json_object_set_int_member (row, "files", summary.files);
  json_object_set_int_member (row, "bytes", summary.bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static TstExit
restore (TstCli *cli, TstFieldBook *unused, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *identity = NULL;
  const GOptionEntry entries[] = { { "identity", 0, 0, G_OPTION_ARG_FILENAME, &identity, NULL, NULL }, { NULL } };
  g_autoptr (TstAgeIdentity) key = NULL;
  g_autoptr (JsonObject) about = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (TstFieldBook) book = NULL;
  g_autofree char *text = NULL;
  TstBackupSummary summary;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || identity == NULL)
    return tst_ctl_usage (cli, "restore", error ? error->message : NULL);
  key = tst_age_identity_load (identity, &error);
  if (key == NULL || !tst_backup_read (argv[1], key, BACKUP_KIND, tst_ctl_folder, g_get_real_time () / G_USEC_PER_SEC, &about, &summary, &error))
    return tst_cli_fail (cli, error);
  /* Opening it retires the keys of the copy, so that it cannot be forgotten. */
  book = tst_field_book_open (tst_ctl_folder, clock, &error);
  if (book == NULL)
    {
      tst_cli_fail (cli, error);
      return TST_EXIT_STORE;
    }
  json_object_set_string_member (row, "device", tst_signing_key_get_name (tst_field_book_get_key (book, TST_CHAIN_FIELD)));
  json_object_set_string_member (row, "open_device", tst_signing_key_get_name (tst_field_book_get_key (book, TST_CHAIN_OPEN)));
  json_object_set_string_member (row, "previous", tst_json_string (about, "device"));
  json_object_set_string_member (row, "backup_made_at", tst_json_string (about, "backup_made_at"));
  json_object_set_int_member (row, "files", summary.files);
  json_object_set_int_member (row, "bytes", summary.bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  tst_cli_say (cli, "this device has new keys: read a fresh code of the town (testigoctl enrol) before the next sync");
  tst_field_book_close (book);
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_carry_commands[] = {
  { "bundle export", "FILE [--event ID | --record ID] [--continue] [--volume-bytes N]", "what is owed to central, sealed, on a memory stick", TRUE, bundle_export },
  { "bundle import", "FILE", "another tablet's archive to carry on, or receipts for this one", TRUE, bundle_import },
  { "backup", "FILE [--recipient AGE1…]…", "everything in one file, sealed to the town's officer and escrow", TRUE, backup },
  { "restore", "FILE --identity KEYFILE", "a backup into a new data folder, with new keys", FALSE, restore },
  { NULL }
};
