/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-ogc.h"

#include "base/tst-codec.h"
#include "central/tst-places.h"
#include "model/tst-geo.h"
#include "model/tst-web-mercator.h"
#include "record/tst-body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From the address to rows: OGC API – Features Part 1 (17-069r4) and Part 2 (18-058r1). */

/* So many marks in a box and it is a wide one. */
#define WIDE 20000

/* Properties that one may filter by, and what they are in SQL. */
static const struct
{
  TstDataSet set;
  const char *name;
  const char *clause;
} filters[] = {
  { TST_DATA_WORKS, "status", "w.status = ?" },
  { TST_DATA_WORKS, "sector", "w.sector = ?" },
  { TST_DATA_WORKS, "comuna", "w.comuna = ?" },
  { TST_DATA_WORKS, "dependency", "w.dependency = ?" },
  { TST_DATA_WORKS, "code", "w.code = ?" },
  { TST_DATA_EVIDENCE, "work", "g.work = ?" },
  { TST_DATA_EVIDENCE, "event", "g.event = ?" },
  { TST_DATA_EVIDENCE, "type", "g.type = ?" },
  { TST_DATA_EVIDENCE, "phase", "g.phase = ?" },
};

void
tst_ogc_query_clear (TstOgcQuery *self)
{
  g_clear_pointer (&self->cursor_id, g_free);
  g_clear_pointer (&self->clauses, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  if (self->echo)
    g_string_free (self->echo, TRUE);
  self->echo = NULL;
}

void
tst_ogc_page_clear (TstOgcPage *self)
{
  g_clear_pointer (&self->features, g_ptr_array_unref);
  g_clear_pointer (&self->last_id, g_free);
}

/* --- reading the address --- */

static gboolean
refuse (char **why, const char *text)
{
  *why = g_strdup (text);
  return FALSE;
}

static gboolean
read_crs (const char *text, gboolean *is_9377, char **why)
{
  *is_9377 = g_str_equal (text, TST_OGC_9377);
  return *is_9377 || g_str_equal (text, TST_OGC_CRS84) ? TRUE : refuse (why, "Sistema de referencia desconocido: use CRS84 o EPSG:9377.");
}

static gboolean
read_bbox (TstOgcQuery *self, const char *text, gboolean in_9377, char **why)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 7);
  guint n = g_strv_length (parts);
  double number[6] = { 0 };
  guint second = n == 6 ? 3 : 2; /* heights are skipped */

  if (n != 4 && n != 6)
    return refuse (why, "«bbox» lleva cuatro números: oeste, sur, este, norte.");
  for (guint i = 0; i < n; i++)
    {
      char *end = NULL;

      number[i] = g_ascii_strtod (parts[i], &end);
      if (end == parts[i] || *end || !isfinite (number[i]))
        return refuse (why, "«bbox» lleva cuatro números: oeste, sur, este, norte.");
    }
  self->has_bbox = TRUE;
  if (!in_9377)
    {
      self->bbox = (TstBounds) { number[0], number[1], number[second], number[second + 1] };
      return self->bbox.south <= self->bbox.north ? TRUE : refuse (why, "En «bbox», el sur va antes que el norte.");
    }
  /* Northing first, as the axes of EPSG:9377 stand. A box there is none in degrees: the smallest that holds its edges. */
  self->bbox = (TstBounds) { 180, 90, -180, -90 };
  for (guint i = 0; i <= 8; i++)
    for (guint j = 0; j <= 8; j++)
      {
        double lat = 0, lon = 0;

        tst_geo_from_9377 (number[1] + (number[second + 1] - number[1]) * i / 8, number[0] + (number[second] - number[0]) * j / 8, &lat,
                           &lon);
        if (!isfinite (lat) || !isfinite (lon))
          return refuse (why, "«bbox» está fuera de Colombia.");
        self->bbox.west = MIN (self->bbox.west, lon);
        self->bbox.south = MIN (self->bbox.south, lat);
        self->bbox.east = MAX (self->bbox.east, lon);
        self->bbox.north = MAX (self->bbox.north, lat);
      }
  return TRUE;
}

