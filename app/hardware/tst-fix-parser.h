/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-location.h"

G_BEGIN_DECLS

/* Fixes as receivers and files tell them. Nothing that is read here is believed before tst_fix_is_believable(). */

void tst_fix_init (TstFix *fix); /* nothing known; source "gnss" */
/* Numbers, ranges, not 0°/0°, no more than 200 m/s; an accuracy that is absurd is unknown, a time out of 2024 to 2100 is none. */
gboolean tst_fix_is_believable (TstFix *fix);
double tst_fix_distance_m (const TstFix *one, const TstFix *other);

typedef enum
{
  TST_FIX_NOTHING, /* the line is of something else */
  TST_FIX_LOST,    /* the receiver says that it does not know */
  TST_FIX_FOUND
} TstFixFound;

/* What one line tells for those after it. */
typedef struct
{
  double heading_deg; /* NAN: not known */
  gboolean magnetic;
  double declination_deg; /* 0: not told */
} TstGpsdKept;

/* One line of gpsd's JSON protocol (gpsd_json(5)): TPV; of ATT the heading and of an earlier TPV the magnetic variation are kept in @kept. */
TstFixFound tst_fix_parse_gpsd (const char *line, TstGpsdKept *kept, TstFix *fix);

/**
 * tst_fix_read_file:
 *
 * A replay: NMEA 0183 (RMC and GGA; HDT, HDM), GPX 1.1 (track and way points), or a JSON object a line with "lat" and "lon", and as one likes "accuracy_m",
 * "altitude_m", "heading_deg" ("heading_north": "magnetic"), "declination_deg", "speed_ms", "time" (RFC 3339), "source" ("gnss", "network") and "after_ms" (since the line before); "lost": true is a
 * loss of the fix. By content, not by name.
 *
 * Returns: (element-type TstReplayFix): TST_ERROR_FILE_UNREADABLE, TST_ERROR_BAD_VALUE when there is no fix in it
 */
typedef struct
{
  TstFix fix;
  gboolean lost;
  guint after_ms; /* since the one before */
} TstReplayFix;
GArray *tst_fix_read_file (const char *path, GError **error);

G_END_DECLS
