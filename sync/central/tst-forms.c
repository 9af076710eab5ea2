/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-forms.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-own-records.h"
#include "central/tst-projection-private.h"
#include "record/tst-body.h"

#include <string.h>

#define MAX_FILE (16u * 1024 * 1024)
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* --- importing --- */

TstForm *
tst_forms_import (TstCentral *central, const char *path, GPtrArray **findings, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_utf8_make_valid (base, -1);
  g_autofree char *hex = NULL;
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_FILE, error);
  g_autoptr (TstForm) form = NULL;
  g_autoptr (JsonObject) content = json_object_new ();
  JsonArray *media = json_array_new ();
  JsonObject *medium = json_object_new ();
  TstMediaRef ref = { 0 };

  json_array_add_object_element (media, medium);
  json_object_set_array_member (content, "media", media);
  *findings = NULL;
  form = bytes != NULL ? tst_xlsform_read (bytes, name, findings, error) : NULL;
  if (form == NULL || !tst_media_store_put_bytes (tst_central_get_media (central), bytes, &ref, error))
    return NULL;
  hex = tst_hash_to_hex (&ref.sha256);
  json_object_set_string_member (content, "type", "form-import");
  json_object_set_string_member (content, "file", name);
  json_object_set_string_member (content, "form", form->code);
  json_object_set_string_member (content, "version", form->version);
  json_object_set_string_member (medium, "sha256", hex);
  json_object_set_int_member (medium, "bytes", (gint64) ref.bytes);
  json_object_set_string_member (medium, "type", XLSX);
  json_object_set_string_member (medium, "origin", "import");
  json_object_set_string_member (medium, "role", "catalogue");
  if (!tst_central_append_record (central, TST_KIND_SYSTEM, content, NULL, error))
    return NULL;
  return g_steal_pointer (&form);
}

gboolean
tst_projection_import_form (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body, GError **error)
{
  g_autoptr (GBytes) file = tst_projection_load_catalogue (media, body);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (TstForm) form = file != NULL ? tst_xlsform_read (file, tst_json_string (body, "file"), &findings, NULL) : NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *text = NULL;
  g_autoptr (TstStatement) put = NULL;

  /* It was read before its record was written: what cannot be read now is gone, or was read by another version. */
  if (form == NULL)
    return TRUE;
  object = tst_form_to_json (form);
  text = tst_json_write (object);
  put = tst_store_prepare (store, "INSERT OR REPLACE INTO form (code, rev, content) VALUES (?1, ?2, ?3)", error);
  if (put == NULL)
    return FALSE;
  tst_statement_bind_text (put, 1, form->code);
  tst_statement_bind_int (put, 2, (gint64) idx + 1);
  tst_statement_bind_text (put, 3, text);
  return tst_statement_step (put, NULL, error);
}

/* --- looking --- */

gboolean
tst_forms_load (TstStore *store, const char *code, TstForm **form, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT content FROM form WHERE code = ?1 COLLATE NOCASE", error);
  g_autofree char *lower = g_ascii_strdown (code, -1);
  gboolean row;

  *form = NULL;
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    {
      g_autoptr (JsonObject) object = tst_json_parse_object (tst_statement_text (statement, 0), -1, error);

      *form = object != NULL ? tst_form_from_json (object, error) : NULL;
      return *form != NULL;
    }
  *form = tst_form_shipped (lower);
  return TRUE;
}

TstFormResults *
tst_forms_results (TstStore *store, TstForm *form, gint64 *newest_s, GError **error)
{
  g_autoptr (TstFormResults) results = tst_form_results_new (form);
  /* The place in the log: groups of five stay what they were, whatever comes after, who was taken back among them. */
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT json_extract (i.content, '$.answers'), i.utc_s, l.idx, CASE WHEN i.state = 'pending' THEN 0 ELSE " TST_FORMS_GONE_AT ("i.id", "i.device")
    " END FROM item i JOIN leaf l ON l.text_hash = i.text_hash WHERE i.kind = 'survey' AND json_extract (i.content, '$.form') = ?1 COLLATE NOCASE"
    " UNION ALL SELECT g.asked, 0, l.idx, g.gone FROM survey_gone g JOIN leaf l ON l.text_hash = g.text_hash WHERE g.form = ?1 COLLATE NOCASE"
    " ORDER BY 3",
    error);
  gint64 newest = 0;
  guint n = 0;
  gboolean row;

  *newest_s = 0;
  if (statement == NULL)
    return NULL;
  tst_statement_bind_text (statement, 1, form->code);
  while (TRUE)
    {
      const char *text;
      g_autoptr (JsonObject) answers = NULL;

      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&results);
      text = tst_statement_text (statement, 0);
      answers = text != NULL ? tst_json_parse_object (text, -1, NULL) : NULL;
      if (answers == NULL)
        continue;
      tst_form_results_add_at (results, answers, tst_statement_int (statement, 2), tst_statement_int (statement, 3));
      if (tst_statement_int (statement, 3) != 0)
        continue;
      newest = MAX (newest, tst_statement_int (statement, 1));
      if (++n % TST_FORM_RESULTS_STEP == 0)
        *newest_s = newest;
    }
}

