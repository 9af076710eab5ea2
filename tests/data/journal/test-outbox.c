/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"

#include <string.h>

static const char *
state_of (JournalFixture *fixture, const char *what, const char *id)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, what, NULL);

  return g_intern_string (tst_json_string (journal_fixture_row (rows, id), "state"));
}

static TstOutboxRecord *
due_record (GPtrArray *records, const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (g_strcmp0 (tst_envelope_get_fields (((TstOutboxRecord *) records->pdata[i])->envelope)->id, id) == 0)
      return records->pdata[i];
  g_assert_not_reached ();
}

static void
hold (JournalFixture *fixture, const TstHash *sha256, guint64 bytes)
{
  TstHeld item = { *sha256, bytes };
  g_autoptr (GBytes) note = journal_fixture_holding_note (fixture, &item, 1);
  g_autoptr (GError) error = NULL;

  tst_outbox_store_holding (fixture->book, note, FIXTURE_UTC_S, &item, 1, &error);
  g_assert_no_error (error);
}

static void
include (JournalFixture *fixture, TstEnvelope *envelope)
{
  GBytes *note = tst_envelope_get_note (envelope);
  TstHash root = tst_merkle_leaf (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  g_autoptr (TstCheckpoint) checkpoint = tst_checkpoint_sign (FIXTURE_ORIGIN, 1, &root, fixture->log);
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  TstInclusion item = { *tst_envelope_get_text_hash (envelope), 0, proof };
  g_autoptr (GError) error = NULL;

  tst_outbox_store_inclusions (fixture->book, &item, 1, checkpoint, &error);
  g_assert_no_error (error);
}

static gboolean
keep_row (JsonObject *row, gpointer rows)
{
  g_ptr_array_add (rows, json_object_ref (row));
  return TRUE;
}

/* "Received" only on the last piece of proof, in whatever order the pieces come. */
static void
test_received (void)
{
  for (guint order = 0; order < 6; order++)
    {
      static const guint orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
      g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
      g_autofree char *event = journal_fixture_event (fixture);
      g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
      g_autoptr (GPtrArray) media = tst_outbox_due_media (fixture->book, 10, &error);
      TstOutboxRecord *record = due_record (due, photo);
      TstOutboxMedium *medium = media->pdata[0];

      for (guint i = 0; i < 3; i++)
        {
          g_assert_cmpstr (state_of (fixture, "photos", photo), !=, "received");
          if (orders[order][i] == 0)
            include (fixture, record->envelope);
          else if (orders[order][i] == 1)
            hold (fixture, &tst_envelope_get_fields (record->envelope)->body, g_bytes_get_size (record->body));
          else
            hold (fixture, &medium->sha256, medium->bytes);
        }
      g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
      g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
      g_clear_pointer (&media, g_ptr_array_unref);
      media = tst_outbox_due_media (fixture->book, 10, &error);
      g_assert_cmpint (media->len, ==, 0);
      journal_fixture_reopen (fixture);
      g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
    }
}

/* A receipt over fewer bytes than the medium has is none. */
static void
test_wrong_size (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) media = tst_outbox_due_media (fixture->book, 10, &error);
  TstOutboxMedium *medium = media->pdata[0];

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, FALSE);
  hold (fixture, &medium->sha256, medium->bytes - 1);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "sending");
  hold (fixture, &medium->sha256, medium->bytes);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
}

static void
test_attendance_parts (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *id = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  TstOutboxRecord *record = due_record (due, id);
  TstSealedPart *part;

  g_assert_cmpint (record->parts->len, ==, 1);
  part = record->parts->pdata[0];
  include (fixture, record->envelope);
  hold (fixture, &tst_envelope_get_fields (record->envelope)->body, g_bytes_get_size (record->body));
  g_assert_cmpstr (state_of (fixture, "attendance", id), ==, "sending");
  {
    /* It is still owed: its part is not held. */
    g_autoptr (GPtrArray) again = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);

    g_assert_nonnull (due_record (again, id));
  }
  hold (fixture, &part->sha256, g_bytes_get_size (part->bytes));
  g_assert_cmpstr (state_of (fixture, "attendance", id), ==, "received");
}

