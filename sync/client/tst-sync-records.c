/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "journal/tst-outbox-bundle.h"
#include "protocol/tst-bundle.h"
#include "protocol/tst-receipt.h"

#include <string.h>

#define ANSWER_MAX (32 * 1024 * 1024)

/* While central works on one bundle, a helping thread checks and stores the answer to the one before and reads the next from the
 * outbox. Of an answer only the checkpoint is looked at before the next bundle goes: it is what the next one builds on. */

/* What was sent, in the order of the bundle, and what came back for it. */
typedef struct
{
  GPtrArray *records;    /* of TstOutboxRecord */
  GArray *sizes;         /* of gsize: bytes of each on the wire */
  gsize bytes;           /* of the bundle */
  gboolean by_hand;      /* on a stick, which may hold the envelope alone */
  JsonObject *answer;
  TstCheckpoint *checkpoint;
  GArray *inclusions;    /* of TstInclusion */
} Batch;

static void
batch_free (Batch *self)
{
  g_ptr_array_unref (self->records);
  g_array_unref (self->sizes);
  g_array_unref (self->inclusions);
  g_clear_pointer (&self->answer, json_object_unref);
  g_clear_pointer (&self->checkpoint, tst_checkpoint_free);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static void
inclusion_clear (gpointer data)
{
  TstInclusion *inclusion = data;

  g_clear_pointer (&inclusion->proof, g_array_unref);
}

static gboolean
not_central (GError **error, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central (%s). Nothing is lost", what);
  return FALSE;
}

static gboolean
bad_proof (GError **error, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_PROOF,
               "Central's answer does not prove what it says (%s). Nothing counts as received; tell the town", what);
  return FALSE;
}

/* --- what goes --- */

static const TstHash *
record_hash (TstOutboxRecord *record)
{
  return tst_envelope_get_text_hash (record->envelope);
}

static void
add_record (TstBundleWriter *writer, TstOutboxRecord *record)
{
  tst_bundle_writer_add_envelope (writer, tst_envelope_get_note (record->envelope));
  if (record->body != NULL)
    tst_bundle_writer_add_body (writer, record->body, record->body_sealed);
  for (guint i = 0; record->parts != NULL && i < record->parts->len; i++)
    {
      TstSealedPart *part = g_ptr_array_index (record->parts, i);

      tst_bundle_writer_add_part (writer, &part->sha256, part->bytes);
    }
}

static gsize
record_size (TstOutboxRecord *record)
{
  gsize size = g_bytes_get_size (tst_envelope_get_note (record->envelope));

  size += record->body != NULL ? g_bytes_get_size (record->body) : 0;
  for (guint i = 0; record->parts != NULL && i < record->parts->len; i++)
    size += g_bytes_get_size (((TstSealedPart *) g_ptr_array_index (record->parts, i))->bytes);
  return size;
}

static GBytes *
write_bundle (Batch *batch)
{
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();

  for (guint i = 0; i < batch->records->len; i++)
    {
      gsize before = tst_bundle_writer_get_size (writer);
      gsize size;

      add_record (writer, g_ptr_array_index (batch->records, i));
      size = tst_bundle_writer_get_size (writer) - before;
      g_array_append_val (batch->sizes, size);
    }
  return tst_bundle_writer_finish (writer);
}

/* --- what comes back --- */

/* (nullable): NULL unless @name is a list of base64 hashes. */
static GArray *
get_hashes (JsonObject *object, const char *name)
{
  JsonArray *list = tst_json_array (object, name);
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      TstHash hash;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
          !tst_hash_from_base64 (json_node_get_string (node), &hash))
        return NULL;
      g_array_append_val (hashes, hash);
    }
  return list != NULL ? g_steal_pointer (&hashes) : NULL;
}

