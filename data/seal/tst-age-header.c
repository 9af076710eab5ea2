/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/tst-age-header.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "record/tst-sodium.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>
#include <string.h>

#define X25519_INFO "age-encryption.org/v1/X25519"
#define COLUMNS 64
#define BODY_SIZE (TST_AGE_FILE_KEY_SIZE + crypto_aead_chacha20poly1305_ietf_ABYTES)
#define MAC_BASE64_LENGTH 43
#define MAX_ARGUMENTS 64

G_STATIC_ASSERT (BODY_SIZE == 32);

static const guint8 zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

gboolean
tst_age_refuse_altered (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH,
                       "The sealed file was altered or cut short. Nothing of it was used; fetch it again.");
  return FALSE;
}

/* Fetching an algorithm costs more than using it: once is enough. */
static EVP_KDF *
get_hkdf (void)
{
  static EVP_KDF *kdf;

  if (g_once_init_enter (&kdf))
    {
      EVP_KDF *fetched = EVP_KDF_fetch (NULL, "HKDF", NULL);

      if (fetched == NULL)
        g_error ("OpenSSL has no HKDF");
      g_once_init_leave (&kdf, fetched);
    }
  return kdf;
}

void
tst_age_hkdf (const guint8 *ikm, gsize ikm_size, const guint8 *salt, gsize salt_size, const char *info,
              guint8 key[TST_AGE_KEY_SIZE])
{
  EVP_KDF_CTX *ctx = EVP_KDF_CTX_new (get_hkdf ());
  static char digest[] = "SHA256";
  static guint8 nothing[1];
  OSSL_PARAM params[5];
  int ok;

  params[0] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, digest, 0);
  params[1] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (gpointer) ikm, ikm_size);
  params[2] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT,
                                                 salt_size > 0 ? (gpointer) salt : (gpointer) nothing, salt_size);
  params[3] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (gpointer) info, strlen (info));
  params[4] = OSSL_PARAM_construct_end ();
  ok = EVP_KDF_derive (ctx, key, TST_AGE_KEY_SIZE, params);
  EVP_KDF_CTX_free (ctx);
  if (ok != 1)
    g_error ("OpenSSL could not derive a key");
}

/* The MAC over the header up to and with "---". */
static void
compute_mac (const guint8 *file_key, const guint8 *header, gsize size, guint8 mac[crypto_auth_hmacsha256_BYTES])
{
  guint8 key[TST_AGE_KEY_SIZE];

  tst_age_hkdf (file_key, TST_AGE_FILE_KEY_SIZE, NULL, 0, "header", key);
  crypto_auth_hmacsha256 (mac, header, size, key);
  sodium_memzero (key, sizeof key);
}

