/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "media/tst-image-info.h"

#include "image-fixtures.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef GBytes *(*Wrap) (guint width, guint height, GBytes *exif);

static TstImageInfo *
read_bytes (GBytes *bytes, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (TstImageInfo) same = NULL;
  TstImageInfo *info;
  int fd = g_file_open_tmp ("testigo-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  info = tst_image_info_read (path, error);
  g_unlink (path);

  /* From memory it is the same. */
  same = tst_image_info_read_bytes (bytes, NULL);
  g_assert_true ((same == NULL) == (info == NULL));
  if (info != NULL)
    {
      g_assert_cmpuint (same->width, ==, info->width);
      g_assert_cmpuint (same->height, ==, info->height);
      g_assert_cmpuint (same->orientation, ==, info->orientation);
      g_assert_cmpfloat (same->latitude, ==, info->latitude);
      g_assert_cmpint (same->exif_damaged, ==, info->exif_damaged);
    }
  return info;
}

static TstImageInfo *
read_exif (FixtureExif *exif)
{
  g_autoptr (GBytes) block = fixture_exif_block (exif);
  g_autoptr (GBytes) jpeg = fixture_jpeg (16, 8, block);
  TstImageInfo *info = read_bytes (jpeg, NULL);

  g_assert_nonnull (info);
  g_assert_cmpuint (info->width, ==, 16);
  g_assert_cmpuint (info->height, ==, 8);
  return info;
}

static void
fill (FixtureExif *exif, const char *make)
{
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x010f, make);
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, "Modelo 1");
  fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, 6);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "2026:03:27 10:04:05");
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9011, "-05:00");
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0xa420, "abc123");
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, (gint64[]){ 7, 1, 7, 1, 1230, 100 });
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, "W");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3, (gint64[]){ 73, 1, 7, 1, 3000, 100 });
  fixture_exif_byte (exif, FIXTURE_IFD_GPS, 5, 0);
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 6, FALSE, 1, (gint64[]){ 95950, 100 });
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 7, FALSE, 3, (gint64[]){ 15, 1, 4, 1, 5, 1 });
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x10, "M");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 0x11, FALSE, 1, (gint64[]){ 2705, 10 });
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x1d, "2026:03:27");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 0x1f, FALSE, 1, (gint64[]){ 45, 10 });
}

static void
assert_filled (const TstImageInfo *info, const char *make)
{
  g_assert_cmpuint (info->orientation, ==, 6);
  g_assert_cmpstr (info->make, ==, make);
  g_assert_cmpstr (info->model, ==, "Modelo 1");
  g_assert_cmpstr (info->unique_id, ==, "abc123");
  g_assert_null (info->software);
  g_assert_true (info->has_taken_at);
  g_assert_cmpint (info->year, ==, 2026);
  g_assert_cmpint (info->month, ==, 3);
  g_assert_cmpint (info->day, ==, 27);
  g_assert_cmpint (info->hour, ==, 10);
  g_assert_cmpint (info->minute, ==, 4);
  g_assert_cmpint (info->second, ==, 5);
  g_assert_true (info->has_offset);
  g_assert_cmpint (info->offset_minutes, ==, -300);
  g_assert_true (info->has_position);
  g_assert_cmpfloat_with_epsilon (info->latitude, 7.1200833333, 1e-9);
  g_assert_cmpfloat_with_epsilon (info->longitude, -73.125, 1e-9);
  g_assert_true (info->has_altitude);
  g_assert_cmpfloat_with_epsilon (info->altitude_m, 959.5, 1e-9);
  g_assert_true (info->has_accuracy);
  g_assert_cmpfloat_with_epsilon (info->accuracy_m, 4.5, 1e-9);
  g_assert_true (info->has_direction);
  g_assert_true (info->direction_magnetic);
  g_assert_cmpfloat_with_epsilon (info->direction_deg, 270.5, 1e-9);
  g_assert_true (info->has_gps_time);
  g_assert_cmpint (info->gps_utc_s, ==, 1774623845);
  g_assert_false (info->exif_damaged);
}

