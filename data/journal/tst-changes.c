/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-speakers.h"
#include "journal/tst-visit-private.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 20000
#define MAX_REASON 1000

/* Amend, withdraw, discard: new records that name an old one, on its chain and under its kind. */

typedef struct
{
  char *id, *type, *event, *standing, *content;
  JsonObject *first_place; /* (nullable): what the record itself says, whatever amended it since */
  TstChain chain;
  TstKind kind;
  TstHash text_hash;
} Target;

static void
target_clear (Target *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->standing, g_free);
  g_clear_pointer (&self->content, g_free);
  g_clear_pointer (&self->first_place, json_object_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
load_first_place (TstStore *store, Target *target, GError **error)
{
  g_auto (TstJournalRow) record = { 0 };
  g_autoptr (JsonObject) body = NULL;
  JsonObject *place;

  if (!tst_journal_find (store, target->id, &record, error))
    return FALSE;
  if (record.body != NULL && !record.body_sealed)
    body = tst_json_parse_object (g_bytes_get_data (record.body, NULL), (gssize) g_bytes_get_size (record.body), NULL);
  place = body != NULL ? tst_json_object (body, "place") : NULL;
  target->first_place = place != NULL ? json_object_ref (place) : NULL;
  return TRUE;
}

static gboolean
load_target (TstStore *store, gpointer data, GError **error)
{
  Target *target = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT r.chain, r.kind, r.type, r.event, r.text_hash, i.standing, i.content FROM record r LEFT JOIN item i USING (id)"
    " WHERE r.id = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, target->id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row || !tst_chain_parse (tst_statement_text (statement, 0), &target->chain)
      || !tst_kind_parse (tst_statement_text (statement, 1), &target->kind)
      || !tst_statement_hash (statement, 4, &target->text_hash))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                           "There is no record with that id on this device. Nothing was changed; check the id in the list.");
      return FALSE;
    }
  target->type = g_strdup (tst_statement_text (statement, 2));
  target->event = g_strdup (tst_statement_text (statement, 3));
  target->standing = g_strdup (tst_statement_text (statement, 5));
  target->content = g_strdup (tst_statement_text (statement, 6));
  return target->kind != TST_KIND_EVIDENCE || load_first_place (store, target, error);
}

static gboolean
set_wrong_state (GError **error, const char *text)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, text);
  return FALSE;
}

static gboolean
check_target (const Target *target, gboolean events_too, GError **error)
{
  if (target->standing != NULL)
    return strcmp (target->standing, "valid") == 0
           || set_wrong_state (error, "That record was withdrawn, discarded or erased already. Nothing was changed.");
  if (events_too && (strcmp (target->type, "event-open") == 0 || strcmp (target->type, "event-join") == 0))
    return TRUE;
  return set_wrong_state (error, "A record of that type cannot be changed. Nothing was changed; name the photo, note, attendance, "
                                 "contribution, survey or event itself.");
}

/* Read again inside the transaction: somebody may have been quicker. */
static gboolean
still_valid (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  g_auto (Target) now = { .id = g_strdup (draft->target) };

  return load_target (store, &now, error) && check_target (&now, TRUE, error);
}

typedef struct
{
  const char *event;
  int hold_hours;
} Hold;

static gboolean
load_hold (TstStore *store, gpointer data, GError **error)
{
  Hold *hold = data;
  g_auto (TstEvent) event = { 0 };

  if (hold->event != NULL && !tst_event_load (store, hold->event, &event, error))
    return FALSE;
  hold->hold_hours = hold->event != NULL ? MAX (event.hold_hours, 1) : 1;
  return TRUE;
}

static TstDraft *
new_change (TstFieldBook *self, const Target *target, const char *type, GError **error)
{
  g_autoptr (TstDraft) draft = tst_draft_new (self, target->chain, target->kind, type);
  g_autofree char *hash = tst_hash_to_base64 (&target->text_hash);

  draft->target = g_strdup (target->id);
  tst_draft_set_string (draft, "target", target->id);
  tst_draft_set_string (draft, "target_hash", hash);
  tst_draft_set_string (draft, "target_type", target->type);
  tst_draft_set_event (draft, target->event);
  if (target->chain == TST_CHAIN_OPEN)
    {
      Hold hold = { target->event, 1 };

      if (!tst_store_read (self->store, load_hold, &hold, error))
        return NULL;
      draft->hold_hours = hold.hold_hours;
      json_object_set_string_member (draft->local, "target", target->id);
    }
  return g_steal_pointer (&draft);
}

