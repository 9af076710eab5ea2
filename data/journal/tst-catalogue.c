/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"
#include "model/tst-works-import.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

#define MAX_FILE (512 * 1024 * 1024)

/* Works: what was imported here, and over it what central sent. An import is one record that names its file; a rebuild reads
 * the stored file again. What central has a word on (even "gone") an import does not touch, so that the order in which the two
 * came makes no difference. */

/* After every change of a work, in its transaction. */
gboolean
tst_catalogue_touch (TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "UPDATE meta SET value = lower (hex (randomblob (16))) WHERE name = 'works_stamp'", error);

  return statement != NULL && tst_statement_step (statement, NULL, error);
}

static gboolean
remove_work (TstStore *store, const char *code, GError **error)
{
  g_autoptr (TstStatement) search
    = tst_store_prepare (store, "DELETE FROM work_search WHERE rowid = (SELECT n FROM work WHERE code = ?1)", error);
  g_autoptr (TstStatement) work = NULL;

  if (search == NULL)
    return FALSE;
  tst_statement_bind_text (search, 1, code);
  if (!tst_statement_step (search, NULL, error))
    return FALSE;
  work = tst_store_prepare (store, "DELETE FROM work WHERE code = ?1", error);
  if (work == NULL)
    return FALSE;
  tst_statement_bind_text (work, 1, code);
  return tst_statement_step (work, NULL, error) && tst_catalogue_touch (store, error);
}

static gboolean
write_work (TstStore *store, const TstWork *work, const char *content, gint64 n, GError **error)
{
  g_autofree char *words = tst_work_search_text (work);
  g_autoptr (TstStatement) row = NULL;
  g_autoptr (TstStatement) search = NULL;

  if (n != 0)
    {
      row = tst_store_prepare (
        store, "UPDATE work SET code = ?1, title = ?2, status = ?3, lat = ?4, lon = ?5, content = ?6 WHERE n = ?7", error);
      search = tst_store_prepare (store, "UPDATE work_search SET words = ?1 WHERE rowid = ?2", error);
    }
  else
    {
      row = tst_store_prepare (
        store, "INSERT INTO work (code, title, status, lat, lon, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
      search = tst_store_prepare (store, "INSERT INTO work_search (words, rowid) VALUES (?1, last_insert_rowid ())", error);
    }
  if (row == NULL || search == NULL)
    return FALSE;
  tst_statement_bind_text (row, 1, work->code);
  tst_statement_bind_text (row, 2, work->title);
  tst_statement_bind_text (row, 3, work->status);
  if (isfinite (work->lat) && isfinite (work->lon))
    {
      tst_statement_bind_double (row, 4, work->lat);
      tst_statement_bind_double (row, 5, work->lon);
    }
  tst_statement_bind_text (row, 6, content);
  if (n != 0)
    {
      tst_statement_bind_int (row, 7, n);
      tst_statement_bind_int (search, 2, n);
    }
  tst_statement_bind_text (search, 1, words);
  return tst_statement_step (row, NULL, error) && tst_statement_step (search, NULL, error) && tst_catalogue_touch (store, error);
}

static gboolean
find_work (TstStore *store, const char *code, gint64 *n, char **content, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT n, content FROM work WHERE code = ?1", error);
  gboolean row;

  *n = 0;
  *content = NULL;
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    {
      *n = tst_statement_int (statement, 0);
      *content = g_strdup (tst_statement_text (statement, 1));
    }
  return TRUE;
}

static gboolean
central_knows (TstStore *store, const char *code, gboolean *knows, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM central_work WHERE code = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  return tst_statement_step (statement, knows, error);
}

/* Any subset of the columns may come: what the new row is silent about stays as it was. A new place replaces the old one whole. */
static TstWork *
merge_work (const char *old_text, const char *new_text, GError **error)
{
  static const char *const place[] = { "lat", "lon", "wkt" };
  g_autoptr (JsonObject) old = tst_json_parse_object (old_text, -1, error);
  g_autoptr (JsonObject) new = old != NULL ? tst_json_parse_object (new_text, -1, error) : NULL;
  g_autoptr (GList) names = NULL;
  gboolean moved = FALSE;

  if (new == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (place); i++)
    moved = moved || json_object_has_member (new, place[i]);
  for (guint i = 0; moved && i < G_N_ELEMENTS (place); i++)
    json_object_remove_member (old, place[i]);
  names = json_object_get_members (new);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (old, l->data, json_object_dup_member (new, l->data));
  return tst_work_from_json (old, error);
}

static gboolean
import_work (TstStore *store, const TstWork *work, const char *content, TstImportCounts *counts, GError **error)
{
  g_autofree char *old = NULL;
  g_autofree char *merged_text = NULL;
  g_autoptr (TstWork) merged = NULL;
  gboolean central;
  gint64 n;

  if (!central_knows (store, work->code, &central, error) || !find_work (store, work->code, &n, &old, error))
    return FALSE;
  if (central || (n != 0 && strcmp (old, content) == 0))
    {
      counts->unchanged++;
      return TRUE;
    }
  if (n == 0)
    {
      counts->added++;
      return write_work (store, work, content, 0, error);
    }
  merged = merge_work (old, content, error);
  if (merged == NULL)
    return FALSE;
  merged_text = tst_work_to_text (merged);
  if (strcmp (old, merged_text) == 0)
    {
      counts->unchanged++;
      return TRUE;
    }
  counts->updated++;
  return write_work (store, merged, merged_text, n, error);
}

/* --- an import --- */

typedef struct
{
  TstStore *store;
  TstImportCounts counts;
  TstRowRefused on_refused;
  gpointer user_data;
  GPtrArray *texts; /* works as text, in order */
} Import;

static gboolean
collect_work (const TstWork *work, guint row, gpointer user_data, GError **error)
{
  g_ptr_array_add (((Import *) user_data)->texts, tst_work_to_text (work));
  return TRUE;
}

static void
count_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  Import *import = user_data;

  import->counts.rejected++;
  if (import->on_refused != NULL)
    import->on_refused (row, code, message, import->user_data);
}

