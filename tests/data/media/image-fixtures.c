/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image-fixtures.h"

#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>
#include <zlib.h>

typedef struct
{
  guint tag, type, count;
  GByteArray *value;
} Entry;

struct _FixtureExif
{
  gboolean big_endian;
  GPtrArray *ifds[FIXTURE_N_IFDS]; /* (element-type Entry) */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_byte_array_unref (entry->value);
  g_free (entry);
}

FixtureExif *
fixture_exif_new (gboolean big_endian)
{
  FixtureExif *self = g_new0 (FixtureExif, 1);

  self->big_endian = big_endian;
  for (guint i = 0; i < FIXTURE_N_IFDS; i++)
    self->ifds[i] = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void
fixture_exif_free (FixtureExif *self)
{
  for (guint i = 0; i < FIXTURE_N_IFDS; i++)
    g_ptr_array_unref (self->ifds[i]);
  g_free (self);
}

static void
put (FixtureExif *self, GByteArray *out, guint32 value, guint size)
{
  for (guint i = 0; i < size; i++)
    {
      guint8 byte = value >> 8 * (self->big_endian ? size - 1 - i : i);

      g_byte_array_append (out, &byte, 1);
    }
}

static GByteArray *
add (FixtureExif *self, FixtureIfd ifd, guint tag, guint type, guint count)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->tag = tag;
  entry->type = type;
  entry->count = count;
  entry->value = g_byte_array_new ();
  g_ptr_array_add (self->ifds[ifd], entry);
  return entry->value;
}

void
fixture_exif_raw (FixtureExif *self, FixtureIfd ifd, guint tag, guint type, guint count, const void *data,
                  gsize size)
{
  g_byte_array_append (add (self, ifd, tag, type, count), data, size);
}

void
fixture_exif_text (FixtureExif *self, FixtureIfd ifd, guint tag, const char *text)
{
  fixture_exif_raw (self, ifd, tag, 2, strlen (text) + 1, text, strlen (text) + 1);
}

void
fixture_exif_byte (FixtureExif *self, FixtureIfd ifd, guint tag, guint value)
{
  put (self, add (self, ifd, tag, 1, 1), value, 1);
}

void
fixture_exif_short (FixtureExif *self, FixtureIfd ifd, guint tag, guint value)
{
  put (self, add (self, ifd, tag, 3, 1), value, 2);
}

void
fixture_exif_long (FixtureExif *self, FixtureIfd ifd, guint tag, guint32 value)
{
  put (self, add (self, ifd, tag, 4, 1), value, 4);
}

void
fixture_exif_ratios (FixtureExif *self, FixtureIfd ifd, guint tag, gboolean is_signed, guint n,
                     const gint64 *pairs)
{
  GByteArray *value = add (self, ifd, tag, is_signed ? 10 : 5, n);

  for (guint i = 0; i < 2 * n; i++)
    put (self, value, (guint32)pairs[i], 4);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return (int)(*(Entry *const *)a)->tag - (int)(*(Entry *const *)b)->tag;
}

static gsize
ifd_size (GPtrArray *entries)
{
  gsize size = 2 + 12 * entries->len + 4;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      if (entry->value->len > 4)
        size += entry->value->len + entry->value->len % 2;
    }
  return size;
}