/* --- amending --- */

static gboolean
set_bad (GError **error, const char *name, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» %s. Nothing was changed.", name, what);
  return FALSE;
}

/* "7.12,-73.12" as people type it, or an object with lat and lon. */
static JsonNode *
read_place (JsonNode *value, GError **error)
{
  double lat = NAN, lon = NAN;
  JsonObject *place;
  JsonNode *node;

  if (JSON_NODE_HOLDS_OBJECT (value))
    {
      lat = tst_json_double (json_node_get_object (value), "lat", NAN);
      lon = tst_json_double (json_node_get_object (value), "lon", NAN);
    }
  else if (json_node_get_value_type (value) == G_TYPE_STRING)
    {
      g_auto (GStrv) parts = g_strsplit (json_node_get_string (value), ",", 3);

      if (g_strv_length (parts) == 2)
        {
          char *end1, *end2;

          lat = g_ascii_strtod (g_strstrip (parts[0]), &end1);
          lon = g_ascii_strtod (g_strstrip (parts[1]), &end2);
          if (*end1 != '\0' || end1 == parts[0] || *end2 != '\0' || end2 == parts[1])
            lat = NAN;
        }
    }
  if (!(fabs (lat) <= 90) || !(fabs (lon) <= 180))
    {
      set_bad (error, "place", "must be latitude and longitude in degrees, such as 7.12,-73.12");
      return NULL;
    }
  place = json_object_new ();
  json_object_set_double_member (place, "lat", lat);
  json_object_set_double_member (place, "lon", lon);
  json_object_set_string_member (place, "source", "pin");
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, place);
  return node;
}

/* Commands hand over text: "true" and "false" are taken for what they say. */
static JsonNode *
read_bool (const char *name, JsonNode *value, GError **error)
{
  const char *text = json_node_get_value_type (value) == G_TYPE_STRING ? json_node_get_string (value) : NULL;

  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return json_node_copy (value);
  if (g_strcmp0 (text, "true") == 0 || g_strcmp0 (text, "false") == 0)
    return json_node_init_boolean (json_node_alloc (), strcmp (text, "true") == 0);
  set_bad (error, name, "must be true or false");
  return NULL;
}

typedef struct
{
  const char *type, *name;
  TstCodeList list;  /* TST_N_LISTS: none */
  enum { TEXT, PLACE, TIME, BOOL } form;
  gboolean required; /* may not be taken away */
} Change;

static const Change changes_known[] = {
  { "photo", "caption", TST_N_LISTS, TEXT, FALSE },
  { "photo", "alt", TST_N_LISTS, TEXT, FALSE },
  { "photo", "phase", TST_LIST_PHASE, TEXT, FALSE },
  { "photo", "item", TST_LIST_WORK_ITEM, TEXT, FALSE },
  { "photo", "work", TST_N_LISTS, TEXT, FALSE },
  { "photo", "place", TST_N_LISTS, PLACE, FALSE },
  { "photo", "need", TST_LIST_PHOTO_NEED, TEXT, FALSE },
  { "photo", "viewpoint", TST_N_LISTS, TEXT, FALSE },
  { "video", "caption", TST_N_LISTS, TEXT, FALSE },
  { "video", "alt", TST_N_LISTS, TEXT, FALSE },
  { "video", "phase", TST_LIST_PHASE, TEXT, FALSE },
  { "video", "item", TST_LIST_WORK_ITEM, TEXT, FALSE },
  { "video", "work", TST_N_LISTS, TEXT, FALSE },
  { "video", "place", TST_N_LISTS, PLACE, FALSE },
  { "audio", "caption", TST_N_LISTS, TEXT, FALSE },
  { "audio", "alt", TST_N_LISTS, TEXT, FALSE },
  { "audio", "phase", TST_LIST_PHASE, TEXT, FALSE },
  { "audio", "item", TST_LIST_WORK_ITEM, TEXT, FALSE },
  { "audio", "work", TST_N_LISTS, TEXT, FALSE },
  { "audio", "place", TST_N_LISTS, PLACE, FALSE },
  { "note", "text", TST_N_LISTS, TEXT, TRUE },
  { "note", "work", TST_N_LISTS, TEXT, FALSE },
  { "event", "title", TST_N_LISTS, TEXT, TRUE },
  { "event", "event_type", TST_LIST_EVENT_TYPE, TEXT, TRUE },
  { "event", "work", TST_N_LISTS, TEXT, FALSE },
  { "event", "starts", TST_N_LISTS, TIME, TRUE },
  { "event", "ends", TST_N_LISTS, TIME, FALSE },
  { "comment", "class", TST_LIST_CONTRIBUTION_CLASS, TEXT, TRUE },
  { "comment", "subject", TST_N_LISTS, TEXT, FALSE },
  { "comment", "text", TST_N_LISTS, TEXT, TRUE },
  { "comment", "topic", TST_N_LISTS, TEXT, FALSE },
  { "comment", "work", TST_N_LISTS, TEXT, FALSE },
  { "comment", "reply_by", TST_LIST_REPLY_CHANNEL, TEXT, FALSE },
  { "comment", "public_ok", TST_N_LISTS, BOOL, TRUE },
};

