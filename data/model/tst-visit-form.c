/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-visit-form.h"

#include "base/tst-error.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_LINE 500
#define MAX_COUNT 100000

/* The codes are in records: append only. */
static const TstVisitQuestion questions[] = {
  { "contrato_obra", TST_VISIT_ASK_TEXT, "Contrato de obra", "Works contract", NULL },
  { "contrato_interventoria", TST_VISIT_ASK_TEXT, "Contrato de interventoría", "Supervision contract", NULL },
  { "valla", TST_VISIT_ASK_YES_NO, "¿La valla de la obra está a la vista?", "Is the site sign in view?", "valla" },
  { "frentes", TST_VISIT_ASK_NUMBER, "Frentes de trabajo activos", "Active work fronts", NULL },
  { "personal", TST_VISIT_ASK_NUMBER, "Personas trabajando", "People at work", NULL },
  { "epp", TST_VISIT_ASK_COMPLIANCE, "Elementos de protección personal (EPP)", "Personal protective equipment", NULL },
  { "pmt", TST_VISIT_ASK_COMPLIANCE, "Señalización y manejo de tránsito (PMT)", "Signs and traffic management", NULL },
  { "ambiental", TST_VISIT_ASK_COMPLIANCE, "Manejo ambiental", "Environmental care", NULL },
  { "materiales", TST_VISIT_ASK_COMPLIANCE, "Calidad y acopio de materiales", "Quality and storage of materials", NULL },
};

const TstVisitQuestion *
tst_visit_form (guint *n_questions)
{
  *n_questions = G_N_ELEMENTS (questions);
  return questions;
}

const TstVisitQuestion *
tst_visit_question (const char *code)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (questions); i++)
    if (strcmp (questions[i].code, code) == 0)
      return &questions[i];
  return NULL;
}

static gboolean
fits (const TstVisitQuestion *question, JsonNode *value)
{
  GType type = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : G_TYPE_INVALID;

  switch (question->ask)
    {
    case TST_VISIT_ASK_YES_NO:
      return type == G_TYPE_BOOLEAN;
    case TST_VISIT_ASK_NUMBER:
      return type == G_TYPE_INT64 && json_node_get_int (value) >= 0 && json_node_get_int (value) <= MAX_COUNT;
    case TST_VISIT_ASK_COMPLIANCE:
      return type == G_TYPE_STRING && tst_code_is_valid (TST_LIST_COMPLIANCE, json_node_get_string (value));
    case TST_VISIT_ASK_TEXT:
      return type == G_TYPE_STRING && g_utf8_strlen (json_node_get_string (value), -1) <= MAX_LINE;
    default:
      g_assert_not_reached ();
    }
}

gboolean
tst_visit_form_check (JsonObject *answers, GError **error)
{
  JsonObjectIter iter;
  const char *code;
  JsonNode *value;

  json_object_iter_init (&iter, answers);
  while (json_object_iter_next (&iter, &code, &value))
    {
      const TstVisitQuestion *question = tst_visit_question (code);

      if (question == NULL)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD,
                       "The checklist has no question «%s». Nothing was saved; take it out or correct its name.", code);
          return FALSE;
        }
      if (!fits (question, value))
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The answer to «%s» is not one that this question takes. Nothing was saved.",
                       code);
          return FALSE;
        }
    }
  return TRUE;
}

guint
tst_visit_form_answered (JsonObject *answers)
{
  guint n = 0;

  for (guint i = 0; answers != NULL && i < G_N_ELEMENTS (questions); i++)
    if (json_object_has_member (answers, questions[i].code))
      n++;
  return n;
}

char *
tst_visit_form_answer_text (const TstVisitQuestion *question, JsonObject *answers, const char *lang)
{
  gboolean english = g_strcmp0 (lang, "en") == 0;
  JsonNode *value = answers != NULL ? json_object_get_member (answers, question->code) : NULL;

  if (value == NULL || !fits (question, value))
    return NULL;
  switch (question->ask)
    {
    case TST_VISIT_ASK_YES_NO:
      if (json_node_get_boolean (value))
        return g_strdup (english ? "Yes" : "Sí");
      return g_strdup ("No");
    case TST_VISIT_ASK_NUMBER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (value));
    case TST_VISIT_ASK_COMPLIANCE:
      return g_strdup (tst_code_label (TST_LIST_COMPLIANCE, json_node_get_string (value), lang));
    case TST_VISIT_ASK_TEXT:
      return g_strdup (json_node_get_string (value));
    default:
      g_assert_not_reached ();
    }
}

static gboolean
read_date (const char *text, GDate *date)
{
  int year, month, day;

  if (text == NULL || sscanf (text, "%4d-%2d-%2d", &year, &month, &day) != 3 || !g_date_valid_year (CLAMP (year, 0, 9999))
      || !g_date_valid_dmy (CLAMP (day, 0, 31), CLAMP (month, 0, 12), year))
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, day, month, year);
  return TRUE;
}

double
tst_visit_suggest_programmed (const char *start_planned, const char *end_planned, const GDate *date)
{
  GDate start, end;
  int whole, gone;

  if (!read_date (start_planned, &start) || !read_date (end_planned, &end) || !g_date_valid (date))
    return NAN;
  whole = g_date_days_between (&start, &end);
  gone = g_date_days_between (&start, date);
  if (whole <= 0)
    return NAN;
  return CLAMP (round (1000.0 * gone / whole) / 10, 0, 100);
}
