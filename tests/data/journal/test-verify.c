/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A book with everything in it: both chains, parts, media, an amendment, proofs, holdings, a decision. */
static JournalFixture *
full_book (void)
{
  JournalFixture *fixture = journal_fixture_new (TRUE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *photo = journal_fixture_add_photo (fixture, event, "a.jpg");
  g_autofree char *attendance = journal_fixture_add_attendance (fixture, event, "Ana Prueba");
  g_autofree char *comment = journal_fixture_add_comment (fixture, event, "hola");
  g_autofree char *second = journal_fixture_add_comment (fixture, event, "otra vez");
  g_autofree char *amendment = NULL;
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (JsonObject) close = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_decision_free);
  g_autoptr (GError) error = NULL;
  TstHash record;

  json_object_set_string_member (changes, "caption", "Otra");
  amendment = tst_field_book_amend (fixture->book, photo, changes, &error);
  g_assert_no_error (error);
  close = tst_field_book_close_event (fixture->book, event, &error);
  g_assert_no_error (error);
  journal_fixture_receive (fixture, TST_CHAIN_FIELD, TRUE);
  journal_fixture_receive (fixture, TST_CHAIN_OPEN, TRUE);
  rows = journal_fixture_list (fixture, "records", NULL);
  g_assert_true (tst_hash_from_hex (tst_json_string (journal_fixture_row (rows, photo), "record"), &record));
  g_ptr_array_add (decisions, journal_fixture_decide (fixture, "accept", photo, &record, 3));
  tst_outbox_store_decisions (fixture->book, decisions, 4, &error);
  g_assert_no_error (error);
  return fixture;
}

static gboolean
has_fault (GPtrArray *faults, const char *chain, gint64 seq, const char *code)
{
  for (guint i = 0; i < faults->len; i++)
    if ((chain == NULL || g_strcmp0 (tst_json_string (faults->pdata[i], "chain"), chain) == 0)
        && (seq == 0 || tst_json_int (faults->pdata[i], "seq", 0) == seq)
        && g_strcmp0 (tst_json_string (faults->pdata[i], "code"), code) == 0)
      return TRUE;
  for (guint i = 0; i < faults->len; i++)
    {
      g_autofree char *text = tst_json_write (faults->pdata[i]);

      g_test_message ("%s", text);
    }
  return FALSE;
}

/* One hand, one change; each must be found, as what it is. Bytes are changed in the middle by one bit. */
#define FLIP(column, at) \
  "substr (" column ", 1, " at ") || (CASE substr (" column ", " at " + 1, 1) WHEN x'41' THEN x'42' ELSE x'41' END) || substr (" column ", " \
  at " + 2)"
#define FLIP_BLOB(column, at) "CAST (" FLIP (column, at) " AS BLOB)"

static const struct
{
  const char *name, *sql, *chain, *code;
  gint64 seq;
} tampers[] = {
  { "envelope-field", "UPDATE journal_field SET note = " FLIP_BLOB ("note", "300") " WHERE seq = 4", "field", "bad-envelope", 4 },
  { "signature-field", "UPDATE journal_field SET note = " FLIP_BLOB ("note", "(length (note) - 40)") " WHERE seq = 4", "field",
    "bad-signature", 4 },
  { "envelope-open", "UPDATE journal_open SET note = " FLIP_BLOB ("note", "(length (note) - 40)") " WHERE seq = 1", "open",
    "bad-signature", 1 },
  { "body-field", "UPDATE journal_field SET body = " FLIP_BLOB ("body", "(length (body) - 20)") " WHERE seq = 4", "field",
    "hash-mismatch", 4 },
  { "body-open", "UPDATE journal_open SET body = " FLIP_BLOB ("body", "(length (body) - 20)") " WHERE seq = 2", "open",
    "hash-mismatch", 2 },
  { "body-gone", "UPDATE journal_open SET body = NULL WHERE seq = 2", "open", "missing-content", 2 },
  { "stored-hash", "UPDATE journal_open SET stored_sha256 = zeroblob (32) WHERE seq = 2", "open", "hash-mismatch", 2 },
  { "row-gone", "DELETE FROM journal_field WHERE seq = 4", "field", "gap", 5 },
  { "row-moved", "UPDATE journal_field SET seq = 99 WHERE seq = 5", "field", "gap", 5 },
  { "text-hash", "UPDATE journal_field SET text_hash = zeroblob (32) WHERE seq = 4", "field", "hash-mismatch", 4 },
  { "id", "UPDATE journal_field SET id = 'another' WHERE seq = 4", "field", "hash-mismatch", 4 },
  { "part", "UPDATE sealed_part SET bytes = " FLIP_BLOB ("bytes", "900") " WHERE purpose = 'attendee'", "field", "hash-mismatch", 0 },
  { "part-gone", "DELETE FROM sealed_part WHERE purpose = 'contact'", "open", "missing-content", 0 },
  { "part-field-gone", "DELETE FROM sealed_part WHERE purpose = 'attendee'", "field", "missing-content", 0 },
  { "public-key", "UPDATE chain_key SET public_key = zeroblob (32) WHERE chain = 'open'", "open", "bad-signature", 0 },
  { "proof-index", "UPDATE outbox SET proof_index = 1 WHERE chain = 'field'", "field", "bad-proof", 0 },
  { "proof-hash", "UPDATE outbox SET proof = zeroblob (length (proof)) WHERE chain = 'open'", "open", "bad-proof", 0 },
  { "proof-size", "UPDATE outbox SET proof_size = 7 WHERE chain = 'open'", "open", "bad-proof", 0 },
  { "proof-gone", "UPDATE outbox SET proof_index = NULL WHERE chain = 'field'", "field", "bad-proof", 0 },
  { "checkpoint-note", "UPDATE checkpoint SET note = " FLIP_BLOB ("note", "40") " WHERE size = 2", NULL, "bad-proof", 0 },
  { "checkpoint-root", "UPDATE checkpoint SET root = zeroblob (32) WHERE size = 2", NULL, "bad-proof", 0 },
  { "holding-note", "UPDATE holding_note SET note = " FLIP_BLOB ("note", "90"), NULL, "bad-receipt", 0 },
  { "holding-size", "UPDATE holding SET bytes = bytes + 1", NULL, "bad-receipt", 0 },
  { "holding-gone", "DELETE FROM holding", NULL, "bad-receipt", 0 },
  { "decision-body", "UPDATE decision SET body = " FLIP_BLOB ("body", "900"), "central", "hash-mismatch", 0 },
  { "decision-note", "UPDATE decision SET envelope = " FLIP_BLOB ("envelope", "(length (envelope) - 40)"), "central",
    "bad-signature", 0 },
  { "decision-type", "UPDATE decision SET type = 'withhold'", "central", "hash-mismatch", 0 },
};

