/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/tst-age.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-sodium.h"
#include "seal/tst-age-header.h"
#include "seal/tst-bech32.h"

#include <sodium.h>
#include <string.h>

#define RECIPIENT_HRP "age"
#define IDENTITY_HRP "AGE-SECRET-KEY-"
#define IDENTITY_LENGTH 74
#define MAX_KEY_FILE_SIZE (16 * 1024)

G_STATIC_ASSERT (TST_AGE_KEY_SIZE == crypto_scalarmult_curve25519_BYTES);

struct _TstAgeIdentity
{
  gatomicrefcount refs;
  guint8 *secret; /* in sodium_malloc() memory, read-only once made */
  guint8 public_key[TST_AGE_KEY_SIZE];
  char *recipient;
};

static TstAgeIdentity *
identity_new (const guint8 secret[TST_AGE_KEY_SIZE])
{
  TstAgeIdentity *self = g_new0 (TstAgeIdentity, 1);

  g_atomic_ref_count_init (&self->refs);
  self->secret = tst_secret_alloc (TST_AGE_KEY_SIZE);
  memcpy (self->secret, secret, TST_AGE_KEY_SIZE);
  sodium_mprotect_readonly (self->secret);
  crypto_scalarmult_curve25519_base (self->public_key, self->secret);
  self->recipient = tst_bech32_encode (RECIPIENT_HRP, self->public_key, TST_AGE_KEY_SIZE);
  return self;
}

TstAgeIdentity *
tst_age_identity_generate (void)
{
  guint8 *secret = tst_secret_alloc (TST_AGE_KEY_SIZE);
  TstAgeIdentity *self;

  randombytes_buf (secret, TST_AGE_KEY_SIZE);
  self = identity_new (secret);
  sodium_free (secret);
  return self;
}

TstAgeIdentity *
tst_age_identity_parse (const char *text, GError **error)
{
  guint8 *secret = tst_secret_alloc (TST_AGE_KEY_SIZE);
  TstAgeIdentity *self = NULL;

  if (tst_bech32_decode (text, IDENTITY_HRP, secret, TST_AGE_KEY_SIZE))
    self = identity_new (secret);
  else
    g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                         "This is not a secret key of age (AGE-SECRET-KEY-1…). Nothing was opened; copy it again, whole.");
  sodium_free (secret);
  return self;
}

TstAgeIdentity *
tst_age_identity_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, MAX_KEY_FILE_SIZE, error);
  TstAgeIdentity *self = NULL;
  gboolean odd = FALSE;
  const char *at, *end;
  gpointer data;
  gsize size;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_unref_to_data (g_steal_pointer (&bytes), &size);
  for (at = data, end = at + size; at < end && !odd;)
    {
      const char *newline = memchr (at, '\n', end - at);
      gsize length = (newline != NULL ? newline : end) - at;
      char line[IDENTITY_LENGTH + 1];

      if (length > 0 && at[length - 1] == '\r')
        length--;
      if (length > 0 && at[0] != '#')
        {
          odd = self != NULL || length != IDENTITY_LENGTH || memchr (at, '\0', length) != NULL;
          if (!odd)
            {
              memcpy (line, at, length);
              line[length] = '\0';
              self = tst_age_identity_parse (line, NULL);
              odd = self == NULL;
              sodium_memzero (line, sizeof line);
            }
        }
      at = newline != NULL ? newline + 1 : end;
    }
  sodium_memzero (data, size);
  g_free (data);
  if (odd || self == NULL)
    {
      g_clear_pointer (&self, tst_age_identity_unref);
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                   "%s is not a key file of age with one secret key. Nothing was opened.", path);
    }
  return self;
}

gboolean
tst_age_identity_save (TstAgeIdentity *self, const char *path, GError **error)
{
  char *secret = tst_bech32_encode (IDENTITY_HRP, self->secret, TST_AGE_KEY_SIZE);
  gsize size = strlen ("# public key: \n\n") + strlen (self->recipient) + strlen (secret);
  char *text = tst_secret_alloc (size + 1);
  g_autoptr (GBytes) bytes = NULL;
  gboolean ok;

  g_snprintf (text, size + 1, "# public key: %s\n%s\n", self->recipient, secret);
  sodium_memzero (secret, strlen (secret));
  g_free (secret);
  bytes = g_bytes_new_static (text, size);
  ok = tst_fs_write_durable (path, bytes, 0600, error);
  sodium_free (text);
  return ok;
}

TstAgeIdentity *
tst_age_identity_ref (TstAgeIdentity *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_age_identity_unref (TstAgeIdentity *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  sodium_free (self->secret);
  g_free (self->recipient);
  g_free (self);
}

const char *
tst_age_identity_get_recipient (TstAgeIdentity *self)
{
  return self->recipient;
}

const guint8 *
tst_age_identity_get_secret (TstAgeIdentity *self)
{
  return self->secret;
}

const guint8 *
tst_age_identity_get_public (TstAgeIdentity *self)
{
  return self->public_key;
}

gboolean
tst_age_recipient_parse (const char *text, guint8 recipient[TST_AGE_KEY_SIZE])
{
  static const guint8 any[TST_AGE_KEY_SIZE] = { 8 };
  guint8 shared[TST_AGE_KEY_SIZE];

  tst_sodium_init ();
  /* A point of low order would give everyone the same shared secret: libsodium tells by refusing the product. */
  return tst_bech32_decode (text, RECIPIENT_HRP, recipient, TST_AGE_KEY_SIZE)
         && crypto_scalarmult_curve25519 (shared, any, recipient) == 0;
}

gboolean
tst_age_recipient_is_valid (const char *recipient)
{
  guint8 key[TST_AGE_KEY_SIZE];

  return tst_age_recipient_parse (recipient, key);
}
