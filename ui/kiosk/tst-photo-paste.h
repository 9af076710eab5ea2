/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * tst_photo_paste_write_async:
 * @texture: a picture that has no file: pasted
 * @folder: made when it is not there
 *
 * Writes it as a PNG with a name of its own, durably, on another thread: from then on it is as safe as any file.
 */
void tst_photo_paste_write_async (GdkTexture *texture, const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* The file's path. (transfer full) */
char *tst_photo_paste_write_finish (GAsyncResult *result, GError **error);

G_END_DECLS