/* Once the bundle's share is proved the record does not go into bundles again, while its medium is still on the way. */
static void
test_due_records (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *later = NULL, *second = NULL, *first_id = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = NULL;

  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 2, 8 << 20, &error);
  g_assert_cmpint (due->len, ==, 2);
  g_clear_pointer (&due, g_ptr_array_unref);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 10, &error);
  g_assert_cmpint (due->len, ==, 1);
  g_clear_pointer (&due, g_ptr_array_unref);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, FALSE);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  g_assert_cmpint (due->len, ==, 0);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "sending");
  g_clear_pointer (&due, g_ptr_array_unref);

  /* The newest event first, by number within it. */
  first_id = tst_field_book_add_note (fixture->book, event, NULL, "de la primera", &error);
  tst_fixed_clock_advance (fixture->clock, (gint64) 7200 * G_USEC_PER_SEC);
  later = journal_fixture_event (fixture);
  second = tst_field_book_add_note (fixture->book, later, NULL, "de la segunda", &error);
  g_assert_no_error (error);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  g_assert_cmpint (due->len, ==, 3);
  g_assert_cmpstr (tst_envelope_get_fields (((TstOutboxRecord *) due->pdata[0])->envelope)->id, ==, later);
  g_assert_cmpstr (tst_envelope_get_fields (((TstOutboxRecord *) due->pdata[1])->envelope)->id, ==, second);
  g_assert_cmpstr (tst_envelope_get_fields (((TstOutboxRecord *) due->pdata[2])->envelope)->id, ==, first_id);
}

static void
test_media_states (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = tst_outbox_due_media (fixture->book, 10, &error);
  g_autoptr (GPtrArray) sent = NULL, again = NULL, rows = NULL;
  TstOutboxMedium *medium = due->pdata[0];
  TstOutboxCounts counts;

  g_assert_true (g_file_test (medium->path, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (medium->type, ==, "image/jpeg");
  g_assert_null (medium->upload_url);
  g_assert_false (medium->begun);
  tst_outbox_medium_uploading (fixture->book, &medium->sha256, NULL, &error);
  g_assert_no_error (error);
  again = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_null (((TstOutboxMedium *) again->pdata[0])->upload_url);
  g_assert_true (((TstOutboxMedium *) again->pdata[0])->begun);
  g_clear_pointer (&again, g_ptr_array_unref);
  tst_outbox_medium_uploading (fixture->book, &medium->sha256, "http://127.0.0.1/sync/v1/media/1", &error);
  g_assert_no_error (error);
  journal_fixture_reopen (fixture);
  again = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpstr (((TstOutboxMedium *) again->pdata[0])->upload_url, ==, "http://127.0.0.1/sync/v1/media/1");
  tst_outbox_media_sent (fixture->book, &medium->sha256, 1, &error);
  sent = tst_outbox_sent_media (fixture->book, 10, &error);
  g_assert_cmpint (sent->len, ==, 1);
  tst_outbox_counts (fixture->book, &counts, &error);
  g_assert_cmpuint (counts.pending_bytes, >=, medium->bytes);

  tst_outbox_set_aside (fixture->book, &medium->sha256, "hash-mismatch", "El archivo cambió", &error);
  g_assert_no_error (error);
  tst_outbox_counts (fixture->book, &counts, &error);
  g_assert_cmpuint (counts.set_aside, ==, 1);
  rows = journal_fixture_list (fixture, "outbox", NULL);
  {
    JsonObject *row = rows->pdata[rows->len - 1];

    g_assert_cmpstr (tst_json_string (row, "item"), ==, "medium");
    g_assert_cmpstr (tst_json_string (row, "state"), ==, "set_aside");
    g_assert_cmpstr (tst_json_string (row, "code"), ==, "hash-mismatch");
  }
  tst_outbox_retry (fixture->book, NULL, &error);
  g_clear_pointer (&again, g_ptr_array_unref);
  again = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpint (again->len, ==, 1);

  /* What central lost is owed again, and nothing is called received any more. */
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
  tst_outbox_medium_again (fixture->book, &medium->sha256, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "sending");
  g_clear_pointer (&again, g_ptr_array_unref);
  again = tst_outbox_due_media (fixture->book, 10, &error);
  g_assert_cmpint (again->len, ==, 1);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
}

static void
test_set_aside_record (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (JsonObject) status = NULL;
  TstHash hash;

  note = tst_field_book_add_note (fixture->book, event, NULL, "nota", &error);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  hash = *tst_envelope_get_text_hash (due_record (due, note)->envelope);
  tst_outbox_set_aside (fixture->book, &hash, "bad-body", "No se pudo leer", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (state_of (fixture, "notes", note), ==, "set_aside");
  g_clear_pointer (&due, g_ptr_array_unref);
  due = tst_outbox_due_records (fixture->book, TST_CHAIN_FIELD, 100, 8 << 20, &error);
  g_assert_cmpint (due->len, ==, 3);
  status = tst_field_book_status (fixture->book, &error);
  g_assert_cmpint (tst_json_int (status, "set_aside", 0), ==, 1);
  g_assert_cmpint (tst_json_int (status, "saved", 0), ==, 3);
  g_assert_cmpstr (tst_json_string (status, "oldest_pending"), ==, "2026-03-27T15:04:05Z");
  g_assert_cmpstr (tst_json_string (tst_json_object (status, "clock"), "source"), ==, "ntp");
  tst_outbox_retry (fixture->book, &hash, &error);
  g_assert_cmpstr (state_of (fixture, "notes", note), ==, "saved");
}

static TstHash
text_hash_of (JournalFixture *fixture, const char *id)
{
  g_autoptr (GPtrArray) rows = journal_fixture_list (fixture, "records", NULL);
  TstHash hash;

  g_assert_true (tst_hash_from_hex (tst_json_string (journal_fixture_row (rows, id), "record"), &hash));
  return hash;
}

static void
decide (JournalFixture *fixture, const char *type, const char *target, const TstHash *record, guint64 index)
{
  g_autoptr (GPtrArray) decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_decision_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (decisions, journal_fixture_decide (fixture, type, target, record, index));
  tst_outbox_store_decisions (fixture->book, decisions, index + 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tst_outbox_get_decisions_next (fixture->book), ==, index + 1);
}

static void
test_decisions (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  TstHash record = text_hash_of (fixture, photo);
  TstHash other = tst_hash_data ("x", 1);
  g_autoptr (GPtrArray) rows = NULL;

  /* Accepted before it is received here: no better than the truth. */
  decide (fixture, "accept", photo, &record, 5);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "saved");
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "published");
  decide (fixture, "retire", photo, &other, 6);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "published");
  decide (fixture, "retire", photo, &record, 7);
  g_assert_cmpstr (state_of (fixture, "photos", photo), ==, "received");
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "decision"), ==, "retire");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "decision_reason"), ==, "otro");
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

