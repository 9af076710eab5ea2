/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws the ground of the demonstration: relief, river, streets, avenues and parks of a town that does not exist, as an MBTiles file with
 * JPEG tiles. Everything but the outlines of the comunas comes from one seed: the same town every time.
 *
 *     testigo-ground --comunas comunas.geojson --out FILE.mbtiles [--max-zoom 16] */

#include "media/tst-picture.h"
#include "model/tst-geometry.h"

#include <cairo.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define LON0 (-73.12)
#define LAT0 7.12
#define SEED 712
#define TILE 256
#define BLOCK 6 /* tiles drawn at once, a side */
#define MIN_ZOOM 11
#define RELIEF 1024
#define REACH 16000.0 /* metres from the middle to the edge of the relief */

typedef struct
{
  double x, y; /* metres east and north of the middle */
} Spot;

typedef struct
{
  TstGeometry *outline;
  Spot middle;
  double angle, long_side, short_side;
} Comuna;

typedef struct
{
  GPtrArray *comunas;
  cairo_surface_t *relief;
  GArray *river, *streams[2]; /* of Spot */
  GPtrArray *avenues;         /* of GArray of Spot */
  GRand *rand;
  double unit; /* metres to the width of the world at this latitude */
} Town;

static double
mercator_y (double lat)
{
  double sine = sin (lat * G_PI / 180);

  return .5 - log ((1 + sine) / (1 - sine)) / (4 * G_PI);
}

static Spot
spot_of (const Town *town, double lon, double lat)
{
  return (Spot){ (lon - LON0) / 360 * town->unit, (mercator_y (LAT0) - mercator_y (lat)) * town->unit };
}

/* --- the shape of the land --- */

static double
lattice (int x, int y)
{
  guint32 h = (guint32) x * 374761393u + (guint32) y * 668265263u + SEED * 2246822519u;

  h = (h ^ h >> 13) * 1274126177u;
  return (double) (h ^ h >> 16) / G_MAXUINT32;
}

static double
noise (double x, double y)
{
  int ix = floor (x), iy = floor (y);
  double fx = x - ix, fy = y - iy;
  double sx = fx * fx * (3 - 2 * fx), sy = fy * fy * (3 - 2 * fy);
  double top = lattice (ix, iy) * (1 - sx) + lattice (ix + 1, iy) * sx;
  double low = lattice (ix, iy + 1) * (1 - sx) + lattice (ix + 1, iy + 1) * sx;

  return top * (1 - sy) + low * sy;
}

/* Metres above the valley: ridges to both sides, gentle where the town is. */
static double
height (double x, double y)
{
  double sum = 0, size = 5200, part = .5;
  double away = hypot (x * 1.15, y * .8) / 4200;

  for (int i = 0; i < 6; i++, size /= 2.1, part /= 2)
    sum += part * (1 - fabs (2 * noise (x / size + 31 * i, y / size + 17 * i) - 1));
  return (sum - .3) * 1500 * CLAMP (away - .55, .02, 1.6);
}

static double
river_x (double y)
{
  return -2350 + 420 * sin (y / 2100) + 180 * sin (y / 760 + 1) + 60 * sin (y / 290);
}

static void
make_relief (Town *town)
{
  g_autofree float *heights = g_new (float, (RELIEF + 1) * (RELIEF + 1));
  double step = 2 * REACH / RELIEF;
  guint8 *data;
  int stride;

  for (int j = 0; j <= RELIEF; j++)
    for (int i = 0; i <= RELIEF; i++)
      heights[j * (RELIEF + 1) + i] = height (i * step - REACH, REACH - j * step);
  town->relief = cairo_image_surface_create (CAIRO_FORMAT_RGB24, RELIEF, RELIEF);
  cairo_surface_flush (town->relief);
  data = cairo_image_surface_get_data (town->relief);
  stride = cairo_image_surface_get_stride (town->relief);
  for (int j = 0; j < RELIEF; j++)
    for (int i = 0; i < RELIEF; i++)
      {
        float *h = &heights[j * (RELIEF + 1) + i];
        double dx = (h[1] - h[0]) / step, dy = (h[RELIEF + 1] - h[0]) / step;
        /* Light from the north-west. */
        double light = CLAMP (.5 - (dx + dy) * .55, 0, 1);
        double high = CLAMP (h[0] / 1200, 0, 1);
        double r = 232 - 34 * high, g = 237 - 18 * high, b = 220 - 42 * high;
        double shade = .86 + .22 * light;

        ((guint32 *) (data + j * stride))[i] = (guint32) CLAMP (r * shade, 0, 255) << 16 | (guint32) CLAMP (g * shade, 0, 255) << 8
                                               | (guint32) CLAMP (b * shade, 0, 255);
      }
  cairo_surface_mark_dirty (town->relief);
}

