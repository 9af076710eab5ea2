/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-visit-private.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"

#include <string.h>

/* From a record to the tables that the lists read. Append and rebuild both come through tst_journal_project() and nowhere else, with
 * what lies in the journal and nothing more: that is why they come out equal. */

/* Frame, provenance and what has a column of its own are left out of an item's content. */
static const char *const frame_members[] = {
  "testigo", "type", "id", "salt", "pad", "media", "sealed", "author", "time", "boot", "mono_ms", NULL,
};

typedef struct
{
  const char *id, *type, *event, *work, *target;
  const TstEnvelopeFields *fields;
} View;

static View
view_record (const TstProjected *record)
{
  JsonObject *source = record->body != NULL ? record->body : record->local;
  View view = { 0 };

  view.fields = tst_envelope_get_fields (record->envelope);
  view.id = view.fields->id;
  view.type = tst_json_string (source, "type");
  view.event = tst_json_string (source, "event");
  view.work = record->body != NULL ? tst_json_string (source, "work") : NULL;
  view.target = tst_json_string (source, "target");
  if (view.type == NULL)
    view.type = "";
  return view;
}

static gboolean
insert_record (TstStore *store, const TstProjected *record, const View *view, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "INSERT INTO record (id, text_hash, chain, epoch, seq, kind, type, event, work, utc_s, target)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, view->id);
  tst_statement_bind_hash (statement, 2, tst_envelope_get_text_hash (record->envelope));
  tst_statement_bind_text (statement, 3, tst_chain_name (view->fields->chain));
  tst_statement_bind_int (statement, 4, record->epoch);
  tst_statement_bind_int (statement, 5, view->fields->seq);
  tst_statement_bind_text (statement, 6, tst_kind_name (view->fields->kind));
  tst_statement_bind_text (statement, 7, view->type);
  tst_statement_bind_text (statement, 8, view->event);
  tst_statement_bind_text (statement, 9, view->work);
  tst_statement_bind_int (statement, 10, view->fields->utc_s);
  tst_statement_bind_text (statement, 11, view->target);
  return tst_statement_step (statement, NULL, error);
}

/* --- items --- */

static JsonObject *
item_content (const TstProjected *record)
{
  JsonObject *source = record->body != NULL ? record->body : record->local;
  g_autoptr (JsonObject) content = json_object_new ();
  g_autoptr (GList) names = NULL;

  if (record->erased || source == NULL)
    return g_steal_pointer (&content);
  names = json_object_get_members (source);
  for (GList *l = names; l != NULL; l = l->next)
    if (!g_strv_contains (frame_members, l->data))
      json_object_set_member (content, l->data, json_object_dup_member (source, l->data));
  return g_steal_pointer (&content);
}

