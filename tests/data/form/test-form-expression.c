/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-expression.h"

#include "base/tst-error.h"
#include "form/tst-interview.h"
#include "record/tst-body.h"

#include <math.h>

/* Each case is a calculation of a form whose other answers are fixed. Noon of 27 March 2026 in Bogotá. */
#define NOW (G_GINT64_CONSTANT (1774630800) * G_USEC_PER_SEC)

static const char answers_text[]
  = "{\"edad\": 34, \"peso\": 61.5, \"vacio\": \"\", \"nombre\": \"Lucía\", \"ciudad\": \"norte\", \"colores\": [\"rojo\", \"azul\"],"
    " \"nacio\": \"1991-11-02\", \"hora\": \"10:30\", \"cuando\": \"2026-03-27T10:30:00.000-05:00\", \"si\": \"yes\","
    " \"hijos\": [{\"hijo\": \"Ana\", \"anos\": 5}, {\"hijo\": \"Luis\", \"anos\": 9}, {\"hijo\": \"Sol\", \"anos\": 12}]}";

static const char form_text[]
  = "{\"code\": \"casos\", \"languages\": [\"es\", \"en\"], \"lists\": {\"ciudad\": [{\"name\": \"norte\", \"label\": {\"es\": \"El Norte\", \"en\": \"The North\"}},"
    " {\"name\": \"sur\", \"label\": \"El Sur\"}], \"colores\": [{\"name\": \"rojo\"}, {\"name\": \"azul\"}, {\"name\": \"verde\"}]}, \"questions\": ["
    "{\"type\": \"integer\", \"name\": \"edad\"}, {\"type\": \"decimal\", \"name\": \"peso\"}, {\"type\": \"text\", \"name\": \"vacio\"},"
    "{\"type\": \"text\", \"name\": \"nombre\"}, {\"type\": \"select_one\", \"name\": \"ciudad\", \"list\": \"ciudad\"},"
    "{\"type\": \"select_multiple\", \"name\": \"colores\", \"list\": \"colores\"}, {\"type\": \"date\", \"name\": \"nacio\"},"
    "{\"type\": \"time\", \"name\": \"hora\"}, {\"type\": \"datetime\", \"name\": \"cuando\"}, {\"type\": \"text\", \"name\": \"si\"},"
    "{\"type\": \"repeat\", \"name\": \"hijos\", \"questions\": [{\"type\": \"text\", \"name\": \"hijo\"}, {\"type\": \"integer\", \"name\": \"anos\"},"
    " {\"type\": \"calculate\", \"name\": \"lugar\", \"calculation\": \"position(..)\"},"
    " {\"type\": \"calculate\", \"name\": \"mayor\", \"calculation\": \"if(${anos} > 8, concat(${hijo}, ' es mayor'), '')\"}]},"
    "{\"type\": \"calculate\", \"name\": \"caso\"}]}";

typedef struct
{
  const char *expression, *result;
} Case;

