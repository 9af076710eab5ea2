/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-verify-private.h"

#include "base/tst-codec.h"
#include "log/tst-checkpoint.h"
#include "record/tst-body.h"
#include "record/tst-note.h"

#include <string.h>

/* Everything that lies in the folder against everything that was signed, hashed or proved. Reads only; a fault costs itself and the
 * walk goes on. */

void
tst_verify_add_fault (TstVerify *verify, const char *device, const char *chain, guint64 seq, const TstHash *sha256, const char *code)
{
  JsonObject *fault = json_object_new ();

  if (device != NULL)
    json_object_set_string_member (fault, "device", device);
  if (chain != NULL)
    json_object_set_string_member (fault, "chain", chain);
  if (seq > 0)
    json_object_set_int_member (fault, "seq", seq);
  if (sha256 != NULL)
    {
      g_autofree char *hex = tst_hash_to_hex (sha256);

      json_object_set_string_member (fault, "sha256", hex);
    }
  json_object_set_string_member (fault, "code", code);
  g_ptr_array_add (verify->faults, fault);
}

const char *
tst_verify_code_name (TstError code)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, (int) code, "");

  return tst_error_code (error);
}

static gboolean
check_cancelled (TstVerify *verify, GError **error)
{
  if (!g_cancellable_is_cancelled (verify->cancellable))
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed.");
  return FALSE;
}

/* --- keys, checkpoints, decisions --- */

gboolean
tst_verify_load_verifiers (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT chain, epoch, device, public_key FROM chain_key ORDER BY chain, epoch", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autoptr (GBytes) key = NULL;
      g_autoptr (TstVerifier) verifier = NULL;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      key = tst_statement_bytes (statement, 3);
      if (key != NULL && g_bytes_get_size (key) == TST_PUBLIC_KEY_SIZE)
        verifier = tst_verifier_new_for_device (g_bytes_get_data (key, NULL));
      if (verifier == NULL || g_strcmp0 (tst_verifier_get_name (verifier), tst_statement_text (statement, 2)) != 0)
        {
          tst_verify_add_fault (verify, tst_statement_text (statement, 2), tst_statement_text (statement, 0), 0, NULL,
                     tst_verify_code_name (TST_ERROR_BAD_SIGNATURE));
          continue;
        }
      g_hash_table_insert (verify->verifiers,
                           g_strdup_printf ("%s/%d", tst_statement_text (statement, 0), (int) tst_statement_int (statement, 1)),
                           g_steal_pointer (&verifier));
    }
}

gboolean
tst_verify_check_checkpoints (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT size, root, note FROM checkpoint ORDER BY size", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autoptr (GBytes) note = NULL;
      g_autoptr (TstCheckpoint) checkpoint = NULL;
      TstHash root = { 0 };
      guint64 size;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      size = tst_statement_int (statement, 0);
      tst_statement_hash (statement, 1, &root);
      note = tst_statement_bytes (statement, 2);
      if (verify->town != NULL && note != NULL)
        checkpoint = tst_checkpoint_open (note, verify->town->log, NULL);
      if (checkpoint == NULL || checkpoint->size != size || !tst_hash_equal (&checkpoint->root, &root))
        {
          tst_verify_add_fault (verify, NULL, NULL, 0, &root, tst_verify_code_name (TST_ERROR_BAD_PROOF));
          continue;
        }
      g_hash_table_insert (verify->roots, g_memdup2 (&size, sizeof size), g_memdup2 (&root, sizeof root));
    }
}

