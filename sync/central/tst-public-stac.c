/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-ogc.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"

#include <string.h>

/* /stac: the photographs as a SpatioTemporal Asset Catalog (stacspec.org, 1.0.0): a catalogue, one collection, its items page by page. */

#define STAC "1.0.0"
#define ITEMS_PATH "/stac/evidencia/items"

static JsonArray *
double_array (const double *values, guint n)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < n; i++)
    json_array_add_double_element (array, values[i]);
  return array;
}

static JsonObject *
head (const char *type, const char *id, const char *description)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  json_object_set_string_member (object, "stac_version", STAC);
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "description", description);
  return object;
}

static TstPublicResponse *
catalogue (TstPublicCall *call, const char *base)
{
  g_autoptr (JsonObject) object = head ("Catalog", "testigo", "Fotografías de obras públicas, con su lugar, su hora y su prueba");
  JsonArray *links = json_array_new ();

  tst_ogc_add_link (links, "self", "application/json", NULL, base, "/stac");
  tst_ogc_add_link (links, "root", "application/json", NULL, base, "/stac");
  tst_ogc_add_link (links, "child", "application/json", "Evidencia", base, "/stac/evidencia");
  json_object_set_array_member (object, "links", links);
  return tst_ogc_answer (call, "application/json", object);
}

static TstPublicResponse *
collection (TstPublicCall *call, const char *base)
{
  g_autoptr (JsonObject) object = head ("Collection", "evidencia", "Fotografías publicadas");
  JsonObject *extent = json_object_new ();
  JsonObject *spatial = json_object_new ();
  JsonObject *temporal = json_object_new ();
  JsonArray *boxes = json_array_new ();
  JsonArray *intervals = json_array_new ();
  JsonArray *open = json_array_new ();
  JsonArray *links = json_array_new ();

  json_object_set_string_member (object, "license", "CC-BY-4.0");
  json_array_add_array_element (boxes, double_array (call->routes->bbox, 4));
  json_object_set_array_member (spatial, "bbox", boxes);
  json_object_set_object_member (extent, "spatial", spatial);
  json_array_add_null_element (open);
  json_array_add_null_element (open);
  json_array_add_array_element (intervals, open);
  json_object_set_array_member (temporal, "interval", intervals);
  json_object_set_object_member (extent, "temporal", temporal);
  json_object_set_object_member (object, "extent", extent);
  tst_ogc_add_link (links, "self", "application/json", NULL, base, "/stac/evidencia");
  tst_ogc_add_link (links, "root", "application/json", NULL, base, "/stac");
  tst_ogc_add_link (links, "parent", "application/json", NULL, base, "/stac");
  tst_ogc_add_link (links, "items", "application/geo+json", NULL, base, ITEMS_PATH);
  tst_ogc_add_link (links, "license", "text/html", NULL, "", TST_DATA_LICENCE_URL);
  json_object_set_array_member (object, "links", links);
  return tst_ogc_answer (call, "application/json", object);
}

/* From the feature that the API gives: what STAC wants besides. */
static void
dress (JsonObject *feature, const char *base)
{
  JsonObject *properties = tst_json_object (feature, "properties");
  JsonObject *geometry = tst_json_object (feature, "geometry");
  JsonArray *point = geometry ? tst_json_array (geometry, "coordinates") : NULL;
  const char *image = tst_json_string (properties, "image");
  const char *taken = tst_json_string (properties, "taken_at");
  JsonObject *assets = json_object_new ();
  JsonArray *links = json_array_new ();
  g_autofree char *page = g_strdup_printf ("/evidencia/%s", tst_json_string (feature, "id"));

  json_object_set_string_member (feature, "stac_version", STAC);
  json_object_set_array_member (feature, "stac_extensions", json_array_new ());
  json_object_set_string_member (feature, "collection", "evidencia");
  json_object_set_string_member (properties, "datetime", taken ? taken : "");
  if (point && json_array_get_length (point) == 2)
    {
      double box[4] = { json_array_get_double_element (point, 0), json_array_get_double_element (point, 1), 0, 0 };

      box[2] = box[0];
      box[3] = box[1];
      json_object_set_array_member (feature, "bbox", double_array (box, 4));
    }
  if (image)
    {
      JsonObject *asset = json_object_new ();
      JsonArray *roles = json_array_new ();

      json_array_add_string_element (roles, "data");
      json_object_set_string_member (asset, "href", image);
      json_object_set_string_member (asset, "type", "image/jpeg");
      json_object_set_array_member (asset, "roles", roles);
      json_object_set_object_member (assets, "imagen", asset);
    }
  json_object_set_object_member (feature, "assets", assets);
  tst_ogc_add_link (links, "root", "application/json", NULL, base, "/stac");
  tst_ogc_add_link (links, "collection", "application/json", NULL, base, "/stac/evidencia");
  tst_ogc_add_link (links, "alternate", "text/html", NULL, base, page);
  json_object_set_array_member (feature, "links", links);
}

static TstPublicResponse *
items (TstPublicCall *call, const char *base)
{
  g_autofree char *why = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *features = json_array_new ();
  JsonArray *links = json_array_new ();
  TstPublicResponse *response = NULL;
  TstOgcQuery query = { 0 };
  TstOgcPage page = { 0 };

  json_object_set_string_member (object, "type", "FeatureCollection");
  json_object_set_array_member (object, "features", features);
  json_object_set_array_member (object, "links", links);
  if (!tst_ogc_query_read (&query, call, TST_DATA_EVIDENCE, &why))
    {
      response = tst_public_answer_plain (400, why);
    }
  else if (!tst_ogc_read_page (call->routes, &query, &page, &error))
    response = tst_public_answer_failed (call, error);
  else
    {
      for (guint i = 0; i < page.features->len; i++)
        {
          JsonObject *feature = g_ptr_array_index (page.features, i);

          dress (feature, base);
          json_array_add_object_element (features, json_object_ref (feature));
        }
      tst_ogc_add_link (links, "self", "application/geo+json", NULL, base, ITEMS_PATH);
      if (page.more)
        {
          g_autofree char *next =
            g_strdup_printf (ITEMS_PATH "?cursor=%" G_GINT64_FORMAT ".%s%s", page.last_n, page.last_id, query.echo->str);
          tst_ogc_add_link (links, "next", "application/geo+json", NULL, base, next);
        }
      response = tst_ogc_answer (call, "application/geo+json", object);
    }
  tst_ogc_page_clear (&page);
  tst_ogc_query_clear (&query);
  return response;
}

TstPublicResponse *
tst_public_answer_stac (TstPublicCall *call, const char *rest)
{
  g_autofree char *base = tst_public_dup_url (call->routes);

  if (!*rest)
    return catalogue (call, base);
  if (g_str_equal (rest, "/evidencia"))
    return collection (call, base);
  if (g_str_equal (rest, "/evidencia/items"))
    return items (call, base);
  return tst_public_answer_error (call, 404, 0, NULL);
}
