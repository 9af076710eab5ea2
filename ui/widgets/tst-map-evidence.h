/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstMapEvidence:
 *
 * Where photographs were taken, gathered as TstMapClusters gathers works. What comes in are places (some thousands at most, however many photographs), so
 * a level is gathered when it is first looked at. Main thread only.
 */
typedef struct _TstMapEvidence TstMapEvidence;

typedef struct
{
  double x, y;                     /* fractions of the world: the middle of the photographs */
  double south, west, north, east; /* degrees: all of them lie in it */
  guint photos;
} TstMapEvidenceSpot;

TstMapEvidence *tst_map_evidence_new (void);
void tst_map_evidence_free (TstMapEvidence *self);
/* @lat, @lon: the middle of the photographs there, whose edges are the others. */
void tst_map_evidence_add (TstMapEvidence *self, double lat, double lon, double south, double west, double north, double east, guint photos);
guint tst_map_evidence_get_photos (TstMapEvidence *self);
guint tst_map_evidence_get_places (TstMapEvidence *self);
/* FALSE: there are none. Of all of them, in degrees. */
gboolean tst_map_evidence_get_bounds (TstMapEvidence *self, double *south, double *west, double *north, double *east);
/* Spots with their middle in the rectangle (fractions of the world): (element-type TstMapEvidenceSpot), free with g_array_unref(). */
GArray *tst_map_evidence_query (TstMapEvidence *self, guint level, double west, double north, double east, double south);

G_END_DECLS