/* The checkpoint of an answer: signed by the log's key and an extension of the newest one that we hold. */
TstCheckpoint *
tst_sync_open_checkpoint (TstSyncRun *run, JsonObject *answer, const TstCheckpoint *ours, GError **error)
{
  const char *text = tst_json_string (answer, "checkpoint");
  g_autoptr (GBytes) note = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  g_autoptr (GArray) consistency = NULL;

  if (note == NULL)
    {
      not_central (error, "no checkpoint");
      return NULL;
    }
  checkpoint = tst_checkpoint_open (note, tst_peer_get_town (run->peer)->log, NULL);
  if (checkpoint == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE, "The checkpoint is not signed by central's log; nothing counts as received");
      return NULL;
    }
  if (ours == NULL || ours->size == 0)
    return g_steal_pointer (&checkpoint);
  if (checkpoint->size == ours->size && tst_hash_equal (&checkpoint->root, &ours->root))
    return g_steal_pointer (&checkpoint);
  consistency = get_hashes (answer, "consistency");
  if (consistency == NULL || checkpoint->size <= ours->size ||
      !tst_merkle_check_consistency (ours->size, &ours->root, checkpoint->size, &checkpoint->root, consistency, NULL))
    {
      tst_sync_keep_evidence (run, ours, checkpoint, error);
      return NULL;
    }
  return g_steal_pointer (&checkpoint);
}

static gboolean
set_aside (TstSyncRun *run, TstOutboxRecord *record, const char *code, const char *message, GError **error)
{
  return tst_outbox_set_aside (run->book, record_hash (record), code, message, error);
}

/* Central appended the envelope and did not take what we sent with it: it will not take it the next time either. */
static gboolean
check_missing (TstSyncRun *run, Batch *batch, JsonObject *item, TstOutboxRecord *record, GError **error)
{
  g_autoptr (GArray) missing = get_hashes (item, "missing");
  const char *code = tst_json_string (item, "code");
  const TstHash *body = &tst_envelope_get_fields (record->envelope)->body;

  for (guint i = 0; missing != NULL && i < missing->len; i++)
    {
      const TstHash *hash = &g_array_index (missing, TstHash, i);
      gboolean sent = record->body != NULL && tst_hash_equal (hash, body);

      for (guint j = 0; record->parts != NULL && j < record->parts->len; j++)
        sent = sent || tst_hash_equal (hash, &((TstSealedPart *) g_ptr_array_index (record->parts, j))->sha256);
      if (sent)
        {
          if (batch->by_hand && code == NULL)
            return TRUE;
          return set_aside (run, record, code != NULL ? code : "missing-content", "Central did not take the content", error);
        }
    }
  return TRUE;
}

