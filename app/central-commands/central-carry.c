/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-admin-backup.h"
#include "record/tst-body.h"
#include "seal/tst-backup.h"

#include <string.h>

/* What people carry to and from central: archives on memory sticks. */

typedef struct
{
  TstCli *cli;
  GString *receipts;
} Carrying;

static void
on_row (JsonObject *row, gpointer user_data)
{
  Carrying *self = user_data;
  JsonObject *receipt = tst_json_object (row, "receipt");
  g_autofree char *text = NULL;

  if (receipt != NULL)
    {
      text = tst_json_write (receipt);
      /* Bridges between checkpoints are read before the answers that need them. */
      if (json_object_has_member (receipt, "from"))
        {
          g_string_prepend_c (self->receipts, '\n');
          g_string_prepend (self->receipts, text);
        }
      else
        g_string_append_printf (self->receipts, "%s\n", text);
      return;
    }
  text = tst_cli_row_text (row);
  tst_cli_print (self->cli, row, text);
}

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  tst_cli_refuse (((Carrying *) user_data)->cli, item, error);
}

static TstExit
run_bundle_import (TstCli *cli, const char *folder, int argc, char **argv)
{
  static const TstAdminListener listener = { on_row, on_refused };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (GString) receipts = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  g_autofree char *out = NULL;
  Carrying carrying = { cli, receipts };

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_central_usage (cli, "bundle import", error ? error->message : NULL);
  path = g_canonicalize_filename (argv[1], NULL);
  json_object_set_string_member (args, "path", path);
  if (!tst_admin_run (folder, tst_central_operations, "bundle-import", args, &listener, &carrying, &error))
    return tst_cli_fail (cli, error);
  if (receipts->len > 0)
    {
      out = g_strconcat (path, ".recibos", NULL);
      bytes = g_bytes_new (receipts->str, receipts->len);
      if (tst_fs_write_durable (out, bytes, 0600, &error))
        tst_cli_say (cli, "receipts for the tablets: %s (import it there)", out);
      else
        tst_cli_say (cli, "the receipts could not be written beside the archive (%s); the tablets get them with their next sync", error->message);
    }
  return tst_cli_exit (cli);
}

/* --- the whole of it --- */

static TstExit
run_backup (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_auto (GStrv) recipients = NULL;
  const GOptionEntry entries[] = { { "recipient", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipients, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *path = NULL;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2)
    return tst_central_usage (cli, "backup", error ? error->message : NULL);
  /* The serving process writes it, and its working folder is another. */
  path = g_canonicalize_filename (argv[1], NULL);
  json_object_set_string_member (args, "path", path);
  if (recipients != NULL)
    {
      JsonArray *list = json_array_new ();

      for (char **recipient = recipients; *recipient != NULL; recipient++)
        json_array_add_string_element (list, *recipient);
      json_object_set_array_member (args, "recipients", list);
    }
  return tst_central_run (cli, folder, "backup", args, NULL);
}

static TstExit
run_restore (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *identity = NULL;
  const GOptionEntry entries[] = { { "identity", 0, 0, G_OPTION_ARG_FILENAME, &identity, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (TstAgeIdentity) key = NULL;
  g_autoptr (JsonObject) about = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  TstBackupSummary summary;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || identity == NULL)
    return tst_central_usage (cli, "restore", error ? error->message : NULL);
  key = tst_age_identity_load (identity, &error);
  if (key == NULL || !tst_backup_read (argv[1], key, TST_CENTRAL_BACKUP_KIND, folder, g_get_real_time () / G_USEC_PER_SEC, &about, &summary, &error))
    return tst_cli_fail (cli, error);
  json_object_set_string_member (row, "data", folder);
  json_object_set_string_member (row, "origin", tst_json_string (about, "origin"));
  json_object_set_string_member (row, "backup_made_at", tst_json_string (about, "backup_made_at"));
  json_object_set_int_member (row, "size", tst_json_int (about, "size", 0));
  json_object_set_int_member (row, "files", summary.files);
  json_object_set_int_member (row, "bytes", summary.bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  tst_cli_say (cli, "the log stays read-only until it is compared with its mirror and with what devices hold (see serve)");
  return TST_EXIT_DONE;
}

/* --- files for the tablets --- */

static TstExit
run_files_list (TstCli *cli, const char *folder, int argc, char **argv)
{
  if (argc != 1)
    return tst_central_usage (cli, "files list", NULL);
  return tst_central_run (cli, folder, "file-list", NULL, NULL);
}

static TstExit
run_files_set (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *path = NULL;

  if (argc != 3)
    return tst_central_usage (cli, "files set", NULL);
  path = g_canonicalize_filename (argv[2], NULL);
  json_object_set_string_member (args, "name", argv[1]);
  json_object_set_string_member (args, "path", path);
  return tst_central_run (cli, folder, "file-set", args, NULL);
}

static TstExit
run_files_remove (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();

  if (argc != 2)
    return tst_central_usage (cli, "files remove", NULL);
  json_object_set_string_member (args, "name", argv[1]);
  return tst_central_run (cli, folder, "file-remove", args, NULL);
}

const TstCentralCommand tst_central_carry_commands[] = {
  { "bundle import", "FILE", "what tablets exported on a memory stick; writes FILE.recibos for them", run_bundle_import },
  { "backup", "FILE [--recipient AGE1…]…", "everything in one file, sealed to officer and escrow; central goes on serving", run_backup },
  { "restore", "FILE --identity KEYFILE", "a backup into a new data folder", run_restore },
  { "files list", "", "what tablets get besides works and events", run_files_list },
  { "files set", "NAME FILE", "a file for all tablets: ground.mbtiles (map), profile.json (town and notice)", run_files_set },
  { "files remove", "NAME", "tablets let go of it with their next sync", run_files_remove },
  { NULL },
};
