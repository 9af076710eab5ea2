/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-camera-devices.h"

#include "hardware/tst-gst.h"

#include <stdio.h>
#include <string.h>

#define FAST_ENOUGH 5.0

struct _TstCameraDevices
{
  GObject parent_instance;
  GstDeviceMonitor *monitor;
  GPtrArray *devices; /* of GstDevice */
  guint watch;
  gboolean known;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCameraDevices, tst_camera_devices, G_TYPE_OBJECT)

static void
read_devices (TstCameraDevices *self)
{
  GList *list = gst_device_monitor_get_devices (self->monitor);

  g_ptr_array_set_size (self->devices, 0);
  for (GList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (self->devices, l->data);
  g_list_free (list);
  self->known = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  TstCameraDevices *self = user_data;

  switch ((guint) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_DEVICE_ADDED:
    case GST_MESSAGE_DEVICE_REMOVED:
    case GST_MESSAGE_DEVICE_CHANGED:
      if (self->known)
        read_devices (self);
      break;
    default:
      break;
    }
  return G_SOURCE_CONTINUE;
}

/* Asks PipeWire and udev, which may take its time. */
static void
start_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  gst_device_monitor_start (data);
  g_task_return_boolean (task, TRUE);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCameraDevices *self = TST_CAMERA_DEVICES (source);

  if (self->monitor != NULL)
    read_devices (self);
}

static void
tst_camera_devices_constructed (GObject *object)
{
  TstCameraDevices *self = TST_CAMERA_DEVICES (object);
  g_autoptr (GTask) task = NULL;
  g_autoptr (GstBus) bus = NULL;

  G_OBJECT_CLASS (tst_camera_devices_parent_class)->constructed (object);
  self->monitor = gst_device_monitor_new ();
  gst_device_monitor_add_filter (self->monitor, "Video/Source", NULL);
  bus = gst_device_monitor_get_bus (self->monitor);
  self->watch = gst_bus_add_watch (bus, on_message, self);
  task = g_task_new (self, NULL, on_started, NULL);
  g_task_set_task_data (task, gst_object_ref (self->monitor), gst_object_unref);
  g_task_run_in_thread (task, start_in_thread);
}

static void
tst_camera_devices_dispose (GObject *object)
{
  TstCameraDevices *self = TST_CAMERA_DEVICES (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->monitor != NULL && self->known)
    gst_device_monitor_stop (self->monitor);
  g_clear_pointer (&self->monitor, gst_object_unref);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_camera_devices_parent_class)->dispose (object);
}

static void
tst_camera_devices_class_init (TstCameraDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_camera_devices_constructed;
  G_OBJECT_CLASS (klass)->dispose = tst_camera_devices_dispose;
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_CAMERA_DEVICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_camera_devices_init (TstCameraDevices *self)
{
  self->devices = g_ptr_array_new_with_free_func (gst_object_unref);
}

TstCameraDevices *
tst_camera_devices_new (void)
{
  return g_object_new (TST_TYPE_CAMERA_DEVICES, NULL);
}

gboolean
tst_camera_devices_get_known (TstCameraDevices *self)
{
  return self->known;
}

/* A path or a node's name outlives the number that PipeWire gives it anew each time. */
static char *
device_id (GstDevice *device)
{
  static const char *const keys[] = { "api.v4l2.path", "device.path", "object.path", "node.name" };
  g_autoptr (GstStructure) facts = gst_device_get_properties (device);

  for (guint i = 0; facts != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = gst_structure_get_string (facts, keys[i]);

      if (value != NULL)
        return g_strdup (value);
    }
  return gst_device_get_display_name (device);
}

char *
tst_camera_device_path (GstDevice *device)
{
  static const char *const keys[] = { "api.v4l2.path", "device.path" };
  g_autoptr (GstStructure) facts = gst_device_get_properties (device);

  for (guint i = 0; facts != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = gst_structure_get_string (facts, keys[i]);

      if (value != NULL && g_str_has_prefix (value, "/dev/"))
        return g_strdup (value);
    }
  return NULL;
}

GPtrArray *
tst_camera_devices_list (TstCameraDevices *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_camera_device_free);

  for (guint i = 0; i < self->devices->len; i++)
    {
      TstCameraDevice *device = g_new0 (TstCameraDevice, 1);
      g_autoptr (GstCaps) caps = gst_device_get_caps (self->devices->pdata[i]);
      g_autoptr (GArray) modes = tst_camera_modes (caps);

      device->id = device_id (self->devices->pdata[i]);
      device->name = gst_device_get_display_name (self->devices->pdata[i]);
      device->resolutions = tst_camera_sizes (modes);
      g_ptr_array_add (list, device);
    }
  return list;
}

