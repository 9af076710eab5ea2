/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-receipt.h"

#include "base/tst-error.h"

#include <string.h>

#define ORIGIN "obras.ejemplo.gov.co/testigo"
#define TIME 1774623845

static TstSigningKey *
http_key (void)
{
  static const guint8 seed[32] = { 7 };

  return tst_signing_key_new_from_seed ("obras.ejemplo.gov.co/http", seed);
}

static void
test_holding (void)
{
  g_autoptr (TstSigningKey) key = http_key ();
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  TstHolding items[] = { { tst_hash_data ("a", 1), 1 }, { tst_hash_data ("b", 1), G_GUINT64_CONSTANT (5000000000) } };
  g_autoptr (GBytes) note = tst_holding_sign (ORIGIN, TIME, items, 2, key);
  g_autoptr (GBytes) nothing = tst_holding_sign (ORIGIN, TIME, NULL, 0, key);
  g_autoptr (GArray) found = NULL;
  g_autoptr (GArray) none = NULL;
  g_autoptr (GArray) other = NULL;
  g_autoptr (GError) error = NULL;
  gint64 time = 0;

  g_assert_nonnull (strstr (g_bytes_get_data (note, NULL),
                            "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\n"
                            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 1\n"));
  g_assert_true (tst_holding_open (note, ORIGIN, verifier, &time, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpint (time, ==, TIME);
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_true (tst_hash_equal (&g_array_index (found, TstHolding, 1).sha256, &items[1].sha256));
  g_assert_cmpuint (g_array_index (found, TstHolding, 1).bytes, ==, G_GUINT64_CONSTANT (5000000000));
  g_assert_true (tst_holding_open (nothing, ORIGIN, verifier, &time, &none, &error));
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_false (tst_holding_open (note, "otra.ejemplo.gov.co/testigo", verifier, &time, &other, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT);
}

static void
test_holding_hostile (void)
{
  g_autoptr (TstSigningKey) key = http_key ();
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  static const char *const texts[] = {
    "testigo-holding v2\n" ORIGIN "\n2026-03-27T15:04:05Z\n",
    "testigo-hello v1\n" ORIGIN "\n2026-03-27T15:04:05Z\n-\n",
    "testigo-holding v1\n" ORIGIN "\n",
    "testigo-holding v1\n" ORIGIN "\n2026-13-27T15:04:05Z\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\n\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 01\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb -1\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 1 \n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nCA978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 1\n",
    "testigo-holding v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 99999999999999999999\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) note = tst_note_sign (texts[i], key);
      g_autoptr (GArray) items = NULL;
      g_autoptr (GError) error = NULL;
      gint64 time;

      g_assert_false (tst_holding_open (note, ORIGIN, verifier, &time, &items, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT);
      g_assert_null (items);
    }
}

/* A receipt with any byte changed or cut off is none. */
static void
test_holding_mutations (void)
{
  g_autoptr (TstSigningKey) key = http_key ();
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  TstHolding item = { tst_hash_data ("a", 1), 1 };
  g_autoptr (GBytes) note = tst_holding_sign (ORIGIN, TIME, &item, 1, key);
  gsize size;
  const guint8 *data = g_bytes_get_data (note, &size);

  for (gsize at = 0; at < size; at++)
    for (guint bit = 0; bit < 8; bit++)
      {
        guint8 *copy = g_memdup2 (data, size);
        g_autoptr (GBytes) mutated = NULL;
        g_autoptr (GArray) items = NULL;
        gint64 time;

        copy[at] ^= 1 << bit;
        mutated = g_bytes_new_take (copy, size);
        g_assert_false (tst_holding_open (mutated, ORIGIN, verifier, &time, &items, NULL));
      }
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) piece = g_bytes_new (data, cut);
      g_autoptr (GArray) items = NULL;
      gint64 time;

      g_assert_false (tst_holding_open (piece, ORIGIN, verifier, &time, &items, NULL));
    }
}

static void
test_hello (void)
{
  g_autoptr (TstSigningKey) key = http_key ();
  g_autoptr (TstSigningKey) other = tst_signing_key_generate ("obras.ejemplo.gov.co/http");
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  TstHash pin = tst_hash_data ("pin", 3);
  TstHash spare = tst_hash_data ("spare", 5);
  g_autofree char *pin_text = tst_hash_to_base64 (&pin);
  g_autofree char *spare_text = tst_hash_to_base64 (&spare);
  const char *pins[] = { pin_text, spare_text, NULL };
  g_autoptr (GBytes) note = tst_hello_sign (ORIGIN, TIME, pins, key);
  g_autoptr (GBytes) plain = tst_hello_sign (ORIGIN, TIME, NULL, key);
  g_autoptr (GBytes) bad_pin = tst_note_sign ("testigo-hello v1\n" ORIGIN "\n2026-03-27T15:04:05Z\nabc\n", key);
  g_autoptr (GBytes) extra = tst_note_sign ("testigo-hello v1\n" ORIGIN "\n2026-03-27T15:04:05Z\n-\nmore\n", key);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = NULL;
  g_auto (GStrv) none = NULL;
  gint64 time = 0;

  g_assert_true (tst_hello_open (note, ORIGIN, verifier, &time, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpint (time, ==, TIME);
  g_assert_cmpuint (g_strv_length (found), ==, 2);
  g_assert_cmpstr (found[1], ==, spare_text);
  g_assert_true (tst_hello_open (plain, ORIGIN, verifier, &time, &none, &error));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_false (tst_hello_open (note, ORIGIN, tst_signing_key_get_verifier (other), &time, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  g_assert_false (tst_hello_open (note, "x/y", verifier, &time, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT);
  g_clear_error (&error);
  g_assert_false (tst_hello_open (bad_pin, ORIGIN, verifier, &time, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT);
  g_clear_error (&error);
  g_assert_false (tst_hello_open (extra, ORIGIN, verifier, &time, NULL, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_RECEIPT);
}

static void
test_open_proof (void)
{
  g_autoptr (TstSigningKey) field = tst_signing_key_generate (NULL);
  g_autoptr (TstSigningKey) open = tst_signing_key_generate (NULL);
  const char *device = tst_signing_key_get_name (field);
  g_autoptr (GBytes) note = tst_open_proof_sign (ORIGIN, device, open);
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_open_proof_check (note, ORIGIN, device, tst_signing_key_get_verifier (open), &error));
  g_assert_no_error (error);
  g_assert_false (tst_open_proof_check (note, "x/y", device, tst_signing_key_get_verifier (open), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  g_assert_false (tst_open_proof_check (note, ORIGIN, tst_signing_key_get_name (open), tst_signing_key_get_verifier (open), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  g_assert_false (tst_open_proof_check (note, ORIGIN, device, tst_signing_key_get_verifier (field), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/receipt/holding", test_holding);
  g_test_add_func ("/sync/receipt/holding-hostile", test_holding_hostile);
  g_test_add_func ("/sync/receipt/holding-mutations", test_holding_mutations);
  g_test_add_func ("/sync/receipt/hello", test_hello);
  g_test_add_func ("/sync/receipt/open-proof", test_open_proof);
  return g_test_run ();
}
