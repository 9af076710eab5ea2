/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-http-pool.h"

#include "base/tst-error.h"
#include "central/tst-http-stream.h"
#include "central/tst-json-text.h"

#include <string.h>

#define ATTACHED_KEY "tst-http-attached"

struct _TstHttpPool
{
  GThreadPool *threads;
  GMainContext *context;
  guint queue;
  guint active;     /* on the server's thread only */
  gboolean closing;
  guint references; /* the owner and each request under way */
};

typedef struct
{
  TstHttpPool *pool;
  SoupServerMessage *message;
  gulong finished_id;
  gboolean finished; /* the connection went away while we worked */
  char *path;
  char *target;
  TstHttpTask task;
  TstHttpFunc func;
  gpointer user_data;
} Request;

/* --- answers --- */

static char *
refusal_text (const char *code, const char *message)
{
  GString *text = g_string_new ("{\"code\":");

  tst_json_text_string (text, code, strlen (code));
  g_string_append (text, ",\"message\":");
  tst_json_text_string (text, message, strlen (message));
  g_string_append (text, "}\n");
  return g_string_free (text, FALSE);
}

void
tst_http_task_answer_json (TstHttpTask *self, char *text)
{
  g_clear_pointer (&self->answer, g_bytes_unref);
  self->status = SOUP_STATUS_OK;
  self->mime = "application/json";
  self->answer = g_bytes_new_take (text, strlen (text));
}

void
tst_http_task_refuse (TstHttpTask *self, guint status, const char *code, const char *message)
{
  tst_http_task_answer_json (self, refusal_text (code, message));
  self->status = status;
}

void
tst_http_refuse (SoupServerMessage *message, guint status, const char *code, const char *text)
{
  char *body = refusal_text (code, text);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body, strlen (body));
}

guint
tst_http_status_for_error (const GError *error, const char **code)
{
  *code = tst_error_code (error);
  if (error->domain != TST_ERROR)
    return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  switch ((int) error->code)
    {
    case TST_ERROR_NO_SPACE:
      return 507;
    case TST_ERROR_IO:
    case TST_ERROR_STORE_DAMAGED:
    case TST_ERROR_READ_ONLY:
      return SOUP_STATUS_SERVICE_UNAVAILABLE;
    case TST_ERROR_CANCELLED:
    case TST_ERROR_BUSY:
      *code = "busy";
      return SOUP_STATUS_SERVICE_UNAVAILABLE;
    case TST_ERROR_TOO_LARGE:
      return SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE;
    case TST_ERROR_NOT_FOUND:
      return SOUP_STATUS_NOT_FOUND;
    case TST_ERROR_BAD_ENROLMENT:
      *code = "enrolment-code";
      return SOUP_STATUS_FORBIDDEN;
    case TST_ERROR_BAD_VALUE:
    case TST_ERROR_BAD_JSON:
    case TST_ERROR_WRONG_STATE:
    case TST_ERROR_BAD_RECEIPT:
    case TST_ERROR_BAD_SIGNATURE:
      *code = "bad-request";
      return SOUP_STATUS_BAD_REQUEST;
    default:
      return SOUP_STATUS_INTERNAL_SERVER_ERROR;
    }
}

void
tst_http_task_refuse_error (TstHttpTask *self, const GError *error)
{
  const char *code;
  guint status = tst_http_status_for_error (error, &code);

  tst_http_task_refuse (self, status, code, error->message);
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE || status == 507)
    soup_message_headers_replace (self->answer_headers, "Retry-After", "10");
}

GSource *
tst_http_timer (guint milliseconds, GSourceFunc func, gpointer user_data)
{
  GSource *timer = g_timeout_source_new (milliseconds);

  g_source_set_callback (timer, func, user_data, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  return timer;
}

void
tst_http_timer_end (GSource *timer)
{
  g_source_destroy (timer);
  g_source_unref (timer);
}

char *
tst_http_target (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return query != NULL ? g_strconcat (g_uri_get_path (uri), "?", query, NULL) : g_strdup (g_uri_get_path (uri));
}

/* Behind the proxy of production the peer is this machine, and the proxy's word counts. */
char *
tst_http_dup_client (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GInetAddress *address =
    G_IS_INET_SOCKET_ADDRESS (remote) ? g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)) : NULL;
  const char *forwarded = NULL;

  if (!address)
    return NULL;
  forwarded = g_inet_address_get_is_loopback (address)
                ? soup_message_headers_get_list (soup_server_message_get_request_headers (message), "X-Forwarded-For")
                : NULL;
  if (forwarded)
    {
      const char *last = strrchr (forwarded, ',');

      return g_strstrip (g_strdup (last ? last + 1 : forwarded));
    }
  return g_inet_address_to_string (address);
}

/* --- limits --- */

typedef struct
{
  gsize max;
  gsize got;
} BodyLimit;

void
tst_http_attach (SoupServerMessage *message, gpointer data, GDestroyNotify destroy)
{
  g_object_set_data_full (G_OBJECT (message), ATTACHED_KEY, data, destroy);
}

