/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-key.h"
#include "seal/tst-age.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the interop scripts drive: seals and opens from standard input to standard output, in memory or by descriptor,
 * and signs a file with a raw Ed25519 key. On an error: its code on standard error, and 1. */

static GBytes *
read_all (void)
{
  GByteArray *all = g_byte_array_new ();
  guint8 buffer[65536];
  ssize_t n;

  while ((n = read (0, buffer, sizeof buffer)) > 0)
    g_byte_array_append (all, buffer, n);
  return g_byte_array_free_to_bytes (all);
}

static gboolean
put (GBytes *bytes, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  return tst_fs_write_all (1, data, size, error);
}

static gboolean
seal (const char *how, const char *const *recipients, GError **error)
{
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) sealed = NULL;

  if (strcmp (how, "fd") == 0)
    return tst_age_seal_fd (0, 1, recipients, NULL, error);
  plain = read_all ();
  sealed = tst_age_seal (plain, recipients, error);
  return sealed != NULL && put (sealed, error);
}

static gboolean
open_sealed (const char *how, const char *path, GError **error)
{
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_load (path, error);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GBytes) plain = NULL;

  if (identity == NULL)
    return FALSE;
  if (strcmp (how, "fd") == 0)
    return tst_age_open_fd (0, 1, identity, NULL, error);
  sealed = read_all ();
  plain = tst_age_open (sealed, identity, error);
  return plain != NULL && put (plain, error);
}

static gboolean
keygen (const char *path, GError **error)
{
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_generate ();

  if (!tst_age_identity_save (identity, path, error))
    return FALSE;
  puts (tst_age_identity_get_recipient (identity));
  return TRUE;
}

/* Standard input signed by the key in @path, made when it is not there; out: the public key and the signature. */
static gboolean
sign (const char *path, GError **error)
{
  g_autoptr (TstSigningKey) key = NULL;
  g_autoptr (GBytes) message = read_all ();
  guint8 out[TST_PUBLIC_KEY_SIZE + TST_SIGNATURE_SIZE];

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    key = tst_signing_key_load (path, error);
  else
    {
      g_autoptr (TstSigningKey) fresh = tst_signing_key_generate (NULL);

      if (tst_signing_key_save (fresh, path, error))
        key = g_steal_pointer (&fresh);
    }
  if (key == NULL)
    return FALSE;
  memcpy (out, tst_verifier_get_public_key (tst_signing_key_get_verifier (key)), TST_PUBLIC_KEY_SIZE);
  tst_signing_key_sign (key, g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                        out + TST_PUBLIC_KEY_SIZE);
  return tst_fs_write_all (1, out, sizeof out, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;

  if (argc >= 4 && strcmp (argv[1], "seal") == 0)
    ok = seal (argv[2], (const char *const *) argv + 3, &error);
  else if (argc == 4 && strcmp (argv[1], "open") == 0)
    ok = open_sealed (argv[2], argv[3], &error);
  else if (argc == 3 && strcmp (argv[1], "keygen") == 0)
    ok = keygen (argv[2], &error);
  else if (argc == 3 && strcmp (argv[1], "sign") == 0)
    ok = sign (argv[2], &error);
  else
    g_set_error_literal (&error, TST_ERROR, TST_ERROR_USAGE, "seal|open|keygen|sign");
  if (!ok)
    fprintf (stderr, "%s\n", tst_error_code (error));
  return ok ? 0 : 1;
}
