/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-places.h"
#include "record/tst-body.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The moving map: what it must know, and the town's ground from an MBTiles file (github.com/mapbox/mbtiles-spec, 1.3) with pictures, read only,
 * through a connection of its own: it is not central's database. */

#define GROUND_FILE "ground.mbtiles"
#define GROUND_MAX_AGE "public, max-age=86400"
#define GROUND_DEEPEST 22

struct _TstPublicGround
{
  GMutex lock; /* guards the statement */
  sqlite3 *db;
  sqlite3_stmt *select;
  const char *mime;
  char *attribution;
  int shallowest, deepest;
};

static char *
read_metadata (sqlite3 *db, const char *name)
{
  sqlite3_stmt *find = NULL;
  char *value = NULL;

  if (sqlite3_prepare_v2 (db, "SELECT value FROM metadata WHERE name = ?1", -1, &find, NULL) == SQLITE_OK
      && sqlite3_bind_text (find, 1, name, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step (find) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (find, 0));
  sqlite3_finalize (find);
  return value;
}

static const char *
mime_of (const char *format)
{
  static const char *const types[][2] = { { "png", "image/png" }, { "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "webp", "image/webp" } };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (format, types[i][0]) == 0)
      return types[i][1];
  return NULL;
}

TstPublicGround *
tst_public_ground_open (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, GROUND_FILE, NULL);
  TstPublicGround *self = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  self = g_new0 (TstPublicGround, 1);
  g_mutex_init (&self->lock);
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    {
      g_autofree char *format = read_metadata (self->db, "format");
      g_autofree char *min = read_metadata (self->db, "minzoom");
      g_autofree char *max = read_metadata (self->db, "maxzoom");

      self->mime = mime_of (format);
      self->attribution = read_metadata (self->db, "attribution");
      self->shallowest = min ? CLAMP (atoi (min), 0, GROUND_DEEPEST) : 0;
      self->deepest = max ? CLAMP (atoi (max), self->shallowest, GROUND_DEEPEST) : GROUND_DEEPEST;
      sqlite3_prepare_v2 (self->db, "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3", -1,
                          &self->select, NULL);
    }
  if (self->select && self->mime)
    return self;
  g_warning ("%s is no MBTiles file with pictures (png, jpg or webp); the map has no ground", path);
  tst_public_ground_free (self);
  return NULL;
}

void
tst_public_ground_free (TstPublicGround *self)
{
  sqlite3_finalize (self->select);
  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  g_free (self->attribution);
  g_free (self);
}

static GBytes *
read_tile (TstPublicGround *self, guint z, guint x, guint y)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GBytes *bytes = NULL;

  (void) locker;
  sqlite3_bind_int64 (self->select, 1, z);
  sqlite3_bind_int64 (self->select, 2, x);
  /* Rows are counted from the south there. */
  sqlite3_bind_int64 (self->select, 3, ((gint64) 1 << z) - 1 - y);
  if (sqlite3_step (self->select) == SQLITE_ROW)
    bytes = g_bytes_new (sqlite3_column_blob (self->select, 0), (gsize) sqlite3_column_bytes (self->select, 0));
  sqlite3_reset (self->select);
  return bytes;
}

TstPublicResponse *
tst_public_answer_ground (TstPublicCall *call, const char *rest)
{
  TstPublicGround *ground = call->routes->ground;
  guint z = 0, x = 0, y = 0;
  g_autofree char *again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TstPublicResponse *response = NULL;

  if (!ground || strlen (rest) > 30 || sscanf (rest, "%2u/%8u/%8u", &z, &x, &y) != 3)
    return tst_public_answer_error (call, 404, 0, NULL);
  again = g_strdup_printf ("%u/%u/%u", z, x, y);
  if (!g_str_equal (again, rest) || z > GROUND_DEEPEST || x >> z || y >> z)
    return tst_public_answer_error (call, 404, 0, NULL);
  bytes = read_tile (ground, z, x, y);
  /* Beyond the edge of the drawn ground there is nothing, and that is no fault. */
  if (!bytes)
    return tst_public_answer_new (204);
  response = tst_public_answer_data (call, ground->mime, bytes, 0);
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
      JsonObject *ground = json_object_new ();

      json_object_set_int_member (ground, "min_zoom", routes->ground->shallowest);
      json_object_set_int_member (ground, "max_zoom", routes->ground->deepest);
      json_object_set_string_member (ground, "attribution", routes->ground->attribution ? routes->ground->attribution : "");
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
