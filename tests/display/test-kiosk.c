/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk-fixture.h"

#include "journal/tst-event-sheet.h"
#include "kiosk/tst-kiosk-attendance.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-start.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-keyboard.h"

#include <string.h>

#define PIN "402917"

static void
test_comment (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstKioskScreen *screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  const char *number;
  g_autofree char *copy = NULL;

  kiosk_fixture_click (kiosk_fixture_choice (screen, 0));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  event_fixture_wait_string (screen, "step", "kind");
  tst_choice_set_value (TST_CHOICE (tst_find_type (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "sugerencia"); /* goes on by itself */
  event_fixture_wait_string (screen, "step", "text");
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_parent (tst_find_type (GTK_WIDGET (c->window), TST_TYPE_KEYBOARD))));
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir")));
  kiosk_fixture_write (screen, "Canario uno: pongan bancas");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  kiosk_fixture_click_words (screen, "Enviar sin mis datos");
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  number = tst_kiosk_receipt_get_number (TST_KIOSK_RECEIPT (screen));
  g_assert_cmpuint (strlen (number), ==, 21);
  copy = g_strdup (number);
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (c->window), copy));
  g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario"));
  kiosk_fixture_click_words (screen, "Terminar");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), copy));
  kiosk_fixture_free (c);
}

static gboolean
is_leaving (gpointer window)
{
  g_autofree char *kind = NULL;

  g_object_get (window, "warning", &kind, NULL);
  return g_str_equal (kind, "leaving");
}

/* Back from the first question, by the button or by the key: what was written is not lost without a word. */
static void
test_back_asks (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstKioskScreen *screen = kiosk_fixture_go_to_text (c);

  kiosk_fixture_write (screen, "Canario que se queda");
  kiosk_fixture_click_words (screen, "Atrás");
  event_fixture_wait_string (screen, "step", "kind");
  kiosk_fixture_click_words (screen, "Atrás");
  tst_wait_until (is_leaving, c->window, 10);
  g_assert_true (tst_kiosk_window_get_screen (c->window) == screen);
  kiosk_fixture_click_words (c->window, "Seguir escribiendo");
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario"));
  kiosk_fixture_click_words (screen, "Atrás");
  tst_wait_until (is_leaving, c->window, 10);
  kiosk_fixture_click_words (c->window, "Borrar y salir");
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario"));
  /* With nothing written there is nothing to ask. */
  kiosk_fixture_click (kiosk_fixture_choice (screen, 0));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  kiosk_fixture_click_words (screen, "Atrás");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  kiosk_fixture_free (c);
}

static void
test_attendance (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_staff_add (c->fixture->journal->book, NULL, "Ana Rojas", "supervision", PIN, &vault, &error);
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (c->fixture->journal->book, c->event, vault, &error);
  TstKioskScreen *screen;

  g_assert_no_error (error);
  tst_event_sheet_lock (sheet);
  tst_session_set_sheet (c->fixture->session, sheet);
  for (guint round = 0; round < 2; round++)
    {
      screen = kiosk_fixture_begin_attendance (c);
      kiosk_fixture_click_words (screen, "Escribiendo");
      kiosk_fixture_give_document (screen, "1.098.765");
      kiosk_fixture_finish_attendance (c, screen);
      /* The second time the same document is noticed, and written down once. */
      g_assert_cmpuint (kiosk_fixture_count_attendance (c), ==, 1);
      g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), "Inventada"));
      kiosk_fixture_click_words (tst_kiosk_window_get_screen (c->window), "Terminar");
    }
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  kiosk_fixture_free (c);
}

/* Whoever has a minor's document is asked who authorises, and does not go on without. */
static void
test_minor (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstKioskScreen *screen = kiosk_fixture_begin_attendance (c);
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *hit = NULL;
  GtkWidget *entry;

  kiosk_fixture_click_words (screen, "Escribiendo");
  event_fixture_wait_string (screen, "step", "document");
  tst_choice_set_value (TST_CHOICE (tst_find_type (gtk_widget_get_parent (gtk_widget_get_parent (kiosk_fixture_shown_entry (GTK_WIDGET (screen)))), TST_TYPE_CHOICE)), "TI");
  gtk_editable_set_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen))), "1098765");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "name");
  gtk_editable_set_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen))), "Menor Inventada");
  kiosk_fixture_click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "guardian");
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir")));
  entry = kiosk_fixture_shown_entry (GTK_WIDGET (screen));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Acudiente Inventada");
  kiosk_fixture_click_words (screen, "Seguir");
  for (guint i = 0; i < 3; i++)
    {
      event_fixture_wait_string (screen, "step", ((const char *const[]) { "contact", "who", "where" })[i]);
      kiosk_fixture_click_words (screen, "Omitir");
    }
  event_fixture_wait_string (screen, "step", "signature");
  kiosk_fixture_click_words (screen, "No deseo firmar");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  rows = journal_fixture_list (c->fixture->journal, "attendance", c->event);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_true (tst_json_bool (rows->pdata[0], "has_guardian", FALSE));
  hit = journal_fixture_grep (c->fixture->journal, "Inventada");
  g_assert_null (hit);
  kiosk_fixture_free (c);
}

static void
test_without_data (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  TstKioskScreen *screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);

  kiosk_fixture_click (kiosk_fixture_choice (screen, 1));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_ATTENDANCE);
  kiosk_fixture_click_words (screen, "Seguir sin mis datos");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  g_assert_cmpuint (kiosk_fixture_count_attendance (c), ==, 0);
  kiosk_fixture_free (c);
}

