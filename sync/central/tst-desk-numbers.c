/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <string.h>

/* Contributions: what waits for an answer, by its due date; and everything about one. */

#define LIST_MAX 200
#define OPEN_ONLY "c.answered_s IS NULL AND c.live_s IS NULL AND c.passed_s IS NULL AND c.state <> 'retirado'"
#define COLUMNS \
  "c.number, c.class, c.state, c.due_on, c.radicado, c.dependency, c.passed_to, c.answer, c.answered_s, c.live_s, c.sent_s, c.public_ok," \
  " i.content, c.received_s, l.received_s, i.event, e.title, i.work, i.id, i.state"
#define FROM " FROM contribution c JOIN item i ON i.id = c.id JOIN leaf l ON l.text_hash = i.text_hash LEFT JOIN event e ON e.id = i.event"

static void
put_number (JsonObject *one, TstStatement *row, gpointer data)
{
  TstDeskCall *call = data;
  g_autoptr (JsonObject) content =
    tst_statement_text (row, 12) ? tst_json_parse_object (tst_statement_text (row, 12), -1, NULL) : NULL;
  gboolean closed = !tst_statement_is_null (row, 8) || !tst_statement_is_null (row, 9) || tst_statement_text (row, 6)
                    || g_strcmp0 (tst_statement_text (row, 2), "retirado") == 0;

  json_object_set_string_member (one, "number", tst_statement_text (row, 0));
  json_object_set_string_member (one, "class_label", tst_code_label (TST_LIST_CONTRIBUTION_CLASS, tst_statement_text (row, 1) ? tst_statement_text (row, 1) : "", "es"));
  json_object_set_string_member (one, "state_label",
                                 g_strcmp0 (tst_statement_text (row, 2), "retirado") == 0
                                   ? "Retirado por su autor"
                                   : tst_code_label (TST_LIST_CONTRIBUTION_STATE, tst_statement_text (row, 2), "es"));
  json_object_set_boolean_member (one, "closed", closed);
  if (!closed)
    tst_desk_put_light (call, one, tst_statement_text (row, 3));
  tst_public_set_text (one, "radicado", tst_statement_text (row, 4));
  tst_public_set_text (one, "dependency", tst_statement_text (row, 5));
  tst_public_set_text (one, "passed_to", tst_statement_text (row, 6));
  if (content)
    tst_public_set_text (one, "subject", tst_json_string (content, "subject"));
  tst_public_set_instant (one, "made_at", tst_statement_int (row, 13));
}

typedef struct
{
  TstDeskCall *call;
  const char *which;
  const char *dependency; /* (nullable) of an account that sees its own only */
  const char *number;
  JsonObject *one;
  char *id;
} NumbersTurn;

static gboolean
list_numbers (TstStore *store, gpointer data, GError **error)
{
  NumbersTurn *turn = data;
  const char *where = g_strcmp0 (turn->which, "todos") == 0        ? "1"
                      : g_strcmp0 (turn->which, "respondidos") == 0 ? "NOT (" OPEN_ONLY ")"
                      : g_strcmp0 (turn->which, "sin-radicado") == 0 ? "c.radicado IS NULL AND c.state <> 'retirado'"
                      : g_strcmp0 (turn->which, "tarde") == 0        ? OPEN_ONLY " AND l.received_s - l.utc_s > 86400"
                                                                     : OPEN_ONLY;
  g_autofree char *sql = g_strconcat ("SELECT " COLUMNS FROM " WHERE (?1 IS NULL OR c.dependency = ?1) AND ", where,
                                      " ORDER BY c.due_on IS NULL, c.due_on, c.number LIMIT " G_STRINGIFY (LIST_MAX), NULL);

  return tst_public_rows (store, turn->call->model, "items", put_number, turn->call, error, sql, "s", turn->dependency);
}

static const char *
own_dependency (TstDeskCall *call)
{
  return call->may & TST_MAY_READ ? NULL : call->session->account->dependency;
}

