/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-fake-hardware.h"

#include "base/tst-error.h"

#include <math.h>

/* --- camera --- */

struct _TstFakeCamera
{
  GObject parent_instance;
  char *state, *device, *resolution;
  gboolean has_torch, torch, gray_wanted, hold;
  guint cameras, sizes; /* how many there are */
  guint starts;
  guint64 shown;
  GBytes *still;
  GQueue waiting; /* (element-type GTask) */
  TstRecorder *video;
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
} TstFakeCameraProperty;

static void
camera_start (TstCamera *camera)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (camera);

  if (self->starts++ == 0 && g_str_equal (self->state, "off"))
    tst_fake_camera_say (self, "live");
}

static void
camera_stop (TstCamera *camera)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (camera);

  g_assert_cmpuint (self->starts, >, 0);
  if (--self->starts == 0)
    tst_fake_camera_say (self, "off");
}

static GPtrArray *
camera_list_devices (TstCamera *camera)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_camera_device_free);
  static const char *const ids[] = { "front", "back" };

  for (guint i = 0; i < TST_FAKE_CAMERA (camera)->cameras; i++)
    {
      TstCameraDevice *device = g_new0 (TstCameraDevice, 1);

      device->id = g_strdup (ids[i]);
      device->name = g_strdup_printf ("Camera %u", i + 1);
      device->resolutions = g_strsplit ("4032x3024 1920x1080 1280x720 160x120", " ", -1);
      for (guint s = TST_FAKE_CAMERA (camera)->sizes; s < 4; s++)
        g_clear_pointer (&device->resolutions[s], g_free);
      g_ptr_array_add (devices, device);
    }
  return devices;
}

static void
camera_capture_async (TstCamera *camera, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (camera);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (!g_str_equal (self->state, "live"))
    {
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_WRONG_STATE, "The camera shows nothing.");
      g_object_unref (task);
      return;
    }
  g_queue_push_tail (&self->waiting, task);
  if (!self->hold)
    tst_fake_camera_release (self, NULL);
}

static GBytes *
camera_capture_finish (TstCamera *camera, GAsyncResult *result, JsonObject **facts, GError **error)
{
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), error);

  if (bytes != NULL && facts != NULL)
    {
      *facts = json_object_new ();
      json_object_set_int_member (*facts, "mono_us", g_get_monotonic_time ());
      json_object_set_string_member (*facts, "encoder", "camera");
    }
  return bytes;
}

static TstRecorder *
camera_get_video_recorder (TstCamera *camera)
{
  return TST_FAKE_CAMERA (camera)->video;
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

G_DEFINE_FINAL_TYPE_WITH_CODE (TstFakeCamera, tst_fake_camera, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_CAMERA, camera_iface_init))