static void
append_base64 (GByteArray *out, const guint8 *data, gsize size)
{
  char text[sodium_base64_ENCODED_LEN (64, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];

  g_assert (size <= 64);
  sodium_bin2base64 (text, sizeof text, data, size, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

static void
append_text (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, strlen (text));
}

static gboolean
derive_wrap_key (const guint8 *secret, const guint8 *point, const guint8 *share, const guint8 *recipient,
                 guint8 key[TST_AGE_KEY_SIZE])
{
  guint8 shared[TST_AGE_KEY_SIZE];
  guint8 salt[2 * TST_AGE_KEY_SIZE];

  if (crypto_scalarmult_curve25519 (shared, secret, point) != 0)
    return FALSE;
  memcpy (salt, share, TST_AGE_KEY_SIZE);
  memcpy (salt + TST_AGE_KEY_SIZE, recipient, TST_AGE_KEY_SIZE);
  tst_age_hkdf (shared, sizeof shared, salt, sizeof salt, X25519_INFO, key);
  sodium_memzero (shared, sizeof shared);
  return TRUE;
}

static gboolean
append_stanza (GByteArray *out, const char *recipient_text, const guint8 *file_key)
{
  guint8 recipient[TST_AGE_KEY_SIZE];
  guint8 secret[TST_AGE_KEY_SIZE];
  guint8 share[TST_AGE_KEY_SIZE];
  guint8 key[TST_AGE_KEY_SIZE];
  guint8 body[BODY_SIZE];
  gboolean ok;

  if (!tst_age_recipient_parse (recipient_text, recipient))
    return FALSE;
  randombytes_buf (secret, sizeof secret);
  crypto_scalarmult_curve25519_base (share, secret);
  ok = derive_wrap_key (secret, recipient, share, recipient, key);
  if (ok)
    {
      crypto_aead_chacha20poly1305_ietf_encrypt (body, NULL, file_key, TST_AGE_FILE_KEY_SIZE, NULL, 0, NULL,
                                                 zero_nonce, key);
      append_text (out, "-> X25519 ");
      append_base64 (out, share, sizeof share);
      append_text (out, "\n");
      append_base64 (out, body, sizeof body);
      append_text (out, "\n");
    }
  sodium_memzero (secret, sizeof secret);
  sodium_memzero (key, sizeof key);
  return ok;
}

GByteArray *
tst_age_header_write (const char *const *recipients, guint8 file_key[TST_AGE_FILE_KEY_SIZE], GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (1024);
  guint8 mac[crypto_auth_hmacsha256_BYTES];

  tst_sodium_init ();
  randombytes_buf (file_key, TST_AGE_FILE_KEY_SIZE);
  append_text (out, TST_AGE_VERSION_LINE);
  for (guint i = 0; recipients != NULL && recipients[i] != NULL; i++)
    if (!append_stanza (out, recipients[i], file_key))
      {
        sodium_memzero (file_key, TST_AGE_FILE_KEY_SIZE);
        g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                             "One of the keys to seal for is not an age key (age1…). Nothing was written; "
                             "read the town's code again.");
        return NULL;
      }
  append_text (out, "---");
  compute_mac (file_key, out->data, out->len, mac);
  append_text (out, " ");
  append_base64 (out, mac, sizeof mac);
  append_text (out, "\n");
  if (recipients == NULL || recipients[0] == NULL || out->len > TST_AGE_MAX_HEADER_SIZE)
    {
      sodium_memzero (file_key, TST_AGE_FILE_KEY_SIZE);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "There is nobody to seal for, or too many. Nothing was written.");
      return NULL;
    }
  return g_steal_pointer (&out);
}

/* --- reading --- */

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

typedef struct
{
  guint8 share[TST_AGE_KEY_SIZE];
  guint8 body[BODY_SIZE];
} X25519Stanza;

typedef struct
{
  const char *text;
  gsize length;
} Argument;

/* One line without its newline. */
static gboolean
take_line (Cursor *cursor, const char **line, gsize *length)
{
  const char *newline = memchr (cursor->at, '\n', cursor->end - cursor->at);

  if (newline == NULL)
    return FALSE;
  *line = cursor->at;
  *length = newline - cursor->at;
  cursor->at = newline + 1;
  return TRUE;
}

static gboolean
split_arguments (const char *line, gsize length, Argument *arguments, guint *count)
{
  *count = 0;
  for (gsize start = 0; start <= length;)
    {
      gsize end = start;

      while (end < length && line[end] >= 0x21 && line[end] <= 0x7e)
        end++;
      if (end == start || (end < length && line[end] != ' ') || *count == MAX_ARGUMENTS)
        return FALSE;
      arguments[*count].text = line + start;
      arguments[*count].length = end - start;
      (*count)++;
      start = end + 1;
    }
  return *count > 0;
}

static gboolean
argument_is (const Argument *argument, const char *text)
{
  return argument->length == strlen (text) && memcmp (argument->text, text, argument->length) == 0;
}

/* The body's bytes; only as many as @room are kept, all are counted. */
static gboolean
take_body (Cursor *cursor, guint8 *out, gsize room, gsize *size)
{
  guint8 row[COLUMNS];
  const char *line;
  gsize length;

  *size = 0;
  do
    {
      gsize decoded = 0;

      if (!take_line (cursor, &line, &length) || length > COLUMNS
          || !tst_base64_decode_into (line, length, FALSE, row, sizeof row, &decoded))
        return FALSE;
      if (*size < room)
        memcpy (out + *size, row, MIN (decoded, room - *size));
      *size += decoded;
    }
  while (length == COLUMNS);
  return TRUE;
}

