/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"

#include <string.h>

/* Comunas and the plan of the town. */

static const char *
skip_zeros (const char *text)
{
  while (*text == '0' && text[1])
    text++;
  return text;
}

const char *
tst_public_comuna (TstPublicRoutes *routes, const char *text)
{
  g_autofree char *folded = text ? tst_fold_words (text) : NULL;
  const char *number = NULL;

  if (!folded || !*folded)
    return NULL;
  number = g_str_has_prefix (folded, "comuna ") ? folded + strlen ("comuna ") : folded;
  for (guint i = 0; i < routes->town->comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (routes->town->comunas, i);
      g_autofree char *name = tst_fold_words (comuna->name);

      if (g_str_equal (folded, name) || g_str_equal (skip_zeros (number), skip_zeros (comuna->code)))
        return comuna->code;
    }
  return NULL;
}

char *
tst_public_place_label (TstPublicRoutes *routes, const char *text)
{
  const char *code = tst_public_comuna (routes, text);

  for (guint i = 0; code && i < routes->town->comunas->len; i++)
    {
      const TstComuna *comuna = g_ptr_array_index (routes->town->comunas, i);

      if (g_str_equal (comuna->code, code))
        return g_strdup_printf ("Comuna %s · %s", skip_zeros (comuna->code), comuna->name);
    }
  return text && *text ? g_strdup (text) : NULL;
}

char *
tst_public_comuna_values (TstStore *store, TstPublicRoutes *routes, const char *code, GError **error)
{
  g_autoptr (GString) values = g_string_new ("''");
  g_autoptr (TstStatement) list =
    tst_public_query (store, error, "SELECT DISTINCT comuna FROM work WHERE comuna IS NOT NULL", "");
  gboolean row = FALSE;

  if (!list)
    return NULL;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return NULL;
      if (!row)
        return g_string_free (g_steal_pointer (&values), FALSE);
      const char *value = tst_statement_text (list, 0);
      const char *means = tst_public_comuna (routes, value);
      if (g_strcmp0 (means ? means : value, code) == 0)
        {
          char *quoted = sqlite3_mprintf (",%Q", value);
          g_string_append (values, quoted);
          sqlite3_free (quoted);
        }
    }
}

JsonObject *
tst_public_point (double lat, double lon)
{
  JsonObject *point = json_object_new ();
  JsonArray *coordinates = json_array_new ();

  json_object_set_string_member (point, "type", "Point");
  json_array_add_double_element (coordinates, lon);
  json_array_add_double_element (coordinates, lat);
  json_object_set_array_member (point, "coordinates", coordinates);
  return point;
}

static gboolean
count_by_comuna (TstStore *store, TstPublicRoutes *routes, const char *sql, GHashTable *counts, GError **error)
{
  g_autoptr (TstStatement) list = tst_public_query (store, error, sql, "");
  gboolean row = FALSE;

  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      const char *code = tst_public_comuna (routes, tst_statement_text (list, 0));
      gint64 old = code ? GPOINTER_TO_INT (g_hash_table_lookup (counts, code)) : 0;
      if (code)
        g_hash_table_replace (counts, (gpointer) code, GINT_TO_POINTER ((int) (old + tst_statement_int (list, 1))));
    }
}

JsonObject *
tst_public_map (TstStore *store, TstPublicCall *call, JsonObject *point, gboolean counts, GError **error)
{
  TstPublicRoutes *routes = call->routes;
  g_autoptr (GHashTable) works = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) evidence = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *map = NULL;
  JsonArray *bbox = NULL;
  JsonArray *areas = NULL;

  if (counts
      && (!count_by_comuna (store, routes, "SELECT comuna, count (*) FROM work WHERE gone = 0 GROUP BY comuna", works, error)
          || !count_by_comuna (store, routes,
                               "SELECT w.comuna, sum (t.n) FROM tally t JOIN work w ON w.code = t.work WHERE t.n > 0 GROUP BY w.comuna",
                               evidence, error)))
    {
      g_clear_pointer (&point, json_object_unref);
      return NULL;
    }
  map = json_object_new ();
  bbox = json_array_new ();
  areas = json_array_new ();
  for (guint i = 0; i < 4; i++)
    json_array_add_double_element (bbox, routes->bbox[i]);
  json_object_set_array_member (map, "bbox", bbox);
  for (guint i = 0; i < json_array_get_length (routes->areas); i++)
    {
      JsonObject *source = json_array_get_object_element (routes->areas, i);
      const char *code = json_object_get_string_member (source, "code");
      JsonObject *area = json_object_new ();

      json_object_set_string_member (area, "code", code);
      json_object_set_string_member (area, "name", json_object_get_string_member (source, "name"));
      json_object_set_int_member (area, "works", GPOINTER_TO_INT (g_hash_table_lookup (works, code)));
      json_object_set_int_member (area, "evidence", GPOINTER_TO_INT (g_hash_table_lookup (evidence, code)));
      json_object_set_object_member (area, "geometry", json_object_ref (json_object_get_object_member (source, "geometry")));
      json_array_add_object_element (areas, area);
    }
  json_object_set_array_member (map, "areas", areas);
  if (point)
    json_object_set_object_member (map, "point", point);
  return map;
}
