/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of records at central: appended, known, refused, forked; bodies and parts that are wrong or late; the tree after a crash. */

#include "intake-fixture.h"

#include "base/tst-error.h"
#include "central/tst-own-records.h"
#include "central/tst-public-log.h"

#include <string.h>

static const char *
status_of (JsonObject *answer, guint i)
{
  return tst_json_string (answer_item (answer, i), "status");
}

static const char *
code_of (JsonObject *answer, guint i)
{
  return tst_json_string (answer_item (answer, i), "code");
}

static const TstHash *
body_hash (const Record *record)
{
  return &tst_envelope_get_fields (record->envelope)->body;
}

static void
test_one (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 4600, NULL, 0);
  TstBundlePart *part = g_ptr_array_index (record->parts, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_ALL | SEALED);
  g_autoptr (JsonObject) answer = fixture_take (fixture, bundle, 0);
  g_autoptr (JsonObject) again = NULL;

  g_assert_cmpstr (status_of (answer, 0), ==, "appended");
  g_assert_cmpint (tst_json_int (answer_item (answer, 0), "index", -1), ==, 0);
  g_assert_true (answer_holds (fixture, answer, body_hash (record), g_bytes_get_size (record->body)));
  g_assert_true (answer_holds (fixture, answer, &part->sha256, 4600));
  g_assert_false (item_misses (answer_item (answer, 0), body_hash (record)));
  again = fixture_take (fixture, bundle, 1);
  g_assert_cmpstr (status_of (again, 0), ==, "known");
  g_assert_true (answer_holds (fixture, again, body_hash (record), g_bytes_get_size (record->body)));
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, 1);
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM part"), ==, 1);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_refused (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  Tablet stranger = { .fixture = fixture };
  g_autoptr (Record) good = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) last = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) foreign = NULL;
  g_autoptr (Record) crossed = NULL;
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) garbage = g_bytes_new_static ("not a note", 10);
  g_autoptr (GBytes) forged = NULL;
  g_autoptr (GBytes) bundle = NULL;
  g_autoptr (JsonObject) answer = NULL;
  gsize size;
  const char *note = g_bytes_get_data (tst_envelope_get_note (last->envelope), &size);
  g_autofree char *copy = g_strndup (note, size);
  char *kind;

  stranger.keys[TST_CHAIN_FIELD] = tst_signing_key_generate (NULL);
  foreign = tablet_record (&stranger, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  /* The open chain's records under the field key. */
  stranger.keys[TST_CHAIN_OPEN] = tablet->keys[TST_CHAIN_FIELD];
  crossed = tablet_record (&stranger, TST_CHAIN_OPEN, TST_KIND_SURVEY, "survey", 0, 0, NULL, 0);
  kind = strstr (copy, "\"seq\":2");
  g_assert_nonnull (kind);
  kind[6] = '7';
  forged = g_bytes_new (copy, size);

  tst_bundle_writer_add_envelope (writer, garbage);
  bundle_add (writer, foreign, WITH_BODY);
  bundle_add (writer, crossed, WITH_BODY);
  tst_bundle_writer_add_envelope (writer, forged);
  bundle_add (writer, good, WITH_BODY);
  bundle_add (writer, last, WITH_BODY);
  bundle = tst_bundle_writer_finish (writer);
  answer = fixture_take (fixture, bundle, 0);
  g_assert_cmpstr (code_of (answer, 0), ==, "bad-envelope");
  g_assert_cmpstr (code_of (answer, 1), ==, "unknown-device");
  g_assert_cmpstr (code_of (answer, 2), ==, "wrong-chain");
  g_assert_cmpstr (code_of (answer, 3), ==, "bad-signature");
  g_assert_cmpstr (status_of (answer, 4), ==, "appended");
  g_assert_cmpstr (status_of (answer, 5), ==, "appended");
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, 2);
  tst_signing_key_unref (stranger.keys[TST_CHAIN_FIELD]);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_fork_and_gap (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (Record) one = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) two = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) other_two = NULL;
  g_autoptr (Record) three = NULL;
  g_autoptr (GBytes) bundle = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();

  tablet_forget_last (tablet, TST_CHAIN_FIELD, one);
  other_two = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  three = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  /* The first one is left out: a gap is no refusal. */
  bundle_add (writer, two, WITH_BODY);
  bundle_add (writer, other_two, WITH_BODY);
  bundle_add (writer, three, WITH_BODY);
  bundle = tst_bundle_writer_finish (writer);
  answer = fixture_take (fixture, bundle, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (status_of (answer, i), ==, "appended");
  g_assert_true (tst_json_bool (answer_item (answer, 0), "fork", FALSE));
  g_assert_true (tst_json_bool (answer_item (answer, 1), "fork", FALSE));
  g_assert_false (tst_json_bool (answer_item (answer, 2), "fork", TRUE));
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf WHERE fork = 1"), ==, 2);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_contents_late_and_wrong (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 900, NULL, 0);
  g_autoptr (Record) other = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 900, NULL, 0);
  TstBundlePart *part = g_ptr_array_index (record->parts, 0);
  TstBundlePart *foreign = g_ptr_array_index (other->parts, 0);
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) wrong = NULL;
  g_autoptr (GBytes) bare = bundle_of (record, 0);
  g_autoptr (GBytes) with_body = bundle_of (record, WITH_BODY | SEALED);
  g_autoptr (GBytes) with_parts = bundle_of (record, WITH_PARTS);
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;
  g_autoptr (JsonObject) third = NULL;
  g_autoptr (JsonObject) fourth = NULL;

  /* Another record's body and a part that this one does not name. */
  tst_bundle_writer_add_envelope (writer, tst_envelope_get_note (record->envelope));
  tst_bundle_writer_add_body (writer, other->sealed, TRUE);
  tst_bundle_writer_add_part (writer, &foreign->sha256, foreign->bytes);
  wrong = tst_bundle_writer_finish (writer);
  first = fixture_take (fixture, wrong, 0);
  g_assert_cmpstr (status_of (first, 0), ==, "appended");
  g_assert_cmpstr (code_of (first, 0), ==, "hash-mismatch");
  g_assert_true (item_misses (answer_item (first, 0), body_hash (record)));
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM body"), ==, 0);
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM part"), ==, 0);

  second = fixture_take (fixture, bare, 1);
  g_assert_cmpstr (status_of (second, 0), ==, "known");
  g_assert_true (item_misses (answer_item (second, 0), body_hash (record)));

  third = fixture_take (fixture, with_body, 1);
  g_assert_cmpstr (status_of (third, 0), ==, "known");
  g_assert_false (item_misses (answer_item (third, 0), body_hash (record)));
  g_assert_true (item_misses (answer_item (third, 0), &part->sha256));
  g_assert_true (answer_holds (fixture, third, body_hash (record), g_bytes_get_size (record->body)));
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf WHERE body_state = 'here'"), ==, 1);

  fourth = fixture_take (fixture, with_parts, 1);
  g_assert_false (item_misses (answer_item (fourth, 0), &part->sha256));
  g_assert_true (answer_holds (fixture, fourth, &part->sha256, 900));
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, 1);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_media_are_missed (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  TstHash medium = tst_hash_data ("a picture", 9);
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, &medium, 9);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_BODY);
  g_autoptr (JsonObject) answer = fixture_take (fixture, bundle, 0);

  g_assert_true (item_misses (answer_item (answer, 0), &medium));
  g_assert_false (answer_holds (fixture, answer, &medium, 9));
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_lost_and_retired (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  TstDeviceRegistry *devices = tst_central_get_devices (fixture->central);
  g_autoptr (Record) one = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (Record) two = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_SURVEY, "survey", 0, 0, NULL, 0);
  g_autoptr (GBytes) first = bundle_of (one, WITH_BODY);
  g_autoptr (GBytes) second = bundle_of (two, WITH_BODY | SEALED);
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) later = NULL;
  g_autoptr (GError) error = NULL;
  guint changed = 0;

  g_assert_true (tst_device_registry_set_state (devices, "tableta de prueba", TST_DEVICE_LOST, &changed, &error));
  g_assert_cmpuint (changed, ==, 2);
  answer = fixture_take (fixture, first, 0);
  g_assert_cmpstr (status_of (answer, 0), ==, "appended");
  g_assert_true (tst_device_registry_set_state (devices, tst_signing_key_get_name (tablet->keys[0]), TST_DEVICE_RETIRED,
                                                &changed, &error));
  g_assert_cmpuint (changed, ==, 2);
  later = fixture_take (fixture, second, 0);
  g_assert_cmpstr (status_of (later, 0), ==, "appended");
  g_assert_false (tst_device_registry_set_state (devices, "tableta de prueba", TST_DEVICE_LOST, &changed, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
  tablet_free (tablet);
  fixture_free (fixture);
}

typedef struct
{
  Fixture *fixture;
  GBytes *bundle;
  char *answer;
} Posting;

static gpointer
post (gpointer data)
{
  Posting *posting = data;

  posting->answer = tst_intake_take (posting->fixture->intake, posting->bundle, 0, NULL);
  return NULL;
}

static void
test_five_times_at_once (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) bundle = NULL;
  Posting postings[5];
  GThread *threads[5];
  guint appended = 0;

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "contribution", 1, 500, NULL, 0);

      bundle_add (writer, record, WITH_ALL | SEALED);
    }
  bundle = tst_bundle_writer_finish (writer);
  for (guint i = 0; i < 5; i++)
    {
      postings[i] = (Posting) { fixture, bundle, NULL };
      threads[i] = g_thread_new ("post", post, &postings[i]);
    }
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (JsonObject) answer = NULL;

      g_thread_join (threads[i]);
      g_assert_nonnull (postings[i].answer);
      answer = tst_json_parse_object (postings[i].answer, -1, NULL);
      fixture_check_answer (fixture, answer, bundle);
      for (guint j = 0; j < 40; j++)
        appended += strcmp (status_of (answer, j), "appended") == 0;
      g_free (postings[i].answer);
    }
  g_assert_cmpuint (appended, ==, 40);
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf"), ==, 40);
  g_assert_cmpuint (fixture_count (fixture, "SELECT count (*) FROM leaf WHERE fork = 1"), ==, 0);
  tablet_free (tablet);
  fixture_free (fixture);
}

