/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "widgets/tst-map-look.h"
#include "widgets/tst-map-marks.h"

G_BEGIN_DECLS

/* TstMapMarks in two rooms: tst-map-marks.c draws, tst-map-touch.c says what a finger means. */

struct _TstMapMarks
{
  ShumateLayer parent_instance;
  TstMapClusters *clusters;
  TstMapEvidence *evidence; /* (nullable): shown in their place */
  GPtrArray *shapes, *comunas;
  double position_x, position_y, position_lat, accuracy_m;
  double pin_x, pin_y;
  char *selected;
  gboolean cross;

  TstMapLook *look;

  GArray *flat; /* (nullable) of TstMapPiece: lines and polygons */
  TstMapView flat_view;
  int flat_width, flat_height;
  gboolean flat_stale, drawing;
  guint again; /* the frame in which counts that are owed are drawn */
  GCancellable *cancellable;
};

void tst_map_marks_to_widget (TstMapMarks *self, const TstMapView *view, double x, double y, double *at_x, double *at_y);
/* In the view and a little beyond: (element-type TstMapCluster) and (element-type TstMapEvidenceSpot), free with g_array_unref(). */
GArray *tst_map_marks_visible_clusters (TstMapMarks *self);
GArray *tst_map_marks_visible_evidence (TstMapMarks *self);

G_END_DECLS
