/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-places.h"

#include "model/tst-web-mercator.h"
#include "model/tst-work.h"
#include "record/tst-body.h"

#include <math.h>

gboolean
tst_places_has_type (const char *type)
{
  static const char *const types[] = { "photo", "video", "audio", "document", "note", "finding", NULL };

  return type && g_strv_contains (types, type);
}

typedef struct
{
  TstPlaceLayer layer;
  int level;
  gint64 m;
  gint64 n, sx, sy; /* changes; sums, not means, and in whole units: what is taken away again leaves exactly what was there before */
} Cell;

struct _TstPlaceSums
{
  GHashTable *cells; /* of Cell, a set */
};

static guint
hash_cell (gconstpointer data)
{
  const Cell *cell = data;

  return g_int64_hash (&cell->m) * 64 + (guint) cell->level * 2 + cell->layer;
}

static gboolean
same_cell (gconstpointer a, gconstpointer b)
{
  const Cell *one = a, *two = b;

  return one->m == two->m && one->level == two->level && one->layer == two->layer;
}

TstPlaceSums *
tst_place_sums_new (void)
{
  TstPlaceSums *self = g_new0 (TstPlaceSums, 1);

  self->cells = g_hash_table_new_full (hash_cell, same_cell, g_free, NULL);
  return self;
}

void
tst_place_sums_free (TstPlaceSums *self)
{
  g_hash_table_unref (self->cells);
  g_free (self);
}

static void
count_in_cells (TstPlaceSums *sums, TstPlaceLayer layer, gint64 m, int by)
{
  guint32 x = 0, y = 0;

  tst_mercator_part (m, &x, &y);
  for (int level = TST_PLACE_SPLIT; level <= TST_PLACE_MAX_LEVEL; level++)
    {
      Cell key = { layer, level, m >> 2 * (TST_MERCATOR_BITS - level), 0, 0, 0 };
      Cell *cell = g_hash_table_lookup (sums->cells, &key);

      if (!cell)
        {
          cell = g_memdup2 (&key, sizeof key);
          g_hash_table_add (sums->cells, cell);
        }
      cell->n += by;
      cell->sx += by * (gint64) x;
      cell->sy += by * (gint64) y;
    }
}

/* In the order of the table, which writes each of its pages once. */
static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const Cell *one = *(const Cell *const *) a, *two = *(const Cell *const *) b;

  if (one->layer != two->layer)
    return one->layer < two->layer ? -1 : 1;
  if (one->level != two->level)
    return one->level - two->level;
  return (one->m > two->m) - (one->m < two->m);
}

gboolean
tst_place_sums_write (TstPlaceSums *self, TstStore *store, GError **error)
{
  guint n_cells = 0;
  g_autofree gpointer *cells = g_hash_table_get_keys_as_array (self->cells, &n_cells);
  g_autoptr (TstStatement) add = NULL;
  g_autoptr (TstStatement) drop = NULL;

  tst_store_assert_thread (store);
  if (n_cells == 0)
    return TRUE;
  add = tst_store_prepare (store,
                           "INSERT INTO cell (layer, level, m, n, sx, sy) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                           " ON CONFLICT (layer, level, m) DO UPDATE SET n = n + excluded.n, sx = sx + excluded.sx, sy = sy + excluded.sy",
                           error);
  drop = tst_store_prepare (store, "DELETE FROM cell WHERE layer = ?1 AND level = ?2 AND m = ?3 AND n = 0", error);
  if (!add || !drop)
    return FALSE;
  qsort (cells, n_cells, sizeof *cells, compare_cells);
  for (guint i = 0; i < n_cells; i++)
    {
      const Cell *cell = cells[i];
      const gint64 values[] = { cell->layer, cell->level, cell->m, cell->n, cell->sx, cell->sy };

      tst_statement_reset (add);
      for (guint at = 0; at < G_N_ELEMENTS (values); at++)
        tst_statement_bind_int (add, (int) at + 1, values[at]);
      if (!tst_statement_step (add, NULL, error))
        return FALSE;
      if (cell->n > 0)
        continue;
      tst_statement_reset (drop);
      for (int at = 0; at < 3; at++)
        tst_statement_bind_int (drop, at + 1, values[at]);
      if (!tst_statement_step (drop, NULL, error))
        return FALSE;
    }
  g_hash_table_remove_all (self->cells);
  return TRUE;
}

static gboolean
find_mark (TstStore *store, TstPlaceLayer layer, const char *id, gint64 *n, gint64 *m, gboolean *found, GError **error)
{
  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT n, m FROM mark WHERE layer = ?1 AND id = ?2", error);

  if (!find)
    return FALSE;
  tst_statement_bind_int (find, 1, layer);
  tst_statement_bind_text (find, 2, id);
  if (!tst_statement_step (find, found, error))
    return FALSE;
  *n = *found ? tst_statement_int (find, 0) : 0;
  *m = *found ? tst_statement_int (find, 1) : 0;
  return TRUE;
}