static void
camera_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (object);

  switch ((TstFakeCameraProperty) id)
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
      g_value_set_boolean (value, self->has_torch);
      break;
    case PROP_TORCH:
      g_value_set_boolean (value, self->torch);
      break;
    case PROP_GRAY_WANTED:
      g_value_set_boolean (value, self->gray_wanted);
      break;
    case PROP_FRAMES_SHOWN:
      g_value_set_uint64 (value, self->shown);
      break;
    case PROP_FRAMES_DROPPED:
      g_value_set_uint64 (value, 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
camera_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (object);

  switch ((TstFakeCameraProperty) id)
    {
    case PROP_DEVICE:
      g_free (self->device);
      self->device = g_value_dup_string (value);
      break;
    case PROP_RESOLUTION:
      g_free (self->resolution);
      self->resolution = g_value_dup_string (value);
      break;
    case PROP_TORCH:
      self->torch = g_value_get_boolean (value);
      break;
    case PROP_GRAY_WANTED:
      self->gray_wanted = g_value_get_boolean (value);
      break;
    case PROP_STATE:
    case PROP_TORCH_AVAILABLE:
    case PROP_FRAMES_SHOWN:
    case PROP_FRAMES_DROPPED:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify (object, pspec->name);
}

static void
camera_finalize (GObject *object)
{
  TstFakeCamera *self = TST_FAKE_CAMERA (object);

  g_assert_true (g_queue_is_empty (&self->waiting));
  g_free (self->state);
  g_free (self->device);
  g_free (self->resolution);
  g_clear_pointer (&self->still, g_bytes_unref);
  g_clear_object (&self->video);
  G_OBJECT_CLASS (tst_fake_camera_parent_class)->finalize (object);
}

static void
tst_fake_camera_class_init (TstFakeCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = camera_get_property;
  object_class->set_property = camera_set_property;
  object_class->finalize = camera_finalize;
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
tst_fake_camera_init (TstFakeCamera *self)
{
  self->state = g_strdup ("off");
  self->device = g_strdup ("");
  self->resolution = g_strdup ("");
  self->has_torch = TRUE;
  self->cameras = 2;
  self->sizes = 4;
  g_queue_init (&self->waiting);
}

TstFakeCamera *
tst_fake_camera_new (void)
{
  return g_object_new (TST_TYPE_FAKE_CAMERA, NULL);
}

void
tst_fake_camera_set_parts (TstFakeCamera *self, gboolean torch, guint cameras, guint sizes)
{
  g_assert (cameras <= 2 && sizes <= 4);
  self->has_torch = torch;
  self->cameras = cameras;
  self->sizes = sizes;
  g_object_notify (G_OBJECT (self), "torch-available");
  g_signal_emit_by_name (self, "devices-changed");
}

void
tst_fake_camera_say (TstFakeCamera *self, const char *state)
{
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify (G_OBJECT (self), "state");
}

void
tst_fake_camera_show (TstFakeCamera *self, guint width, guint height, guint32 colour)
{
  guint32 *pixels = g_new (guint32, width * height);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < width * height; i++)
    pixels[i] = GUINT32_TO_BE (colour << 8 | 0xff);
  bytes = g_bytes_new_take (pixels, sizeof *pixels * width * height);
  self->shown++;
  g_signal_emit_by_name (self, "frame", bytes, width, height, width * 4);
}

void
tst_fake_camera_show_gray (TstFakeCamera *self, const guint8 *pixels, guint width, guint height)
{
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, (gsize) width * height);

  if (self->gray_wanted)
    g_signal_emit_by_name (self, "gray-frame", bytes, width, height, width);
}

void
tst_fake_camera_set_still (TstFakeCamera *self, GBytes *jpeg)
{
  g_clear_pointer (&self->still, g_bytes_unref);
  self->still = g_bytes_ref (jpeg);
}

void
tst_fake_camera_hold (TstFakeCamera *self, gboolean hold)
{
  self->hold = hold;
}

gboolean
tst_fake_camera_release (TstFakeCamera *self, const GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

  if (task == NULL)
    return FALSE;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (self->still == NULL)
    g_task_return_new_error (task, TST_ERROR, TST_ERROR_IO, "The test gave no still.");
  else
    g_task_return_pointer (task, g_bytes_ref (self->still), (GDestroyNotify) g_bytes_unref);
  return TRUE;
}

guint
tst_fake_camera_get_waiting (TstFakeCamera *self)
{
  return g_queue_get_length (&self->waiting);
}

guint
tst_fake_camera_get_starts (TstFakeCamera *self)
{
  return self->starts;
}

/* --- recorder --- */

struct _TstFakeRecorder
{
  GObject parent_instance;
  char *state, *content_type;
  double level;
  gint64 elapsed_ms, limit_ms;
  GBytes *bytes;
};

typedef enum
{
  PROP_RECORDER_STATE = 1,
  PROP_LEVEL,
  PROP_ELAPSED_MS,
  PROP_LIMIT_MS,
  PROP_CONTENT_TYPE,
} TstFakeRecorderProperty;

