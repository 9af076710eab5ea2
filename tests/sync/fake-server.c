/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-server.h"

#include <string.h>

typedef struct
{
  char *id;
  TstHash sha256;
  guint64 length;
  GByteArray *bytes;
} Upload;

struct _FakeServer
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *soup;
  char *url;
  GTlsCertificate *certificate;

  GMutex mutex;
  GCond cond;
  gboolean ready;
  FakeHandler handler;
  gpointer handler_data;
  GArray *faults;
  GPtrArray *uploads;
  GHashTable *counts; /* "METHOD /path" → n */
  guint64 body_bytes;
  guint next_id;
  gboolean checks_hash;
};

/* What a request is about, from its headers on. */
typedef struct
{
  FakeServer *server;
  Upload *upload;   /* where body bytes go, or NULL */
  gboolean has_fault;
  Fault fault;
  guint64 taken;
  guint status;     /* decided before the body came */
  gboolean closed;
} Request;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_free (upload->id);
  g_byte_array_unref (upload->bytes);
  g_free (upload);
}

static Upload *
find_upload (FakeServer *self, const char *path)
{
  const char *id = strrchr (path, '/');

  for (guint i = 0; id != NULL && i < self->uploads->len; i++)
    if (strcmp (((Upload *) g_ptr_array_index (self->uploads, i))->id, id + 1) == 0)
      return g_ptr_array_index (self->uploads, i);
  return NULL;
}

static Upload *
find_content (FakeServer *self, const TstHash *sha256)
{
  for (guint i = 0; i < self->uploads->len; i++)
    if (tst_hash_equal (&((Upload *) g_ptr_array_index (self->uploads, i))->sha256, sha256))
      return g_ptr_array_index (self->uploads, i);
  return NULL;
}

static Upload *
add_upload (FakeServer *self, const TstHash *sha256, guint64 length)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->id = g_strdup_printf ("u%u", ++self->next_id);
  upload->sha256 = *sha256;
  upload->length = length;
  upload->bytes = g_byte_array_new ();
  g_ptr_array_add (self->uploads, upload);
  return upload;
}

static guint64
header_number (SoupServerMessage *message, const char *name, guint64 fallback)
{
  const char *text = soup_message_headers_get_one (soup_server_message_get_request_headers (message), name);
  guint64 value;

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL) ? value : fallback;
}

static gboolean
header_hash (SoupServerMessage *message, TstHash *hash)
{
  const char *text = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Upload-Metadata");
  g_auto (GStrv) pairs = text != NULL ? g_strsplit (text, ",", -1) : NULL;

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++)
    if (g_str_has_prefix (pairs[i], "sha256 "))
      {
        gsize size;
        g_autofree guchar *hex = g_base64_decode (pairs[i] + 7, &size);
        g_autofree char *hex_text = g_strndup ((const char *) hex, size);

        return tst_hash_from_hex (hex_text, hash);
      }
  return FALSE;
}

static void
close_connection (Request *request, SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  request->closed = TRUE;
  if (socket != NULL)
    g_socket_close (socket, NULL);
}

static void
take_bytes (Request *request, SoupServerMessage *message, const void *data, gsize size)
{
  gsize n = size;

  request->server->body_bytes += size;
  if (request->closed || request->upload == NULL || request->status != 0)
    return;
  if (request->has_fault && request->fault.kind == FAULT_CUT)
    n = MIN (n, request->fault.number - request->taken);
  n = MIN (n, request->upload->length - request->upload->bytes->len);
  g_byte_array_append (request->upload->bytes, data, n);
  request->taken += n;
  if (request->has_fault && request->fault.kind == FAULT_CUT && request->taken >= request->fault.number)
    close_connection (request, message);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Request *request = user_data;

  g_mutex_lock (&request->server->mutex);
  take_bytes (request, message, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  g_mutex_unlock (&request->server->mutex);
}

static void
on_short_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Request *request = user_data;

  request->taken += g_bytes_get_size (chunk);
  if (request->taken > request->fault.number && !request->closed)
    close_connection (request, message);
}

static gboolean
take_fault (FakeServer *self, SoupServerMessage *message, Fault *found)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  for (guint i = 0; i < self->faults->len; i++)
    {
      Fault *fault = &g_array_index (self->faults, Fault, i);

      if ((fault->method != NULL && strcmp (fault->method, soup_server_message_get_method (message)) != 0) ||
          (fault->path != NULL && strstr (path, fault->path) == NULL))
        continue;
      *found = *fault;
      if (fault->times > 0 && --fault->times == 0)
        g_array_remove_index (self->faults, i);
      return TRUE;
    }
  return FALSE;
}