static const Case cases[] = {
  /* comparing; empty answers */
  { "${edad} = 34", "true" }, { "${edad} != 34", "false" }, { "${edad} >= 18 and ${edad} <= 99", "true" }, { "${edad} < 18 or ${edad} > 99", "false" },
  { "${vacio} = ''", "true" }, { "${vacio} != ''", "false" }, { "${vacio} > 3", "false" }, { "${vacio} < 3", "false" },
  { "not(${vacio} = '')", "false" }, { "not(${vacio})", "true" }, { "${nombre} and ${edad}", "true" }, { "${vacio} or ''", "false" },
  { "'abc' < 'abd'", "false" }, { "'2' < '10'", "true" }, { "1 = 1.0", "true" }, { "'1' = '1.0'", "false" }, { "true() = 'x'", "true" },
  /* reckoning */
  { "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" }, { "7 div 2", "3.5" }, { "7 mod 3", "1" }, { "-3 + 5", "2" }, { "10 - 3 - 2", "5" }, { "0.1 + 0.2", "0.3" },
  { "${edad} - 4", "30" }, { "${peso} * 2", "123" }, { "${vacio} + 1", "" }, { "2 - -2", "4" }, { "1 div 3", "0.333333333333333" },
  { "round(2.345, 2)", "2.35" }, { "round(2.5)", "3" }, { "round(-2.5)", "-3" }, { "round(1234, -2)", "1200" }, { "int(7.9)", "7" }, { "int(-7.9)", "-7" },
  { "floor(2.7)", "2" }, { "ceiling(2.1)", "3" }, { "abs(-4)", "4" }, { "pow(2, 10)", "1024" }, { "sqrt(81)", "9" }, { "exp10(2)", "100" }, { "log10(1000)", "3" },
  { "number('12')", "12" }, { "number('doce')", "" }, { "round(pi(), 4)", "3.1416" }, { "round(sin(0), 1)", "0" },
  /* texts */
  { "concat('a', 'b', ${edad})", "ab34" }, { "string-length(${nombre})", "5" }, { "substr('hello', 1, 3)", "el" }, { "substr('hello', -3)", "llo" },
  { "substring('12345', 2, 3)", "234" }, { "substring-before('1999/04/01', '/')", "1999" }, { "substring-after('1999/04/01', '/')", "04/01" },
  { "contains(${nombre}, 'cí')", "true" }, { "starts-with('abc', 'ab')", "true" }, { "ends-with('abc', 'bc')", "true" },
  { "normalize-space('  a   b ')", "a b" }, { "translate('bar', 'abc', 'ABC')", "BAr" }, { "translate('día', 'í', 'i')", "dia" },
  { "regex(${nombre}, '[A-Z].*')", "true" }, { "regex('abc123', '[a-z]+')", "false" }, { "regex('3101234567', '3[0-9]{9}')", "true" }, { "regex('a', '(')", "false" },
  { "coalesce(${vacio}, 'x')", "x" }, { "coalesce('a', 'x')", "a" }, { "string(12.50)", "12.5" }, { "join(' ', 'a', 'b')", "a b" },
  /* yes and no */
  { "if(${edad} >= 18, 'adulto', 'menor')", "adulto" }, { "if(selected(${colores}, 'azul'), 1, 0)", "1" }, { "boolean-from-string('1')", "true" },
  { "boolean-from-string('no')", "false" }, { "boolean(${vacio})", "false" }, { "checklist(2, 3, ${si}, 'yes', 'no')", "true" }, { "weighted-checklist(3, -1, ${si}, 2, 'no', 5)", "false" },
  /* choices */
  { "selected(${colores}, 'rojo')", "true" }, { "selected(${colores}, 'roj')", "false" }, { "count-selected(${colores})", "2" },
  { "selected-at(${colores}, 1)", "azul" }, { "selected-at(${colores}, 5)", "" }, { "jr:choice-name(${ciudad}, '${ciudad}')", "El Norte" },
  { "count(instance('ciudad')/root/item)", "2" }, { "instance('ciudad')/root/item[name = ${ciudad}]/label", "El Norte" },
  { "instance('ciudad')/root/item[name = 'sur']/label", "El Sur" },
  /* dates: ISO texts are days */
  { "today()", "2026-03-27" }, { "${nacio} <= today()", "true" }, { "${nacio} > today()", "false" }, { "today() - ${nacio}", "12564" },
  { "int((today() - ${nacio}) div 365.25)", "34" }, { "date(today() + 15)", "2026-04-11" }, { "date('2026-02-28') + 1 = date('2026-03-01')", "true" },
  { "format-date(${nacio}, '%d/%m/%Y')", "02/11/1991" }, { "format-date(${nacio}, '%e de %b de %y, %a')", "2 de nov de 91, sáb" },
  { "format-date-time(${cuando}, '%H:%M')", "10:30" }, { "decimal-date-time('1970-01-02')", "1" }, { "decimal-time('12:00')", "0.5" }, { "${hora} < '11:00'", "true" },
  { "date(${cuando})", "2026-03-27" }, { "date('mañana')", "" }, { "${cuando} = '2026-03-27T15:30:00Z'", "false" }, { "${cuando} <= '2026-03-27T15:30:00Z'", "true" },
  { "date-time('2026-03-27')", "2026-03-27T00:00:00.000" }, { "'2026-02-30' <= today()", "false" }, { "substr(now(), 0, 16)", "2026-03-27T12:00" },
  /* repeats */
  { "count(${hijos})", "3" }, { "sum(${anos})", "26" }, { "max(${anos})", "12" }, { "min(${anos})", "5" }, { "max(3, 8, ${vacio})", "8" }, { "join(', ', ${hijo})", "Ana, Luis, Sol" },
  { "concat(${lugar})", "123" }, { "join('|', ${mayor})", "|Luis es mayor|Sol es mayor" }, { "indexed-repeat(${hijo}, ${hijos}, 2)", "Luis" },
  { "count-non-empty(${hijo})", "3" }, { "sum(/data/hijos/anos)", "26" }, { "count(/data/hijos[anos > 8])", "2" }, { "${anos} = 9", "true" },
  /* paths, blanks, operators as names */
  { "../edad", "34" }, { " ( ${edad} ) ", "34" }, { "${ edad }", "34" }, { "${edad}div 2", "17" }, { "*[1]", "" },
  { "once('primera')", "primera" }, { "uuid() != uuid()", "true" }, { "random() < 1", "true" },
};

