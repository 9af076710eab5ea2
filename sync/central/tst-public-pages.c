/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-error.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

#define ITEMS_A_PAGE 30
#define STALE_CARDS 6 /* on the start page */

static gboolean
put_log (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonObject *log = tst_public_log_model (store, call, error);

  if (!log)
    return FALSE;
  json_object_set_object_member (call->model, "log", log);
  return TRUE;
}

static gboolean
count_statuses (TstStore *store, JsonArray *into, GError **error)
{
  guint n = 0;
  const TstCode *codes = tst_code_list (TST_LIST_WORK_STATUS, &n);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean row = TRUE;

  {
    /* In the order of an index, so that nothing is sorted; few rows are added up here. */
    g_autoptr (TstStatement) list = tst_public_query (
      store, error, "SELECT status, count (*) FROM work INDEXED BY work_counted WHERE gone = 0 AND status IS NOT NULL GROUP BY comuna, status", "");

    while (list && row)
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      else if (row)
        {
          int before = GPOINTER_TO_INT (g_hash_table_lookup (counts, tst_statement_text (list, 0)));

          g_hash_table_insert (counts, g_strdup (tst_statement_text (list, 0)), GINT_TO_POINTER (before + (int) tst_statement_int (list, 1)));
        }
    if (!list)
      return FALSE;
  }
  for (guint i = 0; i < n; i++)
    {
      int works = GPOINTER_TO_INT (g_hash_table_lookup (counts, codes[i].code));
      JsonObject *one = NULL;

      if (works == 0)
        continue;
      one = json_object_new ();
      json_object_set_string_member (one, "status", codes[i].code);
      json_object_set_string_member (one, "status_label", codes[i].es);
      json_object_set_int_member (one, "works", works);
      json_array_add_object_element (into, one);
    }
  return TRUE;
}

/* Works that wait the longest for evidence. Those without any come first, in the order of their codes, which needs no look at the others. */
static JsonArray *
stale_cards (TstStore *store, TstPublicCall *call, gint64 since, GError **error)
{
  static const char *const queries[] = {
    "SELECT w.content FROM (SELECT w.code FROM work w INDEXED BY work_listed WHERE " TST_PUBLIC_IS_STALE
    " AND NOT EXISTS (SELECT 1 FROM item i WHERE i.work = w.code AND i.state = 'published' AND i.kind = 'evidence') ORDER BY w.code LIMIT ?2)"
    " JOIN work w USING (code) ORDER BY code",
    "SELECT w.content FROM (SELECT w.code, (SELECT max (i.taken_s) FROM item i WHERE i.work = w.code AND i.state = 'published' AND i.kind = 'evidence') AS last"
    " FROM work w INDEXED BY work_listed WHERE " TST_PUBLIC_IS_STALE " AND last NOT NULL ORDER BY last, w.code LIMIT ?2) JOIN work w USING (code) ORDER BY last, code",
  };
  g_autoptr (JsonArray) cards = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (queries) && json_array_get_length (cards) < STALE_CARDS; i++)
    {
      gint64 most = STALE_CARDS - json_array_get_length (cards);
      g_autoptr (TstStatement) list = tst_public_query (store, error, queries[i], "ii", since, most);
      g_autoptr (JsonArray) some = list ? tst_public_work_cards (store, call, list, error) : NULL;

      if (!some)
        return NULL;
      for (guint at = 0; at < json_array_get_length (some); at++)
        json_array_add_object_element (cards, json_object_ref (json_array_get_object_element (some, at)));
    }
  return g_steal_pointer (&cards);
}

gboolean
tst_public_build_start (TstStore *store, TstPublicCall *call, GError **error)
{
  gint64 since = call->now_s - TST_PUBLIC_STALE_DAYS * TST_PUBLIC_DAY;
  gint64 works = 0, evidence = 0, stale = 0;
  JsonObject *totals = json_object_new ();
  JsonArray *statuses = json_array_new ();
  JsonObject *map = NULL;
  JsonArray *cards = NULL;

  call->page = "inicio";
  json_object_set_object_member (call->model, "totals", totals);
  json_object_set_array_member (call->model, "status_counts", statuses);
  json_object_set_int_member (call->model, "stale_days", TST_PUBLIC_STALE_DAYS);
  if (!tst_public_count (store, &works, error, "SELECT count (*) FROM work WHERE gone = 0", "")
      || !tst_public_count (store, &evidence, error, "SELECT coalesce (sum (n), 0) FROM tally", "")
      || !tst_public_count (store, &stale, error, "SELECT count (*) FROM work w INDEXED BY work_listed WHERE " TST_PUBLIC_IS_STALE, "i", since)
      || !count_statuses (store, statuses, error))
    return FALSE;
  json_object_set_int_member (totals, "works", works);
  json_object_set_int_member (totals, "evidence", evidence);
  json_object_set_int_member (totals, "stale", stale);
  map = tst_public_map (store, call, NULL, TRUE, error);
  if (!map)
    return FALSE;
  json_object_set_object_member (call->model, "map", map);

  {
    g_autoptr (TstStatement) newest = tst_public_query (
      store, error,
      "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.state = 'published' AND " TST_PUBLIC_IN_GALLERY
      " ORDER BY i.taken_s DESC LIMIT 6",
      "");
    g_autoptr (GPtrArray) items = newest ? tst_public_items (newest, error) : NULL;
    cards = items ? tst_public_evidence_cards (store, call, items, error) : NULL;
    if (!cards)
      return FALSE;
    json_object_set_array_member (call->model, "newest", cards);
  }
  cards = stale_cards (store, call, since, error);
  if (!cards)
    return FALSE;
  json_object_set_array_member (call->model, "stale", cards);
  return put_log (store, call, error);
}

