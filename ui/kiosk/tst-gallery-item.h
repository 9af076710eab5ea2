/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/**
 * TstGalleryItem:
 *
 * A row of the list "captures" (or "photos") as an object for models. Signal "changed" when it was filled again.
 */
#define TST_TYPE_GALLERY_ITEM (tst_gallery_item_get_type ())
G_DECLARE_FINAL_TYPE (TstGalleryItem, tst_gallery_item, TST, GALLERY_ITEM, GObject)

TstGalleryItem *tst_gallery_item_new (JsonObject *row);
/* One that is still being read: without id, until it is updated. */
TstGalleryItem *tst_gallery_item_new_unknown (void);
/* FALSE: @row is of another record. */
gboolean tst_gallery_item_update (TstGalleryItem *self, JsonObject *row);
JsonObject *tst_gallery_item_get_row (TstGalleryItem *self); /* (transfer none) */
const char *tst_gallery_item_get_id (TstGalleryItem *self);
const char *tst_gallery_item_get_sha256 (TstGalleryItem *self); /* NULL once erased */
gboolean tst_gallery_item_is_recording (TstGalleryItem *self);   /* a film or a voice note */

/* What a person reads of it; (transfer full). */
char *tst_gallery_item_title (TstGalleryItem *self);  /* caption, else the file's name, else «Foto»; «Video · 0:08» and the caption */
char *tst_gallery_item_date (TstGalleryItem *self);   /* 26 mar 2026 */
char *tst_gallery_item_state (TstGalleryItem *self);  /* in two words, with the name of an icon */
const char *tst_gallery_item_state_icon (TstGalleryItem *self);
const char *tst_gallery_item_icon (TstGalleryItem *self); /* what stands for it where there is no picture */

G_END_DECLS
