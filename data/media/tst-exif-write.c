/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-exif-write.h"

#include "base/tst-error.h"

#include <libexif/exif-data.h>
#include <math.h>
#include <string.h>

/* What one segment holds: 65,535 with its own two bytes of length. */
#define MAX_BLOCK 65533

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExifData, exif_data_unref)

/* --- the Huffman tables that motion JPEG leaves out --- */

/* ITU-T T.81 (09/92), annex K.3.3, tables K.3 to K.6, as one DHT segment: count of codes a length, then the values. */
static const guint8 dc_lengths[2][16] = { { 0, 1, 5, 1, 1, 1, 1, 1, 1 }, { 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1 } };
static const guint8 ac_lengths[2][16] = { { 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d }, { 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77 } };
static const guint8 ac_values[2][162] = {
  { 0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81,
    0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18,
    0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75,
    0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
    0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5,
    0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa },
  { 0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08,
    0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25,
    0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47,
    0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74,
    0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97,
    0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
    0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe2, 0xe3, 0xe4,
    0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa },
};

static void
append_segment (GByteArray *out, guint8 marker, const guint8 *data, gsize size)
{
  const guint8 head[4] = { 0xff, marker, (size + 2) >> 8, (size + 2) & 0xff };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data, size);
}

static void
append_huffman_tables (GByteArray *out)
{
  g_autoptr (GByteArray) tables = g_byte_array_new ();

  for (guint8 i = 0; i < 2; i++)
    {
      const guint8 dc = i, ac = 0x10 | i;

      g_byte_array_append (tables, &dc, 1);
      g_byte_array_append (tables, dc_lengths[i], 16);
      for (guint8 value = 0; value < 12; value++)
        g_byte_array_append (tables, &value, 1);
      g_byte_array_append (tables, &ac, 1);
      g_byte_array_append (tables, ac_lengths[i], 16);
      g_byte_array_append (tables, ac_values[i], sizeof ac_values[i]);
    }
  append_segment (out, 0xc4, tables->data, tables->len);
}

/* --- where the pieces of the file lie --- */

typedef struct
{
  gsize exif, exif_size; /* of the payload, "Exif\0\0" included; 0: none */
  gsize scan;            /* where SOS begins */
  guint width, height;
  gboolean has_tables;
} Layout;

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE,
                       "The camera handed over something that is no whole JPEG picture. Nothing was saved; take it again.");
  return FALSE;
}

static gboolean
find_layout (const guint8 *data, gsize size, Layout *layout, GError **error)
{
  gsize at = 2;

  *layout = (Layout) { 0 };
  if (size < 4 || memcmp (data, "\xff\xd8\xff", 3) != 0)
    return set_damaged (error);
  while (at + 4 <= size)
    {
      guint8 marker;
      gsize length;

      if (data[at] != 0xff)
        return set_damaged (error);
      marker = data[at + 1];
      if (marker == 0xff)
        {
          at++;
          continue;
        }
      length = (gsize) data[at + 2] << 8 | data[at + 3];
      if (length < 2 || at + 2 + length > size)
        return set_damaged (error);
      if (marker == 0xda)
        {
          layout->scan = at;
          return layout->width > 0 && layout->height > 0 ? TRUE : set_damaged (error);
        }
      if (marker == 0xc4)
        layout->has_tables = TRUE;
      else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc && length >= 8)
        {
          layout->height = data[at + 5] << 8 | data[at + 6];
          layout->width = data[at + 7] << 8 | data[at + 8];
        }
      else if (marker == 0xe1 && length >= 8 && memcmp (data + at + 4, "Exif\0\0", 6) == 0 && layout->exif == 0)
        {
          layout->exif = at;
          layout->exif_size = length + 2;
        }
      at += 2 + length;
    }
  return set_damaged (error);
}

/* --- entries --- */

