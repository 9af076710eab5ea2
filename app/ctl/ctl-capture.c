/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"
#include "ctl/ctl-photo.h"
#include "journal/tst-visit.h"

#include <string.h>

void
tst_ctl_print_photo (TstCli *cli, const char *file, const TstPhotoResult *photo)
{
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *hex = tst_hash_to_hex (&photo->media.sha256);
  g_autofree char *text = NULL;

  json_object_set_string_member (row, "file", file);
  json_object_set_string_member (row, "id", photo->id);
  json_object_set_string_member (row, "sha256", hex);
  json_object_set_int_member (row, "bytes", photo->media.bytes);
  json_object_set_string_member (row, "type", photo->type);
  json_object_set_int_member (row, "width", photo->width);
  json_object_set_int_member (row, "height", photo->height);
  if (photo->taken_at != NULL)
    json_object_set_string_member (row, "taken_at", photo->taken_at);
  json_object_set_string_member (row, "taken_at_source", photo->taken_at_source);
  if (photo->has_place)
    {
      JsonObject *place = json_object_new ();

      json_object_set_double_member (place, "lat", photo->place.latitude);
      json_object_set_double_member (place, "lon", photo->place.longitude);
      if (photo->place.accuracy_m >= 0)
        json_object_set_double_member (place, "accuracy_m", photo->place.accuracy_m);
      json_object_set_string_member (place, "source", photo->place.source);
      json_object_set_object_member (row, "place", place);
    }
  text = g_strdup_printf ("%s: saved, %s", file, photo->id);
  tst_cli_print (cli, row, text);
}

void
tst_ctl_refuse_file (TstCli *cli, const char *file, const GError *error)
{
  g_autoptr (JsonObject) row = json_object_new ();

  cli->refused++;
  json_object_set_string_member (row, "file", file);
  json_object_set_string_member (row, "code", tst_error_code (error));
  json_object_set_string_member (row, "error", error->message);
  tst_cli_print (cli, row, NULL);
  tst_cli_say (cli, "%s: %s (%s)", file, error->message, tst_error_code (error));
}

static TstExit
photo_add (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  g_autofree char *work = NULL;
  g_autofree char *phase = NULL;
  g_autofree char *item = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *alt = NULL;
  g_autofree char *viewpoint = NULL;
  TstPhotoSpec spec = { 0 };
  const GOptionEntry entries[] = {
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { "work", 0, 0, G_OPTION_ARG_STRING, &work, NULL, NULL },
    { "phase", 0, 0, G_OPTION_ARG_STRING, &phase, NULL, NULL },
    { "item", 0, 0, G_OPTION_ARG_STRING, &item, NULL, NULL },
    { "caption", 0, 0, G_OPTION_ARG_STRING, &caption, NULL, NULL },
    { "alt", 0, 0, G_OPTION_ARG_STRING, &alt, NULL, NULL },
    { "viewpoint", 0, 0, G_OPTION_ARG_STRING, &viewpoint, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc < 2 || event == NULL)
    return tst_ctl_usage (cli, "photo add", error ? error->message : NULL);

  spec.event_id = event;
  spec.work = work;
  spec.phase = phase;
  spec.item = item;
  spec.caption = caption;
  spec.viewpoint = viewpoint;
  spec.alt = alt;
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *name = g_path_get_basename (argv[i]);
      TstPhotoResult photo = { 0 };

      spec.display_name = name;
      if (tst_field_book_add_photo (book, &spec, argv[i], &photo, NULL, &error))
        {
          tst_ctl_print_photo (cli, argv[i], &photo);
          tst_photo_result_clear (&photo);
          continue;
        }
      tst_ctl_refuse_file (cli, argv[i], error);
      g_clear_error (&error);
    }
  return tst_cli_exit (cli);
}

/* --- people: JSON lines in, a line per item out --- */

typedef struct
{
  TstCli *cli;
  TstFieldBook *book;
  const char *event;
  const char *form;
  char *(*add) (gpointer lines, JsonObject *fields, JsonObject *row, GError **error);
} Lines;

static char *
add_attendance (gpointer data, JsonObject *fields, JsonObject *row, GError **error)
{
  Lines *lines = data;

  return tst_field_book_add_attendance (lines->book, lines->event, fields, error);
}

static char *
add_comment (gpointer data, JsonObject *fields, JsonObject *row, GError **error)
{
  Lines *lines = data;
  g_autofree char *number = NULL;
  g_autofree char *due_on = NULL;
  char *id = tst_field_book_add_comment (lines->book, lines->event, fields, &number, &due_on, error);

  if (id == NULL)
    return NULL;
  json_object_set_string_member (row, "provisional_number", number);
  if (due_on != NULL)
    json_object_set_string_member (row, "due_on", due_on);
  else
    json_object_set_null_member (row, "due_on");
  return id;
}

static char *
add_survey (gpointer data, JsonObject *fields, JsonObject *row, GError **error)
{
  Lines *lines = data;

  return tst_field_book_add_survey (lines->book, lines->event, lines->form, fields, NULL, error);
}

static char *
add_visit (gpointer data, JsonObject *fields, JsonObject *row, GError **error)
{
  Lines *lines = data;

  return tst_field_book_add_visit_record (lines->book, lines->form, lines->event, fields, error);
}

