/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "widgets/tst-thumbnails.h"

G_BEGIN_DECLS

/**
 * TstPhotoCard:
 *
 * A photograph, or a recording, to press: the picture whole, its state as a mark in the corner, and two lines of text that are cut where there is no room. One widget that
 * draws all of it, so that filling it again measures nothing anew; its size depends on the font alone.
 */
#define TST_TYPE_PHOTO_CARD (tst_photo_card_get_type ())
G_DECLARE_FINAL_TYPE (TstPhotoCard, tst_photo_card, TST, PHOTO_CARD, GtkButton)

/* @width, @height: of the picture, in application pixels. */
GtkWidget *tst_photo_card_new (int width, int height);
/* @sha256 NULL: the icon @stand_in in its place; with @source NULL too, nothing. @title, @line: (nullable) what is not known yet. @icon_name: (nullable) of the mark. */
void tst_photo_card_set (TstPhotoCard *self, TstThumbnails *source, const char *sha256, const char *stand_in, const char *title,
                         const char *line, const char *icon_name);
gboolean tst_photo_card_is_shown (TstPhotoCard *self); /* the picture is on the screen */

G_END_DECLS
