/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-visit-private.h"

#include "base/tst-codec.h"
#include "journal/tst-speakers.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"

#include <string.h>

/* --- what was handed over --- */

static gboolean
is_absent (JsonNode *value)
{
  return value == NULL || JSON_NODE_HOLDS_NULL (value)
         || (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING && *json_node_get_string (value) == '\0');
}

static gboolean
set_missing (GError **error, const char *name)
{
  g_set_error (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "«%s» is missing. Nothing was saved.", name);
  return FALSE;
}

static gboolean
check_names (const char *type, JsonObject *fields, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (fields);

  for (GList *l = names; l != NULL; l = l->next)
    if (tst_visit_find_member (type, l->data) == NULL)
      {
        g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD,
                     "There is no field «%s» here. Nothing was saved; take it out or correct its name.", (char *) l->data);
        return FALSE;
      }
  return TRUE;
}

static gboolean
fill_members (TstDraft *draft, JsonObject *fields, JsonObject *plain, GError **error)
{
  guint n_members;
  const TstVisitMember *members = tst_visit_members (&n_members);

  if (!check_names (draft->type, fields, error))
    return FALSE;
  for (guint i = 0; i < n_members; i++)
    {
      const TstVisitMember *member = &members[i];
      JsonNode *value, *node;

      if (strcmp (member->type, draft->type) != 0)
        continue;
      value = json_object_get_member (fields, member->name);
      if (is_absent (value))
        {
          if (member->flags & TST_VISIT_REQUIRED)
            return set_missing (error, member->name);
          continue;
        }
      node = tst_visit_read_member (member, value, error);
      if (node == NULL)
        return FALSE;
      json_object_set_member (member->flags & TST_VISIT_SEALED ? plain : draft->content, member->name, node);
    }
  return TRUE;
}

/* --- what each type needs besides --- */

static gboolean
fill_signature (TstFieldBook *self, TstDraft *draft, JsonObject *plain, GError **error)
{
  static const char *const moved[] = { "event", "role" };
  g_autoptr (TstTownKeys) town = NULL;
  gboolean drawn = json_object_has_member (plain, "signature");

  if (!json_object_has_member (draft->content, "signed"))
    json_object_set_boolean_member (draft->content, "signed", drawn);
  if (json_object_get_boolean_member (draft->content, "signed") && !drawn)
    return set_missing (error, "signature");
  if (!json_object_get_boolean_member (draft->content, "signed") && drawn)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "Who does not wish to sign has no signature: take one of the two away. Nothing was saved.");
      return FALSE;
    }
  if (json_object_get_size (plain) == 0)
    return TRUE;
  if (!tst_field_book_require_town (self, &town, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (moved); i++)
    json_object_set_member (plain, moved[i], json_object_dup_member (draft->content, moved[i]));
  json_object_set_string_member (plain, "record", draft->id);
  return tst_draft_add_sealed (draft, town, plain, "signature", FALSE, error);
}

/* A record that must be here, valid and of that type; its content. */
static gboolean
load_named (TstStore *store, const char *id, const char *type, JsonObject **content, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT content FROM item WHERE id = ?1 AND type = ?2 AND standing = 'valid'", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  tst_statement_bind_text (statement, 2, type);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such %s on this device. Nothing was saved.", type);
      return FALSE;
    }
  *content = tst_json_parse_object (tst_statement_text (statement, 0), -1, error);
  return *content != NULL;
}

