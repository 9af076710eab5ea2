/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-form-functions-private.h"

#include "base/tst-codec.h"

#include <math.h>
#include <string.h>

/* ODK's functions about texts, choices and dates. Lengths and places count characters, never bytes. */

#define MAX_PATTERN 4096

/* --- texts --- */

static void
fn_string (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_text (ctxt, text);
}

static void
fn_string_length (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = NULL;

  if (n == 0)
    {
      xmlChar *own = xmlNodeGetContent (_tst_form_view_of (ctxt)->current);

      text = g_strdup ((const char *) own);
      xmlFree (own);
    }
  else
    text = _tst_form_pop_text (ctxt);
  _tst_form_push_number (ctxt, text != NULL ? g_utf8_strlen (text, -1) : 0);
}

static void
push_part (xmlXPathParserContextPtr ctxt, const char *text, double from, double to)
{
  glong length = g_utf8_strlen (text, -1);
  glong start = isnan (from) ? length : (glong) CLAMP (from, 0, length);
  glong end = isnan (to) ? 0 : (glong) CLAMP (to, 0, length);
  g_autofree char *part = start < end ? g_utf8_substring (text, start, end) : g_strdup ("");

  _tst_form_push_text (ctxt, part);
}

/* substr(text, from[, to]) counts from 0; negative numbers from the end; @to itself is left out. */
static void
fn_substr (xmlXPathParserContextPtr ctxt, int n)
{
  double to = n == 3 ? _tst_form_pop_number (ctxt) : INFINITY;
  double from = _tst_form_pop_number (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);
  glong length = g_utf8_strlen (text, -1);

  push_part (ctxt, text, from < 0 ? MAX (length + from, 0) : from, to < 0 ? length + to : to);
}

/* XPath's: counts from 1, and the third is how many. */
static void
fn_substring (xmlXPathParserContextPtr ctxt, int n)
{
  double count = n == 3 ? round (_tst_form_pop_number (ctxt)) : INFINITY;
  double from = round (_tst_form_pop_number (ctxt));
  g_autofree char *text = _tst_form_pop_text (ctxt);

  push_part (ctxt, text, from - 1, from - 1 + count);
}

static void
part_beside (xmlXPathParserContextPtr ctxt, gboolean after)
{
  g_autofree char *mark = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);
  char *at = strstr (text, mark);

  if (at == NULL)
    {
      _tst_form_push_text (ctxt, "");
      return;
    }
  if (!after)
    *at = '\0';
  _tst_form_push_text (ctxt, after ? at + strlen (mark) : text);
}

static void
fn_substring_before (xmlXPathParserContextPtr ctxt, int n)
{
  part_beside (ctxt, FALSE);
}

static void
fn_substring_after (xmlXPathParserContextPtr ctxt, int n)
{
  part_beside (ctxt, TRUE);
}

static void
fn_contains (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *part = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_boolean (ctxt, strstr (text, part) != NULL);
}

static void
fn_starts_with (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *part = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_boolean (ctxt, g_str_has_prefix (text, part));
}

static void
fn_ends_with (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *part = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_boolean (ctxt, g_str_has_suffix (text, part));
}

static void
push_joined (xmlXPathParserContextPtr ctxt, GPtrArray *texts, const char *between)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (texts, NULL);
  joined = g_strjoinv (between, (char **) texts->pdata);
  _tst_form_push_text (ctxt, joined);
}

static void
fn_concat (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  g_autoptr (GPtrArray) texts = _tst_form_texts (values, 0, values->len);

  push_joined (ctxt, texts, "");
}

static void
fn_join (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GPtrArray) values = _tst_form_pop_all (ctxt, n);
  g_autoptr (GPtrArray) texts = _tst_form_texts (values, 1, values->len);
  g_autofree char *between = _tst_form_object_text (values->pdata[0]);

  push_joined (ctxt, texts, between);
}

static void
fn_normalize_space (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);
  g_auto (GStrv) words = tst_form_split (text);
  g_autofree char *joined = g_strjoinv (" ", words);

  _tst_form_push_text (ctxt, joined);
}