static void
put (ExifData *exif, ExifIfd ifd, guint tag, ExifFormat format, guint components, gconstpointer bytes, guint size)
{
  ExifContent *content = exif->ifd[ifd];
  ExifEntry *old = exif_content_get_entry (content, tag);
  ExifMem *mem = exif_mem_new_default ();
  ExifEntry *entry = exif_entry_new_mem (mem);

  if (old != NULL)
    exif_content_remove_entry (content, old);
  entry->data = exif_mem_alloc (mem, size);
  memcpy (entry->data, bytes, size);
  entry->size = size;
  entry->tag = tag;
  entry->format = format;
  entry->components = components;
  exif_content_add_entry (content, entry);
  exif_entry_unref (entry);
  exif_mem_unref (mem);
}

static void
put_text (ExifData *exif, ExifIfd ifd, guint tag, const char *text)
{
  put (exif, ifd, tag, EXIF_FORMAT_ASCII, strlen (text) + 1, text, strlen (text) + 1);
}

static void
put_undefined (ExifData *exif, ExifIfd ifd, guint tag, const char *bytes, guint size)
{
  put (exif, ifd, tag, EXIF_FORMAT_UNDEFINED, size, bytes, size);
}

static void
put_short (ExifData *exif, ExifIfd ifd, guint tag, ExifShort value)
{
  guint8 bytes[2];

  exif_set_short (bytes, EXIF_BYTE_ORDER_INTEL, value);
  put (exif, ifd, tag, EXIF_FORMAT_SHORT, 1, bytes, sizeof bytes);
}

static void
put_long (ExifData *exif, ExifIfd ifd, guint tag, ExifLong value)
{
  guint8 bytes[4];

  exif_set_long (bytes, EXIF_BYTE_ORDER_INTEL, value);
  put (exif, ifd, tag, EXIF_FORMAT_LONG, 1, bytes, sizeof bytes);
}

static void
put_rationals (ExifData *exif, ExifIfd ifd, guint tag, const ExifRational *values, guint n)
{
  guint8 bytes[3 * 8];

  g_assert (n <= 3);
  for (guint i = 0; i < n; i++)
    exif_set_rational (bytes + 8 * i, EXIF_BYTE_ORDER_INTEL, values[i]);
  put (exif, ifd, tag, EXIF_FORMAT_RATIONAL, n, bytes, n * 8);
}

static void
put_rational (ExifData *exif, ExifIfd ifd, guint tag, double value, guint per)
{
  const ExifRational rational = { (ExifLong) llround (value * per), per };

  put_rationals (exif, ifd, tag, &rational, 1);
}

static void
put_if_absent_short (ExifData *exif, ExifIfd ifd, guint tag, ExifShort value)
{
  if (exif_content_get_entry (exif->ifd[ifd], tag) == NULL)
    put_short (exif, ifd, tag, value);
}

/* Whole seconds of arc and their 100,000ths: 0.3 mm. */
static void
put_coordinate (ExifData *exif, guint tag, guint ref_tag, double value, const char *refs)
{
  const gint64 parts = llround (fabs (value) * 3600 * 100000);
  const ExifRational dms[3] = { { (ExifLong) (parts / 360000000), 1 },
                                { (ExifLong) (parts / 6000000 % 60), 1 },
                                { (ExifLong) (parts % 6000000), 100000 } };
  const char ref[2] = { refs[value < 0], '\0' };

  put_text (exif, EXIF_IFD_GPS, ref_tag, ref);
  put_rationals (exif, EXIF_IFD_GPS, tag, dms, 3);
}

/* EXIF 2.32 § 4.6.6: eight bytes of character code, then one of the words of the standard. */
static void
put_method (ExifData *exif, const char *source)
{
  g_autoptr (GString) bytes = g_string_new_len ("ASCII\0\0\0", 8);

  g_string_append (bytes, g_strcmp0 (source, "gnss") == 0 ? "GPS" : g_strcmp0 (source, "network") == 0 ? "WLAN" : "MANUAL");
  put_undefined (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_PROCESSING_METHOD, bytes->str, bytes->len);
}

