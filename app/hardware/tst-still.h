/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* One frame as a JPEG file: the camera's own bytes where they are one, else encoded once. Any thread but the main loop's. @own: (out).
 * TST_ERROR_IO when the frame is no picture. */
GBytes *tst_still_from_sample (GstSample *sample, guint *width, guint *height, gboolean *own, GError **error);

G_END_DECLS
