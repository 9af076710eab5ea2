/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tus-server.h"

#include "base/tst-error.h"
#include "central/tst-http-pool.h"
#include "central/tst-incoming.h"
#include "central/tst-public-log.h"
#include "central/tst-tus-private.h"

#include <string.h>

/* Everything in this file but the *_job functions runs on the server's thread. An upload's work on the disk is done by one job
 * at a time: advance() starts the next when one comes back. */

#define MEDIA_PATH "/sync/v1/media"
#define WAITING_MAX (1024 * 1024)
#define WAITING_LOW (256 * 1024)
#define DISK_THREADS 4
#define SWEEP_MS (3600 * 1000)
/* Bytes of a refused body that are read and dropped before the line is cut. */
#define UNWANTED_MAX (4 * 1024 * 1024)
#define UNWANTED_KEY "tst-tus-unwanted"
#define REQUEST_KEY "tst-tus-request"

typedef struct _Upload Upload;
typedef struct _Request Request;

/* One request that wants its turn at an upload. */
struct _Request
{
  TstTusServer *server;
  SoupServerMessage *message;
  gboolean finished; /* the line is gone */
  gboolean paused;
  TstTusKind kind;
  char *device;
  TstTusCreation creation; /* POST */
  guint64 offset;          /* PATCH: where it says it begins */
  guint64 length;          /* bytes of body announced */
  TstTusChecksum checksum;

  /* while its body streams in */
  Upload *upload;
  GQueue pending; /* of GBytes */
  gsize waiting;  /* bytes in @pending or being written */
  guint64 taken;  /* bytes handed to @pending so far */
  guint64 began;  /* offset at which its bytes began */
  TstHasher *hasher;
  gboolean ended; /* no more bytes will come */
  gboolean cut;   /* ended by the line, not by the sender */
};

struct _Upload
{
  TstTusServer *server;
  char *id;
  TstIncoming *incoming; /* NULL until loaded */
  GError *trouble;       /* why it cannot go on; told to all who wait */
  gboolean loaded;
  gboolean over;         /* its bytes are a medium now */
  gboolean running;      /* a job is on the disk */
  Request *stream;       /* whose bytes come in now */
  GQueue turns;          /* of Request */
};

struct _TstTusServer
{
  TstCentral *central;
  TstRequestAuth *auth;
  TstHoldings *holdings;
  GMainContext *context;
  GThreadPool *disk;
  GHashTable *uploads; /* id → Upload */
  guint active;        /* jobs and streams */
  guint jobs;
  gboolean orphaned;   /* freed by its owner while jobs were under way */
  GSource *sweep;
  gboolean stopping;
};

typedef struct _Job Job;
struct _Job
{
  TstTusServer *server;
  void (*work) (Job *job); /* on a disk thread */
  void (*done) (Job *job); /* back on the server's thread */
  Upload *upload;
  Request *request;
  TstIncoming *incoming;
  char *id;
  GQueue chunks; /* of GBytes */
  gsize bytes;
  gboolean held;
  gboolean finished;
  gboolean mismatch; /* checksum of a piece */
  GError *error;
};

static void advance (Upload *upload);

/* --- jobs --- */

static void
server_unlink (TstTusServer *self)
{
  if (!self->orphaned || self->jobs > 0)
    return;
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
job_back (gpointer data)
{
  Job *job = data;
  TstTusServer *server = job->server;

  server->active--;
  server->jobs--;
  if (!server->orphaned)
    job->done (job);
  else
    server_unlink (server);
  g_queue_clear_full (&job->chunks, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job->id);
  g_free (job);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  job->work (job);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, job_back, job, NULL);
  g_source_attach (source, job->server->context);
}

static Job *
new_job (TstTusServer *server, void (*work) (Job *), void (*done) (Job *))
{
  Job *job = g_new0 (Job, 1);

  job->server = server;
  job->work = work;
  job->done = done;
  g_queue_init (&job->chunks);
  return job;
}

static void
push_job (Job *job)
{
  job->server->active++;
  job->server->jobs++;
  if (job->upload != NULL)
    job->upload->running = TRUE;
  g_thread_pool_push (job->server->disk, job, NULL);
}

/* --- answers --- */

static void
request_pause (Request *self)
{
  if (!self->paused && !self->finished)
    soup_server_message_pause (self->message);
  self->paused = TRUE;
}

