/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-central-verify.h"

#include "base/tst-error.h"
#include "central/tst-damage.h"
#include "central/tst-projection.h"
#include "central/tst-public-log.h"
#include "record/tst-body.h"

#include <string.h>

#define BATCH 300

typedef struct
{
  TstCentral *central;
  TstVerifyFault fault;
  gpointer user_data;
  guint64 records, media, faults, gaps, forks;
  gint64 last;          /* leaf that was checked last */
  guint in_batch;
  GHashTable *keys;     /* device name to TstVerifier */
} Verify;

static void
tell (Verify *self, JsonObject *fault, const char *code)
{
  self->faults++;
  json_object_set_string_member (fault, "code", code);
  if (self->fault)
    self->fault (fault, self->user_data);
  json_object_unref (fault);
}

static void
tell_record (Verify *self, const char *device, const char *chain, gint64 seq, const char *code)
{
  JsonObject *fault = json_object_new ();

  json_object_set_string_member (fault, "device", device);
  json_object_set_string_member (fault, "chain", chain);
  json_object_set_int_member (fault, "seq", seq);
  tell (self, fault, code);
}

static void
tell_hash (Verify *self, const TstHash *hash, const char *code)
{
  JsonObject *fault = json_object_new ();
  g_autofree char *hex = tst_hash_to_hex (hash);

  json_object_set_string_member (fault, "sha256", hex);
  tell (self, fault, code);
}

static void
on_log_fault (const char *code, gint64 index, gpointer user_data)
{
  Verify *self = user_data;
  JsonObject *fault = json_object_new ();

  if (index >= 0)
    json_object_set_int_member (fault, "index", index);
  tell (self, fault, code);
}

static gboolean
load_keys (TstStore *store, gpointer data, GError **error)
{
  Verify *self = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list = tst_store_prepare (store, "SELECT name, public_key FROM device", error);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autoptr (GBytes) key = tst_statement_bytes (list, 1);
      if (key && g_bytes_get_size (key) == TST_PUBLIC_KEY_SIZE)
        g_hash_table_insert (self->keys, g_strdup (tst_statement_text (list, 0)),
                             tst_verifier_new_for_device (g_bytes_get_data (key, NULL)));
    }
}

static void
check_leaf (Verify *self, TstStatement *row)
{
  const char *device = tst_statement_text (row, 3);
  const char *chain = tst_statement_text (row, 4);
  gint64 seq = tst_statement_int (row, 5);
  const char *body_state = tst_statement_text (row, 7);
  g_autoptr (GBytes) note = tst_statement_bytes (row, 2);
  g_autoptr (GBytes) body = tst_statement_bytes (row, 8);
  g_autoptr (TstEnvelope) envelope = note ? tst_envelope_parse (note, NULL) : NULL;
  TstVerifier *verifier = g_hash_table_lookup (self->keys, device);
  TstHash text_hash, body_hash;

  if (!envelope)
    {
      tell_record (self, device, chain, seq, "bad-envelope");
      return;
    }
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  /* The columns are copies of what the envelope says. */
  if (!tst_statement_hash (row, 1, &text_hash) || !tst_hash_equal (&text_hash, tst_envelope_get_text_hash (envelope))
      || g_strcmp0 (device, tst_envelope_get_device (envelope)) != 0 || g_strcmp0 (chain, tst_chain_name (fields->chain)) != 0
      || (guint64) seq != fields->seq || g_strcmp0 (tst_statement_text (row, 9), fields->id) != 0)
    tell_record (self, device, chain, seq, "bad-envelope");
  if (!verifier || !tst_envelope_verify (envelope, verifier, NULL))
    tell_record (self, device, chain, seq, "bad-signature");
  /* States of a chain, shown in the ledger, and no fault of what is kept here. */
  self->gaps += tst_statement_int (row, 10) == 0 && seq > 1;
  self->forks += tst_statement_int (row, 6) != 0;
  if (g_strcmp0 (body_state, "here") == 0)
    {
      body_hash = body ? tst_hash_bytes (body) : (TstHash) { 0 };
      if (!body)
        tell_record (self, device, chain, seq, "missing-content");
      else if (!tst_hash_equal (&body_hash, &fields->body))
        tell_record (self, device, chain, seq, "hash-mismatch");
    }
  else if (body)
    tell_record (self, device, chain, seq, "hash-mismatch");
}

/* A record's predecessor: of its own chain, with the number before, whose text hash is its "prev". */
static gboolean
check_batch (TstStore *store, gpointer data, GError **error)
{
  Verify *self = data;
  gboolean row = FALSE;

  self->in_batch = 0;
  g_autoptr (TstStatement) list = tst_store_prepare (
    store,
    "SELECT l.idx, l.text_hash, l.note, l.device, l.chain, l.seq, l.fork, l.body_state, b.bytes, l.id,"
    " EXISTS (SELECT 1 FROM leaf p WHERE p.device = l.device AND p.chain = l.chain AND p.seq = l.seq - 1)"
    " FROM leaf l LEFT JOIN body b ON b.text_hash = l.text_hash WHERE l.idx > ?1 ORDER BY l.idx LIMIT ?2",
    error);
  if (!list)
    return FALSE;
  tst_statement_bind_int (list, 1, self->last);
  tst_statement_bind_int (list, 2, BATCH);
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      self->last = tst_statement_int (list, 0);
      self->in_batch++;
      self->records++;
      check_leaf (self, list);
    }
}

