/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-forms.h"
#include "record/tst-body.h"

#include <string.h>

/* Results of questionnaires: what data/form/tst-form-results.h lets out, for each form that five people have answered. */

static gboolean
is_code (const char *text)
{
  return text && *text && strlen (text) <= 128 && !strchr (text, '/');
}

/* Questions without figures of their own (texts, places, pictures) are not a result. */
static gboolean
has_figures (JsonObject *question, const TstForm *form)
{
  const TstQuestion *asked = tst_form_find (form, tst_json_string (question, "name"));

  return asked != NULL && (asked->list != NULL || asked->type == TST_QUESTION_INTEGER || asked->type == TST_QUESTION_DECIMAL || asked->type == TST_QUESTION_RANGE);
}

static gboolean
add_form (TstStore *store, TstPublicCall *call, const char *code, JsonArray *forms, GError **error)
{
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstFormResults) results = NULL;
  g_autoptr (JsonObject) whole = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *href = NULL;
  JsonArray *questions, *shown;
  JsonObject *object;
  gint64 newest_s;

  if (!tst_forms_load (store, code, &form, error))
    return FALSE;
  /* Of another version's form, or of one that only a tablet has: what an option says cannot be told from what a person typed. */
  if (form == NULL)
    return TRUE;
  results = tst_forms_results (store, form, &newest_s, error);
  if (results == NULL)
    return FALSE;
  whole = tst_form_results_to_json (results, tst_form_language (form, "es"));
  if (tst_json_int (whole, "responses", 0) < TST_FORM_RESULTS_STEP)
    return TRUE;
  escaped = g_uri_escape_string (form->code, NULL, FALSE);
  href = g_strdup_printf ("/descargas/encuesta-%s.csv", escaped);
  object = json_object_new ();
  shown = json_array_new ();
  json_object_set_string_member (object, "code", form->code);
  json_object_set_string_member (object, "title", tst_json_string (whole, "title"));
  json_object_set_int_member (object, "responses", tst_json_int (whole, "responses", 0));
  json_object_set_string_member (object, "csv_href", href);
  tst_public_set_day (call, object, "as_of", newest_s);
  questions = json_object_get_array_member (whole, "questions");
  for (guint i = 0; i < json_array_get_length (questions); i++)
    if (has_figures (json_array_get_object_element (questions, i), form))
      json_array_add_object_element (shown, json_object_ref (json_array_get_object_element (questions, i)));
  json_object_set_array_member (object, "questions", shown);
  json_array_add_object_element (forms, object);
  return TRUE;
}

gboolean
tst_public_build_surveys (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonArray *forms = json_array_new ();
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE;

  call->page = "encuestas";
  json_object_set_array_member (call->model, "forms", forms);
  {
    g_autoptr (TstStatement) list
      = tst_public_query (store, error,
                          "SELECT lower (json_extract (content, '$.form')) AS form FROM item WHERE kind = 'survey'"
                          " AND state = 'pending' GROUP BY form HAVING count (*) >= 5 ORDER BY form",
                          "");

    if (!list)
      return FALSE;
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        if (is_code (tst_statement_text (list, 0)))
          g_ptr_array_add (codes, g_strdup (tst_statement_text (list, 0)));
      }
  }
  for (guint i = 0; i < codes->len; i++)
    if (!add_form (store, call, codes->pdata[i], forms, error))
      return FALSE;
  return TRUE;
}

/* --- as a file --- */

typedef struct
{
  const char *code;
  char *text;
} Csv;

static gboolean
read_csv (TstStore *store, gpointer data, GError **error)
{
  Csv *csv = data;
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstFormResults) results = NULL;
  g_autoptr (JsonObject) whole = NULL;
  gint64 newest_s;

  if (!tst_forms_load (store, csv->code, &form, error))
    return FALSE;
  if (form == NULL)
    return TRUE;
  results = tst_forms_results (store, form, &newest_s, error);
  if (results == NULL)
    return FALSE;
  whole = tst_form_results_to_json (results, tst_form_language (form, "es"));
  if (tst_json_int (whole, "responses", 0) >= TST_FORM_RESULTS_STEP)
    csv->text = tst_form_results_to_csv (results, tst_form_language (form, "es"));
  return TRUE;
}

GBytes *
tst_public_survey_csv (TstPublicRoutes *routes, const char *code, GError **error)
{
  Csv csv = { .code = code };

  if (!is_code (code) || !tst_store_read (tst_central_get_store (routes->central), read_csv, &csv, error) || csv.text == NULL)
    return NULL;
  return g_bytes_new_take (csv.text, strlen (csv.text));
}
