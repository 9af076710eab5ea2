/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image-fixtures.h"
#include "media/tst-thumbnail.h"
#include "support/tst-shot.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  TstMediaStore *media;
} Shelf;

static Shelf
shelf_new (void)
{
  Shelf shelf = { g_dir_make_tmp ("testigo-thumbs-XXXXXX", NULL), NULL };

  shelf.media = tst_media_store_open (shelf.folder, NULL);
  g_assert_nonnull (shelf.media);
  return shelf;
}

static void
shelf_clear (Shelf *shelf)
{
  const char *const remove[] = { "rm", "-rf", shelf->folder, NULL };

  tst_media_store_unref (shelf->media);
  g_assert_true (g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free (shelf->folder);
}

static char *
put (Shelf *shelf, GBytes *bytes)
{
  TstMediaRef ref;

  g_assert_true (tst_media_store_put_bytes (shelf->media, bytes, &ref, NULL));
  return tst_hash_to_hex (&ref.sha256);
}

static GBytes *
exif_with_thumbnail (guint width, guint height)
{
  g_autoptr (GBytes) thumbnail = fixture_jpeg (width, height, NULL);
  g_autoptr (GByteArray) block = g_byte_array_new ();
  gsize size = g_bytes_get_size (thumbnail);
  /* Little endian: an empty main folder, then one with where and how long. */
  guint8 head[] = { 'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0, 14, 0, 0, 0,
                    2, 0, 0x01, 0x02, 4, 0, 1, 0, 0, 0, 44, 0, 0, 0,
                    0x02, 0x02, 4, 0, 1, 0, 0, 0, size & 0xff, size >> 8 & 0xff, size >> 16 & 0xff, 0, 0, 0, 0, 0 };

  g_assert_cmpuint (sizeof head, ==, 44);
  g_byte_array_append (block, head, sizeof head);
  g_byte_array_append (block, g_bytes_get_data (thumbnail, NULL), size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&block));
}

/* The camera's own is taken only where it shows the same proportions and is wide enough. */
static void
test_faithful (void)
{
  static const struct
  {
    guint width, height, wanted;
    gboolean embedded;
  } cases[] = { { 160, 120, 160, TRUE }, { 160, 120, 320, FALSE }, { 160, 90, 160, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) exif = exif_with_thumbnail (cases[i].width, cases[i].height);
      g_autoptr (GBytes) jpeg = fixture_jpeg (800, 600, exif);
      g_autoptr (GBytes) embedded = tst_thumbnail_embedded (jpeg);
      g_autoptr (TstPicture) own = NULL;
      g_autoptr (TstPicture) got = NULL;
      g_autofree char *path = NULL;
      gboolean same;
      int fd = g_file_open_tmp ("testigo-thumb-XXXXXX", &path, NULL);

      g_close (fd, NULL);
      g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), NULL));
      g_assert_nonnull (embedded);
      own = tst_picture_decode (embedded, 1, 0, TRUE, NULL);
      got = tst_thumbnail_load (path, cases[i].wanted, NULL);
      g_assert_nonnull (got);
      g_assert_cmpuint (got->width, ==, cases[i].wanted);
      same = got->width == own->width && got->height == own->height
             && memcmp (got->pixels, own->pixels, (gsize) own->width * own->height * 3) == 0;
      g_assert_true (same == cases[i].embedded);
      g_unlink (path);
    }
}

static gboolean
is_shown (gpointer widget)
{
  return tst_thumbnail_is_shown (widget);
}

static void
test_widget (void)
{
  Shelf shelf = shelf_new ();
  g_autoptr (GBytes) jpeg = fixture_jpeg (640, 480, NULL);
  g_autofree char *sha256 = put (&shelf, jpeg);
  g_autoptr (TstThumbnails) source = tst_thumbnails_new (shelf.media, 1 << 20);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *first = tst_thumbnail_new (80, 60);
  GtkWidget *second = tst_thumbnail_new (80, 60);

  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  gtk_window_set_child (GTK_WINDOW (window), box);
  tst_thumbnail_set (TST_THUMBNAIL (first), source, sha256, NULL, "Foto");
  tst_settle (50);
  /* Nothing is read for what is not on the screen. */
  g_assert_cmpuint (tst_thumbnails_get_decoded (source), ==, 0);
  gtk_window_present (GTK_WINDOW (window));
  tst_wait_until (is_shown, first, 10);
  tst_thumbnail_set (TST_THUMBNAIL (second), source, sha256, NULL, "Foto");
  g_assert_true (tst_thumbnail_is_shown (TST_THUMBNAIL (second)));
  g_assert_cmpuint (tst_thumbnails_get_decoded (source), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  shelf_clear (&shelf);
}

static void
count (GdkTexture *texture, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static gboolean
all_counted (gpointer user_data)
{
  return *(guint *) user_data == 0;
}

static void
down (GdkTexture *texture, gpointer user_data)
{
  g_assert_nonnull (texture);
  (*(guint *) user_data)--;
}

/* What scrolled away is not decoded, what is held stays within its bound, what cannot be read says so. */
static void
test_cancel_and_bound (void)
{
  const guint n = 40;
  const gsize bound = 10 * 160 * 120 * 4;
  Shelf shelf = shelf_new ();
  g_autoptr (TstThumbnails) source = tst_thumbnails_new (shelf.media, bound);
  g_autofree char *absent = g_strnfill (64, '0');
  guint called = 0, left = 1, ids[40], id;
  char *names[40];

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) jpeg = fixture_jpeg (640 + 4 * i, 480 + 3 * i, NULL);

      names[i] = put (&shelf, jpeg);
    }
  for (guint i = 0; i < n; i++)
    g_assert_null (tst_thumbnails_get (source, names[i], 160, count, &called, &ids[i]));
  for (guint i = 0; i < n; i++)
    tst_thumbnails_cancel (source, ids[i]);
  g_assert_null (tst_thumbnails_get (source, names[0], 160, down, &left, &id));
  tst_wait_until (all_counted, &left, 20);
  g_assert_cmpuint (called, ==, 0);
  /* Only those that were under way when they were given up; were the others not dropped, they would be done by now. */
  tst_settle (1500);
  g_assert_cmpuint (tst_thumbnails_get_decoded (source), <, n / 2);

  left = 0;
  for (guint i = 1; i < n; i++)
    if (tst_thumbnails_get (source, names[i], 160, down, &left, &id) == NULL)
      left++;
  tst_wait_until (all_counted, &left, 60);
  g_assert_cmpuint (tst_thumbnails_get_bytes (source), <=, bound);
  g_assert_cmpuint (tst_thumbnails_get_bytes (source), >, 0);

  g_assert_null (tst_thumbnails_get (source, absent, 160, count, &called, &id));
  while (called == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < n; i++)
    g_free (names[i]);
  shelf_clear (&shelf);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thumbnails/faithful", test_faithful);
  g_test_add_func ("/thumbnails/widget", test_widget);
  g_test_add_func ("/thumbnails/cancel-and-bound", test_cancel_and_bound);
  return g_test_run ();
}