static void
recorder_start (TstRecorder *recorder, gint64 limit_ms)
{
  TstFakeRecorder *self = TST_FAKE_RECORDER (recorder);

  self->limit_ms = limit_ms;
  g_object_notify (G_OBJECT (self), "limit-ms");
  tst_fake_recorder_say (self, "recording", 0, 0);
}

static void
recorder_stop_async (TstRecorder *recorder, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstFakeRecorder *self = TST_FAKE_RECORDER (recorder);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gboolean recorded = g_str_equal (self->state, "recording") || g_str_equal (self->state, "full");

  if (recorded && self->bytes != NULL)
    g_task_return_pointer (task, g_bytes_ref (self->bytes), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_new_error (task, TST_ERROR, TST_ERROR_WRONG_STATE, "Nothing was recorded.");
  tst_fake_recorder_say (self, "off", 0, self->elapsed_ms);
}

static GBytes *
recorder_stop_finish (TstRecorder *recorder, GAsyncResult *result, gint64 *duration_ms, GError **error)
{
  if (duration_ms != NULL)
    *duration_ms = TST_FAKE_RECORDER (recorder)->elapsed_ms;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
recorder_discard (TstRecorder *recorder)
{
  tst_fake_recorder_say (TST_FAKE_RECORDER (recorder), "off", 0, 0);
}

static void
recorder_iface_init (TstRecorderInterface *iface)
{
  iface->start = recorder_start;
  iface->stop_async = recorder_stop_async;
  iface->stop_finish = recorder_stop_finish;
  iface->discard = recorder_discard;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TstFakeRecorder, tst_fake_recorder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_RECORDER, recorder_iface_init))

static void
recorder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstFakeRecorder *self = TST_FAKE_RECORDER (object);

  switch ((TstFakeRecorderProperty) id)
    {
    case PROP_RECORDER_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_ELAPSED_MS:
      g_value_set_int64 (value, self->elapsed_ms);
      break;
    case PROP_LIMIT_MS:
      g_value_set_int64 (value, self->limit_ms);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, self->content_type);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
recorder_finalize (GObject *object)
{
  TstFakeRecorder *self = TST_FAKE_RECORDER (object);

  g_free (self->state);
  g_free (self->content_type);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  G_OBJECT_CLASS (tst_fake_recorder_parent_class)->finalize (object);
}

static void
tst_fake_recorder_class_init (TstFakeRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = recorder_get_property;
  object_class->finalize = recorder_finalize;
  g_object_class_override_property (object_class, PROP_RECORDER_STATE, "state");
  g_object_class_override_property (object_class, PROP_LEVEL, "level");
  g_object_class_override_property (object_class, PROP_ELAPSED_MS, "elapsed-ms");
  g_object_class_override_property (object_class, PROP_LIMIT_MS, "limit-ms");
  g_object_class_override_property (object_class, PROP_CONTENT_TYPE, "content-type");
}

static void
tst_fake_recorder_init (TstFakeRecorder *self)
{
  self->state = g_strdup ("off");
}

TstFakeRecorder *
tst_fake_recorder_new (const char *content_type)
{
  TstFakeRecorder *self = g_object_new (TST_TYPE_FAKE_RECORDER, NULL);

  self->content_type = g_strdup (content_type);
  return self;
}

void
tst_fake_recorder_say (TstFakeRecorder *self, const char *state, double level, gint64 elapsed_ms)
{
  g_free (self->state);
  self->state = g_strdup (state);
  self->level = level;
  self->elapsed_ms = elapsed_ms;
  g_object_notify (G_OBJECT (self), "state");
  g_object_notify (G_OBJECT (self), "level");
  g_object_notify (G_OBJECT (self), "elapsed-ms");
}

void
tst_fake_recorder_set_bytes (TstFakeRecorder *self, GBytes *bytes)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = g_bytes_ref (bytes);
}

