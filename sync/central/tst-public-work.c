/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* The page of one work: /obras/CODE. */

static void
add_facts (JsonObject *card, const TstWork *work)
{
  tst_public_set_text (card, "description", work->description);
  tst_public_set_text (card, "bpin", work->bpin);
  if (work->type)
    json_object_set_string_member (card, "type_label", tst_code_label (TST_LIST_WORK_TYPE, work->type, "es"));
  tst_public_set_text (card, "dependency", work->dependency);
  tst_public_set_text (card, "funding", work->funding);
  tst_public_set_text (card, "plan_goal", work->plan_goal);
  tst_public_set_text (card, "start_planned", work->start_planned);
  tst_public_set_text (card, "end_planned", work->end_planned);
  tst_public_set_text (card, "start_actual", work->start_actual);
  tst_public_set_text (card, "end_actual", work->end_actual);
  tst_public_set_number (card, "financial_pct", work->financial_pct);
  tst_public_set_text (card, "pct_as_of", work->pct_as_of);
  tst_public_set_text (card, "pct_source", work->pct_source);
  tst_public_set_text (card, "barrio", work->barrio);
}

static JsonObject *
contract_model (const TstContract *contract)
{
  JsonObject *model = json_object_new ();
  const TstCode *nature = contract->nature ? tst_code_find (TST_LIST_CONTRACT_NATURE, contract->nature) : NULL;

  json_object_set_string_member (model, "nature", nature ? nature->code : "contrato");
  json_object_set_string_member (model, "nature_label", nature ? nature->es : "Contrato");
  json_object_set_string_member (model, "number", contract->number ? contract->number : "");
  tst_public_set_text (model, "contractor", contract->contractor);
  tst_public_set_text (model, "contractor_nit", contract->contractor_nit);
  tst_public_set_text (model, "object", contract->object);
  tst_public_set_text (model, "modality", contract->modality);
  tst_public_set_pesos (model, "initial_value", contract->value_initial);
  tst_public_set_pesos (model, "added_value", contract->value_added);
  tst_public_set_pesos (model, "total_value", contract->value_total);
  tst_public_set_text (model, "start_on", contract->start);
  tst_public_set_text (model, "end_on", contract->end);
  if (isfinite (contract->days_added))
    json_object_set_int_member (model, "days_added", llround (contract->days_added));
  tst_public_set_text (model, "supervisor", contract->supervisor);
  tst_public_set_text (model, "secop_process", contract->secop_process);
  tst_public_set_text (model, "secop_contract", contract->secop_contract);
  tst_public_set_text (model, "url", contract->url);
  return model;
}

static JsonArray *
contract_models (const TstWork *work)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; work->contracts && i < work->contracts->len; i++)
    json_array_add_object_element (list, contract_model (g_ptr_array_index (work->contracts, i)));
  /* A plain CSV has the contract's number and contractor in the work's own row. */
  if (json_array_get_length (list) == 0 && (work->contract_number || work->contractor))
    {
      g_autoptr (TstContract) contract = tst_contract_new ();

      contract->number = g_strdup (work->contract_number);
      contract->contractor = g_strdup (work->contractor);
      contract->url = g_strdup (work->secop_url);
      json_array_add_object_element (list, contract_model (contract));
    }
  return list;
}

static JsonObject *
first_card (TstStore *store, TstPublicCall *call, const char *code, const char *phases, const char *order, char **id, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
    "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
    " AND json_extract (i.shown, '$.phase') IN (%s) AND EXISTS (SELECT 1 FROM derivative d WHERE d.id = i.id)"
    " ORDER BY i.taken_s %s LIMIT 1",
    phases, order);
  g_autoptr (TstStatement) find = tst_public_query (store, error, sql, "s", code);
  g_autoptr (GPtrArray) items = find ? tst_public_items (find, error) : NULL;

  *id = NULL;
  if (!items || items->len == 0)
    return NULL;
  *id = g_strdup (((TstPublicItem *) g_ptr_array_index (items, 0))->id);
  return tst_public_evidence_card (store, call, g_ptr_array_index (items, 0), error);
}