static void
test_containers (void)
{
  static const struct
  {
    Wrap wrap;
    TstImageType type;
  } cases[] = { { fixture_jpeg, TST_IMAGE_JPEG },
                { fixture_png, TST_IMAGE_PNG },
                { fixture_webp, TST_IMAGE_WEBP } };

  for (guint big = 0; big < 2; big++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (big);
      g_autoptr (FixtureExif) tiff_exif = fixture_exif_new (big);
      g_autoptr (GBytes) block = NULL;
      g_autoptr (GBytes) tiff = NULL;
      g_autoptr (TstImageInfo) info = NULL;

      fill (exif, "Acme");
      block = fixture_exif_block (exif);
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autoptr (GBytes) with = cases[i].wrap (33, 21, block);
          g_autoptr (GBytes) without = cases[i].wrap (33, 21, NULL);
          g_autoptr (TstImageInfo) a = read_bytes (with, NULL);
          g_autoptr (TstImageInfo) b = read_bytes (without, NULL);

          g_assert_cmpint (a->type, ==, cases[i].type);
          g_assert_cmpuint (a->width, ==, 33);
          g_assert_cmpuint (a->height, ==, 21);
          assert_filled (a, "Acme");
          g_assert_cmpint (b->type, ==, cases[i].type);
          g_assert_cmpuint (b->width, ==, 33);
          g_assert_cmpuint (b->height, ==, 21);
          g_assert_cmpuint (b->orientation, ==, 1);
          g_assert_false (b->has_taken_at);
          g_assert_false (b->has_position);
          g_assert_false (b->exif_damaged);
        }
      fill (tiff_exif, "Acme");
      /* Larger than the 64 KiB that libexif reads. */
      tiff = fixture_tiff (300, 200, tiff_exif);
      info = read_bytes (tiff, NULL);
      g_assert_cmpint (info->type, ==, TST_IMAGE_TIFF);
      g_assert_cmpuint (info->width, ==, 300);
      g_assert_cmpuint (info->height, ==, 200);
      assert_filled (info, "Acme");
    }
}

static void
test_coordinates (void)
{
  static const struct
  {
    const char *lat_ref, *lon_ref;
    gboolean is_signed;
    guint n;
    gint64 lat[6], lon[6];
    gboolean has;
    double latitude, longitude;
  } cases[] = {
    { "N", "W", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, TRUE, 7.12, -73.125 },
    { "S", "E", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, TRUE, -7.12, 73.125 },
    { "s", "w", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, TRUE, -7.12, -73.125 },
    { "North", "West", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, TRUE, 7.12, -73.125 },
    /* Degrees and decimal minutes; decimal degrees alone, with zeros, with 0/0. */
    { "N", "W", FALSE, 3, { 7, 1, 72, 10, 0, 1 }, { 73, 1, 75, 10, 0, 1 }, TRUE, 7.12, -73.125 },
    { "N", "W", FALSE, 3, { 7, 1, 72, 10, 0, 0 }, { 73, 1, 75, 10, 0, 0 }, TRUE, 7.12, -73.125 },
    { "N", "W", FALSE, 1, { 712, 100 }, { 73125, 1000 }, TRUE, 7.12, -73.125 },
    { "N", "W", FALSE, 3, { 712, 100, 0, 1, 0, 1 }, { 73125, 1000, 0, 1, 0, 1 }, TRUE, 7.12, -73.125 },
    { "N", "W", FALSE, 2, { 7, 1, 72, 10 }, { 73, 1, 75, 10 }, TRUE, 7.12, -73.125 },
    { "N", "E", FALSE, 3, { 0, 1, 0, 1, 0, 1 }, { 73, 1, 0, 1, 0, 1 }, TRUE, 0, 73 },
    { "N", "E", FALSE, 3, { 90, 1, 0, 1, 0, 1 }, { 180, 1, 0, 1, 0, 1 }, TRUE, 90, 180 },
    /* Signs in the number. */
    { "S", "W", TRUE, 3, { -7, 1, 7, 1, 12, 1 }, { -73, 1, 7, 1, 30, 1 }, TRUE, -7.12, -73.125 },
    { NULL, NULL, TRUE, 1, { -712, 100 }, { -73125, 1000 }, TRUE, -7.12, -73.125 },
    /* No hemisphere, denominators of zero, out of range, what dead receivers write. */
    { NULL, "W", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "", FALSE, 3, { 7, 1, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 7, 0, 7, 1, 12, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 7, 1, 7, 1, 12, 0 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 7, 1, 0, 0, 0, 0 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 0, 1, 0, 1, 0, 1 }, { 0, 1, 0, 1, 0, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 91, 1, 0, 1, 0, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 7, 1, 0, 1, 0, 1 }, { 180, 1, 1, 1, 0, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 7, 1, 61, 1, 0, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
    { "N", "W", FALSE, 3, { 4294967295, 1, 0, 1, 0, 1 }, { 73, 1, 7, 1, 30, 1 }, FALSE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (i % 2);
      g_autoptr (TstImageInfo) info = NULL;

      g_test_message ("case %u", i);
      if (cases[i].lat_ref != NULL)
        fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, cases[i].lat_ref);
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, cases[i].is_signed, cases[i].n, cases[i].lat);
      if (cases[i].lon_ref != NULL)
        fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, cases[i].lon_ref);
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, cases[i].is_signed, cases[i].n, cases[i].lon);
      info = read_exif (exif);
      g_assert_cmpint (info->has_position, ==, cases[i].has);
      g_assert_cmpfloat_with_epsilon (info->latitude, cases[i].latitude, 1e-9);
      g_assert_cmpfloat_with_epsilon (info->longitude, cases[i].longitude, 1e-9);
    }
}