gboolean
tst_verify_check_decisions (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT type, target, envelope, body, reason FROM decision ORDER BY idx", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      g_autoptr (GBytes) note = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (TstEnvelope) envelope = NULL;
      g_autoptr (JsonObject) body = NULL;
      const char *type, *target;
      TstHash hash;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      type = tst_statement_text (statement, 0);
      target = tst_statement_text (statement, 1);
      note = tst_statement_bytes (statement, 2);
      bytes = tst_statement_bytes (statement, 3);
      envelope = note != NULL ? tst_envelope_parse (note, NULL) : NULL;
      if (envelope == NULL || bytes == NULL)
        {
          tst_verify_add_fault (verify, NULL, "central", 0, NULL, tst_verify_code_name (TST_ERROR_BAD_ENVELOPE));
          continue;
        }
      hash = tst_hash_bytes (bytes);
      body = tst_body_parse (bytes, NULL);
      if (verify->town == NULL || !tst_envelope_verify (envelope, verify->town->records, NULL))
        tst_verify_add_fault (verify, tst_envelope_get_device (envelope), "central", tst_envelope_get_fields (envelope)->seq, NULL,
                   tst_verify_code_name (TST_ERROR_BAD_SIGNATURE));
      else if (!tst_hash_equal (&hash, &tst_envelope_get_fields (envelope)->body) || body == NULL
               || g_strcmp0 (type, tst_json_string (body, "type")) != 0
               || g_strcmp0 (target, tst_json_string (body, "target")) != 0)
        tst_verify_add_fault (verify, tst_envelope_get_device (envelope), "central", tst_envelope_get_fields (envelope)->seq, NULL,
                   tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
      else if (g_strcmp0 (type, "erase") == 0 && target != NULL)
        g_hash_table_add (verify->erased, g_strdup (target));
    }
}

/* --- one record --- */

static gboolean
check_proof (TstVerify *verify, TstStore *store, TstEnvelope *envelope, const char *chain, GError **error)
{
  const TstHash *text_hash = tst_envelope_get_text_hash (envelope);
  guint64 seq = tst_envelope_get_fields (envelope)->seq;
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT proof_index, proof, proof_size, state FROM outbox WHERE text_hash = ?1", error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  const TstHash *root;
  guint64 size;
  TstHash leaf;
  gboolean row;
  gsize length;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, text_hash);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    {
      tst_verify_add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, tst_verify_code_name (TST_ERROR_STORE_DAMAGED));
      return TRUE;
    }
  if (tst_statement_is_null (statement, 0))
    {
      if (g_strcmp0 (tst_statement_text (statement, 3), "received") == 0)
        tst_verify_add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, tst_verify_code_name (TST_ERROR_BAD_PROOF));
      return TRUE;
    }
  bytes = tst_statement_bytes (statement, 1);
  length = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  if (length > 0)
    g_array_append_vals (proof, g_bytes_get_data (bytes, NULL), length / sizeof (TstHash));
  size = tst_statement_int (statement, 2);
  root = g_hash_table_lookup (verify->roots, &size);
  leaf = tst_merkle_leaf (g_bytes_get_data (tst_envelope_get_note (envelope), NULL),
                          g_bytes_get_size (tst_envelope_get_note (envelope)));
  if (root == NULL || length % sizeof (TstHash) != 0
      || !tst_merkle_check_inclusion (&leaf, tst_statement_int (statement, 0), size, proof, root, NULL))
    tst_verify_add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, tst_verify_code_name (TST_ERROR_BAD_PROOF));
  return TRUE;
}

