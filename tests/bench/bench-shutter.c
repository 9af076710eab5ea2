/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the shutter to «Guardado» (the callback after which it may be said) with the preview at 1280×720 and 30 pictures a second running, on the file system of
 * $TESTIGO_BENCH_FOLDER (else the current folder: a temporary folder may be memory); and the preview's frames that were dropped meanwhile. The stills are encoded
 * here, as of a camera that gives no JPEG: the slower way. */

#include "hardware/tst-gst-camera.h"
#include "journal/tst-capture.h"
#include "journal/tst-field-book-async.h"

#include <stdlib.h>

#define SHOTS 60
#define PAUSE_MS 250
#define CAMERA "videotestsrc is-live=true pattern=smpte ! video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1"

typedef struct
{
  TstCamera *camera;
  TstFieldBook *book;
  TstCaptureSpec spec;
  GMainLoop *loop;
  GArray *times; /* of double, ms */
  gint64 pressed_us;
  guint failed;
} Bench;

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static gboolean press (gpointer user_data);

static void
next (Bench *bench)
{
  if (bench->times->len + bench->failed < SHOTS)
    g_timeout_add (PAUSE_MS, press, bench);
  else
    g_main_loop_quit (bench->loop);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;
  double ms;

  if (!tst_field_book_add_capture_finish (TST_FIELD_BOOK (source), result, NULL, &error))
    g_error ("not saved: %s", error->message);
  ms = (double) (g_get_monotonic_time () - bench->pressed_us) / 1000;
  g_array_append_val (bench->times, ms);
  next (bench);
}

static void
on_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (JsonObject) facts = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tst_camera_capture_finish (TST_CAMERA (source), result, &facts, &error);

  if (bytes == NULL)
    {
      g_printerr ("# no still: %s\n", error->message);
      bench->failed++;
      next (bench);
      return;
    }
  tst_field_book_add_capture_async (bench->book, &bench->spec, bytes, NULL, on_saved, bench);
}

static gboolean
press (gpointer user_data)
{
  Bench *bench = user_data;

  bench->pressed_us = g_get_monotonic_time ();
  tst_camera_capture_async (bench->camera, NULL, on_still, bench);
  return G_SOURCE_REMOVE;
}

static void
on_state (Bench *bench)
{
  g_autofree char *state = NULL;

  g_object_get (bench->camera, "state", &state, NULL);
  if (g_str_equal (state, "live") && bench->pressed_us == 0)
    press (bench);
}

int
main (int argc, char **argv)
{
  const char *base = g_getenv ("TESTIGO_BENCH_FOLDER");
  g_autofree char *folder = g_build_filename (base != NULL ? base : ".", "bench-shutter-XXXXXX", NULL);
  g_autofree char *quoted = NULL, *remove = NULL, *event = NULL;
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (GError) error = NULL;
  const TstEventSpec open = { .type = "visita_obra", .title = "Medida" };
  guint64 shown = 0, dropped = 0;
  Bench bench = { 0 };

  if (g_mkdtemp (folder) == NULL)
    return 2;
  bench.book = tst_field_book_create (folder, "medida", clock, &error);
  event = bench.book != NULL ? tst_field_book_open_event (bench.book, &open, &error) : NULL;
  if (event == NULL)
    g_error ("%s", error->message);
  bench.spec = (TstCaptureSpec) { .photo = { .event_id = event, .from_camera = TRUE }, .type = "image/jpeg" };
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.times = g_array_new (FALSE, FALSE, sizeof (double));
  bench.camera = TST_CAMERA (tst_gst_camera_new (CAMERA));
  g_signal_connect_swapped (bench.camera, "notify::state", G_CALLBACK (on_state), &bench);
  tst_camera_start (bench.camera);
  g_main_loop_run (bench.loop);
  g_object_get (bench.camera, "frames-shown", &shown, "frames-dropped", &dropped, NULL);
  tst_camera_stop (bench.camera);
  g_array_sort (bench.times, compare);
  if (bench.times->len > 0)
    g_print ("shutter to saved, 1280x720, %u stills: p50 %.1f ms, p99 %.1f ms; preview: %" G_GUINT64_FORMAT " frames shown, %" G_GUINT64_FORMAT
             " dropped; %u stills refused\n", bench.times->len, g_array_index (bench.times, double, bench.times->len / 2),
             g_array_index (bench.times, double, (bench.times->len * 99) / 100), shown, dropped, bench.failed);
  g_object_unref (bench.camera);
  tst_field_book_close (bench.book);
  g_object_unref (bench.book);
  g_array_unref (bench.times);
  g_main_loop_unref (bench.loop);
  quoted = g_shell_quote (folder);
  remove = g_strdup_printf ("rm -rf %s", quoted);
  return system (remove) == 0 && bench.failed == 0 ? 0 : 1;
}