static void
test_altitude (void)
{
  static const struct
  {
    int type, ref;
    gint64 pair[2];
    gboolean is_signed, has;
    double metres;
  } cases[] = {
    { 1, 0, { 959, 1 }, FALSE, TRUE, 959 }, { 1, 1, { 12, 1 }, FALSE, TRUE, -12 },
    { 0, 0, { 959, 1 }, FALSE, TRUE, 959 }, { 2, '1', { 12, 1 }, FALSE, TRUE, -12 },
    { 2, '0', { 12, 1 }, FALSE, TRUE, 12 }, { 1, 0, { -12, 1 }, TRUE, TRUE, -12 },
    { 1, 1, { -12, 1 }, TRUE, TRUE, -12 },  { 1, 0, { 12, 0 }, FALSE, FALSE, 0 },
    { 1, 0, { 0, 0 }, FALSE, FALSE, 0 },    { 1, 3, { 12, 1 }, FALSE, TRUE, -12 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (i % 2);
      g_autoptr (TstImageInfo) info = NULL;
      guint8 ref = cases[i].ref;

      g_test_message ("case %u", i);
      if (cases[i].type != 0)
        fixture_exif_raw (exif, FIXTURE_IFD_GPS, 5, cases[i].type, 1, &ref, 1);
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 6, cases[i].is_signed, 1, cases[i].pair);
      info = read_exif (exif);
      g_assert_cmpint (info->has_altitude, ==, cases[i].has);
      g_assert_cmpfloat_with_epsilon (info->altitude_m, cases[i].metres, 1e-9);
    }
}

