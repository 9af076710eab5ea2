/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-totp.h"

#include <sodium.h>
#include <string.h>

#define SHA1_SIZE 20

void
tst_totp_code (const guint8 *secret, gsize size, guint64 step, guint digits, char *out)
{
  static const guint32 powers[] = { 1000000, 10000000, 100000000 };
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, secret, size);
  guint64 counter = GUINT64_TO_BE (step);
  guint8 mac[SHA1_SIZE];
  gsize length = sizeof mac;
  guint at = 0;
  guint32 value = 0;

  g_assert (digits >= 6 && digits <= 8);
  g_hmac_update (hmac, (const guint8 *) &counter, sizeof counter);
  g_hmac_get_digest (hmac, mac, &length);
  /* RFC 4226 § 5.3: the last four bits say which four bytes. */
  at = mac[SHA1_SIZE - 1] & 0xf;
  value = ((guint32) (mac[at] & 0x7f) << 24) | ((guint32) mac[at + 1] << 16) | ((guint32) mac[at + 2] << 8) | mac[at + 3];
  g_snprintf (out, 9, "%0*u", (int) digits, value % powers[digits - 6]);
  sodium_memzero (mac, sizeof mac);
}

gboolean
tst_totp_check (const guint8 *secret, gsize size, const char *code, gint64 now_s, gint64 last_step, gint64 *step)
{
  char typed[TST_TOTP_DIGITS + 1] = { 0 };
  gsize n = 0;
  gboolean found = FALSE;

  for (const char *p = code; *p; p++)
    {
      if (*p == ' ')
        continue;
      if (!g_ascii_isdigit (*p) || n == TST_TOTP_DIGITS)
        return FALSE;
      typed[n++] = *p;
    }
  if (n != TST_TOTP_DIGITS)
    return FALSE;
  for (gint64 at = now_s / TST_TOTP_STEP_S - 1; at <= now_s / TST_TOTP_STEP_S + 1; at++)
    {
      char right[9];

      if (at <= last_step || at < 0)
        continue;
      tst_totp_code (secret, size, (guint64) at, TST_TOTP_DIGITS, right);
      if (sodium_memcmp (right, typed, TST_TOTP_DIGITS) == 0 && !found)
        {
          *step = at;
          found = TRUE;
        }
    }
  return found;
}

char *
tst_totp_base32 (const guint8 *secret, gsize size)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  GString *text = g_string_new (NULL);
  guint32 bits = 0;
  guint n_bits = 0;

  for (gsize i = 0; i < size; i++)
    {
      bits = (bits << 8) | secret[i];
      for (n_bits += 8; n_bits >= 5; n_bits -= 5)
        g_string_append_c (text, alphabet[(bits >> (n_bits - 5)) & 31]);
    }
  if (n_bits > 0)
    g_string_append_c (text, alphabet[(bits << (5 - n_bits)) & 31]);
  return g_string_free (text, FALSE);
}

char *
tst_totp_uri (const guint8 *secret, gsize size, const char *issuer, const char *account)
{
  g_autofree char *base32 = tst_totp_base32 (secret, size);
  g_autofree char *from = g_uri_escape_string (issuer, NULL, FALSE);
  g_autofree char *to = g_uri_escape_string (account, NULL, FALSE);

  return g_strdup_printf ("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d", from, to, base32, from,
                          TST_TOTP_DIGITS, TST_TOTP_STEP_S);
}
