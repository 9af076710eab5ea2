/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "../media/image-fixtures.h"

#include <glib/gstdio.h>
#include <math.h>

static char *
write_file (JournalFixture *fixture, const char *name, GBytes *bytes)
{
  char *path = g_build_filename (fixture->outside, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return path;
}

static char *
write_works (JournalFixture *fixture)
{
  static const char csv[] = "code,title,lat,lon\nOB-1,Puente Quebrada Seca,7.12,-73.12\nOB-2,Escuela La Loma,,\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (csv, sizeof csv - 1);

  return write_file (fixture, "obras.csv", bytes);
}

/* The original is only read; what the store holds are its very bytes. */
static void
test_bytes (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *path = journal_fixture_photo_file (fixture, "IMG_0001.jpg");
  g_autofree char *stored = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  TstPhotoSpec spec = { .event_id = event, .caption = "Viga", .alt = "Una viga", .phase = "durante", .item = "estructura" };
  TstPhotoResult result = { 0 };
  TstHash before, after, kept;

  tst_hash_file (path, &before, NULL, NULL, NULL);
  tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
  g_assert_no_error (error);
  tst_hash_file (path, &after, NULL, NULL, NULL);
  stored = tst_media_store_path (tst_field_book_get_media (fixture->book), &result.media.sha256);
  tst_hash_file (stored, &kept, NULL, NULL, NULL);
  g_assert_true (tst_hash_equal (&before, &after));
  g_assert_true (tst_hash_equal (&before, &kept));
  g_assert_cmpstr (result.type, ==, "image/jpeg");
  g_assert_cmpstr (result.taken_at, ==, "2026-03-27T10:00:00-05:00");
  g_assert_cmpstr (result.taken_at_source, ==, "exif-local");
  g_assert_false (result.has_place);

  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "file"), ==, "IMG_0001.jpg");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "type"), ==, "image/jpeg");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "caption"), ==, "Viga");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "state"), ==, "saved");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "standing"), ==, "valid");
  g_assert_cmpstr (tst_json_string (tst_json_object (rows->pdata[0], "camera"), "model"), ==, "IMG_0001.jpg");
  tst_photo_result_clear (&result);
}

static void
test_time_sources (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (FixtureExif) with_offset = fixture_exif_new (TRUE);
  g_autoptr (FixtureExif) gps = fixture_exif_new (TRUE);
  const gint64 time[] = { 15, 1, 4, 1, 5, 1 };
  g_autoptr (GBytes) offset_block = NULL;
  g_autoptr (GBytes) gps_block = NULL;
  GBytes *pictures[3];
  const char *const sources[] = { "exif", "gps", "none" };
  const char *const times[] = { "2026-03-27T10:00:00+02:00", "2026-03-27T15:04:05Z", NULL };
  g_autoptr (GError) error = NULL;

  fixture_exif_text (with_offset, FIXTURE_IFD_EXIF, 0x9003, "2026:03:27 10:00:00");
  fixture_exif_text (with_offset, FIXTURE_IFD_EXIF, 0x9011, "+02:00");
  fixture_exif_text (gps, FIXTURE_IFD_GPS, 0x001d, "2026:03:27");
  fixture_exif_ratios (gps, FIXTURE_IFD_GPS, 0x0007, FALSE, 3, time);
  offset_block = fixture_exif_block (with_offset);
  gps_block = fixture_exif_block (gps);
  pictures[0] = fixture_jpeg (32, 32, offset_block);
  pictures[1] = fixture_jpeg (32, 24, gps_block);
  pictures[2] = fixture_png (32, 16, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);
      g_autofree char *path = write_file (fixture, name, pictures[i]);
      TstPhotoSpec spec = { .event_id = event };
      TstPhotoResult result = { 0 };

      tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (result.taken_at_source, ==, sources[i]);
      g_assert_cmpstr (result.taken_at, ==, times[i]);
      tst_photo_result_clear (&result);
      g_bytes_unref (pictures[i]);
    }
  {
    /* From the device's own camera the record's clock is the time. */
    g_autoptr (GBytes) png = fixture_png (48, 16, NULL);
    g_autofree char *path = write_file (fixture, "camera.png", png);
    TstPhotoSpec spec = { .event_id = event, .from_camera = TRUE };
    TstPhotoResult result = { 0 };

    tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (result.taken_at_source, ==, "clock");
    g_assert_cmpstr (result.taken_at, ==, "2026-03-27T15:04:05Z");
    tst_photo_result_clear (&result);
  }
}

