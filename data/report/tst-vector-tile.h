/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-geometry.h"

G_BEGIN_DECLS

/**
 * TstVectorTile:
 *
 * Writes a Mapbox Vector Tile (github.com/mapbox/vector-tile-spec, 2.1), a protocol buffer of a handful of message types: layers of features
 * with tags and a geometry of whole numbers. The tile is TST_TILE_EXTENT units wide; what lies up to TST_TILE_BUFFER units outside is drawn
 * too, so that symbols on an edge are whole. One thread at a time.
 */
typedef struct _TstVectorTile TstVectorTile;

#define TST_TILE_EXTENT 4096
#define TST_TILE_BUFFER 128

/* The tile of zoom @z, @x to the east and @y to the south. */
TstVectorTile *tst_vector_tile_new (guint z, guint x, guint y);
void tst_vector_tile_free (TstVectorTile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstVectorTile, tst_vector_tile_free)

/* Layers do not nest; one without a feature is left out. @name must differ from those before. */
void tst_vector_tile_begin_layer (TstVectorTile *self, const char *name);
void tst_vector_tile_end_layer (TstVectorTile *self);

/* Between begin and end: tags, and one geometry. A feature without a geometry is left out. */
void tst_vector_tile_begin_feature (TstVectorTile *self, guint64 id /* 0: none */);
void tst_vector_tile_tag_text (TstVectorTile *self, const char *key, const char *value); /* NULL: no such tag */
void tst_vector_tile_tag_int (TstVectorTile *self, const char *key, gint64 value);
/* In units of 1/2³⁰ of the whole square (tst-web-mercator.h). */
void tst_vector_tile_point (TstVectorTile *self, double x, double y);
/* Clipped to the tile and its buffer. */
void tst_vector_tile_geometry (TstVectorTile *self, const TstGeometry *geometry);
void tst_vector_tile_end_feature (TstVectorTile *self);

GBytes *tst_vector_tile_finish (TstVectorTile *self); /* empty when nothing is in it */

G_END_DECLS
