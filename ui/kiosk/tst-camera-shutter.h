/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCameraShutter:
 *
 * The three buttons under a thumb: a note by voice, the shutter, a film. They are the actions camera.voice, camera.shoot and camera.film of what is
 * around them; held down, the shutter goes on taking. "active" (string, writable, notifies) says what is being recorded: "", "film", "voice";
 * "click" (GtkMediaStream, nullable) is what was heard last.
 */
#define TST_TYPE_CAMERA_SHUTTER (tst_camera_shutter_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraShutter, tst_camera_shutter, TST, CAMERA_SHUTTER, GtkWidget)

/* What of it there is here at all. */
GtkWidget *tst_camera_shutter_new (gboolean film, gboolean voice);
/* Two clicks, short; where nothing plays them, the display's own bell. One that is still heard is not begun again. */
void tst_camera_shutter_click (TstCameraShutter *self);
/* The finger is no longer on it, whatever the gesture says. */
void tst_camera_shutter_release (TstCameraShutter *self);

G_END_DECLS
