/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"

#include <string.h>
#include <math.h>

static JsonObject *
change (const char *name, const char *value)
{
  JsonObject *changes = json_object_new ();

  json_object_set_string_member (changes, name, value);
  return changes;
}

static char *
amend (JournalFixture *fixture, const char *id, const char *name, const char *value, TstError code)
{
  g_autoptr (JsonObject) changes = change (name, value);
  g_autoptr (GError) error = NULL;
  char *new_id = tst_field_book_amend (fixture->book, id, changes, &error);

  if (code == TST_N_ERRORS)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, TST_ERROR, (int) code);
      g_assert_null (new_id);
    }
  return new_id;
}

static void
test_amend_photo (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *a = amend (fixture, photo, "caption", "Viga del costado sur", TST_N_ERRORS);
  g_autofree char *b = amend (fixture, photo, "place", "7.2,-73.2", TST_N_ERRORS);
  g_autofree char *c = amend (fixture, photo, "phase", "", TST_N_ERRORS);
  g_autofree char *d = amend (fixture, photo, "work", "OB-7", TST_N_ERRORS);
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "photos", event);
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *row = journal_fixture_row (rows, photo);
  JsonObject *body;

  g_assert_cmpstr (tst_json_string (row, "caption"), ==, "Viga del costado sur");
  g_assert_cmpstr (tst_json_string (row, "work"), ==, "OB-7");
  g_assert_false (json_object_has_member (row, "phase"));
  g_assert_cmpfloat (tst_json_double (tst_json_object (row, "place"), "lat", 0), ==, 7.2);
  g_assert_cmpstr (tst_json_string (tst_json_object (row, "place"), "source"), ==, "pin");

  /* The old record stands as it was. */
  shown = tst_field_book_show_record (fixture->book, photo, &error);
  g_assert_cmpstr (tst_json_string (tst_json_object (shown, "body"), "caption"), ==, "Viga del costado norte");
  json_object_unref (g_steal_pointer (&shown));
  shown = tst_field_book_show_record (fixture->book, a, &error);
  body = tst_json_object (shown, "body");
  g_assert_cmpstr (tst_json_string (body, "target"), ==, photo);
  g_assert_cmpstr (tst_json_string (body, "target_type"), ==, "photo");
  g_assert_cmpstr (tst_json_string (body, "event"), ==, event);

  g_assert_null (amend (fixture, photo, "taken_at", "ayer", TST_ERROR_UNKNOWN_FIELD));
  g_assert_null (amend (fixture, photo, "phase", "mañana", TST_ERROR_BAD_VALUE));
  g_assert_null (amend (fixture, photo, "place", "norte", TST_ERROR_BAD_VALUE));
  g_assert_null (amend (fixture, a, "caption", "x", TST_ERROR_WRONG_STATE));
  g_assert_null (amend (fixture, "00000000-0000-4000-8000-000000000000", "caption", "x", TST_ERROR_NOT_FOUND));
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

