/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Panning the map over 100,000 works on a ground of tiles, 1280×800, with marks, clusters, lines of comunas and a change of zoom every
 * three seconds. Two probes: what each frame costs (from before-paint to after-paint), and how long the main loop was held (a source of high
 * priority that wants to run every millisecond). Prints median, p99 and most; fails when the p99 of the stalls is over the first
 * argument (default 16) milliseconds. With the program that draws the ground and the outlines of comunas:
 *
 *   bench-map LIMIT-MS TESTIGO-GROUND COMUNAS.geojson (inside tests/support/display-run) */

#include "model/tst-work-index-file.h"
#include "support/tst-shot.h"
#include "widgets/tst-map.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#define WORKS 100000
#define SECONDS 18
#define N_ZOOMS 6
#define FIRST_ZOOM 12
#define LAT 7.12
#define LON (-73.12)

typedef struct
{
  TstMap *map;
  GArray *frames, *own, *stalls;
  GArray *at_zoom[N_ZOOMS]; /* own, of the frames of each zoom */
  double own_start;
  gint64 frame_start, last_turn, start;
  guint zoom;
} Probe;

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
part (GArray *values, double at)
{
  return g_array_index (values, double, MIN ((guint) (values->len * at), values->len - 1));
}

/* As in the app: looked at where they lie on disk. */
static TstWorkIndex *
make_works (const char *file)
{
  static const char *const statuses[] = { "planeada", "contratacion", "por_iniciar", "en_ejecucion", "suspendida",
                                          "terminada", "liquidada",    "inconclusa",  "cancelada" };
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  g_autoptr (TstWorkIndex) works = NULL;
  g_autoptr (GError) error = NULL;
  TstWorkIndex *mapped;

  for (guint i = 0; i < WORKS; i++)
    {
      g_autofree char *code = g_strdup_printf ("OB-%06u", i);
      double angle = g_rand_double (rand) * 2 * G_PI, away = sqrt (g_rand_double (rand)) * .03;
      TstWorkEntry entry = { .code = code, .title = code, .status = statuses[i % 9], .lat = LAT + away * sin (angle),
                             .lon = LON + away * cos (angle) };

      tst_work_index_builder_add (builder, &entry, "");
    }
  works = tst_work_index_builder_finish (builder);
  tst_work_index_set_stamp (works, "bench");
  mapped = tst_work_index_write (works, file, 0, &error) ? tst_work_index_map (file, "bench", &error) : NULL;
  if (mapped == NULL)
    g_error ("%s", error->message);
  return mapped;
}

/* Of this thread: what other programs on the machine take is not in it. */
static double
own_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void
on_before (GdkFrameClock *clock, Probe *probe)
{
  probe->frame_start = g_get_monotonic_time ();
  probe->own_start = own_ms ();
}

static void
on_after (GdkFrameClock *clock, Probe *probe)
{
  double ms = (g_get_monotonic_time () - probe->frame_start) / 1e3;
  double own = own_ms () - probe->own_start;

  g_array_append_val (probe->frames, ms);
  g_array_append_val (probe->own, own);
  g_array_append_val (probe->at_zoom[probe->zoom], own);
}

static gboolean
on_turn (gpointer data)
{
  Probe *probe = data;
  gint64 now = g_get_monotonic_time ();
  double ms = (now - probe->last_turn) / 1e3 - 1;

  if (probe->last_turn != 0)
    {
      ms = MAX (ms, 0);
      g_array_append_val (probe->stalls, ms);
    }
  probe->last_turn = now;
  return G_SOURCE_CONTINUE;
}

