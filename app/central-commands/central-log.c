/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "central/tst-new-origin.h"

static TstExit
run_status (TstCli *cli, const char *folder, int argc, char **argv)
{
  if (argc != 1)
    return tst_central_usage (cli, argv[0], NULL);
  return tst_central_run (cli, folder, "log-status", NULL, NULL);
}

static TstExit
run_resume (TstCli *cli, const char *folder, int argc, char **argv)
{
  if (argc != 1)
    return tst_central_usage (cli, argv[0], NULL);
  return tst_central_run (cli, folder, "log-resume", NULL, NULL);
}

static TstExit
run_new_origin (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *name = NULL;
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCentral) central = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  gboolean done;

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "log new-origin", error->message);
  if (argc != 1 || name == NULL)
    return tst_central_usage (cli, "log new-origin", NULL);
  central = tst_central_open (folder, NULL, &error);
  if (central == NULL)
    return tst_cli_fail (cli, error);
  done = tst_new_origin_begin (central, name, reason, &error);
  tst_central_close (central);
  g_clear_object (&central);
  /* Opening puts the new keys in their places and signs the first checkpoint. */
  if (done)
    central = tst_central_open (folder, NULL, &error);
  if (central == NULL)
    return tst_cli_fail (cli, error);
  json_object_set_string_member (row, "origin", tst_central_get_origin (central));
  tst_cli_print (cli, row, tst_central_get_origin (central));
  tst_cli_say (cli, "Each device goes on only after a person there has accepted the new log: make an enrol-code for each.");
  tst_central_close (central);
  return TST_EXIT_DONE;
}

const TstCentralCommand tst_central_log_commands[] = {
  { "log status", "", "is the log whole, and what a restored one still lacks", run_status },
  { "log resume", "", "a restored log without a mirror lacks nothing: a person says so", run_resume },
  { "log new-origin", "--name ORIGIN [--reason TEXT]", "leaves that were signed are gone for good: a new log begins", run_new_origin },
  { NULL },
};
