/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

/* What is sealed to the data officer is handed over sealed: the page opens it in the officer's own browser, and neither key nor contents come back
 * here. What a page shows of it is figures of envelopes only. */

/* Answers to a questionnaire with which something was said or shown. */
#define SHOWN "(i.kind = 'survey' AND json_extract (i.content, '$.attachments') IS NOT NULL)"

static void
put_event (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_string_member (one, "id", tst_statement_text (row, 0));
  json_object_set_string_member (one, "title", tst_statement_text (row, 1) ? tst_statement_text (row, 1) : "Espacio sin nombre");
  if (!tst_statement_is_null (row, 2))
    tst_public_set_instant (one, "starts_at", tst_statement_int (row, 2));
  json_object_set_int_member (one, "attendance", tst_statement_int (row, 3));
  json_object_set_int_member (one, "contributions", tst_statement_int (row, 4));
  json_object_set_int_member (one, "surveys", tst_statement_int (row, 5));
  json_object_set_int_member (one, "to_send", tst_statement_int (row, 6));
}

static gboolean
list_events (TstStore *store, gpointer data, GError **error)
{
  TstDeskCall *call = data;

  return tst_public_rows (store, call->model, "events", put_event, NULL, error,
                          "SELECT i.event, e.title, e.starts_s, sum (i.kind = 'attendance'), sum (i.kind = 'contribution'),"
                          " sum (i.kind = 'survey'),"
                          " sum (i.kind = 'contribution' AND c.answered_s IS NOT NULL AND c.sent_s IS NULL) FROM item i LEFT JOIN event e ON e.id = i.event"
                          " LEFT JOIN contribution c ON c.id = i.id WHERE (i.kind IN ('attendance', 'contribution') OR " SHOWN ") AND i.event IS NOT NULL"
                          " AND i.state NOT IN ('erased', 'withdrawn') GROUP BY i.event ORDER BY e.starts_s DESC LIMIT 200",
                          "");
}

