/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstTiles:
 *
 * Children in columns of one width and rows of one height: as many columns as it was told, and one below the other where the words of a child would break in so
 * narrow a column.
 */
#define TST_TYPE_TILES (tst_tiles_get_type ())
G_DECLARE_FINAL_TYPE (TstTiles, tst_tiles, TST, TILES, GtkWidget)

/* @gap: pixels between them. */
GtkWidget *tst_tiles_new (guint columns, int gap);
/* No row higher than this, in pixels, unless it must be; what is left over lies above and below. */
void tst_tiles_set_most (TstTiles *self, int height);
void tst_tiles_append (TstTiles *self, GtkWidget *child);

G_END_DECLS
