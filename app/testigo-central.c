/* SPDX-License-Identifier: GPL-3.0-or-later */

/* testigo-central: receives, keeps, moderates and publishes. The names of commands, options and output members are a promise (README.md). */

#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "central/tst-admin-archive.h"
#include "central/tst-admin-backup.h"
#include "central/tst-admin-devices.h"
#include "central/tst-admin-log.h"
#include "central/tst-admin-pins.h"
#include "central/tst-town-files.h"
#include "central/tst-admin-moderation.h"
#include "central/tst-admin-users.h"
#include "central/tst-forms.h"

#include <locale.h>
#include <string.h>

static const TstCentralCommand *const groups[] = {
  tst_central_serve_commands,
  tst_central_device_commands,
  tst_central_moderation_commands,
  tst_central_audit_commands,
  tst_central_user_commands,
  tst_central_carry_commands,
  tst_central_form_commands,
  tst_central_log_commands,
  tst_central_export_commands,
};

const TstAdminOperation *const tst_central_operations[] = {
  tst_admin_device_operations,
  tst_admin_moderation_operations,
  tst_admin_pin_operations,
  tst_admin_user_operations,
  tst_admin_archive_operations,
  tst_admin_backup_operations,
  tst_admin_form_operations,
  tst_admin_log_operations,
  tst_admin_file_operations,
  tst_central_export_operations,
  NULL,
};

static void
print_help (void)
{
  g_print ("testigo-central COMMAND --data DIR [--json] …\n\n");
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const TstCentralCommand *c = groups[g]; c->words != NULL; c++)
      g_print ("  %s %s\n      %s\n", c->words, c->arguments, c->help);
  g_print ("\nExit: 0 all done · 1 part of a batch was refused · 2 usage · 3 the data folder cannot be opened or is in use ·\n"
           "5 verification failed.\n");
}

TstExit
tst_central_usage (TstCli *cli, const char *words, const char *message)
{
  if (message != NULL)
    tst_cli_say (cli, "%s", message);
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const TstCentralCommand *c = groups[g]; c->words != NULL; c++)
      if (g_str_equal (c->words, words))
        tst_cli_say (cli, "usage: testigo-central %s --data DIR %s", c->words, c->arguments);
  return TST_EXIT_USAGE;
}

typedef struct
{
  TstCli *cli;
  TstRowText text;
} Printing;

static void
print_row (JsonObject *row, gpointer user_data)
{
  Printing *printing = user_data;
  g_autofree char *text = printing->text != NULL ? printing->text (row) : tst_cli_row_text (row);

  tst_cli_print (printing->cli, row, text);
}

static void
print_refused (const char *item, const GError *error, gpointer user_data)
{
  tst_cli_refuse (((Printing *) user_data)->cli, item, error);
}

TstExit
tst_central_run (TstCli *cli, const char *folder, const char *operation, JsonObject *args, TstRowText text)
{
  static const TstAdminListener listener = { print_row, print_refused };
  Printing printing = { cli, text };
  g_autoptr (GError) error = NULL;

  if (!tst_admin_run (folder, tst_central_operations, operation, args, &listener, &printing, &error))
    return tst_cli_fail (cli, error);
  return tst_cli_exit (cli);
}

/* The command that @argv begins with: two words before one. */
static const TstCentralCommand *
find_command (int argc, char **argv, int *n_words)
{
  for (*n_words = MIN (2, argc); *n_words > 0; (*n_words)--)
    {
      g_autofree char *words = *n_words == 2 ? g_strdup_printf ("%s %s", argv[0], argv[1]) : g_strdup (argv[0]);

      for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
        for (const TstCentralCommand *c = groups[g]; c->words != NULL; c++)
          if (g_str_equal (c->words, words))
            return c;
    }
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  TstCli cli = { "testigo-central", FALSE, 0 };
  const TstCentralCommand *command;
  int n_words;

  setlocale (LC_ALL, "");
  /* --data and --json may stand anywhere, so that a script can append them. */
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--json"))
        cli.json = TRUE;
      else if (g_str_equal (argv[i], "--data") && i + 1 < argc)
        folder = (g_free (folder), g_strdup (argv[++i]));
      else if (g_str_has_prefix (argv[i], "--data="))
        folder = (g_free (folder), g_strdup (argv[i] + strlen ("--data=")));
      else if (g_str_equal (argv[i], "--version"))
        {
          g_print ("testigo-central %s\n", TST_VERSION);
          return TST_EXIT_DONE;
        }
      else
        g_ptr_array_add (rest, argv[i]);
    }
  if (rest->len == 0 || g_str_equal (rest->pdata[0], "--help") || g_str_equal (rest->pdata[0], "-h") ||
      g_str_equal (rest->pdata[0], "help"))
    {
      print_help ();
      return rest->len == 0 ? TST_EXIT_USAGE : TST_EXIT_DONE;
    }
  command = find_command (rest->len, (char **) rest->pdata, &n_words);
  if (command == NULL)
    {
      tst_cli_say (&cli, "there is no command \"%s\"; see testigo-central --help", (char *) rest->pdata[0]);
      return TST_EXIT_USAGE;
    }
  if (folder == NULL)
    return tst_central_usage (&cli, command->words, "say where the data folder is: --data DIR");
  g_ptr_array_remove_range (rest, 0, n_words);
  g_ptr_array_insert (rest, 0, (char *) command->words);
  g_ptr_array_add (rest, NULL);
  return command->run (&cli, folder, rest->len - 1, (char **) rest->pdata);
}
