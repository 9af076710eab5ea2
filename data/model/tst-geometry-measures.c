/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-geo.h"
#include "model/tst-geometry-private.h"

#include <math.h>

double
_tst_geometry_ring_area (const TstPoint *points, guint n)
{
  double area = 0;

  for (guint i = 0; i + 1 < n; i++)
    area += (points[i].lon - points[0].lon) * (points[i + 1].lat - points[0].lat)
            - (points[i + 1].lon - points[0].lon) * (points[i].lat - points[0].lat);
  return area / 2;
}

gboolean
tst_geometry_is_valid (const TstGeometry *self)
{
  for (guint i = 0; i < self->n_points; i++)
    {
      TstPoint p = self->points[i];

      if (!(fabs (p.lon) <= 180 && fabs (p.lat) <= 90) || (p.lon == 0 && p.lat == 0))
        return FALSE;
    }
  return TRUE;
}

TstBounds
tst_geometry_bounds (const TstGeometry *self)
{
  TstBounds bounds = { self->points[0].lon, self->points[0].lat, self->points[0].lon, self->points[0].lat };

  for (guint i = 1; i < self->n_points; i++)
    {
      bounds.west = fmin (bounds.west, self->points[i].lon);
      bounds.south = fmin (bounds.south, self->points[i].lat);
      bounds.east = fmax (bounds.east, self->points[i].lon);
      bounds.north = fmax (bounds.north, self->points[i].lat);
    }
  return bounds;
}

/* Of the origin from the line between two places, in what these are measured in. */
static double
segment_distance (TstPoint a, TstPoint b)
{
  const double dx = b.lon - a.lon, dy = b.lat - a.lat, length = dx * dx + dy * dy;
  const double t = length > 0 ? CLAMP (-(a.lon * dx + a.lat * dy) / length, 0, 1) : 0;

  return hypot (a.lon + t * dx, a.lat + t * dy);
}

double
tst_geometry_distance (const TstGeometry *self, TstPoint point)
{
  const double north = TST_GEO_METRES_PER_DEGREE, east = north * cos (point.lat * G_PI / 180);
  double nearest = G_MAXDOUBLE;

  if (tst_geometry_contains (self, point))
    return 0;
  for (guint path = 0; path < self->n_paths; path++)
    for (guint i = path_start (self, path); i < self->path_ends[path]; i++)
      {
        const guint next = MIN (i + 1, self->path_ends[path] - 1);
        const TstPoint a = { (self->points[i].lon - point.lon) * east, (self->points[i].lat - point.lat) * north };
        const TstPoint b = { (self->points[next].lon - point.lon) * east, (self->points[next].lat - point.lat) * north };

        nearest = fmin (nearest, segment_distance (a, b));
      }
  return nearest;
}

/* Even-odd over the rings of one polygon. */
static gboolean
polygon_contains (const TstGeometry *self, guint polygon, TstPoint point)
{
  gboolean inside = FALSE;

  for (guint path = polygon_start (self, polygon); path < self->polygon_ends[polygon]; path++)
    for (guint i = path_start (self, path); i + 1 < self->path_ends[path]; i++)
      {
        TstPoint a = self->points[i], b = self->points[i + 1];

        if ((a.lat > point.lat) != (b.lat > point.lat)
            && point.lon < (b.lon - a.lon) * (point.lat - a.lat) / (b.lat - a.lat) + a.lon)
          inside = !inside;
      }
  return inside;
}

gboolean
tst_geometry_contains (const TstGeometry *self, TstPoint point)
{
  for (guint polygon = 0; polygon < self->n_polygons; polygon++)
    if (polygon_contains (self, polygon, point))
      return TRUE;
  return FALSE;
}

static double
path_length (const TstGeometry *self, guint path)
{
  double length = 0;

  for (guint i = path_start (self, path); i + 1 < self->path_ends[path]; i++)
    length += hypot (self->points[i + 1].lon - self->points[i].lon,
                     self->points[i + 1].lat - self->points[i].lat);
  return length;
}