static gboolean
warns (gpointer window)
{
  g_autofree char *kind = NULL;

  g_object_get (window, "warning", &kind, NULL);
  return *kind != '\0';
}

static gboolean
believes_in_focus (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean believes = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      believes |= GTK_IS_EVENT_CONTROLLER_FOCUS (controller)
                  && gtk_event_controller_focus_is_focus (GTK_EVENT_CONTROLLER_FOCUS (controller));
    }
  return believes;
}

static void
test_idle (void)
{
  KioskFixture *c;
  GSettings *settings = g_settings_new ("co.testigo.Testigo");
  TstKioskScreen *screen;
  GtkWidget *area;

  g_settings_set_uint (settings, "kiosk-idle-seconds", 3);
  g_settings_set_uint (settings, "kiosk-warning-seconds", 3);
  c = kiosk_fixture_new ();
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  kiosk_fixture_click (kiosk_fixture_choice (screen, 0));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  tst_choice_set_value (TST_CHOICE (tst_find_type (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "queja");
  kiosk_fixture_write (screen, "Canario dos");
  event_fixture_wait_string (screen, "step", "text");
  area = tst_find_type (GTK_WIDGET (screen), GTK_TYPE_TEXT_VIEW);
  gtk_widget_grab_focus (area);
  g_assert_true (believes_in_focus (area));
  /* Never without a warning; who answers it loses nothing. */
  tst_wait_until (warns, c->window, 30);
  g_assert_false (believes_in_focus (area));
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario dos"));
  kiosk_fixture_click_words (c->window, "Sí, sigo aquí");
  g_assert_false (warns (c->window));
  g_assert_true (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario dos"));
  tst_wait_until (warns, c->window, 30);
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), "Canario dos"));
  kiosk_fixture_free (c);
  g_settings_reset (settings, "kiosk-idle-seconds");
  g_settings_reset (settings, "kiosk-warning-seconds");
  g_object_unref (settings);
}

/* Whatever is pressed in whatever order: it is never left, nobody sees what another wrote, nothing breaks. */
static void
collect_pressable (GtkWidget *widget, GPtrArray *found)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_is_sensitive (widget))
    return;
  if (GTK_IS_BUTTON (widget) || GTK_IS_SWITCH (widget) || GTK_IS_ENTRY (widget) || GTK_IS_TEXT_VIEW (widget))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_pressable (child, found);
}

static void
monkey_act (KioskFixture *c, GRand *rand, const char *canary)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GtkWidget *widget;

  collect_pressable (GTK_WIDGET (c->window), found);
  g_assert_cmpuint (found->len, >, 0);
  widget = found->pdata[g_rand_int_range (rand, 0, found->len)];
  if (GTK_IS_ENTRY (widget))
    gtk_editable_set_text (GTK_EDITABLE (widget), g_rand_boolean (rand) ? canary : "3001234567");
  else if (GTK_IS_TEXT_VIEW (widget))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), canary, -1);
  else if (GTK_IS_SWITCH (widget))
    gtk_switch_set_active (GTK_SWITCH (widget), g_rand_boolean (rand));
  else if (GTK_IS_TOGGLE_BUTTON (widget))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (widget), !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget)));
  else if (!gtk_widget_has_css_class (widget, "word") || g_rand_int_range (rand, 0, 20) == 0) /* a PIN's «Entrar» takes a second */
    g_signal_emit_by_name (widget, "clicked");
}

static void
test_monkey (void)
{
  KioskFixture *c = kiosk_fixture_new ();
  guint rounds = g_getenv ("TESTIGO_LONG") != NULL ? 20000 : 600;
  guint32 seed = g_test_rand_int ();
  GRand *rand = g_rand_new_with_seed (seed);
  g_autoptr (TstVault) vault = NULL;
  g_autofree char *id = tst_staff_add (c->fixture->journal->book, NULL, "Ana Rojas", "supervision", PIN, &vault, NULL);
  guint person = 1, visits = 0;
  gboolean was_start = TRUE;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < rounds; i++)
    {
      g_autofree char *canary = g_strdup_printf ("Zzcanario%u", person);
      gboolean is_start;

      monkey_act (c, rand, canary);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (i % 50 == 0)
        tst_settle (20); /* what other threads finish */
      g_assert_cmpuint (c->left, ==, 0);
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (c->window)));
      is_start = TST_IS_KIOSK_START (tst_kiosk_window_get_screen (c->window));
      if (is_start && !was_start)
        {
          g_assert_false (kiosk_fixture_holds (GTK_WIDGET (c->window), "Zzcanario"));
          person++;
        }
      visits += !is_start && was_start;
      was_start = is_start;
    }
  g_assert_cmpuint (visits, >, rounds / 200);
  g_rand_free (rand);
  kiosk_fixture_free (c);
}

static void
add (void)
{
  g_test_add_func ("/kiosk/comment", test_comment);
  g_test_add_func ("/kiosk/back-asks", test_back_asks);
  g_test_add_func ("/kiosk/attendance", test_attendance);
  g_test_add_func ("/kiosk/minor", test_minor);
  g_test_add_func ("/kiosk/without-data", test_without_data);
  g_test_add_func ("/kiosk/idle", test_idle);
  g_test_add_func ("/kiosk/monkey", test_monkey);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
