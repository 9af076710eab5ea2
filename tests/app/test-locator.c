/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "hardware/tst-fix-parser.h"
#include "hardware/tst-locator.h"
#include "wait-until.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static TstFix
make_fix (double lat, double lon, double accuracy_m)
{
  TstFix fix;

  tst_fix_init (&fix);
  fix.place.latitude = lat;
  fix.place.longitude = lon;
  fix.place.accuracy_m = accuracy_m;
  return fix;
}

/* --- what receivers say --- */

static void
test_gpsd (void)
{
  TstGpsdKept kept = { .heading_deg = NAN };
  TstFix fix;

  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"VERSION\",\"release\":\"3.22\"}", &kept, &fix), ==, TST_FIX_NOTHING);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":1}", &kept, &fix), ==, TST_FIX_LOST);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"ATT\",\"heading\":271.5}", &kept, &fix), ==, TST_FIX_NOTHING);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":3,\"time\":\"2026-03-27T15:04:05.250Z\",\"lat\":7.1187,\"lon\":-73.1266,"
                                       "\"altMSL\":959.4,\"eph\":4.2,\"track\":12.0,\"speed\":1.5}", &kept, &fix), ==, TST_FIX_FOUND);
  g_assert_true (tst_fix_is_believable (&fix));
  g_assert_cmpfloat (fix.place.accuracy_m, ==, 4.2);
  g_assert_cmpfloat (fix.place.altitude_m, ==, 959.4);
  g_assert_cmpfloat (fix.place.heading_deg, ==, 271.5); /* where it looks, not where it goes */
  g_assert_cmpint (fix.utc_us, ==, G_GINT64_CONSTANT (1774623845250000));
  g_assert_cmpstr (fix.place.source, ==, "gnss");
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":2,\"lat\":7,\"lon\":-73,\"epx\":3,\"epy\":4}", &kept, &fix), ==, TST_FIX_FOUND);
  g_assert_cmpfloat (fix.place.accuracy_m, ==, 5);
  g_assert_cmpfloat (fix.declination_deg, ==, 0);
  /* What one report says of magnetic north holds for those that say nothing; nonsense is none. */
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":2,\"lat\":7,\"lon\":-73,\"magvar\":-8.5}", &kept, &fix), ==, TST_FIX_FOUND);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":2,\"lat\":7,\"lon\":-73}", &kept, &fix), ==, TST_FIX_FOUND);
  g_assert_true (tst_fix_is_believable (&fix));
  g_assert_cmpfloat (fix.declination_deg, ==, -8.5);
  g_assert_false (fix.place.heading_magnetic);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"ATT\",\"mheading\":12.5}", &kept, &fix), ==, TST_FIX_NOTHING);
  g_assert_cmpint (tst_fix_parse_gpsd ("{\"class\":\"TPV\",\"mode\":2,\"lat\":7,\"lon\":-73,\"magvar\":181}", &kept, &fix), ==, TST_FIX_FOUND);
  g_assert_true (tst_fix_is_believable (&fix) && fix.place.heading_magnetic);
  g_assert_cmpfloat (fix.place.heading_deg, ==, 12.5);
  g_assert_cmpfloat (fix.declination_deg, ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      static const char *const junk[] = { "", "not json", "[1,2]", "{\"class\":{\"TPV\":1}}" };

      g_assert_cmpint (tst_fix_parse_gpsd (junk[i], &kept, &fix), ==, TST_FIX_NOTHING);
    }
}

