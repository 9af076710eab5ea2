/* SPDX-License-Identifier: GPL-3.0-or-later */

/* testigoctl: Testigo without a window. The names of commands, options and output members are a promise (README.md). */

#include "ctl/tst-ctl.h"

#include "base/tst-error.h"

#include "tst-store-service.h"

#include <locale.h>
#include <string.h>

const char *tst_ctl_folder;

static const TstCtlCommand *const groups[] = {
  tst_ctl_works_commands,
  tst_ctl_event_commands,
  tst_ctl_capture_commands, tst_ctl_camera_commands,
  tst_ctl_form_commands,
  tst_ctl_look_commands,
  tst_ctl_sync_commands,
  tst_ctl_carry_commands,
};

static void
print_help (void)
{
  g_print ("testigoctl [--store DIR] [--json] COMMAND …\n\n");
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const TstCtlCommand *c = groups[g]; c->words != NULL; c++)
      g_print ("  %s %s\n      %s\n", c->words, c->arguments, c->help);
  g_print ("\nExit: 0 all done · 1 part of a batch was refused · 2 usage · 3 the store cannot be opened or is in use ·\n"
           "4 central cannot be reached · 5 verification failed.\n");
}

TstExit
tst_ctl_usage (TstCli *cli, const char *words, const char *message)
{
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const TstCtlCommand *c = groups[g]; c->words != NULL; c++)
      if (g_str_equal (c->words, words))
        {
          if (message != NULL)
            tst_cli_say (cli, "%s", message);
          tst_cli_say (cli, "usage: testigoctl %s %s", c->words, c->arguments);
        }
  return TST_EXIT_USAGE;
}

void
tst_ctl_print_id (TstCli *cli, const char *id)
{
  g_autoptr (JsonObject) row = json_object_new ();

  json_object_set_string_member (row, "id", id);
  tst_cli_print (cli, row, id);
}

/* The command that @argv begins with: two words before one. */
static const TstCtlCommand *
find_command (int argc, char **argv, int *n_words)
{
  for (*n_words = MIN (2, argc); *n_words > 0; (*n_words)--)
    {
      g_autofree char *words = *n_words == 2 ? g_strdup_printf ("%s %s", argv[0], argv[1]) : g_strdup (argv[0]);

      for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
        for (const TstCtlCommand *c = groups[g]; c->words != NULL; c++)
          if (g_str_equal (c->words, words))
            return c;
    }
  return NULL;
}

/* The app's transport answers as "testigoctl sync" does. */
static int
print_summary (TstCli *cli, JsonObject *row)
{
  g_autofree char *code = g_strdup (tst_json_string (row, "code"));
  g_autofree char *text = NULL;
  TstExit exit = json_object_get_int_member_with_default (row, "set_aside", 0) > 0 ? TST_EXIT_PARTLY : TST_EXIT_DONE;

  if (code != NULL)
    {
      g_autoptr (GError) error = NULL;
      guint known = TST_N_ERRORS;

      for (guint i = 0; i < TST_N_ERRORS; i++)
        {
          g_autoptr (GError) candidate = g_error_new_literal (TST_ERROR, i, "");

          if (g_str_equal (tst_error_code (candidate), code))
            known = i;
        }
      error = g_error_new (TST_ERROR, known < TST_N_ERRORS ? known : TST_ERROR_FAILED,
                           "The app could not take everything to central. What is here is safe and it goes on trying.");
      tst_cli_refuse (cli, NULL, error);
      exit = tst_cli_exit_for (error);
      json_object_remove_member (row, "code");
    }
  text = tst_cli_row_text (row);
  tst_cli_print (cli, row, text);
  return exit;
}

/* The app holds the folder: what it lets others do, is done by it (README.md). -1 when nobody answers. */
static int
run_through_app (TstCli *cli, const TstCtlCommand *command, guint argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  const char *event = "";

  if (g_str_equal (command->words, "status") && argc == 0)
    lines = tst_store_service_call (tst_ctl_folder, "Status", NULL, NULL, &error);
  else if (g_str_equal (command->words, "sync") && argc == 0)
    lines = tst_store_service_call (tst_ctl_folder, "Sync", NULL, NULL, &error);
  else if (g_str_equal (command->words, "list") && (argc == 1 || (argc == 3 && g_str_equal (argv[1], "--event"))))
    {
      if (argc == 3)
        event = argv[2];
      lines = tst_store_service_call (tst_ctl_folder, "List", argv[0], event, &error);
    }
  else
    return -1;
  if (lines == NULL)
    return -1;
  for (char **line = lines; *line != NULL; line++)
    {
      g_autoptr (JsonObject) row = tst_json_parse_object (*line, -1, NULL);
      g_autofree char *text = row != NULL ? tst_cli_row_text (row) : NULL;

      if (row == NULL)
        continue;
      if (g_str_equal (command->words, "sync"))
        return print_summary (cli, row);
      tst_cli_print (cli, row, text);
    }
  return TST_EXIT_DONE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstClock) clock = NULL;
  g_autoptr (TstFieldBook) book = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  TstCli cli = { "testigoctl", FALSE, 0 };
  const TstCtlCommand *command;
  int n_words;
  TstExit code;

  setlocale (LC_ALL, "");

  /* --store and --json may stand anywhere, so that a script can append them. */
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--json"))
        cli.json = TRUE;
      else if (g_str_equal (argv[i], "--store") && i + 1 < argc)
        folder = (g_free (folder), g_strdup (argv[++i]));
      else if (g_str_has_prefix (argv[i], "--store="))
        folder = (g_free (folder), g_strdup (argv[i] + strlen ("--store=")));
      else if (g_str_equal (argv[i], "--version"))
        {
          g_print ("testigoctl %s\n", TST_VERSION);
          return TST_EXIT_DONE;
        }
      else
        g_ptr_array_add (rest, argv[i]);
    }
  if (folder == NULL)
    folder = g_build_filename (g_get_user_data_dir (), "testigo", NULL);
  tst_ctl_folder = folder;

  if (rest->len == 0 || g_str_equal (rest->pdata[0], "--help") || g_str_equal (rest->pdata[0], "-h")
      || g_str_equal (rest->pdata[0], "help"))
    {
      print_help ();
      return rest->len == 0 ? TST_EXIT_USAGE : TST_EXIT_DONE;
    }
  command = find_command (rest->len, (char **) rest->pdata, &n_words);
  if (command == NULL)
    {
      tst_cli_say (&cli, "there is no command \"%s\"; see testigoctl --help", (char *) rest->pdata[0]);
      return TST_EXIT_USAGE;
    }
  if (command->needs_book)
    {
      clock = tst_clock_new_system ();
      book = tst_field_book_open (folder, clock, &error);
      if (book == NULL)
        {
          int through_app = -1;

          if (g_error_matches (error, TST_ERROR, TST_ERROR_STORE_IN_USE))
            through_app = run_through_app (&cli, command, rest->len - n_words, (char **) rest->pdata + n_words);
          if (through_app >= 0)
            return through_app;
          tst_cli_fail (&cli, error);
          return TST_EXIT_STORE;
        }
    }

  g_ptr_array_remove_range (rest, 0, n_words);
  g_ptr_array_insert (rest, 0, (char *) command->words);
  g_ptr_array_add (rest, NULL);
  code = command->run (&cli, book, rest->len - 1, (char **) rest->pdata);
  if (book != NULL)
    tst_field_book_close (book);
  return code;
}
