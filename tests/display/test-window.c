/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-navigation.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-window.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-adaptive-bin.h"

static TstSession *session;
static GtkApplication *application;

static GtkWidget *
make_window (int width)
{
  GtkWidget *window = tst_window_new (application, session);

  gtk_window_set_default_size (GTK_WINDOW (window), width, 640);
  gtk_window_present (GTK_WINDOW (window));
  tst_settle (300);
  return window;
}

static void
test_narrow_and_wide (void)
{
  GtkWidget *narrow = make_window (360);
  GtkWidget *adaptive = tst_find_type (narrow, TST_TYPE_ADAPTIVE_BIN);
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *wide;
  int dpi;

  g_assert_cmpint (gtk_widget_get_width (narrow), <=, 360);
  g_assert_true (tst_adaptive_bin_get_narrow (TST_ADAPTIVE_BIN (tst_find_type (narrow, TST_TYPE_ADAPTIVE_BIN))));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (tst_find_type (narrow, TST_TYPE_NAVIGATION))), ==,
                   GTK_ORIENTATION_HORIZONTAL);
  g_assert_false (gtk_widget_has_css_class (narrow, "cramped"));
  /* At 200 % a phone has room for half the words. */
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 192 * 1024, NULL);
  tst_settle (300);
  g_assert_true (tst_adaptive_bin_get_cramped (TST_ADAPTIVE_BIN (adaptive)));
  g_assert_true (gtk_widget_has_css_class (narrow, "cramped"));
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  tst_settle (300);
  g_assert_false (gtk_widget_has_css_class (narrow, "cramped"));
  gtk_window_destroy (GTK_WINDOW (narrow));

  wide = make_window (1000);
  g_assert_false (tst_adaptive_bin_get_narrow (TST_ADAPTIVE_BIN (tst_find_type (wide, TST_TYPE_ADAPTIVE_BIN))));
  g_assert_cmpint (gtk_orientable_get_orientation (GTK_ORIENTABLE (tst_find_type (wide, TST_TYPE_NAVIGATION))), ==,
                   GTK_ORIENTATION_VERTICAL);
  gtk_window_destroy (GTK_WINDOW (wide));
}

static void
test_places_and_stack (void)
{
  GtkWidget *window = make_window (360);
  GtkWidget *navigation = tst_find_type (window, TST_TYPE_NAVIGATION);
  GtkWidget *over = g_object_new (TST_TYPE_PAGE, "session", session, "title", "Encima", NULL);
  GtkWidget *stack;

  gtk_widget_activate_action (window, "win.go", "s", "works");
  g_assert_cmpstr (tst_navigation_get_selected (TST_NAVIGATION (navigation)), ==, "works");

  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (over));
  stack = gtk_widget_get_ancestor (over, TST_TYPE_PAGE_STACK);
  g_assert_true (tst_page_stack_get_visible (TST_PAGE_STACK (stack)) == TST_PAGE (over));
  /* On a phone the bar makes room for the page. */
  g_assert_false (gtk_widget_get_visible (navigation));
  gtk_widget_activate_action (window, "win.back", NULL);
  g_assert_true (tst_page_stack_get_at_root (TST_PAGE_STACK (stack)));
  g_assert_true (gtk_widget_get_visible (navigation));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The place one is in, pressed once more. */
static void
test_again (void)
{
  GtkWidget *window = make_window (1000);
  GtkWidget *over = g_object_new (TST_TYPE_PAGE, "session", session, "title", "Encima", NULL);
  GtkWidget *home = gtk_widget_get_first_child (tst_find_type (window, TST_TYPE_NAVIGATION));
  GtkWidget *works = gtk_widget_get_next_sibling (home);
  TstPageStack *stack;

  gtk_widget_activate_action (window, "win.go", "s", "works");
  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (over));
  stack = TST_PAGE_STACK (gtk_widget_get_ancestor (over, TST_TYPE_PAGE_STACK));
  g_signal_emit_by_name (home, "clicked");
  g_assert_false (tst_page_stack_get_at_root (stack));
  /* Coming back from elsewhere finds what was left. */
  g_signal_emit_by_name (works, "clicked");
  g_assert_false (tst_page_stack_get_at_root (stack));
  g_signal_emit_by_name (works, "clicked");
  g_assert_true (tst_page_stack_get_at_root (stack));
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
is_told (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0 && gtk_widget_get_mapped (widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (is_told (child, text))
      return TRUE;
  return FALSE;
}

/* What was told about one page does not lie over the buttons of the next one; going back leaves it. */
static void
test_toast (void)
{
  GtkWidget *window = make_window (360);
  GtkWidget *over = g_object_new (TST_TYPE_PAGE, "session", session, "title", "Encima", NULL);

  tst_session_toast (session, "Una cosa");
  tst_session_toast (session, "Otra cosa");
  tst_settle (100);
  g_assert_true (is_told (window, "Una cosa"));
  tst_window_open (TST_WINDOW (window), "works", TST_PAGE (over));
  tst_settle (1000); /* it fades; told for four seconds otherwise */
  g_assert_false (is_told (window, "Una cosa") || is_told (window, "Otra cosa"));
  tst_session_toast (session, "Guardado");
  tst_page_leave (TST_PAGE (over));
  tst_settle (600);
  g_assert_true (is_told (window, "Guardado"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  int result;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  application = GTK_APPLICATION (adw_application_new ("co.testigo.Test", G_APPLICATION_NON_UNIQUE));
  g_object_set (application, "resource-base-path", "/co/testigo/Testigo", NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  settings = g_settings_new ("co.testigo.Testigo");
  session = tst_session_new (settings);

  g_test_add_func ("/window/narrow-and-wide", test_narrow_and_wide);
  g_test_add_func ("/window/toast", test_toast);
  g_test_add_func ("/window/places-and-stack", test_places_and_stack);
  g_test_add_func ("/window/again", test_again);
  result = g_test_run ();
  g_clear_object (&session);
  g_clear_object (&application);
  return result;
}
