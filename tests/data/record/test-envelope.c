/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "record/tst-envelope.h"
#include "record/tst-note.h"

#include <string.h>

#define ZERO_HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static TstSigningKey *
fixed_key (void)
{
  guint8 seed[32];

  memset (seed, 7, sizeof seed);
  return tst_signing_key_new_from_seed (NULL, seed);
}

static TstEnvelopeFields
sample_fields (void)
{
  TstEnvelopeFields fields = { 0 };

  fields.chain = TST_CHAIN_FIELD;
  fields.seq = 41;
  fields.prev = tst_hash_data ("anterior", 8);
  fields.id = "3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
  fields.kind = TST_KIND_EVIDENCE;
  fields.utc_s = 1774623845;
  fields.time_source = TST_TIME_GNSS;
  fields.uncertainty_s = 2;
  fields.anchor_origin = "obras.ejemplo.gov.co/testigo";
  fields.anchor_size = 1234;
  fields.anchor_root = tst_hash_data ("raíz", 5);
  fields.body = tst_hash_data ("cuerpo", 6);
  return fields;
}

static TstEnvelope *
parse_text (const char *text, TstSigningKey *key, GError **error)
{
  g_autoptr (GBytes) note = tst_note_sign (text, key);

  return tst_envelope_parse (note, error);
}

static char *
text_of (TstEnvelope *envelope)
{
  return tst_note_peek_text (tst_envelope_get_note (envelope), NULL);
}

static void
test_grammar (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  g_autofree char *text = text_of (envelope);
  g_autofree char *prev = tst_hash_to_base64 (&fields.prev);
  g_autofree char *root = tst_hash_to_base64 (&fields.anchor_root);
  g_autofree char *body = tst_hash_to_base64 (&fields.body);
  g_autofree char *expected = g_strdup_printf (
    "{\"testigo\":1,\"device\":\"%s\",\"chain\":\"field\",\"seq\":41,\"prev\":\"%s\","
    "\"id\":\"3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f\",\"kind\":\"evidence\","
    "\"time\":{\"utc\":\"2026-03-27T15:04:05Z\",\"source\":\"gnss\",\"uncertainty_s\":2},"
    "\"anchor\":{\"origin\":\"obras.ejemplo.gov.co/testigo\",\"size\":1234,\"root\":\"%s\"},\"body\":\"%s\"}\n",
    tst_signing_key_get_name (key), prev, root, body);
  const TstEnvelopeFields *got = tst_envelope_get_fields (envelope);
  TstHash hash = tst_hash_data (expected, strlen (expected));
  g_autoptr (GError) error = NULL;
  g_autofree char *opened = NULL;

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (got->chain, ==, fields.chain);
  g_assert_cmpuint (got->seq, ==, 41);
  g_assert_true (tst_hash_equal (&got->prev, &fields.prev));
  g_assert_cmpstr (got->id, ==, fields.id);
  g_assert_cmpint (got->kind, ==, fields.kind);
  g_assert_cmpint (got->utc_s, ==, fields.utc_s);
  g_assert_cmpint (got->time_source, ==, fields.time_source);
  g_assert_cmpuint (got->uncertainty_s, ==, 2);
  g_assert_cmpstr (got->anchor_origin, ==, fields.anchor_origin);
  g_assert_cmpuint (got->anchor_size, ==, 1234);
  g_assert_true (tst_hash_equal (&got->anchor_root, &fields.anchor_root));
  g_assert_true (tst_hash_equal (&got->body, &fields.body));
  g_assert_true (tst_hash_equal (tst_envelope_get_text_hash (envelope), &hash));
  g_assert_cmpstr (tst_envelope_get_device (envelope), ==, tst_signing_key_get_name (key));
  g_assert_true (tst_envelope_verify (envelope, tst_signing_key_get_verifier (key), &error));
  g_assert_no_error (error);
  opened = tst_note_open (tst_envelope_get_note (envelope), tst_signing_key_get_verifier (key), &error);
  g_assert_cmpstr (opened, ==, expected);
}