static void
test_tampers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tampers); i++)
    {
      g_autoptr (JournalFixture) fixture = full_book ();
      g_autoptr (GPtrArray) faults = NULL;

      g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
      g_test_message ("%s", tampers[i].name);
      journal_fixture_tamper (fixture, tampers[i].sql);
      g_assert_cmpint (journal_fixture_verify (fixture, TRUE, &faults), >, 0);
      g_assert_true (has_fault (faults, tampers[i].chain, tampers[i].seq, tampers[i].code));
    }
}

static void
test_media (void)
{
  g_autoptr (JournalFixture) fixture = full_book ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) media = tst_media_store_list (tst_field_book_get_media (fixture->book), &error);
  g_autofree char *path = NULL;
  g_autofree char *hex = NULL;
  g_autoptr (GPtrArray) faults = NULL;
  guint8 byte;
  int fd;

  g_assert_cmpint (media->len, ==, 1);
  hex = tst_hash_to_hex (&g_array_index (media, TstHash, 0));
  path = tst_media_store_path (tst_field_book_get_media (fixture->book), &g_array_index (media, TstHash, 0));
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  fd = open (path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, 500), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, 500), ==, 1);
  g_assert_cmpint (journal_fixture_verify (fixture, FALSE, NULL), ==, 0); /* the size is right: only deep sees it */
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, &faults), ==, 1);
  g_assert_cmpstr (tst_json_string (faults->pdata[0], "sha256"), ==, hex);
  g_assert_cmpstr (tst_json_string (faults->pdata[0], "code"), ==, "hash-mismatch");
  g_clear_pointer (&faults, g_ptr_array_unref);
  g_assert_cmpint (ftruncate (fd, 400), ==, 0);
  close (fd);
  g_assert_cmpint (journal_fixture_verify (fixture, FALSE, &faults), ==, 1);
  g_assert_cmpstr (tst_json_string (faults->pdata[0], "code"), ==, "hash-mismatch");
  g_clear_pointer (&faults, g_ptr_array_unref);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (journal_fixture_verify (fixture, FALSE, &faults), ==, 1);
  g_assert_cmpstr (tst_json_string (faults->pdata[0], "code"), ==, "missing-content");
}

/* A projection that somebody changed is found by the rebuild, and is right afterwards. */
static void
test_rebuild_tells (void)
{
  static const char *const sql[] = {
    "UPDATE item SET content = json_set (content, '$.caption', 'falsa') WHERE type = 'photo'",
    "DELETE FROM item WHERE type = 'comment'",
    "UPDATE event SET title = 'falso'",
    "UPDATE record SET work = 'X'",
    "UPDATE item SET standing = 'withdrawn'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    {
      g_autoptr (JournalFixture) fixture = full_book ();
      g_autoptr (GError) error = NULL;
      gboolean equal = TRUE;

      journal_fixture_tamper (fixture, sql[i]);
      tst_field_book_rebuild (fixture->book, &equal, &error);
      g_assert_no_error (error);
      g_assert_false (equal);
      journal_fixture_assert_rebuild_equal (fixture);
    }
}

static void
test_cancel (void)
{
  g_autoptr (JournalFixture) fixture = full_book ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (tst_field_book_verify (fixture->book, TRUE, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/tampers", test_tampers);
  g_test_add_func ("/verify/media", test_media);
  g_test_add_func ("/verify/rebuild-tells", test_rebuild_tells);
  g_test_add_func ("/verify/cancel", test_cancel);
  return g_test_run ();
}
