/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-camera.h"

G_DEFINE_INTERFACE (TstCamera, tst_camera, G_TYPE_OBJECT)

static void
tst_camera_default_init (TstCameraInterface *iface)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags rw = ro | G_PARAM_WRITABLE;

  g_object_interface_install_property (iface, g_param_spec_string ("state", NULL, NULL, "off", ro));
  g_object_interface_install_property (iface, g_param_spec_string ("device", NULL, NULL, "", rw));
  g_object_interface_install_property (iface, g_param_spec_string ("resolution", NULL, NULL, "", rw));
  g_object_interface_install_property (iface, g_param_spec_boolean ("torch-available", NULL, NULL, FALSE, ro));
  g_object_interface_install_property (iface, g_param_spec_boolean ("torch", NULL, NULL, FALSE, rw));
  g_object_interface_install_property (iface, g_param_spec_boolean ("gray-wanted", NULL, NULL, FALSE, rw));
  g_object_interface_install_property (iface, g_param_spec_uint64 ("frames-shown", NULL, NULL, 0, G_MAXUINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_uint64 ("frames-dropped", NULL, NULL, 0, G_MAXUINT64, 0, ro));
  g_signal_new ("frame", TST_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BYTES, G_TYPE_UINT,
                G_TYPE_UINT, G_TYPE_UINT);
  g_signal_new ("gray-frame", TST_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BYTES, G_TYPE_UINT,
                G_TYPE_UINT, G_TYPE_UINT);
  g_signal_new ("devices-changed", TST_TYPE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
tst_camera_device_free (TstCameraDevice *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_strfreev (self->resolutions);
  g_free (self);
}

void
tst_camera_start (TstCamera *self)
{
  g_return_if_fail (TST_IS_CAMERA (self));
  TST_CAMERA_GET_IFACE (self)->start (self);
}

void
tst_camera_stop (TstCamera *self)
{
  g_return_if_fail (TST_IS_CAMERA (self));
  TST_CAMERA_GET_IFACE (self)->stop (self);
}

GPtrArray *
tst_camera_list_devices (TstCamera *self)
{
  g_return_val_if_fail (TST_IS_CAMERA (self), NULL);
  return TST_CAMERA_GET_IFACE (self)->list_devices (self);
}

void
tst_camera_capture_async (TstCamera *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TST_IS_CAMERA (self));
  TST_CAMERA_GET_IFACE (self)->capture_async (self, cancellable, callback, user_data);
}

GBytes *
tst_camera_capture_finish (TstCamera *self, GAsyncResult *result, JsonObject **facts, GError **error)
{
  g_return_val_if_fail (TST_IS_CAMERA (self), NULL);
  return TST_CAMERA_GET_IFACE (self)->capture_finish (self, result, facts, error);
}

TstRecorder *
tst_camera_get_video_recorder (TstCamera *self)
{
  g_return_val_if_fail (TST_IS_CAMERA (self), NULL);
  return TST_CAMERA_GET_IFACE (self)->get_video_recorder (self);
}
