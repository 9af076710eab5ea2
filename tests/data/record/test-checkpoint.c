/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "log/tst-checkpoint.h"

#include <string.h>

#define ORIGIN "obras.ejemplo.gov.co/testigo"

static TstSigningKey *
log_key (void)
{
  guint8 seed[32];

  memset (seed, 9, sizeof seed);
  return tst_signing_key_new_from_seed (ORIGIN, seed);
}

static void
test_round_trip (void)
{
  g_autoptr (TstSigningKey) key = log_key ();
  TstHash root = tst_hash_data ("raíz", 5);
  g_autoptr (TstCheckpoint) checkpoint = tst_checkpoint_sign (ORIGIN, 109482, &root, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCheckpoint) opened
    = tst_checkpoint_open (checkpoint->note, tst_signing_key_get_verifier (key), &error);
  g_autoptr (TstCheckpoint) copy = NULL;
  g_autofree char *text = tst_note_peek_text (checkpoint->note, NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (opened->origin, ==, ORIGIN);
  g_assert_cmpuint (opened->size, ==, 109482);
  g_assert_true (tst_hash_equal (&opened->root, &root));
  g_assert_true (g_str_has_prefix (text, ORIGIN "\n109482\n"));
  g_clear_pointer (&checkpoint, tst_checkpoint_free);
  copy = tst_checkpoint_copy (opened);
  g_assert_true (g_bytes_equal (copy->note, opened->note));
}

/* Texts with a good signature of the log that are no checkpoints of it. */
static void
test_texts (void)
{
#define ROOT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
  static const char *const bad[] = {
    "otra.ejemplo.gov.co/testigo\n5\n" ROOT,
    ORIGIN "\n",
    ORIGIN "\n5\n",
    ORIGIN "\n05\n" ROOT,
    ORIGIN "\n-5\n" ROOT,
    ORIGIN "\n+5\n" ROOT,
    ORIGIN "\n 5\n" ROOT,
    ORIGIN "\n0\n" ROOT, /* an empty tree has another root */
    ORIGIN "\n9007199254740993\n" ROOT,
    ORIGIN "\n99999999999999999999999\n" ROOT,
    ORIGIN "\n5\nAAAA\n",
    ORIGIN "\n\n5\n" ROOT,
    ORIGIN "\n5\n" ROOT "\nextra\n",
    "\n" ORIGIN "\n5\n" ROOT,
  };
  g_autoptr (TstSigningKey) key = log_key ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) extended = tst_note_sign (ORIGIN "\n5\n" ROOT "extra\n", key);
  g_autoptr (TstCheckpoint) taken = tst_checkpoint_open (extended, tst_signing_key_get_verifier (key), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) note = tst_note_sign (bad[i], key);

      if (tst_checkpoint_open (note, tst_signing_key_get_verifier (key), &error) != NULL)
        g_error ("Taken: %s", bad[i]);
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
      g_clear_error (&error);
    }
}

static void
test_other_key (void)
{
  g_autoptr (TstSigningKey) key = log_key ();
  g_autoptr (TstSigningKey) other = tst_signing_key_generate (ORIGIN);
  TstHash root = tst_merkle_empty_root ();
  g_autoptr (TstCheckpoint) checkpoint = tst_checkpoint_sign (ORIGIN, 0, &root, key);
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_checkpoint_open (checkpoint->note, tst_signing_key_get_verifier (other), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

/* A tree of five leaves; the proof of the fourth. */
static GBytes *
make_proof (TstSigningKey *key, GBytes *leaf, guint64 *index)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  TstHash h[5], h01, h23, h0123, root;

  for (guint i = 0; i < 5; i++)
    h[i] = tst_merkle_leaf (&i, 1);
  h[3] = tst_merkle_leaf (g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf));
  h01 = tst_merkle_node (&h[0], &h[1]);
  h23 = tst_merkle_node (&h[2], &h[3]);
  h0123 = tst_merkle_node (&h01, &h23);
  root = tst_merkle_node (&h0123, &h[4]);
  g_array_append_val (proof, h[2]);
  g_array_append_val (proof, h01);
  g_array_append_val (proof, h[4]);
  checkpoint = tst_checkpoint_sign (ORIGIN, 5, &root, key);
  *index = 3;
  return tst_tlog_proof_write (3, proof, checkpoint);
}

static void
test_proof (void)
{
  g_autoptr (TstSigningKey) key = log_key ();
  g_autoptr (TstSigningKey) stranger = tst_signing_key_generate (ORIGIN);
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  g_autoptr (GBytes) leaf = g_bytes_new_static ("sobre", 5);
  g_autoptr (GBytes) other = g_bytes_new_static ("sobra", 5);
  g_autoptr (GError) error = NULL;
  guint64 index = 0, expected;
  g_autoptr (GBytes) file = make_proof (key, leaf, &expected);
  g_autoptr (GBytes) with_extra = NULL;
  gsize size;
  const char *data = g_bytes_get_data (file, &size);
  g_autoptr (GString) text = g_string_new_len (data, size);
  g_autofree guint8 *altered = g_memdup2 (data, size);

  g_assert_true (g_str_has_prefix (data, "c2sp.org/tlog-proof@v1\nindex 3\n"));
  g_assert_true (tst_tlog_proof_check (file, leaf, verifier, &index, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (index, ==, expected);
  g_assert_false (tst_tlog_proof_check (file, other, verifier, &index, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);
  g_assert_false (tst_tlog_proof_check (file, leaf, tst_signing_key_get_verifier (stranger), &index, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);

  g_string_insert (text, strlen ("c2sp.org/tlog-proof@v1\n"), "extra AAAA\n");
  with_extra = g_string_free_to_bytes (g_steal_pointer (&text));
  g_assert_true (tst_tlog_proof_check (with_extra, leaf, verifier, NULL, &error));
  g_assert_no_error (error);

  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, i);

      g_assert_false (tst_tlog_proof_check (cut, leaf, verifier, NULL, NULL));
      for (guint value = 1; value < 256; value++)
        {
          g_autoptr (GBytes) bytes = NULL;

          altered[i] ^= value;
          bytes = g_bytes_new (altered, size);
          if (tst_tlog_proof_check (bytes, leaf, verifier, NULL, NULL))
            g_error ("Taken: byte %" G_GSIZE_FORMAT " changed by 0x%02x", i, value);
          altered[i] ^= value;
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkpoint/round-trip", test_round_trip);
  g_test_add_func ("/checkpoint/texts", test_texts);
  g_test_add_func ("/checkpoint/other-key", test_other_key);
  g_test_add_func ("/checkpoint/proof", test_proof);
  return g_test_run ();
}
