/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-personal-data.h"

#include <string.h>

#define BLOCK "\342\226\210"

const char *
tst_personal_kind_name (TstPersonalKind kind)
{
  switch (kind)
    {
    case TST_PERSONAL_PHONE:
      return "phone";
    case TST_PERSONAL_EMAIL:
      return "email";
    case TST_PERSONAL_DOCUMENT:
      return "document";
    case TST_PERSONAL_NAME:
      return "name";
    default:
      g_assert_not_reached ();
    }
}

/* --- looking --- */

enum
{
  EMAIL,
  NUMBER,
  NAME_IN_CAPITALS, /* «soy» is said of much else than a name */
  NAME,
  N_PATTERNS
};

static const char *const patterns[N_PATTERNS] = {
  [EMAIL] = "([\\p{L}\\p{N}._%+-]+ ?@ ?[\\p{L}\\p{N}.-]+\\.\\p{L}{2,})",
  [NUMBER] = "(?<![\\p{L}\\p{N}$.,])(\\+?\\(?\\d[\\d .()-]{4,}\\d)(?![\\p{L}\\p{N}])",
  [NAME_IN_CAPITALS] = "(?i:\\b(?:soy|habla|escribe|firma|atentamente,?))\\s+((?:(?i:don|doña|el señor|la señora)\\s+)?"
                       "\\p{Lu}[\\p{L}'-]+(?:\\s+(?:(?:de|del|la|las|los)\\s+){0,2}\\p{Lu}[\\p{L}'-]+){0,4})",
  [NAME] = "(?i)\\b(?:me llamo|mi nombre es)\\s+(\\p{L}[\\p{L}'-]+(?:\\s+(?!y\\b|e\\b|vivo\\b|soy\\b|tengo\\b|con\\b|en\\b|quiero\\b)"
           "\\p{L}[\\p{L}'-]*){0,4})",
};

static GRegex *
pattern (guint i)
{
  static gsize once;
  static GRegex *compiled[N_PATTERNS];

  if (g_once_init_enter (&once))
    {
      for (guint n = 0; n < N_PATTERNS; n++)
        {
          g_autoptr (GError) error = NULL;

          compiled[n] = g_regex_new (patterns[n], G_REGEX_OPTIMIZE, 0, &error);
          g_assert_no_error (error);
        }
      g_once_init_leave (&once, 1);
    }
  return compiled[i];
}

/* Money, dates and shares of a work are numbers too: of those left, what could be somebody's. */
static gboolean
classify_number (const char *text, gsize start, gsize end, TstPersonalKind *kind)
{
  static const char *const amounts[] = { " peso", " millon", " mil ", " metro", " %", "%", " m2", " km", NULL };
  char digits[16] = { 0 };
  guint n = 0;
  gsize before = start;
  g_autofree char *after = NULL;
  g_autofree char *own = g_strndup (text + start, end - start);

  for (const char *p = own; *p; p++)
    if (g_ascii_isdigit (*p))
      {
        if (n == sizeof digits - 1)
          return FALSE;
        digits[n++] = *p;
      }
  while (before > 0 && text[before - 1] == ' ')
    before--;
  if (before > 0 && text[before - 1] == '$')
    return FALSE;
  after = g_utf8_strdown (text + end, MIN (strlen (text + end), 12));
  for (guint i = 0; amounts[i]; i++)
    if (g_str_has_prefix (after, amounts[i]))
      return FALSE;
  if (strlen (own) == 10 && own[4] == '-' && own[7] == '-')
    return FALSE;
  if ((n == 10 && (digits[0] == '3' || g_str_has_prefix (digits, "60"))) || (n == 12 && g_str_has_prefix (digits, "573")) || n == 7)
    *kind = TST_PERSONAL_PHONE;
  else if (n >= 6 && n <= 11)
    *kind = TST_PERSONAL_DOCUMENT;
  else
    return FALSE;
  return TRUE;
}

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  const TstPersonalSpan *one = a;
  const TstPersonalSpan *two = b;

  return one->start < two->start ? -1 : one->start > two->start;
}

GArray *
tst_personal_find (const char *text)
{
  static const TstPersonalKind kinds[N_PATTERNS] = { TST_PERSONAL_EMAIL, TST_PERSONAL_DOCUMENT, TST_PERSONAL_NAME, TST_PERSONAL_NAME };
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TstPersonalSpan));
  GArray *apart = g_array_new (FALSE, FALSE, sizeof (TstPersonalSpan));

  for (guint i = 0; i < N_PATTERNS; i++)
    {
      g_autoptr (GMatchInfo) match = NULL;

      g_regex_match (pattern (i), text, 0, &match);
      for (; g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          TstPersonalSpan span = { .kind = kinds[i] };
          int start = 0;
          int end = 0;

          g_match_info_fetch_pos (match, 1, &start, &end);
          span.start = (gsize) start;
          span.end = (gsize) end;
          if (i != NUMBER || classify_number (text, span.start, span.end, &span.kind))
            g_array_append_val (all, span);
        }
    }
  g_array_sort (all, compare_spans);
  for (guint i = 0; i < all->len; i++)
    {
      TstPersonalSpan *span = &g_array_index (all, TstPersonalSpan, i);

      if (apart->len == 0 || span->start >= g_array_index (apart, TstPersonalSpan, apart->len - 1).end)
        g_array_append_val (apart, *span);
    }
  return apart;
}

/* --- covering --- */

/* One kind of line end: forms send another than records hold. */
static char *
plain_lines (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\r\n", -1);

  return g_strjoinv ("\n", parts);
}

/* What stands between the rows of blocks, in order; the first and the last may be empty. */
static GPtrArray *
split_at_blocks (const char *text)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);

  for (;;)
    {
      const char *block = strstr (text, BLOCK);

      g_ptr_array_add (pieces, block ? g_strndup (text, (gsize) (block - text)) : g_strdup (text));
      if (!block)
        return pieces;
      for (text = block; g_str_has_prefix (text, BLOCK); text += strlen (BLOCK))
        ;
    }
}

char *
tst_text_covered (const char *original, const char *edited)
{
  g_autofree char *from = plain_lines (original);
  g_autofree char *to = plain_lines (edited);
  g_autoptr (GPtrArray) pieces = split_at_blocks (to);
  const char *first = g_ptr_array_index (pieces, 0);
  const char *last = g_ptr_array_index (pieces, pieces->len - 1);
  const char *at = from;
  GString *covered = NULL;

  if (pieces->len == 1)
    return g_str_equal (from, to) ? g_strdup (from) : NULL;
  if (!g_str_has_prefix (from, first))
    return NULL;
  at += strlen (first);
  for (guint i = 1; i + 1 < pieces->len; i++)
    {
      const char *piece = g_ptr_array_index (pieces, i);

      at = strstr (at, piece);
      if (!at)
        return NULL;
      at += strlen (piece);
    }
  if (strlen (at) < strlen (last) || !g_str_has_suffix (at, last))
    return NULL;
  covered = g_string_new (first);
  for (guint i = 1; i < pieces->len; i++)
    {
      g_string_append (covered, TST_COVERED);
      g_string_append (covered, g_ptr_array_index (pieces, i));
    }
  return g_string_free (covered, FALSE);
}