static gboolean
check_parts (TstVerify *verify, TstStore *store, const TstJournalRow *row, JsonObject *body, const char *device,
             const char *chain, GError **error)
{
  g_autoptr (GPtrArray) named = body != NULL ? tst_body_get_sealed (body, NULL) : NULL;
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT sha256, bytes FROM sealed_part WHERE text_hash = ?1", error);
  guint here = 0;
  gboolean more;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, &row->text_hash);
  while (TRUE)
    {
      g_autoptr (GBytes) bytes = NULL;
      TstHash name = { 0 }, hash;
      gboolean known = named == NULL;

      if (!tst_statement_step (statement, &more, error))
        return FALSE;
      if (!more)
        break;
      tst_statement_hash (statement, 0, &name);
      bytes = tst_statement_bytes (statement, 1);
      hash = bytes != NULL ? tst_hash_bytes (bytes) : (TstHash) { 0 };
      for (guint i = 0; named != NULL && i < named->len; i++)
        known = known || tst_hash_equal (&((TstPartRef *) named->pdata[i])->sha256, &name);
      if (!known || !tst_hash_equal (&hash, &name))
        tst_verify_add_fault (verify, device, chain, row->seq, &name, tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
      here++;
    }
  /* The device cannot read which part an open body names; what was written down as needed tells. */
  {
    g_autoptr (TstStatement) needed
      = tst_store_prepare (store, "SELECT count(*) FROM needed WHERE text_hash = ?1 AND what = 'part'", error);
    guint wanted;

    if (needed == NULL)
      return FALSE;
    tst_statement_bind_hash (needed, 1, &row->text_hash);
    if (!tst_statement_step (needed, &more, error))
      return FALSE;
    wanted = named != NULL ? named->len : more ? (guint) tst_statement_int (needed, 0) : 0;
    if (here < wanted)
      tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_MISSING_CONTENT));
  }
  return TRUE;
}

static void
note_media (TstVerify *verify, JsonObject *body)
{
  g_autoptr (GPtrArray) media = body != NULL ? tst_body_get_media (body, NULL) : NULL;

  for (guint i = 0; media != NULL && i < media->len; i++)
    {
      TstPartRef *ref = media->pdata[i];

      g_hash_table_insert (verify->media, g_memdup2 (&ref->sha256, sizeof ref->sha256), g_memdup2 (&ref->bytes, sizeof ref->bytes));
    }
}

static void
check_order (TstVerify *verify, const TstJournalRow *row, TstEnvelope *envelope, TstVerifyPrevious *previous, const char *chain)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  const char *device = tst_envelope_get_device (envelope);

  if (row->epoch != previous->epoch)
    *previous = (TstVerifyPrevious) { .epoch = row->epoch };
  if (fields->seq != previous->seq + 1 || fields->seq != row->seq)
    tst_verify_add_fault (verify, device, chain, fields->seq, NULL, tst_verify_code_name (TST_ERROR_GAP));
  else if (!tst_hash_equal (&fields->prev, &previous->head))
    tst_verify_add_fault (verify, device, chain, fields->seq, NULL, tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
  previous->seq = fields->seq;
  previous->head = *tst_envelope_get_text_hash (envelope);
}

/* By a decision that verifies, of the record itself or of the one that it amended. */
static gboolean
was_erased (TstVerify *verify, const TstJournalRow *row)
{
  g_autoptr (JsonObject) local = row->local != NULL ? tst_json_parse_object (row->local, -1, NULL) : NULL;
  const char *target = tst_json_string (local, "target");

  return row->erased
         && (g_hash_table_contains (verify->erased, row->id)
             || (target != NULL && g_hash_table_contains (verify->erased, target)));
}

gboolean
tst_verify_check_row (TstVerify *verify, TstStore *store, const TstJournalRow *row, TstVerifyPrevious *previous, GError **error)
{
  const char *chain = tst_chain_name (row->chain);
  g_autofree char *key = g_strdup_printf ("%s/%u", chain, row->epoch);
  TstVerifier *verifier = g_hash_table_lookup (verify->verifiers, key);
  const char *device = verifier != NULL ? tst_verifier_get_name (verifier) : NULL;
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (row->note, NULL);
  g_autoptr (JsonObject) body = NULL;
  const TstEnvelopeFields *fields;
  TstHash stored;

  verify->records++;
  if (envelope == NULL)
    {
      tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_BAD_ENVELOPE));
      previous->seq = row->seq;
      previous->epoch = row->epoch;
      previous->head = row->text_hash;
      return TRUE;
    }
  fields = tst_envelope_get_fields (envelope);
  if (verifier == NULL || !tst_envelope_verify (envelope, verifier, NULL))
    tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_BAD_SIGNATURE));
  if (fields->chain != row->chain || g_strcmp0 (fields->id, row->id) != 0
      || !tst_hash_equal (tst_envelope_get_text_hash (envelope), &row->text_hash))
    tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
  if (row->chain == TST_CHAIN_OPEN && fields->utc_s % TST_HOUR != 0)
    tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_BAD_VALUE));
  check_order (verify, row, envelope, previous, chain);

  if (row->body == NULL)
    {
      if (!was_erased (verify, row))
        tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_MISSING_CONTENT));
      return check_proof (verify, store, envelope, chain, error);
    }
  stored = tst_hash_bytes (row->body);
  if (!tst_hash_equal (&stored, &row->stored_sha256)
      || (!row->body_sealed && !tst_hash_equal (&stored, &fields->body)))
    tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
  else if (!row->body_sealed)
    {
      body = tst_body_parse (row->body, NULL);
      if (body == NULL || g_strcmp0 (tst_json_string (body, "id"), fields->id) != 0)
        tst_verify_add_fault (verify, device, chain, row->seq, NULL, tst_verify_code_name (TST_ERROR_BAD_BODY));
    }
  note_media (verify, body);
  return check_parts (verify, store, row, body, device, chain, error)
         && check_proof (verify, store, envelope, chain, error);
}

