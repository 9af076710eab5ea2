/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "journal/tst-demo-book.h"
#include "journal/tst-staff.h"
#include "kiosk/tst-event-form.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-help-page.h"
#include "kiosk/tst-home-page.h"
#include "kiosk/tst-look.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-preferences-page.h"
#include "kiosk/tst-window.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-work-button.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#define NOW_S 1800000000

static GSettings *settings;
static GtkApplication *application;

static GtkWidget *
show (TstSession *session)
{
  GtkWidget *window = tst_window_new (application, session);
  const char *width = g_getenv ("TST_SHOT_WIDTH");

  gtk_window_set_default_size (GTK_WINDOW (window), width != NULL ? atoi (width) : 360, width != NULL ? 800 : 640);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (200);
  return window;
}

static JsonObject *
status_of (gint64 saved, gint64 set_aside, gint64 free_bytes, const char *oldest)
{
  JsonObject *status = json_object_new ();

  json_object_set_int_member (status, "saved", saved);
  json_object_set_int_member (status, "sending", 0);
  json_object_set_int_member (status, "held", 0);
  json_object_set_int_member (status, "set_aside", set_aside);
  json_object_set_int_member (status, "free_bytes", free_bytes);
  if (oldest != NULL)
    json_object_set_string_member (status, "oldest_pending", oldest);
  else
    json_object_set_null_member (status, "oldest_pending");
  return status;
}

/* The most pressing thing wins, and only one is said. */
static void
test_one_line (void)
{
  static const struct
  {
    gint64 saved, set_aside, free_bytes;
    const char *oldest;
    gboolean enrolled;
    gint64 now_s;
    TstHomeState expected;
    const char *says;
  } cases[] = {
    { 0, 0, 8000000000, NULL, TRUE, NOW_S, TST_HOME_CALM, "recibido y comprobado" },
    { 1, 0, 8000000000, "2027-01-15T07:00:00Z", TRUE, NOW_S, TST_HOME_ON_ITS_WAY, "1 registro " },
    { 14, 0, 8000000000, "2027-01-15T07:00:00Z", TRUE, NOW_S, TST_HOME_ON_ITS_WAY, "14 registros" },
    { 14, 0, 8000000000, "2027-01-15T07:00:00Z", FALSE, NOW_S, TST_HOME_NO_CODE, "código del municipio" },
    { 14, 0, 8000000000, "2027-01-11T07:00:00Z", FALSE, NOW_S, TST_HOME_OLD, "4 días" },
    { 14, 2, 8000000000, "2027-01-11T07:00:00Z", TRUE, NOW_S, TST_HOME_SET_ASIDE, "2 envíos" },
    { 14, 2, 8000000000, NULL, TRUE, 1000000, TST_HOME_CLOCK, "hora" },
    { 14, 2, 300000000, NULL, TRUE, 1000000, TST_HOME_SPACE, "300" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) status = status_of (cases[i].saved, cases[i].set_aside, cases[i].free_bytes, cases[i].oldest);
      g_autofree char *words = NULL;

      g_assert_cmpint (tst_home_state (status, cases[i].enrolled, cases[i].now_s, &words), ==, cases[i].expected);
      g_assert_nonnull (strstr (words, cases[i].says));
    }
}

typedef struct
{
  GtkWidget *window;
  GType type;
} Wanted;

static gboolean
is_shown (gpointer user_data)
{
  Wanted *wanted = user_data;
  GtkWidget *found = tst_find_type (wanted->window, wanted->type);

  return found != NULL && gtk_widget_get_mapped (found);
}

static gboolean
has_continue (gpointer user_data)
{
  return tst_find_button (user_data, "Seguir") != NULL;
}

static gboolean
has_state_no_code (gpointer user_data)
{
  return tst_home_page_get_state (TST_HOME_PAGE (tst_find_type (user_data, TST_TYPE_HOME_PAGE))) == TST_HOME_NO_CODE;
}

