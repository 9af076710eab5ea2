/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstPhotoImport:
 *
 * Brings photo files into an event: each with its preview, its own time and place (from the file, or a pin on the map), caption and text for who
 * cannot see it; phase, item, work, and the place of those that tell none, for all. Files are added one after the other; one that is refused says why and costs nothing to the others. What was chosen and written is
 * kept as a draft until it is saved.
 *
 * Properties: "n-files", "n-saved", "n-refused" (uint, notify), "busy" (boolean, notifies). Actions: import.choose, import.save, import.stop,
 * import.paste, event.import-files (aay, paths).
 */
#define TST_TYPE_PHOTO_IMPORT (tst_photo_import_get_type ())
G_DECLARE_FINAL_TYPE (TstPhotoImport, tst_photo_import, TST, PHOTO_IMPORT, TstPage)

/* @work, @work_title: (nullable) of the event. */
GtkWidget *tst_photo_import_new (TstSession *session, const char *event_id, const char *work, const char *work_title);
/* What the photos are for, when a visit asks for them: code of the list photo-need, id of a viewpoint (both nullable). */
void tst_photo_import_set_purpose (TstPhotoImport *self, const char *need, const char *viewpoint);
/* Files (element-type GFile) chosen, dropped or pasted; those that are there already are not added again. */
void tst_photo_import_add_files (TstPhotoImport *self, GListModel *files);
/* A picture without a file, from the clipboard: kept as a PNG file until it is saved. */
void tst_photo_import_add_texture (TstPhotoImport *self, GdkTexture *texture);
/* What was dropped: a list of files or a picture. FALSE when it is neither, or while a batch is being saved. */
gboolean tst_photo_import_take (TstPhotoImport *self, const GValue *value);
/* What file number @at was told: a stable code, "" while nothing is wrong. For tests and for the list. */
const char *tst_photo_import_get_code (TstPhotoImport *self, guint at);

G_END_DECLS