/* @strip: tag 0x0111 gets the offset just past the block. */
static GBytes *
write_block (FixtureExif *self, gboolean strip)
{
  GByteArray *out = g_byte_array_new ();
  gsize starts[FIXTURE_N_IFDS + 1];

  if (self->ifds[FIXTURE_IFD_EXIF]->len > 0)
    fixture_exif_long (self, FIXTURE_IFD_MAIN, 0x8769, 0);
  if (self->ifds[FIXTURE_IFD_GPS]->len > 0)
    fixture_exif_long (self, FIXTURE_IFD_MAIN, 0x8825, 0);
  starts[0] = 8;
  for (guint i = 0; i < FIXTURE_N_IFDS; i++)
    {
      g_ptr_array_sort (self->ifds[i], compare_entries);
      starts[i + 1] = starts[i] + (self->ifds[i]->len > 0 ? ifd_size (self->ifds[i]) : 0);
    }
  for (guint i = 0; i < self->ifds[FIXTURE_IFD_MAIN]->len; i++)
    {
      Entry *entry = self->ifds[FIXTURE_IFD_MAIN]->pdata[i];
      gsize pointer = entry->tag == 0x8769            ? starts[FIXTURE_IFD_EXIF]
                      : entry->tag == 0x8825          ? starts[FIXTURE_IFD_GPS]
                      : entry->tag == 0x0111 && strip ? starts[FIXTURE_N_IFDS]
                                                      : 0;

      if (pointer != 0)
        {
          g_byte_array_set_size (entry->value, 0);
          put (self, entry->value, pointer, 4);
        }
    }

  g_byte_array_append (out, (const guint8 *)(self->big_endian ? "MM" : "II"), 2);
  put (self, out, 42, 2);
  put (self, out, 8, 4);
  for (guint i = 0; i < FIXTURE_N_IFDS; i++)
    {
      GPtrArray *entries = self->ifds[i];
      gsize at = starts[i] + 2 + 12 * entries->len + 4;

      if (entries->len == 0)
        continue;
      put (self, out, entries->len, 2);
      for (guint j = 0; j < entries->len; j++)
        {
          const Entry *entry = entries->pdata[j];

          put (self, out, entry->tag, 2);
          put (self, out, entry->type, 2);
          put (self, out, entry->count, 4);
          if (entry->value->len <= 4)
            {
              g_byte_array_append (out, entry->value->data, entry->value->len);
              put (self, out, 0, 4 - entry->value->len);
            }
          else
            {
              put (self, out, at, 4);
              at += entry->value->len + entry->value->len % 2;
            }
        }
      put (self, out, 0, 4);
      for (guint j = 0; j < entries->len; j++)
        {
          const Entry *entry = entries->pdata[j];

          if (entry->value->len > 4)
            {
              g_byte_array_append (out, entry->value->data, entry->value->len);
              put (self, out, 0, entry->value->len % 2);
            }
        }
    }
  return g_byte_array_free_to_bytes (out);
}

GBytes *
fixture_exif_block (FixtureExif *self)
{
  return write_block (self, FALSE);
}

guint8 *
fixture_pixels (guint width, guint height)
{
  guint8 *pixels = g_malloc ((gsize)width * height * 3);
  guint32 noise = 12345;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *at = pixels + ((gsize)y * width + x) * 3;

        noise = noise * 1664525 + 1013904223;
        at[0] = 255 * x / MAX (width, 1);
        at[1] = 255 * y / MAX (height, 1);
        at[2] = 128 + (noise >> 28);
      }
  return pixels;
}

GBytes *
fixture_jpeg (guint width, guint height, GBytes *exif)
{
  g_autofree guint8 *pixels = fixture_pixels (width, height);
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr jerr;
  unsigned char *out = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  cinfo.err = jpeg_std_error (&jerr);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &out, &size);
  cinfo.image_width = width;
  cinfo.image_height = height;
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_RGB;
  jpeg_set_defaults (&cinfo);
  jpeg_set_quality (&cinfo, 85, TRUE);
  jpeg_start_compress (&cinfo, TRUE);
  if (exif != NULL)
    {
      gsize exif_size;
      const guint8 *data = g_bytes_get_data (exif, &exif_size);
      g_autofree guint8 *block = g_malloc0 (exif_size + 6);

      memcpy (block, "Exif", 4);
      if (exif_size > 0)
        memcpy (block + 6, data, exif_size);
      jpeg_write_marker (&cinfo, JPEG_APP0 + 1, block, exif_size + 6);
    }
  while (cinfo.next_scanline < height)
    {
      JSAMPROW row = pixels + (gsize)cinfo.next_scanline * width * 3;

      jpeg_write_scanlines (&cinfo, &row, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  bytes = g_bytes_new (out, size);
  free (out);
  return bytes;
}

GBytes *
fixture_png (guint width, guint height, GBytes *exif)
{
  g_autofree guint8 *pixels = fixture_pixels (width, height);
  png_image image
      = { .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGB };
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX (image);
  g_autofree guint8 *out = g_malloc (size);
  GByteArray *whole = g_byte_array_new ();

  g_assert_true (png_image_write_to_memory (&image, out, &size, 0, pixels, 0, NULL));
  g_byte_array_append (whole, out, 33); /* signature and IHDR */
  if (exif != NULL)
    {
      gsize exif_size;
      const guint8 *data = g_bytes_get_data (exif, &exif_size);
      guint32 length = GUINT32_TO_BE (exif_size);
      guint32 crc = crc32 (crc32 (0, (const guint8 *)"eXIf", 4), data, exif_size);

      crc = GUINT32_TO_BE (crc);
      g_byte_array_append (whole, (guint8 *)&length, 4);
      g_byte_array_append (whole, (const guint8 *)"eXIf", 4);
      g_byte_array_append (whole, data, exif_size);
      g_byte_array_append (whole, (guint8 *)&crc, 4);
    }
  g_byte_array_append (whole, out + 33, size - 33);
  return g_byte_array_free_to_bytes (whole);
}

static void
append_le (GByteArray *out, guint32 value, guint size)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (guint8 *)&value, size);
}

