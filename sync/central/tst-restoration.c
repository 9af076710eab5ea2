/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-restoration.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-appender.h"
#include "central/tst-leaf-table.h"
#include "record/tst-body.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Leaves that come back in one transaction: a restart goes on where the last one ended. */
#define STEP 1024

/* --- the mark --- */

gboolean
tst_restoration_is_marked (TstCentral *central)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (central), TST_CENTRAL_RESTORED_FILE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
tst_restoration_was_found (TstCentral *central)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (central), TST_CENTRAL_RESTORED_FILE, NULL);
  g_autoptr (GBytes) mark = tst_fs_read (path, 64 * 1024, NULL);

  return mark != NULL && memmem (g_bytes_get_data (mark, NULL), g_bytes_get_size (mark), "\"found_at\"", strlen ("\"found_at\"")) != NULL;
}

static gboolean
forget_returning (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store, "DELETE FROM seen; DELETE FROM refill", error);
}

gboolean
tst_restoration_clear_mark (TstCentral *central, GError **error)
{
  const char *folder = tst_central_get_folder (central);
  g_autofree char *path = g_build_filename (folder, TST_CENTRAL_RESTORED_FILE, NULL);

  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      tst_error_set_errno (error, errno, "Could not take away the mark of a restored folder");
      return FALSE;
    }
  return tst_fs_sync_folder (folder, error) && tst_store_write (tst_central_get_store (central), forget_returning, NULL, error);
}

gboolean
tst_restoration_set_mark (TstCentral *central, GError **error)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (central), TST_CENTRAL_RESTORED_FILE, NULL);
  g_autofree char *now = tst_time_format (tst_central_now_s (central));
  g_autofree char *text = g_strdup_printf ("{\"testigo\":1,\"found_at\":\"%s\",\"origin\":\"%s\"}\n", now,
                                           tst_central_get_origin (central));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return tst_restoration_is_marked (central) || tst_fs_write_durable (path, bytes, 0600, error);
}

/* --- leaves --- */

