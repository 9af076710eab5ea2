/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <string.h>

/* The list of works and what it can be narrowed by: /obras. */

#define WORKS_A_PAGE 24

/* Budgets in pesos, from (included) and to (excluded); 0: no bound. */
static const struct
{
  const char *code;
  const char *label;
  gint64 from, to;
} values[] = {
  { "menos-de-100", "Menos de 100 millones", 0, 100000000 },
  { "100-a-500", "De 100 a 500 millones", 100000000, 500000000 },
  { "500-a-2000", "De 500 a 2.000 millones", 500000000, 2000000000 },
  { "mas-de-2000", "2.000 millones o más", 2000000000, 0 },
};

static JsonArray *
value_options (const char *selected)
{
  JsonArray *options = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    json_array_add_object_element (options, tst_public_option (values[i].code, values[i].label, -1,
                                                               g_strcmp0 (values[i].code, selected) == 0));
  return options;
}

static void
add_value (TstPublicFilter *filter, const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (values[i].code, code))
      {
        if (values[i].from > 0)
          tst_public_filter_add_int (filter, "w.budget >= CAST (? AS INTEGER)", values[i].from);
        if (values[i].to > 0)
          tst_public_filter_add_int (filter, "w.budget < CAST (? AS INTEGER)", values[i].to);
        return;
      }
  /* Not one of ours: nothing fits. */
  tst_public_filter_add (filter, "0", NULL);
}

static JsonArray *
dependency_options (TstStore *store, const char *selected, GError **error)
{
  g_autoptr (JsonArray) options = json_array_new ();
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT dependency, count (*) FROM work WHERE gone = 0 AND dependency <> '' GROUP BY dependency ORDER BY dependency LIMIT 100", "");

  if (!list)
    return NULL;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&options);
      const char *name = tst_statement_text (list, 0);
      json_array_add_object_element (options,
                                     tst_public_option (name, name, tst_statement_int (list, 1), g_strcmp0 (name, selected) == 0));
    }
}

static gboolean
is_on (const TstPublicCall *call, const char *name)
{
  return g_strcmp0 (tst_public_param (call, name), "1") == 0;
}

static const char *
day_param (const TstPublicCall *call, const char *name)
{
  gint64 seconds = 0;
  const char *text = tst_public_param (call, name);

  return tst_public_day_start ((TstPublicCall *) call, text, FALSE, &seconds) ? text : NULL;
}

gboolean
tst_public_build_works (TstStore *store, TstPublicCall *call, GError **error)
{
  const char *q = tst_public_param (call, "q");
  const char *comuna = tst_public_param (call, "comuna");
  const char *sector = tst_public_param (call, "sector");
  const char *status = tst_public_param (call, "estado");
  const char *dependency = tst_public_param (call, "dependencia");
  const char *value = tst_public_param (call, "valor");
  const char *from = day_param (call, "desde");
  const char *to = day_param (call, "hasta");
  gboolean stale = is_on (call, "sin_evidencia");
  gboolean live = is_on (call, "en_vivo");
  JsonObject *filters = json_object_new ();
  g_auto (TstPublicFilter) filter = { 0 };
  g_autofree char *rest = NULL;
  JsonArray *cards = NULL;
  JsonArray *dependencies = NULL;
  gint64 total = 0;
  guint offset = 0;

  call->page = "obras";
  call->noindex = q != NULL;
  json_object_set_object_member (call->model, "filters", filters);
  tst_public_filter_init (&filter, "w.gone = 0");
  if (q)
    {
      g_autofree char *folded = tst_fold_words (q);
      g_auto (GStrv) words = g_strsplit (folded, " ", 12);

      tst_public_set_text (filters, "q", q);
      for (guint i = 0; words[i]; i++)
        if (*words[i])
          tst_public_filter_add (&filter, "instr (w.search, ?) > 0", words[i]);
    }
  if (comuna)
    {
      g_autofree char *list = tst_public_comuna_values (store, call->routes, comuna, error);
      g_autofree char *clause = list ? g_strdup_printf ("w.comuna IN (%s)", list) : NULL;

      if (!clause)
        return FALSE;
      tst_public_filter_add (&filter, clause, NULL);
    }
  if (sector)
    tst_public_filter_add (&filter, "w.sector = ?", sector);
  if (status)
    tst_public_filter_add (&filter, "w.status = ?", status);
  if (dependency)
    tst_public_filter_add (&filter, "w.dependency = ?", dependency);
  if (value)
    add_value (&filter, value);
  /* Under way at some time between the two days. */
  if (from)
    tst_public_filter_add (&filter, "(w.ends IS NULL OR w.ends >= ?)", from);
  if (to)
    tst_public_filter_add (&filter, "w.starts <= ?", to);
  if (stale)
    tst_public_filter_add_int (&filter, TST_PUBLIC_IS_STALE_SINCE ("CAST (? AS INTEGER)"),
                               call->now_s - TST_PUBLIC_STALE_DAYS * TST_PUBLIC_DAY);
  if (live)
    tst_public_filter_add (&filter, "w.code IN (" TST_PUBLIC_LIVE_WORKS ")", NULL);

  dependencies = dependency_options (store, dependency, error);
  if (!dependencies)
    return FALSE;
  json_object_set_array_member (filters, "comuna", tst_public_comuna_options (call, comuna));
  json_object_set_array_member (filters, "sector", tst_public_code_options (TST_LIST_SECTOR, sector));
  json_object_set_array_member (filters, "status", tst_public_code_options (TST_LIST_WORK_STATUS, status));
  json_object_set_array_member (filters, "dependency", dependencies);
  json_object_set_array_member (filters, "value", value_options (value));
  tst_public_set_text (filters, "from", from);
  tst_public_set_text (filters, "to", to);
  json_object_set_boolean_member (filters, "stale", stale);
  json_object_set_boolean_member (filters, "live", live);
  json_object_set_boolean_member (filters, "more", dependency || value || from || to || live);
  json_object_set_boolean_member (filters, "active", q || comuna || sector || status || stale || dependency || value || from || to || live);
  json_object_set_int_member (call->model, "stale_days", TST_PUBLIC_STALE_DAYS);

  if (!tst_public_filter_count (store, &filter, "work w INDEXED BY work_listed", &total, error))
    return FALSE;
  json_object_set_int_member (call->model, "total", total);
  offset = tst_public_paging (call, total, WORKS_A_PAGE);
  /* Which ones first, from an index alone; then what they are. */
  rest = g_strdup_printf ("ORDER BY w.code LIMIT %d OFFSET %u) p CROSS JOIN work o ON o.code = p.code ORDER BY p.code", WORKS_A_PAGE, offset);
  g_autoptr (TstStatement) list = tst_public_filter_query (store, &filter, "o.content", "(SELECT w.code FROM work w INDEXED BY work_listed", rest, error);
  cards = list ? tst_public_work_cards (store, call, list, error) : NULL;
  if (!cards)
    return FALSE;
  json_object_set_array_member (call->model, "items", cards);
  return TRUE;
}