static gboolean
read_instant (const char *text, gboolean end, gint64 *seconds, char on[11], char **why)
{
  GDate date;

  if (!*text || g_str_equal (text, ".."))
    return TRUE;
  g_date_clear (&date, 1);
  if (strlen (text) < 10 || !tst_time_parse (text, seconds))
    {
      g_autofree char *whole = g_strconcat (text, end ? "T23:59:59Z" : "T00:00:00Z", NULL);

      if (strlen (text) != 10 || !tst_time_parse (whole, seconds))
        return refuse (why, "«datetime» es una fecha, un instante RFC 3339 o un intervalo «desde/hasta».");
    }
  memcpy (on, text, 10);
  on[10] = '\0';
  return TRUE;
}

static gboolean
read_datetime (TstOgcQuery *self, const char *text, char **why)
{
  g_auto (GStrv) ends = g_strsplit (text, "/", 3);
  guint n = g_strv_length (ends);

  self->has_datetime = TRUE;
  if (n == 1)
    return read_instant (ends[0], FALSE, &self->from_s, self->from_on, why)
           && read_instant (ends[0], TRUE, &self->to_s, self->to_on, why);
  if (n != 2)
    return refuse (why, "«datetime» es una fecha, un instante RFC 3339 o un intervalo «desde/hasta».");
  return read_instant (ends[0], FALSE, &self->from_s, self->from_on, why) && read_instant (ends[1], TRUE, &self->to_s, self->to_on, why)
         && (self->from_s <= self->to_s || refuse (why, "En «datetime», el comienzo va antes que el final."));
}

/* "N.ID", as tst_ogc_read_page() gave it. */
static gboolean
read_cursor (TstOgcQuery *self, const char *text, char **why)
{
  char *dot = NULL;

  self->cursor_n = g_ascii_strtoll (text, &dot, 10);
  if (dot == text || *dot != '.')
    return refuse (why, "El enlace a la página siguiente está incompleto.");
  self->has_cursor = TRUE;
  self->cursor_id = g_strdup (dot + 1);
  return TRUE;
}

static gboolean
read_property (TstOgcQuery *self, const char *name, const char *value, char **why)
{
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    if (filters[i].set == self->set && g_str_equal (filters[i].name, name))
      {
        g_ptr_array_add (self->clauses, (gpointer) filters[i].clause);
        g_ptr_array_add (self->values, g_strdup (value));
        return TRUE;
      }
  *why = g_strdup_printf ("No hay un parámetro «%s».", name);
  return FALSE;
}

gboolean
tst_ogc_query_read (TstOgcQuery *self, TstPublicCall *call, TstDataSet set, char **why)
{
  GHashTable *query = call->request->query;
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;
  gboolean bbox_9377 = FALSE;
  const char *bbox_crs = query ? g_hash_table_lookup (query, "bbox-crs") : NULL;

  *self = (TstOgcQuery) { .set = set, .limit = TST_OGC_LIMIT, .from_s = G_MININT64, .to_s = G_MAXINT64,
                          .clauses = g_ptr_array_new (), .values = g_ptr_array_new_with_free_func (g_free), .echo = g_string_new (NULL) };
  if (!query)
    return TRUE;
  if (bbox_crs && !read_crs (bbox_crs, &bbox_9377, why))
    return FALSE;
  g_hash_table_iter_init (&iter, query);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      gboolean ok = TRUE;

      if (strlen (value) > 500 || !g_utf8_validate (value, -1, NULL) || !g_utf8_validate (name, -1, NULL))
        return refuse (why, "Un parámetro no es texto UTF-8 o es demasiado largo.");
      if (g_str_equal (name, "f"))
        {
          if (!g_str_equal (value, "json"))
            return refuse (why, "Solo hay «f=json».");
        }
      else if (g_str_equal (name, "limit"))
        {
          guint64 limit = g_ascii_strtoull (value, NULL, 10);

          if (limit < 1)
            return refuse (why, "«limit» es un número desde 1.");
          self->limit = (guint) MIN (limit, TST_OGC_LIMIT_MAX);
        }
      else if (g_str_equal (name, "bbox"))
        ok = read_bbox (self, value, bbox_9377, why);
      else if (g_str_equal (name, "bbox-crs"))
        ok = TRUE;
      else if (g_str_equal (name, "crs"))
        ok = read_crs (value, &self->to_9377, why);
      else if (g_str_equal (name, "datetime"))
        ok = read_datetime (self, value, why);
      else if (g_str_equal (name, "cursor"))
        ok = read_cursor (self, value, why);
      else
        ok = read_property (self, name, value, why);
      if (!ok)
        return FALSE;
      if (!g_str_equal (name, "cursor"))
        {
          g_string_append_printf (self->echo, "&%s=", (const char *) name);
          g_string_append_uri_escaped (self->echo, value, NULL, FALSE);
        }
    }
  return TRUE;
}