static void
test_erase (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "borrar");
  g_autofree char *amendment = NULL;
  g_autofree char *where = NULL;
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (GPtrArray) rows = NULL, media = NULL;
  g_autoptr (GError) error = NULL;
  const char *const targets[] = { photo, attendance, comment };

  json_object_set_string_member (changes, "caption", "leyenda-que-se-borra");
  amendment = tst_field_book_amend (fixture->book, photo, changes, &error);
  g_assert_no_error (error);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  media = tst_outbox_due_media (fixture->book, 10, &error);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      TstHash record = text_hash_of (fixture, targets[i]);

      decide (fixture, "erase", targets[i], &record, 10 + i);
    }
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "standing"), ==, "erased");
  g_assert_false (json_object_has_member (rows->pdata[0], "caption"));
  g_assert_false (json_object_has_member (rows->pdata[0], "sha256"));
  {
    g_autoptr (GArray) left = tst_media_store_list (tst_field_book_get_media (fixture->book), &error);

    g_assert_cmpint (left->len, ==, 0);
  }
  journal_fixture_assert_rebuild_equal (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_reopen (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
  /* secure_delete: not even in free pages. */
  where = journal_fixture_grep (fixture, "leyenda-que-se-borra");
  g_assert_null (where);
}

/* An erased body without a decision that says so is a missing body. */
static void
test_erase_needs_decision (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *sql = g_strdup_printf ("UPDATE journal_field SET body = NULL, erased = 1 WHERE id = '%s'", photo);

  journal_fixture_tamper (fixture, sql);
  g_assert_cmpint (journal_fixture_verify (fixture, FALSE, NULL), >, 0);
}

static void
test_checkpoints (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCheckpoint) none = tst_outbox_get_checkpoint (fixture->book, &error);
  g_autoptr (TstCheckpoint) newest = NULL;
  TstHash root = tst_hash_data ("root", 4);

  g_assert_no_error (error);
  g_assert_null (none);
  for (guint i = 0; i < 3; i++)
    {
      const guint64 sizes[] = { 10, 20, 15 };
      g_autoptr (TstCheckpoint) checkpoint = tst_checkpoint_sign (FIXTURE_ORIGIN, sizes[i], &root, fixture->log);

      tst_outbox_store_checkpoint (fixture->book, checkpoint, &error);
      g_assert_no_error (error);
    }
  newest = tst_outbox_get_checkpoint (fixture->book, &error);
  g_assert_cmpuint (newest->size, ==, 20);
  g_assert_cmpstr (newest->origin, ==, FIXTURE_ORIGIN);
}