/* From what somebody called "before", where no point of view has been photographed twice. */
static gboolean
put_before_after (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  if (json_object_has_member (call->model, "viewpoints"))
    return TRUE;
  g_autoptr (GError) failed = NULL;
  g_autofree char *before_id = NULL;
  g_autofree char *after_id = NULL;
  g_autoptr (JsonObject) before = first_card (store, call, work->code, "'antes'", "ASC", &before_id, &failed);
  g_autoptr (JsonObject) after =
    before && !failed ? first_card (store, call, work->code, "'despues', 'durante', 'hito'", "DESC", &after_id, &failed) : NULL;

  if (failed)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (before && after)
    {
      JsonObject *both = json_object_new ();

      json_object_set_object_member (both, "before", g_steal_pointer (&before));
      json_object_set_object_member (both, "after", g_steal_pointer (&after));
      json_object_set_object_member (call->model, "before_after", both);
    }
  return TRUE;
}

/* --- the timeline --- */

static void
add_moment (GPtrArray *moments, const char *on, const char *kind, const char *title, const char *text, const char *href)
{
  JsonObject *moment = NULL;

  if (!on || !*on)
    return;
  moment = json_object_new ();
  json_object_set_string_member (moment, "on", on);
  json_object_set_string_member (moment, "kind", kind);
  json_object_set_string_member (moment, "title", title);
  tst_public_set_text (moment, "text", text);
  tst_public_set_text (moment, "href", href);
  g_ptr_array_add (moments, moment);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  JsonObject *const *one = a;
  JsonObject *const *other = b;

  return strcmp (json_object_get_string_member (*other, "on"), json_object_get_string_member (*one, "on"));
}

/* Visits and other events about the work that the city may speak of (tst-public-events.c). */
static gboolean
add_events (TstStore *store, const TstWork *work, GPtrArray *moments, GHashTable *told, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT e.id, e.type, e.title, coalesce (e.starts_s, (SELECT min (i.taken_s) FROM item i WHERE i.event = e.id AND i.state = 'published'))"
    " FROM event e WHERE e.work = ?1 AND " TST_PUBLIC_EVENT_IS_PUBLIC " ORDER BY 4 DESC LIMIT 30",
    "s", work->code);

  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autofree char *on = tst_time_format (tst_statement_int (list, 3));
      g_autofree char *href = g_strdup_printf ("/eventos/%s", tst_statement_text (list, 0));
      const char *type = tst_statement_text (list, 1);
      const char *title = tst_statement_text (list, 2);
      g_hash_table_add (told, g_strdup (tst_statement_text (list, 0)));
      add_moment (moments, on, "visita", title && *title ? title : "Visita a la obra",
                  type && tst_code_is_valid (TST_LIST_EVENT_TYPE, type) ? tst_code_label (TST_LIST_EVENT_TYPE, type, "es") : NULL, href);
    }
}

static JsonArray *
timeline (TstStore *store, const TstWork *work, GPtrArray *items, GError **error)
{
  g_autoptr (GPtrArray) moments = g_ptr_array_new ();
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *list = NULL;

  if (!add_events (store, work, moments, told, error))
    {
      g_ptr_array_foreach (moments, (GFunc) json_object_unref, NULL);
      return NULL;
    }
  list = json_array_new ();

  for (guint i = 0; i < items->len; i++)
    {
      const TstPublicItem *item = g_ptr_array_index (items, i);
      g_autofree char *on = tst_time_format (item->taken_s);
      g_autofree char *href = g_strdup_printf ("/evidencia/%s", item->id);
      const char *caption = tst_json_string (item->shown, "caption");

      /* What a visit showed stands on the visit's own page. */
      if (item->event && g_hash_table_contains (told, item->event))
        continue;
      add_moment (moments, on, "evidencia", caption && *caption ? caption : tst_public_kind_label (item->type),
                  tst_json_string (item->shown, "text"), href);
    }
  add_moment (moments, work->start_actual, "estado", "Comenzó la obra", NULL, NULL);
  add_moment (moments, work->end_actual, "estado", "Terminó la obra", NULL, NULL);
  for (guint i = 0; work->contracts && i < work->contracts->len; i++)
    {
      const TstContract *contract = g_ptr_array_index (work->contracts, i);
      g_autofree char *title = g_strdup_printf ("Comenzó el contrato %s", contract->number ? contract->number : "");

      add_moment (moments, contract->start, "contrato", g_strchomp (title), contract->contractor, contract->url);
    }
  g_ptr_array_sort (moments, newest_first);
  for (guint i = 0; i < moments->len; i++)
    json_array_add_object_element (list, g_ptr_array_index (moments, i));
  return list;
}

