/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keyboard on the kiosk's screen: from the press of a key to the end of the frame that shows its letter, by the window's frame clock, in the kiosk's own
 * window with a contribution being written in it (every key is also counted as a sign of life, and tells «Seguir» whether there is something to send). What the X
 * server and the screen add comes on top. Prints median and p99; fails when the p99 is over the first argument (default 100) milliseconds.
 *
 *   bench-keyboard [LIMIT-MS] (inside tests/support/display-run) */

#include "display/event-fixture.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-start.h"
#include "kiosk/tst-kiosk-window.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-keyboard.h"

#include <stdlib.h>

#define ROUNDS 20

static double limit_ms = 100;
static gboolean slow;

/* A sentence with everything that a key can do. */
static const char *const keys[] = { "F", "a", "l", "t", "a", "n", "SPACE", "d", "o", "s", "SPACE", "b", "a", "n", "c", "a", "s", "SPACE", "e", "n", "SPACE",
                                    "e", "l", "SPACE", "p", "a", "r", "q", "u", "e", "SPACE", "ACUTE", "á", "BACK", "ñ", "o", "SPACE", "SIGNS", "1", "2", "LETTERS",
                                    ",", "SPACE", "g", "r", "a", "c", "i", "a", "s", "." };

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
on_painted (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

static double
press (GtkWidget *window, TstKeyboard *keyboard, const char *key)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  gboolean painted = FALSE;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &painted);
  gint64 start = g_get_monotonic_time ();

  if (!tst_keyboard_press (keyboard, key))
    g_error ("no key %s on layer %s", key, tst_keyboard_get_layer (keyboard));
  while (!painted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, id);
  return (g_get_monotonic_time () - start) / 1e3;
}

static gboolean
is_comment (gpointer window)
{
  return TST_IS_KIOSK_COMMENT (tst_kiosk_window_get_screen (window));
}

static void
measure (void)
{
  g_autoptr (EventFixture) fixture = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (fixture->journal);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  GtkWindow *first = GTK_WINDOW (fixture->window);
  GtkWidget *window = tst_kiosk_window_new (gtk_window_get_application (first), fixture->session, event, "Feria de prueba");
  GtkWidget *area;
  TstKeyboard *keyboard;
  double median, p99;

  gtk_window_set_default_size (GTK_WINDOW (window), 800, 1280);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (300);
  g_signal_emit_by_name (tst_kiosk_window_get_screen (TST_KIOSK_WINDOW (window)), "chosen", "contribution");
  tst_wait_until (is_comment, window, 30);
  tst_choice_set_value (TST_CHOICE (tst_find_type (window, TST_TYPE_CHOICE)), "sugerencia");
  event_fixture_wait_string (tst_kiosk_window_get_screen (TST_KIOSK_WINDOW (window)), "step", "text");
  keyboard = TST_KEYBOARD (tst_find_type (window, TST_TYPE_KEYBOARD));
  area = tst_find_type (GTK_WIDGET (tst_kiosk_window_get_screen (TST_KIOSK_WINDOW (window))), GTK_TYPE_TEXT_VIEW);
  g_assert_true (tst_keyboard_get_target (keyboard) == area);
  tst_settle (500);

  for (guint round = 0; round < ROUNDS; round++)
    {
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), "", -1);
      tst_keyboard_set_target (keyboard, NULL);
      tst_keyboard_set_target (keyboard, area);
      tst_settle (50);
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          double ms = press (window, keyboard, keys[i]);

          g_array_append_val (times, ms);
          tst_settle (30); /* quicker than anybody types */
        }
    }
  qsort (times->data, times->len, sizeof (double), compare);
  median = g_array_index (times, double, times->len / 2);
  p99 = g_array_index (times, double, times->len * 99 / 100);
  g_print ("# %u keys at 800x1280: press to the frame that shows it (cairo) median %.1f ms, p99 %.1f ms, most %.1f ms\n", times->len, median, p99,
           g_array_index (times, double, times->len - 1));
  slow = p99 > limit_ms;
  gtk_window_destroy (GTK_WINDOW (window));
  tst_settle (50);
}

static void
add (void)
{
  g_test_add_func ("/keyboard", measure);
}

int
main (int argc, char **argv)
{
  int result;

  if (argc > 1)
    limit_ms = g_ascii_strtod (argv[1], NULL);
  result = event_fixture_run (1, argv, add);
  return slow ? 1 : result;
}
