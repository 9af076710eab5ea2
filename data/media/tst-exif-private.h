/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-image-info.h"

G_BEGIN_DECLS

/* Where the bytes of a picture come from: a descriptor, or memory when @fd is −1. */
typedef struct
{
  int fd;
  const guint8 *data;
  gsize size;
} TstImageSource;

/* Exactly @size bytes at @offset. */
gboolean tst_image_source_read (const TstImageSource *source, guint64 offset, void *data, gsize size);

/* Fills what the EXIF block says into @info and leaves the rest. @data begins with "Exif\0\0" or with the TIFF header. */
void tst_exif_read (TstImageInfo *info, const guint8 *data, gsize size);

/**
 * tst_tiff_read_header:
 * @source: a TIFF or BigTIFF
 * @block: (out) (optional): the EXIF tags that we read, wherever in the file they lie, as one small block for
 *   tst_exif_read(): libexif itself sees no further than 64 KiB
 * @damaged: (out): set, never cleared, when a folder of tags could not be read whole
 *
 * Returns: FALSE when there is no size to be read
 */
gboolean tst_tiff_read_header (const TstImageSource *source, guint *width, guint *height, GBytes **block,
                               gboolean *damaged);

/* Size as shown and EXIF of a HEIF file's picture. FALSE when there is no size to be read. */
gboolean tst_heif_read_header (TstImageInfo *info, const TstImageSource *source);

G_END_DECLS
