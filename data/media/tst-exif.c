/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-exif-private.h"

#include <libexif/exif-data.h>
#include <math.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExifData, exif_data_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExifLog, exif_log_unref)

/* Texts longer than this are no name of a camera. */
#define MAX_TEXT 256

static void
on_log (ExifLog *log, ExifLogCode code, const char *domain, const char *format, va_list args, void *data)
{
  if (code == EXIF_LOG_CODE_CORRUPT_DATA)
    *(gboolean *)data = TRUE;
}

/* Makers' notes are hostile and libexif has no option to leave them alone. It knows them by tag 0x927C with a format from
 * 1 to 12; wherever these four bytes stand, the tag becomes one that means nothing. Only our copy changes. */
static void
disarm_maker_notes (guint8 *data, gsize size)
{
  for (gsize i = 0; i + 4 <= size; i++)
    {
      if (data[i] == 0x92 && data[i + 1] == 0x7c && data[i + 2] == 0 && data[i + 3] >= 1 && data[i + 3] <= 12)
        data[i + 1] = 0xff;
      else if (data[i] == 0x7c && data[i + 1] == 0x92 && data[i + 3] == 0 && data[i + 2] >= 1
               && data[i + 2] <= 12)
        data[i] = 0xff;
    }
}

static ExifEntry *
find (ExifData *exif, ExifIfd ifd, guint tag)
{
  ExifEntry *entry = exif_content_get_entry (exif->ifd[ifd], tag);

  return entry != NULL && entry->data != NULL && entry->size > 0 ? entry : NULL;
}

