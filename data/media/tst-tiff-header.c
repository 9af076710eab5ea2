/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-exif-private.h"

#include <string.h>

/* TIFF 6.0 and BigTIFF: the first folder of tags, and the EXIF and GPS folders that it points to. Everything is read at
 * checked offsets and within fixed bounds; no pointer is followed twice and no other folder at all. */

#define MAX_ENTRIES 4096
#define MAX_VALUE 2048

enum
{
  TAG_WIDTH = 0x0100,
  TAG_HEIGHT = 0x0101,
  TAG_EXIF = 0x8769,
  TAG_GPS = 0x8825,
};

static const guint16 main_tags[] = { 0x010f, 0x0110, 0x0112, 0x0131, 0x0132, 0 };
static const guint16 exif_tags[] = { 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0xa420, 0 };

typedef struct
{
  const TstImageSource *source;
  gboolean big_endian;
  gboolean big_tiff;
} Tiff;

typedef struct
{
  guint16 tag, type;
  guint32 count;
  gsize size;
  guint8 value[MAX_VALUE];
} Item;

static guint64
get (const Tiff *tiff, const guint8 *at, guint size)
{
  guint64 value = 0;

  for (guint i = 0; i < size; i++)
    value = value << 8 | at[tiff->big_endian ? i : size - 1 - i];
  return value;
}

static void
put (const Tiff *tiff, GByteArray *out, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++)
    {
      guint8 byte = value >> 8 * (tiff->big_endian ? size - 1 - i : i);

      g_byte_array_append (out, &byte, 1);
    }
}

static guint
type_size (guint type)
{
  static const guint8 sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

  return type < G_N_ELEMENTS (sizes) ? sizes[type] : 0;
}

static gboolean
is_wanted (guint tag, const guint16 *wanted)
{
  if (wanted == NULL) /* GPS */
    return tag <= 0x1f;
  for (; *wanted != 0; wanted++)
    if (*wanted == tag)
      return TRUE;
  return FALSE;
}

/* Reads one folder. @numbers takes the first values of width, height and the two pointers, in this order. */
static gboolean
read_folder (const Tiff *tiff, guint64 offset, const guint16 *wanted, GPtrArray *items, guint64 numbers[4])
{
  static const guint16 number_tags[4] = { TAG_WIDTH, TAG_HEIGHT, TAG_EXIF, TAG_GPS };
  guint count_size = tiff->big_tiff ? 8 : 2;
  guint word = tiff->big_tiff ? 8 : 4;
  guint entry_size = 4 + 2 * word;
  guint8 head[20];
  guint64 n;
  gboolean whole = TRUE;

  if (!tst_image_source_read (tiff->source, offset, head, count_size))
    return FALSE;
  n = get (tiff, head, count_size);
  if (n > MAX_ENTRIES)
    return FALSE;
  for (guint64 i = 0; i < n; i++)
    {
      g_autofree Item *item = g_new0 (Item, 1);
      guint64 count;
      guint unit;

      if (!tst_image_source_read (tiff->source, offset + count_size + i * entry_size, head, entry_size))
        return FALSE;
      item->tag = get (tiff, head, 2);
      item->type = get (tiff, head + 2, 2);
      count = get (tiff, head + 4, word);
      unit = type_size (item->type);
      if (numbers != NULL)
        for (guint j = 0; j < 4; j++)
          if (item->tag == number_tags[j] && count == 1 && numbers[j] == 0
              && (item->type == 3 || item->type == 4 || item->type == 13 || item->type >= 16) && unit > 0
              && unit <= word)
            numbers[j] = get (tiff, head + 4 + word, unit);
      if (!is_wanted (item->tag, wanted) || unit == 0 || item->type > 12)
        continue;
      if (count > MAX_VALUE / unit)
        {
          whole = FALSE;
          continue;
        }
      item->count = count;
      item->size = count * unit;
      if (item->size <= word)
        memcpy (item->value, head + 4 + word, item->size);
      else if (!tst_image_source_read (tiff->source, get (tiff, head + 4 + word, word), item->value,
                                       item->size))
        {
          whole = FALSE;
          continue;
        }
      g_ptr_array_add (items, g_steal_pointer (&item));
    }
  return whole;
}