static void
test_times (void)
{
  static const struct
  {
    const char *original, *digitized, *modified;
    const char *offset_original, *offset_digitized, *offset;
    const char *expected; /* with the zone of −05:00 that the test hands in */
    gboolean from_exif;
  } cases[] = {
    { "2026:03:27 10:04:05", NULL, NULL, "-05:00", NULL, NULL, "2026-03-27T10:04:05-05:00", TRUE },
    { "2026:03:27 10:04:05", NULL, NULL, "+05:45", NULL, NULL, "2026-03-27T10:04:05+05:45", TRUE },
    { "2026:03:27 10:04:05", NULL, NULL, "Z", NULL, NULL, "2026-03-27T10:04:05+00:00", TRUE },
    { "2026:03:27 10:04:05", NULL, NULL, "-0330", NULL, NULL, "2026-03-27T10:04:05-03:30", TRUE },
    { "2026:03:27 10:04:05", NULL, NULL, NULL, NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
    { "2026:03:27 10:04:05", NULL, NULL, "   :  ", NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
    { "2026:03:27 10:04:05", NULL, NULL, "+99:00", NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
    /* One offset for all; not that of another time. */
    { "2026:03:27 10:04:05", NULL, NULL, NULL, NULL, "-05:00", "2026-03-27T10:04:05-05:00", TRUE },
    { "2026:03:27 10:04:05", NULL, "2026:03:27 10:04:05", NULL, NULL, "-05:00", "2026-03-27T10:04:05-05:00",
      TRUE },
    { "2026:03:27 10:04:05", NULL, "2026:04:01 10:04:05", NULL, NULL, "+02:00", "2026-03-27T10:04:05-04:00",
      FALSE },
    /* What stands in when the first is not a date. */
    { "0000:00:00 00:00:00", "2026:03:27 10:04:05", NULL, NULL, "-05:00", NULL, "2026-03-27T10:04:05-05:00",
      TRUE },
    { "    :  :     :  :  ", NULL, "2026:03:27 10:04:05", NULL, NULL, "-05:00", "2026-03-27T10:04:05-05:00",
      TRUE },
    { NULL, NULL, "2026:03:27 10:04:05", NULL, NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
    { "", NULL, NULL, "-05:00", NULL, NULL, NULL, FALSE },
    { "2026:02:30 10:04:05", NULL, NULL, NULL, NULL, NULL, NULL, FALSE },
    { "2026:03:27 24:04:05", NULL, NULL, NULL, NULL, NULL, NULL, FALSE },
    { "2026:03:27", NULL, NULL, NULL, NULL, NULL, NULL, FALSE },
    { "not a date at all..", NULL, NULL, NULL, NULL, NULL, NULL, FALSE },
    /* Sloppy writers. */
    { "2026-03-27T10:04:05.123Z", NULL, NULL, NULL, NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
    { "2026/03/27 10:04:05", NULL, NULL, NULL, NULL, NULL, "2026-03-27T10:04:05-04:00", FALSE },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (-4 * 3600);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (i % 2);
      g_autoptr (TstImageInfo) info = NULL;
      g_autofree char *text = NULL;
      gboolean from_exif = TRUE;
      const struct
      {
        FixtureIfd ifd;
        guint tag;
        const char *text;
      } tags[] = {
        { FIXTURE_IFD_EXIF, 0x9003, cases[i].original },
        { FIXTURE_IFD_EXIF, 0x9004, cases[i].digitized },
        { FIXTURE_IFD_MAIN, 0x0132, cases[i].modified },
        { FIXTURE_IFD_EXIF, 0x9011, cases[i].offset_original },
        { FIXTURE_IFD_EXIF, 0x9012, cases[i].offset_digitized },
        { FIXTURE_IFD_EXIF, 0x9010, cases[i].offset },
      };

      g_test_message ("case %u", i);
      for (guint j = 0; j < G_N_ELEMENTS (tags); j++)
        if (tags[j].text != NULL)
          fixture_exif_text (exif, tags[j].ifd, tags[j].tag, tags[j].text);
      fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, 1);
      info = read_exif (exif);
      text = tst_image_info_taken_at (info, zone, &from_exif);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_cmpint (from_exif, ==, cases[i].from_exif);
    }
}

static void
test_gps_time (void)
{
  static const struct
  {
    const char *date;
    guint n;
    gint64 time[6];
    gboolean has;
    gint64 expected;
  } cases[] = {
    { "2026:03:27", 3, { 15, 1, 4, 1, 599, 100 }, TRUE, 1774623845 },
    { "2026-03-27", 3, { 15, 1, 4, 1, 5, 1 }, TRUE, 1774623845 },
    { "2026:03:27", 3, { 15, 1, 4, 1, 5, 0 }, FALSE, 0 },
    { "2026:03:27", 2, { 15, 1, 4, 1 }, FALSE, 0 },
    { "2026:03:27", 3, { 24, 1, 4, 1, 5, 1 }, FALSE, 0 },
    { "0000:00:00", 3, { 15, 1, 4, 1, 5, 1 }, FALSE, 0 },
    { "", 3, { 15, 1, 4, 1, 5, 1 }, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (i % 2);
      g_autoptr (TstImageInfo) info = NULL;

      g_test_message ("case %u", i);
      fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x1d, cases[i].date);
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 7, FALSE, cases[i].n, cases[i].time);
      info = read_exif (exif);
      g_assert_cmpint (info->has_gps_time, ==, cases[i].has);
      g_assert_cmpint (info->gps_utc_s, ==, cases[i].expected);
    }
}

static void
test_orientations_and_texts (void)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (TstImageInfo) info = NULL;

  for (guint value = 0; value <= 9; value++)
    {
      g_autoptr (FixtureExif) each = fixture_exif_new (value % 2);
      g_autoptr (TstImageInfo) read = NULL;

      if (value % 3 == 0)
        fixture_exif_long (each, FIXTURE_IFD_MAIN, 0x0112, value);
      else
        fixture_exif_short (each, FIXTURE_IFD_MAIN, 0x0112, value);
      read = read_exif (each);
      g_assert_cmpuint (read->orientation, ==, value >= 1 && value <= 8 ? value : 1);
    }

  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x010f, "C\xe1mara"); /* Latin-1 */
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, "Cámara");
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0131, "  \t ");
  info = read_exif (exif);
  g_assert_cmpstr (info->make, ==, "Cámara");
  g_assert_cmpstr (info->model, ==, "Cámara");
  g_assert_null (info->software);
}

