/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-expression.h"
#include "form/tst-interview.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

static TstInterview *
open_interview (TstForm *form)
{
  g_autoptr (TstFixedClock) clock = tst_fixed_clock_new (G_GINT64_CONSTANT (1774630800) * G_USEC_PER_SEC);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Bogota");
  g_autoptr (GError) error = NULL;
  TstInterview *interview = tst_interview_new (form, TST_CLOCK (clock), zone, "es", &error);

  g_assert_no_error (error);
  return interview;
}

static TstInterview *
open_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = tst_json_parse_object (text, -1, &error);
  g_autoptr (TstForm) form = NULL;

  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  return open_interview (form);
}

static void
put (TstInterview *interview, const char *name, const char *value)
{
  tst_interview_set (interview, tst_interview_find (interview, name), value);
}

static const char *
value_of (TstInterview *interview, const char *name)
{
  return tst_answer_get_value (tst_interview_find (interview, name));
}

static TstAnswerProblem
problem_of (TstInterview *interview, const char *name)
{
  return tst_interview_get_problem (interview, tst_interview_find (interview, name));
}

static void
assert_json (TstInterview *interview, const char *expected)
{
  g_autoptr (JsonObject) object = tst_interview_to_json (interview);
  g_autofree char *text = tst_json_write (object);

  g_assert_cmpstr (text, ==, expected);
}

/* What is not asked any more is not answered, and comes back when it is asked again. */
static void
test_relevant (void)
{
  g_autoptr (TstInterview) interview = open_text (
    "{\"code\": \"r\", \"lists\": {\"sn\": [{\"name\": \"si\"}, {\"name\": \"no\"}]}, \"questions\": ["
    "{\"type\": \"select_one\", \"name\": \"a\", \"list\": \"sn\", \"required\": \"true()\"},"
    "{\"type\": \"group\", \"name\": \"g\", \"relevant\": \"${a} = 'si'\", \"questions\": ["
    " {\"type\": \"text\", \"name\": \"b\", \"required\": \"${a} = 'si'\"}, {\"type\": \"text\", \"name\": \"c\", \"relevant\": \"${b} != ''\"}]},"
    "{\"type\": \"calculate\", \"name\": \"d\", \"calculation\": \"concat('[', ${b}, ']')\"}]}");
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (interview);

  g_assert_cmpuint (steps->len, ==, 1);
  g_assert_cmpint (problem_of (interview, "a"), ==, TST_ANSWER_MISSING);
  g_assert_cmpint (problem_of (interview, "b"), ==, TST_ANSWER_FINE);
  put (interview, "a", "si");
  g_assert_cmpint (problem_of (interview, "b"), ==, TST_ANSWER_MISSING);
  g_assert_false (tst_answer_is_asked (tst_interview_find (interview, "c")));
  put (interview, "b", "uno");
  put (interview, "c", "dos");
  g_assert_cmpstr (value_of (interview, "d"), ==, "[uno]");
  g_clear_pointer (&steps, g_ptr_array_unref);
  steps = tst_interview_get_steps (interview);
  g_assert_cmpuint (steps->len, ==, 3);
  put (interview, "a", "no");
  g_assert_cmpstr (value_of (interview, "b"), ==, "");
  g_assert_cmpstr (value_of (interview, "d"), ==, "[]");
  assert_json (interview, "{\"a\":\"no\",\"d\":\"[]\"}");
  put (interview, "a", "si");
  assert_json (interview, "{\"a\":\"si\",\"b\":\"uno\",\"c\":\"dos\",\"d\":\"[uno]\"}");
}

