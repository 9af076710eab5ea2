/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"
#include "journal/tst-forms.h"

static void
print_findings (TstCli *cli, GPtrArray *findings)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TstFormFinding *finding = findings->pdata[i];
      g_autoptr (JsonObject) line = json_object_new ();
      g_autoptr (JsonObject) where = json_object_new ();

      json_object_set_string_member (where, "sheet", finding->sheet);
      json_object_set_int_member (where, "row", finding->row);
      json_object_set_string_member (where, "column", finding->column);
      json_object_set_string_member (where, "what", finding->what);
      json_object_set_object_member (line, finding->fatal ? "fault" : "warning", json_object_ref (where));
      tst_cli_print (cli, line, NULL);
      tst_cli_say (cli, "%s: %s, row %u, column %s: %s", finding->fatal ? "fault" : "warning", finding->sheet, finding->row,
                   *finding->column != '\0' ? finding->column : "-", finding->what);
    }
}

static TstExit
form_import (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (TstForm) form = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  gboolean done;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "form import", error ? error->message : NULL);
  done = tst_field_book_import_form (book, argv[1], &findings, &form, &error);
  print_findings (cli, findings);
  if (!done)
    return tst_cli_fail (cli, error);
  json_object_set_string_member (row, "code", form->code);
  json_object_set_string_member (row, "version", form->version);
  json_object_set_int_member (row, "questions", tst_form_count_questions (form));
  text = g_strdup_printf ("%s: %u questions", form->code, tst_form_count_questions (form));
  tst_cli_print (cli, row, text);
  return TST_EXIT_DONE;
}

static gboolean
print_row (JsonObject *row, gpointer user_data)
{
  g_autofree char *text
    = g_strdup_printf ("%s  %s (%" G_GINT64_FORMAT " questions, %s)", json_object_get_string_member (row, "code"),
                       json_object_get_string_member (row, "title"), json_object_get_int_member (row, "questions"),
                       json_object_get_string_member (row, "from"));

  tst_cli_print (user_data, row, text);
  return TRUE;
}

static TstExit
form_list (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 1)
    return tst_ctl_usage (cli, "form list", error ? error->message : NULL);
  if (!tst_field_book_list (book, "forms", NULL, print_row, cli, &error))
    return tst_cli_fail (cli, error);
  return TST_EXIT_DONE;
}

static void
say_question (const TstForm *form, const TstQuestion *question, guint depth, GString *to)
{
  for (guint i = 0; question->children != NULL && i < question->children->len; i++)
    {
      const TstQuestion *child = question->children->pdata[i];
      const char *label = tst_form_words (form, child->label, form->default_language);

      g_string_append_printf (to, "\n%*s%s  %s%s%s", (int) depth * 2, "", child->name, tst_question_type_name (child->type), label != NULL ? "  " : "",
                              label != NULL ? label : "");
      say_question (form, child, depth + 1, to);
    }
}

static TstExit
form_show (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstForm) form = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "form show", error ? error->message : NULL);
  form = tst_field_book_dup_form (book, argv[1], &error);
  if (form == NULL)
    return tst_cli_fail (cli, error);
  object = tst_form_to_json (form);
  g_string_append_printf (text, "%s  %s", form->code, tst_form_words (form, form->title, form->default_language));
  say_question (form, form->root, 1, text);
  tst_cli_print (cli, object, text->str);
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_form_commands[] = {
  { "form import", "FILE.xlsx", "a questionnaire from an XLSForm workbook; says what it leaves out", TRUE, form_import },
  { "form list", "", "the questionnaires that are here", TRUE, form_list },
  { "form show", "CODE", "a questionnaire whole", TRUE, form_show },
  { NULL }
};
