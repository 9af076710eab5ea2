/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <string.h>

#define MAX_JOIN_TEXT (8 * 1024)
#define DEFAULT_HOLD_HOURS 1
#define MAX_HOLD_HOURS (24 * 14)
#define MAX_TITLE 300
#define COMPACT_DUE "compact_due"

void
tst_event_clear (TstEvent *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->work, g_free);
  g_clear_pointer (&self->anchor_origin, g_free);
}

static void
set_not_found (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                       "There is no event with that id on this device. Nothing was saved; open it, join it or check its id.");
}

static void
set_closed (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_EVENT_CLOSED,
                       "That event is closed. Nothing was saved; what it has is safe. Open a new one for what comes now.");
}

gboolean
tst_event_load (TstStore *store, const char *id, TstEvent *event, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT type, title, work, starts_s, ends_s, hold_hours, status, anchor_origin, anchor_size, anchor_root FROM event"
    " WHERE id = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    {
      set_not_found (error);
      return FALSE;
    }
  event->id = g_strdup (id);
  event->type = g_strdup (tst_statement_text (statement, 0));
  event->title = g_strdup (tst_statement_text (statement, 1));
  event->work = g_strdup (tst_statement_text (statement, 2));
  event->starts_s = tst_statement_int (statement, 3);
  event->ends_s = tst_statement_int (statement, 4);
  event->hold_hours = tst_statement_int (statement, 5);
  event->closed = g_strcmp0 (tst_statement_text (statement, 6), "closed") == 0;
  event->anchor_origin = g_strdup (tst_statement_text (statement, 7));
  event->anchor_size = tst_statement_int (statement, 8);
  tst_statement_hash (statement, 9, &event->anchor_root);
  return TRUE;
}

/* --- opening and joining --- */

static void
set_time (TstDraft *draft, const char *name, gint64 seconds)
{
  g_autofree char *text = seconds != 0 ? tst_time_format (seconds) : NULL;

  tst_draft_set_string (draft, name, text);
}

static gboolean
check_spec (const char *type, const char *title, GError **error)
{
  if (type == NULL || !tst_code_is_valid (TST_LIST_EVENT_TYPE, type))
    {
      g_autofree char *codes = tst_code_list_join (TST_LIST_EVENT_TYPE);

      g_set_error (error, TST_ERROR, type == NULL ? TST_ERROR_MISSING_FIELD : TST_ERROR_BAD_VALUE,
                   "The type of the event must be one of: %s. Nothing was saved.", codes);
      return FALSE;
    }
  if (title == NULL || *title == '\0')
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The event needs a title. Nothing was saved.");
      return FALSE;
    }
  if (!g_utf8_validate (title, -1, NULL) || g_utf8_strlen (title, -1) > MAX_TITLE)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                   "The event's title must be readable text of at most %d characters. Nothing was saved.", MAX_TITLE);
      return FALSE;
    }
  return TRUE;
}

static void
fill_event (TstDraft *draft, const char *id, const TstEventSpec *spec, gint64 starts_s)
{
  int hold = spec->hold_hours < 1 ? DEFAULT_HOLD_HOURS : MIN (spec->hold_hours, MAX_HOLD_HOURS);

  tst_draft_set_event (draft, id);
  tst_draft_set_string (draft, "event_type", spec->type);
  tst_draft_set_string (draft, "title", spec->title);
  tst_draft_set_work (draft, spec->work);
  set_time (draft, "starts", starts_s);
  set_time (draft, "ends", spec->ends_s);
  json_object_set_int_member (draft->content, "hold_hours", hold);
}

char *
tst_field_book_open_event (TstFieldBook *self, const TstEventSpec *spec, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  gint64 starts_s;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && spec != NULL, NULL);
  if (!check_spec (spec->type, spec->title, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVENT, "event-open");
  starts_s = spec->starts_s != 0 ? spec->starts_s : draft->time.utc_us / G_USEC_PER_SEC;
  fill_event (draft, draft->id, spec, starts_s);
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, NULL, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}

static gboolean
event_is_unknown (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT 1 FROM event WHERE id = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, draft->event);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_DUPLICATE, "This device has that event already. Nothing was changed.");
  return !row;
}