static void
request_resume (Request *self)
{
  if (self->paused && !self->finished)
    soup_server_message_unpause (self->message);
  self->paused = FALSE;
}

static void
request_free (gpointer data)
{
  Request *self = data;

  g_signal_handlers_disconnect_by_data (self->message, self);
  g_object_set_data (G_OBJECT (self->message), REQUEST_KEY, NULL);
  g_object_unref (self->message);
  g_queue_clear_full (&self->pending, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&self->hasher, tst_hasher_free);
  g_clear_pointer (&self->creation.type, g_free);
  g_free (self->device);
  g_free (self);
}

/* libsoup 3.2 takes an answer without a body for one that ends with the line, and closes it under the next request. */
static void
on_wrote_headers (SoupServerMessage *message, gpointer user_data)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message), SOUP_ENCODING_NONE);
}

/* Its answer is set: let it go out. */
static void
request_answer (Request *self)
{
  if (soup_server_message_get_status (self->message) == SOUP_STATUS_NO_CONTENT)
    g_signal_connect (self->message, "wrote-headers", G_CALLBACK (on_wrote_headers), NULL);
  request_resume (self);
  if (self->finished)
    request_free (self);
  else
    {
      /* A body that nobody wants is read to its end and dropped; the request lives until the line says that it is over. */
      self->upload = NULL;
      self->ended = TRUE;
    }
}

static void
request_refuse (Request *self, guint status, const char *code, const char *text)
{
  tst_tus_refuse (self->message, status, code, text);
  request_answer (self);
}

static void
request_refuse_error (Request *self, const GError *error)
{
  const char *code;
  guint status = tst_http_status_for_error (error, &code);

  if (g_error_matches (error, TST_ERROR, TST_ERROR_HASH_MISMATCH))
    status = SOUP_STATUS_UNPROCESSABLE_ENTITY;
  if (g_error_matches (error, TST_ERROR, TST_ERROR_REFUSED))
    status = SOUP_STATUS_FORBIDDEN;
  request_refuse (self, status, code, error->message);
}

static void
set_offset (SoupServerMessage *message, guint64 offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Upload-Offset", text);
}

static void
set_created (Request *self, const char *id, guint64 offset)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  g_autofree char *url = tst_central_dup_url (self->server->central);
  g_autofree char *location = g_strconcat (url, MEDIA_PATH "/", id, NULL);

  soup_message_headers_replace (headers, "Location", location);
  set_offset (self->message, offset);
  soup_server_message_set_status (self->message, SOUP_STATUS_CREATED, NULL);
}

/* --- one upload's turns --- */

static void
upload_free (gpointer data)
{
  Upload *self = data;

  g_clear_pointer (&self->incoming, tst_incoming_free);
  g_clear_error (&self->trouble);
  g_free (self->id);
  g_free (self);
}

static void
load_job (Job *job)
{
  TstIncoming *incoming = tst_incoming_open (job->server->central, job->id, &job->error);

  if (incoming != NULL && (incoming->offset > incoming->size ||
                           tst_incoming_is_expired (incoming, tst_central_now_s (job->server->central))))
    {
      tst_incoming_drop (incoming, job->server->central, NULL);
      g_clear_pointer (&incoming, tst_incoming_free);
      g_set_error_literal (&job->error, TST_ERROR, TST_ERROR_NOT_FOUND, "This upload is over; create it again");
    }
  /* All bytes came, and central stopped before it had looked at them. */
  if (incoming != NULL && incoming->offset == incoming->size && incoming->size > 0)
    {
      job->finished = tst_incoming_finish (incoming, job->server->central, job->server->holdings, &job->error);
      if (!job->finished)
        g_clear_pointer (&incoming, tst_incoming_free);
    }
  job->incoming = incoming;
}

static void
load_done (Job *job)
{
  Upload *upload = job->upload;

  upload->running = FALSE;
  upload->loaded = TRUE;
  upload->over = job->finished;
  upload->incoming = job->incoming;
  upload->trouble = g_steal_pointer (&job->error);
  advance (upload);
}

static void
load (Upload *upload)
{
  Job *job = new_job (upload->server, load_job, load_done);

  job->upload = upload;
  job->id = g_strdup (upload->id);
  push_job (job);
}

