/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-gst-camera.h"

#include "base/tst-error.h"
#include "base/tst-hand-over.h"
#include "hardware/tst-camera-portal.h"
#include "hardware/tst-camera-source.h"
#include "hardware/tst-gst-recorder.h"
#include "hardware/tst-gst.h"
#include "hardware/tst-preview-tap.h"
#include "hardware/tst-still-queue.h"

#include <gst/gst.h>
#include <unistd.h>

#define RETRY_S 2
/* Longer than any camera takes between two frames, or to open. */
#define SILENCE_US (4 * G_USEC_PER_SEC)
#define OPENING_US (10 * G_USEC_PER_SEC)
#define PREVIEW_SIDE 1280
#define SOURCE "source"

struct _TstGstCamera
{
  GObject parent_instance;
  char *spec, *state, *device, *resolution;
  guint starts;
  TstCameraDevices *devices; /* (nullable) only where there is a choice */
  GArray *modes;             /* (nullable) of TstCameraMode: what a camera that was named was seen to offer */
  TstGstWorker *worker;
  GstElement *pipeline;      /* (nullable) */
  guint bus_watch, retry, watchdog;
  gint64 opened_us;
  GCancellable *portal;      /* (nullable) the person is being asked */
  int portal_fd;             /* −1: none */
  char *device_name;         /* (nullable) of the one that runs */
  char *video;               /* (nullable) its V4L2 device file */
  TstGstRecorder *film;
  TstPreviewTap *preview;
  TstStillQueue *stills;
  TstTorch *torch;
  guint64 shown;
  int frames_in;             /* atomic: what the camera gave since the start */
};

typedef enum
{
  PROP_STATE = 1,
  PROP_DEVICE,
  PROP_RESOLUTION,
  PROP_TORCH_AVAILABLE,
  PROP_TORCH,
  PROP_GRAY_WANTED,
  PROP_FRAMES_SHOWN,
  PROP_FRAMES_DROPPED,
} TstGstCameraProperty;

static void camera_iface_init (TstCameraInterface *iface);
static void open_pipeline (TstGstCamera *self);
static void restart (TstGstCamera *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstGstCamera, tst_gst_camera, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_CAMERA, camera_iface_init))

static void
set_state (TstGstCamera *self, const char *state)
{
  if (g_strcmp0 (self->state, state) == 0)
    return;
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify (G_OBJECT (self), "state");
}

/* --- frames --- */

/* A camera that was named tells its sizes only once it is open. */
static void
learn_modes (TstGstCamera *self)
{
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstCaps) caps = NULL;

  if (self->devices != NULL || self->modes != NULL)
    return;
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), SOURCE);
  pad = source != NULL ? gst_element_get_static_pad (source, "src") : NULL;
  caps = pad != NULL ? gst_pad_query_caps (pad, NULL) : NULL;
  self->modes = tst_camera_modes (caps);
  if (self->modes->len == 0)
    return;
  g_signal_emit_by_name (self, "devices-changed");
  for (guint i = 0; i < self->modes->len; i++)
    {
      const TstCameraMode *mode = &g_array_index (self->modes, TstCameraMode, i);
      g_autofree char *text = g_strdup_printf ("%ux%u", mode->width, mode->height);

      /* What was wanted before it was known is asked for now. */
      if (g_str_equal (text, self->resolution))
        {
          restart (self);
          return;
        }
    }
}

static void
show_frame (GObject *owner, const TstPreviewFrame *frame)
{
  TstGstCamera *self = TST_GST_CAMERA (owner);

  if (self->pipeline == NULL)
    return;
  if (!g_str_equal (self->state, "live"))
    {
      set_state (self, "live");
      tst_torch_look (self->torch, self->video);
      learn_modes (self);
      if (!g_str_equal (self->state, "live"))
        return;
    }
  self->shown++;
  g_signal_emit_by_name (self, "frame", frame->pixels, frame->width, frame->height, frame->stride);
  if (frame->gray != NULL && tst_preview_tap_get_gray (self->preview))
    g_signal_emit_by_name (self, "gray-frame", frame->gray, frame->width, frame->height, frame->width);
}

