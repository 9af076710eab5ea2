/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-gallery-item.h"

G_BEGIN_DECLS

/**
 * TstGalleryModel:
 *
 * All photographs that a query finds, the newest first, as a list of TstGalleryItem: how many there are is known at once, the rows are read a piece at a
 * time, the last asked for first, and only the pieces looked at lately are kept. An item whose row is not there yet has no id; it says "changed" when it
 * comes. Main thread only.
 *
 * Signal "loaded": the query, or what changed in the field book, has been read.
 */
#define TST_TYPE_GALLERY_MODEL (tst_gallery_model_get_type ())
G_DECLARE_FINAL_TYPE (TstGalleryModel, tst_gallery_model, TST, GALLERY_MODEL, GObject)

#define TST_GALLERY_PIECE 100

TstGalleryModel *tst_gallery_model_new (void);
/* @query: event, work, day and place count; copied. What was there stays until the new is read. */
void tst_gallery_model_read (TstGalleryModel *self, TstFieldBook *book, const TstQuery *query);
/* The same query once more, after a record was saved: what is there already is filled again in place. */
void tst_gallery_model_refresh (TstGalleryModel *self);
/* Among what is read; GTK_INVALID_LIST_POSITION: not there. */
guint tst_gallery_model_find (TstGalleryModel *self, const char *id);
/* For tests: rows kept in memory now. */
guint tst_gallery_model_get_n_kept (TstGalleryModel *self);

G_END_DECLS
