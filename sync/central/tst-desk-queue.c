/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-personal-data.h"
#include "record/tst-body.h"

#include <string.h>

/* What waits: evidence, and contributions whose authors allowed them to be published. ?1 and ?2: event and work, or NULL. */
#define WAITING \
  " FROM item i LEFT JOIN contribution c ON c.id = i.id WHERE i.state = 'pending' AND (i.kind = 'evidence' OR (i.kind = 'contribution'" \
  " AND c.public_ok = 1)) AND (?1 IS NULL OR i.event = ?1) AND (?2 IS NULL OR i.work = ?2)"

#define VISIT_MAX 60
#define LIST_MAX 100

typedef struct
{
  TstDeskCall *call;
  const char *event;
  const char *work;
  const char *asked; /* (nullable) the item that was asked for */
  char *id;          /* out (nullable) */
  char *prev, *next, *after; /* out (nullable) */
  gint64 total;
} QueueTurn;

static char *
queue_href (const QueueTurn *turn, const char *id)
{
  g_autoptr (GString) href = g_string_new ("/mesa/cola");
  const char *const pairs[] = { "pieza", id, "espacio", turn->event, "obra", turn->work };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i += 2)
    if (pairs[i + 1])
      {
        g_autofree char *value = g_uri_escape_string (pairs[i + 1], NULL, FALSE);

        g_string_append_printf (href, "%s%s=%s", strchr (href->str, '?') ? "&" : "?", pairs[i], value);
      }
  return g_string_free (g_steal_pointer (&href), FALSE);
}

static gboolean
find_id (TstStore *store, char **id, GError **error, const char *sql, const char *types, const char *a, const char *b, gint64 utc_s,
         const char *c)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) find =
    strlen (types) == 2 ? tst_public_query (store, error, sql, types, a, b) : tst_public_query (store, error, sql, types, a, b, utc_s, c);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  *id = row ? g_strdup (tst_statement_text (find, 0)) : NULL;
  return TRUE;
}

static gboolean
find_place (TstStore *store, gpointer data, GError **error)
{
  QueueTurn *turn = data;
  gint64 utc_s = 0;
  gboolean row = FALSE;

  if (turn->asked)
    turn->id = g_strdup (turn->asked);
  else if (!find_id (store, &turn->id, error, "SELECT i.id" WAITING " ORDER BY i.utc_s, i.id LIMIT 1", "ss", turn->event, turn->work, 0, NULL))
    return FALSE;
  if (!tst_public_count (store, &turn->total, error, "SELECT count (*)" WAITING, "ss", turn->event, turn->work))
    return FALSE;
  if (!turn->id)
    return TRUE;
  {
    g_autoptr (TstStatement) when = tst_public_query (store, error, "SELECT utc_s FROM item WHERE id = ?1", "s", turn->id);

    if (!when || !tst_statement_step (when, &row, error))
      return FALSE;
    utc_s = row ? tst_statement_int (when, 0) : 0;
  }
  if (!find_id (store, &turn->next, error, "SELECT i.id" WAITING " AND (i.utc_s, i.id) > (?3, ?4) ORDER BY i.utc_s, i.id LIMIT 1", "ssis",
                turn->event, turn->work, utc_s, turn->id)
      || !find_id (store, &turn->after, error, "SELECT i.id" WAITING " AND (i.utc_s, i.id) > (?3, ?4) ORDER BY i.utc_s, i.id LIMIT 1 OFFSET 1",
                   "ssis", turn->event, turn->work, utc_s, turn->id))
    return FALSE;
  return find_id (store, &turn->prev, error, "SELECT i.id" WAITING " AND (i.utc_s, i.id) < (?3, ?4) ORDER BY i.utc_s DESC, i.id DESC LIMIT 1",
                  "ssis", turn->event, turn->work, utc_s, turn->id);
}

