/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstGalleryPage:
 *
 * What was captured, newest first, as a grid of cards of one size; narrowed by event, work and date with buttons. The model is a window
 * of 200 photographs that is moved with two buttons: GTK before 4.10 scrolls longer grids badly, and memory stays bounded.
 *
 * Actions: gallery.filter ("event|work|day", value; "" takes it away), gallery.page (+1 older, −1 newer), gallery.open (record id).
 */
#define TST_TYPE_GALLERY_PAGE (tst_gallery_page_get_type ())
G_DECLARE_FINAL_TYPE (TstGalleryPage, tst_gallery_page, TST, GALLERY_PAGE, TstPage)

#define TST_GALLERY_WINDOW 200

GtkWidget *tst_gallery_page_new (TstSession *session);

/* The window shown now, of TstGalleryItem. (transfer none) */
GListModel *tst_gallery_page_get_model (TstGalleryPage *self);
guint tst_gallery_page_get_offset (TstGalleryPage *self);
/* For measurements: what scrolls. */
GtkAdjustment *tst_gallery_page_get_adjustment (TstGalleryPage *self);

G_END_DECLS