void
tst_desk_officer (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!tst_store_read (tst_central_get_store (call->desk->central), list_events, call, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-oficial");
}

typedef struct
{
  TstDeskCall *call;
  const char *event;
  GPtrArray *rows;     /* of JsonObject */
  GPtrArray *contents; /* of JsonObject, in step with @rows */
} SealedTurn;

static gboolean
find_event (TstStore *store, gpointer data, GError **error)
{
  SealedTurn *turn = data;
  gboolean row = FALSE;
  g_autoptr (TstStatement) find = tst_public_query (store, error, "SELECT title, starts_s FROM event WHERE id = ?1", "s", turn->event);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  json_object_set_string_member (turn->call->model, "title",
                                 row && tst_statement_text (find, 0) ? tst_statement_text (find, 0) : "Espacio sin nombre");
  if (row && !tst_statement_is_null (find, 1))
    tst_public_set_instant (turn->call->model, "starts_at", tst_statement_int (find, 1));
  return TRUE;
}

void
tst_desk_sealed (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  SealedTurn turn = { .call = call, .event = tst_desk_param (call, "espacio") };
  g_autoptr (JsonObject) town = tst_central_dup_town (call->desk->central);
  JsonObject *recipients = town ? tst_json_object (town, "recipients") : NULL;

  if (!turn.event || !tst_uuid_is_valid (turn.event))
    {
      tst_desk_answer_status (call, 404);
      return;
    }
  json_object_set_string_member (call->model, "event", turn.event);
  if (recipients)
    tst_public_set_text (call->model, "recipient", tst_json_string (recipients, "officer"));
  if (!tst_store_read (tst_central_get_store (call->desk->central), find_event, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-sellado");
}

/* --- the parts --- */

static gboolean
list_items (TstStore *store, SealedTurn *turn, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT i.id, i.kind, i.content, i.utc_s, c.number, c.class, c.answer, c.sent_s FROM item i LEFT JOIN contribution c ON c.id = i.id"
    " WHERE (i.kind IN ('attendance', 'contribution') OR " SHOWN ") AND i.event = ?1 AND i.state NOT IN ('erased', 'withdrawn') AND i.content IS NOT NULL"
    " ORDER BY i.kind, i.id",
    "s", turn->event);

  if (!list)
    return FALSE;
  for (;;)
    {
      JsonObject *one = NULL;
      JsonObject *content = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      content = tst_json_parse_object (tst_statement_text (list, 2), -1, NULL);
      one = json_object_new ();
      json_object_set_string_member (one, "id", tst_statement_text (list, 0));
      json_object_set_string_member (one, "kind", tst_statement_text (list, 1));
      tst_public_set_text (one, "number", tst_statement_text (list, 4));
      if (tst_statement_text (list, 5))
        json_object_set_string_member (one, "class", tst_code_label (TST_LIST_CONTRIBUTION_CLASS, tst_statement_text (list, 5), "es"));
      tst_public_set_text (one, "answer", tst_statement_text (list, 6));
      json_object_set_boolean_member (one, "sent", !tst_statement_is_null (list, 7));
      g_ptr_array_add (turn->rows, one);
      g_ptr_array_add (turn->contents, content ? content : json_object_new ());
    }
}

static gboolean
add_parts (TstStore *store, JsonObject *one, JsonObject *content, GError **error)
{
  g_autoptr (GPtrArray) refs = tst_body_get_sealed (content, NULL);
  JsonArray *parts = json_array_new ();

  json_object_set_array_member (one, "sealed", parts);
  for (guint i = 0; refs && i < refs->len; i++)
    {
      const TstPartRef *ref = g_ptr_array_index (refs, i);
      gboolean row = FALSE;
      gsize size = 0;

      if (g_strcmp0 (ref->type, "officer") != 0)
        continue;
      g_autoptr (TstStatement) find = tst_public_query (store, error, "SELECT bytes FROM part WHERE sha256 = ?1", "h", &ref->sha256);
      if (!find || !tst_statement_step (find, &row, error))
        return FALSE;
      if (!row)
        continue;
      g_autoptr (GBytes) bytes = tst_statement_bytes (find, 0);
      const guint8 *data = g_bytes_get_data (bytes, &size);
      g_autofree char *text = g_base64_encode (data, size);
      json_array_add_string_element (parts, text);
    }
  return TRUE;
}

static void
add_attachments (JsonObject *one, JsonObject *content)
{
  JsonArray *list = tst_json_array (content, "attachments");
  JsonArray *attachments = json_array_new ();

  json_object_set_array_member (one, "attachments", attachments);
  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      static const char *const names[] = { "what", "sha256", "type", "bytes", "duration_ms", "question" };
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *attachment = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;
      attachment = json_object_new ();
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        if (json_object_has_member (json_node_get_object (node), names[j]))
          json_object_set_member (attachment, names[j], json_object_dup_member (json_node_get_object (node), names[j]));
      json_array_add_object_element (attachments, attachment);
    }
}

static gboolean
collect_parts (TstStore *store, gpointer data, GError **error)
{
  SealedTurn *turn = data;

  if (!list_items (store, turn, error))
    return FALSE;
  for (guint i = 0; i < turn->rows->len; i++)
    {
      if (!add_parts (store, g_ptr_array_index (turn->rows, i), g_ptr_array_index (turn->contents, i), error))
        return FALSE;
      add_attachments (g_ptr_array_index (turn->rows, i), g_ptr_array_index (turn->contents, i));
    }
  return TRUE;
}

void
tst_desk_sealed_parts (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *items = json_array_new ();
  SealedTurn turn = { .call = call, .event = tst_desk_param (call, "espacio"), .rows = rows, .contents = contents };

  json_object_set_array_member (answer, "items", items);
  if (!turn.event || !tst_uuid_is_valid (turn.event)
      || !tst_store_read (tst_central_get_store (call->desk->central), collect_parts, &turn, &error))
    {
      tst_http_task_refuse (call->task, 404, "not-found", "There is no such event");
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    json_array_add_object_element (items, json_object_ref (g_ptr_array_index (rows, i)));
  tst_http_task_answer_json (call->task, tst_json_write (answer));
}

void
tst_desk_reply_sent (TstDeskCall *call)
{
  g_autoptr (TstModeration) moderation = tst_desk_moderation (call);
  g_autoptr (GError) error = NULL;
  const char *back = tst_desk_field (call, "vuelve");

  if (!tst_desk_is_local_path (back))
    back = "/mesa/oficial";
  if (!tst_moderation_reply_sent (moderation, tst_desk_field (call, "numero"), &error))
    tst_desk_answer_failed (call, back, error);
  else
    tst_desk_answer_done (call, back, "sent");
}