TstFakeRecorder *
tst_fake_camera_add_video (TstFakeCamera *self)
{
  g_set_object (&self->video, NULL);
  self->video = TST_RECORDER (tst_fake_recorder_new ("video/webm"));
  return TST_FAKE_RECORDER (self->video);
}

/* --- location --- */

struct _TstFakeLocation
{
  GObject parent_instance;
  gboolean has_fix;
  TstFix fix;
  double compass_deg, declination_deg;
  guint starts;
};

typedef enum
{
  PROP_LOCATION_STATE = 1,
  PROP_ACCURACY_M,
  PROP_SOURCE,
} TstFakeLocationProperty;

static void
location_start (TstLocation *location)
{
  TST_FAKE_LOCATION (location)->starts++;
  g_object_notify (G_OBJECT (location), "state");
}

static void
location_stop (TstLocation *location)
{
  g_assert_cmpuint (TST_FAKE_LOCATION (location)->starts, >, 0);
  TST_FAKE_LOCATION (location)->starts--;
  g_object_notify (G_OBJECT (location), "state");
}

static gboolean
location_get_fix (TstLocation *location, TstFix *fix)
{
  TstFakeLocation *self = TST_FAKE_LOCATION (location);

  if (self->has_fix)
    *fix = self->fix;
  return self->has_fix;
}

static gboolean
location_get_heading (TstLocation *location, TstPlace *place)
{
  TstFakeLocation *self = TST_FAKE_LOCATION (location);

  if (self->compass_deg < 0)
    return FALSE;
  place->heading_deg = self->compass_deg + self->declination_deg;
  place->heading_magnetic = self->declination_deg == 0;
  place->declination_deg = self->declination_deg;
  return TRUE;
}

static void
location_iface_init (TstLocationInterface *iface)
{
  iface->start = location_start;
  iface->stop = location_stop;
  iface->get_fix = location_get_fix;
  iface->get_heading = location_get_heading;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TstFakeLocation, tst_fake_location, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_LOCATION, location_iface_init))

static void
location_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstFakeLocation *self = TST_FAKE_LOCATION (object);

  switch ((TstFakeLocationProperty) id)
    {
    case PROP_LOCATION_STATE:
      g_value_set_string (value, self->starts == 0 ? "off" : self->has_fix ? "fixed" : "searching");
      break;
    case PROP_ACCURACY_M:
      g_value_set_double (value, self->has_fix && self->fix.place.accuracy_m >= 0 ? self->fix.place.accuracy_m : -1);
      break;
    case PROP_SOURCE:
      g_value_set_string (value, "replay");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_fake_location_class_init (TstFakeLocationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = location_get_property;
  g_object_class_override_property (object_class, PROP_LOCATION_STATE, "state");
  g_object_class_override_property (object_class, PROP_ACCURACY_M, "accuracy-m");
  g_object_class_override_property (object_class, PROP_SOURCE, "source");
}

static void
tst_fake_location_init (TstFakeLocation *self)
{
  self->compass_deg = -1;
}

TstFakeLocation *
tst_fake_location_new (void)
{
  return g_object_new (TST_TYPE_FAKE_LOCATION, NULL);
}

void
tst_fake_location_set (TstFakeLocation *self, const TstFix *fix)
{
  self->has_fix = fix != NULL;
  if (fix != NULL)
    self->fix = *fix;
  g_object_notify (G_OBJECT (self), "accuracy-m");
  g_object_notify (G_OBJECT (self), "state");
  g_signal_emit_by_name (self, "changed");
}

void
tst_fake_location_turn (TstFakeLocation *self, double compass_deg)
{
  self->compass_deg = compass_deg;
  g_signal_emit_by_name (self, "turned");
  g_signal_emit_by_name (self, "changed");
}

void
tst_fake_location_set_declination (TstFakeLocation *self, double declination_deg)
{
  self->declination_deg = declination_deg;
  g_signal_emit_by_name (self, "turned");
}

guint
tst_fake_location_get_starts (TstFakeLocation *self)
{
  return self->starts;
}