GBytes *
fixture_webp (guint width, guint height, GBytes *exif)
{
  g_autofree guint8 *pixels = fixture_pixels (width, height);
  guint8 *out = NULL;
  gsize size = WebPEncodeRGB (pixels, width, height, width * 3, 80, &out);
  GByteArray *whole = g_byte_array_new ();

  g_assert_cmpuint (size, >, 12);
  if (exif == NULL)
    g_byte_array_append (whole, out, size);
  else
    {
      gsize exif_size;
      const guint8 *data = g_bytes_get_data (exif, &exif_size);
      guint32 riff;

      g_byte_array_append (whole, (const guint8 *)"RIFF\0\0\0\0WEBPVP8X", 16);
      append_le (whole, 10, 4);
      append_le (whole, 0x08, 4);
      append_le (whole, width - 1, 3);
      append_le (whole, height - 1, 3);
      g_byte_array_append (whole, out + 12, size - 12);
      g_byte_array_append (whole, (const guint8 *)"EXIF", 4);
      append_le (whole, exif_size, 4);
      g_byte_array_append (whole, data, exif_size);
      append_le (whole, 0, exif_size % 2);
      riff = GUINT32_TO_LE (whole->len - 8);
      memcpy (whole->data + 4, &riff, 4);
    }
  WebPFree (out);
  return g_byte_array_free_to_bytes (whole);
}

GBytes *
fixture_tiff (guint width, guint height, FixtureExif *exif)
{
  g_autofree guint8 *pixels = fixture_pixels (width, height);
  g_autoptr (FixtureExif) own = fixture_exif_new (FALSE);
  FixtureExif *tags = exif != NULL ? exif : own;
  g_autoptr (GBytes) block = NULL;
  GByteArray *bits;
  GByteArray *out = g_byte_array_new ();

  fixture_exif_long (tags, FIXTURE_IFD_MAIN, 0x0100, width);
  fixture_exif_long (tags, FIXTURE_IFD_MAIN, 0x0101, height);
  bits = add (tags, FIXTURE_IFD_MAIN, 0x0102, 3, 3);
  for (guint i = 0; i < 3; i++)
    put (tags, bits, 8, 2);
  fixture_exif_short (tags, FIXTURE_IFD_MAIN, 0x0103, 1);
  fixture_exif_short (tags, FIXTURE_IFD_MAIN, 0x0106, 2);
  fixture_exif_long (tags, FIXTURE_IFD_MAIN, 0x0111, 0);
  fixture_exif_short (tags, FIXTURE_IFD_MAIN, 0x0115, 3);
  fixture_exif_long (tags, FIXTURE_IFD_MAIN, 0x0116, height);
  fixture_exif_long (tags, FIXTURE_IFD_MAIN, 0x0117, width * height * 3);
  block = write_block (tags, TRUE);
  g_byte_array_append (out, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  g_byte_array_append (out, pixels, (gsize)width * height * 3);
  return g_byte_array_free_to_bytes (out);
}
