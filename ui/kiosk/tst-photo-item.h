/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-image-info.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstPhotoItem:
 *
 * One file that is about to become a photo: what it is, and its row on the screen. The file is read and decoded on other threads.
 *
 * Properties: "code" (string: stable code of why it was refused, "" otherwise), "state" (string: "reading", "ready", "saving", "saved",
 * "refused"). Signals: "changed" (caption or alt), "remove" (the person takes it off the list), "place" (the person wants to put it on the map).
 */
#define TST_TYPE_PHOTO_ITEM (tst_photo_item_get_type ())
G_DECLARE_FINAL_TYPE (TstPhotoItem, tst_photo_item, TST, PHOTO_ITEM, GtkWidget)

/* @temporary: the file is ours and goes away with the item, once saved. */
GtkWidget *tst_photo_item_new (const char *path, const char *name, gboolean temporary);
/* Makes the widgets of its row: five hundred files must not make five hundred rows at once. Before it comes onto the screen. */
void tst_photo_item_build (TstPhotoItem *self);
const char *tst_photo_item_get_path (TstPhotoItem *self);
const char *tst_photo_item_get_name (TstPhotoItem *self);
void tst_photo_item_forget (TstPhotoItem *self); /* nobody wants it any more: where the file is ours it is removed */
const char *tst_photo_item_get_state (TstPhotoItem *self);
const char *tst_photo_item_get_code (TstPhotoItem *self);
char *tst_photo_item_dup_caption (TstPhotoItem *self);
char *tst_photo_item_dup_alt (TstPhotoItem *self);
void tst_photo_item_set_texts (TstPhotoItem *self, const char *caption, const char *alt);
/* Where the person put it on the map; NAN: nowhere. */
void tst_photo_item_get_pin (TstPhotoItem *self, double *lat, double *lon);
void tst_photo_item_set_pin (TstPhotoItem *self, double lat, double lon);
/* For a draft: the file, its texts and its pin. */
JsonObject *tst_photo_item_collect (TstPhotoItem *self); /* (transfer full) */
void tst_photo_item_restore (TstPhotoItem *self, JsonObject *file);
/* The pin, else what the file tells so far as it was read; NAN: nothing. */
void tst_photo_item_get_place (TstPhotoItem *self, double *lat, double *lon);
/* @error for "refused" only. */
void tst_photo_item_set_state (TstPhotoItem *self, const char *state, const GError *error);

/* "7,12345, −73,12345 · ±5 m · de la foto", for a place's source as records have it; NAN or negative: unknown. */
char *tst_photo_place_text (double latitude, double longitude, double accuracy_m, const char *source);

G_END_DECLS