static void
show_item (TstDeskCall *call, QueueTurn *turn, const char *back)
{
  g_autoptr (GError) error = NULL;
  JsonObject *item = turn->id ? tst_desk_item_model (call, turn->id, &error) : NULL;
  JsonObject *queue = json_object_new ();
  const char *const near[] = { "prev_href", turn->prev, "next_href", turn->next };

  json_object_set_object_member (call->model, "queue", queue);
  json_object_set_int_member (queue, "total", turn->total);
  json_object_set_string_member (queue, "back", back);
  tst_public_set_text (queue, "event", turn->event);
  tst_public_set_text (queue, "work", turn->work);
  for (guint i = 0; i < G_N_ELEMENTS (near); i += 2)
    if (near[i + 1])
      {
        g_autofree char *href = queue_href (turn, near[i + 1]);

        json_object_set_string_member (queue, near[i], href);
      }
  tst_public_set_text (queue, "next", turn->next);
  tst_public_set_text (queue, "after", turn->after);
  if (error)
    {
      tst_desk_answer_error (call, error);
      return;
    }
  if (item)
    json_object_set_object_member (call->model, "item", item);
  tst_desk_answer_page (call, turn->id && !item ? 404 : 200, turn->id && !item ? "mesa-error" : "mesa-pieza");
}

static void
queue_turn_clear (QueueTurn *turn)
{
  g_free (turn->id);
  g_free (turn->prev);
  g_free (turn->next);
  g_free (turn->after);
}