/* --- rows --- */

typedef struct
{
  TstPublicRoutes *routes;
  const TstOgcQuery *query;
  TstOgcPage *page;
  const char *base_url;
} Turn;

static void
append_number (GString *sql, const char *before, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (sql, "%s%s", before, g_ascii_formatd (text, sizeof text, "%.9f", value));
}

/* Squares of one level that cover the box, row by row: at most 8 × 8 of them, and what is between is one range. */
static void
append_ranges (GString *sql, const TstBounds *box)
{
  guint32 x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  guint level = TST_MERCATOR_BITS;

  tst_mercator_from_degrees (box->north, box->west, &x0, &y0);
  tst_mercator_from_degrees (box->south, box->east, &x1, &y1);
  while (level > 0 && ((x1 >> (TST_MERCATOR_BITS - level)) - (x0 >> (TST_MERCATOR_BITS - level)) >= 8
                       || (y1 >> (TST_MERCATOR_BITS - level)) - (y0 >> (TST_MERCATOR_BITS - level)) >= 8))
    level--;
  guint cut = TST_MERCATOR_BITS - level;
  g_string_append (sql, " AND (0");
  for (guint32 x = x0 >> cut; x <= x1 >> cut; x++)
    for (guint32 y = y0 >> cut; y <= y1 >> cut; y++)
      {
        gint64 first = tst_mercator_interleave (x, y) << 2 * cut;

        g_string_append_printf (sql, " OR k.m BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT, first,
                                first + (((gint64) 1 << 2 * cut) - 1));
      }
  g_string_append (sql, ")");
}

/* A box across the date line is two: none of Colombia's is. */
static void
append_box_test (GString *sql, const char *lat, const char *lon, const TstBounds *box)
{
  g_string_append_printf (sql, " AND %s", lat);
  append_number (sql, " BETWEEN ", box->south);
  append_number (sql, " AND ", box->north);
  g_string_append_printf (sql, " AND %s", lon);
  append_number (sql, " BETWEEN ", box->west);
  append_number (sql, " AND ", box->east);
}