static GstPadProbeReturn
count_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc (&TST_GST_CAMERA (user_data)->frames_in);
  return GST_PAD_PROBE_OK;
}

/* --- the pipeline --- */

static void
end_pipeline (TstGstCamera *self)
{
  tst_preview_tap_turn_over (self->preview);
  tst_torch_forget (self->torch);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline != NULL)
    tst_gst_worker_end (self->worker, g_steal_pointer (&self->pipeline), tst_unref_on_main, g_object_ref (self));
  tst_still_queue_fail (self->stills);
}

static gboolean
on_retry (gpointer user_data)
{
  TstGstCamera *self = user_data;

  self->retry = 0;
  if (self->starts > 0 && self->pipeline == NULL)
    open_pipeline (self);
  return G_SOURCE_REMOVE;
}

static void
trouble (TstGstCamera *self, const char *state)
{
  end_pipeline (self);
  set_state (self, state);
  g_clear_handle_id (&self->retry, g_source_remove);
  if (!g_str_equal (state, "denied"))
    self->retry = g_timeout_add_seconds (RETRY_S, on_retry, self);
}

/* One that was seen working did not go missing: it was taken away. */
static const char *
after (TstGstCamera *self, const char *state)
{
  gboolean worked = g_str_equal (self->state, "live") || g_str_equal (self->state, "lost");

  return worked && g_str_equal (state, "missing") ? "lost" : state;
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  TstGstCamera *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  switch ((guint) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      g_debug ("camera: %s (%s)", error->message, debug);
      self->bus_watch = 0;
      trouble (self, after (self, tst_gst_trouble (error, debug)));
      return G_SOURCE_REMOVE;
    case GST_MESSAGE_EOS:
      self->bus_watch = 0;
      trouble (self, "lost");
      return G_SOURCE_REMOVE;
    default:
      return G_SOURCE_CONTINUE;
    }
}

static gboolean
on_watchdog (gpointer user_data)
{
  TstGstCamera *self = user_data;
  gint64 now = g_get_monotonic_time (), last;

  if (self->pipeline == NULL)
    return G_SOURCE_CONTINUE;
  last = tst_still_queue_get_last_frame (self->stills);
  if (last == 0 ? now - self->opened_us > OPENING_US : now - last > SILENCE_US)
    trouble (self, last == 0 ? after (self, "missing") : "lost");
  return G_SOURCE_CONTINUE;
}

/* The pipeline is ended, and its threads with it, before what takes its frames goes: end_pipeline(). */
static void
attach (TstGstCamera *self)
{
  g_autoptr (GstElement) preview = gst_bin_get_by_name (GST_BIN (self->pipeline), "preview");
  g_autoptr (GstElement) still = gst_bin_get_by_name (GST_BIN (self->pipeline), "still");

  tst_preview_tap_attach (self->preview, preview);
  tst_still_queue_attach (self->stills, still);
}

static gboolean
make_source (TstGstCamera *self, TstCameraSource *source)
{
  if (self->devices != NULL)
    return tst_camera_source_from_devices (source, self->devices, self->device, self->resolution);
  return tst_camera_source_from_spec (source, self->spec, self->modes, self->resolution, self->portal_fd);
}