/* --- the tree --- */

static void
append_some (Fixture *fixture, Tablet *tablet, guint n)
{
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (TstCheckpoint) before = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_autoptr (GBytes) bundle = NULL;
  g_autoptr (JsonObject) answer = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);

      bundle_add (writer, record, WITH_BODY);
    }
  bundle = tst_bundle_writer_finish (writer);
  answer = fixture_take (fixture, bundle, before->size);
}

static void
check_log (Fixture *fixture, guint64 size)
{
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_autofree char *read_only = tst_central_dup_read_only (fixture->central);

  g_assert_cmpstr (read_only, ==, NULL);
  g_assert_cmpuint (checkpoint->size, ==, size);
}

static void
test_crash_before_checkpoint (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (TstCheckpoint) whole = NULL;
  g_autoptr (TstCheckpoint) mended = NULL;

  append_some (fixture, tablet, 300);
  append_some (fixture, tablet, 300);
  whole = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  /* Leaves committed, nothing after them: the tree of before, with its partial tiles. */
  fixture_tamper (fixture, "DELETE FROM checkpoint WHERE size = 600; DELETE FROM tile WHERE level = 0 AND idx = 2;"
                           "UPDATE tile SET width = 44, hashes = substr (hashes, 1, 44 * 32) WHERE level = 0 AND idx = 1;"
                           "UPDATE tile SET width = 1, hashes = substr (hashes, 1, 32) WHERE level = 1");
  check_log (fixture, 600);
  mended = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_assert_true (tst_hash_equal (&whole->root, &mended->root));
  append_some (fixture, tablet, 100);
  check_log (fixture, 700);
  /* Tiles are made anew from the leaves. */
  fixture_tamper (fixture, "UPDATE tile SET hashes = zeroblob (width * 32) WHERE level = 0 AND idx = 0; DELETE FROM tile WHERE level = 1");
  check_log (fixture, 700);
  append_some (fixture, tablet, 1);
  check_log (fixture, 701);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
check_read_only (Fixture *fixture, Tablet *tablet, guint64 size)
{
  g_autofree char *read_only = tst_central_dup_read_only (fixture->central);
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_autoptr (Record) record = tablet_record (tablet, TST_CHAIN_FIELD, TST_KIND_EVIDENCE, "photo", 0, 0, NULL, 0);
  g_autoptr (GBytes) bundle = bundle_of (record, WITH_BODY);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (read_only);
  g_assert_cmpuint (checkpoint->size, ==, size);
  g_assert_null (tst_intake_take (fixture->intake, bundle, 0, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_READ_ONLY);
  g_assert_cmpuint (fixture_count (fixture, "SELECT max (size) FROM checkpoint"), ==, size);
}

static void
test_changed_leaf (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);

  append_some (fixture, tablet, 20);
  fixture_tamper (fixture, "UPDATE leaf SET note = CAST (replace (CAST (note AS TEXT), '\"seq\":7', '\"seq\":8') AS BLOB) WHERE idx = 6");
  check_read_only (fixture, tablet, 20);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_missing_leaf (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);

  append_some (fixture, tablet, 20);
  fixture_tamper (fixture, "DELETE FROM leaf WHERE idx = 19");
  check_read_only (fixture, tablet, 20);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_mirror_knows_more (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autofree char *mirror = g_build_filename (fixture->folder, "mirror", NULL);
  g_autoptr (JsonObject) change = json_object_new ();
  g_autoptr (TstCheckpoint) before = NULL;
  g_autoptr (TstCheckpoint) after = NULL;
  g_autoptr (GError) error = NULL;

  append_some (fixture, tablet, 5);
  json_object_set_string_member (change, "mirror", mirror);
  g_assert_true (tst_central_update_town (fixture->central, change, &error));
  fixture_reopen (fixture);
  append_some (fixture, tablet, 5);
  check_log (fixture, 10);
  before = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  /* An old copy put back: consistent with itself, and yet it lacks what was shown. */
  fixture_tamper (fixture, "DELETE FROM leaf WHERE idx >= 5; DELETE FROM checkpoint WHERE size > 5; DELETE FROM tile;");
  /* Filled up from the mirror before anything new is signed: the same leaves at the same places. */
  check_log (fixture, 10);
  after = tst_public_log_dup_checkpoint (tst_central_get_log (fixture->central));
  g_assert_true (tst_hash_equal (&before->root, &after->root));
  append_some (fixture, tablet, 1);
  check_log (fixture, 11);
  /* An old copy that went on by itself: the mirror says otherwise, and nothing more is signed. */
  fixture_tamper (fixture, "UPDATE leaf SET note = (SELECT note FROM leaf WHERE idx = 1), text_hash = zeroblob (32) WHERE idx = 10;"
                           "DELETE FROM checkpoint WHERE size > 10");
  check_read_only (fixture, tablet, 10);
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
count_fault (const char *code, gint64 index, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup_printf ("%s %" G_GINT64_FORMAT, code, index));
}

static void
test_verify (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint64 leaves;

  append_some (fixture, tablet, 20);
  g_assert_true (tst_public_log_verify (tst_central_get_log (fixture->central), count_fault, faults, &leaves, &error));
  g_assert_cmpuint (faults->len, ==, 0);
  g_assert_cmpuint (leaves, ==, 20);
  fixture_tamper (fixture, "UPDATE leaf SET text_hash = zeroblob (32) WHERE idx = 4");
  g_assert_true (tst_public_log_verify (tst_central_get_log (fixture->central), count_fault, faults, &leaves, &error));
  g_assert_cmpuint (faults->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (faults, 0), ==, "hash-mismatch 4");
  tablet_free (tablet);
  fixture_free (fixture);
}

static void
test_own_records (void)
{
  Fixture *fixture = fixture_new ();
  Tablet *tablet = tablet_new (fixture);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) envelopes = NULL;
  g_autoptr (TstEnvelope) next = NULL;
  g_autoptr (JsonObject) one_more = json_object_new ();
  g_autoptr (GError) error = NULL;
  TstVerifier *verifier = tst_signing_key_get_verifier (tst_central_get_records_key (fixture->central));

  append_some (fixture, tablet, 3);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *content = json_object_new ();

      json_object_set_string_member (content, "type", "note");
      g_ptr_array_add (contents, content);
    }
  g_assert_true (tst_central_append_records (fixture->central, TST_KIND_SYSTEM, contents, &envelopes, &error));
  fixture_reopen (fixture);
  json_object_set_string_member (one_more, "type", "note");
  g_assert_true (tst_central_append_record (fixture->central, TST_KIND_SYSTEM, one_more, &next, &error));
  verifier = tst_signing_key_get_verifier (tst_central_get_records_key (fixture->central));
  for (guint i = 0; i < 4; i++)
    {
      TstEnvelope *envelope = i < 3 ? g_ptr_array_index (envelopes, i) : next;
      const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);

      g_assert_true (tst_envelope_verify (envelope, verifier, &error));
      g_assert_cmpuint (fields->seq, ==, i + 1);
      g_assert_cmpint (fields->chain, ==, TST_CHAIN_CENTRAL);
      if (i > 0)
        g_assert_true (tst_hash_equal (&fields->prev, tst_envelope_get_text_hash (g_ptr_array_index (envelopes, i - 1))));
    }
  g_assert_cmpuint (tst_envelope_get_fields (next)->anchor_size, ==, 6);
  check_log (fixture, 7);
  tablet_free (tablet);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/intake/one", test_one);
  g_test_add_func ("/intake/refused", test_refused);
  g_test_add_func ("/intake/fork-and-gap", test_fork_and_gap);
  g_test_add_func ("/intake/contents-late-and-wrong", test_contents_late_and_wrong);
  g_test_add_func ("/intake/media-are-missed", test_media_are_missed);
  g_test_add_func ("/intake/lost-and-retired", test_lost_and_retired);
  g_test_add_func ("/intake/five-times-at-once", test_five_times_at_once);
  g_test_add_func ("/log/crash-before-checkpoint", test_crash_before_checkpoint);
  g_test_add_func ("/log/changed-leaf", test_changed_leaf);
  g_test_add_func ("/log/missing-leaf", test_missing_leaf);
  g_test_add_func ("/log/mirror-knows-more", test_mirror_knows_more);
  g_test_add_func ("/log/verify", test_verify);
  g_test_add_func ("/log/own-records", test_own_records);
  return g_test_run ();
}
