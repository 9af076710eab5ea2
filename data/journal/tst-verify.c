/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "log/tst-checkpoint.h"
#include "record/tst-body.h"
#include "record/tst-note.h"

#include <string.h>

/* Everything that lies in the folder against everything that was signed, hashed or proved. Reads only; a fault costs itself and the
 * walk goes on. */

typedef struct
{
  TstFieldBook *self;
  GPtrArray *faults;      /* of JsonObject */
  GHashTable *verifiers;  /* device → TstVerifier */
  GHashTable *roots;      /* checkpoint size → TstHash */
  GHashTable *media;      /* TstHash → bytes (guint64), what journal bodies name */
  GHashTable *freed;      /* TstHash: originals taken away on central's receipt, which is still here */
  guint n_freed;
  GHashTable *erased;     /* ids that central's decisions erased */
  TstTownKeys *town;
  GCancellable *cancellable;
  guint64 records;
} Verify;

static void
add_fault (Verify *verify, const char *device, const char *chain, guint64 seq, const TstHash *sha256, const char *code)
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

static const char *
code_name (TstError code)
{
  g_autoptr (GError) error = g_error_new_literal (TST_ERROR, (int) code, "");

  return tst_error_code (error);
}

static gboolean
check_cancelled (Verify *verify, GError **error)
{
  if (!g_cancellable_is_cancelled (verify->cancellable))
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed.");
  return FALSE;
}

/* --- keys, checkpoints, decisions --- */

static gboolean
load_verifiers (Verify *verify, TstStore *store, GError **error)
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
          add_fault (verify, tst_statement_text (statement, 2), tst_statement_text (statement, 0), 0, NULL,
                     code_name (TST_ERROR_BAD_SIGNATURE));
          continue;
        }
      g_hash_table_insert (verify->verifiers,
                           g_strdup_printf ("%s/%d", tst_statement_text (statement, 0), (int) tst_statement_int (statement, 1)),
                           g_steal_pointer (&verifier));
    }
}

static gboolean
check_checkpoints (Verify *verify, TstStore *store, GError **error)
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
          add_fault (verify, NULL, NULL, 0, &root, code_name (TST_ERROR_BAD_PROOF));
          continue;
        }
      g_hash_table_insert (verify->roots, g_memdup2 (&size, sizeof size), g_memdup2 (&root, sizeof root));
    }
}

static gboolean
check_decisions (Verify *verify, TstStore *store, GError **error)
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
          add_fault (verify, NULL, "central", 0, NULL, code_name (TST_ERROR_BAD_ENVELOPE));
          continue;
        }
      hash = tst_hash_bytes (bytes);
      body = tst_body_parse (bytes, NULL);
      if (verify->town == NULL || !tst_envelope_verify (envelope, verify->town->records, NULL))
        add_fault (verify, tst_envelope_get_device (envelope), "central", tst_envelope_get_fields (envelope)->seq, NULL,
                   code_name (TST_ERROR_BAD_SIGNATURE));
      else if (!tst_hash_equal (&hash, &tst_envelope_get_fields (envelope)->body) || body == NULL
               || g_strcmp0 (type, tst_json_string (body, "type")) != 0
               || g_strcmp0 (target, tst_json_string (body, "target")) != 0)
        add_fault (verify, tst_envelope_get_device (envelope), "central", tst_envelope_get_fields (envelope)->seq, NULL,
                   code_name (TST_ERROR_HASH_MISMATCH));
      else if (g_strcmp0 (type, "erase") == 0 && target != NULL)
        g_hash_table_add (verify->erased, g_strdup (target));
    }
}

/* --- one record --- */

static gboolean
check_proof (Verify *verify, TstStore *store, TstEnvelope *envelope, const char *chain, GError **error)
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
      add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, code_name (TST_ERROR_STORE_DAMAGED));
      return TRUE;
    }
  if (tst_statement_is_null (statement, 0))
    {
      if (g_strcmp0 (tst_statement_text (statement, 3), "received") == 0)
        add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, code_name (TST_ERROR_BAD_PROOF));
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
    add_fault (verify, tst_envelope_get_device (envelope), chain, seq, NULL, code_name (TST_ERROR_BAD_PROOF));
  return TRUE;
}

static gboolean
check_parts (Verify *verify, TstStore *store, const TstJournalRow *row, JsonObject *body, const char *device,
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
        add_fault (verify, device, chain, row->seq, &name, code_name (TST_ERROR_HASH_MISMATCH));
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
      add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_MISSING_CONTENT));
  }
  return TRUE;
}