/* A position that is taken back is again what the receiver said, with its accuracy; the same words for another place are a pin. */
static void
test_amend_place_back (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *path = journal_fixture_photo_file (fixture, "a.jpg");
  TstPlace fix = { .latitude = 7.1234567, .longitude = -73.1234567, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = 211.5,
                   .declination_deg = -8.5, .source = "gnss", .age_s = 1 };
  TstPhotoSpec spec = { .event_id = event, .place = &fix };
  TstPhotoResult result = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  JsonObject *place;

  tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  g_free (amend (fixture, result.id, "place", "7.2,-73.2", TST_N_ERRORS));
  g_free (amend (fixture, result.id, "place", "7.1234567,-73.1234567", TST_N_ERRORS));
  rows = journal_fixture_list (fixture, "photos", event);
  place = tst_json_object (journal_fixture_row (rows, result.id), "place");
  g_assert_cmpfloat (tst_json_double (place, "lat", 0), ==, 7.1234567);
  g_assert_cmpstr (tst_json_string (place, "source"), ==, "gnss");
  g_assert_cmpfloat (tst_json_double (place, "accuracy_m", 0), ==, 4);
  g_ptr_array_unref (g_steal_pointer (&rows));
  g_free (amend (fixture, result.id, "place", "7.1234568,-73.1234567", TST_N_ERRORS));
  rows = journal_fixture_list (fixture, "photos", event);
  place = tst_json_object (journal_fixture_row (rows, result.id), "place");
  g_assert_cmpstr (tst_json_string (place, "source"), ==, "pin");
  g_assert_cmpfloat (tst_json_double (place, "declination_deg", NAN), ==, -8.5);
  /* It stood elsewhere; it looked where it looked. */
  g_assert_cmpfloat (tst_json_double (place, "heading_deg", NAN), ==, 211.5);
  g_assert_false (json_object_has_member (place, "heading_north"));
  journal_fixture_assert_rebuild_equal (fixture);
  tst_photo_result_clear (&result);
}

static void
test_amend_event (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *a = amend (fixture, event, "title", "Visita a la escuela", TST_N_ERRORS);
  g_autofree char *b = amend (fixture, event, "ends", "2026-03-27T18:00:00Z", TST_N_ERRORS);
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "events", event);

  g_assert_cmpstr (tst_json_string (rows->pdata[0], "title"), ==, "Visita a la escuela");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "ends"), ==, "2026-03-27T18:00:00Z");
  g_assert_null (amend (fixture, event, "title", "", TST_ERROR_BAD_VALUE));
  journal_fixture_assert_rebuild_equal (fixture);
}

