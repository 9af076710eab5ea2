/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-ogc.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"

#include <string.h>

/* /ogc: what QGIS, GDAL and others read (OGC API – Features 1.0, Core, GeoJSON and CRS). */

#define JSON "application/json"
#define GEOJSON "application/geo+json"
#define SCHEMA "application/schema+json"

static const struct
{
  const char *id;
  TstDataSet set;
  const char *text;
} collections[] = {
  { "obras", TST_DATA_WORKS, "Obras públicas con su contrato, su lugar, sus fechas y su avance" },
  { "evidencia", TST_DATA_EVIDENCE, "Fotografías y otras evidencias publicadas, con lugar y hora" },
};

void
tst_ogc_add_link (JsonArray *links, const char *rel, const char *type, const char *title, const char *base, const char *path)
{
  JsonObject *link = json_object_new ();
  g_autofree char *href = g_strconcat (base, path, NULL);

  json_object_set_string_member (link, "href", href);
  json_object_set_string_member (link, "rel", rel);
  json_object_set_string_member (link, "type", type);
  if (title)
    json_object_set_string_member (link, "title", title);
  json_array_add_object_element (links, link);
}

TstPublicResponse *
tst_ogc_answer (TstPublicCall *call, const char *mime, JsonObject *object)
{
  g_autofree char *text = tst_json_write (object);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return tst_public_answer_data (call, mime, body, 0);
}

/* RFC 7807's members, in JSON as OGC asks. */
static TstPublicResponse *
refuse (TstPublicCall *call, guint status, const char *why)
{
  g_autoptr (JsonObject) object = json_object_new ();
  TstPublicResponse *response = NULL;

  json_object_set_string_member (object, "code", status == 404 ? "NotFound" : "InvalidParameterValue");
  json_object_set_string_member (object, "description", why);
  response = tst_ogc_answer (call, JSON, object);
  response->status = status;
  return response;
}

static TstPublicResponse *
landing (TstPublicCall *call, const char *base)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *links = json_array_new ();
  g_autofree char *title = g_strdup_printf ("Obras públicas de %s", call->routes->town->name);

  json_object_set_string_member (object, "title", title);
  json_object_set_string_member (object, "description", "Obras y evidencia comprobable. Licencia: " TST_DATA_LICENCE);
  tst_ogc_add_link (links, "self", JSON, NULL, base, "/ogc");
  tst_ogc_add_link (links, "service-desc", "application/vnd.oai.openapi+json;version=3.0", NULL, base, "/ogc/api");
  tst_ogc_add_link (links, "service-doc", "text/html", "Datos abiertos", base, "/datos");
  tst_ogc_add_link (links, "conformance", JSON, NULL, base, "/ogc/conformance");
  tst_ogc_add_link (links, "data", JSON, NULL, base, "/ogc/collections");
  tst_ogc_add_link (links, "license", "text/html", TST_DATA_LICENCE, "", TST_DATA_LICENCE_URL);
  json_object_set_array_member (object, "links", links);
  return tst_ogc_answer (call, JSON, object);
}

static TstPublicResponse *
conformance (TstPublicCall *call)
{
  static const char *const classes[] = {
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core", "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30", "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
  };
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    json_array_add_string_element (list, classes[i]);
  json_object_set_array_member (object, "conformsTo", list);
  return tst_ogc_answer (call, JSON, object);
}

static JsonArray *
numbers (const double *values, guint n)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < n; i++)
    json_array_add_double_element (array, values[i]);
  return array;
}