static gboolean
put_contributions (TstStore *store, TstPublicCall *call, const TstWork *work, GError **error)
{
  JsonArray *list = json_array_new ();
  gboolean row = FALSE;

  json_object_set_array_member (call->model, "contributions", list);
  g_autoptr (TstStatement) find = tst_public_query (
    store, error,
    "SELECT " TST_PUBLIC_CONTRIBUTION_COLUMNS " FROM contribution c JOIN item i ON i.id = c.id WHERE i.work = ?1"
    " AND i.state = 'published' AND i.kind = 'contribution' ORDER BY c.received_s DESC, c.number LIMIT 50",
    "s", work->code);
  if (!find)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (find, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      json_array_add_object_element (list, tst_public_contribution (call, find));
    }
}

static void
add_download (JsonArray *downloads, const char *href, const char *label)
{
  JsonObject *one = json_object_new ();

  json_object_set_string_member (one, "href", href);
  json_object_set_string_member (one, "label", label);
  json_array_add_object_element (downloads, one);
}

gboolean
tst_public_build_work (TstStore *store, TstPublicCall *call, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (TstWork) work = tst_public_load_work (store, call->name, &failed);
  JsonArray *downloads = json_array_new ();
  JsonArray *latest = json_array_new ();
  JsonObject *card = NULL;
  gint64 total = 0;
  gint64 stale = 0;

  call->page = "obra";
  json_object_set_array_member (call->model, "downloads", downloads);
  json_object_set_array_member (call->model, "latest", latest);
  json_object_set_int_member (call->model, "stale_days", TST_PUBLIC_STALE_DAYS);
  if (failed)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (!work)
    {
      call->status = 404;
      return TRUE;
    }
  card = tst_public_work_card (store, call, work, error);
  if (!card)
    return FALSE;
  add_facts (card, work);
  json_object_set_object_member (call->model, "work", card);
  json_object_set_array_member (call->model, "contracts", contract_models (work));
  total = json_object_get_int_member (card, "evidence_count");
  json_object_set_int_member (call->model, "evidence_total", total);

  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error,
      "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.work = ?1 AND i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
      " ORDER BY i.taken_s DESC LIMIT 30",
      "s", work->code);
    g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;
    if (!items)
      return FALSE;
    for (guint i = 0; i < items->len && i < 9; i++)
      {
        JsonObject *one = tst_public_evidence_card (store, call, g_ptr_array_index (items, i), error);

        if (!one)
          return FALSE;
        json_array_add_object_element (latest, one);
      }
    JsonArray *moments = timeline (store, work, items, error);
    if (!moments)
      return FALSE;
    json_object_set_array_member (call->model, "timeline", moments);
  }
  if (!tst_public_put_viewpoints (store, call, work, error) || !put_before_after (store, call, work, error)
      || !tst_public_put_curve (store, call, work, error) || !tst_public_put_commitments (store, call, work, error)
      || !put_contributions (store, call, work, error))
    return FALSE;
  if (isfinite (work->lat) && isfinite (work->lon))
    {
      JsonObject *map = tst_public_map (store, call, tst_public_point (work->lat, work->lon), FALSE, error);

      if (!map)
        return FALSE;
      json_object_set_object_member (call->model, "map", map);
    }
  g_autofree char *code = g_uri_escape_string (work->code, NULL, FALSE);
  g_autofree char *one = g_strdup_printf ("/descargas/oc4ids/%s.json", code);
  g_autofree char *feature = g_strdup_printf ("/ogc/collections/obras/items/%s", code);
  g_autofree char *qr = g_strdup_printf ("/obras/%s/qr.svg", code);
  add_download (downloads, one, "Esta obra, con contratos y avance (OC4IDS)");
  add_download (downloads, feature, "Esta obra en el mapa (GeoJSON)");
  add_download (downloads, "/descargas/obras.csv", "Todas las obras (CSV)");
  add_download (downloads, "/descargas/obras.geojson", "Todas las obras (GeoJSON)");
  add_download (downloads, "/descargas/evidencia.geojson", "Evidencia publicada (GeoJSON)");
  if (!tst_public_count (store, &stale, error, "SELECT count (*) FROM work w WHERE w.code = ?2 AND " TST_PUBLIC_IS_STALE, "is",
                         call->now_s - TST_PUBLIC_STALE_DAYS * TST_PUBLIC_DAY, work->code))
    return FALSE;
  json_object_set_boolean_member (call->model, "stale", stale > 0);
  json_object_set_string_member (call->model, "qr_href", qr);
  return TRUE;
}
