/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-forms.h"

#include "base/tst-fs.h"
#include "journal/tst-journal-private.h"

#include <string.h>

#define MAX_FILE (16 * 1024 * 1024)
#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* Written by central, imported here, shipped: the first that there is. */
static const char find_form[] = "SELECT content FROM form WHERE code = ?1 COLLATE NOCASE";

/* --- tables; on the store thread --- */

static gboolean
put_form (TstStore *store, const TstForm *form, const char *origin, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO form (code, origin, content) VALUES (?1, ?2, ?3)"
           " ON CONFLICT (code) DO UPDATE SET origin = excluded.origin, content = excluded.content", error);
  g_autoptr (JsonObject) object = tst_form_to_json (form);
  g_autofree char *content = tst_json_write (object);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, form->code);
  tst_statement_bind_text (statement, 2, origin);
  tst_statement_bind_text (statement, 3, content);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
central_has (TstStore *store, const char *code, gboolean *has, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM central_form WHERE code = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  return tst_statement_step (statement, has, error);
}

/* The workbook was read before its record was written: what cannot be read now was read by another version, and central's log still has it. */
gboolean
tst_forms_apply_import (TstFieldBook *self, TstStore *store, JsonObject *body, GError **error)
{
  g_autoptr (GPtrArray) media = tst_body_get_media (body, NULL);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TstForm) form = NULL;
  g_autofree char *path = NULL;
  gboolean central;

  if (media == NULL || media->len == 0)
    return TRUE;
  path = tst_media_store_path (self->media, &((TstPartRef *) media->pdata[0])->sha256);
  bytes = tst_fs_read (path, MAX_FILE, NULL);
  form = bytes != NULL ? tst_xlsform_read (bytes, tst_json_string (body, "file"), &findings, NULL) : NULL;
  if (form == NULL)
    return TRUE;
  if (!central_has (store, form->code, &central, error))
    return FALSE;
  return central || put_form (store, form, "here", error);
}

gboolean
tst_forms_store_central (TstStore *store, JsonObject *object, gint64 rev, GError **error)
{
  g_autoptr (TstForm) form = tst_form_from_json (object, NULL);
  g_autoptr (TstStatement) statement = NULL;
  g_autofree char *content = NULL;

  if (form == NULL)
    return TRUE; /* of a newer central: costs itself */
  content = tst_json_write (object);
  statement = tst_store_prepare (store, "INSERT INTO central_form (code, rev, content) VALUES (?1, ?2, ?3)"
                                        " ON CONFLICT (code) DO UPDATE SET rev = excluded.rev, content = excluded.content", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, form->code);
  tst_statement_bind_int (statement, 2, rev);
  tst_statement_bind_text (statement, 3, content);
  return tst_statement_step (statement, NULL, error) && put_form (store, form, "central", error);
}

gboolean
tst_forms_store_results (TstStore *store, JsonObject *results, gint64 rev, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO central_results (code, rev, content) VALUES (?1, ?2, ?3)"
           " ON CONFLICT (code) DO UPDATE SET rev = excluded.rev, content = excluded.content", error);
  g_autofree char *content = tst_json_write (results);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_json_string (results, "code"));
  tst_statement_bind_int (statement, 2, rev);
  tst_statement_bind_text (statement, 3, content);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_forms_overlay (TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT content FROM central_form ORDER BY code", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autoptr (JsonObject) object = NULL;
      g_autoptr (TstForm) form = NULL;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      object = tst_json_parse_object (tst_statement_text (statement, 0), -1, NULL);
      form = object != NULL ? tst_form_from_json (object, NULL) : NULL;
      if (form != NULL && !put_form (store, form, "central", error))
        return FALSE;
    }
}

/* --- importing --- */

gboolean
tst_field_book_import_form (TstFieldBook *self, const char *path, GPtrArray **findings, TstForm **form, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TstForm) read = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_autofree char *base = NULL;
  TstMediaRef ref;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && path != NULL, FALSE);
  base = g_path_get_basename (path);
  bytes = tst_fs_read (path, MAX_FILE, error);
  read = bytes != NULL ? tst_xlsform_read (bytes, base, &found, error) : NULL;
  if (findings != NULL)
    *findings = found != NULL ? g_ptr_array_ref (found) : NULL;
  if (read == NULL)
    return FALSE;
  if (!tst_media_store_put_bytes (self->media, bytes, &ref, error))
    {
      g_atomic_int_set (&self->medium_left, TRUE);
      return FALSE;
    }
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "form-import");
  tst_draft_set_string (draft, "file", base);
  tst_draft_set_string (draft, "form", read->code);
  tst_draft_set_string (draft, "version", read->version);
  json_object_set_int_member (draft->content, "questions", tst_form_count_questions (read));
  tst_draft_add_medium (draft, &ref, XLSX, "import", "form");
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, NULL, NULL, error))
    {
      g_atomic_int_set (&self->medium_left, TRUE);
      return FALSE;
    }
  if (form != NULL)
    *form = g_steal_pointer (&read);
  return TRUE;
}

/* --- looking --- */

typedef struct
{
  const char *code;
  char *content;
} Find;

static gboolean
find_in_store (TstStore *store, gpointer data, GError **error)
{
  Find *find = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, find_form, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, find->code);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    find->content = g_strdup (tst_statement_text (statement, 0));
  return TRUE;
}