static gboolean
list_codes (TstStore *store, const char *sql, GPtrArray *codes, GError **error)
{
  g_autoptr (TstStatement) list = tst_store_prepare (store, sql, error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  while (TRUE)
    {
      const char *code;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      code = tst_statement_text (list, 0);
      if (code != NULL && *code != '\0' && strlen (code) <= 128 && strchr (code, '/') == NULL)
        g_ptr_array_add (codes, g_strdup (code));
    }
}

gboolean
tst_forms_answered (TstStore *store, GPtrArray *codes, GError **error)
{
  return list_codes (store, "SELECT lower (json_extract (content, '$.form')) AS form FROM item WHERE kind = 'survey' AND state = 'pending' GROUP BY form"
                            " HAVING count (*) >= 5 ORDER BY form", codes, error);
}

/* Questions without figures of their own (texts, places, pictures) are not a result. */
static gboolean
has_figures (JsonObject *question, const TstForm *form)
{
  const TstQuestion *asked = tst_form_find (form, tst_json_string (question, "name"));

  return asked != NULL && (asked->list != NULL || asked->type == TST_QUESTION_INTEGER || asked->type == TST_QUESTION_DECIMAL || asked->type == TST_QUESTION_RANGE);
}

JsonObject *
tst_forms_show (TstForm *form, TstFormResults *results, const char *lang)
{
  g_autoptr (JsonObject) whole = tst_form_results_to_json (results, tst_form_language (form, lang));
  JsonArray *questions = json_object_get_array_member (whole, "questions"), *shown;
  JsonObject *object;

  if (tst_json_int (whole, "responses", 0) < TST_FORM_RESULTS_STEP)
    return NULL;
  object = json_object_new ();
  shown = json_array_new ();
  json_object_set_string_member (object, "code", form->code);
  json_object_set_string_member (object, "title", tst_json_string (whole, "title"));
  json_object_set_int_member (object, "responses", tst_json_int (whole, "responses", 0));
  for (guint i = 0; i < json_array_get_length (questions); i++)
    if (has_figures (json_array_get_object_element (questions, i), form))
      json_array_add_object_element (shown, json_object_ref (json_array_get_object_element (questions, i)));
  json_object_set_array_member (object, "questions", shown);
  return object;
}

/* --- for the tablets --- */

/* What was last written, and of which revision: many tablets ask for the same. Touched on the store thread alone. */
typedef struct
{
  gint64 newest;
  char *text;
} Written;

static void
written_free (gpointer data)
{
  g_free (((Written *) data)->text);
  g_free (data);
}

typedef struct
{
  TstCentral *central;
  gint64 since, until;
  GString *text;
} Lines;

/* One line: what the page of surveys shows of @code, in the languages of a kiosk. */
static gboolean
add_line (TstStore *store, const char *code, GString *text, GError **error)
{
  static const char *const langs[] = { "es", "en" };
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstFormResults) results = NULL;
  g_autoptr (JsonObject) line = json_object_new ();
  g_autoptr (GDateTime) newest = NULL;
  g_autofree char *written = NULL;
  JsonObject *object = json_object_new (), *in = json_object_new ();
  gint64 newest_s;

  json_object_set_object_member (line, "results", object);
  json_object_set_object_member (object, "in", in);
  if (!tst_forms_load (store, code, &form, error))
    return FALSE;
  if (form == NULL)
    return TRUE;
  results = tst_forms_results (store, form, &newest_s, error);
  if (results == NULL)
    return FALSE;
  json_object_set_string_member (object, "code", form->code);
  newest = newest_s > 0 ? g_date_time_new_from_unix_utc (newest_s) : NULL;
  if (newest != NULL)
    json_object_set_string_member (object, "as_of", written = g_date_time_format (newest, "%Y-%m-%dT%H:%M:%SZ"));
  for (guint i = 0; i < G_N_ELEMENTS (langs); i++)
    {
      JsonObject *shown = tst_forms_show (form, results, langs[i]);

      if (shown != NULL)
        json_object_set_object_member (in, langs[i], shown);
    }
  g_free (written);
  written = tst_json_write (line);
  g_string_append (text, written);
  g_string_append_c (text, '\n');
  return TRUE;
}