static void
prepare_media (Request *request, SoupServerMessage *message, const char *path)
{
  FakeServer *self = request->server;
  const char *method = soup_server_message_get_method (message);
  TstHash hash = { { 0 } };

  if (strcmp (method, "POST") == 0)
    {
      gboolean known = header_hash (message, &hash) && find_content (self, &hash) != NULL;

      request->upload = known ? find_content (self, &hash) : add_upload (self, &hash, header_number (message, "Upload-Length", 0));
      /* Bytes that come along begin at 0: of no use to one that has some. */
      if (request->upload->bytes->len > 0)
        request->status = 201;
      return;
    }
  request->upload = find_upload (self, path);
  if (request->upload == NULL)
    request->status = 404;
  else if (strcmp (method, "PATCH") == 0 && header_number (message, "Upload-Offset", G_MAXUINT64) != request->upload->bytes->len)
    request->status = 409;
}

static void
on_got_headers (SoupServerMessage *message, gpointer user_data)
{
  FakeServer *self = user_data;
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  Request *request = g_new0 (Request, 1);
  char *name = g_strdup_printf ("%s %s", soup_server_message_get_method (message), path);

  request->server = self;
  g_object_set_data_full (G_OBJECT (message), "request", request, g_free);
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->counts, name, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, name)) + 1));
  request->has_fault = take_fault (self, message, &request->fault);
  if (request->has_fault && request->fault.kind == FAULT_SHORT)
    g_signal_connect (message, "got-chunk", G_CALLBACK (on_short_chunk), request);
  if (strstr (path, "/media") != NULL)
    {
      soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
      g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), request);
      if (!request->has_fault || (request->fault.kind != FAULT_STATUS && request->fault.kind != FAULT_HTML &&
                                  request->fault.kind != FAULT_REDIRECT && request->fault.kind != FAULT_SILENT_TUS))
        prepare_media (request, message, path);
    }
  g_mutex_unlock (&self->mutex);
}

static void
on_request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), user_data);
}

static void
answer_page (SoupServerMessage *message, guint status)
{
  static const char page[] = "<!DOCTYPE html><html><title>WiFi gratis</title><p>Acepte las condiciones</html>";

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, page, sizeof page - 1);
}

static void
answer_media (Request *request, SoupServerMessage *message)
{
  FakeServer *self = request->server;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *method = soup_server_message_get_method (message);
  Upload *upload = request->upload;
  guint status = request->status;
  g_autofree char *offset = NULL;
  g_autofree char *length = NULL;

  soup_message_headers_replace (headers, "Tus-Resumable", "1.0.0");
  if (status == 0)
    status = strcmp (method, "POST") == 0 ? 201 : strcmp (method, "HEAD") == 0 ? 200 : 204;
  if (self->checks_hash && upload != NULL && status < 300 && upload->bytes->len == upload->length && strcmp (method, "HEAD") != 0)
    {
      TstHash actual = tst_hash_data (upload->bytes->data, upload->bytes->len);

      if (!tst_hash_equal (&actual, &upload->sha256))
        {
          g_ptr_array_remove (self->uploads, upload);
          request->upload = NULL;
          soup_server_message_set_status (message, 422, NULL);
          return;
        }
    }
  if (upload != NULL && status < 300)
    {
      g_autofree char *location = g_strdup_printf ("/sync/v1/media/%s", upload->id);

      offset = g_strdup_printf ("%u", upload->bytes->len);
      length = g_strdup_printf ("%" G_GUINT64_FORMAT, upload->length);
      if (!request->has_fault || request->fault.kind != FAULT_NO_OFFSET)
        soup_message_headers_replace (headers, "Upload-Offset", offset);
      soup_message_headers_replace (headers, "Upload-Length", length);
      if (strcmp (method, "POST") == 0)
        soup_message_headers_replace (headers, "Location", location);
    }
  soup_server_message_set_status (message, status, NULL);
}

/* TRUE when the fault has answered. */
static gboolean
answer_fault (Request *request, SoupServerMessage *message, gboolean before)
{
  if (!request->has_fault)
    return FALSE;
  switch (request->fault.kind)
    {
    case FAULT_STATUS:
      soup_server_message_set_status (message, request->fault.number, NULL);
      return TRUE;
    case FAULT_HTML:
      answer_page (message, 200);
      return TRUE;
    case FAULT_REDIRECT:
      soup_server_message_set_redirect (message, 302, "http://portal.example/login");
      return TRUE;
    case FAULT_SILENT_TUS:
      answer_page (message, 404);
      return TRUE;
    case FAULT_FORGET:
      if (request->upload != NULL)
        g_ptr_array_remove (request->server->uploads, request->upload);
      request->upload = NULL;
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Tus-Resumable", "1.0.0");
      soup_server_message_set_status (message, request->fault.number, NULL);
      return TRUE;
    case FAULT_STATUS_DONE:
      if (!before)
        soup_server_message_set_status (message, request->fault.number, NULL);
      return !before;
    case FAULT_CUT:
    case FAULT_LOST:
      if (!before)
        close_connection (request, message);
      return !before;
    case FAULT_SHORT:
    case FAULT_NO_OFFSET:
    default:
      return FALSE;
    }
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  FakeServer *self = user_data;
  Request *request = g_object_get_data (G_OBJECT (message), "request");
  FakeHandler handler;
  gpointer handler_data;

  g_assert_nonnull (request);
  if (request->closed)
    return;
  g_mutex_lock (&self->mutex);
  handler = self->handler;
  handler_data = self->handler_data;
  if (answer_fault (request, message, TRUE))
    {
      g_mutex_unlock (&self->mutex);
      return;
    }
  if (strstr (path, "/media") != NULL)
    answer_media (request, message);
  g_mutex_unlock (&self->mutex);
  if (strstr (path, "/media") == NULL && (handler == NULL || !handler (self, message, path, query, handler_data)))
    soup_server_message_set_status (message, 404, NULL);
  g_mutex_lock (&self->mutex);
  answer_fault (request, message, FALSE);
  g_mutex_unlock (&self->mutex);
}

