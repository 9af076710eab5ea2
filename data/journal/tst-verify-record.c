/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-verify-private.h"

#include "base/tst-codec.h"
#include "log/tst-checkpoint.h"
#include "record/tst-body.h"
#include "record/tst-note.h"

#include <string.h>

/* --- one record, with what proves it --- */

typedef struct
{
  TstVerify verify;
  const char *id;
  TstJournalRow row;
  JsonObject *answer;
} One;

/* The link to the record before it: a gap or another head is a fault of this one. */
static gboolean
load_previous (TstStore *store, const TstJournalRow *row, TstVerifyPrevious *previous, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, row->chain == TST_CHAIN_OPEN ? "SELECT text_hash FROM journal_open WHERE epoch = ?1 AND seq = ?2"
                                        : "SELECT text_hash FROM journal_field WHERE epoch = ?1 AND seq = ?2", error);
  gboolean more;

  *previous = (TstVerifyPrevious) { .epoch = row->epoch };
  if (statement == NULL || row->seq <= 1)
    return statement != NULL;
  tst_statement_bind_int (statement, 1, row->epoch);
  tst_statement_bind_int (statement, 2, row->seq - 1);
  if (!tst_statement_step (statement, &more, error))
    return FALSE;
  if (more && tst_statement_hash (statement, 0, &previous->head))
    previous->seq = row->seq - 1;
  return TRUE;
}

static gboolean
describe_proof (One *one, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT o.proof_index, o.proof, o.proof_size, c.note FROM outbox o JOIN checkpoint c ON c.size = o.proof_size"
           " WHERE o.text_hash = ?1 AND o.proof_index IS NOT NULL", error);
  g_autoptr (GBytes) bytes = NULL, note = NULL, file = NULL;
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autofree char *text = NULL, *whole = NULL;
  JsonArray *hashes;
  JsonObject *object;
  TstCheckpoint view = { 0 };
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, &one->row.text_hash);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  bytes = tst_statement_bytes (statement, 1);
  note = tst_statement_bytes (statement, 3);
  if (note == NULL)
    return TRUE;
  if (bytes != NULL)
    g_array_append_vals (proof, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) / sizeof (TstHash));
  hashes = json_array_new ();
  for (guint i = 0; i < proof->len; i++)
    {
      g_autofree char *hash = tst_hash_to_base64 (&g_array_index (proof, TstHash, i));

      json_array_add_string_element (hashes, hash);
    }
  view.note = note;
  file = tst_tlog_proof_write (tst_statement_int (statement, 0), proof, &view);
  text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  whole = g_strndup (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  object = json_object_new ();
  json_object_set_int_member (object, "index", tst_statement_int (statement, 0));
  json_object_set_int_member (object, "size", tst_statement_int (statement, 2));
  json_object_set_array_member (object, "hashes", hashes);
  json_object_set_string_member (object, "checkpoint", text);
  json_object_set_string_member (object, "file", whole);
  json_object_set_object_member (one->answer, "proof", object);
  return TRUE;
}

/* Only the receipts that this record leans on. */
static gboolean
check_own_holdings (One *one, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT n.sha256, n.bytes, n.what, h.bytes, h.issued_s, t.note, o.state FROM needed n JOIN outbox o ON o.text_hash = n.text_hash"
           " LEFT JOIN holding h ON h.sha256 = n.sha256 LEFT JOIN holding_note t ON t.sha256 = h.note WHERE n.text_hash = ?1"
           " ORDER BY h.issued_s", error);
  g_autofree char *newest = NULL;
  gint64 issued_s = 0;
  guint count = 0;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, &one->row.text_hash);
  while (TRUE)
    {
      g_autoptr (GBytes) note = NULL;
      g_autofree char *text = NULL;
      TstHash sha256 = { 0 };
      gboolean whole;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        break;
      tst_statement_hash (statement, 0, &sha256);
      if (tst_statement_is_null (statement, 3))
        {
          if (g_strcmp0 (tst_statement_text (statement, 6), "received") == 0)
            tst_verify_add_fault (&one->verify, NULL, NULL, 0, &sha256, tst_verify_code_name (TST_ERROR_BAD_RECEIPT));
          continue;
        }
      note = tst_statement_bytes (statement, 5);
      if (one->verify.town != NULL && note != NULL)
        text = tst_note_open (note, one->verify.town->http, NULL);
      whole = g_strcmp0 (tst_statement_text (statement, 2), "body") == 0
              || tst_statement_int (statement, 1) == tst_statement_int (statement, 3);
      if (text == NULL || !whole || !tst_verify_note_names (text, &sha256, tst_statement_int (statement, 3)))
        {
          tst_verify_add_fault (&one->verify, NULL, NULL, 0, &sha256, tst_verify_code_name (TST_ERROR_BAD_RECEIPT));
          continue;
        }
      count++;
      issued_s = tst_statement_int (statement, 4);
      g_free (newest);
      newest = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
    }
  if (count > 0)
    {
      JsonObject *object = json_object_new ();
      g_autofree char *issued = tst_time_format (issued_s);

      json_object_set_string_member (object, "issued_at", issued);
      json_object_set_int_member (object, "count", count);
      json_object_set_string_member (object, "note", newest);
      json_object_set_object_member (one->answer, "holding", object);
    }
  return TRUE;
}