static void
write_job (Job *job)
{
  g_autoptr (GByteArray) all = g_byte_array_sized_new (job->bytes);
  g_autoptr (GBytes) bytes = NULL;

  /* SoupServer hands bodies over in pieces of 8 KiB: one call for all that came meanwhile. */
  for (GList *l = job->chunks.head; l != NULL; l = l->next)
    g_byte_array_append (all, g_bytes_get_data (l->data, NULL), g_bytes_get_size (l->data));
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  if (job->request->hasher != NULL)
    tst_hasher_update (job->request->hasher, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  tst_incoming_write (job->incoming, bytes, &job->error);
}

static void
write_done (Job *job)
{
  Upload *upload = job->upload;
  Request *stream = job->request;

  upload->running = FALSE;
  stream->waiting -= job->bytes;
  if (job->error != NULL)
    {
      upload->trouble = g_steal_pointer (&job->error);
      g_queue_clear_full (&stream->pending, (GDestroyNotify) g_bytes_unref);
    }
  else if (stream->paused && !stream->ended && stream->waiting < WAITING_LOW)
    request_resume (stream);
  advance (upload);
}

static void
write_pending (Upload *upload)
{
  Request *stream = upload->stream;
  Job *job = new_job (upload->server, write_job, write_done);
  GBytes *chunk;

  job->upload = upload;
  job->request = stream;
  job->incoming = upload->incoming;
  while ((chunk = g_queue_pop_head (&stream->pending)) != NULL)
    {
      job->bytes += g_bytes_get_size (chunk);
      g_queue_push_tail (&job->chunks, chunk);
    }
  push_job (job);
}

static void
end_job (Job *job)
{
  TstTusServer *server = job->server;
  Request *stream = job->request;

  if (stream->hasher != NULL && !stream->cut)
    {
      TstHash hash = tst_hasher_finish (stream->hasher);

      g_clear_pointer (&stream->hasher, tst_hasher_free);
      if (!tst_hash_equal (&hash, &stream->checksum.sha256))
        {
          job->mismatch = tst_incoming_cut_back (job->incoming, stream->began, &job->error);
          return;
        }
    }
  if (job->incoming->offset == job->incoming->size)
    job->finished = tst_incoming_finish (job->incoming, server->central, server->holdings, &job->error);
  else if (!tst_incoming_sync (job->incoming, &job->error))
    tst_incoming_drop (job->incoming, server->central, NULL);
}

static void
end_done (Job *job)
{
  Upload *upload = job->upload;
  Request *stream = job->request;
  guint64 offset = upload->incoming->offset;

  upload->running = FALSE;
  upload->over = job->finished;
  upload->stream = NULL;
  upload->server->active--;
  if (job->mismatch)
    request_refuse (stream, 460, "hash-mismatch", "The piece did not arrive as it was sent; send it again");
  else if (job->error != NULL)
    {
      upload->trouble = g_error_copy (job->error);
      request_refuse_error (stream, job->error);
    }
  else
    {
      if (stream->kind == TST_TUS_POST)
        set_created (stream, upload->id, offset);
      else
        soup_server_message_set_status (stream->message, SOUP_STATUS_NO_CONTENT, NULL);
      set_offset (stream->message, offset);
      request_answer (stream);
    }
  advance (upload);
}

static void
end_stream (Upload *upload)
{
  Job *job = new_job (upload->server, end_job, end_done);

  job->upload = upload;
  job->request = upload->stream;
  job->incoming = upload->incoming;
  push_job (job);
}

static void
drop_job (Job *job)
{
  tst_incoming_drop (job->incoming, job->server->central, &job->error);
}

static void
drop_done (Job *job)
{
  Upload *upload = job->upload;

  upload->running = FALSE;
  if (job->error != NULL)
    request_refuse_error (job->request, job->error);
  else
    {
      soup_server_message_set_status (job->request->message, SOUP_STATUS_NO_CONTENT, NULL);
      request_answer (job->request);
    }
  g_set_error_literal (&upload->trouble, TST_ERROR, TST_ERROR_NOT_FOUND, "This upload was ended");
  advance (upload);
}

/* The bytes of @request go into the upload from now on. */
static void
begin_stream (Upload *upload, Request *request)
{
  upload->stream = request;
  upload->server->active++;
  request->upload = upload;
  request->began = upload->incoming->offset;
  if (request->checksum.given)
    request->hasher = tst_hasher_new ();
  request_resume (request);
}

static void
take_patch (Upload *upload, Request *request)
{
  TstIncoming *incoming = upload->incoming;

  if (request->offset != incoming->offset)
    {
      set_offset (request->message, incoming->offset);
      request_refuse (request, SOUP_STATUS_CONFLICT, "bad-request", "The upload stands at another offset; ask with HEAD");
    }
  else if (request->length > incoming->size - incoming->offset)
    request_refuse (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large", "More bytes than the upload has");
  else
    begin_stream (upload, request);
}

static void
take_turn (Upload *upload, Request *request)
{
  TstIncoming *incoming = upload->incoming;

  if (request->finished)
    {
      request_free (request);
      return;
    }
  if (upload->trouble != NULL)
    {
      request_refuse_error (request, upload->trouble);
      return;
    }
  /* It was whole when central began, and became a medium just now, by this very request. */
  if (upload->over && request->kind == TST_TUS_POST && strcmp (incoming->device, request->device) == 0)
    {
      set_created (request, upload->id, incoming->size);
      request_answer (request);
      return;
    }
  if (strcmp (incoming->device, request->device) != 0 || (upload->over && request->kind != TST_TUS_HEAD))
    {
      request_refuse (request, SOUP_STATUS_NOT_FOUND, "not-found", "There is no such upload; create it again");
      return;
    }
  switch (request->kind)
    {
    case TST_TUS_HEAD:
      tst_tus_set_upload_headers (request->message, incoming);
      set_offset (request->message, incoming->offset);
      soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
      request_answer (request);
      break;
    case TST_TUS_POST:
      if (request->length > 0 && incoming->offset == 0 && request->length <= incoming->size)
        {
          begin_stream (upload, request);
          break;
        }
      set_created (request, upload->id, incoming->offset);
      request_answer (request);
      break;
    case TST_TUS_PATCH:
      take_patch (upload, request);
      break;
    case TST_TUS_DELETE:
      {
        Job *job = new_job (upload->server, drop_job, drop_done);

        job->upload = upload;
        job->request = request;
        job->incoming = incoming;
        push_job (job);
      }
      break;
    case TST_TUS_OPTIONS:
    case TST_TUS_OTHER:
    default:
      g_assert_not_reached ();
    }
}

static void
advance (Upload *upload)
{
  Request *stream = upload->stream;

  if (upload->running)
    return;
  if (!upload->loaded)
    {
      load (upload);
      return;
    }
  if (stream != NULL && upload->trouble != NULL)
    {
      /* The disk did not take it: said at once, not when all of a long body has come. */
      upload->stream = NULL;
      upload->server->active--;
      request_refuse_error (stream, upload->trouble);
      stream = NULL;
    }
  if (stream != NULL)
    {
      if (!g_queue_is_empty (&stream->pending))
        write_pending (upload);
      else if (stream->ended)
        end_stream (upload);
      return;
    }
  while (!upload->running && upload->stream == NULL && !g_queue_is_empty (&upload->turns))
    take_turn (upload, g_queue_pop_head (&upload->turns));
  if (!upload->running && upload->stream == NULL && g_queue_is_empty (&upload->turns))
    g_hash_table_remove (upload->server->uploads, upload->id);
}

/* Whoever asks about an upload says by it that the line on which its bytes came is dead. */
static void
cut_stream (Request *stream)
{
  if (stream->ended)
    return;
  stream->ended = TRUE;
  stream->cut = TRUE;
  tst_http_cut (stream->message);
  request_resume (stream);
}

static void
want_turn (TstTusServer *self, const char *id, Request *request)
{
  Upload *upload = g_hash_table_lookup (self->uploads, id);

  if (upload == NULL)
    {
      upload = g_new0 (Upload, 1);
      upload->server = self;
      upload->id = g_strdup (id);
      g_queue_init (&upload->turns);
      g_hash_table_insert (self->uploads, upload->id, upload);
    }
  request_pause (request);
  if (upload->stream != NULL)
    cut_stream (upload->stream);
  g_queue_push_tail (&upload->turns, request);
  advance (upload);
}

/* --- creation, and media that are held already --- */

static void
create_job (Job *job)
{
  Request *request = job->request;
  guint64 bytes;

  if (tst_holdings_has_medium (job->server->holdings, &request->creation.sha256, &bytes, &job->error))
    {
      if (request->kind == TST_TUS_POST && bytes != request->creation.size)
        g_set_error_literal (&job->error, TST_ERROR, TST_ERROR_BAD_VALUE, "The medium of that hash has another length");
      request->creation.size = bytes;
      job->held = TRUE;
      return;
    }
  if (!g_error_matches (job->error, TST_ERROR, TST_ERROR_NOT_FOUND) || request->kind != TST_TUS_POST)
    return;
  g_clear_error (&job->error);
  job->incoming = tst_incoming_create (job->server->central, request->device, &request->creation.sha256,
                                       request->creation.size, request->creation.type, &job->error);
  /* No byte is to come: it is whole as it is. */
  if (job->incoming != NULL && job->incoming->size == 0)
    {
      g_autoptr (TstIncoming) empty = tst_incoming_open (job->server->central, job->incoming->id, &job->error);

      job->held = empty != NULL && tst_incoming_finish (empty, job->server->central, job->server->holdings, &job->error);
    }
}

static void
create_done (Job *job)
{
  Request *request = job->request;
  g_autoptr (TstIncoming) incoming = g_steal_pointer (&job->incoming);

  if (request->finished)
    request_free (request);
  else if (job->error != NULL)
    request_refuse_error (request, job->error);
  else if (job->held)
    {
      g_autofree char *hex = tst_hash_to_hex (&request->creation.sha256);

      if (request->kind == TST_TUS_PATCH)
        {
          /* tus-js-client does not look at the offset of a creation: so it learns that nothing is to come. */
          set_offset (request->message, request->creation.size);
          request_refuse (request, SOUP_STATUS_CONFLICT, "bad-request", "The medium is held whole; ask with HEAD");
          return;
        }
      if (request->kind == TST_TUS_POST)
        set_created (request, hex, request->creation.size);
      else
        {
          g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, request->creation.size);

          set_offset (request->message, request->creation.size);
          soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Upload-Length", size);
          soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
        }
      request_answer (request);
    }
  else
    want_turn (job->server, incoming->id, request);
}

static void
create (TstTusServer *self, Request *request)
{
  Job *job = new_job (self, create_job, create_done);

  job->request = request;
  request_pause (request);
  push_job (job);
}

/* --- from the socket --- */

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  Request *self = user_data;
  Upload *upload = self->upload;

  self->finished = TRUE;
  if (upload != NULL && upload->stream == self)
    {
      if (!self->ended)
        {
          self->ended = TRUE;
          self->cut = TRUE;
        }
      advance (upload);
    }
  else if (self->ended)
    request_free (self);
  /* Else it waits for its turn or for a job, and is freed when it is answered. */
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Request *self = user_data;

  if (self->upload == NULL || self->ended)
    return;
  self->taken += g_bytes_get_size (chunk);
  if (self->taken > self->length)
    {
      cut_stream (self);
      advance (self->upload);
      return;
    }
  g_queue_push_tail (&self->pending, g_bytes_ref (chunk));
  self->waiting += g_bytes_get_size (chunk);
  if (self->waiting > WAITING_MAX)
    request_pause (self);
  advance (self->upload);
}