static void
play (TstGstCamera *self)
{
  g_autoptr (GstElement) tee = NULL;
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (TstCameraSource) source = { 0 };

  if (!make_source (self, &source))
    {
      trouble (self, after (self, "missing"));
      return;
    }
  g_free (self->device_name);
  self->device_name = g_steal_pointer (&source.name);
  g_free (self->video);
  self->video = g_steal_pointer (&source.video);
  text = g_strdup_printf (
    "tee name=t t. ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! %s videoscale method=bilinear add-borders=false !"
    " videoconvert ! video/x-raw,format=RGBA,width=[16,%d],height=[16,%d],pixel-aspect-ratio=1/1 !"
    " appsink name=preview sync=false max-buffers=1 drop=true"
    " t. ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! appsink name=still sync=false max-buffers=1 drop=true",
    source.jpeg ? "jpegdec !" : "", PREVIEW_SIDE, PREVIEW_SIDE);
  self->pipeline = gst_parse_launch (text, &error);
  if (self->pipeline == NULL)
    {
      g_debug ("camera: %s", error->message);
      trouble (self, "missing");
      return;
    }
  element = gst_object_ref_sink (g_steal_pointer (&source.element));
  gst_object_set_name (GST_OBJECT (element), SOURCE);
  tee = gst_bin_get_by_name (GST_BIN (self->pipeline), "t");
  gst_bin_add (GST_BIN (self->pipeline), element);
  if (!(source.caps != NULL ? gst_element_link_filtered (element, tee, source.caps) : gst_element_link (element, tee)))
    {
      trouble (self, "missing");
      return;
    }
  attach (self);
  pad = gst_element_get_static_pad (tee, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_frame, self, NULL);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  self->opened_us = g_get_monotonic_time ();
  if (self->watchdog == 0)
    self->watchdog = g_timeout_add (500, on_watchdog, self);
  tst_gst_worker_play (self->worker, self->pipeline);
}

static void
on_portal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstGstCamera) self = user_data;
  g_autoptr (GError) error = NULL;
  int fd = tst_camera_portal_open_finish (result, &error);
  gboolean asked = self->portal != NULL && !g_cancellable_is_cancelled (self->portal);

  g_clear_object (&self->portal);
  if (fd >= 0 && (!asked || self->starts == 0 || self->pipeline != NULL))
    {
      close (fd);
      return;
    }
  if (!asked || self->starts == 0)
    return;
  if (fd < 0)
    {
      trouble (self, g_error_matches (error, TST_ERROR, TST_ERROR_REFUSED) ? "denied" : after (self, "missing"));
      return;
    }
  if (self->portal_fd >= 0)
    close (self->portal_fd);
  self->portal_fd = fd;
  play (self);
}

static void
open_pipeline (TstGstCamera *self)
{
  if (!tst_gst_init ())
    {
      trouble (self, "missing");
      return;
    }
  if (g_str_equal (self->state, "off") || g_str_equal (self->state, "denied"))
    set_state (self, "starting");
  if (g_str_equal (self->spec, "portal"))
    {
      if (self->portal == NULL)
        {
          self->portal = g_cancellable_new ();
          tst_camera_portal_open_async (self->portal, on_portal, g_object_ref (self));
        }
      return;
    }
  if (self->devices != NULL && !tst_camera_devices_get_known (self->devices))
    return; /* on_devices() goes on */
  play (self);
}

static void
on_devices (TstGstCamera *self)
{
  g_signal_emit_by_name (self, "devices-changed");
  if (self->starts > 0 && self->pipeline == NULL && !g_str_equal (self->state, "denied"))
    {
      g_clear_handle_id (&self->retry, g_source_remove);
      open_pipeline (self);
    }
}

static void
restart (TstGstCamera *self)
{
  if (self->starts == 0)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  end_pipeline (self);
  set_state (self, "starting");
  open_pipeline (self);
}

/* --- the interface --- */

static void
camera_start (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);
  gboolean first = self->starts++ == 0;

  if (first)
    {
      self->shown = 0;
      g_atomic_int_set (&self->frames_in, 0);
    }
  if (first || g_str_equal (self->state, "denied"))
    {
      if (g_str_equal (self->spec, "auto") && self->devices == NULL && tst_gst_init ())
        {
          self->devices = tst_camera_devices_new ();
          g_signal_connect_swapped (self->devices, "changed", G_CALLBACK (on_devices), self);
        }
      open_pipeline (self);
    }
}

