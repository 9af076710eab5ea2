/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"

#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-speaker-form.h"
#include "kiosk/tst-speaker-outcome.h"
#include "kiosk/tst-speakers-page.h"
#include "kiosk/tst-visit-entry.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <string.h>

static char *
hearing (EventFixture *self)
{
  TstEventSpec spec = { .type = "atril_comunas", .title = "Atril a la comuna 5" };
  g_autoptr (GError) error = NULL;
  char *id = tst_field_book_open_event (self->journal->book, &spec, &error);

  g_assert_no_error (error);
  return id;
}

static void
activate_on (gpointer page, const char *action, const char *id)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), action, "s", id));
}

static void
type_into (gpointer page, const char *label, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (page, label)), text);
}

static char *
id_at (EventFixture *self, const char *event, guint at)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "speakers", event);

  g_assert_cmpuint (rows->len, >, at);
  return g_strdup (tst_json_string (rows->pdata[at], "id"));
}

static void
wait_int (gpointer object, const char *property, int value)
{
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  int now;

  for (;;)
    {
      g_object_get (object, property, &now, NULL);
      if (now == value)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, TRUE);
    }
}

static char *
ask (EventFixture *self, const char *event, const char *topic)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  g_autoptr (GError) error = NULL;
  char *id;

  json_object_set_string_member (fields, "topic", topic);
  id = tst_field_book_add_visit_record (self->journal->book, "speaker", event, fields, &error);
  g_assert_no_error (error);
  return id;
}

/* The first that does that. */
static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, action);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* From the page of the event: somebody asks, speaks past the limit, and leaves with a commitment. */
static void
test_turn (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = hearing (self);
  g_autofree char *one = NULL;
  g_autofree char *found = NULL;
  GtkWidget *space = tst_event_page_new (self->session, event);
  TstPage *page, *form;
  JsonObject *row;

  event_fixture_push (self, space);
  event_fixture_wait_string (space, "status", "open");
  event_fixture_activate (space, "event.speakers");
  page = event_fixture_wait_page (self, TST_TYPE_SPEAKERS_PAGE);
  event_fixture_activate (page, "speakers.add");
  form = event_fixture_wait_page (self, TST_TYPE_SPEAKER_FORM);
  event_fixture_activate (form, "form.save");
  event_fixture_wait_notice (form);
  type_into (form, "¿De qué quiere hablar?", "Alumbrado del parque");
  type_into (form, "Nombre, para llamar a la persona", "Rosalba Quintero");
  event_fixture_shot (self, "speaker-form");
  event_fixture_activate (form, "form.save");
  page = event_fixture_wait_page (self, TST_TYPE_SPEAKERS_PAGE);
  event_fixture_wait_uint (page, "waiting", 1);
  g_free (ask (self, event, "Vía a la vereda"));
  tst_session_saved (self->session);
  event_fixture_wait_uint (page, "waiting", 2);
  event_fixture_shot (self, "speakers-waiting");

  /* What comes in meanwhile and changes nothing of them leaves the cards where they are, under whoever is about to press. */
  {
    g_autoptr (GtkWidget) give = g_object_ref (find_button (GTK_WIDGET (page), "speakers.give"));

    tst_session_saved (self->session);
    tst_settle (400);
    g_assert_true (find_button (GTK_WIDGET (page), "speakers.give") == give && gtk_widget_get_root (give) != NULL);
  }

  one = id_at (self, event, 0);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "speakers.limit", "i", 120));
  activate_on (page, "speakers.give", one);
  event_fixture_wait_string (page, "word", "speaking");
  wait_int (page, "left", 120);
  tst_fixed_clock_advance (self->journal->clock, 100 * G_USEC_PER_SEC);
  wait_int (page, "left", 20);
  event_fixture_shot (self, "speakers-last-seconds");
  tst_fixed_clock_advance (self->journal->clock, 25 * G_USEC_PER_SEC);
  wait_int (page, "left", -5);
  event_fixture_shot (self, "speakers-over");
  event_fixture_activate (page, "speakers.pause");
  event_fixture_wait_string (page, "word", "paused");
  tst_fixed_clock_advance (self->journal->clock, 60 * G_USEC_PER_SEC);
  event_fixture_activate (page, "speakers.stop");
  event_fixture_wait_uint (page, "done", 1);
  event_fixture_wait_string (page, "word", "");

  activate_on (page, "speakers.outcome", one);
  form = event_fixture_wait_page (self, TST_TYPE_SPEAKER_OUTCOME);
  event_fixture_activate (form, "form.save");
  event_fixture_wait_notice (form);
  tst_choice_set_value (TST_CHOICE (event_fixture_find (form, TST_TYPE_CHOICE, FALSE)), "compromiso");
  event_fixture_shot (self, "speaker-outcome");
  event_fixture_activate (form, "form.save");
  {
    TstPage *entry = event_fixture_wait_page (self, TST_TYPE_VISIT_ENTRY);

    tst_visit_entry_set (TST_VISIT_ENTRY (entry), "text", "Reparar tres luminarias");
    tst_visit_entry_set (TST_VISIT_ENTRY (entry), "responsible", "Infraestructura");
    tst_visit_entry_set (TST_VISIT_ENTRY (entry), "due_on", "2026-04-30");
    event_fixture_activate (entry, "form.save");
  }
  page = event_fixture_wait_page (self, TST_TYPE_SPEAKERS_PAGE);
  event_fixture_shot (self, "speakers-done");
  {
    g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, "speakers", event);
    g_autoptr (GPtrArray) promises = journal_fixture_list (self->journal, "commitments", event);

    row = journal_fixture_row (rows, one);
    g_assert_cmpstr (tst_json_string (row, "outcome"), ==, "compromiso");
    g_assert_cmpint (tst_json_int (row, "used_ms", 0), ==, 125000);
    g_assert_cmpuint (promises->len, ==, 1);
    g_assert_cmpstr (tst_json_string (row, "commitment"), ==, tst_json_string (promises->pdata[0], "id"));
  }
  tst_drafts_flush ();
  found = journal_fixture_grep (self->journal, "Rosalba");
  g_assert_cmpstr (found, ==, NULL);
}

