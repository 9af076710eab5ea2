/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <shumate/shumate.h>

G_BEGIN_DECLS

/**
 * TstMapGround:
 *
 * The ground of the map from an MBTiles file with pictures (github.com/mapbox/mbtiles-spec, 1.3), read and decoded on a thread of its own
 * through a read-only connection of its own; never the field book's store. Past the file's deepest zoom its tiles are enlarged. Where the
 * file has nothing the tile stays empty and the plain ground shows.
 *
 * Properties: "state" (string: "plain" without a file, "opening", "ready", "missing", "broken", "unsuited" for vector tiles; notifies),
 * "attribution" (string, "" unless the file says one). When dark the tiles' light is turned round.
 */
#define TST_TYPE_MAP_GROUND (tst_map_ground_get_type ())
G_DECLARE_FINAL_TYPE (TstMapGround, tst_map_ground, TST, MAP_GROUND, ShumateMapSource)

/* @path: (nullable): an MBTiles file; NULL or "": plain. Nothing is read in the caller's thread. */
TstMapGround *tst_map_ground_new (const char *path, gboolean dark);
const char *tst_map_ground_get_state (TstMapGround *self);
const char *tst_map_ground_get_attribution (TstMapGround *self);
/* TRUE with the area in degrees when the file says which. */
gboolean tst_map_ground_get_bounds (TstMapGround *self, double *west, double *south, double *east, double *north);

G_END_DECLS
