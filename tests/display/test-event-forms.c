/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"
#include "kiosk/tst-attendance-form.h"
#include "kiosk/tst-contribution-form.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-event-close.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-note-form.h"
#include "journal/tst-event-sheet.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gstdio.h>
#include <string.h>

#define NAME "Rosalba Quijano Peralta"
#define WORDS "El andén frente a la escuela quedó sin rampa"

static void
type (gpointer form, const char *label, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (form, label)), text);
}

static void
turn_on (gpointer form, const char *label)
{
  gtk_switch_set_active (GTK_SWITCH (event_fixture_control (form, label)), TRUE);
}

static guint
count (EventFixture *self, const char *what, const char *event)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (self->journal, what, event);

  return rows->len;
}

static TstPage *
open_from_event (EventFixture *self, const char *event, const char *action, GType page_type)
{
  GtkWidget *page = tst_event_page_new (self->session, event);

  event_fixture_push (self, page);
  event_fixture_wait_string (page, "status", "open");
  event_fixture_activate (page, action);
  return event_fixture_wait_page (self, page_type);
}

static void
test_attendance (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *leak = NULL;
  TstPage *form = open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM);
  TstPage *page;

  event_fixture_shot (self, "attendance");
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (event_fixture_control (form, "Autorizo el uso de mis datos"))));
  type (form, "Nombre y apellidos", NAME);
  type (form, "Teléfono", "3005550101");

  /* Without authorisation: refused in words, and what was typed is still there. */
  event_fixture_activate (form, "form.save");
  event_fixture_wait_notice (form);
  g_assert_nonnull (strstr (event_fixture_notice (form), "autorización"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre y apellidos"))), ==, NAME);
  g_assert_cmpuint (count (self, "attendance", event), ==, 0);
  event_fixture_shot (self, "attendance-refused");

  turn_on (form, "Autorizo el uso de mis datos");
  turn_on (form, "Autorizo el uso de mis datos sensibles");
  event_fixture_activate (form, "form.next");
  event_fixture_wait_string (form, "step", "voluntary");
  event_fixture_shot (self, "attendance-voluntary");
  /* Back is to the first step, not out of the form. */
  g_assert_false (tst_page_stack_pop (TST_PAGE_STACK (self->stack)));
  event_fixture_wait_string (form, "step", "person");
  event_fixture_activate (form, "form.save");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_uint (page, "attendance", 1);
  g_assert_cmpuint (count (self, "attendance", event), ==, 1);
  tst_drafts_flush ();
  leak = journal_fixture_grep (self->journal, NAME);
  g_assert_null (leak);
}

/* Card, signature and the notice of a second time: the kiosk's own pieces in the form of the staff. */
static void
test_card (void)
{
  static const char card[] = "PubDSK_1        12345678" "0000765432" "FICTICIA               " "DE PRUEBA              " "CLARA                  "
                             "LUZ                    " "0F19850312680010O+";
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autoptr (GBytes) payload = g_bytes_new_static (card, sizeof card - 1);
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (TstEventSheet) sheet = NULL;
  g_autofree char *staff = NULL;
  g_autofree char *leak = NULL;
  g_autoptr (GError) error = NULL;

  staff = tst_staff_add (self->journal->book, NULL, "Ana Rojas", "supervision", "402917", &vault, &error);
  g_assert_no_error (error);
  sheet = tst_event_sheet_open (self->journal->book, event, vault, &error);
  g_assert_no_error (error);
  tst_event_sheet_lock (sheet);
  tst_session_set_sheet (self->session, sheet);
  for (guint round = 0; round < 2; round++)
    {
      TstPage *form = open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM);
      TstSignaturePad *pad = TST_SIGNATURE_PAD (tst_find_type (GTK_WIDGET (form), TST_TYPE_SIGNATURE_PAD));

      tst_attendance_form_take_card (TST_ATTENDANCE_FORM (form), payload);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre y apellidos"))), ==, "Clara Luz Ficticia de Prueba");
      turn_on (form, "Autorizo el uso de mis datos");
      tst_signature_pad_begin (pad, 20, 20);
      tst_signature_pad_line_to (pad, 90, 60);
      if (round == 0)
        event_fixture_shot (self, "attendance-card");
      event_fixture_activate (form, "form.save");
      if (round == 0)
        event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
      else
        event_fixture_wait_notice (form);
      g_assert_cmpuint (count (self, "attendance", event), ==, 1);
    }
  tst_drafts_flush ();
  leak = journal_fixture_grep (self->journal, "Ficticia de Prueba");
  g_assert_null (leak);
}

