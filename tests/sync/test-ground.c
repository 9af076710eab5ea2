/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "central-fixture.h"
#include "central/tst-ground.h"
#include "central/tst-pmtiles.h"
#include "central/tst-public-routes.h"
#include "record/tst-body.h"
#include "web/tst-web-renderer.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* What lies under the map: small files of both formats, written here by their specifications. */

static GByteArray *
gzip (const void *data, gsize size)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
  GByteArray *out = g_byte_array_new ();
  gsize taken = 0, given = 0;

  g_byte_array_set_size (out, (guint) size + 1024);
  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), data, size, out->data, out->len, G_CONVERTER_INPUT_AT_END, &taken, &given, NULL), ==,
                   G_CONVERTER_FINISHED);
  g_assert_cmpuint (taken, ==, size);
  g_byte_array_set_size (out, (guint) given);
  return out;
}

static void
put_varint (GByteArray *out, guint64 value)
{
  do
    {
      guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

      g_byte_array_append (out, &byte, 1);
      value >>= 7;
    }
  while (value > 0);
}

typedef struct
{
  guint64 id, offset;
  guint32 run, length;
} Row;

static GByteArray *
directory (const Row *rows, guint n)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();

  put_varint (plain, n);
  for (guint i = 0; i < n; i++)
    put_varint (plain, rows[i].id - (i > 0 ? rows[i - 1].id : 0));
  for (guint i = 0; i < n; i++)
    put_varint (plain, rows[i].run);
  for (guint i = 0; i < n; i++)
    put_varint (plain, rows[i].length);
  for (guint i = 0; i < n; i++)
    put_varint (plain, i > 0 && rows[i].offset == rows[i - 1].offset + rows[i - 1].length ? 0 : rows[i].offset + 1);
  return gzip (plain->data, plain->len);
}

static void
put_u64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

#define METADATA "{\"attribution\":\"Alcaldía inventada\",\"vector_layers\":[{\"id\":\"roads\"},{\"id\":\"water\"}]}"

/* The whole world, level 1 whole (its tiles 1 and 2 alike), one tile of level 2; behind two leaf directories. */
static GByteArray *
pmtiles (guint8 type)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) tiles = g_byte_array_new ();
  g_autoptr (GByteArray) leaves = g_byte_array_new ();
  g_autoptr (GByteArray) about = gzip (METADATA, strlen (METADATA));
  Row places[4] = { { .id = 0, .run = 1 }, { .id = 1, .run = 2 }, { .id = 3, .run = 1 }, { .id = 10, .run = 1 } };
  Row roots[2] = { { .id = 0 }, { .id = 3 } };
  guint8 header[127] = "PMTiles\003";

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *text = g_strdup_printf ("tile %u", i);
      g_autoptr (GByteArray) packed = gzip (text, strlen (text));

      places[i].offset = tiles->len;
      places[i].length = packed->len;
      g_byte_array_append (tiles, packed->data, packed->len);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GByteArray) leaf = directory (places + 2 * i, 2);

      roots[i].offset = leaves->len;
      roots[i].length = leaf->len;
      g_byte_array_append (leaves, leaf->data, leaf->len);
    }
  g_autoptr (GByteArray) root = directory (roots, 2);
  put_u64 (header + 8, 127);
  put_u64 (header + 16, root->len);
  put_u64 (header + 24, 127 + root->len);
  put_u64 (header + 32, about->len);
  put_u64 (header + 40, 127 + root->len + about->len);
  put_u64 (header + 48, leaves->len);
  put_u64 (header + 56, 127 + root->len + about->len + leaves->len);
  put_u64 (header + 64, tiles->len);
  header[97] = header[98] = 2;
  header[99] = type;
  header[100] = 0;
  header[101] = 2;
  g_byte_array_append (file, header, sizeof header);
  g_byte_array_append (file, root->data, root->len);
  g_byte_array_append (file, about->data, about->len);
  g_byte_array_append (file, leaves->data, leaves->len);
  g_byte_array_append (file, tiles->data, tiles->len);
  return file;
}

static char *
write_file (const char *folder, const char *name, GByteArray *bytes)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  return path;
}

static void
assert_tile (TstGround *ground, guint z, guint x, guint y, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tst_ground_read (ground, z, x, y, &error);

  g_assert_no_error (error);
  if (!expected)
    g_assert_null (bytes);
  else
    {
      g_assert_nonnull (bytes);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, strlen (expected));
    }
}

