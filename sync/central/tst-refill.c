/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-refill.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-device-registry.h"
#include "central/tst-leaf-table.h"
#include "central/tst-public-log.h"
#include "central/tst-restoration.h"
#include "central/tst-tree-check.h"
#include "record/tst-body.h"

#include <string.h>

/* Two devices bring leaves at once, and one of them may complete the log. */
G_LOCK_DEFINE_STATIC (refill);

/* --- one leaf as it comes --- */

typedef struct
{
  guint64 index;
  GBytes *note;
  GBytes *body; /* (nullable) */
  TstHash leaf;
  gboolean proven;
} Brought;

static void
brought_free (gpointer data)
{
  Brought *self = data;

  g_clear_pointer (&self->note, g_bytes_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static const TstCheckpoint *
find_checkpoint (GPtrArray *checkpoints, guint64 size)
{
  for (guint i = 0; i < checkpoints->len; i++)
    if (((TstCheckpoint *) g_ptr_array_index (checkpoints, i))->size == size)
      return g_ptr_array_index (checkpoints, i);
  return NULL;
}

static gboolean
is_proven (JsonObject *row, const Brought *brought, GPtrArray *checkpoints)
{
  const TstCheckpoint *checkpoint = find_checkpoint (checkpoints, tst_json_int (row, "size", 0));
  JsonArray *list = tst_json_array (row, "proof");
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      TstHash hash;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
          !tst_hash_from_base64 (json_node_get_string (node), &hash))
        return FALSE;
      g_array_append_val (proof, hash);
    }
  return checkpoint != NULL && list != NULL &&
         tst_merkle_check_inclusion (&brought->leaf, brought->index, checkpoint->size, proof, &checkpoint->root, NULL);
}

/* Central's own record proves by its signature that it is one; where it stood is seen when the root comes out. */
static gboolean
is_own (TstCentral *central, TstEnvelope *envelope, const Brought *brought)
{
  TstVerifier *verifier = tst_signing_key_get_verifier (tst_central_get_records_key (central));
  TstHash hash = brought->body != NULL ? tst_hash_bytes (brought->body) : (TstHash) { 0 };

  return tst_envelope_get_fields (envelope)->chain == TST_CHAIN_CENTRAL && brought->body != NULL &&
         tst_hash_equal (&hash, &tst_envelope_get_fields (envelope)->body) && tst_envelope_verify (envelope, verifier, NULL);
}

static Brought *
parse_leaf (TstCentral *central, JsonObject *row, GPtrArray *checkpoints, GError **error)
{
  Brought *brought = g_new0 (Brought, 1);
  gint64 index = tst_json_int (row, "index", -1);
  g_autoptr (TstEnvelope) envelope = NULL;

  brought->note = tst_base64_decode (tst_json_string (row, "envelope"));
  brought->body = tst_json_string (row, "body") != NULL ? tst_base64_decode (tst_json_string (row, "body")) : NULL;
  envelope = brought->note != NULL && index >= 0 ? tst_envelope_parse (brought->note, NULL) : NULL;
  if (envelope != NULL)
    {
      brought->index = index;
      brought->leaf = tst_merkle_leaf (g_bytes_get_data (brought->note, NULL), g_bytes_get_size (brought->note));
      brought->proven = is_proven (row, brought, checkpoints);
      if (brought->proven || is_own (central, envelope, brought))
        return brought;
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF, "A leaf came that nothing proves to have been in this log");
  brought_free (brought);
  return NULL;
}

/* --- keeping it --- */

