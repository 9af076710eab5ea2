/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "central/tst-speaker-shapes.h"
#include "central/tst-visit-shapes.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "report/tst-calendar-file.h"

#include <string.h>

/* Events and visits: /eventos, /eventos/ID, /calendario.ics. Only those that the city announced itself, or of which something was published. */

#define EVENTS_A_PAGE 30
#define ITEMS_OF_EVENT 60
#define IN_CALENDAR 500

#define EVENT_COLUMNS \
  "e.id, e.type, e.title, e.work, e.starts_s, e.ends_s, e.closed," \
  " (SELECT min (i.taken_s) FROM item i WHERE i.event = e.id AND i.state = 'published')," \
  " (SELECT count (*) FROM item i WHERE i.event = e.id AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY ")," \
  " EXISTS (SELECT 1 FROM item i WHERE i.event = e.id AND i.state = 'published' AND i.type = 'moment')," \
  " (SELECT json_extract (w.content, '$.title') FROM work w WHERE w.code = e.work AND w.gone = 0)"
/* When it is, or when the first thing shown of it was captured. */
#define EVENT_WHEN "coalesce (e.starts_s, (SELECT min (i.taken_s) FROM item i WHERE i.event = e.id AND i.state = 'published'), 0)"

static JsonObject *
event_model (TstStatement *row)
{
  JsonObject *event = json_object_new ();
  const char *type = tst_statement_text (row, 1);
  const char *title = tst_statement_text (row, 2);
  gboolean known = type && tst_code_is_valid (TST_LIST_EVENT_TYPE, type);
  gint64 starts_s = tst_statement_is_null (row, 4) ? tst_statement_int (row, 7) : tst_statement_int (row, 4);

  json_object_set_string_member (event, "id", tst_statement_text (row, 0));
  json_object_set_string_member (event, "type_label", known ? tst_code_label (TST_LIST_EVENT_TYPE, type, "es") : "Espacio");
  json_object_set_string_member (event, "title", title && *title ? title : json_object_get_string_member (event, "type_label"));
  if (starts_s > 0)
    tst_public_set_instant (event, "starts_at", starts_s);
  if (!tst_statement_is_null (row, 5))
    tst_public_set_instant (event, "ends_at", tst_statement_int (row, 5));
  json_object_set_boolean_member (event, "closed", tst_statement_int (row, 6) != 0);
  json_object_set_int_member (event, "evidence_count", tst_statement_int (row, 8));
  json_object_set_boolean_member (event, "live", tst_statement_int (row, 9) != 0);
  if (!tst_statement_is_null (row, 10))
    {
      JsonObject *work = json_object_new ();

      json_object_set_string_member (work, "code", tst_statement_text (row, 3));
      json_object_set_string_member (work, "title", tst_statement_text (row, 10));
      json_object_set_object_member (event, "work", work);
    }
  return event;
}

static gboolean
collect (TstStatement *list, JsonArray *into, GError **error)
{
  gboolean row = FALSE;

  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      json_array_add_object_element (into, event_model (list));
    }
}

gboolean
tst_public_build_events (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonArray *coming = json_array_new ();
  JsonArray *past = json_array_new ();
  gint64 total = 0;

  call->page = "eventos";
  json_object_set_array_member (call->model, "coming", coming);
  json_object_set_array_member (call->model, "past", past);
  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error,
      "SELECT " EVENT_COLUMNS " FROM event e WHERE " TST_PUBLIC_EVENT_IS_PUBLIC " AND e.closed = 0"
      " AND coalesce (e.ends_s, e.starts_s + 10800) >= ?1 ORDER BY e.starts_s LIMIT 50",
      "i", call->now_s);
    if (!collect (list, coming, error))
      return FALSE;
  }
