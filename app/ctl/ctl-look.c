/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"

static gboolean
print_row (JsonObject *row, gpointer user_data)
{
  g_autofree char *text = tst_cli_row_text (row);

  tst_cli_print (user_data, row, text);
  return TRUE;
}

static TstExit
list (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  static const char *const lists[] = { "photos", "videos", "audios", "attendance", "comments", "surveys", "records", "outbox",
                                       /* of visits */
                                       "viewpoints", "progress", "checks", "findings", "commitments", "commitment-closes", "signatures", "speakers", "stream", "anchors",
                                       "moments", "results", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  TstQuery query = { 0 };
  const GOptionEntry entries[] = { { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL }, { NULL } };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || !g_strv_contains (lists, argv[1]))
    return tst_ctl_usage (cli, "list", error ? error->message : NULL);
  query.event_id = event;
  if (!tst_field_book_list (book, argv[1], &query, print_row, cli, &error))
    return tst_cli_fail (cli, error);
  return TST_EXIT_DONE;
}

static TstExit
record_show (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "record show", error ? error->message : NULL);
  row = tst_field_book_show_record (book, argv[1], &error);
  if (row == NULL)
    return tst_cli_fail (cli, error);
  if (cli->json)
    tst_cli_print (cli, row, NULL);
  else
    {
      g_autoptr (JsonNode) node = json_node_alloc ();
      g_autofree char *text = json_to_string (json_node_init_object (node, row), TRUE);

      tst_cli_print (cli, row, text);
    }
  return TST_EXIT_DONE;
}

static TstExit
status (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = NULL;
  g_autofree char *text = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "status", error ? error->message : NULL);
  row = tst_field_book_status (book, &error);
  if (row == NULL)
    return tst_cli_fail (cli, error);
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static TstExit
verify (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) counts = NULL;
  g_autofree char *text = NULL;
  gboolean deep = FALSE;
  const GOptionEntry entries[] = { { "deep", 0, 0, G_OPTION_ARG_NONE, &deep, NULL, NULL }, { NULL } };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1)
    return tst_ctl_usage (cli, "verify", error ? error->message : NULL);
  if (!tst_field_book_verify (book, deep, print_row, cli, &counts, NULL, &error))
    return tst_cli_fail (cli, error);
  text = tst_cli_row_text (counts);
  tst_cli_print (cli, counts, text);
  return json_object_get_int_member_with_default (counts, "faults", 1) == 0 ? TST_EXIT_DONE : TST_EXIT_VERIFICATION;
}

static TstExit
rebuild (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  gboolean equal = FALSE;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "rebuild", error ? error->message : NULL);
  if (!tst_field_book_rebuild (book, &equal, &error))
    return tst_cli_fail (cli, error);
  json_object_set_boolean_member (row, "equal", equal);
  tst_cli_print (cli, row, equal ? "rebuilt; equal to what was there" : "rebuilt; it differs from what was there");
  return equal ? TST_EXIT_DONE : TST_EXIT_VERIFICATION;
}

const TstCtlCommand tst_ctl_look_commands[] = {
  { "list", "photos|attendance|comments|surveys|records|outbox|viewpoints|progress|checks|findings|commitments|commitment-closes|signatures|speakers|stream|anchors|moments|results [--event ID]", "a line per item", TRUE, list },
  { "record show", "ID", "envelope and body", TRUE, record_show },
  { "status", "", "what is saved here, on its way, received, published", TRUE, status },
  { "verify", "[--deep]", "checks every record, proof and (deep) every byte kept here", TRUE, verify },
  { "rebuild", "", "makes the tables anew from the journal", TRUE, rebuild },
  { NULL }
};