/* The @i-th number of an entry in whatever integer or rational format it has; FALSE when it has none. */
static gboolean
entry_ratio (ExifEntry *entry, guint i, double *num, double *den)
{
  ExifByteOrder order = exif_data_get_byte_order (entry->parent->parent);
  gsize unit = exif_format_get_size (entry->format);
  const guint8 *at;

  if (i >= entry->components || unit == 0 || (i + 1) * unit > entry->size)
    return FALSE;
  at = entry->data + i * unit;
  *den = 1;
  switch ((int)entry->format)
    {
    case EXIF_FORMAT_RATIONAL:
      {
        ExifRational r = exif_get_rational (at, order);

        *num = r.numerator;
        *den = r.denominator;
        return TRUE;
      }
    case EXIF_FORMAT_SRATIONAL:
      {
        ExifSRational r = exif_get_srational (at, order);

        *num = r.numerator;
        *den = r.denominator;
        return TRUE;
      }
    case EXIF_FORMAT_BYTE:
      *num = *at;
      return TRUE;
    case EXIF_FORMAT_SHORT:
      *num = exif_get_short (at, order);
      return TRUE;
    case EXIF_FORMAT_SSHORT:
      *num = exif_get_sshort (at, order);
      return TRUE;
    case EXIF_FORMAT_LONG:
      *num = exif_get_long (at, order);
      return TRUE;
    case EXIF_FORMAT_SLONG:
      *num = exif_get_slong (at, order);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
entry_number (ExifEntry *entry, guint i, double *value)
{
  double num;
  double den;

  if (entry == NULL || !entry_ratio (entry, i, &num, &den) || den == 0)
    return FALSE;
  *value = num / den;
  return TRUE;
}

/* Cameras that do not write ASCII write Latin-1. Not iconv: it opens files, which the sandbox does not allow. */
static char *
latin1_to_utf8 (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    g_string_append_unichar (out, (guint8)*text);
  return g_string_free (out, FALSE);
}

/* The text of an entry whatever its format says, trimmed, valid UTF-8, on one line; NULL when nothing is left. */
static char *
entry_text (ExifEntry *entry)
{
  g_autofree char *text = NULL;
  g_autofree char *utf8 = NULL;

  if (entry == NULL)
    return NULL;
  text = g_strndup ((const char *)entry->data, MIN (entry->size, MAX_TEXT));
  if (g_utf8_validate (text, -1, NULL))
    utf8 = g_steal_pointer (&text);
  else if (entry->size > MAX_TEXT)
    utf8 = g_utf8_make_valid (text, -1);
  else
    utf8 = latin1_to_utf8 (text);
  for (char *c = utf8; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (utf8);
  return *utf8 != '\0' ? g_steal_pointer (&utf8) : NULL;
}

/* Exactly @digits decimal digits at *at. */
static gboolean
take_digits (const char **at, guint digits, int *value)
{
  *value = 0;
  for (guint i = 0; i < digits; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      *value = *value * 10 + (**at - '0');
    }
  return TRUE;
}

static gboolean
take_one_of (const char **at, const char *set)
{
  if (**at == '\0' || strchr (set, **at) == NULL)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
take_date (const char **at, int *year, int *month, int *day)
{
  return take_digits (at, 4, year) && take_one_of (at, ":-/.") && take_digits (at, 2, month)
         && take_one_of (at, ":-/.") && take_digits (at, 2, day) && *year >= 1900
         && g_date_valid_dmy (*day, *month, *year);
}

/* "YYYY:MM:DD HH:MM:SS" and what sloppy writers make of it. What follows the seconds is not read. */
static gboolean
parse_time (const char *text, TstImageInfo *time)
{
  const char *at = text;

  return text != NULL && take_date (&at, &time->year, &time->month, &time->day) && take_one_of (&at, " T:")
         && take_digits (&at, 2, &time->hour) && take_one_of (&at, ":.")
         && take_digits (&at, 2, &time->minute) && take_one_of (&at, ":.")
         && take_digits (&at, 2, &time->second) && time->hour < 24 && time->minute < 60 && time->second < 60;
}

/* "+HH:MM", "-HHMM", "Z"; zones on Earth reach from −12 to +14 hours. */
static gboolean
parse_offset (const char *text, int *minutes)
{
  const char *at = text;
  int hour;
  int minute;
  int sign;

  if (text == NULL)
    return FALSE;
  if (strcmp (text, "Z") == 0)
    {
      *minutes = 0;
      return TRUE;
    }
  sign = *at == '-' ? -1 : 1;
  if (!take_one_of (&at, "+-") || !take_digits (&at, 2, &hour))
    return FALSE;
  take_one_of (&at, ":");
  if (!take_digits (&at, 2, &minute) || *at != '\0' || minute > 59)
    return FALSE;
  *minutes = sign * (hour * 60 + minute);
  return *minutes >= -12 * 60 && *minutes <= 14 * 60;
}

static void
read_time (TstImageInfo *info, ExifData *exif)
{
  static const struct
  {
    ExifIfd ifd;
    guint time, offset;
  } tags[] = {
    { EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, EXIF_TAG_OFFSET_TIME_ORIGINAL },
    { EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_DIGITIZED, EXIF_TAG_OFFSET_TIME_DIGITIZED },
    { EXIF_IFD_0, EXIF_TAG_DATE_TIME, EXIF_TAG_OFFSET_TIME },
  };
  g_autofree char *chosen = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tags) && !info->has_taken_at; i++)
    {
      TstImageInfo time = { 0 };
      g_autofree char *text = entry_text (find (exif, tags[i].ifd, tags[i].time));
      g_autofree char *offset = entry_text (find (exif, EXIF_IFD_EXIF, tags[i].offset));

      if (!parse_time (text, &time))
        continue;
      info->has_taken_at = TRUE;
      info->year = time.year;
      info->month = time.month;
      info->day = time.day;
      info->hour = time.hour;
      info->minute = time.minute;
      info->second = time.second;
      info->has_offset = parse_offset (offset, &info->offset_minutes);
      chosen = g_steal_pointer (&text);
    }
  if (!info->has_taken_at)
    return;

  /* Some phones write one OffsetTime for all. It holds for this time when its own time is the same or absent; after a
   * change on a computer elsewhere it does not. */
  for (guint i = 0; i < G_N_ELEMENTS (tags) && !info->has_offset; i++)
    {
      g_autofree char *text = entry_text (find (exif, tags[i].ifd, tags[i].time));
      g_autofree char *offset = entry_text (find (exif, EXIF_IFD_EXIF, tags[i].offset));

      if (text == NULL || strcmp (text, chosen) == 0)
        info->has_offset = parse_offset (offset, &info->offset_minutes);
    }
  if (!info->has_offset)
    info->offset_minutes = 0;
}

/* Degrees, minutes and seconds, each of which may carry the fraction; those that follow may be absent. A minute or second
 * of 0/0 is nothing after a fraction and unknown after a whole number: then so is the coordinate. */
static gboolean
read_coordinate (ExifData *exif, guint tag, guint ref_tag, char positive, char negative, double max,
                 double *value)
{
  static const double unit[] = { 1, 60, 3600 };
  ExifEntry *entry = find (exif, EXIF_IFD_GPS, tag);
  g_autofree char *ref = entry_text (find (exif, EXIF_IFD_GPS, ref_tag));
  char hemisphere = ref != NULL ? g_ascii_toupper (*ref) : '\0';
  gboolean fraction = FALSE;
  double sum = 0;

  if (entry == NULL || entry->components == 0)
    return FALSE;
  for (guint i = 0; i < MIN (entry->components, 3); i++)
    {
      double num;
      double den;
      double part;

      if (!entry_ratio (entry, i, &num, &den))
        return FALSE;
      if (den == 0)
        {
          if (i == 0 || num != 0 || !fraction)
            return FALSE;
          continue;
        }
      part = num / den;
      if (i > 0 && (part < 0 || part > 60))
        return FALSE;
      sum += (sum < 0 ? -part : part) / unit[i];
      fraction = part != floor (part);
    }

  if (hemisphere == negative)
    sum = -fabs (sum);
  /* Without a hemisphere only a signed number tells which half of the Earth. */
  else if (hemisphere != positive && !(sum < 0))
    return FALSE;
  *value = sum;
  return fabs (sum) <= max;
}

static void
read_gps_time (TstImageInfo *info, ExifData *exif)
{
  g_autofree char *date = entry_text (find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_DATE_STAMP));
  ExifEntry *time = find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_TIME_STAMP);
  const char *at = date;
  double part[3];
  int year;
  int month;
  int day;
  g_autoptr (GDateTime) midnight = NULL;

  if (date == NULL || !take_date (&at, &year, &month, &day))
    return;
  for (guint i = 0; i < 3; i++)
    if (!entry_number (time, i, &part[i]) || part[i] < 0)
      return;
  if (part[0] >= 24 || part[1] >= 60 || part[2] > 60)
    return;
  midnight = g_date_time_new_utc (year, month, day, 0, 0, 0);
  info->gps_utc_s
      = g_date_time_to_unix (midnight) + (gint64)floor (part[0] * 3600 + part[1] * 60 + part[2] + 1e-6);
  info->has_gps_time = TRUE;
}

