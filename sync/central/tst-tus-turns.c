/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tus-server-private.h"

#include "base/tst-error.h"

#include <string.h>

#define WAITING_LOW (256 * 1024)
#define READ_AHEAD (64 * 1024) /* more than libsoup reads beyond a request's head */

/* --- one upload's turns --- */

void
tst_tus_turns_free (gpointer data)
{
  TstTusTurns *self = data;

  g_clear_pointer (&self->incoming, tst_incoming_free);
  g_clear_error (&self->trouble);
  g_free (self->id);
  g_free (self);
}

static void
load_job (TstTusJob *job)
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
load_done (TstTusJob *job)
{
  TstTusTurns *upload = job->upload;

  upload->running = FALSE;
  upload->loaded = TRUE;
  upload->over = job->finished;
  upload->incoming = job->incoming;
  upload->trouble = g_steal_pointer (&job->error);
  tst_tus_turns_advance (upload);
}

static void
load (TstTusTurns *upload)
{
  TstTusJob *job = tst_tus_job_new (upload->server, load_job, load_done);

  job->upload = upload;
  job->id = g_strdup (upload->id);
  tst_tus_job_push (job);
}

static void
write_job (TstTusJob *job)
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
write_done (TstTusJob *job)
{
  TstTusTurns *upload = job->upload;
  TstTusRequest *stream = job->request;

  upload->running = FALSE;
  stream->waiting -= job->bytes;
  if (job->error != NULL)
    {
      upload->trouble = g_steal_pointer (&job->error);
      g_queue_clear_full (&stream->pending, (GDestroyNotify) g_bytes_unref);
    }
  else if (stream->paused && !stream->ended && stream->waiting < WAITING_LOW)
    tst_tus_request_resume (stream);
  tst_tus_turns_advance (upload);
}

static void
write_pending (TstTusTurns *upload)
{
  TstTusRequest *stream = upload->stream;
  TstTusJob *job = tst_tus_job_new (upload->server, write_job, write_done);
  GBytes *chunk;

  job->upload = upload;
  job->request = stream;
  job->incoming = upload->incoming;
  while ((chunk = g_queue_pop_head (&stream->pending)) != NULL)
    {
      job->bytes += g_bytes_get_size (chunk);
      g_queue_push_tail (&job->chunks, chunk);
    }
  tst_tus_job_push (job);
}

