/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"

/* What hangs on a store besides its tables. */
typedef struct
{
  gint revision; /* atomic */
  gint deferring; /* atomic: imports of works only note themselves */
  TstMediaStore *media;
  TstProjectionCounts counts;
} Attached;

static GQuark
attached_quark (void)
{
  return g_quark_from_static_string ("tst-projection");
}

static void
attached_free (gpointer data)
{
  Attached *self = data;

  g_clear_pointer (&self->media, tst_media_store_unref);
  g_free (self);
}

void
tst_projection_attach (TstStore *store, TstMediaStore *media)
{
  Attached *attached = g_new0 (Attached, 1);

  attached->media = media ? tst_media_store_ref (media) : NULL;
  g_object_set_qdata_full (G_OBJECT (store), attached_quark (), attached, attached_free);
}

static Attached *
get_attached (TstStore *store)
{
  return g_object_get_qdata (G_OBJECT (store), attached_quark ());
}

guint
tst_projection_get_revision (TstStore *store)
{
  Attached *attached = get_attached (store);

  return attached ? (guint) g_atomic_int_get (&attached->revision) : 0;
}

TstProjectionCounts *
tst_projection_get_counts (TstStore *store)
{
  Attached *attached = get_attached (store);

  return attached ? &attached->counts : NULL;
}

static void
bump (TstStore *store)
{
  Attached *attached = get_attached (store);

  if (attached)
    g_atomic_int_inc (&attached->revision);
}

void
tst_projection_changed (TstStore *store)
{
  bump (store);
}

void
tst_projection_set_deferring (TstStore *store, gboolean deferring)
{
  Attached *attached = get_attached (store);

  if (attached)
    g_atomic_int_set (&attached->deferring, deferring);
}

static gboolean
defer_import (TstStore *store, guint64 idx, GError **error)
{
  g_autoptr (TstStatement) put = tst_store_prepare (store, "INSERT OR IGNORE INTO pending_import (idx, done) VALUES (?1, 0)", error);

  if (!put)
    return FALSE;
  tst_statement_bind_int (put, 1, (gint64) idx);
  return tst_statement_step (put, NULL, error);
}

void
tst_leaf_row_free (TstLeafRow *self)
{
  g_free (self->device);
  g_free (self->chain);
  g_free (self->kind);
  g_free (self->id);
  g_free (self);
}

gboolean
tst_projection_find_leaf (TstStore *store, const char *id, TstLeafRow **row, GError **error)
{
  gboolean found = FALSE;

  *row = NULL;
  /* Two records under one id are somebody's fault or malice: the first in the log is the one. */
  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT idx, text_hash, device, chain, kind, utc_s, seq, body_state FROM leaf WHERE id = ?1"
                       " ORDER BY idx LIMIT 1",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, id);
  if (!tst_statement_step (find, &found, error))
    return FALSE;
  if (!found)
    return TRUE;

  TstLeafRow *self = g_new0 (TstLeafRow, 1);
  self->idx = tst_statement_int (find, 0);
  tst_statement_hash (find, 1, &self->text_hash);
  self->device = g_strdup (tst_statement_text (find, 2));
  self->chain = g_strdup (tst_statement_text (find, 3));
  self->kind = g_strdup (tst_statement_text (find, 4));
  self->utc_s = tst_statement_int (find, 5);
  self->seq = tst_statement_int (find, 6);
  self->erased = g_strcmp0 (tst_statement_text (find, 7), "erased") == 0;
  self->id = g_strdup (id);
  *row = self;
  return TRUE;
}

gboolean
tst_projection_load_body (TstStore *store, const TstHash *text_hash, JsonObject **body, GError **error)
{
  gboolean found = FALSE;

  *body = NULL;
  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT bytes FROM body WHERE text_hash = ?1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_hash (find, 1, text_hash);
  if (!tst_statement_step (find, &found, error))
    return FALSE;
  if (found)
    {
      g_autoptr (GBytes) bytes = tst_statement_bytes (find, 0);
      *body = bytes ? tst_body_parse (bytes, NULL) : NULL;
    }
  return TRUE;
}

JsonObject *
tst_projection_content (JsonObject *body)
{
  JsonObject *content = json_object_new ();
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *node = NULL;

  json_object_iter_init_ordered (&iter, body);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!g_str_equal (name, "testigo") && !g_str_equal (name, "salt") && !g_str_equal (name, "pad"))
      json_object_set_member (content, name, json_node_copy (node));
  return content;
}