/* A maker's note must not even be looked at: one that would crash or loop a reader changes nothing. */
static void
test_hostile_blocks (void)
{
  static const char *const makes[]
      = { "Canon", "NIKON CORPORATION", "OLYMPUS", "PENTAX", "FUJIFILM", "Apple" };
  GRand *rand = g_rand_new_with_seed (42);

  for (guint i = 0; i < G_N_ELEMENTS (makes); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (i % 2);
      g_autoptr (TstImageInfo) info = NULL;
      guint8 note[600];

      for (guint j = 0; j < sizeof note; j++)
        note[j] = g_rand_int (rand);
      if (i == 1)
        memcpy (note, "Nikon\0\2\x10\0\0MM\0*\0\0\0\x08\xff\xff", 20);
      if (i == 2)
        memcpy (note, "OLYMP\0\1\0\xff\xff", 10);
      fill (exif, makes[i]);
      fixture_exif_raw (exif, FIXTURE_IFD_EXIF, 0x927c, 7, sizeof note, note, sizeof note);
      info = read_exif (exif);
      assert_filled (info, makes[i]);
    }
  g_rand_free (rand);
}

static void
test_broken_blocks (void)
{
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL;
  gsize size;
  const guint8 *data;
  GRand *rand = g_rand_new_with_seed (7);
  static const struct
  {
    const char *bytes;
    gsize size;
  } blocks[] = {
    { "", 0 },
    { "II", 2 },
    { "II*\0\x08\0\0\0", 8 },
    { "XX*\0\x08\0\0\0\0\0\0\0\0\0", 14 },
    { "II*\0\xff\xff\xff\xff", 8 },
    /* An IFD whose next one is itself, and an EXIF pointer to the folder that holds it. */
    { "II*\0\x08\0\0\0\0\0\x08\0\0\0", 14 },
    { "II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\0\0\0\0", 26 },
    /* More entries than bytes; a size that overflows. */
    { "II*\0\x08\0\0\0\xff\xff\x0f\x01\x02\0", 14 },
    { "II*\0\x08\0\0\0\x01\0\x0f\x01\x05\0\xff\xff\xff\x3f\x08\0\0\0\0\0\0\0", 26 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    for (guint j = 0; j < 3; j++)
      {
        static const Wrap wraps[] = { fixture_jpeg, fixture_png, fixture_webp };
        g_autoptr (GBytes) bad = g_bytes_new (blocks[i].bytes, blocks[i].size);
        g_autoptr (GBytes) file = wraps[j](16, 8, bad);
        g_autoptr (TstImageInfo) info = read_bytes (file, NULL);

        g_assert_nonnull (info);
        g_assert_cmpuint (info->width, ==, 16);
        g_assert_false (info->has_taken_at);
        if (i < 2)
          g_assert_true (info->exif_damaged);
      }

  /* Cut at each byte: never a crash; what is still whole is read, and the loss is told. */
  fill (exif, "Acme");
  block = fixture_exif_block (exif);
  data = g_bytes_get_data (block, &size);
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, cut);
      g_autoptr (GBytes) jpeg = fixture_jpeg (16, 8, part);
      g_autoptr (TstImageInfo) info = read_bytes (jpeg, NULL);

      g_assert_nonnull (info);
      g_assert_cmpuint (info->height, ==, 8);
      if (info->has_position)
        g_assert_cmpfloat_with_epsilon (info->longitude, -73.125, 1e-9);
    }
  /* Changed bytes. */
  for (guint i = 0; i < 500; i++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) jpeg = NULL;
      g_autoptr (TstImageInfo) info = NULL;

      for (guint j = 0; j < 8; j++)
        changed[g_rand_int_range (rand, 0, size)] = g_rand_int (rand);
      bytes = g_bytes_new (changed, size);
      jpeg = fixture_jpeg (16, 8, bytes);
      info = read_bytes (jpeg, NULL);
      g_assert_nonnull (info);
      g_assert_true (info->orientation >= 1 && info->orientation <= 8);
    }
  g_rand_free (rand);
}