static JsonObject *
collection (TstPublicCall *call, const char *base, guint n)
{
  JsonObject *object = json_object_new ();
  JsonArray *links = json_array_new ();
  JsonArray *crs = json_array_new ();
  JsonObject *extent = json_object_new ();
  JsonObject *spatial = json_object_new ();
  JsonArray *boxes = json_array_new ();
  g_autofree char *self = g_strdup_printf ("/ogc/collections/%s", collections[n].id);
  g_autofree char *items = g_strconcat (self, "/items", NULL);
  g_autofree char *queryables = g_strconcat (self, "/queryables", NULL);

  json_object_set_string_member (object, "id", collections[n].id);
  json_object_set_string_member (object, "title", tst_data_set_title (collections[n].set));
  json_object_set_string_member (object, "description", collections[n].text);
  json_object_set_string_member (object, "itemType", "feature");
  json_array_add_array_element (boxes, numbers (call->routes->bbox, 4));
  json_object_set_array_member (spatial, "bbox", boxes);
  json_object_set_string_member (spatial, "crs", TST_OGC_CRS84);
  json_object_set_object_member (extent, "spatial", spatial);
  json_object_set_object_member (object, "extent", extent);
  json_array_add_string_element (crs, TST_OGC_CRS84);
  json_array_add_string_element (crs, TST_OGC_9377);
  json_object_set_array_member (object, "crs", crs);
  json_object_set_string_member (object, "storageCrs", TST_OGC_CRS84);
  tst_ogc_add_link (links, "self", JSON, NULL, base, self);
  tst_ogc_add_link (links, "items", GEOJSON, NULL, base, items);
  tst_ogc_add_link (links, "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA, NULL, base, queryables);
  tst_ogc_add_link (links, "license", "text/html", TST_DATA_LICENCE, "", TST_DATA_LICENCE_URL);
  json_object_set_array_member (object, "links", links);
  return object;
}

static TstPublicResponse *
all_collections (TstPublicCall *call, const char *base)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *links = json_array_new ();
  JsonArray *list = json_array_new ();

  tst_ogc_add_link (links, "self", JSON, NULL, base, "/ogc/collections");
  json_object_set_array_member (object, "links", links);
  for (guint i = 0; i < G_N_ELEMENTS (collections); i++)
    json_array_add_object_element (list, collection (call, base, i));
  json_object_set_array_member (object, "collections", list);
  return tst_ogc_answer (call, JSON, object);
}

static JsonObject *
field_schema (const TstDataField *field)
{
  JsonObject *schema = json_object_new ();

  json_object_set_string_member (schema, "type", field->type);
  if (field->format)
    json_object_set_string_member (schema, "format", field->format);
  json_object_set_string_member (schema, "description", field->es);
  return schema;
}

static TstPublicResponse *
queryables (TstPublicCall *call, const char *base, guint n)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *properties = json_object_new ();
  g_autofree char *id = g_strdup_printf ("%s/ogc/collections/%s/queryables", base, collections[n].id);
  guint count = 0;
  const TstDataField *fields = tst_data_fields (collections[n].set, &count);

  json_object_set_string_member (object, "$schema", "https://json-schema.org/draft/2020-12/schema");
  json_object_set_string_member (object, "$id", id);
  json_object_set_string_member (object, "type", "object");
  json_object_set_string_member (object, "title", tst_data_set_title (collections[n].set));
  for (guint i = 0; i < count; i++)
    json_object_set_object_member (properties, fields[i].name, field_schema (&fields[i]));
  json_object_set_object_member (object, "properties", properties);
  return tst_ogc_answer (call, SCHEMA, object);
}

/* --- features --- */

static void
write_features (GString *text, const TstOgcQuery *query, const TstOgcPage *page)
{
  g_string_append (text, "{\"type\":\"FeatureCollection\",\"features\":[");
  for (guint i = 0; i < page->features->len; i++)
    {
      JsonObject *feature = g_ptr_array_index (page->features, i);
      JsonObject *geometry = tst_json_object (feature, "geometry");

      if (geometry && query->to_9377)
        tst_ogc_to_9377 (geometry);
      g_autofree char *one = tst_json_write (feature);
      g_string_append_printf (text, "%s\n%s", i > 0 ? "," : "", one);
    }
  g_string_append (text, "]");
}

static TstPublicResponse *
with_crs (TstPublicResponse *response, const TstOgcQuery *query)
{
  soup_message_headers_replace (response->headers, "Content-Crs", query->to_9377 ? "<" TST_OGC_9377 ">" : "<" TST_OGC_CRS84 ">");
  return response;
}

