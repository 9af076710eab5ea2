/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCameraOptions:
 *
 * What a camera lets one choose, each only where it does: its light, another camera, the size of the photos. The sizes open below the buttons.
 * Properties (notify): "sizes-shown" (boolean, writable), "has-torch", "has-choice" (of cameras), "has-sizes" (boolean).
 */
#define TST_TYPE_CAMERA_OPTIONS (tst_camera_options_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraOptions, tst_camera_options, TST, CAMERA_OPTIONS, GtkWidget)

GtkWidget *tst_camera_options_new (TstCamera *camera); /* (nullable) nothing is shown */
/* The list of sizes, to be put wherever there is room; owned by whoever puts it there. */
GtkWidget *tst_camera_options_get_sizes (TstCameraOptions *self);

G_END_DECLS
