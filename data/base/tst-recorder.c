/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-recorder.h"

G_DEFINE_INTERFACE (TstRecorder, tst_recorder, G_TYPE_OBJECT)

static void
tst_recorder_default_init (TstRecorderInterface *iface)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  g_object_interface_install_property (iface, g_param_spec_string ("state", NULL, NULL, "off", ro));
  g_object_interface_install_property (iface, g_param_spec_double ("level", NULL, NULL, 0, 1, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_int64 ("elapsed-ms", NULL, NULL, 0, G_MAXINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_int64 ("limit-ms", NULL, NULL, 0, G_MAXINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_string ("content-type", NULL, NULL, NULL, ro));
}

void
tst_recorder_start (TstRecorder *self, gint64 limit_ms)
{
  g_return_if_fail (TST_IS_RECORDER (self) && limit_ms > 0);
  TST_RECORDER_GET_IFACE (self)->start (self, limit_ms);
}

void
tst_recorder_stop_async (TstRecorder *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TST_IS_RECORDER (self));
  TST_RECORDER_GET_IFACE (self)->stop_async (self, cancellable, callback, user_data);
}

GBytes *
tst_recorder_stop_finish (TstRecorder *self, GAsyncResult *result, gint64 *duration_ms, GError **error)
{
  g_return_val_if_fail (TST_IS_RECORDER (self), NULL);
  return TST_RECORDER_GET_IFACE (self)->stop_finish (self, result, duration_ms, error);
}

void
tst_recorder_discard (TstRecorder *self)
{
  g_return_if_fail (TST_IS_RECORDER (self));
  TST_RECORDER_GET_IFACE (self)->discard (self);
}
