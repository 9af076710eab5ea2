/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-hash.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE (256 * 1024)

struct _TstHasher
{
  EVP_MD_CTX *ctx;
};

TstHash
tst_hash_data (const void *data, gsize size)
{
  TstHash hash;

  SHA256 (data, size, hash.bytes);
  return hash;
}

TstHash
tst_hash_bytes (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  return tst_hash_data (data, size);
}

gboolean
tst_hash_fd (int fd, TstHash *hash, guint64 *size, GCancellable *cancellable, GError **error)
{
  g_autoptr (TstHasher) hasher = tst_hasher_new ();
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  guint64 total = 0;

  for (;;)
    {
      ssize_t n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      n = read (fd, buffer, READ_SIZE);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read a file to check it");
          return FALSE;
        }
      if (n == 0)
        break;
      tst_hasher_update (hasher, buffer, n);
      total += n;
    }

  *hash = tst_hasher_finish (hasher);
  if (size != NULL)
    *size = total;
  return TRUE;
}

gboolean
tst_hash_file (const char *path, TstHash *hash, guint64 *size, GCancellable *cancellable, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open a file to check it");
      return FALSE;
    }
  ok = tst_hash_fd (fd, hash, size, cancellable, error);
  close (fd);
  return ok;
}

gboolean
tst_hash_equal (const TstHash *a, const TstHash *b)
{
  return memcmp (a->bytes, b->bytes, TST_HASH_SIZE) == 0;
}

gboolean
tst_hash_is_zero (const TstHash *hash)
{
  static const TstHash zero;

  return tst_hash_equal (hash, &zero);
}

guint
tst_hash_table_hash (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value;
}

gboolean
tst_hash_table_equal (gconstpointer a, gconstpointer b)
{
  return tst_hash_equal (a, b);
}

char *
tst_hash_to_hex (const TstHash *hash)
{
  return tst_hex_encode (hash->bytes, TST_HASH_SIZE);
}

char *
tst_hash_to_base64 (const TstHash *hash)
{
  return g_base64_encode (hash->bytes, TST_HASH_SIZE);
}

gboolean
tst_hash_from_hex (const char *text, TstHash *hash)
{
  return text != NULL && tst_hex_decode (text, hash->bytes, TST_HASH_SIZE);
}

gboolean
tst_hash_from_base64 (const char *text, TstHash *hash)
{
  g_autoptr (GBytes) bytes = tst_base64_decode (text);

  return bytes != NULL && tst_hash_from_blob (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), hash);
}

gboolean
tst_hash_from_blob (const void *data, gsize size, TstHash *hash)
{
  if (data == NULL || size != TST_HASH_SIZE)
    return FALSE;
  memcpy (hash->bytes, data, TST_HASH_SIZE);
  return TRUE;
}

TstHasher *
tst_hasher_new (void)
{
  TstHasher *self = g_new0 (TstHasher, 1);

  self->ctx = EVP_MD_CTX_new ();
  g_assert (EVP_DigestInit_ex (self->ctx, EVP_sha256 (), NULL) == 1);
  return self;
}

void
tst_hasher_update (TstHasher *self, const void *data, gsize size)
{
  EVP_DigestUpdate (self->ctx, data, size);
}

TstHash
tst_hasher_finish (TstHasher *self)
{
  TstHash hash;

  EVP_DigestFinal_ex (self->ctx, hash.bytes, NULL);
  return hash;
}

void
tst_hasher_free (TstHasher *self)
{
  EVP_MD_CTX_free (self->ctx);
  g_free (self);
}