void
tst_projection_merge (JsonObject *target, JsonObject *patch)
{
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *node = NULL;

  json_object_iter_init_ordered (&iter, patch);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonObject *old = tst_json_object (target, name);

      if (JSON_NODE_HOLDS_NULL (node))
        json_object_remove_member (target, name);
      else if (JSON_NODE_HOLDS_OBJECT (node))
        {
          g_autoptr (JsonObject) merged = json_object_new ();

          if (old)
            tst_projection_merge (merged, old);
          tst_projection_merge (merged, json_node_get_object (node));
          json_object_set_object_member (target, name, g_steal_pointer (&merged));
        }
      else
        json_object_set_member (target, name, json_node_copy (node));
    }
}

gboolean
tst_projection_instant (const char *text, gint64 *seconds)
{
  if (!text)
    return FALSE;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);
  if (!time)
    return FALSE;
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

gboolean
tst_projection_refresh (TstStore *store, const char *target, GError **error)
{
  g_autoptr (TstLeafRow) leaf = NULL;
  g_autoptr (JsonObject) body = NULL;
  TstKind kind;

  if (!tst_projection_find_leaf (store, target, &leaf, error))
    return FALSE;
  if (!leaf || g_str_equal (leaf->chain, "central") || !tst_kind_parse (leaf->kind, &kind))
    return TRUE;
  if (!tst_projection_load_body (store, &leaf->text_hash, &body, error))
    return FALSE;
  switch (kind)
    {
    case TST_KIND_EVIDENCE:
    case TST_KIND_ATTENDANCE:
    case TST_KIND_CONTRIBUTION:
    case TST_KIND_SURVEY:
      return tst_projection_refresh_item (store, leaf, body, error);
    case TST_KIND_EVENT:
      if (body && tst_projection_is_stream (tst_json_string (body, "type")))
        return !g_str_equal (leaf->chain, "field") || tst_projection_refresh_stream (store, leaf, body, error);
      return tst_projection_refresh_event (store, target, error);
    case TST_KIND_DECISION:
    case TST_KIND_SYSTEM:
    default:
      return TRUE;
    }
}

/* amend, withdraw, discard, and the close of an event: kept until what they name is there. */
static gboolean
put_change (TstStore *store, guint64 idx, TstEnvelope *envelope, const char *type, const char *target,
            JsonObject *content, GError **error)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  g_autofree char *text = tst_json_write (content);

  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO change (idx, text_hash, type, target, device, chain, seq, utc_s, content)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_int (put, 1, (gint64) idx);
  tst_statement_bind_hash (put, 2, tst_envelope_get_text_hash (envelope));
  tst_statement_bind_text (put, 3, type);
  tst_statement_bind_text (put, 4, target);
  tst_statement_bind_text (put, 5, tst_envelope_get_device (envelope));
  tst_statement_bind_text (put, 6, tst_chain_name (fields->chain));
  tst_statement_bind_int (put, 7, (gint64) fields->seq);
  tst_statement_bind_int (put, 8, fields->utc_s);
  tst_statement_bind_text (put, 9, text);
  return tst_statement_step (put, NULL, error);
}

