/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/tst-bech32.h"

#include <string.h>

#define CHECKSUM_LENGTH 6

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static guint32
step (guint32 checksum, guint8 value)
{
  static const guint32 generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
  guint8 top = checksum >> 25;

  checksum = (checksum & 0x1ffffff) << 5 ^ value;
  for (int i = 0; i < 5; i++)
    if (top >> i & 1)
      checksum ^= generator[i];
  return checksum;
}

static guint32
start (const char *hrp)
{
  guint32 checksum = 1;

  for (const char *c = hrp; *c != '\0'; c++)
    checksum = step (checksum, (guint8) g_ascii_tolower (*c) >> 5);
  checksum = step (checksum, 0);
  for (const char *c = hrp; *c != '\0'; c++)
    checksum = step (checksum, (guint8) g_ascii_tolower (*c) & 31);
  return checksum;
}

static gboolean
is_upper (const char *hrp)
{
  return g_ascii_isupper (hrp[0]);
}

static gsize
groups_of (gsize size)
{
  return (size * 8 + 4) / 5;
}

char *
tst_bech32_encode (const char *hrp, const guint8 *data, gsize size)
{
  gsize head = strlen (hrp) + 1;
  gsize groups = groups_of (size);
  char *text = g_malloc (head + groups + CHECKSUM_LENGTH + 1);
  guint32 checksum = start (hrp);
  guint32 bits = 0;
  guint have = 0;
  gsize at = 0;

  memcpy (text, hrp, head - 1);
  text[head - 1] = '1';
  for (gsize i = 0; i < groups; i++)
    {
      guint8 value;

      if (have < 5)
        {
          bits = bits << 8 | (at < size ? data[at] : 0);
          at++;
          have += 8;
        }
      have -= 5;
      value = bits >> have & 31;
      checksum = step (checksum, value);
      text[head + i] = alphabet[value];
    }
  for (int i = 0; i < CHECKSUM_LENGTH; i++)
    checksum = step (checksum, 0);
  checksum ^= 1;
  for (int i = 0; i < CHECKSUM_LENGTH; i++)
    text[head + groups + i] = alphabet[checksum >> (5 * (5 - i)) & 31];
  text[head + groups + CHECKSUM_LENGTH] = '\0';
  if (is_upper (hrp))
    for (char *c = text; *c != '\0'; c++)
      *c = g_ascii_toupper (*c);
  return text;
}

gboolean
tst_bech32_decode (const char *text, const char *hrp, guint8 *data, gsize size)
{
  gsize head = strlen (hrp);
  gsize groups = groups_of (size);
  guint32 checksum = start (hrp);
  guint32 bits = 0;
  guint have = 0;
  gsize at = 0;

  if (text == NULL || strlen (text) != head + 1 + groups + CHECKSUM_LENGTH || memcmp (text, hrp, head) != 0
      || text[head] != '1')
    return FALSE;
  for (gsize i = 0; i < groups + CHECKSUM_LENGTH; i++)
    {
      char c = text[head + 1 + i];
      const char *found;
      guint8 value;

      if (is_upper (hrp) ? g_ascii_islower (c) : g_ascii_isupper (c))
        return FALSE;
      found = strchr (alphabet, g_ascii_tolower (c));
      if (found == NULL)
        return FALSE;
      value = found - alphabet;
      checksum = step (checksum, value);
      if (i >= groups)
        continue;
      bits = bits << 5 | value;
      have += 5;
      if (have >= 8)
        {
          have -= 8;
          data[at++] = bits >> have & 0xff;
        }
    }
  /* The bits left over must be zero, or one value would have several spellings. */
  return checksum == 1 && at == size && (bits & ((1u << have) - 1)) == 0;
}
