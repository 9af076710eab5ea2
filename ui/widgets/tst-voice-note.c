/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-voice-note.h"

#include "seal/tst-age.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _TstVoiceNote
{
  GtkBox parent_instance;
  TstRecorder *recorder; /* (nullable) */
  GtkWidget *button, *icon, *words, *level, *row, *play, *again;
  TstAttachment *said;   /* (nullable) */
  GtkMediaStream *stream; /* (nullable) */
  int sound_fd;          /* of @stream; -1 */
  const char *state;
  gboolean ours;         /* the recorder records for us */
  gboolean stopping;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_STATE = 1,
} TstVoiceNoteProperty;

static GParamSpec *properties[PROP_STATE + 1];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstVoiceNote, tst_voice_note, GTK_TYPE_BOX)

static char *
format_seconds (gint64 ms)
{
  gint64 seconds = ms / 1000;

  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}

static gint64
get_elapsed_ms (TstVoiceNote *self)
{
  gint64 elapsed = 0;

  g_object_get (self->recorder, "elapsed-ms", &elapsed, NULL);
  return elapsed;
}

/* --- what is seen --- */

static void
show (TstVoiceNote *self)
{
  gboolean recording = g_str_equal (self->state, "recording");
  gboolean ready = self->said != NULL && !recording;
  gboolean playing = g_str_equal (self->state, "playing");
  const char *name = recording ? _("Parar de grabar") : _("Grabar mi voz");
  g_autofree char *done = NULL;
  g_autofree char *words = NULL;

  if (recording && get_elapsed_ms (self) == 0)
    words = g_strdup (_("Abriendo el micrófono…"));
  else if (recording)
    {
      g_autofree char *left = format_seconds (MAX (0, TST_VOICE_LIMIT_MS - get_elapsed_ms (self)));

      done = format_seconds (get_elapsed_ms (self));
      words = g_strdup_printf (_("Grabando: %s. Le quedan %s. Toque para parar."), done, left);
    }
  else if (ready)
    {
      done = format_seconds (self->said->duration_ms);
      words = g_strdup_printf (_("Su voz quedó grabada: %s. Todavía no se ha enviado."), done);
    }
  else if (self->recorder == NULL)
    words = g_strdup (_("No hay micrófono. Puede seguir sin su voz."));
  else if (g_str_equal (self->state, "missing"))
    words = g_strdup (_("El micrófono no respondió. Toque el botón para intentarlo otra vez, o siga sin su voz."));
  else
    words = g_strdup (_("Toque el botón y hable. Hasta dos minutos."));
  gtk_label_set_label (GTK_LABEL (self->words), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), recording ? "media-playback-stop-symbolic" : "audio-input-microphone-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_widget_set_visible (self->button, !ready);
  gtk_widget_set_sensitive (self->button, self->recorder != NULL && !self->stopping);
  gtk_widget_set_visible (self->level, recording);
  gtk_widget_set_visible (self->row, ready);
  gtk_button_set_label (GTK_BUTTON (self->play), playing ? _("Parar") : _("Escucharla"));
}

static void
set_state (TstVoiceNote *self, const char *state)
{
  gboolean same = g_str_equal (self->state, state);

  self->state = state;
  show (self);
  if (!same)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* --- hearing it --- */

static void
stop_playing (TstVoiceNote *self)
{
  if (self->stream != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->stream, self);
      gtk_media_stream_pause (self->stream);
    }
  g_clear_object (&self->stream);
  if (self->sound_fd >= 0)
    close (self->sound_fd);
  self->sound_fd = -1;
  if (g_str_equal (self->state, "playing"))
    set_state (self, "ready");
}

static gboolean
write_all (int fd, const char *data, gsize size)
{
  while (size > 0)
    {
      ssize_t n = write (fd, data, size);

      if (n <= 0)
        return FALSE;
      data += n;
      size -= n;
    }
  return TRUE;
}

static void
on_ended (TstVoiceNote *self)
{
  if (gtk_media_stream_get_ended (self->stream) || gtk_media_stream_get_error (self->stream) != NULL)
    stop_playing (self);
}

