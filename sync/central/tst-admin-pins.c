/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-admin-pins.h"

#include "base/tst-error.h"
#include "base/tst-hash.h"
#include "record/tst-body.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#define MAX_PINS 4

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)

/* The public key of a PEM certificate, or a PEM public key; never a private one. */
static EVP_PKEY *
read_public_key (const char *pem)
{
  g_autoptr (BIO) text = BIO_new_mem_buf (pem, -1);
  g_autoptr (X509) certificate = PEM_read_bio_X509 (text, NULL, NULL, NULL);

  if (certificate != NULL)
    return X509_get_pubkey (certificate);
  BIO_reset (text);
  return PEM_read_bio_PUBKEY (text, NULL, NULL, NULL);
}

static char *
pin_of (const char *pem)
{
  g_autoptr (EVP_PKEY) key = read_public_key (pem);
  unsigned char *der = NULL;
  int size = key != NULL ? i2d_PUBKEY (key, &der) : -1;
  TstHash hash;

  if (size <= 0)
    return NULL;
  hash = tst_hash_data (der, size);
  OPENSSL_free (der);
  return tst_hash_to_base64 (&hash);
}

static gboolean
set_pins (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  JsonArray *files = tst_json_array (args, "files");
  guint n = files != NULL ? json_array_get_length (files) : 0;
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (JsonArray) pins = json_array_new ();

  if (n > MAX_PINS)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "At most %d keys: one in use, and spares", MAX_PINS);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *pin = pin_of (json_array_get_string_element (files, i));
      JsonObject *row;

      if (pin == NULL)
        {
          g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "File %u holds neither a PEM certificate nor a PEM public key. Nothing was changed.", i + 1);
          return FALSE;
        }
      json_array_add_string_element (pins, pin);
      row = json_object_new ();
      json_object_set_string_member (row, "pin", pin);
      tst_admin_call_row (call, row);
    }
  json_object_set_array_member (changes, "pins", g_steal_pointer (&pins));
  return tst_central_update_town (central, changes, error);
}

const TstAdminOperation tst_admin_pin_operations[] = {
  { "pins", set_pins },
  { NULL, NULL },
};
