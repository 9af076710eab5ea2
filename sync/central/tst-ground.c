/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-ground.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-pmtiles.h"
#include "record/tst-body.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 22
#define TILE_MAX (16u * 1024 * 1024)
#define VECTOR "application/vnd.mapbox-vector-tile"

struct _TstGround
{
  TstPmtiles *pmtiles; /* or: */
  GMutex lock; /* guards the statement */
  sqlite3 *db;
  sqlite3_stmt *select;
  const char *mime;
  char *attribution;
  JsonArray *layers; /* (nullable) */
  guint shallowest, deepest;
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
  static const char *const types[][2] = { { "png", "image/png" }, { "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "webp", "image/webp" }, { "pbf", VECTOR } };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (format, types[i][0]) == 0)
      return types[i][1];
  return NULL;
}

/* TileJSON 3.0: the names of the layers in "vector_layers". */
static void
take_layers (TstGround *self, JsonObject *about)
{
  JsonArray *list = about ? tst_json_array (about, "vector_layers") : NULL;

  self->layers = json_array_new ();
  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *id = JSON_NODE_HOLDS_OBJECT (node) ? tst_json_string (json_node_get_object (node), "id") : NULL;

      if (id)
        json_array_add_string_element (self->layers, id);
    }
}

static gboolean
open_mbtiles (TstGround *self, const char *path)
{
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    return FALSE;
  g_autofree char *format = read_metadata (self->db, "format");
  g_autofree char *min = read_metadata (self->db, "minzoom");
  g_autofree char *max = read_metadata (self->db, "maxzoom");

  self->mime = mime_of (format);
  self->attribution = read_metadata (self->db, "attribution");
  self->shallowest = min ? (guint) CLAMP (atoi (min), 0, DEEPEST) : 0;
  self->deepest = max ? (guint) CLAMP (atoi (max), (int) self->shallowest, DEEPEST) : DEEPEST;
  if (g_strcmp0 (self->mime, VECTOR) == 0)
    {
      g_autofree char *text = read_metadata (self->db, "json");
      g_autoptr (JsonObject) about = text ? tst_json_parse_object (text, -1, NULL) : NULL;

      take_layers (self, about);
    }
  sqlite3_prepare_v2 (self->db, "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3", -1, &self->select, NULL);
  return self->select != NULL;
}

static gboolean
open_pmtiles (TstGround *self, const char *path, GError **error)
{
  static const char *const formats[] = { [TST_PMTILES_MVT] = "pbf", [TST_PMTILES_PNG] = "png", [TST_PMTILES_JPEG] = "jpg", [TST_PMTILES_WEBP] = "webp" };
  g_autoptr (GBytes) text = NULL;
  g_autoptr (JsonObject) about = NULL;

  self->pmtiles = tst_pmtiles_open (path, error);
  text = self->pmtiles ? tst_pmtiles_read_metadata (self->pmtiles, error) : NULL;
  if (!text)
    return FALSE;
  about = tst_json_parse_object (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), NULL);
  self->mime = mime_of (formats[tst_pmtiles_get_type (self->pmtiles)]);
  self->attribution = about ? g_strdup (tst_json_string (about, "attribution")) : NULL;
  tst_pmtiles_get_zooms (self->pmtiles, &self->shallowest, &self->deepest);
  self->deepest = MIN (self->deepest, DEEPEST);
  if (g_strcmp0 (self->mime, VECTOR) == 0)
    take_layers (self, about);
  return TRUE;
}

TstGround *
tst_ground_open (const char *path, GError **error)
{
  g_autoptr (TstGround) self = g_new0 (TstGround, 1);
  char magic[7] = { 0 };
  FILE *file = fopen (path, "re");
  gboolean ok = file && fread (magic, 1, sizeof magic, file) == sizeof magic;

  g_mutex_init (&self->lock);
  if (file)
    fclose (file);
  if (ok && memcmp (magic, "PMTiles", sizeof magic) == 0)
    {
      if (!open_pmtiles (self, path, error))
        return NULL;
    }
  else
    ok = ok && open_mbtiles (self, path);
  if (ok && self->mime)
    return g_steal_pointer (&self);
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s is no MBTiles or PMTiles file with pictures (png, jpg, webp) or vector tiles.", path);
  return NULL;
}

void
tst_ground_free (TstGround *self)
{
  g_clear_pointer (&self->pmtiles, tst_pmtiles_free);
  sqlite3_finalize (self->select);
  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->layers, json_array_unref);
  g_free (self->attribution);
  g_free (self);
}

GBytes *
tst_ground_read (TstGround *self, guint z, guint x, guint y, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (z > DEEPEST || x >> z || y >> z)
    return NULL;
  if (self->pmtiles)
    return tst_pmtiles_read (self->pmtiles, z, x, y, error);
  g_mutex_lock (&self->lock);
  sqlite3_bind_int64 (self->select, 1, z);
  sqlite3_bind_int64 (self->select, 2, x);
  /* Rows are counted from the south there. */
  sqlite3_bind_int64 (self->select, 3, ((gint64) 1 << z) - 1 - y);
  if (sqlite3_step (self->select) == SQLITE_ROW)
    bytes = g_bytes_new (sqlite3_column_blob (self->select, 0), (gsize) sqlite3_column_bytes (self->select, 0));
  sqlite3_reset (self->select);
  g_mutex_unlock (&self->lock);
  return bytes ? tst_pmtiles_inflate (bytes, TILE_MAX, error) : NULL;
}

void
tst_ground_get_zooms (TstGround *self, guint *shallowest, guint *deepest)
{
  *shallowest = self->shallowest;
  *deepest = self->deepest;
}

const char *
tst_ground_get_mime (TstGround *self)
{
  return self->mime;
}

JsonObject *
tst_ground_describe (TstGround *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "min_zoom", self->shallowest);
  json_object_set_int_member (object, "max_zoom", self->deepest);
  json_object_set_string_member (object, "attribution", self->attribution ? self->attribution : "");
  if (self->layers)
    json_object_set_array_member (object, "layers", json_array_ref (self->layers));
  return object;
}
