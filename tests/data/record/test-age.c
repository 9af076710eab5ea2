/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "base/tst-hash.h"
#include "seal/tst-age.h"
#include "seal/tst-bech32.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pair that the specification shows. */
#define KNOWN_IDENTITY "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define KNOWN_RECIPIENT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static GBytes *
pattern (gsize size)
{
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + (i >> 8));
  return g_bytes_new_take (data, size);
}

static void
test_known_keys (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_parse (KNOWN_IDENTITY, &error);
  g_autofree char *lower = g_ascii_strdown (KNOWN_IDENTITY, -1);
  g_autofree char *upper = g_ascii_strup (KNOWN_RECIPIENT, -1);
  g_autofree char *altered = g_strdup (KNOWN_RECIPIENT);

  g_assert_no_error (error);
  g_assert_cmpstr (tst_age_identity_get_recipient (identity), ==, KNOWN_RECIPIENT);
  g_assert_true (tst_age_recipient_is_valid (KNOWN_RECIPIENT));
  g_assert_false (tst_age_recipient_is_valid (upper));
  g_assert_false (tst_age_recipient_is_valid (""));
  g_assert_false (tst_age_recipient_is_valid (NULL));
  g_assert_false (tst_age_recipient_is_valid (KNOWN_RECIPIENT "q"));
  /* The same key with a bit set after its end, and a checksum that agrees. */
  g_assert_false (tst_age_recipient_is_valid ("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73epp9g8nq"));
  g_assert_null (tst_age_identity_parse (lower, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  for (gsize i = 0; i < strlen (altered); i++)
    for (guint value = 1; value < 256; value++)
      {
        altered[i] ^= (char) value;
        g_assert_false (tst_age_recipient_is_valid (altered));
        altered[i] ^= (char) value;
      }
}

/* A recipient that would give everyone the same secret. */
static void
test_low_order (void)
{
  static const guint8 zero[32], one[32] = { 1 };
  g_autofree char *a = tst_bech32_encode ("age", zero, 32);
  g_autofree char *b = tst_bech32_encode ("age", one, 32);
  g_autoptr (GBytes) plain = pattern (1);
  const char *const recipients[] = { a, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (tst_age_recipient_is_valid (a));
  g_assert_false (tst_age_recipient_is_valid (b));
  g_assert_null (tst_age_seal (plain, recipients, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
}

static void
test_bech32_sizes (void)
{
  for (gsize size = 0; size < 70; size++)
    {
      g_autoptr (GBytes) data = pattern (size);
      g_autofree char *text = tst_bech32_encode ("prueba", g_bytes_get_data (data, NULL), size);
      guint8 back[70];

      g_assert_true (tst_bech32_decode (text, "prueba", back, size));
      g_assert_cmpmem (back, size, g_bytes_get_data (data, NULL), size);
      g_assert_false (tst_bech32_decode (text, "pruebo", back, size));
      g_assert_false (tst_bech32_decode (text, "prueba", back, size + 1));
    }
}

static void
assert_round_trip (gsize size)
{
  g_autoptr (TstAgeIdentity) first = tst_age_identity_generate ();
  g_autoptr (TstAgeIdentity) second = tst_age_identity_generate ();
  g_autoptr (TstAgeIdentity) stranger = tst_age_identity_generate ();
  const char *const recipients[]
    = { tst_age_identity_get_recipient (first), tst_age_identity_get_recipient (second), NULL };
  g_autoptr (GBytes) plain = pattern (size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = tst_age_seal (plain, recipients, &error);
  g_autoptr (GBytes) a = tst_age_open (sealed, first, &error);
  g_autoptr (GBytes) b = tst_age_open (sealed, second, &error);

  g_assert_no_error (error);
  g_assert_true (tst_age_looks_sealed (sealed));
  g_assert_true (g_bytes_equal (a, plain));
  g_assert_true (g_bytes_equal (b, plain));
  g_assert_null (tst_age_open (sealed, stranger, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
}

static void
test_round_trips (void)
{
  static const gsize sizes[] = { 0, 1, 15, 16, 65535, 65536, 65537, 131071, 131072, 131073, 1048576 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    assert_round_trip (sizes[i]);
}

static void
test_nobody (void)
{
  g_autoptr (GBytes) plain = pattern (10);
  const char *const none[] = { NULL };
  const char *const second_bad[] = { KNOWN_RECIPIENT, "age1x", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_age_seal (plain, none, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (tst_age_seal (plain, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (tst_age_seal (plain, second_bad, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
}

static void
assert_refused (const guint8 *data, gsize size, TstAgeIdentity *identity)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = tst_age_open (bytes, identity, &error);

  g_assert_null (none);
  g_assert_true (g_error_matches (error, TST_ERROR, TST_ERROR_HASH_MISMATCH)
                 || g_error_matches (error, TST_ERROR, TST_ERROR_LOCKED));
}

/* Each bit and each cut of a small file; then the chunk borders of a long one. */
static void
test_mutations (void)
{
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_parse (KNOWN_IDENTITY, NULL);
  g_autoptr (TstAgeIdentity) other = tst_age_identity_generate ();
  const char *const recipients[] = { tst_age_identity_get_recipient (other), KNOWN_RECIPIENT, NULL };
  g_autoptr (GBytes) plain = pattern (40);
  g_autoptr (GBytes) sealed = tst_age_seal (plain, recipients, NULL);
  g_autoptr (GBytes) long_plain = pattern (3 * 65536);
  g_autoptr (GBytes) long_sealed = tst_age_seal (long_plain, recipients, NULL);
  gsize size, chunk = 65536 + 16;
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  g_autofree guint8 *swapped = NULL;

  size = g_bytes_get_size (sealed);
  for (gsize i = 0; i < size; i++)
    {
      for (guint bit = 0; bit < 8; bit++)
        {
          data[i] ^= 1 << bit;
          assert_refused (data, size, identity);
          data[i] ^= 1 << bit;
        }
      assert_refused (data, i, identity);
    }

  size = g_bytes_get_size (long_sealed);
  swapped = g_malloc (size + 1);
  memcpy (swapped, g_bytes_get_data (long_sealed, NULL), size);
  swapped[size] = 0;
  assert_refused (swapped, size + 1, identity);     /* something after the end */
  assert_refused (swapped, size - chunk, identity); /* the last chunk gone */
  assert_refused (swapped, size - 1, identity);
  for (gsize left = 0; left <= 17; left++)          /* a last chunk with less than its tag */
    assert_refused (swapped, size - chunk + left, identity);
  for (gsize i = 0; i < chunk; i++)                 /* two chunks in the other order */
    {
      guint8 byte = swapped[size - 3 * chunk + i];

      swapped[size - 3 * chunk + i] = swapped[size - 2 * chunk + i];
      swapped[size - 2 * chunk + i] = byte;
    }
  assert_refused (swapped, size, identity);
}

static int
temp_fd (GBytes *bytes)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("tst-age-XXXXXX", &path, NULL);
  gsize size;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  g_assert_cmpint (fd, >=, 0);
  g_unlink (path);
  for (gsize at = 0; data != NULL && at < size;)
    {
      ssize_t n = write (fd, data + at, size - at);

      g_assert_cmpint (n, >, 0);
      at += n;
    }
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

static void
test_descriptors (void)
{
  static const gsize sizes[] = { 0, 1, 65536, 65537, 131072, 1000000 };
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_parse (KNOWN_IDENTITY, NULL);
  const char *const recipients[] = { KNOWN_RECIPIENT, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) plain = pattern (sizes[i]);
      g_autoptr (GError) error = NULL;
      int in = temp_fd (plain), sealed = temp_fd (NULL), out = temp_fd (NULL), cut = temp_fd (NULL);
      TstHash before, after;
      guint64 size;
      off_t end;

      g_assert_true (tst_age_seal_fd (in, sealed, recipients, NULL, &error));
      g_assert_no_error (error);
      end = lseek (sealed, 0, SEEK_CUR);
      lseek (sealed, 0, SEEK_SET);
      g_assert_true (tst_age_open_fd (sealed, out, identity, NULL, &error));
      g_assert_no_error (error);
      lseek (in, 0, SEEK_SET);
      lseek (out, 0, SEEK_SET);
      g_assert_true (tst_hash_fd (in, &before, &size, NULL, NULL));
      g_assert_true (tst_hash_fd (out, &after, &size, NULL, NULL));
      g_assert_cmpuint (size, ==, sizes[i]);
      g_assert_true (tst_hash_equal (&before, &after));

      g_assert_cmpint (ftruncate (sealed, end - 1), ==, 0);
      lseek (sealed, 0, SEEK_SET);
      g_assert_false (tst_age_open_fd (sealed, cut, identity, NULL, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
      close (in);
      close (sealed);
      close (out);
      close (cut);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) plain = pattern (100);
  const char *const recipients[] = { KNOWN_RECIPIENT, NULL };
  g_autoptr (GError) error = NULL;
  int in = temp_fd (plain), out = temp_fd (NULL);

  g_cancellable_cancel (cancellable);
  g_assert_false (tst_age_seal_fd (in, out, recipients, cancellable, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_CANCELLED);
  close (in);
  close (out);
}

static void
test_key_files (void)
{
  static const char *const bad[] = { "", "# nada\n", KNOWN_IDENTITY "\n" KNOWN_IDENTITY "\n", " " KNOWN_IDENTITY "\n",
                                     KNOWN_RECIPIENT "\n", "x\n" KNOWN_IDENTITY "\n" };
  static const char *const good[] = { KNOWN_IDENTITY, KNOWN_IDENTITY "\n",
                                      "# created: 2026-01-01T00:00:00Z\r\n\r\n" KNOWN_IDENTITY "\r\n# fin" };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("tst-age-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "clave", NULL);
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_generate ();
  g_autoptr (TstAgeIdentity) back = NULL;
  struct stat st;

  g_assert_true (tst_age_identity_save (identity, path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  back = tst_age_identity_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tst_age_identity_get_recipient (back), ==, tst_age_identity_get_recipient (identity));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (TstAgeIdentity) loaded = NULL;

      g_assert_true (g_file_set_contents (path, good[i], -1, NULL));
      loaded = tst_age_identity_load (path, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (tst_age_identity_get_recipient (loaded), ==, KNOWN_RECIPIENT);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
      g_assert_null (tst_age_identity_load (path, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
      g_clear_error (&error);
    }
  g_unlink (path);
  g_rmdir (folder);
}

/* Whatever comes, the reader says no and touches nothing outside: for the sanitizers. */
static void
test_noise (void)
{
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_parse (KNOWN_IDENTITY, NULL);
  const char *const recipients[] = { KNOWN_RECIPIENT, NULL };
  g_autoptr (GBytes) plain = pattern (5);
  g_autoptr (GBytes) sealed = tst_age_seal (plain, recipients, NULL);
  gsize size;
  const guint8 *good = g_bytes_get_data (sealed, &size);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260327);

  for (guint round = 0; round < 20000; round++)
    {
      g_autofree guint8 *data = g_memdup2 (good, size);
      gsize length = size;

      for (gint edits = g_rand_int_range (rand, 1, 6); edits > 0; edits--)
        {
          gsize at = g_rand_int_range (rand, 0, length);

          if (g_rand_boolean (rand))
            data[at] = "\n- >=AX2+/\0\x80~"[g_rand_int_range (rand, 0, 14)];
          else if (length > 2)
            {
              memmove (data + at, data + at + 1, length - at - 1);
              length--;
            }
        }
      if (length != size || memcmp (data, good, size) != 0)
        assert_refused (data, length, identity);
    }
}

static void
test_wipe (void)
{
  guint8 *data = g_malloc (32);
  GBytes *bytes;

  memset (data, 'x', 32);
  bytes = g_bytes_new_static (data, 32);
  tst_age_wipe (bytes);
  for (int i = 0; i < 32; i++)
    g_assert_cmpuint (data[i], ==, 0);
  g_free (data);
  tst_age_wipe (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/age/known-keys", test_known_keys);
  g_test_add_func ("/age/low-order", test_low_order);
  g_test_add_func ("/age/bech32-sizes", test_bech32_sizes);
  g_test_add_func ("/age/round-trips", test_round_trips);
  g_test_add_func ("/age/nobody", test_nobody);
  g_test_add_func ("/age/mutations", test_mutations);
  g_test_add_func ("/age/descriptors", test_descriptors);
  g_test_add_func ("/age/cancelled", test_cancelled);
  g_test_add_func ("/age/key-files", test_key_files);
  g_test_add_func ("/age/noise", test_noise);
  g_test_add_func ("/age/wipe", test_wipe);
  return g_test_run ();
}
