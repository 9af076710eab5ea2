/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tus-server.h"

#include "base/tst-error.h"
#include "central/tst-public-log.h"
#include "central/tst-tus-server-private.h"

#include <string.h>

#define WAITING_MAX (1024 * 1024)
#define DISK_THREADS 4
#define SWEEP_MS (3600 * 1000)
/* Bytes of a refused body that are read and dropped before the line is cut. */
#define UNWANTED_MAX (4 * 1024 * 1024)
#define UNWANTED_KEY "tst-tus-unwanted"

/* --- creation, and media that are held already --- */

static void
create_job (TstTusJob *job)
{
  TstTusRequest *request = job->request;
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

/* Whose creations are done one after the other. */
static char *
creation_key (TstTusRequest *request)
{
  g_autofree char *hex = tst_hash_to_hex (&request->creation.sha256);

  return g_strconcat (hex, " ", request->device, NULL);
}

static void create_next (TstTusServer *self, const char *key);

static void
answer_creation (TstTusJob *job)
{
  TstTusRequest *request = job->request;
  g_autoptr (TstIncoming) incoming = g_steal_pointer (&job->incoming);

  if (request->finished)
    tst_tus_request_free (request);
  else if (job->error != NULL)
    tst_tus_request_refuse_error (request, job->error);
  else if (job->held)
    {
      g_autofree char *hex = tst_hash_to_hex (&request->creation.sha256);

      if (request->kind == TST_TUS_PATCH)
        {
          /* tus-js-client does not look at the offset of a creation: so it learns that nothing is to come. */
          tst_tus_request_set_offset (request->message, request->creation.size);
          tst_tus_request_refuse (request, SOUP_STATUS_CONFLICT, "bad-request", "The medium is held whole; ask with HEAD");
          return;
        }
      if (request->kind == TST_TUS_POST)
        tst_tus_request_set_created (request, hex, request->creation.size);
      else
        {
          g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, request->creation.size);

          tst_tus_request_set_offset (request->message, request->creation.size);
          soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Upload-Length", size);
          soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
        }
      tst_tus_request_answer (request);
    }
  else
    tst_tus_turns_want (job->server, incoming->id, request);
}

static void
create_done (TstTusJob *job)
{
  g_autofree char *key = creation_key (job->request);

  answer_creation (job);
  create_next (job->server, key);
}

static void
create_next (TstTusServer *self, const char *key)
{
  GQueue *waiting = g_hash_table_lookup (self->creating, key);
  TstTusJob *job;

  if (g_queue_is_empty (waiting))
    {
      g_hash_table_remove (self->creating, key);
      return;
    }
  job = tst_tus_job_new (self, create_job, create_done);
  job->request = g_queue_pop_head (waiting);
  tst_tus_job_push (job);
}

static void
free_waiting (gpointer data)
{
  g_queue_free_full (data, tst_tus_request_free);
}

/* A device's creations of one medium are done as they came. The second says that the line of the first is dead: answered before the bytes of the first
 * are in the file, it would have them sent again. */
static void
create (TstTusServer *self, TstTusRequest *request)
{
  g_autofree char *key = creation_key (request);
  GQueue *waiting = g_hash_table_lookup (self->creating, key);

  tst_tus_request_pause (request);
  if (waiting != NULL)
    {
      g_queue_push_tail (waiting, request);
      return;
    }
  waiting = g_queue_new ();
  g_queue_push_tail (waiting, request);
  g_hash_table_insert (self->creating, g_strdup (key), waiting);
  create_next (self, key);
}

/* --- from the socket --- */

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  TstTusRequest *self = user_data;
  TstTusTurns *upload = self->upload;

  self->finished = TRUE;
  if (upload != NULL && upload->stream == self)
    {
      if (!self->ended)
        {
          self->ended = TRUE;
          self->cut = TRUE;
        }
      tst_tus_turns_advance (upload);
    }
  else if (self->ended)
    tst_tus_request_free (self);
  /* Else it waits for its turn or for a job, and is freed when it is answered. */
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  TstTusRequest *self = user_data;

  if (self->upload == NULL || self->ended)
    return;
  self->taken += g_bytes_get_size (chunk);
  if (self->taken > self->length)
    {
      tst_tus_turns_cut (self);
      tst_tus_turns_advance (self->upload);
      return;
    }
  g_queue_push_tail (&self->pending, g_bytes_ref (chunk));
  self->waiting += g_bytes_get_size (chunk);
  if (self->waiting > WAITING_MAX)
    tst_tus_request_pause (self);
  if (self->draining > 0)
    {
      self->draining -= MIN (self->draining, g_bytes_get_size (chunk));
      if (self->draining == 0)
        tst_tus_turns_cut (self);
    }
  tst_tus_turns_advance (self->upload);
}

static TstTusRequest *
request_new (TstTusServer *self, SoupServerMessage *message, TstTusKind kind)
{
  TstTusRequest *request = g_new0 (TstTusRequest, 1);

  request->server = self;
  request->message = g_object_ref (message);
  request->kind = kind;
  g_queue_init (&request->pending);
  g_object_set_data (G_OBJECT (message), TST_TUS_REQUEST_KEY, request);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), request);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), request);
  return request;
}

/* The id of the upload that @path names; "" for the collection. */
static const char *
path_id (const char *path)
{
  const char *rest = path + strlen (TST_TUS_PATH);

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
  TstTusRequest *request;

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
    tst_tus_turns_want (self, path_id (path), request);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TstTusRequest *request = g_object_get_data (G_OBJECT (message), TST_TUS_REQUEST_KEY);

  /* Only messages without a status come here: all of the body of a streaming one has arrived. */
  if (request == NULL || request->upload == NULL)
    {
      tst_tus_refuse (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, "failed", "This request was lost; send it again");
      return;
    }
  tst_tus_request_pause (request);
  request->ended = TRUE;
  tst_tus_turns_advance (request->upload);
}

/* --- the whole --- */

static void
sweep_job (TstTusJob *job)
{
  tst_incoming_sweep (job->server->central, &job->error);
}

static void
sweep_done (TstTusJob *job)
{
  if (job->error != NULL)
    g_warning ("Old uploads could not be swept: %s", job->error->message);
}

static gboolean
sweep (gpointer data)
{
  tst_tus_job_push (tst_tus_job_new (data, sweep_job, sweep_done));
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
  self->disk = g_thread_pool_new (tst_tus_job_run, NULL, DISK_THREADS, FALSE, NULL);
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, tst_tus_turns_free);
  self->creating = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_waiting);
  self->sweep = tst_http_timer (SWEEP_MS, sweep, self);
  return self;
}

void
tst_tus_server_attach (TstTusServer *self, SoupServer *server)
{
  soup_server_add_early_handler (server, TST_TUS_PATH, on_early, self, NULL);
  soup_server_add_handler (server, TST_TUS_PATH, on_request, self, NULL);
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
    if (((TstTusTurns *) value)->stream != NULL)
      g_ptr_array_add (cut, value);
  for (guint i = 0; i < cut->len; i++)
    {
      TstTusTurns *upload = g_ptr_array_index (cut, i);

      tst_tus_turns_cut (upload->stream);
      tst_tus_turns_advance (upload);
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
      TstTusTurns *upload = value;

      g_clear_pointer (&upload->stream, tst_tus_request_free);
      g_queue_clear_full (&upload->turns, tst_tus_request_free);
    }
  g_clear_pointer (&self->uploads, g_hash_table_unref);
  g_clear_pointer (&self->creating, g_hash_table_unref);
  self->orphaned = TRUE;
  tst_tus_server_unlink (self);
}