static gboolean
verify_one_in_store (TstStore *store, gpointer data, GError **error)
{
  One *one = data;
  TstVerifyPrevious previous;

  return tst_journal_find (store, one->id, &one->row, error) && tst_verify_load_verifiers (&one->verify, store, error)
         && tst_verify_check_checkpoints (&one->verify, store, error) && tst_verify_check_decisions (&one->verify, store, error)
         && load_previous (store, &one->row, &previous, error)
         && tst_verify_check_row (&one->verify, store, &one->row, &previous, error) && describe_proof (one, store, error)
         && check_own_holdings (one, store, error) && tst_verify_note_freed (&one->verify, store, error);
}

static void
describe_media (One *one, JsonObject *body)
{
  g_autoptr (GPtrArray) media = tst_body_get_media (body, NULL);
  JsonArray *list = json_array_new ();

  for (guint i = 0; media != NULL && i < media->len; i++)
    {
      TstPartRef *ref = media->pdata[i];
      JsonObject *object = json_object_new ();
      g_autofree char *hex = tst_hash_to_hex (&ref->sha256);

      json_object_set_string_member (object, "sha256", hex);
      json_object_set_int_member (object, "bytes", ref->bytes);
      json_object_set_string_member (object, "type", ref->type);
      if (g_hash_table_contains (one->verify.freed, &ref->sha256))
        json_object_set_boolean_member (object, "freed", TRUE);
      json_array_add_object_element (list, object);
    }
  json_object_set_array_member (one->answer, "media", list);
}

JsonObject *
tst_field_book_verify_record (TstFieldBook *self, const char *record_id, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) answer = NULL;
  One one = { .id = record_id };
  gboolean done;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record_id != NULL, NULL);
  answer = tst_field_book_show_record (self, record_id, error);
  if (answer == NULL)
    return NULL;
  one.answer = answer;
  tst_verify_init (&one.verify, self, cancellable);
  done = tst_store_read (self->store, verify_one_in_store, &one, error) && tst_verify_check_media (&one.verify, TRUE, error);
  if (done)
    {
      g_autofree char *record = tst_hash_to_hex (&one.row.text_hash);
      g_autoptr (TstEnvelope) envelope = tst_envelope_parse (one.row.note, NULL);
      JsonArray *faults = json_array_new ();

      if (json_object_get_null_member (answer, "body"))
        json_object_remove_member (answer, "body");
      else
        describe_media (&one, tst_json_object (answer, "body"));
      json_object_set_string_member (answer, "record", record);
      json_object_set_string_member (answer, "chain", tst_chain_name (one.row.chain));
      json_object_set_int_member (answer, "seq", one.row.seq);
      if (envelope != NULL)
        json_object_set_string_member (answer, "device", tst_envelope_get_device (envelope));
      for (guint i = 0; i < one.verify.faults->len; i++)
        json_array_add_object_element (faults, json_object_ref (one.verify.faults->pdata[i]));
      json_object_set_array_member (answer, "faults", faults);
    }
  tst_journal_row_clear (&one.row);
  tst_verify_clear (&one.verify);
  return done ? g_steal_pointer (&answer) : NULL;
}