static gboolean
run_for (TstStore *store, const char *sql, gint64 n, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  if (!statement)
    return FALSE;
  tst_statement_bind_int (statement, 1, n);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_places_put (TstStore *store, TstPlaceLayer layer, const char *id, double lat, double lon, TstPlaceSums *sums, GError **error)
{
  g_autoptr (TstPlaceSums) own = sums ? NULL : tst_place_sums_new ();
  gboolean known = fabs (lat) <= 90 && fabs (lon) <= 180;
  gboolean found = FALSE;
  gint64 n = 0, old = 0, m = 0;
  guint32 x = 0, y = 0;

  tst_store_assert_thread (store);
  if (known)
    {
      tst_mercator_from_degrees (lat, lon, &x, &y);
      m = tst_mercator_interleave (x, y);
    }
  if (!find_mark (store, layer, id, &n, &old, &found, error))
    return FALSE;
  if (found && (!known || m != old))
    {
      count_in_cells (sums ? sums : own, layer, old, -1);
      if (!run_for (store, "DELETE FROM mark WHERE n = ?1", n, error))
        return FALSE;
    }
  /* The shape goes in any case: whoever has one puts it after this. */
  if (found && !run_for (store, "DELETE FROM extent WHERE n = ?1", n, error))
    return FALSE;
  if (!known || (found && m == old))
    return sums || tst_place_sums_write (own, store, error);
  g_autoptr (TstStatement) put = tst_store_prepare (store, "INSERT INTO mark (layer, id, m) VALUES (?1, ?2, ?3)", error);
  if (!put)
    return FALSE;
  tst_statement_bind_int (put, 1, layer);
  tst_statement_bind_text (put, 2, id);
  tst_statement_bind_int (put, 3, m);
  count_in_cells (sums ? sums : own, layer, m, 1);
  return tst_statement_step (put, NULL, error) && (sums || tst_place_sums_write (own, store, error));
}

gboolean
tst_places_put_extent (TstStore *store, TstPlaceLayer layer, const char *id, double west, double south, double east, double north,
                       GError **error)
{
  gboolean found = FALSE;
  gint64 n = 0, m = 0;

  tst_store_assert_thread (store);
  if (!find_mark (store, layer, id, &n, &m, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  g_autoptr (TstStatement) put =
    tst_store_prepare (store, "INSERT OR REPLACE INTO extent (n, west, east, south, north) VALUES (?1, ?2, ?3, ?4, ?5)", error);
  if (!put)
    return FALSE;
  tst_statement_bind_int (put, 1, n);
  tst_statement_bind_double (put, 2, west);
  tst_statement_bind_double (put, 3, east);
  tst_statement_bind_double (put, 4, south);
  tst_statement_bind_double (put, 5, north);
  return tst_statement_step (put, NULL, error);
}

/* Rows are read in turns before anything is put, so that no statement is open while the tables change. */
#define TURN 500

typedef struct
{
  char *id;
  char *text;
} Row;

static void
row_clear (gpointer data)
{
  g_free (((Row *) data)->id);
  g_free (((Row *) data)->text);
}

static gboolean
read_turn (TstStore *store, const char *sql, const char *after, GArray *rows, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_store_prepare (store, sql, error);

  g_array_set_size (rows, 0);
  if (!list)
    return FALSE;
  tst_statement_bind_text (list, 1, after);
  tst_statement_bind_int (list, 2, TURN);
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      Row one = { g_strdup (tst_statement_text (list, 0)), g_strdup (tst_statement_text (list, 1)) };
      g_array_append_val (rows, one);
    }
}

static gboolean
put_evidence_row (TstStore *store, const Row *row, TstPlaceSums *sums, GError **error)
{
  g_autoptr (JsonObject) shown = row->text ? tst_json_parse_object (row->text, -1, NULL) : NULL;
  JsonObject *place = shown ? tst_json_object (shown, "place") : NULL;

  return !place || !tst_places_has_type (tst_json_string (shown, "type"))
         || tst_places_put (store, TST_LAYER_EVIDENCE, row->id, tst_json_double (place, "lat", NAN),
                            tst_json_double (place, "lon", NAN), sums, error);
}

static gboolean
put_work_row (TstStore *store, const Row *row, TstPlaceSums *sums, GError **error)
{
  g_autoptr (JsonObject) json = row->text ? tst_json_parse_object (row->text, -1, NULL) : NULL;
  g_autoptr (TstWork) work = json ? tst_work_from_json (json, NULL) : NULL;

  if (!work)
    return TRUE;
  if (!tst_places_put (store, TST_LAYER_WORKS, row->id, work->lat, work->lon, sums, error))
    return FALSE;
  if (!work->geometry)
    return TRUE;
  TstBounds box = tst_geometry_bounds (work->geometry);
  return tst_places_put_extent (store, TST_LAYER_WORKS, row->id, box.west, box.south, box.east, box.north, error);
}

static gboolean
fill_layer (TstStore *store, const char *sql, gboolean (*put) (TstStore *, const Row *, TstPlaceSums *, GError **),
            GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autofree char *after = g_strdup ("");
  g_autoptr (TstPlaceSums) sums = tst_place_sums_new ();

  g_array_set_clear_func (rows, row_clear);
  do
    {
      if (!read_turn (store, sql, after, rows, error))
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        if (!put (store, &g_array_index (rows, Row, i), sums, error))
          return FALSE;
      if (!tst_place_sums_write (sums, store, error))
        return FALSE;
      if (rows->len > 0)
        {
          g_free (after);
          after = g_strdup (g_array_index (rows, Row, rows->len - 1).id);
        }
    }
  while (rows->len > 0);
  return TRUE;
}

gboolean
tst_places_fill (TstStore *store, GError **error)
{
  return tst_store_exec (store, "DELETE FROM mark; DELETE FROM cell; DELETE FROM extent", error)
         && fill_layer (store,
                        "SELECT id, shown FROM item WHERE state = 'published' AND kind = 'evidence' AND id > ?1 ORDER BY id LIMIT ?2",
                        put_evidence_row, error)
         && fill_layer (store, "SELECT code, content FROM work WHERE gone = 0 AND code > ?1 ORDER BY code LIMIT ?2", put_work_row,
                        error);
}
