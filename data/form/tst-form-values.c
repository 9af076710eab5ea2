/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-values.h"

#include <math.h>
#include <string.h>

#define DAYS_TO_1970 719163 /* g_date_get_julian() of 1970-01-01 */

/* Exactly @n digits at @text. */
static gboolean
digits (const char *text, guint n, int *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (text[i] - '0');
    }
  return TRUE;
}

static gboolean
read_day (const char *text, double *day)
{
  int y, m, d;
  GDate date;

  if (!digits (text, 4, &y) || text[4] != '-' || !digits (text + 5, 2, &m) || text[7] != '-' || !digits (text + 8, 2, &d)
      || !g_date_valid_dmy (d, m, y))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, d, m, y);
  *day = (double) g_date_get_julian (&date) - DAYS_TO_1970;
  return TRUE;
}

/* "10:30", "10:30:05", "10:30:05.123", then nothing, "Z" or an offset. *@part is of a day, in UTC where there is an offset. */
static gboolean
read_clock (const char *text, double *part)
{
  int h, m, s = 0, oh, om;
  double fraction = 0, offset = 0;

  if (!digits (text, 2, &h) || text[2] != ':' || !digits (text + 3, 2, &m) || h > 23 || m > 59)
    return FALSE;
  text += 5;
  if (*text == ':')
    {
      if (!digits (text + 1, 2, &s) || s > 59)
        return FALSE;
      text += 3;
      if (*text == '.')
        {
          double scale = 0.1;

          for (text++; g_ascii_isdigit (*text); text++, scale /= 10)
            fraction += (*text - '0') * scale;
        }
    }
  if (*text == 'Z')
    text++;
  else if (*text == '+' || *text == '-')
    {
      int sign = *text == '-' ? -1 : 1;

      if (!digits (text + 1, 2, &oh) || (text[3] != ':' && text[3] != '\0'))
        return FALSE;
      om = 0;
      if (text[3] == ':' && !digits (text + 4, 2, &om))
        return FALSE;
      text += text[3] == ':' ? 6 : 3;
      offset = sign * (oh * 3600 + om * 60);
    }
  *part = (h * 3600 + m * 60 + s + fraction - offset) / 86400;
  return *text == '\0';
}

double
tst_form_text_to_number (const char *text)
{
  double day, part, number;
  char *end;

  while (g_ascii_isspace (*text))
    text++;
  if (*text == '\0')
    return NAN;
  if (strlen (text) >= 10 && read_day (text, &day))
    {
      if (text[10] == '\0')
        return day;
      return text[10] == 'T' && read_clock (text + 11, &part) ? day + part : NAN;
    }
  if (strlen (text) >= 5 && text[2] == ':' && read_clock (text, &part))
    return part;
  /* XPath knows neither "inf" nor hexadecimal digits. */
  if (!g_ascii_isdigit (*text) && strchr ("+-.", *text) == NULL)
    return NAN;
  number = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;
  return *end == '\0' && end != text && strpbrk (text, "xXpPnN") == NULL ? number : NAN;
}

char *
tst_form_number_to_text (double number)
{
  char buffer[64];

  if (isnan (number))
    return g_strdup ("");
  if (isinf (number))
    return g_strdup (number > 0 ? "Infinity" : "-Infinity");
  if (number == trunc (number) && fabs (number) < 1e15)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number);
  /* 15 digits hold what a person wrote, and 0.1 + 0.2 is 0.3. */
  g_ascii_formatd (buffer, sizeof buffer, fabs (number) < 1e-4 || fabs (number) >= 1e15 ? "%.12f" : "%.15g", number);
  if (strchr (buffer, '.') != NULL && strchr (buffer, 'e') == NULL)
    {
      char *end = buffer + strlen (buffer) - 1;

      while (*end == '0')
        *end-- = '\0';
      if (*end == '.')
        *end = '\0';
    }
  return g_strdup (buffer);
}

gboolean
tst_form_is_integer (const char *text)
{
  gsize n;

  if (*text == '-' || *text == '+')
    text++;
  n = strspn (text, "0123456789");
  return n > 0 && n <= 18 && text[n] == '\0';
}

gboolean
tst_form_is_decimal (const char *text)
{
  return strspn (text, "0123456789+-.eE") == strlen (text) && !isnan (tst_form_text_to_number (text));
}

gboolean
tst_form_is_date (const char *text)
{
  double day;

  return strlen (text) == 10 && read_day (text, &day);
}

gboolean
tst_form_is_time (const char *text)
{
  double part;

  return read_clock (text, &part);
}

gboolean
tst_form_is_geopoint (const char *text)
{
  g_auto (GStrv) parts = tst_form_split (text);
  guint n = g_strv_length (parts);

  if (n != 2 && n != 4)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!tst_form_is_decimal (parts[i]))
      return FALSE;
  return fabs (tst_form_text_to_number (parts[0])) <= 90 && fabs (tst_form_text_to_number (parts[1])) <= 180;
}

char **
tst_form_split (const char *text)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **words;

  while (*text != '\0')
    {
      gsize n = strcspn (text, " \t\r\n");
      g_autofree char *word = g_strndup (text, n);

      if (n > 0)
        g_strv_builder_add (builder, word);
      text += n;
      text += strspn (text, " \t\r\n");
    }
  words = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return words;
}

char *
tst_form_day_to_text (gint64 day)
{
  GDate date;

  if (day + DAYS_TO_1970 < 1 || day + DAYS_TO_1970 > 3652059)
    return NULL;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) (day + DAYS_TO_1970));
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date));
}
