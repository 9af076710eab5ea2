/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-shutter.h"

#include <glib/gi18n.h>

/* Held down, the shutter takes some five a second. */
#define BURST_MS 200

struct _TstCameraShutter
{
  GtkWidget parent_instance;
  GtkWidget *voice, *shutter, *film;
  GtkMediaStream *click; /* (nullable): from the first on */
  char *active;
  guint burst;
};

typedef enum
{
  PROP_ACTIVE = 1,
  PROP_CLICK,
} TstCameraShutterProperty;

static GParamSpec *properties[PROP_CLICK + 1];

G_DEFINE_FINAL_TYPE (TstCameraShutter, tst_camera_shutter, GTK_TYPE_WIDGET)

static gboolean
on_burst (gpointer user_data)
{
  gtk_widget_activate_action (user_data, "camera.shoot", NULL);
  return G_SOURCE_CONTINUE;
}

static void
on_long_press (TstCameraShutter *self)
{
  if (self->burst == 0)
    self->burst = g_timeout_add (BURST_MS, on_burst, self);
}

void
tst_camera_shutter_release (TstCameraShutter *self)
{
  g_return_if_fail (TST_IS_CAMERA_SHUTTER (self));
  g_clear_handle_id (&self->burst, g_source_remove);
}

void
tst_camera_shutter_click (TstCameraShutter *self)
{
  g_return_if_fail (TST_IS_CAMERA_SHUTTER (self));
  if (self->click == NULL)
    self->click = gtk_media_file_new_for_resource ("/co/testigo/Testigo/shutter.wav");
  if (gtk_media_stream_get_error (self->click) != NULL)
    gdk_display_beep (gtk_widget_get_display (GTK_WIDGET (self)));
  else
    gtk_media_stream_play (self->click);
}

static void
name (GtkWidget *button, gboolean on, const char *icon, const char *begin, const char *end)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), on ? "media-playback-stop-symbolic" : icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, on ? end : begin, -1);
  gtk_widget_set_tooltip_text (button, on ? end : begin);
}

static void
show (TstCameraShutter *self)
{
  name (self->film, g_str_equal (self->active, "film"), "camera-video-symbolic", _("Grabar video"), _("Terminar el video"));
  name (self->voice, g_str_equal (self->active, "voice"), "audio-input-microphone-symbolic", _("Grabar nota de voz"), _("Terminar la nota de voz"));
}

static gboolean
tst_camera_shutter_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (TST_CAMERA_SHUTTER (widget)->shutter);
}

static void
tst_camera_shutter_unmap (GtkWidget *widget)
{
  tst_camera_shutter_release (TST_CAMERA_SHUTTER (widget));
  GTK_WIDGET_CLASS (tst_camera_shutter_parent_class)->unmap (widget);
}

static void
tst_camera_shutter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstCameraShutterProperty) id)
    {
    case PROP_ACTIVE:
      g_value_set_string (value, TST_CAMERA_SHUTTER (object)->active);
      break;
    case PROP_CLICK:
      g_value_set_object (value, TST_CAMERA_SHUTTER (object)->click);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_camera_shutter_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstCameraShutter *self = TST_CAMERA_SHUTTER (object);
  const char *active;

  switch ((TstCameraShutterProperty) id)
    {
    case PROP_ACTIVE:
      active = g_value_get_string (value) != NULL ? g_value_get_string (value) : "";
      if (g_str_equal (self->active, active))
        return;
      g_free (self->active);
      self->active = g_strdup (active);
      show (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_CLICK:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_camera_shutter_dispose (GObject *object)
{
  TstCameraShutter *self = TST_CAMERA_SHUTTER (object);

  g_clear_handle_id (&self->burst, g_source_remove);
  g_clear_object (&self->click);
  g_clear_pointer (&self->voice, gtk_widget_unparent);
  g_clear_pointer (&self->shutter, gtk_widget_unparent);
  g_clear_pointer (&self->film, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_camera_shutter_parent_class)->dispose (object);
}

static void
tst_camera_shutter_finalize (GObject *object)
{
  g_free (TST_CAMERA_SHUTTER (object)->active);
  G_OBJECT_CLASS (tst_camera_shutter_parent_class)->finalize (object);
}

static void
tst_camera_shutter_class_init (TstCameraShutterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_camera_shutter_get_property;
  object_class->set_property = tst_camera_shutter_set_property;
  object_class->dispose = tst_camera_shutter_dispose;
  object_class->finalize = tst_camera_shutter_finalize;
  widget_class->grab_focus = tst_camera_shutter_grab_focus;
  widget_class->unmap = tst_camera_shutter_unmap;
  properties[PROP_ACTIVE] = g_param_spec_string ("active", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CLICK] = g_param_spec_object ("click", NULL, NULL, GTK_TYPE_MEDIA_STREAM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
add_button (TstCameraShutter *self, const char *icon, const char *label, const char *action, const char *class)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, class);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

static void
tst_camera_shutter_init (TstCameraShutter *self)
{
  GtkGesture *press = gtk_gesture_long_press_new ();

  self->active = g_strdup ("");
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 28);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  self->voice = add_button (self, "audio-input-microphone-symbolic", _("Grabar nota de voz"), "camera.voice", "round");
  self->shutter = add_button (self, "camera-photo-symbolic", _("Tomar foto"), "camera.shoot", "shutter");
  self->film = add_button (self, "camera-video-symbolic", _("Grabar video"), "camera.film", "round");
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (on_long_press), self);
  g_signal_connect_swapped (press, "end", G_CALLBACK (tst_camera_shutter_release), self);
  g_signal_connect_swapped (press, "cancelled", G_CALLBACK (tst_camera_shutter_release), self);
  gtk_widget_add_controller (self->shutter, GTK_EVENT_CONTROLLER (press));
}

GtkWidget *
tst_camera_shutter_new (gboolean film, gboolean voice)
{
  TstCameraShutter *self = g_object_new (TST_TYPE_CAMERA_SHUTTER, NULL);

  gtk_widget_set_visible (self->film, film);
  gtk_widget_set_visible (self->voice, voice);
  return GTK_WIDGET (self);
}
