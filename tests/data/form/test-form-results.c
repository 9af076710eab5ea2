/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-results.h"

#include "record/tst-body.h"

#include <math.h>
#include <string.h>

static TstForm *
form_of_six (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = tst_json_parse_object (
    "{\"code\": \"f\", \"title\": \"Prueba\", \"lists\": {\"e5\": [{\"name\": \"1\"}, {\"name\": \"2\"}, {\"name\": \"3\"}], \"abc\": [{\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"c\"}]},"
    "\"questions\": [{\"type\": \"select_one\", \"name\": \"nota\", \"list\": \"e5\"}, {\"type\": \"select_multiple\", \"name\": \"varias\", \"list\": \"abc\"},"
    "{\"type\": \"select_one\", \"name\": \"quien\", \"list\": \"abc\", \"sensitive\": true}, {\"type\": \"integer\", \"name\": \"n\"}, {\"type\": \"text\", \"name\": \"t\"},"
    "{\"type\": \"rank\", \"name\": \"orden\", \"list\": \"abc\"}]}", -1, &error);
  TstForm *form;

  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  return form;
}

static void
add (TstFormResults *results, const char *text)
{
  g_autoptr (JsonObject) answers = tst_json_parse_object (text, -1, NULL);

  g_assert_nonnull (answers);
  tst_form_results_add (results, answers);
}

static JsonObject *
question_of (JsonObject *results, const char *name)
{
  JsonArray *questions = json_object_get_array_member (results, "questions");

  for (guint i = 0; i < json_array_get_length (questions); i++)
    if (strcmp (tst_json_string (json_array_get_object_element (questions, i), "name"), name) == 0)
      return json_array_get_object_element (questions, i);
  g_assert_not_reached ();
}

static gint64
count_of (JsonObject *results, const char *name, guint option)
{
  return tst_json_int (json_array_get_object_element (json_object_get_array_member (question_of (results, name), "options"), option), "count", -1);
}

/* A sheet that was made elsewhere does not say which questions are about the person: then any may be, and no choice of one to four people is shown. */
static void
test_unmarked (void)
{
  g_autoptr (TstForm) form = form_of_six ();
  g_autoptr (JsonObject) shown = NULL;

  for (guint unmarked = 0; unmarked < 2; unmarked++)
    {
      g_autoptr (TstFormResults) results = NULL;
      g_autoptr (JsonObject) object = NULL;
      g_autoptr (TstForm) same = NULL;
      JsonArray *options;

      form->unmarked = unmarked == 1;
      object = tst_form_to_json (form);
      same = tst_form_from_json (object, NULL);
      results = tst_form_results_new (same); /* as central does, from what was sent down */
      for (guint i = 0; i < 25; i++)
        add (results, i < 3 ? "{\"varias\": [\"a\"], \"nota\": \"1\", \"n\": 2}" : i < 11 ? "{\"varias\": [\"b\"], \"nota\": \"2\", \"n\": 2}" : "{\"varias\": [\"c\"], \"nota\": \"3\", \"n\": 2}");
      g_clear_pointer (&shown, json_object_unref);
      shown = tst_form_results_to_json (results, 0);
      options = json_object_get_array_member (question_of (shown, "varias"), "options");
      g_assert_cmpint (tst_json_bool (json_array_get_object_element (options, 0), "hidden", FALSE), ==, unmarked);
      /* Another goes with it, or the hidden one could be reckoned back. */
      g_assert_cmpint (tst_json_bool (json_array_get_object_element (options, 1), "hidden", FALSE), ==, unmarked);
      g_assert_cmpint (count_of (shown, "varias", 2), ==, 14);
      g_assert_cmpfloat (tst_json_double (question_of (shown, "n"), "mean", 0), ==, 2); /* of 25 people */
      /* Its average would tell how many of the two that are hidden chose which. */
      g_assert_cmpint (json_object_has_member (question_of (shown, "nota"), "mean"), ==, !unmarked);
    }
}