#define IS_PAST TST_PUBLIC_EVENT_IS_PUBLIC " AND (e.closed = 1 OR e.starts_s IS NULL OR coalesce (e.ends_s, e.starts_s + 10800) < ?1)"
  if (!tst_public_count (store, &total, error, "SELECT count (*) FROM event e WHERE " IS_PAST, "i", call->now_s))
    return FALSE;
  json_object_set_int_member (call->model, "total", total);
  guint offset = tst_public_paging (call, total, EVENTS_A_PAGE);
  g_autoptr (TstStatement) list =
    tst_public_query (store, error,
                      "SELECT " EVENT_COLUMNS " FROM event e WHERE " IS_PAST " ORDER BY " EVENT_WHEN " DESC, e.id LIMIT ?2 OFFSET ?3",
                      "iii", call->now_s, (gint64) EVENTS_A_PAGE, (gint64) offset);
#undef IS_PAST
  return collect (list, past, error);
}

/* What was on the air, with its moments as places in the recording. */
static gboolean
put_streams (TstStore *store, TstPublicCall *call, GError **error)
{
  g_autoptr (JsonArray) shapes = tst_visit_shape_streams (store, call->name, error);
  JsonArray *streams = json_array_new ();

  json_object_set_array_member (call->model, "streams", streams);
  for (guint i = 0; shapes && i < json_array_get_length (shapes); i++)
    {
      JsonObject *shape = json_array_get_object_element (shapes, i);
      JsonArray *moments = tst_json_array (shape, "moments");
      JsonObject *stream = json_object_new ();
      JsonArray *list = json_array_new ();

      tst_public_set_text (stream, "platform_label", tst_json_string (shape, "platform_label"));
      tst_public_set_text (stream, "url", tst_json_string (shape, "url"));
      tst_public_set_text (stream, "recording_sha256", tst_json_string (shape, "recording_sha256"));
      tst_public_set_text (stream, "recording_url", tst_json_string (shape, "recording_url"));
      for (guint m = 0; moments && m < json_array_get_length (moments); m++)
        {
          JsonObject *moment = json_array_get_object_element (moments, m);
          gint64 seconds = tst_json_int (moment, "offset_ms", -1) / 1000;
          JsonObject *one = json_object_new ();
          g_autofree char *at = g_strdup_printf ("%02d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));

          if (json_object_has_member (moment, "offset_ms"))
            {
              json_object_set_string_member (one, "at", at);
              json_object_set_int_member (one, "error_s", (tst_json_int (moment, "error_ms", 0) + 999) / 1000);
            }
          tst_public_set_text (one, "label", tst_json_string (moment, "moment_label"));
          tst_public_set_text (one, "text", tst_json_string (moment, "text"));
          json_array_add_object_element (list, one);
        }
      json_object_set_array_member (stream, "moments", list);
      json_array_add_object_element (streams, stream);
    }
  return shapes != NULL;
}

/* Who had the word, about what, for how long, and what came of it. */
static gboolean
put_turns (TstStore *store, TstPublicCall *call, GError **error)
{
  static const char *const texts[] = { "number", "label", "topic", "outcome", "outcome_label", "text" };
  static const char *const promised[] = { "text", "responsible", "due_on" };
  g_autoptr (JsonArray) shapes = tst_speaker_shapes (store, call->name, error);
  JsonArray *turns = json_array_new ();

  json_object_set_array_member (call->model, "turns", turns);
  for (guint i = 0; shapes && i < json_array_get_length (shapes); i++)
    {
      JsonObject *shape = json_array_get_object_element (shapes, i);
      JsonObject *commitment = tst_json_object (shape, "commitment");
      gint64 seconds = (tst_json_int (shape, "used_ms", -1000) + 500) / 1000;
      JsonObject *one = json_object_new ();

      json_array_add_object_element (turns, one);
      for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
        tst_public_set_text (one, texts[t], tst_json_string (shape, texts[t]));
      tst_public_set_text (one, "sector_label", tst_json_string (shape, "actor_label"));
      if (json_object_has_member (shape, "used_ms"))
        {
          g_autofree char *used = seconds < 60 ? g_strdup_printf ("%d s", (int) seconds)
                                               : g_strdup_printf ("%d min %02d s", (int) (seconds / 60), (int) (seconds % 60));

          json_object_set_string_member (one, "used", used);
        }
      if (tst_json_bool (shape, "about", FALSE))
        json_object_set_boolean_member (one, "about", TRUE);
      if (tst_json_int (shape, "limit_s", 0) > 0)
        json_object_set_int_member (one, "limit_min", (tst_json_int (shape, "limit_s", 0) + 30) / 60);
      if (commitment)
        {
          JsonObject *promise = json_object_new ();

          for (guint t = 0; t < G_N_ELEMENTS (promised); t++)
            tst_public_set_text (promise, promised[t], tst_json_string (commitment, promised[t]));
          json_object_set_object_member (one, "commitment", promise);
        }
    }
  json_object_set_int_member (call->model, "turn_count", json_array_get_length (turns));
  return shapes != NULL;
}

gboolean
tst_public_build_event (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonArray *found = json_array_new ();
  JsonArray *cards = NULL;
  JsonObject *event = NULL;

  call->page = "evento";
  json_object_set_array_member (call->model, "found", found);
  {
    g_autoptr (TstStatement) find =
      tst_public_query (store, error, "SELECT " EVENT_COLUMNS " FROM event e WHERE e.id = ?1 AND " TST_PUBLIC_EVENT_IS_PUBLIC, "s",
                        call->name);
    if (!collect (find, found, error))
      return FALSE;
  }
  if (json_array_get_length (found) == 0)
    {
      call->status = 404;
      return TRUE;
    }
  event = json_object_ref (json_array_get_object_element (found, 0));
  json_object_remove_member (call->model, "found");
  json_object_set_object_member (call->model, "event", event);
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.event = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
    " ORDER BY i.taken_s, i.id LIMIT ?2",
    "si", call->name, (gint64) ITEMS_OF_EVENT);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;
  cards = items ? tst_public_evidence_cards (store, call, items, error) : NULL;
  if (!cards)
    return FALSE;
  json_object_set_array_member (call->model, "items", cards);
  return put_streams (store, call, error) && put_turns (store, call, error);
}

