/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-gst-camera.h"

#include "base/tst-error.h"
#include "hardware/tst-camera-devices.h"
#include "hardware/tst-camera-portal.h"
#include "hardware/tst-gst-recorder.h"
#include "hardware/tst-gst.h"
#include "hardware/tst-still.h"

#include <gst/app/app.h>
#include <gst/video/video.h>
#include <string.h>
#include <unistd.h>

#define RETRY_S 2
/* Longer than any camera takes between two frames, or to open. */
#define SILENCE_US (4 * G_USEC_PER_SEC)
#define OPENING_US (10 * G_USEC_PER_SEC)
/* Codes are looked for ten times a second. */
#define GRAY_EVERY_US (G_USEC_PER_SEC / 10)
#define PREVIEW_SIDE 1280

struct _TstGstCamera
{
  GObject parent_instance;
  char *spec, *state, *device, *resolution;
  guint starts;
  TstCameraDevices *devices; /* (nullable) only where there is a choice */
  TstGstWorker *worker;
  GstElement *pipeline;      /* (nullable) */
  guint bus_watch, retry, watchdog;
  gint64 opened_us;
  GCancellable *portal;      /* (nullable) the person is being asked */
  int portal_fd;             /* −1: none */
  char *device_name;         /* (nullable) of the one that runs */
  TstGstRecorder *video;
  GThreadPool *encoders;     /* one thread: stills end in the order in which they were asked for */
  guint64 shown;

  int pending, gray_wanted;  /* atomic */
  int frames_in;             /* atomic: what the camera gave since the start */
  int generation;            /* atomic: of the pipeline; what an older one still sends is not shown */