static gboolean
stage (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *leaves = data;
  g_autoptr (TstStatement) put = NULL;

  put = tst_store_prepare (store, "INSERT INTO refill (idx, leaf, note, body, proven) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (idx, leaf)"
                                  " DO UPDATE SET proven = max (proven, excluded.proven), body = coalesce (excluded.body, body)", error);
  if (put == NULL)
    return FALSE;
  for (guint i = 0; i < leaves->len; i++)
    {
      const Brought *brought = g_ptr_array_index (leaves, i);

      tst_statement_reset (put);
      tst_statement_bind_int (put, 1, brought->index);
      tst_statement_bind_hash (put, 2, &brought->leaf);
      tst_statement_bind_bytes (put, 3, brought->note);
      if (brought->body != NULL)
        tst_statement_bind_bytes (put, 4, brought->body);
      else
        tst_statement_bind_null (put, 4);
      tst_statement_bind_int (put, 5, brought->proven);
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* --- putting it in place --- */

typedef struct
{
  TstCentral *central;
  guint64 next;       /* leaves of the store */
  guint64 target;
  guint64 returned;   /* places between them for which something came */
  guint64 beyond;     /* central's own records for places after the target: it was longer still */
  guint64 unseen;
  GPtrArray *leaves;  /* of TstReturningLeaf */
  GArray *hashes;     /* of TstHash */
  TstCheckpoint *ahead;
} Completion;

static gboolean
count_one (TstStore *store, const char *sql, guint64 value, guint64 *n, GError **error)
{
  g_autoptr (TstStatement) count = tst_store_prepare (store, sql, error);
  gboolean row;

  if (count == NULL)
    return FALSE;
  tst_statement_bind_int (count, 1, value);
  if (!tst_statement_step (count, &row, error))
    return FALSE;
  *n = tst_statement_int (count, 0);
  return TRUE;
}

static gboolean
count_returned (TstStore *store, gpointer data, GError **error)
{
  Completion *completion = data;
  g_autoptr (TstStatement) count = NULL;
  gboolean row;

  if (!tst_leaf_table_next (store, &completion->next, error))
    return FALSE;
  count = tst_store_prepare (store, "SELECT count (DISTINCT idx) FROM refill WHERE idx >= ?1 AND idx < ?2", error);
  if (count == NULL)
    return FALSE;
  tst_statement_bind_int (count, 1, completion->next);
  tst_statement_bind_int (count, 2, completion->target > 0 ? (gint64) completion->target : G_MAXINT64);
  if (!tst_statement_step (count, &row, error))
    return FALSE;
  completion->returned = tst_statement_int (count, 0);
  return count_one (store, "SELECT count (*) FROM refill WHERE idx >= ?1", MAX (completion->target, completion->next), &completion->beyond, error) &&
         count_one (store, "SELECT count (*) FROM device d WHERE d.chain = 'field' AND d.state = 'active' AND ?1 >= 0"
                           " AND EXISTS (SELECT 1 FROM leaf l WHERE l.device = d.name) AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.device = d.name)",
                    0, &completion->unseen, error);
}

static gboolean
load_returned (TstStore *store, gpointer data, GError **error)
{
  Completion *completion = data;
  g_autoptr (TstStatement) list = NULL;
  gint64 last = -1;
  gboolean row;

  list = tst_store_prepare (store, "SELECT idx, leaf, note, body FROM refill WHERE idx >= ?1 AND idx < ?2 ORDER BY idx, proven DESC", error);
  if (list == NULL)
    return FALSE;
  tst_statement_bind_int (list, 1, completion->next);
  tst_statement_bind_int (list, 2, completion->target);
  while (tst_statement_step (list, &row, error))
    {
      g_autoptr (GBytes) note = NULL;
      TstReturningLeaf *leaf;
      TstHash hash;

      if (!row)
        return TRUE;
      /* Of several for one place the proven one; the root says whether a choice was right. */
      if (tst_statement_int (list, 0) == last)
        continue;
      last = tst_statement_int (list, 0);
      note = tst_statement_bytes (list, 2);
      leaf = g_new0 (TstReturningLeaf, 1);
      leaf->body = tst_statement_bytes (list, 3);
      leaf->envelope = note != NULL ? tst_envelope_parse (note, error) : NULL;
      g_ptr_array_add (completion->leaves, leaf);
      if (leaf->envelope == NULL || !tst_statement_hash (list, 1, &hash))
        return FALSE;
      g_array_append_val (completion->hashes, hash);
    }
  return FALSE;
}

static gboolean
complete_in_store (TstStore *store, gpointer data, GError **error)
{
  Completion *completion = data;
  g_autoptr (TstStatement) put = NULL;

  if (!tst_restoration_put (store, completion->central, completion->next, completion->leaves, error) ||
      !tst_restoration_apply_device_states (store, error))
    return FALSE;
  /* It was signed already, over these very leaves. */
  put = tst_store_prepare (store, "INSERT OR IGNORE INTO checkpoint (size, note, signed_s) VALUES (?1, ?2, ?3)", error);
  if (put == NULL)
    return FALSE;
  tst_statement_bind_int (put, 1, completion->ahead->size);
  tst_statement_bind_bytes (put, 2, completion->ahead->note);
  tst_statement_bind_int (put, 3, tst_central_now_s (completion->central));
  return tst_statement_step (put, NULL, error) && tst_store_exec (store, "DELETE FROM refill WHERE idx < (SELECT count (*) FROM leaf); DELETE FROM meta WHERE name = 'ahead'", error);
}

static gboolean
drop_unproven (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store, "DELETE FROM refill WHERE proven = 0", error);
}

/* What "restore" marked waits for a person all the same: no device need know how long the log had been. */
static gboolean
resume_when_found_out (TstCentral *central, GError **error)
{
  return !tst_restoration_was_found (central) || tst_public_log_resume (tst_central_get_log (central), error);
}

static gboolean
complete (Completion *completion, GError **error)
{
  TstStore *store = tst_central_get_store (completion->central);
  g_autoptr (TstTreeCheck) check = tst_tree_check_run (completion->central, NULL, TST_TREE_CHECK_QUICK, error);

  if (check == NULL || !tst_store_read (store, load_returned, completion, error))
    return FALSE;
  tst_tree_check_add (check, completion->hashes);
  if (!tst_tree_check_reproduces (check, completion->ahead))
    {
      g_warning ("What devices brought back does not give the checkpoint that was shown; what nothing proves is dropped");
      return tst_store_write (store, drop_unproven, NULL, error);
    }
  if (!tst_store_write (store, complete_in_store, completion, error))
    return FALSE;
  g_message ("%u leaves are back in their places", completion->leaves->len);
  if (!tst_public_log_look_again (tst_central_get_log (completion->central), error))
    return FALSE;
  if (completion->beyond == 0 && completion->unseen == 0 && !resume_when_found_out (completion->central, error))
    return FALSE;
  return tst_device_registry_reload (tst_central_get_devices (completion->central), error);
}

static gboolean
try_to_complete (TstCentral *central, Completion *completion, GError **error)
{
  gboolean done = TRUE;

  completion->central = central;
  if (!tst_public_log_is_behind (tst_central_get_log (central), &completion->ahead))
    return TRUE;
  completion->target = completion->ahead != NULL ? completion->ahead->size : 0;
  if (!tst_store_read (tst_central_get_store (central), count_returned, completion, error))
    return FALSE;
  if (completion->ahead == NULL)
    return completion->beyond > 0 || completion->unseen > 0 || resume_when_found_out (central, error);
  if (completion->next + completion->returned < completion->target)
    return TRUE;
  completion->leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_returning_leaf_free);
  completion->hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  done = complete (completion, error);
  g_ptr_array_unref (completion->leaves);
  g_array_unref (completion->hashes);
  return done;
}

