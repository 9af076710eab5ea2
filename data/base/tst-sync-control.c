/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-sync-control.h"

G_DEFINE_INTERFACE (TstSyncControl, tst_sync_control, G_TYPE_OBJECT)

static void
tst_sync_control_default_init (TstSyncControlInterface *iface)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags rw = ro | G_PARAM_WRITABLE;

  g_object_interface_install_property (iface, g_param_spec_string ("state", NULL, NULL, "idle", ro));
  g_object_interface_install_property (iface, g_param_spec_string ("error-code", NULL, NULL, "", ro));
  g_object_interface_install_property (iface, g_param_spec_uint64 ("bytes-total", NULL, NULL, 0, G_MAXUINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_uint64 ("bytes-done", NULL, NULL, 0, G_MAXUINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, ro));
  g_object_interface_install_property (iface, g_param_spec_boolean ("paused", NULL, NULL, FALSE, rw));
  g_object_interface_install_property (iface, g_param_spec_boolean ("metered-allowed", NULL, NULL, TRUE, rw));
  g_signal_new ("item-progress", TST_TYPE_SYNC_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_UINT64);
  g_signal_new ("changed", TST_TYPE_SYNC_CONTROL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
tst_sync_control_kick (TstSyncControl *self)
{
  g_return_if_fail (TST_IS_SYNC_CONTROL (self));
  TST_SYNC_CONTROL_GET_IFACE (self)->kick (self);
}

void
tst_sync_control_retry (TstSyncControl *self, const char *item)
{
  g_return_if_fail (TST_IS_SYNC_CONTROL (self));
  TST_SYNC_CONTROL_GET_IFACE (self)->retry (self, item);
}
