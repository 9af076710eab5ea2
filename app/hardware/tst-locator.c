/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-locator.h"

#include "hardware/tst-compass.h"
#include "hardware/tst-fix-parser.h"
#include "hardware/tst-gst.h"
#include "hardware/tst-location-sources.h"

#include <math.h>

/* Older than this, a fix tells where somebody was. */
#define TOO_OLD_US (2 * 60 * G_USEC_PER_SEC)
/* A better source is believed for this long before a worse one may speak. */
#define HOLDS_US (10 * G_USEC_PER_SEC)
/* Faster than anybody gets about in a town, in m/s, besides what the accuracy leaves open. */
#define FASTEST_MS 60.0
#define SAID_TIMES 3
/* As often as an arrow may follow somebody who turns, and by no less than a sensor trembles. */
#define TURN_EVERY_MS 100
#define TURN_DEG 1.0
/* A second fix of the same receiver's clock is told no more often. */
#define CLOCK_EVERY_US (60 * G_USEC_PER_SEC)

struct _TstLocator
{
  GObject parent_instance;
  TstClock *clock; /* (nullable) */
  char *host;
  guint16 port;
  gboolean use_geoclue;
  GArray *replay;  /* (nullable) */
  guint starts;
  TstGpsd *gpsd;
  TstGeoclue *geoclue;
  TstReplay *player;
  TstCompass *compass;
  guint expiry, turning;
  double told_deg;        /* the heading of the last "turned" */
  double declination_deg; /* of the last receiver that told one; 0: none has. The same for the whole town, with or without a fix */

  gboolean has_fix;
  TstFix fix, doubted;
  const char *source, *gpsd_state, *geoclue_state;
  guint doubts;
  gint64 clock_us; /* when the clock was last told */
  char *state;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_ACCURACY_M,
  PROP_SOURCE,
} TstLocatorProperty;

static void location_iface_init (TstLocationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstLocator, tst_locator, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (TST_TYPE_LOCATION, location_iface_init))

static gboolean
is_fresh (TstLocator *self)
{
  return self->has_fix && tst_gst_boottime_us () - self->fix.mono_us < TOO_OLD_US;
}

static void
update_state (TstLocator *self)
{
  const char *state = "searching";

  if (self->starts == 0)
    state = "off";
  else if (is_fresh (self))
    state = "fixed";
  else if (self->replay == NULL)
    {
      gboolean searching = g_strcmp0 (self->gpsd_state, "searching") == 0 || g_strcmp0 (self->geoclue_state, "searching") == 0;

      if (!searching && g_strcmp0 (self->geoclue_state, "denied") == 0)
        state = "denied";
      else if (!searching && self->gpsd_state != NULL && (self->geoclue_state != NULL || !self->use_geoclue))
        state = "missing";
    }
  if (g_strcmp0 (state, self->state) == 0)
    return;
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify (G_OBJECT (self), "state");
}

static gboolean on_expiry (gpointer user_data);

static void
tell (TstLocator *self)
{
  g_clear_handle_id (&self->expiry, g_source_remove);
  if (is_fresh (self))
    self->expiry = g_timeout_add ((guint) ((self->fix.mono_us + TOO_OLD_US - tst_gst_boottime_us ()) / 1000 + 100), on_expiry, self);
  else
    self->has_fix = FALSE;
  update_state (self);
  g_object_notify (G_OBJECT (self), "accuracy-m");
  g_object_notify (G_OBJECT (self), "source");
  g_signal_emit_by_name (self, "changed");
}

static gboolean
on_expiry (gpointer user_data)
{
  TstLocator *self = user_data;

  self->expiry = 0;
  tell (self);
  return G_SOURCE_REMOVE;
}

/* Reflections between houses put receivers a street away for a moment, and dead ones anywhere. */
static gboolean
is_jump (TstLocator *self, const TstFix *fix)
{
  double seconds, slack, metres;

  /* What was known before a loss still tells what cannot be. */
  if (self->fix.mono_us == 0 || fix->mono_us - self->fix.mono_us > TOO_OLD_US)
    return FALSE;
  seconds = MAX (1, (double) (fix->mono_us - self->fix.mono_us) / G_USEC_PER_SEC);
  slack = MAX (0, self->fix.place.accuracy_m) + MAX (0, fix->place.accuracy_m);
  metres = tst_fix_distance_m (&self->fix, fix);
  if (metres <= seconds * FASTEST_MS + 2 * slack)
    {
      self->doubts = 0;
      return FALSE;
    }
  self->doubts = self->doubts > 0 && tst_fix_distance_m (&self->doubted, fix) <= FASTEST_MS + 2 * slack ? self->doubts + 1 : 1;
  self->doubted = *fix;
  if (self->doubts < SAID_TIMES)
    return TRUE;
  self->doubts = 0;
  return FALSE;
}