static TstPublicResponse *
items (TstPublicCall *call, const char *base, guint n)
{
  g_autofree char *why = NULL;
  g_autofree char *path = g_strdup_printf ("/ogc/collections/%s", collections[n].id);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonArray) links = json_array_new ();
  g_autoptr (GError) error = NULL;
  TstPublicResponse *response = NULL;
  TstOgcQuery query = { 0 };
  TstOgcPage page = { 0 };

  if (!tst_ogc_query_read (&query, call, collections[n].set, &why))
    response = refuse (call, 400, why);
  else if (!tst_ogc_read_page (call->routes, &query, &page, &error))
    response = tst_public_answer_failed (call, error);
  else
    {
      const char *echo = query.echo->len > 0 ? query.echo->str + 1 : "";
      g_autofree char *self = g_strdup_printf ("%s/items%s%s", path, *echo ? "?" : "", echo);
      g_autofree char *now = tst_time_format (call->now_s);

      write_features (text, &query, &page);
      tst_ogc_add_link (links, "self", GEOJSON, NULL, base, self);
      tst_ogc_add_link (links, "collection", JSON, NULL, base, path);
      if (page.more)
        {
          g_autofree char *id = g_uri_escape_string (page.last_id, NULL, FALSE);
          g_autofree char *next =
            g_strdup_printf ("%s/items?%s%scursor=%" G_GINT64_FORMAT ".%s", path, echo, *echo ? "&" : "", page.last_n, id);
          tst_ogc_add_link (links, "next", GEOJSON, NULL, base, next);
        }
      g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
      json_node_set_array (node, links);
      g_autofree char *links_text = json_to_string (node, FALSE);
      g_string_append_printf (text, ",\n\"links\":%s,\"numberReturned\":%u", links_text, page.features->len);
      if (page.matched >= 0)
        g_string_append_printf (text, ",\"numberMatched\":%" G_GINT64_FORMAT, page.matched);
      g_string_append_printf (text, ",\"timeStamp\":\"%s\"}\n", now);
      g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&text));
      response = with_crs (tst_public_answer_data (call, GEOJSON, body, 0), &query);
    }
  tst_ogc_page_clear (&page);
  tst_ogc_query_clear (&query);
  return response;
}

static TstPublicResponse *
one_item (TstPublicCall *call, const char *base, guint n, const char *id)
{
  g_autofree char *why = NULL;
  g_autofree char *path = g_strdup_printf ("/ogc/collections/%s", collections[n].id);
  g_autoptr (GError) error = NULL;
  TstPublicResponse *response = NULL;
  TstOgcQuery query = { 0 };
  TstOgcPage page = { 0 };

  if (!tst_ogc_query_read (&query, call, collections[n].set, &why))
    response = refuse (call, 400, why);
  else
    {
      query.only = id;
      if (!tst_ogc_read_page (call->routes, &query, &page, &error))
        response = tst_public_answer_failed (call, error);
    }
  if (!response && page.features->len == 0)
    response = refuse (call, 404, "No hay un elemento con ese identificador.");
  if (!response)
    {
      JsonObject *feature = g_ptr_array_index (page.features, 0);
      JsonObject *geometry = tst_json_object (feature, "geometry");
      JsonArray *links = json_array_new ();
      g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);
      g_autofree char *self = g_strdup_printf ("%s/items/%s", path, escaped);

      if (geometry && query.to_9377)
        tst_ogc_to_9377 (geometry);
      tst_ogc_add_link (links, "self", GEOJSON, NULL, base, self);
      tst_ogc_add_link (links, "collection", JSON, NULL, base, path);
      json_object_set_array_member (feature, "links", links);
      response = with_crs (tst_ogc_answer (call, GEOJSON, feature), &query);
    }
  tst_ogc_page_clear (&page);
  tst_ogc_query_clear (&query);
  return response;
}

/* --- the description of the interface --- */

