/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-log-routes.h"

#include "base/tst-error.h"
#include "central/tst-public-log.h"

#include <string.h>

#define TILE_WIDTH 256
#define FOREVER "public, max-age=31536000, immutable"

typedef struct
{
  int level;
  guint64 index;
  guint width;
  GBytes *tile;
} TileRequest;

static void
not_found (TstHttpTask *task)
{
  tst_http_task_refuse (task, SOUP_STATUS_NOT_FOUND, "not-found", "The log has no such tile");
  soup_message_headers_replace (task->answer_headers, "Cache-Control", "no-store");
}

static gboolean
read_hashes (TstStore *store, TileRequest *request, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (GBytes) hashes = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT hashes FROM tile WHERE level = ? AND idx = ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, request->level);
  tst_statement_bind_int (statement, 2, request->index);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  hashes = row ? tst_statement_bytes (statement, 0) : NULL;
  if (hashes != NULL && g_bytes_get_size (hashes) >= request->width * sizeof (TstHash))
    request->tile = g_bytes_new_from_bytes (hashes, 0, request->width * sizeof (TstHash));
  return TRUE;
}

static gboolean
read_entries (TstStore *store, TileRequest *request, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT note FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, request->index * TILE_WIDTH);
  tst_statement_bind_int (statement, 2, request->width);
  while (tst_statement_step (statement, &row, error))
    {
      if (row)
        {
          g_ptr_array_add (notes, tst_statement_bytes (statement, 0));
          continue;
        }
      if (notes->len == request->width)
        request->tile = tst_entries_write (notes);
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_tile (TstStore *store, gpointer data, GError **error)
{
  TileRequest *request = data;

  return request->level < 0 ? read_entries (store, request, error) : read_hashes (store, request, error);
}

/* Hashes at @level that a tree of @size has. */
static guint64
hashes_at (guint64 size, int level)
{
  while (level-- > 0)
    size /= TILE_WIDTH;
  return size;
}

static void
respond_tile (TstHttpTask *task, TstCentral *central, const char *path)
{
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (central));
  g_autoptr (GError) error = NULL;
  TileRequest request = { 0 };

  if (!tst_tile_path_parse (path, &request.level, &request.index, &request.width) || checkpoint == NULL ||
      request.level > 7 || request.index > (G_MAXUINT64 >> 9) ||
      request.index * TILE_WIDTH + request.width > hashes_at (checkpoint->size, request.level))
    {
      not_found (task);
      return;
    }
  if (!tst_store_read (tst_central_get_store (central), read_tile, &request, &error))
    tst_http_task_refuse_error (task, error);
  else if (request.tile == NULL)
    not_found (task);
  else
    {
      task->status = SOUP_STATUS_OK;
      task->mime = "application/octet-stream";
      task->answer = request.tile;
      /* A tile of a given width never changes. */
      soup_message_headers_replace (task->answer_headers, "Cache-Control", FOREVER);
    }
}

static void
respond_text (TstHttpTask *task, GBytes *text, const char *cache)
{
  task->status = SOUP_STATUS_OK;
  task->mime = "text/plain; charset=utf-8";
  task->answer = text;
  soup_message_headers_replace (task->answer_headers, "Cache-Control", cache);
}

void
tst_log_routes_respond (TstHttpTask *task, gpointer user_data)
{
  TstCentral *central = user_data;
  const char *path = g_str_has_prefix (task->path, "/log/") ? task->path + strlen ("/log/") : "";

  /* Anybody's page may check proofs in the browser. */
  soup_message_headers_replace (task->answer_headers, "Access-Control-Allow-Origin", "*");
  if (strcmp (path, "checkpoint") == 0)
    {
      g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (central));

      if (checkpoint != NULL)
        respond_text (task, g_bytes_ref (checkpoint->note), "no-cache");
      else
        not_found (task);
    }
  else if (strcmp (path, "vkey") == 0)
    {
      g_autofree char *vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (tst_central_get_log_key (central)));
      char *line = g_strconcat (vkey, "\n", NULL);

      respond_text (task, g_bytes_new_take (line, strlen (line)), "public, max-age=3600");
    }
  else if (g_str_has_prefix (path, "tile/"))
    respond_tile (task, central, path);
  else
    not_found (task);
}

typedef struct
{
  TstCentral *central;
  TstHttpPool *pool;
} LogRoutes;

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  LogRoutes *self = user_data;
  const char *method = soup_server_message_get_method (message);

  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", "GET, HEAD");
      tst_http_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "bad-request", "The log is only read");
      return;
    }
  tst_http_pool_run (self->pool, message, path, query, tst_log_routes_respond, self->central);
}

static void
on_early (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  tst_http_limit_body (message, 0);
}

void
tst_log_routes_attach (SoupServer *server, TstCentral *central, TstHttpPool *pool)
{
  LogRoutes *self = g_new (LogRoutes, 1);

  *self = (LogRoutes) { central, pool };
  soup_server_add_early_handler (server, "/log", on_early, self, NULL);
  soup_server_add_handler (server, "/log", on_request, self, g_free);
}