static gboolean
is_better (TstLocator *self, const char *source, const TstFix *fix)
{
  if (!is_fresh (self) || g_strcmp0 (source, self->source) == 0)
    return TRUE;
  if (fix->mono_us - self->fix.mono_us > HOLDS_US)
    return TRUE;
  return fix->place.accuracy_m > 0 && (self->fix.place.accuracy_m < 0 || fix->place.accuracy_m < self->fix.place.accuracy_m);
}

void
tst_locator_take (TstLocator *self, const char *source, const TstFix *fix)
{
  TstFix mine;

  if (g_str_equal (source, "gpsd"))
    self->gpsd_state = "searching";
  else if (g_str_equal (source, "geoclue"))
    self->geoclue_state = "searching";
  if (fix == NULL)
    {
      /* The receiver says itself that it has lost it: what it said before is old at once, for its own part. */
      if (self->has_fix && g_strcmp0 (source, self->source) == 0)
        {
          self->has_fix = FALSE;
          tell (self);
        }
      else
        update_state (self);
      return;
    }
  mine = *fix;
  mine.mono_us = tst_gst_boottime_us ();
  if (!tst_fix_is_believable (&mine) || is_jump (self, &mine))
    return;
  if (self->clock != NULL && mine.utc_us > 0 && !g_str_equal (source, "replay")
      && (self->clock_us == 0 || mine.mono_us - self->clock_us > CLOCK_EVERY_US))
    {
      self->clock_us = mine.mono_us;
      tst_clock_tell_gnss (self->clock, mine.utc_us, mine.mono_us);
    }
  if (mine.declination_deg != 0)
    self->declination_deg = mine.declination_deg;
  if (!is_better (self, source, &mine))
    return;
  self->fix = mine;
  self->has_fix = TRUE;
  self->source = g_str_equal (source, "gpsd") ? "gpsd" : g_str_equal (source, "geoclue") ? "geoclue" : "replay";
  tell (self);
}

void
tst_locator_take_state (TstLocator *self, const char *source, const char *state)
{
  const char **mine = g_str_equal (source, "gpsd") ? &self->gpsd_state : &self->geoclue_state;

  *mine = g_str_equal (state, "denied") ? "denied" : g_str_equal (state, "searching") ? "searching" : "missing";
  update_state (self);
}

/* --- where it looks --- */

/* What a compass said becomes of true north, where that can be known. */
static void
set_magnetic (TstLocator *self, TstPlace *place, double heading_deg)
{
  place->declination_deg = self->declination_deg;
  place->heading_magnetic = self->declination_deg == 0;
  place->heading_deg = fmod (heading_deg + self->declination_deg + 360, 360);
}

static gboolean
location_get_heading (TstLocation *location, TstPlace *place)
{
  TstLocator *self = TST_LOCATOR (location);
  const double told = is_fresh (self) ? self->fix.place.heading_deg : NAN;

  if (isfinite (told) && !self->fix.place.heading_magnetic)
    place->heading_deg = told;
  else if (isfinite (told))
    set_magnetic (self, place, told);
  else if (self->compass != NULL && isfinite (tst_compass_get_heading (self->compass)))
    set_magnetic (self, place, tst_compass_get_heading (self->compass));
  return isfinite (place->heading_deg);
}

static gboolean
on_turn_told (gpointer user_data)
{
  TstLocator *self = user_data;
  TstPlace place;

  self->turning = 0;
  if (!tst_location_get_heading (TST_LOCATION (self), &place))
    place.heading_deg = NAN;
  if (isnan (place.heading_deg) == isnan (self->told_deg) && !(fabs (place.heading_deg - self->told_deg) >= TURN_DEG))
    return G_SOURCE_REMOVE;
  self->told_deg = place.heading_deg;
  g_signal_emit_by_name (self, "turned");
  return G_SOURCE_REMOVE;
}

