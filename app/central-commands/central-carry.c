/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"

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

const TstCentralCommand tst_central_carry_commands[] = {
  { "bundle import", "FILE", "what tablets exported on a memory stick; writes FILE.recibos for them", run_bundle_import },
  { NULL },
};
