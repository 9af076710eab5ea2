/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-key.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-sodium.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (TST_PUBLIC_KEY_SIZE == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT (TST_SIGNATURE_SIZE == crypto_sign_BYTES);

#define DEVICE_PREFIX "testigo/d/"
#define FILE_TAG "TESTIGO-KEY-1 "
#define SEED_BASE64_LENGTH 44
#define VKEY_BASE64_LENGTH 44
#define MAX_KEY_FILE_SIZE 4096

/* The signature type byte of Ed25519 in signed-note v1.0.0. */
#define NOTE_TYPE_ED25519 0x01

struct _TstVerifier
{
  gatomicrefcount refs;
  char *name;
  guint8 key[TST_PUBLIC_KEY_SIZE];
  guint32 key_id;
};

struct _TstSigningKey
{
  gatomicrefcount refs;
  TstVerifier *verifier;
  guint8 *secret; /* seed ‖ public key, in sodium_malloc() memory, read-only once made */
};

gboolean
tst_key_name_is_valid (const char *name)
{
  if (name == NULL || *name == '\0' || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < 0x20 || c == '+' || g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR
          || c == 0x85 || c == 0x2028 || c == 0x2029)
        return FALSE;
    }
  return TRUE;
}

static guint32
compute_key_id (const char *name, const guint8 *key)
{
  g_autoptr (TstHasher) hasher = tst_hasher_new ();
  static const guint8 middle[] = { '\n', NOTE_TYPE_ED25519 };
  TstHash hash;

  tst_hasher_update (hasher, name, strlen (name));
  tst_hasher_update (hasher, middle, sizeof middle);
  tst_hasher_update (hasher, key, TST_PUBLIC_KEY_SIZE);
  hash = tst_hasher_finish (hasher);
  return (guint32) hash.bytes[0] << 24 | (guint32) hash.bytes[1] << 16 | (guint32) hash.bytes[2] << 8
         | hash.bytes[3];
}

TstVerifier *
tst_verifier_new (const char *name, const guint8 public_key[TST_PUBLIC_KEY_SIZE])
{
  TstVerifier *self;

  g_return_val_if_fail (tst_key_name_is_valid (name), NULL);
  g_return_val_if_fail (public_key != NULL, NULL);

  tst_sodium_init ();
  self = g_new0 (TstVerifier, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  memcpy (self->key, public_key, TST_PUBLIC_KEY_SIZE);
  self->key_id = compute_key_id (name, public_key);
  return self;
}

TstVerifier *
tst_verifier_new_for_device (const guint8 public_key[TST_PUBLIC_KEY_SIZE])
{
  g_autofree char *name = tst_device_name_for_key (public_key);

  return tst_verifier_new (name, public_key);
}

static TstVerifier *
refuse_vkey (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "This is not a verifier key (name+id+key). Copy it again, whole, from where it was published.");
  return NULL;
}

TstVerifier *
tst_verifier_parse (const char *vkey, GError **error)
{
  g_autoptr (TstVerifier) self = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autofree char *name = NULL;
  g_autofree char *id = NULL;
  const char *first;
  const guint8 *data;
  guint8 expected[4];

  first = vkey != NULL ? strchr (vkey, '+') : NULL;
  if (first == NULL || strlen (first) != 1 + 8 + 1 + VKEY_BASE64_LENGTH || first[9] != '+')
    return refuse_vkey (error);
  name = g_strndup (vkey, first - vkey);
  id = g_strndup (first + 1, 8);
  key = tst_base64_decode (first + 10);
  if (!tst_key_name_is_valid (name) || !tst_hex_decode (id, expected, sizeof expected) || key == NULL
      || g_bytes_get_size (key) != 1 + TST_PUBLIC_KEY_SIZE)
    return refuse_vkey (error);
  data = g_bytes_get_data (key, NULL);
  if (data[0] != NOTE_TYPE_ED25519)
    return refuse_vkey (error);

  self = tst_verifier_new (name, data + 1);
  if (self->key_id != ((guint32) expected[0] << 24 | (guint32) expected[1] << 16 | (guint32) expected[2] << 8
                       | expected[3]))
    return refuse_vkey (error);
  return g_steal_pointer (&self);
}

char *
tst_verifier_to_vkey (TstVerifier *self)
{
  guint8 typed[1 + TST_PUBLIC_KEY_SIZE] = { NOTE_TYPE_ED25519 };
  g_autofree char *base64 = NULL;

  memcpy (typed + 1, self->key, TST_PUBLIC_KEY_SIZE);
  base64 = g_base64_encode (typed, sizeof typed);
  return g_strdup_printf ("%s+%08x+%s", self->name, self->key_id, base64);
}

TstVerifier *
tst_verifier_ref (TstVerifier *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_verifier_unref (TstVerifier *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->name);
  g_free (self);
}

const char *
tst_verifier_get_name (TstVerifier *self)
{
  return self->name;
}

const guint8 *
tst_verifier_get_public_key (TstVerifier *self)
{
  return self->key;
}

guint32
tst_verifier_get_key_id (TstVerifier *self)
{
  return self->key_id;
}

gboolean
tst_verifier_check (TstVerifier *self, const void *message, gsize size, const guint8 signature[TST_SIGNATURE_SIZE])
{
  return crypto_sign_verify_detached (signature, message, size, self->key) == 0;
}