static void
on_play (TstVoiceNote *self)
{
  g_autofree char *path = NULL;
  gsize size = 0;
  const char *data;

  if (g_str_equal (self->state, "playing"))
    {
      stop_playing (self);
      return;
    }
  if (self->said == NULL)
    return;
  data = g_bytes_get_data (self->said->bytes, &size);
  self->sound_fd = memfd_create ("voice", MFD_CLOEXEC);
  if (self->sound_fd < 0 || !write_all (self->sound_fd, data, size))
    {
      stop_playing (self);
      return;
    }
  path = g_strdup_printf ("/proc/self/fd/%d", self->sound_fd);
  self->stream = gtk_media_file_new_for_filename (path);
  g_signal_connect_swapped (self->stream, "notify::ended", G_CALLBACK (on_ended), self);
  g_signal_connect_swapped (self->stream, "notify::error", G_CALLBACK (on_ended), self);
  set_state (self, "playing");
  gtk_media_stream_play (self->stream);
}

/* --- recording it --- */

static void
forget (TstVoiceNote *self)
{
  stop_playing (self);
  if (self->said == NULL)
    return;
  g_clear_pointer (&self->said, tst_attachment_unref);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVoiceNote) self = user_data;
  gint64 duration_ms = 0;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tst_recorder_stop_finish (TST_RECORDER (source), result, &duration_ms, &error);

  self->stopping = FALSE;
  self->ours = FALSE;
  /* Its screen was left behind while the last bytes were written: nobody is there to send it. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    {
      g_clear_pointer (&bytes, tst_age_wipe);
      self->state = "empty";
      return;
    }
  if (bytes != NULL)
    {
      self->said = tst_attachment_new (TST_ATTACHMENT_VOICE, bytes, duration_ms);
      set_state (self, "ready");
      if (gtk_widget_get_mapped (self->play))
        gtk_widget_grab_focus (self->play);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  else
    set_state (self, "empty");
}

static void
stop (TstVoiceNote *self)
{
  if (!self->ours || self->stopping)
    return;
  self->stopping = TRUE;
  show (self);
  tst_recorder_stop_async (self->recorder, self->cancellable, on_stopped, g_object_ref (self));
}

static void
on_recorder_state (TstVoiceNote *self)
{
  g_autofree char *state = NULL;

  if (!self->ours || self->stopping)
    return;
  g_object_get (self->recorder, "state", &state, NULL);
  if (g_strcmp0 (state, "full") == 0)
    stop (self);
  else if (g_strcmp0 (state, "missing") == 0 || g_strcmp0 (state, "denied") == 0 || g_strcmp0 (state, "failed") == 0)
    {
      self->ours = FALSE;
      set_state (self, "missing");
    }
  else
    show (self);
}

static void
on_level (TstVoiceNote *self)
{
  double level = 0;

  if (!self->ours)
    return;
  g_object_get (self->recorder, "level", &level, NULL);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->level), level);
  show (self);
}

void
tst_voice_note_toggle (TstVoiceNote *self)
{
  g_return_if_fail (TST_IS_VOICE_NOTE (self));
  if (self->ours)
    {
      stop (self);
      return;
    }
  if (self->recorder == NULL || self->said != NULL)
    return;
  self->ours = TRUE;
  set_state (self, "recording");
  tst_recorder_start (self->recorder, TST_VOICE_LIMIT_MS);
  on_recorder_state (self);
}

void
tst_voice_note_clear (TstVoiceNote *self)
{
  g_return_if_fail (TST_IS_VOICE_NOTE (self));
  forget (self);
  set_state (self, self->recorder != NULL ? "empty" : "missing");
}

void
tst_voice_note_take (TstVoiceNote *self, TstAttachment *said)
{
  g_return_if_fail (TST_IS_VOICE_NOTE (self));
  forget (self);
  self->said = said;
  set_state (self, "ready");
  g_signal_emit (self, signals[CHANGED], 0);
}

TstAttachment *
tst_voice_note_dup (TstVoiceNote *self)
{
  g_return_val_if_fail (TST_IS_VOICE_NOTE (self), NULL);
  return self->said != NULL ? tst_attachment_ref (self->said) : NULL;
}

static void
on_again (TstVoiceNote *self)
{
  tst_voice_note_clear (self);
  gtk_widget_grab_focus (self->button);
}

/* --- the widget --- */

