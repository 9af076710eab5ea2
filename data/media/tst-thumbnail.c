/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-thumbnail.h"

#include "base/tst-error.h"

#include <math.h>
#include <string.h>

/* Of an IFD1: EXIF 2.32 § 4.5.5. */
#define TAG_THUMBNAIL_OFFSET 0x0201
#define TAG_THUMBNAIL_LENGTH 0x0202
#define MAX_ENTRIES 512

typedef struct
{
  const guint8 *data;
  gsize size;
  gboolean big;
} Block;

static gboolean
read_uint (const Block *block, gsize offset, guint bytes, guint32 *value)
{
  if (offset > block->size || bytes > block->size - offset)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < bytes; i++)
    *value |= (guint32) block->data[offset + i] << 8 * (block->big ? bytes - 1 - i : i);
  return TRUE;
}

/* From the TIFF header on. */
static gboolean
find_in_block (const Block *block, guint32 *at, guint32 *length)
{
  guint32 folder, entries, tag, value;

  *at = *length = 0;
  if (!read_uint (block, 4, 4, &folder) || !read_uint (block, folder, 2, &entries)
      || !read_uint (block, (gsize) folder + 2 + (gsize) entries * 12, 4, &folder) || folder == 0
      || !read_uint (block, folder, 2, &entries) || entries > MAX_ENTRIES)
    return FALSE;
  for (guint i = 0; i < entries; i++)
    {
      gsize entry = (gsize) folder + 2 + (gsize) i * 12;

      if (!read_uint (block, entry, 2, &tag) || !read_uint (block, entry + 8, 4, &value))
        return FALSE;
      if (tag == TAG_THUMBNAIL_OFFSET)
        *at = value;
      else if (tag == TAG_THUMBNAIL_LENGTH)
        *length = value;
    }
  return *at > 0 && *length > 4 && *at < block->size && *length <= block->size - *at;
}

GBytes *
tst_thumbnail_embedded (GBytes *jpeg)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  gsize at = 2;

  if (tst_image_sniff (data, size) != TST_IMAGE_JPEG)
    return NULL;
  /* The EXIF block stands before the picture's own tables. */
  while (at + 4 <= size && data[at] == 0xff && data[at + 1] >= 0xe0 && data[at + 1] <= 0xef)
    {
      gsize length = (gsize) data[at + 2] << 8 | data[at + 3];

      if (length < 2 || length > size - at - 2)
        return NULL;
      if (data[at + 1] == 0xe1 && length > 16 && memcmp (data + at + 4, "Exif\0", 6) == 0)
        {
          Block block = { data + at + 10, length - 8, data[at + 10] == 'M' };
          guint32 offset, bytes;

          if (!find_in_block (&block, &offset, &bytes))
            return NULL;
          return g_bytes_new_from_bytes (jpeg, at + 10 + offset, bytes);
        }
      at += 2 + length;
    }
  return NULL;
}

static TstPicture *
load_embedded (GBytes *bytes, const TstImageInfo *info, guint width)
{
  g_autoptr (GBytes) embedded = tst_thumbnail_embedded (bytes);
  g_autoptr (TstPicture) picture = NULL;
  gboolean turned = info->orientation >= 5;
  double whole, small;

  if (embedded == NULL || info->width == 0 || info->height == 0)
    return NULL;
  picture = tst_picture_decode (embedded, info->orientation, 0, TRUE, NULL);
  if (picture == NULL || picture->width < width || picture->height == 0)
    return NULL;
  whole = turned ? (double) info->height / info->width : (double) info->width / info->height;
  small = (double) picture->width / picture->height;
  return fabs (whole / small - 1) < 0.015 ? g_steal_pointer (&picture) : NULL;
}

TstPicture *
tst_thumbnail_load (const char *path, guint width, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &local);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  g_autoptr (TstPicture) picture = NULL;

  g_return_val_if_fail (width > 0, NULL);
  if (file == NULL)
    {
      /* The system's own text names the path, which no text of ours does. */
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The picture cannot be read from the disk.");
      return NULL;
    }
  bytes = g_mapped_file_get_bytes (file);
  info = tst_image_info_read_bytes (bytes, error);
  if (info == NULL)
    return NULL;
  if (info->type == TST_IMAGE_JPEG)
    picture = load_embedded (bytes, info, width);
  if (picture == NULL)
    picture = tst_picture_decode (bytes, info->orientation, width, FALSE, error);
  if (picture == NULL)
    return NULL;
  return picture->width > width ? tst_picture_scale (picture, width) : g_steal_pointer (&picture);
}