static void
test_without_code (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstSession) session = tst_session_new (settings);
  GtkWidget *window;
  Wanted form = { NULL, TST_TYPE_EVENT_FORM };

  tst_session_set_book (session, fixture->book);
  tst_session_set_author (session, "00000000-0000-4000-8000-000000000007", "Ana Rojas", "supervision");
  window = form.window = show (session);
  if (g_getenv ("TST_SHOT_WIDTH") == NULL)
    g_assert_cmpint (gtk_widget_get_width (window), <=, 360);
  tst_wait_until (has_state_no_code, window, 10);
  g_assert_nonnull (tst_find_button (window, "Cargar el código"));
  tst_shot_named (window, "home-empty");
  gtk_widget_activate_action (window, "win.new-event", NULL);
  tst_wait_until (is_shown, &form, 10);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_book (session, NULL);
}

static gboolean
has_state_jump (gpointer user_data)
{
  return tst_home_page_get_state (TST_HOME_PAGE (tst_find_type (user_data, TST_TYPE_HOME_PAGE))) == TST_HOME_JUMP;
}

/* The clock goes two hours back between two notes: the person is told until they say that they know. */
static void
test_clock_jump (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  TstTimestamp now;
  GtkWidget *window;

  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  now.utc_us = (gint64) 1800000000 * G_USEC_PER_SEC;
  tst_fixed_clock_set (fixture->clock, &now);
  before = tst_field_book_add_note (fixture->book, event, NULL, "antes", &error);
  g_assert_no_error (error);
  {
    /* That was a jump as well, from the fixture's day: somebody has answered it. */
    g_autoptr (JsonObject) status = tst_field_book_status (fixture->book, &error);

    g_settings_set_string (settings, "clock-jump-seen", json_object_get_string_member (json_object_get_object_member (status, "clock"), "jumped_at"));
  }
  tst_session_set_book (session, fixture->book);
  tst_session_set_author (session, "00000000-0000-4000-8000-000000000007", "Ana Rojas", "supervision");
  window = show (session);
  tst_settle (200);
  g_assert_false (has_state_jump (window));
  now.utc_us -= (gint64) 7200 * G_USEC_PER_SEC;
  tst_fixed_clock_set (fixture->clock, &now);
  after = tst_field_book_add_note (fixture->book, event, NULL, "después", &error);
  g_assert_no_error (error);
  tst_session_saved (session);
  tst_wait_until (has_state_jump, window, 10);
  tst_shot_named (window, "home-clock-jump");
  g_signal_emit_by_name (tst_find_button (window, "Entendido"), "clicked");
  for (guint i = 0; i < 100 && has_state_jump (window); i++)
    tst_settle (50);
  g_assert_false (has_state_jump (window));
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_book (session, NULL);
}

/* What counts says one thing of one. */
static gboolean
says_one_note (gpointer widget)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), "0 fotos · 0 asistentes · 0 aportes · 1 nota"))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says_one_note (child))
      return TRUE;
  return FALSE;
}