/* In a circle, some 400 px a second, as a thumb does. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Probe *probe = data;
  double seconds = (g_get_monotonic_time () - probe->start) / 1e6;
  double zoom = FIRST_ZOOM + (probe->zoom = (guint) (seconds / 3) % N_ZOOMS);
  double radius = 250 * 360 / (256 * exp2 (zoom));

  tst_map_go_to (probe->map, LAT + radius * sin (seconds * 1.6), LON + radius * cos (seconds * 1.6), zoom);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_ready (gpointer map)
{
  return tst_map_get_ready (map) && g_str_equal (tst_map_get_ground_state (map), "ready");
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("bench-map-XXXXXX", NULL);
  g_autofree char *ground = g_build_filename (folder, "ground.mbtiles", NULL);
  g_autofree char *file = g_build_filename (folder, "works.index", NULL);
  const char *draw[] = { argc > 3 ? argv[2] : "", "--comunas", argc > 3 ? argv[3] : "", "--out", ground, NULL };
  double limit = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 16;
  g_autoptr (TstWorkIndex) works = NULL;
  g_autoptr (GError) error = NULL;
  Probe probe = { 0 };
  GtkWidget *window;
  guint turn;
  int status;

  if (argc < 4 || !g_spawn_sync (NULL, (char **) draw, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error) || status != 0)
    {
      g_printerr ("no ground: %s\n", error != NULL ? error->message : "bench-map LIMIT-MS TESTIGO-GROUND COMUNAS.geojson");
      return 2;
    }
  adw_init ();
  works = make_works (file);
  probe.map = TST_MAP (tst_map_new ());
  probe.frames = g_array_new (FALSE, FALSE, sizeof (double));
  probe.own = g_array_new (FALSE, FALSE, sizeof (double));
  probe.stalls = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < N_ZOOMS; i++)
    probe.at_zoom[i] = g_array_new (FALSE, FALSE, sizeof (double));
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (probe.map));
  tst_map_set_ground (probe.map, ground);
  tst_map_set_comunas_file (probe.map, argv[3]);
  tst_map_set_works (probe.map, works, NULL);
  gtk_window_present (GTK_WINDOW (window));
  tst_wait_until (is_ready, probe.map, 60);
  tst_settle (1000);

  g_signal_connect (gtk_widget_get_frame_clock (window), "before-paint", G_CALLBACK (on_before), &probe);
  g_signal_connect_after (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_after), &probe);
  turn = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_turn, &probe, NULL);
  probe.start = g_get_monotonic_time ();
  gtk_widget_add_tick_callback (GTK_WIDGET (probe.map), on_tick, &probe, NULL);
  tst_settle (SECONDS * 1000);
  g_source_remove (turn);

  qsort (probe.frames->data, probe.frames->len, sizeof (double), compare);
  qsort (probe.own->data, probe.own->len, sizeof (double), compare);
  qsort (probe.stalls->data, probe.stalls->len, sizeof (double), compare);
  g_print ("map pan over %d works, 1280×800, cairo renderer: %u frames in %d s; frame median %.1f ms, p99 %.1f ms, most %.1f ms; "
           "of it processor time of the main thread median %.1f ms, p99 %.1f ms; main loop held: p99 %.1f ms, longest %.1f ms\n",
           WORKS, probe.frames->len, SECONDS, part (probe.frames, .5), part (probe.frames, .99), part (probe.frames, 1),
           part (probe.own, .5), part (probe.own, .99),
           part (probe.stalls, .99), part (probe.stalls, 1));
  for (guint i = 0; i < N_ZOOMS; i++)
    {
      qsort (probe.at_zoom[i]->data, probe.at_zoom[i]->len, sizeof (double), compare);
      g_print ("zoom %u: %u frames; processor time median %.1f ms, p90 %.1f ms, most %.1f ms\n", FIRST_ZOOM + i, probe.at_zoom[i]->len,
               part (probe.at_zoom[i], .5), part (probe.at_zoom[i], .9), part (probe.at_zoom[i], 1));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  tst_settle (200);
  g_unlink (ground);
  g_unlink (file);
  g_rmdir (folder);
  return part (probe.stalls, .99) <= limit ? 0 : 1;
}
