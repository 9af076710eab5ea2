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
event_open (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autofree char *title = NULL;
  g_autofree char *work = NULL;
  g_autofree char *id = NULL;
  int hold_hours = 0;
  TstEventSpec spec = { 0 };
  const GOptionEntry entries[] = {
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, NULL, NULL },
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, NULL, NULL },
    { "work", 0, 0, G_OPTION_ARG_STRING, &work, NULL, NULL },
    { "hold-hours", 0, 0, G_OPTION_ARG_INT, &hold_hours, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1 || type == NULL || title == NULL)
    return tst_ctl_usage (cli, "event open", error ? error->message : NULL);
  spec.type = type;
  spec.title = title;
  spec.work = work;
  spec.hold_hours = hold_hours;
  id = tst_field_book_open_event (book, &spec, &error);
  if (id == NULL)
    return tst_cli_fail (cli, error);
  tst_ctl_print_id (cli, id);
  return TST_EXIT_DONE;
}

static TstExit
event_join (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "event join", error ? error->message : NULL);
  id = tst_field_book_join_event (book, argv[1], &error);
  if (id == NULL)
    return tst_cli_fail (cli, error);
  tst_ctl_print_id (cli, id);
  return TST_EXIT_DONE;
}

static TstExit
event_show (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *join = NULL;
  TstQuery query = { 0 };

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "event show", error ? error->message : NULL);
  query.event_id = argv[1];
  /* Refuses an event that is not known here; the row has the text too. */
  join = tst_field_book_event_join_text (book, argv[1], &error);
  if (join == NULL || !tst_field_book_list (book, "events", &query, print_row, cli, &error))
    return tst_cli_fail (cli, error);
  return TST_EXIT_DONE;
}

static TstExit
event_close (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) summary = NULL;
  g_autofree char *text = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "event close", error ? error->message : NULL);
  summary = tst_field_book_close_event (book, argv[1], &error);
  if (summary == NULL)
    return tst_cli_fail (cli, error);
  text = tst_cli_row_text (summary);
  tst_cli_print (cli, summary, text);
  return TST_EXIT_DONE;
}

static TstExit
event_list (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  TstQuery query = { 0 };

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "event list", error ? error->message : NULL);
  if (!tst_field_book_list (book, "events", &query, print_row, cli, &error))
    return tst_cli_fail (cli, error);
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_event_commands[] = {
  { "event open", "--type TYPE --title TEXT [--work CODE] [--hold-hours N]", "opens a visit or a fair", TRUE, event_open },
  { "event join", "TEXT", "joins an event that another tablet opened", TRUE, event_join },
  { "event show", "ID", "an event, and the text by which another tablet joins it", TRUE, event_show },
  { "event close", "ID", "closes it; heads and counts per chain", TRUE, event_close },
  { "event list", "", "events known here", TRUE, event_list },
  { NULL }
};
