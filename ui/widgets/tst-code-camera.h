/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCodeCamera:
 *
 * Looks for a QR code with the camera while it is seen, and says what keeps it from finding one. Frames are read on another thread, one at a time, and
 * none is kept. Signal "read" (string): a code that begins as it should; nothing more is looked for then until the widget is shown again.
 */
#define TST_TYPE_CODE_CAMERA (tst_code_camera_get_type ())
G_DECLARE_FINAL_TYPE (TstCodeCamera, tst_code_camera, TST, CODE_CAMERA, GtkBox)

GtkWidget *tst_code_camera_new (TstCamera *camera, const char *prefix);
/* What is said under the picture, for tests: "starting", "looking", "other" (a code, but not one of these), "missing", "denied", "busy" or "lost". */
const char *tst_code_camera_get_state (TstCodeCamera *self);

G_END_DECLS