static void
camera_stop (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);

  g_return_if_fail (self->starts > 0);
  if (--self->starts > 0)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->watchdog, g_source_remove);
  if (self->portal != NULL)
    g_cancellable_cancel (self->portal);
  tst_recorder_discard (TST_RECORDER (self->film));
  end_pipeline (self);
  set_state (self, "off");
}

static GPtrArray *
camera_list_devices (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);
  GPtrArray *list;

  if (self->devices != NULL)
    return tst_camera_devices_list (self->devices);
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_camera_device_free);
  if (self->modes != NULL && self->modes->len > 0)
    {
      TstCameraDevice *device = g_new0 (TstCameraDevice, 1);

      device->id = g_strdup ("");
      device->name = g_strdup ("");
      device->resolutions = tst_camera_sizes (self->modes);
      g_ptr_array_add (list, device);
    }
  return list;
}

static void
camera_capture_async (TstCamera *camera, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->pipeline == NULL || !g_str_equal (self->state, "live"))
    {
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_WRONG_STATE, "The camera shows nothing yet. Wait for the picture.");
      g_object_unref (task);
      return;
    }
  tst_still_queue_ask (self->stills, task, self->device_name);
}

static GBytes *
camera_capture_finish (TstCamera *camera, GAsyncResult *result, JsonObject **facts, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? tst_still_queue_take (G_TASK (result), facts) : NULL;
}

static TstRecorder *
camera_get_video_recorder (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);

  return TST_RECORDER (self->film);
}

static void
camera_iface_init (TstCameraInterface *iface)
{
  iface->start = camera_start;
  iface->stop = camera_stop;
  iface->list_devices = camera_list_devices;
  iface->capture_async = camera_capture_async;
  iface->capture_finish = camera_capture_finish;
  iface->get_video_recorder = camera_get_video_recorder;
}

/* --- the object --- */