/* --- the gallery --- */

/* @filter has no condition but of works. */
static gboolean
count_tallied (TstStore *store, const TstPublicFilter *filter, gint64 *total, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) sum = tst_public_filter_query (store, filter, "coalesce (sum (g.n), 0)", "tally g", "", error);

  if (!sum || !tst_statement_step (sum, &row, error))
    return FALSE;
  *total = tst_statement_int (sum, 0);
  return TRUE;
}

gboolean
tst_public_build_gallery (TstStore *store, TstPublicCall *call, GError **error)
{
  const char *work_code = tst_public_param (call, "obra");
  const char *comuna = tst_public_param (call, "comuna");
  const char *phase = tst_public_param (call, "fase");
  const char *from = tst_public_param (call, "desde");
  const char *to = tst_public_param (call, "hasta");
  JsonObject *filters = json_object_new ();
  g_auto (TstPublicFilter) filter = { 0 };
  g_autofree char *rest = NULL;
  JsonArray *cards = NULL;
  gint64 seconds = 0;
  gint64 total = 0;
  guint offset = 0;

  call->page = "galeria";
  json_object_set_object_member (call->model, "filters", filters);
  tst_public_filter_init (&filter, "1");
  if (work_code)
    {
      g_autoptr (GError) failed = NULL;
      g_autoptr (TstWork) work = tst_public_load_work (store, work_code, &failed);
      JsonObject *named = json_object_new ();

      if (failed)
        {
          json_object_unref (named);
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      json_object_set_string_member (named, "code", work_code);
      json_object_set_string_member (named, "title", work ? work->title : work_code);
      json_object_set_object_member (filters, "work", named);
      tst_public_filter_add (&filter, "g.work = ?", work_code);
    }
  if (comuna)
    {
      g_autofree char *values = tst_public_comuna_values (store, call->routes, comuna, error);
      g_autofree char *clause =
        values ? g_strdup_printf ("g.work IN (SELECT code FROM work WHERE comuna IN (%s))", values) : NULL;

      if (!clause)
        return FALSE;
      tst_public_filter_add (&filter, clause, NULL);
    }
  if (phase)
    tst_public_filter_add (&filter, "g.phase = ?", phase);
  if (tst_public_day_start (call, from, FALSE, &seconds))
    {
      tst_public_filter_add_int (&filter, "g.taken_s >= CAST (? AS INTEGER)", seconds);
      json_object_set_string_member (filters, "from", from);
    }
  if (tst_public_day_start (call, to, TRUE, &seconds))
    {
      tst_public_filter_add_int (&filter, "g.taken_s < CAST (? AS INTEGER)", seconds);
      json_object_set_string_member (filters, "to", to);
    }
  json_object_set_array_member (filters, "comuna", tst_public_comuna_options (call, comuna));
  json_object_set_array_member (filters, "phase", tst_public_code_options (TST_LIST_PHASE, phase));
  json_object_set_boolean_member (filters, "active", work_code || comuna || phase || from || to);

  /* Of everything, and of a work or a comuna, the sums are there already. */
  if (phase || from || to ? !tst_public_filter_count (store, &filter, "gallery g", &total, error)
                          : !count_tallied (store, &filter, &total, error))
    return FALSE;
  json_object_set_int_member (call->model, "total", total);
  offset = tst_public_paging (call, total, ITEMS_A_PAGE);
  /* Which ones first, from an index alone; then what they are. */
  rest = g_strdup_printf ("ORDER BY g.taken_s DESC, g.id DESC LIMIT %d OFFSET %u) p CROSS JOIN item i ON i.id = p.id ORDER BY i.taken_s DESC, i.id DESC",
                          ITEMS_A_PAGE, offset);
  g_autoptr (TstStatement) list =
    tst_public_filter_query (store, &filter, TST_PUBLIC_ITEM_COLUMNS, "(SELECT g.id FROM gallery g", rest, error);
  g_autoptr (GPtrArray) items = list ? tst_public_items (list, error) : NULL;
  cards = items ? tst_public_evidence_cards (store, call, items, error) : NULL;
  if (!cards)
    return FALSE;
  json_object_set_array_member (call->model, "items", cards);
  return TRUE;
}

gboolean
tst_public_build_help (TstStore *store, TstPublicCall *call, GError **error)
{
  call->page = "ayuda";
  return TRUE;
}

gboolean
tst_public_build_about (TstStore *store, TstPublicCall *call, GError **error)
{
  call->page = "acerca";
  json_object_set_string_member (call->model, "version", TST_VERSION);
  return put_log (store, call, error);
}

gboolean
tst_public_build_verify (TstStore *store, TstPublicCall *call, GError **error)
{
  gboolean row = FALSE;

  call->page = "verificar";
  {
    g_autoptr (TstStatement) find = tst_public_query (
      store, error,
      "SELECT i.id, l.idx FROM item i JOIN leaf l ON l.text_hash = i.text_hash WHERE i.state = 'published'"
      " AND i.kind = 'evidence' AND i.revealed = 1 ORDER BY i.taken_s DESC LIMIT 1",
      "");
    if (!find || !tst_statement_step (find, &row, error))
      return FALSE;
    if (row)
      {
        JsonObject *example = json_object_new ();

        json_object_set_string_member (example, "id", tst_statement_text (find, 0));
        json_object_set_int_member (example, "log_index", tst_statement_int (find, 1));
        json_object_set_object_member (call->model, "example", example);
      }
  }
  return put_log (store, call, error);
}
