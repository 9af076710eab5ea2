/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-network.h"

#define MANAGER "org.freedesktop.NetworkManager"
#define MANAGER_PATH "/org/freedesktop/NetworkManager"

/* NMMetered of NetworkManager's D-Bus API. */
typedef enum
{
  METERED_UNKNOWN = 0,
  METERED_YES = 1,
  METERED_NO = 2,
  METERED_GUESS_YES = 3,
  METERED_GUESS_NO = 4
} Metered;

struct _TstNetwork
{
  TstNetworkChanged changed;
  gpointer user_data;
  GNetworkMonitor *monitor;
  gulong monitor_changed, monitor_metered;
  GCancellable *cancellable;
  GDBusProxy *manager; /* (nullable) once it answered */
  int metered;         /* atomic: Metered */
  int mobile;          /* atomic: the main connection goes through a telephone */
};

static void
tell (TstNetwork *self)
{
  self->changed (self, self->user_data);
}

static void
read_manager (TstNetwork *self)
{
  static const char *const mobiles[] = { "gsm", "cdma", "bluetooth", "wwan", NULL };
  g_autoptr (GVariant) metered = g_dbus_proxy_get_cached_property (self->manager, "Metered");
  g_autoptr (GVariant) type = g_dbus_proxy_get_cached_property (self->manager, "PrimaryConnectionType");

  g_atomic_int_set (&self->metered, metered != NULL && g_variant_is_of_type (metered, G_VARIANT_TYPE_UINT32) ? (int) g_variant_get_uint32 (metered) : METERED_UNKNOWN);
  g_atomic_int_set (&self->mobile, type != NULL && g_variant_is_of_type (type, G_VARIANT_TYPE_STRING) && g_strv_contains (mobiles, g_variant_get_string (type, NULL)));
}

static void
on_properties (GDBusProxy *proxy, GVariant *changed, const char *const *invalidated, gpointer user_data)
{
  TstNetwork *self = user_data;

  read_manager (self);
  tell (self);
}

static void
on_manager (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusProxy *proxy = g_dbus_proxy_new_finish (result, &error);
  TstNetwork *self = user_data;

  /* Cancelled: @self is gone. */
  if (proxy == NULL)
    return;
  self->manager = proxy;
  g_signal_connect (proxy, "g-properties-changed", G_CALLBACK (on_properties), self);
  read_manager (self);
  tell (self);
}

static void
ask_manager (TstNetwork *self, GDBusConnection *connection)
{
  g_dbus_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, NULL, MANAGER, MANAGER_PATH, MANAGER, self->cancellable, on_manager, self);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (connection != NULL)
    ask_manager (user_data, connection);
}

static void
on_monitor_changed (GNetworkMonitor *monitor, gboolean available, gpointer user_data)
{
  tell (user_data);
}

static void
on_monitor_metered (GNetworkMonitor *monitor, GParamSpec *pspec, gpointer user_data)
{
  tell (user_data);
}

TstNetwork *
tst_network_new (GDBusConnection *connection, TstNetworkChanged changed, gpointer user_data)
{
  TstNetwork *self = g_new0 (TstNetwork, 1);

  self->changed = changed;
  self->user_data = user_data;
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->cancellable = g_cancellable_new ();
  self->monitor_changed = g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_monitor_changed), self);
  self->monitor_metered = g_signal_connect (self->monitor, "notify::network-metered", G_CALLBACK (on_monitor_metered), self);
  if (connection != NULL)
    ask_manager (self, connection);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
  return self;
}

void
tst_network_free (TstNetwork *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_signal_handler (&self->monitor_changed, self->monitor);
  g_clear_signal_handler (&self->monitor_metered, self->monitor);
  g_object_unref (self->monitor);
  if (self->manager != NULL)
    g_signal_handlers_disconnect_by_data (self->manager, self);
  g_clear_object (&self->manager);
  g_free (self);
}

gboolean
tst_network_is_available (TstNetwork *self)
{
  return g_network_monitor_get_network_available (self->monitor);
}

gboolean
tst_network_is_metered (TstNetwork *self)
{
  int metered = g_atomic_int_get (&self->metered);

  /* A telephone's line costs, whatever is guessed about it; a person's own word about a network is the last one. */
  if (metered == METERED_YES || metered == METERED_NO)
    return metered == METERED_YES;
  return g_atomic_int_get (&self->mobile) != 0 || metered == METERED_GUESS_YES || g_network_monitor_get_network_metered (self->monitor);
}
