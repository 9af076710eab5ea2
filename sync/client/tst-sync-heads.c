/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"

#include <string.h>

/* Leaves in one request to a restored log: half a megabyte or so. */
#define REFILL_MAX 256
/* An answer about what is missing that goes on for ever is not central's. */
#define MISSING_TURNS_MAX 10000

static gboolean
not_central (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL,
                       "Something answered that is not central; perhaps this network wants you to sign in. Nothing is lost");
  return FALSE;
}

/* --- a restored log --- */

static void
add_base64 (JsonObject *row, const char *member, GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_base64_encode (data, size);

  json_object_set_string_member (row, member, text);
}

static JsonObject *
describe_leaf (const TstOutboxLeaf *leaf)
{
  JsonObject *row = json_object_new ();

  json_object_set_int_member (row, "index", leaf->index);
  add_base64 (row, "envelope", leaf->note);
  if (leaf->body != NULL)
    add_base64 (row, "body", leaf->body);
  if (leaf->proof != NULL)
    {
      JsonArray *proof = json_array_new ();

      for (guint i = 0; i < leaf->proof->len; i++)
        {
          g_autofree char *hash = tst_hash_to_base64 (&g_array_index (leaf->proof, TstHash, i));

          json_array_add_string_element (proof, hash);
        }
      json_object_set_array_member (row, "proof", proof);
      json_object_set_int_member (row, "size", leaf->size);
    }
  return row;
}

static void
add_note (JsonArray *notes, GBytes *note)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));

  json_array_add_string_element (notes, text);
}

static void
add_checkpoint (JsonObject *request, const TstCheckpoint *checkpoint)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (checkpoint->note, NULL), g_bytes_get_size (checkpoint->note));

  json_object_set_string_member (request, "checkpoint", text);
}

static JsonObject *
describe_leaves (GPtrArray *leaves, const TstCheckpoint *newest)
{
  g_autoptr (GHashTable) sizes = g_hash_table_new (g_int64_hash, g_int64_equal);
  JsonObject *request = json_object_new ();
  JsonArray *notes = json_array_new ();
  JsonArray *rows = json_array_new ();

  if (newest != NULL)
    add_note (notes, newest->note);
  for (guint i = 0; i < leaves->len; i++)
    {
      TstOutboxLeaf *leaf = g_ptr_array_index (leaves, i);

      json_array_add_object_element (rows, describe_leaf (leaf));
      if (leaf->checkpoint != NULL && g_hash_table_add (sizes, &leaf->size))
        add_note (notes, leaf->checkpoint);
    }
  json_object_set_array_member (request, "checkpoints", notes);
  json_object_set_array_member (request, "leaves", rows);
  return request;
}

static gboolean
give_back (TstSyncRun *self, TstTransport *transport, TstChain chain, guint64 from, const TstCheckpoint *newest, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) leaves = tst_outbox_list_leaves (self->book, chain, from, REFILL_MAX, error);
      g_autoptr (JsonObject) request = NULL;
      g_autoptr (JsonObject) answer = NULL;
      g_autoptr (GError) local = NULL;

      if (leaves == NULL)
        return FALSE;
      if (leaves->len == 0)
        return TRUE;
      request = describe_leaves (leaves, newest);
      answer = tst_transport_call_json (transport, SOUP_METHOD_POST, "refill", request, &local);
      if (answer == NULL)
        {
          /* Another device brought the last one meanwhile. */
          if (g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) && g_strcmp0 (tst_transport_get_refusal (transport), "wrong-state") == 0)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      from = ((TstOutboxLeaf *) g_ptr_array_index (leaves, leaves->len - 1))->index + 1;
    }
}

/* FALSE with TST_ERROR_BUSY once everything that we have was given: central says by the next heads whether that was all. */
static gboolean
refill (TstSyncRun *self, JsonObject *behind, const TstCheckpoint *newest, GError **error)
{
  gint64 size = tst_json_int (behind, "size", -1);

  if (size < 0)
    return not_central (error);
  if (!give_back (self, self->field, TST_CHAIN_FIELD, size, newest, error) || !give_back (self, self->open, TST_CHAIN_OPEN, size, newest, error))
    return FALSE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY,
                       "Central was restored from an older copy. This device gave back what it had of its log; sending goes on when the log is "
                       "complete. Nothing is lost");
  return FALSE;
}

/* --- heads --- */

typedef enum
{
  HEAD_OURS,
  HEAD_UNKNOWN, /* central knows what we do not: this copy of the journal is old */
  HEAD_FORKED   /* somebody else writes with our key */
} Head;

