/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Filtering 100,000 works as one types: words written into the page of works letter by letter and taken back, from the change of
 * the text to the list that shows it (search and fill, on the main loop), and to the frame that is on the screen. Prints median and p99;
 * fails when the p99 of search and fill is over the first argument (default 16) milliseconds.
 *
 *   bench-filter [LIMIT-MS] (inside tests/support/display-run) */

#include "bench-store.h"
#include "kiosk/tst-works-page.h"
#include "support/tst-shot.h"

#include <stdlib.h>

#define WORKS 100000

static const char *const typed[] = { "parque 1234", "consorcio 77", "via barrio 12", "ob-0999", "quebrada 45", "escuela", "muro 8 comuna" };

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_works (gpointer page)
{
  GtkWidget *list = find (page, g_type_from_name ("TstWorkButton"));

  return list != NULL && gtk_widget_get_visible (list);
}

static void
on_painted (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

static void
measure (GtkWidget *page, GtkEditable *entry, const char *text, GArray *filled, GArray *shown)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (page);
  gboolean painted = FALSE;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &painted);
  gint64 start = g_get_monotonic_time ();
  double ms;

  gtk_editable_set_text (entry, text);
  ms = (g_get_monotonic_time () - start) / 1e3;
  g_array_append_val (filled, ms);
  while (!painted)
    g_main_context_iteration (NULL, TRUE);
  ms = (g_get_monotonic_time () - start) / 1e3;
  g_array_append_val (shown, ms);
  g_signal_handler_disconnect (clock, id);
  tst_settle (5);
}

static double
part (GArray *values, double at)
{
  return g_array_index (values, double, MIN ((guint) (values->len * at), values->len - 1));
}

int
main (int argc, char **argv)
{
  double limit = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 16;
  g_autoptr (GArray) filled = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (TstFieldBook) book = NULL;
  g_autoptr (TstSession) session = NULL;
  g_autoptr (GSettings) settings = NULL;
  GtkWidget *window, *page;
  GtkEditable *entry;

  adw_init ();
  settings = g_settings_new ("co.testigo.Testigo");
  session = tst_session_new (settings);
  /* As in the app: looked at where it lies on disk. */
  tst_session_set_cache_folder (session, "bench-works-cache");
  book = bench_store_open ("bench-works", WORKS, 0);
  tst_session_set_book (session, book);
  page = tst_works_page_new (session);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 1000);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  tst_wait_until (has_works, page, 60);
  tst_settle (1000);
  entry = GTK_EDITABLE (find (page, GTK_TYPE_SEARCH_ENTRY));

  for (guint round = 0; round < 1; round++)
    for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
      {
        g_autoptr (GString) text = g_string_new (NULL);

        for (const char *c = typed[i]; *c != '\0'; c++)
          {
            g_string_append_c (text, *c);
            measure (page, entry, text->str, filled, shown);
          }
        while (text->len > 0)
          {
            g_string_truncate (text, text->len - 1);
            measure (page, entry, text->str, filled, shown);
          }
      }
  qsort (filled->data, filled->len, sizeof (double), compare);
  qsort (shown->data, shown->len, sizeof (double), compare);
  g_print ("filter of %d works, %u key strokes: search and fill median %.1f ms, p99 %.1f ms, most %.1f ms; "
           "to the frame on the screen (cairo) median %.1f ms, p99 %.1f ms\n",
           WORKS, filled->len, part (filled, .5), part (filled, .99), part (filled, 1), part (shown, .5), part (shown, .99));
  gtk_window_destroy (GTK_WINDOW (window));
  tst_settle (50);
  g_clear_object (&session);
  tst_field_book_close (book);
  return part (filled, .99) <= limit ? 0 : 1;
}
