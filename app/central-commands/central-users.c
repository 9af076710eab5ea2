/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "record/tst-body.h"

#include <string.h>

#define PASSWORD_MAX 2048

/* One line; what a pipe or a terminal adds at its end is not part of it. */
static char *
read_password (TstCli *cli, GError **error)
{
  char *text = NULL;

  tst_cli_say (cli, "password, one line on standard input:");
  text = tst_cli_read_stdin (PASSWORD_MAX, error);
  if (text)
    text[strcspn (text, "\r\n")] = '\0';
  return text;
}

static TstExit
run_add (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *role = NULL;
  g_autofree char *dependency = NULL;
  gboolean without = FALSE;
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &role, NULL, NULL },
    { "dependency", 0, 0, G_OPTION_ARG_STRING, &dependency, NULL, NULL },
    { "without-second-factor", 0, 0, G_OPTION_ARG_NONE, &without, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *password = NULL;
  TstExit code;

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "user add", error->message);
  if (argc != 2 || !role)
    return tst_central_usage (cli, "user add", NULL);
  password = read_password (cli, &error);
  if (!password)
    return tst_cli_fail (cli, error);
  json_object_set_string_member (args, "name", argv[1]);
  json_object_set_string_member (args, "role", role);
  if (dependency)
    json_object_set_string_member (args, "dependency", dependency);
  json_object_set_string_member (args, "password", password);
  json_object_set_boolean_member (args, "second_factor", !without);
  code = tst_central_run (cli, folder, "user-add", args, NULL);
  if (code == TST_EXIT_DONE && without)
    tst_cli_say (cli, "warning: this account opens with its password alone; that is for training and demonstrations");
  return code;
}

static TstExit
run_list (TstCli *cli, const char *folder, int argc, char **argv)
{
  return argc == 1 ? tst_central_run (cli, folder, "user-list", NULL, NULL) : tst_central_usage (cli, "user list", NULL);
}

static TstExit
set_state (TstCli *cli, const char *folder, int argc, char **argv, const char *words, gboolean active)
{
  g_autoptr (JsonObject) args = json_object_new ();

  if (argc != 2)
    return tst_central_usage (cli, words, NULL);
  json_object_set_string_member (args, "name", argv[1]);
  json_object_set_boolean_member (args, "active", active);
  return tst_central_run (cli, folder, "user-state", args, NULL);
}

static TstExit
run_disable (TstCli *cli, const char *folder, int argc, char **argv)
{
  return set_state (cli, folder, argc, argv, "user disable", FALSE);
}

static TstExit
run_enable (TstCli *cli, const char *folder, int argc, char **argv)
{
  return set_state (cli, folder, argc, argv, "user enable", TRUE);
}

static TstExit
run_reset (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *password = NULL;

  if (argc != 2)
    return tst_central_usage (cli, "user reset", NULL);
  password = read_password (cli, &error);
  if (!password)
    return tst_cli_fail (cli, error);
  json_object_set_string_member (args, "name", argv[1]);
  json_object_set_string_member (args, "password", password);
  return tst_central_run (cli, folder, "user-reset", args, NULL);
}

/* "desk set NAME VALUE…": without a value the setting goes back to what it was. */
static TstExit
run_set (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();
  JsonArray *values = json_array_new ();

  json_object_set_array_member (args, "values", values);
  if (argc < 2)
    return tst_central_usage (cli, "desk set", NULL);
  json_object_set_string_member (args, "name", argv[1]);
  for (int i = 2; i < argc; i++)
    json_array_add_string_element (values, argv[i]);
  return tst_central_run (cli, folder, "desk-set", args, NULL);
}

static TstExit
run_purge_list (TstCli *cli, const char *folder, int argc, char **argv)
{
  return argc == 1 ? tst_central_run (cli, folder, "purge-list", NULL, NULL) : tst_central_usage (cli, "purge-list", NULL);
}

const TstCentralCommand tst_central_user_commands[] = {
  { "user add", "NAME --role ROLE [--dependency TEXT] [--without-second-factor]",
    "who may sit at the desk: moderador, respuestas, dependencia, oficial_datos, auditor, administrador; password on standard input", run_add },
  { "user list", "", "the accounts of the desk", run_list },
  { "user disable", "NAME", "nobody comes in by it any more, and who is in is out", run_disable },
  { "user enable", "NAME", "the reverse", run_enable },
  { "user reset", "NAME", "a new password, on standard input, and a new second factor", run_reset },
  { "desk set", "radicado_command|purge_command PROGRAM [ARGUMENT…] | late_hours N",
    "the city's own programs, run without a shell, and after how many hours a contribution came late", run_set },
  { "purge-list", "", "addresses of what was public and is no more, for caches and exports", run_purge_list },
  { NULL },
};