void
tst_returning_leaf_free (TstReturningLeaf *self)
{
  g_clear_pointer (&self->envelope, tst_envelope_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

gboolean
tst_restoration_put (TstStore *store, TstCentral *central, guint64 from, GPtrArray *leaves, GError **error)
{
  gint64 now_s = tst_central_now_s (central);
  guint64 next;

  if (!tst_leaf_table_next (store, &next, error))
    return FALSE;
  for (guint i = 0; i < leaves->len; i++)
    {
      const TstReturningLeaf *leaf = g_ptr_array_index (leaves, i);
      g_autoptr (TstAppendEntry) entry = tst_append_entry_new (leaf->envelope);

      if (leaf->body != NULL)
        {
          entry->body = g_bytes_ref (leaf->body);
          entry->json = tst_body_parse (leaf->body, NULL);
        }
      if (!tst_leaf_table_add (store, entry, now_s, &next, error))
        return FALSE;
      if (entry->known || entry->index != from + i)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "Leaf %" G_GUINT64_FORMAT " of the log has another place in the store",
                       from + i);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
tst_restoration_apply_device_states (TstStore *store, GError **error)
{
  return tst_store_exec (store,
                         "UPDATE device SET state = 'lost' WHERE state = 'active' AND name IN"
                         "  (SELECT target FROM decision WHERE type = 'device-lost');"
                         "UPDATE device SET state = 'retired' WHERE name IN"
                         "  (SELECT target FROM decision WHERE type = 'device-retired')", error);
}

/* --- from the mirrors --- */

typedef struct
{
  TstCentral *central;
  guint64 from;
  GPtrArray *leaves;  /* of TstReturningLeaf */
  GPtrArray *devices; /* of JsonObject */
} Refill;

static gboolean
put_step (TstStore *store, gpointer data, GError **error)
{
  Refill *refill = data;

  return tst_restoration_put (store, refill->central, refill->from, refill->leaves, error);
}

static gboolean
put_devices (TstStore *store, gpointer data, GError **error)
{
  Refill *refill = data;
  g_autoptr (TstStatement) put = NULL;

  put = tst_store_prepare (store, "INSERT OR IGNORE INTO device (name, public_key, chain, peer, label, state, registered_s)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6)", error);
  if (put == NULL)
    return FALSE;
  for (guint i = 0; i < refill->devices->len; i++)
    {
      JsonObject *device = g_ptr_array_index (refill->devices, i);
      const char *vkey = tst_json_string (device, "key");
      g_autoptr (TstVerifier) verifier = vkey != NULL ? tst_verifier_parse (vkey, NULL) : NULL;

      if (verifier == NULL)
        continue;
      tst_statement_reset (put);
      tst_statement_bind_text (put, 1, tst_verifier_get_name (verifier));
      tst_statement_bind_blob (put, 2, tst_verifier_get_public_key (verifier), TST_PUBLIC_KEY_SIZE);
      tst_statement_bind_text (put, 3, tst_json_string (device, "chain"));
      tst_statement_bind_text (put, 4, tst_json_string (device, "peer"));
      tst_statement_bind_text (put, 5, tst_json_string (device, "label"));
      tst_statement_bind_int (put, 6, tst_json_int (device, "registered_s", 0));
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
    }
  return tst_restoration_apply_device_states (store, error);
}

static TstReturningLeaf *
returning_leaf (GBytes *note, TstDecisionMirror *decisions, GError **error)
{
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (note, error);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) local = NULL;
  TstReturningLeaf *leaf;

  if (envelope == NULL)
    return NULL;
  if (decisions != NULL && tst_envelope_get_fields (envelope)->chain == TST_CHAIN_CENTRAL)
    {
      body = tst_decision_mirror_read (decisions, &tst_envelope_get_fields (envelope)->body, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
  leaf = g_new0 (TstReturningLeaf, 1);
  leaf->envelope = g_steal_pointer (&envelope);
  leaf->body = g_steal_pointer (&body);
  return leaf;
}

gboolean
tst_restoration_refill (TstCentral *central, TstLeafMirror *leaves, TstDecisionMirror *decisions, guint64 from, GError **error)
{
  TstStore *store = tst_central_get_store (central);
  guint64 count = tst_leaf_mirror_get_count (leaves);
  Refill refill = { .central = central };
  gboolean done;

  tst_leaf_mirror_rewind (leaves);
  for (guint64 i = 0; i < from; i++)
    {
      g_autoptr (GBytes) passed = tst_leaf_mirror_next (leaves, error);

      if (passed == NULL)
        return FALSE;
    }
  for (guint64 i = from; i < count;)
    {
      g_autoptr (GPtrArray) step = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_returning_leaf_free);

      refill.from = i;
      refill.leaves = step;
      for (; i < count && step->len < STEP; i++)
        {
          g_autoptr (GBytes) note = tst_leaf_mirror_next (leaves, error);
          TstReturningLeaf *leaf = note != NULL ? returning_leaf (note, decisions, error) : NULL;

          if (leaf == NULL)
            return FALSE;
          g_ptr_array_add (step, leaf);
        }
      if (!tst_store_write (store, put_step, &refill, error))
        return FALSE;
    }
  refill.devices = decisions != NULL ? tst_decision_mirror_list_devices (decisions, error)
                                     : g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  done = refill.devices != NULL && tst_store_write (store, put_devices, &refill, error);
  g_clear_pointer (&refill.devices, g_ptr_array_unref);
  return done;
}

static gboolean
count_undecided (TstStore *store, gpointer data, GError **error)
{
  guint64 *n = data;
  g_autoptr (TstStatement) count = NULL;
  gboolean row;

  count = tst_store_prepare (store, "SELECT count (*) FROM leaf WHERE chain = 'central' AND body_state = 'missing' AND NOT EXISTS"
                                    " (SELECT 1 FROM tombstone t WHERE t.sha256 = leaf.body_hash)", error);
  if (count == NULL || !tst_statement_step (count, &row, error))
    return FALSE;
  *n = tst_statement_int (count, 0);
  return TRUE;
}

gboolean
tst_restoration_count_undecided (TstCentral *central, guint64 *n, GError **error)
{
  return tst_store_read (tst_central_get_store (central), count_undecided, n, error);
}

/* --- to the mirror --- */

typedef struct
{
  guint64 from, end;
  gboolean everything;
  TstDecisionMirror *decisions;
  GPtrArray *bodies;  /* of GBytes: those that it lacks */
  GPtrArray *devices; /* of JsonObject */
  GArray *destroyed;  /* of TstHash */
} Copying;

static gboolean
read_bodies (TstStore *store, Copying *copying, GError **error)
{
  g_autoptr (TstStatement) list = NULL;
  g_autoptr (TstStatement) read = NULL;
  gboolean row;

  list = tst_store_prepare (store, "SELECT l.body_hash, b.rowid FROM leaf l JOIN body b ON b.text_hash = l.text_hash"
                                   " WHERE l.idx >= ?1 AND l.idx < ?2 AND l.chain = 'central'", error);
  read = tst_store_prepare (store, "SELECT bytes FROM body WHERE rowid = ?1", error);
  if (list == NULL || read == NULL)
    return FALSE;
  tst_statement_bind_int (list, 1, copying->from);
  tst_statement_bind_int (list, 2, copying->end);
  while (tst_statement_step (list, &row, error))
    {
      TstHash hash;
      gboolean there;

      if (!row)
        return TRUE;
      if (!tst_statement_hash (list, 0, &hash) || tst_decision_mirror_has (copying->decisions, &hash))
        continue;
      tst_statement_reset (read);
      tst_statement_bind_int (read, 1, tst_statement_int (list, 1));
      if (!tst_statement_step (read, &there, error))
        return FALSE;
      if (there)
        g_ptr_array_add (copying->bodies, tst_statement_bytes (read, 0));
    }
  return FALSE;
}

static gboolean
read_devices (TstStore *store, Copying *copying, GError **error)
{
  g_autoptr (TstStatement) list = NULL;
  gboolean row;

  list = tst_store_prepare (store, "SELECT public_key, chain, peer, label, registered_s FROM device WHERE name IN"
                                   " (SELECT device FROM leaf WHERE idx >= ?1 AND idx < ?2) OR peer IN"
                                   " (SELECT device FROM leaf WHERE idx >= ?1 AND idx < ?2) ORDER BY registered_s, name", error);
  if (list == NULL)
    return FALSE;
  tst_statement_bind_int (list, 1, copying->from);
  tst_statement_bind_int (list, 2, copying->end);
  while (tst_statement_step (list, &row, error))
    {
      g_autoptr (GBytes) key = NULL;
      g_autoptr (TstVerifier) verifier = NULL;
      g_autofree char *vkey = NULL;
      JsonObject *device;

      if (!row)
        return TRUE;
      key = tst_statement_bytes (list, 0);
      if (key == NULL || g_bytes_get_size (key) != TST_PUBLIC_KEY_SIZE)
        continue;
      verifier = tst_verifier_new_for_device (g_bytes_get_data (key, NULL));
      vkey = tst_verifier_to_vkey (verifier);
      device = json_object_new ();
      json_object_set_string_member (device, "key", vkey);
      json_object_set_string_member (device, "chain", tst_statement_text (list, 1));
      if (!tst_statement_is_null (list, 2))
        json_object_set_string_member (device, "peer", tst_statement_text (list, 2));
      if (!tst_statement_is_null (list, 3))
        json_object_set_string_member (device, "label", tst_statement_text (list, 3));
      json_object_set_int_member (device, "registered_s", tst_statement_int (list, 4));
      g_ptr_array_add (copying->devices, device);
    }
  return FALSE;
}

static gboolean
read_tombstones (TstStore *store, Copying *copying, GError **error)
{
  g_autoptr (TstStatement) list = tst_store_prepare (store, "SELECT sha256 FROM tombstone", error);
  gboolean row;

  while (list != NULL && tst_statement_step (list, &row, error))
    {
      TstHash hash;

      if (!row)
        return TRUE;
      if (tst_statement_hash (list, 0, &hash))
        g_array_append_val (copying->destroyed, hash);
    }
  return FALSE;
}

static gboolean
read_all (TstStore *store, gpointer data, GError **error)
{
  Copying *copying = data;

  return read_bodies (store, copying, error) && read_devices (store, copying, error) &&
         (!copying->everything || read_tombstones (store, copying, error));
}

/* What an erasure says that it destroys. */
static void
add_destroyed (GBytes *body, GArray *destroyed)
{
  g_autoptr (JsonObject) json = NULL;
  JsonArray *list;
  gsize size;
  const char *data = g_bytes_get_data (body, &size);

  if (memmem (data, size, "\"destroyed\"", strlen ("\"destroyed\"")) == NULL)
    return;
  json = tst_body_parse (body, NULL);
  list = json != NULL && g_strcmp0 (tst_json_string (json, "type"), "erase") == 0 ? tst_json_array (json, "destroyed") : NULL;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *hex = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      TstHash hash;

      if (hex != NULL && tst_hash_from_hex (hex, &hash))
        g_array_append_val (destroyed, hash);
    }
}

gboolean
tst_restoration_mirror_decisions (TstCentral *central, TstDecisionMirror *decisions, guint64 from, guint64 end, gboolean everything,
                                  GError **error)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GArray) destroyed = g_array_new (FALSE, FALSE, sizeof (TstHash));
  Copying copying = { from, end, everything, decisions, bodies, devices, destroyed };

  if (!tst_store_read (tst_central_get_store (central), read_all, &copying, error))
    return FALSE;
  for (guint i = 0; i < bodies->len; i++)
    add_destroyed (g_ptr_array_index (bodies, i), destroyed);
  return tst_decision_mirror_append (decisions, bodies, devices, error) && tst_decision_mirror_erase (decisions, destroyed, error);
}