static void
on_compass_turned (gpointer user_data)
{
  TstLocator *self = user_data;

  if (self->turning == 0)
    self->turning = g_timeout_add (TURN_EVERY_MS, on_turn_told, self);
}

/* --- the interface --- */

static void
location_start (TstLocation *location)
{
  TstLocator *self = TST_LOCATOR (location);

  if (self->starts++ > 0)
    return;
  if (self->replay != NULL)
    self->player = tst_replay_new (self, self->replay);
  else
    {
      self->gpsd = tst_gpsd_new (self, self->host, self->port);
      if (self->use_geoclue)
        self->geoclue = tst_geoclue_new (self);
      self->compass = tst_compass_new (on_compass_turned, self);
    }
  update_state (self);
}

static void
end_sources (TstLocator *self)
{
  g_clear_pointer (&self->gpsd, tst_gpsd_free);
  g_clear_pointer (&self->geoclue, tst_geoclue_free);
  g_clear_pointer (&self->player, tst_replay_free);
  g_clear_pointer (&self->compass, tst_compass_free);
  g_clear_handle_id (&self->turning, g_source_remove);
  self->gpsd_state = NULL;
  self->geoclue_state = NULL;
  self->doubts = 0;
}

static void
location_stop (TstLocation *location)
{
  TstLocator *self = TST_LOCATOR (location);

  g_return_if_fail (self->starts > 0);
  if (--self->starts > 0)
    return;
  end_sources (self);
  update_state (self);
}

static gboolean
location_get_fix (TstLocation *location, TstFix *fix)
{
  TstLocator *self = TST_LOCATOR (location);

  if (!is_fresh (self))
    return FALSE;
  *fix = self->fix;
  tst_location_get_heading (location, &fix->place);
  fix->place.age_s = (int) ((tst_gst_boottime_us () - self->fix.mono_us) / G_USEC_PER_SEC);
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

/* --- the object --- */

static void
tst_locator_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstLocator *self = TST_LOCATOR (object);

  switch ((TstLocatorProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_ACCURACY_M:
      g_value_set_double (value, is_fresh (self) ? self->fix.place.accuracy_m : -1);
      break;
    case PROP_SOURCE:
      g_value_set_string (value, is_fresh (self) ? self->source : "");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_locator_finalize (GObject *object)
{
  TstLocator *self = TST_LOCATOR (object);

  end_sources (self);
  g_clear_handle_id (&self->expiry, g_source_remove);
  g_clear_pointer (&self->replay, g_array_unref);
  g_clear_object (&self->clock);
  g_free (self->host);
  g_free (self->state);
  G_OBJECT_CLASS (tst_locator_parent_class)->finalize (object);
}

static void
tst_locator_class_init (TstLocatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_locator_get_property;
  object_class->finalize = tst_locator_finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_ACCURACY_M, "accuracy-m");
  g_object_class_override_property (object_class, PROP_SOURCE, "source");
}

static void
tst_locator_init (TstLocator *self)
{
  self->state = g_strdup ("off");
  self->host = g_strdup ("localhost");
  self->port = 2947;
  self->use_geoclue = TRUE;
  self->told_deg = NAN;
}

TstLocator *
tst_locator_new (TstClock *clock)
{
  TstLocator *self = g_object_new (TST_TYPE_LOCATOR, NULL);

  g_set_object (&self->clock, clock);
  return self;
}

gboolean
tst_locator_set_replay (TstLocator *self, const char *path, GError **error)
{
  g_return_val_if_fail (TST_IS_LOCATOR (self) && self->starts == 0, FALSE);
  g_clear_pointer (&self->replay, g_array_unref);
  self->replay = tst_fix_read_file (path, error);
  return self->replay != NULL;
}

void
tst_locator_set_gpsd (TstLocator *self, const char *host, guint16 port)
{
  g_return_if_fail (TST_IS_LOCATOR (self) && self->starts == 0);
  g_free (self->host);
  self->host = g_strdup (host);
  self->port = port;
}

void
tst_locator_set_use_geoclue (TstLocator *self, gboolean use)
{
  g_return_if_fail (TST_IS_LOCATOR (self));
  self->use_geoclue = use;
}