/* --- what people made --- */

static double
between (Town *town, double low, double high)
{
  return g_rand_double_range (town->rand, low, high);
}

static void
add_spot (GArray *line, double x, double y)
{
  Spot spot = { x, y };

  g_array_append_val (line, spot);
}

/* A road that bends a little on its way. */
static GArray *
make_road (Town *town, Spot from, Spot to)
{
  GArray *line = g_array_new (FALSE, FALSE, sizeof (Spot));
  double length = hypot (to.x - from.x, to.y - from.y);
  double bend = between (town, -.12, .12) * length;

  for (int i = 0; i <= 12; i++)
    {
      double t = i / 12.0;
      double off = bend * sin (t * G_PI);

      add_spot (line, from.x + (to.x - from.x) * t - (to.y - from.y) / length * off,
                from.y + (to.y - from.y) * t + (to.x - from.x) / length * off);
    }
  return line;
}

static gboolean
read_comunas (Town *town, const char *path, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *features;

  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;
  features = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "features");
  for (guint i = 0; i < json_array_get_length (features); i++)
    {
      JsonObject *feature = json_array_get_object_element (features, i);
      TstGeometry *outline = tst_geometry_from_geojson (json_object_get_object_member (feature, "geometry"), error);
      TstPoint point;
      Comuna *comuna;

      if (outline == NULL)
        return FALSE;
      comuna = g_new0 (Comuna, 1);
      comuna->outline = outline;
      point = tst_geometry_representative_point (outline);
      comuna->middle = spot_of (town, point.lon, point.lat);
      comuna->angle = between (town, -.5, .5);
      comuna->long_side = between (town, 92, 125);
      comuna->short_side = between (town, 62, 84);
      g_ptr_array_add (town->comunas, comuna);
    }
  return TRUE;
}

static void
comuna_free (gpointer data)
{
  Comuna *comuna = data;

  tst_geometry_free (comuna->outline);
  g_free (comuna);
}

static void
make_town (Town *town)
{
  Spot square = { 0, 0 };
  Comuna *last = NULL;

  make_relief (town);
  town->river = g_array_new (FALSE, FALSE, sizeof (Spot));
  for (double y = REACH; y >= -REACH; y -= 40)
    add_spot (town->river, river_x (y), y);
  for (int k = 0; k < 2; k++)
    {
      double y = k == 0 ? 1500 : -1900;

      town->streams[k] = g_array_new (FALSE, FALSE, sizeof (Spot));
      for (double x = river_x (y); x <= REACH; x += 40)
        add_spot (town->streams[k], x, y + 260 * sin (x / 900 + k) + 90 * sin (x / 310) + (x + 2300) * .12);
    }
  town->avenues = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < town->comunas->len; i++)
    {
      Comuna *comuna = town->comunas->pdata[i];

      if (hypot (comuna->middle.x, comuna->middle.y) > 300)
        g_ptr_array_add (town->avenues, make_road (town, square, comuna->middle));
      if (last != NULL && hypot (comuna->middle.x - last->middle.x, comuna->middle.y - last->middle.y) < 3200)
        g_ptr_array_add (town->avenues, make_road (town, last->middle, comuna->middle));
      last = comuna;
    }
  g_ptr_array_add (town->avenues, make_road (town, square, (Spot){ 900, REACH }));
  g_ptr_array_add (town->avenues, make_road (town, square, (Spot){ -700, -REACH }));
  g_ptr_array_add (town->avenues, make_road (town, square, (Spot){ -REACH, 2600 }));
}