static void
test_first_and_open (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = NULL;
  g_autofree char *text = NULL;

  fields.chain = TST_CHAIN_OPEN;
  fields.kind = TST_KIND_CONTRIBUTION;
  fields.seq = 1;
  memset (&fields.prev, 0, sizeof fields.prev);
  fields.anchor_origin = NULL;
  fields.utc_s = fields.utc_s / 3600 * 3600;
  envelope = tst_envelope_sign (&fields, key);
  text = text_of (envelope);
  g_assert_nonnull (strstr (text, "\"seq\":1,\"prev\":\"" ZERO_HASH "\""));
  g_assert_null (strstr (text, "anchor"));
  g_assert_nonnull (strstr (text, "T15:00:00Z"));
  g_assert_null (tst_envelope_get_fields (envelope)->anchor_origin);
}

static char *
replace (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

/* Other spellings of the same, and values out of range, are refused even when well signed. */
static void
test_spellings (void)
{
  static const char *const edits[][2] = {
    { "{\"testigo\":1,", "{ \"testigo\":1," },
    { "\"testigo\":1", "\"testigo\":2" },
    { "\"testigo\":1", "\"testigo\":01" },
    { "\"seq\":41", "\"seq\":041" },
    { "\"seq\":41", "\"seq\":0" },
    { "\"seq\":41", "\"seq\":1" },
    { "\"seq\":41", "\"seq\":-41" },
    { "\"seq\":41", "\"seq\":41.0" },
    { "\"seq\":41", "\"seq\":4e1" },
    { "\"seq\":41", "\"seq\":\"41\"" },
    { "\"seq\":41", "\"seq\":9007199254740993" },
    { "\"seq\":41", "\"seq\":99999999999999999999999999999999999999999" },
    { "\"seq\":41", "\"seq\": 41" },
    { "\"chain\":\"field\"", "\"chain\":\"campo\"" },
    { "\"chain\":\"field\"", "\"chain\":\"\"" },
    { "\"chain\":\"field\"", "\"chain\":\"open\"" }, /* not on the hour */
    { "\"chain\":\"field\"", "\"chain\":\"fieldfieldfieldfield\"" },
    { "\"kind\":\"evidence\"", "\"kind\":\"photo\"" },
    { "\"kind\":\"evidence\"", "\"kind\":\"\\u0065vidence\"" },
    { "3f1c2d4e", "3F1C2D4E" },
    { "3f1c2d4e", "3f1c2d4" },
    { "3f1c2d4e", "3f1c2d4e0" },
    { "\"gnss\"", "\"gps\"" },
    { "15:04:05Z", "15:04:05.0Z" },
    { "15:04:05Z", "15:04:60Z" },
    { "15:04:05Z", "15:04:05+00:00" },
    { "\"uncertainty_s\":2", "\"uncertainty_s\":02" },
    { "\"uncertainty_s\":2", "\"uncertainty_s\":4294967296" },
    { "\"uncertainty_s\":2", "\"uncertainty_s\":" },
    { "\"size\":1234", "\"size\":9007199254740993" },
    { "obras.ejemplo", "obras ejemplo" },
    { "obras.ejemplo", "obras\\u002eejemplo" },
    { "obras.ejemplo.gov.co/testigo", "" },
    { "testigo/d/", "testigo/e/" },
    { "}\n", "} \n" },
    { "}\n", ",\"extra\":1}\n" },
    { "}\n", "}\n\n" },
    { "}\n", "}\nx\n" },
    { "\"body\":", "\"Body\":" },
    { "\"anchor\":{", "\"anchor\":null,{" },
  };
  g_autoptr (TstSigningKey) key = fixed_key ();
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  g_autofree char *text = text_of (envelope);

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autofree char *edited = replace (text, edits[i][0], edits[i][1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (TstEnvelope) none = parse_text (edited, key, &error);

      g_assert_null (none);
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_ENVELOPE);
    }
}

/* An envelope made for an open chain with an id that holds a time. */
static void
test_open_id (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = NULL;
  g_autoptr (TstEnvelope) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *edited = NULL;

  fields.chain = TST_CHAIN_OPEN;
  fields.utc_s = fields.utc_s / 3600 * 3600;
  envelope = tst_envelope_sign (&fields, key);
  text = text_of (envelope);
  edited = replace (text, "-4c7d-", "-7c7d-");
  none = parse_text (edited, key, &error);
  g_assert_null (none);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_ENVELOPE);
}

