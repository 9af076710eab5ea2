/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-visit-form.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <math.h>

static void
assert_answers (const char *json, TstError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answers = tst_json_parse_object (json, -1, &error);
  gboolean good;

  g_assert_no_error (error);
  good = tst_visit_form_check (answers, &error);
  if (code == TST_N_ERRORS)
    g_assert_no_error (error);
  else
    g_assert_error (error, TST_ERROR, (int) code);
  g_assert_true (good == (code == TST_N_ERRORS));
}

static void
test_answers (void)
{
  assert_answers ("{\"valla\":true,\"frentes\":3,\"epp\":\"parcial\",\"contrato_obra\":\"123 de 2025\"}", TST_N_ERRORS);
  assert_answers ("{}", TST_N_ERRORS);
  assert_answers ("{\"vaya\":true}", TST_ERROR_UNKNOWN_FIELD);
  assert_answers ("{\"valla\":\"si\"}", TST_ERROR_BAD_VALUE);
  assert_answers ("{\"frentes\":-1}", TST_ERROR_BAD_VALUE);
  assert_answers ("{\"epp\":\"regular\"}", TST_ERROR_BAD_VALUE);
}

static void
test_texts (void)
{
  g_autoptr (JsonObject) answers = tst_json_parse_object ("{\"valla\":false,\"personal\":12,\"epp\":\"cumple\"}", -1, NULL);
  g_autofree char *sign = tst_visit_form_answer_text (tst_visit_question ("valla"), answers, "es");
  g_autofree char *people = tst_visit_form_answer_text (tst_visit_question ("personal"), answers, "es");
  g_autofree char *gear = tst_visit_form_answer_text (tst_visit_question ("epp"), answers, "en");

  g_assert_cmpstr (sign, ==, "No");
  g_assert_cmpstr (people, ==, "12");
  g_assert_cmpstr (gear, ==, "Complies");
  g_assert_null (tst_visit_form_answer_text (tst_visit_question ("pmt"), answers, "es"));
  g_assert_cmpint (tst_visit_form_answered (answers), ==, 3);
}

static void
test_programmed (void)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 1, G_DATE_JULY, 2026);
  g_assert_cmpfloat_with_epsilon (tst_visit_suggest_programmed ("2026-01-01", "2027-01-01", &date), 49.6, 0.01);
  g_assert_cmpfloat (tst_visit_suggest_programmed ("2026-08-01", "2027-01-01", &date), ==, 0);
  g_assert_cmpfloat (tst_visit_suggest_programmed ("2025-01-01", "2026-01-01", &date), ==, 100);
  g_assert_true (isnan (tst_visit_suggest_programmed (NULL, "2026-01-01", &date)));
  g_assert_true (isnan (tst_visit_suggest_programmed ("2026-01-01", "2026-01-01", &date)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/visit-form/answers", test_answers);
  g_test_add_func ("/visit-form/texts", test_texts);
  g_test_add_func ("/visit-form/programmed", test_programmed);
  return g_test_run ();
}