/* --- what a device has shown --- */

static gboolean
load_ahead (TstStore *store, gpointer data, GError **error)
{
  GBytes **note = data;
  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT value FROM meta WHERE name = 'ahead'", error);
  gboolean row;

  if (find == NULL || !tst_statement_step (find, &row, error))
    return FALSE;
  *note = row ? tst_statement_bytes (find, 0) : NULL;
  return TRUE;
}

GBytes *
tst_restoration_load_ahead (TstCentral *central, GError **error)
{
  GBytes *note = NULL;

  tst_store_read (tst_central_get_store (central), load_ahead, &note, error);
  return note;
}

static gboolean
store_ahead (TstStore *store, gpointer data, GError **error)
{
  GBytes *note = data;
  g_autoptr (TstStatement) put = NULL;

  put = tst_store_prepare (store, note != NULL ? "INSERT OR REPLACE INTO meta (name, value) VALUES ('ahead', ?1)"
                                               : "DELETE FROM meta WHERE name = 'ahead'", error);
  if (put == NULL)
    return FALSE;
  if (note != NULL)
    tst_statement_bind_bytes (put, 1, note);
  return tst_statement_step (put, NULL, error);
}

gboolean
tst_restoration_store_ahead (TstCentral *central, GBytes *note, GError **error)
{
  return tst_store_write (tst_central_get_store (central), store_ahead, note, error);
}