static void
test_place_sources (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *works = write_works (fixture);
  g_autofree char *exif_path = NULL;
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  const gint64 lat[] = { 7, 1, 6, 1, 0, 1 }, lon[] = { 73, 1, 6, 1, 0, 1 }, direction[] = { 2115, 10 };
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (GError) error = NULL;
  const TstPlace pin = { .latitude = 7.5, .longitude = -73.5, .accuracy_m = 12, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss", .age_s = 3 };
  const TstPlace rest = { .latitude = 7.6, .longitude = -73.6, .accuracy_m = -1, .altitude_m = NAN, .heading_deg = NAN, .source = "pin", .age_s = -1 };
  const struct
  {
    const char *name, *work;
    const TstPlace *place, *else_place;
    const char *source; /* NULL: none */
    double lat;
  } cases[] = {
    { "exif.jpg", "OB-1", &pin, &rest, "gnss", 7.5 },
    { "exif.jpg", "OB-1", NULL, &rest, "exif", 7.1 },
    { "a.jpg", "OB-1", NULL, NULL, "work", 7.12 },
    { "b.jpg", "OB-2", NULL, NULL, NULL, 0 },
    { "c.jpg", "OB-unknown", NULL, NULL, NULL, 0 },
    { "d.jpg", "OB-1", NULL, &rest, "pin", 7.6 },
  };

  tst_field_book_import_works (fixture->book, works, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, lat);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, "W");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3, lon);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x10, "M");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 0x11, FALSE, 1, direction);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (40, 30, block);
  exif_path = write_file (fixture, "exif.jpg", jpeg);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *other_event = journal_fixture_event (fixture);
      g_autofree char *path = g_strcmp0 (cases[i].name, "exif.jpg") == 0 ? g_strdup (exif_path)
                                                                       : journal_fixture_photo_file (fixture, cases[i].name);
      TstPhotoSpec spec = { .event_id = other_event, .work = cases[i].work, .place = cases[i].place,
                            .else_place = cases[i].else_place };
      TstPhotoResult result = { 0 };

      tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (result.has_place, ==, cases[i].source != NULL);
      if (result.has_place)
        {
          g_assert_cmpstr (result.place.source, ==, cases[i].source);
          g_assert_cmpfloat_with_epsilon (result.place.latitude, cases[i].lat, 1e-9);
          /* Whoever puts a photo on the map does not turn it; a compass's north stays that. */
          if (strcmp (cases[i].name, "exif.jpg") == 0)
            {
              g_assert_cmpfloat_with_epsilon (result.place.heading_deg, 211.5, 1e-9);
              g_assert_true (result.place.heading_magnetic);
            }
        }
      tst_photo_result_clear (&result);
    }
}

