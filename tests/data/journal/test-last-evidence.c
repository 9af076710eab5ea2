/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image-fixtures.h"
#include "journal-fixture.h"

#include "journal/tst-last-evidence.h"
#include "record/tst-body.h"

static const char *const works[] = { "OB-1", "OB-2", "OB-3", NULL };

static gint64
newest (JournalFixture *fixture, const char *work)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) found = tst_field_book_last_evidence (fixture->book, works, &error);
  gint64 *at;

  g_assert_no_error (error);
  at = g_hash_table_lookup (found, work);
  return at != NULL ? *at : 0;
}

/* @taken as EXIF has it, at the town's own time. */
static char *
add_photo (JournalFixture *fixture, const char *event, const char *work, const char *taken)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL, jpeg = NULL;
  g_autofree char *path = g_strdup_printf ("%s/%s-%s.jpg", fixture->outside, work, taken);
  TstPhotoSpec spec = { .event_id = event, .work = work };
  TstPhotoResult result = { 0 };
  g_autoptr (GError) error = NULL;
  char *id;

  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, work);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, taken);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (64, 48, block);
  g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), &error);
  g_assert_no_error (error);
  tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  id = g_strdup (result.id);
  tst_photo_result_clear (&result);
  return id;
}

static void
act (JournalFixture *fixture, const char *id, const char *field, const char *value)
{
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autofree char *done = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (changes, field, value);
  done = tst_field_book_amend (fixture->book, id, changes, &error);
  g_assert_no_error (error);
}

#define TEN_O_CLOCK "2026:03:27 10:00:00"
#define A_WEEK_BEFORE "2026:03:20 10:00:00"
#define WEEK_BEFORE_S 1774018800
#define YEARS_AHEAD "2031:01:01 00:00:00"

/* What stands counts, for the work that it is of now. */
static void
test_own (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *first = NULL, *second = NULL, *away = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (newest (fixture, "OB-1"), ==, 0);
  first = add_photo (fixture, event, "OB-1", A_WEEK_BEFORE);
  g_assert_cmpint (newest (fixture, "OB-1"), ==, WEEK_BEFORE_S);
  g_assert_cmpint (newest (fixture, "OB-2"), ==, 0);

  second = add_photo (fixture, event, "OB-1", TEN_O_CLOCK);
  g_assert_cmpint (newest (fixture, "OB-1"), ==, WEEK_BEFORE_S + 7 * 86400);
  act (fixture, second, "work", "OB-3");
  g_assert_cmpint (newest (fixture, "OB-1"), ==, WEEK_BEFORE_S);
  g_assert_cmpint (newest (fixture, "OB-3"), ==, WEEK_BEFORE_S + 7 * 86400);
  away = tst_field_book_discard (fixture->book, second, &error);
  g_assert_no_error (error);
  g_assert_cmpint (newest (fixture, "OB-3"), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (newest (fixture, "OB-1"), ==, WEEK_BEFORE_S);
}

static gboolean
collect (JsonObject *row, gpointer user_data)
{
  g_ptr_array_add (user_data, json_object_ref (row));
  return TRUE;
}

static void
assert_order (JournalFixture *fixture, const char *what, const char *status, const char *const *ids)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  const TstQuery query = { .status = status };
  g_autoptr (GError) error = NULL;

  tst_field_book_list (fixture->book, what, &query, collect, rows, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, g_strv_length ((char **) ids));
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (tst_json_string (rows->pdata[i], "id"), ==, ids[i]);
}

/* A picture that was brought in is as old as it is, in the galleries as well; a camera whose clock runs ahead took nothing after it was saved. */
static void
test_taken (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *today = add_photo (fixture, event, "OB-1", TEN_O_CLOCK);
  g_autofree char *ahead = add_photo (fixture, event, "OB-2", YEARS_AHEAD);
  g_autofree char *old = add_photo (fixture, event, "OB-3", A_WEEK_BEFORE);
  const char *const order[] = { ahead, today, old, NULL };

  g_assert_cmpint (newest (fixture, "OB-2"), ==, FIXTURE_UTC_S);
  g_assert_cmpint (newest (fixture, "OB-3"), ==, WEEK_BEFORE_S);
  assert_order (fixture, "photos", NULL, order);
  assert_order (fixture, "photos", "valid", order);
  assert_order (fixture, "captures", "valid", order);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* What central shows of the work's viewpoints is known as well, until it is taken back. */
static void
test_central (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  const char *id = "0195d8f0-0000-7000-8000-00000000000a";
  g_autofree char *item = g_strdup_printf (
    "{\"id\":\"%s\",\"type\":\"viewpoint\",\"work\":\"OB-2\",\"name\":\"Costado\",\"place\":{\"lat\":7.1,\"lon\":-73.1,\"source\":\"gnss\"},"
    "\"picture\":{\"sha256\":\"%064d\",\"bytes\":10,\"taken_at\":\"2026-03-20T10:00:00-05:00\"}}", id, 1);

  journal_fixture_catalogue_line (fixture, "item", item);
  g_assert_cmpint (newest (fixture, "OB-2"), ==, WEEK_BEFORE_S);
  g_assert_cmpint (newest (fixture, "OB-1"), ==, 0);
}

typedef struct
{
  GMainLoop *loop;
  GHashTable *found;
} Answer;

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;
  g_autoptr (GError) error = NULL;

  answer->found = tst_field_book_last_evidence_finish (TST_FIELD_BOOK (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (answer->loop);
}

static void
test_async (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = add_photo (fixture, event, "OB-1", TEN_O_CLOCK);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Answer answer = { loop, NULL };

  tst_field_book_last_evidence_async (fixture->book, works, NULL, on_found, &answer);
  g_main_loop_run (loop);
  g_assert_cmpuint (g_hash_table_size (answer.found), ==, 1);
  g_assert_true (g_hash_table_contains (answer.found, "OB-1"));
  g_hash_table_unref (answer.found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/last-evidence/own", test_own);
  g_test_add_func ("/last-evidence/taken", test_taken);
  g_test_add_func ("/last-evidence/central", test_central);
  g_test_add_func ("/last-evidence/async", test_async);
  return g_test_run ();
}
