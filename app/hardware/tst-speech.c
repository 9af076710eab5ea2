/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-speech.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define PREFIX "unix_socket:"
#define DAEMON "speech-dispatcher"
#define START_MS 700 /* what the daemon takes to listen */

struct _TstSpeech
{
  GObject parent_instance;
  char *path;
  GSocketConnection *connection; /* (nullable) */
  GQueue *waiting;               /* of GBytes: what is to be written, in order */
  gboolean connecting, writing, spawned;
  guint again;
  GCancellable *cancellable;
};

static void tst_speech_speaker_init (TstSpeakerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstSpeech, tst_speech, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (TST_TYPE_SPEAKER, tst_speech_speaker_init))

static void write_next (TstSpeech *self);
static void connect_soon (TstSpeech *self);

static void
drop (TstSpeech *self)
{
  g_clear_object (&self->connection);
  g_queue_clear_full (self->waiting, (GDestroyNotify) g_bytes_unref);
}

/* Answers are read and thrown away: what matters is that the daemon's buffer does not fill up. */
static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) answer = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  TstSpeech *self;

  if (answer == NULL)
    return; /* gone, or cancelled with @self */
  self = TST_SPEECH (user_data);
  if (g_bytes_get_size (answer) == 0)
    {
      drop (self);
      return;
    }
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), 512, G_PRIORITY_DEFAULT, self->cancellable, on_answer, self);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean written = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);
  TstSpeech *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_SPEECH (user_data);
  self->writing = FALSE;
  g_clear_pointer ((GBytes **) &self->waiting->head->data, g_bytes_unref);
  g_queue_pop_head (self->waiting);
  if (written)
    write_next (self);
  else
    drop (self);
}

static void
write_next (TstSpeech *self)
{
  GBytes *bytes = g_queue_peek_head (self->waiting);
  gsize size;
  const void *data;

  if (bytes == NULL || self->writing)
    return;
  if (self->connection == NULL)
    {
      connect_soon (self);
      return;
    }
  self->writing = TRUE;
  data = g_bytes_get_data (bytes, &size);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), data, size, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_written, self);
}

static gboolean
on_again (gpointer user_data)
{
  TstSpeech *self = user_data;

  self->again = 0;
  connect_soon (self);
  return G_SOURCE_REMOVE;
}

static void
spawn (TstSpeech *self)
{
  const char *const command[] = { DAEMON, "--spawn", NULL };
  g_autoptr (GSubprocess) daemon = NULL;

  self->spawned = TRUE;
  daemon = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  if (daemon != NULL)
    self->again = g_timeout_add (START_MS, on_again, self);
  else
    drop (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  TstSpeech *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_SPEECH (user_data);
  self->connecting = FALSE;
  if (connection == NULL)
    {
      if (!self->spawned)
        spawn (self);
      else
        drop (self);
      return;
    }
  self->connection = connection;
  g_queue_push_head (self->waiting, g_bytes_new_static ("SET SELF CLIENT_NAME testigo:kiosk:main\r\n", strlen ("SET SELF CLIENT_NAME testigo:kiosk:main\r\n")));
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 512, G_PRIORITY_DEFAULT, self->cancellable, on_answer, self);
  write_next (self);
}

static void
connect_soon (TstSpeech *self)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (self->connecting || self->again != 0)
    return;
  self->connecting = TRUE;
  client = g_socket_client_new ();
  address = g_unix_socket_address_new (self->path);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), self->cancellable, on_connected, self);
}

static void
send (TstSpeech *self, const char *text)
{
  g_queue_push_tail (self->waiting, g_bytes_new (text, strlen (text)));
  write_next (self);
}

static void
tst_speech_stop (TstSpeaker *speaker)
{
  TstSpeech *self = TST_SPEECH (speaker);

  if (self->connection != NULL)
    send (self, "CANCEL SELF\r\n");
}

/* A line that is a single dot ends the text; one that begins with a dot gets another (SSIP, like SMTP). */
static void
tst_speech_say (TstSpeaker *speaker, const char *text, const char *lang)
{
  TstSpeech *self = TST_SPEECH (speaker);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *command = g_string_new ("CANCEL SELF\r\n");

  g_string_append_printf (command, "SET SELF LANGUAGE %s\r\nSPEAK\r\n", lang);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strdelimit (lines[i], "\r", ' ');
      g_string_append_printf (command, "%s%s\r\n", lines[i][0] == '.' ? "." : "", lines[i]);
    }
  g_string_append (command, ".\r\n");
  send (self, command->str);
  g_string_free (command, TRUE);
}

static void
tst_speech_speaker_init (TstSpeakerInterface *iface)
{
  iface->say = tst_speech_say;
  iface->stop = tst_speech_stop;
}

static void
tst_speech_dispose (GObject *object)
{
  TstSpeech *self = TST_SPEECH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->again, g_source_remove);
  drop (self);
  G_OBJECT_CLASS (tst_speech_parent_class)->dispose (object);
}

static void
tst_speech_finalize (GObject *object)
{
  TstSpeech *self = TST_SPEECH (object);

  g_clear_object (&self->cancellable);
  g_queue_free (self->waiting);
  g_free (self->path);
  G_OBJECT_CLASS (tst_speech_parent_class)->finalize (object);
}

static void
tst_speech_class_init (TstSpeechClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_speech_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_speech_finalize;
}

static void
tst_speech_init (TstSpeech *self)
{
  self->waiting = g_queue_new ();
  self->cancellable = g_cancellable_new ();
}

TstSpeech *
tst_speech_new (const char *address)
{
  TstSpeech *self = g_object_new (TST_TYPE_SPEECH, NULL);
  const char *given = g_getenv ("SPEECHD_ADDRESS");

  if (address != NULL)
    self->path = g_strdup (address);
  else if (given != NULL && g_str_has_prefix (given, PREFIX))
    self->path = g_strdup (given + strlen (PREFIX));
  else
    self->path = g_build_filename (g_get_user_runtime_dir (), DAEMON, "speechd.sock", NULL);
  return self;
}

gboolean
tst_speech_is_there (TstSpeech *self)
{
  g_autofree char *daemon = NULL;

  g_return_val_if_fail (TST_IS_SPEECH (self), FALSE);
  daemon = g_find_program_in_path (DAEMON);
  return daemon != NULL || g_file_test (self->path, G_FILE_TEST_EXISTS);
}