static gboolean
check_chain (TstVerify *verify, TstStore *store, TstChain chain, GError **error)
{
  g_auto (TstJournalRow) row = { 0 };
  TstVerifyPrevious previous = { 0 };
  gint64 n = 0;

  while (TRUE)
    {
      if (!check_cancelled (verify, error) || !tst_journal_next (store, chain, n, &row, error))
        return FALSE;
      if (row.note == NULL)
        return TRUE;
      n = row.n;
      if (!tst_verify_check_row (verify, store, &row, &previous, error))
        return FALSE;
    }
}

/* --- holdings --- */

/* "testigo-holding v1", origin, time, then a line for each: as sync/protocol/README.md § 5 has it. */
gboolean
tst_verify_note_names (const char *text, const TstHash *sha256, guint64 bytes)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);
  g_autofree char *line = g_strdup_printf ("\n%s %" G_GUINT64_FORMAT "\n", hex, bytes);

  return g_str_has_prefix (text, "testigo-holding v1\n") && strstr (text, line) != NULL;
}

static gboolean
check_holdings (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT h.sha256, h.bytes, n.sha256, n.note FROM holding h LEFT JOIN holding_note n ON n.sha256 = h.note"
           " ORDER BY h.note", error);
  g_autofree char *text = NULL;
  TstHash current = { 0 };
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      TstHash sha256 = { 0 }, note_hash = { 0 };

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      tst_statement_hash (statement, 0, &sha256);
      if (!tst_statement_hash (statement, 2, &note_hash))
        g_clear_pointer (&text, g_free);
      else if (text == NULL || !tst_hash_equal (&note_hash, &current))
        {
          g_autoptr (GBytes) note = tst_statement_bytes (statement, 3);

          g_clear_pointer (&text, g_free);
          if (verify->town != NULL && note != NULL)
            text = tst_note_open (note, verify->town->http, NULL);
          current = note_hash;
        }
      if (text == NULL || !tst_verify_note_names (text, &sha256, tst_statement_int (statement, 1)))
        tst_verify_add_fault (verify, NULL, NULL, 0, &sha256, tst_verify_code_name (TST_ERROR_BAD_RECEIPT));
    }
}

/* --- states --- */

/* A record that claims to be received must have a holding for all it needs. */
static gboolean
check_states (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "SELECT r.chain, r.seq FROM outbox o JOIN record r ON r.id = o.id WHERE o.state = 'received' AND EXISTS ("
    " SELECT 1 FROM needed n WHERE n.text_hash = o.text_hash"
    " AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.sha256 = n.sha256))", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      tst_verify_add_fault (verify, NULL, tst_statement_text (statement, 0), tst_statement_int (statement, 1), NULL,
                 tst_verify_code_name (TST_ERROR_BAD_RECEIPT));
    }
}

