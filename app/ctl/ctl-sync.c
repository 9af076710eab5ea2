/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "client/tst-sync-space.h"
#include "journal/tst-outbox-files.h"
#include "journal/tst-outbox-free.h"

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

static TstExit
retry (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean all = FALSE;
  const GOptionEntry entries[] = { { "all", 0, 0, G_OPTION_ARG_NONE, &all, NULL, NULL }, { NULL } };
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  TstOutboxCounts before, after;

  if (!tst_cli_options (&argc, &argv, entries, &error) || all == (argc > 1))
    return tst_ctl_usage (cli, "retry", error ? error->message : NULL);
  if (!tst_outbox_counts (book, &before, &error) || (all && !tst_outbox_retry (book, NULL, &error)))
    return tst_cli_fail (cli, error);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) local = NULL;
      TstHash hash;

      if (!tst_hash_from_hex (argv[i], &hash))
        g_set_error_literal (&local, TST_ERROR, TST_ERROR_BAD_VALUE, "An item is named by 64 digits, as «list outbox» and «list records» show them.");
      else
        tst_outbox_retry (book, &hash, &local);
      if (local != NULL)
        tst_cli_refuse (cli, argv[i], local);
    }
  if (!tst_outbox_counts (book, &after, &error))
    return tst_cli_fail (cli, error);
  json_object_set_int_member (row, "retried", before.set_aside - after.set_aside);
  json_object_set_int_member (row, "set_aside", after.set_aside);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return tst_cli_exit (cli);
}

static TstExit
space (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) held = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  guint64 bytes = 0, free_bytes = 0;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "space", error ? error->message : NULL);
  held = tst_outbox_list_freeable (book, &error);
  if (held == NULL || !tst_fs_free_bytes (tst_field_book_get_folder (book), &free_bytes, &error))
    return tst_cli_fail (cli, error);
  for (guint i = 0; i < held->len; i++)
    bytes += g_array_index (held, TstHeld, i).bytes;
  json_object_set_int_member (row, "free_bytes", free_bytes);
  json_object_set_int_member (row, "may_go", held->len);
  json_object_set_int_member (row, "may_go_bytes", bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static TstExit
space_free (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstSyncClient) client = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  gint64 bytes = 0;
  const GOptionEntry entries[] = { { "bytes", 0, 0, G_OPTION_ARG_INT64, &bytes, NULL, NULL }, { NULL } };
  TstSpaceSummary summary;

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1 || bytes < 0)
    return tst_ctl_usage (cli, "space free", error ? error->message : NULL);
  client = tst_sync_client_new (book);
  if (!tst_sync_client_free_space (client, bytes, &summary, NULL, &error))
    return tst_cli_fail (cli, error);
  json_object_set_int_member (row, "freed", summary.media);
  json_object_set_int_member (row, "freed_bytes", summary.bytes);
  json_object_set_int_member (row, "kept", summary.kept);
  json_object_set_int_member (row, "left_bytes", summary.left_bytes);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static TstExit
space_fetch (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstSyncClient) client = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc < 2)
    return tst_ctl_usage (cli, "space fetch", error ? error->message : NULL);
  client = tst_sync_client_new (book);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) row = json_object_new ();
      TstHash hash;

      if (!tst_hash_from_hex (argv[i], &hash))
        g_set_error_literal (&local, TST_ERROR, TST_ERROR_BAD_VALUE, "An original is named by the 64 digits of its hash.");
      else
        tst_sync_client_fetch (client, &hash, NULL, &local);
      if (local != NULL)
        {
          tst_cli_refuse (cli, argv[i], local);
          continue;
        }
      json_object_set_string_member (row, "sha256", argv[i]);
      json_object_set_boolean_member (row, "fetched", TRUE);
      tst_cli_print (cli, row, argv[i]);
    }
  return tst_cli_exit (cli);
}

static TstExit
files (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "files", error ? error->message : NULL);
  list = tst_outbox_list_files (book, &error);
  if (list == NULL)
    return tst_cli_fail (cli, error);
  for (guint i = 0; i < list->len; i++)
    {
      const TstTownFile *file = g_ptr_array_index (list, i);
      g_autoptr (JsonObject) row = json_object_new ();
      g_autofree char *set_at = tst_time_format (file->set_s);
      g_autofree char *hex = tst_hash_to_hex (&file->sha256);
      g_autofree char *text = NULL;

      json_object_set_string_member (row, "name", file->name);
      json_object_set_int_member (row, "bytes", file->bytes);
      json_object_set_string_member (row, "set_at", set_at);
      json_object_set_boolean_member (row, "here", file->here);
      json_object_set_string_member (row, "sha256", hex);
      text = tst_cli_row_text (row);
      tst_cli_print (cli, row, text);
    }
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_sync_commands[] = {
  { "init", "[--name NAME]", "makes the data folder and this device's keys", FALSE, init },
  { "enrol", "[--accept-new-log] TEXT", "reads the town's code (works offline)", TRUE, enrol },
  { "sync", "", "takes what is due to central and brings back proof", TRUE, sync_now },
  { "retry", "ITEM… | --all", "puts what was set aside back into the queue", TRUE, retry },
  { "space", "", "how much room could be won from what central has proved to hold", TRUE, space },
  { "space free", "[--bytes N]", "wins it: oldest first, each on a receipt of today", TRUE, space_free },
  { "space fetch", "SHA256…", "brings freed originals back from central", TRUE, space_fetch },
  { "files", "", "what the town sent: ground map, profile; which is here", TRUE, files },
  { NULL }
};
