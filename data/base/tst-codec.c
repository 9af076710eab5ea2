/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

char *
tst_hex_encode (const void *data, gsize size)
{
  char *text = g_malloc (size * 2 + 1);

  sodium_bin2hex (text, size * 2 + 1, data, size);
  return text;
}

gboolean
tst_hex_decode (const char *text, void *data, gsize size)
{
  guint8 *out = data;

  if (strlen (text) != size * 2)
    return FALSE;
  for (gsize i = 0; i < size * 2; i++)
    {
      int digit = g_ascii_isupper (text[i]) ? -1 : g_ascii_xdigit_value (text[i]);

      if (digit < 0)
        return FALSE;
      if (i % 2 == 0)
        out[i / 2] = digit << 4;
      else
        out[i / 2] |= digit;
    }
  return TRUE;
}

/* libsodium's decoder takes some bytes from 0x80 up for "+" or "/" (1.0.18, where char is signed). */
static gboolean
decode_into (const char *text, gsize length, int variant, void *out, gsize room, gsize *size)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] >= 0x80)
      return FALSE;
  return sodium_base642bin (out, room, text, length, NULL, size, NULL, variant) == 0;
}

static GBytes *
decode_base64 (const char *text, int variant)
{
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree guint8 *data = NULL;
  gsize size = 0;

  if (text == NULL)
    return NULL;
  data = g_malloc (length + 1);
  if (!decode_into (text, length, variant, data, length + 1, &size))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

gboolean
tst_base64_decode_into (const char *text, gsize length, gboolean padded, void *out, gsize room, gsize *size)
{
  return decode_into (text, length,
                      padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING, out, room,
                      size);
}

GBytes *
tst_base64_decode (const char *text)
{
  return decode_base64 (text, sodium_base64_VARIANT_ORIGINAL);
}

GBytes *
tst_base64url_decode (const char *text)
{
  return decode_base64 (text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *
tst_base64url_encode (const void *data, gsize size)
{
  gsize length = sodium_base64_encoded_len (size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = g_malloc (length);

  sodium_bin2base64 (text, length, data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

char *
tst_time_format (gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_seconds);

  g_return_val_if_fail (time != NULL, NULL);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

gboolean
tst_time_parse (const char *text, gint64 *unix_seconds)
{
  g_autoptr (GDateTime) time = NULL;
  static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
  int year, month, day, hour, minute, second;

  if (text == NULL || strlen (text) != sizeof pattern - 1)
    return FALSE;
  for (gsize i = 0; i < sizeof pattern - 1; i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != pattern[i])
      return FALSE;
  if (sscanf (text, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute, &second) != 6)
    return FALSE;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (time == NULL)
    return FALSE;
  *unix_seconds = g_date_time_to_unix (time);
  return TRUE;
}

char *
tst_uuid_new (void)
{
  guint8 b[16];

  randombytes_buf (b, sizeof b);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
                          b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

gboolean
tst_uuid_is_valid (const char *text)
{
  if (text == NULL || strlen (text) != 36)
    return FALSE;
  for (int i = 0; i < 36; i++)
    {
      gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (dash ? text[i] != '-' : !(g_ascii_isdigit (text[i]) || (text[i] >= 'a' && text[i] <= 'f')))
        return FALSE;
    }
  return TRUE;
}