void
tst_desk_numbers (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  NumbersTurn turn = { .call = call, .which = tst_desk_param (call, "ver"), .dependency = own_dependency (call) };
  static const char *const kinds[][2] = { { "abiertos", "Por responder" }, { "sin-radicado", "Sin radicado" }, { "tarde", "Llegaron tarde" },
                                          { "respondidos", "Respondidos o trasladados" }, { "todos", "Todos" } };
  JsonArray *options = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    json_array_add_object_element (options, tst_public_option (kinds[i][0], kinds[i][1], -1,
                                                               g_strcmp0 (turn.which ? turn.which : "abiertos", kinds[i][0]) == 0));
  json_object_set_array_member (call->model, "options", options);
  if (!tst_store_read (tst_central_get_store (call->desk->central), list_numbers, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-aportes");
}

/* --- one --- */

static gboolean
list_dependencies (TstStore *store, JsonObject *model, GError **error)
{
  JsonArray *names = json_array_new ();
  gboolean row = FALSE;

  json_object_set_array_member (model, "dependencies", names);
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT dependency FROM work WHERE dependency <> '' UNION SELECT dependency FROM account WHERE dependency <> '' AND state = 'active'"
    " UNION SELECT dependency FROM contribution WHERE dependency <> '' ORDER BY 1 LIMIT 200",
    "");
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      json_array_add_string_element (names, tst_statement_text (list, 0));
    }
}

static void
put_step (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_string_member (one, "type", tst_statement_text (row, 0));
  tst_public_set_instant (one, "at", tst_statement_int (row, 1));
  json_object_set_string_member (one, "by_label", tst_statement_text (row, 2) ? tst_desk_role_label (tst_statement_text (row, 2)) : "Consola");
  tst_public_set_text (one, "by_name", tst_statement_text (row, 3));
}

static gboolean
list_steps (TstStore *store, NumbersTurn *turn, GError **error)
{
  return tst_public_rows (store, turn->one, "steps", put_step, NULL, error,
                          "SELECT d.type, d.utc_s, d.role, a.name FROM decision d LEFT JOIN account a ON a.id = d.account WHERE d.target = ?1 ORDER BY d.idx",
                          "s", turn->id);
}

static gboolean
load_number (TstStore *store, gpointer data, GError **error)
{
  NumbersTurn *turn = data;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) find = tst_public_query (
      store, error, "SELECT " COLUMNS FROM " WHERE c.number = ?1 AND (?2 IS NULL OR c.dependency = ?2)", "ss", turn->number, turn->dependency);
    if (!find || !tst_statement_step (find, &row, error))
      return FALSE;
    if (!row)
      {
        g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such contribution.");
        return FALSE;
      }
    turn->one = json_object_new ();
    json_object_set_object_member (turn->call->model, "contribution", turn->one);
    put_number (turn->one, find, turn->call);
    g_autoptr (JsonObject) content =
      tst_statement_text (find, 12) ? tst_json_parse_object (tst_statement_text (find, 12), -1, NULL) : NULL;
    if (content)
      tst_public_set_text (turn->one, "text", tst_json_string (content, "text"));
    tst_public_set_text (turn->one, "answer", tst_statement_text (find, 7));
    if (!tst_statement_is_null (find, 8))
      tst_public_set_instant (turn->one, "answered_at", tst_statement_int (find, 8));
    json_object_set_boolean_member (turn->one, "sent", !tst_statement_is_null (find, 10));
    json_object_set_boolean_member (turn->one, "public_ok", tst_statement_int (find, 11) != 0);
    tst_public_set_instant (turn->one, "arrived_at", tst_statement_int (find, 14));
    tst_public_set_text (turn->one, "event_title", tst_statement_text (find, 16));
    tst_public_set_text (turn->one, "work", tst_statement_text (find, 17));
    turn->id = g_strdup (tst_statement_text (find, 18));
    json_object_set_string_member (turn->one, "id", turn->id);
    tst_desk_put_attachments (turn->one, turn->id, content);
    json_object_set_string_member (turn->one, "publication", tst_statement_text (find, 19));
  }
  return list_steps (store, turn, error) && list_dependencies (store, turn->call->model, error);
}

static gboolean
may_answer (TstDeskCall *call)
{
  return (call->may & (TST_MAY_ANSWER | TST_MAY_OWN)) != 0;
}