static void
note_media (Verify *verify, JsonObject *body)
{
  g_autoptr (GPtrArray) media = body != NULL ? tst_body_get_media (body, NULL) : NULL;

  for (guint i = 0; media != NULL && i < media->len; i++)
    {
      TstPartRef *ref = media->pdata[i];

      g_hash_table_insert (verify->media, g_memdup2 (&ref->sha256, sizeof ref->sha256), g_memdup2 (&ref->bytes, sizeof ref->bytes));
    }
}

typedef struct
{
  guint epoch;
  guint64 seq;
  TstHash head;
} Previous;

static void
check_order (Verify *verify, const TstJournalRow *row, TstEnvelope *envelope, Previous *previous, const char *chain)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  const char *device = tst_envelope_get_device (envelope);

  if (row->epoch != previous->epoch)
    *previous = (Previous) { .epoch = row->epoch };
  if (fields->seq != previous->seq + 1 || fields->seq != row->seq)
    add_fault (verify, device, chain, fields->seq, NULL, code_name (TST_ERROR_GAP));
  else if (!tst_hash_equal (&fields->prev, &previous->head))
    add_fault (verify, device, chain, fields->seq, NULL, code_name (TST_ERROR_HASH_MISMATCH));
  previous->seq = fields->seq;
  previous->head = *tst_envelope_get_text_hash (envelope);
}

/* By a decision that verifies, of the record itself or of the one that it amended. */
static gboolean
was_erased (Verify *verify, const TstJournalRow *row)
{
  g_autoptr (JsonObject) local = row->local != NULL ? tst_json_parse_object (row->local, -1, NULL) : NULL;
  const char *target = tst_json_string (local, "target");

  return row->erased
         && (g_hash_table_contains (verify->erased, row->id)
             || (target != NULL && g_hash_table_contains (verify->erased, target)));
}

static gboolean
check_row (Verify *verify, TstStore *store, const TstJournalRow *row, Previous *previous, GError **error)
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
      add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_BAD_ENVELOPE));
      previous->seq = row->seq;
      previous->epoch = row->epoch;
      previous->head = row->text_hash;
      return TRUE;
    }
  fields = tst_envelope_get_fields (envelope);
  if (verifier == NULL || !tst_envelope_verify (envelope, verifier, NULL))
    add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_BAD_SIGNATURE));
  if (fields->chain != row->chain || g_strcmp0 (fields->id, row->id) != 0
      || !tst_hash_equal (tst_envelope_get_text_hash (envelope), &row->text_hash))
    add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_HASH_MISMATCH));
  if (row->chain == TST_CHAIN_OPEN && fields->utc_s % TST_HOUR != 0)
    add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_BAD_VALUE));
  check_order (verify, row, envelope, previous, chain);

  if (row->body == NULL)
    {
      if (!was_erased (verify, row))
        add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_MISSING_CONTENT));
      return check_proof (verify, store, envelope, chain, error);
    }
  stored = tst_hash_bytes (row->body);
  if (!tst_hash_equal (&stored, &row->stored_sha256)
      || (!row->body_sealed && !tst_hash_equal (&stored, &fields->body)))
    add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_HASH_MISMATCH));
  else if (!row->body_sealed)
    {
      body = tst_body_parse (row->body, NULL);
      if (body == NULL || g_strcmp0 (tst_json_string (body, "id"), fields->id) != 0)
        add_fault (verify, device, chain, row->seq, NULL, code_name (TST_ERROR_BAD_BODY));
    }
  note_media (verify, body);
  return check_parts (verify, store, row, body, device, chain, error)
         && check_proof (verify, store, envelope, chain, error);
}

static gboolean
check_chain (Verify *verify, TstStore *store, TstChain chain, GError **error)
{
  g_auto (TstJournalRow) row = { 0 };
  Previous previous = { 0 };
  gint64 n = 0;

  while (TRUE)
    {
      if (!check_cancelled (verify, error) || !tst_journal_next (store, chain, n, &row, error))
        return FALSE;
      if (row.note == NULL)
        return TRUE;
      n = row.n;
      if (!check_row (verify, store, &row, &previous, error))
        return FALSE;
    }
}

/* --- holdings --- */

/* "testigo-holding v1", origin, time, then a line for each: as sync/protocol/README.md § 5 has it. */
static gboolean
note_names (const char *text, const TstHash *sha256, guint64 bytes)
{
  g_autofree char *hex = tst_hash_to_hex (sha256);
  g_autofree char *line = g_strdup_printf ("\n%s %" G_GUINT64_FORMAT "\n", hex, bytes);

  return g_str_has_prefix (text, "testigo-holding v1\n") && strstr (text, line) != NULL;
}

static gboolean
check_holdings (Verify *verify, TstStore *store, GError **error)
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
      if (text == NULL || !note_names (text, &sha256, tst_statement_int (statement, 1)))
        add_fault (verify, NULL, NULL, 0, &sha256, code_name (TST_ERROR_BAD_RECEIPT));
    }
}

