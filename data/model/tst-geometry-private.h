/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-geometry.h"

G_BEGIN_DECLS

static inline guint
path_start (const TstGeometry *self, guint path)
{
  return path == 0 ? 0 : self->path_ends[path - 1];
}

static inline guint
polygon_start (const TstGeometry *self, guint polygon)
{
  return polygon == 0 ? 0 : self->polygon_ends[polygon - 1];
}

/* In square degrees, positive when the ring runs counter-clockwise. */
double _tst_geometry_ring_area (const TstPoint *points, guint n);

G_END_DECLS