static void
test_minor (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  TstPage *form = open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM);

  type (form, "Nombre y apellidos", NAME);
  turn_on (form, "Autorizo el uso de mis datos");
  turn_on (form, "La persona es menor de edad");
  event_fixture_activate (form, "form.save");
  event_fixture_wait_notice (form);
  g_assert_cmpuint (count (self, "attendance", event), ==, 0);
  type (form, "Nombre de quien autoriza (acudiente)", "Pedro Quijano");
  event_fixture_activate (form, "form.save");
  event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  g_assert_cmpuint (count (self, "attendance", event), ==, 1);
}

static void
test_comment (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *number = NULL;
  g_autofree char *leak = NULL;
  g_autofree char *left = NULL;
  TstPage *form = open_from_event (self, event, "event.comment", TST_TYPE_CONTRIBUTION_FORM);
  TstPage *page;

  event_fixture_shot (self, "contribution");
  tst_choice_set_value (TST_CHOICE (event_fixture_find (form, TST_TYPE_CHOICE, FALSE)), "reclamo");
  /* Text is missing: said in the form's words. */
  event_fixture_activate (form, "form.save");
  event_fixture_wait_notice (form);
  g_assert_cmpuint (count (self, "comments", event), ==, 0);

  tst_form_set_area (event_fixture_control (form, "Qué quiere decir"), WORDS);
  turn_on (form, "Dejar mis datos para que me respondan");
  type (form, "Nombre y apellidos", NAME);
  event_fixture_shot (self, "contribution-filled");
  event_fixture_activate (form, "form.save");
  tst_settle (50);
  while (number == NULL)
    {
      tst_settle (50);
      g_object_get (form, "number", &number, NULL);
    }
  g_assert_true (g_str_has_prefix (number, "2026"));
  event_fixture_shot (self, "contribution-receipt");
  /* Nothing of the person stays on the screen behind the receipt. */
  left = tst_form_get_area (event_fixture_control (form, "Qué quiere decir"));
  g_assert_cmpstr (left, ==, "");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre y apellidos"))), ==, "");
  g_assert_cmpuint (count (self, "comments", event), ==, 1);
  leak = journal_fixture_grep (self->journal, WORDS);
  g_assert_null (leak);

  event_fixture_activate (form, "form.finish");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_uint (page, "comments", 1);
}

static char *
area_text (TstPage *form)
{
  return tst_form_get_area (event_fixture_control (form, "Nota"));
}

static void
test_note (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  TstPage *form = open_from_event (self, event, "event.note", TST_TYPE_NOTE_FORM);
  TstPage *page;

  tst_settle (100);
  event_fixture_activate (form, "form.save");
  g_assert_nonnull (event_fixture_notice (form));
  tst_form_set_area (event_fixture_control (form, "Nota"), WORDS);
  event_fixture_shot (self, "note");

  /* A crash in the middle: the words are there again. */
  tst_settle (700);
  tst_drafts_flush ();
  event_fixture_crash (self);
  form = open_from_event (self, event, "event.note", TST_TYPE_NOTE_FORM);
  tst_settle (300);
  before = area_text (form);
  g_assert_cmpstr (before, ==, WORDS);
  event_fixture_activate (form, "form.save");
  page = event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  event_fixture_wait_uint (page, "notes", 1);
  rows = journal_fixture_list (self->journal, "notes", event);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "text"), ==, WORDS);
  event_fixture_shot (self, "event-note");

  /* Saved: no draft any more. */
  event_fixture_activate (page, "event.note");
  form = event_fixture_wait_page (self, TST_TYPE_NOTE_FORM);
  tst_settle (300);
  after = area_text (form);
  g_assert_cmpstr (after, ==, "");
}

