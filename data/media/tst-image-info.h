/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is accepted as a picture, by its bytes and never by its name. */
typedef enum
{
  TST_IMAGE_NONE,
  TST_IMAGE_JPEG,
  TST_IMAGE_PNG,
  TST_IMAGE_TIFF,
  TST_IMAGE_WEBP,
  TST_IMAGE_HEIC
} TstImageType;

const char *tst_image_type_mime (TstImageType type); /* "image/jpeg", … */
TstImageType tst_image_type_from_mime (const char *mime);
TstImageType tst_image_sniff (const void *data, gsize size);

/**
 * TstImageInfo:
 *
 * Type, size in pixels and what the camera wrote, through libexif. A broken or hostile EXIF block costs its own fields
 * and no more. Wall-clock time is as the camera wrote it: without an offset it has no zone.
 */
typedef struct
{
  TstImageType type;
  guint width, height;      /* as stored, before orientation */
  guint orientation;        /* 1 to 8; 1 when absent or absurd */
  gboolean has_taken_at;    /* DateTimeOriginal, else DateTimeDigitized, else DateTime; dates that are not are absent */
  int year, month, day, hour, minute, second;
  gboolean has_offset;
  int offset_minutes;       /* OffsetTime* east of UTC */
  gboolean has_gps_time;    /* GPSDateStamp and GPSTimeStamp together, UTC */
  gint64 gps_utc_s;
  gboolean has_position;    /* both coordinates, in range, not the 0/0 that dead receivers write */
  double latitude, longitude;
  gboolean has_altitude;
  double altitude_m;        /* below sea level negative */
  gboolean has_accuracy;
  double accuracy_m;        /* GPSHPositioningError */
  gboolean has_direction;
  double direction_deg;     /* GPSImgDirection, true or magnetic as written */
  gboolean direction_magnetic;
  char *make, *model, *software, *unique_id; /* UTF-8, trimmed; NULL when absent */
  gboolean exif_damaged;    /* there is an EXIF block that could not be read whole */
} TstImageInfo;

/* TST_ERROR_NOT_AN_IMAGE, TST_ERROR_DAMAGED_IMAGE (header cannot be read), TST_ERROR_FILE_UNREADABLE. Decodes no pixels. */
TstImageInfo *tst_image_info_read (const char *path, GError **error);
/* The same for a whole file in memory. Opens nothing, so that it works in the sandbox too. */
TstImageInfo *tst_image_info_read_bytes (GBytes *bytes, GError **error);
void tst_image_info_free (TstImageInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstImageInfo, tst_image_info_free)

/* RFC 3339 with the camera's offset, else with that of @zone at that wall time. NULL when there is no time. */
char *tst_image_info_taken_at (const TstImageInfo *self, GTimeZone *zone, gboolean *offset_from_exif);

G_END_DECLS