static void
test_assigned_event (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *photo = NULL;
  g_autoptr (GError) error = NULL;
  static const char id[] = "11111111-2222-4333-8444-555555555555";

  g_ptr_array_add (lines, tst_json_parse_object ("{\"event\":{\"id\":\"11111111-2222-4333-8444-555555555555\",\"type\":\"audiencia_publica\","
                                                 "\"title\":\"Audiencia\",\"starts\":\"2026-03-28T14:00:00Z\"}}", -1, &error));
  g_assert_no_error (error);
  tst_outbox_apply_catalogue (fixture->book, lines, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tst_outbox_get_catalogue_rev (fixture->book), ==, 3);
  rows = journal_fixture_list (fixture, "events", NULL);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "assigned");
  g_assert_nonnull (tst_json_string (rows->pdata[0], "join"));
  /* The first thing that is added joins it. */
  photo = journal_fixture_add_photo (fixture, id, "a.jpg");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = journal_fixture_list (fixture, "events", NULL);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "status"), ==, "open");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "from"), ==, "central");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "starts"), ==, "2026-03-28T14:00:00Z");
  journal_fixture_assert_rebuild_equal (fixture);
}

/* A line a record, with its medium; and what is proved of one, from this device alone. */
static void
test_shipments (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *kept = NULL;
  g_autoptr (GPtrArray) before = journal_fixture_list (fixture, "shipments", NULL);
  g_autoptr (GPtrArray) aside = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) proved = NULL, again = NULL;
  JsonObject *row = journal_fixture_row (before, photo);
  TstHash sha256;

  g_assert_cmpstr (tst_json_string (row, "part"), ==, "waiting");
  g_assert_cmpstr (tst_json_string (row, "event_title"), !=, NULL);
  g_assert_cmpstr (tst_json_string (row, "medium"), ==, "due");
  kept = g_strdup (tst_json_string (row, "sha256"));
  g_assert_true (tst_hash_from_hex (kept, &sha256));

  proved = tst_field_book_verify_record (fixture->book, photo, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (json_object_has_member (proved, "proof"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (proved, "faults")), ==, 0);
  g_clear_pointer (&proved, json_object_unref);

  tst_outbox_set_aside (fixture->book, &sha256, "refused", "No", &error);
  g_assert_no_error (error);
  {
    TstQuery query = { .status = "set_aside" };

    aside = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
    tst_field_book_list (fixture->book, "shipments", &query, keep_row, aside, &error);
    g_assert_no_error (error);
  }
  g_assert_cmpuint (aside->len, ==, 1);
  g_assert_cmpstr (tst_json_string (aside->pdata[0], "aside"), ==, kept);
  g_assert_cmpstr (tst_json_string (aside->pdata[0], "code"), ==, "refused");
  tst_outbox_retry (fixture->book, NULL, &error);
  g_assert_no_error (error);

  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  after = journal_fixture_list (fixture, "shipments", NULL);
  g_assert_cmpstr (tst_json_string (journal_fixture_row (after, photo), "part"), ==, "received");
  proved = tst_field_book_verify_record (fixture->book, photo, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (proved, "faults")), ==, 0);
  g_assert_nonnull (tst_json_string (tst_json_object (proved, "proof"), "checkpoint"));
  g_assert_cmpint (tst_json_int (tst_json_object (proved, "holding"), "count", 0), ==, 2);

  /* A changed picture is found. */
  {
    g_autofree char *path = tst_media_store_path (tst_field_book_get_media (fixture->book), &sha256);
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    bytes[size / 2] ^= 1;
    g_assert_true (g_file_set_contents (path, bytes, size, NULL));
  }
  again = tst_field_book_verify_record (fixture->book, photo, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_json_string (json_array_get_object_element (json_object_get_array_member (again, "faults"), 0), "code"), ==,
                   "hash-mismatch");
  g_assert_null (tst_field_book_verify_record (fixture->book, "0", NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/received", test_received);
  g_test_add_func ("/outbox/wrong-size", test_wrong_size);
  g_test_add_func ("/outbox/attendance-parts", test_attendance_parts);
  g_test_add_func ("/outbox/due-records", test_due_records);
  g_test_add_func ("/outbox/media-states", test_media_states);
  g_test_add_func ("/outbox/set-aside-record", test_set_aside_record);
  g_test_add_func ("/outbox/decisions", test_decisions);
  g_test_add_func ("/outbox/erase", test_erase);
  g_test_add_func ("/outbox/erase-needs-decision", test_erase_needs_decision);
  g_test_add_func ("/outbox/checkpoints", test_checkpoints);
  g_test_add_func ("/outbox/assigned-event", test_assigned_event);
  g_test_add_func ("/outbox/shipments", test_shipments);
  return g_test_run ();
}
