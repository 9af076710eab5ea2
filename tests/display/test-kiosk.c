/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"

#include "journal/tst-event-sheet.h"
#include "kiosk/tst-kiosk-attendance.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-start.h"
#include "kiosk/tst-kiosk-window.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-keyboard.h"

#include <string.h>

#define PIN "402917"
#define TITLE "Feria de prueba"

typedef struct
{
  EventFixture *fixture;
  char *event;
  TstKioskWindow *window;
  guint left;
} Case;

static void
count (guint *counter)
{
  ++*counter;
}

static Case *
case_new (void)
{
  Case *self = g_new0 (Case, 1);
  GtkWindow *first;

  self->fixture = event_fixture_new ();
  self->event = journal_fixture_event (self->fixture->journal);
  first = GTK_WINDOW (self->fixture->window);
  self->window = TST_KIOSK_WINDOW (tst_kiosk_window_new (gtk_window_get_application (first), self->fixture->session, self->event, TITLE));
  g_signal_connect_swapped (self->window, "left", G_CALLBACK (count), &self->left);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 480, 800);
  gtk_window_present (GTK_WINDOW (self->window));
  tst_settle (100);
  return self;
}

static void
case_free (Case *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  tst_settle (50);
  event_fixture_free (self->fixture);
  g_free (self->event);
  g_free (self);
}

static GType wanted_type;

static gboolean
screen_is (gpointer user_data)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (tst_kiosk_window_get_screen (user_data), wanted_type);
}

static TstKioskScreen *
wait_screen (Case *self, GType type)
{
  wanted_type = type;
  tst_wait_until (screen_is, self->window, 30);
  return tst_kiosk_window_get_screen (self->window);
}

static GtkWidget *
choice (TstKioskScreen *start, guint at)
{
  GtkWidget *found = NULL;
  GtkWidget *box = gtk_widget_get_parent (tst_find_type (GTK_WIDGET (start), GTK_TYPE_BUTTON));

  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child) && at-- == 0)
      found = child;
  g_assert_nonnull (found);
  return found;
}

static void
click (GtkWidget *button)
{
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
click_words (gpointer root, const char *words)
{
  GtkWidget *button = tst_find_button (root, words);

  if (button == NULL)
    g_error ("no button «%s»", words);
  click (button);
}

static void
write_area (gpointer root, const char *text)
{
  GtkWidget *area = tst_find_type (root, GTK_TYPE_TEXT_VIEW);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), text, -1);
}

