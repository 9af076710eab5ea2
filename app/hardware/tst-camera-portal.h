/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * tst_camera_portal_open_async:
 *
 * Asks the desktop for the camera (org.freedesktop.portal.Camera), which asks the person the first time. Main thread.
 */
void tst_camera_portal_open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The descriptor of a PipeWire connection that shows cameras only, which the caller closes; −1 with TST_ERROR_NOT_FOUND (no portal, or no
 * camera), TST_ERROR_REFUSED (the person said no), TST_ERROR_IO. */
int tst_camera_portal_open_finish (GAsyncResult *result, GError **error);

G_END_DECLS
