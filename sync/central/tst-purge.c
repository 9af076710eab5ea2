/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-purge.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-desk-call.h"
#include "central/tst-public-private.h"
#include "record/tst-body.h"

#define RECENT_S (60 * 60)

typedef struct
{
  gint64 since_s;
  GPtrArray *rows;
} ListCall;

static void
add_picture (JsonArray *paths, const char *sha256, gint64 width, const char *type)
{
  g_autofree char *path = g_strdup_printf ("/media/%s/%" G_GINT64_FORMAT ".%s", sha256, width,
                                           g_strcmp0 (type, "image/webp") == 0 ? "webp" : "jpg");

  json_array_add_string_element (paths, path);
}

static gboolean
add_pictures (TstStore *store, JsonObject *row, GError **error)
{
  JsonArray *paths = tst_json_array (row, "paths");
  gboolean more = FALSE;
  /* A picture that another published item shows too stays. */
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT d.sha256, d.width, d.type FROM derivative d WHERE d.id = ?1 AND NOT EXISTS (SELECT 1 FROM derivative o JOIN item i ON i.id = o.id"
    " WHERE o.sha256 = d.sha256 AND i.state = 'published') ORDER BY d.type, d.width",
    "s", tst_json_string (row, "id"));

  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash hash;

      if (!tst_statement_step (list, &more, error))
        return FALSE;
      if (!more)
        return TRUE;
      if (tst_statement_hash (list, 0, &hash))
        {
          g_autofree char *hex = tst_hash_to_hex (&hash);

          add_picture (paths, hex, tst_statement_int (list, 1), tst_statement_text (list, 2));
        }
    }
}

static gboolean
list_gone (TstStore *store, gpointer data, GError **error)
{
  ListCall *call = data;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error,
      "SELECT i.id, i.decided_s, i.revealed FROM item i WHERE i.state IN ('retired', 'withdrawn', 'erased') AND i.decided_s >= ?1"
      " AND (EXISTS (SELECT 1 FROM decision d WHERE d.target = i.id AND d.type = 'accept') OR (i.state = 'erased' AND i.revealed = 1))"
      " ORDER BY i.decided_s, i.id",
      "i", call->since_s);
    if (!list)
      return FALSE;
    for (;;)
      {
        JsonObject *one = NULL;
        JsonArray *paths = NULL;
        static const char *const parts[] = { "", ".json", "/record", "/body", "/proof" };

        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        one = json_object_new ();
        paths = json_array_new ();
        json_object_set_string_member (one, "id", tst_statement_text (list, 0));
        tst_public_set_instant (one, "at", tst_statement_int (list, 1));
        for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
          {
            g_autofree char *path = g_strconcat ("/evidencia/", tst_statement_text (list, 0), parts[i], NULL);

            json_array_add_string_element (paths, path);
          }
        json_object_set_array_member (one, "paths", paths);
        g_ptr_array_add (call->rows, one);
      }
  }
  for (guint i = 0; i < call->rows->len; i++)
    if (!add_pictures (store, g_ptr_array_index (call->rows, i), error))
      return FALSE;
  return TRUE;
}

GPtrArray *
tst_purge_list (TstCentral *central, gint64 since_s, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  ListCall call = { since_s, rows };

  return tst_store_read (tst_central_get_store (central), list_gone, &call, error) ? g_steal_pointer (&rows) : NULL;
}

void
tst_purge_announce (TstCentral *central)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);

  if (!tst_desk_has_hook (central, "purge_command"))
    return;
  rows = tst_purge_list (central, tst_central_now_s (central) - RECENT_S, &error);
  for (guint i = 0; rows && i < rows->len; i++)
    {
      JsonArray *paths = tst_json_array (g_ptr_array_index (rows, i), "paths");

      for (guint n = 0; n < json_array_get_length (paths); n++)
        g_string_append_printf (lines, "%s\n", json_array_get_string_element (paths, n));
    }
  if (!rows || (lines->len > 0 && !tst_desk_run_hook (central, "purge_command", lines->str, NULL, &error)))
    g_warning ("caches were not told what was taken back: %s", error->message);
}

/* --- for whoever keeps a copy --- */

struct _TstPurgeRoute
{
  TstCentral *central;
  TstHttpPool *pool;
};

static void
answer (TstHttpTask *task, gpointer user_data)
{
  TstPurgeRoute *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_purge_list (self->central, 0, &error);
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *list = json_array_new ();

  json_object_set_array_member (object, "gone", list);
  if (!rows)
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    json_array_add_object_element (list, json_object_ref (g_ptr_array_index (rows, i)));
  tst_http_task_answer_json (task, tst_json_write (object));
  soup_message_headers_replace (task->answer_headers, "Cache-Control", "public, max-age=5");
  soup_message_headers_replace (task->answer_headers, "X-Robots-Tag", "noindex");
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TstPurgeRoute *self = user_data;

  tst_http_pool_run (self->pool, message, path, query, answer, self);
}

TstPurgeRoute *
tst_purge_route_attach (TstCentral *central, SoupServer *server)
{
  TstPurgeRoute *self = g_new0 (TstPurgeRoute, 1);

  self->central = g_object_ref (central);
  self->pool = tst_http_pool_new (1, 16);
  soup_server_add_handler (server, "/retirados.json", handle, self, NULL);
  return self;
}

void
tst_purge_route_free (TstPurgeRoute *self)
{
  tst_http_pool_free (self->pool);
  g_object_unref (self->central);
  g_free (self);
}
