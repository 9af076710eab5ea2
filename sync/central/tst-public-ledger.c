/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-moderation.h"
#include "model/tst-calendar.h"
#include "model/tst-provisional-number.h"
#include "record/tst-body.h"

#include <string.h>

/* What is told of everything, published or not: counts. And the number that a citizen took home. */

#define GAPS_SHOWN 20

static void
put_month (JsonObject *object, const TstPublicMonth *month)
{
  json_object_set_int_member (object, "received", month->received);
  json_object_set_int_member (object, "published", month->published);
  json_object_set_int_member (object, "withheld", month->withheld);
  json_object_set_int_member (object, "pending", month->pending);
  json_object_set_int_member (object, "retired", month->retired);
  json_object_set_int_member (object, "missing", month->missing);
  /* Attendance, surveys, contributions that their author keeps back, and what was taken back before it was shown. */
  json_object_set_int_member (object, "reserved", month->received - month->published - month->withheld - month->pending - month->retired - month->missing);
}

static void
put_months (TstPublicCall *call)
{
  JsonObject *totals = json_object_new ();
  JsonArray *months = json_array_new ();
  TstPublicMonth all = { 0 };

  json_object_set_object_member (call->model, "totals", totals);
  json_object_set_array_member (call->model, "months", months);
  for (guint i = 0; i < call->counts->months->len; i++)
    {
      const TstPublicMonth *one = g_ptr_array_index (call->counts->months, i);
      JsonObject *month = json_object_new ();

      put_month (month, one);
      json_object_set_string_member (month, "month", one->month);
      json_array_add_object_element (months, month);
      all.received += one->received;
      all.published += one->published;
      all.withheld += one->withheld;
      all.pending += one->pending;
      all.retired += one->retired;
      all.missing += one->missing;
    }
  put_month (totals, &all);
}

static void
put_reason (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_string_member (one, "reason", tst_statement_text (row, 0));
  json_object_set_string_member (one, "reason_label", tst_moderation_reason_label (tst_statement_text (row, 0)));
  json_object_set_int_member (one, "count", tst_statement_int (row, 1));
}

static gboolean
put_reasons (TstStore *store, TstPublicCall *call, GError **error)
{
  return tst_public_rows (store, call->model, "reasons", put_reason, NULL, error,
                          "SELECT coalesce (reason, 'otro') AS why, count (*) AS n FROM item"
                          " WHERE state IN ('withheld', 'retired', 'erased') GROUP BY why ORDER BY n DESC, why",
                          "");
}

static void
put_gap (JsonObject *one, TstStatement *row, gpointer data G_GNUC_UNUSED)
{
  json_object_set_int_member (one, "from", tst_statement_int (row, 0));
  json_object_set_int_member (one, "to", tst_statement_int (row, 1));
}

static gboolean
put_gaps (TstStore *store, JsonObject *device, const char *name, const char *chain, GError **error)
{
  return tst_public_rows (store, device, "gap_list", put_gap, NULL, error,
                          "SELECT before + 1, seq - 1 FROM (SELECT seq, coalesce (lag (seq) OVER (ORDER BY seq), 0) AS before FROM leaf"
                          " WHERE device = ?1 AND chain = ?2) WHERE seq - before > 1 ORDER BY seq LIMIT ?3",
                          "ssi", name, chain, (gint64) GAPS_SHOWN);
}

static const char *
chain_label (const char *chain)
{
  if (g_strcmp0 (chain, "open") == 0)
    return "Aportes y encuestas";
  if (g_strcmp0 (chain, "central") == 0)
    return "Decisiones de la central";
  return "Equipo en campo";
}

static const char *
state_label (const char *state)
{
  if (g_strcmp0 (state, "lost") == 0)
    return "Reportada como perdida";
  if (g_strcmp0 (state, "retired") == 0)
    return "Retirada";
  return "Activa";
}