static void
test_refusals (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autofree char *second = journal_fixture_event (fixture);
  g_autofree char *path = journal_fixture_photo_file (fixture, "a.jpg");
  g_autofree char *missing = g_build_filename (fixture->outside, "no.jpg", NULL);
  g_autoptr (GError) error = NULL;
  TstPhotoSpec spec = { .event_id = event };
  TstPhotoSpec elsewhere = { .event_id = second };
  TstPhotoSpec bad_phase = { .event_id = event, .phase = "mañana" };
  TstPhotoSpec no_event = { .event_id = "00000000-0000-4000-8000-000000000000" };

  g_assert_true (tst_field_book_add_photo (fixture->book, &spec, path, NULL, NULL, &error));
  g_assert_false (tst_field_book_add_photo (fixture->book, &spec, path, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_true (tst_field_book_add_photo (fixture->book, &elsewhere, path, NULL, NULL, &error));
  g_assert_false (tst_field_book_add_photo (fixture->book, &bad_phase, path, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_false (tst_field_book_add_photo (fixture->book, &no_event, path, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (tst_field_book_add_photo (fixture->book, &spec, missing, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
}

/* Bad files cost only themselves. */
static void
test_batch (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) rows = NULL;
  guint good = 0, not_image = 0, damaged = 0, duplicate = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *name = g_strdup_printf ("f%u.jpg", i % 50 == 49 ? i - 1 : i);
      g_autofree char *path = NULL;
      TstPhotoSpec spec = { .event_id = event };
      g_autoptr (GError) error = NULL;

      if (i % 10 == 3)
        {
          g_autoptr (GBytes) text = g_bytes_new_static ("esto no es una foto", 19);

          path = write_file (fixture, name, text);
        }
      else if (i % 10 == 7)
        {
          g_autoptr (GBytes) cut = g_bytes_new_static ("\xff\xd8\xff\xe0\x00\x10JFIF", 10);

          path = write_file (fixture, name, cut);
        }
      else
        path = journal_fixture_photo_file (fixture, name);
      if (tst_field_book_add_photo (fixture->book, &spec, path, NULL, NULL, &error))
        good++;
      else if (g_error_matches (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE))
        not_image++;
      else if (g_error_matches (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE))
        damaged++;
      else if (g_error_matches (error, TST_ERROR, TST_ERROR_DUPLICATE))
        duplicate++;
      else
        g_assert_no_error (error);
    }
  g_assert_cmpint (not_image, ==, 50);
  g_assert_cmpint (damaged, ==, 50);
  g_assert_cmpint (duplicate, ==, 10);
  g_assert_cmpint (good, ==, 390);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpint (rows->len, ==, good);
  g_assert_cmpint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_reopen (fixture);
  g_assert_cmpint (journal_fixture_verify (fixture, FALSE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

/* A published body tells its file name: one that a person chose may hold a person. */
static void
test_name_of_a_person (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  static const struct
  {
    const char *name, *kept;
  } cases[] = { { "cedula 1098765432 Persona Inventada.jpg", "foto.jpg" }, { "1098765432.jpg", "foto.jpg" },
                { "DSC00011.JPG", "DSC00011.JPG" }, { "PXL_20260327_101010123.jpg", "PXL_20260327_101010123.jpg" },
                { "20260327_101010.jpg", "20260327_101010.jpg" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *event = journal_fixture_event (fixture);
      g_autofree char *path = journal_fixture_photo_file (fixture, cases[i].name);
      g_autoptr (GPtrArray) rows = NULL;
      g_autoptr (GError) error = NULL;
      TstPhotoSpec spec = { .event_id = event };
      TstPhotoResult result = { 0 };

      tst_field_book_add_photo (fixture->book, &spec, path, &result, NULL, &error);
      g_assert_no_error (error);
      rows = journal_fixture_list (fixture, "photos", event);
      g_assert_cmpstr (tst_json_string (rows->pdata[0], "file"), ==, cases[i].kept);
      tst_photo_result_clear (&result);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/bytes", test_bytes);
  g_test_add_func ("/capture/time-sources", test_time_sources);
  g_test_add_func ("/capture/place-sources", test_place_sources);
  g_test_add_func ("/capture/refusals", test_refusals);
  g_test_add_func ("/capture/batch", test_batch);
  g_test_add_func ("/capture/name-of-a-person", test_name_of_a_person);
  return g_test_run ();
}
