/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-event-sheet.h"

#include <string.h>

#define PIN "402917"

static TstVault *
sign_in (JournalFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  TstVault *vault = NULL;
  g_autofree char *id = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, &vault, &error);

  g_assert_no_error (error);
  return vault;
}

static char *
add (JournalFixture *fixture, const char *event, const char *name, const char *document)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  JsonObject *consent = json_object_new ();
  g_autoptr (GError) error = NULL;
  char *id;

  json_object_set_boolean_member (consent, "data", TRUE);
  json_object_set_object_member (fields, "consent", consent);
  json_object_set_string_member (fields, "full_name", name);
  json_object_set_string_member (fields, "id_type", "CC");
  json_object_set_string_member (fields, "id_no", document);
  id = tst_field_book_add_attendance (fixture->book, event, fields, &error);
  g_assert_no_error (error);
  return id;
}

static const char *
name_of (GPtrArray *people, guint at)
{
  return tst_json_string (people->pdata[at], "full_name");
}

static void
test_sheet (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (TstVault) vault = sign_in (fixture);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = add (fixture, event, "Antes Del Kiosco", "900");
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *found = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (JsonObject) changes = json_object_new ();
  guint wait_s;

  g_assert_no_error (error);
  first = add (fixture, event, "Persona Canaria Uno", "1.098.765");
  second = add (fixture, event, "Persona Canaria Dos", "2222");
  /* In clear it stands nowhere on the disk. */
  found = journal_fixture_grep (fixture, "Canaria");
  g_assert_null (found);
  people = tst_event_sheet_read (sheet, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, 2);
  g_assert_cmpstr (name_of (people, 0), ==, "Persona Canaria Uno");
  g_assert_nonnull (tst_json_string (people->pdata[0], "checked_in_at"));
  g_clear_pointer (&people, g_ptr_array_unref);

  /* A correction replaces, a withdrawal takes away. */
  json_object_set_string_member (changes, "full_name", "Persona Corregida Uno");
  changed = tst_field_book_amend (fixture->book, first, changes, &error);
  g_assert_no_error (error);
  g_free (tst_field_book_withdraw (fixture->book, second, "no quiere", &error));
  g_assert_no_error (error);
  people = tst_event_sheet_read (sheet, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, 1);
  g_assert_cmpstr (name_of (people, 0), ==, "Persona Corregida Uno");
  g_assert_nonnull (tst_json_string (people->pdata[0], "checked_in_at"));
  g_clear_pointer (&people, g_ptr_array_unref);

  tst_event_sheet_lock (sheet);
  g_assert_null (tst_event_sheet_read (sheet, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_clear_error (&error);
  journal_fixture_assert_rebuild_equal (fixture);
  g_clear_pointer (&sheet, tst_event_sheet_unref);

  /* Another run, the same PIN: it opens again. */
  g_clear_pointer (&vault, tst_vault_unref);
  journal_fixture_reopen (fixture);
  {
    g_autoptr (GPtrArray) staff = tst_staff_list (fixture->book, &error);

    vault = tst_staff_sign_in (fixture->book, ((TstStaffMember *) staff->pdata[0])->id, PIN, &wait_s, &error);
  }
  g_assert_no_error (error);
  sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_assert_no_error (error);
  people = tst_event_sheet_read (sheet, &error);
  g_assert_cmpuint (people->len, ==, 1);
}

static void
test_twice (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (TstVault) vault = sign_in (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_autofree char *id = NULL;

  g_assert_no_error (error);
  id = add (fixture, event, "Persona Uno", "1.098.765");
  g_assert_false (tst_event_sheet_has (sheet, "CC", "1098765"));
  tst_event_sheet_note (sheet, "CC", "1.098.765");
  g_assert_true (tst_event_sheet_has (sheet, "CC", "1098765"));
  g_assert_false (tst_event_sheet_has (sheet, "TI", "1098765"));
  g_assert_false (tst_event_sheet_has (sheet, "CC", "1098766"));
  g_assert_false (tst_event_sheet_has (sheet, "CC", NULL));
  g_assert_false (tst_event_sheet_has (sheet, "CC", " - "));
  g_clear_pointer (&sheet, tst_event_sheet_unref);
  /* The tags live in memory only, and come back with the PIN. */
  sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_assert_no_error (error);
  g_assert_true (tst_event_sheet_has (sheet, "CC", "1098765"));
  g_assert_cmpuint (tst_event_sheet_count (sheet), ==, 1);
}

static void
test_two_tablets (void)
{
  g_autoptr (JournalFixture) one = journal_fixture_new (TRUE);
  g_autoptr (JournalFixture) two = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (one);
  g_autofree char *join = tst_field_book_event_join_text (one->book, event, NULL);
  g_autoptr (TstVault) first = sign_in (one);
  g_autoptr (TstVault) second = sign_in (two);
  g_autoptr (GError) error = NULL;
  g_autofree char *same = tst_field_book_join_event (two->book, join, &error);
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (one->book, event, first, &error);
  g_autofree char *text = tst_event_sheet_share (sheet, PIN, &error);
  g_autoptr (TstEventSheet) other = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (same, ==, event);
  g_assert_null (strstr (text, "AGE"));
  g_assert_false (tst_event_sheet_join (two->book, event, second, text, "111222", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_false (tst_event_sheet_join (two->book, event, second, "TESTIGO1:x", PIN, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_true (tst_event_sheet_join (two->book, event, second, text, PIN, &error));
  g_assert_no_error (error);
  g_assert_false (tst_event_sheet_join (two->book, event, second, text, PIN, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  g_clear_error (&error);
  other = tst_event_sheet_open (two->book, event, second, &error);
  g_assert_no_error (error);
  /* Both say the same of the same document. */
  tst_event_sheet_note (other, "CC", "55");
  g_assert_true (tst_event_sheet_has (other, "CC", "5 5"));
}

static void
test_destroyed (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (TstVault) vault = sign_in (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (fixture->book, event, vault, &error);
  g_autofree char *id = add (fixture, event, "Persona Uno", "77");
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (JsonObject) closed = NULL;

  g_assert_no_error (error);
  g_assert_true (tst_event_sheet_sweep (fixture->book, &error)); /* open: it stays */
  closed = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  g_assert_true (tst_event_sheet_sweep (fixture->book, &error)); /* closed, not held: it stays */
  people = tst_event_sheet_read (sheet, &error);
  g_assert_cmpuint (people->len, ==, 1);
  g_clear_pointer (&people, g_ptr_array_unref);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  g_assert_true (tst_event_sheet_sweep (fixture->book, &error));
  g_assert_no_error (error);
  people = tst_event_sheet_read (sheet, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-sheet/sheet", test_sheet);
  g_test_add_func ("/event-sheet/twice", test_twice);
  g_test_add_func ("/event-sheet/two-tablets", test_two_tablets);
  g_test_add_func ("/event-sheet/destroyed", test_destroyed);
  return g_test_run ();
}
