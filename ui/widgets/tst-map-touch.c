/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-marks-private.h"

#include <math.h>

/* Half of the smallest target for a finger. */
#define REACH 24.0

static double
distance_to_segment (double x, double y, double x1, double y1, double x2, double y2)
{
  double dx = x2 - x1;
  double dy = y2 - y1;
  double square = dx * dx + dy * dy;
  double t = square > 0 ? CLAMP (((x - x1) * dx + (y - y1) * dy) / square, 0, 1) : 0;

  return hypot (x - x1 - t * dx, y - y1 - t * dy);
}

static double
distance_to_shape (TstMapMarks *self, const TstMapView *view, const TstWorkShape *shape, double x, double y)
{
  const TstGeometry *geometry = shape->geometry;
  double least = INFINITY;
  guint at = 0;

  for (guint path = 0; path < geometry->n_paths; path++)
    {
      double x1 = 0, y1 = 0;

      for (guint i = at; i < geometry->path_ends[path]; i++)
        {
          double x2, y2;

          tst_map_marks_to_widget (self, view, tst_map_x (geometry->points[i].lon), tst_map_y (geometry->points[i].lat), &x2, &y2);
          if (i > at)
            least = MIN (least, distance_to_segment (x, y, x1, y1, x2, y2));
          x1 = x2;
          y1 = y2;
        }
      at = geometry->path_ends[path];
    }
  return least;
}

static gboolean
hit_shape (TstMapMarks *self, const TstMapView *view, double x, double y, char **code)
{
  TstPoint point;
  const TstWorkShape *best = NULL;
  double least = REACH;

  point.lon = tst_map_lon (view->x + (x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0) / view->world);
  point.lat = tst_map_lat (view->y + (y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0) / view->world);
  for (guint i = 0; i < self->shapes->len; i++)
    {
      const TstWorkShape *shape = self->shapes->pdata[i];
      double distance;
      guint at;

      if (self->clusters != NULL
          && !(tst_work_index_find (tst_map_clusters_get_works (self->clusters), shape->code, &at)
               && tst_map_clusters_has_work (self->clusters, at)))
        continue;
      distance = shape->geometry->type == TST_GEOMETRY_POLYGON && tst_geometry_contains (shape->geometry, point)
                     ? 0
                     : distance_to_shape (self, view, shape, x, y);
      if (distance <= least)
        {
          least = distance;
          best = shape;
        }
    }
  *code = best != NULL ? g_strdup (best->code) : NULL;
  return best != NULL;
}

gboolean
tst_map_marks_hit (TstMapMarks *self, double x, double y, TstMapCluster *cluster, char **code)
{
  g_autoptr (GArray) clusters = NULL;
  TstMapView view;
  double least = REACH;

  g_return_val_if_fail (TST_IS_MAP_MARKS (self), FALSE);
  view = tst_map_marks_get_view (self);
  clusters = tst_map_marks_visible_clusters (self);
  cluster->count = 0;
  *code = NULL;
  for (guint i = 0; i < clusters->len; i++)
    {
      const TstMapCluster *candidate = &g_array_index (clusters, TstMapCluster, i);
      double at_x, at_y, distance;

      tst_map_marks_to_widget (self, &view, candidate->x, candidate->y, &at_x, &at_y);
      distance = hypot (at_x - x, at_y - y);
      if (distance <= least)
        {
          least = distance;
          *cluster = *candidate;
        }
    }
  if (cluster->count > 0)
    return TRUE;
  return self->shapes != NULL && tst_map_marks_get_level (self) >= 13 && hit_shape (self, &view, x, y, code);
}

gboolean
tst_map_marks_hit_evidence (TstMapMarks *self, double x, double y, TstMapEvidenceSpot *spot)
{
  g_autoptr (GArray) spots = NULL;
  TstMapView view;
  double least = REACH;

  g_return_val_if_fail (TST_IS_MAP_MARKS (self) && spot != NULL, FALSE);
  spot->photos = 0;
  if (self->evidence == NULL)
    return FALSE;
  view = tst_map_marks_get_view (self);
  spots = tst_map_marks_visible_evidence (self);
  for (guint i = 0; i < spots->len; i++)
    {
      const TstMapEvidenceSpot *candidate = &g_array_index (spots, TstMapEvidenceSpot, i);
      double at_x, at_y, distance;

      tst_map_marks_to_widget (self, &view, candidate->x, candidate->y, &at_x, &at_y);
      distance = hypot (at_x - x, at_y - y);
      if (distance <= least)
        {
          least = distance;
          *spot = *candidate;
        }
    }
  return spot->photos > 0;
}

gboolean
tst_map_marks_hits_pin (TstMapMarks *self, double x, double y)
{
  TstMapView view;
  double at_x, at_y;

  g_return_val_if_fail (TST_IS_MAP_MARKS (self), FALSE);
  if (isnan (self->pin_x))
    return FALSE;
  view = tst_map_marks_get_view (self);
  tst_map_marks_to_widget (self, &view, self->pin_x, self->pin_y, &at_x, &at_y);
  return fabs (x - at_x) <= REACH && y >= at_y - TST_MAP_PIN_HEIGHT - 6 && y <= at_y + 12;
}
