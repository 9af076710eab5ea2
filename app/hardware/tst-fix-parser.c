/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-fix-parser.h"

#include "base/tst-error.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_M 6371008.8
#define FASTEST_MS 200.0
#define WORST_M 1e6
#define OLDEST_UTC_S G_GINT64_CONSTANT (1704067200) /* 2024 */
#define NEWEST_UTC_S G_GINT64_CONSTANT (4102444800) /* 2100 */
/* What a receiver's dilution of precision of 1 is in metres, when it tells nothing better. */
#define METRES_PER_HDOP 5.0
#define USUAL_MS 1000
#define LONGEST_MS 5000
#define MAX_FILE (64u * 1024 * 1024)
/* More than anywhere away from the poles: a receiver that says so is wrong. */
#define MOST_DECLINATION_DEG 60.0

void
tst_fix_init (TstFix *fix)
{
  *fix = (TstFix) { .place = { .latitude = NAN, .longitude = NAN, .accuracy_m = -1, .altitude_m = NAN, .heading_deg = NAN, .source = "gnss" },
                    .speed_ms = NAN };
}

gboolean
tst_fix_is_believable (TstFix *fix)
{
  TstPlace *place = &fix->place;

  if (!(fabs (place->latitude) <= 90) || !(fabs (place->longitude) <= 180) || (place->latitude == 0 && place->longitude == 0))
    return FALSE;
  if (isfinite (fix->speed_ms) && fabs (fix->speed_ms) > FASTEST_MS)
    return FALSE;
  if (!(place->accuracy_m > 0 && place->accuracy_m < WORST_M))
    place->accuracy_m = -1;
  if (!(fabs (place->altitude_m) < 20000))
    place->altitude_m = NAN;
  if (!(place->heading_deg >= 0 && place->heading_deg <= 360))
    place->heading_deg = NAN;
  if (!(fabs (fix->declination_deg) <= MOST_DECLINATION_DEG))
    fix->declination_deg = 0;
  if (fix->utc_us < OLDEST_UTC_S * G_USEC_PER_SEC || fix->utc_us > NEWEST_UTC_S * G_USEC_PER_SEC)
    fix->utc_us = 0;
  return TRUE;
}

double
tst_fix_distance_m (const TstFix *one, const TstFix *other)
{
  const double to_rad = G_PI / 180;
  const double lat1 = one->place.latitude * to_rad, lat2 = other->place.latitude * to_rad;
  const double dlat = lat2 - lat1, dlon = (other->place.longitude - one->place.longitude) * to_rad;
  const double a = sin (dlat / 2) * sin (dlat / 2) + cos (lat1) * cos (lat2) * sin (dlon / 2) * sin (dlon / 2);

  return 2 * EARTH_M * asin (MIN (1, sqrt (a)));
}

/* --- JSON --- */

static double
number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NAN;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return (double) json_node_get_int (node);
  return json_node_get_value_type (node) == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
}

static const char *
text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gint64
parse_utc (const char *when)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = when != NULL ? g_date_time_new_from_iso8601 (when, utc) : NULL;

  return time != NULL ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time) : 0;
}

static JsonObject *
parse_object (const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_object_ref (json_node_get_object (node)) : NULL;
}

TstFixFound
tst_fix_parse_gpsd (const char *line, TstGpsdKept *kept, TstFix *fix)
{
  g_autoptr (JsonObject) object = parse_object (line);
  const char *class = object != NULL ? text (object, "class") : NULL;
  double mode, error;

  if (g_strcmp0 (class, "ATT") == 0)
    {
      /* gpsd_json(5): "heading" is from true north, "mheading" (since 3.23) from magnetic. */
      kept->heading_deg = number (object, "heading");
      kept->magnetic = !isfinite (kept->heading_deg) && isfinite (number (object, "mheading"));
      if (kept->magnetic)
        kept->heading_deg = number (object, "mheading");
      return TST_FIX_NOTHING;
    }
  if (g_strcmp0 (class, "TPV") != 0)
    return TST_FIX_NOTHING;
  mode = number (object, "mode");
  if (!(mode >= 2))
    return TST_FIX_LOST;
  tst_fix_init (fix);
  fix->place.latitude = number (object, "lat");
  fix->place.longitude = number (object, "lon");
  error = number (object, "eph");
  if (!isfinite (error))
    error = hypot (number (object, "epx"), number (object, "epy"));
  fix->place.accuracy_m = error;
  if (mode >= 3)
    fix->place.altitude_m = isfinite (number (object, "altMSL")) ? number (object, "altMSL") : number (object, "alt");
  /* "track" is where it goes, which is not where it looks. */
  fix->place.heading_deg = kept->heading_deg;
  fix->place.heading_magnetic = kept->magnetic;
  /* Not every report has it, and it is the same for the whole town. */
  if (isfinite (number (object, "magvar")))
    kept->declination_deg = number (object, "magvar");
  fix->declination_deg = kept->declination_deg;
  fix->speed_ms = number (object, "speed");
  fix->utc_us = parse_utc (text (object, "time"));
  return TST_FIX_FOUND;
}

