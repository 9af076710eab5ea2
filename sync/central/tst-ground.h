/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What lies under the moving map, read only, from a file of the town's: MBTiles (github.com/mapbox/mbtiles-spec, 1.3) or PMTiles (tst-pmtiles.h), pictures
 * or vector tiles. Any thread. */

typedef struct _TstGround TstGround;

/* Told apart by their first bytes. TST_ERROR_BAD_VALUE when it is neither, or its tiles are of a kind that browsers do not know. */
TstGround *tst_ground_open (const char *path, GError **error);
void tst_ground_free (TstGround *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstGround, tst_ground_free)

/* (nullable): NULL without an error where there is no tile. Rows are counted from the north; not compressed. */
GBytes *tst_ground_read (TstGround *self, guint z, guint x, guint y, GError **error);
void tst_ground_get_zooms (TstGround *self, guint *shallowest, guint *deepest);
const char *tst_ground_get_mime (TstGround *self);
/* What /mapa.json says of it: "min_zoom", "max_zoom", "attribution", and of vector tiles "layers": their names. (transfer full) */
JsonObject *tst_ground_describe (TstGround *self);

G_END_DECLS