/* The app goes while somebody speaks: the turn is there, and its time has run on. */
static void
test_crash (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = hearing (self);
  g_autofree char *one = ask (self, event, "Agua");
  g_autofree char *two = ask (self, event, "Vía");
  g_autofree char *first = NULL;
  GtkWidget *page = tst_speakers_page_new (self->session, event);

  event_fixture_push (self, page);
  event_fixture_wait_uint (page, "waiting", 2);
  activate_on (page, "speakers.first", two);
  {
    gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

    do
      {
        g_free (first);
        first = id_at (self, event, 0);
        g_assert_cmpint (g_get_monotonic_time (), <, until);
        g_main_context_iteration (NULL, FALSE);
      }
    while (strcmp (first, two) != 0);
  }
  activate_on (page, "speakers.give", two);
  event_fixture_wait_string (page, "word", "speaking");
  event_fixture_crash (self);
  tst_fixed_clock_advance (self->journal->clock, 40 * G_USEC_PER_SEC);
  page = tst_speakers_page_new (self->session, event);
  event_fixture_push (self, page);
  event_fixture_wait_string (page, "word", "speaking");
  wait_int (page, "used", 40);
  event_fixture_activate (page, "speakers.stop");
  event_fixture_wait_uint (page, "done", 1);
  activate_on (page, "speakers.absent", one);
  event_fixture_wait_uint (page, "waiting", 1);
}

/* What was begun to be written of a person comes back after a crash, sealed in between. */
static void
test_draft (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = hearing (self);
  g_autofree char *found = NULL;
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *staff = tst_staff_add (self->journal->book, NULL, "Ana Rojas", "supervision", "271828", &vault, &error);
  GtkWidget *form;
  gint64 until;

  g_assert_no_error (error);
  tst_session_set_vault (self->session, vault);
  form = tst_speaker_form_new (self->session, event);

  event_fixture_push (self, form);
  type_into (form, "¿De qué quiere hablar?", "Alumbrado");
  type_into (form, "Nombre, para llamar a la persona", "Rosalba Quintero");
  gtk_switch_set_active (GTK_SWITCH (event_fixture_find (form, GTK_TYPE_SWITCH, FALSE)), TRUE);
  type_into (form, "Cómo se muestra, por ejemplo su nombre de pila", "Rosalba");
  until = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  tst_drafts_flush ();
  event_fixture_crash (self);
  found = journal_fixture_grep (self->journal, "Rosalba");
  g_assert_cmpstr (found, ==, NULL);
  form = tst_speaker_form_new (self->session, event);
  event_fixture_push (self, form);
  event_fixture_wait_notice (form);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre, para llamar a la persona"))), ==, "Rosalba Quintero");
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (event_fixture_find (form, GTK_TYPE_SWITCH, FALSE))));
}

static void
add (void)
{
  g_test_add_func ("/speakers/turn", test_turn);
  g_test_add_func ("/speakers/crash", test_crash);
  g_test_add_func ("/speakers/draft", test_draft);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
