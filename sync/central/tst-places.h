/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/tst-store.h"

G_BEGIN_DECLS

/* Where published things are, and how many of them lie in each square of the map: counted as they come and go, so that no tile counts
 * anything. All on the store thread; changes inside a transaction. */

typedef enum
{
  TST_LAYER_EVIDENCE = 0, /* values on disk: append only */
  TST_LAYER_WORKS = 1,
} TstPlaceLayer;

/* What of the evidence is on the map, and in the gallery: by the type of its body. */
gboolean tst_places_has_type (const char *type);

/* A tile of zoom Z is cut in 8 × 8 squares, whose counts are kept at level Z + 3. */
#define TST_PLACE_SPLIT 3
#define TST_PLACE_MAX_ZOOM 17
#define TST_PLACE_MAX_LEVEL (TST_PLACE_MAX_ZOOM + TST_PLACE_SPLIT)

/* Changes of counts that wait to be written: thousands of things put at once are mostly in the same few squares. */
typedef struct _TstPlaceSums TstPlaceSums;
TstPlaceSums *tst_place_sums_new (void);
void tst_place_sums_free (TstPlaceSums *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPlaceSums, tst_place_sums_free)
/* Writes and forgets them; in the transaction of what was put. */
gboolean tst_place_sums_write (TstPlaceSums *self, TstStore *store, GError **error);

/* Puts @id there, or somewhere else than before; NAN takes it off the map. Twice the same changes nothing. @sums: (nullable): takes the counts,
 * for the caller to write; without it they are written at once. */
gboolean tst_places_put (TstStore *store, TstPlaceLayer layer, const char *id, double lat, double lon, TstPlaceSums *sums, GError **error);
/* The box of a line or polygon, in degrees, for tiles that draw it; @id must have been put. */
gboolean tst_places_put_extent (TstStore *store, TstPlaceLayer layer, const char *id, double west, double south, double east,
                                double north, GError **error);
/* All of it anew from item and work: the step of the migration, and what the counts are compared with. */
gboolean tst_places_fill (TstStore *store, GError **error);

G_END_DECLS
