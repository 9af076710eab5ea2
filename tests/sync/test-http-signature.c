/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-http-signature.h"

#include "base/tst-error.h"
#include "protocol/tst-structured-field.h"

#include <string.h>

/* RFC 9421 Appendix B.1.4: the last 32 bytes of the PKCS#8 key, and the public half. */
static const char rfc_seed[] = "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=";
static const char rfc_public[] = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";

/* Appendix B.2.6. */
static const TstComponent rfc_components[] = {
  { "date", "Tue, 20 Apr 2021 02:07:55 GMT" }, { "@method", "POST" },
  { "@path", "/foo" },                         { "@authority", "example.com" },
  { "content-type", "application/json" },      { "content-length", "18" },
};
static const char rfc_input[] =
    "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
static const char rfc_signature[] =
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
static const char rfc_base[] = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
                               "\"@method\": POST\n"
                               "\"@path\": /foo\n"
                               "\"@authority\": example.com\n"
                               "\"content-type\": application/json\n"
                               "\"content-length\": 18\n"
                               "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
                               ";created=1618884473;keyid=\"test-key-ed25519\"";

static TstSigningKey *
rfc_key (void)
{
  gsize size;
  g_autofree guchar *seed = g_base64_decode (rfc_seed, &size);

  g_assert_cmpuint (size, ==, 32);
  return tst_signing_key_new_from_seed ("test-key-ed25519", seed);
}

static void
test_rfc_vector (void)
{
  g_autoptr (TstSigningKey) key = rfc_key ();
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  gsize size;
  g_autofree guchar *public_key = g_base64_decode (rfc_public, &size);
  TstSignatureParams params = { .label = "sig-b26", .created = 1618884473, .keyid = "test-key-ed25519" };
  g_autofree char *base =
      tst_signature_base (rfc_components, G_N_ELEMENTS (rfc_components), rfc_input + strlen ("sig-b26="));
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  g_autoptr (TstParsedSignature) parsed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (tst_verifier_get_public_key (verifier), 32, public_key, size);
  g_assert_cmpstr (base, ==, rfc_base);
  tst_http_sign (rfc_components, G_N_ELEMENTS (rfc_components), &params, key, &input, &signature);
  g_assert_cmpstr (input, ==, rfc_input);
  g_assert_cmpstr (signature, ==, rfc_signature);

  parsed = tst_http_signature_parse (rfc_input, rfc_signature, "sig-b26", &error);
  g_assert_no_error (error);
  g_assert_cmpint (parsed->created, ==, 1618884473);
  g_assert_cmpstr (parsed->keyid, ==, "test-key-ed25519");
  g_assert_null (parsed->nonce);
  g_assert_null (parsed->alg);
  g_assert_cmpuint (g_strv_length (parsed->covered), ==, 6);
  g_assert_true (tst_http_signature_check (parsed, rfc_components, G_N_ELEMENTS (rfc_components), verifier, &error));
  g_assert_no_error (error);
}

static void
sign_ours (TstSigningKey *key, const TstComponent *components, guint n, char **input, char **signature)
{
  TstSignatureParams params = { "testigo", 1774623845, tst_signing_key_get_name (key), "no\"n\\ce", "testigo", TRUE };

  tst_http_sign (components, n, &params, key, input, signature);
}

