/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview.h"

#include <glib.h>

/* A form of 250 questions with 60 expressions: from an answer to everything that follows from it, key stroke by key stroke, against the time of a frame. */

#define QUESTIONS 250
#define EXPRESSIONS 60
#define STROKES 400

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

int
main (void)
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
  return 0;
}
