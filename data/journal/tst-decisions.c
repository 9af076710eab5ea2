/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"
#include "record/tst-successor.h"

#include <glib/gstdio.h>
#include <string.h>

/* The rest of the outbox: central's decisions, registration, the journal's own heads, and the retirement of keys. */

void
tst_decision_free (TstDecision *self)
{
  g_clear_pointer (&self->envelope, tst_envelope_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

/* --- decisions --- */

typedef struct
{
  TstFieldBook *self;
  GPtrArray *decisions;
  guint64 next;
  GArray *destroyed; /* of TstHash: media to take from the disk once committed */
} Decisions;

static gboolean
run_with_id (TstStore *store, const char *sql, const char *id, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  return tst_statement_step (statement, NULL, error);
}

/* What a rebuild needs once the body is gone. */
static gboolean
write_local (TstStore *store, TstJournalRow *row, GError **error)
{
  g_autoptr (JsonObject) local = json_object_new ();
  g_autofree char *text = NULL;
  static const char *const kept[] = { "type", "event", "target" };
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (JsonObject) body = NULL;

  if (row->body_sealed || row->body == NULL)
    return TRUE;
  body = tst_body_parse (row->body, error);
  if (body == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (tst_json_string (body, kept[i]) != NULL)
      json_object_set_string_member (local, kept[i], tst_json_string (body, kept[i]));
  text = tst_json_write (local);
  statement = tst_store_prepare (store, "UPDATE journal_field SET local = ?2 WHERE n = ?1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, row->n);
  tst_statement_bind_text (statement, 2, text);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
erase_record (TstStore *store, const char *id, GError **error)
{
  g_auto (TstJournalRow) row = { 0 };

  return tst_journal_find (store, id, &row, error) && write_local (store, &row, error)
         && run_with_id (store,
                         row.chain == TST_CHAIN_OPEN ? "UPDATE journal_open SET body = NULL, erased = 1 WHERE id = ?1"
                                                     : "UPDATE journal_field SET body = NULL, erased = 1 WHERE id = ?1", id, error)
         && run_with_id (store,
                         "DELETE FROM sealed_part WHERE text_hash = (SELECT text_hash FROM outbox WHERE id = ?1)", id, error)
         && run_with_id (store, "UPDATE outbox SET content = 0 WHERE id = ?1", id, error)
         && run_with_id (store, "DELETE FROM needed WHERE text_hash = (SELECT text_hash FROM outbox WHERE id = ?1)", id, error)
         && run_with_id (store, "UPDATE record SET work = NULL WHERE id = ?1", id, error);
}

static gboolean
collect_hashes (TstStore *store, const char *sql, const char *id, GArray *hashes, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  while (TRUE)
    {
      TstHash hash;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (statement, 0, &hash))
        g_array_append_val (hashes, hash);
    }
}

static gboolean
collect_amendments (TstStore *store, const char *id, GPtrArray *ids, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT id FROM record WHERE target = ?1 ORDER BY id", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, id);
  while (TRUE)
    {
      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_ptr_array_add (ids, g_strdup (tst_statement_text (statement, 0)));
    }
}

/* Body, parts and media go, of the record and of all that amended it; envelopes and proofs stay. */
static gboolean
erase (Decisions *decisions, TstStore *store, const char *id, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) media = g_array_new (FALSE, FALSE, sizeof (TstHash));

  {
    g_autoptr (TstStatement) known = tst_store_prepare (store, "SELECT 1 FROM item WHERE id = ?1", error);
    gboolean row;

    if (known == NULL)
      return FALSE;
    tst_statement_bind_text (known, 1, id);
    if (!tst_statement_step (known, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
  }
  g_ptr_array_add (ids, g_strdup (id));
  if (!collect_amendments (store, id, ids, error)
      || !collect_hashes (store, "SELECT sha256 FROM item WHERE id = ?1 AND sha256 IS NOT NULL UNION SELECT m.sha256 FROM record r"
                                 " JOIN needed n ON n.text_hash = r.text_hash JOIN medium m ON m.sha256 = n.sha256 AND m.chain = 'open' WHERE r.id = ?1",
                          id, media, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!erase_record (store, ids->pdata[i], error))
      return FALSE;
  if (!tst_projection_set_standing (store, id, "erased", error))
    return FALSE;
  for (guint i = 0; i < media->len; i++)
    {
      const TstHash *hash = &g_array_index (media, TstHash, i);
      g_autoptr (TstStatement) used
        = tst_store_prepare (store, "SELECT 1 FROM item WHERE sha256 = ?1 AND standing <> 'erased' LIMIT 1", error);
      g_autoptr (TstStatement) drop = NULL;
      gboolean row;

      if (used == NULL)
        return FALSE;
      tst_statement_bind_hash (used, 1, hash);
      if (!tst_statement_step (used, &row, error))
        return FALSE;
      if (row)
        continue;
      drop = tst_store_prepare (store, "DELETE FROM medium WHERE sha256 = ?1", error);
      if (drop == NULL)
        return FALSE;
      tst_statement_bind_hash (drop, 1, hash);
      if (!tst_statement_step (drop, NULL, error))
        return FALSE;
      g_array_append_val (decisions->destroyed, *hash);
    }
  return TRUE;
}

static gboolean
is_verdict (const char *type)
{
  static const char *const verdicts[] = { "accept", "withhold", "retire", "erase", NULL };

  return type != NULL && g_strv_contains (verdicts, type);
}

static gboolean
read_target_hash (JsonObject *body, TstHash *hash)
{
  const char *text = tst_json_string (body, "target_hash");

  return text != NULL && tst_hash_from_base64 (text, hash);
}

static gboolean
insert_decision (TstStore *store, const TstDecision *decision, JsonObject *body, gint64 utc_s, gboolean *fresh,
                 GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store,
    "INSERT OR IGNORE INTO decision (idx, type, target, target_hash, reason, utc_s, envelope, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);
  TstHash target_hash;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, decision->index);
  tst_statement_bind_text (statement, 2, tst_json_string (body, "type"));
  tst_statement_bind_text (statement, 3, tst_json_string (body, "target"));
  if (read_target_hash (body, &target_hash))
    tst_statement_bind_hash (statement, 4, &target_hash);
  tst_statement_bind_text (statement, 5, tst_json_string (body, "reason"));
  tst_statement_bind_int (statement, 6, utc_s);
  tst_statement_bind_bytes (statement, 7, tst_envelope_get_note (decision->envelope));
  tst_statement_bind_bytes (statement, 8, decision->body);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  *fresh = tst_store_changes (store) > 0;
  return TRUE;
}

/* Only for the very record that the decision names: another text under the same id is somebody else's. */
static gboolean
names_our_record (TstStore *store, JsonObject *body, gboolean *ours, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT 1 FROM record WHERE id = ?1 AND text_hash = ?2", error);
  TstHash hash;

  *ours = FALSE;
  if (statement == NULL)
    return FALSE;
  if (!read_target_hash (body, &hash))
    return TRUE;
  tst_statement_bind_text (statement, 1, tst_json_string (body, "target"));
  tst_statement_bind_hash (statement, 2, &hash);
  return tst_statement_step (statement, ours, error);
}

static gboolean
apply_decision (Decisions *decisions, TstStore *store, const TstDecision *decision, GError **error)
{
  g_autoptr (JsonObject) body = tst_body_parse (decision->body, error);
  gint64 utc_s = tst_envelope_get_fields (decision->envelope)->utc_s;
  const char *type, *target;
  gboolean fresh, ours;

  if (body == NULL)
    return FALSE;
  type = tst_json_string (body, "type");
  target = tst_json_string (body, "target");
  if (!insert_decision (store, decision, body, utc_s, &fresh, error))
    return FALSE;
  if (!fresh || target == NULL || !is_verdict (type))
    return TRUE;
  if (!names_our_record (store, body, &ours, error))
    return FALSE;
  if (!ours)
    return TRUE;
  {
    g_autoptr (TstStatement) statement = tst_store_prepare (
      store, "INSERT INTO verdict (id, type, reason, utc_s) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET"
             " type = excluded.type, reason = excluded.reason, utc_s = excluded.utc_s WHERE type <> 'erase'", error);

    if (statement == NULL)
      return FALSE;
    tst_statement_bind_text (statement, 1, target);
    tst_statement_bind_text (statement, 2, type);
    tst_statement_bind_text (statement, 3, tst_json_string (body, "reason"));
    tst_statement_bind_int (statement, 4, utc_s);
    if (!tst_statement_step (statement, NULL, error))
      return FALSE;
  }
  return strcmp (type, "erase") != 0 || erase (decisions, store, target, error);
}

static gboolean
store_decisions (TstStore *store, gpointer data, GError **error)
{
  Decisions *decisions = data;

  for (guint i = 0; i < decisions->decisions->len; i++)
    if (!apply_decision (decisions, store, decisions->decisions->pdata[i], error))
      return FALSE;
  return tst_meta_set_int (store, "decisions_next", decisions->next, error);
}

gboolean
tst_outbox_store_decisions (TstFieldBook *self, GPtrArray *decisions, guint64 next, GError **error)
{
  g_autoptr (GArray) destroyed = g_array_new (FALSE, FALSE, sizeof (TstHash));
  Decisions work = { self, decisions, next, destroyed };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && decisions != NULL, FALSE);
  if (!tst_store_write (self->store, store_decisions, &work, error))
    return FALSE;
  /* After the commit. A power cut in between leaves files without a row, which the next start moves to quarantine. */
  for (guint i = 0; i < destroyed->len; i++)
    if (!tst_media_store_remove (self->media, &g_array_index (destroyed, TstHash, i), error))
      return FALSE;
  return TRUE;
}

/* --- small values --- */

typedef struct
{
  const char *name;
  gint64 value;
} Value;

static gboolean
read_value (TstStore *store, gpointer data, GError **error)
{
  Value *value = data;

  value->value = tst_meta_get_int (store, value->name, 0);
  return TRUE;
}

static gboolean
write_value (TstStore *store, gpointer data, GError **error)
{
  Value *value = data;

  return tst_meta_set_int (store, value->name, value->value, error);
}

guint64
tst_outbox_get_decisions_next (TstFieldBook *self)
{
  Value value = { "decisions_next", 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), 0);
  return tst_store_read (self->store, read_value, &value, NULL) ? value.value : 0;
}

gboolean
tst_outbox_get_registered (TstFieldBook *self)
{
  Value value = { "registered", 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_read (self->store, read_value, &value, NULL) && value.value != 0;
}

gboolean
tst_outbox_set_registered (TstFieldBook *self, GError **error)
{
  Value value = { "registered", 1 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, write_value, &value, error);
}

/* --- heads --- */

typedef struct
{
  TstChain chain;
  guint64 seq;
  TstHash *hash;
  gboolean found;
} HashAt;

static gboolean
find_hash_at (TstStore *store, gpointer data, GError **error)
{
  HashAt *at = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;
  TstHead head;

  if (!tst_journal_head (store, at->chain, &head, error))
    return FALSE;
  statement = tst_store_prepare (store,
                                 at->chain == TST_CHAIN_OPEN
                                   ? "SELECT text_hash FROM journal_open WHERE epoch = ?1 AND seq = ?2"
                                   : "SELECT text_hash FROM journal_field WHERE epoch = ?1 AND seq = ?2", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, head.epoch);
  tst_statement_bind_int (statement, 2, at->seq);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  at->found = row && tst_statement_hash (statement, 0, at->hash);
  return TRUE;
}

gboolean
tst_outbox_text_hash_at (TstFieldBook *self, TstChain chain, guint64 seq, TstHash *text_hash, GError **error)
{
  HashAt at = { chain, seq, text_hash, FALSE };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && text_hash != NULL, FALSE);
  if (!tst_store_read (self->store, find_hash_at, &at, error))
    return FALSE;
  if (!at.found)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "This device's journal does not reach that far.");
  return at.found;
}

/* --- retiring keys --- */

typedef struct
{
  TstFieldBook *self;
  const char *reason;
  TstSigningKey *fresh[2];
} Retirement;

static gboolean
insert_fresh_key (TstStore *store, TstChain chain, guint epoch, TstSigningKey *key, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (
    store, "INSERT INTO chain_key (chain, epoch, device, public_key) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_chain_name (chain));
  tst_statement_bind_int (statement, 2, epoch);
  tst_statement_bind_text (statement, 3, tst_signing_key_get_name (key));
  tst_statement_bind_blob (statement, 4, tst_verifier_get_public_key (tst_signing_key_get_verifier (key)),
                           TST_PUBLIC_KEY_SIZE);
  return tst_statement_step (statement, NULL, error);
}

static JsonObject *
describe_head (Retirement *work, TstChain chain, const TstHead *head)
{
  g_autoptr (TstSigningKey) old = tst_field_book_ref_key (work->self, chain);
  g_autoptr (GBytes) successor = tst_successor_sign (tst_signing_key_get_name (work->fresh[chain]), old);
  g_autofree char *proof = g_strndup (g_bytes_get_data (successor, NULL), g_bytes_get_size (successor));
  JsonObject *entry = json_object_new ();

  json_object_set_string_member (entry, "chain", tst_chain_name (chain));
  json_object_set_string_member (entry, "device", tst_signing_key_get_name (old));
  json_object_set_int_member (entry, "seq", head->seq);
  if (head->seq > 0)
    {
      g_autofree char *text = tst_hash_to_base64 (&head->head);

      json_object_set_string_member (entry, "head", text);
    }
  /* Whoever has the old key says who comes after it: then central's decisions about the old records reach the new device. */
  json_object_set_string_member (entry, "successor", proof);
  return entry;
}

static gboolean
append_retirement (Retirement *work, TstStore *store, TstChain chain, const TstHead heads[2], GError **error)
{
  g_autoptr (TstDraft) draft = tst_draft_new (work->self, chain, TST_KIND_SYSTEM, "keys-retired");
  JsonArray *chains = json_array_new ();

  json_object_set_array_member (draft->content, "chains", chains);
  if (chain == TST_CHAIN_FIELD)
    json_array_add_object_element (chains, describe_head (work, TST_CHAIN_FIELD, &heads[TST_CHAIN_FIELD]));
  json_array_add_object_element (chains, describe_head (work, TST_CHAIN_OPEN, &heads[TST_CHAIN_OPEN]));
  tst_draft_set_string (draft, "reason", work->reason);
  draft->key = tst_signing_key_ref (work->fresh[chain]);
  return tst_draft_seal (draft, work->self, error) && tst_journal_append_first (work->self, store, draft, error);
}

static gboolean
retire_in_store (TstStore *store, gpointer data, GError **error)
{
  Retirement *work = data;
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (work->self);
  TstHead heads[2];

  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    if (!tst_journal_head (store, chain, &heads[chain], error)
        || !insert_fresh_key (store, chain, heads[chain].epoch + 1, work->fresh[chain], error))
      return FALSE;
  if (!append_retirement (work, store, TST_CHAIN_FIELD, heads, error))
    return FALSE;
  /* Without the town's keys the open chain cannot be written, and has nothing in it either. */
  if (town != NULL && !append_retirement (work, store, TST_CHAIN_OPEN, heads, error))
    return FALSE;
  return tst_meta_set_int (store, "registered", 0, error);
}

gboolean
tst_outbox_retire_keys (TstFieldBook *self, const char *reason, GError **error)
{
  g_autofree char *folder = NULL;
  Retirement work = { self, reason, { NULL, NULL } };
  gboolean retired = TRUE;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  folder = g_build_filename (self->folder, "keys", NULL);
  /* The new keys are on the disk before a record is signed with them; they take the old ones' place once it is committed. */
  for (TstChain chain = TST_CHAIN_FIELD; retired && chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autofree char *path = tst_field_book_key_path (self, chain, TRUE);

      work.fresh[chain] = tst_signing_key_generate (NULL);
      g_unlink (path);
      retired = tst_signing_key_save (work.fresh[chain], path, error);
    }
  retired = retired && tst_fs_sync_folder (folder, error) && tst_store_write (self->store, retire_in_store, &work, error)
            && tst_field_book_take_new_keys (self, error);
  g_clear_pointer (&work.fresh[TST_CHAIN_FIELD], tst_signing_key_unref);
  g_clear_pointer (&work.fresh[TST_CHAIN_OPEN], tst_signing_key_unref);
  return retired;
}
