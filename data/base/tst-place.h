/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where something is, and how sure that is (WGS 84). */
typedef struct
{
  double latitude, longitude;
  double accuracy_m;      /* < 0: unknown */
  double altitude_m;      /* NAN: unknown */
  double heading_deg;     /* NAN: unknown */
  gboolean heading_magnetic; /* from magnetic north, as a compass says it */
  double declination_deg; /* what was added to what a compass said, so that @heading_deg is from true north; 0: nothing was */
  const char *source;     /* "exif", "gnss", "pin", "work", "network": static strings */
  int age_s;              /* of the fix at capture; < 0: unknown */
} TstPlace;

G_END_DECLS