static void
half_an_attendance (EventFixture *self, const char *event)
{
  TstPage *form = open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM);

  tst_settle (200);
  turn_on (form, "Autorizo el uso de mis datos");
  type (form, "Nombre y apellidos", NAME);
  tst_settle (700);
  tst_drafts_flush ();
  event_fixture_crash (self);
}

static void
test_draft_of_a_person (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *drafts = g_build_filename (self->journal->folder, "drafts", NULL);
  g_autofree char *name = g_strdup_printf ("attendance-%s.sealed", event);
  g_autofree char *path = g_build_filename (drafts, name, NULL);
  g_autofree char *leak = NULL;
  g_autofree char *id = NULL;
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (GError) error = NULL;
  TstPage *form;
  GStatBuf info;

  /* Nobody signed in: nothing of a person is kept. */
  half_an_attendance (self, event);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_null (journal_fixture_grep (self->journal, NAME));

  id = tst_staff_add (self->journal->book, NULL, "Ana Rojas", "supervision", "271828", &vault, &error);
  g_assert_no_error (error);
  tst_session_set_vault (self->session, vault);
  half_an_attendance (self, event);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  leak = journal_fixture_grep (self->journal, NAME);
  g_assert_null (leak);

  form = open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM);
  tst_settle (300);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre y apellidos"))), ==, NAME);
  /* What was authorised is asked again. */
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (event_fixture_control (form, "Autorizo el uso de mis datos"))));
  turn_on (form, "Autorizo el uso de mis datos");
  event_fixture_activate (form, "form.save");
  event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  tst_drafts_flush ();
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static TstVault *
somebody (EventFixture *self)
{
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_staff_add (self->journal->book, NULL, "Ana Rojas", "supervision", "271828", &vault, &error);

  g_assert_no_error (error);
  tst_session_set_vault (self->session, vault);
  return g_steal_pointer (&vault);
}

/* Locked in the middle of a word: what was typed is sealed before the key goes, and nothing is written in clear after it. */
static void
test_draft_and_lock (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autoptr (TstVault) vault = somebody (self);
  TstPage *form = open_from_event (self, event, "event.note", TST_TYPE_NOTE_FORM);
  g_autofree char *words = NULL;
  g_autofree char *leak = NULL;

  tst_settle (300);
  tst_form_set_area (event_fixture_control (form, "Nota"), WORDS);
  tst_session_set_vault (self->session, NULL);
  tst_form_set_area (event_fixture_control (form, "Nota"), WORDS " y más");
  tst_settle (900);
  tst_drafts_flush ();
  leak = journal_fixture_grep (self->journal, WORDS);
  g_assert_null (leak);
  tst_session_set_vault (self->session, vault);
  event_fixture_crash (self);
  form = open_from_event (self, event, "event.note", TST_TYPE_NOTE_FORM);
  event_fixture_wait_notice (form);
  words = area_text (form);
  g_assert_cmpstr (words, ==, WORDS);
}

static gboolean
says (GtkWidget *root, const char *words)
{
  if (GTK_IS_LABEL (root) && g_str_equal (gtk_label_get_label (GTK_LABEL (root)), words))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, words))
      return TRUE;
  return FALSE;
}

/* Who does not want it back asks twice, and then it is gone from the disk too. */
static void
test_draft_thrown_away (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autoptr (TstVault) vault = somebody (self);
  g_autofree char *name = g_strdup_printf ("attendance-%s.sealed", event);
  g_autofree char *path = g_build_filename (self->journal->folder, "drafts", name, NULL);
  GtkWidget *form, *button;

  half_an_attendance (self, event);
  form = GTK_WIDGET (open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM));
  event_fixture_wait_notice (form);
  event_fixture_shot (self, "attendance-offered");
  button = tst_find_button (form, "Descartar lo que no se guardó");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  tst_drafts_flush ();
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (tst_find_button (form, "Sí, descartar lo que no se guardó") == button);
  event_fixture_shot (self, "attendance-offered-sure");
  g_signal_emit_by_name (button, "clicked");
  event_fixture_wait_page (self, TST_TYPE_EVENT_PAGE);
  tst_drafts_flush ();
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  form = GTK_WIDGET (open_from_event (self, event, "event.attendance", TST_TYPE_ATTENDANCE_FORM));
  tst_settle (300);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (event_fixture_control (form, "Nombre y apellidos"))), ==, "");
}