/* --- drawing: units are metres, y to the north --- */

static void
ink (cairo_t *cr, guint32 hex)
{
  cairo_set_source_rgb (cr, (hex >> 16) / 255.0, (hex >> 8 & 0xff) / 255.0, (hex & 0xff) / 255.0);
}

static void
trace_line (cairo_t *cr, GArray *line)
{
  for (guint i = 0; i < line->len; i++)
    cairo_line_to (cr, g_array_index (line, Spot, i).x, g_array_index (line, Spot, i).y);
}

static void
trace_outline (const Town *town, cairo_t *cr, const TstGeometry *outline)
{
  guint at = 0;

  for (guint path = 0; path < outline->n_paths; path++)
    {
      for (guint i = at; i < outline->path_ends[path]; i++)
        {
          Spot spot = spot_of (town, outline->points[i].lon, outline->points[i].lat);

          cairo_line_to (cr, spot.x, spot.y);
        }
      cairo_close_path (cr);
      at = outline->path_ends[path];
    }
}

/* Blocks with streets between them; every fifth street is wider; here and there a block is a park. */
static void
draw_blocks (const Town *town, cairo_t *cr, const Comuna *comuna, guint number, double pixel)
{
  static const guint32 tints[] = { 0xe9e3da, 0xe6e2da, 0xebe4d9, 0xe7e3dd };
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED + number * 31);
  const double reach = 3200;
  int nx = reach / comuna->long_side, ny = reach / comuna->short_side;

  cairo_save (cr);
  trace_outline (town, cr, comuna->outline);
  ink (cr, tints[number % 4]);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  cairo_translate (cr, comuna->middle.x, comuna->middle.y);
  cairo_rotate (cr, comuna->angle);
  ink (cr, 0xcfe2c0);
  for (int k = 0; k < 16; k++)
    {
      int i = g_rand_int_range (rand, -10, 10), j = g_rand_int_range (rand, -12, 12);
      int wide = g_rand_int_range (rand, 1, 3), tall = g_rand_int_range (rand, 1, 3);

      cairo_rectangle (cr, i * comuna->long_side, j * comuna->short_side, wide * comuna->long_side, tall * comuna->short_side);
    }
  cairo_fill (cr);
  if (number == 4)
    {
      cairo_rectangle (cr, -comuna->long_side, -comuna->short_side, comuna->long_side, 2 * comuna->short_side);
      ink (cr, 0xbfdcae);
      cairo_fill (cr);
    }
  if (pixel < 20)
    for (int pass = 0; pass < 2; pass++)
      {
        gboolean wide = pass == 1;

        for (int i = -nx; i <= nx; i++)
          if ((i % 5 == 0) == wide)
            {
              cairo_move_to (cr, i * comuna->long_side, -reach);
              cairo_line_to (cr, i * comuna->long_side, reach);
            }
        for (int j = -ny; j <= ny; j++)
          if ((j % 5 == 0) == wide)
            {
              cairo_move_to (cr, -reach, j * comuna->short_side);
              cairo_line_to (cr, reach, j * comuna->short_side);
            }
        cairo_set_line_width (cr, wide ? MAX (15, 1.6 * pixel) : MAX (9, .6 * pixel));
        cairo_set_source_rgba (cr, 1, 1, 1, wide ? 1 : pixel > 8 ? .55 : .95);
        cairo_stroke (cr);
      }
  cairo_restore (cr);
}

static void
draw_water (const Town *town, cairo_t *cr, double pixel)
{
  trace_line (cr, town->river);
  ink (cr, 0xd3e4c4);
  cairo_set_line_width (cr, MAX (120, 2 * pixel));
  cairo_stroke_preserve (cr);
  ink (cr, 0xa8cfe2);
  cairo_set_line_width (cr, MAX (46, 1.6 * pixel));
  cairo_stroke (cr);
  for (int k = 0; k < 2; k++)
    {
      trace_line (cr, town->streams[k]);
      ink (cr, 0xd3e4c4);
      cairo_set_line_width (cr, MAX (44, pixel));
      cairo_stroke_preserve (cr);
      ink (cr, 0xa8cfe2);
      cairo_set_line_width (cr, MAX (11, .8 * pixel));
      cairo_stroke (cr);
    }
}