static void
read_gps (TstImageInfo *info, ExifData *exif)
{
  ExifEntry *altitude = find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE);
  ExifEntry *altitude_ref = find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE_REF);
  double value;

  if (read_coordinate (exif, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, 'N', 'S', 90, &info->latitude)
      && read_coordinate (exif, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, 'E', 'W', 180,
                          &info->longitude)
      && (info->latitude != 0 || info->longitude != 0))
    info->has_position = TRUE;
  else
    info->latitude = info->longitude = 0;

  if (entry_number (altitude, 0, &value))
    {
      /* The reference is the byte 1, or the digit in files of careless writers; EXIF 3 has 3 for below the ellipsoid. */
      if (altitude_ref != NULL
          && strchr ("\1\3"
                     "13",
                     altitude_ref->data[0])
                 != NULL
          && altitude_ref->data[0] != 0)
        value = -fabs (value);
      info->has_altitude = TRUE;
      info->altitude_m = value;
    }
  if (entry_number (find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_H_POSITIONING_ERROR), 0, &value) && value > 0)
    {
      info->has_accuracy = TRUE;
      info->accuracy_m = value;
    }
  if (entry_number (find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION), 0, &value) && value >= 0
      && value <= 360)
    {
      g_autofree char *ref = entry_text (find (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION_REF));

      info->has_direction = TRUE;
      info->direction_deg = value;
      info->direction_magnetic = ref != NULL && g_ascii_toupper (*ref) == 'M';
    }
  read_gps_time (info, exif);
}

void
tst_exif_read (TstImageInfo *info, const guint8 *data, gsize size)
{
  static const guint8 header[] = { 'E', 'x', 'i', 'f', 0, 0 };
  g_autoptr (ExifData) exif = exif_data_new ();
  g_autoptr (ExifLog) log = exif_log_new ();
  g_autoptr (GByteArray) block = g_byte_array_new ();
  gboolean damaged = FALSE;
  double orientation;

  if (size < sizeof header || memcmp (data, header, sizeof header) != 0)
    g_byte_array_append (block, header, sizeof header);
  g_byte_array_append (block, data, size);
  if (block->len < sizeof header + 8
      || (memcmp (block->data + 6, "II*\0", 4) != 0 && memcmp (block->data + 6, "MM\0*", 4) != 0))
    {
      info->exif_damaged = TRUE;
      return;
    }
  disarm_maker_notes (block->data, block->len);

  exif_log_set_func (log, on_log, &damaged);
  exif_data_log (exif, log);
  /* What is there, not what the specification would like to be there. */
  exif_data_unset_option (exif, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
  exif_data_unset_option (exif, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data (exif, block->data, block->len);
  if (damaged)
    info->exif_damaged = TRUE;

  if (entry_number (find (exif, EXIF_IFD_0, EXIF_TAG_ORIENTATION), 0, &orientation) && orientation >= 1
      && orientation <= 8)
    info->orientation = (guint)orientation;
  info->make = entry_text (find (exif, EXIF_IFD_0, EXIF_TAG_MAKE));
  info->model = entry_text (find (exif, EXIF_IFD_0, EXIF_TAG_MODEL));
  info->software = entry_text (find (exif, EXIF_IFD_0, EXIF_TAG_SOFTWARE));
  info->unique_id = entry_text (find (exif, EXIF_IFD_EXIF, EXIF_TAG_IMAGE_UNIQUE_ID));
  read_time (info, exif);
  read_gps (info, exif);
}
