/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-fix-parser.h"
#include "hardware/tst-location-sources.h"

#include <gio/gio.h>
#define GCLUE_I_KNOW_THIS_IS_UNSTABLE
#include <geoclue.h>
#include <math.h>

#define DESKTOP_ID "co.testigo.Testigo"
#define AGAIN_S 15
/* A receiver in the machine is that exact; what is worse came from networks around. */
#define RECEIVER_M 30.0

struct _TstGeoclue
{
  TstLocator *locator;
  GCancellable *cancellable;
  GClueSimple *simple; /* (nullable) */
  guint again;
};

static void begin (TstGeoclue *self);

static gboolean
on_again (gpointer user_data)
{
  TstGeoclue *self = user_data;

  self->again = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

static void
on_location (TstGeoclue *self)
{
  GClueLocation *location = gclue_simple_get_location (self->simple);
  TstFix fix;

  if (location == NULL)
    return;
  tst_fix_init (&fix);
  fix.place.latitude = gclue_location_get_latitude (location);
  fix.place.longitude = gclue_location_get_longitude (location);
  fix.place.accuracy_m = gclue_location_get_accuracy (location);
  /* −1.7976e308 is GeoClue's way of saying that it does not know; its heading is where one goes, not where one looks. */
  fix.place.altitude_m = gclue_location_get_altitude (location);
  fix.speed_ms = gclue_location_get_speed (location) >= 0 ? gclue_location_get_speed (location) : NAN;
  fix.place.source = fix.place.accuracy_m <= RECEIVER_M ? "gnss" : "network";
  /* Its time is that of the machine's own clock: it vouches for nothing. */
  fix.utc_us = 0;
  tst_locator_take (self->locator, "geoclue", &fix);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GClueSimple *simple = gclue_simple_new_finish (result, &error);
  TstGeoclue *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* @self is gone */
  if (simple == NULL)
    {
      gboolean denied = g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);

      tst_locator_take_state (self->locator, "geoclue", denied ? "denied" : "missing");
      self->again = g_timeout_add_seconds (AGAIN_S, on_again, self);
      return;
    }
  self->simple = simple;
  tst_locator_take_state (self->locator, "geoclue", "searching");
  g_signal_connect_swapped (simple, "notify::location", G_CALLBACK (on_location), self);
  on_location (self);
}

static void
begin (TstGeoclue *self)
{
  gclue_simple_new (DESKTOP_ID, GCLUE_ACCURACY_LEVEL_EXACT, self->cancellable, on_ready, self);
}

TstGeoclue *
tst_geoclue_new (TstLocator *locator)
{
  TstGeoclue *self = g_new0 (TstGeoclue, 1);

  self->locator = locator;
  self->cancellable = g_cancellable_new ();
  begin (self);
  return self;
}

void
tst_geoclue_free (TstGeoclue *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->again, g_source_remove);
  if (self->simple != NULL)
    {
      GClueClient *client = gclue_simple_get_client (self->simple);

      g_signal_handlers_disconnect_by_data (self->simple, self);
      if (client != NULL)
        gclue_client_call_stop (client, NULL, NULL, NULL);
    }
  g_clear_object (&self->simple);
  g_free (self);
}