/* What it is one of: the pictures of a viewpoint, the moments of a stream, what closed a commitment, the acts of a speaker. */
static const char *
refers_to (JsonObject *content)
{
  static const char *const names[] = { "speaker", "viewpoint", "commitment", "stream" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (tst_json_string (content, names[i]) != NULL)
      return tst_json_string (content, names[i]);
  return NULL;
}

static gboolean
insert_item (TstStore *store, const TstProjected *record, const View *view, GError **error)
{
  g_autoptr (JsonObject) content = item_content (record);
  g_autoptr (GPtrArray) media = NULL;
  g_autofree char *text = NULL;
  g_autoptr (TstStatement) statement = NULL;
  const TstPartRef *photo = NULL;

  if (record->body != NULL && !record->erased)
    {
      media = tst_body_get_media (record->body, error);
      if (media == NULL)
        return FALSE;
      if (media->len > 0)
        {
          g_autofree char *hex = NULL;

          photo = media->pdata[0];
          hex = tst_hash_to_hex (&photo->sha256);
          json_object_set_string_member (content, "sha256", hex);
          json_object_set_int_member (content, "bytes", photo->bytes);
          json_object_set_string_member (content, "type", photo->type);
          json_object_set_string_member (content, "origin", photo->origin);
        }
    }
  text = tst_json_write (content);
  statement = tst_store_prepare (
    store,
    "INSERT INTO item (id, chain, epoch, seq, type, event, work, utc_s, standing, sha256, content, refers, taken_s)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, min (?8, coalesce (unixepoch (?13), ?8)))", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, view->id);
  tst_statement_bind_text (statement, 2, tst_chain_name (view->fields->chain));
  tst_statement_bind_int (statement, 3, record->epoch);
  tst_statement_bind_int (statement, 4, view->fields->seq);
  tst_statement_bind_text (statement, 5, view->type);
  tst_statement_bind_text (statement, 6, view->event);
  tst_statement_bind_text (statement, 7, record->erased ? NULL : view->work);
  tst_statement_bind_int (statement, 8, view->fields->utc_s);
  tst_statement_bind_text (statement, 9, record->erased ? "erased" : "valid");
  if (photo != NULL)
    tst_statement_bind_hash (statement, 10, &photo->sha256);
  tst_statement_bind_text (statement, 11, text);
  tst_statement_bind_text (statement, 12, refers_to (content));
  tst_statement_bind_text (statement, 13, tst_json_string (content, "taken_at"));
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_projection_set_standing (TstStore *store, const char *id, const char *standing, GError **error)
{
  g_autoptr (TstStatement) statement
    = strcmp (standing, "erased") == 0
        ? tst_store_prepare (store,
                             "UPDATE item SET standing = ?2, content = '{}', work = NULL, sha256 = NULL, refers = NULL, taken_s = utc_s WHERE id = ?1", error)
        : tst_store_prepare (store, "UPDATE item SET standing = ?2 WHERE id = ?1 AND standing = 'valid'", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  tst_statement_bind_text (statement, 2, standing);
  /* What staff of the open event could still read goes with it. */
  return tst_statement_step (statement, NULL, error) && tst_event_sheet_forget (store, id, error);
}

/* RFC 7396 on the first level: null takes a member away. */
static void
merge (JsonObject *content, JsonObject *changes)
{
  g_autoptr (GList) names = json_object_get_members (changes);

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonNode *value = json_object_get_member (changes, l->data);

      if (JSON_NODE_HOLDS_NULL (value))
        json_object_remove_member (content, l->data);
      else
        json_object_set_member (content, l->data, json_node_copy (value));
    }
}

static gboolean
amend_item (TstStore *store, const View *view, JsonObject *changes, GError **error)
{
  g_autoptr (JsonObject) content = NULL;
  g_autofree char *text = NULL;
  g_autofree char *standing = NULL;

  {
    g_autoptr (TstStatement) old = tst_store_prepare (store, "SELECT content, standing FROM item WHERE id = ?1", error);
    gboolean row;

    if (old == NULL)
      return FALSE;
    tst_statement_bind_text (old, 1, view->target);
    if (!tst_statement_step (old, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    standing = g_strdup (tst_statement_text (old, 1));
    content = tst_json_parse_object (tst_statement_text (old, 0), -1, error);
    if (content == NULL)
      return FALSE;
  }
  if (g_strcmp0 (standing, "erased") == 0)
    return TRUE;
  merge (content, changes);
  text = tst_json_write (content);
  {
    g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "UPDATE item SET content = ?2, work = ?3, refers = ?4 WHERE id = ?1", error);

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_text (statement, 1, view->target);
    tst_statement_bind_text (statement, 2, text);
    tst_statement_bind_text (statement, 3, tst_json_string (content, "work"));
    tst_statement_bind_text (statement, 4, refers_to (content));
    return tst_statement_step (statement, NULL, error);
  }
}

/* --- events --- */

static gint64
read_time (JsonObject *object, const char *name, gint64 fallback)
{
  gint64 seconds;

  return tst_time_parse (tst_json_string (object, name), &seconds) ? seconds : fallback;
}

static gboolean
insert_event (TstStore *store, const TstProjected *record, const View *view, GError **error)
{
  const char *from = strcmp (view->type, "event-open") == 0 ? "here" : tst_json_string (record->body, "from");
  const char *title = tst_json_string (record->body, "title");
  const char *type = tst_json_string (record->body, "event_type");
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "INSERT INTO event (id, type, title, work, starts_s, ends_s, hold_hours, status, origin, anchor_origin, anchor_size,"
    " anchor_root) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, view->event);
  tst_statement_bind_text (statement, 2, type != NULL ? type : "otra");
  tst_statement_bind_text (statement, 3, title != NULL ? title : "");
  tst_statement_bind_text (statement, 4, view->work);
  tst_statement_bind_int (statement, 5, read_time (record->body, "starts", view->fields->utc_s));
  tst_statement_bind_int (statement, 6, read_time (record->body, "ends", 0));
  tst_statement_bind_int (statement, 7, tst_json_int (record->body, "hold_hours", 1));
  tst_statement_bind_text (statement, 8, from != NULL ? from : "tablet");
  if (view->fields->anchor_origin != NULL)
    {
      tst_statement_bind_text (statement, 9, view->fields->anchor_origin);
      tst_statement_bind_int (statement, 10, view->fields->anchor_size);
      tst_statement_bind_hash (statement, 11, &view->fields->anchor_root);
    }
  return tst_statement_step (statement, NULL, error);
}

static gboolean
close_event (TstStore *store, const View *view, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "UPDATE event SET status = 'closed' WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, view->event);
  return tst_statement_step (statement, NULL, error);
}

/* What lacks in @changes stays; a member with null is taken away where that makes sense. */
static gboolean
amend_event (TstStore *store, const View *view, JsonObject *changes, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "UPDATE event SET title = coalesce (?2, title), type = coalesce (?3, type), work = CASE WHEN ?4 THEN ?5 ELSE work END,"
    " starts_s = coalesce (?6, starts_s), ends_s = CASE WHEN ?7 THEN ?8 ELSE ends_s END WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, view->event);
  tst_statement_bind_text (statement, 2, tst_json_string (changes, "title"));
  tst_statement_bind_text (statement, 3, tst_json_string (changes, "event_type"));
  tst_statement_bind_int (statement, 4, json_object_has_member (changes, "work"));
  tst_statement_bind_text (statement, 5, tst_json_string (changes, "work"));
  if (tst_json_string (changes, "starts") != NULL)
    tst_statement_bind_int (statement, 6, read_time (changes, "starts", 0));
  tst_statement_bind_int (statement, 7, json_object_has_member (changes, "ends"));
  tst_statement_bind_int (statement, 8, read_time (changes, "ends", 0));
  return tst_statement_step (statement, NULL, error);
}

static gboolean
upsert_staff (TstStore *store, JsonObject *body, GError **error)
{
  JsonObject *person = tst_json_object (body, "staff");
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO staff (id, name, role) VALUES (?1, ?2, ?3)"
           " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role", error);

  if (statement == NULL)
    return FALSE;
  if (tst_json_string (person, "id") == NULL)
    return TRUE;
  tst_statement_bind_text (statement, 1, tst_json_string (person, "id"));
  tst_statement_bind_text (statement, 2, tst_json_string (person, "name"));
  tst_statement_bind_text (statement, 3, tst_json_string (person, "role"));
  return tst_statement_step (statement, NULL, error);
}

/* --- one record --- */

static gboolean
is_item (const char *type)
{
  static const char *const types[] = { "photo", "video", "audio", "note", "attendance", "comment", "survey", NULL };

  return g_strv_contains (types, type) || tst_visit_is_type (type);
}

gboolean
tst_journal_project (TstFieldBook *self, TstStore *store, const TstProjected *record, GError **error)
{
  View view = view_record (record);
  JsonObject *changes = tst_json_object (record->body, "changes");

  if (!insert_record (store, record, &view, error))
    return FALSE;
  if (is_item (view.type))
    return insert_item (store, record, &view, error);
  if (strcmp (view.type, "withdraw") == 0 && view.target != NULL)
    return tst_projection_set_standing (store, view.target, "withdrawn", error);
  if (strcmp (view.type, "discard") == 0 && view.target != NULL)
    return tst_projection_set_standing (store, view.target, "discarded", error);
  if (record->body == NULL)
    return TRUE;
  if (strcmp (view.type, "amend") == 0 && view.target != NULL && changes != NULL)
    {
      const char *target_type = tst_json_string (record->body, "target_type");

      /* What belongs to a stream is of the event's kind as well, and an item of its own. */
      if (view.fields->kind == TST_KIND_EVENT && (target_type == NULL || !is_item (target_type)))
        return amend_event (store, &view, changes, error);
      return amend_item (store, &view, changes, error);
    }
  if ((strcmp (view.type, "event-open") == 0 || strcmp (view.type, "event-join") == 0) && view.event != NULL)
    return insert_event (store, record, &view, error);
  if (strcmp (view.type, "event-close") == 0 && view.event != NULL)
    return close_event (store, &view, error);
  if (strcmp (view.type, "staff") == 0)
    return upsert_staff (store, record->body, error);
  if (strcmp (view.type, "works-import") == 0 && !record->works_done)
    return tst_catalogue_reapply (self, store, record->body, error);
  if (strcmp (view.type, "form-import") == 0)
    return tst_forms_apply_import (self, store, record->body, error);
  return TRUE;
}

/* --- rebuild --- */

static void
hash_value (TstHasher *hasher, TstStatement *statement, int column)
{
  /* As bytes: text, numbers in SQLite's own spelling and hashes alike. */
  g_autoptr (GBytes) bytes = tst_statement_is_null (statement, column) ? NULL : tst_statement_bytes (statement, column);
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  guint64 length = bytes != NULL ? size : G_MAXUINT64;

  tst_hasher_update (hasher, &length, sizeof length);
  if (size > 0)
    tst_hasher_update (hasher, data, size);
}

gboolean
tst_projection_dump_hash (TstStore *store, TstHash *hash, GError **error)
{
  g_autoptr (TstHasher) hasher = tst_hasher_new ();

  for (guint i = 0; i < tst_n_projection_tables; i++)
    {
      const TstProjectionTable *table = &tst_projection_tables[i];
      g_autoptr (TstStatement) statement = tst_store_prepare (store, table->dump, error);
      gboolean row;

      if (statement == NULL)
        return FALSE;
      tst_hasher_update (hasher, table->name, strlen (table->name) + 1);
      while (TRUE)
        {
          if (!tst_statement_step (statement, &row, error))
            return FALSE;
          if (!row)
            break;
          for (int column = 0; column < table->columns; column++)
            hash_value (hasher, statement, column);
        }
    }
  *hash = tst_hasher_finish (hasher);
  return TRUE;
}

static gboolean
drop_all (TstStore *store, GError **error)
{
  return tst_store_exec (store,
                         "DELETE FROM record; DELETE FROM item; DELETE FROM event; DELETE FROM staff; DELETE FROM work;"
                         "DELETE FROM work_search; DELETE FROM form;", error)
         && tst_catalogue_touch (store, error);
}

static gboolean
refill_chain (TstFieldBook *self, TstStore *store, TstChain chain, GError **error)
{
  g_auto (TstJournalRow) row = { 0 };
  gint64 n = 0;

  while (TRUE)
    {
      TstProjected projected = { 0 };
      g_autoptr (TstEnvelope) envelope = NULL;
      g_autoptr (JsonObject) body = NULL;
      g_autoptr (JsonObject) local = NULL;

      if (!tst_journal_next (store, chain, n, &row, error))
        return FALSE;
      if (row.note == NULL)
        return TRUE;
      n = row.n;
      envelope = tst_envelope_parse (row.note, error);
      if (envelope == NULL)
        return FALSE;
      if (row.body != NULL && !row.body_sealed && (body = tst_body_parse (row.body, error)) == NULL)
        return FALSE;
      if (row.local != NULL && (local = tst_json_parse_object (row.local, -1, error)) == NULL)
        return FALSE;
      projected.envelope = envelope;
      projected.epoch = row.epoch;
      projected.body = body;
      projected.local = local;
      projected.erased = row.erased;
      if (!tst_journal_project (self, store, &projected, error))
        return FALSE;
    }
}

typedef struct
{
  TstFieldBook *self;
  gboolean equal;
} Rebuild;

static gboolean
rebuild_in_store (TstStore *store, gpointer data, GError **error)
{
  Rebuild *rebuild = data;
  TstHash before, after;

  if (!tst_projection_dump_hash (store, &before, error) || !drop_all (store, error)
      || !refill_chain (rebuild->self, store, TST_CHAIN_FIELD, error)
      || !refill_chain (rebuild->self, store, TST_CHAIN_OPEN, error) || !tst_catalogue_overlay (store, error)
      || !tst_forms_overlay (store, error)
      || !tst_projection_dump_hash (store, &after, error))
    return FALSE;
  rebuild->equal = tst_hash_equal (&before, &after);
  return TRUE;
}

gboolean
tst_field_book_rebuild (TstFieldBook *self, gboolean *equal, GError **error)
{
  Rebuild rebuild = { self, FALSE };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  if (!tst_store_write (self->store, rebuild_in_store, &rebuild, error))
    return FALSE;
  if (equal != NULL)
    *equal = rebuild.equal;
  return TRUE;
}