char *
tst_device_name_for_key (const guint8 public_key[TST_PUBLIC_KEY_SIZE])
{
  TstHash hash = tst_hash_data (public_key, TST_PUBLIC_KEY_SIZE);
  char *name = g_malloc (sizeof DEVICE_PREFIX + 2 * TST_HASH_SIZE);

  memcpy (name, DEVICE_PREFIX, sizeof DEVICE_PREFIX - 1);
  sodium_bin2hex (name + sizeof DEVICE_PREFIX - 1, 2 * TST_HASH_SIZE + 1, hash.bytes, TST_HASH_SIZE);
  return name;
}

gboolean
tst_device_name_is_valid (const char *name)
{
  TstHash hash;

  return name != NULL && g_str_has_prefix (name, DEVICE_PREFIX)
         && tst_hash_from_hex (name + sizeof DEVICE_PREFIX - 1, &hash);
}

/* --- secret keys --- */

TstSigningKey *
tst_signing_key_new_from_seed (const char *name, const guint8 seed[32])
{
  g_autofree char *device_name = NULL;
  guint8 public_key[TST_PUBLIC_KEY_SIZE];
  TstSigningKey *self;

  g_return_val_if_fail (name == NULL || tst_key_name_is_valid (name), NULL);

  self = g_new0 (TstSigningKey, 1);
  g_atomic_ref_count_init (&self->refs);
  self->secret = tst_secret_alloc (crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair (public_key, self->secret, seed);
  sodium_mprotect_readonly (self->secret);
  if (name == NULL)
    name = device_name = tst_device_name_for_key (public_key);
  self->verifier = tst_verifier_new (name, public_key);
  return self;
}

TstSigningKey *
tst_signing_key_generate (const char *name)
{
  guint8 *seed = tst_secret_alloc (crypto_sign_SEEDBYTES);
  TstSigningKey *self;

  randombytes_buf (seed, crypto_sign_SEEDBYTES);
  self = tst_signing_key_new_from_seed (name, seed);
  sodium_free (seed);
  return self;
}

/* NULL unless @line is exactly what tst_signing_key_save() writes. */
static TstSigningKey *
parse_key_file (const char *line, gsize size)
{
  g_autoptr (TstSigningKey) self = NULL;
  g_autofree char *name = NULL;
  const char *end = line + size;
  const char *start = line + strlen (FILE_TAG);
  const char *space;
  guint8 *seed;
  gsize seed_size = 0;

  if (size < strlen (FILE_TAG) || memcmp (line, FILE_TAG, strlen (FILE_TAG)) != 0)
    return NULL;
  space = memchr (start, ' ', end - start);
  if (space == NULL || end - space != 1 + SEED_BASE64_LENGTH + 1 || end[-1] != '\n')
    return NULL;
  name = g_strndup (start, space - start);
  if (!tst_key_name_is_valid (name))
    return NULL;

  seed = tst_secret_alloc (crypto_sign_SEEDBYTES);
  if (tst_base64_decode_into (space + 1, SEED_BASE64_LENGTH, TRUE, seed, crypto_sign_SEEDBYTES, &seed_size)
      && seed_size == crypto_sign_SEEDBYTES)
    self = tst_signing_key_new_from_seed (name, seed);
  sodium_free (seed);

  /* A device's name commits to its key: another name on this key is a file that was tampered with. */
  if (self != NULL && g_str_has_prefix (name, DEVICE_PREFIX))
    {
      g_autofree char *expected = tst_device_name_for_key (tst_verifier_get_public_key (self->verifier));

      if (strcmp (name, expected) != 0)
        return NULL;
    }
  return g_steal_pointer (&self);
}

TstSigningKey *
tst_signing_key_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_KEY_FILE_SIZE, error);
  TstSigningKey *self;
  gpointer data;
  gsize size;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_unref_to_data (g_steal_pointer (&bytes), &size);
  self = parse_key_file (data, size);
  sodium_memzero (data, size);
  g_free (data);
  if (self == NULL)
    g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                 "%s is not a Testigo key. Nothing was changed; put back the file from the backup.", path);
  return self;
}

gboolean
tst_signing_key_save (TstSigningKey *self, const char *path, GError **error)
{
  const char *name = tst_verifier_get_name (self->verifier);
  gsize head = strlen (FILE_TAG) + strlen (name) + 1;
  gsize size = head + SEED_BASE64_LENGTH + 1;
  char *line = tst_secret_alloc (size + 1);
  g_autoptr (GBytes) bytes = NULL;
  gboolean ok;

  g_snprintf (line, size + 1, FILE_TAG "%s ", name);
  sodium_bin2base64 (line + head, SEED_BASE64_LENGTH + 1, self->secret, crypto_sign_SEEDBYTES,
                     sodium_base64_VARIANT_ORIGINAL);
  line[size - 1] = '\n';
  bytes = g_bytes_new_static (line, size);
  ok = tst_fs_write_durable (path, bytes, 0600, error);
  sodium_free (line);
  return ok;
}

TstSigningKey *
tst_signing_key_ref (TstSigningKey *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_signing_key_unref (TstSigningKey *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  sodium_free (self->secret);
  tst_verifier_unref (self->verifier);
  g_free (self);
}

const char *
tst_signing_key_get_name (TstSigningKey *self)
{
  return tst_verifier_get_name (self->verifier);
}

TstVerifier *
tst_signing_key_get_verifier (TstSigningKey *self)
{
  return self->verifier;
}

void
tst_signing_key_sign (TstSigningKey *self, const void *message, gsize size, guint8 signature[TST_SIGNATURE_SIZE])
{
  crypto_sign_detached (signature, NULL, message, size, self->secret);
}
