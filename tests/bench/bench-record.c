/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a record costs over its Ed25519 signature: envelopes signed and read-and-verified per second against bare libsodium
 * over the same texts in the same run, with the ratio; readings alone; seals opened against the bare X25519; 256
 * proofs for a run of leaves in a tree of a million. Fails when signing or verifying takes over the first argument
 * (default 1.5) times the bare operation. */

#include "base/tst-codec.h"
#include "log/tst-merkle.h"
#include "record/tst-envelope.h"
#include "record/tst-note.h"
#include "seal/tst-age.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 4000
#define ROUNDS 5
#define SEALS 2000
#define LEAVES 1000000

static TstSigningKey *key;
static TstEnvelopeFields fields[RECORDS];
static char ids[RECORDS][40];
static GBytes *notes[RECORDS];
static char *texts[RECORDS];
static guint8 signatures[RECORDS][64];
static guint8 raw_public[32], raw_secret[64];

static void
sign_ours (void)
{
  for (guint i = 0; i < RECORDS; i++)
    {
      g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields[i], key);

      g_clear_pointer (&notes[i], g_bytes_unref);
      notes[i] = g_bytes_ref (tst_envelope_get_note (envelope));
    }
}

static void
sign_bare (void)
{
  for (guint i = 0; i < RECORDS; i++)
    crypto_sign_detached (signatures[i], NULL, (const guint8 *) texts[i], strlen (texts[i]), raw_secret);
}

static void
verify_ours (void)
{
  for (guint i = 0; i < RECORDS; i++)
    {
      g_autoptr (TstEnvelope) envelope = tst_envelope_parse (notes[i], NULL);

      g_assert_true (tst_envelope_verify (envelope, tst_signing_key_get_verifier (key), NULL));
    }
}

static void
verify_bare (void)
{
  for (guint i = 0; i < RECORDS; i++)
    g_assert_cmpint (
      crypto_sign_verify_detached (signatures[i], (const guint8 *) texts[i], strlen (texts[i]), raw_public), ==, 0);
}

static void
parse_only (void)
{
  for (guint i = 0; i < RECORDS; i++)
    {
      g_autoptr (TstEnvelope) envelope = tst_envelope_parse (notes[i], NULL);

      g_assert_nonnull (envelope);
    }
}

static GBytes *sealed;
static TstAgeIdentity *identity;

static void
open_ours (void)
{
  for (guint i = 0; i < SEALS; i++)
    tst_age_wipe (tst_age_open (sealed, identity, NULL));
}

static void
open_bare (void)
{
  guint8 shared[32];

  for (guint i = 0; i < SEALS; i++)
    g_assert_cmpint (crypto_scalarmult_curve25519 (shared, raw_secret, raw_public), ==, 0);
}

static double
seconds (void (*what) (void))
{
  gint64 start = g_get_monotonic_time ();

  what ();
  return (double) (g_get_monotonic_time () - start) / 1e6;
}

/* The best of a few rounds, taken alternately so that both meet the same machine. */
static double
compare (const char *name, guint count, void (*ours) (void), void (*bare) (void))
{
  double a = 1e9, b = 1e9;

  for (guint round = 0; round < ROUNDS; round++)
    {
      a = MIN (a, seconds (ours));
      b = MIN (b, seconds (bare));
    }
  printf ("%-22s %8.0f/s, bare %8.0f/s, ratio %.2f, over the bare operation %.1f µs\n", name, count / a, count / b, a / b,
          (a - b) / count * 1e6);
  return a / b;
}

typedef struct
{
  GHashTable *tiles;
} Log;

static guint64
tile_key (guint level, guint64 index)
{
  return (guint64) level << 40 | index;
}

static gboolean
read_tile (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data, GError **error)
{
  guint64 number = tile_key (level, index);

  memcpy (hashes, g_hash_table_lookup (((Log *) user_data)->tiles, &number), width * sizeof (TstHash));
  return TRUE;
}