static void
put_place (ExifData *exif, const TstExifFacts *facts)
{
  const TstPlace *place = facts->place;
  static const guint8 version[4] = { 2, 3, 0, 0 };

  if (place == NULL || g_strcmp0 (place->source, "work") == 0 || !(fabs (place->latitude) <= 90) || !(fabs (place->longitude) <= 180))
    return;
  put (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_VERSION_ID, EXIF_FORMAT_BYTE, 4, version, 4);
  put_coordinate (exif, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, place->latitude, "NS");
  put_coordinate (exif, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, place->longitude, "EW");
  put_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_MAP_DATUM, "WGS-84");
  put_method (exif, place->source);
  if (isfinite (place->altitude_m) && fabs (place->altitude_m) < 20000)
    {
      const guint8 below = place->altitude_m < 0;

      put (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE_REF, EXIF_FORMAT_BYTE, 1, &below, 1);
      put_rational (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE, fabs (place->altitude_m), 100);
    }
  if (place->accuracy_m > 0 && place->accuracy_m < 1e6)
    put_rational (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_H_POSITIONING_ERROR, place->accuracy_m, 100);
  if (isfinite (place->heading_deg) && place->heading_deg >= 0 && place->heading_deg <= 360)
    {
      put_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION_REF, place->heading_magnetic ? "M" : "T");
      put_rational (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION, place->heading_deg, 100);
    }
  if (facts->place_utc_us > 0)
    {
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (facts->place_utc_us / G_USEC_PER_SEC);
      g_autofree char *date = g_date_time_format (utc, "%Y:%m:%d");
      const ExifRational hms[3] = { { (ExifLong) g_date_time_get_hour (utc), 1 },
                                    { (ExifLong) g_date_time_get_minute (utc), 1 },
                                    { (ExifLong) g_date_time_get_second (utc) * 1000
                                        + (ExifLong) (facts->place_utc_us % G_USEC_PER_SEC / 1000), 1000 } };

      put_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_DATE_STAMP, date);
      put_rationals (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_TIME_STAMP, hms, 3);
    }
}

static void
put_time (ExifData *exif, const TstExifFacts *facts)
{
  static const guint dates[][2] = { { EXIF_IFD_0, EXIF_TAG_DATE_TIME },
                                    { EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL },
                                    { EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_DIGITIZED } };
  static const guint offsets[] = { EXIF_TAG_OFFSET_TIME, EXIF_TAG_OFFSET_TIME_ORIGINAL, EXIF_TAG_OFFSET_TIME_DIGITIZED };
  const int minutes = facts->offset_s / 60;
  g_autoptr (GDateTime) wall = g_date_time_new_from_unix_utc (facts->utc_us / G_USEC_PER_SEC + minutes * 60);
  g_autofree char *date = g_date_time_format (wall, "%Y:%m:%d %H:%M:%S");
  g_autofree char *offset = g_strdup_printf ("%c%02d:%02d", minutes < 0 ? '-' : '+', ABS (minutes) / 60, ABS (minutes) % 60);
  g_autofree char *fraction = g_strdup_printf ("%03d", (int) (facts->utc_us % G_USEC_PER_SEC / 1000));

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      put_text (exif, dates[i][0], dates[i][1], date);
      put_text (exif, EXIF_IFD_EXIF, offsets[i], offset);
    }
  put_text (exif, EXIF_IFD_EXIF, EXIF_TAG_SUB_SEC_TIME_ORIGINAL, fraction);
}