static TstInterview *
interview_with (const char *expression, GError **error)
{
  g_autoptr (JsonObject) object = tst_json_parse_object (form_text, -1, NULL);
  JsonArray *questions = json_object_get_array_member (object, "questions");
  g_autoptr (TstFixedClock) clock = tst_fixed_clock_new (NOW);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Bogota");
  g_autoptr (TstForm) form = NULL;

  json_object_set_string_member (json_array_get_object_element (questions, json_array_get_length (questions) - 1), "calculation", expression);
  form = tst_form_from_json (object, error);
  g_assert_nonnull (form);
  return tst_interview_new (form, TST_CLOCK (clock), zone, "es", error);
}

static void
test_cases (void)
{
  g_autoptr (JsonObject) answers = tst_json_parse_object (answers_text, -1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TstInterview) interview = interview_with (cases[i].expression, &error);

      g_assert_no_error (error);
      g_assert_true (tst_interview_load (interview, answers, &error));
      g_assert_no_error (error);
      if (g_strcmp0 (tst_answer_get_value (tst_interview_find (interview, "caso")), cases[i].result) != 0)
        g_error ("%s gives «%s», not «%s»", cases[i].expression, tst_answer_get_value (tst_interview_find (interview, "caso")), cases[i].result);
    }
}

/* Said when the form is read, never when somebody answers. */
static void
test_refused (void)
{
  static const char *const wrong[]
    = { "", "${nadie} = 1", "${edad = 1", "'abierto", "edad >", "(1 + 2", "1 +", "pulldata('a', 'b', 'c', 'd')", "inventada(1)", "if(1, 2)", "today(1)", "1 2", "${edad} ${peso}",
        "a b", "1 ! 2", "selected(${colores})", "))", "equal(1, 1)", "#", "substr('a')", "${edad} == 34", "jr:itext('a')", "@", "/", "1 + ]" };
  g_autofree char *deep = g_strnfill (300, '(');

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = tst_json_parse_object (form_text, -1, NULL);
      g_autoptr (TstForm) form = tst_form_from_json (object, NULL);
      g_autoptr (TstExpression) expression = tst_expression_new (form, wrong[i], &error);

      if (expression != NULL)
        g_error ("«%s» was taken", wrong[i]);
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (TstInterview) interview = interview_with (deep, &error);

    g_assert_null (interview);
    g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  }
}

/* However long it would take, it ends: no answer holds the screen. */
static void
test_bounded (void)
{
  g_autoptr (JsonObject) answers = tst_json_parse_object (answers_text, -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstInterview) interview
    = interview_with ("count(//*[count(//*[count(//*[count(//*[count(//*[count(//*) > 0]) > 0]) > 0]) > 0]) > 0])", &error);

  g_assert_no_error (error);
  g_assert_true (tst_interview_load (interview, answers, &error));
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "caso")), ==, "");
}

static void
test_values (void)
{
  static const struct
  {
    const char *text;
    double number;
  } texts[] = { { "1970-01-01", 0 }, { "2000-02-29", 11016 }, { "1970-01-01T12:00:00Z", 0.5 }, { "1970-01-01T12:00:00.000-05:00", 17.0 / 24 }, { "06:00", 0.25 },
                { " 7 ", 7 }, { "-3.5", -3.5 }, { ".5", 0.5 }, { "1e3", 1000 } };
  static const char *const none[] = { "", "x", "2026-13-01", "2026-02-30", "inf", "nan", "0x10", "1 2", "10:75", "1970-01-01T", "1970-01-01 10:00" };
  static const struct
  {
    double number;
    const char *text;
  } numbers[] = { { 0, "0" }, { -0.5, "-0.5" }, { 1e6, "1000000" }, { 0.1 + 0.2, "0.3" }, { 123456789012.25, "123456789012.25" }, { 0.00001, "0.00001" } };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpfloat_with_epsilon (tst_form_text_to_number (texts[i].text), texts[i].number, 1e-9);
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_true (isnan (tst_form_text_to_number (none[i])));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = tst_form_number_to_text (numbers[i].number);

      g_assert_cmpstr (text, ==, numbers[i].text);
    }
  g_assert_true (tst_form_is_integer ("-12"));
  g_assert_false (tst_form_is_integer ("1.0"));
  g_assert_false (tst_form_is_integer ("1234567890123456789"));
  g_assert_true (tst_form_is_geopoint ("7.12 -73.12"));
  g_assert_true (tst_form_is_geopoint ("7.12 -73.12 900 4"));
  g_assert_false (tst_form_is_geopoint ("97.12 -73.12"));
  g_assert_false (tst_form_is_date ("2026-02-29"));
  g_assert_true (tst_form_is_time ("23:59:59"));
  g_assert_null (tst_form_day_to_text (-800000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/expression/cases", test_cases);
  g_test_add_func ("/form/expression/refused", test_refused);
  g_test_add_func ("/form/expression/bounded", test_bounded);
  g_test_add_func ("/form/expression/values", test_values);
  return g_test_run ();
}
