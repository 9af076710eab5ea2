/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-account-secret.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (TST_ACCOUNT_SECRET_SEALED_SIZE ==
                 crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TST_TOTP_SECRET_SIZE);

G_LOCK_DEFINE_STATIC (making);

/* Made when it is first needed; never anew over one that is there. */
static gboolean
load_key (TstCentral *central, guint8 *key, GError **error)
{
  g_autofree char *path = g_build_filename (tst_central_get_folder (central), "keys", "accounts.key", NULL);
  g_autoptr (GBytes) bytes = NULL;

  G_LOCK (making);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      randombytes_buf (key, crypto_secretbox_KEYBYTES);
      bytes = g_bytes_new (key, crypto_secretbox_KEYBYTES);
      if (!tst_fs_write_durable (path, bytes, 0600, error))
        g_clear_pointer (&bytes, g_bytes_unref);
    }
  else
    bytes = tst_fs_read (path, crypto_secretbox_KEYBYTES, error);
  G_UNLOCK (making);
  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) != crypto_secretbox_KEYBYTES)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                           "keys/accounts.key is not a key. Bring it back from a backup, or remove it and reset the accounts (\"user reset\").");
      return FALSE;
    }
  memcpy (key, g_bytes_get_data (bytes, NULL), crypto_secretbox_KEYBYTES);
  return TRUE;
}

gboolean
tst_account_secret_seal (TstCentral *central, const guint8 secret[TST_TOTP_SECRET_SIZE], guint8 sealed[TST_ACCOUNT_SECRET_SEALED_SIZE],
                         GError **error)
{
  guint8 key[crypto_secretbox_KEYBYTES];

  if (!load_key (central, key, error))
    return FALSE;
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, secret, TST_TOTP_SECRET_SIZE, sealed, key);
  sodium_memzero (key, sizeof key);
  return TRUE;
}

gboolean
tst_account_secret_open (TstCentral *central, GBytes *sealed, guint8 secret[TST_TOTP_SECRET_SIZE], GError **error)
{
  guint8 key[crypto_secretbox_KEYBYTES];
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  gboolean opened;

  memset (secret, 0, TST_TOTP_SECRET_SIZE);
  if (!load_key (central, key, error))
    return FALSE;
  opened = size == TST_ACCOUNT_SECRET_SEALED_SIZE &&
           crypto_secretbox_open_easy (secret, data + crypto_secretbox_NONCEBYTES, size - crypto_secretbox_NONCEBYTES, data, key) == 0;
  sodium_memzero (key, sizeof key);
  if (!opened)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE,
                         "The secret of this account was sealed with another key. Reset the account (\"user reset\").");
  return opened;
}

/* --- from before there was a key --- */

typedef struct
{
  char *id;
  GBytes *secret;
  guint8 sealed[TST_ACCOUNT_SECRET_SEALED_SIZE];
} Clear;

static void
clear_free (gpointer data)
{
  Clear *self = data;

  g_free (self->id);
  g_bytes_unref (self->secret);
  g_free (self);
}

static gboolean
list_clear (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) list = tst_store_prepare (store, "SELECT id, totp FROM account WHERE length (totp) = ?1", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  tst_statement_bind_int (list, 1, TST_TOTP_SECRET_SIZE);
  while (tst_statement_step (list, &row, error))
    {
      Clear *one;

      if (!row)
        return TRUE;
      one = g_new0 (Clear, 1);
      one->id = g_strdup (tst_statement_text (list, 0));
      one->secret = tst_statement_bytes (list, 1);
      g_ptr_array_add (data, one);
    }
  return FALSE;
}

static gboolean
put_sealed (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *all = data;
  g_autoptr (TstStatement) put = tst_store_prepare (store, "UPDATE account SET totp = ?2 WHERE id = ?1 AND totp = ?3", error);

  if (put == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      Clear *one = g_ptr_array_index (all, i);

      tst_statement_bind_text (put, 1, one->id);
      tst_statement_bind_blob (put, 2, one->sealed, sizeof one->sealed);
      tst_statement_bind_blob (put, 3, g_bytes_get_data (one->secret, NULL), g_bytes_get_size (one->secret));
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
      tst_statement_reset (put);
    }
  return TRUE;
}

gboolean
tst_account_secret_seal_all (TstCentral *central, GError **error)
{
  TstStore *store = tst_central_get_store (central);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (clear_free);

  if (!tst_store_read (store, list_clear, all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      Clear *one = g_ptr_array_index (all, i);

      if (!tst_account_secret_seal (central, g_bytes_get_data (one->secret, NULL), one->sealed, error))
        return FALSE;
    }
  return all->len == 0 || tst_store_write (store, put_sealed, all, error);
}
