/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstPhotoPage:
 *
 * A photo, film or voice note that is saved: looked at or heard, corrected (caption, alternative text, phase, item, place), moved to another work,
 * or discarded, before it was sent and after: each is a new record that names the old one. A correction can be undone by another, and one that is
 * begun lies in a draft; a discard is done when its time to undo is over or the page is left.
 *
 * Properties: "standing" (string: "valid", "discarding", "discarded"; notifies). Actions: photo.save, photo.work, photo.viewpoint, photo.discard, photo.undo.
 */
#define TST_TYPE_PHOTO_PAGE (tst_photo_page_get_type ())
G_DECLARE_FINAL_TYPE (TstPhotoPage, tst_photo_page, TST, PHOTO_PAGE, TstPage)

/* @row: of the lists "photos", "videos", "audios" and "captures". */
GtkWidget *tst_photo_page_new (TstSession *session, JsonObject *row);

G_END_DECLS
