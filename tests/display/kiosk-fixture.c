/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk-fixture.h"

#include "kiosk/tst-kiosk-attendance.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-start.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"

#include <string.h>

static void
count (guint *counter)
{
  ++*counter;
}

KioskFixture *
kiosk_fixture_new (void)
{
  return kiosk_fixture_new_sized (480, 800);
}

KioskFixture *
kiosk_fixture_new_sized (int width, int height)
{
  KioskFixture *self = g_new0 (KioskFixture, 1);
  GtkWindow *first;

  self->fixture = event_fixture_new ();
  self->event = journal_fixture_event (self->fixture->journal);
  first = GTK_WINDOW (self->fixture->window);
  self->window = TST_KIOSK_WINDOW (tst_kiosk_window_new (gtk_window_get_application (first), self->fixture->session, self->event, KIOSK_TITLE));
  g_signal_connect_swapped (self->window, "left", G_CALLBACK (count), &self->left);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  gtk_window_present (GTK_WINDOW (self->window));
  tst_settle (100);
  return self;
}

void
kiosk_fixture_free (KioskFixture *self)
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

TstKioskScreen *
kiosk_fixture_wait_screen (KioskFixture *self, GType type)
{
  wanted_type = type;
  tst_wait_until (screen_is, self->window, 30);
  return tst_kiosk_window_get_screen (self->window);
}

GtkWidget *
kiosk_fixture_choice (TstKioskScreen *start, guint at)
{
  GtkWidget *found = NULL;
  GtkWidget *box = gtk_widget_get_parent (tst_find_type (GTK_WIDGET (start), GTK_TYPE_BUTTON));

  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child) && at-- == 0)
      found = child;
  g_assert_nonnull (found);
  return found;
}

void
kiosk_fixture_click (GtkWidget *button)
{
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

void
kiosk_fixture_click_words (gpointer root, const char *words)
{
  GtkWidget *button = tst_find_button (root, words);

  if (button == NULL)
    g_error ("no button «%s»", words);
  kiosk_fixture_click (button);
}

void
kiosk_fixture_write (gpointer root, const char *text)
{
  GtkWidget *area = tst_find_type (root, GTK_TYPE_TEXT_VIEW);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), text, -1);
}

gboolean
kiosk_fixture_holds (GtkWidget *widget, const char *text)
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
  if (said != NULL)
    {
      /* Without the places at which a number may be broken. */
      g_auto (GStrv) pieces = g_strsplit (said, "\u200b", -1);
      g_autofree char *plain = g_strjoinv (NULL, pieces);

      if (strstr (plain, text) != NULL)
        return TRUE;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (kiosk_fixture_holds (child, text))
      return TRUE;
  return FALSE;
}

GtkWidget *
kiosk_fixture_shown_entry (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_ENTRY (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = kiosk_fixture_shown_entry (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

TstKioskScreen *
kiosk_fixture_go_to_text (KioskFixture *c)
{
  TstKioskScreen *screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);

  kiosk_fixture_click (kiosk_fixture_choice (screen, 0));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_COMMENT);
  event_fixture_wait_string (screen, "step", "kind");
  tst_choice_set_value (TST_CHOICE (tst_find_type (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "sugerencia");
  event_fixture_wait_string (screen, "step", "text");
  return screen;
}

TstKioskScreen *
kiosk_fixture_begin_attendance (KioskFixture *c)
{
  TstKioskScreen *screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_START);

  kiosk_fixture_click (kiosk_fixture_choice (screen, 1));
  screen = kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_ATTENDANCE);
  event_fixture_wait_string (screen, "step", "consent");
  /* Three switches, none of them on. */
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (tst_find_type (GTK_WIDGET (screen), GTK_TYPE_SWITCH))));
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Seguir con mis datos")));
  gtk_switch_set_active (GTK_SWITCH (tst_find_type (GTK_WIDGET (screen), GTK_TYPE_SWITCH)), TRUE);
  kiosk_fixture_click_words (screen, "Seguir con mis datos");
  event_fixture_wait_string (screen, "step", "how");
  return screen;
}

void
kiosk_fixture_give_document (TstKioskScreen *screen, const char *number)
{
  event_fixture_wait_string (screen, "step", "document");
  if (*gtk_editable_get_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen)))) == '\0')
    {
      tst_choice_set_value (TST_CHOICE (tst_find_shown (GTK_WIDGET (screen), TST_TYPE_CHOICE)), "CC");
      gtk_editable_set_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen))), number);
    }
  kiosk_fixture_click_words (screen, "Seguir");
}

static const struct
{
  const char *step;
  const char *text; /* for the step's first entry; NULL: it is left out */
} typed[] = {
  { "name", "Persona Inventada Ocho" }, { "contact", NULL }, { "who", NULL }, { "where", NULL },
};

void
kiosk_fixture_finish_attendance (KioskFixture *c, TstKioskScreen *screen)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *forward = NULL;

      event_fixture_wait_string (screen, "step", typed[i].step);
      if (typed[i].text != NULL && *gtk_editable_get_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen)))) == '\0')
        gtk_editable_set_text (GTK_EDITABLE (kiosk_fixture_shown_entry (GTK_WIDGET (screen))), typed[i].text);
      kiosk_fixture_click_words (screen, typed[i].text != NULL ? "Seguir" : "Omitir");
    }
  event_fixture_wait_string (screen, "step", "signature");
  g_assert_false (gtk_widget_is_sensitive (tst_find_button (GTK_WIDGET (screen), "Guardar")));
  kiosk_fixture_click_words (screen, "No deseo firmar");
  kiosk_fixture_wait_screen (c, TST_TYPE_KIOSK_RECEIPT);
}

static gboolean
get_count (JsonObject *row, gpointer n)
{
  *(guint *) n = json_object_get_int_member (row, "attendance");
  return FALSE;
}

guint
kiosk_fixture_count_attendance (KioskFixture *c)
{
  g_autoptr (GError) error = NULL;
  TstQuery query = { .event_id = c->event };
  guint n = 0;

  tst_field_book_list (c->fixture->journal->book, "events", &query, get_count, &n, &error);
  g_assert_no_error (error);
  return n;
}