static const Change *
find_change (const char *type, const char *name)
{
  if (g_str_has_prefix (type, "event-"))
    {
      type = "event";
      if (strcmp (name, "type") == 0)
        name = "event_type";
    }
  for (guint i = 0; i < G_N_ELEMENTS (changes_known); i++)
    if (strcmp (changes_known[i].type, type) == 0 && strcmp (changes_known[i].name, name) == 0)
      return &changes_known[i];
  return NULL;
}

static JsonNode *
read_change (const Change *change, JsonNode *value, GError **error)
{
  const char *text = NULL;
  gint64 seconds;

  if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
    text = json_node_get_string (value);
  if (JSON_NODE_HOLDS_NULL (value) || (text != NULL && *text == '\0'))
    {
      if (!change->required)
        return json_node_new (JSON_NODE_NULL);
      set_bad (error, change->name, "cannot be taken away");
      return NULL;
    }
  if (change->form == PLACE)
    return read_place (value, error);
  if (change->form == BOOL)
    return read_bool (change->name, value, error);
  if (text == NULL || g_utf8_strlen (text, -1) > MAX_TEXT)
    {
      set_bad (error, change->name, "must be text, and not too long");
      return NULL;
    }
  if (change->form == TIME && !tst_time_parse (text, &seconds))
    {
      set_bad (error, change->name, "must be a time such as 2026-03-27T15:00:00Z");
      return NULL;
    }
  if (strcmp (change->name, "viewpoint") == 0 && !tst_uuid_is_valid (text))
    {
      set_bad (error, change->name, "must be the id of a viewpoint");
      return NULL;
    }
  if (change->list != TST_N_LISTS && !tst_code_is_valid (change->list, text))
    {
      g_autofree char *codes = tst_code_list_join (change->list);

      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» must be one of: %s. Nothing was changed.", change->name, codes);
      return NULL;
    }
  return json_node_copy (value);
}

/* A visit's records say themselves what may be put right. */
static gboolean
fill_visit_changes (TstDraft *draft, const Target *target, JsonObject *changes, GError **error)
{
  g_autoptr (JsonObject) now = tst_json_parse_object (target->content, -1, error);
  g_autoptr (GList) names = json_object_get_members (changes);
  JsonObject *written = json_object_new ();

  json_object_set_object_member (draft->content, "changes", written);
  if (now == NULL)
    return FALSE;
  for (GList *l = names; l != NULL; l = l->next)
    {
      const TstVisitMember *member = tst_visit_find_member (target->type, l->data);
      const Change change = { target->type, l->data, TST_N_LISTS, TEXT, member != NULL && (member->flags & TST_VISIT_REQUIRED) };
      JsonNode *value = json_object_get_member (changes, l->data);
      gboolean taken_away = JSON_NODE_HOLDS_NULL (value)
                            || (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING
                                && *json_node_get_string (value) == '\0');
      JsonNode *node;

      if (member == NULL || !(member->flags & TST_VISIT_MUTABLE))
        {
          g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD,
                       "«%s» cannot be changed in a record of this type. Nothing was changed.", (char *) l->data);
          return FALSE;
        }
      node = taken_away ? read_change (&change, value, error) : tst_visit_read_member (member, value, error);
      if (node == NULL)
        return FALSE;
      json_object_set_member (written, member->name, node);
      json_object_set_member (now, member->name, json_node_copy (node));
    }
  if (strcmp (target->type, "speaker") == 0 && !tst_speakers_check_label (now, error))
    return FALSE;
  if (strcmp (target->type, "progress") == 0)
    {
      tst_visit_set_deviation (now);
      json_object_set_member (written, "deviation_pts",
                              json_object_has_member (now, "deviation_pts") ? json_object_dup_member (now, "deviation_pts")
                                                                            : json_node_new (JSON_NODE_NULL));
    }
  return TRUE;
}

