/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-http-pool.h"
#include "central/tst-public-private.h"

#include <string.h>

/* Between SoupServer and tst_public_routes_respond(). */

#define THREADS 3
#define QUEUE 256
/* Set by us on each request, whatever came: how the worker learns who asks. */
#define CLIENT_HEADER "Testigo-Client"

static void
copy_header (const char *name, const char *value, gpointer user_data)
{
  soup_message_headers_append (user_data, name, value);
}

static void
answer (TstHttpTask *task, gpointer user_data)
{
  TstPublicRoutes *routes = user_data;
  TstPublicRequest request = { .method = task->method, .path = task->path, .query = task->query };
  g_autoptr (TstPublicResponse) response = NULL;

  request.client = soup_message_headers_get_one (task->headers, CLIENT_HEADER);
  request.if_none_match = soup_message_headers_get_list (task->headers, "If-None-Match");
  request.if_modified_since = soup_message_headers_get_one (task->headers, "If-Modified-Since");
  response = tst_public_routes_respond (routes, &request);
  tst_public_cache_pack (routes->cache, response, soup_message_headers_get_list (task->headers, "Accept-Encoding"));
  task->status = response->status;
  soup_message_headers_foreach (response->headers, copy_header, task->answer_headers);
  task->answer = response->body ? g_bytes_ref (response->body) : NULL;
}

/* Most visitors want what the last one got: that needs no thread. */
static gboolean
answer_at_once (TstPublicRoutes *self, SoupServerMessage *message, const char *path, GHashTable *query)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  TstPublicRequest request = { .method = soup_server_message_get_method (message), .path = path, .query = query };
  g_autoptr (TstPublicResponse) response = NULL;

  request.if_none_match = soup_message_headers_get_list (headers, "If-None-Match");
  request.if_modified_since = soup_message_headers_get_one (headers, "If-Modified-Since");
  response = tst_public_answer_from_cache (self, &request);
  if (!response)
    return FALSE;
  tst_public_cache_pack (self->cache, response, soup_message_headers_get_list (headers, "Accept-Encoding"));
  soup_server_message_set_status (message, response->status, NULL);
  soup_message_headers_foreach (response->headers, copy_header, soup_server_message_get_response_headers (message));
  if (response->body)
    {
      if (g_bytes_get_size (response->body) > 0)
        soup_message_body_append_bytes (soup_server_message_get_response_body (message), response->body);
      soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                               (goffset) g_bytes_get_size (response->body));
    }
  return TRUE;
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TstPublicRoutes *self = user_data;
  g_autofree char *client = NULL;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (answer_at_once (self, message, path, query))
    return;
  client = tst_http_dup_client (message);
  soup_message_headers_remove (headers, CLIENT_HEADER);
  if (client)
    soup_message_headers_replace (headers, CLIENT_HEADER, client);
  tst_http_pool_run (self->pool, message, path, query, answer, self);
}

void
tst_public_routes_attach (TstPublicRoutes *self, SoupServer *server)
{
  g_assert (self->pool == NULL);
  self->pool = tst_http_pool_new (THREADS, QUEUE);
  soup_server_add_handler (server, "/", handle, self, NULL);
}

void
tst_public_routes_detach (TstPublicRoutes *self)
{
  g_clear_pointer (&self->pool, tst_http_pool_free);
}