GstDevice *
tst_camera_devices_find (TstCameraDevices *self, const char *id)
{
  for (guint i = 0; id != NULL && *id != '\0' && i < self->devices->len; i++)
    {
      g_autofree char *own = device_id (self->devices->pdata[i]);

      if (g_str_equal (own, id))
        return gst_object_ref (self->devices->pdata[i]);
    }
  return self->devices->len > 0 ? gst_object_ref (self->devices->pdata[0]) : NULL;
}

/* --- modes --- */

static double
highest_rate (const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "framerate");
  double best = 0;

  if (value == NULL)
    return 0;
  if (GST_VALUE_HOLDS_FRACTION_RANGE (value))
    value = gst_value_get_fraction_range_max (value);
  for (guint i = 0, n = GST_VALUE_HOLDS_LIST (value) ? gst_value_list_get_size (value) : 1; i < n; i++)
    {
      const GValue *one = GST_VALUE_HOLDS_LIST (value) ? gst_value_list_get_value (value, i) : value;

      if (GST_VALUE_HOLDS_FRACTION (one) && gst_value_get_fraction_denominator (one) > 0)
        best = MAX (best, (double) gst_value_get_fraction_numerator (one) / gst_value_get_fraction_denominator (one));
    }
  return best;
}

static guint
highest_size (const GstStructure *structure, const char *name)
{
  const GValue *value = gst_structure_get_value (structure, name);

  if (value == NULL)
    return 0;
  if (G_VALUE_HOLDS_INT (value))
    return MAX (0, g_value_get_int (value));
  return GST_VALUE_HOLDS_INT_RANGE (value) ? MAX (0, gst_value_get_int_range_max (value)) : 0;
}

static gint
compare_modes (gconstpointer a, gconstpointer b)
{
  const TstCameraMode *one = a, *other = b;
  const guint64 area = (guint64) one->width * one->height, others = (guint64) other->width * other->height;

  if (area != others)
    return area > others ? -1 : 1;
  if (one->width != other->width)
    return one->width > other->width ? -1 : 1;
  if (one->jpeg != other->jpeg)
    return one->jpeg ? -1 : 1;
  return one->rate > other->rate ? -1 : one->rate < other->rate;
}

GArray *
tst_camera_modes (GstCaps *caps)
{
  GArray *modes = g_array_new (FALSE, TRUE, sizeof (TstCameraMode));

  for (guint i = 0; caps != NULL && i < gst_caps_get_size (caps); i++)
    {
      const GstStructure *structure = gst_caps_get_structure (caps, i);
      TstCameraMode mode = { .width = highest_size (structure, "width"), .height = highest_size (structure, "height"),
                             .jpeg = gst_structure_has_name (structure, "image/jpeg"), .rate = highest_rate (structure) };

      /* Virtual sources offer any size up to 2³¹; nobody wants a picture of that. */
      if ((mode.jpeg || gst_structure_has_name (structure, "video/x-raw")) && mode.width > 0 && mode.height > 0 && mode.width <= 16384
          && mode.height <= 16384)
        g_array_append_val (modes, mode);
    }
  g_array_sort (modes, compare_modes);
  return modes;
}

char **
tst_camera_sizes (GArray *modes)
{
  g_autoptr (GStrvBuilder) sizes = g_strv_builder_new ();
  guint width = 0, height = 0;

  for (guint i = 0; i < modes->len; i++)
    {
      const TstCameraMode *mode = &g_array_index (modes, TstCameraMode, i);
      g_autofree char *text = g_strdup_printf ("%ux%u", mode->width, mode->height);

      if (mode->width != width || mode->height != height)
        g_strv_builder_add (sizes, text);
      width = mode->width;
      height = mode->height;
    }
  return g_strv_builder_end (sizes);
}

gboolean
tst_camera_choose_mode (GArray *modes, const char *resolution, TstCameraMode *mode)
{
  guint width, height;
  gboolean wanted = resolution != NULL && sscanf (resolution, "%ux%u", &width, &height) == 2;

  for (guint i = 0; wanted && i < modes->len; i++)
    {
      *mode = g_array_index (modes, TstCameraMode, i);
      if (mode->width == width && mode->height == height)
        return TRUE;
    }
  for (guint i = 0; i < modes->len; i++)
    {
      *mode = g_array_index (modes, TstCameraMode, i);
      if (mode->rate <= 0 || mode->rate >= FAST_ENOUGH)
        return TRUE;
    }
  if (modes->len == 0)
    return FALSE;
  *mode = g_array_index (modes, TstCameraMode, 0);
  return TRUE;
}