static ExifData *
make_block (const guint8 *old, gsize old_size, const Layout *layout, const TstExifFacts *facts)
{
  ExifData *exif = exif_data_new ();

  exif_data_unset_option (exif, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_set_option (exif, EXIF_DATA_OPTION_DONT_CHANGE_MAKER_NOTE);
  if (old != NULL)
    {
      exif_data_load_data (exif, old, old_size);
      /* Position and time are ours to say; what the camera put there came from nowhere better. */
      while (exif->ifd[EXIF_IFD_GPS]->count > 0)
        exif_content_remove_entry (exif->ifd[EXIF_IFD_GPS], exif->ifd[EXIF_IFD_GPS]->entries[0]);
    }
  exif_data_set_byte_order (exif, EXIF_BYTE_ORDER_INTEL);
  exif_data_set_data_type (exif, EXIF_DATA_TYPE_COMPRESSED);
  put_if_absent_short (exif, EXIF_IFD_0, EXIF_TAG_ORIENTATION, 1);
  put_if_absent_short (exif, EXIF_IFD_0, EXIF_TAG_RESOLUTION_UNIT, 2);
  put_if_absent_short (exif, EXIF_IFD_0, EXIF_TAG_YCBCR_POSITIONING, 1);
  if (exif_content_get_entry (exif->ifd[EXIF_IFD_0], EXIF_TAG_X_RESOLUTION) == NULL)
    {
      put_rational (exif, EXIF_IFD_0, EXIF_TAG_X_RESOLUTION, 72, 1);
      put_rational (exif, EXIF_IFD_0, EXIF_TAG_Y_RESOLUTION, 72, 1);
    }
  if (facts->device != NULL && exif_content_get_entry (exif->ifd[EXIF_IFD_0], EXIF_TAG_MODEL) == NULL)
    put_text (exif, EXIF_IFD_0, EXIF_TAG_MODEL, facts->device);
  if (facts->software != NULL)
    put_text (exif, EXIF_IFD_0, EXIF_TAG_SOFTWARE, facts->software);
  put_undefined (exif, EXIF_IFD_EXIF, EXIF_TAG_EXIF_VERSION, "0232", 4);
  put_undefined (exif, EXIF_IFD_EXIF, EXIF_TAG_FLASH_PIX_VERSION, "0100", 4);
  put_undefined (exif, EXIF_IFD_EXIF, EXIF_TAG_COMPONENTS_CONFIGURATION, "\1\2\3\0", 4);
  put_if_absent_short (exif, EXIF_IFD_EXIF, EXIF_TAG_COLOR_SPACE, 1);
  put_long (exif, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_X_DIMENSION, layout->width);
  put_long (exif, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_Y_DIMENSION, layout->height);
  if (facts->unique_id[0] != '\0')
    put_text (exif, EXIF_IFD_EXIF, EXIF_TAG_IMAGE_UNIQUE_ID, facts->unique_id);
  put_time (exif, facts);
  put_place (exif, facts);
  return exif;
}

static GBytes *
save_block (ExifData *exif)
{
  unsigned char *data = NULL;
  unsigned int size = 0;

  exif_data_save_data (exif, &data, &size);
  return data != NULL ? g_bytes_new_with_free_func (data, size, free, data) : NULL;
}

GBytes *
tst_exif_write (GBytes *jpeg, const TstExifFacts *facts, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  Layout layout;
  g_autoptr (ExifData) exif = NULL;
  g_autoptr (GBytes) block = NULL;
  GByteArray *out;

  g_return_val_if_fail (facts != NULL, NULL);
  if (!find_layout (data, size, &layout, error))
    return NULL;
  exif = make_block (layout.exif > 0 ? data + layout.exif + 4 : NULL, layout.exif_size - (layout.exif > 0 ? 4 : 0), &layout, facts);
  block = save_block (exif);
  if (layout.exif > 0 && (block == NULL || g_bytes_get_size (block) > MAX_BLOCK))
    {
      g_clear_pointer (&block, g_bytes_unref);
      exif_data_unref (g_steal_pointer (&exif));
      exif = make_block (NULL, 0, &layout, facts);
      block = save_block (exif);
    }
  if (block == NULL || g_bytes_get_size (block) > MAX_BLOCK)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "The time and place could not be written into the picture. Nothing was saved.");
      return NULL;
    }
  out = g_byte_array_sized_new (size + g_bytes_get_size (block) + 512);
  g_byte_array_append (out, data, 2);
  append_segment (out, 0xe1, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  if (layout.exif > 0)
    {
      g_byte_array_append (out, data + 2, layout.exif - 2);
      g_byte_array_append (out, data + layout.exif + layout.exif_size, layout.scan - layout.exif - layout.exif_size);
    }
  else
    g_byte_array_append (out, data + 2, layout.scan - 2);
  if (!layout.has_tables)
    append_huffman_tables (out);
  g_byte_array_append (out, data + layout.scan, size - layout.scan);
  return g_byte_array_free_to_bytes (out);
}
