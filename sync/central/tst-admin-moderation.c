/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-moderation.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-catalogue.h"
#include "central/tst-central-verify.h"
#include "central/tst-moderation.h"
#include "central/tst-purge.h"
#include "record/tst-body.h"

#include <string.h>

/* --- deciding --- */

typedef struct
{
  TstAdminCall *call;
  GCancellable *cancellable;
} Deciding;

static void
on_decided (const char *id, JsonObject *row, const GError *error, gpointer user_data)
{
  Deciding *deciding = user_data;

  if (row)
    tst_admin_call_row (deciding->call, json_object_ref (row));
  else
    tst_admin_call_refuse (deciding->call, id, error);
  if (tst_admin_call_is_cancelled (deciding->call))
    g_cancellable_cancel (deciding->cancellable);
}

static gboolean
parse_verdict (const char *text, TstVerdict *verdict)
{
  static const char *const names[] = { "accept", "withhold", "retire", "erase" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (text, names[i]) == 0)
      {
        *verdict = (const TstVerdict[]) { TST_VERDICT_ACCEPT, TST_VERDICT_WITHHOLD, TST_VERDICT_RETIRE, TST_VERDICT_ERASE }[i];
        return TRUE;
      }
  return FALSE;
}

static gboolean
run_decide (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (TstModeration) moderation = tst_moderation_new (central, NULL);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Deciding deciding = { call, cancellable };
  JsonArray *given = tst_json_array (args, "ids");
  gboolean all = tst_json_bool (args, "all", FALSE);
  TstVerdict verdict;

  for (guint i = 0; given && i < json_array_get_length (given); i++)
    if (JSON_NODE_HOLDS_VALUE (json_array_get_element (given, i)) && json_array_get_string_element (given, i))
      g_ptr_array_add (ids, (gpointer) json_array_get_string_element (given, i));
  if (!parse_verdict (tst_json_string (args, "verdict"), &verdict) || (ids->len == 0) != all)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Say what to do and with which items, or with all that wait.");
      return FALSE;
    }
  g_ptr_array_add (ids, NULL);
  if (!tst_moderation_decide (moderation, verdict, all ? NULL : (const char *const *) ids->pdata, tst_json_string (args, "reason"),
                                tst_json_bool (args, "redacted", FALSE), on_decided, &deciding, cancellable, error))
    return FALSE;
  if (verdict == TST_VERDICT_RETIRE || verdict == TST_VERDICT_ERASE)
    tst_purge_announce (central);
  return TRUE;
}

static gboolean
run_answer (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (TstModeration) moderation = tst_moderation_new (central, NULL);

  return tst_moderation_answer (moderation, tst_json_string (args, "number"), tst_json_string (args, "text"), error);
}

static gboolean
run_radicado (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (TstModeration) moderation = tst_moderation_new (central, NULL);

  return tst_moderation_radicado (moderation, tst_json_string (args, "number"), tst_json_string (args, "value"), error);
}

/* --- what waits --- */

static void
put_text (JsonObject *row, const char *name, const char *text)
{
  if (text && *text)
    json_object_set_string_member (row, name, text);
}

static gboolean
list_pending (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *rows = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list = tst_store_prepare (
    store,
    "SELECT i.id, i.kind, i.type, i.title, i.work, i.event, i.utc_s, c.due_on, c.public_ok,"
    " (SELECT count (*) FROM record_media m LEFT JOIN holding h ON h.sha256 = m.sha256"
    "  WHERE m.text_hash = i.text_hash AND h.sha256 IS NULL)"
    " FROM item i LEFT JOIN contribution c ON c.id = i.id WHERE i.state = 'pending' AND i.kind IN ('evidence', 'contribution')"
    " ORDER BY i.utc_s, i.id",
    error);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      JsonObject *one = json_object_new ();
      g_autofree char *time = tst_time_format (tst_statement_int (list, 6));
      static const char *const names[] = { "id", "kind", "type", "title", "work", "event" };
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        put_text (one, names[i], tst_statement_text (list, (int) i));
      json_object_set_string_member (one, "time", time);
      put_text (one, "due_on", tst_statement_text (list, 7));
      if (!tst_statement_is_null (list, 8))
        json_object_set_boolean_member (one, "public_ok", tst_statement_int (list, 8) != 0);
      json_object_set_int_member (one, "missing", tst_statement_int (list, 9));
      g_ptr_array_add (rows, one);
    }
}

static gboolean
run_pending (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  if (!tst_store_read (tst_central_get_store (central), list_pending, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    tst_admin_call_row (call, json_object_ref (g_ptr_array_index (rows, i)));
  return TRUE;
}

/* --- bringing in --- */

static void
on_row_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  g_autofree char *item = g_strdup_printf ("%u", row);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < TST_N_ERRORS && !error; i++)
    {
      g_autoptr (GError) tried = g_error_new_literal (TST_ERROR, i, message);

      if (g_strcmp0 (tst_error_code (tried), code) == 0)
        error = g_steal_pointer (&tried);
    }
  if (!error)
    error = g_error_new_literal (TST_ERROR, TST_ERROR_BAD_VALUE, message);
  tst_admin_call_refuse (user_data, item, error);
}

static void
put_counts (TstAdminCall *call, const TstCatalogueCounts *counts)
{
  JsonObject *row = json_object_new ();

  json_object_set_int_member (row, "added", counts->added);
  json_object_set_int_member (row, "updated", counts->updated);
  json_object_set_int_member (row, "unchanged", counts->unchanged);
  json_object_set_int_member (row, "rejected", counts->rejected);
  tst_admin_call_row (call, row);
}

