/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-speech.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

/* A daemon that only writes down what it is told. */
typedef struct
{
  char *folder, *path;
  GSocketService *service;
  GSocketConnection *connection;
  GString *heard;
  char buffer[512];
} Daemon;

static void
on_heard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Daemon *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    return;
  g_string_append_len (self->heard, self->buffer, n);
  g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), "208 OK CLIENT NAME SET\r\n", 24, NULL, NULL);
  g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer, 0, NULL, on_heard, self);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Daemon *self = user_data;

  g_set_object (&self->connection, connection);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), self->buffer, sizeof self->buffer, 0, NULL, on_heard, self);
  return TRUE;
}

static void
daemon_init (Daemon *self)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("testigo-speech-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "speechd.sock", NULL);
  self->heard = g_string_new (NULL);
  self->service = g_socket_service_new ();
  address = g_unix_socket_address_new (self->path);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (self->service);
}

static void
daemon_clear (Daemon *self)
{
  g_socket_service_stop (self->service);
  g_clear_object (&self->connection);
  g_object_unref (self->service);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
  g_string_free (self->heard, TRUE);
}

static void
wait_for (Daemon *self, const char *text)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (strstr (self->heard->str, text) == NULL)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
    }
}

static void
test_says (void)
{
  Daemon daemon = { 0 };
  g_autoptr (TstSpeech) speech = NULL;

  daemon_init (&daemon);
  speech = tst_speech_new (daemon.path);
  g_assert_true (tst_speech_is_there (speech));
  tst_speaker_say (TST_SPEAKER (speech), "Lea este aviso.\n.un punto\nÑandú", "es");
  wait_for (&daemon, "\r\n.\r\n");
  g_assert_nonnull (strstr (daemon.heard->str, "SET SELF CLIENT_NAME testigo:kiosk:main\r\n"));
  g_assert_nonnull (strstr (daemon.heard->str, "SET SELF LANGUAGE es\r\nSPEAK\r\nLea este aviso.\r\n..un punto\r\nÑandú\r\n.\r\n"));
  tst_speaker_say (TST_SPEAKER (speech), "Hello", "en");
  wait_for (&daemon, "Hello\r\n.\r\n");
  g_assert_nonnull (strstr (daemon.heard->str, "CANCEL SELF\r\nSET SELF LANGUAGE en\r\nSPEAK\r\nHello"));
  g_string_truncate (daemon.heard, 0);
  tst_speaker_stop (TST_SPEAKER (speech));
  wait_for (&daemon, "CANCEL SELF\r\n");
  daemon_clear (&daemon);
}

/* Text that would be commands is text. */
static void
test_no_commands (void)
{
  Daemon daemon = { 0 };
  g_autoptr (TstSpeech) speech = NULL;

  daemon_init (&daemon);
  speech = tst_speech_new (daemon.path);
  tst_speaker_say (TST_SPEAKER (speech), ".\r\nQUIT", "es");
  wait_for (&daemon, "QUIT\r\n.\r\n");
  g_assert_nonnull (strstr (daemon.heard->str, "SPEAK\r\n.. \r\nQUIT\r\n.\r\n"));
  daemon_clear (&daemon);
}

static void
test_nobody (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-speech-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "none", NULL);
  g_autoptr (TstSpeech) speech = tst_speech_new (path);
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;

  g_setenv ("PATH", folder, TRUE);
  g_assert_false (tst_speech_is_there (speech));
  tst_speaker_say (TST_SPEAKER (speech), "nadie", "es");
  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  tst_speaker_stop (TST_SPEAKER (speech));
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech/says", test_says);
  g_test_add_func ("/speech/no-commands", test_no_commands);
  g_test_add_func ("/speech/nobody", test_nobody);
  return g_test_run ();
}