/* --- states --- */

/* A record that claims to be received must have a holding for all it needs. */
static gboolean
check_states (Verify *verify, TstStore *store, GError **error)
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
      add_fault (verify, NULL, tst_statement_text (statement, 0), tst_statement_int (statement, 1), NULL,
                 code_name (TST_ERROR_BAD_RECEIPT));
    }
}

static gboolean
note_freed (Verify *verify, TstStore *store, GError **error)
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
  Verify *verify = data;

  return load_verifiers (verify, store, error) && check_checkpoints (verify, store, error)
         && check_decisions (verify, store, error) && check_chain (verify, store, TST_CHAIN_FIELD, error)
         && check_chain (verify, store, TST_CHAIN_OPEN, error) && check_holdings (verify, store, error)
         && check_states (verify, store, error) && note_freed (verify, store, error);
}

/* --- media, outside of the store's thread --- */

static gboolean
check_media (Verify *verify, gboolean deep, GError **error)
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
        add_fault (verify, NULL, NULL, 0, hash, code_name (TST_ERROR_MISSING_CONTENT));
      else if (bytes != *(guint64 *) value)
        add_fault (verify, NULL, NULL, 0, hash, code_name (TST_ERROR_HASH_MISMATCH));
      else if (deep && !tst_media_store_check (verify->self->media, hash, verify->cancellable, &local))
        {
          if (g_error_matches (local, TST_ERROR, TST_ERROR_CANCELLED) || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            return check_cancelled (verify, error);
          add_fault (verify, NULL, NULL, 0, hash, tst_error_code (local));
        }
    }
  return TRUE;
}

static void
verify_init (Verify *verify, TstFieldBook *self, GCancellable *cancellable)
{
  *verify = (Verify) { .self = self, .cancellable = cancellable };
  verify->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  verify->verifiers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tst_verifier_unref);
  verify->roots = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  verify->media = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  verify->freed = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  verify->erased = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  verify->town = tst_field_book_dup_town_keys (self);
}

static void
verify_clear (Verify *verify)
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Verify, verify_clear)

gboolean
tst_field_book_verify (TstFieldBook *self, gboolean deep, TstRowFunc on_fault, gpointer user_data, JsonObject **counts,
                       GCancellable *cancellable, GError **error)
{
  g_auto (Verify) verify = { 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  verify_init (&verify, self, cancellable);
  if (!tst_store_read (self->store, verify_in_store, &verify, error) || !check_media (&verify, deep, error))
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

/* --- one record, with what proves it --- */

typedef struct
{
  Verify verify;
  const char *id;
  TstJournalRow row;
  JsonObject *answer;
} One;

/* The link to the record before it: a gap or another head is a fault of this one. */
static gboolean
load_previous (TstStore *store, const TstJournalRow *row, Previous *previous, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, row->chain == TST_CHAIN_OPEN ? "SELECT text_hash FROM journal_open WHERE epoch = ?1 AND seq = ?2"
                                        : "SELECT text_hash FROM journal_field WHERE epoch = ?1 AND seq = ?2", error);
  gboolean more;

  *previous = (Previous) { .epoch = row->epoch };
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
            add_fault (&one->verify, NULL, NULL, 0, &sha256, code_name (TST_ERROR_BAD_RECEIPT));
          continue;
        }
      note = tst_statement_bytes (statement, 5);
      if (one->verify.town != NULL && note != NULL)
        text = tst_note_open (note, one->verify.town->http, NULL);
      whole = g_strcmp0 (tst_statement_text (statement, 2), "body") == 0
              || tst_statement_int (statement, 1) == tst_statement_int (statement, 3);
      if (text == NULL || !whole || !note_names (text, &sha256, tst_statement_int (statement, 3)))
        {
          add_fault (&one->verify, NULL, NULL, 0, &sha256, code_name (TST_ERROR_BAD_RECEIPT));
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
  Previous previous;

  return tst_journal_find (store, one->id, &one->row, error) && load_verifiers (&one->verify, store, error)
         && check_checkpoints (&one->verify, store, error) && check_decisions (&one->verify, store, error)
         && load_previous (store, &one->row, &previous, error)
         && check_row (&one->verify, store, &one->row, &previous, error) && describe_proof (one, store, error)
         && check_own_holdings (one, store, error) && note_freed (&one->verify, store, error);
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
  verify_init (&one.verify, self, cancellable);
  done = tst_store_read (self->store, verify_one_in_store, &one, error) && check_media (&one.verify, TRUE, error);
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
  verify_clear (&one.verify);
  return done ? g_steal_pointer (&answer) : NULL;
}
