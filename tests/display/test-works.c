/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "kiosk/tst-look.h"
#include "kiosk/tst-window.h"
#include "kiosk/tst-works-page.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-work-button.h"
#include "widgets/tst-work-filter-bar.h"

#include <string.h>

#define N_WORKS 60

static TstSession *session;
static GtkApplication *application;
static JournalFixture *fixture;

static GtkWidget *
open_page (GtkWidget **window)
{
  *window = tst_window_new (application, session);
  gtk_window_set_default_size (GTK_WINDOW (*window), 360, 640);
  gtk_window_present (GTK_WINDOW (*window));
  gtk_widget_activate_action (*window, "win.go", "s", "works");
  tst_settle (200);
  return tst_find_shown (gtk_widget_get_first_child (*window), TST_TYPE_WORKS_PAGE);
}

static gboolean
has_rows (gpointer page)
{
  return tst_find_says (page, "60 obras");
}

static gboolean
has_none (gpointer page)
{
  return tst_find_says (page, "Sin evidencias en esta tableta");
}

static gboolean
has_evidence (gpointer page)
{
  GtkWidget *first = tst_find_shown (page, TST_TYPE_WORK_BUTTON);

  return tst_find_says (first, "Última evidencia hace");
}

/* Every row tells how old the last evidence is, and learns of a new one. */
static void
test_ages (void)
{
  GtkWidget *window;
  GtkWidget *page = open_page (&window);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *path = journal_fixture_photo_file (fixture, "a.jpg");
  TstPhotoSpec spec = { .event_id = event, .work = "W-000" };
  TstPhotoResult result = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (page);
  tst_wait_until (has_rows, page, 10);
  tst_wait_until (has_none, page, 10);
  g_assert_false (tst_find_says (page, "Última evidencia"));
  tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  tst_photo_result_clear (&result);
  tst_session_saved (session);
  tst_wait_until (has_evidence, page, 10);
  tst_shot_named (window, "works-ages");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
stand_at (double lat)
{
  TstPlace place = { .latitude = lat, .longitude = -73.12, .accuracy_m = 4, .source = "gnss" };

  tst_session_set_position (session, &place);
}

static const char *
first_code (GtkWidget *page)
{
  return tst_work_button_get_code (TST_WORK_BUTTON (tst_find_shown (page, TST_TYPE_WORK_BUTTON)));
}

/* A receiver tells a fix a second: who reads down the list of the nearest stays there, and the order follows who walks. */
static void
test_nearest (void)
{
  GtkWidget *window;
  GtkWidget *page = open_page (&window);
  GtkWidget *bar = tst_find_type (page, TST_TYPE_WORK_FILTER_BAR);
  GtkWidget *near = tst_find_type (bar, GTK_TYPE_TOGGLE_BUTTON);
  GtkAdjustment *down;
  double value;

  tst_wait_until (has_rows, page, 10);
  g_assert_false (gtk_widget_get_visible (near));
  stand_at (7.0 + 0.001 * (N_WORKS - 1));
  g_assert_true (gtk_widget_get_visible (near));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (near), TRUE);
  g_assert_cmpstr (first_code (page), ==, "W-059");
  tst_settle (200);
  down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_ancestor (tst_find_shown (page, TST_TYPE_WORK_BUTTON), GTK_TYPE_SCROLLED_WINDOW)));
  g_assert_cmpfloat (gtk_adjustment_get_upper (down), >, 1500);
  gtk_adjustment_set_value (down, 900);
  value = gtk_adjustment_get_value (down);
  stand_at (7.0 + 0.001 * (N_WORKS - 1) + 0.00003);
  tst_settle (100);
  g_assert_cmpfloat (gtk_adjustment_get_value (down), ==, value);
  /* Half a kilometre further: another is the nearest, the reader stays. */
  stand_at (7.0 + 0.001 * (N_WORKS - 6));
  tst_settle (100);
  g_assert_cmpstr (first_code (page), ==, "W-054");
  g_assert_cmpfloat (gtk_adjustment_get_value (down), ==, value);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (near), FALSE);
  g_assert_cmpstr (first_code (page), ==, "W-000");
  tst_session_set_position (session, NULL);
  g_assert_false (gtk_widget_get_visible (near));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A receiver that counts who wants it. */