static gboolean
write_tile (guint level, guint64 index, guint width, const TstHash *hashes, gpointer user_data, GError **error)
{
  guint64 number = tile_key (level, index);

  g_hash_table_replace (((Log *) user_data)->tiles, g_memdup2 (&number, sizeof number),
                        g_memdup2 (hashes, width * sizeof (TstHash)));
  return TRUE;
}

static void
measure_proofs (void)
{
  Log log = { g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free) };
  g_autoptr (GArray) leaves = g_array_sized_new (FALSE, FALSE, sizeof (TstHash), LEAVES);
  g_autoptr (TstTreeReader) reader = NULL;
  gint64 start;

  for (guint i = 0; i < LEAVES; i++)
    {
      TstHash leaf = tst_hash_data (&i, sizeof i);

      g_array_append_val (leaves, leaf);
    }
  start = g_get_monotonic_time ();
  g_assert_true (tst_tree_append (0, leaves, read_tile, write_tile, &log, NULL));
  printf ("append of %u leaves    %.0f/s\n", LEAVES, LEAVES / ((double) (g_get_monotonic_time () - start) / 1e6));
  start = g_get_monotonic_time ();
  reader = tst_tree_reader_new (read_tile, &log);
  for (guint i = 0; i < 256; i++)
    {
      g_autoptr (GArray) proof = tst_tree_reader_inclusion (reader, 654321 + i, LEAVES, NULL);

      g_assert_cmpuint (proof->len, >=, 19);
    }
  printf ("256 proofs of a run    %.2f ms, tree of %u, nothing in the cache\n",
          (double) (g_get_monotonic_time () - start) / 1e3, LEAVES);
  g_hash_table_unref (log.tiles);
}

int
main (int argc, char **argv)
{
  double limit = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 1.5;
  g_autofree guint8 *plain = g_malloc0 (1024);
  g_autoptr (GBytes) bytes = NULL;
  const char *recipients[2] = { NULL, NULL };
  double signing, verifying, reading;

  key = tst_signing_key_generate (NULL);
  crypto_sign_keypair (raw_public, raw_secret);
  for (guint i = 0; i < RECORDS; i++)
    {
      g_autofree char *id = tst_uuid_new ();

      g_strlcpy (ids[i], id, sizeof ids[i]);
      fields[i].chain = TST_CHAIN_FIELD;
      fields[i].kind = TST_KIND_EVIDENCE;
      fields[i].seq = 2 + i;
      fields[i].prev = tst_hash_data (&i, sizeof i);
      fields[i].id = ids[i];
      fields[i].utc_s = 1774623845 + i;
      fields[i].time_source = TST_TIME_NTP;
      fields[i].uncertainty_s = 1;
      fields[i].anchor_origin = "obras.ejemplo.gov.co/testigo";
      fields[i].anchor_size = 1000 + i;
      fields[i].body = fields[i].prev;
    }
  sign_ours ();
  for (guint i = 0; i < RECORDS; i++)
    texts[i] = tst_note_peek_text (notes[i], NULL);

  signing = compare ("envelopes signed", RECORDS, sign_ours, sign_bare);
  verifying = compare ("envelopes verified", RECORDS, verify_ours, verify_bare);
  reading = seconds (parse_only);
  printf ("envelopes read         %8.0f/s, %.1f µs each, signature not checked\n", RECORDS / reading,
          reading / RECORDS * 1e6);

  identity = tst_age_identity_generate ();
  recipients[0] = tst_age_identity_get_recipient (identity);
  bytes = g_bytes_new (plain, 1024);
  sealed = tst_age_seal (bytes, recipients, NULL);
  crypto_scalarmult_curve25519_base (raw_public, raw_secret);
  compare ("seals of 1 KiB opened", SEALS, open_ours, open_bare);
  measure_proofs ();

  if (signing > limit || verifying > limit)
    {
      printf ("Too slow: more than %.2f times the bare operation\n", limit);
      return 1;
    }
  return 0;
}
