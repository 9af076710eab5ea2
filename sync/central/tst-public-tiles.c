/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-places.h"
#include "central/tst-projection.h"
#include "model/tst-web-mercator.h"
#include "record/tst-body.h"
#include "report/tst-vector-tile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* /tiles/evidence|works/Z/X/Y.mvt. A tile reads at most 64 rows of counts, which are one range of the table (tst-places.h); what stands alone
 * in its square is told with its id. */

#define TILE_MAX_AGE "public, max-age=5, must-revalidate"
/* From here on works are drawn one by one and with their lines and surfaces, and not counted. */
#define WORKS_ONE_BY_ONE_ZOOM 14
#define SHAPES_FROM_ZOOM 11
#define WORKS_IN_A_TILE 2000

typedef struct
{
  TstPlaceLayer layer;
  guint z, x, y;
  TstVectorTile *tile;
} TileTurn;

/* The numbers of all that lies in the tile, when they are cut to 2 × @level bits. */
static void
range_of (const TileTurn *turn, guint level, gint64 *first, gint64 *last)
{
  guint shift = 2 * (level - turn->z);

  *first = tst_mercator_interleave (turn->x, turn->y) << shift;
  *last = *first + ((gint64) 1 << shift) - 1;
}

static const char *
text_member (JsonObject *object, const char *name)
{
  const char *text = object ? tst_json_string (object, name) : NULL;

  return text && *text ? text : NULL;
}

/* Tags of what stands alone. */
static gboolean
tag_evidence (TstStore *store, TstVectorTile *tile, const char *id, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) find = tst_public_query (store, error, "SELECT shown, work, taken_s FROM item WHERE id = ?1", "s", id);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  g_autoptr (JsonObject) shown = tst_statement_text (find, 0) ? tst_json_parse_object (tst_statement_text (find, 0), -1, NULL) : NULL;
  const char *phase = text_member (shown, "phase");
  tst_vector_tile_tag_text (tile, "id", id);
  tst_vector_tile_tag_text (tile, "work", tst_statement_text (find, 1));
  tst_vector_tile_tag_text (tile, "phase", phase && tst_code_is_valid (TST_LIST_PHASE, phase) ? phase : NULL);
  tst_vector_tile_tag_int (tile, "taken", tst_statement_int (find, 2));
  return TRUE;
}

static gboolean
tag_work (TstStore *store, TstVectorTile *tile, const char *code, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) find = tst_public_query (
    store, error, "SELECT json_extract (content, '$.title'), status FROM work WHERE code = ?1 AND gone = 0", "s", code);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  const char *status = tst_statement_text (find, 1);
  tst_vector_tile_tag_text (tile, "code", code);
  tst_vector_tile_tag_text (tile, "title", tst_statement_text (find, 0));
  tst_vector_tile_tag_text (tile, "status", status && tst_code_is_valid (TST_LIST_WORK_STATUS, status) ? status : NULL);
  return TRUE;
}

static gboolean
tag_one (TstStore *store, const TileTurn *turn, const char *id, GError **error)
{
  return turn->layer == TST_LAYER_EVIDENCE ? tag_evidence (store, turn->tile, id, error) : tag_work (store, turn->tile, id, error);
}

typedef struct
{
  gint64 m, n, sx, sy;
} Cell;

static gboolean
read_cells (TstStore *store, const TileTurn *turn, GArray *cells, GError **error)
{
  guint level = turn->z + TST_PLACE_SPLIT;
  gint64 first = 0, last = 0;
  gboolean row = FALSE;

  range_of (turn, level, &first, &last);
  g_autoptr (TstStatement) list =
    tst_public_query (store, error, "SELECT m, n, sx, sy FROM cell WHERE layer = ?1 AND level = ?2 AND m BETWEEN ?3 AND ?4", "iiii",
                      (gint64) turn->layer, (gint64) level, first, last);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      Cell cell = { tst_statement_int (list, 0), tst_statement_int (list, 1), tst_statement_int (list, 2),
                    tst_statement_int (list, 3) };
      g_array_append_val (cells, cell);
    }
}

