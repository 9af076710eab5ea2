/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-error.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

#define WORKS_A_PAGE 24
#define ITEMS_A_PAGE 30

static gboolean
put_log (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonObject *log = tst_public_log_model (store, call, error);

  if (!log)
    return FALSE;
  json_object_set_object_member (call->model, "log", log);
  return TRUE;
}

/* Codes of works that a statement gives, as cards. */
static JsonArray *
work_cards (TstStore *store, TstPublicCall *call, TstStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_free);
  g_autoptr (JsonArray) cards = json_array_new ();
  gboolean row = FALSE;

  for (;;)
    {
      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        break;
      g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (statement, 0), -1, NULL);
      TstWork *work = json ? tst_work_from_json (json, NULL) : NULL;
      if (work)
        g_ptr_array_add (works, work);
    }
  for (guint i = 0; i < works->len; i++)
    {
      JsonObject *card = tst_public_work_card (store, call, g_ptr_array_index (works, i), error);

      if (!card)
        return NULL;
      json_array_add_object_element (cards, card);
    }
  return g_steal_pointer (&cards);
}

static gboolean
count_statuses (TstStore *store, JsonArray *into, GError **error)
{
  guint n = 0;
  const TstCode *codes = tst_code_list (TST_LIST_WORK_STATUS, &n);

  for (guint i = 0; i < n; i++)
    {
      gint64 works = 0;
      JsonObject *one = NULL;

      if (!tst_public_count (store, &works, error, "SELECT count (*) FROM work WHERE gone = 0 AND status = ?1", "s", codes[i].code))
        return FALSE;
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
      || !tst_public_count (store, &evidence, error,
                            "SELECT count (*) FROM item WHERE state = 'published' AND kind = 'evidence'", "")
      || !tst_public_count (store, &stale, error, "SELECT count (*) FROM work w WHERE " TST_PUBLIC_IS_STALE, "i", since)
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
      "SELECT " TST_PUBLIC_ITEM_COLUMNS " FROM item i WHERE i.state = 'published' AND i.kind = 'evidence'"
      " ORDER BY i.taken_s DESC LIMIT 6",
      "");
    g_autoptr (GPtrArray) items = newest ? tst_public_items (newest, error) : NULL;
    cards = items ? tst_public_evidence_cards (store, call, items, error) : NULL;
    if (!cards)
      return FALSE;
    json_object_set_array_member (call->model, "newest", cards);
  }
  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error,
      "SELECT w.content FROM work w WHERE " TST_PUBLIC_IS_STALE
      " ORDER BY (SELECT max (i.taken_s) FROM item i WHERE i.work = w.code AND i.state = 'published' AND i.kind = 'evidence'), w.code"
      " LIMIT 6",
      "i", since);
    cards = list ? work_cards (store, call, list, error) : NULL;
    if (!cards)
      return FALSE;
    json_object_set_array_member (call->model, "stale", cards);
  }
  return put_log (store, call, error);
}

/* --- lists with filters --- */

/* "WHERE …" with its values; each value is bound as text and each clause has one "?". */
typedef struct
{
  GString *where;
  GPtrArray *values;
} Filter;

static void
filter_init (Filter *filter, const char *base)
{
  filter->where = g_string_new (base);
  filter->values = g_ptr_array_new_with_free_func (g_free);
}

static void
filter_clear (Filter *filter)
{
  g_string_free (filter->where, TRUE);
  g_ptr_array_unref (filter->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filter, filter_clear)

static void
filter_add (Filter *filter, const char *clause, char *value)
{
  g_string_append_printf (filter->where, " AND %s", clause);
  if (value)
    g_ptr_array_add (filter->values, value);
}

static TstStatement *
filter_query (TstStore *store, const Filter *filter, const char *columns, const char *from, const char *rest, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE %s %s", columns, from, filter->where->str, rest);
  TstStatement *statement = tst_store_prepare (store, sql, error);

  for (guint i = 0; statement && i < filter->values->len; i++)
    tst_statement_bind_text (statement, (int) i + 1, g_ptr_array_index (filter->values, i));
  return statement;
}

static gboolean
filter_count (TstStore *store, const Filter *filter, const char *from, gint64 *total, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) count = filter_query (store, filter, "count (*)", from, "", error);

  if (!count || !tst_statement_step (count, &row, error))
    return FALSE;
  *total = tst_statement_int (count, 0);
  return TRUE;
}