static void
tst_voice_note_unmap (GtkWidget *widget)
{
  stop (TST_VOICE_NOTE (widget));
  stop_playing (TST_VOICE_NOTE (widget));
  GTK_WIDGET_CLASS (tst_voice_note_parent_class)->unmap (widget);
}

static void
tst_voice_note_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstVoiceNoteProperty) id == PROP_STATE)
    g_value_set_string (value, TST_VOICE_NOTE (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_voice_note_dispose (GObject *object)
{
  TstVoiceNote *self = TST_VOICE_NOTE (object);

  g_cancellable_cancel (self->cancellable);
  stop_playing (self);
  if (self->recorder != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->recorder, self);
      if (self->ours)
        tst_recorder_discard (self->recorder);
    }
  self->ours = FALSE;
  g_clear_object (&self->recorder);
  g_clear_pointer (&self->said, tst_attachment_unref);
  G_OBJECT_CLASS (tst_voice_note_parent_class)->dispose (object);
}

static void
tst_voice_note_finalize (GObject *object)
{
  g_clear_object (&TST_VOICE_NOTE (object)->cancellable);
  G_OBJECT_CLASS (tst_voice_note_parent_class)->finalize (object);
}

static void
tst_voice_note_class_init (TstVoiceNoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_voice_note_get_property;
  object_class->dispose = tst_voice_note_dispose;
  object_class->finalize = tst_voice_note_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = tst_voice_note_unmap;
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_VOICE_NOTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_voice_note_init (TstVoiceNote *self)
{
  self->sound_fd = -1;
  self->state = "missing";
  self->cancellable = g_cancellable_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 14);
  self->words = tst_form_text (GTK_WIDGET (self), NULL);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0.5);
  gtk_label_set_justify (GTK_LABEL (self->words), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->words, "sentence");
  gtk_widget_add_css_class (self->words, "numeric");
  self->button = gtk_button_new ();
  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), 56);
  gtk_button_set_child (GTK_BUTTON (self->button), self->icon);
  gtk_widget_add_css_class (self->button, "circular");
  gtk_widget_add_css_class (self->button, "suggested-action");
  gtk_widget_set_size_request (self->button, 120, 120);
  gtk_widget_set_halign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (tst_voice_note_toggle), self);
  gtk_box_append (GTK_BOX (self), self->button);
  self->level = gtk_level_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->level), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Qué tan fuerte se oye"), -1);
  gtk_box_append (GTK_BOX (self), self->level);
  self->row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->play = tst_form_button (_("Escucharla"), NULL);
  g_signal_connect_swapped (self->play, "clicked", G_CALLBACK (on_play), self);
  self->again = tst_form_button (_("Borrarla"), NULL);
  g_signal_connect_swapped (self->again, "clicked", G_CALLBACK (on_again), self);
  gtk_box_append (GTK_BOX (self->row), self->play);
  gtk_box_append (GTK_BOX (self->row), self->again);
  gtk_box_append (GTK_BOX (self), self->row);
  show (self);
}

GtkWidget *
tst_voice_note_new (TstRecorder *recorder)
{
  TstVoiceNote *self = g_object_new (TST_TYPE_VOICE_NOTE, NULL);

  if (recorder != NULL)
    {
      self->recorder = g_object_ref (recorder);
      g_signal_connect_swapped (recorder, "notify::state", G_CALLBACK (on_recorder_state), self);
      g_signal_connect_swapped (recorder, "notify::level", G_CALLBACK (on_level), self);
      set_state (self, "empty");
    }
  return GTK_WIDGET (self);
}