static gboolean
put_devices (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonArray *devices = json_array_new ();
  gboolean row = FALSE;

  json_object_set_array_member (call->model, "devices", devices);
  for (guint i = 0; i < call->counts->chains->len; i++)
    {
      const TstPublicChain *chain = g_ptr_array_index (call->counts->chains, i);
      JsonObject *device = json_object_new ();
      const char *state = NULL;
      g_autoptr (TstStatement) known = NULL;

      json_array_add_object_element (devices, device);
      known = tst_public_query (store, error, "SELECT state FROM device WHERE name = ?1", "s", chain->device);
      if (!known || !tst_statement_step (known, &row, error))
        return FALSE;
      state = row ? tst_statement_text (known, 0) : "active";
      json_object_set_string_member (device, "device", chain->device);
      json_object_set_string_member (device, "chain", chain->chain);
      json_object_set_string_member (device, "chain_label", chain_label (chain->chain));
      json_object_set_string_member (device, "state", state);
      json_object_set_string_member (device, "state_label", state_label (state));
      json_object_set_int_member (device, "last_seq", chain->last_seq);
      tst_public_set_instant (device, "last_at", chain->last_utc_s);
      json_object_set_int_member (device, "gaps", chain->last_seq - chain->numbers);
      json_object_set_int_member (device, "forks", chain->forks);
      json_object_set_int_member (device, "missing", chain->missing);
    }
  for (guint i = 0; i < json_array_get_length (devices); i++)
    {
      JsonObject *device = json_array_get_object_element (devices, i);

      if (json_object_get_int_member (device, "gaps") > 0
          && !put_gaps (store, device, json_object_get_string_member (device, "device"),
                        json_object_get_string_member (device, "chain"), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_public_build_ledger (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonObject *log = NULL;

  call->page = "libro";
  put_months (call);
  if (!put_reasons (store, call, error) || !put_devices (store, call, error))
    return FALSE;
  log = tst_public_log_model (store, call, error);
  if (!log)
    return FALSE;
  json_object_set_object_member (call->model, "log", log);
  return TRUE;
}

/* --- a contribution by its number --- */

static void
add_step (TstPublicCall *call, JsonArray *steps, const char *label, gint64 on_s, gboolean done)
{
  JsonObject *step = json_object_new ();

  json_object_set_string_member (step, "label", label);
  if (on_s > 0)
    tst_public_set_day (call, step, "on", on_s);
  json_object_set_boolean_member (step, "done", done);
  json_array_add_object_element (steps, step);
}

static gboolean
is_overdue (TstPublicCall *call, const char *due_on)
{
  GDate due, today;

  g_date_clear (&due, 1);
  g_date_clear (&today, 1);
  if (!due_on || !tst_date_parse (due_on, &due))
    return FALSE;
  tst_date_from_time (call->now_s, call->routes->town->time_zone, &today);
  return g_date_compare (&due, &today) < 0;
}

static void
put_contribution (TstPublicCall *call, TstStatement *row, char **work)
{
  JsonObject *contribution = tst_public_contribution (call, row);
  JsonArray *steps = json_array_new ();
  const char *due_on = tst_statement_text (row, 3);
  gboolean answered = !tst_statement_is_null (row, 7);
  gboolean passed_on = tst_statement_text (row, 14) != NULL;
  gboolean live = !tst_statement_is_null (row, 16);
  gboolean published = g_strcmp0 (tst_statement_text (row, 9), "published") == 0;
  gboolean withdrawn = g_strcmp0 (tst_statement_text (row, 4), "retirado") == 0;
  GDate date;

  json_object_set_object_member (call->model, "contribution", contribution);
  json_object_set_array_member (contribution, "steps", steps);
  tst_public_set_text (contribution, "radicado", tst_statement_text (row, 5));
  g_date_clear (&date, 1);
  if (due_on && tst_date_parse (due_on, &date))
    json_object_set_string_member (contribution, "due_on", due_on);
  json_object_set_boolean_member (contribution, "overdue", !answered && !live && !passed_on && !withdrawn && is_overdue (call, due_on));
  json_object_set_boolean_member (contribution, "closed", answered || live || passed_on || withdrawn);
  /* Where it is: an office, or the body that it was passed on to. */
  tst_public_set_text (contribution, "routed_to", passed_on ? tst_statement_text (row, 14) : tst_statement_text (row, 12));
  json_object_set_boolean_member (contribution, "published", published);
  add_step (call, steps, "Recibido en la central", tst_statement_int (row, 2), TRUE);
  add_step (call, steps, "Radicado", 0, !tst_statement_is_null (row, 5));
  if (tst_statement_text (row, 12))
    add_step (call, steps, "Asignado a quien lo atiende", tst_statement_int (row, 13), TRUE);
  if (passed_on)
    add_step (call, steps, "Trasladado a otra entidad", tst_statement_int (row, 15), TRUE);
  if (live)
    add_step (call, steps, "Respondido en vivo", tst_statement_int (row, 16), TRUE);
  if (answered || withdrawn || (!passed_on && !live))
    add_step (call, steps, withdrawn ? "Retirado por su autor" : "Respondido", answered ? tst_statement_int (row, 7) : 0,
              answered || withdrawn);
  if (published)
    {
      add_step (call, steps, "Publicado", 0, TRUE);
      *work = g_strdup (tst_statement_text (row, 11));
    }
}

gboolean
tst_public_build_contribution (TstStore *store, TstPublicCall *call, GError **error)
{
  g_autofree char *number = tst_provisional_number_parse (call->name);
  g_autofree char *work_code = NULL;
  gboolean row = FALSE;

  call->page = "aporte";
  call->noindex = TRUE;
  if (!number)
    {
      call->status = 404;
      return TRUE;
    }
  {
    g_autoptr (TstStatement) find = tst_public_query (
      store, error,
      "SELECT " TST_PUBLIC_CONTRIBUTION_COLUMNS ", c.dependency, c.routed_s, c.passed_to, c.passed_s, c.live_s"
      " FROM contribution c JOIN item i ON i.id = c.id WHERE c.number = ?1",
      "s", number);
    if (!find || !tst_statement_step (find, &row, error))
      return FALSE;
    if (!row)
      {
        call->status = 404;
        return TRUE;
      }
    put_contribution (call, find, &work_code);
  }
  if (work_code)
    {
      g_autoptr (TstWork) work = tst_public_load_work (store, work_code, NULL);

      if (work)
        {
          JsonObject *named = json_object_new ();

          json_object_set_string_member (named, "code", work->code);
          json_object_set_string_member (named, "title", work->title);
          json_object_set_object_member (tst_json_object (call->model, "contribution"), "work", named);
        }
    }
  return TRUE;
}

gboolean
tst_public_build_contribution_search (TstStore *store, TstPublicCall *call, GError **error)
{
  const char *typed = tst_public_param (call, "numero");
  g_autofree char *number = typed ? tst_provisional_number_parse (typed) : NULL;
  gint64 found = 0;

  call->page = "aporte-buscar";
  call->noindex = typed != NULL;
  if (number && !tst_public_count (store, &found, error, "SELECT count (*) FROM contribution WHERE number = ?1", "s", number))
    return FALSE;
  tst_public_set_text (call->model, "number", typed);
  json_object_set_boolean_member (call->model, "invalid", typed && !number);
  json_object_set_boolean_member (call->model, "not_found", number && !found);
  /* The routes send the browser on to /aportes/NUMBER. */
  if (found > 0)
    json_object_set_string_member (call->model, "found", number);
  return TRUE;
}