static void
draw_avenues (const Town *town, cairo_t *cr, double pixel)
{
  for (int pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < town->avenues->len; i++)
        {
          cairo_new_sub_path (cr);
          trace_line (cr, town->avenues->pdata[i]);
        }
      ink (cr, pass == 0 ? 0xcfb98a : 0xf8e7bd);
      cairo_set_line_width (cr, pass == 0 ? MAX (26, 3.4 * pixel) : MAX (20, 2 * pixel));
      cairo_stroke (cr);
    }
}

static void
draw_town (const Town *town, cairo_t *cr, double pixel)
{
  cairo_pattern_t *relief;
  cairo_matrix_t matrix;

  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  relief = cairo_pattern_create_for_surface (town->relief);
  cairo_pattern_set_filter (relief, CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (relief, CAIRO_EXTEND_PAD);
  cairo_matrix_init (&matrix, RELIEF / (2 * REACH), 0, 0, -RELIEF / (2 * REACH), RELIEF / 2.0, RELIEF / 2.0);
  cairo_pattern_set_matrix (relief, &matrix);
  cairo_set_source (cr, relief);
  cairo_paint (cr);
  cairo_pattern_destroy (relief);
  for (guint i = 0; i < town->comunas->len; i++)
    draw_blocks (town, cr, town->comunas->pdata[i], i, pixel);
  draw_water (town, cr, pixel);
  draw_avenues (town, cr, pixel);
}

/* --- tiles --- */

static gboolean
keep_tile (sqlite3_stmt *insert, cairo_surface_t *surface, int left, int top, int zoom, int x, int y, GError **error)
{
  g_autoptr (TstPicture) picture = g_new0 (TstPicture, 1);
  const guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) jpeg = NULL;
  guint8 *out;
  int answer;

  picture->width = picture->height = TILE;
  picture->pixels = out = g_malloc (TILE * TILE * 3);
  for (int j = 0; j < TILE; j++)
    for (int i = 0; i < TILE; i++)
      {
        guint32 p = ((const guint32 *) (data + (top + j) * stride))[left + i];

        *out++ = p >> 16;
        *out++ = p >> 8;
        *out++ = p;
      }
  jpeg = tst_picture_to_jpeg (picture, 84, error);
  if (jpeg == NULL)
    return FALSE;
  sqlite3_bind_int (insert, 1, zoom);
  sqlite3_bind_int (insert, 2, x);
  sqlite3_bind_int (insert, 3, (1 << zoom) - 1 - y);
  sqlite3_bind_blob (insert, 4, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), SQLITE_TRANSIENT);
  answer = sqlite3_step (insert);
  sqlite3_reset (insert);
  if (answer == SQLITE_DONE)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "SQLite: %s", sqlite3_errstr (answer));
  return FALSE;
}

static gboolean
draw_zoom (const Town *town, sqlite3_stmt *insert, int zoom, double margin, GError **error)
{
  double n = ldexp (1, zoom);
  double pixel = town->unit / (n * TILE); /* metres */
  int x0 = floor ((LON0 - .0305 - margin + 180) / 360 * n), x1 = floor ((LON0 + .0305 + margin + 180) / 360 * n);
  int y0 = floor (mercator_y (LAT0 + .0305 + margin) * n), y1 = floor (mercator_y (LAT0 - .0305 - margin) * n);
  gboolean ok = TRUE;

  for (int by = y0; ok && by <= y1; by += BLOCK)
    for (int bx = x0; ok && bx <= x1; bx += BLOCK)
      {
        int wide = MIN (BLOCK, x1 - bx + 1), tall = MIN (BLOCK, y1 - by + 1);
        cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, wide * TILE, tall * TILE);
        cairo_t *cr = cairo_create (surface);

        cairo_scale (cr, 1 / pixel, -1 / pixel);
        cairo_translate (cr, ((LON0 + 180) / 360 - bx / n) * town->unit, (by / n - mercator_y (LAT0)) * town->unit);
        draw_town (town, cr, pixel);
        cairo_destroy (cr);
        cairo_surface_flush (surface);
        for (int j = 0; ok && j < tall; j++)
          for (int i = 0; ok && i < wide; i++)
            ok = keep_tile (insert, surface, i * TILE, j * TILE, zoom, bx + i, by + j, error);
        cairo_surface_destroy (surface);
      }
  return ok;
}