/* Also those whose answers were all taken back: a tablet that showed them shows them no more. */
static char *
write_all (TstStore *store, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);

  if (!list_codes (store, "SELECT lower (json_extract (content, '$.form')) FROM item WHERE kind = 'survey' AND content IS NOT NULL"
                          " UNION SELECT lower (form) FROM survey_gone ORDER BY 1", codes, error))
    return NULL;
  for (guint i = 0; i < codes->len; i++)
    if (!add_line (store, codes->pdata[i], text, error))
      return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
write_lines (TstStore *store, gpointer data, GError **error)
{
  Lines *lines = data;
  Written *written = g_object_get_data (G_OBJECT (lines->central), "tst-results-lines");
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT max (" TST_FORMS_NEWEST ", " TST_FORMS_NEWEST_WORD ")", error);
  gint64 newest;
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  newest = tst_statement_int (statement, 0);
  if (newest <= lines->since || newest > lines->until)
    return TRUE;
  if (written == NULL || written->newest != newest)
    {
      char *text = write_all (store, error);

      if (text == NULL)
        return FALSE;
      written = g_new0 (Written, 1);
      written->newest = newest;
      written->text = text;
      g_object_set_data_full (G_OBJECT (lines->central), "tst-results-lines", written, written_free);
    }
  g_string_append (lines->text, written->text);
  return TRUE;
}

gboolean
tst_forms_write_lines (TstCentral *central, gint64 since, gint64 until, GString *text, GError **error)
{
  Lines lines = { .central = central, .since = since, .until = until, .text = text };

  return tst_store_read (tst_central_get_store (central), write_lines, &lines, error);
}

/* --- by hand --- */

static void
tell_findings (TstAdminCall *call, GPtrArray *findings)
{
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TstFormFinding *finding = findings->pdata[i];
      JsonObject *row = json_object_new ();
      JsonObject *where = json_object_new ();

      json_object_set_string_member (where, "sheet", finding->sheet);
      json_object_set_int_member (where, "row", finding->row);
      json_object_set_string_member (where, "column", finding->column);
      json_object_set_string_member (where, "what", finding->what);
      json_object_set_object_member (row, finding->fatal ? "fault" : "warning", where);
      tst_admin_call_row (call, row);
    }
}

static void
tell_form (TstAdminCall *call, const TstForm *form, const char *from)
{
  JsonObject *row = json_object_new ();
  const char *title = tst_form_words (form, form->title, form->default_language);

  json_object_set_string_member (row, "code", form->code);
  json_object_set_string_member (row, "title", title != NULL ? title : form->code);
  json_object_set_string_member (row, "version", form->version);
  json_object_set_int_member (row, "questions", tst_form_count_questions (form));
  json_object_set_string_member (row, "from", from);
  tst_admin_call_row (call, row);
}

static gboolean
run_import (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (TstForm) form = NULL;

  if (tst_json_string (args, "path") == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "The workbook's path is missing.");
      return FALSE;
    }
  form = tst_forms_import (central, tst_json_string (args, "path"), &findings, error);
  tell_findings (call, findings);
  if (form == NULL)
    return FALSE;
  tell_form (call, form, "here");
  return TRUE;
}

static gboolean
collect_forms (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *forms = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT content FROM form ORDER BY code", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autoptr (JsonObject) object = NULL;
      TstForm *form;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      object = tst_json_parse_object (tst_statement_text (statement, 0), -1, NULL);
      form = object != NULL ? tst_form_from_json (object, NULL) : NULL;
      if (form != NULL)
        g_ptr_array_add (forms, form);
    }
}

static gboolean
run_list (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_form_unref);

  if (!tst_store_read (tst_central_get_store (central), collect_forms, forms, error))
    return FALSE;
  for (guint i = 0; i < forms->len; i++)
    tell_form (call, forms->pdata[i], "here");
  for (guint s = 0; tst_form_shipped_codes ()[s] != NULL; s++)
    {
      g_autoptr (TstForm) form = tst_form_shipped (tst_form_shipped_codes ()[s]);
      gboolean replaced = FALSE;

      for (guint i = 0; i < forms->len && !replaced; i++)
        replaced = g_ascii_strcasecmp (((TstForm *) forms->pdata[i])->code, form->code) == 0;
      if (!replaced)
        tell_form (call, form, "shipped");
    }
  return TRUE;
}

const TstAdminOperation tst_admin_form_operations[] = {
  { "form-import", run_import },
  { "form-list", run_list },
  { NULL, NULL },
};