void
tst_desk_number (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = tst_moderation_canonical_number (call->rest, NULL);
  NumbersTurn turn = { .call = call, .number = number, .dependency = own_dependency (call) };

  json_object_set_boolean_member (call->model, "may_answer", may_answer (call));
  json_object_set_boolean_member (call->model, "may_route", (call->may & TST_MAY_ROUTE) != 0);
  json_object_set_boolean_member (call->model, "has_hook", tst_desk_has_hook (call->desk->central, "radicado_command"));
  if (!number)
    tst_desk_answer_status (call, 404);
  else if (!tst_store_read (tst_central_get_store (call->desk->central), load_number, &turn, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-aporte");
  g_free (turn.id);
}

/* --- what is done with it --- */

/* The city's own system gives the number: it gets the contribution without anything that is sealed, and answers with one line. */
static gboolean
ask_for_radicado (TstDeskCall *call, TstModeration *moderation, const char *number, GError **error)
{
  NumbersTurn turn = { .call = call, .number = number };
  g_autoptr (JsonObject) input = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *output = NULL;
  static const char *const given[] = { "number", "class_label", "subject", "text", "made_at", "due_on", "work", "event_title" };
  gboolean ok = tst_store_read (tst_central_get_store (call->desk->central), load_number, &turn, error);

  g_free (turn.id);
  if (!ok)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    if (tst_json_string (turn.one, given[i]))
      json_object_set_string_member (input, given[i], tst_json_string (turn.one, given[i]));
  text = tst_json_write (input);
  if (!tst_desk_run_hook (call->desk->central, "radicado_command", text, &output, error))
    return FALSE;
  output[strcspn (output, "\r\n")] = '\0';
  return tst_moderation_radicado (moderation, number, output, error);
}

/* May this account do something with this number at all? */
static gboolean
find_own (TstStore *store, gpointer data, GError **error)
{
  NumbersTurn *turn = data;
  gint64 n = 0;

  if (!tst_public_count (store, &n, error, "SELECT count (*) FROM contribution WHERE number = ?1 AND (?2 IS NULL OR dependency = ?2)", "ss",
                         turn->number, turn->dependency))
    return FALSE;
  if (n == 0)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such contribution.");
  return n > 0;
}

static gboolean
do_step (TstDeskCall *call, const char *number, const char *step, GError **error)
{
  g_autoptr (TstModeration) moderation = tst_desk_moderation (call);
  const char *value = tst_desk_field (call, "valor");
  const char *note = tst_desk_field (call, "nota");
  gboolean route = (call->may & TST_MAY_ROUTE) != 0;

  if (route && g_str_equal (step, "radicado"))
    return tst_moderation_radicado (moderation, number, value, error);
  if (route && g_str_equal (step, "radicado-sistema"))
    return ask_for_radicado (call, moderation, number, error);
  if (route && g_str_equal (step, "asignar"))
    return tst_moderation_assign (moderation, number, value, error);
  if (route && g_str_equal (step, "trasladar"))
    return tst_moderation_pass_on (moderation, number, value, note, error);
  if (may_answer (call) && g_str_equal (step, "tramitar"))
    return tst_moderation_process (moderation, number, error);
  if (may_answer (call) && g_str_equal (step, "responder"))
    return tst_moderation_answer (moderation, number, value, error);
  if (may_answer (call) && g_str_equal (step, "en-vivo"))
    return tst_moderation_answer_live (moderation, number, note, error);
  g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED, "This account may not do that.");
  return FALSE;
}

/* "aporte/NUMBER/STEP" */
void
tst_desk_number_step (TstDeskCall *call)
{
  g_auto (GStrv) words = g_strsplit (call->rest, "/", 2);
  g_autofree char *number = words[1] ? tst_moderation_canonical_number (words[0], NULL) : NULL;
  g_autofree char *back = g_strconcat ("/mesa/aporte/", number, NULL);
  g_autoptr (GError) error = NULL;
  NumbersTurn turn = { .call = call, .number = number, .dependency = own_dependency (call) };

  if (!number || !tst_store_read (tst_central_get_store (call->desk->central), find_own, &turn, &error))
    tst_desk_answer_status (call, 404);
  else if (!do_step (call, number, words[1], &error))
    tst_desk_answer_failed (call, back, error);
  else
    tst_desk_answer_done (call, back, "step");
}