/* A change to what was said openly stays on the open chain, under the hour, sealed. */
static void
test_amend_comment (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "con error");
  g_autofree char *a = amend (fixture, comment, "text", "sin error", TST_N_ERRORS);
  g_autofree char *b = amend (fixture, comment, "public_ok", "true", TST_N_ERRORS);
  g_autoptr (JsonObject) body = journal_fixture_open_body (fixture, a);
  g_autoptr (JsonObject) second = journal_fixture_open_body (fixture, b);
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "records", event);

  g_assert_cmpstr (tst_json_string (body, "target"), ==, comment);
  g_assert_cmpstr (tst_json_string (tst_json_object (body, "changes"), "text"), ==, "sin error");
  g_assert_true (tst_json_bool (tst_json_object (second, "changes"), "public_ok", FALSE));
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, a), "chain"), ==, "open");
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, a), "kind"), ==, "contribution");
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, a), "time"), ==, "2026-03-27T15:00:00Z");
  g_assert_null (amend (fixture, comment, "class", "chiste", TST_ERROR_BAD_VALUE));
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_amend_attendance (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueva");
  g_autofree char *id = amend (fixture, attendance, "full_name", "Ana Prueba", TST_N_ERRORS);
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *body;

  shown = tst_field_book_show_record (fixture->book, id, &error);
  body = tst_json_object (shown, "body");
  g_assert_cmpint (json_array_get_length (tst_json_array (body, "sealed")), ==, 1);
  /* The authorisation given before holds on. */
  g_assert_true (tst_json_bool (tst_json_object (tst_json_object (body, "changes"), "consent"), "data", FALSE));
  g_assert_null (amend (fixture, attendance, "phone", "300", TST_ERROR_MISSING_FIELD));
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_withdraw (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "retirar");
  g_autofree char *a = NULL, *b = NULL, *again = NULL;
  g_autoptr (GPtrArray) rows = NULL, comments = NULL;
  g_autoptr (GError) error = NULL;

  a = tst_field_book_withdraw (fixture->book, photo, "se ve un menor", &error);
  g_assert_no_error (error);
  b = tst_field_book_withdraw (fixture->book, comment, NULL, &error);
  g_assert_no_error (error);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "standing"), ==, "withdrawn");
  comments = journal_fixture_list (fixture, "comments", event);
  g_assert_cmpstr (tst_json_string (comments->pdata[0], "standing"), ==, "withdrawn");
  g_assert_null (tst_field_book_withdraw (fixture->book, photo, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  g_clear_error (&error);
  g_assert_null (amend (fixture, photo, "caption", "x", TST_ERROR_WRONG_STATE));
  /* The same photo may be added anew. */
  again = journal_fixture_add_photo (fixture, event, "a.jpg");
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static TstOutboxRecord *
find_due (GPtrArray *records, const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (g_strcmp0 (tst_envelope_get_fields (((TstOutboxRecord *) records->pdata[i])->envelope)->id, id) == 0)
      return records->pdata[i];
  return NULL;
}

/* Discarded before it was sent: the envelope goes up, the content does not. */
static void
test_discard_unsent (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *kept = journal_fixture_add_photo (fixture, event, "b.jpg");
  g_autofree char *caption = amend (fixture, photo, "caption", "Otra", TST_N_ERRORS);
  g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  g_autofree char *a = NULL, *b = NULL, *again = NULL;
  g_autoptr (GPtrArray) due = NULL, media = NULL, rows = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;

  media = tst_outbox_due_media (fixture->book, 100, &error);
  g_assert_cmpint (media->len, ==, 2);
  g_clear_pointer (&media, g_ptr_array_unref);
  a = tst_field_book_discard (fixture->book, photo, &error);
  g_assert_no_error (error);
  b = tst_field_book_discard (fixture->book, attendance, &error);
  g_assert_no_error (error);
  shown = tst_field_book_show_record (fixture->book, a, &error);
  g_assert_false (tst_json_bool (tst_json_object (shown, "body"), "sent", TRUE));

  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  g_assert_no_error (error);
  g_assert_null (find_due (due, photo)->body);
  g_assert_null (find_due (due, caption)->body);
  g_assert_null (find_due (due, attendance)->body);
  g_assert_cmpint (find_due (due, attendance)->parts->len, ==, 0);
  g_assert_nonnull (find_due (due, kept)->body);
  g_assert_nonnull (find_due (due, a)->body);
  media = tst_outbox_due_media (fixture->book, 100, &error);
  g_assert_cmpint (media->len, ==, 1);

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, photo), "state"), ==, "received");
  g_assert_cmpstr (tst_json_string (journal_fixture_row (rows, photo), "standing"), ==, "discarded");
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);

  /* Its medium is due again as soon as another record names it. */
  again = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_clear_pointer (&media, g_ptr_array_unref);
  media = tst_outbox_due_media (fixture->book, 100, &error);
  g_assert_cmpint (media->len, ==, 1);
}

static void
test_discard_sent (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *a = NULL;
  g_autoptr (GPtrArray) media = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, FALSE);
  a = tst_field_book_discard (fixture->book, photo, &error);
  g_assert_no_error (error);
  shown = tst_field_book_show_record (fixture->book, a, &error);
  g_assert_true (tst_json_bool (tst_json_object (shown, "body"), "sent", FALSE));
  /* Central was told of it: its medium still belongs to it. */
  media = tst_outbox_due_media (fixture->book, 100, &error);
  g_assert_cmpint (media->len, ==, 1);
  journal_fixture_assert_rebuild_equal (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/changes/amend-photo", test_amend_photo);
  g_test_add_func ("/changes/amend-photo-place-back", test_amend_place_back);
  g_test_add_func ("/changes/amend-event", test_amend_event);
  g_test_add_func ("/changes/amend-comment", test_amend_comment);
  g_test_add_func ("/changes/amend-attendance", test_amend_attendance);
  g_test_add_func ("/changes/withdraw", test_withdraw);
  g_test_add_func ("/changes/discard-unsent", test_discard_unsent);
  g_test_add_func ("/changes/discard-sent", test_discard_sent);
  return g_test_run ();
}