static void
fn_translate (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *to = _tst_form_pop_text (ctxt);
  g_autofree char *from = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);
  g_autoptr (GString) out = g_string_new (NULL);
  glong n_to = g_utf8_strlen (to, -1);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      const char *found = g_utf8_strchr (from, -1, c);
      glong place = found != NULL ? g_utf8_pointer_to_offset (from, found) : -1;

      if (place < 0)
        g_string_append_unichar (out, c);
      else if (place < n_to)
        g_string_append_unichar (out, g_utf8_get_char (g_utf8_offset_to_pointer (to, place)));
    }
  _tst_form_push_text (ctxt, out->str);
}

/* The whole text must match, as in Java, which the forms were written for. */
static void
fn_regex (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *pattern = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);
  g_autofree char *whole = g_strdup_printf ("\\A(?:%s)\\z", pattern);
  g_autoptr (GRegex) regex = strlen (pattern) <= MAX_PATTERN ? g_regex_new (whole, 0, 0, NULL) : NULL;

  _tst_form_push_boolean (ctxt, regex != NULL && g_regex_match (regex, text, 0, NULL));
}

static void
fn_uuid (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *uuid = tst_uuid_new ();

  _tst_form_push_text (ctxt, uuid);
}

/* --- choices --- */

static void
fn_selected (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *choice = _tst_form_pop_text (ctxt);
  g_autofree char *answer = _tst_form_pop_text (ctxt);
  g_auto (GStrv) chosen = tst_form_split (answer);

  g_strstrip (choice);
  _tst_form_push_boolean (ctxt, g_strv_contains ((const char *const *) chosen, choice));
}

static void
fn_selected_at (xmlXPathParserContextPtr ctxt, int n)
{
  double place = _tst_form_pop_number (ctxt);
  g_autofree char *answer = _tst_form_pop_text (ctxt);
  g_auto (GStrv) chosen = tst_form_split (answer);

  _tst_form_push_text (ctxt, place >= 0 && place < g_strv_length (chosen) ? chosen[(guint) place] : "");
}

static void
fn_count_selected (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *answer = _tst_form_pop_text (ctxt);
  g_auto (GStrv) chosen = tst_form_split (answer);

  _tst_form_push_number (ctxt, g_strv_length (chosen));
}

/* --- dates --- */

static GDateTime *
now_of (TstFormView *view)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (view->now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) exact = g_date_time_add (utc, view->now_us % G_USEC_PER_SEC);

  return g_date_time_to_timezone (exact, view->zone);
}

static void
fn_today (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GDateTime) now = now_of (_tst_form_view_of (ctxt));
  g_autofree char *text = g_date_time_format (now, "%Y-%m-%d");

  _tst_form_push_text (ctxt, text);
}

static void
fn_now (xmlXPathParserContextPtr ctxt, int n)
{
  g_autoptr (GDateTime) now = now_of (_tst_form_view_of (ctxt));
  g_autofree char *clock = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *offset = g_date_time_format (now, "%:z");
  g_autofree char *text = g_strdup_printf ("%s.%03d%s", clock, g_date_time_get_microsecond (now) / 1000, offset);

  _tst_form_push_text (ctxt, text);
}

/* A date, a date with its time, or days since 1970, as a date. NULL: none of them. */
static char *
day_text (const char *text)
{
  double number;

  if (strlen (text) > 10 && text[10] == 'T' && !isnan (tst_form_text_to_number (text)))
    return g_strndup (text, 10);
  number = tst_form_text_to_number (text);
  return isnan (number) || fabs (number) > 4e6 ? NULL : tst_form_day_to_text ((gint64) floor (number));
}

static void
fn_date (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);
  g_autofree char *day = day_text (text);

  _tst_form_push_text (ctxt, day);
}

static void
fn_date_time (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);

  if (strlen (text) > 10 && text[10] == 'T' && !isnan (tst_form_text_to_number (text)))
    _tst_form_push_text (ctxt, text);
  else
    {
      g_autofree char *day = day_text (text);
      g_autofree char *midnight = day != NULL ? g_strconcat (day, "T00:00:00.000", NULL) : NULL;

      _tst_form_push_text (ctxt, midnight);
    }
}

