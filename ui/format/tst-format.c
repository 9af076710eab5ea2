/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/tst-format.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NBSP "\302\240"

static const char *const months[] = { N_("enero"), N_("febrero"), N_("marzo"),      N_("abril"),   N_("mayo"),      N_("junio"),
                                      N_("julio"), N_("agosto"),  N_("septiembre"), N_("octubre"), N_("noviembre"), N_("diciembre") };

static const char *
month_name (GDateTime *when)
{
  return _(months[g_date_time_get_month (when) - 1]);
}

static gboolean
all_digits (const char *text, const char *shape)
{
  for (; *shape != '\0'; text++, shape++)
    if (*shape == '0' ? !g_ascii_isdigit (*text) : *text != *shape)
      return FALSE;
  return *text == '\0';
}

GDateTime *
tst_format_parse_time (const char *text, GTimeZone *zone)
{
  if (text == NULL || strlen (text) > 40)
    return NULL;
  if (all_digits (text, "0000-00-00"))
    return g_date_time_new (zone, atoi (text), atoi (text + 5), atoi (text + 8), 0, 0, 0);
  if (all_digits (text, "0000-00"))
    return g_date_time_new (zone, atoi (text), atoi (text + 5), 1, 0, 0, 0);
  if (!g_ascii_isdigit (text[0]) || strchr (text, 'T') == NULL)
    return NULL;
  g_autoptr (GDateTime) instant = g_date_time_new_from_iso8601 (text, NULL);
  return instant != NULL ? g_date_time_to_timezone (instant, zone) : NULL;
}

gboolean
tst_format_has_clock (const char *text)
{
  return text != NULL && strchr (text, 'T') != NULL;
}

char *
tst_format_date (GDateTime *when)
{
  /* day, month's name, year */
  return g_strdup_printf (_("%d de %s de %d"), g_date_time_get_day_of_month (when), month_name (when),
                          g_date_time_get_year (when));
}

char *
tst_format_short_date (GDateTime *when)
{
  return g_strdup_printf ("%d" NBSP "%.3s" NBSP "%d", g_date_time_get_day_of_month (when),
                          month_name (when), g_date_time_get_year (when));
}

char *
tst_format_month (GDateTime *when)
{
  return g_strdup_printf (_("%s de %d"), month_name (when), g_date_time_get_year (when));
}

char *
tst_format_clock (GDateTime *when)
{
  int hour = g_date_time_get_hour (when);
  return g_strdup_printf ("%d:%02d" NBSP "%c." NBSP "m.", hour % 12 == 0 ? 12 : hour % 12,
                          g_date_time_get_minute (when), hour < 12 ? 'a' : 'p');
}

char *
tst_format_iso (GDateTime *when, gboolean clock)
{
  return g_date_time_format (when, clock ? "%Y-%m-%dT%H:%M:%S%:z" : "%Y-%m-%d");
}

int
tst_format_days_between (GDateTime *when, GDateTime *now)
{
  GDate a, b;
  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, g_date_time_get_day_of_month (when), g_date_time_get_month (when), g_date_time_get_year (when));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (now), g_date_time_get_month (now), g_date_time_get_year (now));
  return g_date_days_between (&a, &b);
}

/* Whole days up to three months: that is the precision in which people count a silence; coarser after. */
static char *
span (int days)
{
  if (days <= 90)
    return g_strdup_printf (ngettext ("%d día", "%d días", days), days);
  if (days < 730)
    return g_strdup_printf (_("%d meses"), (int) (days / 30.44));
  return g_strdup_printf (_("%d años"), (int) (days / 365.25));
}

char *
tst_format_ago (GDateTime *when, GDateTime *now)
{
  int days = tst_format_days_between (when, now);
  g_autofree char *text = span (ABS (days));
  if (days == 0)
    return g_strdup (_("hoy"));
  if (days == 1)
    return g_strdup (_("ayer"));
  if (days == -1)
    return g_strdup (_("mañana"));
  return g_strdup_printf (days > 0 ? _("hace %s") : _("en %s"), text);
}

