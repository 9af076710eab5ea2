/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"
#include "client/tst-sync-client.h"

/* How long "sync" goes on trying when nothing answers, in seconds. */
#define PATIENCE_S 20

static TstExit
init (TstCli *cli, TstFieldBook *unused, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (TstFieldBook) book = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = { { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL }, { NULL } };
  static const struct
  {
    TstChain chain;
    const char *device, *key;
  } chains[] = { { TST_CHAIN_FIELD, "device", "public_key" }, { TST_CHAIN_OPEN, "open_device", "open_public_key" } };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1)
    return tst_ctl_usage (cli, "init", error ? error->message : NULL);
  book = tst_field_book_create (tst_ctl_folder, name != NULL ? name : g_get_host_name (), clock, &error);
  if (book == NULL)
    {
      tst_cli_fail (cli, error);
      return TST_EXIT_STORE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      TstSigningKey *key = tst_field_book_get_key (book, chains[i].chain);
      g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (key));

      json_object_set_string_member (row, chains[i].device, tst_signing_key_get_name (key));
      json_object_set_string_member (row, chains[i].key, vkey);
    }
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  tst_field_book_close (book);
  return TST_EXIT_DONE;
}

static TstExit
enrol (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstSyncClient) client = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  gboolean accept = FALSE;
  const GOptionEntry entries[] = { { "accept-new-log", 0, 0, G_OPTION_ARG_NONE, &accept, NULL, NULL }, { NULL } };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2)
    return tst_ctl_usage (cli, "enrol", error ? error->message : NULL);
  if (!(accept ? tst_field_book_accept_origin (book, argv[1], &error) : tst_field_book_enrol (book, argv[1], &error)))
    return tst_cli_fail (cli, error);

  /* Registering needs central; reading the code does not. So being out of reach now is not an error. */
  client = tst_sync_client_new (book);
  if (!tst_sync_client_register (client, 0, NULL, &error))
    tst_cli_say (cli, "%s (%s). The town's keys are kept; registering goes on with the next sync.", error->message,
                 tst_error_code (error));
  town = tst_field_book_dup_town_keys (book);
  json_object_set_string_member (row, "central", town->url);
  json_object_set_string_member (row, "device",
                                 tst_signing_key_get_name (tst_field_book_get_key (book, TST_CHAIN_FIELD)));
  json_object_set_boolean_member (row, "registered", tst_outbox_get_registered (book));
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static TstExit
sync_now (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstSyncClient) client = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  TstSyncSummary summary = { 0 };
  gboolean ok;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "sync", error ? error->message : NULL);
  client = tst_sync_client_new (book);
  ok = tst_sync_client_run (client, PATIENCE_S, &summary, NULL, &error);
  if (!ok)
    tst_cli_refuse (cli, NULL, error);
  json_object_set_int_member (row, "records_sent", summary.records_sent);
  json_object_set_int_member (row, "media_sent", summary.media_sent);
  json_object_set_int_member (row, "bytes_sent", summary.bytes_sent);
  json_object_set_int_member (row, "bytes_resent", summary.bytes_resent);
  json_object_set_int_member (row, "pending", summary.pending);
  json_object_set_int_member (row, "held", summary.held);
  json_object_set_int_member (row, "set_aside", summary.set_aside);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  if (!ok)
    return tst_cli_exit_for (error);
  return summary.set_aside > 0 ? TST_EXIT_PARTLY : TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_sync_commands[] = {
  { "init", "[--name NAME]", "makes the data folder and this device's keys", FALSE, init },
  { "enrol", "[--accept-new-log] TEXT", "reads the town's code (works offline)", TRUE, enrol },
  { "sync", "", "takes what is due to central and brings back proof", TRUE, sync_now },
  { NULL }
};