static void
test_absurd (void)
{
  static const struct
  {
    double lat, lon, accuracy, speed;
    gboolean believable, accurate;
  } cases[] = {
    { 7, -73, 5, 1, TRUE, TRUE },   { 0, 0, 5, 1, FALSE, FALSE },     { NAN, -73, 5, 1, FALSE, FALSE }, { 91, -73, 5, 1, FALSE, FALSE },
    { 7, 181, 5, 1, FALSE, FALSE }, { 7, -73, -3, 1, TRUE, FALSE },   { 7, -73, NAN, 1, TRUE, FALSE },  { 7, -73, 1e9, 1, TRUE, FALSE },
    { 7, -73, 0, 1, TRUE, FALSE },  { 7, -73, 5, 4000, FALSE, FALSE }, { INFINITY, 0, 5, 1, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TstFix fix = make_fix (cases[i].lat, cases[i].lon, cases[i].accuracy);

      fix.speed_ms = cases[i].speed;
      fix.utc_us = 1000; /* 1970: a receiver without a clock */
      g_assert_cmpint (tst_fix_is_believable (&fix), ==, cases[i].believable);
      if (cases[i].believable)
        {
          g_assert_cmpint (fix.place.accuracy_m > 0, ==, cases[i].accurate);
          g_assert_cmpint (fix.utc_us, ==, 0);
        }
    }
}

static GArray *
read_text (const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "testigo-replay-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  GArray *fixes;

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  fixes = tst_fix_read_file (path, error);
  g_unlink (path);
  return fixes;
}

static void
test_files (void)
{
  static const char nmea[] = "$GPGGA,150405.00,0707.1220,N,07307.5960,W,1,08,0.9,959.4,M,0,M,,*5D\r\n"
                             "$GPRMC,150405.00,A,0707.1220,N,07307.5960,W,0.5,84.4,270326,,,A*7E\r\n"
                             "$GPRMC,150406.00,A,0707.1220,N,07307.5960,W,0.5,84.4,270326,,,A*00\r\n" /* a wrong sum */
                             "$GPHDM,100.0,M*34\r\n"
                             "$GPRMC,150407.00,A,0707.1220,N,07307.5960,W,0.5,84.4,270326,8.0,W,A*0D\r\n";
  static const char gpx[] = "<?xml version=\"1.0\"?><gpx><trk><trkseg><trkpt lat=\"7.1187\" lon=\"-73.1266\"><ele>959</ele>"
                            "<time>2026-03-27T15:04:05Z</time></trkpt><trkpt lat=\"7.1188\" lon=\"-73.1266\"><time>2026-03-27T15:04:07Z</time>"
                            "<hdop>2</hdop></trkpt></trkseg></trk></gpx>";
  static const char lines[] = "{\"lat\":7.1,\"lon\":-73.1,\"accuracy_m\":30,\"source\":\"network\"}\n\n{\"lost\":true,\"after_ms\":50}\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) fixes = read_text (nmea, &error);
  const TstReplayFix *first;

  g_assert_no_error (error);
  first = &g_array_index (fixes, TstReplayFix, 0);
  g_assert_cmpuint (fixes->len, ==, 2);
  g_assert_cmpfloat (g_array_index (fixes, TstReplayFix, 1).fix.place.heading_deg, ==, 100);
  g_assert_true (g_array_index (fixes, TstReplayFix, 1).fix.place.heading_magnetic);
  g_assert_cmpfloat (g_array_index (fixes, TstReplayFix, 1).fix.declination_deg, ==, -8);
  g_assert_cmpfloat_with_epsilon (first->fix.place.latitude, 7.1187, 1e-9);
  g_assert_cmpfloat_with_epsilon (first->fix.place.longitude, -73.1266, 1e-9);
  g_assert_cmpfloat (first->fix.place.accuracy_m, ==, 4.5);
  g_assert_cmpint (first->fix.utc_us, ==, G_GINT64_CONSTANT (1774623845000000));
  g_clear_pointer (&fixes, g_array_unref);

  fixes = read_text (gpx, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixes->len, ==, 2);
  g_assert_cmpuint (g_array_index (fixes, TstReplayFix, 1).after_ms, ==, 2000);
  g_assert_cmpfloat (g_array_index (fixes, TstReplayFix, 1).fix.place.accuracy_m, ==, 10);
  g_clear_pointer (&fixes, g_array_unref);

  fixes = read_text (lines, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixes->len, ==, 2);
  g_assert_cmpstr (g_array_index (fixes, TstReplayFix, 0).fix.place.source, ==, "network");
  g_assert_true (g_array_index (fixes, TstReplayFix, 1).lost);
  g_clear_pointer (&fixes, g_array_unref);

  fixes = read_text ("hello\n", &error);
  g_assert_null (fixes);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
}

/* --- what is made of it --- */

static TstLocator *
new_quiet (void)
{
  TstLocator *locator = tst_locator_new (NULL);

  /* Nobody listens there. */
  tst_locator_set_gpsd (locator, "127.0.0.1", 1);
  tst_locator_set_use_geoclue (locator, FALSE);
  return locator;
}

static void
test_choice (void)
{
  g_autoptr (TstLocator) locator = new_quiet ();
  TstLocation *location = TST_LOCATION (locator);
  TstFix fix, now;

  g_assert_true (is_state (locator, "off"));
  tst_location_start (location);
  g_assert_true (is_state (locator, "searching"));
  wait_until (is_state (locator, "missing"));
  fix = make_fix (7.1187, -73.1266, 40);
  tst_locator_take (locator, "geoclue", &fix);
  g_assert_true (is_state (locator, "fixed"));
  /* The more accurate one wins; the vaguer one does not come back while the other speaks. */
  fix = make_fix (7.1188, -73.1266, 4);
  tst_locator_take (locator, "gpsd", &fix);
  g_assert_true (tst_location_get_fix (location, &now));
  g_assert_cmpfloat (now.place.accuracy_m, ==, 4);
  g_assert_cmpint (now.place.age_s, ==, 0);
  fix = make_fix (7.1187, -73.1266, 40);
  tst_locator_take (locator, "geoclue", &fix);
  g_assert_true (tst_location_get_fix (location, &now));
  g_assert_cmpfloat (now.place.accuracy_m, ==, 4);
  /* A jump across the town is not believed until it was said three times. */
  fix = make_fix (7.30, -73.30, 4);
  tst_locator_take (locator, "gpsd", &fix);
  tst_locator_take (locator, "gpsd", &fix);
  g_assert_true (tst_location_get_fix (location, &now));
  g_assert_cmpfloat (now.place.latitude, ==, 7.1188);
  tst_locator_take (locator, "gpsd", &fix);
  g_assert_true (tst_location_get_fix (location, &now));
  g_assert_cmpfloat (now.place.latitude, ==, 7.30);
  /* The receiver says that it has lost it. */
  tst_locator_take (locator, "gpsd", NULL);
  g_assert_false (tst_location_get_fix (location, &now));
  g_assert_true (is_state (locator, "searching"));
  tst_location_stop (location);
  g_assert_true (is_state (locator, "off"));
}

static void
test_replay (void)
{
  g_autoptr (TstLocator) locator = tst_locator_new (NULL);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "testigo-replay-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (GError) error = NULL;
  TstFix fix;

  g_close (fd, NULL);
  g_file_set_contents (path, "{\"lat\":7.1187,\"lon\":-73.1266,\"accuracy_m\":12}\n{\"lat\":7.1188,\"lon\":-73.1266,\"accuracy_m\":4,\"after_ms\":100}\n"
                             "{\"lost\":true,\"after_ms\":300}\n", -1, NULL);
  g_assert_true (tst_locator_set_replay (locator, path, &error));
  g_assert_no_error (error);
  tst_location_start (TST_LOCATION (locator));
  wait_until (tst_location_get_fix (TST_LOCATION (locator), &fix) && fix.place.accuracy_m == 12);
  wait_until (tst_location_get_fix (TST_LOCATION (locator), &fix) && fix.place.accuracy_m == 4);
  wait_until (is_state (locator, "searching"));
  tst_location_stop (TST_LOCATION (locator));
  g_unlink (path);
}

/* Magnetic north becomes the true one once a receiver has told how far they are apart, and stays so when it is lost. */
static void
test_north (void)
{
  g_autoptr (TstLocator) locator = new_quiet ();
  TstLocation *location = TST_LOCATION (locator);
  TstFix fix = make_fix (7.1187, -73.1266, 4), now;
  TstPlace look;

  tst_location_start (location);
  g_assert_false (tst_location_get_heading (location, &look));
  g_assert_true (isnan (look.heading_deg));
  fix.place.heading_deg = 5;
  fix.place.heading_magnetic = TRUE;
  tst_locator_take (locator, "gpsd", &fix);
  g_assert_true (tst_location_get_heading (location, &look));
  g_assert_cmpfloat (look.heading_deg, ==, 5);
  g_assert_true (look.heading_magnetic && look.declination_deg == 0);
  fix.declination_deg = -8.5;
  tst_locator_take (locator, "gpsd", &fix);
  g_assert_true (tst_location_get_fix (location, &now));
  g_assert_cmpfloat (now.place.heading_deg, ==, 356.5);
  g_assert_cmpfloat (now.place.declination_deg, ==, -8.5);
  g_assert_false (now.place.heading_magnetic);
  tst_locator_take (locator, "gpsd", NULL);
  fix.declination_deg = 0; /* another receiver, that does not tell */
  tst_locator_take (locator, "geoclue", &fix);
  g_assert_true (tst_location_get_heading (location, &look));
  g_assert_cmpfloat (look.heading_deg, ==, 356.5);
  /* Who knows true north is not set right. */
  fix.place.heading_magnetic = FALSE;
  tst_locator_take (locator, "geoclue", &fix);
  g_assert_true (tst_location_get_heading (location, &look));
  g_assert_cmpfloat (look.heading_deg, ==, 5);
  g_assert_true (!look.heading_magnetic && look.declination_deg == 0);
  tst_location_stop (location);
}

/* The records' clock listens to a receiver, unless the network says otherwise. */
static void
test_clock (void)
{
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (TstLocator) locator = tst_locator_new (clock);
  TstTimestamp before, after;
  TstFix fix = make_fix (7.1187, -73.1266, 4);

  tst_clock_now (clock, &before);
  fix.utc_us = before.utc_us;
  tst_locator_take (locator, "replay", &fix);
  tst_clock_now (clock, &after);
  g_assert_cmpint (after.source, ==, before.source); /* a file is no receiver */
  tst_locator_take (locator, "gpsd", &fix);
  tst_clock_now (clock, &after);
  g_assert_cmpint (after.source, ==, TST_TIME_GNSS);
  g_assert_cmpuint (after.uncertainty_s, <=, 3);
  g_assert_cmpint (ABS (after.utc_us - before.utc_us), <, 5 * G_USEC_PER_SEC);
  /* Wrong by a day: believed against a clock that nobody vouches for, not against the network's. */
  tst_clock_tell_gnss (clock, before.utc_us - G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC, before.mono_us);
  tst_clock_now (clock, &after);
  if (before.source == TST_TIME_NTP)
    g_assert_cmpint (after.source, ==, TST_TIME_NTP);
  else
    g_assert_cmpint (after.utc_us, <, before.utc_us);
}

/* test-locator watch PORT SECONDS: what gpsd's own protocol becomes, a line a change. For test-gpsd.py. */
static void
print_fix (TstLocation *location)
{
  TstFix fix;

  if (tst_location_get_fix (location, &fix))
    g_print ("%.6f %.6f %.1f %" G_GINT64_FORMAT "\n", fix.place.latitude, fix.place.longitude, fix.place.accuracy_m, fix.utc_us);
  else
    g_print ("lost\n");
}

static void
print_denied (TstLocation *location)
{
  g_autofree char *state = NULL;

  g_object_get (location, "state", &state, NULL);
  if (g_str_equal (state, "denied"))
    g_print ("denied\n");
}

static gboolean
quit_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* test-locator compass PORT SECONDS: where the camera looks, once a change, as "turned" tells it. For test-compass.py. */
static void
print_heading (TstLocation *location)
{
  TstFix fix;
  TstPlace look;
  gboolean known = tst_location_get_heading (location, &look);

  /* It is known before the place is, and stands in the place. */
  if (tst_location_get_fix (location, &fix))
    {
      g_assert_true (known ? fix.place.heading_deg == look.heading_deg && fix.place.heading_magnetic == look.heading_magnetic : isnan (fix.place.heading_deg));
      g_assert_cmpfloat (fix.place.declination_deg, ==, look.declination_deg);
    }
  if (!known)
    g_print ("none\n");
  else
    g_print ("%.1f%s\n", look.heading_deg, look.heading_magnetic ? "M" : "T");
}

/* A receiver comes some time after the compass, at a line of the standard input: "fix" or the declination that it tells. */
static gboolean
on_input (GIOChannel *input, GIOCondition condition, gpointer locator)
{
  TstFix fix = make_fix (7.1187, -73.1266, 4);
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  fix.declination_deg = g_ascii_strtod (line, NULL);
  tst_locator_take (locator, "gpsd", &fix);
  print_heading (locator);
  return G_SOURCE_CONTINUE;
}

static int
watch (const char *kind, guint port, guint seconds)
{
  g_autoptr (TstLocator) locator = tst_locator_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  tst_locator_set_gpsd (locator, "127.0.0.1", port);
  tst_locator_set_use_geoclue (locator, g_str_equal (kind, "geoclue"));
  if (!g_str_equal (kind, "compass"))
    {
      g_signal_connect (locator, "changed", G_CALLBACK (print_fix), NULL);
      g_signal_connect (locator, "notify::state", G_CALLBACK (print_denied), NULL);
    }
  else
    {
      g_autoptr (GIOChannel) input = g_io_channel_unix_new (STDIN_FILENO);

      g_signal_connect (locator, "turned", G_CALLBACK (print_heading), NULL);
      g_io_add_watch (input, G_IO_IN, on_input, locator);
    }
  tst_location_start (TST_LOCATION (locator));
  g_timeout_add_seconds (seconds, quit_loop, loop);
  g_main_loop_run (loop);
  tst_location_stop (TST_LOCATION (locator));
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 4)
    return watch (argv[1], atoi (argv[2]), atoi (argv[3]));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locator/gpsd", test_gpsd);
  g_test_add_func ("/locator/absurd", test_absurd);
  g_test_add_func ("/locator/files", test_files);
  g_test_add_func ("/locator/choice", test_choice);
  g_test_add_func ("/locator/replay", test_replay);
  g_test_add_func ("/locator/north", test_north);
  g_test_add_func ("/locator/clock", test_clock);
  return g_test_run ();
}