/* Consecutive records of a chain whose hashes do not join: only where there is no fork that explains it. */
static gboolean
check_joints (TstStore *store, gpointer data, GError **error)
{
  Verify *self = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list = tst_store_prepare (
    store,
    "SELECT l.note, l.device, l.chain, l.seq, p.text_hash FROM leaf l JOIN leaf p"
    " ON p.device = l.device AND p.chain = l.chain AND p.seq = l.seq - 1 WHERE p.fork = 0",
    error);
  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash before;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autoptr (GBytes) note = tst_statement_bytes (list, 0);
      g_autoptr (TstEnvelope) envelope = note ? tst_envelope_parse (note, NULL) : NULL;
      if (envelope && tst_statement_hash (list, 4, &before)
          && !tst_hash_equal (&before, &tst_envelope_get_fields (envelope)->prev))
        tell_record (self, tst_statement_text (list, 1), tst_statement_text (list, 2), tst_statement_int (list, 3), "bad-envelope");
    }
}

static gboolean
check_parts (TstStore *store, gpointer data, GError **error)
{
  Verify *self = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list = tst_store_prepare (store, "SELECT sha256, bytes FROM part", error);
  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash hash, computed;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_autoptr (GBytes) bytes = tst_statement_bytes (list, 1);
      if (!bytes || !tst_statement_hash (list, 0, &hash))
        continue;
      computed = tst_hash_bytes (bytes);
      if (!tst_hash_equal (&computed, &hash))
        tell_hash (self, &hash, "hash-mismatch");
    }
}

typedef struct
{
  GArray *hashes;
} MediaList;

/* What central says it holds, what it shows, and the files of its own imports. */
static gboolean
list_media (TstStore *store, gpointer data, GError **error)
{
  MediaList *self = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT sha256 FROM holding UNION SELECT d.sha256 FROM derivative d JOIN item i ON i.id = d.id"
                       " WHERE i.state = 'published' UNION SELECT m.sha256 FROM record_media m JOIN leaf l"
                       " ON l.text_hash = m.text_hash WHERE l.chain = 'central'",
                       error);
  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash hash;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (list, 0, &hash))
        g_array_append_val (self->hashes, hash);
    }
}

static gboolean
check_media (Verify *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GArray) damaged = NULL;
  MediaList list = { hashes };
  TstMediaStore *media = tst_central_get_media (self->central);

  if (!tst_store_read (tst_central_get_store (self->central), list_media, &list, error))
    return FALSE;
  for (guint i = 0; i < hashes->len; i++)
    {
      const TstHash *hash = &g_array_index (hashes, TstHash, i);
      g_autoptr (GError) failed = NULL;

      self->media++;
      if (tst_media_store_check (media, hash, cancellable, &failed))
        continue;
      if (g_error_matches (failed, TST_ERROR, TST_ERROR_CANCELLED) || g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      tell_hash (self, hash, tst_error_code (failed));
    }
  damaged = tst_damage_list (self->central, error);
  for (guint i = 0; damaged != NULL && i < damaged->len; i++)
    if (!g_array_index (damaged, TstDamage, i).back)
      tell_hash (self, &g_array_index (damaged, TstDamage, i).sha256, g_array_index (damaged, TstDamage, i).code);
  return damaged != NULL;
}

typedef struct
{
  char *before, *after;
} Dumps;

/* In a transaction that is rolled back: looking changes nothing. */
static gboolean
compare_projections (TstStore *store, gpointer data, GError **error)
{
  Dumps *dumps = data;

  dumps->before = tst_projection_dump (store, error);
  if (!dumps->before || !tst_projection_rebuild (store, error))
    return FALSE;
  dumps->after = tst_projection_dump (store, error);
  if (dumps->after)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "compared");
  return FALSE;
}

static gboolean
check_projections (Verify *self, GError **error)
{
  Dumps dumps = { NULL, NULL };
  g_autoptr (GError) failed = NULL;

  tst_store_write (tst_central_get_store (self->central), compare_projections, &dumps, &failed);
  g_autofree char *before = dumps.before;
  g_autofree char *after = dumps.after;
  if (!before || !after)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (!g_str_equal (before, after))
    tell (self, json_object_new (), "projection");
  return TRUE;
}

gboolean
tst_central_verify (TstCentral *central, TstVerifyFault fault, gpointer user_data, JsonObject **counts, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tst_verifier_unref);
  Verify self = { .central = central, .fault = fault, .user_data = user_data, .keys = keys, .last = -1 };
  TstStore *store = tst_central_get_store (central);
  TstVerifier *own = tst_signing_key_get_verifier (tst_central_get_records_key (central));
  guint64 leaves = 0;

  g_hash_table_insert (keys, g_strdup (tst_verifier_get_name (own)), tst_verifier_ref (own));
  if (!tst_public_log_verify (tst_central_get_log (central), on_log_fault, &self, &leaves, error)
      || !tst_store_read (store, load_keys, &self, error))
    return FALSE;
  do
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped.");
          return FALSE;
        }
      if (!tst_store_read (store, check_batch, &self, error))
        return FALSE;
    }
  while (self.in_batch > 0);
  if (!tst_store_read (store, check_joints, &self, error) || !tst_store_read (store, check_parts, &self, error)
      || !check_media (&self, cancellable, error) || !check_projections (&self, error))
    return FALSE;
  *counts = json_object_new ();
  json_object_set_int_member (*counts, "records", (gint64) self.records);
  json_object_set_int_member (*counts, "media", (gint64) self.media);
  json_object_set_int_member (*counts, "gaps", (gint64) self.gaps);
  json_object_set_int_member (*counts, "forks", (gint64) self.forks);
  json_object_set_int_member (*counts, "faults", (gint64) self.faults);
  return TRUE;
}
