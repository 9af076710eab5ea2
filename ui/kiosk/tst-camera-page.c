/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-camera-options.h"
#include "kiosk/tst-camera-place.h"
#include "kiosk/tst-camera-shutter.h"
#include "kiosk/tst-camera-state.h"
#include "kiosk/tst-camera-viewpoint.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-recording.h"
#include "kiosk/tst-shot-strip.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-viewfinder.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

/* A window that was not the active one for this long is not looked at. */
#define AWAY_S 30
/* From here on the number of photos that still fit is said. */
#define FEW 200

struct _TstCameraPage
{
  TstPage parent_instance;
  GtkWidget *viewfinder, *state, *top, *options, *room, *ghost_scale, *strip, *notice, *trouble, *shutter, *recording;
  TstCaptureQueue *queue;
  char *event, *work;
  guint away;
  gboolean mapped, running;
  GtkWidget *window; /* (nullable) watched */
  GCancellable *cancellable;
};

typedef enum
{
  PROP_QUEUE = 1,
  PROP_GHOST,
  PROP_GHOST_OPACITY,
  PROP_CAMERA_STATE,
  PROP_RUNNING,
} TstCameraPageProperty;

static GParamSpec *properties[PROP_RUNNING + 1];

enum
{
  CAPTURED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCameraPage, tst_camera_page, TST_TYPE_PAGE)

static TstSession *
get_session (TstCameraPage *self)
{
  return tst_page_get_session (TST_PAGE (self));
}

static TstCamera *
get_camera (TstCameraPage *self)
{
  return tst_session_get_camera (get_session (self));
}

static GSettings *
get_settings (TstCameraPage *self)
{
  return tst_session_get_settings (get_session (self));
}

static char *
dup_camera_state (TstCameraPage *self)
{
  char *state = NULL;

  if (get_camera (self) != NULL)
    g_object_get (get_camera (self), "state", &state, NULL);
  return state != NULL ? state : g_strdup ("missing");
}

/* --- what can be done now --- */

static gboolean
is_recording (TstCameraPage *self)
{
  return *tst_recording_get_active (TST_RECORDING (self->recording)) != '\0';
}

static void
update_buttons (TstCameraPage *self)
{
  g_autofree char *state = dup_camera_state (self);
  gboolean live = g_str_equal (state, "live") && self->running;
  const char *active = tst_recording_get_active (TST_RECORDING (self->recording));
  gboolean filming = g_str_equal (active, "film"), speaking = g_str_equal (active, "voice"), full = FALSE;

  g_object_get (self->queue, "full", &full, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "camera.shoot", live && !full);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "camera.film", filming || (live && !speaking && !full));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "camera.voice", speaking || (!filming && !full));
}

static void
on_load (TstCameraPage *self)
{
  guint waiting = 0, room = 0, limit = 0, failed = 0;
  g_autofree char *text = NULL;

  g_object_get (self->queue, "waiting", &waiting, "room", &room, "limit", &limit, "failed", &failed, NULL);
  if (room == 0 && waiting < limit)
    text = g_strdup (_("No caben más fotos en esta tableta. Libere espacio; lo que ya tomó está guardado."));
  else if (waiting >= limit)
    {
      g_autofree char *number = tst_format_number (waiting, 0);

      text = g_strdup_printf (_("Guardando %s fotos. El disparador vuelve en un momento."), number);
    }
  gtk_label_set_label (GTK_LABEL (self->notice), text != NULL ? text : "");
  gtk_widget_set_visible (self->notice, text != NULL);
  gtk_widget_set_visible (self->trouble, failed > 0);
  g_clear_pointer (&text, g_free);
  if (room < FEW)
    {
      g_autofree char *number = tst_format_number (room, 0);

      text = g_strdup_printf (ngettext ("Cabe %s foto más", "Caben %s fotos más", room), number);
    }
  gtk_label_set_label (GTK_LABEL (self->room), text != NULL ? text : "");
  gtk_widget_set_visible (self->room, text != NULL);
  update_buttons (self);
}