static void
on_line (guint number, JsonObject *object, const GError *bad_line, gpointer user_data)
{
  Lines *lines = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *id = NULL;

  json_object_set_int_member (row, "line", number);
  if (object != NULL)
    id = lines->add (lines, object, row, &error);
  if (id != NULL)
    {
      g_autofree char *text = NULL;

      json_object_set_string_member (row, "id", id);
      text = tst_cli_row_text (row);
      tst_cli_print (lines->cli, row, text);
      return;
    }
  /* The text of a refusal names fields, never what a person wrote in them. */
  if (bad_line == NULL)
    bad_line = error;
  lines->cli->refused++;
  json_object_set_string_member (row, "code", tst_error_code (bad_line));
  json_object_set_string_member (row, "error", bad_line->message);
  tst_cli_print (lines->cli, row, NULL);
  tst_cli_say (lines->cli, "line %u: %s (%s)", number, bad_line->message, tst_error_code (bad_line));
}

static TstExit
run_lines (TstCli *cli, TstFieldBook *book, int argc, char **argv, const char *words, gboolean with_form,
           char *(*add) (gpointer, JsonObject *, JsonObject *, GError **))
{
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  g_autofree char *form = NULL;
  Lines lines = { cli, book, NULL, NULL, add };
  const GOptionEntry entries[] = {
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { "form", 0, 0, G_OPTION_ARG_STRING, &form, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || event == NULL
      || (form != NULL) != with_form)
    return tst_ctl_usage (cli, words, error ? error->message : NULL);
  lines.event = event;
  lines.form = form;
  if (!tst_cli_each_json_line (argv[1], on_line, &lines, &error))
    return tst_cli_fail (cli, error);
  return tst_cli_exit (cli);
}

static TstExit
attendance_add (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  return run_lines (cli, book, argc, argv, "attendance add", FALSE, add_attendance);
}

static TstExit
comment_add (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  return run_lines (cli, book, argc, argv, "comment add", FALSE, add_comment);
}

static TstExit
survey_add (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  return run_lines (cli, book, argc, argv, "survey add", TRUE, add_survey);
}

static TstExit
visit_add (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *event = NULL;
  g_autofree char *type = NULL;
  Lines lines = { cli, book, NULL, NULL, add_visit };
  const GOptionEntry entries[] = {
    { "event", 0, 0, G_OPTION_ARG_STRING, &event, NULL, NULL },
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2 || event == NULL || !tst_visit_is_type (type))
    return tst_ctl_usage (cli, "visit add", error ? error->message : NULL);
  lines.event = event;
  lines.form = type;
  if (!tst_cli_each_json_line (argv[1], on_line, &lines, &error))
    return tst_cli_fail (cli, error);
  return tst_cli_exit (cli);
}

/* --- records that name older ones --- */

static TstExit
amend (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autofree char *id = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc < 3)
    return tst_ctl_usage (cli, "amend", error ? error->message : NULL);
  for (int i = 2; i < argc; i++)
    {
      char *equals = strchr (argv[i], '=');
      g_autofree char *name = NULL;

      if (equals == NULL || equals == argv[i])
        return tst_ctl_usage (cli, "amend", "each change is FIELD=VALUE");
      name = g_strndup (argv[i], equals - argv[i]);
      json_object_set_string_member (changes, name, equals + 1);
    }
  id = tst_field_book_amend (book, argv[1], changes, &error);
  if (id == NULL)
    return tst_cli_fail (cli, error);
  tst_ctl_print_id (cli, id);
  return TST_EXIT_DONE;
}

static TstExit
withdraw_record (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *id = NULL;
  const GOptionEntry entries[] = { { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL }, { NULL } };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 2)
    return tst_ctl_usage (cli, "withdraw", error ? error->message : NULL);
  id = tst_field_book_withdraw (book, argv[1], reason, &error);
  if (id == NULL)
    return tst_cli_fail (cli, error);
  tst_ctl_print_id (cli, id);
  return TST_EXIT_DONE;
}

static TstExit
discard (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "discard", error ? error->message : NULL);
  id = tst_field_book_discard (book, argv[1], &error);
  if (id == NULL)
    return tst_cli_fail (cli, error);
  tst_ctl_print_id (cli, id);
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_capture_commands[] = {
  { "photo add", "--event ID [--work CODE] [--phase P] [--item I] [--caption T] [--alt T] [--viewpoint ID] FILE…",
    "photographs from files; a bad one costs only itself", TRUE, photo_add },
  { "attendance add", "--event ID -", "people who came: JSON lines in", TRUE, attendance_add },
  { "comment add", "--event ID -", "contributions of citizens: JSON lines in", TRUE, comment_add },
  { "survey add", "--event ID --form CODE -", "answers to a questionnaire: JSON lines in", TRUE, survey_add },
  { "visit add", "--event ID --type TYPE -",
    "what a visit leaves behind (viewpoint, progress, visit-check, finding, commitment, commitment-close, signature, stream-…, moment, speaker…): JSON lines in", TRUE,
    visit_add },
  { "amend", "ID FIELD=VALUE…", "corrects a record by a new one", TRUE, amend },
  { "withdraw", "ID [--reason TEXT]", "takes a record back by a new one", TRUE, withdraw_record },
  { "discard", "ID", "throws away a slip; its content need not go up", TRUE, discard },
  { NULL }
};