static void
test_counts (void)
{
  g_autoptr (TstForm) form = form_of_six ();
  g_autoptr (TstFormResults) results = tst_form_results_new (form);
  g_autoptr (JsonObject) shown = NULL;
  g_autofree char *csv = NULL;

  for (guint i = 0; i < 4; i++)
    add (results, "{\"nota\": \"3\", \"varias\": [\"a\", \"b\", \"a\"], \"n\": 10, \"t\": \"secreto\", \"orden\": [\"c\", \"a\"]}");
  shown = tst_form_results_to_json (results, 0);
  g_assert_cmpint (tst_json_int (shown, "responses", -1), ==, 0);
  g_assert_true (tst_json_bool (question_of (shown, "nota"), "few", FALSE));
  add (results, "{\"nota\": \"1\", \"varias\": [\"b\"], \"n\": 20, \"t\": \"secreto\", \"orden\": [\"a\"], \"otra\": 1}");
  g_clear_pointer (&shown, json_object_unref);
  shown = tst_form_results_to_json (results, 0);
  g_assert_cmpint (tst_json_int (shown, "responses", -1), ==, 5);
  g_assert_cmpint (count_of (shown, "nota", 2), ==, 4);
  g_assert_cmpint (count_of (shown, "varias", 0), ==, 4);
  g_assert_cmpint (count_of (shown, "varias", 1), ==, 5);
  g_assert_cmpint (count_of (shown, "orden", 2), ==, 4);
  g_assert_cmpfloat_with_epsilon (tst_json_double (question_of (shown, "nota"), "mean", 0), 2.6, 1e-9);
  g_assert_cmpint (tst_json_int (question_of (shown, "nota"), "mean_of", 0), ==, 3);
  g_assert_cmpfloat_with_epsilon (tst_json_double (question_of (shown, "n"), "mean", 0), 12, 1e-9);
  csv = tst_form_results_to_csv (results, 0);
  g_assert_null (strstr (csv, "secreto"));
  g_assert_nonnull (strstr (csv, "nota,nota,3,3,4,80,5,2.6"));
}

/* Somebody who looks before and after each answer learns nothing of it: figures stand still, then move by five at once. */
static void
test_differences (void)
{
  g_autoptr (TstForm) form = form_of_six ();
  g_autoptr (TstFormResults) results = tst_form_results_new (form);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  gint64 before[3] = { 0, 0, 0 }, answered_before = 0;

  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (JsonObject) shown = NULL;
      JsonObject *question;
      gint64 moved = 0, answered;

      /* Only some answer it, so that the steps of this question are not those of the form. */
      if (g_rand_boolean (rand))
        {
          g_autofree char *text = g_strdup_printf ("{\"nota\": \"%d\"}", g_rand_int_range (rand, 1, 4));

          add (results, text);
        }
      else
        add (results, "{\"n\": 1}");
      shown = tst_form_results_to_json (results, 0);
      question = question_of (shown, "nota");
      answered = tst_json_int (question, "answered", -1);
      g_assert_cmpint (answered % TST_FORM_RESULTS_STEP, ==, 0);
      if (tst_json_bool (question, "few", FALSE))
        continue;
      for (guint c = 0; c < 3; c++)
        {
          moved += count_of (shown, "nota", c) - before[c];
          before[c] = count_of (shown, "nota", c);
        }
      g_assert_cmpint (moved, ==, answered - answered_before);
      g_assert_true (moved == 0 || moved == TST_FORM_RESULTS_STEP);
      answered_before = answered;
    }
}

/* A small group cannot be reckoned back from the whole and the groups that are shown. */
static void
test_small_groups (void)
{
  static const guint cases[][3] = { { 12, 3, 5 }, { 18, 1, 1 }, { 15, 5, 0 }, { 1, 19, 0 }, { 2, 2, 1 }, { 4, 0, 6 }, { 20, 0, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TstForm) form = form_of_six ();
      g_autoptr (TstFormResults) results = tst_form_results_new (form);
      g_autoptr (JsonObject) shown = NULL;
      guint hidden = 0, hidden_people = 0;

      for (guint c = 0; c < 3; c++)
        for (guint n = 0; n < cases[i][c]; n++)
          {
            g_autofree char *text = g_strdup_printf ("{\"quien\": \"%c\"}", 'a' + c);

            add (results, text);
          }
      shown = tst_form_results_to_json (results, 0);
      for (guint c = 0; c < 3; c++)
        {
          gint64 count = count_of (shown, "quien", c);

          g_assert_true (count == -1 || count == 0 || count >= TST_FORM_RESULTS_STEP);
          if (count == -1)
            {
              hidden++;
              hidden_people += cases[i][c];
            }
        }
      g_assert_cmpuint (hidden, !=, 1);
      g_assert_true (hidden == 0 || hidden == 3 || hidden_people >= TST_FORM_RESULTS_STEP);
    }
}

/* Everybody ticks a choice of their own, so that the figures say who is counted; then people come and take answers back, and somebody looks each time. Whatever
 * is compared with whatever, those who are counted at the same times are five or more: nobody stands alone in any sum or difference. */
#define CROWD 60

static TstForm *
form_of_crowd (void)
{
  g_autoptr (GString) text = g_string_new ("{\"code\": \"f\", \"title\": \"Prueba\", \"lists\": {\"todos\": [");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = NULL;
  TstForm *form;

  for (guint i = 0; i < CROWD; i++)
    g_string_append_printf (text, "%s{\"name\": \"p%u\"}", i > 0 ? ", " : "", i);
  g_string_append (text, "]}, \"questions\": [{\"type\": \"select_multiple\", \"name\": \"yo\", \"list\": \"todos\"}]}");
  object = tst_json_parse_object (text->str, -1, &error);
  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  return form;
}

