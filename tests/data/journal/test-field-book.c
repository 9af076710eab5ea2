/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
test_create_and_open (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autofree char *key = g_build_filename (fixture->folder, "keys", "field.key", NULL);
  g_autofree char *device = g_strdup (tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD)));
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf st;

  g_assert_null (tst_field_book_open (missing, TST_CLOCK (fixture->clock), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_MISSING);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_null (tst_field_book_open (fixture->folder, TST_CLOCK (fixture->clock), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_IN_USE);
  g_clear_error (&error);
  g_assert_cmpint (g_stat (key, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);

  rows = journal_fixture_list (fixture, "records", NULL);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "type"), ==, "device-start");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "device"), ==, device);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "state"), ==, "saved");
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);

  journal_fixture_reopen (fixture);
  g_assert_cmpstr (tst_field_book_get_name (fixture->book), ==, "tableta-1");
  g_assert_cmpstr (tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD)), ==, device);
  g_assert_false (tst_field_book_had_unclean_start (fixture->book));
  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  g_assert_null (tst_field_book_create (fixture->folder, "otra", TST_CLOCK (fixture->clock), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  g_clear_error (&error);
  journal_fixture_reopen (fixture);
}

static void
test_enrol (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (JsonObject) fields = journal_fixture_attendee ("Ana Prueba");
  g_autoptr (JsonObject) comment = json_object_new ();
  g_autoptr (TstTownKeys) town = NULL;
  g_autofree char *photo = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  json_object_set_string_member (comment, "class", "pregunta");
  json_object_set_string_member (comment, "text", "texto");
  g_assert_null (tst_field_book_add_attendance (fixture->book, event, fields, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOWN_KEYS_MISSING);
  g_clear_error (&error);
  g_assert_null (tst_field_book_add_comment (fixture->book, event, comment, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOWN_KEYS_MISSING);
  g_clear_error (&error);
  photo = journal_fixture_add_photo (fixture, event, "sin-llaves.jpg");

  g_assert_false (tst_field_book_enrol (fixture->book, "TESTIGO1:AAAA", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_ENROLMENT);
  g_clear_error (&error);
  tst_field_book_enrol (fixture->book, fixture->enrolment, &error);
  g_assert_no_error (error);
  journal_fixture_reopen (fixture);
  town = tst_field_book_dup_town_keys (fixture->book);
  g_assert_cmpstr (town->town, ==, "Villaluz");
  text = tst_town_keys_write (town);
  tst_town_keys_free (g_steal_pointer (&town));
  town = tst_town_keys_parse (text, &error);
  g_assert_no_error (error);
  again = tst_town_keys_write (town);
  g_assert_cmpstr (text, ==, again);
  id = tst_field_book_add_attendance (fixture->book, event, fields, &error);
  g_assert_no_error (error);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* A second log is refused once the first has vouched for something; a fresh code of the same town is not. */
static void
test_enrol_again (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (JournalFixture) other = journal_fixture_new (FALSE);
  g_autoptr (GError) error = NULL;

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  tst_outbox_set_registered (fixture->book, &error);
  g_assert_no_error (error);
  tst_field_book_enrol (fixture->book, fixture->enrolment, &error);
  g_assert_no_error (error);
  g_assert_true (tst_outbox_get_registered (fixture->book));
  g_assert_false (tst_field_book_enrol (fixture->book, other->enrolment, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
}

static void
test_events (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (JournalFixture) tablet = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "hola");
  g_autofree char *join = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *twice = NULL;
  g_autofree char *late = journal_fixture_photo_file (fixture, "late.jpg");
  g_autoptr (JsonObject) close = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (GError) error = NULL;
  TstEventSpec bad = { .type = "fiesta", .title = "x" };
  TstPhotoSpec spec = { .event_id = event };
  JsonArray *chains;

  g_assert_null (tst_field_book_open_event (fixture->book, &bad, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);

  join = tst_field_book_event_join_text (fixture->book, event, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (join, "TESTIGO-EVENT1:"));
  joined = tst_field_book_join_event (tablet->book, join, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (joined, ==, event);
  twice = tst_field_book_join_event (tablet->book, join, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (twice, ==, event);
  g_assert_null (tst_field_book_join_event (tablet->book, "TESTIGO-EVENT1:e30", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);

  due = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpint (due->len, ==, 0);
  close = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  chains = tst_json_array (close, "chains");
  g_assert_cmpint (json_array_get_length (chains), ==, 2);
  /* device-start, enrolled, event-open, photo: two of them of this event. */
  g_assert_cmpint (tst_json_int (json_array_get_object_element (chains, 0), "seq", 0), ==, 4);
  g_assert_cmpint (tst_json_int (json_array_get_object_element (chains, 0), "count", 0), ==, 2);
  g_assert_cmpint (tst_json_int (json_array_get_object_element (chains, 1), "seq", 0), ==, 1);
  g_assert_cmpint (tst_json_int (json_array_get_object_element (chains, 1), "count", 0), ==, 1);
  g_clear_pointer (&due, g_ptr_array_unref);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_OPEN, 100, 1 << 20, &error);
  g_assert_cmpint (due->len, ==, 1);

  g_assert_null (tst_field_book_close_event (fixture->book, event, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_EVENT_CLOSED);
  g_clear_error (&error);
  g_assert_false (tst_field_book_add_photo (fixture->book, &spec, late, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_EVENT_CLOSED);
  g_clear_error (&error);
  rows = journal_fixture_list (fixture, "events", event);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "closed");
  g_assert_cmpint (tst_json_int (rows->pdata[0], "photos", 0), ==, 1);
  g_assert_cmpint (tst_json_int (rows->pdata[0], "comments", 0), ==, 1);
  journal_fixture_assert_rebuild_equal (fixture);
  journal_fixture_assert_rebuild_equal (tablet);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_clock_jump (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *note1 = NULL, *note2 = NULL, *note3 = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  TstTimestamp now;
  guint jumps = 0;

  tst_fixed_clock_advance (fixture->clock, (gint64) 3600 * G_USEC_PER_SEC);
  note1 = tst_field_book_add_note (fixture->book, event, NULL, "sin salto", &error);
  g_assert_no_error (error);
  /* Two hours back on the wall, one second on by the monotonic clock. */
  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  now.utc_us -= (gint64) 7200 * G_USEC_PER_SEC;
  now.mono_us += G_USEC_PER_SEC;
  tst_fixed_clock_set (fixture->clock, &now);
  {
    /* The open chain neither looks at the clock nor leaves a trace of it. */
    g_autofree char *comment = journal_fixture_add_comment (fixture, event, "entre tanto");

    rows = journal_fixture_list (fixture, "records", NULL);
    for (guint i = 0; i < rows->len; i++)
      g_assert_cmpstr (tst_json_string (rows->pdata[i], "type"), !=, "clock-jump");
    g_clear_pointer (&rows, g_ptr_array_unref);
  }
  note2 = tst_field_book_add_note (fixture->book, event, NULL, "tras el salto", &error);
  g_assert_no_error (error);
  note3 = tst_field_book_add_note (fixture->book, event, NULL, "sin otro salto", &error);
  g_assert_no_error (error);

  rows = journal_fixture_list (fixture, "records", NULL);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "type"), "clock-jump") == 0)
      {
        jumps++;
        g_assert_cmpstr (tst_json_string (rows->pdata[i + 1], "id"), ==, note2);
        shown = tst_field_book_show_record (fixture->book, tst_json_string (rows->pdata[i], "id"), &error);
        g_assert_no_error (error);
        g_assert_cmpint (tst_json_int (tst_json_object (shown, "body"), "jump_ms", 0), ==, -7201000);
        g_assert_cmpint (tst_json_int (tst_json_object (shown, "body"), "elapsed_ms", 0), ==, 1000);
        {
          g_autoptr (JsonObject) status = tst_field_book_status (fixture->book, &error);
          JsonObject *clock = tst_json_object (status, "clock");

          g_assert_cmpstr (tst_json_string (clock, "jumped_at"), ==, tst_json_string (tst_json_object (shown, "body"), "after"));
          g_assert_cmpint (tst_json_int (clock, "jump_ms", 0), ==, -7201000);
        }
      }
  g_assert_cmpint (jumps, ==, 1);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_staff (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  TstAuthor author = { "7d1c2b1e-0000-4000-8000-000000000001", "Carmen Ficticia", "interventora" };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *a = NULL, *b = NULL;
  guint n = 0;

  tst_field_book_set_author (fixture->book, &author);
  a = tst_field_book_add_note (fixture->book, event, NULL, "uno", &error);
  b = tst_field_book_add_note (fixture->book, event, NULL, "dos", &error);
  g_assert_no_error (error);
  rows = journal_fixture_list (fixture, "staff", NULL);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "name"), ==, "Carmen Ficticia");
  records = journal_fixture_list (fixture, "records", NULL);
  for (guint i = 0; i < records->len; i++)
    n += g_strcmp0 (tst_json_string (records->pdata[i], "type"), "staff") == 0;
  g_assert_cmpint (n, ==, 1);
  shown = tst_field_book_show_record (fixture->book, b, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_json_string (tst_json_object (tst_json_object (shown, "body"), "author"), "id"), ==, author.id);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* The end of the process at the worst place: the medium has its name, the record was never committed. */
static void
test_unclean_start (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "entera.jpg");
  g_autofree char *orphan = journal_fixture_photo_file (fixture, "huerfana.jpg");
  g_autofree char *copy = g_strconcat (fixture->folder, "-copy", NULL);
  g_autofree char *command = g_strdup_printf ("/bin/cp -a %s %s", fixture->folder, copy);
  g_autofree char *quarantined = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *old = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  TstMediaRef ref;
  int status = -1;

  tst_media_store_put_file (tst_field_book_get_media (fixture->book), orphan, &ref, NULL, &error);
  g_assert_no_error (error);
  /* A copy of the folder as it lies there is what a power cut leaves. */
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  old = fixture->folder;
  fixture->folder = g_strdup (copy);
  journal_fixture_reopen (fixture);
  g_assert_true (tst_field_book_had_unclean_start (fixture->book));
  g_assert_false (tst_media_store_has (tst_field_book_get_media (fixture->book), &ref.sha256, NULL));
  hex = tst_hash_to_hex (&ref.sha256);
  quarantined = g_build_filename (copy, "quarantine", hex, NULL);
  g_assert_true (g_file_test (quarantined, G_FILE_TEST_EXISTS));
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
  again = journal_fixture_add_photo (fixture, event, "huerfana.jpg");
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_reopen (fixture);
  g_assert_false (tst_field_book_had_unclean_start (fixture->book));
  command = (g_free (command), g_strdup_printf ("/bin/rm -rf %s", old));
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

static void
test_retire_keys (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "antes");
  g_autofree char *old = g_strdup (tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD)));
  g_autofree char *fresh_path = g_build_filename (fixture->folder, "keys", "field.key.new", NULL);
  g_autofree char *after = NULL;
  g_autofree char *note = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (JsonObject) open = NULL;
  g_autoptr (GError) error = NULL;
  const char *device;
  TstHash head;

  tst_outbox_set_registered (fixture->book, &error);
  tst_outbox_retire_keys (fixture->book, "restored", &error);
  g_assert_no_error (error);
  g_assert_false (tst_outbox_get_registered (fixture->book));
  device = tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD));
  g_assert_cmpstr (device, !=, old);
  g_assert_false (g_file_test (fresh_path, G_FILE_TEST_EXISTS));
  after = journal_fixture_add_comment (fixture, event, "después");
  note = tst_field_book_add_note (fixture->book, event, NULL, "después", &error);
  g_assert_no_error (error);
  journal_fixture_reopen (fixture);
  g_assert_true (tst_outbox_text_hash_at (fixture->book, TST_CHAIN_FIELD, 1, &head, &error));
  g_assert_false (tst_outbox_text_hash_at (fixture->book, TST_CHAIN_FIELD, 99, &head, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  rows = journal_fixture_list (fixture, "records", NULL);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "type"), "keys-retired") == 0)
      {
        g_assert_cmpint (tst_json_int (rows->pdata[i], "seq", 0), ==, 1);
        if (g_strcmp0 (tst_json_string (rows->pdata[i], "chain"), "field") == 0)
          shown = tst_field_book_show_record (fixture->book, tst_json_string (rows->pdata[i], "id"), &error);
        else
          open = journal_fixture_open_body (fixture, tst_json_string (rows->pdata[i], "id"));
      }
  g_assert_nonnull (shown);
  g_assert_cmpstr (tst_json_string (json_array_get_object_element (tst_json_array (tst_json_object (shown, "body"), "chains"), 0),
                                    "device"), ==, old);
  g_assert_nonnull (open);
  g_assert_cmpint (json_array_get_length (tst_json_array (open, "chains")), ==, 1);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* A database that is gone: new keys, and the old ones are named. */
static void
test_lost_database (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *old = g_strdup (tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD)));
  g_autofree char *database = g_build_filename (fixture->folder, "testigo.db", NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *previous;

  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  g_assert_cmpint (g_unlink (database), ==, 0);
  g_assert_null (tst_field_book_open (fixture->folder, TST_CLOCK (fixture->clock), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_MISSING);
  g_clear_error (&error);
  fixture->book = tst_field_book_create (fixture->folder, "tableta-1", TST_CLOCK (fixture->clock), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_signing_key_get_name (tst_field_book_get_key (fixture->book, TST_CHAIN_FIELD)), !=, old);
  rows = journal_fixture_list (fixture, "records", NULL);
  shown = tst_field_book_show_record (fixture->book, tst_json_string (rows->pdata[0], "id"), &error);
  previous = tst_json_array (tst_json_object (shown, "body"), "previous");
  g_assert_cmpint (json_array_get_length (previous), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (previous, 0), ==, old);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field-book/create-and-open", test_create_and_open);
  g_test_add_func ("/field-book/enrol", test_enrol);
  g_test_add_func ("/field-book/enrol-again", test_enrol_again);
  g_test_add_func ("/field-book/events", test_events);
  g_test_add_func ("/field-book/clock-jump", test_clock_jump);
  g_test_add_func ("/field-book/staff", test_staff);
  g_test_add_func ("/field-book/unclean-start", test_unclean_start);
  g_test_add_func ("/field-book/retire-keys", test_retire_keys);
  g_test_add_func ("/field-book/lost-database", test_lost_database);
  return g_test_run ();
}