/* --- files --- */

static void
append (GArray *fixes, const TstFix *fix, gboolean lost, gint64 after_ms)
{
  TstReplayFix replay = { .fix = *fix, .lost = lost };

  if (after_ms < 0 && fixes->len > 0)
    {
      gint64 before = g_array_index (fixes, TstReplayFix, fixes->len - 1).fix.utc_us;

      after_ms = fix->utc_us > 0 && before > 0 ? (fix->utc_us - before) / 1000 : USUAL_MS;
    }
  replay.after_ms = (guint) CLAMP (after_ms, 0, LONGEST_MS);
  g_array_append_val (fixes, replay);
}

static void
read_json_line (GArray *fixes, const char *line)
{
  g_autoptr (JsonObject) object = parse_object (line);
  const char *source;
  double after;
  TstFix fix;

  if (object == NULL)
    return;
  tst_fix_init (&fix);
  fix.place.latitude = number (object, "lat");
  fix.place.longitude = number (object, "lon");
  fix.place.accuracy_m = number (object, "accuracy_m");
  fix.place.altitude_m = number (object, "altitude_m");
  fix.place.heading_deg = number (object, "heading_deg");
  fix.place.heading_magnetic = g_strcmp0 (text (object, "heading_north"), "magnetic") == 0;
  fix.declination_deg = number (object, "declination_deg");
  fix.speed_ms = number (object, "speed_ms");
  fix.utc_us = parse_utc (text (object, "time"));
  source = text (object, "source");
  if (g_strcmp0 (source, "network") == 0)
    fix.place.source = "network";
  after = number (object, "after_ms");
  append (fixes, &fix, json_object_get_boolean_member_with_default (object, "lost", FALSE), isfinite (after) ? (gint64) after : -1);
}

/* NMEA 0183: what one epoch says comes in several sentences. */
typedef struct
{
  TstFix fix;
  int day, month, year;
} Nmea;

static double
nmea_angle (const char *value, const char *side)
{
  const char *dot = strchr (value, '.');
  const gsize whole = dot != NULL ? (gsize) (dot - value) : strlen (value);
  g_autofree char *degrees = NULL;

  if (whole < 3)
    return NAN;
  degrees = g_strndup (value, whole - 2);
  return (g_ascii_strtod (degrees, NULL) + g_ascii_strtod (value + whole - 2, NULL) / 60) * (*side == 'S' || *side == 'W' ? -1 : 1);
}

static gboolean
nmea_checksum_holds (const char *line, gsize *length)
{
  const char *star = strrchr (line, '*');
  guint sum = 0;

  if (star == NULL)
    return FALSE;
  for (const char *at = line + 1; at < star; at++)
    sum ^= (guint8) *at;
  *length = (gsize) (star - line);
  return strtoul (star + 1, NULL, 16) == sum;
}

static gint64
nmea_utc (const Nmea *nmea, const char *clock)
{
  g_autoptr (GDateTime) time = NULL;
  double seconds;
  int hour, minute;

  if (nmea->year == 0 || strlen (clock) < 6)
    return 0;
  hour = (clock[0] - '0') * 10 + clock[1] - '0';
  minute = (clock[2] - '0') * 10 + clock[3] - '0';
  seconds = g_ascii_strtod (clock + 4, NULL);
  time = g_date_time_new_utc (nmea->year, nmea->month, nmea->day, hour, minute, seconds);
  return time != NULL ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time) : 0;
}

static void
read_nmea_line (GArray *fixes, Nmea *nmea, const char *line)
{
  gsize length;
  g_autofree char *copy = NULL;
  g_auto (GStrv) f = NULL;
  guint n;

  if (!nmea_checksum_holds (line, &length))
    return;
  copy = g_strndup (line, length);
  f = g_strsplit (copy, ",", -1);
  n = g_strv_length (f);
  if (n < 2 || strlen (f[0]) < 6)
    return;
  if (g_str_has_suffix (f[0], "HDT") || g_str_has_suffix (f[0], "HDM"))
    {
      nmea->fix.place.heading_deg = *f[1] != '\0' ? g_ascii_strtod (f[1], NULL) : NAN;
      nmea->fix.place.heading_magnetic = g_str_has_suffix (f[0], "HDM");
    }
  else if (g_str_has_suffix (f[0], "GGA") && n >= 10)
    {
      nmea->fix.place.accuracy_m = *f[8] != '\0' ? g_ascii_strtod (f[8], NULL) * METRES_PER_HDOP : -1;
      nmea->fix.place.altitude_m = *f[9] != '\0' ? g_ascii_strtod (f[9], NULL) : NAN;
    }
  else if (g_str_has_suffix (f[0], "RMC") && n >= 10)
    {
      const int date = atoi (f[9]);

      nmea->day = date / 10000;
      nmea->month = date / 100 % 100;
      nmea->year = date > 0 ? 2000 + date % 100 : 0;
      nmea->fix.place.latitude = nmea_angle (f[3], f[4]);
      nmea->fix.place.longitude = nmea_angle (f[5], f[6]);
      nmea->fix.speed_ms = *f[7] != '\0' ? g_ascii_strtod (f[7], NULL) * 1852 / 3600 : NAN;
      nmea->fix.utc_us = nmea_utc (nmea, f[1]);
      if (n >= 12 && *f[10] != '\0')
        nmea->fix.declination_deg = g_ascii_strtod (f[10], NULL) * (*f[11] == 'W' ? -1 : 1);
      append (fixes, &nmea->fix, *f[2] != 'A', -1);
    }
}

