/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-place.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* A position and when it was had. */
typedef struct
{
  TstPlace place;  /* age_s as of the asking */
  gint64 mono_us;  /* CLOCK_BOOTTIME of its arrival */
  gint64 utc_us;   /* the receiver's own time of the fix; 0: it told none (network, or no time solution yet) */
  double speed_ms; /* NAN: unknown */
  double declination_deg; /* how far magnetic north lies east of the true one there, as the receiver tells it; 0: it did not */
} TstFix;

/**
 * TstLocation:
 *
 * Where the device is: GeoClue, gpsd and a replay file behind one face; app/hardware implements it, app joins it with the session. Main thread only.
 *
 * Properties that every implementation has (notify on change): "state" (string: "off", "searching" (no fix yet, or the last one is too old), "fixed", "denied",
 * "missing" (nothing here tells positions)), "accuracy-m" (double, of the newest fix, -1: none or unknown), "source" (string: "geoclue", "gpsd", "replay", "").
 * Signal "changed": tst_location_get_fix() has another answer, at most a few times a second. Signal "turned": tst_location_get_heading() has, likewise; a position
 * that stays where it is tells nothing of that.
 */
#define TST_TYPE_LOCATION (tst_location_get_type ())
G_DECLARE_INTERFACE (TstLocation, tst_location, TST, LOCATION, GObject)

struct _TstLocationInterface
{
  GTypeInterface parent;
  void (*start) (TstLocation *self);
  void (*stop) (TstLocation *self);
  gboolean (*get_fix) (TstLocation *self, TstFix *fix);
  gboolean (*get_heading) (TstLocation *self, TstPlace *place);
};

/* Starts are counted: the receiver runs until as many tst_location_stop() were called. */
void tst_location_start (TstLocation *self);
void tst_location_stop (TstLocation *self);
/* The newest believable fix with its age; FALSE when there is none younger than two minutes. */
gboolean tst_location_get_fix (TstLocation *self, TstFix *fix);
/*
 * Where the camera looks, also while nobody knows where it stands: fills what @place has of it (heading_deg, heading_magnetic, declination_deg). A compass tells magnetic
 * north; once a receiver has told how far that is from the true one here, it is reckoned in. FALSE and NAN: not known.
 */
gboolean tst_location_get_heading (TstLocation *self, TstPlace *place);

G_END_DECLS
