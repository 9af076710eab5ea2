/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-hash.h"

#include <glib/gstdio.h>

static void
test_hash (void)
{
  /* FIPS 180-4's "abc". */
  TstHash hash = tst_hash_data ("abc", 3);
  TstHash back;
  g_autofree char *hex = tst_hash_to_hex (&hash);
  g_autofree char *base64 = tst_hash_to_base64 (&hash);
  g_autofree char *upper = g_ascii_strup (hex, -1);

  g_assert_cmpstr (hex, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_true (tst_hash_from_hex (hex, &back));
  g_assert_true (tst_hash_equal (&hash, &back));
  g_assert_true (tst_hash_from_base64 (base64, &back));
  g_assert_true (tst_hash_equal (&hash, &back));
  g_assert_false (tst_hash_from_hex (upper, &back));
  base64[43] = 'A';
  g_assert_false (tst_hash_from_base64 (base64, &back));
}

/* libsodium 1.0.18 alone would take 0x80 for a "/": one value must have one spelling. */
static void
test_base64 (void)
{
  static const char good[] = "AA+/";
  char text[] = "AA+/";
  guint8 out[3];
  gsize size;
  g_autoptr (GBytes) bytes = tst_base64_decode (good);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 3);
  for (guint i = 0; i < 4; i++)
    for (guint value = 0x80; value < 0x100; value++)
      {
        text[i] = (char) value;
        g_assert_null (tst_base64_decode (text));
        g_assert_null (tst_base64url_decode (text));
        g_assert_false (tst_base64_decode_into (text, 4, TRUE, out, sizeof out, &size));
        text[i] = good[i];
      }
  g_assert_true (tst_base64_decode_into (good, 4, TRUE, out, sizeof out, &size));
  g_assert_false (tst_base64_decode_into ("AA==", 4, FALSE, out, sizeof out, &size));
  g_assert_true (tst_base64_decode_into ("AA", 2, FALSE, out, sizeof out, &size));
  g_assert_false (tst_base64_decode_into ("AB", 2, FALSE, out, sizeof out, &size));
}

static void
test_times (void)
{
  gint64 seconds;
  g_autofree char *text = tst_time_format (1774623845);
  static const char *const bad[] = { "2026-03-27T15:04:05", "2026-03-27 15:04:05Z", "2026-02-30T00:00:00Z",
                                     "2026-03-27T15:04:60Z", "2026-3-27T15:04:05Z0", "" };

  g_assert_cmpstr (text, ==, "2026-03-27T15:04:05Z");
  g_assert_true (tst_time_parse (text, &seconds));
  g_assert_cmpint (seconds, ==, 1774623845);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tst_time_parse (bad[i], &seconds));
}

static void
test_uuid (void)
{
  g_autofree char *a = tst_uuid_new ();
  g_autofree char *b = tst_uuid_new ();

  g_assert_true (tst_uuid_is_valid (a));
  g_assert_cmpstr (a, !=, b);
  g_assert_false (tst_uuid_is_valid ("1234"));
}

static void
test_durable_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *deep = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *path = g_build_filename (deep, "file", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("lluvia", 6);
  g_autoptr (GBytes) back = NULL;

  g_assert_true (tst_fs_ensure_folder (deep, 0700, &error));
  g_assert_no_error (error);
  g_assert_true (tst_fs_write_durable (path, bytes, 0600, &error));
  g_assert_no_error (error);
  back = tst_fs_read (path, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, back));
  g_assert_null (tst_fs_read (path, 3, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOO_LARGE);
  g_assert_cmpstr (tst_error_code (error), ==, "too-large");
}

static void
test_lock (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("testigo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  TstLock *first = tst_lock_take (path, &error);

  g_assert_no_error (error);
  g_assert_null (tst_lock_take (path, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_STORE_IN_USE);
  g_clear_error (&error);
  tst_lock_free (first);
  first = tst_lock_take (path, &error);
  g_assert_no_error (error);
  tst_lock_free (first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/hash", test_hash);
  g_test_add_func ("/base/base64", test_base64);
  g_test_add_func ("/base/times", test_times);
  g_test_add_func ("/base/uuid", test_uuid);
  g_test_add_func ("/base/durable-file", test_durable_file);
  g_test_add_func ("/base/lock", test_lock);
  return g_test_run ();
}