  GMutex mutex;              /* guards what follows */
  GQueue requests;           /* of GTask that wait for their frame */
  gint64 last_frame_us, last_gray_us;
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

/* --- frames, from the streaming threads --- */

typedef struct
{
  TstGstCamera *camera;
  GBytes *pixels, *gray; /* each nullable */
  guint width, height, stride;
  int generation;
} Frame;

static void
frame_free (gpointer data)
{
  Frame *frame = data;

  g_clear_pointer (&frame->pixels, g_bytes_unref);
  g_clear_pointer (&frame->gray, g_bytes_unref);
  g_object_unref (frame->camera);
  g_free (frame);
}

static gboolean
show_frame (gpointer data)
{
  Frame *frame = data;
  TstGstCamera *self = frame->camera;

  if (self->pipeline != NULL && frame->generation == g_atomic_int_get (&self->generation))
    {
      set_state (self, "live");
      if (frame->pixels != NULL)
        {
          self->shown++;
          g_signal_emit_by_name (self, "frame", frame->pixels, frame->width, frame->height, frame->stride);
        }
      if (frame->gray != NULL && g_atomic_int_get (&self->gray_wanted))
        g_signal_emit_by_name (self, "gray-frame", frame->gray, frame->width, frame->height, frame->width);
    }
  g_atomic_int_set (&self->pending, FALSE);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  GstSample *sample;
  GstVideoFrame frame;
} Mapped;

static void
unmap (gpointer data)
{
  Mapped *mapped = data;

  gst_video_frame_unmap (&mapped->frame);
  gst_sample_unref (mapped->sample);
  g_free (mapped);
}

static GBytes *
make_gray (const GstVideoFrame *frame)
{
  const guint width = GST_VIDEO_FRAME_WIDTH (frame), height = GST_VIDEO_FRAME_HEIGHT (frame);
  guint8 *gray = g_malloc ((gsize) width * height);

  for (guint y = 0; y < height; y++)
    {
      const guint8 *in = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
      guint8 *out = gray + (gsize) y * width;

      for (guint x = 0; x < width; x++, in += 4)
        out[x] = (in[0] * 77 + in[1] * 150 + in[2] * 29) >> 8;
    }
  return g_bytes_new_take (gray, (gsize) width * height);
}

static GstFlowReturn
on_preview (GstAppSink *sink, gpointer user_data)
{
  TstGstCamera *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  const gint64 now = g_get_monotonic_time ();
  GstVideoInfo info;
  Mapped *mapped;
  Frame *frame;
  gboolean gray;

  if (sample == NULL)
    return GST_FLOW_OK;
  tst_gst_recorder_push_frame (self->video, sample);
  g_mutex_lock (&self->mutex);
  gray = g_atomic_int_get (&self->gray_wanted) && now - self->last_gray_us >= GRAY_EVERY_US;
  if (gray)
    self->last_gray_us = now;
  g_mutex_unlock (&self->mutex);
  mapped = g_new0 (Mapped, 1);
  /* One frame waits for the screen, no more: a picture that is late is no use to anybody. */
  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !g_atomic_int_compare_and_exchange (&self->pending, FALSE, TRUE))
    {
      g_free (mapped);
      gst_sample_unref (sample);
      return GST_FLOW_OK;
    }
  if (!gst_video_frame_map (&mapped->frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    {
      g_atomic_int_set (&self->pending, FALSE);
      g_free (mapped);
      gst_sample_unref (sample);
      return GST_FLOW_OK;
    }
  mapped->sample = sample;
  frame = g_new0 (Frame, 1);
  frame->camera = g_object_ref (self);
  frame->width = info.width;
  frame->height = info.height;
  frame->stride = GST_VIDEO_FRAME_PLANE_STRIDE (&mapped->frame, 0);
  frame->generation = g_atomic_int_get (&self->generation);
  if (gray)
    frame->gray = make_gray (&mapped->frame);
  frame->pixels = g_bytes_new_with_free_func (GST_VIDEO_FRAME_PLANE_DATA (&mapped->frame, 0), (gsize) frame->stride * info.height, unmap, mapped);
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, show_frame, frame, frame_free);
  return GST_FLOW_OK;
}

/* A still on its way through the encoder. */
typedef struct
{
  GstSample *sample;
  gint64 mono_us;
  GBytes *jpeg;
  JsonObject *facts;
} Still;

static void
still_free (gpointer data)
{
  Still *still = data;

  g_clear_pointer (&still->sample, gst_sample_unref);
  g_clear_pointer (&still->jpeg, g_bytes_unref);
  g_clear_pointer (&still->facts, json_object_unref);
  g_free (still);
}

static GstFlowReturn
on_still_frame (GstAppSink *sink, gpointer user_data)
{
  TstGstCamera *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  GTask *task;

  if (sample == NULL)
    return GST_FLOW_OK;
  g_mutex_lock (&self->mutex);
  self->last_frame_us = g_get_monotonic_time ();
  task = g_queue_pop_head (&self->requests);
  g_mutex_unlock (&self->mutex);
  if (task != NULL)
    {
      Still *still = g_task_get_task_data (task);

      still->mono_us = tst_gst_boottime_us ();
      still->sample = sample;
      g_thread_pool_push (self->encoders, task, NULL);
    }
  else
    gst_sample_unref (sample);
  return GST_FLOW_OK;
}

static void
encode_still (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Still *still = g_task_get_task_data (task);
  GError *error = NULL;
  guint width = 0, height = 0;
  gboolean own = FALSE;

  still->jpeg = tst_still_from_sample (still->sample, &width, &height, &own, &error);
  g_clear_pointer (&still->sample, gst_sample_unref);
  if (still->jpeg == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  json_object_set_int_member (still->facts, "width", width);
  json_object_set_int_member (still->facts, "height", height);
  json_object_set_int_member (still->facts, "mono_us", still->mono_us);
  json_object_set_string_member (still->facts, "encoder", own ? "camera" : "testigo");
  g_task_return_boolean (task, TRUE);
}

static void
fail_requests (TstGstCamera *self)
{
  while (TRUE)
    {
      g_autoptr (GTask) task = NULL;

      g_mutex_lock (&self->mutex);
      task = g_queue_pop_head (&self->requests);
      g_mutex_unlock (&self->mutex);
      if (task == NULL)
        return;
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_IO, "The camera went away before the picture was taken. Take it again.");
    }
}

static GstPadProbeReturn
count_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc (&TST_GST_CAMERA (user_data)->frames_in);
  return GST_PAD_PROBE_OK;
}

/* --- the pipeline --- */

static gboolean
unref_here (gpointer data)
{
  g_object_unref (data);
  return G_SOURCE_REMOVE;
}

/* The worker must not drop the last reference: it would wait for itself. */
static void
unref_on_main (gpointer data)
{
  g_idle_add (unref_here, data);
}