/* Any text of any widget, hidden ones too. */
static gboolean
holds (GtkWidget *widget, const char *text)
{
  const char *said = NULL;
  g_autofree char *owned = NULL;

  if (GTK_IS_LABEL (widget))
    said = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_EDITABLE (widget))
    said = gtk_editable_get_text (GTK_EDITABLE (widget));
  else if (GTK_IS_TEXT_VIEW (widget))
    {
      g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), "text", &owned, NULL);
      said = owned;
    }
  if (said != NULL && strstr (said, text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (holds (child, text))
      return TRUE;
  return FALSE;
}

static void
test_comment (void)
{
  Case *c = case_new ();
  TstKioskScreen *screen = wait_screen (c, TST_TYPE_KIOSK_START);
  const char *number;
  g_autofree char *copy = NULL;

  click (choice (screen, 0));
  screen = wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  event_fixture_wait_string (screen, "step", "kind");
  tst_choice_set_value (TST_CHOICE (tst_find_type (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "sugerencia"); /* goes on by itself */
  event_fixture_wait_string (screen, "step", "text");
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_parent (tst_find_type (GTK_WIDGET (c->window), TST_TYPE_KEYBOARD))));
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir")));
  write_area (screen, "Canario uno: pongan bancas");
  click_words (screen, "Seguir");
  event_fixture_wait_string (screen, "step", "who");
  click_words (screen, "Enviar sin mis datos");
  screen = wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  number = tst_kiosk_receipt_get_number (TST_KIOSK_RECEIPT (screen));
  g_assert_cmpuint (strlen (number), ==, 21);
  copy = g_strdup (number);
  g_assert_true (holds (GTK_WIDGET (c->window), copy));
  g_assert_false (holds (GTK_WIDGET (c->window), "Canario"));
  click_words (screen, "Terminar");
  wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_false (holds (GTK_WIDGET (c->window), copy));
  case_free (c);
}

static const struct
{
  const char *step;
  const char *text; /* for the step's first entry; NULL: it is left out */
} typed[] = {
  { "name", "Persona Inventada Ocho" }, { "contact", NULL }, { "who", NULL }, { "where", NULL },
};

static GtkWidget *
shown_entry (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_ENTRY (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = shown_entry (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_shown (GtkWidget *widget, GType type)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_shown (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static TstKioskScreen *
begin_attendance (Case *c)
{
  TstKioskScreen *screen = wait_screen (c, TST_TYPE_KIOSK_START);

  click (choice (screen, 1));
  screen = wait_screen (c, TST_TYPE_KIOSK_ATTENDANCE);
  event_fixture_wait_string (screen, "step", "consent");
  /* Three switches, none of them on. */
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (tst_find_type (GTK_WIDGET (screen), GTK_TYPE_SWITCH))));
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir con mis datos")));
  gtk_switch_set_active (GTK_SWITCH (tst_find_type (GTK_WIDGET (screen), GTK_TYPE_SWITCH)), TRUE);
  click_words (screen, "Seguir con mis datos");
  event_fixture_wait_string (screen, "step", "how");
  return screen;
}

static void
finish_attendance (Case *c, TstKioskScreen *screen)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *forward = NULL;

      event_fixture_wait_string (screen, "step", typed[i].step);
      if (typed[i].text != NULL && *gtk_editable_get_text (GTK_EDITABLE (shown_entry (GTK_WIDGET (screen)))) == '\0')
        gtk_editable_set_text (GTK_EDITABLE (shown_entry (GTK_WIDGET (screen))), typed[i].text);
      click_words (screen, typed[i].text != NULL ? "Seguir" : "Omitir");
    }
  event_fixture_wait_string (screen, "step", "signature");
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Guardar")));
  click_words (screen, "No deseo firmar");
  wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
}

static gboolean
get_count (JsonObject *row, gpointer n)
{
  *(guint *) n = json_object_get_int_member (row, "attendance");
  return FALSE;
}

static guint
count_attendance (Case *c)
{
  g_autoptr (GError) error = NULL;
  TstQuery query = { .event_id = c->event };
  guint n = 0;

  tst_field_book_list (c->fixture->journal->book, "events", &query, get_count, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
give_document (TstKioskScreen *screen, const char *number)
{
  event_fixture_wait_string (screen, "step", "document");
  if (*gtk_editable_get_text (GTK_EDITABLE (shown_entry (GTK_WIDGET (screen)))) == '\0')
    {
      tst_choice_set_value (TST_CHOICE (find_shown (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "CC");
      gtk_editable_set_text (GTK_EDITABLE (shown_entry (GTK_WIDGET (screen))), number);
    }
  click_words (screen, "Seguir");
}

static void
test_attendance (void)
{
  Case *c = case_new ();
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
      screen = begin_attendance (c);
      click_words (screen, "Escribiendo");
      give_document (screen, "1.098.765");
      finish_attendance (c, screen);
      /* The second time the same document is noticed, and written down once. */
      g_assert_cmpuint (count_attendance (c), ==, 1);
      g_assert_false (holds (GTK_WIDGET (c->window), "Inventada"));
      click_words (tst_kiosk_window_get_screen (c->window), "Terminar");
    }
  wait_screen (c, TST_TYPE_KIOSK_START);
  case_free (c);
}

static void
test_card (void)
{
  static const char card[] = "PubDSK_1        12345678" "0000765432" "FICTICIA               " "DE PRUEBA              " "CLARA                  "
                             "LUZ                    " "0F19850312680010O+";
  Case *c = case_new ();
  TstKioskScreen *screen = begin_attendance (c);
  g_autoptr (GBytes) payload = g_bytes_new_static (card, sizeof card - 1);
  g_autoptr (GBytes) other = g_bytes_new_static ("https://example.test/otra cosa", 30);

  click_words (screen, "Con mi cédula");
  event_fixture_wait_string (screen, "step", "card");
  tst_kiosk_attendance_take_card (TST_KIOSK_ATTENDANCE (screen), other);
  event_fixture_wait_string (screen, "step", "card");
  tst_kiosk_attendance_take_card (TST_KIOSK_ATTENDANCE (screen), payload);
  give_document (screen, NULL);
  event_fixture_wait_string (screen, "step", "name");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (shown_entry (GTK_WIDGET (screen)))), ==, "Clara Luz Ficticia de Prueba");
  finish_attendance (c, screen);
  g_assert_cmpuint (count_attendance (c), ==, 1);
  case_free (c);
}

static void
test_without_data (void)
{
  Case *c = case_new ();
  TstKioskScreen *screen = wait_screen (c, TST_TYPE_KIOSK_START);

  click (choice (screen, 1));
  screen = wait_screen (c, TST_TYPE_KIOSK_ATTENDANCE);
  click_words (screen, "Seguir sin mis datos");
  wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
  g_assert_cmpuint (count_attendance (c), ==, 0);
  case_free (c);
}

static gboolean
warns (gpointer window)
{
  g_autofree char *kind = NULL;

  g_object_get (window, "warning", &kind, NULL);
  return *kind != '\0';
}

static void
test_idle (void)
{
  Case *c;
  GSettings *settings = g_settings_new ("co.testigo.Testigo");
  TstKioskScreen *screen;

  g_settings_set_uint (settings, "kiosk-idle-seconds", 3);
  g_settings_set_uint (settings, "kiosk-warning-seconds", 3);
  c = case_new ();
  screen = wait_screen (c, TST_TYPE_KIOSK_START);
  click (choice (screen, 0));
  screen = wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  tst_choice_set_value (TST_CHOICE (tst_find_type (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "queja");
  write_area (screen, "Canario dos");
  /* Never without a warning; who answers it loses nothing. */
  tst_wait_until (warns, c->window, 30);
  g_assert_true (holds (GTK_WIDGET (c->window), "Canario dos"));
  click_words (c->window, "Sí, sigo aquí");
  g_assert_false (warns (c->window));
  g_assert_true (holds (GTK_WIDGET (c->window), "Canario dos"));
  tst_wait_until (warns, c->window, 30);
  wait_screen (c, TST_TYPE_KIOSK_START);
  g_assert_false (holds (GTK_WIDGET (c->window), "Canario dos"));
  case_free (c);
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
monkey_act (Case *c, GRand *rand, const char *canary)
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
  Case *c = case_new ();
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
          g_assert_false (holds (GTK_WIDGET (c->window), "Zzcanario"));
          person++;
        }
      visits += !is_start && was_start;
      was_start = is_start;
    }
  g_assert_cmpuint (visits, >, rounds / 200);
  g_rand_free (rand);
  case_free (c);
}

static void
add (void)
{
  g_test_add_func ("/kiosk/comment", test_comment);
  g_test_add_func ("/kiosk/attendance", test_attendance);
  g_test_add_func ("/kiosk/card", test_card);
  g_test_add_func ("/kiosk/without-data", test_without_data);
  g_test_add_func ("/kiosk/idle", test_idle);
  g_test_add_func ("/kiosk/monkey", test_monkey);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
