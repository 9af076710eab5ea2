/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-capture-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstCameraPlace:
 *
 * Where the next capture will be said to be, how sure that is, and, when it is too vague to say which side of the street (the setting
 * "position-warn"), the way to mark it on the map.
 */
#define TST_TYPE_CAMERA_PLACE (tst_camera_place_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraPlace, tst_camera_place, TST, CAMERA_PLACE, GtkWidget)

/* @work: (nullable): code of the work to begin the map at. */
GtkWidget *tst_camera_place_new (TstSession *session, TstCaptureQueue *queue, const char *work);

G_END_DECLS
