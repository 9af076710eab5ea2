/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-photo-groups.h"

#include "base/tst-error.h"
#include "media/tst-image-info.h"
#include "model/tst-geo.h"

#include <string.h>

#define PAUSE_S (90 * 60)
#define FAR_M 400.0
#define MAX_DEPTH 6
#define MAX_PHOTOS 20000
#define MAX_STORAGES 16 /* folders that are looked into; a disk full of files is no telephone */

static void
card_photo_clear (gpointer data)
{
  g_free (((TstCardPhoto *) data)->path);
}

static char *
dcim_in (const char *folder)
{
  static const char *const names[] = { "DCIM", "dcim" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

/* Of a card its own; of a telephone (MTP), which shows its storages as folders side by side, that of each. */
static GPtrArray *
dcims_of (const char *folder)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  char *dcim = dcim_in (folder);
  g_autoptr (GDir) dir = dcim == NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint looked = 0;

  if (dcim != NULL)
    g_ptr_array_add (found, dcim);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && looked++ < MAX_STORAGES)
    {
      g_autofree char *storage = g_build_filename (folder, name, NULL);

      dcim = *name == '.' || g_file_test (storage, G_FILE_TEST_IS_SYMLINK) ? NULL : dcim_in (storage);
      if (dcim != NULL)
        g_ptr_array_add (found, dcim);
    }
  return found;
}

gboolean
tst_card_is (const char *folder)
{
  g_autoptr (GPtrArray) dcims = dcims_of (folder);

  return dcims->len > 0;
}

static gint64
taken_utc (const TstImageInfo *info, GTimeZone *zone)
{
  g_autofree char *text = tst_image_info_taken_at (info, zone, NULL);
  g_autoptr (GDateTime) when = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return when != NULL ? g_date_time_to_unix (when) : info->has_gps_time ? info->gps_utc_s : 0;
}

static void
scan (GArray *photos, const char *folder, GTimeZone *zone, guint depth, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && photos->len < MAX_PHOTOS && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (TstImageInfo) info = NULL;
      TstCardPhoto photo = { 0 };

      if (*name == '.' || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          if (depth < MAX_DEPTH)
            scan (photos, path, zone, depth + 1, cancellable);
          continue;
        }
      info = tst_image_info_read (path, NULL);
      if (info == NULL)
        continue;
      photo.path = g_steal_pointer (&path);
      photo.utc_s = taken_utc (info, zone);
      photo.has_place = info->has_position;
      photo.lat = info->latitude;
      photo.lon = info->longitude;
      g_array_append_val (photos, photo);
    }
}

GArray *
tst_card_scan (const char *folder, GTimeZone *zone, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) photos = g_array_new (FALSE, TRUE, sizeof (TstCardPhoto));
  g_autoptr (GPtrArray) dcims = dcims_of (folder);

  g_array_set_clear_func (photos, card_photo_clear);
  for (guint i = 0; i < dcims->len; i++)
    scan (photos, dcims->pdata[i], zone, 0, cancellable);
  if (dcims->len == 0)
    scan (photos, folder, zone, 0, cancellable);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed.");
      return NULL;
    }
  return g_steal_pointer (&photos);
}

/* --- groups --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  const TstCardPhoto *one = a, *other = b;

  if ((one->utc_s == 0) != (other->utc_s == 0))
    return one->utc_s == 0 ? 1 : -1;
  if (one->utc_s != other->utc_s)
    return one->utc_s < other->utc_s ? -1 : 1;
  return strcmp (one->path, other->path);
}

static gboolean
belongs (const TstPhotoGroup *group, const TstCardPhoto *photo)
{
  if ((photo->utc_s == 0) != (group->end_s == 0) || photo->utc_s - group->end_s > PAUSE_S)
    return FALSE;
  return !photo->has_place || !group->has_place || tst_geo_distance (group->lat, group->lon, photo->lat, photo->lon) <= FAR_M;
}

GArray *
tst_photo_groups (GArray *photos)
{
  GArray *groups = g_array_new (FALSE, TRUE, sizeof (TstPhotoGroup));
  TstPhotoGroup *group = NULL;
  guint placed = 0;

  g_array_sort (photos, compare);
  for (guint i = 0; i < photos->len; i++)
    {
      const TstCardPhoto *photo = &g_array_index (photos, TstCardPhoto, i);

      if (group == NULL || !belongs (group, photo))
        {
          const TstPhotoGroup fresh = { .first = i, .begin_s = photo->utc_s };

          g_array_append_val (groups, fresh);
          group = &g_array_index (groups, TstPhotoGroup, groups->len - 1);
          placed = 0;
        }
      group->n++;
      group->end_s = photo->utc_s;
      if (photo->has_place)
        {
          group->lat = (group->lat * placed + photo->lat) / (placed + 1);
          group->lon = (group->lon * placed + photo->lon) / (placed + 1);
          group->has_place = TRUE;
          placed++;
        }
    }
  return groups;
}