static gboolean
take_item (TstSyncRun *run, Batch *batch, guint at, JsonObject *item, GError **error)
{
  TstOutboxRecord *record = g_ptr_array_index (batch->records, at);
  const char *status = tst_json_string (item, "status");
  GBytes *note = tst_envelope_get_note (record->envelope);
  TstInclusion inclusion = { 0 };
  TstHash named, leaf;
  gint64 index = tst_json_int (item, "index", -1);

  if (status == NULL || !tst_hash_from_base64 (tst_json_string (item, "record"), &named) || !tst_hash_equal (&named, record_hash (record)))
    return not_central (error, "other records than those sent");
  if (g_str_equal (status, "refused"))
    {
      const char *code = tst_json_string (item, "code");
      const char *message = tst_json_string (item, "message");

      if (tst_sync_refusal_is_general (code))
        {
          g_set_error (error, TST_ERROR, TST_ERROR_REFUSED, "Central refuses this device (%s). Everything stays saved here; ask the town", code);
          return FALSE;
        }
      return set_aside (run, record, code != NULL ? code : "refused", message != NULL ? message : "", error);
    }
  if (!g_str_equal (status, "appended") && !g_str_equal (status, "known"))
    return not_central (error, "an unknown status");
  inclusion.record = named;
  inclusion.proof = get_hashes (item, "proof");
  if (inclusion.proof == NULL || index < 0)
    {
      g_clear_pointer (&inclusion.proof, g_array_unref);
      return bad_proof (error, "no proof");
    }
  inclusion.index = index;
  leaf = tst_merkle_leaf (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  if (!tst_merkle_check_inclusion (&leaf, index, batch->checkpoint->size, inclusion.proof, &batch->checkpoint->root, NULL))
    {
      g_array_unref (inclusion.proof);
      return bad_proof (error, "a record is not in the log");
    }
  g_array_append_val (batch->inclusions, inclusion);
  if (g_str_equal (status, "known"))
    tst_sync_run_add_bytes (run, 0, g_array_index (batch->sizes, gsize, at));
  return check_missing (run, batch, item, record, error);
}

GArray *
tst_sync_take_holding (TstSyncRun *run, JsonObject *answer, GError **error)
{
  gint64 ignored;

  return tst_sync_take_holding_at (run, answer, &ignored, error);
}

GArray *
tst_sync_take_holding_at (TstSyncRun *run, JsonObject *answer, gint64 *issued_s, GError **error)
{
  const char *text = tst_json_string (answer, "holding");
  g_autoptr (GBytes) note = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (GArray) items = NULL;
  g_autofree TstHeld *held = NULL;
  gint64 time;

  if (note == NULL)
    {
      not_central (error, "no holding receipt");
      return NULL;
    }
  if (!tst_holding_open (note, tst_peer_get_origin (run->peer), tst_peer_get_town (run->peer)->http, &time, &items, error))
    return NULL;
  held = g_new0 (TstHeld, items->len + 1);
  for (guint i = 0; i < items->len; i++)
    {
      held[i].sha256 = g_array_index (items, TstHolding, i).sha256;
      held[i].bytes = g_array_index (items, TstHolding, i).bytes;
    }
  if (items->len > 0 && !tst_outbox_store_holding (run->book, note, time, held, items->len, error))
    return NULL;
  *issued_s = time;
  return g_steal_pointer (&items);
}

/* --- settling: on the helping thread --- */

static gboolean
settle (TstSyncRun *run, Batch *batch, GError **error)
{
  JsonArray *items = tst_json_array (batch->answer, "items");
  g_autoptr (GArray) held = NULL;

  for (guint i = 0; i < batch->records->len; i++)
    {
      JsonNode *node = json_array_get_element (items, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return not_central (error, "no records");
      if (!take_item (run, batch, i, json_node_get_object (node), error))
        return FALSE;
    }
  if (batch->inclusions->len == 0 && !tst_outbox_store_checkpoint (run->book, batch->checkpoint, error))
    return FALSE;
  if (batch->inclusions->len > 0 &&
      !tst_outbox_store_inclusions (run->book, (const TstInclusion *) (gpointer) batch->inclusions->data, batch->inclusions->len,
                                    batch->checkpoint, error))
    return FALSE;
  held = tst_sync_take_holding (run, batch->answer, error);
  if (held == NULL)
    return FALSE;
  tst_sync_run_alive (run);
  g_mutex_lock (&run->mutex);
  run->summary.records_sent += batch->inclusions->len;
  g_mutex_unlock (&run->mutex);
  if (run->observer.bytes != NULL)
    run->observer.bytes (batch->bytes, 0, run->observer.user_data);
  if (run->observer.changed != NULL)
    run->observer.changed (run->observer.user_data);
  return TRUE;
}

/* --- an answer that came by hand --- */

static Batch *
batch_new (GPtrArray *records)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->records = g_ptr_array_ref (records);
  batch->sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  batch->inclusions = g_array_new (FALSE, FALSE, sizeof (TstInclusion));
  g_array_set_clear_func (batch->inclusions, inclusion_clear);
  return batch;
}

static gboolean
find_own (TstSyncRun *run, JsonObject *answer, JsonArray *items, GPtrArray *records, GError **error)
{
  JsonArray *all = tst_json_array (answer, "items");

  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    {
      JsonNode *node = json_array_get_element (all, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autoptr (GError) local = NULL;
      TstOutboxRecord *record;
      TstHash hash;

      if (item == NULL || !tst_hash_from_base64 (tst_json_string (item, "record"), &hash))
        continue;
      record = tst_outbox_load_record (run->book, &hash, TRUE, &local);
      if (record == NULL && !g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (record == NULL)
        continue;
      g_ptr_array_add (records, record);
      json_array_add_object_element (items, json_object_ref (item));
    }
  return TRUE;
}

gboolean
tst_sync_take_answer (TstSyncRun *run, JsonObject *answer, guint *own, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_record_free);
  g_autoptr (JsonArray) items = json_array_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (run->book, &local);
  g_autoptr (Batch) batch = NULL;

  *own = 0;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!find_own (run, answer, items, records, error))
    return FALSE;
  batch = batch_new (records);
  batch->by_hand = TRUE;
  batch->answer = json_object_new ();
  json_object_set_array_member (batch->answer, "items", json_array_ref (items));
  if (json_object_has_member (answer, "holding"))
    json_object_set_member (batch->answer, "holding", json_node_copy (json_object_get_member (answer, "holding")));
  for (guint i = 0; i < records->len; i++)
    {
      gsize none = 0;

      g_array_append_val (batch->sizes, none);
    }
  batch->checkpoint = tst_sync_open_checkpoint (run, answer, newest, error);
  if (batch->checkpoint == NULL || !settle (run, batch, error))
    return FALSE;
  *own = batch->inclusions->len;
  return TRUE;
}

typedef struct
{
  TstSyncRun *run;
  TstChain chain;
  GHashTable *seen;     /* text hashes that were sent in this pass; only ever touched by one thread at a time */
  GPtrArray *answered;  /* of Batch: to settle */
  guint in_flight;      /* records that are seen and not settled */
  gsize bundle_bytes;
  GPtrArray *next;      /* (out) of TstOutboxRecord */
  GError *error;        /* (out) */
} Help;

static gboolean
read_next (Help *self, GError **error)
{
  const TstSyncOptions *options = &self->run->options;
  guint share = options->bundle_records > 0 ? 1 + self->in_flight / options->bundle_records : 1;
  g_autoptr (GPtrArray) due = tst_outbox_due_records (self->run->book, self->chain, options->bundle_records + self->in_flight,
                                                      self->bundle_bytes * (share + (self->in_flight > 0)), error);
  gsize bytes = 0;

  if (due == NULL)
    return FALSE;
  for (guint i = 0; i < due->len && self->next->len < options->bundle_records; i++)
    {
      TstOutboxRecord *record = g_ptr_array_index (due, i);

      /* Sent in this pass and still due: it waits for the next one, so that no answer can make us turn in circles. */
      if (g_hash_table_contains (self->seen, record_hash (record)))
        continue;
      bytes += record_size (record);
      if (self->next->len > 0 && bytes > self->bundle_bytes)
        break;
      g_hash_table_add (self->seen, g_memdup2 (record_hash (record), sizeof (TstHash)));
      g_ptr_array_add (self->next, g_steal_pointer (&due->pdata[i]));
    }
  for (guint i = 0; i < due->len; i++)
    g_clear_pointer (&due->pdata[i], tst_outbox_record_free);
  g_ptr_array_set_free_func (due, NULL);
  return TRUE;
}

static gpointer
help (gpointer data)
{
  Help *self = data;

  for (guint i = 0; i < self->answered->len; i++)
    if (!settle (self->run, g_ptr_array_index (self->answered, i), &self->error))
      return NULL;
  read_next (self, &self->error);
  return NULL;
}

/* --- sending: on the leading thread --- */

static gboolean
send_batch (TstSyncRun *run, TstTransport *transport, Batch *batch, TstCheckpoint **newest, GError **error)
{
  g_autoptr (GBytes) bundle = write_bundle (batch);
  g_autofree char *path =
      *newest != NULL ? g_strdup_printf ("bundle?from=%" G_GUINT64_FORMAT, (*newest)->size) : g_strdup ("bundle");
  g_autoptr (GBytes) bytes = tst_transport_call (transport, SOUP_METHOD_POST, path, TST_BUNDLE_MIME, bundle, ANSWER_MAX, error);
  JsonArray *items;

  if (bytes == NULL)
    return FALSE;
  batch->bytes = g_bytes_get_size (bundle);
  batch->answer = tst_transport_parse_json (bytes, error);
  if (batch->answer == NULL)
    return FALSE;
  items = tst_json_array (batch->answer, "items");
  if (items == NULL || json_array_get_length (items) != batch->records->len)
    return not_central (error, "another number of records than those sent");
  batch->checkpoint = tst_sync_open_checkpoint (run, batch->answer, *newest, error);
  if (batch->checkpoint == NULL)
    return FALSE;
  g_clear_pointer (newest, tst_checkpoint_free);
  *newest = tst_checkpoint_copy (batch->checkpoint);
  return TRUE;
}

static GPtrArray *
take_slice (GPtrArray *records, guint from, guint n)
{
  GPtrArray *slice = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_record_free);

  for (guint i = from; i < from + n; i++)
    g_ptr_array_add (slice, g_steal_pointer (&records->pdata[i]));
  return slice;
}

