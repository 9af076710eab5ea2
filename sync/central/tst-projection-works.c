/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "base/tst-error.h"
#include "central/tst-places.h"
#include "model/tst-works-import.h"
#include "record/tst-body.h"

#include <math.h>

typedef struct
{
  TstStore *store;
  gint64 rev;
  TstProjectionCounts counts;
  TstPlaceSums *sums;
  guint waiting; /* works whose counts are in @sums */
} Import;

/* Counts of so many works at most wait in memory. */
#define SUMS_MOST 2000

/* A file with some of the columns changes those and no others. */
static TstWork *
merge_work (const char *old_text, const TstWork *work)
{
  g_autoptr (JsonObject) merged = old_text ? tst_json_parse_object (old_text, -1, NULL) : NULL;
  g_autoptr (JsonObject) fresh = NULL;

  if (!merged)
    return tst_work_copy (work);
  fresh = tst_work_to_json (work, TRUE);
  /* A new position replaces the old shape and the other way round. */
  if (json_object_has_member (fresh, "lat") || json_object_has_member (fresh, "wkt"))
    {
      json_object_remove_member (merged, "lat");
      json_object_remove_member (merged, "lon");
      json_object_remove_member (merged, "wkt");
    }
  tst_projection_merge (merged, fresh);
  TstWork *result = tst_work_from_json (merged, NULL);
  return result ? result : tst_work_copy (work);
}

static void
bind_number (TstStatement *put, int at, double value)
{
  if (isfinite (value))
    tst_statement_bind_double (put, at, value);
  else
    tst_statement_bind_null (put, at);
}

static gboolean
put_place (Import *import, const TstWork *work, GError **error)
{
  if (!tst_places_put (import->store, TST_LAYER_WORKS, work->code, work->lat, work->lon, import->sums, error))
    return FALSE;
  if (++import->waiting >= SUMS_MOST)
    {
      import->waiting = 0;
      if (!tst_place_sums_write (import->sums, import->store, error))
        return FALSE;
    }
  if (!work->geometry)
    return TRUE;
  TstBounds box = tst_geometry_bounds (work->geometry);
  return tst_places_put_extent (import->store, TST_LAYER_WORKS, work->code, box.west, box.south, box.east, box.north, error);
}

static gboolean
put_work (const TstWork *given, guint row_number, gpointer user_data, GError **error)
{
  Import *import = user_data;
  g_autofree char *old_text = NULL;
  g_autoptr (TstWork) work = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autofree char *text = NULL;
  g_autofree char *search = NULL;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) find =
      tst_store_prepare (import->store, "SELECT content FROM work WHERE code = ?1", error);
    if (!find)
      return FALSE;
    tst_statement_bind_text (find, 1, given->code);
    if (!tst_statement_step (find, &row, error))
      return FALSE;
    if (row)
      old_text = g_strdup (tst_statement_text (find, 0));
  }
  work = merge_work (old_text, given);
  json = tst_work_to_json (work, TRUE);
  text = tst_json_write (json);
  if (g_strcmp0 (text, old_text) == 0)
    {
      import->counts.unchanged++;
      return TRUE;
    }
  if (row)
    import->counts.updated++;
  else
    import->counts.added++;

  search = tst_work_search_text (work);
  g_autoptr (TstStatement) put =
    tst_store_prepare (import->store,
                       "INSERT OR REPLACE INTO work (code, rev, gone, content, search, status, comuna, sector, dependency,"
                       " lat, lon, budget, starts, ends) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, work->code);
  tst_statement_bind_int (put, 2, import->rev);
  tst_statement_bind_text (put, 3, text);
  tst_statement_bind_text (put, 4, search);
  tst_statement_bind_text (put, 5, work->status);
  tst_statement_bind_text (put, 6, work->comuna);
  tst_statement_bind_text (put, 7, work->sector);
  tst_statement_bind_text (put, 8, work->dependency);
  bind_number (put, 9, work->lat);
  bind_number (put, 10, work->lon);
  bind_number (put, 11, work->budget);
  tst_statement_bind_text (put, 12, work->start_actual ? work->start_actual : work->start_planned);
  tst_statement_bind_text (put, 13, work->end_actual ? work->end_actual : work->end_planned);
  return tst_statement_step (put, NULL, error) && put_place (import, work, error);
}

gboolean
tst_projection_put_works (TstStore *store, guint64 idx, GPtrArray *works, TstProjectionCounts *counts, GError **error)
{
  g_autoptr (TstPlaceSums) sums = tst_place_sums_new ();
  Import import = { .store = store, .rev = (gint64) idx + 1, .counts = *counts, .sums = sums };

  tst_store_assert_thread (store);
  for (guint i = 0; i < works->len; i++)
    if (!put_work (g_ptr_array_index (works, i), 0, &import, error))
      return FALSE;
  *counts = import.counts;
  return tst_place_sums_write (sums, store, error);
}

static void
ignore_row (guint row, const char *code, const char *message, gpointer user_data)
{
}

gboolean
tst_projection_import_works (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body, GError **error)
{
  g_autoptr (GBytes) file = tst_projection_load_catalogue (media, body);
  const TstWorksImportFuncs funcs = { .accepted = put_work, .refused = ignore_row, .warning = ignore_row };
  /* The place in the log is the revision: it only grows, and a rebuild comes to the same. */
  g_autoptr (TstPlaceSums) sums = tst_place_sums_new ();
  Import import = { .store = store, .rev = (gint64) idx + 1, .sums = sums };
  TstWorksImportResult result = { 0 };
  g_autoptr (GError) failed = NULL;

  if (!file)
    return TRUE;
  if (!tst_works_import (file, &funcs, &import, &result, NULL, &failed))
    {
      /* A file that is no catalogue was refused before its record was written; only the store's own troubles end here. */
      if (g_error_matches (failed, TST_ERROR, TST_ERROR_MISSING_FIELD)
          || g_error_matches (failed, TST_ERROR, TST_ERROR_BAD_VALUE)
          || g_error_matches (failed, TST_ERROR, TST_ERROR_BAD_JSON))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  *tst_projection_get_counts (store) = import.counts;
  return tst_place_sums_write (sums, store, error);
}
