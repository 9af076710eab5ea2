/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-works-import.h"

#include <math.h>
#include <string.h>

/* Numbers and dates as spreadsheets in Colombia write them. */

/* Digits in groups of three parted by @separator from @text on, until @end. */
static gboolean
is_grouped (const char *text, const char *end, char separator)
{
  const char *at = text;

  while (at < end && g_ascii_isdigit (*at))
    at++;
  if (at == text || at - text > 3)
    return FALSE;
  while (at < end)
    {
      if (*at != separator || end - at < 4 || !g_ascii_isdigit (at[1]) || !g_ascii_isdigit (at[2])
          || !g_ascii_isdigit (at[3]))
        return FALSE;
      at += 4;
    }
  return TRUE;
}

static guint
count_char (const char *text, char c)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == c;
  return n;
}

/* Takes spaces, currency and percent signs away. FALSE if it gets too long for a number. */
static gboolean
bare_number (const char *text, char *out, gsize size, gboolean *percent)
{
  gsize n = 0;

  *percent = FALSE;
  if (g_ascii_strncasecmp (text, "COP", 3) == 0)
    text += 3;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = (guchar)*text < 0x80 ? (gunichar)*text : g_utf8_get_char (text);

      if (c == '$' && n == 0)
        continue;
      /* Thousands parted by thin or hard spaces. */
      if (c == ' ' || c == '\t' || c == 0xa0 || c == 0x202f || c == 0x2009)
        continue;
      /* Millions as pesos are written by hand, 2'000.000: one more of the separators that follow. */
      if (c == '\'' || c == 0x2019 || c == 0xb4)
        {
          const char *next = strpbrk (text, ".,");

          if (next == NULL)
            continue;
          c = *next;
        }
      if (c == '%' && n > 0 && !*percent)
        {
          *percent = TRUE;
          continue;
        }
      if (c == 0x2212)
        c = '-';
      if (c >= 0x80 || *percent || n + 1 >= size)
        return FALSE;
      out[n++] = (char)c;
    }
  out[n] = '\0';
  return n > 0;
}

gboolean
tst_number_parse (const char *text, gboolean money, double *value)
{
  char bare[64];
  char plain[64];
  char *number = bare;
  char *end;
  const char *decimal = NULL; /* where the decimal separator stands */
  guint dots, commas;
  gboolean percent;
  gsize n = 0;

  if (text == NULL || !bare_number (text, bare, sizeof bare, &percent))
    return FALSE;
  if (*number == '-' || *number == '+')
    number++;
  /* Letters would let "inf", "nan" and "0x10" in; an exponent is what Excel makes of long numbers, and lossy. */
  for (const char *p = number; *p != '\0'; p++)
    if (!g_ascii_isdigit (*p) && *p != '.' && *p != ',' && !(g_ascii_tolower (*p) == 'e' && p > number)
        && !((*p == '-' || *p == '+') && p > number && g_ascii_tolower (p[-1]) == 'e'))
      return FALSE;

  dots = count_char (number, '.');
  commas = count_char (number, ',');
  if (dots > 0 && commas > 0)
    {
      decimal = MAX (strrchr (number, '.'), strrchr (number, ','));
      if (!is_grouped (number, decimal, *decimal == '.' ? ',' : '.'))
        return FALSE;
    }
  else if (dots + commas > 1)
    {
      if (!is_grouped (number, number + strlen (number), dots > 0 ? '.' : ','))
        return FALSE;
    }
  else if (dots + commas == 1)
    {
      const char *lone = dots == 1 ? strchr (number, '.') : strchr (number, ',');

      if (!(money && *number != '0' && is_grouped (number, number + strlen (number), *lone)))
        decimal = lone;
    }
  if (bare[0] == '-')
    plain[n++] = '-';
  for (const char *p = number; *p != '\0'; p++)
    if (p == decimal)
      plain[n++] = '.';
    else if (*p != '.' && *p != ',')
      plain[n++] = *p;
  plain[n] = '\0';
  if (!g_ascii_isdigit (plain[n - 1]))
    return FALSE;
  *value = g_ascii_strtod (plain, &end);
  return *end == '\0' && end != plain && isfinite (*value);
}

static gboolean
read_digits (const char **at, guint min, guint max, int *value)
{
  guint n = 0;

  *value = 0;
  while (n < max && g_ascii_isdigit (**at))
    {
      *value = *value * 10 + (*(*at)++ - '0');
      n++;
    }
  return n >= min;
}

gboolean
tst_date_text_parse (const char *text, TstDateOrder order, char *iso)
{
  const char *at = text;
  int first, second, third, year, month, day;
  char separator;

  if (text == NULL || !read_digits (&at, 1, 4, &first))
    return FALSE;
  separator = *at;
  if ((separator != '-' && separator != '/' && separator != '.') || at - text == 3)
    return FALSE;
  if (at - text == 4)
    {
      at++;
      year = first;
      if (!read_digits (&at, 1, 2, &month) || *at++ != separator || !read_digits (&at, 1, 2, &day))
        return FALSE;
    }
  else
    {
      at++;
      if (!read_digits (&at, 1, 2, &second) || *at++ != separator || !read_digits (&at, 4, 4, &third))
        return FALSE;
      year = third;
      month = order == TST_DAY_FIRST ? second : first;
      day = order == TST_DAY_FIRST ? first : second;
    }
  /* What follows may only be a time. */
  if (*at != '\0')
    {
      if (*at != 'T' && *at != ' ')
        return FALSE;
      for (at++; *at != '\0'; at++)
        if (!g_ascii_isdigit (*at) && strchr (":.+- ZzAaPpMm", *at) == NULL)
          return FALSE;
    }
  if (year < 1900 || year > 2200 || !g_date_valid_dmy (day, month, year))
    return FALSE;
  g_snprintf (iso, 11, "%04d-%02d-%02d", year, month, day);
  return TRUE;
}