TstForm *
tst_field_book_dup_form (TstFieldBook *self, const char *code, GError **error)
{
  Find find = { .code = code };
  g_autofree char *lower = NULL;
  g_autofree char *content = NULL;
  g_autoptr (JsonObject) object = NULL;
  TstForm *form;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && code != NULL, NULL);
  if (!tst_store_read (self->store, find_in_store, &find, error))
    return NULL;
  content = find.content;
  if (content != NULL)
    {
      object = tst_json_parse_object (content, -1, error);
      return object != NULL ? tst_form_from_json (object, error) : NULL;
    }
  lower = g_ascii_strdown (code, -1);
  form = tst_form_shipped (lower);
  if (form == NULL)
    g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no form with that code here; form list shows them. Nothing was saved.");
  return form;
}

/* A row of the list "forms". */
static JsonObject *
row_of (const TstForm *form, const char *origin)
{
  JsonObject *row = json_object_new ();
  JsonArray *languages = json_array_new ();
  JsonObject *titles = json_object_new ();

  for (guint i = 0; i < form->languages->len; i++)
    {
      json_array_add_string_element (languages, form->languages->pdata[i]);
      json_object_set_string_member (titles, form->languages->pdata[i],
                                     tst_form_words (form, form->title, i) != NULL ? tst_form_words (form, form->title, i) : form->code);
    }
  json_object_set_string_member (row, "code", form->code);
  json_object_set_string_member (row, "title", tst_form_words (form, form->title, form->default_language));
  json_object_set_object_member (row, "titles", titles);
  json_object_set_string_member (row, "version", form->version);
  json_object_set_int_member (row, "questions", tst_form_count_questions (form));
  json_object_set_array_member (row, "languages", languages);
  json_object_set_string_member (row, "from", origin);
  json_object_set_boolean_member (row, "staff", form->staff);
  return row;
}

typedef struct
{
  const char *sql;
  guint columns;
  GPtrArray *texts; /* row after row */
} Texts;

static gboolean
collect_texts (TstStore *store, gpointer data, GError **error)
{
  Texts *wanted = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, wanted->sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      for (guint i = 0; i < wanted->columns; i++)
        g_ptr_array_add (wanted->texts, g_strdup (tst_statement_text (statement, i)));
    }
}

gboolean
tst_forms_list (TstFieldBook *self, const TstQuery *query, TstRowFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Texts wanted = { "SELECT origin, content FROM form ORDER BY code", 2, texts };

  if (!tst_store_read (self->store, collect_texts, &wanted, error))
    return FALSE;
  for (guint i = 0; i + 1 < texts->len; i += 2)
    {
      g_autoptr (JsonObject) object = tst_json_parse_object (texts->pdata[i + 1], -1, NULL);
      g_autoptr (TstForm) form = object != NULL ? tst_form_from_json (object, NULL) : NULL;

      if (form == NULL)
        continue;
      g_ptr_array_add (rows, row_of (form, texts->pdata[i]));
      g_hash_table_add (seen, (gpointer) tst_json_string (rows->pdata[rows->len - 1], "code"));
    }
  for (guint i = 0; tst_form_shipped_codes ()[i] != NULL; i++)
    if (!g_hash_table_contains (seen, tst_form_shipped_codes ()[i]))
      {
        g_autoptr (TstForm) form = tst_form_shipped (tst_form_shipped_codes ()[i]);

        g_ptr_array_add (rows, row_of (form, "shipped"));
      }
  for (guint i = query->offset; i < rows->len && (query->limit == 0 || i < query->offset + query->limit); i++)
    if (!func (rows->pdata[i], user_data))
      break;
  return TRUE;
}

gboolean
tst_forms_list_results (TstFieldBook *self, TstRowFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Texts wanted = { "SELECT content FROM central_results ORDER BY code", 1, texts };

  if (!tst_store_read (self->store, collect_texts, &wanted, error))
    return FALSE;
  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (JsonObject) row = tst_json_parse_object (texts->pdata[i], -1, NULL);

      if (row != NULL && !func (row, user_data))
        break;
    }
  return TRUE;
}

/* --- for the main loop --- */

typedef struct
{
  char *text;
  GPtrArray *findings;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->text);
  g_clear_pointer (&job->findings, g_ptr_array_unref);
  g_free (job);
}

static void
form_unref (gpointer form)
{
  tst_form_unref (form);
}

/* One act by itself, which the store puts in its order: no second one waits for it. */
static void
run_import (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  TstForm *form = NULL;

  if (tst_field_book_import_form (source, job->text, &job->findings, &form, &error))
    g_task_return_pointer (task, form, form_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_dup (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  TstForm *form = tst_field_book_dup_form (source, job->text, &error);

  if (form != NULL)
    g_task_return_pointer (task, form, form_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start (TstFieldBook *self, const char *text, gpointer tag, GTaskThreadFunc run, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->text = g_strdup (text);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run);
}

void
tst_field_book_import_form_async (TstFieldBook *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  start (self, path, tst_field_book_import_form_async, run_import, cancellable, callback, user_data);
}

gboolean
tst_field_book_import_form_finish (TstFieldBook *self, GAsyncResult *result, GPtrArray **findings, TstForm **form, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (TstForm) read = NULL;

  if (findings != NULL)
    *findings = job->findings != NULL ? g_ptr_array_ref (job->findings) : NULL;
  read = g_task_propagate_pointer (G_TASK (result), error);
  if (read == NULL)
    return FALSE;
  if (form != NULL)
    *form = g_steal_pointer (&read);
  return TRUE;
}

void
tst_field_book_dup_form_async (TstFieldBook *self, const char *code, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  start (self, code, tst_field_book_dup_form_async, run_dup, cancellable, callback, user_data);
}

TstForm *
tst_field_book_dup_form_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