char *
tst_format_due (GDateTime *when, GDateTime *now)
{
  int days = tst_format_days_between (when, now);
  g_autofree char *text = span (ABS (days));
  if (days == 0)
    return g_strdup (_("vence hoy"));
  if (days < 0)
    return g_strdup_printf (days == -1 ? _("falta %s") : _("faltan %s"), text);
  return g_strdup_printf (_("venció hace %s"), text);
}

char *
tst_format_number (double value, int max_decimals)
{
  char digits[64];
  GString *out;
  char *point;
  gsize n;

  if (!isfinite (value) || fabs (value) > 1e17)
    return g_strdup ("—");
  g_snprintf (digits, sizeof digits, "%.*f", CLAMP (max_decimals, 0, 6), fabs (value));
  for (char *p = digits; *p != '\0'; p++)
    if (*p == ',')
      *p = '.';
  point = strchr (digits, '.');
  if (point != NULL)
    {
      char *end = point + strlen (point) - 1;
      while (end > point && *end == '0')
        *end-- = '\0';
      if (end == point)
        *point = '\0';
    }
  n = point != NULL ? (gsize) (point - digits) : strlen (digits);
  out = g_string_new (NULL);
  if (value < 0 && strcspn (digits, "123456789") < strlen (digits))
    g_string_append (out, "−");
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0)
        g_string_append_c (out, '.');
      g_string_append_c (out, digits[i]);
    }
  if (point != NULL && *point == '.')
    g_string_append_printf (out, ",%s", point + 1);
  return g_string_free (out, FALSE);
}

char *
tst_format_pesos (double value)
{
  g_autofree char *number = tst_format_number (value, 0);
  return g_strdup_printf ("$" NBSP "%s", number);
}

char *
tst_format_millions (double value)
{
  if (fabs (value) < 1e6)
    return tst_format_pesos (value);
  g_autofree char *number = tst_format_number (value / 1e6, fabs (value) < 1e7 ? 1 : 0);
  return g_strdup_printf ("$" NBSP "%s" NBSP "%s", number, g_str_equal (number, "1") ? _("millón") : _("millones"));
}

char *
tst_format_percent (double value)
{
  g_autofree char *number = tst_format_number (value, 1);
  return g_strdup_printf ("%s" NBSP "%%", number);
}

char *
tst_format_size (double bytes)
{
  static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
  guint unit = 0;
  while (bytes >= 999.5 && unit + 1 < G_N_ELEMENTS (units))
    {
      bytes /= 1000;
      unit++;
    }
  g_autofree char *number = tst_format_number (bytes, unit > 0 && bytes < 10 ? 1 : 0);
  return g_strdup_printf ("%s" NBSP "%s", number, unit == 0 && g_str_equal (number, "1") ? "byte" : units[unit]);
}

char *
tst_format_distance (double metres)
{
  g_autofree char *number = NULL;

  /* No finer than a phone's position is. */
  if (metres < 995)
    {
      number = tst_format_number (metres < 100 ? round (metres / 5) * 5 : round (metres / 10) * 10, 0);
      return g_strdup_printf ("%s" NBSP "m", number);
    }
  number = tst_format_number (metres / 1000, metres < 9950 ? 1 : 0);
  return g_strdup_printf ("%s" NBSP "km", number);
}

char *
tst_format_gap (double observed, double planned)
{
  double gap = round ((observed - planned) * 10) / 10;
  g_autofree char *number = tst_format_number (fabs (gap), 1);
  if (fabs (gap) < 0.5)
    return g_strdup (_("al día con lo programado"));
  if (g_str_equal (number, "1"))
    return g_strdup (gap < 0 ? _("1 punto por debajo de lo programado") : _("1 punto por encima de lo programado"));
  return g_strdup_printf (gap < 0 ? _("%s puntos por debajo de lo programado") : _("%s puntos por encima de lo programado"), number);
}

char *
tst_format_position (double lat, double lon)
{
  g_autofree char *a = tst_format_number (lat, 5);
  g_autofree char *o = tst_format_number (lon, 5);

  /* The comma is the decimals' already. */
  return g_strdup_printf ("%s; %s", a, o);
}
