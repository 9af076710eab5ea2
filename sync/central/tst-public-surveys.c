/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-forms.h"
#include "record/tst-body.h"

#include <string.h>

/* Results of questionnaires: what data/form/tst-form-results.h lets out, for each form that five people have answered. */

static gboolean
add_form (TstStore *store, TstPublicCall *call, const char *code, JsonArray *forms, GError **error)
{
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstFormResults) results = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *href = NULL;
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
  object = tst_forms_show (form, results, "es");
  if (object == NULL)
    return TRUE;
  escaped = g_uri_escape_string (form->code, NULL, FALSE);
  href = g_strdup_printf ("/descargas/encuesta-%s.csv", escaped);
  json_object_set_string_member (object, "csv_href", href);
  tst_public_set_day (call, object, "as_of", newest_s);
  json_array_add_object_element (forms, object);
  return TRUE;
}

gboolean
tst_public_build_surveys (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonArray *forms = json_array_new ();
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);

  call->page = "encuestas";
  json_object_set_array_member (call->model, "forms", forms);
  if (!tst_forms_answered (store, codes, error))
    return FALSE;
  for (guint i = 0; i < codes->len; i++)
    if (!add_form (store, call, codes->pdata[i], forms, error))
      return FALSE;
  return TRUE;
}

/* --- as a file --- */

static gboolean
is_code (const char *text)
{
  return text && *text && strlen (text) <= 128 && !strchr (text, '/');
}

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