#define TEST_TYPE_RECEIVER (test_receiver_get_type ())
G_DECLARE_FINAL_TYPE (TestReceiver, test_receiver, TEST, RECEIVER, GObject)

struct _TestReceiver
{
  GObject parent_instance;
  int running;
};

static void
receiver_start (TstLocation *location)
{
  TEST_RECEIVER (location)->running++;
}

static void
receiver_stop (TstLocation *location)
{
  TEST_RECEIVER (location)->running--;
}

static gboolean
receiver_get_fix (TstLocation *location, TstFix *fix)
{
  return FALSE;
}

static gboolean
receiver_get_heading (TstLocation *location, TstPlace *place)
{
  return FALSE;
}

static void
receiver_iface_init (TstLocationInterface *iface)
{
  iface->start = receiver_start;
  iface->stop = receiver_stop;
  iface->get_fix = receiver_get_fix;
  iface->get_heading = receiver_get_heading;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestReceiver, test_receiver, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (TST_TYPE_LOCATION, receiver_iface_init))

static void
receiver_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_static_string (value, "");
  else
    g_value_set_double (value, -1);
}

static void
test_receiver_class_init (TestReceiverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = receiver_get_property;
  g_object_class_override_property (object_class, 1, "state");
  g_object_class_override_property (object_class, 2, "accuracy-m");
  g_object_class_override_property (object_class, 3, "source");
}

static void
test_receiver_init (TestReceiver *self)
{
}

/* What tells distances asks for the position while somebody looks, and not a moment longer. */
static void
test_receiver (void)
{
  g_autoptr (TestReceiver) receiver = g_object_new (TEST_TYPE_RECEIVER, NULL);
  GtkWidget *window;

  tst_session_set_location (session, TST_LOCATION (receiver));
  open_page (&window);
  g_assert_cmpint (receiver->running, ==, 1);
  gtk_widget_activate_action (window, "win.go", "s", "gallery");
  tst_settle (400);
  g_assert_cmpint (receiver->running, ==, 0);
  gtk_widget_activate_action (window, "win.go", "s", "home");
  tst_settle (400);
  g_assert_cmpint (receiver->running, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_cmpint (receiver->running, ==, 0);
  tst_session_set_location (session, NULL);
}

static void
import_works (void)
{
  g_autofree char *path = g_build_filename (fixture->outside, "works.csv", NULL);
  g_autoptr (GString) text = g_string_new ("code,title,status,lat,lon\n");
  g_autoptr (GError) error = NULL;
  TstImportCounts counts = { 0 };

  for (guint i = 0; i < N_WORKS; i++)
    g_string_append_printf (text, "W-%03u,Obra %u,en_ejecucion,%u.%03u,-73.12\n", i, i, 7 + i / 1000, i % 1000);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  tst_field_book_import_works (fixture->book, path, NULL, NULL, &counts, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_look_speak ("es");
  application = GTK_APPLICATION (adw_application_new ("co.testigo.Test", G_APPLICATION_NON_UNIQUE));
  g_object_set (application, "resource-base-path", "/co/testigo/Testigo", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  settings = g_settings_new ("co.testigo.Testigo");
  tst_look_follow (settings);
  fixture = journal_fixture_new (TRUE);
  import_works ();
  session = tst_session_new (settings);
  tst_session_set_book (session, fixture->book);
  g_test_add_func ("/works/ages", test_ages);
  g_test_add_func ("/works/nearest", test_nearest);
  g_test_add_func ("/works/receiver", test_receiver);
  result = g_test_run ();
  tst_session_set_book (session, NULL);
  g_object_unref (session);
  journal_fixture_free (fixture);
  g_object_unref (application);
  return result;
}
