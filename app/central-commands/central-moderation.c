/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#define ANSWER_MAX (64 * 1024)

static TstExit
decide (TstCli *cli, const char *folder, const char *words, const char *verdict, char **ids, gboolean all, const char *reason,
        gboolean redacted)
{
  g_autoptr (JsonObject) args = json_object_new ();
  JsonArray *list = json_array_new ();

  json_object_set_array_member (args, "ids", list);
  for (; *ids; ids++)
    json_array_add_string_element (list, *ids);
  if (all != (json_array_get_length (list) == 0))
    return tst_central_usage (cli, words, all ? "name items or say --all-pending, not both" : "say which items");
  json_object_set_string_member (args, "verdict", verdict);
  json_object_set_boolean_member (args, "all", all);
  json_object_set_boolean_member (args, "redacted", redacted);
  if (reason)
    json_object_set_string_member (args, "reason", reason);
  return tst_central_run (cli, folder, "decide", args, NULL);
}

static TstExit
run_moderate (TstCli *cli, const char *folder, int argc, char **argv)
{
  gboolean all = FALSE;
  gboolean list = FALSE;
  gboolean redacted = FALSE;
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "all-pending", 0, 0, G_OPTION_ARG_NONE, &all, NULL, NULL },
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, NULL, NULL },
    { "redacted", 0, 0, G_OPTION_ARG_NONE, &redacted, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  const char *verdict = NULL;

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "moderate", error->message);
  if (list)
    return argc == 1 ? tst_central_run (cli, folder, "pending", NULL, NULL) : tst_central_usage (cli, "moderate", NULL);
  verdict = argc > 1 ? argv[1] : all ? "accept" : "";
  if (!g_str_equal (verdict, "accept") && !g_str_equal (verdict, "withhold"))
    return tst_central_usage (cli, "moderate", NULL);
  return decide (cli, folder, "moderate", verdict, argv + MIN (2, argc), all, reason, redacted);
}

static TstExit
take_back (TstCli *cli, const char *folder, int argc, char **argv, const char *verdict)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = { { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL }, { NULL } };
  g_autoptr (GError) error = NULL;

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, verdict, error->message);
  return decide (cli, folder, verdict, verdict, argv + 1, FALSE, reason, FALSE);
}

static TstExit
run_retire (TstCli *cli, const char *folder, int argc, char **argv)
{
  return take_back (cli, folder, argc, argv, "retire");
}

static TstExit
run_erase (TstCli *cli, const char *folder, int argc, char **argv)
{
  return take_back (cli, folder, argc, argv, "erase");
}

static TstExit
run_answer (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (argc != 2)
    return tst_central_usage (cli, "answer", NULL);
  text = tst_cli_read_stdin (ANSWER_MAX, &error);
  if (!text)
    return tst_cli_fail (cli, error);
  json_object_set_string_member (args, "number", argv[1]);
  json_object_set_string_member (args, "text", text);
  return tst_central_run (cli, folder, "answer", args, NULL);
}

static TstExit
run_radicado (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();

  if (argc != 3)
    return tst_central_usage (cli, "radicado", NULL);
  json_object_set_string_member (args, "number", argv[1]);
  json_object_set_string_member (args, "value", argv[2]);
  return tst_central_run (cli, folder, "radicado", args, NULL);
}

/* The serving process reads the file: it does not know our working folder. */
static TstExit
import (TstCli *cli, const char *folder, int argc, char **argv, const char *operation)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *path = NULL;

  if (argc != 2)
    return tst_central_usage (cli, argv[0], NULL);
  path = g_canonicalize_filename (argv[1], NULL);
  json_object_set_string_member (args, "path", path);
  return tst_central_run (cli, folder, operation, args, NULL);
}

static TstExit
run_works_import (TstCli *cli, const char *folder, int argc, char **argv)
{
  return import (cli, folder, argc, argv, "works-import");
}

static TstExit
run_event_import (TstCli *cli, const char *folder, int argc, char **argv)
{
  return import (cli, folder, argc, argv, "events-import");
}

const TstCentralCommand tst_central_moderation_commands[] = {
  { "moderate", "accept|withhold ID… | --all-pending [--reason TEXT] [--redacted] | --list", "publishes what came in, or keeps it back",
    run_moderate },
  { "retire", "ID… [--reason TEXT]", "takes published items back", run_retire },
  { "erase", "ID… [--reason TEXT]", "destroys items' content and files; the log stays provable", run_erase },
  { "answer", "NUMBER", "the answer to a contribution, from standard input", run_answer },
  { "radicado", "NUMBER VALUE", "the official number of a contribution", run_radicado },
  { "works import", "FILE", "works from CSV, SECOP II columns, GeoJSON or OC4IDS", run_works_import },
  { "event import", "FILE", "events for the tablets' agenda, JSON lines", run_event_import },
  { NULL },
};