/* The curve goes through every tile once; numbers that the specification's own programs give. */
static void
test_curve (void)
{
  static const guint known[][4] = { { 0, 0, 0, 0 }, { 1, 0, 0, 1 }, { 1, 0, 1, 2 }, { 1, 1, 1, 3 }, { 1, 1, 0, 4 }, { 2, 0, 0, 5 }, { 12, 3423, 1763, 19078479 } };
  gboolean met[1024] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpuint (tst_pmtiles_id (known[i][0], known[i][1], known[i][2]), ==, known[i][3]);
  for (guint x = 0; x < 32; x++)
    for (guint y = 0; y < 32; y++)
      {
        guint64 n = tst_pmtiles_id (5, x, y) - 341;

        g_assert_cmpuint (n, <, 1024);
        g_assert_false (met[n]);
        met[n] = TRUE;
      }
}

static void
test_pmtiles (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-ground-XXXXXX", NULL);
  g_autoptr (GByteArray) bytes = pmtiles (TST_PMTILES_MVT);
  g_autofree char *path = write_file (folder, "ground.pmtiles", bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstGround) ground = tst_ground_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (tst_ground_get_mime (ground), ==, "application/vnd.mapbox-vector-tile");
  g_autoptr (JsonObject) about = tst_ground_describe (ground);
  g_assert_cmpint (json_object_get_int_member (about, "max_zoom"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (about, "attribution"), ==, "Alcaldía inventada");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (about, "layers"), 1), ==, "water");
  assert_tile (ground, 0, 0, 0, "tile 0");
  assert_tile (ground, 1, 0, 0, "tile 1");
  assert_tile (ground, 1, 0, 1, "tile 1");
  assert_tile (ground, 1, 1, 1, "tile 2");
  assert_tile (ground, 1, 1, 0, NULL);
  for (guint i = 0; i < 16; i++)
    assert_tile (ground, 2, i % 4, i / 4, tst_pmtiles_id (2, i % 4, i / 4) == 10 ? "tile 3" : NULL);
  assert_tile (ground, 3, 0, 0, NULL);
  assert_tile (ground, 1, 2, 0, NULL);
  g_unlink (path);
  g_rmdir (folder);
}

/* Whatever stands in the file: an answer or an error. */
static void
test_broken (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-ground-XXXXXX", NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint refused = 0;

  for (guint i = 0; i < 600; i++)
    {
      g_autoptr (GByteArray) bytes = pmtiles (TST_PMTILES_PNG);
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (TstGround) ground = NULL;

      for (guint n = g_rand_int_range (rand, 1, 6); n > 0; n--)
        bytes->data[g_rand_int_range (rand, 8, g_rand_boolean (rand) ? 127 : (gint32) bytes->len)] = (guint8) g_rand_int (rand);
      if (i % 8 == 0)
        g_byte_array_set_size (bytes, (guint) g_rand_int_range (rand, 8, (gint32) bytes->len));
      path = write_file (folder, "ground.pmtiles", bytes);
      ground = tst_ground_open (path, &error);
      g_assert_true ((ground != NULL) == (error == NULL));
      for (guint t = 0; ground && t < 6; t++)
        {
          g_autoptr (GBytes) tile = tst_ground_read (ground, t / 2, t % 2 & ((1u << t / 2) - 1), 0, &error);

          g_assert_true (!tile || !error);
          g_clear_error (&error);
        }
      refused += ground == NULL;
      g_unlink (path);
    }
  g_assert_cmpuint (refused, >, 60);
  g_rmdir (folder);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_mbtiles (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-ground-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "suelo.mbtiles", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstGround) ground = NULL;

  g_assert_null (tst_ground_open (path, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  run_sql (path, "CREATE TABLE metadata (name TEXT, value TEXT); CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data);"
                 "INSERT INTO metadata VALUES ('format', 'png'), ('minzoom', '1'), ('maxzoom', '1');"
                 "INSERT INTO tiles VALUES (1, 0, 1, CAST ('north' AS BLOB)), (1, 0, 0, CAST ('south' AS BLOB));");
  ground = tst_ground_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_ground_get_mime (ground), ==, "image/png");
  assert_tile (ground, 1, 0, 0, "north");
  assert_tile (ground, 1, 0, 1, "south");
  assert_tile (ground, 1, 1, 1, NULL);
  g_clear_pointer (&ground, tst_ground_free);
  run_sql (path, "UPDATE metadata SET value = 'tiff' WHERE name = 'format'");
  g_assert_null (tst_ground_open (path, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_unlink (path);
  g_rmdir (folder);
}

/* --- the setting --- */

typedef struct
{
  JsonObject *map;
  char *policy;
} Shown;

static void
ask (Fixture *f, TstPageRenderer *renderer, Shown *shown)
{
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f->central, renderer);
  TstPublicRequest request = { .method = "GET", .path = "/mapa.json" };
  g_autoptr (TstPublicResponse) map = tst_public_routes_respond (routes, &request);

  g_assert_cmpuint (map->status, ==, 200);
  g_clear_pointer (&shown->map, json_object_unref);
  g_clear_pointer (&shown->policy, g_free);
  shown->map = tst_json_parse_object (g_bytes_get_data (map->body, NULL), (gssize) g_bytes_get_size (map->body), NULL);
  request.path = "/ayuda";
  g_autoptr (TstPublicResponse) page = tst_public_routes_respond (routes, &request);
  shown->policy = g_strdup (soup_message_headers_get_one (page->headers, "Content-Security-Policy"));
}

/* @text: JSON; read when central opens. */
static void
set_ground (Fixture *f, const char *text)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (f->central), "town.json", NULL);
  g_autoptr (JsonObject) town = tst_central_dup_town (f->central);
  g_autofree char *before = tst_json_write (town);
  g_autoptr (JsonObject) changed = tst_json_parse_object (before, -1, NULL);
  g_autofree char *json = NULL;

  json_object_set_member (changed, "ground", json_from_string (text, NULL));
  json = tst_json_write (changed);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  fixture_reopen (f);
}

