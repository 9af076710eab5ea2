/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-camera-source.h"

#include <string.h>

void
tst_camera_source_clear (TstCameraSource *self)
{
  gst_clear_object (&self->element);
  gst_clear_caps (&self->caps);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->video, g_free);
}

static void
ask_for (TstCameraSource *self, GArray *modes, const char *resolution)
{
  TstCameraMode mode;

  if (!tst_camera_choose_mode (modes, resolution, &mode))
    return;
  self->jpeg = mode.jpeg;
  self->caps = gst_caps_new_simple (mode.jpeg ? "image/jpeg" : "video/x-raw", "width", G_TYPE_INT, mode.width, "height", G_TYPE_INT, mode.height,
                                    NULL);
}

gboolean
tst_camera_source_from_devices (TstCameraSource *self, TstCameraDevices *devices, const char *id, const char *resolution)
{
  g_autoptr (GstDevice) device = tst_camera_devices_find (devices, id);
  g_autoptr (GstCaps) offered = device != NULL ? gst_device_get_caps (device) : NULL;
  g_autoptr (GArray) modes = tst_camera_modes (offered);

  *self = (TstCameraSource) { 0 };
  if (device == NULL)
    return FALSE;
  ask_for (self, modes, resolution);
  self->name = gst_device_get_display_name (device);
  self->video = tst_camera_device_path (device);
  self->element = gst_device_create_element (device, NULL);
  return self->element != NULL;
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
make_bin (const char *spec)
{
  /* What is written may end in caps, and a bin must end in an element. */
  g_autofree char *text = g_strconcat (spec, " ! identity", NULL);
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, &error);

  if (bin == NULL)
    g_debug ("camera: %s", error->message);
  if (bin != NULL && GST_IS_BIN (bin))
    {
      GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));

      gst_iterator_foreach (elements, make_live, NULL);
      gst_iterator_free (elements);
    }
  return bin;
}

gboolean
tst_camera_source_from_spec (TstCameraSource *self, const char *spec, GArray *modes, const char *resolution, int portal_fd)
{
  *self = (TstCameraSource) { 0 };
  if (g_str_has_prefix (spec, "/dev/"))
    {
      self->element = gst_element_factory_make ("v4l2src", NULL);
      if (self->element != NULL)
        g_object_set (self->element, "device", spec, NULL);
      self->video = g_strdup (spec);
    }
  else if (g_str_equal (spec, "pipewire") || g_str_has_prefix (spec, "pipewire:") || g_str_equal (spec, "portal"))
    {
      self->element = gst_element_factory_make ("pipewiresrc", NULL);
      if (self->element != NULL && g_str_has_prefix (spec, "pipewire:"))
        g_object_set (self->element, "target-object", spec + strlen ("pipewire:"), NULL);
      if (self->element != NULL && portal_fd >= 0)
        g_object_set (self->element, "fd", portal_fd, NULL);
    }
  else
    {
      self->element = make_bin (spec);
      self->jpeg = strstr (spec, "jpegenc") != NULL || strstr (spec, "image/jpeg") != NULL;
    }
  if (modes != NULL && resolution != NULL && *resolution != '\0')
    ask_for (self, modes, resolution);
  if (self->element == NULL)
    tst_camera_source_clear (self);
  return self->element != NULL;
}
