/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The map: what is gathered, what a finger meets, what the ground is made of, and the pin. */

#include "media/tst-picture.h"
#include "support/tst-shot.h"
#include "widgets/tst-map-clusters.h"
#include "widgets/tst-map.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <math.h>
#include <shumate/shumate.h>
#include <sqlite3.h>
#include <string.h>

#define LAT 7.12
#define LON (-73.12)

static char *folder;

/* --- works --- */

static TstWorkIndex *
make_works (guint n, double spread)
{
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  static const char *const statuses[] = { "planeada", "en_ejecucion", "terminada", "inconclusa" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = g_strdup_printf ("OB-%06u", i);
      TstWorkEntry entry = { .code = code, .title = code, .status = statuses[i % 4],
                             .lat = LAT + g_rand_double_range (rand, -spread, spread),
                             .lon = LON + g_rand_double_range (rand, -spread, spread) };

      if (i % 50 == 49)
        entry.lat = entry.lon = NAN;
      tst_work_index_builder_add (builder, &entry, "");
    }
  return tst_work_index_builder_finish (builder);
}

static void
add_at (TstWorkIndexBuilder *builder, const char *code, double lat, double lon)
{
  TstWorkEntry entry = { .code = code, .title = code, .status = "en_ejecucion", .lat = lat, .lon = lon };

  tst_work_index_builder_add (builder, &entry, "");
}

static void
assert_sums (TstMapClusters *clusters, guint placed)
{
  g_assert_cmpuint (tst_map_clusters_get_size (clusters), ==, placed);
  for (guint level = 0; level <= TST_MAP_MAX_LEVEL; level++)
    {
      double west = tst_map_x (LON - .04), east = tst_map_x (LON + .04);
      double north = tst_map_y (LAT + .04), south = tst_map_y (LAT - .04);
      g_autoptr (GArray) found = tst_map_clusters_query (clusters, level, west, north, east, south);
      g_autofree guint8 *seen = g_new0 (guint8, placed + 1);
      guint sum = 0;

      for (guint i = 0; i < found->len; i++)
        {
          const TstMapCluster *cluster = &g_array_index (found, TstMapCluster, i);

          g_assert_cmpuint (cluster->count, >, 0);
          sum += cluster->count;
          /* Every work is in one cluster only. */
          for (guint k = 0; k < cluster->count; k++)
            g_assert_cmpuint (seen[cluster->first + k]++, ==, 0);
        }
      g_assert_cmpuint (sum, ==, placed);
      g_assert_cmpuint (tst_map_clusters_count (clusters, level, west, north, east, south), ==, placed);
    }
}

static void
test_sums (void)
{
  g_autoptr (TstWorkIndex) works = make_works (20000, .03);
  g_autoptr (TstMapClusters) all = tst_map_clusters_new (works, NULL);
  g_autoptr (GArray) third = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (TstMapClusters) some = NULL;
  guint placed = 0;

  assert_sums (all, 20000 - 400);
  for (guint32 i = 0; i < 20000; i += 3)
    {
      g_array_append_val (third, i);
      placed += i % 50 != 49;
    }
  some = tst_map_clusters_new (works, third);
  assert_sums (some, placed);
  g_assert_true (tst_map_clusters_has_work (some, 3));
  g_assert_false (tst_map_clusters_has_work (some, 4));
}

/* A cluster stays within its own cell, and a single work exactly where it is. */
static void
test_places (void)
{
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  g_autoptr (TstWorkIndex) works = NULL;
  g_autoptr (TstMapClusters) clusters = NULL;
  g_autoptr (GArray) found = NULL;
  const TstMapCluster *cluster;

  add_at (builder, "A", LAT, LON);
  works = tst_work_index_builder_finish (builder);
  clusters = tst_map_clusters_new (works, NULL);
  found = tst_map_clusters_query (clusters, 15, tst_map_x (LON) - 1e-6, tst_map_y (LAT) - 1e-6, tst_map_x (LON) + 1e-6,
                                  tst_map_y (LAT) + 1e-6);
  g_assert_cmpuint (found->len, ==, 1);
  cluster = &g_array_index (found, TstMapCluster, 0);
  g_assert_cmpfloat_with_epsilon (tst_map_lat (cluster->y), LAT, 1e-9);
  g_assert_cmpfloat_with_epsilon (tst_map_lon (cluster->x), LON, 1e-9);
}

/* --- widgets --- */