static void
test_today (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-home-XXXXXX", NULL);
  g_autofree char *store = g_build_filename (folder, "demo", NULL);
  g_autofree char *works = g_test_build_filename (G_TEST_DIST, "..", "..", "app", "demo-town", "works.csv", NULL);
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TstFieldBook) book = tst_demo_book_create (store, works, clock, &error);
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autoptr (TstVault) vault = NULL;
  g_autofree char *event = NULL;
  g_autofree char *note = NULL;
  g_autofree char *id = NULL;
  GtkWidget *window, *work;
  Wanted page = { NULL, TST_TYPE_EVENT_PAGE }, help = { NULL, TST_TYPE_HELP_PAGE }, preferences = { NULL, TST_TYPE_PREFERENCES_PAGE };
  TstPlace place = { .latitude = 7.0, .longitude = -73.05, .accuracy_m = 8, .source = "gnss" };

  g_assert_no_error (error);
  id = tst_staff_add (book, NULL, "Ana Rojas", "supervision", TST_DEMO_PIN, &vault, &error);
  g_assert_no_error (error);
  tst_session_set_book (session, book);
  tst_session_set_vault (session, vault);
  tst_session_set_author (session, id, "Ana Rojas", "supervision");
  tst_session_set_position (session, &place);
  window = page.window = help.window = preferences.window = show (session);
  tst_wait_until (has_continue, window, 10);
  tst_settle (300);
  work = tst_find_type (tst_find_type (window, TST_TYPE_HOME_PAGE), TST_TYPE_WORK_BUTTON);
  g_assert_true (gtk_widget_get_visible (work));
  g_assert_nonnull (tst_work_button_get_code (TST_WORK_BUTTON (work)));
  tst_shot_named (window, "home-today");

  g_signal_emit_by_name (tst_find_button (window, "Seguir"), "clicked");
  tst_wait_until (is_shown, &page, 10);
  gtk_widget_activate_action (window, "win.back", NULL);
  gtk_widget_activate_action (window, "win.help", NULL);
  tst_wait_until (is_shown, &help, 10);
  tst_shot_named (window, "home-help");
  gtk_widget_activate_action (window, "win.back", NULL);
  gtk_widget_activate_action (window, "win.preferences", NULL);
  tst_wait_until (is_shown, &preferences, 10);
  tst_shot_named (window, "home-preferences");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tst_find_button (window, "150 %")), TRUE);
  g_assert_cmpfloat_with_epsilon (g_settings_get_double (settings, "text-scale"), 1.5, .001);
  g_settings_reset (settings, "text-scale");
  g_signal_emit_by_name (tst_find_button (window, "Quiénes trabajan en esta tableta"), "clicked");
  tst_shot_named (window, "home-staff");

  /* Nothing behind a cover answers to the keyboard. */
  gtk_widget_activate_action (window, "win.go", "s", "home");
  tst_window_set_cover (TST_WINDOW (window), gtk_label_new ("tapada"));
  g_assert_true (tst_window_get_covered (TST_WINDOW (window)));
  gtk_widget_activate_action (window, "win.help", NULL);
  tst_window_set_cover (TST_WINDOW (window), NULL);
  g_assert_false (is_shown (&help));

  event = tst_field_book_open_event (book, &(TstEventSpec) { .type = "feria_transparencia", .title = "Feria" }, &error);
  g_assert_no_error (error);
  note = tst_field_book_add_note (book, event, NULL, "Una sola nota", &error);
  g_assert_no_error (error);
  tst_session_saved (session);
  tst_wait_until (says_one_note, window, 10);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_book (session, NULL);
  tst_field_book_close (book);
  tst_demo_book_remove (folder);
}

/* A window made after the switch speaks the other language, and back. */
static void
test_language (void)
{
  g_autoptr (TstSession) session = tst_session_new (settings);
  const char *locales = g_getenv ("TST_LOCALES");
  GtkWidget *window;

  g_assert_nonnull (locales);
  bindtextdomain ("testigo", locales);
  tst_look_speak ("en");
  window = show (session);
  g_assert_nonnull (tst_find_button (window, "See all works"));
  gtk_window_destroy (GTK_WINDOW (window));
  tst_look_speak ("es");
  window = show (session);
  g_assert_nonnull (tst_find_button (window, "Ver todas las obras"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  tst_look_speak ("es");
  application = GTK_APPLICATION (adw_application_new ("co.testigo.Test", G_APPLICATION_NON_UNIQUE));
  g_object_set (application, "resource-base-path", "/co/testigo/Testigo", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  settings = g_settings_new ("co.testigo.Testigo");
  if (g_getenv ("TST_SHOT_SCALE") != NULL)
    g_settings_set_double (settings, "text-scale", g_ascii_strtod (g_getenv ("TST_SHOT_SCALE"), NULL));
  if (g_getenv ("TST_SHOT_DARK") != NULL)
    g_settings_set_string (settings, "look", "dark");
  tst_look_follow (settings);
  g_test_add_func ("/home/one-line", test_one_line);
  g_test_add_func ("/home/without-code", test_without_code);
  g_test_add_func ("/home/clock-jump", test_clock_jump);
  g_test_add_func ("/home/today", test_today);
  g_test_add_func ("/home/language", test_language);
  result = g_test_run ();
  g_clear_object (&application);
  return result;
}