gboolean
tst_verify_note_freed (TstVerify *verify, TstStore *store, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "SELECT m.sha256 FROM medium m JOIN holding h ON h.sha256 = m.sha256 AND h.bytes = m.bytes WHERE m.state = 'freed'", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      TstHash hash;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (statement, 0, &hash))
        g_hash_table_add (verify->freed, g_memdup2 (&hash, sizeof hash));
    }
}

static gboolean
verify_in_store (TstStore *store, gpointer data, GError **error)
{
  TstVerify *verify = data;

  return tst_verify_load_verifiers (verify, store, error) && tst_verify_check_checkpoints (verify, store, error)
         && tst_verify_check_decisions (verify, store, error) && check_chain (verify, store, TST_CHAIN_FIELD, error)
         && check_chain (verify, store, TST_CHAIN_OPEN, error) && check_holdings (verify, store, error)
         && check_states (verify, store, error) && tst_verify_note_freed (verify, store, error);
}

/* --- media, outside of the store's thread --- */

gboolean
tst_verify_check_media (TstVerify *verify, gboolean deep, GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, verify->media);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const TstHash *hash = key;
      guint64 bytes = 0;
      g_autoptr (GError) local = NULL;

      if (!check_cancelled (verify, error))
        return FALSE;
      if (!tst_media_store_has (verify->self->media, hash, &bytes) && g_hash_table_contains (verify->freed, hash))
        verify->n_freed++;
      else if (!tst_media_store_has (verify->self->media, hash, &bytes))
        tst_verify_add_fault (verify, NULL, NULL, 0, hash, tst_verify_code_name (TST_ERROR_MISSING_CONTENT));
      else if (bytes != *(guint64 *) value)
        tst_verify_add_fault (verify, NULL, NULL, 0, hash, tst_verify_code_name (TST_ERROR_HASH_MISMATCH));
      else if (deep && !tst_media_store_check (verify->self->media, hash, verify->cancellable, &local))
        {
          if (g_error_matches (local, TST_ERROR, TST_ERROR_CANCELLED) || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            return check_cancelled (verify, error);
          tst_verify_add_fault (verify, NULL, NULL, 0, hash, tst_error_code (local));
        }
    }
  return TRUE;
}

void
tst_verify_init (TstVerify *verify, TstFieldBook *self, GCancellable *cancellable)
{
  *verify = (TstVerify) { .self = self, .cancellable = cancellable };
  verify->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  verify->verifiers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tst_verifier_unref);
  verify->roots = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  verify->media = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  verify->freed = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  verify->erased = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  verify->town = tst_field_book_dup_town_keys (self);
}

void
tst_verify_clear (TstVerify *verify)
{
  if (verify->faults == NULL)
    return;
  g_ptr_array_unref (verify->faults);
  g_hash_table_unref (verify->verifiers);
  g_hash_table_unref (verify->roots);
  g_hash_table_unref (verify->media);
  g_hash_table_unref (verify->freed);
  g_hash_table_unref (verify->erased);
  g_clear_pointer (&verify->town, tst_town_keys_free);
}

gboolean
tst_field_book_verify (TstFieldBook *self, gboolean deep, TstRowFunc on_fault, gpointer user_data, JsonObject **counts,
                       GCancellable *cancellable, GError **error)
{
  g_auto (TstVerify) verify = { 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  tst_verify_init (&verify, self, cancellable);
  if (!tst_store_read (self->store, verify_in_store, &verify, error) || !tst_verify_check_media (&verify, deep, error))
    return FALSE;
  for (guint i = 0; on_fault != NULL && i < verify.faults->len; i++)
    if (!on_fault (verify.faults->pdata[i], user_data))
      break;
  if (counts != NULL)
    {
      *counts = json_object_new ();
      json_object_set_int_member (*counts, "records", verify.records);
      json_object_set_int_member (*counts, "media", g_hash_table_size (verify.media));
      if (verify.n_freed > 0)
        json_object_set_int_member (*counts, "freed", verify.n_freed);
      json_object_set_int_member (*counts, "faults", verify.faults->len);
    }
  return TRUE;
}
