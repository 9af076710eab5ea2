/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview.h"
#include "form/tst-xlsform.h"

#include "record/tst-body.h"

#include <glib.h>

/* A form of 250 questions with 60 expressions: from an answer to everything that follows from it, key stroke by key stroke, against the time of a frame; a list of 10,000
 * choices that another answer filters; and a workbook of 500 rows, read and made ready.
 *
 *     bench-form [WORKBOOK] */

#define QUESTIONS 250
#define EXPRESSIONS 60
#define STROKES 400
#define CHOICES 10000
#define ZONES 100
#define READS 9

static TstForm *
large_form (void)
{
  TstForm *form = tst_form_new ("grande");

  g_ptr_array_add (form->languages, g_strdup ("es"));
  for (guint i = 0; i < QUESTIONS; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);
      TstQuestion *question = tst_question_new (i % 4 == 0 ? TST_QUESTION_INTEGER : TST_QUESTION_TEXT, name);

      tst_form_set_words (form, &question->label, 0, name);
      if (i > 0 && i <= EXPRESSIONS / 3)
        question->relevant = g_strdup_printf ("${p0} > %u or ${p%u} != ''", i, i - 1);
      else if (i > EXPRESSIONS / 3 && i <= EXPRESSIONS * 2 / 3)
        question->constraint = g_strdup (". != '' and string-length(.) < 80");
      else if (i > EXPRESSIONS * 2 / 3 && i <= EXPRESSIONS)
        question->calculation = g_strdup_printf ("if(${p0} > 3, concat('n', ${p%u}), round(${p0} div 3, 2))", i - 2);
      g_assert_true (tst_form_add (form, form->root, question));
    }
  return form;
}

static int
by_size (gconstpointer a, gconstpointer b)
{
  return (*(const gint64 *) a > *(const gint64 *) b) - (*(const gint64 *) a < *(const gint64 *) b);
}

static void
tell (const char *what, gint64 *times, guint n)
{
  qsort (times, n, sizeof *times, by_size);
  g_print ("%s: p50 %.2f ms, p99 %.2f ms\n", what, times[n / 2] / 1000.0, times[n * 99 / 100] / 1000.0);
}

/* From another answer to the choices that are offered then. */
static void
filter_choices (TstClock *clock, GTimeZone *zone)
{
  g_autoptr (GString) text = g_string_new ("{\"code\": \"l\", \"lists\": {\"b\": [");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstInterview) interview = NULL;
  gint64 times[ZONES];

  for (guint i = 0; i < CHOICES; i++)
    g_string_append_printf (text, "%s{\"name\": \"b%u\", \"label\": \"Barrio %u\", \"zona\": \"%u\"}", i > 0 ? "," : "", i, i, i % ZONES);
  g_string_append (text, "]}, \"questions\": [{\"type\": \"text\", \"name\": \"z\", \"label\": \"Z\"}, {\"type\": \"select_one\", \"name\": \"b\", \"list\": \"b\","
                         " \"label\": \"B\", \"choice_filter\": \"zona = ${z}\"}]}");
  object = tst_json_parse_object (text->str, -1, &error);
  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  interview = tst_interview_new (form, clock, zone, "es", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ZONES; i++)
    {
      g_autofree char *zona = g_strdup_printf ("%u", i);
      gint64 began = g_get_monotonic_time ();
      g_autoptr (GPtrArray) choices = NULL;

      tst_interview_set (interview, tst_interview_find (interview, "z"), zona);
      choices = tst_interview_get_choices (interview, tst_interview_find (interview, "b"));
      times[i] = g_get_monotonic_time () - began;
      g_assert_cmpuint (choices->len, ==, CHOICES / ZONES);
    }
  tell ("list of 10,000 choices, key stroke to those that another answer lets through", times, ZONES);
}

static void
read_workbook (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 times[READS];
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new (data, size);
  for (guint i = 0; i < READS; i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr (GPtrArray) findings = NULL;
      g_autoptr (TstForm) form = tst_xlsform_read (bytes, "grande", &findings, &error);

      times[i] = g_get_monotonic_time () - began;
      g_assert_no_error (error);
      g_assert_cmpuint (tst_form_count_questions (form), ==, 500);
    }
  tell ("workbook of 500 rows and 200 choices, read and every expression made ready", times, READS);
}

int
main (int argc, char **argv)
{
  g_autoptr (TstForm) form = large_form ();
  g_autoptr (TstFixedClock) clock = tst_fixed_clock_new (G_GINT64_CONSTANT (1774630800) * G_USEC_PER_SEC);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TstInterview) interview = tst_interview_new (form, TST_CLOCK (clock), zone, "es", &error);
  g_autofree gint64 *times = g_new (gint64, STROKES);

  g_assert_no_error (error);
  for (guint i = 0; i < STROKES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i % 90);
      gint64 began = g_get_monotonic_time ();
      g_autoptr (GPtrArray) steps = NULL;

      tst_interview_set (interview, tst_interview_find (interview, "p0"), text);
      steps = tst_interview_get_steps (interview);
      times[i] = g_get_monotonic_time () - began;
      g_assert_cmpuint (steps->len, >, 0);
    }
  qsort (times, STROKES, sizeof *times, by_size);
  g_print ("form of %d questions with %d expressions, key stroke to what is asked: p50 %.2f ms, p99 %.2f ms (a frame: 16.7 ms)\n", QUESTIONS,
           EXPRESSIONS, times[STROKES / 2] / 1000.0, times[STROKES * 99 / 100] / 1000.0);
  filter_choices (TST_CLOCK (clock), zone);
  if (argc > 1)
    read_workbook (argv[1]);
  return 0;
}