static void
end_pipeline (TstGstCamera *self)
{
  g_atomic_int_inc (&self->generation);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline != NULL)
    tst_gst_worker_end (self->worker, g_steal_pointer (&self->pipeline), unref_on_main, g_object_ref (self));
  fail_requests (self);
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
  g_mutex_lock (&self->mutex);
  last = self->last_frame_us;
  g_mutex_unlock (&self->mutex);
  if (last == 0 ? now - self->opened_us > OPENING_US : now - last > SILENCE_US)
    trouble (self, last == 0 ? after (self, "missing") : "lost");
  return G_SOURCE_CONTINUE;
}

/* Whatever plays back faster than a clock is no camera. */
static void
make_live (const GValue *value, gpointer user_data)
{
  GObject *element = g_value_get_object (value);

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "is-live") != NULL
      && g_str_has_prefix (G_OBJECT_TYPE_NAME (element), "GstVideoTestSrc"))
    g_object_set (element, "is-live", TRUE, NULL);
}

static GstElement *
make_source (TstGstCamera *self, gboolean *jpeg, GstCaps **caps, const char **state)
{
  const char *spec = self->spec;
  GstElement *source = NULL;

  *jpeg = FALSE;
  *caps = NULL;
  *state = "missing";
  g_clear_pointer (&self->device_name, g_free);
  if (self->devices != NULL)
    {
      g_autoptr (GstDevice) device = tst_camera_devices_find (self->devices, self->device);
      g_autoptr (GstCaps) offered = device != NULL ? gst_device_get_caps (device) : NULL;
      g_autoptr (GArray) modes = tst_camera_modes (offered);
      TstCameraMode mode;

      if (device == NULL)
        return NULL;
      if (tst_camera_choose_mode (modes, self->resolution, &mode))
        {
          *jpeg = mode.jpeg;
          *caps = gst_caps_new_simple (mode.jpeg ? "image/jpeg" : "video/x-raw", "width", G_TYPE_INT, mode.width, "height", G_TYPE_INT,
                                       mode.height, NULL);
        }
      self->device_name = gst_device_get_display_name (device);
      source = gst_device_create_element (device, NULL);
    }
  else if (g_str_has_prefix (spec, "/dev/"))
    {
      source = gst_element_factory_make ("v4l2src", NULL);
      if (source != NULL)
        g_object_set (source, "device", spec, NULL);
    }
  else if (g_str_equal (spec, "pipewire") || g_str_has_prefix (spec, "pipewire:") || g_str_equal (spec, "portal"))
    {
      source = gst_element_factory_make ("pipewiresrc", NULL);
      if (source != NULL && g_str_has_prefix (spec, "pipewire:"))
        g_object_set (source, "target-object", spec + strlen ("pipewire:"), NULL);
      if (source != NULL && self->portal_fd >= 0)
        g_object_set (source, "fd", self->portal_fd, NULL);
    }
  else
    {
      /* What is written may end in caps, and a bin must end in an element. */
      g_autofree char *text = g_strconcat (spec, " ! identity", NULL);
      g_autoptr (GError) error = NULL;

      source = gst_parse_bin_from_description (text, TRUE, &error);
      if (source == NULL)
        g_debug ("camera: %s", error->message);
      *jpeg = strstr (spec, "jpegenc") != NULL || strstr (spec, "image/jpeg") != NULL;
      if (source != NULL && GST_IS_BIN (source))
        {
          GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (source));

          gst_iterator_foreach (elements, make_live, NULL);
          gst_iterator_free (elements);
        }
    }
  return source;
}

static void
attach_sink (TstGstCamera *self, const char *name, GstFlowReturn (*new_sample) (GstAppSink *, gpointer))
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->pipeline), name);
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample };

  /* The pipeline is ended, and its threads with it, before the camera's last reference goes: end_pipeline(). */
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
}