static gboolean
import_texts (TstStore *store, GPtrArray *texts, TstImportCounts *counts, GError **error)
{
  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (JsonObject) object = tst_json_parse_object (texts->pdata[i], -1, error);
      g_autoptr (TstWork) work = object != NULL ? tst_work_from_json (object, error) : NULL;

      if (work == NULL || !import_work (store, work, texts->pdata[i], counts, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
before_import (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  Import *import = data;

  if (!import_texts (store, import->texts, &import->counts, error))
    return FALSE;
  json_object_set_int_member (draft->content, "added", import->counts.added);
  json_object_set_int_member (draft->content, "updated", import->counts.updated);
  json_object_set_int_member (draft->content, "unchanged", import->counts.unchanged);
  json_object_set_int_member (draft->content, "rejected", import->counts.rejected);
  draft->works_done = TRUE;
  return tst_draft_seal (draft, self, error);
}

static const char *
format_mime (TstWorksFormat format)
{
  switch (format)
    {
    case TST_WORKS_GEOJSON:
      return "application/geo+json";
    case TST_WORKS_OC4IDS:
      return "application/json";
    case TST_WORKS_CSV:
    case TST_WORKS_SECOP:
    default:
      return "text/csv";
    }
}

gboolean
tst_field_book_import_works (TstFieldBook *self, const char *path, TstRowRefused on_refused, gpointer user_data,
                             TstImportCounts *counts, GCancellable *cancellable, GError **error)
{
  static const TstWorksImportFuncs funcs = { collect_work, count_refused, NULL };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TstDraft) draft = NULL;
  g_autofree char *base = NULL;
  Import import = { .on_refused = on_refused, .user_data = user_data, .texts = texts };
  TstWorksImportResult result = { 0 };
  TstMediaRef ref;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && path != NULL, FALSE);
  bytes = tst_fs_read (path, MAX_FILE, error);
  if (bytes == NULL || !tst_works_import (bytes, &funcs, &import, &result, cancellable, error))
    return FALSE;
  if (!tst_media_store_put_bytes (self->media, bytes, &ref, error))
    {
      g_atomic_int_set (&self->medium_left, TRUE);
      return FALSE;
    }

  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_SYSTEM, "works-import");
  base = g_path_get_basename (path);
  tst_draft_set_string (draft, "file", base);
  tst_draft_set_string (draft, "format", tst_works_format_name (result.format));
  tst_draft_add_medium (draft, &ref, format_mime (result.format), "import", "catalogue");
  if (!tst_journal_commit (self, draft, before_import, &import, error))
    {
      g_atomic_int_set (&self->medium_left, TRUE);
      return FALSE;
    }
  if (counts != NULL)
    *counts = import.counts;
  return TRUE;
}