/* Each byte set to each other value, and each cut: never the same record with a good signature. */
static void
test_mutations (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  gsize size;
  const guint8 *original = g_bytes_get_data (tst_envelope_get_note (envelope), &size);
  guint parsed = 0;

  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (original, i);

      g_assert_null (tst_envelope_parse (cut, NULL));
      for (guint value = 0; value < 256; value++)
        {
          g_autofree guint8 *altered = g_memdup2 (original, size);
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (TstEnvelope) other = NULL;

          if (altered[i] == value)
            continue;
          altered[i] = value;
          bytes = g_bytes_new_take (g_steal_pointer (&altered), size);
          other = tst_envelope_parse (bytes, NULL);
          if (other == NULL)
            continue;
          parsed++;
          if (tst_envelope_verify (other, verifier, NULL))
            g_error ("Taken: byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " as 0x%02x", i, size, value);
        }
    }
  g_assert_cmpuint (parsed, >, 100); /* digits and hashes can change and still be an envelope */
}

static void
test_wrong_key (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  g_autoptr (TstSigningKey) other = tst_signing_key_generate (NULL);
  const guint8 *public_key = tst_verifier_get_public_key (tst_signing_key_get_verifier (key));
  g_autoptr (TstVerifier) renamed = tst_verifier_new ("ejemplo/otro", public_key);
  g_autoptr (TstVerifier) impostor = tst_verifier_new (
    tst_signing_key_get_name (key), tst_verifier_get_public_key (tst_signing_key_get_verifier (other)));
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_envelope_verify (envelope, renamed, &error));
  g_assert_no_error (error);
  g_assert_false (tst_envelope_verify (envelope, impostor, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  g_assert_false (tst_envelope_verify (envelope, tst_signing_key_get_verifier (other), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

/* A record in one device's name that another one signs as itself, then put under the first name. */
static void
test_borrowed_name (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  g_autoptr (TstSigningKey) thief = tst_signing_key_generate (NULL);
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  g_autofree char *text = text_of (envelope);
  g_autoptr (GBytes) stolen = tst_note_sign (text, thief);
  g_autofree char *note = g_strndup (g_bytes_get_data (stolen, NULL), g_bytes_get_size (stolen));
  g_autofree char *renamed = replace (note, tst_signing_key_get_name (thief), tst_signing_key_get_name (key));
  g_autoptr (GBytes) bytes = g_bytes_new (renamed, strlen (renamed));
  g_autoptr (GError) error = NULL;
  g_autoptr (TstEnvelope) parsed = tst_envelope_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_false (tst_envelope_verify (parsed, tst_signing_key_get_verifier (thief), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  g_assert_false (tst_envelope_verify (parsed, tst_signing_key_get_verifier (key), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

static void
test_second_signature (void)
{
  g_autoptr (TstSigningKey) key = fixed_key ();
  g_autoptr (TstSigningKey) other = tst_signing_key_generate (NULL);
  TstEnvelopeFields fields = sample_fields ();
  g_autoptr (TstEnvelope) envelope = tst_envelope_sign (&fields, key);
  g_autoptr (GBytes) two = tst_note_add_signature (tst_envelope_get_note (envelope), other, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (tst_envelope_parse (two, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_ENVELOPE);
}

/* Our own mistakes stop the program before anything is signed. */
static void
test_asserts (void)
{
  const char *which = g_getenv ("TST_TEST_MISTAKE");

  if (g_test_subprocess ())
    {
      g_autoptr (TstSigningKey) key = fixed_key ();
      TstEnvelopeFields fields = sample_fields ();

      if (g_str_equal (which, "seq"))
        fields.seq = 0;
      else
        fields.chain = TST_CHAIN_OPEN;
      tst_envelope_sign (&fields, key);
      return;
    }
  g_setenv ("TST_TEST_MISTAKE", "seq", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_setenv ("TST_TEST_MISTAKE", "hour", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/grammar", test_grammar);
  g_test_add_func ("/envelope/first-and-open", test_first_and_open);
  g_test_add_func ("/envelope/spellings", test_spellings);
  g_test_add_func ("/envelope/open-id", test_open_id);
  g_test_add_func ("/envelope/mutations", test_mutations);
  g_test_add_func ("/envelope/wrong-key", test_wrong_key);
  g_test_add_func ("/envelope/borrowed-name", test_borrowed_name);
  g_test_add_func ("/envelope/second-signature", test_second_signature);
  g_test_add_func ("/envelope/asserts", test_asserts);
  return g_test_run ();
}