/* Whose id is the only one in that square. */
static gboolean
find_only (TstStore *store, const TileTurn *turn, gint64 m, char **id, GError **error)
{
  guint shift = 2 * (TST_MERCATOR_BITS - turn->z - TST_PLACE_SPLIT);
  gboolean row = FALSE;
  g_autoptr (TstStatement) find =
    tst_public_query (store, error, "SELECT id FROM mark WHERE layer = ?1 AND m BETWEEN ?2 AND ?3 LIMIT 1", "iii",
                      (gint64) turn->layer, m << shift, ((m + 1) << shift) - 1);

  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  *id = row ? g_strdup (tst_statement_text (find, 0)) : NULL;
  return TRUE;
}

static gboolean
put_clusters (TstStore *store, const TileTurn *turn, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (Cell));

  if (!read_cells (store, turn, cells, error))
    return FALSE;
  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = &g_array_index (cells, Cell, i);
      g_autofree char *id = NULL;

      tst_vector_tile_begin_feature (turn->tile, 0);
      tst_vector_tile_point (turn->tile, (double) cell->sx / cell->n, (double) cell->sy / cell->n);
      tst_vector_tile_tag_int (turn->tile, "n", cell->n);
      if (cell->n == 1
          && (!find_only (store, turn, cell->m, &id, error) || (id && !tag_one (store, turn, id, error))))
        return FALSE;
      tst_vector_tile_end_feature (turn->tile);
    }
  return TRUE;
}

/* Every work of the tile. */
static gboolean
put_one_by_one (TstStore *store, const TileTurn *turn, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 first = 0, last = 0;
  gboolean row = FALSE;

  range_of (turn, TST_MERCATOR_BITS, &first, &last);
  {
    g_autoptr (TstStatement) list =
      tst_public_query (store, error, "SELECT id, m FROM mark WHERE layer = ?1 AND m BETWEEN ?2 AND ?3 LIMIT ?4", "iiii",
                        (gint64) turn->layer, first, last, (gint64) WORKS_IN_A_TILE);
    if (!list)
      return FALSE;
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        gint64 m = tst_statement_int (list, 1);
        g_ptr_array_add (ids, g_strdup (tst_statement_text (list, 0)));
        g_array_append_val (places, m);
      }
  }
  for (guint i = 0; i < ids->len; i++)
    {
      guint32 x = 0, y = 0;

      tst_mercator_part (g_array_index (places, gint64, i), &x, &y);
      tst_vector_tile_begin_feature (turn->tile, 0);
      tst_vector_tile_point (turn->tile, x, y);
      tst_vector_tile_tag_int (turn->tile, "n", 1);
      if (!tag_one (store, turn, g_ptr_array_index (ids, i), error))
        return FALSE;
      tst_vector_tile_end_feature (turn->tile);
    }
  return TRUE;
}

/* Lines and surfaces of the works whose box meets the tile. */
static gboolean
put_shapes (TstStore *store, const TileTurn *turn, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  double side = ldexp (1, TST_MERCATOR_BITS - (int) turn->z);
  double north, south, west, east;
  gboolean row = FALSE;

  tst_mercator_to_degrees (turn->x * side, turn->y * side, &north, &west);
  tst_mercator_to_degrees ((turn->x + 1.0) * side, (turn->y + 1.0) * side, &south, &east);
  {
    g_autoptr (TstStatement) list = tst_store_prepare (
      store,
      "SELECT k.id FROM extent e JOIN mark k ON k.n = e.n WHERE e.west <= ?1 AND e.east >= ?2 AND e.south <= ?3 AND e.north >= ?4"
      " LIMIT ?5",
      error);
    if (!list)
      return FALSE;
    tst_statement_bind_double (list, 1, east);
    tst_statement_bind_double (list, 2, west);
    tst_statement_bind_double (list, 3, north);
    tst_statement_bind_double (list, 4, south);
    tst_statement_bind_int (list, 5, WORKS_IN_A_TILE);
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        g_ptr_array_add (codes, g_strdup (tst_statement_text (list, 0)));
      }
  }
  for (guint i = 0; i < codes->len; i++)
    {
      g_autoptr (TstWork) work = tst_public_load_work (store, g_ptr_array_index (codes, i), NULL);

      if (!work || !work->geometry)
        continue;
      tst_vector_tile_begin_feature (turn->tile, 0);
      tst_vector_tile_geometry (turn->tile, work->geometry);
      tst_vector_tile_tag_text (turn->tile, "code", work->code);
      tst_vector_tile_tag_text (turn->tile, "status", work->status);
      tst_vector_tile_end_feature (turn->tile);
    }
  return TRUE;
}

