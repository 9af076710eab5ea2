/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * tst_photo_paste_write_async:
 * @texture: a picture that has no file: pasted
 * @folder: that of the drafts; made when it is not there
 * @event_id: into which it was pasted
 *
 * Writes it as a PNG with a name of its own (TST_DRAFTS_PASTED), durably, on another thread: from then on it is as safe as any file.
 */
void tst_photo_paste_write_async (GdkTexture *texture, const char *folder, const char *event_id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* The file's path. (transfer full) */
char *tst_photo_paste_write_finish (GAsyncResult *result, GError **error);

/* Files (element-type GFile) of what GDK calls a file list, and of paths (aay). (transfer full) */
GListModel *tst_photo_paste_files (GSList *files);
GListModel *tst_photo_paste_paths (GVariant *paths);
/* Where one drops, with the buttons for "import.choose" and "import.paste"; @hint: (out) the words in it. */
GtkWidget *tst_photo_paste_box (GtkWidget **hint);
/* (transfer full) */
GtkFileFilter *tst_photo_paste_filter (void);
/* Why @file cannot be a photo, whatever is in it: an address, a folder; NULL when it may be. @path, @name: (out) (transfer full) (nullable). */
const char *tst_photo_paste_check (GFile *file, char **path, char **name);
/* Takes what tst_photo_import_take() takes. (transfer full) */
GtkDropTarget *tst_photo_paste_drop_target (void);
/* Ctrl+V for "import.paste" from within an entry too, when what was copied is no text. (transfer full) */
GtkEventController *tst_photo_paste_keys (void);

G_END_DECLS
