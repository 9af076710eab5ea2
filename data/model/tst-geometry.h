/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Degrees in WGS 84 (for Testigo the same as MAGNA-SIRGAS). */
typedef struct
{
  double lon, lat;
} TstPoint;

typedef enum
{
  TST_GEOMETRY_POINT,
  TST_GEOMETRY_LINE,
  TST_GEOMETRY_POLYGON
} TstGeometryType;

/**
 * TstGeometry:
 * @multi: whether it is written as Multi…
 * @points: (array length=n_points): all positions, path after path
 * @path_ends: (array length=n_paths): index past the last point of each path (a line, or a ring of a polygon; a closed ring repeats its
 *   first point)
 * @polygon_ends: (array length=n_polygons): index past the last ring of each polygon; the first ring is the outer one. Polygons only
 *
 * Immutable once read. Outer rings run counter-clockwise, holes clockwise (RFC 7946 § 3.1.6).
 */
typedef struct
{
  TstGeometryType type;
  gboolean multi;
  guint n_points;
  TstPoint *points;
  guint n_paths;
  guint *path_ends;
  guint n_polygons;
  guint *polygon_ends;
} TstGeometry;

#define TST_GEOMETRY_MAX_POINTS 100000

TstGeometry *tst_geometry_new_point (double lat, double lon);
TstGeometry *tst_geometry_copy (const TstGeometry *self);
void tst_geometry_free (TstGeometry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstGeometry, tst_geometry_free)
gboolean tst_geometry_equal (const TstGeometry *a, const TstGeometry *b);

/* OGC simple features text: POINT, LINESTRING, POLYGON and their MULTI forms, any case, an EWKT "SRID=4326;" allowed; Z and M are dropped.
 * Errors: TST_ERROR_BAD_VALUE, TST_ERROR_TOO_LARGE. The numbers are not looked at (tst_geometry_is_valid()). */
TstGeometry *tst_geometry_from_wkt (const char *wkt, GError **error);
char *tst_geometry_to_wkt (const TstGeometry *self);
/* RFC 7946 geometry object; a GeometryCollection is refused. */
TstGeometry *tst_geometry_from_geojson (JsonObject *object, GError **error);
JsonObject *tst_geometry_to_geojson (const TstGeometry *self);

/* All positions within ±180 and ±90 and not both zero. */
gboolean tst_geometry_is_valid (const TstGeometry *self);

typedef struct
{
  double west, south, east, north;
} TstBounds;
TstBounds tst_geometry_bounds (const TstGeometry *self);

/* A point to put a marker on: the point itself, the middle along the longest line, a point inside the largest polygon. */
TstPoint tst_geometry_representative_point (const TstGeometry *self);
/* Whether @point lies in the polygon (even-odd; FALSE for points and lines). */
gboolean tst_geometry_contains (const TstGeometry *self, TstPoint point);

/* Metres from @point to the nearest of it; 0 inside a polygon. Good within a town: a degree is taken as long as it is at @point. */
double tst_geometry_distance (const TstGeometry *self, TstPoint point);

/* Each position through @func; FALSE if it refused one, and then nothing changed. */
typedef gboolean (*TstPointFunc) (TstPoint *point, gpointer user_data);
gboolean tst_geometry_transform (TstGeometry *self, TstPointFunc func, gpointer user_data);

G_END_DECLS