static gboolean
judge_head (TstSyncRun *self, TstChain chain, JsonObject *head, Head *verdict, GError **error)
{
  g_autoptr (GError) local = NULL;
  TstChain which;
  TstHash theirs, mine;
  gboolean known;
  gint64 seq = head != NULL ? tst_json_int (head, "seq", -1) : -1;

  if (seq < 0 || !tst_chain_parse (tst_json_string (head, "chain"), &which))
    return not_central (error);
  if (which != chain || seq == 0)
    return TRUE;
  if (!tst_hash_from_base64 (tst_json_string (head, "hash"), &theirs))
    return not_central (error);
  known = tst_outbox_text_hash_at (self->book, chain, seq, &mine, &local);
  /* A disk that fails is no reason to retire keys. */
  if (local != NULL && !g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (tst_json_int (head, "forks", 0) > 0 || (known && !tst_hash_equal (&theirs, &mine)))
    *verdict = HEAD_FORKED;
  else if (!known && *verdict == HEAD_OURS)
    *verdict = HEAD_UNKNOWN;
  return TRUE;
}

/* @answer: (nullable): NULL when central tells a lost device nothing. */
static gboolean
ask (TstSyncRun *self, TstTransport *transport, const char *path, JsonObject *request, JsonObject **answer, GError **error)
{
  g_autoptr (GError) local = NULL;
  const char *code;

  *answer = tst_transport_call_json (transport, SOUP_METHOD_POST, path, request, &local);
  if (*answer != NULL)
    return TRUE;
  code = g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) ? tst_transport_get_refusal (transport) : NULL;
  if (g_strcmp0 (code, "device-lost") == 0)
    return TRUE;
  /* Restored from before we registered: the same keys are registered again, by this code if it still counts or by a fresh one. */
  if (g_strcmp0 (code, "unknown-device") == 0 && tst_outbox_get_registered (self->book))
    {
      if (!tst_outbox_clear_registered (self->book, error))
        return FALSE;
      if (tst_sync_register (self, NULL))
        {
          *answer = tst_transport_call_json (transport, SOUP_METHOD_POST, path, request, error);
          return *answer != NULL;
        }
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
judge_heads (TstSyncRun *self, JsonObject *answer, TstChain chain, Head *verdict, JsonObject **behind, GError **error)
{
  JsonArray *chains = answer != NULL ? tst_json_array (answer, "chains") : NULL;

  if (chains == NULL)
    return not_central (error);
  for (guint i = 0; i < json_array_get_length (chains); i++)
    {
      JsonNode *node = json_array_get_element (chains, i);

      if (!judge_head (self, chain, JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL, verdict, error))
        return FALSE;
    }
  if (behind != NULL && tst_json_object (answer, "behind") != NULL)
    *behind = json_object_ref (tst_json_object (answer, "behind"));
  return TRUE;
}

static gboolean
compare_chain (TstSyncRun *self, TstTransport *transport, TstChain chain, const TstCheckpoint *newest, Head *verdict, JsonObject **behind,
               GError **error)
{
  g_autoptr (JsonObject) request = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  if (newest != NULL)
    add_checkpoint (request, newest);
  return ask (self, transport, "heads", request, &answer, error) &&
         (answer == NULL || judge_heads (self, answer, chain, verdict, behind, error));
}

gboolean
tst_sync_ask_news (TstSyncRun *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) newest = tst_outbox_get_checkpoint (self->book, &local);
  g_autoptr (JsonObject) request = NULL;

  g_clear_pointer (&self->news, json_object_unref);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  request = tst_sync_news_request (self, newest);
  /* It signed this very checkpoint a moment ago. Any other is shown: central may be an old copy that does not know it. */
  if (newest != NULL && (self->shown == NULL || strlen (self->shown) != g_bytes_get_size (newest->note) ||
                         memcmp (self->shown, g_bytes_get_data (newest->note, NULL), strlen (self->shown)) != 0))
    add_checkpoint (request, newest);
  self->news_from = newest != NULL ? newest->size : 0;
  if (ask (self, self->field, "news", request, &self->news, &local))
    return TRUE;
  if (g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) && g_strcmp0 (tst_transport_get_refusal (self->field), "not-found") == 0)
    {
      self->asks_singly = TRUE;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The heads of both keys come with the news. */
static gboolean
compare_by_news (TstSyncRun *self, Head *verdict, JsonObject **behind, GError **error)
{
  JsonObject *open;

  if (!tst_sync_ask_news (self, error))
    return FALSE;
  if (self->news == NULL)
    return TRUE;
  open = tst_json_object (self->news, "open_heads");
  return judge_heads (self, tst_json_object (self->news, "heads"), TST_CHAIN_FIELD, verdict, behind, error) &&
         (open == NULL || judge_heads (self, open, TST_CHAIN_OPEN, verdict, NULL, error));
}

static gboolean
retire_keys (TstSyncRun *self, Head verdict, GError **error)
{
  if (!tst_outbox_retire_keys (self->book, verdict == HEAD_FORKED ? "fork" : "old-copy", error))
    return FALSE;
  g_clear_pointer (&self->news, json_object_unref);
  tst_nonces_clear (self->field_nonces);
  tst_nonces_clear (self->open_nonces);
  tst_transport_free (self->field);
  tst_transport_free (self->open);
  self->field = tst_sync_run_new_transport (self, TST_CHAIN_FIELD);
  self->open = tst_sync_run_new_transport (self, TST_CHAIN_OPEN);
  return tst_sync_register (self, error);
}

gboolean
tst_sync_compare_heads (TstSyncRun *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (TstCheckpoint) newest = NULL;
  g_autoptr (JsonObject) behind = NULL;
  Head verdict = HEAD_OURS;

  if (self->heads_compared)
    return TRUE;
  newest = tst_outbox_get_checkpoint (self->book, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!self->asks_singly && !compare_by_news (self, &verdict, &behind, error))
    return FALSE;
  if (self->asks_singly && !compare_chain (self, self->field, TST_CHAIN_FIELD, newest, &verdict, &behind, error))
    return FALSE;
  if (behind != NULL)
    return refill (self, behind, newest, error);
  if (self->asks_singly && !compare_chain (self, self->open, TST_CHAIN_OPEN, NULL, &verdict, NULL, error))
    return FALSE;
  self->heads_compared = TRUE;
  /* It comes once in a run: nothing can live on it for ever. */
  tst_sync_run_alive (self);
  return verdict == HEAD_OURS || retire_keys (self, verdict, error);
}

/* --- what central lost --- */

static gboolean
take_missing (TstSyncRun *self, JsonObject *row, gboolean *found, GError **error)
{
  JsonArray *list = row != NULL ? tst_json_array (row, "media") : NULL;
  g_autoptr (GArray) media = g_array_new (FALSE, FALSE, sizeof (TstHash));
  TstHash record;

  if (list == NULL || !tst_hash_from_base64 (tst_json_string (row, "record"), &record))
    return not_central (error);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *hex = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
      TstHash hash;

      if (hex == NULL || !tst_hash_from_hex (hex, &hash))
        return not_central (error);
      g_array_append_val (media, hash);
    }
  return tst_outbox_send_again (self->book, &record, tst_json_bool (row, "content", FALSE), media, found, error);
}

gboolean
tst_sync_take_missing (TstSyncRun *self, JsonObject *answer, gboolean *found, gint64 *next, GError **error)
{
  JsonArray *rows = answer != NULL ? tst_json_array (answer, "missing") : NULL;

  *next = answer != NULL ? tst_json_int (answer, "next", -1) : -1;
  if (rows == NULL || *next < 0)
    return not_central (error);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);

      if (!take_missing (self, JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL, found, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_sync_find_missing_of (TstSyncRun *self, TstTransport *transport, gint64 since, gboolean *found, GError **error)
{
  for (guint turn = 0; turn < MISSING_TURNS_MAX; turn++)
    {
      g_autoptr (JsonObject) request = json_object_new ();
      g_autoptr (JsonObject) answer = NULL;
      g_autoptr (GError) local = NULL;
      gint64 next;

      json_object_set_int_member (request, "since", since);
      answer = tst_transport_call_json (transport, SOUP_METHOD_POST, "missing", request, &local);
      if (answer == NULL)
        {
          /* A lost device learns nothing, and an older central does not know the question. */
          if (g_error_matches (local, TST_ERROR, TST_ERROR_REFUSED) &&
              (g_strcmp0 (tst_transport_get_refusal (transport), "device-lost") == 0 ||
               g_strcmp0 (tst_transport_get_refusal (transport), "not-found") == 0))
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!tst_sync_take_missing (self, answer, found, &next, error))
        return FALSE;
      if (next <= since)
        return TRUE;
      since = next;
    }
  return not_central (error);
}

gboolean
tst_sync_find_missing (TstSyncRun *self, gboolean *found, GError **error)
{
  TstHash first;

  /* No connection under the open key for a chain that has nothing. */
  if (!tst_sync_find_missing_of (self, self->field, 0, found, error) ||
      (tst_outbox_text_hash_at (self->book, TST_CHAIN_OPEN, 1, &first, NULL) && !tst_sync_find_missing_of (self, self->open, 0, found, error)))
    return FALSE;
  if (*found && self->observer.changed != NULL)
    self->observer.changed (self->observer.user_data);
  return TRUE;
}