/* Sends @records, which it may take apart; what central will not take whole is halved until the bad item stands alone. */
static gboolean
send_some (TstSyncRun *run, TstTransport *transport, GPtrArray *records, TstCheckpoint **newest, GPtrArray *answered, GError **error)
{
  g_autoptr (Batch) batch = batch_new (records);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GError) local = NULL;
  guint n = records->len;
  const char *code;

  if (send_batch (run, transport, batch, newest, &local))
    {
      g_ptr_array_add (answered, g_steal_pointer (&batch));
      return TRUE;
    }
  code = tst_transport_get_refusal (transport);
  if (!g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) || code == NULL || tst_sync_refusal_is_general (code))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (n == 1)
    return set_aside (run, g_ptr_array_index (records, 0), code, local->message, error);
  first = take_slice (records, 0, n / 2);
  second = take_slice (records, n / 2, n - n / 2);
  g_ptr_array_set_free_func (records, NULL);
  g_ptr_array_set_size (records, 0);
  return send_some (run, transport, first, newest, answered, error) && send_some (run, transport, second, newest, answered, error);
}

static gsize
size_of (GPtrArray *records)
{
  gsize bytes = 0;

  for (guint i = 0; i < records->len; i++)
    bytes += record_size (g_ptr_array_index (records, i));
  return bytes;
}