gboolean
tst_catalogue_reapply (TstFieldBook *self, TstStore *store, JsonObject *body, GError **error)
{
  static const TstWorksImportFuncs funcs = { collect_work, count_refused, NULL };
  g_autoptr (GPtrArray) media = tst_body_get_media (body, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  Import import = { .texts = texts };
  TstImportCounts counts = { 0 };

  if (media == NULL)
    return FALSE;
  if (media->len == 0)
    return TRUE;
  path = tst_media_store_path (self->media, &((TstPartRef *) media->pdata[0])->sha256);
  bytes = tst_fs_read (path, MAX_FILE, error);
  return bytes != NULL && tst_works_import (bytes, &funcs, &import, NULL, NULL, error)
         && import_texts (store, texts, &counts, error);
}

gboolean
tst_catalogue_place (TstStore *store, const char *code, double *latitude, double *longitude)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT lat, lon FROM work WHERE code = ?1 AND lat IS NOT NULL", NULL);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  if (!tst_statement_step (statement, &row, NULL) || !row)
    return FALSE;
  *latitude = tst_statement_double (statement, 0);
  *longitude = tst_statement_double (statement, 1);
  return TRUE;
}

/* --- central's catalogue --- */

static gboolean
project_central_work (TstStore *store, const char *code, gboolean gone, const char *content, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (TstWork) work = NULL;
  g_autofree char *old = NULL;
  gint64 n;

  if (gone)
    return remove_work (store, code, error);
  object = tst_json_parse_object (content, -1, error);
  work = object != NULL ? tst_work_from_json (object, error) : NULL;
  return work != NULL && find_work (store, code, &n, &old, error) && write_work (store, work, content, n, error);
}

gboolean
tst_catalogue_overlay (TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT code, gone, content FROM central_work ORDER BY code", error);

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autofree char *code = NULL;
      g_autofree char *content = NULL;
      gboolean row, gone;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      code = g_strdup (tst_statement_text (statement, 0));
      gone = tst_statement_int (statement, 1) != 0;
      content = g_strdup (tst_statement_text (statement, 2));
      if (!project_central_work (store, code, gone, content, error))
        return FALSE;
    }
}

static gboolean
store_central_work (TstStore *store, const char *code, gint64 rev, gboolean gone, const char *content, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO central_work (code, rev, gone, content) VALUES (?1, ?2, ?3, ?4)"
           " ON CONFLICT (code) DO UPDATE SET rev = excluded.rev, gone = excluded.gone, content = excluded.content", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, code);
  tst_statement_bind_int (statement, 2, rev);
  tst_statement_bind_int (statement, 3, gone);
  tst_statement_bind_text (statement, 4, content);
  return tst_statement_step (statement, NULL, error) && project_central_work (store, code, gone, content, error);
}

static gboolean
store_central_event (TstStore *store, JsonObject *event, gint64 rev, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO central_event (id, rev, content) VALUES (?1, ?2, ?3)"
           " ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, content = excluded.content", error);
  g_autofree char *content = tst_json_write (event);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_json_string (event, "id"));
  tst_statement_bind_int (statement, 2, rev);
  tst_statement_bind_text (statement, 3, content);
  return tst_statement_step (statement, NULL, error);
}

/* A viewpoint or commitment that was published, so that the next visit knows it whoever made it. */
static gboolean
store_central_item (TstStore *store, const char *id, JsonObject *item, gint64 rev, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO central_item (id, rev, type, work, gone, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
           " ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, gone = excluded.gone, type = CASE WHEN excluded.gone THEN type ELSE"
           " excluded.type END, work = excluded.work, content = excluded.content", error);
  g_autofree char *content = item != NULL ? tst_json_write (item) : g_strdup ("{}");
  const char *type = item != NULL ? tst_json_string (item, "type") : NULL;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  tst_statement_bind_int (statement, 2, rev);
  tst_statement_bind_text (statement, 3, type != NULL ? type : "");
  tst_statement_bind_text (statement, 4, item != NULL ? tst_json_string (item, "work") : NULL);
  tst_statement_bind_int (statement, 5, item == NULL);
  tst_statement_bind_text (statement, 6, content);
  return tst_statement_step (statement, NULL, error);
}

