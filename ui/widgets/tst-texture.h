/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * tst_texture_load_async:
 * @path: of a picture file
 * @width: no smaller than this many pixels wide, when the file is; 0: full size
 *
 * Reads and decodes on a small pool, upright by its EXIF; never on the main loop. Errors: those of tst_picture_decode() and of reading.
 */
void tst_texture_load_async (const char *path, guint width, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
GdkTexture *tst_texture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