/*
 * Back where the record had it: then its source and accuracy are what the record says, not a pin. Whoever asks for it claims nothing of their own. And a pin says
 * where the camera stood; where it looked stays as the record tells.
 */
static JsonNode *
settle_place (const Target *target, JsonNode *node)
{
  static const char *const looking[] = { "heading_deg", "heading_north", "declination_deg" };
  JsonObject *place = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (place == NULL || target->first_place == NULL)
    return node;
  if (tst_json_double (place, "lat", NAN) != tst_json_double (target->first_place, "lat", NAN)
      || tst_json_double (place, "lon", NAN) != tst_json_double (target->first_place, "lon", NAN))
    {
      for (guint i = 0; i < G_N_ELEMENTS (looking); i++)
        if (json_object_has_member (target->first_place, looking[i]))
          json_object_set_member (place, looking[i], json_object_dup_member (target->first_place, looking[i]));
      return node;
    }
  json_node_free (node);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, target->first_place);
  return node;
}

static gboolean
fill_changes (TstDraft *draft, const Target *target, const TstTownKeys *town, JsonObject *changes, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (changes);
  JsonObject *written = json_object_new ();

  json_object_set_object_member (draft->content, "changes", written);
  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonNode *value = json_object_get_member (changes, l->data);
      const Change *change = find_change (target->type, l->data);
      JsonNode *node;

      if (strcmp (target->type, "comment") == 0 && strcmp (l->data, "requester") == 0)
        {
          JsonObject *requester = JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;

          if (requester == NULL && !JSON_NODE_HOLDS_NULL (value))
            return set_bad (error, "requester", "must be an object");
          if (!tst_citizen_fill_contact (draft, town, requester, error))
            return FALSE;
          continue;
        }
      if (change == NULL)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_UNKNOWN_FIELD,
                       "«%s» cannot be changed in a record of this type. Nothing was changed.", (char *) l->data);
          return FALSE;
        }
      node = read_change (change, value, error);
      if (node == NULL)
        return FALSE;
      json_object_set_member (written, change->name, change->form == PLACE ? settle_place (target, node) : node);
    }
  return TRUE;
}

/* The sealed person is replaced whole; the authorisation given before holds on when none comes with it. */
static gboolean
fill_attendance (TstFieldBook *self, TstDraft *draft, const Target *target, const TstTownKeys *town, JsonObject *changes,
                 GError **error)
{
  static const char *const moved[] = { "mode", "notice_sha256", "consent", "has_guardian" };
  static const char *const kept[] = { "mode", "notice_sha256", "consent" };
  g_autoptr (JsonObject) old = tst_json_parse_object (target->content, -1, error);
  JsonObject *written;

  if (old == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (!json_object_has_member (changes, kept[i]) && json_object_has_member (old, kept[i]))
      json_object_set_member (changes, kept[i], json_object_dup_member (old, kept[i]));
  if (!tst_citizen_fill_attendance (self, draft, town, changes, error))
    return FALSE;
  written = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (moved); i++)
    {
      json_object_set_member (written, moved[i], json_object_dup_member (draft->content, moved[i]));
      json_object_remove_member (draft->content, moved[i]);
    }
  json_object_remove_member (draft->content, "checked_in_at");
  json_object_set_object_member (draft->content, "changes", written);
  return TRUE;
}

static JsonObject *
copy_object (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (copy, l->data, json_object_dup_member (object, l->data));
  return copy;
}

char *
tst_field_book_amend (TstFieldBook *self, const char *record_id, JsonObject *changes, GError **error)
{
  g_auto (Target) target = { .id = g_strdup (record_id) };
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (JsonObject) copy = NULL;
  gboolean person, filled;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record_id != NULL && changes != NULL, NULL);
  if (!tst_store_read (self->store, load_target, &target, error) || !check_target (&target, TRUE, error))
    return NULL;
  if (strcmp (target.type, "signature") == 0)
    {
      set_wrong_state (error, "A signature cannot be changed. Nothing was changed; withdraw it and have it made anew.");
      return NULL;
    }
  if (strcmp (target.type, "survey") == 0)
    {
      set_wrong_state (error, "The answers to a survey cannot be changed. Nothing was changed; it can be withdrawn.");
      return NULL;
    }
  if (json_object_get_size (changes) == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "Nothing to change was given. Nothing was changed.");
      return NULL;
    }
  person = target.kind == TST_KIND_ATTENDANCE;
  if ((person || target.chain == TST_CHAIN_OPEN) && !tst_field_book_require_town (self, &town, error))
    return NULL;
  draft = new_change (self, &target, "amend", error);
  if (draft == NULL)
    return NULL;
  copy = copy_object (changes);
  if (tst_visit_is_type (target.type))
    filled = fill_visit_changes (draft, &target, copy, error);
  else
    filled = person ? fill_attendance (self, draft, &target, town, copy, error)
                    : fill_changes (draft, &target, town, copy, error);
  if (!filled || !tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, still_valid, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}

