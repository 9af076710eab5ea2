/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-capture-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* «Punto fotográfico» on the camera's page: there once a photograph of a work is saved; a tap keeps its place and framing for the visits to come. Not there while a
 * viewpoint is being repeated. */
GtkWidget *tst_camera_viewpoint_new (TstCaptureQueue *queue, const TstCaptureTarget *target);

G_END_DECLS