static gboolean
build_tile (TstStore *store, gpointer data, GError **error)
{
  const TileTurn *turn = data;
  gboolean works = turn->layer == TST_LAYER_WORKS;
  gboolean done = FALSE;

  tst_vector_tile_begin_layer (turn->tile, works ? "works" : "evidence");
  done = works && turn->z >= WORKS_ONE_BY_ONE_ZOOM ? put_one_by_one (store, turn, error) : put_clusters (store, turn, error);
  tst_vector_tile_end_layer (turn->tile);
  if (!done || !works || turn->z < SHAPES_FROM_ZOOM)
    return done;
  tst_vector_tile_begin_layer (turn->tile, "shapes");
  done = put_shapes (store, turn, error);
  tst_vector_tile_end_layer (turn->tile);
  return done;
}

/* "Z/X/Y.mvt" written in the one way there is. */
static gboolean
parse_address (const char *text, TileTurn *turn)
{
  guint64 number[3] = { 0 };
  g_autofree char *again = NULL;
  char *at = (char *) text;

  for (guint i = 0; i < 3; i++)
    {
      number[i] = g_ascii_strtoull (at, &at, 10);
      if (*at != (i < 2 ? '/' : '.'))
        return FALSE;
      at++;
    }
  if (number[0] > TST_PLACE_MAX_ZOOM || number[1] >> number[0] || number[2] >> number[0])
    return FALSE;
  turn->z = (guint) number[0];
  turn->x = (guint) number[1];
  turn->y = (guint) number[2];
  again = g_strdup_printf ("%u/%u/%u.mvt", turn->z, turn->x, turn->y);
  return g_str_equal (again, text);
}

TstPublicResponse *
tst_public_answer_tile (TstPublicCall *call, const char *rest)
{
  TstStore *store = tst_central_get_store (call->routes->central);
  guint revision = tst_projection_get_revision (store);
  TileTurn turn = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  TstPublicResponse *response = NULL;

  if (g_str_has_prefix (rest, "evidence/"))
    turn.layer = TST_LAYER_EVIDENCE;
  else if (g_str_has_prefix (rest, "works/"))
    turn.layer = TST_LAYER_WORKS;
  else
    return tst_public_answer_error (call, 404, 0, NULL);
  if (!parse_address (strchr (rest, '/') + 1, &turn))
    return tst_public_answer_error (call, 404, 0, NULL);
  response = tst_public_cache_lookup (call->routes->cache, call->request, call->request->path, revision, call->now_s);
  if (response)
    return response;
  g_autoptr (TstVectorTile) tile = tst_vector_tile_new (turn.z, turn.x, turn.y);
  turn.tile = tile;
  if (!tst_store_read (store, build_tile, &turn, &error))
    return tst_public_answer_failed (call, error);
  body = tst_vector_tile_finish (tile);
  return tst_public_cache_keep (call->routes->cache, call->request, call->request->path, revision, call->now_s,
                                "application/vnd.mapbox-vector-tile", TILE_MAX_AGE, body);
}