static void
test_files_that_are_not (void)
{
  g_autoptr (GError) error = NULL;
  static const struct
  {
    const char *bytes;
    gsize size;
    TstError code;
  } cases[] = {
    { "", 0, TST_ERROR_NOT_AN_IMAGE },
    { "\xff\xd8", 2, TST_ERROR_NOT_AN_IMAGE },
    { "GIF89a\1\0\1\0\0\0\0;", 14, TST_ERROR_NOT_AN_IMAGE },
    { "<svg xmlns='http://www.w3.org/2000/svg'/>", 41, TST_ERROR_NOT_AN_IMAGE },
    { "RIFF\0\0\0\0WAVEfmt ", 16, TST_ERROR_NOT_AN_IMAGE },
    { "\xff\xd8\xff", 3, TST_ERROR_DAMAGED_IMAGE },
    { "\xff\xd8\xff\xd9", 4, TST_ERROR_DAMAGED_IMAGE },
    { "\xff\xd8\xff\xe0\0\1", 6, TST_ERROR_DAMAGED_IMAGE },
    { "\xff\xd8\xff\xc0\0\x11\x08\0\0\0\0\x03", 12, TST_ERROR_DAMAGED_IMAGE },
    { "\x89PNG\r\n\x1a\n", 8, TST_ERROR_DAMAGED_IMAGE },
    { "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\1", 24, TST_ERROR_DAMAGED_IMAGE },
    { "II*\0\x08\0\0\0", 8, TST_ERROR_DAMAGED_IMAGE },
    { "MM\0*\0\0\0\x08\0\0\0\0\0\0", 14, TST_ERROR_DAMAGED_IMAGE },
    { "RIFF\x20\0\0\0WEBPVP8 ", 16, TST_ERROR_DAMAGED_IMAGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].bytes, cases[i].size);

      g_test_message ("case %u", i);
      g_assert_null (read_bytes (bytes, &error));
      g_assert_error (error, TST_ERROR, (int)cases[i].code);
      g_clear_error (&error);
    }
  g_assert_null (tst_image_info_read ("/nowhere/at/all", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
  g_clear_error (&error);
  g_assert_null (tst_image_info_read ("/", &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
}

static void
test_mutated_files (void)
{
  GRand *rand = g_rand_new_with_seed (99);

  for (guint kind = 0; kind < 4; kind++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (TRUE);
      g_autoptr (GBytes) block = NULL;
      g_autoptr (GBytes) file = NULL;
      gsize size;
      const guint8 *data;

      fill (exif, "Acme");
      if (kind == 3)
        file = fixture_tiff (16, 8, exif);
      else
        {
          static const Wrap wraps[] = { fixture_jpeg, fixture_png, fixture_webp };

          block = fixture_exif_block (exif);
          file = wraps[kind](16, 8, block);
        }
      data = g_bytes_get_data (file, &size);
      for (guint i = 0; i < 500; i++)
        {
          g_autofree guint8 *changed = g_memdup2 (data, size);
          gsize cut = g_rand_int_range (rand, 0, 4) == 0 ? (gsize)g_rand_int_range (rand, 0, size) : size;
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GError) error = NULL;
          g_autoptr (TstImageInfo) info = NULL;

          for (guint j = 0; j < 6; j++)
            changed[g_rand_int_range (rand, 0, size)] = g_rand_int (rand);
          bytes = g_bytes_new (changed, cut);
          info = read_bytes (bytes, &error);
          g_assert_true ((info != NULL) == (error == NULL));
        }
    }
  g_rand_free (rand);
}

static void
test_mime (void)
{
  for (TstImageType type = TST_IMAGE_JPEG; type <= TST_IMAGE_HEIC; type++)
    g_assert_cmpint (tst_image_type_from_mime (tst_image_type_mime (type)), ==, type);
  g_assert_cmpint (tst_image_type_from_mime ("image/gif"), ==, TST_IMAGE_NONE);
  g_assert_cmpint (tst_image_type_from_mime (NULL), ==, TST_IMAGE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-info/mime", test_mime);
  g_test_add_func ("/image-info/containers", test_containers);
  g_test_add_func ("/image-info/coordinates", test_coordinates);
  g_test_add_func ("/image-info/altitude", test_altitude);
  g_test_add_func ("/image-info/times", test_times);
  g_test_add_func ("/image-info/gps-time", test_gps_time);
  g_test_add_func ("/image-info/orientations-and-texts", test_orientations_and_texts);
  g_test_add_func ("/image-info/hostile-blocks", test_hostile_blocks);
  g_test_add_func ("/image-info/broken-blocks", test_broken_blocks);
  g_test_add_func ("/image-info/not-images", test_files_that_are_not);
  g_test_add_func ("/image-info/mutated", test_mutated_files);
  return g_test_run ();
}
