/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-moments.h"

#include "model/tst-code-lists.h"
#include "record/tst-body.h"

#include <string.h>

#define MIN_CHAPTERS 3
#define MIN_CHAPTER_MS 10000
#define MAX_WORDS 90
#define DOUBT_MS 5000
#define LAST_CUE_MS 10000
#define METADATA_CUE_MS 2000

typedef struct
{
  JsonObject *row;
  gint64 offset_ms;
} Moment;

static int
compare (gconstpointer a, gconstpointer b)
{
  const Moment *x = a, *y = b;

  return x->offset_ms < y->offset_ms ? -1 : x->offset_ms > y->offset_ms;
}

static GArray *
in_order (JsonArray *moments)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Moment));

  for (guint i = 0; i < json_array_get_length (moments); i++)
    {
      Moment moment = { json_array_get_object_element (moments, i), 0 };

      moment.offset_ms = tst_json_int (moment.row, "offset_ms", -1);
      if (moment.offset_ms >= 0)
        g_array_append_val (list, moment);
    }
  g_array_sort (list, compare);
  return list;
}

char *
tst_moments_clock (gint64 ms)
{
  gint64 seconds = ms / 1000;

  if (seconds >= 3600)
    return g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}

/* One line, no marks that a format would take for its own. */
static char *
words_of (JsonObject *row, const char *lang)
{
  const char *label = tst_code_label (TST_LIST_MOMENT, tst_json_string (row, "moment"), lang);
  const char *text = tst_json_string (row, "target_text");
  GString *words = g_string_new (label != NULL ? label : "");

  if (text != NULL && *text != '\0')
    {
      g_autofree char *line = g_strdelimit (g_strdup (text), "\r\n\t", ' ');

      g_string_append_printf (words, ": %s", g_strstrip (line));
    }
  if (g_utf8_strlen (words->str, -1) > MAX_WORDS)
    {
      g_string_truncate (words, (gsize) (g_utf8_offset_to_pointer (words->str, MAX_WORDS - 1) - words->str));
      g_string_append (words, "…");
    }
  return g_string_free (words, FALSE);
}

char *
tst_moments_youtube (JsonArray *moments, const char *lang)
{
  g_autoptr (GArray) list = in_order (moments);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 last = 0;
  guint n = 0;

  if (list->len == 0)
    return NULL;
  if (g_array_index (list, Moment, 0).offset_ms >= MIN_CHAPTER_MS)
    {
      g_string_append_printf (text, "0:00 %s\n", tst_code_label (TST_LIST_MOMENT, "inicio", lang));
      n = 1;
    }
  for (guint i = 0; i < list->len; i++)
    {
      const Moment *moment = &g_array_index (list, Moment, i);
      g_autofree char *words = words_of (moment->row, lang);
      g_autofree char *clock = NULL;

      /* Whole seconds are what YouTube reads, so it is whole seconds that must lie apart. */
      if (n > 0 && moment->offset_ms / 1000 - last / 1000 < MIN_CHAPTER_MS / 1000)
        continue;
      last = n == 0 ? 0 : moment->offset_ms;
      clock = tst_moments_clock (last);
      g_string_append_printf (text, "%s %s\n", clock, words);
      n++;
    }
  return n >= MIN_CHAPTERS ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* --- WebVTT (https://www.w3.org/TR/webvtt1/) --- */

static void
append_time (GString *to, gint64 ms)
{
  g_string_append_printf (to, "%02d:%02d:%02d.%03d", (int) (ms / 3600000), (int) (ms / 60000 % 60), (int) (ms / 1000 % 60), (int) (ms % 1000));
}

static void
append_cue (GString *to, gint64 from, gint64 until, const char *payload)
{
  append_time (to, from);
  g_string_append (to, " --> ");
  append_time (to, MAX (until, from + 1));
  g_string_append_printf (to, "\n%s\n\n", payload);
}

/* Cue text is marked up: what could be a tag or the arrow is escaped. */
static char *
escape (const char *text)
{
  g_autoptr (GString) out = g_string_new (text);

  g_string_replace (out, "&", "&amp;", 0);
  g_string_replace (out, "<", "&lt;", 0);
  g_string_replace (out, ">", "&gt;", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
tst_moments_webvtt_chapters (JsonArray *moments, gint64 length_ms, const char *lang)
{
  g_autoptr (GArray) list = in_order (moments);
  GString *text = g_string_new ("WEBVTT\n\n");

  for (guint i = 0; i < list->len; i++)
    {
      const Moment *moment = &g_array_index (list, Moment, i);
      g_autofree char *words = words_of (moment->row, lang);
      g_autofree char *escaped = escape (words);
      gint64 until = i + 1 < list->len ? g_array_index (list, Moment, i + 1).offset_ms
                     : length_ms > moment->offset_ms ? length_ms
                                                     : moment->offset_ms + LAST_CUE_MS;

      append_cue (text, moment->offset_ms, until, escaped);
    }
  return g_string_free (text, FALSE);
}

char *
tst_moments_webvtt_metadata (JsonArray *moments)
{
  static const char *const names[] = { "id", "moment", "target", "offset_ms", "error_ms", "broken" };
  g_autoptr (GArray) list = in_order (moments);
  GString *text = g_string_new ("WEBVTT\n\n");

  for (guint i = 0; i < list->len; i++)
    {
      const Moment *moment = &g_array_index (list, Moment, i);
      g_autoptr (JsonObject) object = json_object_new ();
      g_autofree char *json = NULL;

      for (guint n = 0; n < G_N_ELEMENTS (names); n++)
        if (json_object_has_member (moment->row, names[n]))
          json_object_set_member (object, names[n], json_object_dup_member (moment->row, names[n]));
      json = tst_json_write (object);
      append_cue (text, moment->offset_ms, moment->offset_ms + METADATA_CUE_MS, json);
    }
  return g_string_free (text, FALSE);
}

/* --- a comment --- */

char *
tst_moments_comment (JsonArray *moments, const char *lang)
{
  g_autoptr (GArray) list = in_order (moments);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const Moment *moment = &g_array_index (list, Moment, i);
      gboolean doubtful = tst_json_int (moment->row, "error_ms", 0) > DOUBT_MS || tst_json_bool (moment->row, "broken", FALSE);
      g_autofree char *words = words_of (moment->row, lang);
      g_autofree char *clock = tst_moments_clock (moment->offset_ms);

      g_string_append_printf (text, "%s%s%s %s\n", doubtful ? "≈" : "", moment->offset_ms < 600000 ? "0" : "", clock, words);
    }
  return g_string_free (text, FALSE);
}
