/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-session.h"
#include "support/tst-fake-hardware.h"

#include <math.h>

static void
count (guint *times)
{
  (*times)++;
}

static void
count_frame (TstCamera *camera, GBytes *pixels, guint width, guint height, guint stride, guint *times)
{
  g_assert_cmpuint (g_bytes_get_size (pixels), ==, (gsize) stride * height);
  g_assert_cmpuint (width, ==, 8);
  (*times)++;
}

static void
test_position_follows_location (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("co.testigo.Testigo");
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autoptr (TstFakeLocation) location = tst_fake_location_new ();
  TstFix fix = { .place = { .latitude = 7.12, .longitude = -73.12, .accuracy_m = 4, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" },
                 .speed_ms = NAN };
  TstPlace place;
  guint times = 0;

  tst_session_set_location (session, TST_LOCATION (location));
  g_assert_true (tst_session_get_location (session) == TST_LOCATION (location));
  g_signal_connect_swapped (session, "position-changed", G_CALLBACK (count), &times);
  g_assert_false (tst_session_get_position (session, &place));
  tst_fake_location_set (location, &fix);
  g_assert_true (tst_session_get_position (session, &place));
  g_assert_cmpfloat (place.accuracy_m, ==, 4);
  tst_fake_location_set (location, NULL);
  g_assert_false (tst_session_get_position (session, &place));
  g_assert_cmpuint (times, ==, 2);
  tst_session_set_location (session, NULL);
  tst_fake_location_set (location, &fix);
  g_assert_cmpuint (times, ==, 2);
}

static void
on_still (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JsonObject) facts = NULL;
  g_autoptr (GError) error = NULL;
  GBytes **bytes = user_data;

  *bytes = tst_camera_capture_finish (TST_CAMERA (source), result, &facts, &error);
  g_assert_no_error (error);
  g_assert_true (json_object_has_member (facts, "mono_us"));
}

static void
test_hands_parts_over (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("co.testigo.Testigo");
  g_autoptr (TstSession) session = tst_session_new (settings);
  g_autoptr (TstFakeCamera) camera = tst_fake_camera_new ();
  g_autoptr (TstFakeRecorder) recorder = tst_fake_recorder_new ("audio/ogg");
  g_autoptr (GBytes) still = g_bytes_new_static ("still", 5);
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autofree char *state = NULL;
  guint frames = 0;

  tst_session_set_camera (session, TST_CAMERA (camera));
  tst_session_set_recorder (session, TST_RECORDER (recorder));
  g_assert_true (tst_session_get_recorder (session) == TST_RECORDER (recorder));
  g_signal_connect (camera, "frame", G_CALLBACK (count_frame), &frames);
  tst_camera_start (tst_session_get_camera (session));
  g_object_get (camera, "state", &state, NULL);
  g_assert_cmpstr (state, ==, "live");
  tst_fake_camera_show (camera, 8, 6, 0x204060);
  g_assert_cmpuint (frames, ==, 1);
  devices = tst_camera_list_devices (TST_CAMERA (camera));
  g_assert_cmpuint (devices->len, ==, 2);
  tst_fake_camera_set_still (camera, still);
  tst_camera_capture_async (TST_CAMERA (camera), NULL, on_still, &got);
  while (got == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_bytes_equal (got, still));
  tst_camera_stop (TST_CAMERA (camera));
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/position-follows-location", test_position_follows_location);
  g_test_add_func ("/session/hands-parts-over", test_hands_parts_over);
  return g_test_run ();
}
