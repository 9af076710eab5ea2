/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstNetwork:
 *
 * Whether there is a network and whether it costs: GNetworkMonitor, and where it runs, NetworkManager on the system bus, which knows more (a modem, a telephone by
 * cable or Bluetooth, a Wi-Fi that somebody marked as metered). Made and freed on the thread whose main context it tells; asked from any thread.
 */
typedef struct _TstNetwork TstNetwork;
typedef void (*TstNetworkChanged) (TstNetwork *self, gpointer user_data);

/* @connection (nullable): the system bus. Returns at once; what NetworkManager says comes by @changed. */
TstNetwork *tst_network_new (GDBusConnection *connection, TstNetworkChanged changed, gpointer user_data);
void tst_network_free (TstNetwork *self);
gboolean tst_network_is_available (TstNetwork *self);
gboolean tst_network_is_metered (TstNetwork *self);

G_END_DECLS