/* --- withdrawing and discarding --- */

char *
tst_field_book_withdraw (TstFieldBook *self, const char *record_id, const char *reason, GError **error)
{
  g_auto (Target) target = { .id = g_strdup (record_id) };
  g_autoptr (TstDraft) draft = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record_id != NULL, NULL);
  if (!tst_store_read (self->store, load_target, &target, error) || !check_target (&target, FALSE, error))
    return NULL;
  if (reason != NULL && (!g_utf8_validate (reason, -1, NULL) || g_utf8_strlen (reason, -1) > MAX_REASON))
    {
      set_bad (error, "reason", "must be text, and not too long");
      return NULL;
    }
  draft = new_change (self, &target, "withdraw", error);
  if (draft == NULL)
    return NULL;
  if (target.kind == TST_KIND_ATTENDANCE && reason != NULL && *reason != '\0')
    {
      /* What is said about a person is theirs, like the rest of them. */
      g_autoptr (TstTownKeys) town = NULL;
      g_autoptr (JsonObject) plain = json_object_new ();

      json_object_set_string_member (plain, "reason", reason);
      if (!tst_field_book_require_town (self, &town, error)
          || !tst_draft_add_sealed (draft, town, plain, "reason", FALSE, error))
        return NULL;
    }
  else
    tst_draft_set_string (draft, "reason", reason);
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, still_valid, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}

static gboolean
run_on (TstStore *store, const char *sql, const char *id, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  return tst_statement_step (statement, NULL, error);
}

/* The records whose content now need not go up: the target and what amended it, as far as central knows nothing of them. */
#define UNSENT_OF_TARGET \
  "(SELECT o.text_hash FROM outbox o JOIN record r ON r.id = o.id WHERE (r.id = ?1 OR (r.target = ?1 AND r.type = 'amend'))" \
  " AND o.state <> 'received' AND o.sent = 0 AND o.proof_index IS NULL)"

static gboolean
before_discard (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  gboolean sent;

  if (!still_valid (self, store, draft, NULL, error))
    return FALSE;
  {
    g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT 1 FROM outbox WHERE id = ?1 AND (sent = 1 OR proof_index IS NOT NULL)", error);

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_text (statement, 1, draft->target);
    if (!tst_statement_step (statement, &sent, error))
      return FALSE;
  }
  json_object_set_boolean_member (draft->content, "sent", sent);
  /* Its media first: what it needs is how they are found. */
  return run_on (store,
                 "UPDATE medium SET state = 'dropped', upload_url = NULL WHERE state IN ('due', 'uploading', 'sent', 'set_aside')"
                 " AND sha256 IN (SELECT n.sha256 FROM needed n WHERE n.what = 'medium' AND n.text_hash IN " UNSENT_OF_TARGET ")"
                 " AND NOT EXISTS (SELECT 1 FROM needed n WHERE n.sha256 = medium.sha256 AND n.text_hash NOT IN " UNSENT_OF_TARGET ")",
                 draft->target, error)
         && run_on (store, "UPDATE outbox SET content = 0, state = 'saved', code = NULL, message = NULL WHERE text_hash IN " UNSENT_OF_TARGET, draft->target, error)
         && run_on (store, "DELETE FROM needed WHERE text_hash IN " UNSENT_OF_TARGET, draft->target, error)
         && tst_draft_seal (draft, self, error);
}

char *
tst_field_book_discard (TstFieldBook *self, const char *record_id, GError **error)
{
  g_auto (Target) target = { .id = g_strdup (record_id) };
  g_autoptr (TstDraft) draft = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record_id != NULL, NULL);
  if (!tst_store_read (self->store, load_target, &target, error) || !check_target (&target, FALSE, error))
    return NULL;
  draft = new_change (self, &target, "discard", error);
  if (draft == NULL || !tst_journal_commit (self, draft, before_discard, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}