static Request *
request_new (TstTusServer *self, SoupServerMessage *message, TstTusKind kind)
{
  Request *request = g_new0 (Request, 1);

  request->server = self;
  request->message = g_object_ref (message);
  request->kind = kind;
  g_queue_init (&request->pending);
  g_object_set_data (G_OBJECT (message), REQUEST_KEY, request);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), request);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), request);
  return request;
}

/* The id of the upload that @path names; "" for the collection. */
static const char *
path_id (const char *path)
{
  const char *rest = path + strlen (MEDIA_PATH);

  return *rest == '/' ? rest + 1 : rest;
}

/* SoupServer reads the body of a refused request to its end before it answers: not without end. */
static void
on_unwanted (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  gsize size;

  if (soup_server_message_get_status (message) == 0)
    return;
  size = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), UNWANTED_KEY)) + g_bytes_get_size (chunk);
  g_object_set_data (G_OBJECT (message), UNWANTED_KEY, GSIZE_TO_POINTER (size));
  if (size > UNWANTED_MAX)
    tst_http_cut (message);
}

static void
on_early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TstTusServer *self = user_data;
  TstTusKind kind = tst_tus_kind (message, *path_id (path) != '\0');
  g_autoptr (TstDevice) device = NULL;
  Request *request;

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_unwanted), NULL);
  tst_tus_set_headers (message);
  if (kind == TST_TUS_OPTIONS)
    {
      tst_tus_answer_options (message);
      return;
    }
  if (self->stopping)
    {
      tst_tus_refuse (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy", "Central is stopping; go on in a moment");
      return;
    }
  if (tst_public_log_is_behind (tst_central_get_log (self->central), NULL))
    {
      tst_tus_refuse (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "read-only", "Central was restored from a copy and is being completed");
      return;
    }
  if (!tst_tus_check_version (message, kind))
    return;
  device = tst_tus_check_signature (self->auth, message, kind);
  if (device == NULL)
    return;
  request = request_new (self, message, kind);
  request->device = g_strdup (device->name);
  if (!tst_tus_parse_body (message, &request->length, &request->checksum) ||
      (kind == TST_TUS_POST && !tst_tus_parse_creation (message, &request->creation)) ||
      (kind == TST_TUS_PATCH && !tst_tus_parse_offset (message, &request->offset)))
    {
      request->ended = TRUE;
      return;
    }
  /* HEAD and PATCH: perhaps at the address that creation gives for a medium that is held. */
  if (kind == TST_TUS_POST ||
      ((kind == TST_TUS_HEAD || kind == TST_TUS_PATCH) && tst_hash_from_hex (path_id (path), &request->creation.sha256)))
    create (self, request);
  else
    want_turn (self, path_id (path), request);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Request *request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);

  /* Only messages without a status come here: all of the body of a streaming one has arrived. */
  if (request == NULL || request->upload == NULL)
    {
      tst_tus_refuse (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, "failed", "This request was lost; send it again");
      return;
    }
  request_pause (request);
  request->ended = TRUE;
  advance (request->upload);
}