static gboolean
check_photo (TstStore *store, TstDraft *draft, GError **error)
{
  const char *photo = tst_json_string (draft->content, "photo");
  g_autoptr (JsonObject) content = NULL;
  JsonObject *place;

  if (photo == NULL)
    return TRUE;
  if (!load_named (store, photo, "photo", &content, error))
    return FALSE;
  if (strcmp (draft->type, "viewpoint") != 0)
    return TRUE;
  place = tst_json_object (content, "place");
  if (!json_object_has_member (draft->content, "place"))
    {
      if (place == NULL)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD,
                               "That photo has no place, so nobody could find the spot again. Nothing was saved; set its place first.");
          return FALSE;
        }
      json_object_set_object_member (draft->content, "place", json_object_ref (place));
    }
  if (!json_object_has_member (draft->content, "heading_deg") && place != NULL && json_object_has_member (place, "heading_deg"))
    {
      json_object_set_member (draft->content, "heading_deg", json_object_dup_member (place, "heading_deg"));
      if (json_object_has_member (place, "heading_north"))
        json_object_set_member (draft->content, "heading_north", json_object_dup_member (place, "heading_north"));
    }
  return TRUE;
}

static gboolean
check_commitment (TstStore *store, TstDraft *draft, GError **error)
{
  const char *commitment = tst_json_string (draft->content, "commitment");
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  /* One made on another tablet is known from central; it must be known somehow. */
  statement = tst_store_prepare (
    store, "SELECT 1 FROM item WHERE id = ?1 AND type = 'commitment' AND standing = 'valid'"
           " UNION SELECT 1 FROM central_item WHERE id = ?1 AND type = 'commitment' AND gone = 0", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, commitment);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such commitment on this device. Nothing was saved.");
  return row;
}

static gboolean
set_wrong_state (GError **error, const char *text)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, text);
  return FALSE;
}

static gboolean
check_stream (TstStore *store, TstDraft *draft, GError **error)
{
  const char *named = tst_json_string (draft->content, "stream");
  g_autofree char *live = NULL;
  g_autoptr (JsonObject) content = NULL;

  if (!tst_visit_live_stream (store, draft->event, &live, error))
    return FALSE;
  if (strcmp (draft->type, "stream-start") == 0)
    return live == NULL || set_wrong_state (error, "A stream of this visit is on the air already. Nothing was saved; end it first.");
  if (named != NULL)
    {
      if (!load_named (store, named, "stream-start", &content, error))
        return FALSE;
      if (strcmp (draft->type, "stream-end") == 0 && g_strcmp0 (named, live) != 0)
        return set_wrong_state (error, "That stream has ended already. Nothing was saved.");
      return TRUE;
    }
  if (live == NULL)
    return set_wrong_state (error, "No stream of this visit is on the air. Nothing was saved; start it or name the one that is meant.");
  tst_draft_set_string (draft, "stream", live);
  return TRUE;
}

static gboolean
before_append (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  gboolean of_stream = g_str_has_prefix (draft->type, "stream-") || strcmp (draft->type, "moment") == 0;

  if (!tst_events_still_open (self, store, draft, NULL, error) || !check_photo (store, draft, error))
    return FALSE;
  if (strcmp (draft->type, "commitment-close") == 0 && !check_commitment (store, draft, error))
    return FALSE;
  if (of_stream && !check_stream (store, draft, error))
    return FALSE;
  if (strcmp (draft->type, "moment") == 0
      && !tst_visit_set_offset (store, tst_json_string (draft->content, "stream"), draft->content, draft->content, error))
    return FALSE;
  if (tst_speakers_is_type (draft->type) && !tst_speakers_before (self, store, draft, error))
    return FALSE;
  return tst_draft_seal (draft, self, error);
}

static TstKind
kind_of (const char *type)
{
  if (strcmp (type, "signature") == 0)
    return TST_KIND_ATTENDANCE;
  /* What frames other records and is nothing to publish by itself. */
  return g_str_has_prefix (type, "stream-") || strcmp (type, "speaker-turn") == 0 ? TST_KIND_EVENT : TST_KIND_EVIDENCE;
}