/* @event NULL: as those of before were called. */
static char *
pasted_picture (const char *drafts, const char *event)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (TST_DRAFTS_PASTED, uuid, event != NULL ? "-" : "", event != NULL ? event : "", ".png", NULL);
  char *path = g_build_filename (drafts, name, NULL);

  g_mkdir_with_parents (drafts, 0700);
  g_assert_true (g_file_set_contents (path, "PNG", -1, NULL));
  return path;
}

/* An event that closes says what would be lost, and takes it along. */
static void
test_draft_and_close (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autofree char *other = journal_fixture_event (self->journal);
  g_autofree char *drafts = g_build_filename (self->journal->folder, "drafts", NULL);
  g_autofree char *copies = g_strconcat ("signed-", event, NULL);
  g_autofree char *elsewhere = g_strconcat ("note-", other, NULL);
  g_autoptr (TstVault) vault = somebody (self);
  g_autoptr (JsonObject) content = json_object_new ();
  g_autoptr (JsonObject) row = json_object_new ();
  g_autoptr (GDir) dir = NULL;
  g_autofree char *here = NULL, *away = NULL;
  const char *name;
  guint n = 0;
  GtkWidget *page;

  json_object_set_string_member (content, "text", WORDS);
  json_object_set_string_member (row, "id", event);
  json_object_set_string_member (row, "status", "open");
  half_an_attendance (self, event);
  tst_drafts_keep (self->session, copies, content, TRUE);
  tst_drafts_keep (self->session, elsewhere, content, FALSE);
  here = pasted_picture (drafts, event);
  away = pasted_picture (drafts, other);
  page = tst_event_close_new (self->session, row);
  event_fixture_push (self, page);
  tst_settle (300);
  g_assert_true (says (page, "Quedó sin guardar: una asistencia. Si cierra ahora, eso se descarta."));
  event_fixture_shot (self, "close-begun");
  event_fixture_activate (page, "event.close-now");
  event_fixture_wait_boolean (page, "closed", TRUE);
  tst_drafts_flush ();
  dir = g_dir_open (drafts, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_assert_false (g_str_has_prefix (name, "attendance-"));
      n++;
    }
  g_assert_cmpuint (n, ==, 3);
  /* What was pasted into it goes with it; into another, stays. */
  g_assert_false (g_file_test (here, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (away, G_FILE_TEST_EXISTS));
}

/* After the app was killed: a pasted picture stays as long as photographs of its event are begun. */
static void
test_sweep (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *begun = journal_fixture_event (self->journal);
  g_autofree char *lost = journal_fixture_event (self->journal);
  g_autofree char *drafts = g_build_filename (self->journal->folder, "drafts", NULL);
  g_autofree char *key = g_strconcat ("photos-", begun, NULL);
  g_autoptr (JsonObject) content = json_object_new ();
  g_autofree char *kept = NULL, *swept = NULL, *nameless = NULL;

  tst_drafts_keep (self->session, key, content, FALSE);
  tst_drafts_flush ();
  kept = pasted_picture (drafts, begun);
  swept = pasted_picture (drafts, lost);
  nameless = pasted_picture (drafts, NULL);
  tst_drafts_sweep (self->session);
  tst_drafts_flush ();
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (swept, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (nameless, G_FILE_TEST_EXISTS));
}

static void
add_tests (void)
{
  g_test_add_func ("/event-forms/attendance", test_attendance);
  g_test_add_func ("/event-forms/card", test_card);
  g_test_add_func ("/event-forms/minor", test_minor);
  g_test_add_func ("/event-forms/comment", test_comment);
  g_test_add_func ("/event-forms/note-and-its-draft", test_note);
  g_test_add_func ("/event-forms/draft-of-a-person", test_draft_of_a_person);
  g_test_add_func ("/event-forms/draft-and-lock", test_draft_and_lock);
  g_test_add_func ("/event-forms/draft-thrown-away", test_draft_thrown_away);
  g_test_add_func ("/event-forms/draft-and-close", test_draft_and_close);
  g_test_add_func ("/event-forms/sweep", test_sweep);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add_tests);
}
