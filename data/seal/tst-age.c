/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/tst-age.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "seal/tst-age-header.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SIZE ((gsize) 64 * 1024)
#define TAG_SIZE ((gsize) crypto_aead_chacha20poly1305_ietf_ABYTES)
#define NONCE_SIZE 16

/* --- the payload: STREAM over ChaCha20-Poly1305 --- */

typedef struct
{
  guint8 key[TST_AGE_KEY_SIZE];
  guint64 counter;
} Stream;

static void
stream_init (Stream *self, guint8 file_key[TST_AGE_FILE_KEY_SIZE], const guint8 *nonce)
{
  tst_age_hkdf (file_key, TST_AGE_FILE_KEY_SIZE, nonce, NONCE_SIZE, "payload", self->key);
  self->counter = 0;
  sodium_memzero (file_key, TST_AGE_FILE_KEY_SIZE);
}

/* Eleven bytes of counter, big-endian, and one that says whether it is the last chunk. */
static void
stream_nonce (Stream *self, gboolean last, guint8 nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES])
{
  guint64 be = GUINT64_TO_BE (self->counter);

  memset (nonce, 0, 3);
  memcpy (nonce + 3, &be, 8);
  nonce[11] = last ? 1 : 0;
  self->counter++;
}

static void
stream_seal (Stream *self, const guint8 *plain, gsize size, gboolean last, guint8 *out)
{
  guint8 nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

  stream_nonce (self, last, nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt (out, NULL, plain, size, NULL, 0, NULL, nonce, self->key);
}

static gboolean
stream_open (Stream *self, const guint8 *sealed, gsize size, gboolean last, guint8 *out)
{
  guint8 nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
  gboolean first = self->counter == 0;

  if (size < TAG_SIZE || (size == TAG_SIZE && !first))
    return FALSE; /* only an empty payload ends in an empty chunk */
  stream_nonce (self, last, nonce);
  return crypto_aead_chacha20poly1305_ietf_decrypt (out, NULL, NULL, sealed, size, NULL, 0, nonce, self->key) == 0;
}

/* --- in memory --- */

GBytes *
tst_age_seal (GBytes *plain, const char *const *recipients, GError **error)
{
  guint8 file_key[TST_AGE_FILE_KEY_SIZE];
  g_autoptr (GByteArray) header = tst_age_header_write (recipients, file_key, error);
  gsize size, chunks, total;
  const guint8 *data = g_bytes_get_data (plain, &size);
  Stream stream;
  guint8 *out, *at;

  if (header == NULL)
    return NULL;
  chunks = MAX (1, (size + CHUNK_SIZE - 1) / CHUNK_SIZE);
  total = header->len + NONCE_SIZE + size + chunks * TAG_SIZE;
  out = g_malloc (total);
  memcpy (out, header->data, header->len);
  at = out + header->len;
  randombytes_buf (at, NONCE_SIZE);
  stream_init (&stream, file_key, at);
  at += NONCE_SIZE;
  for (gsize i = 0; i < chunks; i++)
    {
      gsize start = i * CHUNK_SIZE;
      gsize length = MIN (CHUNK_SIZE, size - start);

      stream_seal (&stream, data != NULL ? data + start : NULL, length, i + 1 == chunks, at);
      at += length + TAG_SIZE;
    }
  sodium_memzero (&stream, sizeof stream);
  return g_bytes_new_take (out, total);
}

GBytes *
tst_age_open (GBytes *sealed, TstAgeIdentity *identity, GError **error)
{
  guint8 file_key[TST_AGE_FILE_KEY_SIZE];
  gsize size, header_size, chunks, rest, total;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  gboolean ok = TRUE;
  Stream stream;
  guint8 *out;

  if (!tst_age_header_open (data, size, identity, file_key, &header_size, error))
    return NULL;
  data += header_size;
  size -= header_size;
  rest = size > NONCE_SIZE ? (size - NONCE_SIZE) % (CHUNK_SIZE + TAG_SIZE) : 0;
  if (size < NONCE_SIZE + TAG_SIZE || (rest > 0 && rest < TAG_SIZE))
    {
      /* No room for the last chunk's tag; and the sum below must not come out short of what is written. */
      sodium_memzero (file_key, sizeof file_key);
      tst_age_refuse_altered (error);
      return NULL;
    }
  stream_init (&stream, file_key, data);
  data += NONCE_SIZE;
  size -= NONCE_SIZE;

  chunks = (size + CHUNK_SIZE + TAG_SIZE - 1) / (CHUNK_SIZE + TAG_SIZE);
  total = size - chunks * TAG_SIZE;
  out = g_malloc (total + 1);
  for (gsize i = 0; i < chunks && ok; i++)
    {
      gsize start = i * (CHUNK_SIZE + TAG_SIZE);

      ok = stream_open (&stream, data + start, MIN (CHUNK_SIZE + TAG_SIZE, size - start), i + 1 == chunks,
                        out + i * CHUNK_SIZE);
    }
  sodium_memzero (&stream, sizeof stream);
  if (!ok)
    {
      sodium_memzero (out, total);
      g_free (out);
      tst_age_refuse_altered (error);
      return NULL;
    }
  return g_bytes_new_take (out, total);
}

void
tst_age_wipe (GBytes *plain)
{
  gsize size;
  gconstpointer data;

  if (plain == NULL)
    return;
  data = g_bytes_get_data (plain, &size);
  if (size > 0)
    sodium_memzero ((gpointer) data, size);
  g_bytes_unref (plain);
}

gboolean
tst_age_looks_sealed (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= strlen (TST_AGE_VERSION_LINE)
         && memcmp (data, TST_AGE_VERSION_LINE, strlen (TST_AGE_VERSION_LINE)) == 0;
}

/* --- from descriptor to descriptor --- */

/* Holds what was read and not yet used, so that the end of the input is known one chunk ahead. */
typedef struct
{
  int fd;
  guint8 *data;
  gsize capacity;
  gsize have;
  guint64 left; /* of the part that is ours */
  GCancellable *cancellable;
} Input;

static void
input_init (Input *self, int fd, gsize capacity, GCancellable *cancellable)
{
  self->fd = fd;
  self->data = g_malloc (capacity);
  self->capacity = capacity;
  self->have = 0;
  self->left = G_MAXUINT64;
  self->cancellable = cancellable;
}

static void
input_clear (Input *self)
{
  sodium_memzero (self->data, self->capacity);
  g_free (self->data);
}

/* Reads until @want bytes are there or the input ends. */
static gboolean
input_fill (Input *self, gsize want, GError **error)
{
  g_assert (want <= self->capacity);
  while (self->have < want)
    {
      ssize_t n;

      if (g_cancellable_is_cancelled (self->cancellable))
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped, as asked");
          return FALSE;
        }
      n = read (self->fd, self->data + self->have, MIN (want - self->have, self->left));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read what is to be sealed or opened");
          return FALSE;
        }
      if (n == 0)
        break;
      self->have += n;
      self->left -= n;
    }
  return TRUE;
}

