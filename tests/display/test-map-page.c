/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of the map: search and card, and the ways to it from the list, the home page and a work. */

#include "journal-fixture.h"
#include "kiosk/tst-gallery-page.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-map-strip.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-window.h"
#include "kiosk/tst-work-page.h"
#include "kiosk/tst-works-page.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-work-button.h"

#include <math.h>
#include <string.h>

#define WORKS \
  "code,title,status,lat,lon,wkt\n" \
  "A,Vía al río,en_ejecucion,7.12,-73.12,\"LINESTRING (-73.121 7.12, -73.119 7.121)\"\n" \
  "B,Parque,terminada,7.13,-73.12,\n" \
  "C,Escuela,terminada,7.14,-73.11,\n" \
  "D,Sin lugar,terminada,,,\n"

static TstSession *session;
static GtkApplication *application;
static JournalFixture *fixture;

static TstPage *
visible_page (GtkWidget *inside)
{
  return tst_page_stack_get_visible (TST_PAGE_STACK (gtk_widget_get_ancestor (inside, TST_TYPE_PAGE_STACK)));
}

static gboolean
is_ready (gpointer map)
{
  return tst_map_get_ready (map);
}

static gboolean
has_three (gpointer page)
{
  return tst_find_says (page, "3 obras en el mapa");
}

static gboolean
has_one (gpointer page)
{
  return tst_find_says (page, "1 obra en el mapa");
}

static gboolean
has_card (gpointer page)
{
  return tst_find_shown (page, TST_TYPE_WORK_BUTTON) != NULL;
}

static gboolean
has_no_card (gpointer page)
{
  return !has_card (page);
}

static GtkWidget *
open_window (void)
{
  GtkWidget *window = tst_window_new (application, session);

  gtk_window_set_default_size (GTK_WINDOW (window), 800, 700);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (200);
  return window;
}

static void
test_search_and_card (void)
{
  GtkWidget *window = open_window ();
  GtkWidget *page = tst_map_page_new (session, NULL);
  GtkWidget *map, *card;
  GtkWidget *entry;

  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (page));
  map = tst_find_shown (page, TST_TYPE_MAP);
  entry = tst_find_shown (page, GTK_TYPE_SEARCH_ENTRY);
  tst_wait_until (has_three, page, 10);
  tst_wait_until (is_ready, map, 10);
  g_assert_true (tst_find_says (page, "1 sin lugar"));
  g_assert_false (has_card (page));

  gtk_editable_set_text (GTK_EDITABLE (entry), "rio");
  tst_wait_until (has_one, page, 10);
  tst_wait_until (is_ready, map, 10);
  tst_map_go_to (TST_MAP (map), 7.12, -73.12, 16);
  g_assert_true (tst_map_touch (TST_MAP (map), gtk_widget_get_width (map) / 2.0, gtk_widget_get_height (map) / 2.0));
  tst_wait_until (has_card, page, 10);
  card = tst_find_shown (page, TST_TYPE_WORK_BUTTON);
  g_assert_cmpstr (tst_work_button_get_code (TST_WORK_BUTTON (card)), ==, "A");
  g_signal_emit_by_name (card, "clicked");
  g_assert_true (TST_IS_WORK_PAGE (visible_page (page)));
  /* A new search takes the card away. */
  gtk_widget_activate_action (window, "win.back", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "parque");
  tst_wait_until (has_no_card, page, 10);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Near a line, and far from its mark, the line is touched; it was read from the field book for this area. */
static gboolean
line_is_touched (gpointer map)
{
  tst_map_go_to (map, 7.12005, -73.1209, 18);
  return tst_map_touch (map, gtk_widget_get_width (map) / 2.0, gtk_widget_get_height (map) / 2.0);
}

