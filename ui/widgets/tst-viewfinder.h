/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstViewfinder:
 *
 * What the camera sees, whole, on black: what is outside the frame is outside the picture. Over it, as faint as one likes, an earlier picture of the
 * same place, so that the framing can be found again.
 *
 * Properties: "ghost" (GdkTexture, nullable), "ghost-opacity" (double 0 to 1).
 */
#define TST_TYPE_VIEWFINDER (tst_viewfinder_get_type ())
G_DECLARE_FINAL_TYPE (TstViewfinder, tst_viewfinder, TST, VIEWFINDER, GtkWidget)

GtkWidget *tst_viewfinder_new (void);
void tst_viewfinder_set_camera (TstViewfinder *self, TstCamera *camera); /* (nullable) */
void tst_viewfinder_set_ghost (TstViewfinder *self, GdkTexture *ghost);  /* (nullable) */
void tst_viewfinder_set_ghost_opacity (TstViewfinder *self, double opacity);
/* The newest frame; NULL before the first. (transfer none) */
GdkTexture *tst_viewfinder_get_frame (TstViewfinder *self);
/* Black again: what was last seen is not now. */
void tst_viewfinder_clear (TstViewfinder *self);
/* A moment of white, unless motion is reduced (then the frame is outlined for that moment). */
void tst_viewfinder_flash (TstViewfinder *self);

G_END_DECLS
