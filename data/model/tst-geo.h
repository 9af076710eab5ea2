/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Degrees and metres. Any thread. */

/* EPSG:9377, «Origen-Nacional»: transverse Mercator on GRS 80, origin 4° N 73° W, scale 0.9992, false origin 5,000,000 / 2,000,000. Good to less
 * than 1 mm within Colombia (Krüger's series to n⁴). */
void tst_geo_to_9377 (double lat, double lon, double *easting, double *northing);
void tst_geo_from_9377 (double easting, double northing, double *lat, double *lon);

#define TST_GEO_RADIUS_M 6371008.8 /* of the sphere as large as the Earth */
#define TST_GEO_METRES_PER_DEGREE (TST_GEO_RADIUS_M * G_PI / 180)
/* Metres on that sphere. */
double tst_geo_distance (double lat1, double lon1, double lat2, double lon2);
/* Degrees from true north, 0 to 360, in which to set out from the first place to the second. */
double tst_geo_bearing (double lat1, double lon1, double lat2, double lon2);
/* 0 to 7: north, north-east, … north-west, for words. */
guint tst_geo_octant (double bearing_deg);

/* Boxes around the mainland, Malpelo, and San Andrés, Providencia and their keys: tells swapped and foreign
 * coordinates, not on which side of a border a point lies. */
gboolean tst_geo_is_in_colombia (double lat, double lon);

G_END_DECLS
