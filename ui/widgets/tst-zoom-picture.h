/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstZoomPicture:
 *
 * A picture whole, and nearer on request: pinch, double tap, Ctrl and wheel, or the functions below; dragged when it is larger than its
 * place. Property "zoom" (double, 1: whole, up to 8; notifies).
 */
#define TST_TYPE_ZOOM_PICTURE (tst_zoom_picture_get_type ())
G_DECLARE_FINAL_TYPE (TstZoomPicture, tst_zoom_picture, TST, ZOOM_PICTURE, GtkWidget)

#define TST_ZOOM_MAX 8.0

GtkWidget *tst_zoom_picture_new (void);
/* Keeps the zoom: a sharper copy of the same picture may come later. */
void tst_zoom_picture_set_texture (TstZoomPicture *self, GdkTexture *texture);
GdkTexture *tst_zoom_picture_get_texture (TstZoomPicture *self);
double tst_zoom_picture_get_zoom (TstZoomPicture *self);
/* Around the middle of what is seen. */
void tst_zoom_picture_set_zoom (TstZoomPicture *self, double zoom);

G_END_DECLS
