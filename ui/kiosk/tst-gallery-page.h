/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-gallery-model.h"
#include "kiosk/tst-page.h"
#include "widgets/tst-card-grid.h"

G_BEGIN_DECLS

/**
 * TstGalleryPage:
 *
 * What was captured, newest first, as a grid of cards of one size; narrowed by event, work, date and place with buttons.
 *
 * Actions: gallery.filter ("event|work|day|place", value; "" takes it away; a place is "south,west,north,east" in degrees), gallery.open (record id).
 */
#define TST_TYPE_GALLERY_PAGE (tst_gallery_page_get_type ())
G_DECLARE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST, GALLERY_PAGE, TstPage)

GtkWidget *tst_gallery_page_new (TstSession *session);

GListModel *tst_gallery_page_get_model (TstGalleryPage *self); /* a TstGalleryModel (transfer none) */
TstCardGrid *tst_gallery_page_get_grid (TstGalleryPage *self);
/* For measurements: what scrolls. */
GtkAdjustment *tst_gallery_page_get_adjustment (TstGalleryPage *self);

G_END_DECLS
