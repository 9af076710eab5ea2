/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "record/tst-body.h"
#include "seal/tst-age.h"

#include <string.h>

typedef struct
{
  TstCli *cli;
  TstAgeIdentity *identity; /* unseal */
  gint64 faults;            /* verify */
} Audit;

static void
on_refused (const char *item, const GError *error, gpointer user_data)
{
  tst_cli_refuse (((Audit *) user_data)->cli, item, error);
}

/* --- verify --- */

static void
on_verified (JsonObject *row, gpointer user_data)
{
  Audit *audit = user_data;
  g_autofree char *text = tst_cli_row_text (row);

  if (json_object_has_member (row, "faults"))
    audit->faults = tst_json_int (row, "faults", 0);
  tst_cli_print (audit->cli, row, text);
}

static TstExit
run_verify (TstCli *cli, const char *folder, int argc, char **argv)
{
  static const TstAdminListener listener = { on_verified, on_refused };
  Audit audit = { .cli = cli };
  g_autoptr (GError) error = NULL;

  if (argc != 1)
    return tst_central_usage (cli, "verify", NULL);
  if (!tst_admin_run (folder, tst_central_operations, "verify", NULL, &listener, &audit, &error))
    return tst_cli_fail (cli, error);
  return audit.faults > 0 ? TST_EXIT_VERIFICATION : tst_cli_exit (cli);
}

/* --- unseal --- */

/* Opened here, in the officer's own process; central only handed over what it cannot read. To stdout and nowhere else. */
static void
on_sealed (JsonObject *row, gpointer user_data)
{
  Audit *audit = user_data;
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  const char *text = tst_json_string (row, "sealed");
  guchar *data = text ? g_base64_decode (text, &size) : NULL;
  g_autoptr (GBytes) sealed = g_bytes_new_take (data, size);
  GBytes *plain = tst_age_open (sealed, audit->identity, &error);
  g_autoptr (JsonObject) person = NULL;
  g_autoptr (JsonObject) out = json_object_new ();
  static const char *const kept[] = { "id", "kind", "event", "number", "state", "what" };

  if (!plain)
    {
      tst_cli_refuse (audit->cli, tst_json_string (row, "id"), error);
      return;
    }
  person = tst_json_parse_object (g_bytes_get_data (plain, NULL), (gssize) g_bytes_get_size (plain), &error);
  tst_age_wipe (plain);
  if (!person)
    {
      tst_cli_refuse (audit->cli, tst_json_string (row, "id"), error);
      return;
    }
  json_object_remove_member (person, "pad");
  /* An anonymous contribution carries a part of the same size with nobody in it. */
  if (json_object_get_size (person) == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (json_object_has_member (row, kept[i]))
      json_object_set_member (out, kept[i], json_node_copy (json_object_get_member (row, kept[i])));
  json_object_set_object_member (out, "person", g_steal_pointer (&person));
  g_autofree char *line = tst_json_write (out);
  tst_cli_print (audit->cli, out, line);
}

static TstExit
run_unseal (TstCli *cli, const char *folder, int argc, char **argv)
{
  static const TstAdminListener listener = { on_sealed, on_refused };
  g_autofree char *identity = NULL;
  g_autofree char *event = NULL;
  const GOptionEntry entries[] = {
    { "identity", 0, 0, G_OPTION_ARG_FILENAME, &identity, NULL, NULL },
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (TstAgeIdentity) key = NULL;
  Audit audit = { .cli = cli };

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "unseal", error->message);
  if (!identity || argc != 1)
    return tst_central_usage (cli, "unseal", NULL);
  key = tst_age_identity_load (identity, &error);
  if (!key)
    return tst_cli_fail (cli, error);
  audit.identity = key;
  if (event)
    json_object_set_string_member (args, "event", event);
  if (!tst_admin_run (folder, tst_central_operations, "sealed", args, &listener, &audit, &error))
    return tst_cli_fail (cli, error);
  return tst_cli_exit (cli);
}

const TstCentralCommand tst_central_audit_commands[] = {
  { "verify", "", "every record, signature, chain, body, file and the log, checked", run_verify },
  { "unseal", "--identity KEYFILE [--event ID]", "personal data in clear on standard output, for the data officer", run_unseal },
  { NULL },
};