static void
show_state (TstCameraPage *self)
{
  g_autofree char *state = dup_camera_state (self);

  tst_camera_state_set (TST_CAMERA_STATE (self->state), self->running ? state : "paused");
  if (!g_str_equal (state, "live"))
    tst_viewfinder_clear (TST_VIEWFINDER (self->viewfinder));
  update_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAMERA_STATE]);
}

/* --- looking or not --- */

static void
set_running (TstCameraPage *self, gboolean running)
{
  TstLocation *location = tst_session_get_location (get_session (self));

  if (self->running == running)
    return;
  self->running = running;
  if (get_camera (self) != NULL)
    (running ? tst_camera_start : tst_camera_stop) (get_camera (self));
  if (location != NULL)
    (running ? tst_location_start : tst_location_stop) (location);
  show_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static gboolean
on_away (gpointer user_data)
{
  TstCameraPage *self = user_data;

  self->away = 0;
  /* Whoever films with the tablet on a tripod looks away on purpose. */
  if (!is_recording (self))
    set_running (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_active (TstCameraPage *self)
{
  gboolean active = self->window != NULL && gtk_window_is_active (GTK_WINDOW (self->window));

  g_clear_handle_id (&self->away, g_source_remove);
  if (active)
    set_running (self, TRUE);
  else if (self->mapped)
    self->away = g_timeout_add_seconds (AWAY_S, on_away, self);
}

static void
tst_camera_page_map (GtkWidget *widget)
{
  TstCameraPage *self = TST_CAMERA_PAGE (widget);

  GTK_WIDGET_CLASS (tst_camera_page_parent_class)->map (widget);
  self->mapped = TRUE;
  self->window = GTK_WIDGET (gtk_widget_get_root (widget));
  g_signal_connect_swapped (self->window, "notify::is-active", G_CALLBACK (on_active), self);
  set_running (self, TRUE);
  gtk_widget_grab_focus (self->shutter);
}

static void
tst_camera_page_unmap (GtkWidget *widget)
{
  TstCameraPage *self = TST_CAMERA_PAGE (widget);

  self->mapped = FALSE;
  g_clear_handle_id (&self->away, g_source_remove);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  self->window = NULL;
  set_running (self, FALSE);
  GTK_WIDGET_CLASS (tst_camera_page_parent_class)->unmap (widget);
}

/* --- taking --- */

static void
on_shoot (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstCameraPage *self = TST_CAMERA_PAGE (widget);
  TstShot *shot = tst_capture_queue_shoot (self->queue, tst_viewfinder_get_frame (TST_VIEWFINDER (self->viewfinder)));

  if (shot == NULL)
    return;
  if (g_settings_get_boolean (get_settings (self), "shutter-flash"))
    tst_viewfinder_flash (TST_VIEWFINDER (self->viewfinder));
  if (g_settings_get_boolean (get_settings (self), "shutter-sound"))
    tst_camera_shutter_click (TST_CAMERA_SHUTTER (self->shutter));
  tst_shot_strip_add (TST_SHOT_STRIP (self->strip), shot);
}

static void
on_saved (TstCameraPage *self, TstShot *shot)
{
  g_signal_emit (self, signals[CAPTURED], 0, tst_shot_get_id (shot));
}

/* --- recording --- */

static void
on_recorded (TstCameraPage *self, const char *type, GBytes *bytes, gint64 duration_ms)
{
  GdkTexture *frame = tst_viewfinder_get_frame (TST_VIEWFINDER (self->viewfinder));
  gboolean film = g_str_has_prefix (type, "video/");

  tst_shot_strip_add (TST_SHOT_STRIP (self->strip),
                      tst_capture_queue_add_recording (self->queue, type, bytes, duration_ms, film ? frame : NULL));
}

static void
on_recording (TstCameraPage *self)
{
  g_object_set (self->shutter, "active", tst_recording_get_active (TST_RECORDING (self->recording)), NULL);
  update_buttons (self);
}

static void
on_film (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_recording_toggle (TST_RECORDING (TST_CAMERA_PAGE (widget)->recording), "film");
}

static void
on_voice (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_recording_toggle (TST_RECORDING (TST_CAMERA_PAGE (widget)->recording), "voice");
}

/* --- other ways --- */

static void
open_files (TstCameraPage *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_photo_import_new (get_session (self), self->event, self->work, NULL)));
}

static void
on_files (GtkWidget *widget, const char *action, GVariant *parameter)
{
  open_files (TST_CAMERA_PAGE (widget));
}

static void
on_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstCameraPage *self = TST_CAMERA_PAGE (widget);

  set_running (self, FALSE);
  set_running (self, TRUE);
}