static void
input_drop (Input *self, gsize size)
{
  memmove (self->data, self->data + size, self->have - size);
  self->have -= size;
}

/* One chunk of at most @unit bytes; @last when nothing comes after it. */
static gboolean
input_next (Input *self, gsize unit, gsize *size, gboolean *last, GError **error)
{
  if (!input_fill (self, unit + 1, error))
    return FALSE;
  *last = self->have <= unit;
  *size = MIN (self->have, unit);
  return TRUE;
}

gboolean
tst_age_seal_fd (int in, int out, const char *const *recipients, GCancellable *cancellable, GError **error)
{
  guint8 file_key[TST_AGE_FILE_KEY_SIZE];
  g_autoptr (GByteArray) header = tst_age_header_write (recipients, file_key, error);
  g_autofree guint8 *sealed = NULL;
  guint8 nonce[NONCE_SIZE];
  gboolean last = FALSE, ok;
  Stream stream;
  Input input;
  gsize size;

  if (header == NULL)
    return FALSE;
  randombytes_buf (nonce, sizeof nonce);
  stream_init (&stream, file_key, nonce);
  sealed = g_malloc (CHUNK_SIZE + TAG_SIZE);
  input_init (&input, in, CHUNK_SIZE + 1, cancellable);
  ok = tst_fs_write_all (out, header->data, header->len, error)
       && tst_fs_write_all (out, nonce, sizeof nonce, error);
  while (ok && !last)
    {
      ok = input_next (&input, CHUNK_SIZE, &size, &last, error);
      if (!ok)
        break;
      stream_seal (&stream, input.data, size, last, sealed);
      ok = tst_fs_write_all (out, sealed, size + TAG_SIZE, error);
      input_drop (&input, size);
    }
  sodium_memzero (&stream, sizeof stream);
  input_clear (&input);
  return ok;
}

static gboolean
open_payload (Input *input, int out, guint8 *file_key, GError **error)
{
  guint8 *plain = g_malloc (CHUNK_SIZE);
  gboolean last = FALSE, ok;
  Stream stream;
  gsize size;

  ok = input_fill (input, NONCE_SIZE, error);
  if (ok && input->have < NONCE_SIZE)
    ok = tst_age_refuse_altered (error);
  if (ok)
    {
      stream_init (&stream, file_key, input->data);
      input_drop (input, NONCE_SIZE);
    }
  while (ok && !last)
    {
      ok = input_next (input, CHUNK_SIZE + TAG_SIZE, &size, &last, error);
      if (!ok)
        break;
      if (stream_open (&stream, input->data, size, last, plain))
        ok = tst_fs_write_all (out, plain, size - TAG_SIZE, error);
      else
        ok = tst_age_refuse_altered (error);
      input_drop (input, size);
    }
  sodium_memzero (&stream, sizeof stream);
  sodium_memzero (plain, CHUNK_SIZE);
  g_free (plain);
  return ok;
}

gboolean
tst_age_open_fd (int in, int out, TstAgeIdentity *identity, GCancellable *cancellable, GError **error)
{
  return tst_age_open_part_fd (in, G_MAXUINT64, out, identity, cancellable, error);
}

gboolean
tst_age_open_part_fd (int in, guint64 size, int out, TstAgeIdentity *identity, GCancellable *cancellable, GError **error)
{
  guint8 file_key[TST_AGE_FILE_KEY_SIZE];
  gsize header_size;
  gboolean ok;
  Input input;

  input_init (&input, in, MAX (TST_AGE_MAX_HEADER_SIZE, CHUNK_SIZE + TAG_SIZE + 1), cancellable);
  input.left = size;
  ok = input_fill (&input, TST_AGE_MAX_HEADER_SIZE, error)
       && tst_age_header_open (input.data, input.have, identity, file_key, &header_size, error);
  if (ok)
    {
      input_drop (&input, header_size);
      ok = open_payload (&input, out, file_key, error);
      sodium_memzero (file_key, sizeof file_key);
    }
  input_clear (&input);
  return ok;
}
