/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-geometry.h"
#include "model/tst-work-index.h"

G_BEGIN_DECLS

/**
 * TstMapClusters:
 *
 * Works gathered by a grid whose cells halve with every zoom level: what a map shows in any view is found in some hundred
 * binary searches, however many works there are. Positions are fractions of the world in Web Mercator, x to the east from 180° W, y to
 * the south. 100,000 take 1.3 MB beside their index. Immutable once made, counted, any thread.
 */
typedef struct _TstMapClusters TstMapClusters;

/* Cells to a 256 px tile and side: a cell is 64 px wide at a whole zoom level, up to 128 before the next. */
#define TST_MAP_CELLS 4
#define TST_MAP_MAX_LEVEL 18

typedef struct
{
  double x, y;   /* of the only work, or the middle of all, held away from the cell's edges so that neighbours do not touch */
  guint32 first; /* for tst_map_clusters_get_member(): @count of them from here */
  guint32 count;
} TstMapCluster;

double tst_map_x (double lon);
double tst_map_y (double lat); /* of the poles: those of the map */
double tst_map_lon (double x);
double tst_map_lat (double y);

/* @found: (nullable) (element-type guint32): which of @works; NULL is all. Takes some 30 ms for 100,000: not for the main loop. */
TstMapClusters *tst_map_clusters_new (TstWorkIndex *works, GArray *found);
TstMapClusters *tst_map_clusters_ref (TstMapClusters *self);
void tst_map_clusters_unref (TstMapClusters *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstMapClusters, tst_map_clusters_unref)

TstWorkIndex *tst_map_clusters_get_works (TstMapClusters *self); /* (transfer none) */
/* How many have a place, and so are on the map. */
guint tst_map_clusters_get_size (TstMapClusters *self);
/* Around all that have one; FALSE when none has. */
gboolean tst_map_clusters_get_bounds (TstMapClusters *self, TstBounds *bounds);
/* Whether the work at @work in the index is among them, with a place or without. */
gboolean tst_map_clusters_has_work (TstMapClusters *self, guint32 work);
/* Place of a member in the index of works. */
guint32 tst_map_clusters_get_member (TstMapClusters *self, guint32 at);

/* Clusters with a cell in the rectangle, north-west first: (element-type TstMapCluster), free with g_array_unref(). */
GArray *tst_map_clusters_query (TstMapClusters *self, guint level, double west, double north, double east, double south);
guint tst_map_clusters_count (TstMapClusters *self, guint level, double west, double north, double east, double south);

G_END_DECLS
