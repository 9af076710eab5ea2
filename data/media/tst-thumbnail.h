/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-picture.h"

G_BEGIN_DECLS

/**
 * tst_thumbnail_load:
 * @path: a picture
 * @width: how many pixels the screen wants at most
 *
 * A small upright picture for the screen, never for publication. The camera's own EXIF thumbnail serves where it is faithful: as wide as
 * wanted and of the proportions of the picture (cameras that pad theirs with bars fail that); else the picture itself is decoded, a JPEG
 * no larger than it needs to be. Blocks: any thread but the main loop's.
 *
 * Returns: (transfer full): at most @width pixels wide; the errors of tst_picture_decode() and TST_ERROR_FILE_UNREADABLE
 */
TstPicture *tst_thumbnail_load (const char *path, guint width, GError **error);

/* The thumbnail in a JPEG's EXIF block, faithful or not; NULL when there is none. (transfer full) */
GBytes *tst_thumbnail_embedded (GBytes *jpeg);

G_END_DECLS
