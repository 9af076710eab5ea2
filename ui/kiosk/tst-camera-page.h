/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-capture-queue.h"
#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstCameraPage:
 *
 * The camera, edge to edge, for a hand and a thumb in the rain: shutter (also the space bar and the volume keys; held down it goes on taking), short
 * films and voice notes, the place with how sure it is, and what was taken with what became of it. The next shot never waits for the disk. The
 * camera runs only while somebody looks: not on a hidden page, nor in a window that has not been the active one for a while.
 *
 * Properties: "queue" (TstCaptureQueue), "ghost" (GdkTexture, nullable: an earlier picture of the place, shown over the preview with a slider),
 * "ghost-opacity" (double), "camera-state" (string), "running" (boolean: the preview is on), all notify. Signal "captured" (string: id of the
 * record): each photo or recording once it is saved. Actions: camera.shoot, camera.film, camera.voice, camera.files, camera.again,
 * camera.retry, camera.forget.
 */
#define TST_TYPE_CAMERA_PAGE (tst_camera_page_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraPage, tst_camera_page, TST, CAMERA_PAGE, TstPage)

GtkWidget *tst_camera_page_new (TstSession *session, const TstCaptureTarget *target);
/* For what is taken from now on. */
void tst_camera_page_set_target (TstCameraPage *self, const TstCaptureTarget *target);
void tst_camera_page_set_ghost (TstCameraPage *self, GdkTexture *ghost); /* (nullable) */

G_END_DECLS