static JsonArray *
comuna_options (TstPublicCall *call, const char *selected)
{
  JsonArray *options = json_array_new ();
  GPtrArray *comunas = call->routes->town->comunas;

  for (guint i = 0; i < comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (comunas, i);
      g_autofree char *label = tst_public_place_label (call->routes, comuna->code);

      json_array_add_object_element (options, tst_public_option (comuna->code, label, -1, g_strcmp0 (comuna->code, selected) == 0));
    }
  return options;
}

static JsonArray *
code_options (TstCodeList list, const char *selected)
{
  JsonArray *options = json_array_new ();
  guint n = 0;
  const TstCode *codes = tst_code_list (list, &n);

  for (guint i = 0; i < n; i++)
    json_array_add_object_element (options,
                                   tst_public_option (codes[i].code, codes[i].es, -1, g_strcmp0 (codes[i].code, selected) == 0));
  return options;
}

gboolean
tst_public_build_works (TstStore *store, TstPublicCall *call, GError **error)
{
  const char *q = tst_public_param (call, "q");
  const char *comuna = tst_public_param (call, "comuna");
  const char *sector = tst_public_param (call, "sector");
  const char *status = tst_public_param (call, "estado");
  gboolean stale = g_strcmp0 (tst_public_param (call, "sin_evidencia"), "1") == 0;
  JsonObject *filters = json_object_new ();
  g_auto (Filter) filter = { 0 };
  g_autofree char *rest = NULL;
  JsonArray *cards = NULL;
  gint64 total = 0;
  guint offset = 0;

  call->page = "obras";
  call->noindex = q != NULL;
  json_object_set_object_member (call->model, "filters", filters);
  filter_init (&filter, "w.gone = 0");
  if (stale)
    {
      filter_clear (&filter);
      filter_init (&filter, TST_PUBLIC_IS_STALE);
      /* The clause says ?1; here every value is one "?", bound as text. */
      char *at = strstr (filter.where->str, "?1");
      gsize pos = (gsize) (at - filter.where->str);

      g_string_erase (filter.where, (gssize) pos, 2);
      g_string_insert (filter.where, (gssize) pos, "CAST (? AS INTEGER)");
      g_ptr_array_add (filter.values,
                       g_strdup_printf ("%" G_GINT64_FORMAT, call->now_s - TST_PUBLIC_STALE_DAYS * TST_PUBLIC_DAY));
    }
  if (q)
    {
      g_autofree char *folded = tst_fold_words (q);
      g_auto (GStrv) words = g_strsplit (folded, " ", 12);

      tst_public_set_text (filters, "q", q);
      for (guint i = 0; words[i]; i++)
        if (*words[i])
          filter_add (&filter, "instr (w.search, ?) > 0", g_strdup (words[i]));
    }
  if (comuna)
    {
      g_autofree char *values = tst_public_comuna_values (store, call->routes, comuna, error);
      g_autofree char *clause = values ? g_strdup_printf ("w.comuna IN (%s)", values) : NULL;

      if (!clause)
        return FALSE;
      filter_add (&filter, clause, NULL);
    }
  if (sector)
    filter_add (&filter, "w.sector = ?", g_strdup (sector));
  if (status)
    filter_add (&filter, "w.status = ?", g_strdup (status));

  json_object_set_array_member (filters, "comuna", comuna_options (call, comuna));
  json_object_set_array_member (filters, "sector", code_options (TST_LIST_SECTOR, sector));
  json_object_set_array_member (filters, "status", code_options (TST_LIST_WORK_STATUS, status));
  json_object_set_boolean_member (filters, "stale", stale);
  json_object_set_boolean_member (filters, "active", q || comuna || sector || status || stale);
  json_object_set_int_member (call->model, "stale_days", TST_PUBLIC_STALE_DAYS);

  if (!filter_count (store, &filter, "work w", &total, error))
    return FALSE;
  json_object_set_int_member (call->model, "total", total);
  offset = tst_public_paging (call, total, WORKS_A_PAGE);
  rest = g_strdup_printf ("ORDER BY w.code LIMIT %d OFFSET %u", WORKS_A_PAGE, offset);
  g_autoptr (TstStatement) list = filter_query (store, &filter, "w.content", "work w", rest, error);
  cards = list ? work_cards (store, call, list, error) : NULL;
  if (!cards)
    return FALSE;
  json_object_set_array_member (call->model, "items", cards);
  return TRUE;
}