/* @object: id, type, title, work, starts, ends, hold_hours. Joining what is joined already gives its id again. */
static char *
join (TstFieldBook *self, JsonObject *object, const char *from, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  g_autoptr (GError) local = NULL;
  const char *id = tst_json_string (object, "id");
  TstEventSpec spec = { 0 };
  gint64 starts_s = 0;

  spec.type = tst_json_string (object, "type");
  spec.title = tst_json_string (object, "title");
  spec.work = tst_json_string (object, "work");
  spec.hold_hours = CLAMP (tst_json_int (object, "hold_hours", 0), 0, MAX_HOLD_HOURS);
  tst_time_parse (tst_json_string (object, "ends"), &spec.ends_s);
  if (id == NULL || !tst_uuid_is_valid (id))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "That is not an event's code. Nothing was changed; scan it again from the other tablet.");
      return NULL;
    }
  if (!check_spec (spec.type, spec.title, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVENT, "event-join");
  if (!tst_time_parse (tst_json_string (object, "starts"), &starts_s))
    starts_s = draft->time.utc_us / G_USEC_PER_SEC;
  fill_event (draft, id, &spec, starts_s);
  tst_draft_set_string (draft, "from", from);
  if (!tst_draft_seal (draft, self, error))
    return NULL;
  if (!tst_journal_commit (self, draft, event_is_unknown, NULL, &local)
      && !g_error_matches (local, TST_ERROR, TST_ERROR_DUPLICATE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_strdup (id);
}

typedef struct
{
  const char *id;
  TstEvent *event;
  char *assigned; /* what central says of it */
  gboolean known;
} Lookup;

static gboolean
look_up (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (GError) local = NULL;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  lookup->known = tst_event_load (store, lookup->id, lookup->event, &local);
  if (lookup->known)
    return TRUE;
  if (!g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  statement = tst_store_prepare (store, "SELECT content FROM central_event WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, lookup->id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    lookup->assigned = g_strdup (tst_statement_text (statement, 0));
  return TRUE;
}

static gboolean
find_event (TstFieldBook *self, const char *id, TstEvent *event, char **assigned, GError **error)
{
  Lookup lookup = { id, event, NULL, FALSE };

  *assigned = NULL;
  if (id == NULL || *id == '\0')
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The event is missing. Nothing was saved.");
      return FALSE;
    }
  if (!tst_store_read (self->store, look_up, &lookup, error))
    return FALSE;
  *assigned = lookup.assigned;
  if (!lookup.known && lookup.assigned == NULL)
    {
      set_not_found (error);
      return FALSE;
    }
  return TRUE;
}

static char *
join_assigned (TstFieldBook *self, const char *content, GError **error)
{
  g_autoptr (JsonObject) object = tst_json_parse_object (content, -1, error);

  return object != NULL ? join (self, object, "central", error) : NULL;
}

char *
tst_field_book_join_event (TstFieldBook *self, const char *text, GError **error)
{
  g_autofree char *stripped = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  const char *data;
  gsize size;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && text != NULL, NULL);
  stripped = g_strstrip (g_strdup (text));
  if (tst_uuid_is_valid (stripped))
    {
      g_auto (TstEvent) event = { 0 };
      g_autofree char *assigned = NULL;

      if (!find_event (self, stripped, &event, &assigned, error))
        return NULL;
      return assigned != NULL ? join_assigned (self, assigned, error) : g_strdup (stripped);
    }
  if (g_str_has_prefix (stripped, TST_EVENT_CODE_PREFIX) && strlen (stripped) <= MAX_JOIN_TEXT)
    bytes = tst_base64url_decode (stripped + strlen (TST_EVENT_CODE_PREFIX));
  if (bytes != NULL)
    {
      data = g_bytes_get_data (bytes, &size);
      object = size > 0 ? tst_json_parse_object (data, size, NULL) : NULL;
    }
  if (object == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "That is not an event's code. Nothing was changed; scan it again from the other tablet.");
      return NULL;
    }
  return join (self, object, "tablet", error);
}

char *
tst_field_book_event_join_text (TstFieldBook *self, const char *event_id, GError **error)
{
  g_auto (TstEvent) event = { 0 };
  g_autofree char *assigned = NULL;
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *starts = NULL;
  g_autofree char *ends = NULL;
  g_autoptr (JsonObject) object = json_object_new ();

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  if (!find_event (self, event_id, &event, &assigned, error))
    return NULL;
  if (assigned != NULL)
    json = g_strdup (assigned);
  else
    {
      starts = tst_time_format (event.starts_s);
      json_object_set_string_member (object, "id", event.id);
      json_object_set_string_member (object, "type", event.type);
      json_object_set_string_member (object, "title", event.title);
      if (event.work != NULL)
        json_object_set_string_member (object, "work", event.work);
      json_object_set_string_member (object, "starts", starts);
      if (event.ends_s != 0)
        {
          ends = tst_time_format (event.ends_s);
          json_object_set_string_member (object, "ends", ends);
        }
      json_object_set_int_member (object, "hold_hours", event.hold_hours);
      json = tst_json_write (object);
    }
  encoded = tst_base64url_encode (json, strlen (json));
  return g_strconcat (TST_EVENT_CODE_PREFIX, encoded, NULL);
}

gboolean
tst_events_require_open (TstFieldBook *self, const char *id, TstEvent *event, GError **error)
{
  g_autofree char *assigned = NULL;

  if (!find_event (self, id, event, &assigned, error))
    return FALSE;
  if (assigned != NULL)
    {
      g_autofree char *joined = join_assigned (self, assigned, error);
      g_autofree char *none = NULL;

      if (joined == NULL || !find_event (self, id, event, &none, error))
        return FALSE;
    }
  if (event->closed)
    {
      set_closed (error);
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_events_still_open (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  g_auto (TstEvent) event = { 0 };

  if (draft->event == NULL)
    return TRUE;
  if (!tst_event_load (store, draft->event, &event, error))
    return FALSE;
  if (event.closed)
    set_closed (error);
  return !event.closed;
}

/* --- closing --- */

static gboolean
count_records (TstStore *store, TstChain chain, const char *event, gint64 *count, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT count(*) FROM record WHERE event = ?1 AND chain = ?2", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, event);
  tst_statement_bind_text (statement, 2, tst_chain_name (chain));
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  *count = tst_statement_int (statement, 0);
  return TRUE;
}

static gboolean
release_held (TstStore *store, const char *event, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "UPDATE outbox SET due_s = 0 WHERE event = ?1 AND chain = 'open' AND due_s > 0", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, event);
  return tst_statement_step (statement, NULL, error);
}

/* Pages of the database are taken in the order in which records come: as they lie, they would tell which contribution came between which
 * two attendees. So the database is laid out anew once the event is over. */
static gboolean
compact (TstStore *store, gpointer data, GError **error)
{
  gboolean *done = data;

  if (tst_meta_get_int (store, COMPACT_DUE, 0) == 0)
    return TRUE;
  *done = tst_store_compact (store, error);
  return *done;
}

static gboolean
forget_compact (TstStore *store, gpointer data, GError **error)
{
  return tst_meta_set_int (store, COMPACT_DUE, 0, error);
}

void
tst_events_compact_if_due (TstFieldBook *self)
{
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  /* What was saved is saved either way; on a full disk the next opening tries again. */
  if (!tst_open_media_lay_anew (self, &error) || !tst_store_read (self->store, compact, &done, &error)
      || (done && !tst_store_write (self->store, forget_compact, NULL, &error)))
    g_message ("The database could not be laid out anew: %s", error->message);
}

static gboolean
before_close (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error)
{
  JsonArray *chains = json_array_new ();

  json_object_set_array_member (draft->content, "chains", chains);
  /* A jump of the clock or a new person is written first: the heads below are those right before the close. */
  if (!tst_events_still_open (self, store, draft, NULL, error) || !tst_journal_prelude (self, store, draft, error))
    return FALSE;
  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autoptr (TstSigningKey) key = tst_field_book_ref_key (self, chain);
      JsonObject *entry = json_object_new ();
      gint64 count;
      TstHead head;

      json_array_add_object_element (chains, entry);
      if (!tst_journal_head (store, chain, &head, error) || !count_records (store, chain, draft->event, &count, error))
        return FALSE;
      json_object_set_string_member (entry, "chain", tst_chain_name (chain));
      json_object_set_string_member (entry, "device", tst_signing_key_get_name (key));
      json_object_set_int_member (entry, "seq", head.seq);
      json_object_set_int_member (entry, "count", count);
      if (head.seq > 0)
        {
          g_autofree char *text = tst_hash_to_base64 (&head.head);

          json_object_set_string_member (entry, "head", text);
        }
      if (chain == TST_CHAIN_OPEN && count > 0 && !tst_meta_set_int (store, COMPACT_DUE, 1, error))
        return FALSE;
    }
  return release_held (store, draft->event, error) && tst_draft_seal (draft, self, error);
}

JsonObject *
tst_field_book_close_event (TstFieldBook *self, const char *event_id, GError **error)
{
  g_auto (TstEvent) event = { 0 };
  g_autoptr (TstDraft) draft = NULL;
  JsonObject *result;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  if (!tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_EVENT, "event-close");
  tst_draft_set_event (draft, event_id);
  if (!tst_journal_commit (self, draft, before_close, NULL, error))
    return NULL;
  tst_events_compact_if_due (self);
  result = json_object_new ();
  json_object_set_string_member (result, "id", draft->id);
  json_object_set_string_member (result, "event", event_id);
  json_object_set_member (result, "chains", json_object_dup_member (draft->content, "chains"));
  return result;
}
