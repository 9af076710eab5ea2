/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tus-server-private.h"

#include "base/tst-error.h"

/* --- jobs --- */

void
tst_tus_server_unlink (TstTusServer *self)
{
  if (!self->orphaned || self->jobs > 0)
    return;
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
job_back (gpointer data)
{
  TstTusJob *job = data;
  TstTusServer *server = job->server;

  server->active--;
  server->jobs--;
  if (!server->orphaned)
    job->done (job);
  else
    tst_tus_server_unlink (server);
  g_queue_clear_full (&job->chunks, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job->id);
  g_free (job);
  return G_SOURCE_REMOVE;
}

void
tst_tus_job_run (gpointer data, gpointer user_data)
{
  TstTusJob *job = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  job->work (job);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, job_back, job, NULL);
  g_source_attach (source, job->server->context);
}

TstTusJob *
tst_tus_job_new (TstTusServer *server, void (*work) (TstTusJob *), void (*done) (TstTusJob *))
{
  TstTusJob *job = g_new0 (TstTusJob, 1);

  job->server = server;
  job->work = work;
  job->done = done;
  g_queue_init (&job->chunks);
  return job;
}

void
tst_tus_job_push (TstTusJob *job)
{
  job->server->active++;
  job->server->jobs++;
  if (job->upload != NULL)
    job->upload->running = TRUE;
  g_thread_pool_push (job->server->disk, job, NULL);
}

/* --- answers --- */

void
tst_tus_request_pause (TstTusRequest *self)
{
  if (!self->paused && !self->finished)
    soup_server_message_pause (self->message);
  self->paused = TRUE;
}

void
tst_tus_request_resume (TstTusRequest *self)
{
  if (self->paused && !self->finished)
    soup_server_message_unpause (self->message);
  self->paused = FALSE;
}

void
tst_tus_request_free (gpointer data)
{
  TstTusRequest *self = data;

  g_signal_handlers_disconnect_by_data (self->message, self);
  g_object_set_data (G_OBJECT (self->message), TST_TUS_REQUEST_KEY, NULL);
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
void
tst_tus_request_answer (TstTusRequest *self)
{
  if (soup_server_message_get_status (self->message) == SOUP_STATUS_NO_CONTENT)
    g_signal_connect (self->message, "wrote-headers", G_CALLBACK (on_wrote_headers), NULL);
  tst_tus_request_resume (self);
  if (self->finished)
    tst_tus_request_free (self);
  else
    {
      /* A body that nobody wants is read to its end and dropped; the request lives until the line says that it is over. */
      self->upload = NULL;
      self->ended = TRUE;
    }
}

void
tst_tus_request_refuse (TstTusRequest *self, guint status, const char *code, const char *text)
{
  tst_tus_refuse (self->message, status, code, text);
  tst_tus_request_answer (self);
}

void
tst_tus_request_refuse_error (TstTusRequest *self, const GError *error)
{
  const char *code;
  guint status = tst_http_status_for_error (error, &code);

  if (g_error_matches (error, TST_ERROR, TST_ERROR_HASH_MISMATCH))
    status = SOUP_STATUS_UNPROCESSABLE_ENTITY;
  if (g_error_matches (error, TST_ERROR, TST_ERROR_REFUSED))
    status = SOUP_STATUS_FORBIDDEN;
  tst_tus_request_refuse (self, status, code, error->message);
}

void
tst_tus_request_set_offset (SoupServerMessage *message, guint64 offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Upload-Offset", text);
}

void
tst_tus_request_set_created (TstTusRequest *self, const char *id, guint64 offset)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  g_autofree char *url = tst_central_dup_url (self->server->central);
  g_autofree char *location = g_strconcat (url, TST_TUS_PATH "/", id, NULL);

  soup_message_headers_replace (headers, "Location", location);
  tst_tus_request_set_offset (self->message, offset);
  soup_server_message_set_status (self->message, SOUP_STATUS_CREATED, NULL);
}