static gpointer
serve (gpointer data)
{
  FakeServer *self = data;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  self->soup = soup_server_new ("server-header", "fake", NULL);
  if (self->certificate != NULL)
    soup_server_set_tls_certificate (self->soup, self->certificate);
  g_signal_connect (self->soup, "request-started", G_CALLBACK (on_request_started), self);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  soup_server_listen_local (self->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->soup);
  g_mutex_lock (&self->mutex);
  self->url = g_strdup_printf ("%s://127.0.0.1:%d", self->certificate != NULL ? "https" : "http", g_uri_get_port (uris->data));
  self->ready = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (self->loop);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

FakeServer *
fake_server_new (GTlsCertificate *certificate)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->faults = g_array_new (FALSE, FALSE, sizeof (Fault));
  self->uploads = g_ptr_array_new_with_free_func (upload_free);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->thread = g_thread_new ("fake-server", serve, self);
  g_mutex_lock (&self->mutex);
  while (!self->ready)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return self;
}

static gboolean
quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
fake_server_free (FakeServer *self)
{
  g_main_context_invoke (self->context, quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_array_unref (self->faults);
  g_ptr_array_unref (self->uploads);
  g_hash_table_unref (self->counts);
  g_clear_object (&self->certificate);
  g_free (self->url);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

const char *
fake_server_get_url (FakeServer *self)
{
  return self->url;
}

void
fake_server_set_handler (FakeServer *self, FakeHandler handler, gpointer user_data)
{
  g_mutex_lock (&self->mutex);
  self->handler = handler;
  self->handler_data = user_data;
  g_mutex_unlock (&self->mutex);
}

void
fake_server_add_fault (FakeServer *self, Fault fault)
{
  g_mutex_lock (&self->mutex);
  g_array_append_val (self->faults, fault);
  g_mutex_unlock (&self->mutex);
}

guint
fake_server_faults_left (FakeServer *self)
{
  guint left = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->faults->len; i++)
    left += g_array_index (self->faults, Fault, i).times;
  g_mutex_unlock (&self->mutex);
  return left;
}

guint
fake_server_count (FakeServer *self, const char *method, const char *path)
{
  GHashTableIter iter;
  gpointer key, value;
  guint count = 0;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_str_has_prefix (key, method) && strstr (key, path) != NULL)
      count += GPOINTER_TO_UINT (value);
  g_mutex_unlock (&self->mutex);
  return count;
}

GBytes *
fake_server_get_upload (FakeServer *self, const TstHash *sha256)
{
  Upload *upload;
  GBytes *bytes = NULL;

  g_mutex_lock (&self->mutex);
  upload = find_content (self, sha256);
  if (upload != NULL && upload->bytes->len == upload->length)
    bytes = g_bytes_new (upload->bytes->data, upload->bytes->len);
  g_mutex_unlock (&self->mutex);
  return bytes;
}

guint
fake_server_count_uploads (FakeServer *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->uploads->len;
  g_mutex_unlock (&self->mutex);
  return n;
}

char *
fake_server_put_part (FakeServer *self, const TstHash *sha256, GBytes *bytes, guint64 length)
{
  Upload *upload;
  char *url;

  g_mutex_lock (&self->mutex);
  upload = add_upload (self, sha256, length);
  g_byte_array_append (upload->bytes, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  url = g_strdup_printf ("%s/sync/v1/media/%s", self->url, upload->id);
  g_mutex_unlock (&self->mutex);
  return url;
}

void
fake_server_forget (FakeServer *self)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->uploads, 0);
  g_mutex_unlock (&self->mutex);
}

void
fake_server_set_checks_hash (FakeServer *self, gboolean checks)
{
  g_mutex_lock (&self->mutex);
  self->checks_hash = checks;
  g_mutex_unlock (&self->mutex);
}

guint64
fake_server_get_body_bytes (FakeServer *self)
{
  guint64 bytes;

  g_mutex_lock (&self->mutex);
  bytes = self->body_bytes;
  g_mutex_unlock (&self->mutex);
  return bytes;
}