static void
tst_gst_camera_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstGstCamera *self = TST_GST_CAMERA (object);

  switch ((TstGstCameraProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;
    case PROP_RESOLUTION:
      g_value_set_string (value, self->resolution);
      break;
    case PROP_TORCH_AVAILABLE:
      g_object_get_property (G_OBJECT (self->torch), "available", value);
      break;
    case PROP_TORCH:
      g_object_get_property (G_OBJECT (self->torch), "lit", value);
      break;
    case PROP_GRAY_WANTED:
      g_value_set_boolean (value, tst_preview_tap_get_gray (self->preview));
      break;
    case PROP_FRAMES_SHOWN:
      g_value_set_uint64 (value, self->shown);
      break;
    case PROP_FRAMES_DROPPED:
      g_value_set_uint64 (value, MAX (0, g_atomic_int_get (&self->frames_in) - (gint64) self->shown));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_gst_camera_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstGstCamera *self = TST_GST_CAMERA (object);
  char **text = id == PROP_DEVICE ? &self->device : &self->resolution;

  switch ((TstGstCameraProperty) id)
    {
    case PROP_DEVICE:
    case PROP_RESOLUTION:
      if (g_strcmp0 (*text, g_value_get_string (value)) == 0)
        return;
      g_free (*text);
      *text = g_value_get_string (value) != NULL ? g_value_dup_string (value) : g_strdup ("");
      g_object_notify (object, pspec->name);
      restart (self);
      break;
    case PROP_TORCH:
      tst_torch_light (self->torch, g_value_get_boolean (value));
      break;
    case PROP_GRAY_WANTED:
      tst_preview_tap_set_gray (self->preview, g_value_get_boolean (value));
      g_object_notify (object, pspec->name);
      break;
    case PROP_STATE:
    case PROP_TORCH_AVAILABLE:
    case PROP_FRAMES_SHOWN:
    case PROP_FRAMES_DROPPED:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_gst_camera_dispose (GObject *object)
{
  TstGstCamera *self = TST_GST_CAMERA (object);

  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->watchdog, g_source_remove);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  /* Only when nobody stopped it: its threads must be gone before the camera is. */
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  tst_still_queue_fail (self->stills);
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_object (&self->devices);
  if (self->torch != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->torch, self);
      tst_torch_forget (self->torch);
    }
  g_clear_object (&self->torch);
  G_OBJECT_CLASS (tst_gst_camera_parent_class)->dispose (object);
}

static void
tst_gst_camera_finalize (GObject *object)
{
  TstGstCamera *self = TST_GST_CAMERA (object);

  if (self->portal_fd >= 0)
    close (self->portal_fd);
  tst_gst_worker_free (self->worker);
  tst_still_queue_free (self->stills);
  tst_preview_tap_free (self->preview);
  g_clear_object (&self->film);
  g_clear_pointer (&self->modes, g_array_unref);
  g_free (self->spec);
  g_free (self->state);
  g_free (self->device);
  g_free (self->resolution);
  g_free (self->device_name);
  g_free (self->video);
  G_OBJECT_CLASS (tst_gst_camera_parent_class)->finalize (object);
}

static void
tst_gst_camera_class_init (TstGstCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_gst_camera_get_property;
  object_class->set_property = tst_gst_camera_set_property;
  object_class->dispose = tst_gst_camera_dispose;
  object_class->finalize = tst_gst_camera_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_DEVICE, "device");
  g_object_class_override_property (object_class, PROP_RESOLUTION, "resolution");
  g_object_class_override_property (object_class, PROP_TORCH_AVAILABLE, "torch-available");
  g_object_class_override_property (object_class, PROP_TORCH, "torch");
  g_object_class_override_property (object_class, PROP_GRAY_WANTED, "gray-wanted");
  g_object_class_override_property (object_class, PROP_FRAMES_SHOWN, "frames-shown");
  g_object_class_override_property (object_class, PROP_FRAMES_DROPPED, "frames-dropped");
}

static void
tst_gst_camera_init (TstGstCamera *self)
{
  self->portal_fd = -1;
  self->state = g_strdup ("off");
  self->device = g_strdup ("");
  self->resolution = g_strdup ("");
  self->worker = tst_gst_worker_new ();
  self->stills = tst_still_queue_new ();
  self->film = tst_gst_recorder_new_video ();
  self->preview = tst_preview_tap_new (G_OBJECT (self), self->film, show_frame);
}

TstGstCamera *
tst_gst_camera_new (const char *spec)
{
  TstGstCamera *self = g_object_new (TST_TYPE_GST_CAMERA, NULL);
  gboolean choose = spec == NULL || *spec == '\0' || g_str_equal (spec, "auto");

  tst_gst_camera_set_torch (self, tst_torch_new (NULL, NULL));
  self->spec = g_strdup (!choose ? spec : g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "portal" : "auto");
  return self;
}

void
tst_gst_camera_set_microphone (TstGstCamera *self, const char *source)
{
  tst_gst_recorder_set_source (self->film, source);
}

static void
on_torch_available (TstGstCamera *self)
{
  g_object_notify (G_OBJECT (self), "torch-available");
}

static void
on_torch_lit (TstGstCamera *self)
{
  g_object_notify (G_OBJECT (self), "torch");
}

void
tst_gst_camera_set_torch (TstGstCamera *self, TstTorch *torch)
{
  g_return_if_fail (TST_IS_GST_CAMERA (self) && self->starts == 0);
  g_clear_object (&self->torch);
  self->torch = torch;
  g_signal_connect_object (torch, "notify::available", G_CALLBACK (on_torch_available), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (torch, "notify::lit", G_CALLBACK (on_torch_lit), self, G_CONNECT_SWAPPED);
}