char *
tst_refill_take (TstCentral *central, JsonObject *request, GError **error)
{
  TstPublicLog *log = tst_central_get_log (central);
  TstVerifier *verifier = tst_signing_key_get_verifier (tst_central_get_log_key (central));
  g_autoptr (GPtrArray) checkpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_checkpoint_free);
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func (brought_free);
  JsonArray *notes = tst_json_array (request, "checkpoints");
  JsonArray *rows = tst_json_array (request, "leaves");
  Completion completion = { 0 };
  char *answer = NULL;

  if (!tst_public_log_is_behind (log, NULL))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "The log lacks nothing");
      return NULL;
    }
  for (guint i = 0; notes != NULL && i < json_array_get_length (notes); i++)
    {
      JsonNode *node = json_array_get_element (notes, i);
      const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      g_autoptr (GBytes) note = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
      TstCheckpoint *checkpoint = note != NULL ? tst_checkpoint_open (note, verifier, NULL) : NULL;

      if (checkpoint == NULL)
        continue;
      g_ptr_array_add (checkpoints, checkpoint);
      if (!tst_public_log_compare (log, note, error))
        return NULL;
    }
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      Brought *brought = JSON_NODE_HOLDS_OBJECT (node) ? parse_leaf (central, json_node_get_object (node), checkpoints, error) : NULL;

      if (brought == NULL)
        return NULL;
      g_ptr_array_add (leaves, brought);
    }
  G_LOCK (refill);
  if (tst_store_write (tst_central_get_store (central), stage, leaves, error) && try_to_complete (central, &completion, error))
    answer = g_strdup_printf ("{\"leaves\":%" G_GUINT64_FORMAT ",\"target\":%" G_GUINT64_FORMAT ",\"returned\":%" G_GUINT64_FORMAT "}\n",
                              completion.next, completion.target, completion.returned);
  G_UNLOCK (refill);
  g_clear_pointer (&completion.ahead, tst_checkpoint_free);
  return answer;
}

static gboolean
put_seen (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) put = tst_store_prepare (store, "INSERT OR IGNORE INTO seen (device) VALUES (?1)", error);

  if (put == NULL)
    return FALSE;
  tst_statement_bind_text (put, 1, data);
  return tst_statement_step (put, NULL, error);
}

gboolean
tst_refill_seen (TstCentral *central, const char *device, GError **error)
{
  Completion completion = { 0 };
  gboolean done;

  if (!tst_public_log_is_behind (tst_central_get_log (central), NULL))
    return TRUE;
  G_LOCK (refill);
  done = tst_store_write (tst_central_get_store (central), put_seen, (gpointer) device, error) &&
         try_to_complete (central, &completion, error);
  G_UNLOCK (refill);
  g_clear_pointer (&completion.ahead, tst_checkpoint_free);
  return done;
}

gboolean
tst_refill_get_state (TstCentral *central, TstRefillState *state, GError **error)
{
  g_autoptr (TstCheckpoint) ahead = NULL;
  Completion completion = { .central = central };

  state->behind = tst_public_log_is_behind (tst_central_get_log (central), &ahead);
  completion.target = ahead != NULL ? ahead->size : 0;
  if (!tst_store_read (tst_central_get_store (central), count_returned, &completion, error))
    return FALSE;
  state->leaves = completion.next;
  state->target = completion.target;
  state->returned = state->behind ? completion.returned : 0;
  state->beyond = state->behind ? completion.beyond : 0;
  state->unseen = state->behind ? completion.unseen : 0;
  return TRUE;
}