static gboolean
write_tiles (const Town *town, const char *path, int max_zoom, GError **error)
{
  static const double margins[] = { .09, .09, .07, .04, .02, .006 };
  g_autofree char *metadata = g_strdup_printf (
      "INSERT INTO metadata VALUES ('name', 'San Jerónimo del Valle'), ('format', 'jpg'), ('type', 'baselayer'), ('version', '1'),"
      " ('description', 'Municipio ficticio: datos de demostración'), ('attribution', 'Municipio ficticio'),"
      " ('bounds', '-73.1505,7.0895,-73.0895,7.1505'), ('center', '-73.12,7.12,14'), ('minzoom', '%d'), ('maxzoom', '%d');",
      MIN_ZOOM, max_zoom);
  g_autofree char *half = g_strconcat (path, ".part", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;
  gboolean ok;

  g_unlink (half);
  ok = sqlite3_open (half, &db) == SQLITE_OK
       && sqlite3_exec (db,
                        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"
                        "CREATE TABLE metadata (name TEXT, value TEXT);"
                        "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
                        "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);",
                        NULL, NULL, NULL)
              == SQLITE_OK
       && sqlite3_exec (db, metadata, NULL, NULL, NULL) == SQLITE_OK
       && sqlite3_prepare_v2 (db, "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", -1, &insert, NULL) == SQLITE_OK;
  if (!ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", half, sqlite3_errmsg (db));
  for (int zoom = MIN_ZOOM; ok && zoom <= max_zoom; zoom++)
    ok = draw_zoom (town, insert, zoom, margins[zoom - MIN_ZOOM], error);
  sqlite3_finalize (insert);
  if (ok && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", half, sqlite3_errmsg (db));
      ok = FALSE;
    }
  sqlite3_close (db);
  if (ok && g_rename (half, path) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
      ok = FALSE;
    }
  return ok;
}

int
main (int argc, char **argv)
{
  g_autofree char *comunas = NULL;
  g_autofree char *out = NULL;
  int max_zoom = 16;
  const GOptionEntry entries[] = {
    { "comunas", 0, 0, G_OPTION_ARG_FILENAME, &comunas, "Outlines of the comunas, GeoJSON", "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "MBTiles file to write", "FILE" },
    { "max-zoom", 0, 0, G_OPTION_ARG_INT, &max_zoom, "Deepest level, 11 to 16", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- draws the ground of the fictitious town");
  g_autoptr (GError) error = NULL;
  Town town = { 0 };

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || comunas == NULL || out == NULL || max_zoom < MIN_ZOOM || max_zoom > 16)
    {
      fprintf (stderr, "testigo-ground: %s\n", error != NULL ? error->message : "--comunas FILE --out FILE [--max-zoom 11…16]");
      return 2;
    }
  town.unit = 2 * G_PI * 6378137 * cos (LAT0 * G_PI / 180);
  town.rand = g_rand_new_with_seed (SEED);
  town.comunas = g_ptr_array_new_with_free_func (comuna_free);
  if (read_comunas (&town, comunas, &error))
    {
      make_town (&town);
      write_tiles (&town, out, max_zoom, &error);
      cairo_surface_destroy (town.relief);
      g_array_unref (town.river);
      g_array_unref (town.streams[0]);
      g_array_unref (town.streams[1]);
      g_ptr_array_unref (town.avenues);
    }
  g_ptr_array_unref (town.comunas);
  g_rand_free (town.rand);
  if (error == NULL)
    return 0;
  fprintf (stderr, "testigo-ground: %s\n", error->message);
  return 1;
}