static TstPoint
middle_of_longest_line (const TstGeometry *self)
{
  guint best = 0;
  double half;

  for (guint path = 1; path < self->n_paths; path++)
    if (path_length (self, path) > path_length (self, best))
      best = path;
  half = path_length (self, best) / 2;
  for (guint i = path_start (self, best); i + 1 < self->path_ends[best]; i++)
    {
      TstPoint a = self->points[i], b = self->points[i + 1];
      double length = hypot (b.lon - a.lon, b.lat - a.lat);

      if (half <= length && length > 0)
        return (TstPoint){ a.lon + (b.lon - a.lon) * half / length, a.lat + (b.lat - a.lat) * half / length };
      half -= length;
    }
  return self->points[path_start (self, best)];
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* The middle of the widest stretch within the polygon on the parallel of @lat. FALSE if it does not meet it. */
static gboolean
widest_on_parallel (const TstGeometry *self, guint polygon, double lat, TstPoint *point)
{
  g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (double));
  double widest = 0;

  for (guint path = polygon_start (self, polygon); path < self->polygon_ends[polygon]; path++)
    for (guint i = path_start (self, path); i + 1 < self->path_ends[path]; i++)
      {
        TstPoint a = self->points[i], b = self->points[i + 1];

        if ((a.lat > lat) != (b.lat > lat))
          {
            double lon = (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat) + a.lon;

            g_array_append_val (crossings, lon);
          }
      }
  g_array_sort (crossings, compare_doubles);
  for (guint i = 0; i + 1 < crossings->len; i += 2)
    {
      double west = g_array_index (crossings, double, i), east = g_array_index (crossings, double, i + 1);

      if (east - west > widest)
        {
          widest = east - west;
          *point = (TstPoint){ (west + east) / 2, lat };
        }
    }
  return widest > 0;
}

static TstPoint
inside_largest_polygon (const TstGeometry *self)
{
  guint best = 0;
  double best_area = -1, area = 0, x = 0, y = 0, south, north;
  guint start, end;
  TstPoint origin, point;

  for (guint polygon = 0; polygon < self->n_polygons; polygon++)
    {
      guint path = polygon_start (self, polygon);
      double size = fabs (_tst_geometry_ring_area (self->points + path_start (self, path),
                                                   self->path_ends[path] - path_start (self, path)));

      if (size > best_area)
        {
          best_area = size;
          best = polygon;
        }
    }
  start = path_start (self, polygon_start (self, best));
  end = self->path_ends[polygon_start (self, best)];
  origin = self->points[start];
  south = north = origin.lat;
  for (guint i = start; i + 1 < end; i++)
    {
      double ax = self->points[i].lon - origin.lon, ay = self->points[i].lat - origin.lat;
      double bx = self->points[i + 1].lon - origin.lon, by = self->points[i + 1].lat - origin.lat;
      double cross = ax * by - bx * ay;

      area += cross;
      x += (ax + bx) * cross;
      y += (ay + by) * cross;
      south = fmin (south, self->points[i].lat);
      north = fmax (north, self->points[i].lat);
    }
  if (area != 0)
    {
      point = (TstPoint){ origin.lon + x / (3 * area), origin.lat + y / (3 * area) };
      if (polygon_contains (self, best, point))
        return point;
      if (widest_on_parallel (self, best, point.lat, &point))
        return point;
    }
  if (widest_on_parallel (self, best, (south + north) / 2, &point))
    return point;
  return origin;
}

TstPoint
tst_geometry_representative_point (const TstGeometry *self)
{
  switch (self->type)
    {
    case TST_GEOMETRY_LINE:
      return middle_of_longest_line (self);
    case TST_GEOMETRY_POLYGON:
      return inside_largest_polygon (self);
    case TST_GEOMETRY_POINT:
    default:
      return self->points[0];
    }
}
