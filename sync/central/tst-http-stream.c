/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-http-stream.h"

#include "central/tst-http-pool.h"

#define PIECE (256 * 1024)

typedef struct
{
  grefcount refs; /* the message's, and one while a piece is being read */
  SoupServerMessage *message;
  GInputStream *stream;
  GCancellable *cancellable;
  guint64 left;
  gboolean finished; /* the line is gone, or all went over it */
} Sending;

static void
sending_unref (Sending *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->message);
  g_object_unref (self->stream);
  g_object_unref (self->cancellable);
  g_free (self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);

  if (!self->finished && (piece == NULL || g_bytes_get_size (piece) == 0))
    {
      g_warning ("A file became shorter, or its disk failed, while it was sent: %s", error != NULL ? error->message : "it ends early");
      tst_http_cut (self->message);
      soup_server_message_unpause (self->message);
    }
  else if (!self->finished)
    {
      self->left -= g_bytes_get_size (piece);
      soup_message_body_append_bytes (body, piece);
      if (self->left == 0)
        soup_message_body_complete (body);
      soup_server_message_unpause (self->message);
    }
  sending_unref (self);
}

static void
read_piece (Sending *self)
{
  g_ref_count_inc (&self->refs);
  g_input_stream_read_bytes_async (self->stream, MIN (self->left, PIECE), G_PRIORITY_DEFAULT, self->cancellable, on_read, self);
}

static void
on_wrote_chunk (SoupServerMessage *message, gpointer user_data)
{
  Sending *self = user_data;

  if (self->left > 0 && !g_input_stream_has_pending (self->stream))
    read_piece (self);
}

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  Sending *self = user_data;

  self->finished = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (message, self);
  sending_unref (self);
}

void
tst_http_stream (SoupServerMessage *message, GInputStream *stream, guint64 length)
{
  Sending *self = g_new0 (Sending, 1);

  g_ref_count_init (&self->refs);
  self->message = g_object_ref (message);
  self->stream = stream;
  self->cancellable = g_cancellable_new ();
  self->left = length;
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_message_headers_set_content_length (soup_server_message_get_response_headers (message), length);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), self);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), self);
  read_piece (self);
}