static void
test_problems (void)
{
  static const struct
  {
    const char *name, *value;
    TstAnswerProblem problem;
  } cases[] = {
    { "entero", "12", TST_ANSWER_FINE },           { "entero", "1.5", TST_ANSWER_NOT_A_NUMBER },   { "entero", "doce", TST_ANSWER_NOT_A_NUMBER },
    { "entero", "300", TST_ANSWER_CONSTRAINT },    { "decimal", "1.5", TST_ANSWER_FINE },          { "decimal", "1,5", TST_ANSWER_NOT_A_NUMBER },
    { "fecha", "2026-02-28", TST_ANSWER_FINE },    { "fecha", "2026-02-30", TST_ANSWER_NOT_A_DATE }, { "fecha", "2026-03-28", TST_ANSWER_CONSTRAINT },
    { "una", "a", TST_ANSWER_FINE },               { "una", "z", TST_ANSWER_NOT_OFFERED },         { "varias", "a b", TST_ANSWER_FINE },
    { "varias", "a a", TST_ANSWER_UNREADABLE },    { "varias", "a z", TST_ANSWER_NOT_OFFERED },    { "orden", "b a", TST_ANSWER_FINE },
    { "rango", "5", TST_ANSWER_FINE },             { "rango", "11", TST_ANSWER_OUT_OF_RANGE },     { "rango", "2.5", TST_ANSWER_OUT_OF_RANGE },
    { "lugar", "7.1 -73.1", TST_ANSWER_FINE },     { "lugar", "aquí", TST_ANSWER_UNREADABLE },     { "acepta", "OK", TST_ANSWER_FINE },
    { "acepta", "si", TST_ANSWER_UNREADABLE },     { "hora", "25:00", TST_ANSWER_NOT_A_DATE },     { "instante", "2026-03-27T10:00:00Z", TST_ANSWER_FINE },
    { "instante", "2026-03-27", TST_ANSWER_NOT_A_DATE },
  };
  g_autoptr (TstInterview) interview = open_text (
    "{\"code\": \"p\", \"lists\": {\"l\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}, \"questions\": ["
    "{\"type\": \"integer\", \"name\": \"entero\", \"constraint\": \". <= 120\", \"constraint_message\": \"Hasta 120, no ${entero}.\"},"
    "{\"type\": \"decimal\", \"name\": \"decimal\"}, {\"type\": \"date\", \"name\": \"fecha\", \"constraint\": \". <= today()\"},"
    "{\"type\": \"select_one\", \"name\": \"una\", \"list\": \"l\"}, {\"type\": \"select_multiple\", \"name\": \"varias\", \"list\": \"l\"},"
    "{\"type\": \"rank\", \"name\": \"orden\", \"list\": \"l\"}, {\"type\": \"range\", \"name\": \"rango\", \"start\": 1, \"end\": 10, \"step\": 1},"
    "{\"type\": \"geopoint\", \"name\": \"lugar\"}, {\"type\": \"acknowledge\", \"name\": \"acepta\"}, {\"type\": \"time\", \"name\": \"hora\"},"
    "{\"type\": \"datetime\", \"name\": \"instante\"}]}");
  g_autofree char *message = NULL;
  TstAnswerProblem problem;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      put (interview, cases[i].name, cases[i].value);
      g_assert_cmpint (problem_of (interview, cases[i].name), ==, cases[i].problem);
      g_assert_cmpstr (value_of (interview, cases[i].name), ==, cases[i].value); /* nothing typed is lost */
      put (interview, cases[i].name, "");
    }
  put (interview, "entero", "300");
  message = tst_interview_dup_message (interview, tst_interview_find (interview, "entero"), TST_ANSWER_CONSTRAINT);
  g_assert_cmpstr (message, ==, "Hasta 120, no 300.");
  g_assert_true (tst_interview_first_problem (interview, &problem) == tst_interview_find (interview, "entero"));
  g_assert_cmpint (problem, ==, TST_ANSWER_CONSTRAINT);
}

