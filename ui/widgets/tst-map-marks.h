/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "widgets/tst-map-drawing.h"
#include "widgets/tst-map-evidence.h"

#include <shumate/shumate.h>

G_BEGIN_DECLS

/**
 * TstMapMarks:
 *
 * Everything on the map that is not ground, in one layer: comunas, lines and polygons, marks and clusters, position, pin. What is drawn in a
 * frame depends on the size of the view, not on the number of works. For TstMap.
 */
#define TST_TYPE_MAP_MARKS (tst_map_marks_get_type ())
G_DECLARE_FINAL_TYPE (TstMapMarks, tst_map_marks, TST, MAP_MARKS, ShumateLayer)

TstMapMarks *tst_map_marks_new (ShumateViewport *viewport);
void tst_map_marks_set_clusters (TstMapMarks *self, TstMapClusters *clusters); /* (nullable) */
TstMapClusters *tst_map_marks_get_clusters (TstMapMarks *self); /* (transfer none) (nullable) */
void tst_map_marks_set_shapes (TstMapMarks *self, GPtrArray *shapes);   /* (nullable) of TstWorkShape */
void tst_map_marks_set_comunas (TstMapMarks *self, GPtrArray *comunas); /* (nullable) of TstMapComuna */
/* Where photographs were taken, in the place of the marks of works; NULL: those again. */
void tst_map_marks_set_evidence (TstMapMarks *self, TstMapEvidence *evidence); /* (transfer full) */
TstMapEvidence *tst_map_marks_get_evidence (TstMapMarks *self); /* (transfer none) (nullable) */
/* The nearest spot of photographs within reach of a finger at @x, @y. */
gboolean tst_map_marks_hit_evidence (TstMapMarks *self, double x, double y, TstMapEvidenceSpot *spot);
/* NAN takes them away. @accuracy_m < 0: unknown. */
void tst_map_marks_set_position (TstMapMarks *self, double lat, double lon, double accuracy_m);
void tst_map_marks_set_pin (TstMapMarks *self, double lat, double lon);
/* A ring round the work with this code; NULL: none. */
void tst_map_marks_set_selected (TstMapMarks *self, const char *code);
/* Lines that show where the middle is, while the keyboard steers. */
void tst_map_marks_set_cross (TstMapMarks *self, gboolean cross);

TstMapView tst_map_marks_get_view (TstMapMarks *self);
guint tst_map_marks_get_level (TstMapMarks *self);
/* What the view (widened by @margin of its size on each side) covers, as fractions of the world. */
void tst_map_marks_get_extent (TstMapMarks *self, double margin, double *west, double *north, double *east, double *south);
/* What a finger at @x, @y means: within 24 px of it the nearest mark or cluster, else the nearest line or the polygon there.
 * TRUE with either @cluster->count > 0, or @code (transfer full) set. */
gboolean tst_map_marks_hit (TstMapMarks *self, double x, double y, TstMapCluster *cluster, char **code);
/* Whether @x, @y is on the pin. */
gboolean tst_map_marks_hits_pin (TstMapMarks *self, double x, double y);

G_END_DECLS