typedef struct
{
  GPtrArray *lines;
  gint64 rev;
  const char *mark; /* where to ask on; "": that was all */
} Catalogue;

/* A line that this version does not understand costs itself: central may be newer. */
static gboolean
apply_line (TstStore *store, JsonObject *line, gint64 rev, GError **error)
{
  JsonObject *work_object = tst_json_object (line, "work");
  JsonObject *event = tst_json_object (line, "event");
  JsonObject *item = tst_json_object (line, "item");
  JsonObject *form = tst_json_object (line, "form");
  JsonObject *results = tst_json_object (line, "results");
  const char *gone = tst_json_string (line, "work_gone");
  const char *item_gone = tst_json_string (line, "item_gone");

  if (work_object != NULL)
    {
      g_autoptr (TstWork) work = tst_work_from_json (work_object, NULL);
      g_autofree char *text = work != NULL ? tst_work_to_text (work) : NULL;

      return work == NULL || store_central_work (store, work->code, rev, FALSE, text, error);
    }
  if (gone != NULL)
    return store_central_work (store, gone, rev, TRUE, NULL, error);
  if (event != NULL && tst_uuid_is_valid (tst_json_string (event, "id")))
    return store_central_event (store, event, rev, error);
  if (item != NULL && tst_uuid_is_valid (tst_json_string (item, "id")) && tst_json_string (item, "type") != NULL)
    return store_central_item (store, tst_json_string (item, "id"), item, rev, error);
  if (item_gone != NULL && tst_uuid_is_valid (item_gone))
    return store_central_item (store, item_gone, NULL, rev, error);
  if (form != NULL)
    return tst_forms_store_central (store, form, rev, error);
  if (results != NULL && tst_json_string (results, "code") != NULL)
    return tst_forms_store_results (store, results, rev, error);
  return TRUE;
}

static gboolean
apply_in_store (TstStore *store, gpointer data, GError **error)
{
  Catalogue *catalogue = data;

  for (guint i = 0; i < catalogue->lines->len; i++)
    if (!apply_line (store, catalogue->lines->pdata[i], catalogue->rev, error))
      return FALSE;
  return tst_meta_set_text (store, "catalogue_mark", catalogue->mark, error) &&
         (*catalogue->mark != '\0' || tst_meta_set_int (store, "catalogue_rev", catalogue->rev, error));
}

gboolean
tst_outbox_apply_catalogue (TstFieldBook *self, GPtrArray *lines, gint64 rev, GError **error)
{
  Catalogue catalogue = { lines, rev, "" };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && lines != NULL, FALSE);
  return tst_store_write (self->store, apply_in_store, &catalogue, error);
}

gboolean
tst_outbox_apply_catalogue_part (TstFieldBook *self, GPtrArray *lines, const char *mark, GError **error)
{
  Catalogue catalogue = { lines, tst_outbox_get_catalogue_rev (self), mark };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && lines != NULL && *mark != '\0', FALSE);
  return tst_store_write (self->store, apply_in_store, &catalogue, error);
}

static gboolean
read_mark (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_meta_dup_text (store, "catalogue_mark");
  return TRUE;
}

char *
tst_outbox_dup_catalogue_mark (TstFieldBook *self)
{
  char *mark = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  tst_store_read (self->store, read_mark, &mark, NULL);
  return mark != NULL ? mark : g_strdup ("");
}

static gboolean
read_rev (TstStore *store, gpointer data, GError **error)
{
  *(gint64 *) data = tst_meta_get_int (store, "catalogue_rev", 0);
  return TRUE;
}

gint64
tst_outbox_get_catalogue_rev (TstFieldBook *self)
{
  gint64 rev = 0;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), 0);
  return tst_store_read (self->store, read_rev, &rev, NULL) ? rev : 0;
}
