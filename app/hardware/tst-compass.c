/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-compass.h"

#include <gio/gio.h>
#include <math.h>

#define SERVICE "net.hadess.SensorProxy"
#define PATH "/net/hadess/SensorProxy/Compass"
#define INTERFACE "net.hadess.SensorProxy.Compass"

struct _TstCompass
{
  GDBusConnection *bus; /* (nullable): while the service is there */
  GCancellable *cancellable;
  guint watch, subscription;
  double heading_deg;
  TstCompassTurned turned; /* NULL while it ends */
  gpointer user_data;
};

static void
set_heading (TstCompass *self, double heading_deg)
{
  if (heading_deg == self->heading_deg || (isnan (heading_deg) && isnan (self->heading_deg)))
    return;
  self->heading_deg = heading_deg;
  if (self->turned != NULL)
    self->turned (self->user_data);
}

static void
take (TstCompass *self, GVariant *properties)
{
  double heading;
  gboolean has;

  if (g_variant_lookup (properties, "HasCompass", "b", &has) && !has)
    set_heading (self, NAN);
  /* Negative until the sensor has said something. */
  if (g_variant_lookup (properties, "CompassHeading", "d", &heading))
    set_heading (self, heading >= 0 && heading <= 360 ? fmod (heading, 360) : NAN);
}

static void
on_changed (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
            gpointer user_data)
{
  g_autoptr (GVariant) properties = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  properties = g_variant_get_child_value (parameters, 1);
  take (user_data, properties);
}

static void
on_properties (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) properties = NULL;

  if (answer == NULL)
    return; /* cancelled: @user_data is gone; or not allowed */
  properties = g_variant_get_child_value (answer, 0);
  take (user_data, properties);
}

static void
on_claimed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  TstCompass *self = user_data;

  if (answer == NULL)
    return;
  g_dbus_connection_call (self->bus, SERVICE, PATH, "org.freedesktop.DBus.Properties", "GetAll", g_variant_new ("(s)", INTERFACE),
                          G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_properties, self);
}

static void
let_go (TstCompass *self)
{
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  set_heading (self, NAN);
}

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  TstCompass *self = user_data;

  let_go (self);
  self->bus = g_object_ref (bus);
  self->subscription = g_dbus_connection_signal_subscribe (bus, SERVICE, "org.freedesktop.DBus.Properties", "PropertiesChanged", PATH, INTERFACE,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, on_changed, self, NULL);
  g_dbus_connection_call (bus, SERVICE, PATH, INTERFACE, "ClaimCompass", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_claimed,
                          self);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer user_data)
{
  let_go (user_data);
}

TstCompass *
tst_compass_new (TstCompassTurned turned, gpointer user_data)
{
  TstCompass *self = g_new0 (TstCompass, 1);

  self->turned = turned;
  self->user_data = user_data;
  self->heading_deg = NAN;
  self->cancellable = g_cancellable_new ();
  /* The service is started by the bus where it is installed; what has no sensor ends again by itself. */
  self->watch = g_bus_watch_name (G_BUS_TYPE_SYSTEM, SERVICE, G_BUS_NAME_WATCHER_FLAGS_AUTO_START, on_appeared, on_vanished, self, NULL);
  return self;
}

void
tst_compass_free (TstCompass *self)
{
  self->turned = NULL;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_bus_unwatch_name (self->watch);
  if (self->bus != NULL)
    g_dbus_connection_call (self->bus, SERVICE, PATH, INTERFACE, "ReleaseCompass", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL,
                            NULL);
  let_go (self);
  g_free (self);
}

double
tst_compass_get_heading (TstCompass *self)
{
  return self->heading_deg;
}
