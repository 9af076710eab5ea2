/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "../media/image-fixtures.h"
#include "base/tst-error.h"
#include "journal/tst-capture.h"
#include "media/tst-image-info.h"

#include <math.h>

static const TstPlace here = { .latitude = 7.1187, .longitude = -73.1266, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = 90,
                               .heading_magnetic = TRUE, .source = "gnss", .age_s = 2 };

static TstCaptureSpec
make_spec (JournalFixture *fixture, const char *event, const char *type)
{
  TstTimestamp now;
  TstCaptureSpec spec = { .photo = { .event_id = event, .place = &here, .caption = "Viga" }, .type = type, .device = "Invented Cam" };

  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  spec.mono_us = now.mono_us - 3 * G_USEC_PER_SEC; /* it waited three seconds for the disk */
  spec.place_utc_us = now.utc_us - 4 * G_USEC_PER_SEC;
  return spec;
}

/* A compass that was set right by what the receiver told: of true north, and the record says by how much. */
static void
test_declination (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GBytes) jpeg = fixture_jpeg (320, 200, NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  g_autofree char *path = NULL;
  TstPlace corrected = here;
  TstPhotoResult result = { 0 };
  TstCaptureSpec spec = make_spec (fixture, event, "image/jpeg");
  JsonObject *place;

  corrected.heading_magnetic = FALSE;
  corrected.heading_deg = 81.5;
  corrected.declination_deg = -8.5;
  spec.photo.place = &corrected;
  tst_field_book_add_capture (fixture->book, &spec, jpeg, &result, NULL, &error);
  g_assert_no_error (error);
  rows = journal_fixture_list (fixture, "photos", event);
  place = tst_json_object (rows->pdata[0], "place");
  g_assert_cmpfloat (tst_json_double (place, "heading_deg", NAN), ==, 81.5);
  g_assert_cmpfloat (tst_json_double (place, "declination_deg", NAN), ==, -8.5);
  g_assert_false (json_object_has_member (place, "heading_north"));
  path = tst_media_store_path (tst_field_book_get_media (fixture->book), &result.media.sha256);
  info = tst_image_info_read (path, &error);
  g_assert_no_error (error);
  g_assert_true (info->has_direction && !info->direction_magnetic);
  tst_photo_result_clear (&result);
}