/* GPX 1.1 (topografix.com): trkpt, rtept and wpt. */
typedef struct
{
  GArray *fixes;
  TstFix fix;
  gboolean inside;
  GString *words;
} Gpx;

static gboolean
is_point (const char *name)
{
  return strcmp (name, "trkpt") == 0 || strcmp (name, "rtept") == 0 || strcmp (name, "wpt") == 0;
}

static void
gpx_start (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data, GError **error)
{
  Gpx *gpx = data;

  g_string_truncate (gpx->words, 0);
  if (!is_point (name))
    return;
  tst_fix_init (&gpx->fix);
  gpx->inside = TRUE;
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], "lat") == 0)
      gpx->fix.place.latitude = g_ascii_strtod (values[i], NULL);
    else if (strcmp (names[i], "lon") == 0)
      gpx->fix.place.longitude = g_ascii_strtod (values[i], NULL);
}

static void
gpx_text (GMarkupParseContext *context, const char *words, gsize size, gpointer data, GError **error)
{
  g_string_append_len (((Gpx *) data)->words, words, size);
}

static void
gpx_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Gpx *gpx = data;

  if (!gpx->inside)
    return;
  if (strcmp (name, "time") == 0)
    gpx->fix.utc_us = parse_utc (gpx->words->str);
  else if (strcmp (name, "ele") == 0)
    gpx->fix.place.altitude_m = g_ascii_strtod (gpx->words->str, NULL);
  else if (strcmp (name, "hdop") == 0)
    gpx->fix.place.accuracy_m = g_ascii_strtod (gpx->words->str, NULL) * METRES_PER_HDOP;
  else if (is_point (name))
    {
      gpx->inside = FALSE;
      append (gpx->fixes, &gpx->fix, FALSE, -1);
    }
}

static void
read_gpx (GArray *fixes, const char *data, gsize size)
{
  static const GMarkupParser parser = { .start_element = gpx_start, .end_element = gpx_end, .text = gpx_text };
  Gpx gpx = { .fixes = fixes, .words = g_string_new (NULL) };
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, &gpx, NULL);

  /* What stands before an error is as good as it was. */
  if (g_markup_parse_context_parse (context, data, size, NULL))
    g_markup_parse_context_end_parse (context, NULL);
  g_markup_parse_context_free (context);
  g_string_free (gpx.words, TRUE);
}

GArray *
tst_fix_read_file (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  g_autoptr (GArray) fixes = g_array_new (FALSE, TRUE, sizeof (TstReplayFix));
  g_autoptr (GError) local = NULL;
  const char *at;
  gsize size;
  guint usable = 0;

  if (!g_file_get_contents (path, &data, &size, &local))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The file of positions cannot be read: %s", local->message);
      return NULL;
    }
  for (at = data; g_ascii_isspace (*at); at++)
    ;
  if (*at == '<' && size < MAX_FILE)
    read_gpx (fixes, at, size - (gsize) (at - data));
  else
    {
      g_auto (GStrv) lines = g_strsplit (data, "\n", -1);
      Nmea nmea = { 0 };

      tst_fix_init (&nmea.fix);
      for (guint i = 0; lines[i] != NULL; i++)
        {
          g_strstrip (lines[i]);
          if (*lines[i] == '$')
            read_nmea_line (fixes, &nmea, lines[i]);
          else if (*lines[i] == '{')
            read_json_line (fixes, lines[i]);
        }
    }
  for (guint i = 0; i < fixes->len; i++)
    usable += !g_array_index (fixes, TstReplayFix, i).lost;
  if (usable == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "There is no position in that file. It must be NMEA, GPX, or a JSON object a line with \"lat\" and \"lon\".");
      return NULL;
    }
  return g_steal_pointer (&fixes);
}