static GtkWidget *
open_map (GtkWidget **window)
{
  GtkWidget *map = tst_map_new ();

  *window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (*window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (*window), 600, 500);
  gtk_window_set_child (GTK_WINDOW (*window), map);
  gtk_window_present (GTK_WINDOW (*window));
  tst_settle (300);
  return map;
}

static gboolean
is_ready (gpointer map)
{
  return tst_map_get_ready (map);
}

static void
on_work (TstMap *map, const char *code, GPtrArray *log)
{
  g_ptr_array_add (log, g_strdup (code));
}

static void
on_works (TstMap *map, GArray *works, GPtrArray *log)
{
  g_ptr_array_add (log, g_strdup_printf ("%u works", works->len));
}

/* What was fitted is seen whole in a narrower window too, until somebody moves. */
static void
test_fit (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  double wide, moved;

  tst_map_fit (TST_MAP (map), -75.6, 6.1, -75.4, 6.3);
  wide = tst_map_get_zoom (TST_MAP (map));
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 500);
  tst_settle (400);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), <, wide);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 500);
  tst_settle (400);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), ==, wide);
  gtk_widget_activate_action (map, "map.zoom-in", NULL);
  tst_settle (600);
  moved = tst_map_get_zoom (TST_MAP (map));
  g_assert_cmpfloat (moved, >, wide);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 500);
  tst_settle (400);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), ==, moved);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_touch (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  g_autoptr (GPtrArray) log = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TstWorkIndex) works = NULL;
  double x, y;
  double zoom;

  add_at (builder, "CERCA-1", LAT - .01, LON);
  add_at (builder, "CERCA-2", LAT - .01, LON + .0005);
  add_at (builder, "PAR-1", LAT + .01, LON);
  add_at (builder, "PAR-2", LAT + .01, LON);
  add_at (builder, "SOLA", LAT, LON);
  works = tst_work_index_builder_finish (builder);
  g_signal_connect (map, "work-activated", G_CALLBACK (on_work), log);
  g_signal_connect (map, "works-activated", G_CALLBACK (on_works), log);
  tst_map_set_works (TST_MAP (map), works, NULL);
  tst_wait_until (is_ready, map, 10);
  x = gtk_widget_get_width (map) / 2.0;
  y = gtk_widget_get_height (map) / 2.0;

  /* A target of 48 px: hit at 23 from the middle, not at 26. */
  tst_map_go_to (TST_MAP (map), LAT, LON, 15.5);
  g_assert_true (tst_map_touch (TST_MAP (map), x + 23, y));
  g_assert_true (tst_map_touch (TST_MAP (map), x, y - 23));
  g_assert_false (tst_map_touch (TST_MAP (map), x + 26, y));
  g_assert_cmpuint (log->len, ==, 2);
  g_assert_cmpstr (log->pdata[0], ==, "SOLA");

  /* Works that share a spot come as a list; a cluster that nearer parts brings one nearer. */
  tst_map_go_to (TST_MAP (map), LAT + .01, LON, 18);
  for (int dx = -20; dx <= 20 && log->len == 2; dx += 10)
    for (int dy = -20; dy <= 20 && log->len == 2; dy += 10)
      tst_map_touch (TST_MAP (map), x + dx, y + dy);
  g_assert_cmpuint (log->len, ==, 3);
  g_assert_cmpstr (log->pdata[2], ==, "2 works");
  g_object_set (gtk_widget_get_settings (map), "gtk-enable-animations", FALSE, NULL);
  tst_map_go_to (TST_MAP (map), LAT - .01, LON + .00025, 12);
  zoom = tst_map_get_zoom (TST_MAP (map));
  for (int dx = -40; dx <= 40 && tst_map_get_zoom (TST_MAP (map)) == zoom; dx += 10)
    for (int dy = -40; dy <= 40 && tst_map_get_zoom (TST_MAP (map)) == zoom; dy += 10)
      tst_map_touch (TST_MAP (map), x + dx, y + dy);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), >, zoom);
  g_assert_cmpuint (log->len, ==, 3);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_filter (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  g_autoptr (TstWorkIndex) works = NULL;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 second = 1;

  add_at (builder, "A", LAT, LON);
  add_at (builder, "B", LAT + .01, LON);
  works = tst_work_index_builder_finish (builder);
  g_array_append_val (found, second);
  /* Handed in one after the other without waiting: the last one counts. */
  tst_map_set_works (TST_MAP (map), works, NULL);
  tst_map_set_works (TST_MAP (map), works, found);
  tst_wait_until (is_ready, map, 10);
  tst_map_go_to (TST_MAP (map), LAT, LON, 16);
  g_assert_false (tst_map_touch (TST_MAP (map), gtk_widget_get_width (map) / 2.0, gtk_widget_get_height (map) / 2.0));
  tst_map_go_to (TST_MAP (map), LAT + .01, LON, 16);
  g_assert_true (tst_map_touch (TST_MAP (map), gtk_widget_get_width (map) / 2.0, gtk_widget_get_height (map) / 2.0));
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
find_map (GtkWidget *widget)
{
  if (SHUMATE_IS_MAP (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_map (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
on_pin (TstMap *map, double lat, double lon, double *said)
{
  said[0] = lat;
  said[1] = lon;
}

/* Where the pin is put is where libshumate says that the finger was, between zoom levels too. */
static void
test_pin (void)
{
  static const double zooms[] = { 12, 14.3, 15.75, 18 };
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  GtkWidget *inner = find_map (map);
  double said[2] = { 0, 0 };
  double lat, lon, step;

  g_signal_connect (map, "pin-moved", G_CALLBACK (on_pin), said);
  g_assert_false (tst_map_get_pin (TST_MAP (map), &lat, &lon));
  tst_map_set_placing (TST_MAP (map), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      tst_map_go_to (TST_MAP (map), LAT, LON, zooms[i]);
      g_assert_true (tst_map_touch (TST_MAP (map), 420, 90));
      shumate_viewport_widget_coords_to_location (shumate_map_get_viewport (SHUMATE_MAP (inner)), inner, 420, 90, &lat, &lon);
      step = 360 / (256 * exp2 (zooms[i]));
      g_assert_cmpfloat_with_epsilon (said[0], lat, 2 * step);
      g_assert_cmpfloat_with_epsilon (said[1], lon, 2 * step);
    }
  tst_map_set_pin (TST_MAP (map), NAN, NAN);
  g_assert_false (tst_map_get_pin (TST_MAP (map), &lat, &lon));
  tst_map_set_placing (TST_MAP (map), FALSE);
  g_assert_false (tst_map_touch (TST_MAP (map), 420, 90));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_actions (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);

  g_object_set (gtk_widget_get_settings (map), "gtk-enable-animations", FALSE, NULL);
  tst_map_go_to (TST_MAP (map), LAT, LON, 14);
  gtk_widget_activate_action (map, "map.zoom-in", NULL);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), ==, 15);
  gtk_widget_activate_action (map, "map.zoom-out", NULL);
  gtk_widget_activate_action (map, "map.zoom-out", NULL);
  g_assert_cmpfloat (tst_map_get_zoom (TST_MAP (map)), ==, 13);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- ground --- */

static void
must (sqlite3 *db, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
add_tile (sqlite3 *db, int zoom, int x, int row_from_south, guint8 r, guint8 g, guint8 b)
{
  g_autoptr (TstPicture) picture = g_new0 (TstPicture, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  sqlite3_stmt *insert;

  picture->width = picture->height = 256;
  picture->pixels = g_malloc (256 * 256 * 3);
  for (guint i = 0; i < 256 * 256; i++)
    memcpy (picture->pixels + 3 * i, (guint8[]){ r, g, b }, 3);
  jpeg = tst_picture_to_jpeg (picture, 95, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", -1, &insert, NULL), ==, SQLITE_OK);
  sqlite3_bind_int (insert, 1, zoom);
  sqlite3_bind_int (insert, 2, x);
  sqlite3_bind_int (insert, 3, row_from_south);
  sqlite3_bind_blob (insert, 4, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), SQLITE_TRANSIENT);
  g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
  sqlite3_finalize (insert);
}

/* Around 0° 0° at zoom 6: a red tile to the north-west, a blue one to the south-west; nothing to the east. */
static char *
write_tiles (const char *name, const char *format)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *sql = g_strdup_printf ("INSERT INTO metadata VALUES ('format', '%s'), ('attribution', 'Nadie');", format);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  must (db, "CREATE TABLE metadata (name TEXT, value TEXT);"
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);");
  must (db, sql);
  add_tile (db, 6, 31, 32, 200, 30, 30);
  add_tile (db, 6, 31, 31, 30, 30, 200);
  sqlite3_close (db);
  return path;
}

static gboolean
is_settled (gpointer map)
{
  return !g_str_equal (tst_map_get_ground_state (map), "opening");
}

static void
pixel_at (GtkWidget *map, int x, int y, guint8 *rgb)
{
  g_autofree char *path = g_build_filename (folder, "shot.png", NULL);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  const guint8 *pixels;

  /* What was just asked to be drawn anew has no picture until it is. */
  tst_settle (80);
  tst_shot (GTK_WIDGET (gtk_widget_get_root (map)), path);
  pixbuf = gdk_pixbuf_new_from_file (path, NULL);
  pixels = gdk_pixbuf_get_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf) + x * gdk_pixbuf_get_n_channels (pixbuf);
  memcpy (rgb, pixels, 3);
}

typedef struct
{
  GtkWidget *map;
  int x, y, channel;
} Sight;

static gboolean
is_coloured (gpointer data)
{
  Sight *sight = data;
  guint8 rgb[3];

  pixel_at (sight->map, sight->x, sight->y, rgb);
  return rgb[sight->channel] > 150 && rgb[(sight->channel + 1) % 3] < 90 && rgb[(sight->channel + 2) % 3] < 90;
}

static void
test_ground (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  g_autofree char *path = write_tiles ("ground.mbtiles", "jpg");
  int cx = gtk_widget_get_width (map) / 2, cy = gtk_widget_get_height (map) / 2;
  Sight north = { map, cx - 60, cy - 60, 0 }, south = { map, cx - 60, cy + 60, 2 };
  guint8 rgb[3];

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  tst_map_go_to (TST_MAP (map), 0, 0, 6);
  tst_map_set_ground (TST_MAP (map), path);
  tst_wait_until (is_settled, map, 10);
  g_assert_cmpstr (tst_map_get_ground_state (TST_MAP (map)), ==, "ready");
  /* Rows count from the south in the file. */
  tst_wait_until (is_coloured, &north, 10);
  tst_wait_until (is_coloured, &south, 10);
  /* No tile there: plain. */
  pixel_at (map, cx + 60, cy - 60, rgb);
  g_assert_cmpint (abs (rgb[0] - rgb[2]), <, 20);
  /* Nearer than the file goes: enlarged. */
  tst_map_go_to (TST_MAP (map), 0, 0, 9);
  tst_wait_until (is_coloured, &north, 10);
  tst_wait_until (is_coloured, &south, 10);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
shows_label (GtkWidget *widget, const char *part)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows_label (child, part))
      return TRUE;
  return FALSE;
}

static void
test_bad_ground (void)
{
  GtkWidget *window;
  GtkWidget *map = open_map (&window);
  g_autofree char *broken = g_build_filename (folder, "broken.mbtiles", NULL);
  g_autofree char *cut = g_build_filename (folder, "cut.mbtiles", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.mbtiles", NULL);
  g_autofree char *vector = write_tiles ("vector.mbtiles", "pbf");
  g_autofree char *whole = write_tiles ("whole.mbtiles", "jpg");
  g_autofree char *bytes = NULL;
  gsize size;
  const struct
  {
    const char *path, *state;
  } cases[] = { { broken, "broken" }, { missing, "missing" }, { vector, "unsuited" }, { cut, "broken" }, { folder, "missing" } };

  g_assert_true (g_file_set_contents (broken, "esto no es un mapa, y es más largo que un encabezado", -1, NULL));
  g_assert_true (g_file_get_contents (whole, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (cut, bytes, 5000, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      tst_map_set_ground (TST_MAP (map), cases[i].path);
      tst_wait_until (is_settled, map, 10);
      g_assert_cmpstr (tst_map_get_ground_state (TST_MAP (map)), ==, cases[i].state);
      g_assert_true (shows_label (map, "archivo del mapa"));
    }
  tst_map_set_ground (TST_MAP (map), whole);
  tst_wait_until (is_settled, map, 10);
  g_assert_false (shows_label (map, "archivo del mapa"));
  tst_map_set_ground (TST_MAP (map), NULL);
  g_assert_cmpstr (tst_map_get_ground_state (TST_MAP (map)), ==, "plain");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  folder = g_dir_make_tmp ("testigo-map-XXXXXX", &error);
  g_assert_no_error (error);
  g_test_add_func ("/map/clusters/sums", test_sums);
  g_test_add_func ("/map/clusters/places", test_places);
  g_test_add_func ("/map/touch", test_touch);
  g_test_add_func ("/map/fit", test_fit);
  g_test_add_func ("/map/filter", test_filter);
  g_test_add_func ("/map/pin", test_pin);
  g_test_add_func ("/map/actions", test_actions);
  g_test_add_func ("/map/ground/tiles", test_ground);
  g_test_add_func ("/map/ground/unreadable", test_bad_ground);
  result = g_test_run ();
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
  return result;
}