static gsize
folder_size (GPtrArray *items, guint n_pointers)
{
  gsize size = 2 + 12 * (items->len + n_pointers) + 4;

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = items->pdata[i];

      if (item->size > 4)
        size += item->size;
    }
  return size;
}

/* @start is where the folder begins, counted from the TIFF header. */
static void
write_folder (const Tiff *tiff, GByteArray *out, gsize start, GPtrArray *items, const guint32 pointers[2])
{
  guint n_pointers = pointers != NULL ? 2 : 0;
  gsize at = start + 2 + 12 * (items->len + n_pointers) + 4;

  put (tiff, out, items->len + n_pointers, 2);
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = items->pdata[i];

      put (tiff, out, item->tag, 2);
      put (tiff, out, item->type, 2);
      put (tiff, out, item->count, 4);
      if (item->size <= 4)
        g_byte_array_append (out, item->value, 4);
      else
        {
          put (tiff, out, at, 4);
          at += item->size;
        }
    }
  for (guint i = 0; i < n_pointers; i++)
    {
      put (tiff, out, i == 0 ? TAG_EXIF : TAG_GPS, 2);
      put (tiff, out, 4, 2);
      put (tiff, out, 1, 4);
      put (tiff, out, pointers[i], 4);
    }
  put (tiff, out, 0, 4);
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = items->pdata[i];

      if (item->size > 4)
        g_byte_array_append (out, item->value, item->size);
    }
}

gboolean
tst_tiff_read_header (const TstImageSource *source, guint *width, guint *height, GBytes **block,
                      gboolean *damaged)
{
  g_autoptr (GPtrArray) main_items = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) exif_items = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) gps_items = g_ptr_array_new_with_free_func (g_free);
  Tiff tiff = { .source = source };
  guint8 head[16];
  guint64 numbers[4] = { 0 };

  if (!tst_image_source_read (source, 0, head, 8))
    return FALSE;
  tiff.big_endian = head[0] == 'M';
  tiff.big_tiff = get (&tiff, head + 2, 2) == 43;
  if (tiff.big_tiff && !tst_image_source_read (source, 0, head, 16))
    return FALSE;
  if (!read_folder (&tiff, tiff.big_tiff ? get (&tiff, head + 8, 8) : get (&tiff, head + 4, 4), main_tags,
                    main_items, numbers))
    *damaged = TRUE;
  if (numbers[0] == 0 || numbers[1] == 0 || numbers[0] > G_MAXINT32 || numbers[1] > G_MAXINT32)
    return FALSE;
  *width = numbers[0];
  *height = numbers[1];
  if (block == NULL)
    return TRUE;

  if ((numbers[2] != 0 && !read_folder (&tiff, numbers[2], exif_tags, exif_items, NULL))
      || (numbers[3] != 0 && !read_folder (&tiff, numbers[3], NULL, gps_items, NULL)))
    *damaged = TRUE;
  if (main_items->len + exif_items->len + gps_items->len > 0)
    {
      GByteArray *out = g_byte_array_new ();
      guint32 pointers[2];

      pointers[0] = 8 + folder_size (main_items, 2);
      pointers[1] = pointers[0] + folder_size (exif_items, 0);
      g_byte_array_append (out, (const guint8 *)"Exif\0\0", 6);
      g_byte_array_append (out, (const guint8 *)(tiff.big_endian ? "MM" : "II"), 2);
      put (&tiff, out, 42, 2);
      put (&tiff, out, 8, 4);
      write_folder (&tiff, out, 8, main_items, pointers);
      write_folder (&tiff, out, pointers[0], exif_items, NULL);
      write_folder (&tiff, out, pointers[1], gps_items, NULL);
      *block = g_byte_array_free_to_bytes (out);
    }
  return TRUE;
}
