/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-gallery [PHOTOS [LIMIT]]: until the first picture of a gallery of so many photographs (10,000) is on the screen, and the longest stall of the main loop
 * while it scrolls from end to end, every picture decoded anew: a heartbeat of high priority each millisecond, its longest gap in every frame, and of those
 * the middle, p99 and the longest; beside the wall's time the processor's time of the main thread, which other programs do not lengthen. With more than
 * ten thousand it scrolls that far, then leaps to a hundred places all over, as a thumb on the scroll bar does. Fails when the processor's p99 goes
 * past LIMIT milliseconds. The records are true ones, many events over the same 400 files. */

#include "journal-fixture.h"
#include "image-fixtures.h"
#include "kiosk/tst-gallery-page.h"
#include "kiosk/tst-page-stack.h"
#include "support/tst-shot.h"
#include "widgets/tst-photo-card.h"

#include <time.h>

#define FILES 400
#define SCROLLED 10000 /* photographs scrolled over without a leap */
#define LEAPS 100
#define LEAP_FRAMES 6
#define STEP 120          /* pixels a frame: a fast flick */
#define KEPT_BYTES (4u << 20)

typedef struct
{
  TstGalleryPage *page;
  gint64 last_us, worst_us, last_cpu_us, worst_cpu_us;
  GArray *stalls, *busy; /* of gint64 µs, one a frame */
  double end; /* of the scrolling; pixels */
  guint leaps, waiting;
  gboolean over;
} Probe;

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
  Probe *probe = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 cpu = cpu_us ();

  probe->worst_cpu_us = MAX (probe->worst_cpu_us, cpu - probe->last_cpu_us);
  probe->last_cpu_us = cpu;
  probe->worst_us = MAX (probe->worst_us, now - probe->last_us - 1000);
  probe->last_us = now;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Probe *probe = user_data;
  GtkAdjustment *adjustment = tst_gallery_page_get_adjustment (probe->page);
  double bottom = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  g_array_append_val (probe->stalls, probe->worst_us);
  g_array_append_val (probe->busy, probe->worst_cpu_us);
  probe->worst_us = probe->worst_cpu_us = 0;
  gtk_widget_queue_draw (widget);
  if (probe->leaps == 0 && gtk_adjustment_get_value (adjustment) < MIN (bottom, probe->end) - 1)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + STEP);
      return G_SOURCE_CONTINUE;
    }
  if (probe->end < bottom && probe->leaps < LEAPS)
    {
      if (probe->waiting++ % LEAP_FRAMES == 0)
        gtk_adjustment_set_value (adjustment, bottom * (probe->leaps++ * 37 % LEAPS) / LEAPS);
      return G_SOURCE_CONTINUE;
    }
  probe->over = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
