/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-provisional-number.h"

#include "record/tst-sodium.h"

#include <sodium.h>
#include <string.h>

#define N_RANDOM 12 /* symbols of 5 bits */
#define N_SYMBOLS (4 + N_RANDOM + 1)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Times x in GF(32) = GF(2)[x] / (x⁵ + x² + 1), in which x generates all 31 non-zero elements. */
static guint8
times_x (guint8 value)
{
  value <<= 1;
  return (value & 0x20) != 0 ? value ^ 0x25 : value;
}

/* Σ s_i · x^(n−i) over all symbols but the last: since the weights of the 17 places (with 1 for the check symbol itself) all differ, one
 * wrong symbol or two swapped ones never give the same sum. */
static guint8
check_symbol (const guint8 *symbols)
{
  guint8 sum = 0;

  for (guint i = 0; i < N_SYMBOLS - 1; i++)
    sum = times_x (sum ^ symbols[i]);
  return sum;
}

static char *
write_symbols (const guint8 *symbols)
{
  GString *out = g_string_sized_new (TST_PROVISIONAL_NUMBER_LENGTH);

  for (guint i = 0; i < N_SYMBOLS; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (out, '-');
      g_string_append_c (out, alphabet[symbols[i]]);
    }
  return g_string_free (out, FALSE);
}

char *
tst_provisional_number_new (int year)
{
  guint8 symbols[N_SYMBOLS];

  g_assert (year >= 1000 && year <= 9999);

  tst_sodium_init ();
  for (int i = 3; i >= 0; i--, year /= 10)
    symbols[i] = year % 10;
  randombytes_buf (symbols + 4, N_RANDOM);
  for (guint i = 4; i < 4 + N_RANDOM; i++)
    symbols[i] &= 31;
  symbols[N_SYMBOLS - 1] = check_symbol (symbols);
  return write_symbols (symbols);
}

char *
tst_provisional_number_parse (const char *text)
{
  guint8 symbols[N_SYMBOLS];
  guint n = 0;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return NULL;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      const char *found;

      if (g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)
        continue;
      if (c >= 0x80 || n == N_SYMBOLS)
        return NULL;
      c = g_ascii_toupper ((char)c);
      if (c == 'O')
        c = '0';
      else if (c == 'I' || c == 'L')
        c = '1';
      found = strchr (alphabet, (char)c);
      if (found == NULL)
        return NULL;
      symbols[n++] = found - alphabet;
    }
  if (n != N_SYMBOLS || symbols[0] == 0 || check_symbol (symbols) != symbols[N_SYMBOLS - 1])
    return NULL;
  for (guint i = 0; i < 4; i++)
    if (symbols[i] > 9)
      return NULL;
  return write_symbols (symbols);
}
