/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The longest stall of the main loop while 500 photographs come into an event: chosen all at once, and saved one after the other on the page that
 * people see. A heartbeat of high priority each millisecond; of its gaps p99 and the longest, by the wall's clock and by the processor's time of
 * the main thread, which other programs do not lengthen. Fails when the longest of the latter is over the first argument in milliseconds.
 *
 *   bench-import [LIMIT-MS] (inside tests/support/display-run) */

#include "bench-store.h"
#include "journal-fixture.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-photo-import.h"
#include "support/tst-shot.h"

#include <time.h>

#define PHOTOS 500

typedef struct
{
  gint64 last_us, last_cpu_us;
  GArray *wall, *cpu; /* of gint64 µs between two beats */
} Heart;

static gint64
cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gboolean
on_beat (gpointer user_data)
{
  Heart *heart = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 cpu = cpu_us ();
  gint64 wall_gap = now - heart->last_us;
  gint64 cpu_gap = cpu - heart->last_cpu_us;

  g_array_append_val (heart->wall, wall_gap);
  g_array_append_val (heart->cpu, cpu_gap);
  heart->last_us = now;
  heart->last_cpu_us = cpu;
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
at (GArray *gaps, double part)
{
  g_array_sort (gaps, compare);
  return g_array_index (gaps, gint64, MIN ((guint) (gaps->len * part), gaps->len - 1)) / 1e3;
}

static double
tell (const char *what, Heart *heart, gint64 begun)
{
  double longest = at (heart->cpu, 1);

  g_print ("%s: %.1f s; main loop held p99 %.1f ms, longest %.1f ms; of it its own processor time p99 %.1f ms, longest %.1f ms\n", what,
           (g_get_monotonic_time () - begun) / 1e6, at (heart->wall, .99), at (heart->wall, 1), at (heart->cpu, .99), longest);
  g_array_set_size (heart->wall, 0);
  g_array_set_size (heart->cpu, 0);
  return longest;
}

static gboolean
is_done (gpointer page)
{
  guint saved;
  gboolean busy;

  g_object_get (page, "n-saved", &saved, "busy", &busy, NULL);
  return saved == PHOTOS && !busy;
}

int
main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (TstSession) session = NULL;
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autofree char *event = NULL;
  g_autofree char *card = NULL;
  g_autoptr (GDir) dir = NULL;
  JournalFixture *fixture;
  TstPhotoImport *import;
  GtkWidget *window, *stack;
  Heart heart = { 0 };
  const char *name;
  double longest;
  gint64 begun;
  guint beat;

  if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv ("TMPDIR", "/dev/shm", FALSE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  fixture = journal_fixture_new (TRUE);
  event = journal_fixture_event (fixture);
  card = g_build_filename (fixture->outside, "DCIM", NULL);
  bench_photos_make (card, PHOTOS);
  dir = g_dir_open (card, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GFile) file = g_file_new_build_filename (card, name, NULL);

      g_list_store_append (files, file);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (files)), ==, PHOTOS);

  settings = g_settings_new ("co.testigo.Testigo");
  session = tst_session_new (settings);
  tst_session_set_book (session, fixture->book);
  import = TST_PHOTO_IMPORT (g_object_ref_sink (tst_photo_import_new (session, event, NULL, NULL)));
  stack = tst_page_stack_new (g_object_new (TST_TYPE_PAGE, "session", session, "title", "Espacio", NULL));
  tst_page_stack_push (TST_PAGE_STACK (stack), TST_PAGE (import));
  window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (window), stack);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (1500);

  heart.wall = g_array_new (FALSE, FALSE, sizeof (gint64));
  heart.cpu = g_array_new (FALSE, FALSE, sizeof (gint64));
  heart.last_cpu_us = cpu_us ();
  heart.last_us = begun = g_get_monotonic_time ();
  beat = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_beat, &heart, NULL);
  tst_photo_import_add_files (import, G_LIST_MODEL (files));
  tst_settle (3000);
  longest = tell ("500 photographs chosen", &heart, begun);
  begun = g_get_monotonic_time ();
  gtk_widget_activate_action (GTK_WIDGET (import), "import.save", NULL);
  tst_wait_until (is_done, import, 500);
  tst_settle (500);
  longest = MAX (longest, tell ("500 photographs saved", &heart, begun));
  g_source_remove (beat);

  g_array_unref (heart.wall);
  g_array_unref (heart.cpu);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_settle (100);
  g_object_unref (import);
  g_clear_object (&session);
  journal_fixture_free (fixture);
  return argc > 1 && longest > g_ascii_strtod (argv[1], NULL);
}