static void
on_retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_capture_queue_retry (TST_CAMERA_PAGE (widget)->queue);
}

static void
on_forget (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_capture_queue_forget (TST_CAMERA_PAGE (widget)->queue);
}

static void
on_row (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstCameraPage *self = user_data;
  const char *wanted;

  if (rows == NULL || tst_message_is_cancelled (error))
    return;
  wanted = g_object_get_data (G_OBJECT (self), "wanted");
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "id"), wanted) == 0)
      {
        tst_page_push (TST_PAGE (self), TST_PAGE (tst_photo_page_new (get_session (self), rows->pdata[i])));
        return;
      }
}

/* Caption and item of work are added now or later. */
static void
on_activated (TstCameraPage *self, TstShot *shot)
{
  TstFieldBook *book = tst_session_get_book (get_session (self));
  TstQuery query = { .event_id = self->event, .limit = 100 };

  const char *type = tst_shot_get_content_type (shot);

  if (book == NULL)
    return;
  g_object_set_data_full (G_OBJECT (self), "wanted", g_strdup (tst_shot_get_id (shot)), g_free);
  tst_field_book_list_async (book, g_str_has_prefix (type, "video/") ? "videos" : g_str_has_prefix (type, "audio/") ? "audios" : "photos", &query,
                             self->cancellable, on_row, self);
}

/* --- the widget --- */

static gboolean
tst_camera_page_may_leave (TstPage *page)
{
  TstCameraPage *self = TST_CAMERA_PAGE (page);
  guint failed = 0;

  /* What runs is ended and saved; what could not be saved is not left behind without a word. */
  tst_recording_finish (TST_RECORDING (self->recording));
  g_object_get (self->queue, "failed", &failed, NULL);
  return failed == 0;
}

static GtkWidget *
build_top (TstCameraPage *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->options = tst_camera_options_new (get_camera (self));
  gtk_widget_add_css_class (top, "scrim");
  gtk_widget_set_valign (top, GTK_ALIGN_START);
  self->top = tst_wrap_new ();
  self->room = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->room), TRUE);
  gtk_box_append (GTK_BOX (top), self->top);
  gtk_box_append (GTK_BOX (top), tst_camera_options_get_sizes (TST_CAMERA_OPTIONS (self->options)));
  return top;
}

static GtkWidget *
build_bottom (TstCameraPage *self)
{
  GtkWidget *bottom = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *retry, *forget;

  gtk_widget_add_css_class (bottom, "scrim");
  gtk_widget_set_valign (bottom, GTK_ALIGN_END);
  self->trouble = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->trouble, "notice");
  tst_form_text (self->trouble, _("Algo de lo que tomó no se pudo guardar y sigue en la memoria."));
  retry = tst_form_button (_("Volver a guardar"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (retry), "camera.retry");
  gtk_box_append (GTK_BOX (self->trouble), retry);
  forget = tst_form_button (_("Descartar lo que no se guardó"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (forget), "camera.forget");
  gtk_box_append (GTK_BOX (self->trouble), forget);
  gtk_box_append (GTK_BOX (bottom), self->trouble);
  self->notice = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->notice), TRUE);
  gtk_box_append (GTK_BOX (bottom), self->notice);
  self->recording = tst_recording_new (get_session (self));
  g_signal_connect_object (self->recording, "recorded", G_CALLBACK (on_recorded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recording, "notify::active", G_CALLBACK (on_recording), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bottom), self->recording);
  self->strip = tst_shot_strip_new ();
  g_signal_connect_swapped (self->strip, "activated", G_CALLBACK (on_activated), self);
  gtk_box_append (GTK_BOX (bottom), self->strip);

  self->shutter = tst_camera_shutter_new (tst_recording_can (TST_RECORDING (self->recording), "film"),
                                          tst_recording_can (TST_RECORDING (self->recording), "voice"));
  gtk_box_append (GTK_BOX (bottom), self->shutter);
  return bottom;
}

