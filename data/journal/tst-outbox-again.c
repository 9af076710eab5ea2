/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

/* What a device does when central turns out to hold less than it proved: gives leaves back to a restored log, and content again. */

void
tst_outbox_leaf_free (TstOutboxLeaf *self)
{
  g_clear_pointer (&self->note, g_bytes_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->proof, g_array_unref);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  g_free (self);
}

typedef struct
{
  TstChain chain;
  guint64 from;
  guint max;
  GPtrArray *leaves; /* of TstOutboxLeaf */
} Listing;

/* Columns: index, note, body, proof, size, checkpoint. */
static const char field_leaves[]
  = "SELECT o.proof_index AS i, j.note, NULL, o.proof, o.proof_size, c.note FROM outbox o JOIN journal_field j ON j.text_hash = o.text_hash"
    " JOIN checkpoint c ON c.size = o.proof_size WHERE o.chain = 'field' AND o.proof_index >= ?1"
    " UNION ALL SELECT d.idx, d.envelope, d.body, NULL, 0, NULL FROM decision d WHERE d.idx >= ?1 ORDER BY i LIMIT ?2";
static const char open_leaves[]
  = "SELECT o.proof_index, j.note, NULL, o.proof, o.proof_size, c.note FROM outbox o JOIN journal_open j ON j.text_hash = o.text_hash"
    " JOIN checkpoint c ON c.size = o.proof_size WHERE o.chain = 'open' AND o.proof_index >= ?1 ORDER BY o.proof_index LIMIT ?2";

static gboolean
list_leaves (TstStore *store, gpointer data, GError **error)
{
  Listing *listing = data;
  g_autoptr (TstStatement) list = tst_store_prepare (store, listing->chain == TST_CHAIN_OPEN ? open_leaves : field_leaves, error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  tst_statement_bind_int (list, 1, listing->from);
  tst_statement_bind_int (list, 2, listing->max);
  while (tst_statement_step (list, &row, error))
    {
      g_autoptr (GBytes) proof = NULL;
      TstOutboxLeaf *leaf;

      if (!row)
        return TRUE;
      leaf = g_new0 (TstOutboxLeaf, 1);
      g_ptr_array_add (listing->leaves, leaf);
      leaf->index = tst_statement_int (list, 0);
      leaf->note = tst_statement_bytes (list, 1);
      leaf->body = tst_statement_bytes (list, 2);
      proof = tst_statement_bytes (list, 3);
      leaf->size = tst_statement_int (list, 4);
      leaf->checkpoint = tst_statement_bytes (list, 5);
      if (leaf->checkpoint == NULL)
        continue;
      /* The only leaf of a tree has an empty proof, which SQLite may give back as nothing. */
      leaf->proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
      if (proof != NULL)
        g_array_append_vals (leaf->proof, g_bytes_get_data (proof, NULL), g_bytes_get_size (proof) / sizeof (TstHash));
    }
  return FALSE;
}

GPtrArray *
tst_outbox_list_leaves (TstFieldBook *self, TstChain chain, guint64 from, guint max, GError **error)
{
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_outbox_leaf_free);
  Listing listing = { chain, from, max, leaves };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return tst_store_read (self->store, list_leaves, &listing, error) ? g_steal_pointer (&leaves) : NULL;
}

/* --- content --- */

typedef struct
{
  const TstHash *record;
  gboolean content;
  GArray *media;
  gboolean changed;
} Again;

static gboolean
run_step (TstStore *store, const char *sql, const TstHash *hash, const TstHash *record, gint64 *changes, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, hash);
  if (record != NULL)
    tst_statement_bind_hash (statement, 2, record);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  *changes = tst_store_changes (store);
  return TRUE;
}

static gboolean
send_again (TstStore *store, gpointer data, GError **error)
{
  Again *again = data;
  gint64 changes = 0;

  if (again->content)
    {
      /* What was discarded or erased here has nothing to send. */
      if (!run_step (store, "UPDATE outbox SET state = 'saved', sent = 0 WHERE text_hash = ?1 AND sent = 1 AND content = 1"
                            " AND state IN ('saved', 'received')", again->record, NULL, &changes, error))
        return FALSE;
      again->changed |= changes > 0;
      if (changes > 0 &&
          !run_step (store, "DELETE FROM holding WHERE sha256 IN (SELECT sha256 FROM needed WHERE text_hash = ?1 AND what <> 'medium')",
                     again->record, NULL, &changes, error))
        return FALSE;
    }
  for (guint i = 0; i < again->media->len; i++)
    {
      const TstHash *medium = &g_array_index (again->media, TstHash, i);

      if (!run_step (store, "UPDATE medium SET state = 'due', upload_url = NULL WHERE sha256 = ?1 AND state = 'held' AND sha256 IN"
                            " (SELECT sha256 FROM needed WHERE text_hash = ?2)", medium, again->record, &changes, error))
        return FALSE;
      if (changes == 0)
        continue;
      again->changed = TRUE;
      if (!run_step (store, "DELETE FROM holding WHERE sha256 = ?1", medium, NULL, &changes, error) ||
          !run_step (store, "UPDATE outbox SET state = 'saved' WHERE state = 'received' AND text_hash IN"
                            " (SELECT text_hash FROM needed WHERE sha256 = ?1)", medium, NULL, &changes, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_outbox_send_again (TstFieldBook *self, const TstHash *record, gboolean content, GArray *media, gboolean *changed, GError **error)
{
  Again again = { record, content, media, FALSE };
  gboolean done;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && record != NULL, FALSE);
  done = tst_store_write (self->store, send_again, &again, error);
  *changed |= again.changed;
  return done;
}

/* --- registration --- */

static gboolean
clear_registered (TstStore *store, gpointer data, GError **error)
{
  return tst_meta_set_int (store, "registered", 0, error);
}

gboolean
tst_outbox_clear_registered (TstFieldBook *self, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), FALSE);
  return tst_store_write (self->store, clear_registered, NULL, error);
}
