/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-field-book-async.h"

typedef struct
{
  GAsyncResult *result;
  guint order, *next;
} Waiting;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->result = g_object_ref (result);
  if (waiting->next != NULL)
    waiting->order = (*waiting->next)++;
}

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("The deadline passed");
  return G_SOURCE_REMOVE;
}

static void
wait_for (Waiting *waiting)
{
  guint deadline = g_timeout_add_seconds (30, on_deadline, NULL);

  while (waiting->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static void
test_acts (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  TstEventSpec event_spec = { .type = "visita_obra", .title = "Visita" };
  g_autofree char *event = NULL;
  g_autofree char *number = NULL;
  g_autofree char *due_on = NULL;
  g_autofree char *comment_id = NULL;
  g_autofree char *attendance_id = NULL;
  g_autofree char *amendment = NULL;
  g_autofree char *discarded = NULL;
  g_autofree char *path = journal_fixture_photo_file (fixture, "a.jpg");
  g_autoptr (JsonObject) comment = json_object_new ();
  g_autoptr (JsonObject) attendee = journal_fixture_attendee ("Ana Prueba");
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (JsonObject) closed = NULL;
  g_autoptr (JsonObject) status = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  TstPhotoResult photo = { 0 };
  Waiting waiting[8] = { { 0 } };
  guint next = 0;

  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    waiting[i].next = &next;
  tst_field_book_open_event_async (fixture->book, &event_spec, NULL, on_done, &waiting[0]);
  wait_for (&waiting[0]);
  event = tst_field_book_act_finish (fixture->book, waiting[0].result, &error);
  g_assert_no_error (error);

  /* Handed in together, done in that order; what was handed in may go at once. */
  {
    g_autofree char *caption = g_strdup ("Leyenda");
    TstPhotoSpec spec = { .event_id = event, .caption = caption };

    tst_field_book_add_photo_async (fixture->book, &spec, path, NULL, on_done, &waiting[1]);
  }
  json_object_set_string_member (comment, "class", "pregunta");
  json_object_set_string_member (comment, "text", "¿Cuándo termina?");
  tst_field_book_add_comment_async (fixture->book, event, comment, NULL, on_done, &waiting[2]);
  json_object_set_string_member (comment, "text", "cambiado después");
  tst_field_book_add_attendance_async (fixture->book, event, attendee, NULL, on_done, &waiting[3]);
  for (guint i = 1; i <= 3; i++)
    wait_for (&waiting[i]);
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpint (waiting[i].order, ==, i);
  tst_field_book_add_photo_finish (fixture->book, waiting[1].result, &photo, &error);
  g_assert_no_error (error);
  g_assert_cmpint (photo.width, ==, 64);
  comment_id = tst_field_book_add_comment_finish (fixture->book, waiting[2].result, &number, &due_on, &error);
  g_assert_no_error (error);
  g_assert_nonnull (number);
  g_assert_cmpstr (due_on, ==, "2026-04-21");
  {
    g_autoptr (JsonObject) body = journal_fixture_open_body (fixture, comment_id);

    g_assert_cmpstr (tst_json_string (body, "text"), ==, "¿Cuándo termina?");
  }
  attendance_id = tst_field_book_act_finish (fixture->book, waiting[3].result, &error);
  g_assert_no_error (error);

  json_object_set_string_member (changes, "caption", "Otra");
  tst_field_book_amend_async (fixture->book, photo.id, changes, NULL, on_done, &waiting[4]);
  tst_field_book_discard_async (fixture->book, attendance_id, NULL, on_done, &waiting[5]);
  tst_field_book_close_event_async (fixture->book, event, NULL, on_done, &waiting[6]);
  for (guint i = 4; i <= 6; i++)
    wait_for (&waiting[i]);
  amendment = tst_field_book_act_finish (fixture->book, waiting[4].result, &error);
  g_assert_no_error (error);
  discarded = tst_field_book_act_finish (fixture->book, waiting[5].result, &error);
  g_assert_no_error (error);
  closed = tst_field_book_object_finish (fixture->book, waiting[6].result, &error);
  g_assert_no_error (error);
  tst_field_book_list_async (fixture->book, "photos", &(TstQuery) { .event_id = event }, NULL, on_done, &waiting[7]);
  wait_for (&waiting[7]);
  rows = tst_field_book_list_finish (fixture->book, waiting[7].result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "caption"), ==, "Otra");
  tst_photo_result_clear (&photo);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    g_clear_object (&waiting[i].result);

  tst_field_book_status_async (fixture->book, NULL, on_done, &waiting[0]);
  wait_for (&waiting[0]);
  status = tst_field_book_object_finish (fixture->book, waiting[0].result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tst_json_int (status, "pending", 0), >, 0);
  g_clear_object (&waiting[0].result);
}

static void
test_errors_and_cancelling (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  Waiting waiting[2] = { { 0 } };

  tst_field_book_discard_async (fixture->book, "no-such", NULL, on_done, &waiting[0]);
  wait_for (&waiting[0]);
  g_assert_null (tst_field_book_act_finish (fixture->book, waiting[0].result, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_clear_object (&waiting[0].result);

  g_cancellable_cancel (cancellable);
  tst_field_book_open_event_async (fixture->book, &(TstEventSpec) { .type = "otra", .title = "x" }, cancellable, on_done,
                                   &waiting[1]);
  wait_for (&waiting[1]);
  g_assert_null (tst_field_book_act_finish (fixture->book, waiting[1].result, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  g_clear_object (&waiting[1].result);
  rows = journal_fixture_list (fixture, "events", NULL);
  g_assert_cmpint (rows->len, ==, 0);
}

static void
test_open (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *fresh = g_build_filename (fixture->outside, "nuevo", NULL);
  g_autoptr (TstFieldBook) book = NULL;
  g_autoptr (GError) error = NULL;
  Waiting waiting = { 0 };

  tst_field_book_open_async (fresh, NULL, TST_CLOCK (fixture->clock), NULL, on_done, &waiting);
  wait_for (&waiting);
  g_assert_null (tst_field_book_open_finish (waiting.result, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_MISSING);
  g_clear_error (&error);
  g_clear_object (&waiting.result);
  tst_field_book_open_async (fresh, "nuevo", TST_CLOCK (fixture->clock), NULL, on_done, &waiting);
  wait_for (&waiting);
  book = tst_field_book_open_finish (waiting.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_field_book_get_name (book), ==, "nuevo");
  g_clear_object (&waiting.result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field-book-async/acts", test_acts);
  g_test_add_func ("/field-book-async/errors-and-cancelling", test_errors_and_cancelling);
  g_test_add_func ("/field-book-async/open", test_open);
  return g_test_run ();
}