static void
test_setting (void)
{
  Fixture f;
  Shown shown = { NULL };
  g_autoptr (TstPageRenderer) renderer = TST_PAGE_RENDERER (tst_web_renderer_new ());
  g_autoptr (GByteArray) bytes = pmtiles (TST_PMTILES_MVT);

  fixture_open (&f, NULL);
  ask (&f, renderer, &shown);
  g_assert_false (json_object_has_member (shown.map, "ground"));
  g_assert_null (strstr (shown.policy, "http"));

  g_autofree char *usual = write_file (tst_central_get_folder (f.central), "ground.pmtiles", bytes);
  ask (&f, renderer, &shown);
  g_assert_true (json_object_has_member (json_object_get_object_member (shown.map, "ground"), "layers"));
  {
    g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, renderer);
    TstPublicRequest request = { .method = "GET", .path = "/tiles/ground/1/1/1" };
    g_autoptr (TstPublicResponse) tile = tst_public_routes_respond (routes, &request);

    g_assert_cmpuint (tile->status, ==, 200);
    g_assert_cmpmem (g_bytes_get_data (tile->body, NULL), g_bytes_get_size (tile->body), "tile 2", 6);
    request.path = "/tiles/ground/1/1/0";
    g_autoptr (TstPublicResponse) none = tst_public_routes_respond (routes, &request);
    g_assert_cmpuint (none->status, ==, 204);
    request.path = "/tiles/ground/1/2/0";
    g_autoptr (TstPublicResponse) outside = tst_public_routes_respond (routes, &request);
    g_assert_cmpuint (outside->status, ==, 404);
  }

  /* A style from elsewhere: the page may fetch there and nowhere else. */
  set_ground (&f, "{\"style\": \"https://mapas.example:8443/estilo.json?v=1\", \"origins\": [\"https://letras.example/x\"]}");
  ask (&f, renderer, &shown);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (shown.map, "ground"), "style"), ==,
                   "https://mapas.example:8443/estilo.json?v=1");
  g_assert_nonnull (strstr (shown.policy, "connect-src 'self' https://mapas.example:8443 https://letras.example;"));
  g_assert_nonnull (strstr (shown.policy, "script-src 'self';"));

  /* Each of these is told to whoever reads the log. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  static const char *const bad[] = { "{\"style\": \"javascript:alert(1)\"}", "{\"style\": \"https://a.example; script-src *\"}",
                                     "{\"style\": \"https://a.example\", \"origins\": [\"*\"]}", "{}" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      set_ground (&f, bad[i]);
      ask (&f, renderer, &shown);
      g_assert_null (strstr (shown.policy, "http"));
      g_assert_false (json_object_has_member (shown.map, "ground"));
    }
  g_unlink (usual);
  json_object_unref (shown.map);
  g_free (shown.policy);
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ground/curve", test_curve);
  g_test_add_func ("/ground/pmtiles", test_pmtiles);
  g_test_add_func ("/ground/broken", test_broken);
  g_test_add_func ("/ground/mbtiles", test_mbtiles);
  g_test_add_func ("/ground/setting", test_setting);
  return g_test_run ();
}