typedef struct
{
  gint64 at, gone_at; /* 0: not come, not gone */
  gboolean skips;     /* answers nothing */
  GString *seen;      /* '1' where counted, a look a letter */
} Person;

/* What is shown at this moment, from all that is known by then. */
static void
look (TstForm *form, Person *people, guint n)
{
  g_autoptr (TstFormResults) results = tst_form_results_new (form);
  g_autoptr (JsonObject) shown = NULL;
  guint counted = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = people[i].skips ? g_strdup ("{}") : g_strdup_printf ("{\"yo\": [\"p%u\"]}", i);
      g_autoptr (JsonObject) answers = tst_json_parse_object (text, -1, NULL);

      tst_form_results_add_at (results, answers, people[i].at, people[i].gone_at);
    }
  shown = tst_form_results_to_json (results, 0);
  for (guint i = 0; i < CROWD; i++)
    {
      gboolean is = !tst_json_bool (question_of (shown, "yo"), "few", FALSE) && count_of (shown, "yo", i) == 1;

      counted += is;
      g_string_append_c (people[i].seen, is ? '1' : '0');
    }
  g_assert_cmpuint (counted % TST_FORM_RESULTS_STEP, ==, 0);
  g_assert_cmpuint (tst_json_int (shown, "responses", -1) % TST_FORM_RESULTS_STEP, ==, 0);
}

static void
test_differences_with_withdrawals (void)
{
  g_autoptr (TstForm) form = form_of_crowd ();
  guint taken_from_view = 0;

  for (guint32 seed = 1; seed <= 40; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      Person people[CROWD] = { 0 };
      gint64 place = 0;
      guint n = 0;

      for (guint i = 0; i < CROWD; i++)
        people[i].seen = g_string_new (NULL);
      while (n < CROWD)
        {
          guint who = n > 0 ? (guint) g_rand_int_range (random, 0, (gint32) n) : 0;

          if (n > 0 && g_rand_int_range (random, 0, 5) == 0 && people[who].gone_at == 0)
            people[who].gone_at = ++place;
          else
            {
              people[n].at = ++place;
              people[n++].skips = g_rand_int_range (random, 0, 6) == 0;
            }
          look (form, people, n);
        }
      for (guint i = 0; i < CROWD; i++)
        {
          guint same = 0;

          if (strchr (people[i].seen->str, '1') == NULL)
            continue;
          for (guint j = 0; j < CROWD; j++)
            same += strcmp (people[i].seen->str, people[j].seen->str) == 0;
          g_assert_cmpuint (same, >=, TST_FORM_RESULTS_STEP);
          taken_from_view += people[i].seen->str[people[i].seen->len - 1] == '0';
        }
      for (guint i = 0; i < CROWD; i++)
        {
          /* And whoever took their answer back is not counted any more. */
          if (people[i].gone_at != 0)
            g_assert_cmpint (people[i].seen->str[people[i].seen->len - 1], ==, '0');
          g_string_free (people[i].seen, TRUE);
        }
    }
  g_assert_cmpuint (taken_from_view, >, 0);
}

/* A newer version that no longer knows a choice puts nobody into another group. */
static void
test_newer_version (void)
{
  g_autoptr (TstForm) form = form_of_six ();
  g_autoptr (TstFormResults) results = tst_form_results_new (form);
  g_autoptr (JsonObject) shown = NULL;

  for (guint i = 0; i < 9; i++)
    add (results, i == 2 ? "{\"nota\": \"9\"}" : i < 5 ? "{\"nota\": \"1\"}" : "{\"nota\": \"2\"}");
  shown = tst_form_results_to_json (results, 0);
  g_assert_true (tst_json_bool (question_of (shown, "nota"), "few", FALSE));
  add (results, "{\"nota\": \"2\"}");
  g_clear_pointer (&shown, json_object_unref);
  shown = tst_form_results_to_json (results, 0);
  g_assert_cmpint (count_of (shown, "nota", 0), ==, 4);
  g_assert_cmpint (count_of (shown, "nota", 1), ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/results/counts", test_counts);
  g_test_add_func ("/form/results/unmarked", test_unmarked);
  g_test_add_func ("/form/results/differences", test_differences);
  g_test_add_func ("/form/results/small-groups", test_small_groups);
  g_test_add_func ("/form/results/differences-with-withdrawals", test_differences_with_withdrawals);
  g_test_add_func ("/form/results/newer-version", test_newer_version);
  return g_test_run ();
}