static void
test_round (void)
{
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (NULL);
  TstVerifier *verifier = tst_signing_key_get_verifier (key);
  g_autoptr (GBytes) body = g_bytes_new_static ("hola", 4);
  g_autofree char *digest = tst_content_digest (body);
  TstComponent components[] = {
    { "@method", "POST" },
    { "@target-uri", "https://obras.ejemplo.gov.co/sync/v1/bundle?from=1" },
    { "content-digest", digest },
  };
  TstComponent others[3];
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *shared = NULL;
  g_autofree char *shared_signature = NULL;
  g_autoptr (TstParsedSignature) parsed = NULL;
  g_autoptr (TstParsedSignature) among = NULL;
  g_autoptr (GError) error = NULL;

  sign_ours (key, components, 3, &input, &signature);
  expected = g_strdup_printf ("testigo=(\"@method\" \"@target-uri\" \"content-digest\");created=1774623845;keyid=\"%s\";"
                              "alg=\"ed25519\";nonce=\"no\\\"n\\\\ce\";tag=\"testigo\"",
                              tst_signing_key_get_name (key));
  g_assert_cmpstr (input, ==, expected);
  parsed = tst_http_signature_parse (input, signature, "testigo", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (parsed->nonce, ==, "no\"n\\ce");
  g_assert_cmpstr (parsed->tag, ==, "testigo");
  g_assert_cmpstr (parsed->alg, ==, "ed25519");
  g_assert_true (tst_parsed_signature_covers (parsed, "content-digest"));
  g_assert_false (tst_parsed_signature_covers (parsed, "upload-offset"));
  g_assert_true (tst_http_signature_check (parsed, components, 3, verifier, &error));
  g_assert_no_error (error);

  /* Another value, a missing one, a line break: each is a wrong signature. */
  for (guint i = 0; i < 3; i++)
    {
      memcpy (others, components, sizeof others);
      others[i].value = "other";
      g_assert_false (tst_http_signature_check (parsed, others, 3, verifier, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
      g_clear_error (&error);
      others[i].name = "x-other";
      g_assert_false (tst_http_signature_check (parsed, others, 3, verifier, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
      g_clear_error (&error);
    }

  /* Beside somebody else's signature, as proxies add them. */
  shared = g_strdup_printf ("proxy=(\"@authority\");keyid=\"p\", %s", input);
  shared_signature = g_strdup_printf ("proxy=:AAAA:,\t%s", signature);
  among = tst_http_signature_parse (shared, shared_signature, "testigo", &error);
  g_assert_no_error (error);
  g_assert_true (tst_http_signature_check (among, components, 3, verifier, &error));
}

static void
test_other_key (void)
{
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (NULL);
  g_autoptr (TstSigningKey) other = tst_signing_key_generate (NULL);
  TstComponent components[] = { { "@method", "GET" } };
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  g_autoptr (TstVerifier) disguised = NULL;
  g_autoptr (TstParsedSignature) parsed = NULL;
  g_autoptr (GError) error = NULL;

  sign_ours (key, components, 1, &input, &signature);
  parsed = tst_http_signature_parse (input, signature, "testigo", &error);
  g_assert_no_error (error);
  g_assert_false (tst_http_signature_check (parsed, components, 1, tst_signing_key_get_verifier (other), &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  disguised = tst_verifier_new (tst_signing_key_get_name (key),
                                tst_verifier_get_public_key (tst_signing_key_get_verifier (other)));
  g_assert_false (tst_http_signature_check (parsed, components, 1, disguised, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

/* Each byte of the two fields, changed each way: never accepted as the same request unless the base is the same. */
static void
test_mutations (void)
{
  g_autoptr (TstSigningKey) key = rfc_key ();
  TstVerifier *verifier = tst_signing_key_get_verifier (key);

  for (guint field = 0; field < 2; field++)
    {
      const char *original = field == 0 ? rfc_input : rfc_signature;

      for (gsize at = 0; at < strlen (original); at++)
        for (guint value = 0; value < 256; value++)
          {
            g_autofree char *mutated = g_strdup (original);
            g_autoptr (TstParsedSignature) parsed = NULL;

            if ((guint8) original[at] == value)
              continue;
            mutated[at] = (char) value;
            parsed = tst_http_signature_parse (field == 0 ? mutated : rfc_input, field == 1 ? mutated : rfc_signature,
                                               "sig-b26", NULL);
            g_assert_false (parsed != NULL && tst_http_signature_check (parsed, rfc_components,
                                                                        G_N_ELEMENTS (rfc_components), verifier, NULL));
          }
      for (gsize cut = 0; cut < strlen (original); cut++)
        {
          g_autofree char *mutated = g_strndup (original, cut);
          g_autoptr (TstParsedSignature) parsed = NULL;

          parsed = tst_http_signature_parse (field == 0 ? mutated : rfc_input, field == 1 ? mutated : rfc_signature,
                                             "sig-b26", NULL);
          g_assert_false (parsed != NULL && tst_http_signature_check (parsed, rfc_components,
                                                                      G_N_ELEMENTS (rfc_components), verifier, NULL));
        }
    }
}

static void
test_hostile (void)
{
  static const char good[] = "a=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==:";
  static const char *const inputs[] = {
    "",
    "a",
    "a=",
    "a=1",
    "a=(",
    "a=()",                                 /* no keyid */
    "a=(\"x\");keyid=1",
    "a=(\"x\");keyid=\"k",
    "a=(\"x\");keyid=\"k\";keyid=\"l\"",    /* twice */
    "a=(\"x\" \"x\");keyid=\"k\"",          /* covered twice */
    "a=(\"x\"\"y\");keyid=\"k\"",
    "a=(\"x\";req);keyid=\"k\"",            /* component parameters: none that we use */
    "a=(\"X\");keyid=\"k\"",
    "a=(x);keyid=\"k\"",
    "a=(\"x\");keyid=\"k\";created=-1",
    "a=(\"x\");keyid=\"k\";created=\"1\"",
    "a=(\"x\");keyid=\"k\";created=1.5",
    "a=(\"x\");keyid=\"k\";created=99999999999999999999",
    "a=(\"x\");keyid=\"k\";nonce=token",
    "a=(\"x\");keyid=\"\xc3\xa1\"",
    "a=(\"x\");keyid=\"k\", a=(\"y\");keyid=\"k\"", /* two members of one name */
    "a=(\"x\");keyid=\"k\",",
    "a=(\"x\");keyid=\"k\" b",
    "A=(\"x\");keyid=\"k\"",
    "a=(((((((((((((((((",
    "a=(\"x\"  ;keyid=\"k\"",
  };
  g_autofree char *long_text = g_strnfill (100000, 'a');
  g_autofree char *long_input = g_strdup_printf ("a=(\"%s\");keyid=\"k\"", long_text);
  static const char spaced[] = "a=(  \"x\"   );keyid=\"k\"; other;more=?0;n=-1.250";
  g_autoptr (TstParsedSignature) fine = NULL;
  g_autoptr (GError) error = NULL;

  fine = tst_http_signature_parse (spaced, good, "a", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fine->params_text, ==, spaced + 2);

  for (guint i = 0; i < G_N_ELEMENTS (inputs) + 1; i++)
    {
      const char *input = i < G_N_ELEMENTS (inputs) ? inputs[i] : long_input;
      g_autoptr (TstParsedSignature) parsed = tst_http_signature_parse (input, good, "a", &error);

      if (parsed != NULL)
        g_error ("accepted: %s", input);
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
      g_clear_error (&error);
    }
  g_assert_null (tst_http_signature_parse (NULL, NULL, "a", NULL));
  g_assert_null (tst_http_signature_parse (spaced, "a=:AAAA:", "a", NULL));
  g_assert_null (tst_http_signature_parse (spaced, "a=\"AAAA\"", "a", NULL));
  g_assert_null (tst_http_signature_parse (spaced, good, "b", NULL));
}

static void
test_digest (void)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"hello\": \"world\"}", 18);
  g_autoptr (GBytes) other = g_bytes_new_static ("{\"hello\": \"World\"}", 18);
  g_autofree char *digest = tst_content_digest (body);
  g_autofree char *with_others = g_strconcat ("sha-512=:AAAA:, ", digest, ", unknown=1", NULL);

  /* RFC 9530, the digest of {"hello": "world"} without a newline. */
  g_assert_cmpstr (digest, ==, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
  g_assert_true (tst_content_digest_check (digest, body));
  g_assert_true (tst_content_digest_check (with_others, body));
  g_assert_false (tst_content_digest_check (digest, other));
  g_assert_false (tst_content_digest_check (NULL, body));
  g_assert_false (tst_content_digest_check ("", body));
  g_assert_false (tst_content_digest_check ("sha-512=:AAAA:", body));
  g_assert_false (tst_content_digest_check ("sha-256=:X48E9q==:", body));
  g_assert_false (tst_content_digest_check ("sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", body));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/http-signature/rfc-9421-b-2-6", test_rfc_vector);
  g_test_add_func ("/sync/http-signature/round", test_round);
  g_test_add_func ("/sync/http-signature/other-key", test_other_key);
  g_test_add_func ("/sync/http-signature/mutations", test_mutations);
  g_test_add_func ("/sync/http-signature/hostile", test_hostile);
  g_test_add_func ("/sync/http-signature/digest", test_digest);
  return g_test_run ();
}