static void
test_repeats (void)
{
  g_autoptr (TstInterview) interview = open_text (
    "{\"code\": \"r\", \"questions\": [{\"type\": \"integer\", \"name\": \"n\"},"
    "{\"type\": \"repeat\", \"name\": \"contados\", \"repeat_count\": \"${n}\", \"questions\": [{\"type\": \"text\", \"name\": \"x\"}]},"
    "{\"type\": \"repeat\", \"name\": \"libres\", \"questions\": [{\"type\": \"text\", \"name\": \"y\"}, {\"type\": \"text\", \"name\": \"z\", \"relevant\": \"${y} = 'si'\"}]}]}");
  const TstForm *form = tst_interview_get_form (interview);
  const TstQuestion *counted = tst_form_find (form, "contados"), *open = tst_form_find (form, "libres");
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (JsonObject) answers = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (tst_interview_count_entries (interview, counted), ==, 0);
  g_assert_cmpuint (tst_interview_count_entries (interview, open), ==, 1);
  put (interview, "n", "3");
  g_assert_cmpuint (tst_interview_count_entries (interview, counted), ==, 3);
  put (interview, "n", "1");
  g_assert_cmpuint (tst_interview_count_entries (interview, counted), ==, 1);
  tst_interview_add_entry (interview, open);
  g_assert_cmpuint (tst_interview_count_entries (interview, open), ==, 2);
  put (interview, "y", "si");
  steps = tst_interview_get_steps (interview);
  /* n, x, y and z of the first, y of the second, one more? */
  g_assert_cmpuint (steps->len, ==, 6);
  answers = tst_json_parse_object ("{\"n\": 2, \"contados\": [{\"x\": \"a\"}, {\"x\": \"b\"}], \"libres\": [{\"y\": \"no\"}, {\"y\": \"si\", \"z\": \"w\"}, {\"y\": \"no\"}]}", -1, NULL);
  g_assert_true (tst_interview_load (interview, answers, &error));
  g_assert_no_error (error);
  g_assert_true (tst_interview_check (interview, &error));
  assert_json (interview, "{\"n\":2,\"contados\":[{\"x\":\"a\"},{\"x\":\"b\"}],\"libres\":[{\"y\":\"no\"},{\"y\":\"si\",\"z\":\"w\"},{\"y\":\"no\"}]}");
  tst_interview_remove_entry (interview, open, 2);
  assert_json (interview, "{\"n\":2,\"contados\":[{\"x\":\"a\"},{\"x\":\"b\"}],\"libres\":[{\"y\":\"no\"},{\"y\":\"no\"}]}");
}

static void
test_choices (void)
{
  g_autoptr (TstInterview) interview = open_text (
    "{\"code\": \"c\", \"languages\": [\"es\", \"en\"], \"lists\": {\"dep\": [{\"name\": \"s\", \"label\": {\"es\": \"Sur\", \"en\": \"South\"}}, {\"name\": \"n\", \"label\": \"Norte\"}],"
    "\"mun\": [{\"name\": \"m1\", \"dep\": \"s\"}, {\"name\": \"m2\", \"dep\": \"n\"}, {\"name\": \"m3\", \"dep\": \"s\"}]}, \"questions\": ["
    "{\"type\": \"select_one\", \"name\": \"d\", \"list\": \"dep\", \"default\": \"'n'\"},"
    "{\"type\": \"select_one\", \"name\": \"m\", \"list\": \"mun\", \"choice_filter\": \"dep = ${d}\", \"label\": {\"es\": \"¿Qué municipio de ${d}?\", \"en\": \"Which of ${d}?\"}}]}");
  TstAnswer *m = tst_interview_find (interview, "m");
  g_autoptr (GPtrArray) first = tst_interview_get_choices (interview, m);
  g_autoptr (GPtrArray) second = NULL;
  g_autofree char *label = NULL;

  g_assert_cmpuint (first->len, ==, 1);
  put (interview, "m", "m2");
  g_assert_cmpint (problem_of (interview, "m"), ==, TST_ANSWER_FINE);
  put (interview, "d", "s");
  second = tst_interview_get_choices (interview, m);
  g_assert_cmpuint (second->len, ==, 2);
  g_assert_cmpint (problem_of (interview, "m"), ==, TST_ANSWER_NOT_OFFERED);
  label = tst_interview_dup_label (interview, m);
  g_assert_cmpstr (label, ==, "¿Qué municipio de Sur?");
  tst_interview_set_language (interview, "en");
  g_free (label);
  label = tst_interview_dup_label (interview, m);
  g_assert_cmpstr (label, ==, "Which of South?");
}

