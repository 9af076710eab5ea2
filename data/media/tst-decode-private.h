/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-picture.h"

G_BEGIN_DECLS

/* One decoder a format. All give pixels as stored, before orientation, with transparency laid on white; all look at the
 * size before they ask for memory. */

/* Memory that one decoder may take besides the picture itself. */
#define TST_DECODE_MAX_MEMORY (512u * 1024 * 1024)

/* TST_ERROR_TOO_LARGE past TST_PICTURE_MAX_PIXELS or when the memory is not there. Grey all over. */
TstPicture *tst_picture_new (guint width, guint height, GError **error);
gboolean tst_picture_check_size (guint64 width, guint64 height, GError **error);
/* Sets TST_ERROR_DAMAGED_IMAGE. */
void tst_decode_set_damaged (GError **error);

/* @min_size: stop reducing before the stored width (the height when @swapped) falls below; 0: full size. */
TstPicture *tst_decode_jpeg (const guint8 *data, gsize size, guint min_size, gboolean swapped, gboolean strict,
                             GError **error);
TstPicture *tst_decode_png (const guint8 *data, gsize size, gboolean strict, GError **error);
TstPicture *tst_decode_tiff (const guint8 *data, gsize size, gboolean strict, GError **error);
TstPicture *tst_decode_webp (const guint8 *data, gsize size, gboolean strict, GError **error);

/* HEIC through libheif, where the build and the machine have it: else TST_ERROR_NO_DECODER. Upright: the format's own turn is applied. */
TstPicture *tst_decode_heif (const guint8 *data, gsize size, gboolean strict, GError **error);
/* Also loads what is loaded on first use: before walls are up. */
gboolean tst_decode_heif_works (void);

/* @at: RGBA, @n pixels; writes RGB to @out, which may be @at. */
void tst_decode_on_white (const guint8 *at, guint8 *out, gsize n, gboolean premultiplied);

/* TRUE when @jpeg is made of nothing but what shows its pixels: no metadata, no comment, no profile. */
gboolean tst_jpeg_is_plain (GBytes *jpeg, guint width, guint height);
gboolean tst_webp_is_plain (GBytes *webp, guint width, guint height);

/* The walls of the child: after it, nothing can be opened, made, connected or executed. FALSE when the kernel refuses. */
gboolean tst_derive_lock_down (void);

G_END_DECLS
