/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-calendar.h"

#include "model/tst-code-lists.h"
#include "model/tst-model-data.h"

#include <stdlib.h>
#include <string.h>

gboolean
tst_date_parse (const char *text, GDate *date)
{
  static const char form[] = "dddd-dd-dd";
  int year, month, day;

  if (text == NULL || strlen (text) != sizeof form - 1)
    return FALSE;
  for (guint i = 0; i < sizeof form - 1; i++)
    if (form[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != form[i])
      return FALSE;
  year = atoi (text);
  month = atoi (text + 5);
  day = atoi (text + 8);
  if (!g_date_valid_dmy (day, month, year))
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, day, month, year);
  return TRUE;
}

char *
tst_date_format (const GDate *date)
{
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (date), g_date_get_month (date),
                          g_date_get_day (date));
}

void
tst_date_from_time (gint64 unix_seconds, const char *time_zone, GDate *date)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (time_zone != NULL ? time_zone : "America/Bogota");
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (unix_seconds);
  g_autoptr (GDateTime) local = NULL;

  /* A machine without zone data: Colombia has kept to −05 since 1993. */
  if (zone == NULL)
    zone = g_time_zone_new_offset (-5 * 3600);
  local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_date_clear (date, 1);
  if (local != NULL)
    g_date_set_dmy (date, g_date_time_get_day_of_month (local), g_date_time_get_month (local),
                    g_date_time_get_year (local));
}

/* Meeus, Astronomical Algorithms, chapter 8 (the anonymous Gregorian rule). */
void
tst_calendar_easter (int year, GDate *date)
{
  int a = year % 19, b = year / 100, c = year % 100;
  int d = b / 4, e = b % 4;
  int g = (8 * b + 13) / 25;
  int h = (19 * a + b - d - g + 15) % 30;
  int i = c / 4, k = c % 4;
  int l = (32 + 2 * e + 2 * i - h - k) % 7;
  int m = (a + 11 * h + 19 * l) / 433;
  int n = (h + l - 7 * m + 90) / 25;
  int p = (h + l - 7 * m + 33 * n + 19) % 32;

  g_date_clear (date, 1);
  g_date_set_dmy (date, p, n, year);
}

static int
compare_dates (const void *a, const void *b)
{
  return g_date_compare (a, b);
}

guint
tst_calendar_holidays (int year, GDate *dates)
{
  static const struct
  {
    int day, month;
    gboolean to_monday;
  } fixed[] = {
    { 1, 1, FALSE },  { 6, 1, TRUE },   { 19, 3, TRUE },   { 1, 5, FALSE },  { 29, 6, TRUE },
    { 20, 7, FALSE }, { 7, 8, FALSE },  { 15, 8, TRUE },   { 12, 10, TRUE }, { 1, 11, TRUE },
    { 11, 11, TRUE }, { 8, 12, FALSE }, { 25, 12, FALSE },
  };
  /* Holy Thursday and Good Friday, then Ascension, Corpus Christi and Sacred Heart on the Mondays the law moves them to. */
  static const int from_easter[] = { -3, -2, 43, 64, 71 };
  guint n = 0, kept = 0;
  GDate easter;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      g_date_clear (&dates[n], 1);
      g_date_set_dmy (&dates[n], fixed[i].day, fixed[i].month, year);
      if (fixed[i].to_monday)
        g_date_add_days (&dates[n], (8 - g_date_get_weekday (&dates[n])) % 7);
      n++;
    }
  tst_calendar_easter (year, &easter);
  for (guint i = 0; i < G_N_ELEMENTS (from_easter); i++)
    {
      dates[n] = easter;
      if (from_easter[i] < 0)
        g_date_subtract_days (&dates[n], -from_easter[i]);
      else
        g_date_add_days (&dates[n], from_easter[i]);
      n++;
    }
  g_assert (n == TST_CALENDAR_MAX_HOLIDAYS);
  qsort (dates, n, sizeof *dates, compare_dates);
  for (guint i = 0; i < n; i++)
    if (kept == 0 || g_date_compare (&dates[i], &dates[kept - 1]) != 0)
      dates[kept++] = dates[i];
  return kept;
}

gboolean
tst_calendar_is_holiday (const GDate *date)
{
  GDate dates[TST_CALENDAR_MAX_HOLIDAYS];
  guint n = tst_calendar_holidays (g_date_get_year (date), dates);

  for (guint i = 0; i < n; i++)
    if (g_date_compare (&dates[i], date) == 0)
      return TRUE;
  return FALSE;
}

gboolean
tst_calendar_is_working_day (const GDate *date)
{
  return g_date_get_weekday (date) < G_DATE_SATURDAY && !tst_calendar_is_holiday (date);
}

void
tst_calendar_add_working_days (const GDate *from, guint days, GDate *to)
{
  GDate date = *from;

  while (days > 0)
    {
      g_date_add_days (&date, 1);
      if (tst_calendar_is_working_day (&date))
        days--;
    }
  *to = date;
}

int
tst_calendar_count_working_days (const GDate *from, const GDate *to)
{
  gboolean late = g_date_compare (to, from) < 0;
  GDate date = late ? *to : *from;
  const GDate *end = late ? from : to;
  int days = 0;

  while (g_date_compare (&date, end) < 0)
    {
      g_date_add_days (&date, 1);
      days += tst_calendar_is_working_day (&date);
    }
  return late ? -days : days;
}

gboolean
tst_terms_days (const char *contribution_class, const GDate *received, guint *days)
{
  static JsonObject *data;
  static gsize once;
  JsonObject *classes;
  JsonArray *terms;
  const char *kind;

  if (g_once_init_enter (&once))
    {
      data = _tst_model_data ("terms.json");
      g_once_init_leave (&once, 1);
    }
  classes = json_object_get_object_member (data, "classes");
  if (contribution_class == NULL || !json_object_has_member (classes, contribution_class)
      || json_object_get_null_member (classes, contribution_class))
    return FALSE;
  kind = json_object_get_string_member (classes, contribution_class);
  terms = json_object_get_array_member (data, "terms");
  for (guint i = 0; i < json_array_get_length (terms); i++)
    {
      JsonObject *term = json_array_get_object_element (terms, i);
      GDate from, to;
      gboolean open_end = json_object_get_null_member (term, "to");

      g_assert (tst_date_parse (json_object_get_string_member (term, "from"), &from));
      g_assert (open_end || tst_date_parse (json_object_get_string_member (term, "to"), &to));
      if (g_date_compare (received, &from) >= 0 && (open_end || g_date_compare (received, &to) <= 0))
        {
          *days = json_object_get_int_member (term, kind);
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
tst_terms_due_on (const char *contribution_class, const GDate *received, GDate *due_on)
{
  guint days;

  if (!tst_terms_days (contribution_class, received, &days))
    return FALSE;
  tst_calendar_add_working_days (received, days, due_on);
  return TRUE;
}
