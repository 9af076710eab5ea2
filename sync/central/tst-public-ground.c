/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-ground.h"
#include "central/tst-places.h"
#include "model/tst-web-mercator.h"
#include "record/tst-body.h"

#include <stdio.h>
#include <string.h>

/* The moving map: what it must know, and what lies under it. town.json's "ground" says which: the name of an MBTiles or PMTiles file in the data folder,
 * {"style": URL, "origins"?: [URL]} for a style of MapLibre's that the browser fetches from elsewhere ("origins": where its tiles, sprites and letters come
 * from, if not from there too). Unsaid: ground.mbtiles, then ground.pmtiles. */

#define GROUND_MAX_AGE "public, max-age=86400"

struct _TstPublicGround
{
  TstGround *file; /* (nullable) */
  char *style;     /* (nullable): its address */
  char *origins;   /* (nullable): where that needs to be let go to, for the Content-Security-Policy */
};

/* "https://host:port" of an address; NULL when it is none that a browser may be sent to. */
static char *
origin_of (const char *address)
{
  g_autoptr (GUri) uri = address ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;
  const char *host = uri ? g_uri_get_host (uri) : NULL;

  if (!host || !*host || (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http")))
    return NULL;
  /* What stands in a header and in a list that is cut at spaces and semicolons. */
  for (const char *p = host; *p; p++)
    if (!g_ascii_isalnum (*p) && !strchr (".-:", *p))
      return NULL;
  if (g_uri_get_port (uri) > 0)
    return g_strdup_printf (strchr (host, ':') ? "%s://[%s]:%d" : "%s://%s:%d", scheme, host, g_uri_get_port (uri));
  return g_strdup_printf (strchr (host, ':') ? "%s://[%s]" : "%s://%s", scheme, host);
}

static gboolean
take_style (TstPublicGround *self, JsonObject *setting)
{
  const char *style = tst_json_string (setting, "style");
  JsonArray *others = tst_json_array (setting, "origins");
  g_autofree char *origin = origin_of (style);
  g_autoptr (GString) origins = g_string_new (origin);

  if (!origin)
    return FALSE;
  for (guint i = 0; others && i < json_array_get_length (others); i++)
    {
      JsonNode *node = json_array_get_element (others, i);
      g_autofree char *other = JSON_NODE_HOLDS_VALUE (node) ? origin_of (json_node_get_string (node)) : NULL;

      if (!other)
        return FALSE;
      g_string_append_printf (origins, " %s", other);
    }
  self->style = g_strdup (style);
  self->origins = g_string_free (g_steal_pointer (&origins), FALSE);
  return TRUE;
}

static TstGround *
open_file (const char *folder, const char *name)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  g_autoptr (GError) error = NULL;
  TstGround *file = tst_ground_open (path, &error);

  if (!file)
    g_warning ("The map has no ground: %s", error->message);
  return file;
}

TstPublicGround *
tst_public_ground_open (const char *folder, JsonObject *town)
{
  static const char *const usual[] = { "ground.mbtiles", "ground.pmtiles" };
  g_autoptr (TstPublicGround) self = g_new0 (TstPublicGround, 1);
  JsonObject *setting = town ? tst_json_object (town, "ground") : NULL;
  const char *name = town ? tst_json_string (town, "ground") : NULL;

  if (setting)
    {
      if (!take_style (self, setting))
        g_warning ("The map has no ground: \"ground\" in town.json must name a file or {\"style\": \"https://…\"}");
    }
  else if (name)
    self->file = open_file (folder, name);
  for (guint i = 0; !setting && !name && !self->file && i < G_N_ELEMENTS (usual); i++)
    {
      g_autofree char *path = g_build_filename (folder, usual[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        self->file = open_file (folder, usual[i]);
    }
  return self->file || self->style ? g_steal_pointer (&self) : NULL;
}

void
tst_public_ground_free (TstPublicGround *self)
{
  g_clear_pointer (&self->file, tst_ground_free);
  g_free (self->style);
  g_free (self->origins);
  g_free (self);
}

const char *
tst_public_ground_get_origins (TstPublicGround *self)
{
  return self ? self->origins : NULL;
}

void
tst_public_ground_list (TstPublicGround *self, const double bbox[4], guint most, GPtrArray *paths)
{
  guint shallowest = 0, deepest = 0;

  if (!self || !self->file)
    return;
  tst_ground_get_zooms (self->file, &shallowest, &deepest);
  for (guint z = shallowest; z <= deepest; z++)
    {
      guint32 west, north, east, south;

      tst_mercator_from_degrees (bbox[3], bbox[0], &west, &north);
      tst_mercator_from_degrees (bbox[1], bbox[2], &east, &south);
      west >>= TST_MERCATOR_BITS - z;
      east >>= TST_MERCATOR_BITS - z;
      north >>= TST_MERCATOR_BITS - z;
      south >>= TST_MERCATOR_BITS - z;
      if ((guint64) (east - west + 1) * (south - north + 1) + paths->len > most)
        return;
      for (guint32 x = west; x <= east; x++)
        for (guint32 y = north; y <= south; y++)
          g_ptr_array_add (paths, g_strdup_printf ("/tiles/ground/%u/%u/%u", z, x, y));
    }
}

TstPublicResponse *
tst_public_answer_ground (TstPublicCall *call, const char *rest)
{
  TstPublicGround *ground = call->routes->ground;
  guint z = 0, x = 0, y = 0;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TstPublicResponse *response = NULL;

  if (!ground || !ground->file || strlen (rest) > 30 || sscanf (rest, "%2u/%8u/%8u", &z, &x, &y) != 3)
    return tst_public_answer_error (call, 404, 0, NULL);
  again = g_strdup_printf ("%u/%u/%u", z, x, y);
  if (!g_str_equal (again, rest) || z > 30 || x >> z || y >> z)
    return tst_public_answer_error (call, 404, 0, NULL);
  bytes = tst_ground_read (ground->file, z, x, y, &error);
  if (error)
    return tst_public_answer_failed (call, error);
  /* Beyond the edge of the drawn ground there is nothing, and that is no fault. */
  if (!bytes)
    return tst_public_answer_new (204);
  response = tst_public_answer_data (call, tst_ground_get_mime (ground->file), bytes, 0);
  soup_message_headers_replace (response->headers, "Cache-Control", GROUND_MAX_AGE);
  return response;
}

/* The comunas as a FeatureCollection, from what was read at the start. */
static JsonObject *
areas (TstPublicRoutes *routes)
{
  JsonObject *collection = json_object_new ();
  JsonArray *features = json_array_new ();

  for (guint i = 0; i < json_array_get_length (routes->areas); i++)
    {
      JsonObject *area = json_array_get_object_element (routes->areas, i);
      JsonObject *feature = json_object_new ();
      JsonObject *properties = json_object_new ();

      json_object_set_string_member (feature, "type", "Feature");
      json_object_set_string_member (properties, "code", json_object_get_string_member (area, "code"));
      json_object_set_string_member (properties, "name", json_object_get_string_member (area, "name"));
      json_object_set_object_member (feature, "properties", properties);
      json_object_set_object_member (feature, "geometry", json_object_ref (json_object_get_object_member (area, "geometry")));
      json_array_add_object_element (features, feature);
    }
  json_object_set_string_member (collection, "type", "FeatureCollection");
  json_object_set_array_member (collection, "features", features);
  return collection;
}

TstPublicResponse *
tst_public_answer_map (TstPublicCall *call)
{
  TstPublicRoutes *routes = call->routes;
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *bbox = json_array_new ();

  for (guint i = 0; i < 4; i++)
    json_array_add_double_element (bbox, routes->bbox[i]);
  json_object_set_boolean_member (object, "lists", !routes->is_static);
  json_object_set_array_member (object, "bbox", bbox);
  json_object_set_int_member (object, "max_zoom", TST_PLACE_MAX_ZOOM);
  json_object_set_object_member (object, "areas", areas (routes));
  if (routes->ground)
    {
      JsonObject *ground = routes->ground->file ? tst_ground_describe (routes->ground->file) : json_object_new ();

      if (routes->ground->style)
        json_object_set_string_member (ground, "style", routes->ground->style);
      /* A copy has the tiles of the town and none beyond. */
      if (routes->is_static)
        json_object_set_array_member (ground, "bounds", json_array_ref (bbox));
      json_object_set_object_member (object, "ground", ground);
    }
  g_autofree char *text = tst_json_write (object);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  return tst_public_answer_data (call, "application/json", body, 0);
}

/* --- pieces for other people's pages --- */

gboolean
tst_public_build_embedded_map (TstStore *store, TstPublicCall *call, GError **error)
{
  JsonObject *map = tst_public_map (store, call, NULL, TRUE, error);

  call->page = "insertar-mapa";
  if (!map)
    return FALSE;
  json_object_set_object_member (call->model, "map", map);
  return TRUE;
}

gboolean
tst_public_build_embedded_work (TstStore *store, TstPublicCall *call, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (TstWork) work = tst_public_load_work (store, call->name, &failed);
  JsonObject *card = NULL;

  call->page = "insertar-obra";
  if (failed)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (!work)
    {
      call->status = 404;
      return TRUE;
    }
  card = tst_public_work_card (store, call, work, error);
  if (!card)
    return FALSE;
  json_object_set_object_member (call->model, "work", card);
  return TRUE;
}