/* --- the whole --- */

static void
sweep_job (Job *job)
{
  tst_incoming_sweep (job->server->central, &job->error);
}

static void
sweep_done (Job *job)
{
  if (job->error != NULL)
    g_warning ("Old uploads could not be swept: %s", job->error->message);
}

static gboolean
sweep (gpointer data)
{
  push_job (new_job (data, sweep_job, sweep_done));
  return G_SOURCE_CONTINUE;
}

TstTusServer *
tst_tus_server_new (TstCentral *central, TstRequestAuth *auth, TstHoldings *holdings)
{
  TstTusServer *self = g_new0 (TstTusServer, 1);

  self->central = central;
  self->auth = auth;
  self->holdings = holdings;
  self->context = g_main_context_ref_thread_default ();
  self->disk = g_thread_pool_new (run_job, NULL, DISK_THREADS, FALSE, NULL);
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, upload_free);
  self->sweep = tst_http_timer (SWEEP_MS, sweep, self);
  return self;
}

void
tst_tus_server_attach (TstTusServer *self, SoupServer *server)
{
  soup_server_add_early_handler (server, MEDIA_PATH, on_early, self, NULL);
  soup_server_add_handler (server, MEDIA_PATH, on_request, self, NULL);
}

guint
tst_tus_server_get_active (TstTusServer *self)
{
  return self->active;
}

void
tst_tus_server_stop (TstTusServer *self)
{
  GHashTableIter iter;
  gpointer value;
  g_autoptr (GPtrArray) cut = g_ptr_array_new ();

  self->stopping = TRUE;
  g_hash_table_iter_init (&iter, self->uploads);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Upload *) value)->stream != NULL)
      g_ptr_array_add (cut, value);
  for (guint i = 0; i < cut->len; i++)
    {
      Upload *upload = g_ptr_array_index (cut, i);

      cut_stream (upload->stream);
      advance (upload);
    }
}

void
tst_tus_server_free (TstTusServer *self)
{
  GHashTableIter iter;
  gpointer value;

  tst_http_timer_clear (&self->sweep);
  g_thread_pool_free (self->disk, FALSE, TRUE);
  g_hash_table_iter_init (&iter, self->uploads);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Upload *upload = value;

      g_clear_pointer (&upload->stream, request_free);
      g_queue_clear_full (&upload->turns, request_free);
    }
  g_clear_pointer (&self->uploads, g_hash_table_unref);
  self->orphaned = TRUE;
  server_unlink (self);
}
