/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-recording-player.h"

#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

#define FILM_HEIGHT 240

struct _TstRecordingPlayer
{
  GtkWidget parent_instance;
  GtkWidget *box, *notice, *film, *sound;
  GtkMediaStream *stream;
  gboolean playable;
};

typedef enum
{
  PROP_PLAYABLE = 1,
} TstRecordingPlayerProperty;

static GParamSpec *properties[PROP_PLAYABLE + 1];

G_DEFINE_FINAL_TYPE (TstRecordingPlayer, tst_recording_player, GTK_TYPE_WIDGET)

gboolean
tst_recording_is (JsonObject *row)
{
  return row != NULL && json_object_has_member (row, "duration_ms");
}

gboolean
tst_recording_is_film (JsonObject *row)
{
  const char *type = tst_json_string (row, "type");

  return type != NULL && g_str_has_prefix (type, "video/");
}

char *
tst_recording_title (JsonObject *row)
{
  const gint64 seconds = (tst_json_int (row, "duration_ms", 0) + 500) / 1000;

  return g_strdup_printf ("%s · %d:%02d", tst_recording_is_film (row) ? _("Video") : _("Nota de voz"), (int) (seconds / 60), (int) (seconds % 60));
}

const char *
tst_recording_icon (JsonObject *row)
{
  return tst_recording_is_film (row) ? "camera-video-symbolic" : "audio-input-microphone-symbolic";
}

static void
set_playable (TstRecordingPlayer *self, gboolean playable)
{
  if (playable == self->playable)
    return;
  self->playable = playable;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYABLE]);
}

static void
on_prepared (TstRecordingPlayer *self)
{
  const GError *error = gtk_media_stream_get_error (self->stream);

  if (error != NULL)
    {
      tst_form_notice_set (self->notice, _("Este equipo no puede reproducirlo. El archivo está guardado y se envía igual."), TRUE);
      gtk_widget_set_visible (self->film, FALSE);
      gtk_widget_set_visible (self->sound, FALSE);
    }
  set_playable (self, error == NULL && gtk_media_stream_is_prepared (self->stream));
}

static void
let_go (TstRecordingPlayer *self)
{
  if (self->stream == NULL)
    return;
  gtk_media_stream_pause (self->stream);
  g_signal_handlers_disconnect_by_data (self->stream, self);
  gtk_video_set_media_stream (GTK_VIDEO (self->film), NULL);
  gtk_media_controls_set_media_stream (GTK_MEDIA_CONTROLS (self->sound), NULL);
  g_clear_object (&self->stream);
}

void
tst_recording_player_set (TstRecordingPlayer *self, TstFieldBook *book, JsonObject *row)
{
  const char *hex = row != NULL ? tst_json_string (row, "sha256") : NULL;
  gboolean film = row != NULL && tst_recording_is_film (row);
  g_autofree char *path = NULL;
  TstHash sha256;

  g_return_if_fail (TST_IS_RECORDING_PLAYER (self));
  let_go (self);
  set_playable (self, FALSE);
  tst_form_notice_set (self->notice, NULL, FALSE);
  gtk_widget_set_visible (self->film, film);
  gtk_widget_set_visible (self->sound, row != NULL && !film);
  if (row == NULL)
    return;
  if (book != NULL && hex != NULL && tst_hash_from_hex (hex, &sha256))
    path = tst_media_store_path (tst_field_book_get_media (book), &sha256);
  if (path == NULL || tst_json_bool (row, "freed", FALSE) || g_strcmp0 (tst_json_string (row, "standing"), "erased") == 0)
    {
      tst_form_notice_set (self->notice, _("El archivo ya no está en esta tableta."), TRUE);
      gtk_widget_set_visible (self->film, FALSE);
      gtk_widget_set_visible (self->sound, FALSE);
      return;
    }
  self->stream = gtk_media_file_new_for_filename (path);
  g_signal_connect_object (self->stream, "notify::prepared", G_CALLBACK (on_prepared), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "notify::error", G_CALLBACK (on_prepared), self, G_CONNECT_SWAPPED);
  if (film)
    gtk_video_set_media_stream (GTK_VIDEO (self->film), self->stream);
  else
    gtk_media_controls_set_media_stream (GTK_MEDIA_CONTROLS (self->sound), self->stream);
  on_prepared (self);
}

void
tst_recording_player_pause (TstRecordingPlayer *self)
{
  g_return_if_fail (TST_IS_RECORDING_PLAYER (self));
  if (self->stream != NULL)
    gtk_media_stream_pause (self->stream);
}

gboolean
tst_recording_player_get_playable (TstRecordingPlayer *self)
{
  g_return_val_if_fail (TST_IS_RECORDING_PLAYER (self), FALSE);
  return self->playable;
}

static void
tst_recording_player_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstRecordingPlayerProperty) id)
    {
    case PROP_PLAYABLE:
      g_value_set_boolean (value, TST_RECORDING_PLAYER (object)->playable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_recording_player_dispose (GObject *object)
{
  TstRecordingPlayer *self = TST_RECORDING_PLAYER (object);

  if (self->box != NULL)
    let_go (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_recording_player_parent_class)->dispose (object);
}

static void
tst_recording_player_class_init (TstRecordingPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_recording_player_get_property;
  object_class->dispose = tst_recording_player_dispose;
  properties[PROP_PLAYABLE] = g_param_spec_boolean ("playable", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
tst_recording_player_init (TstRecordingPlayer *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->notice = tst_form_notice_new ();
  self->film = gtk_video_new ();
  gtk_widget_set_size_request (self->film, -1, FILM_HEIGHT);
  gtk_widget_set_vexpand (self->film, TRUE);
  self->sound = gtk_media_controls_new (NULL);
  gtk_widget_set_valign (self->sound, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->film), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reproducir"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sound), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reproducir"), -1);
  gtk_box_append (GTK_BOX (self->box), self->notice);
  gtk_box_append (GTK_BOX (self->box), self->film);
  gtk_box_append (GTK_BOX (self->box), self->sound);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
tst_recording_player_new (void)
{
  return g_object_new (TST_TYPE_RECORDING_PLAYER, NULL);
}