static gboolean
run_works_import (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  TstCatalogueCounts counts;

  if (!tst_json_string (args, "path")
      || !tst_catalogue_import_works (central, tst_json_string (args, "path"), on_row_refused, call, &counts, error))
    return FALSE;
  put_counts (call, &counts);
  return TRUE;
}

static gboolean
run_events_import (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) events = NULL;
  TstCatalogueCounts counts;

  if (!tst_json_string (args, "path")
      || !tst_catalogue_import_events (central, tst_json_string (args, "path"), on_row_refused, call, &counts, &events, error))
    return FALSE;
  for (guint i = 0; i < events->len; i++)
    tst_admin_call_row (call, json_object_ref (g_ptr_array_index (events, i)));
  put_counts (call, &counts);
  return TRUE;
}

/* --- what is sealed --- */

typedef struct
{
  const char *event;
  GPtrArray *rows; /* of JsonObject */
  char *after;
} SealedCall;

/* The parts that the newest content names, so that a corrected sheet comes out corrected. */
static gboolean
put_parts (TstStore *store, SealedCall *call, JsonObject *item, JsonObject *content, GError **error)
{
  g_autoptr (GPtrArray) refs = tst_body_get_sealed (content, NULL);

  for (guint i = 0; refs && i < refs->len; i++)
    {
      const TstPartRef *ref = g_ptr_array_index (refs, i);
      gboolean row = FALSE;
      gsize size = 0;

      if (g_strcmp0 (ref->type, "officer") != 0)
        continue;
      g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT bytes FROM part WHERE sha256 = ?1", error);
      if (!find)
        return FALSE;
      tst_statement_bind_hash (find, 1, &ref->sha256);
      if (!tst_statement_step (find, &row, error))
        return FALSE;
      if (!row)
        continue;
      g_autoptr (GBytes) bytes = tst_statement_bytes (find, 0);
      const guint8 *data = g_bytes_get_data (bytes, &size);
      g_autofree char *sealed = g_base64_encode (data, size);
      JsonObject *one = json_object_new ();
      JsonObjectIter iter;
      const char *name = NULL;
      JsonNode *node = NULL;
      json_object_iter_init (&iter, item);
      while (json_object_iter_next (&iter, &name, &node))
        json_object_set_member (one, name, json_node_copy (node));
      put_text (one, "what", ref->role);
      json_object_set_string_member (one, "sealed", sealed);
      g_ptr_array_add (call->rows, one);
    }
  return TRUE;
}

static gboolean
list_sealed (TstStore *store, gpointer data, GError **error)
{
  SealedCall *call = data;
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) list = tst_store_prepare (
      store,
      "SELECT i.id, i.kind, i.event, i.state, i.content, c.number FROM item i LEFT JOIN contribution c ON c.id = i.id"
      " WHERE i.kind IN ('attendance', 'contribution') AND i.content IS NOT NULL AND (?1 IS NULL OR i.event = ?1) AND i.id > ?2"
      " ORDER BY i.id LIMIT 200",
      error);
    if (!list)
      return FALSE;
    tst_statement_bind_text (list, 1, call->event);
    tst_statement_bind_text (list, 2, call->after);
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        g_free (call->after);
        call->after = g_strdup (tst_statement_text (list, 0));
        JsonObject *content = tst_json_parse_object (tst_statement_text (list, 4), -1, NULL);
        JsonObject *item = json_object_new ();
        put_text (item, "id", tst_statement_text (list, 0));
        put_text (item, "kind", tst_statement_text (list, 1));
        put_text (item, "event", tst_statement_text (list, 2));
        put_text (item, "state", tst_statement_text (list, 3));
        put_text (item, "number", tst_statement_text (list, 5));
        g_ptr_array_add (items, item);
        g_ptr_array_add (contents, content ? content : json_object_new ());
      }
  }
  for (guint i = 0; i < items->len; i++)
    if (!put_parts (store, call, g_ptr_array_index (items, i), g_ptr_array_index (contents, i), error))
      return FALSE;
  if (items->len == 0)
    g_clear_pointer (&call->after, g_free);
  return TRUE;
}

static gboolean
run_sealed (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  SealedCall sealed = { .event = tst_json_string (args, "event"), .rows = rows, .after = g_strdup ("") };

  while (sealed.after && !tst_admin_call_is_cancelled (call))
    {
      g_ptr_array_set_size (rows, 0);
      if (!tst_store_read (tst_central_get_store (central), list_sealed, &sealed, error))
        {
          g_free (sealed.after);
          return FALSE;
        }
      for (guint i = 0; i < rows->len; i++)
        tst_admin_call_row (call, json_object_ref (g_ptr_array_index (rows, i)));
    }
  g_free (sealed.after);
  return TRUE;
}

/* --- verifying --- */

static void
on_fault (JsonObject *fault, gpointer user_data)
{
  tst_admin_call_row (user_data, json_object_ref (fault));
}

static gboolean
run_verify (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  JsonObject *counts = NULL;

  if (!tst_central_verify (central, on_fault, call, &counts, NULL, error))
    return FALSE;
  tst_admin_call_row (call, counts);
  return TRUE;
}

const TstAdminOperation tst_admin_moderation_operations[] = {
  { "decide", run_decide },
  { "pending", run_pending },
  { "answer", run_answer },
  { "radicado", run_radicado },
  { "works-import", run_works_import },
  { "events-import", run_events_import },
  { "sealed", run_sealed },
  { "verify", run_verify },
  { NULL },
};