/* --- the calendar --- */

typedef struct
{
  TstPublicCall *call;
  JsonArray *events;
} Turn;

static gboolean
read_calendar (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;
  g_autoptr (TstStatement) list = tst_public_query (store, error,
                                                    "SELECT " EVENT_COLUMNS " FROM event e WHERE " TST_PUBLIC_EVENT_IS_PUBLIC
                                                    " AND e.starts_s IS NOT NULL ORDER BY e.starts_s DESC, e.id LIMIT ?1",
                                                    "i", (gint64) IN_CALENDAR);

  return collect (list, turn->events, error);
}

TstPublicResponse *
tst_public_answer_calendar (TstPublicCall *call)
{
  g_autoptr (JsonArray) events = json_array_new ();
  Turn turn = { call, events };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *base_url = tst_public_dup_url (call->routes);

  if (!tst_store_read (tst_central_get_store (call->routes->central), read_calendar, &turn, &error))
    return tst_public_answer_failed (call, error);
  tst_calendar_file_begin (text, tst_central_get_origin (call->routes->central), call->routes->town->entity);
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *event = json_array_get_object_element (events, i);
      JsonObject *work = tst_json_object (event, "work");
      const char *id = tst_json_string (event, "id");
      g_autofree char *url = g_strdup_printf ("%s/eventos/%s", base_url, id);
      TstCalendarEntry entry = { .id = id, .title = tst_json_string (event, "title"), .category = tst_json_string (event, "type_label"),
                                 .text = work ? tst_json_string (work, "title") : NULL, .url = url };

      tst_time_parse (tst_json_string (event, "starts_at"), &entry.starts_s);
      if (tst_json_string (event, "ends_at"))
        tst_time_parse (tst_json_string (event, "ends_at"), &entry.ends_s);
      tst_calendar_file_entry (text, &entry);
    }
  tst_calendar_file_end (text);
  g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));
  return tst_public_answer_data (call, "text/calendar; charset=utf-8", body, 0);
}
