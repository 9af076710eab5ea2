/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstThumbnails:
 *
 * Small pictures of photographs in the media store: two threads decode, the last asked for first; what nobody waits for any more is not
 * begun; textures are kept up to a bound of memory, the least recently seen go first. Main thread only.
 */
#define TST_TYPE_THUMBNAILS (tst_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (TstThumbnails, tst_thumbnails, TST, THUMBNAILS, GObject)

TstThumbnails *tst_thumbnails_new (TstMediaStore *media, gsize max_bytes);
/* The one that all pages share: it lives as long as the book. */
TstThumbnails *tst_thumbnails_for_book (TstFieldBook *book); /* (transfer none) */

/* @texture: NULL when the file cannot be shown. Called once, on the main loop, unless cancelled. */
typedef void (*TstThumbnailReady) (GdkTexture *texture, gpointer user_data);

/**
 * tst_thumbnails_get:
 * @sha256: content address in hex
 * @width: pixels of the screen
 * @id: (out): for tst_thumbnails_cancel(); 0 when there is nothing to wait for
 *
 * Returns: (transfer none) (nullable): what is at hand already; else @ready is called later.
 */
GdkTexture *tst_thumbnails_get (TstThumbnails *self, const char *sha256, guint width, TstThumbnailReady ready,
                                gpointer user_data, guint *id);
void tst_thumbnails_cancel (TstThumbnails *self, guint id);

/* For tests: bytes of textures held now, pictures that were decoded so far. */
gsize tst_thumbnails_get_bytes (TstThumbnails *self);
guint tst_thumbnails_get_decoded (TstThumbnails *self);

/**
 * TstThumbnail:
 *
 * One of them on the screen, whole, in the middle of a box of fixed size. Asks when it is mapped, cancels when it is not.
 */
#define TST_TYPE_THUMBNAIL (tst_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (TstThumbnail, tst_thumbnail, TST, THUMBNAIL, GtkWidget)

/* @width, @height: of the box, in application pixels. */
GtkWidget *tst_thumbnail_new (int width, int height);
/* @sha256 NULL: nothing; then @icon_name (nullable) is shown in its place. @label: for a screen reader; NULL: decoration. */
void tst_thumbnail_set (TstThumbnail *self, TstThumbnails *source, const char *sha256, const char *icon_name, const char *label);
/* TRUE once the picture is on the screen. */
gboolean tst_thumbnail_is_shown (TstThumbnail *self);

G_END_DECLS