static JsonObject *
operation (const char *text, const char *id, gboolean items_of)
{
  static const char *const parameters[][2] = {
    { "bbox", "oeste,sur,este,norte" }, { "bbox-crs", "" }, { "crs", "" }, { "datetime", "instante o desde/hasta" }, { "limit", "hasta 1000" },
  };
  JsonObject *path = json_object_new ();
  JsonObject *get = json_object_new ();
  JsonObject *responses = json_object_new ();
  JsonObject *ok = json_object_new ();
  JsonArray *list = json_array_new ();

  json_object_set_string_member (get, "summary", text);
  json_object_set_string_member (get, "operationId", id);
  for (guint i = 0; items_of && i < G_N_ELEMENTS (parameters); i++)
    {
      JsonObject *parameter = json_object_new ();
      JsonObject *schema = json_object_new ();

      json_object_set_string_member (parameter, "name", parameters[i][0]);
      json_object_set_string_member (parameter, "in", "query");
      json_object_set_string_member (parameter, "description", parameters[i][1]);
      json_object_set_boolean_member (parameter, "required", FALSE);
      json_object_set_string_member (schema, "type", "string");
      json_object_set_object_member (parameter, "schema", schema);
      json_array_add_object_element (list, parameter);
    }
  json_object_set_array_member (get, "parameters", list);
  json_object_set_string_member (ok, "description", "Respuesta");
  json_object_set_object_member (responses, "200", ok);
  json_object_set_object_member (get, "responses", responses);
  json_object_set_object_member (path, "get", get);
  return path;
}

static TstPublicResponse *
api (TstPublicCall *call, const char *base)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *info = json_object_new ();
  JsonObject *server = json_object_new ();
  JsonArray *servers = json_array_new ();
  JsonObject *paths = json_object_new ();
  g_autofree char *url = g_strconcat (base, "/ogc", NULL);

  json_object_set_string_member (object, "openapi", "3.0.3");
  json_object_set_string_member (info, "title", "Testigo");
  json_object_set_string_member (info, "version", TST_VERSION);
  json_object_set_object_member (object, "info", info);
  json_object_set_string_member (server, "url", url);
  json_array_add_object_element (servers, server);
  json_object_set_array_member (object, "servers", servers);
  json_object_set_object_member (paths, "/", operation ("Página de entrada", "landing", FALSE));
  json_object_set_object_member (paths, "/conformance", operation ("Clases de conformidad", "conformance", FALSE));
  json_object_set_object_member (paths, "/collections", operation ("Colecciones", "collections", FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (collections); i++)
    {
      g_autofree char *path = g_strdup_printf ("/collections/%s/items", collections[i].id);

      json_object_set_object_member (paths, path, operation (collections[i].text, collections[i].id, TRUE));
    }
  json_object_set_object_member (object, "paths", paths);
  return tst_ogc_answer (call, "application/vnd.oai.openapi+json;version=3.0", object);
}

TstPublicResponse *
tst_public_answer_ogc (TstPublicCall *call, const char *rest)
{
  g_autofree char *base = tst_public_dup_url (call->routes);

  if (!*rest || g_str_equal (rest, "/"))
    return landing (call, base);
  if (g_str_equal (rest, "/conformance"))
    return conformance (call);
  if (g_str_equal (rest, "/api"))
    return api (call, base);
  if (g_str_equal (rest, "/collections"))
    return all_collections (call, base);
  for (guint i = 0; i < G_N_ELEMENTS (collections); i++)
    {
      g_autofree char *path = g_strdup_printf ("/collections/%s", collections[i].id);
      const char *more = rest + strlen (path);

      if (!g_str_has_prefix (rest, path))
        continue;
      if (!*more)
        {
          g_autoptr (JsonObject) object = collection (call, base, i);
          return tst_ogc_answer (call, JSON, object);
        }
      if (g_str_equal (more, "/queryables"))
        return queryables (call, base, i);
      if (g_str_equal (more, "/items"))
        return items (call, base, i);
      if (g_str_has_prefix (more, "/items/") && more[7])
        return one_item (call, base, i, more + 7);
    }
  return refuse (call, 404, "No hay nada en esa dirección.");
}