static void
play (TstGstCamera *self)
{
  g_autoptr (GstElement) tee = NULL;
  g_autoptr (GstElement) branches = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GstElement *source;
  const char *state;
  gboolean jpeg;

  source = make_source (self, &jpeg, &caps, &state);
  if (source == NULL)
    {
      trouble (self, after (self, state));
      return;
    }
  text = g_strdup_printf (
    "tee name=t t. ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! %s videoscale method=bilinear add-borders=false !"
    " videoconvert ! video/x-raw,format=RGBA,width=[16,%d],height=[16,%d],pixel-aspect-ratio=1/1 !"
    " appsink name=preview sync=false max-buffers=1 drop=true"
    " t. ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! appsink name=still sync=false max-buffers=1 drop=true",
    jpeg ? "jpegdec !" : "", PREVIEW_SIDE, PREVIEW_SIDE);
  self->pipeline = gst_parse_launch (text, &error);
  if (self->pipeline == NULL)
    {
      g_debug ("camera: %s", error->message);
      gst_object_unref (source);
      trouble (self, "missing");
      return;
    }
  tee = gst_bin_get_by_name (GST_BIN (self->pipeline), "t");
  gst_bin_add (GST_BIN (self->pipeline), source);
  if (!(caps != NULL ? gst_element_link_filtered (source, tee, caps) : gst_element_link (source, tee)))
    {
      trouble (self, "missing");
      return;
    }
  attach_sink (self, "preview", on_preview);
  attach_sink (self, "still", on_still_frame);
  pad = gst_element_get_static_pad (tee, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_frame, self, NULL);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  self->opened_us = g_get_monotonic_time ();
  g_mutex_lock (&self->mutex);
  self->last_frame_us = 0;
  g_mutex_unlock (&self->mutex);
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
  tst_recorder_discard (TST_RECORDER (self->video));
  end_pipeline (self);
  set_state (self, "off");
}

static GPtrArray *
camera_list_devices (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);

  return self->devices != NULL ? tst_camera_devices_list (self->devices)
                               : g_ptr_array_new_with_free_func ((GDestroyNotify) tst_camera_device_free);
}

static void
camera_capture_async (TstCamera *camera, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Still *still;

  if (self->pipeline == NULL || !g_str_equal (self->state, "live"))
    {
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_WRONG_STATE, "The camera shows nothing yet. Wait for the picture.");
      g_object_unref (task);
      return;
    }
  still = g_new0 (Still, 1);
  still->facts = json_object_new ();
  if (self->device_name != NULL)
    json_object_set_string_member (still->facts, "device", self->device_name);
  g_task_set_task_data (task, still, still_free);
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->requests, task);
  g_mutex_unlock (&self->mutex);
}

static GBytes *
camera_capture_finish (TstCamera *camera, GAsyncResult *result, JsonObject **facts, GError **error)
{
  Still *still = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (facts != NULL)
    *facts = json_object_ref (still->facts);
  return g_bytes_ref (still->jpeg);
}

static TstRecorder *
camera_get_video_recorder (TstCamera *camera)
{
  TstGstCamera *self = TST_GST_CAMERA (camera);

  return TST_RECORDER (self->video);
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
    case PROP_TORCH:
      g_value_set_boolean (value, FALSE);
      break;
    case PROP_GRAY_WANTED:
      g_value_set_boolean (value, g_atomic_int_get (&self->gray_wanted));
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
      break;
    case PROP_GRAY_WANTED:
      g_atomic_int_set (&self->gray_wanted, g_value_get_boolean (value));
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
  fail_requests (self);
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_object (&self->devices);
  g_clear_object (&self->video);
  G_OBJECT_CLASS (tst_gst_camera_parent_class)->dispose (object);
}

static void
tst_gst_camera_finalize (GObject *object)
{
  TstGstCamera *self = TST_GST_CAMERA (object);

  if (self->portal_fd >= 0)
    close (self->portal_fd);
  tst_gst_worker_free (self->worker);
  g_thread_pool_free (self->encoders, FALSE, TRUE);
  g_free (self->spec);
  g_free (self->state);
  g_free (self->device);
  g_free (self->resolution);
  g_free (self->device_name);
  g_mutex_clear (&self->mutex);
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
  g_mutex_init (&self->mutex);
  g_queue_init (&self->requests);
  self->portal_fd = -1;
  self->state = g_strdup ("off");
  self->device = g_strdup ("");
  self->resolution = g_strdup ("");
  self->encoders = g_thread_pool_new (encode_still, NULL, 1, FALSE, NULL);
  self->worker = tst_gst_worker_new ();
  self->video = tst_gst_recorder_new_video ();
}

TstGstCamera *
tst_gst_camera_new (const char *spec)
{
  TstGstCamera *self = g_object_new (TST_TYPE_GST_CAMERA, NULL);
  gboolean choose = spec == NULL || *spec == '\0' || g_str_equal (spec, "auto");

  self->spec = g_strdup (!choose ? spec : g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "portal" : "auto");
  return self;
}

void
tst_gst_camera_set_microphone (TstGstCamera *self, const char *source)
{
  tst_gst_recorder_set_source (self->video, source);
}