/* Whether so much of the evidence lies in the box that it is found sooner by going through all of it by time; then nobody counts it either. */
static gboolean
is_wide (TstStore *store, const TstOgcQuery *query, gboolean *wide, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT count (*) FROM (SELECT 1 FROM mark k WHERE k.layer = 0");
  gint64 n = 0;

  *wide = FALSE;
  if (!query->has_bbox || query->set == TST_DATA_WORKS)
    return TRUE;
  append_ranges (sql, &query->bbox);
  g_string_append_printf (sql, " LIMIT %d)", WIDE);
  if (!tst_public_count (store, &n, error, sql->str, ""))
    return FALSE;
  *wide = n >= WIDE;
  return TRUE;
}

/* Conditions; @values gets what its "?" stand for. Numbers are ours: no text of a stranger's gets into it. */
static GString *
where (const TstOgcQuery *query, gboolean wide, GPtrArray *values)
{
  gboolean works = query->set == TST_DATA_WORKS;
  GString *sql = g_string_new (works ? "w.gone = 0" : "1");

  if (query->only)
    {
      g_string_append (sql, works ? " AND w.code = ?" : " AND g.id = ?");
      g_ptr_array_add (values, (gpointer) query->only);
    }
  for (guint i = 0; i < query->clauses->len; i++)
    {
      g_string_append_printf (sql, " AND %s", (const char *) g_ptr_array_index (query->clauses, i));
      g_ptr_array_add (values, g_ptr_array_index (query->values, i));
    }
  if (query->has_datetime && works)
    {
      if (*query->from_on)
        {
          g_string_append (sql, " AND (w.ends IS NULL OR w.ends >= ?)");
          g_ptr_array_add (values, (gpointer) query->from_on);
        }
      if (*query->to_on)
        {
          g_string_append (sql, " AND w.starts <= ?");
          g_ptr_array_add (values, (gpointer) query->to_on);
        }
    }
  else if (query->has_datetime)
    g_string_append_printf (sql, " AND g.taken_s BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT, query->from_s, query->to_s);
  if (query->has_bbox && works)
    {
      g_string_append (sql, " AND ((1");
      append_box_test (sql, "w.lat", "w.lon", &query->bbox);
      g_string_append (sql, ") OR w.code IN (SELECT k.id FROM extent e JOIN mark k ON k.n = e.n WHERE");
      append_number (sql, " e.west <= ", query->bbox.east);
      append_number (sql, " AND e.east >= ", query->bbox.west);
      append_number (sql, " AND e.south <= ", query->bbox.north);
      append_number (sql, " AND e.north >= ", query->bbox.south);
      g_string_append (sql, "))");
    }
  else if (query->has_bbox)
    {
      if (!wide)
        append_ranges (sql, &query->bbox);
      append_box_test (sql, "json_extract (i.shown, '$.place.lat')", "json_extract (i.shown, '$.place.lon')", &query->bbox);
    }
  return sql;
}

static TstStatement *
prepare (TstStore *store, const char *sql, GPtrArray *values, GError **error)
{
  TstStatement *statement = tst_store_prepare (store, sql, error);

  for (guint i = 0; statement && i < values->len; i++)
    tst_statement_bind_text (statement, (int) i + 1, g_ptr_array_index (values, i));
  return statement;
}

static gboolean
read_works (TstStore *store, Turn *turn, TstStatement *list, GError **error)
{
  TstOgcPage *page = turn->page;
  gboolean row = FALSE;

  while (page->features->len < turn->query->limit + 1)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (page->features->len == turn->query->limit)
        {
          page->more = TRUE;
          return TRUE;
        }
      g_autoptr (JsonObject) json = tst_json_parse_object (tst_statement_text (list, 1), -1, NULL);
      g_autoptr (TstWork) work = json ? tst_work_from_json (json, NULL) : NULL;
      g_free (page->last_id);
      page->last_id = g_strdup (tst_statement_text (list, 0));
      if (work)
        g_ptr_array_add (page->features, tst_work_to_feature (work, FALSE));
    }
  return TRUE;
}

static gboolean
read_evidence (TstStore *store, Turn *turn, TstStatement *list, GError **error)
{
  TstOgcPage *page = turn->page;
  g_autoptr (GPtrArray) items = tst_public_items (list, error);

  if (!items)
    return FALSE;
  page->more = items->len > turn->query->limit;
  for (guint i = 0; i < items->len && i < turn->query->limit; i++)
    {
      g_autoptr (GError) failed = NULL;
      const TstPublicItem *item = g_ptr_array_index (items, i);
      g_autoptr (JsonObject) picture = tst_public_picture (store, item, &failed);

      if (failed)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      g_ptr_array_add (page->features, tst_public_item_feature (turn->base_url, item, picture));
      page->last_n = item->taken_s;
      g_free (page->last_id);
      page->last_id = g_strdup (item->id);
    }
  return TRUE;
}

static gboolean
read_page (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;
  const TstOgcQuery *query = turn->query;
  gboolean works = query->set == TST_DATA_WORKS;
  gboolean wide = FALSE;

  if (!is_wide (store, query, &wide, error))
    return FALSE;
  gboolean by_box = !works && query->has_bbox && !wide;
  const char *from = works    ? "work w"
                     : by_box ? "mark k JOIN gallery g ON k.layer = 0 AND k.id = g.id JOIN item i ON i.id = g.id"
                              : "gallery g CROSS JOIN item i ON i.id = g.id";
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  GString *conditions = where (query, wide, values);
  /* Where there is a box the places are in the contents; otherwise the gallery's own rows tell enough. */
  gboolean all = !works && !query->has_bbox && !query->has_datetime && query->clauses->len == 0 && query->only == NULL;
  g_autofree char *count_sql = all ? g_strdup ("SELECT coalesce (sum (n), 0) FROM tally") /* kept as they come and go */
                                   : g_strdup_printf ("SELECT count (*) FROM %s WHERE %s", works || by_box ? from : "gallery g", conditions->str);
  g_autofree char *sql = NULL;
  gboolean row = FALSE;

  if (query->has_cursor && works)
    {
      g_string_append (conditions, " AND w.code > ?");
      g_ptr_array_add (values, query->cursor_id);
    }
  else if (query->has_cursor)
    {
      g_string_append_printf (conditions, " AND (g.taken_s, g.id) < (%" G_GINT64_FORMAT ", ?)", query->cursor_n);
      g_ptr_array_add (values, query->cursor_id);
    }
  sql = g_strdup_printf ("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %u", works ? "w.code, w.content" : TST_PUBLIC_ITEM_COLUMNS, from,
                         conditions->str, works ? "w.code" : "g.taken_s DESC, g.id DESC", query->limit + 1);
  g_string_free (conditions, TRUE);
  turn->page->matched = -1;
  if (!query->has_cursor && !query->only && !wide)
    {
      g_autoptr (TstStatement) count = prepare (store, count_sql, values, error);

      if (!count || !tst_statement_step (count, &row, error))
        return FALSE;
      turn->page->matched = row ? tst_statement_int (count, 0) : 0;
    }
  g_autoptr (TstStatement) list = prepare (store, sql, values, error);
  return list && (works ? read_works (store, turn, list, error) : read_evidence (store, turn, list, error));
}

gboolean
tst_ogc_read_page (TstPublicRoutes *routes, const TstOgcQuery *query, TstOgcPage *page, GError **error)
{
  g_autofree char *base_url = tst_public_dup_url (routes);
  Turn turn = { routes, query, page, base_url };

  *page = (TstOgcPage) { .features = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref) };
  return tst_store_read (tst_central_get_store (routes->central), read_page, &turn, error);
}

/* --- coordinates --- */

static void
transform (JsonArray *coordinates)
{
  guint n = json_array_get_length (coordinates);

  if (n >= 2 && JSON_NODE_HOLDS_VALUE (json_array_get_element (coordinates, 0)))
    {
      double lon = json_array_get_double_element (coordinates, 0);
      double lat = json_array_get_double_element (coordinates, 1);
      double easting = 0, northing = 0;

      tst_geo_to_9377 (lat, lon, &easting, &northing);
      while (json_array_get_length (coordinates) > 0)
        json_array_remove_element (coordinates, json_array_get_length (coordinates) - 1);
      /* To the millimetre. */
      json_array_add_double_element (coordinates, round (northing * 1000) / 1000);
      json_array_add_double_element (coordinates, round (easting * 1000) / 1000);
      return;
    }
  for (guint i = 0; i < n; i++)
    if (JSON_NODE_HOLDS_ARRAY (json_array_get_element (coordinates, i)))
      transform (json_array_get_array_element (coordinates, i));
}

void
tst_ogc_to_9377 (JsonObject *geometry)
{
  JsonArray *coordinates = tst_json_array (geometry, "coordinates");

  if (coordinates)
    transform (coordinates);
}