/* The file that is kept says when and where; the record says the same, of the shutter and not of the saving. */
static void
test_still (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GBytes) jpeg = fixture_jpeg (320, 200, NULL);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  TstPhotoResult result = { 0 };
  TstCaptureSpec spec;
  TstTimestamp now;
  JsonObject *place;

  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  now.mono_us += 100 * G_USEC_PER_SEC;
  tst_fixed_clock_set (fixture->clock, &now);
  tst_fixed_clock_advance (fixture->clock, 3 * G_USEC_PER_SEC);
  spec = make_spec (fixture, event, "image/jpeg");
  tst_field_book_add_capture (fixture->book, &spec, jpeg, &result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result.taken_at_source, ==, "clock");
  g_assert_cmpuint (result.width, ==, 320);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "taken_at"), ==, "2026-03-27T10:04:05-05:00");
  g_assert_cmpstr (tst_json_string (rows->pdata[0], "file"), ==, "20260327_100405.jpg");
  g_assert_cmpstr (tst_json_string (tst_json_object (rows->pdata[0], "camera"), "model"), ==, "Invented Cam");
  place = tst_json_object (rows->pdata[0], "place");
  g_assert_cmpstr (tst_json_string (place, "source"), ==, "gnss");
  g_assert_cmpint (tst_json_int (place, "age_s", -1), ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (place, "heading_deg"), ==, 90);
  g_assert_cmpstr (tst_json_string (place, "heading_north"), ==, "magnetic");

  path = tst_media_store_path (tst_field_book_get_media (fixture->book), &result.media.sha256);
  info = tst_image_info_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->hour, ==, 10);
  g_assert_cmpint (info->second, ==, 5);
  g_assert_cmpint (info->offset_minutes, ==, -300);
  g_assert_cmpfloat_with_epsilon (info->latitude, here.latitude, 1e-8);
  g_assert_true (info->has_direction && info->direction_magnetic);
  g_assert_true (g_str_has_prefix (info->software, "Testigo "));
  g_assert_cmpuint (strlen (info->unique_id), ==, 32);
  id = g_strdup (info->unique_id);
  for (const char *at = result.id, *in = id; *at != '\0'; at++)
    if (*at != '-')
      g_assert_true (*at == *in++);
  tst_photo_result_clear (&result);
  g_assert_cmpuint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_recordings (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  static const struct
  {
    const char *mime, *bytes, *list;
  } kinds[] = { { "audio/ogg", "OggS of some seconds", "audios" }, { "video/webm", "\x1a\x45\xdf\xa3 of some seconds", "videos" } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (kinds[i].bytes, strlen (kinds[i].bytes));
      TstCaptureSpec spec = make_spec (fixture, event, kinds[i].mime);
      g_autoptr (GPtrArray) rows = NULL;
      g_autoptr (GError) error = NULL;
      TstPhotoResult result = { 0 };
      g_autofree char *amended = NULL;
      g_autoptr (JsonObject) changes = json_object_new ();
      guint64 kept;

      spec.duration_ms = 4321;
      tst_field_book_add_capture (fixture->book, &spec, bytes, &result, NULL, &error);
      g_assert_no_error (error);
      rows = journal_fixture_list (fixture, kinds[i].list, event);
      g_assert_cmpuint (rows->len, ==, 1);
      g_assert_cmpint (tst_json_int (rows->pdata[0], "duration_ms", 0), ==, 4321);
      g_assert_cmpstr (tst_json_string (rows->pdata[0], "type"), ==, kinds[i].mime);
      g_assert_cmpstr (tst_json_string (rows->pdata[0], "caption"), ==, "Viga");
      g_assert_true (tst_json_object (rows->pdata[0], "place") != NULL);
      g_assert_true (tst_media_store_has (tst_field_book_get_media (fixture->book), &result.media.sha256, &kept));
      g_assert_cmpuint (kept, ==, g_bytes_get_size (bytes));
      json_object_set_string_member (changes, "alt", "Lo que se dice");
      amended = tst_field_book_amend (fixture->book, result.id, changes, &error);
      g_assert_no_error (error);
      /* The very same bytes again are the same recording. */
      g_assert_false (tst_field_book_add_capture (fixture->book, &spec, bytes, NULL, NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_DUPLICATE);
      tst_photo_result_clear (&result);
    }
  g_assert_cmpuint (journal_fixture_verify (fixture, TRUE, NULL), ==, 0);
  journal_fixture_assert_rebuild_equal (fixture);
}

static void
test_refused (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GBytes) other = g_bytes_new_static ("\x89PNG\r\n\x1a\n", 8);
  g_autoptr (GBytes) cut = g_bytes_new_static ("\xff\xd8\xff\xe0\0\x10", 6);
  static const char *const types[] = { "image/jpeg", "audio/ogg", "video/webm", "text/html" };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  TstCaptureSpec spec;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      spec = make_spec (fixture, event, types[i]);
      g_assert_false (tst_field_book_add_capture (fixture->book, &spec, other, NULL, NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
      g_clear_error (&error);
    }
  spec = make_spec (fixture, event, "image/jpeg");
  g_assert_false (tst_field_book_add_capture (fixture->book, &spec, cut, NULL, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpuint (rows->len, ==, 0);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TstPhotoResult photo = { 0 };
  guint *saved = user_data;

  g_assert_true (tst_field_book_add_capture_finish (TST_FIELD_BOOK (source), result, &photo, &error));
  g_assert_no_error (error);
  tst_photo_result_clear (&photo);
  (*saved)++;
}

static void
test_async (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autofree char *event = journal_fixture_event (fixture);
  g_autoptr (GPtrArray) rows = NULL;
  guint saved = 0;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) jpeg = fixture_jpeg (64 + i, 48, NULL);
      TstCaptureSpec spec = make_spec (fixture, event, "image/jpeg");

      tst_field_book_add_capture_async (fixture->book, &spec, jpeg, NULL, on_saved, &saved);
    }
  while (saved < 5)
    g_main_context_iteration (NULL, TRUE);
  rows = journal_fixture_list (fixture, "photos", event);
  g_assert_cmpuint (rows->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (tst_json_int (rows->pdata[i], "width", 0), ==, 68 - i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-capture/still", test_still);
  g_test_add_func ("/live-capture/declination", test_declination);
  g_test_add_func ("/live-capture/recordings", test_recordings);
  g_test_add_func ("/live-capture/refused", test_refused);
  g_test_add_func ("/live-capture/async", test_async);
  return g_test_run ();
}