/* What a bundle of @bytes says about the line: @broken is why it did not arrive, @left whether any of it left. */
static void
adapt (TstSyncRun *run, gsize bytes, const GError *broken, gboolean left)
{
  if (broken == NULL && bytes > run->bundle_bytes / 2)
    run->bundle_bytes = MIN (run->bundle_bytes + run->bundle_bytes / (run->broke ? 8 : 1), run->options.bundle_bytes);
  if (left && g_error_matches (broken, TST_ERROR, TST_ERROR_UNREACHABLE))
    {
      run->broke = TRUE;
      run->bundle_bytes = MIN (MAX (bytes / 2, TST_SYNC_BUNDLE_LEAST), run->bundle_bytes);
    }
}

gboolean
tst_sync_records (TstSyncRun *run, TstTransport *transport, TstChain chain, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  g_autoptr (GPtrArray) sending = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_record_free);
  g_autoptr (GPtrArray) answered = g_ptr_array_new_with_free_func ((GDestroyNotify) batch_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (run->book, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (gboolean first = TRUE; first || sending->len > 0 || answered->len > 0; first = FALSE)
    {
      g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) batch_free);
      Help helping = { run, chain, seen, answered, sending->len, run->bundle_bytes, NULL, NULL };
      guint64 left_before = tst_transport_get_bytes_sent (transport);
      gsize bytes = size_of (sending);
      g_autoptr (GError) broken = NULL;
      GThread *thread;
      gboolean sent;

      helping.next = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_record_free);
      thread = g_thread_new ("sync-settle", help, &helping);
      sent = sending->len == 0 || send_some (run, transport, sending, &newest, fresh, &broken);
      g_thread_join (thread);
      adapt (run, bytes, broken, tst_transport_get_bytes_sent (transport) > left_before);
      g_ptr_array_unref (sending);
      sending = helping.next;
      /* A lie that the helper found weighs more than a line that broke. */
      if (helping.error != NULL)
        {
          g_propagate_error (error, helping.error);
          return FALSE;
        }
      g_ptr_array_unref (answered);
      answered = g_steal_pointer (&fresh);
      if (!sent)
        {
          /* What was answered before the line broke is as good as ever. */
          for (guint i = 0; i < answered->len; i++)
            settle (run, g_ptr_array_index (answered, i), NULL);
          g_propagate_error (error, g_steal_pointer (&broken));
          return FALSE;
        }
      if (run->media != NULL && !tst_sync_media_drain (run->media, FALSE, error))
        return FALSE;
    }
  return TRUE;
}
