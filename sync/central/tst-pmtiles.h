/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tiles from one file by their place in it (github.com/protomaps/PMTiles, version 3 of the specification, 2022): a header, directories that are
 * sorted along a Hilbert curve and compressed, tiles. Only what is asked for is read. Any thread. */

typedef struct _TstPmtiles TstPmtiles;

/* The numbers of the specification. */
typedef enum
{
  TST_PMTILES_UNKNOWN = 0,
  TST_PMTILES_MVT = 1,
  TST_PMTILES_PNG = 2,
  TST_PMTILES_JPEG = 3,
  TST_PMTILES_WEBP = 4
} TstPmtilesType;

/* TST_ERROR_BAD_VALUE: not such a file, or compressed otherwise than with gzip; TST_ERROR_IO. */
TstPmtiles *tst_pmtiles_open (const char *path, GError **error);
void tst_pmtiles_free (TstPmtiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPmtiles, tst_pmtiles_free)

TstPmtilesType tst_pmtiles_get_type (TstPmtiles *self);
void tst_pmtiles_get_zooms (TstPmtiles *self, guint *shallowest, guint *deepest);
/* The JSON text about the whole; not compressed. */
GBytes *tst_pmtiles_read_metadata (TstPmtiles *self, GError **error);
/* (nullable): NULL without an error where there is no tile. Not compressed. @z: up to 26. */
GBytes *tst_pmtiles_read (TstPmtiles *self, guint z, guint x, guint y, GError **error);

/* The number of a tile along the curve, from 0 for the whole world. */
guint64 tst_pmtiles_id (guint z, guint x, guint y);
/* What gzip made smaller, as it was, up to @most bytes; anything else as it is. */
GBytes *tst_pmtiles_inflate (GBytes *bytes, gsize most, GError **error);

G_END_DECLS