static void
test_line (void)
{
  GtkWidget *window = open_window ();
  GtkWidget *page = tst_map_page_new (session, NULL);
  GtkWidget *map;

  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (page));
  map = tst_find_shown (page, TST_TYPE_MAP);
  tst_wait_until (has_three, page, 10);
  tst_wait_until (is_ready, map, 10);
  tst_wait_until (line_is_touched, map, 10);
  tst_wait_until (has_card, page, 10);
  g_assert_cmpstr (tst_work_button_get_code (TST_WORK_BUTTON (tst_find_shown (page, TST_TYPE_WORK_BUTTON))), ==, "A");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_ways (void)
{
  GtkWidget *window = open_window ();
  GtkWidget *strip;
  GtkWidget *home;
  GtkWidget *works;
  GtkWidget *work;
  GtkWidget *button;

  gtk_widget_activate_action (window, "win.go", "s", "home");
  tst_settle (300);
  strip = tst_find_shown (window, TST_TYPE_MAP_STRIP);
  g_assert_nonnull (strip);
  home = gtk_widget_get_ancestor (strip, TST_TYPE_PAGE);
  g_signal_emit_by_name (strip, "clicked");
  g_assert_true (TST_IS_MAP_PAGE (visible_page (home)));

  gtk_widget_activate_action (window, "win.go", "s", "works");
  works = tst_find_shown (gtk_widget_get_first_child (window), TST_TYPE_WORKS_PAGE);
  g_assert_nonnull (works);
  g_signal_emit_by_name (tst_page_get_end (TST_PAGE (works)), "clicked");
  g_assert_true (TST_IS_MAP_PAGE (visible_page (works)));

  work = tst_work_page_new (session, "A");
  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (work));
  tst_settle (500);
  button = gtk_widget_get_ancestor (tst_find_shown (work, TST_TYPE_MAP), GTK_TYPE_BUTTON);
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (TST_IS_MAP_PAGE (visible_page (work)));
  tst_wait_until (has_card, visible_page (work), 10);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
tells_photos (gpointer page)
{
  return tst_find_says (page, "3 evidencias con posición, en 2 lugares");
}

static gboolean
touches_two (gpointer map)
{
  tst_map_go_to (map, 7.13, -73.13, 16);
  return tst_map_touch (map, gtk_widget_get_width (map) / 2.0, gtk_widget_get_height (map) / 2.0);
}

static gboolean
shows_two (gpointer page)
{
  return g_list_model_get_n_items (tst_gallery_page_get_model (page)) == 2;
}

/* Photographs by place in the room of the works; a touch leads to them in the gallery. */
static void
test_photos (void)
{
  GtkWidget *window = open_window ();
  GtkWidget *page = tst_map_page_new (session, NULL);
  const double at[3][2] = { { 7.13, -73.13 }, { 7.13005, -73.13 }, { 7.16, -73.1 } };
  g_autofree char *event = journal_fixture_event (fixture);
  GtkWidget *map, *button;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("lugar-%u.jpg", i);
      g_autofree char *path = journal_fixture_photo_file (fixture, name);
      TstPlace place = { .latitude = at[i][0], .longitude = at[i][1], .accuracy_m = 5, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss", .age_s = -1 };
      TstPhotoSpec spec = { .event_id = event, .place = &place };
      TstPhotoResult result = { 0 };
      g_autoptr (GError) error = NULL;

      tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
      g_assert_no_error (error);
      tst_photo_result_clear (&result);
    }
  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (page));
  map = tst_find_shown (page, TST_TYPE_MAP);
  tst_wait_until (has_three, page, 10);
  button = tst_page_get_end (TST_PAGE (page));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  tst_wait_until (tells_photos, page, 10);
  g_assert_null (tst_find_shown (page, GTK_TYPE_SEARCH_ENTRY));
  tst_settle (400);
  tst_shot_named (window, "map-photos");
  tst_wait_until (touches_two, map, 10);
  g_assert_true (TST_IS_GALLERY_PAGE (tst_find_shown (gtk_widget_get_first_child (window), TST_TYPE_GALLERY_PAGE)));
  tst_wait_until (shows_two, tst_find_shown (gtk_widget_get_first_child (window), TST_TYPE_GALLERY_PAGE), 10);

  /* Back to the works. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  tst_wait_until (has_three, page, 10);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  TstImportCounts counts = { 0 };
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  application = GTK_APPLICATION (adw_application_new ("co.testigo.Test", G_APPLICATION_NON_UNIQUE));
  g_object_set (application, "resource-base-path", "/co/testigo/Testigo", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  settings = g_settings_new ("co.testigo.Testigo");
  session = tst_session_new (settings);
  fixture = journal_fixture_new (FALSE);
  path = g_build_filename (fixture->outside, "works.csv", NULL);
  g_assert_true (g_file_set_contents (path, WORKS, -1, NULL));
  tst_field_book_import_works (fixture->book, path, NULL, NULL, &counts, NULL, &error);
  g_assert_no_error (error);
  tst_session_set_book (session, fixture->book);

  g_test_add_func ("/map-page/search-and-card", test_search_and_card);
  g_test_add_func ("/map-page/line", test_line);
  g_test_add_func ("/map-page/ways", test_ways);
  g_test_add_func ("/map-page/photos", test_photos);
  result = g_test_run ();
  tst_settle (200);
  g_clear_object (&session);
  journal_fixture_free (fixture);
  g_clear_object (&application);
  return result;
}
