/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole way from the shutter to «Guardado» with real parts: GStreamer's test camera at 1280×720, the viewfinder on a screen, the queue, the field
 * book on a disk. As a test, 200 stills as fast as the queue takes them, with every fsync slowed by tests/faults/shim.c: back-pressure is
 * shown, and what was accepted is there. With "measure" as its first argument: shutter to «Guardado» and frames dropped. */

#include "event-fixture.h"
#include "hardware/tst-gst-camera.h"
#include "kiosk/tst-camera-page.h"
#include "support/tst-shot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define STILLS 200
#define SPEC "videotestsrc pattern=ball ! video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1"
#define LONGEST_S 180

typedef struct
{
  EventFixture *fixture;
  TstCamera *camera;
  TstCaptureQueue *queue;
  GtkWidget *page;
  char *event;
  guint accepted, saved, refused;
  GHashTable *began; /* of TstShot: monotonic µs */
  GArray *took;      /* of double, ms */
} Burst;

static void
on_saved (Burst *self, TstShot *shot)
{
  gint64 *began = g_hash_table_lookup (self->began, shot);
  double ms = (double) (g_get_monotonic_time () - *began) / 1000;

  g_array_append_val (self->took, ms);
  self->saved++;
}

static void
begin (Burst *self)
{
  TstCaptureTarget target = { 0 };

  self->fixture = event_fixture_new ();
  self->camera = TST_CAMERA (tst_gst_camera_new (SPEC));
  self->began = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->took = g_array_new (FALSE, FALSE, sizeof (double));
  tst_session_set_camera (self->fixture->session, self->camera);
  self->event = journal_fixture_event (self->fixture->journal);
  target.event_id = self->event;
  self->page = tst_camera_page_new (self->fixture->session, &target);
  g_object_get (self->page, "queue", &self->queue, NULL);
  g_object_set (self->queue, "reserve", (guint64) 0, NULL);
  g_signal_connect_swapped (self->queue, "saved", G_CALLBACK (on_saved), self);
  event_fixture_push (self->fixture, self->page);
  event_fixture_wait_string (self->page, "camera-state", "live");
}

static void
end (Burst *self)
{
  event_fixture_wait_uint (self->queue, "waiting", 0);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_object_unref (self->queue);
  g_hash_table_unref (self->began);
  g_array_unref (self->took);
  g_free (self->event);
  event_fixture_free (self->fixture);
  g_object_add_weak_pointer (G_OBJECT (self->camera), (gpointer *) &self->camera);
  g_object_unref (self->camera);
  while (self->camera != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
shoot (Burst *self)
{
  TstShot *shot = tst_capture_queue_shoot (self->queue, NULL);
  gint64 now = g_get_monotonic_time ();

  if (shot == NULL)
    {
      self->refused++;
      return;
    }
  self->accepted++;
  g_hash_table_insert (self->began, g_object_ref (shot), g_memdup2 (&now, sizeof now));
}

static gboolean
on_shutter (gpointer user_data)
{
  Burst *self = user_data;

  if (self->accepted < STILLS)
    shoot (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_done (gpointer user_data)
{
  Burst *self = user_data;

  return self->saved >= STILLS;
}

static void
test_burst (void)
{
  Burst self = { 0 };
  g_autoptr (GPtrArray) rows = NULL;
  guint timer;

  begin (&self);
  timer = g_timeout_add (5, on_shutter, &self);
  tst_wait_until (is_done, &self, LONGEST_S);
  g_source_remove (timer);
  g_assert_cmpuint (self.accepted, ==, STILLS);
  g_assert_cmpuint (self.saved, ==, STILLS);
  /* The shutter was faster than the disk, and was told so. */
  g_assert_cmpuint (self.refused, >, 0);
  rows = journal_fixture_list (self.fixture->journal, "photos", self.event);
  g_assert_cmpuint (rows->len, ==, STILLS);
  g_assert_cmpuint (journal_fixture_verify (self.fixture->journal, TRUE, NULL), ==, 0);
  end (&self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double one = *(const double *) a, other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static gboolean
is_enough (gpointer user_data)
{
  Burst *self = user_data;

  return self->saved >= 100;
}

static gboolean
shoot_next (gpointer user_data)
{
  Burst *self = user_data;

  if (self->saved == self->accepted)
    shoot (self);
  return G_SOURCE_CONTINUE;
}

static double
processor_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static int
measure (void)
{
  Burst self = { 0 };
  guint64 shown = 0, dropped = 0;
  double before, spent;
  guint timer;

  begin (&self);
  before = processor_ms ();
  tst_settle (10000);
  spent = processor_ms () - before;
  g_object_get (self.camera, "frames-shown", &shown, "frames-dropped", &dropped, NULL);
  g_print ("preview 1280x720, 10 s: %" G_GUINT64_FORMAT " frames shown (%.1f a second), %" G_GUINT64_FORMAT " dropped (%.1f %%)\n", shown, shown / 10.0, dropped,
           100.0 * (double) dropped / (double) MAX (1, shown + dropped));
  g_print ("  own processor time of camera, preview and screen: %.1f ms a frame shown\n", spent / (double) MAX (1, shown));
  /* One at a time, a moment after the one before was saved: this is what a person who waits would wait. */
  timer = g_timeout_add (200, shoot_next, &self);
  tst_wait_until (is_enough, &self, LONGEST_S);
  g_source_remove (timer);
  g_array_sort (self.took, compare);
  g_print ("shutter to saved, %u stills: p50 %.0f ms, p99 %.0f ms, worst %.0f ms\n", self.took->len, g_array_index (self.took, double, self.took->len / 2),
           g_array_index (self.took, double, self.took->len * 99 / 100), g_array_index (self.took, double, self.took->len - 1));
  end (&self);
  return 0;
}

static void
add (void)
{
  if (g_getenv ("TST_MEASURE") != NULL)
    measure ();
  else
    g_test_add_func ("/camera/burst-on-a-slow-disk", test_burst);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
