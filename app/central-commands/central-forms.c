/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "record/tst-body.h"

/* A finding says where; a form says what it is. */
static char *
row_text (JsonObject *row)
{
  JsonObject *where = tst_json_object (row, "fault");
  const char *word = where != NULL ? "fault" : "warning";

  if (where == NULL)
    where = tst_json_object (row, "warning");
  if (where != NULL)
    return g_strdup_printf ("%s: %s, row %" G_GINT64_FORMAT ", column %s: %s", word, tst_json_string (where, "sheet"),
                            tst_json_int (where, "row", 0), tst_json_string (where, "column"), tst_json_string (where, "what"));
  return g_strdup_printf ("%s  %s (%" G_GINT64_FORMAT " questions, %s)", tst_json_string (row, "code"), tst_json_string (row, "title"),
                          tst_json_int (row, "questions", 0), tst_json_string (row, "from"));
}

/* The serving process reads the file: it does not know our working folder. */
static TstExit
run_import (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *path = NULL;

  if (argc != 2)
    return tst_central_usage (cli, "form import", NULL);
  path = g_canonicalize_filename (argv[1], NULL);
  json_object_set_string_member (args, "path", path);
  return tst_central_run (cli, folder, "form-import", args, row_text);
}

static TstExit
run_list (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (JsonObject) args = json_object_new ();

  if (argc != 1)
    return tst_central_usage (cli, "form list", NULL);
  return tst_central_run (cli, folder, "form-list", args, row_text);
}

const TstCentralCommand tst_central_form_commands[] = {
  { "form import", "FILE.xlsx", "a questionnaire from an XLSForm workbook, for every tablet", run_import },
  { "form list", "", "the questionnaires that tablets have from here", run_list },
  { NULL },
};
