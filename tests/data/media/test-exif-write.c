/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "image-fixtures.h"
#include "media/tst-exif-write.h"
#include "media/tst-picture.h"

#include <math.h>
#include <string.h>

#define SHUTTER G_GINT64_CONSTANT (1774623965250000) /* 2026-03-27T15:06:05.25Z */

static const TstPlace here = { .latitude = 7.1187423, .longitude = -73.1266512, .accuracy_m = 4.5, .altitude_m = 959.25, .heading_deg = 271.5,
                               .source = "gnss", .age_s = 1 };

static TstExifFacts
make_facts (void)
{
  TstExifFacts facts = { .utc_us = SHUTTER, .offset_s = -5 * 3600, .place = &here, .place_utc_us = SHUTTER - 1000000, .device = "Invented Cam",
                         .software = "Testigo 0", .unique_id = "00112233445566778899aabbccddeeff" };

  return facts;
}

/* The bytes from the scan on, and those of every table and frame before it. */
static GBytes *
picture_bytes (GBytes *jpeg)
{
  gsize size, at = 2;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  GByteArray *out = g_byte_array_new ();

  while (TRUE)
    {
      guint8 marker = data[at + 1];
      gsize length = data[at + 2] << 8 | data[at + 3];

      if (marker == 0xda)
        break;
      if (marker < 0xe0)
        g_byte_array_append (out, data + at, length + 2);
      at += length + 2;
      g_assert_cmpuint (at, <, size);
    }
  g_byte_array_append (out, data + at, size - at);
  return g_byte_array_free_to_bytes (out);
}

static void
assert_same_pixels (GBytes *one, GBytes *other)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstPicture) a = tst_picture_decode (one, 1, 0, TRUE, &error);
  g_autoptr (TstPicture) b = NULL;

  g_assert_no_error (error);
  b = tst_picture_decode (other, 1, 0, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (a->width, ==, b->width);
  g_assert_cmpmem (a->pixels, (gsize) a->width * a->height * 3, b->pixels, (gsize) b->width * b->height * 3);
}