char *
tst_field_book_add_visit_record (TstFieldBook *self, const char *type, const char *event_id, JsonObject *fields, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (JsonObject) plain = json_object_new ();
  g_auto (TstEvent) event = { 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && fields != NULL, NULL);
  if (!tst_visit_is_type (type))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_USAGE, "A visit has nothing that is called «%s».", type != NULL ? type : "");
      return NULL;
    }
  if ((event_id != NULL || strcmp (type, "viewpoint") != 0) && !tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, kind_of (type), type);
  tst_draft_set_event (draft, event_id);
  if (!fill_members (draft, fields, plain, error))
    return NULL;
  if (kind_of (type) == TST_KIND_EVIDENCE)
    tst_draft_set_work (draft, json_object_has_member (draft->content, "work") ? tst_json_string (fields, "work") : event.work);
  if (strcmp (type, "progress") == 0)
    tst_visit_set_deviation (draft->content);
  if (strcmp (type, "visit-check") == 0)
    tst_draft_set_string (draft, "form", TST_VISIT_FORM_CODE);
  if (strcmp (type, "signature") == 0 && !fill_signature (self, draft, plain, error))
    return NULL;
  if (tst_speakers_is_type (type) && !tst_speakers_fill (self, draft, plain, error))
    return NULL;
  if (!tst_journal_commit (self, draft, before_append, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}

/* --- a visit as a whole --- */

static gboolean
collect (JsonObject *row, gpointer user_data)
{
  json_array_add_object_element (user_data, json_object_ref (row));
  return TRUE;
}

static gboolean
add_list (TstFieldBook *self, JsonObject *to, const char *name, const char *what, const TstQuery *query, GError **error)
{
  JsonArray *rows = json_array_new ();

  json_object_set_array_member (to, name, rows);
  return tst_field_book_list (self, what, query, collect, rows, error);
}

/* The newest of a list, under the name @name; absent when there is none. */
static gboolean
add_newest (TstFieldBook *self, JsonObject *to, const char *name, const char *what, const TstQuery *query, GError **error)
{
  g_autoptr (JsonArray) rows = json_array_new ();
  TstQuery one = *query;

  one.limit = 1;
  if (!tst_field_book_list (self, what, &one, collect, rows, error))
    return FALSE;
  if (json_array_get_length (rows) > 0)
    json_object_set_object_member (to, name, json_object_ref (json_array_get_object_element (rows, 0)));
  return TRUE;
}

JsonObject *
tst_field_book_visit_summary (TstFieldBook *self, const char *event_id, GError **error)
{
  g_autoptr (JsonObject) result = json_object_new ();
  TstQuery query = { .event_id = event_id };
  TstQuery valid = { .event_id = event_id, .status = "valid" };
  TstQuery of_work = { .status = "valid" };
  JsonObject *event;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && event_id != NULL, NULL);
  if (!add_newest (self, result, "event", "events", &query, error))
    return NULL;
  event = tst_json_object (result, "event");
  if (event == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such event on this device.");
      return NULL;
    }
  of_work.work = tst_json_string (event, "work");
  if (!add_list (self, result, "photos", "photos", &valid, error) || !add_list (self, result, "findings", "findings", &valid, error)
      || !add_list (self, result, "commitments", "commitments", &valid, error)
      || !add_list (self, result, "closed", "commitment-closes", &valid, error)
      || !add_list (self, result, "signatures", "signatures", &valid, error)
      || !add_list (self, result, "moments", "moments", &valid, error)
      || !add_newest (self, result, "progress", "progress", &valid, error)
      || !add_newest (self, result, "check", "checks", &valid, error) || !add_newest (self, result, "stream", "stream", &valid, error))
    return NULL;
  if (of_work.work == NULL)
    {
      json_object_set_array_member (result, "viewpoints", json_array_new ());
      json_object_set_array_member (result, "earlier", json_array_new ());
      return g_steal_pointer (&result);
    }
  return add_list (self, result, "viewpoints", "viewpoints", &of_work, error) && add_list (self, result, "earlier", "commitments", &of_work, error)
           ? g_steal_pointer (&result)
           : NULL;
}
