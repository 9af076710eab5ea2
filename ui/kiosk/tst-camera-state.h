/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCameraState:
 *
 * Why there is no picture, what is safe, and the way on; hidden while the camera shows one. Its buttons are the actions camera.again and camera.files
 * of the page around it.
 */
#define TST_TYPE_CAMERA_STATE (tst_camera_state_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraState, tst_camera_state, TST, CAMERA_STATE, GtkWidget)

GtkWidget *tst_camera_state_new (void);
/* A state of TstCamera, or "paused": nobody looked for a while. */
void tst_camera_state_set (TstCameraState *self, const char *state);

G_END_DECLS