/* After "-> ". Stanzas of other types are stepped over, since age may grow new ones. */
static gboolean
take_stanza (Cursor *cursor, GArray *stanzas, guint *scrypt_count)
{
  Argument arguments[MAX_ARGUMENTS];
  X25519Stanza stanza;
  const char *line;
  gsize length, size;
  guint count;

  if (!take_line (cursor, &line, &length) || !split_arguments (line, length, arguments, &count)
      || !take_body (cursor, stanza.body, sizeof stanza.body, &size))
    return FALSE;
  if (argument_is (&arguments[0], "scrypt"))
    (*scrypt_count)++;
  if (!argument_is (&arguments[0], "X25519"))
    return TRUE;
  if (count != 2 || size != BODY_SIZE
      || !tst_base64_decode_into (arguments[1].text, arguments[1].length, FALSE, stanza.share, sizeof stanza.share,
                                  &size)
      || size != TST_AGE_KEY_SIZE)
    return FALSE;
  g_array_append_val (stanzas, stanza);
  return TRUE;
}

static gboolean
take_literal (Cursor *cursor, const char *literal)
{
  gsize length = strlen (literal);

  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, literal, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

/* @marked: bytes up to and with "---". */
static gboolean
take_header (Cursor *cursor, GArray *stanzas, gsize *marked, guint8 *mac)
{
  const char *start = cursor->at;
  guint count = 0, scrypt_count = 0;
  const char *line;
  gsize length, size;

  if (!take_literal (cursor, TST_AGE_VERSION_LINE))
    return FALSE;
  while (take_literal (cursor, "-> "))
    {
      if (!take_stanza (cursor, stanzas, &scrypt_count))
        return FALSE;
      count++;
    }
  if (count == 0 || (scrypt_count > 0 && count > 1) || !take_literal (cursor, "---"))
    return FALSE;
  *marked = cursor->at - start;
  return take_literal (cursor, " ") && take_line (cursor, &line, &length) && length == MAC_BASE64_LENGTH
         && tst_base64_decode_into (line, length, FALSE, mac, crypto_auth_hmacsha256_BYTES, &size)
         && size == crypto_auth_hmacsha256_BYTES;
}

typedef enum
{
  UNWRAP_NOT_OURS,
  UNWRAP_OURS,
  UNWRAP_HOSTILE
} Unwrap;

static Unwrap
unwrap (const X25519Stanza *stanza, TstAgeIdentity *identity, guint8 *file_key)
{
  guint8 key[TST_AGE_KEY_SIZE];
  int result;

  if (!derive_wrap_key (tst_age_identity_get_secret (identity), stanza->share, stanza->share,
                        tst_age_identity_get_public (identity), key))
    return UNWRAP_HOSTILE;
  result = crypto_aead_chacha20poly1305_ietf_decrypt (file_key, NULL, NULL, stanza->body, BODY_SIZE, NULL, 0,
                                                      zero_nonce, key);
  sodium_memzero (key, sizeof key);
  return result == 0 ? UNWRAP_OURS : UNWRAP_NOT_OURS;
}

gboolean
tst_age_header_open (const guint8 *data, gsize size, TstAgeIdentity *identity,
                     guint8 file_key[TST_AGE_FILE_KEY_SIZE], gsize *header_size, GError **error)
{
  g_autoptr (GArray) stanzas = g_array_new (FALSE, FALSE, sizeof (X25519Stanza));
  Cursor cursor = { (const char *) data, (const char *) data + MIN (size, TST_AGE_MAX_HEADER_SIZE) };
  guint8 mac[crypto_auth_hmacsha256_BYTES];
  guint8 expected[crypto_auth_hmacsha256_BYTES];
  Unwrap found = UNWRAP_NOT_OURS;
  gsize marked;

  tst_sodium_init ();
  if (size == 0 || !take_header (&cursor, stanzas, &marked, mac))
    return tst_age_refuse_altered (error);
  for (guint i = 0; i < stanzas->len && found == UNWRAP_NOT_OURS; i++)
    found = unwrap (&g_array_index (stanzas, X25519Stanza, i), identity, file_key);
  if (found == UNWRAP_HOSTILE)
    return tst_age_refuse_altered (error);
  if (found == UNWRAP_NOT_OURS)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED,
                           "This was sealed for another key. It is safe as it is; open it with the key it was "
                           "sealed for.");
      return FALSE;
    }
  compute_mac (file_key, data, marked, expected);
  if (sodium_memcmp (mac, expected, sizeof mac) != 0)
    {
      sodium_memzero (file_key, TST_AGE_FILE_KEY_SIZE);
      return tst_age_refuse_altered (error);
    }
  *header_size = (const guint8 *) cursor.at - data;
  return TRUE;
}
