/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "image-fixtures.h"
#include "media/tst-photo-groups.h"

#include <glib/gstdio.h>
#include <unistd.h>

static GArray *
make (const gint64 *times, const double *lats, guint n)
{
  GArray *photos = g_array_new (FALSE, TRUE, sizeof (TstCardPhoto));

  for (guint i = 0; i < n; i++)
    {
      TstCardPhoto photo = { .path = g_strdup_printf ("/card/%02u.jpg", i), .utc_s = times[i], .has_place = lats[i] != 0, .lat = lats[i], .lon = -73.12 };

      g_array_append_val (photos, photo);
    }
  return photos;
}

static void
free_paths (GArray *photos)
{
  for (guint i = 0; i < photos->len; i++)
    g_free (g_array_index (photos, TstCardPhoto, i).path);
  g_array_unref (photos);
}

static void
test_groups (void)
{
  /* Out of order; a pause of two hours; half a kilometre within five minutes; one without place; two without time. */
  static const gint64 times[] = { 1000600, 1000000, 1000300, 1008200, 1008500, 0, 0 };
  static const double lats[] = { 0, 7.12, 7.1201, 7.12, 7.125, 7.12, 0 };
  GArray *photos = make (times, lats, G_N_ELEMENTS (times));
  g_autoptr (GArray) groups = tst_photo_groups (photos);
  static const guint sizes[] = { 3, 1, 1, 2 };

  g_assert_cmpuint (groups->len, ==, G_N_ELEMENTS (sizes));
  for (guint i = 0, first = 0; i < groups->len; first += sizes[i], i++)
    {
      const TstPhotoGroup *group = &g_array_index (groups, TstPhotoGroup, i);

      g_assert_cmpuint (group->n, ==, sizes[i]);
      g_assert_cmpuint (group->first, ==, first);
    }
  g_assert_cmpint (g_array_index (groups, TstPhotoGroup, 0).begin_s, ==, 1000000);
  g_assert_cmpint (g_array_index (groups, TstPhotoGroup, 0).end_s, ==, 1000600);
  g_assert_cmpfloat_with_epsilon (g_array_index (groups, TstPhotoGroup, 0).lat, 7.12005, 1e-9);
  g_assert_cmpint (g_array_index (groups, TstPhotoGroup, 3).begin_s, ==, 0);
  free_paths (photos);
}

static void
write_file (const char *folder, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
}

/* Only DCIM is looked at; what is no picture and what leads elsewhere is left out. */
static void
test_scan (void)
{
  g_autofree char *card = g_dir_make_tmp ("testigo-card-XXXXXX", NULL);
  g_autofree char *dcim = g_build_filename (card, "DCIM", "100CANON", NULL);
  g_autofree char *link = g_build_filename (dcim, "IMG_0009.JPG", NULL);
  g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) dated = NULL;
  g_autoptr (GBytes) bare = fixture_jpeg (32, 24, NULL);
  g_autoptr (GBytes) words = g_bytes_new_static ("not a picture", 13);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("-05:00");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GArray) photos = NULL;
  g_autoptr (GArray) groups = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *command = g_strdup_printf ("rm -r %s", card);

  g_assert_false (tst_card_is (card));
  g_assert_cmpint (g_mkdir_with_parents (dcim, 0700), ==, 0);
  g_assert_true (tst_card_is (card));
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "2026:03:27 10:04:05");
  block = fixture_exif_block (exif);
  dated = fixture_jpeg (64, 48, block);
  write_file (dcim, "IMG_0001.JPG", dated);
  write_file (dcim, "IMG_0002.JPG", bare);
  write_file (dcim, "INFO.TXT", words);
  write_file (card, "outside.jpg", bare);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  photos = tst_card_scan (card, zone, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (photos->len, ==, 2);
  groups = tst_photo_groups (photos);
  g_assert_cmpuint (groups->len, ==, 2);
  g_assert_cmpint (g_array_index (photos, TstCardPhoto, 0).utc_s, ==, 1774623845);
  {
    /* A telephone: two storages, one of them without pictures, and what else lies in them is left alone. */
    g_autofree char *phone = g_build_filename (card, "phone", NULL);
    g_autofree char *inner = g_build_filename (phone, "Almacenamiento interno", "DCIM", "Camera", NULL);
    g_autofree char *sounds = g_build_filename (phone, "Almacenamiento interno", "Music", NULL);
    g_autofree char *outer = g_build_filename (phone, "Tarjeta SD", "DCIM", NULL);
    g_autofree char *hidden = g_build_filename (phone, ".Trash", "DCIM", NULL);
    g_autoptr (GArray) both = NULL;

    g_assert_cmpint (g_mkdir_with_parents (sounds, 0700), ==, 0);
    g_assert_false (tst_card_is (phone));
    g_assert_cmpint (g_mkdir_with_parents (hidden, 0700), ==, 0);
    g_assert_false (tst_card_is (phone));
    g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
    g_assert_cmpint (g_mkdir_with_parents (outer, 0700), ==, 0);
    g_assert_true (tst_card_is (phone));
    write_file (inner, "a.jpg", dated);
    write_file (outer, "b.jpg", bare);
    write_file (sounds, "cover.jpg", bare);
    write_file (hidden, "gone.jpg", bare);
    both = tst_card_scan (phone, zone, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (both->len, ==, 2);
  }
  g_cancellable_cancel (cancelled);
  g_assert_null (tst_card_scan (card, zone, cancelled, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/photo-groups/groups", test_groups);
  g_test_add_func ("/photo-groups/scan", test_scan);
  return g_test_run ();
}