void
tst_http_cut (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  BodyLimit *limit = user_data;

  limit->got += g_bytes_get_size (chunk);
  if (limit->got <= limit->max)
    return;
  if (soup_server_message_get_status (message) == 0)
    tst_http_refuse (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is too long");
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  /* SoupServer reads a refused body to its end before it answers: not without end. */
  if (limit->got > 2 * limit->max + 1024 * 1024)
    tst_http_cut (message);
}

static void
free_limit (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
tst_http_limit_body (SoupServerMessage *message, gsize max)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  BodyLimit *limit = g_new0 (BodyLimit, 1);

  limit->max = max;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) > (goffset) max)
    {
      if (soup_server_message_get_status (message) == 0)
        tst_http_refuse (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is too long");
      soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
    }
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (on_chunk), limit, free_limit, 0);
}

/* --- the pool --- */

static void
pool_unref (TstHttpPool *self)
{
  if (--self->references > 0)
    return;
  g_main_context_unref (self->context);
  g_free (self);
}

static void
request_free (Request *self)
{
  if (self->finished_id != 0)
    g_signal_handler_disconnect (self->message, self->finished_id);
  g_object_unref (self->message);
  g_clear_pointer (&self->task.query, g_hash_table_unref);
  g_clear_pointer (&self->task.body, g_bytes_unref);
  g_clear_pointer (&self->task.answer, g_bytes_unref);
  g_clear_object (&self->task.stream);
  soup_message_headers_unref (self->task.answer_headers);
  g_free (self->path);
  g_free (self->target);
  g_free (self);
}

static void
copy_header (const char *name, const char *value, gpointer user_data)
{
  soup_message_headers_replace (user_data, name, value);
}

static gboolean
deliver (gpointer data)
{
  Request *request = data;
  TstHttpPool *pool = request->pool;
  TstHttpTask *task = &request->task;

  pool->active--;
  if (!request->finished && !pool->closing)
    {
      SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

      soup_server_message_set_status (request->message, task->status, NULL);
      soup_message_headers_foreach (task->answer_headers, copy_header, headers);
      if (task->mime != NULL)
        soup_message_headers_replace (headers, "Content-Type", task->mime);
      if (task->answer != NULL)
        {
          gsize size = g_bytes_get_size (task->answer);

          /* A tile of the sea has no bytes, and SoupMessageBody takes none of those. */
          if (size > 0)
            soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), task->answer);
          soup_message_headers_set_content_length (headers, size);
        }
      if (task->stream != NULL && task->length > 0)
        tst_http_stream (request->message, g_steal_pointer (&task->stream), task->length);
      else
        soup_server_message_unpause (request->message);
    }
  request_free (request);
  pool_unref (pool);
  return G_SOURCE_REMOVE;
}

static void
work (gpointer data, gpointer user_data)
{
  Request *request = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  request->func (&request->task, request->user_data);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, request, NULL);
  g_source_attach (source, request->pool->context);
}

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  ((Request *) user_data)->finished = TRUE;
}

TstHttpPool *
tst_http_pool_new (guint threads, guint queue)
{
  TstHttpPool *self = g_new0 (TstHttpPool, 1);

  self->threads = g_thread_pool_new (work, NULL, threads, FALSE, NULL);
  self->context = g_main_context_ref_thread_default ();
  self->queue = queue;
  self->references = 1;
  return self;
}

void
tst_http_pool_free (TstHttpPool *self)
{
  self->closing = TRUE;
  g_thread_pool_free (self->threads, FALSE, TRUE);
  pool_unref (self);
}

guint
tst_http_pool_get_active (TstHttpPool *self)
{
  return self->active;
}

void
tst_http_pool_run (TstHttpPool *self, SoupServerMessage *message, const char *path, GHashTable *query,
                   TstHttpFunc func, gpointer user_data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  Request *request;

  if (self->active >= self->queue)
    {
      tst_http_refuse (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy", "Too many requests at once; try again soon");
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "2");
      return;
    }
  request = g_new0 (Request, 1);
  request->pool = self;
  request->message = g_object_ref (message);
  request->finished_id = g_signal_connect (message, "finished", G_CALLBACK (on_finished), request);
  request->path = g_strdup (path);
  request->target = tst_http_target (message);
  request->func = func;
  request->user_data = user_data;
  request->task.method = soup_server_message_get_method (message);
  request->task.path = request->path;
  request->task.target = request->target;
  request->task.query = query != NULL ? g_hash_table_ref (query) : NULL;
  request->task.headers = soup_server_message_get_request_headers (message);
  request->task.body = soup_message_body_flatten (body);
  request->task.attached = g_object_get_data (G_OBJECT (message), ATTACHED_KEY);
  request->task.status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  request->task.answer_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  self->active++;
  self->references++;
  soup_server_message_pause (message);
  g_thread_pool_push (self->threads, request, NULL);
}
