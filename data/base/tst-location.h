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
} TstFix;

/**
 * TstLocation:
 *
 * Where the device is: GeoClue, gpsd and a replay file behind one face; app/hardware implements it, app joins it with the session. Main thread only.
 *
 * Properties that every implementation has (notify on change): "state" (string: "off", "searching" (no fix yet, or the last one is too old), "fixed", "denied",
 * "missing" (nothing here tells positions)), "accuracy-m" (double, of the newest fix, -1: none or unknown), "source" (string: "geoclue", "gpsd", "replay", "").
 * Signal "changed": tst_location_get_fix() has another answer, at most a few times a second.
 */
#define TST_TYPE_LOCATION (tst_location_get_type ())
G_DECLARE_INTERFACE (TstLocation, tst_location, TST, LOCATION, GObject)

struct _TstLocationInterface
{
  GTypeInterface parent;
  void (*start) (TstLocation *self);
  void (*stop) (TstLocation *self);
  gboolean (*get_fix) (TstLocation *self, TstFix *fix);
  double (*get_heading) (TstLocation *self, gboolean *magnetic);
};

/* Starts are counted: the receiver runs until as many tst_location_stop() were called. */
void tst_location_start (TstLocation *self);
void tst_location_stop (TstLocation *self);
/* The newest believable fix with its age; FALSE when there is none younger than two minutes. */
gboolean tst_location_get_fix (TstLocation *self, TstFix *fix);
/* Where the camera looks, also while nobody knows where it stands: degrees clockwise, @magnetic says from which north; NAN: not known. */
double tst_location_get_heading (TstLocation *self, gboolean *magnetic);

G_END_DECLS