static void
build_ghost (TstCameraPage *self, GtkWidget *overlay)
{
  self->ghost_scale = gtk_scale_new_with_range (GTK_ORIENTATION_VERTICAL, 0, 1, 0.05);
  gtk_range_set_inverted (GTK_RANGE (self->ghost_scale), TRUE);
  gtk_scale_set_draw_value (GTK_SCALE (self->ghost_scale), FALSE);
  gtk_widget_set_size_request (self->ghost_scale, 48, 200);
  gtk_widget_set_halign (self->ghost_scale, GTK_ALIGN_END);
  gtk_widget_set_valign (self->ghost_scale, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->ghost_scale, "scrim");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->ghost_scale), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Cuánto se ve la foto anterior"), -1);
  g_object_bind_property (self->viewfinder, "ghost-opacity", gtk_range_get_adjustment (GTK_RANGE (self->ghost_scale)), "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_widget_set_visible (self->ghost_scale, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->ghost_scale);
}

static void
tst_camera_page_constructed (GObject *object)
{
  TstCameraPage *self = TST_CAMERA_PAGE (object);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *files = gtk_button_new_from_icon_name ("folder-open-symbolic");

  G_OBJECT_CLASS (tst_camera_page_parent_class)->constructed (object);
  gtk_widget_add_css_class (GTK_WIDGET (self), "camera");
  self->viewfinder = tst_viewfinder_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->viewfinder), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lo que ve la cámara"), -1);
  gtk_widget_set_vexpand (self->viewfinder, TRUE);
  gtk_widget_set_hexpand (self->viewfinder, TRUE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->viewfinder);
  self->state = tst_camera_state_new ();
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->state);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), build_top (self));
  build_ghost (self, overlay);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), build_bottom (self));
  adw_bin_set_child (ADW_BIN (self), overlay);
  /* The header bar is not below the page: its actions do not reach there. */
  gtk_widget_add_css_class (files, "large");
  gtk_widget_set_valign (files, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (files, _("Elegir fotos de archivos"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (files), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Elegir fotos de archivos"), -1);
  g_signal_connect_object (files, "clicked", G_CALLBACK (open_files), self, G_CONNECT_SWAPPED);
  tst_page_set_end (TST_PAGE (self), files);

  if (get_camera (self) != NULL)
    {
      tst_viewfinder_set_camera (TST_VIEWFINDER (self->viewfinder), get_camera (self));
      g_signal_connect_object (get_camera (self), "notify::state", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
    }
}

static void
tst_camera_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstCameraPage *self = TST_CAMERA_PAGE (object);

  switch ((TstCameraPageProperty) id)
    {
    case PROP_QUEUE:
      g_value_set_object (value, self->queue);
      break;
    case PROP_GHOST:
      g_object_get_property (G_OBJECT (self->viewfinder), "ghost", value);
      break;
    case PROP_GHOST_OPACITY:
      g_object_get_property (G_OBJECT (self->viewfinder), "ghost-opacity", value);
      break;
    case PROP_CAMERA_STATE:
      g_value_take_string (value, dup_camera_state (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_camera_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstCameraPage *self = TST_CAMERA_PAGE (object);

  if (id == PROP_GHOST)
    tst_camera_page_set_ghost (self, g_value_get_object (value));
  else if (id == PROP_GHOST_OPACITY)
    g_object_set_property (G_OBJECT (self->viewfinder), "ghost-opacity", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_camera_page_dispose (GObject *object)
{
  TstCameraPage *self = TST_CAMERA_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->away, g_source_remove);
  if (self->queue != NULL)
    g_signal_handlers_disconnect_by_data (self->queue, self);
  g_clear_object (&self->queue);
  G_OBJECT_CLASS (tst_camera_page_parent_class)->dispose (object);
}

static void
tst_camera_page_finalize (GObject *object)
{
  TstCameraPage *self = TST_CAMERA_PAGE (object);

  g_free (self->event);
  g_free (self->work);
  G_OBJECT_CLASS (tst_camera_page_parent_class)->finalize (object);
}

static void
tst_camera_page_class_init (TstCameraPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  static const guint keys[] = { GDK_KEY_space, GDK_KEY_AudioRaiseVolume, GDK_KEY_AudioLowerVolume, GDK_KEY_WebCam };

  object_class->constructed = tst_camera_page_constructed;
  object_class->get_property = tst_camera_page_get_property;
  object_class->set_property = tst_camera_page_set_property;
  object_class->dispose = tst_camera_page_dispose;
  object_class->finalize = tst_camera_page_finalize;
  widget_class->map = tst_camera_page_map;
  widget_class->unmap = tst_camera_page_unmap;
  TST_PAGE_CLASS (klass)->may_leave = tst_camera_page_may_leave;
  properties[PROP_QUEUE] = g_param_spec_object ("queue", NULL, NULL, TST_TYPE_CAPTURE_QUEUE, ro);
  properties[PROP_GHOST] = g_param_spec_object ("ghost", NULL, NULL, GDK_TYPE_TEXTURE, ro | G_PARAM_WRITABLE);
  properties[PROP_GHOST_OPACITY] = g_param_spec_double ("ghost-opacity", NULL, NULL, 0, 1, 0.5, ro | G_PARAM_WRITABLE);
  properties[PROP_CAMERA_STATE] = g_param_spec_string ("camera-state", NULL, NULL, "off", ro);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, ro);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CAPTURED] = g_signal_new ("captured", TST_TYPE_CAMERA_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "camera.shoot", NULL, on_shoot);
  gtk_widget_class_install_action (widget_class, "camera.film", NULL, on_film);
  gtk_widget_class_install_action (widget_class, "camera.voice", NULL, on_voice);
  gtk_widget_class_install_action (widget_class, "camera.files", NULL, on_files);
  gtk_widget_class_install_action (widget_class, "camera.again", NULL, on_again);
  gtk_widget_class_install_action (widget_class, "camera.retry", NULL, on_retry);
  gtk_widget_class_install_action (widget_class, "camera.forget", NULL, on_forget);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i], 0, "camera.shoot", NULL);
}

static void
tst_camera_page_init (TstCameraPage *self)
{
  self->cancellable = g_cancellable_new ();
}

void
tst_camera_page_set_target (TstCameraPage *self, const TstCaptureTarget *target)
{
  g_return_if_fail (TST_IS_CAMERA_PAGE (self));
  g_free (self->event);
  self->event = g_strdup (target->event_id);
  g_free (self->work);
  self->work = g_strdup (target->work);
  if (self->queue != NULL)
    tst_capture_queue_set_target (self->queue, target);
}

void
tst_camera_page_set_ghost (TstCameraPage *self, GdkTexture *ghost)
{
  g_return_if_fail (TST_IS_CAMERA_PAGE (self));
  tst_viewfinder_set_ghost (TST_VIEWFINDER (self->viewfinder), ghost);
  gtk_widget_set_visible (self->ghost_scale, ghost != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GHOST]);
}

GtkWidget *
tst_camera_page_new (TstSession *session, const TstCaptureTarget *target)
{
  TstCameraPage *self = g_object_new (TST_TYPE_CAMERA_PAGE, "session", session, "title", _("Cámara"), NULL);

  tst_camera_page_set_target (self, target);
  self->queue = tst_capture_queue_new (session, target);
  g_signal_connect_swapped (self->queue, "notify", G_CALLBACK (on_load), self);
  g_signal_connect_swapped (self->queue, "saved", G_CALLBACK (on_saved), self);
  tst_wrap_append (TST_WRAP (self->top), tst_camera_place_new (session, self->queue, target->work));
  tst_wrap_append (TST_WRAP (self->top), self->room);
  tst_wrap_append (TST_WRAP (self->top), self->options);
  tst_wrap_append (TST_WRAP (self->top), tst_camera_viewpoint_new (self->queue, target));
  on_load (self);
  show_state (self);
  return GTK_WIDGET (self);
}
