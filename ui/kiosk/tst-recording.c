/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-recording.h"

#include <glib/gi18n.h>

#define FILM_MS (60 * 1000)
#define VOICE_MS (3 * 60 * 1000)

struct _TstRecording
{
  GtkWidget parent_instance;
  TstSession *session;
  GtkWidget *box, *label, *level;
  TstRecorder *recorder; /* (nullable) the one that runs */
  const char *active;
};

typedef enum
{
  PROP_ACTIVE = 1,
} TstRecordingProperty;

static GParamSpec *properties[PROP_ACTIVE + 1];

enum
{
  RECORDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstRecording, tst_recording, GTK_TYPE_WIDGET)

static TstRecorder *
get_recorder (TstRecording *self, const char *what)
{
  TstCamera *camera = tst_session_get_camera (self->session);

  if (g_str_equal (what, "voice"))
    return tst_session_get_recorder (self->session);
  return camera != NULL ? tst_camera_get_video_recorder (camera) : NULL;
}

static void
set_active (TstRecording *self, const char *active)
{
  self->active = active;
  gtk_widget_set_visible (GTK_WIDGET (self), *active != '\0');
  gtk_widget_set_visible (self->level, g_str_equal (active, "voice"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

static void
on_recorder (TstRecording *self)
{
  g_autofree char *state = NULL;
  g_autofree char *text = NULL;
  gint64 elapsed = 0, limit = 0;
  double level = 0;

  g_object_get (self->recorder, "state", &state, "elapsed-ms", &elapsed, "limit-ms", &limit, "level", &level, NULL);
  text = g_strdup_printf (g_str_equal (self->active, "film") ? _("Grabando video · %d:%02d de %d:%02d") : _("Grabando voz · %d:%02d de %d:%02d"),
                          (int) (elapsed / 60000), (int) (elapsed / 1000 % 60), (int) (limit / 60000), (int) (limit / 1000 % 60));
  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->level), level);
  if (g_str_equal (state, "full"))
    tst_recording_finish (self);
  else if (g_str_equal (state, "missing") || g_str_equal (state, "denied") || g_str_equal (state, "failed"))
    {
      g_signal_handlers_disconnect_by_data (self->recorder, self);
      g_clear_object (&self->recorder);
      set_active (self, "");
      tst_session_toast (self->session, g_str_equal (state, "missing") ? _("No hay micrófono. Conecte uno y vuelva a intentar.")
                                        : g_str_equal (state, "denied") ? _("No hay permiso para usar el micrófono. Permítalo en los ajustes del equipo.")
                                                                        : _("La grabación se interrumpió. Grabe de nuevo."));
    }
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstRecording) self = user_data; /* what was recorded is saved even when nobody looks any more */
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  gint64 duration_ms = 0;
  g_autoptr (GBytes) bytes = tst_recorder_stop_finish (TST_RECORDER (source), result, &duration_ms, &error);

  g_object_get (source, "content-type", &type, NULL);
  if (bytes != NULL)
    g_signal_emit (self, signals[RECORDED], 0, type, bytes, duration_ms);
  else
    tst_session_toast (self->session, _("No quedó nada grabado. Grabe de nuevo."));
}

gboolean
tst_recording_can (TstRecording *self, const char *what)
{
  g_return_val_if_fail (TST_IS_RECORDING (self), FALSE);
  return get_recorder (self, what) != NULL;
}

const char *
tst_recording_get_active (TstRecording *self)
{
  g_return_val_if_fail (TST_IS_RECORDING (self), "");
  return self->active;
}

void
tst_recording_toggle (TstRecording *self, const char *what)
{
  TstRecorder *recorder;

  g_return_if_fail (TST_IS_RECORDING (self));
  if (g_str_equal (self->active, what))
    {
      tst_recording_finish (self);
      return;
    }
  recorder = get_recorder (self, what);
  if (*self->active != '\0' || recorder == NULL)
    return;
  self->recorder = g_object_ref (recorder);
  set_active (self, g_str_equal (what, "film") ? "film" : "voice");
  g_signal_connect_swapped (recorder, "notify", G_CALLBACK (on_recorder), self);
  tst_recorder_start (recorder, g_str_equal (what, "film") ? FILM_MS : VOICE_MS);
}

void
tst_recording_finish (TstRecording *self)
{
  g_autoptr (TstRecorder) recorder = NULL;

  g_return_if_fail (TST_IS_RECORDING (self));
  if (self->recorder == NULL)
    return;
  recorder = g_steal_pointer (&self->recorder);
  g_signal_handlers_disconnect_by_data (recorder, self);
  set_active (self, "");
  tst_recorder_stop_async (recorder, NULL, on_stopped, g_object_ref (self));
}

static void
tst_recording_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstRecordingProperty) id == PROP_ACTIVE)
    g_value_set_string (value, TST_RECORDING (object)->active);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_recording_dispose (GObject *object)
{
  TstRecording *self = TST_RECORDING (object);

  if (self->recorder != NULL)
    g_signal_handlers_disconnect_by_data (self->recorder, self);
  g_clear_object (&self->recorder);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_recording_parent_class)->dispose (object);
}

static void
tst_recording_class_init (TstRecordingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_recording_get_property;
  object_class->dispose = tst_recording_dispose;
  properties[PROP_ACTIVE] = g_param_spec_string ("active", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[RECORDED] = g_signal_new ("recorded", TST_TYPE_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_BYTES,
                                    G_TYPE_INT64);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
tst_recording_init (TstRecording *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->active = "";
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), gtk_image_new_from_icon_name ("media-record-symbolic"));
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_box_append (GTK_BOX (line), self->label);
  gtk_widget_add_css_class (line, "recording");
  gtk_box_append (GTK_BOX (self->box), line);
  self->level = gtk_level_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->level), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Volumen de la voz"), -1);
  gtk_box_append (GTK_BOX (self->box), self->level);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_recording_new (TstSession *session)
{
  TstRecording *self = g_object_new (TST_TYPE_RECORDING, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