static void
end_job (TstTusJob *job)
{
  TstTusServer *server = job->server;
  TstTusRequest *stream = job->request;

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
end_done (TstTusJob *job)
{
  TstTusTurns *upload = job->upload;
  TstTusRequest *stream = job->request;
  guint64 offset = upload->incoming->offset;

  upload->running = FALSE;
  upload->over = job->finished;
  upload->stream = NULL;
  upload->server->active--;
  if (job->mismatch)
    tst_tus_request_refuse (stream, 460, "hash-mismatch", "The piece did not arrive as it was sent; send it again");
  else if (job->error != NULL)
    {
      upload->trouble = g_error_copy (job->error);
      tst_tus_request_refuse_error (stream, job->error);
    }
  else
    {
      if (stream->kind == TST_TUS_POST)
        tst_tus_request_set_created (stream, upload->id, offset);
      else
        soup_server_message_set_status (stream->message, SOUP_STATUS_NO_CONTENT, NULL);
      tst_tus_request_set_offset (stream->message, offset);
      tst_tus_request_answer (stream);
    }
  tst_tus_turns_advance (upload);
}

static void
end_stream (TstTusTurns *upload)
{
  TstTusJob *job = tst_tus_job_new (upload->server, end_job, end_done);

  job->upload = upload;
  job->request = upload->stream;
  job->incoming = upload->incoming;
  tst_tus_job_push (job);
}

static void
drop_job (TstTusJob *job)
{
  tst_incoming_drop (job->incoming, job->server->central, &job->error);
}

static void
drop_done (TstTusJob *job)
{
  TstTusTurns *upload = job->upload;

  upload->running = FALSE;
  if (job->error != NULL)
    tst_tus_request_refuse_error (job->request, job->error);
  else
    {
      soup_server_message_set_status (job->request->message, SOUP_STATUS_NO_CONTENT, NULL);
      tst_tus_request_answer (job->request);
    }
  g_set_error_literal (&upload->trouble, TST_ERROR, TST_ERROR_NOT_FOUND, "This upload was ended");
  tst_tus_turns_advance (upload);
}

/* Whoever asks about an upload says by it that the line on which its bytes came is dead. What came over that line before it died is read to its end first:
 * thrown away, it would have to come again. The kernel may hold some of it, and libsoup what it read together with the head, which nobody can count: so the
 * socket takes no more, and reading ends where its bytes end. Should the line be alive after all, it is cut when a little more has come. */
static void
let_stream_end (TstTusRequest *stream)
{
  GSocket *socket = soup_server_message_get_socket (stream->message);
  gssize available = socket != NULL ? g_socket_get_available_bytes (socket) : -1;

  if (stream->ended || stream->draining > 0)
    return;
  if (available < 0)
    {
      tst_tus_turns_cut (stream);
      return;
    }
  stream->draining = available + READ_AHEAD;
  g_socket_shutdown (socket, TRUE, FALSE, NULL);
}

/* The bytes of @request go into the upload from now on. */
static void
begin_stream (TstTusTurns *upload, TstTusRequest *request)
{
  upload->stream = request;
  upload->server->active++;
  request->upload = upload;
  request->began = upload->incoming->offset;
  if (request->checksum.given)
    request->hasher = tst_hasher_new ();
  tst_tus_request_resume (request);
  if (!g_queue_is_empty (&upload->turns))
    let_stream_end (request);
}

static void
take_patch (TstTusTurns *upload, TstTusRequest *request)
{
  TstIncoming *incoming = upload->incoming;

  if (request->offset != incoming->offset)
    {
      tst_tus_request_set_offset (request->message, incoming->offset);
      tst_tus_request_refuse (request, SOUP_STATUS_CONFLICT, "bad-request", "The upload stands at another offset; ask with HEAD");
    }
  else if (request->length > incoming->size - incoming->offset)
    tst_tus_request_refuse (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large", "More bytes than the upload has");
  else
    begin_stream (upload, request);
}

static void
take_turn (TstTusTurns *upload, TstTusRequest *request)
{
  TstIncoming *incoming = upload->incoming;

  if (request->finished)
    {
      tst_tus_request_free (request);
      return;
    }
  if (upload->trouble != NULL)
    {
      tst_tus_request_refuse_error (request, upload->trouble);
      return;
    }
  /* It was whole when central began, and became a medium just now, by this very request. */
  if (upload->over && request->kind == TST_TUS_POST && strcmp (incoming->device, request->device) == 0)
    {
      tst_tus_request_set_created (request, upload->id, incoming->size);
      tst_tus_request_answer (request);
      return;
    }
  if (strcmp (incoming->device, request->device) != 0 || (upload->over && request->kind != TST_TUS_HEAD))
    {
      tst_tus_request_refuse (request, SOUP_STATUS_NOT_FOUND, "not-found", "There is no such upload; create it again");
      return;
    }
  switch (request->kind)
    {
    case TST_TUS_HEAD:
      tst_tus_set_upload_headers (request->message, incoming);
      tst_tus_request_set_offset (request->message, incoming->offset);
      soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
      tst_tus_request_answer (request);
      break;
    case TST_TUS_POST:
      if (request->length > 0 && incoming->offset == 0 && request->length <= incoming->size)
        {
          begin_stream (upload, request);
          break;
        }
      tst_tus_request_set_created (request, upload->id, incoming->offset);
      tst_tus_request_answer (request);
      break;
    case TST_TUS_PATCH:
      take_patch (upload, request);
      break;
    case TST_TUS_DELETE:
      {
        TstTusJob *job = tst_tus_job_new (upload->server, drop_job, drop_done);

        job->upload = upload;
        job->request = request;
        job->incoming = incoming;
        tst_tus_job_push (job);
      }
      break;
    case TST_TUS_OPTIONS:
    case TST_TUS_OTHER:
    default:
      g_assert_not_reached ();
    }
}

void
tst_tus_turns_advance (TstTusTurns *upload)
{
  TstTusRequest *stream = upload->stream;

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
      tst_tus_request_refuse_error (stream, upload->trouble);
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

void
tst_tus_turns_cut (TstTusRequest *stream)
{
  if (stream->ended)
    return;
  stream->ended = TRUE;
  stream->cut = TRUE;
  tst_http_cut (stream->message);
  tst_tus_request_resume (stream);
}

void
tst_tus_turns_want (TstTusServer *self, const char *id, TstTusRequest *request)
{
  TstTusTurns *upload = g_hash_table_lookup (self->uploads, id);

  if (upload == NULL)
    {
      upload = g_new0 (TstTusTurns, 1);
      upload->server = self;
      upload->id = g_strdup (id);
      g_queue_init (&upload->turns);
      g_hash_table_insert (self->uploads, upload->id, upload);
    }
  tst_tus_request_pause (request);
  if (upload->stream != NULL)
    let_stream_end (upload->stream);
  g_queue_push_tail (&upload->turns, request);
  tst_tus_turns_advance (upload);
}