/* %Y %y %m %n %b %d %e %H %h %M %S %3 %a of the specification; anything else as it stands. */
static void
fn_format_date (xmlXPathParserContextPtr ctxt, int n)
{
  static const char *const months_es[] = { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic" };
  static const char *const months_en[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  static const char *const days_es[] = { "lun", "mar", "mié", "jue", "vie", "sáb", "dom" };
  static const char *const days_en[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  TstFormView *view = _tst_form_view_of (ctxt);
  g_autofree char *pattern = _tst_form_pop_text (ctxt);
  g_autofree char *text = _tst_form_pop_text (ctxt);
  g_autofree char *day = day_text (text);
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean spanish = g_str_has_prefix (view->form->languages->pdata[view->language], "es")
                     || strstr (view->form->languages->pdata[view->language], "(es)") != NULL;
  int y, m, d, hour = 0, minute = 0, second = 0, milli = 0;
  GDate date;

  if (day == NULL || sscanf (day, "%d-%d-%d", &y, &m, &d) != 3)
    {
      _tst_form_push_text (ctxt, "");
      return;
    }
  if (strlen (text) > 10 && text[10] == 'T')
    sscanf (text + 11, "%2d:%2d:%2d.%3d", &hour, &minute, &second, &milli);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, d, m, y);
  for (const char *p = pattern; *p != '\0'; p++)
    {
      if (*p != '%' || p[1] == '\0')
        {
          g_string_append_c (out, *p);
          continue;
        }
      p++;
      switch (*p)
        {
        case 'Y': g_string_append_printf (out, "%04d", y); break;
        case 'y': g_string_append_printf (out, "%02d", y % 100); break;
        case 'm': g_string_append_printf (out, "%02d", m); break;
        case 'n': g_string_append_printf (out, "%d", m); break;
        case 'b': g_string_append (out, spanish ? months_es[m - 1] : months_en[m - 1]); break;
        case 'd': g_string_append_printf (out, "%02d", d); break;
        case 'e': g_string_append_printf (out, "%d", d); break;
        case 'H': g_string_append_printf (out, "%02d", hour); break;
        case 'h': g_string_append_printf (out, "%d", hour); break;
        case 'M': g_string_append_printf (out, "%02d", minute); break;
        case 'S': g_string_append_printf (out, "%02d", second); break;
        case '3': g_string_append_printf (out, "%03d", milli); break;
        case 'a': g_string_append (out, (spanish ? days_es : days_en)[g_date_get_weekday (&date) - 1]); break;
        case '%': g_string_append_c (out, '%'); break;
        default: g_string_append_printf (out, "%%%c", *p); break;
        }
    }
  _tst_form_push_text (ctxt, out->str);
}

static void
fn_decimal_date_time (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);

  _tst_form_push_number (ctxt, tst_form_text_to_number (text));
}

/* The part of the day that has gone by. */
static void
fn_decimal_time (xmlXPathParserContextPtr ctxt, int n)
{
  g_autofree char *text = _tst_form_pop_text (ctxt);
  double number = tst_form_text_to_number (text);

  _tst_form_push_number (ctxt, number - floor (number));
}

const TstFormFunctionEntry _tst_form_text_functions[] = {
  { { "string", 1, 1 }, fn_string },
  { { "string-length", 0, 1 }, fn_string_length },
  { { "substr", 2, 3 }, fn_substr },
  { { "substring", 2, 3 }, fn_substring },
  { { "substring-before", 2, 2 }, fn_substring_before },
  { { "substring-after", 2, 2 }, fn_substring_after },
  { { "contains", 2, 2 }, fn_contains },
  { { "starts-with", 2, 2 }, fn_starts_with },
  { { "ends-with", 2, 2 }, fn_ends_with },
  { { "concat", 1, -1 }, fn_concat },
  { { "join", 2, -1 }, fn_join },
  { { "normalize-space", 1, 1 }, fn_normalize_space },
  { { "translate", 3, 3 }, fn_translate },
  { { "regex", 2, 2 }, fn_regex },
  { { "uuid", 0, 0 }, fn_uuid },
  { { "selected", 2, 2 }, fn_selected },
  { { "selected-at", 2, 2 }, fn_selected_at },
  { { "count-selected", 1, 1 }, fn_count_selected },
  { { "today", 0, 0 }, fn_today },
  { { "now", 0, 0 }, fn_now },
  { { "date", 1, 1 }, fn_date },
  { { "date-time", 1, 1 }, fn_date_time },
  { { "format-date", 2, 2 }, fn_format_date },
  { { "format-date-time", 2, 2 }, fn_format_date },
  { { "decimal-date-time", 1, 1 }, fn_decimal_date_time },
  { { "decimal-time", 1, 1 }, fn_decimal_time },
  { { NULL } },
};