static gboolean
put_tombstones (TstStore *store, JsonObject *body, GError **error)
{
  JsonArray *destroyed = tst_json_array (body, "destroyed");

  g_autoptr (TstStatement) put = tst_store_prepare (store, "INSERT OR IGNORE INTO tombstone (sha256) VALUES (?1)", error);
  if (!put)
    return FALSE;
  for (guint i = 0; destroyed && i < json_array_get_length (destroyed); i++)
    {
      TstHash hash;

      if (!JSON_NODE_HOLDS_VALUE (json_array_get_element (destroyed, i))
          || !tst_hash_from_hex (json_array_get_string_element (destroyed, i), &hash))
        continue;
      tst_statement_reset (put);
      tst_statement_bind_hash (put, 1, &hash);
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_decision (TstStore *store, guint64 idx, const TstEnvelopeFields *fields, const char *type, JsonObject *body,
                GError **error)
{
  const char *target = tst_json_string (body, "target");
  const char *target_hash = tst_json_string (body, "target_hash");
  /* What a device is told of: decisions about its records. What becomes of a citizen's contribution is not its business. */
  static const char *const of_contributions[] = { "answer", "radicado", "assign", "process", "pass-on", "answer-live", "reply-sent", NULL };
  gboolean for_device = !g_strv_contains (of_contributions, type);
  JsonObject *by = tst_json_object (body, "by");
  TstHash hash;

  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT OR REPLACE INTO decision (idx, type, target, target_hash, target_device, reason, utc_s, account, role)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_int (put, 1, (gint64) idx);
  tst_statement_bind_text (put, 2, type);
  tst_statement_bind_text (put, 3, target);
  if (target_hash && tst_hash_from_base64 (target_hash, &hash))
    tst_statement_bind_hash (put, 4, &hash);
  tst_statement_bind_text (put, 5, for_device ? tst_json_string (body, "target_device") : NULL);
  tst_statement_bind_text (put, 6, tst_json_string (body, "reason"));
  tst_statement_bind_int (put, 7, fields->utc_s);
  tst_statement_bind_text (put, 8, by ? tst_json_string (by, "account") : NULL);
  tst_statement_bind_text (put, 9, by ? tst_json_string (by, "role") : NULL);
  if (!tst_statement_step (put, NULL, error))
    return FALSE;
  if (g_str_equal (type, "erase") && !put_tombstones (store, body, error))
    return FALSE;
  return target ? tst_projection_refresh (store, target, error) : TRUE;
}

static gboolean
is_decision (const char *type)
{
  static const char *const types[] = { "accept", "withhold", "retire", "erase", "answer", "radicado", "assign", "process", "pass-on", "answer-live",
                                       "reply-sent", "device-lost", "device-retired", NULL };

  return g_strv_contains (types, type);
}

gboolean
tst_projection_apply (TstStore *store, guint64 idx, TstEnvelope *envelope, JsonObject *body, GError **error)
{
  const TstEnvelopeFields *fields = tst_envelope_get_fields (envelope);
  const char *type = body ? tst_json_string (body, "type") : NULL;
  Attached *attached = get_attached (store);

  tst_store_assert_thread (store);
  bump (store);

  if (fields->chain == TST_CHAIN_CENTRAL)
    {
      if (!type)
        return TRUE;
      if (fields->kind == TST_KIND_DECISION && is_decision (type))
        return apply_decision (store, idx, fields, type, body, error);
      if (g_str_equal (type, "works-import") && attached && attached->media)
        return g_atomic_int_get (&attached->deferring) ? defer_import (store, idx, error)
                                                       : tst_projection_import_works (store, attached->media, idx, body, error);
      if (g_str_equal (type, "events-import") && attached && attached->media)
        return tst_projection_import_events (store, attached->media, idx, body, error);
      if (g_str_equal (type, "form-import") && attached && attached->media)
        return tst_projection_import_form (store, attached->media, idx, body, error);
      return TRUE;
    }

  if (type && (g_str_equal (type, "amend") || g_str_equal (type, "withdraw") || g_str_equal (type, "discard")))
    {
      const char *target = tst_json_string (body, "target");
      g_autoptr (JsonObject) content = json_object_new ();
      static const char *const kept[] = { "target_hash", "changes", "sealed", "reason" };

      if (!target || !tst_uuid_is_valid (target))
        return TRUE;
      for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
        if (json_object_has_member (body, kept[i]))
          json_object_set_member (content, kept[i], json_node_copy (json_object_get_member (body, kept[i])));
      return put_change (store, idx, envelope, type, target, content, error)
             && tst_projection_refresh (store, target, error);
    }
  if (type && fields->kind == TST_KIND_EVENT && g_str_equal (type, "event-close"))
    {
      const char *event = tst_json_string (body, "event");
      g_autoptr (JsonObject) content = json_object_new ();

      if (!event || !tst_uuid_is_valid (event))
        return TRUE;
      if (json_object_has_member (body, "chains"))
        json_object_set_member (content, "chains", json_node_copy (json_object_get_member (body, "chains")));
      return put_change (store, idx, envelope, type, event, content, error)
             && tst_projection_refresh_event (store, event, error);
    }
  return tst_projection_refresh (store, fields->id, error);
}

gboolean
tst_projection_is_erased (TstStore *store, const TstHash *sha256, gboolean *erased, GError **error)
{
  *erased = FALSE;
  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT 1 FROM tombstone WHERE sha256 = ?1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_hash (find, 1, sha256);
  return tst_statement_step (find, erased, error);
}
