/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-calendar-file.h"

#include <string.h>

#define LINE_BYTES 75
#define TWO_HOURS (2 * 60 * 60)

/* "NAME:value", folded; the value is written as it is. */
static void
put_line (GString *to, const char *name, const char *value)
{
  g_autofree char *line = g_strconcat (name, ":", value, NULL);
  gsize room = LINE_BYTES;

  for (const char *at = line; *at;)
    {
      gsize left = strlen (at);
      gsize n = MIN (left, room);

      while (n < left && n > 1 && ((guchar) at[n] & 0xc0) == 0x80)
        n--;
      g_string_append_len (to, at, (gssize) n);
      g_string_append (to, "\r\n");
      at += n;
      if (*at)
        g_string_append_c (to, ' ');
      room = LINE_BYTES - 1;
    }
}

static void
put_text (GString *to, const char *name, const char *value)
{
  g_autoptr (GString) escaped = g_string_new (NULL);
  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  if (!valid || !*valid)
    return;
  for (const char *p = valid; *p; p++)
    if (*p == '\n')
      g_string_append (escaped, "\\n");
    else if (*p == '\\' || *p == ';' || *p == ',')
      g_string_append_printf (escaped, "\\%c", *p);
    else if ((guchar) *p >= 0x20 && *p != 0x7f)
      g_string_append_c (escaped, *p);
  put_line (to, name, escaped->str);
}

static void
put_time (GString *to, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = utc ? g_date_time_format (utc, "%Y%m%dT%H%M%SZ") : NULL;

  if (text)
    put_line (to, name, text);
}

void
tst_calendar_file_begin (GString *to, const char *origin, const char *name)
{
  g_autofree char *product = g_strdup_printf ("-//Testigo//%s//ES", origin);

  put_line (to, "BEGIN", "VCALENDAR");
  put_line (to, "VERSION", "2.0");
  put_text (to, "PRODID", product);
  put_line (to, "CALSCALE", "GREGORIAN");
  put_text (to, "X-WR-CALNAME", name);
}

void
tst_calendar_file_entry (GString *to, const TstCalendarEntry *entry)
{
  put_line (to, "BEGIN", "VEVENT");
  put_text (to, "UID", entry->id);
  /* A stamp of its own would change the file at every request. */
  put_time (to, "DTSTAMP", entry->starts_s);
  put_time (to, "DTSTART", entry->starts_s);
  put_time (to, "DTEND", entry->ends_s > entry->starts_s ? entry->ends_s : entry->starts_s + TWO_HOURS);
  put_text (to, "SUMMARY", entry->title);
  put_text (to, "CATEGORIES", entry->category);
  put_text (to, "DESCRIPTION", entry->text);
  if (entry->url)
    put_line (to, "URL", entry->url);
  put_line (to, "END", "VEVENT");
}

void
tst_calendar_file_end (GString *to)
{
  put_line (to, "END", "VCALENDAR");
}