/* What a filter lets through is the same whether it may be remembered for all of a kind or has to be asked choice by choice. */
static void
test_filters (void)
{
  static const struct
  {
    const char *filter;
    const char *columns; /* (nullable): not by columns */
    const char *expected, *in_english;
  } cases[] = {
    { "zona = ${z}", "zona", "a c e", "a c e" },
    { "zona = ${z} and tipo = 'x'", "zona tipo", "a e", "a e" },
    { "zona = ${z} or contains(label, 'Norte')", "zona label", "a b c e", "a c e" },
    { "number(zona) >= 2", "zona", "b d", "b d" },
    { "zona != ''", "zona", "a b c d e", "a b c d e" },
    { "falta = ''", "falta", "a b c d e f", "a b c d e f" },
    { "selected(${varias}, name)", "name", "b d", "b d" },
    { "zona = current()/../z", "zona", "a c e", "a c e" },
    { "zona = /data/z", "zona", "a c e", "a c e" },
    { "true()", "", "a b c d e f", "a b c d e f" },
    { "position() > 4", NULL, "e f", "e f" },
    { "position() = last()", NULL, "f", "f" },
    { "count(preceding-sibling::item) < 2", NULL, "a b", "a b" },
    { "./zona = ${z}", NULL, "a c e", "a c e" },
    { "zona[. = 2] != ''", NULL, "b d", "b d" },
    { "../item/name = 'a'", NULL, "a b c d e f", "a b c d e f" },
    { "instance('l')/root/item[name = 'a']/zona = zona", NULL, "a c e", "a c e" },
    { "random() < 2", NULL, "a b c d e f", "a b c d e f" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (
        "{\"code\": \"f\", \"languages\": [\"es\", \"en\"], \"lists\": {\"l\": ["
        "{\"name\": \"a\", \"label\": \"Uno\", \"zona\": \"1\", \"tipo\": \"x\"}, {\"name\": \"b\", \"label\": {\"es\": \"Norte\", \"en\": \"North\"}, \"tipo\": \"x\", \"zona\": \"2\"},"
        "{\"name\": \"c\", \"label\": \"Tres\", \"zona\": \"1\", \"tipo\": \"y\"}, {\"name\": \"d\", \"label\": \"Cuatro\", \"zona\": \"2\", \"tipo\": \"y\"},"
        "{\"name\": \"e\", \"label\": \"Cinco\", \"tipo\": \"x\", \"zona\": \"1\"}, {\"name\": \"f\", \"label\": \"Seis\", \"tipo\": \"x\"}]}, \"questions\": ["
        "{\"type\": \"text\", \"name\": \"z\"}, {\"type\": \"select_multiple\", \"name\": \"varias\", \"list\": \"l\"},"
        "{\"type\": \"select_one\", \"name\": \"q\", \"list\": \"l\", \"choice_filter\": \"%s\"}]}",
        cases[i].filter);
      g_autoptr (TstInterview) interview = open_text (text);
      g_autoptr (TstExpression) filter = tst_expression_new (tst_interview_get_form (interview), cases[i].filter, NULL);
      const GPtrArray *columns = tst_expression_get_columns (filter);
      TstAnswer *q = tst_interview_find (interview, "q");

      g_test_message ("%s", cases[i].filter);
      g_assert_true ((columns != NULL) == (cases[i].columns != NULL));
      if (columns != NULL)
        {
          g_auto (GStrv) names = g_strsplit (cases[i].columns, " ", -1);

          g_assert_cmpuint (columns->len, ==, *cases[i].columns != '\0' ? g_strv_length (names) : 0);
          for (guint c = 0; c < columns->len; c++)
            g_assert_cmpstr (columns->pdata[c], ==, names[c]);
        }
      put (interview, "z", "2"); /* what was remembered for another answer does not stay */
      g_ptr_array_unref (tst_interview_get_choices (interview, q));
      put (interview, "z", "1");
      put (interview, "varias", "b d");
      for (guint english = 0; english < 2; english++)
        {
          g_autoptr (GPtrArray) choices = NULL;
          g_autoptr (GString) names = g_string_new (NULL);

          if (english)
            tst_interview_set_language (interview, "en");
          choices = tst_interview_get_choices (interview, q);
          for (guint c = 0; c < choices->len; c++)
            g_string_append_printf (names, "%s%s", c > 0 ? " " : "", ((const TstChoice *) choices->pdata[c])->name);
          g_assert_cmpstr (names->str, ==, english ? cases[i].in_english : cases[i].expected);
          for (guint c = 0; c < choices->len; c++) /* and each of them is taken as an answer */
            {
              put (interview, "q", ((const TstChoice *) choices->pdata[c])->name);
              g_assert_cmpint (problem_of (interview, "q"), ==, TST_ANSWER_FINE);
            }
        }
    }
}

static void
test_load_refuses (void)
{
  static const struct
  {
    const char *answers;
    TstError code;
  } cases[] = {
    { "{\"nada\": 1}", TST_ERROR_UNKNOWN_FIELD }, { "{\"x\": {\"y\": 1}}", TST_ERROR_BAD_VALUE }, { "{\"l\": \"a\"}", TST_ERROR_BAD_VALUE },
    { "{\"x\": [1]}", TST_ERROR_BAD_VALUE },      { "{\"x\": null}", TST_ERROR_BAD_VALUE },       { "{\"l\": [1]}", TST_ERROR_BAD_VALUE },
    { "{}", TST_ERROR_MISSING_FIELD },            { "{\"x\": 1, \"z\": \"secreto\"}", TST_ERROR_BAD_VALUE }, { "{\"x\": \"secreto\"}", TST_ERROR_BAD_VALUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TstInterview) interview = open_text (
        "{\"code\": \"l\", \"questions\": [{\"type\": \"integer\", \"name\": \"x\", \"required\": \"true()\"}, {\"type\": \"text\", \"name\": \"z\", \"relevant\": \"${x} = 2\"},"
        "{\"type\": \"repeat\", \"name\": \"l\", \"questions\": [{\"type\": \"text\", \"name\": \"w\"}]}]}");
      g_autoptr (JsonObject) answers = tst_json_parse_object (cases[i].answers, -1, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (tst_interview_load (interview, answers, &error) && tst_interview_check (interview, &error));
      g_assert_error (error, TST_ERROR, (int) cases[i].code);
      g_assert_null (strstr (error->message, "secreto")); /* what was answered never stands in an error */
    }
}

/* Every shipped questionnaire opens, has both languages, and comes out of its own JSON the same. */
static void
test_shipped (void)
{
  for (guint i = 0; tst_form_shipped_codes ()[i] != NULL; i++)
    {
      g_autoptr (TstForm) form = tst_form_shipped (tst_form_shipped_codes ()[i]);
      g_autoptr (TstInterview) interview = open_interview (form);
      g_autoptr (JsonObject) object = tst_form_to_json (form);
      g_autofree char *text = tst_json_write (object);
      g_autoptr (TstForm) again = tst_form_from_json (object, NULL);
      g_autoptr (JsonObject) second = tst_form_to_json (again);
      g_autofree char *text_again = tst_json_write (second);
      GHashTableIter iter;
      gpointer value;

      g_assert_cmpstr (text, ==, text_again);
      g_assert_cmpstr (form->code, ==, tst_form_shipped_codes ()[i]);
      g_assert_cmpuint (tst_form_count_questions (form), >=, 5);
      g_hash_table_iter_init (&iter, form->by_name);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          const TstQuestion *question = value;

          for (guint l = 0; tst_question_is_asked (question) && l < 2; l++)
            g_assert_cmpstr (question->label[l], !=, "");
          if (question->sensitive)
            g_assert_null (question->required);
        }
    }
  g_assert_null (tst_form_shipped ("q7"));
}

/* Q5 asks for a cause when the work is more than 5 points off. */
static void
test_visit (void)
{
  g_autoptr (TstForm) form = tst_form_shipped ("q5");
  g_autoptr (TstInterview) interview = open_interview (form);

  put (interview, "programado_pct", "40");
  put (interview, "observado_pct", "36.5");
  g_assert_cmpstr (value_of (interview, "desviacion"), ==, "-3.5");
  g_assert_false (tst_answer_is_asked (tst_interview_find (interview, "causa")));
  put (interview, "observado_pct", "33");
  g_assert_cmpstr (value_of (interview, "desviacion"), ==, "-7");
  g_assert_true (tst_answer_is_asked (tst_interview_find (interview, "causa")));
  g_assert_cmpint (problem_of (interview, "causa"), ==, TST_ANSWER_MISSING);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/interview/relevant", test_relevant);
  g_test_add_func ("/form/interview/problems", test_problems);
  g_test_add_func ("/form/interview/repeats", test_repeats);
  g_test_add_func ("/form/interview/choices", test_choices);
  g_test_add_func ("/form/interview/filters", test_filters);
  g_test_add_func ("/form/interview/load-refuses", test_load_refuses);
  g_test_add_func ("/form/interview/shipped", test_shipped);
  g_test_add_func ("/form/interview/visit", test_visit);
  return g_test_run ();
}