void
tst_desk_queue (TstDeskCall *call)
{
  QueueTurn turn = { .call = call, .event = tst_desk_param (call, "espacio"), .work = tst_desk_param (call, "obra"),
                     .asked = tst_desk_param (call, "pieza") };
  g_autoptr (GError) error = NULL;

  if (turn.asked && !tst_uuid_is_valid (turn.asked))
    tst_desk_answer_status (call, 404);
  else if (!tst_store_read (tst_central_get_store (call->desk->central), find_place, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    {
      g_autofree char *back = queue_href (&turn, NULL);

      json_object_set_boolean_member (call->model, "in_queue", TRUE);
      show_item (call, &turn, back);
    }
  queue_turn_clear (&turn);
}

void
tst_desk_piece (TstDeskCall *call)
{
  QueueTurn turn = { .call = call };
  g_autofree char *back = g_strconcat ("/mesa/pieza/", call->rest, NULL);

  if (!tst_uuid_is_valid (call->rest))
    {
      tst_desk_answer_status (call, 404);
      return;
    }
  turn.id = g_strdup (call->rest);
  json_object_set_boolean_member (call->model, "in_queue", FALSE);
  show_item (call, &turn, back);
  queue_turn_clear (&turn);
}

/* --- a whole visit --- */

typedef struct
{
  TstDeskCall *call;
  const char *event;
  JsonArray *items;
} VisitTurn;

/* Is there anything in its texts that may be personal data? Then it wants to be looked at by itself. */
static gboolean
is_suspect (const char *content_text)
{
  static const char *const texts[] = { "subject", "text", "caption", "alt", "topic", "label" };
  g_autoptr (JsonObject) content = content_text ? tst_json_parse_object (content_text, -1, NULL) : NULL;

  for (guint i = 0; content && i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = tst_json_string (content, texts[i]);
      g_autoptr (GArray) spans = text ? tst_personal_find (text) : NULL;

      if (spans && spans->len > 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_row (JsonArray *items, TstStatement *row)
{
  JsonObject *one = json_object_new ();

  json_object_set_string_member (one, "id", tst_statement_text (row, 0));
  json_object_set_string_member (one, "kind_label",
                                 g_strcmp0 (tst_statement_text (row, 1), "contribution") == 0 ? "Aporte"
                                                                                               : tst_public_kind_label (tst_statement_text (row, 2)));
  tst_public_set_text (one, "title", tst_statement_text (row, 3));
  tst_public_set_text (one, "work", tst_statement_text (row, 4));
  tst_public_set_instant (one, "taken_at", tst_statement_int (row, 5));
  json_object_set_boolean_member (one, "suspect", is_suspect (tst_statement_text (row, 7)));
  if (tst_statement_int (row, 6))
    {
      g_autofree char *src = g_strdup_printf ("/mesa/imagen/%s/480.jpg", tst_statement_text (row, 0));

      json_object_set_string_member (one, "src", src);
    }
  json_array_add_object_element (items, one);
}

#define ROW_COLUMNS \
  "i.id, i.kind, i.type, i.title, i.work, i.taken_s, EXISTS (SELECT 1 FROM record_media m JOIN holding h ON h.sha256 = m.sha256" \
  " WHERE m.text_hash = i.text_hash AND m.type LIKE 'image/%'), i.content"

static gboolean
list_visit (TstStore *store, gpointer data, GError **error)
{
  VisitTurn *turn = data;
  gint64 total = 0;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) event =
      tst_public_query (store, error, "SELECT title, starts_s FROM event WHERE id = ?1", "s", turn->event);

    if (!event || !tst_statement_step (event, &row, error))
      return FALSE;
    json_object_set_string_member (turn->call->model, "title",
                                   row && tst_statement_text (event, 0) ? tst_statement_text (event, 0) : "Espacio sin nombre");
    if (row)
      tst_public_set_instant (turn->call->model, "starts_at", tst_statement_int (event, 1));
  }
  if (!tst_public_count (store, &total, error, "SELECT count (*)" WAITING, "ss", turn->event, NULL))
    return FALSE;
  json_object_set_int_member (turn->call->model, "total", total);
  g_autoptr (TstStatement) list = tst_public_query (
    store, error, "SELECT " ROW_COLUMNS WAITING " ORDER BY i.utc_s, i.id LIMIT " G_STRINGIFY (VISIT_MAX), "ss", turn->event, NULL);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      add_row (turn->items, list);
    }
}

void
tst_desk_visit (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  VisitTurn turn = { .call = call, .event = call->rest, .items = json_array_new () };

  json_object_set_array_member (call->model, "items", turn.items);
  json_object_set_string_member (call->model, "event", call->rest);
  if (!tst_uuid_is_valid (call->rest))
    tst_desk_answer_status (call, 404);
  else if (!tst_store_read (tst_central_get_store (call->desk->central), list_visit, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    {
      json_object_set_array_member (call->model, "reasons", tst_desk_reasons ());
      tst_desk_answer_page (call, 200, "mesa-espacio");
    }
}

/* --- what was decided --- */

static void
put_decision (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_string_member (one, "type", tst_statement_text (row, 0));
  tst_public_set_instant (one, "at", tst_statement_int (row, 3));
  if (tst_statement_text (row, 2))
    json_object_set_string_member (one, "reason_label", tst_moderation_reason_label (tst_statement_text (row, 2)));
  json_object_set_string_member (one, "by_label", tst_statement_text (row, 4) ? tst_desk_role_label (tst_statement_text (row, 4)) : "Consola");
  tst_public_set_text (one, "by_name", tst_statement_text (row, 5));
  tst_public_set_text (one, "title", tst_statement_text (row, 7));
  tst_public_set_text (one, "number", tst_statement_text (row, 10));
  if (tst_statement_text (row, 9))
    {
      json_object_set_string_member (one, "id", tst_statement_text (row, 1));
      json_object_set_string_member (one, "kind_label", tst_public_kind_label (tst_statement_text (row, 8)));
    }
}

static gboolean
list_decisions (TstStore *store, gpointer data, GError **error)
{
  TstDeskCall *call = data;

  return tst_public_rows (store, call->model, "decisions", put_decision, NULL, error,
                          "SELECT d.type, d.target, d.reason, d.utc_s, d.role, a.name, d.account, i.title, i.type, i.state, c.number FROM decision d"
                          " LEFT JOIN account a ON a.id = d.account LEFT JOIN item i ON i.id = d.target LEFT JOIN contribution c ON c.id = d.target"
                          " ORDER BY d.utc_s DESC, d.idx DESC LIMIT " G_STRINGIFY (LIST_MAX),
                          "");
}

void
tst_desk_decisions (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!tst_store_read (tst_central_get_store (call->desk->central), list_decisions, call, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-decisiones");
}