has_first_picture (gpointer user_data)
{
  Probe *probe = user_data;
  GtkWidget *card = tst_card_grid_get_card (tst_gallery_page_get_grid (probe->page), 0);

  return card != NULL && tst_photo_card_is_shown (TST_PHOTO_CARD (card));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static gboolean
is_over (gpointer probe)
{
  return ((Probe *) probe)->over;
}

static void
fabricate (JournalFixture *fixture, guint photos)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) base = fixture_jpeg (1600, 1200, NULL);

  for (guint i = 0; i < FILES; i++)
    {
      char *path = g_strdup_printf ("%s/foto-%u.jpg", fixture->outside, i);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      /* After the picture's end, where decoders do not look: another file with the same pixels. */
      g_byte_array_append (bytes, g_bytes_get_data (base, NULL), g_bytes_get_size (base));
      g_byte_array_append (bytes, (guint8 *) &i, sizeof i);
      g_assert_true (g_file_set_contents (path, (char *) bytes->data, bytes->len, NULL));
      g_ptr_array_add (paths, path);
    }
  for (guint e = 0; e < photos / FILES; e++)
    {
      g_autofree char *event = journal_fixture_event (fixture);

      for (guint i = 0; i < FILES; i++)
        {
          TstPhotoSpec spec = { .event_id = event, .caption = "Viga del costado norte" };
          TstPhotoResult result = { 0 };
          g_autoptr (GError) error = NULL;

          tst_field_book_add_photo (fixture->book, &spec, paths->pdata[i], &result, NULL, &error);
          g_assert_no_error (error);
          tst_photo_result_clear (&result);
        }
      tst_fixed_clock_advance (fixture->clock, (gint64) 3600 * G_USEC_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  JournalFixture *fixture;
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (TstSession) session = NULL;
  Probe probe = { 0 };
  GtkWidget *window, *stack;
  TstThumbnails *thumbnails;
  double p50, p99, longest;
  guint photos = MAX (FILES, argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10000) / FILES * FILES;
  guint over_16 = 0, over_100 = 0, heart, n;
  gint64 begun;

  /* Making the records must not take the disk's time: it is not measured. */
  if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv ("TMPDIR", "/dev/shm", FALSE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  begun = g_get_monotonic_time ();
  fixture = journal_fixture_new (TRUE);
  fabricate (fixture, photos);
  g_print ("# %u photographs made in %.1f s\n", photos, (g_get_monotonic_time () - begun) / 1e6);

  settings = g_settings_new ("co.testigo.Testigo");
  session = tst_session_new (settings);
  thumbnails = tst_thumbnails_new (tst_field_book_get_media (fixture->book), KEPT_BYTES);
  g_object_set_data_full (G_OBJECT (fixture->book), "tst-thumbnails", thumbnails, g_object_unref);
  tst_session_set_book (session, fixture->book);
  probe.page = TST_GALLERY_PAGE (tst_gallery_page_new (session));
  stack = tst_page_stack_new (TST_PAGE (probe.page));
  window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (window), stack);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  begun = g_get_monotonic_time ();
  gtk_window_present (GTK_WINDOW (window));
  tst_wait_until (has_first_picture, &probe, 60);
  g_print ("gallery of %u photographs: first picture after %.0f ms, %u cards\n", photos, (g_get_monotonic_time () - begun) / 1e3,
           tst_card_grid_get_n_cards (tst_gallery_page_get_grid (probe.page)));
  tst_settle (2000);
  probe.end = gtk_adjustment_get_upper (tst_gallery_page_get_adjustment (probe.page)) * MIN (1, (double) SCROLLED / photos);

  probe.stalls = g_array_new (FALSE, FALSE, sizeof (gint64));
  probe.busy = g_array_new (FALSE, FALSE, sizeof (gint64));
  probe.last_cpu_us = cpu_us ();
  probe.last_us = begun = g_get_monotonic_time ();
  heart = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_beat, &probe, NULL);
  gtk_widget_add_tick_callback (GTK_WIDGET (probe.page), on_frame, &probe, NULL);
  tst_wait_until (is_over, &probe, 500);
  g_source_remove (heart);

  g_array_sort (probe.stalls, compare);
  n = probe.stalls->len;
  for (guint i = 0; i < n; i++)
    {
      over_16 += g_array_index (probe.stalls, gint64, i) > 16000;
      over_100 += g_array_index (probe.stalls, gint64, i) > 100000;
    }
  p50 = g_array_index (probe.stalls, gint64, n / 2) / 1e3;
  p99 = g_array_index (probe.stalls, gint64, (guint) (n * 0.99)) / 1e3;
  longest = g_array_index (probe.stalls, gint64, n - 1) / 1e3;
  g_print ("gallery of %u photographs, %u leaps, %u frames in %.1f s, %u decoded: longest stall a frame p50 %.1f ms, p99 %.1f ms, "
           "longest %.1f ms; over 16 ms %u, over 100 ms %u\n",
           photos, probe.leaps, n, (g_get_monotonic_time () - begun) / 1e6, tst_thumbnails_get_decoded (thumbnails), p50, p99,
           longest, over_16, over_100);
  g_array_sort (probe.busy, compare);
  p99 = g_array_index (probe.busy, gint64, (guint) (n * 0.99)) / 1e3;
  g_print ("of these the main thread itself was busy: p50 %.1f ms, p99 %.1f ms, longest %.1f ms\n",
           g_array_index (probe.busy, gint64, n / 2) / 1e3, p99, g_array_index (probe.busy, gint64, n - 1) / 1e3);
  g_array_unref (probe.busy);
  g_array_unref (probe.stalls);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_settle (100);
  g_clear_object (&session);
  journal_fixture_free (fixture);
  return argc > 2 && p99 > g_ascii_strtod (argv[2], NULL);
}
