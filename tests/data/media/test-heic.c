/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HEIC files made by Debian's heif-enc from pictures of ours. The first argument is the program testigo-derive. */

#include "base/tst-error.h"
#include "media/tst-decode-private.h"
#include "media/tst-thumbnail.h"

#include "image-fixtures.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char *worker;
static char *folder;

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* As a telephone writes it: position, time with its offset; @orientation of the stored pixels. (transfer full) */
static char *
make_heic (guint width, guint height, guint orientation, const char *name)
{
  static const gint64 lat[] = { 7, 1, 7, 1, 12, 1 }, lon[] = { 73, 1, 7, 1, 12, 1 };
  g_autoptr (FixtureExif) exif = fixture_exif_new (TRUE);
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autofree char *from = g_strdup_printf ("%s/%s.jpg", folder, name);
  char *to = g_strdup_printf ("%s/%s.heic", folder, name);
  const char *const argv[] = { "heif-enc", "-q", "90", from, "-o", to, NULL };

  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, "2026:03:04 10:11:12");
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9011, "-05:00");
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, "N");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3, lat);
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, "W");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3, lon);
  if (orientation > 1)
    fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, orientation);
  block = fixture_exif_block (exif);
  jpeg = fixture_jpeg (width, height, block);
  g_assert_true (g_file_set_contents (from, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), NULL));
  run (argv);
  return to;
}

static GBytes *
read_file (const char *path)
{
  char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  return g_bytes_new_take (data, size);
}

/* What the camera wrote is read without a decoder. */
static void
test_info (void)
{
  g_autofree char *path = make_heic (640, 400, 1, "info");
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = tst_image_info_read (path, &error);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *taken = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (info->type, ==, TST_IMAGE_HEIC);
  g_assert_cmpstr (tst_image_type_mime (info->type), ==, "image/heic");
  g_assert_cmpint (tst_image_type_from_mime ("image/heic"), ==, TST_IMAGE_HEIC);
  g_assert_cmpuint (info->width, ==, 640);
  g_assert_cmpuint (info->height, ==, 400);
  g_assert_cmpuint (info->orientation, ==, 1);
  g_assert_true (info->has_position);
  g_assert_cmpfloat_with_epsilon (info->latitude, 7.12, 1e-6);
  g_assert_cmpfloat_with_epsilon (info->longitude, -73.12, 1e-6);
  g_assert_false (info->exif_damaged);
  taken = tst_image_info_taken_at (info, zone, NULL);
  g_assert_cmpstr (taken, ==, "2026-03-04T10:11:12-05:00");
}

/* The pixels are those that went in, but for what the two codecs lose. */
static void
test_decode (void)
{
  g_autofree char *path = make_heic (640, 400, 1, "decode");
  g_autoptr (GBytes) bytes = read_file (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstPicture) picture = tst_picture_decode (bytes, 1, 0, TRUE, &error);
  g_autoptr (TstPicture) small = NULL;
  g_autofree guint8 *drawn = fixture_pixels (640, 400);
  guint64 off = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (picture->width, ==, 640);
  g_assert_cmpuint (picture->height, ==, 400);
  for (gsize i = 0; i < 640u * 400 * 3; i++)
    off += ABS ((int) picture->pixels[i] - (int) drawn[i]);
  g_assert_cmpuint (off / (640u * 400 * 3), <, 16);
  small = tst_thumbnail_load (path, 160, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (small->width, ==, 160);
  g_assert_cmpuint (small->height, ==, 100);
}

/* A picture that lies on its side in the file is as wide as it is shown, once. */
static void
test_turned (void)
{
  g_autofree char *path = make_heic (640, 400, 6, "turned");
  g_autoptr (GBytes) bytes = read_file (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = tst_image_info_read_bytes (bytes, &error);
  g_autoptr (TstPicture) picture = NULL;

  g_assert_no_error (error);
  picture = tst_picture_decode (bytes, info->orientation, 0, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info->orientation, ==, 1);
  g_assert_cmpuint (info->width, ==, picture->width);
  g_assert_cmpuint (info->height, ==, picture->height);
}

static GPtrArray *
derive (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  GPtrArray *derivatives = tst_derive_in_sandbox (worker, fd, NULL, error);

  close (fd);
  return derivatives;
}

/* The decoder works behind the walls too, and what comes out is a plain JPEG. */
static void
test_sandbox (void)
{
  g_autofree char *path = make_heic (1200, 800, 1, "sandbox");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) derivatives = derive (path, &error);
  const TstDerivative *first;

  g_assert_no_error (error);
  g_assert_cmpuint (derivatives->len, ==, 4);
  first = derivatives->pdata[0];
  g_assert_cmpuint (first->width, ==, 480);
  g_assert_cmpuint (first->height, ==, 320);
  g_assert_true (tst_jpeg_is_plain (first->bytes, 480, 320));
}

/* Cut or changed anywhere, a file costs an error and no more. */
static void
test_damaged (void)
{
  g_autofree char *path = make_heic (320, 200, 1, "damaged");
  g_autoptr (GBytes) bytes = read_file (path);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint refused = 0;

  for (gsize cut = 12; cut < MIN (size, 1200); cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, cut);
      g_autoptr (TstImageInfo) info = tst_image_info_read_bytes (part, NULL);

      refused += info == NULL;
    }
  g_assert_cmpuint (refused, >, 100);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (TstImageInfo) info = NULL;

      copy[12 + (i * 7919u) % MIN (size - 12, 1200)] ^= 1u << i % 8;
      changed = g_bytes_new_take (g_steal_pointer (&copy), size);
      info = tst_image_info_read_bytes (changed, NULL);
    }
}

/* A machine without the decoder says so, keeps the file, and still knows where and when. */
static void
test_no_decoder (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = NULL;

  if (!g_test_subprocess ())
    {
      g_setenv ("TESTIGO_NO_HEIF", "1", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_unsetenv ("TESTIGO_NO_HEIF");
      g_test_trap_assert_passed ();
      return;
    }
  path = make_heic (320, 200, 1, "none");
  bytes = read_file (path);
  g_assert_false (tst_decode_heif_works ());
  g_assert_null (tst_picture_decode (bytes, 1, 0, TRUE, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NO_DECODER);
  g_assert_cmpstr (tst_error_code (error), ==, "no-decoder");
  g_clear_error (&error);
  info = tst_image_info_read_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_true (info->has_position);
}

int
main (int argc, char **argv)
{
  const char *const sweep[] = { "rm", "-r", NULL, NULL };
  int result;

  g_test_init (&argc, &argv, NULL);
  worker = argc > 1 ? argv[1] : g_getenv ("TESTIGO_DERIVE");
  folder = g_dir_make_tmp ("testigo-heic-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/heic/info", test_info);
  g_test_add_func ("/heic/damaged", test_damaged);
  g_test_add_func ("/heic/no-decoder", test_no_decoder);
  /* A build without the library is a build whose pictures of this kind are kept and not shown. */
  if (tst_decode_heif_works ())
    {
      g_test_add_func ("/heic/decode", test_decode);
      g_test_add_func ("/heic/turned", test_turned);
      g_test_add_func ("/heic/sandbox", test_sandbox);
    }
  result = g_test_run ();
  ((const char **) sweep)[2] = folder;
  run (sweep);
  g_free (folder);
  return result;
}