static void
test_splice (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (640, 480, NULL);
  TstExifFacts facts = make_facts ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = tst_exif_write (jpeg, &facts, &error);
  g_autoptr (GBytes) before = picture_bytes (jpeg);
  g_autoptr (GBytes) after = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  g_autofree char *taken = NULL;
  gboolean offset = FALSE;

  g_assert_no_error (error);
  after = picture_bytes (written);
  g_assert_true (g_bytes_equal (before, after));
  assert_same_pixels (jpeg, written);
  info = tst_image_info_read_bytes (written, &error);
  g_assert_no_error (error);
  g_assert_false (info->exif_damaged);
  taken = tst_image_info_taken_at (info, NULL, &offset);
  g_assert_true (offset);
  g_assert_cmpstr (taken, ==, "2026-03-27T10:06:05-05:00");
  g_assert_true (info->has_position && info->has_accuracy && info->has_altitude && info->has_direction && info->has_gps_time);
  g_assert_cmpfloat_with_epsilon (info->latitude, here.latitude, 1e-8);
  g_assert_cmpfloat_with_epsilon (info->longitude, here.longitude, 1e-8);
  g_assert_cmpfloat_with_epsilon (info->accuracy_m, 4.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (info->altitude_m, 959.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (info->direction_deg, 271.5, 1e-6);
  g_assert_cmpint (info->gps_utc_s, ==, SHUTTER / G_USEC_PER_SEC - 1);
  g_assert_cmpstr (info->model, ==, "Invented Cam");
  g_assert_cmpstr (info->software, ==, "Testigo 0");
  g_assert_cmpstr (info->unique_id, ==, "00112233445566778899aabbccddeeff");
  g_assert_cmpuint (info->orientation, ==, 1);
}

/* Southern, eastern, below the sea, at the very edge of a minute; and nothing but the time. */
static void
test_places (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (64, 48, NULL);
  static const TstPlace places[] = {
    { .latitude = -4.2153, .longitude = 69.9406, .accuracy_m = -1, .altitude_m = -12.5, .heading_deg = NAN, .source = "pin" },
    { .latitude = 6.9999999999, .longitude = -72.99999999999, .accuracy_m = 0.3, .altitude_m = NAN, .heading_deg = 0, .source = "gnss" },
    { .latitude = 90, .longitude = -180, .accuracy_m = NAN, .altitude_m = 1e30, .heading_deg = 400, .source = "network" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      TstExifFacts facts = { .utc_us = SHUTTER, .offset_s = 5 * 3600 + 1800, .place = &places[i] };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) written = tst_exif_write (jpeg, &facts, &error);
      g_autoptr (TstImageInfo) info = NULL;

      g_assert_no_error (error);
      info = tst_image_info_read_bytes (written, &error);
      g_assert_no_error (error);
      g_assert_true (info->has_position);
      g_assert_cmpfloat_with_epsilon (info->latitude, places[i].latitude, 1e-8);
      g_assert_cmpfloat_with_epsilon (info->longitude, places[i].longitude, 1e-8);
      g_assert_cmpint (info->has_altitude, ==, i == 0);
      g_assert_cmpint (info->has_direction, ==, i == 1);
      g_assert_cmpint (info->has_accuracy, ==, i == 1);
      g_assert_cmpint (info->offset_minutes, ==, 330);
      g_assert_false (info->has_gps_time);
    }
}

/* The place of a work says nothing of where a camera stood. */
static void
test_work_place_stays_out (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (64, 48, NULL);
  TstPlace place = here;
  TstExifFacts facts = make_facts ();
  g_autoptr (GBytes) written = NULL;
  g_autoptr (TstImageInfo) info = NULL;

  place.source = "work";
  facts.place = &place;
  written = tst_exif_write (jpeg, &facts, NULL);
  info = tst_image_info_read_bytes (written, NULL);
  g_assert_false (info->has_position);
  g_assert_true (info->has_taken_at);
}

/* A camera that wrote EXIF of its own, big-endian: its make, model and orientation stay, its place and clock do not. */
static void
test_camera_block (void)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (TRUE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  TstExifFacts facts = make_facts ();
  static const gint64 north[] = { 50, 1, 0, 1, 0, 1 };

  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x010f, "Acme");
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, "Real Model");
  fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, 6);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "1999:01:01 00:00:00");
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, north);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (320, 200, block);
  facts.place = NULL;
  written = tst_exif_write (jpeg, &facts, NULL);
  info = tst_image_info_read_bytes (written, NULL);
  g_assert_cmpstr (info->make, ==, "Acme");
  g_assert_cmpstr (info->model, ==, "Real Model");
  g_assert_cmpuint (info->orientation, ==, 6);
  g_assert_cmpint (info->year, ==, 2026);
  g_assert_false (info->has_position);
  assert_same_pixels (jpeg, written);
  /* One block, not two. */
  again = tst_exif_write (written, &facts, NULL);
  g_assert_cmpuint (g_bytes_get_size (again), ==, g_bytes_get_size (written));
}

/* Webcams leave the Huffman tables out of their motion JPEG. */
static void
test_motion_jpeg (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (320, 240, NULL);
  gsize size, at = 2;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  g_autoptr (GByteArray) bare = g_byte_array_new ();
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (TstPicture) strict = NULL;
  TstExifFacts facts = make_facts ();
  g_autoptr (GError) error = NULL;
  guint left_out = 0;

  g_byte_array_append (bare, data, 2);
  while (data[at + 1] != 0xda)
    {
      gsize length = 2 + (data[at + 2] << 8 | data[at + 3]);

      if (data[at + 1] != 0xc4)
        g_byte_array_append (bare, data + at, length);
      else
        left_out++;
      at += length;
    }
  g_assert_cmpuint (left_out, >, 0);
  g_byte_array_append (bare, data + at, size - at);
  frame = g_byte_array_free_to_bytes (g_steal_pointer (&bare));
  written = tst_exif_write (frame, &facts, &error);
  g_assert_no_error (error);
  assert_same_pixels (jpeg, written);
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (64, 48, NULL);
  const guint8 *data = g_bytes_get_data (jpeg, NULL);
  TstExifFacts facts = make_facts ();

  for (gsize size = 0; size < 300; size++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, size);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) written = tst_exif_write (cut, &facts, &error);

      g_assert_null (written);
      g_assert_error (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exif-write/splice", test_splice);
  g_test_add_func ("/exif-write/places", test_places);
  g_test_add_func ("/exif-write/work-place-stays-out", test_work_place_stays_out);
  g_test_add_func ("/exif-write/camera-block", test_camera_block);
  g_test_add_func ("/exif-write/motion-jpeg", test_motion_jpeg);
  g_test_add_func ("/exif-write/damaged", test_damaged);
  return g_test_run ();
}
