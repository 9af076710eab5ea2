/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One picture of a camera's card. */
typedef struct
{
  char *path;
  gint64 utc_s;      /* 0: it tells no time */
  gboolean has_place;
  double lat, lon;
} TstCardPhoto;

/* What belongs together: taken without a long pause, and not far from each other. */
typedef struct
{
  guint first, n;    /* in the array that was handed in, which is sorted by then */
  gint64 begin_s, end_s; /* 0: unknown */
  gboolean has_place;
  double lat, lon;   /* the middle of those that have a place */
} TstPhotoGroup;

/**
 * tst_card_scan:
 * @folder: of a card, a camera or a telephone: the DCIM in it or in each of its storages when there is one, else all of it
 * @zone: for times that name none
 *
 * The pictures below, by their bytes and what their EXIF says; no pixels are decoded, nothing is written. What cannot be read is left out. Blocks.
 *
 * Returns: (element-type TstCardPhoto) (transfer full): TST_ERROR_CANCELLED
 */
GArray *tst_card_scan (const char *folder, GTimeZone *zone, GCancellable *cancellable, GError **error);
/* Whether @folder is a camera's card or a telephone: there is a DCIM in it, or in a folder of its own. */
gboolean tst_card_is (const char *folder);

/* Sorts @photos by time (without time last, by path) and cuts where more than 90 minutes or 400 m lie between two. (element-type TstPhotoGroup) */
GArray *tst_photo_groups (GArray *photos);

G_END_DECLS