/* Seconds at the beginning of a day of the town; @end: of the next one. */
static gboolean
day_start (TstPublicCall *call, const char *text, gboolean end, gint64 *seconds)
{
  GDate date;

  g_date_clear (&date, 1);
  if (!text || !tst_date_parse (text, &date))
    return FALSE;
  if (end)
    g_date_add_days (&date, 1);
  g_autoptr (GDateTime) time = g_date_time_new (call->routes->zone, g_date_get_year (&date), (int) g_date_get_month (&date),
                                                g_date_get_day (&date), 0, 0, 0);
  if (!time)
    return FALSE;
  *seconds = g_date_time_to_unix (time);
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
  g_auto (Filter) filter = { 0 };
  g_autofree char *rest = NULL;
  JsonArray *cards = NULL;
  gint64 seconds = 0;
  gint64 total = 0;
  guint offset = 0;

  call->page = "galeria";
  json_object_set_object_member (call->model, "filters", filters);
  filter_init (&filter, "i.state = 'published' AND i.kind = 'evidence'");
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
      filter_add (&filter, "i.work = ?", g_strdup (work_code));
    }
  if (comuna)
    {
      g_autofree char *values = tst_public_comuna_values (store, call->routes, comuna, error);
      g_autofree char *clause =
        values ? g_strdup_printf ("i.work IN (SELECT code FROM work WHERE comuna IN (%s))", values) : NULL;

      if (!clause)
        return FALSE;
      filter_add (&filter, clause, NULL);
    }
  if (phase)
    filter_add (&filter, "json_extract (i.shown, '$.phase') = ?", g_strdup (phase));
  if (day_start (call, from, FALSE, &seconds))
    {
      filter_add (&filter, "i.taken_s >= CAST (? AS INTEGER)", g_strdup_printf ("%" G_GINT64_FORMAT, seconds));
      json_object_set_string_member (filters, "from", from);
    }
  if (day_start (call, to, TRUE, &seconds))
    {
      filter_add (&filter, "i.taken_s < CAST (? AS INTEGER)", g_strdup_printf ("%" G_GINT64_FORMAT, seconds));
      json_object_set_string_member (filters, "to", to);
    }
  json_object_set_array_member (filters, "comuna", comuna_options (call, comuna));
  json_object_set_array_member (filters, "phase", code_options (TST_LIST_PHASE, phase));
  json_object_set_boolean_member (filters, "active", work_code || comuna || phase || from || to);

  if (!filter_count (store, &filter, "item i", &total, error))
    return FALSE;
  json_object_set_int_member (call->model, "total", total);
  offset = tst_public_paging (call, total, ITEMS_A_PAGE);
  rest = g_strdup_printf ("ORDER BY i.taken_s DESC, i.id LIMIT %d OFFSET %u", ITEMS_A_PAGE, offset);
  g_autoptr (TstStatement) list = filter_query (store, &filter, TST_PUBLIC_ITEM_COLUMNS, "item i", rest, error);
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
