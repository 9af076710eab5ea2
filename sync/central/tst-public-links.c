/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-links.h"

#include <string.h>

#define INDEX "index.html"

/* Letters that mean something in addresses or in file systems become "-", and then a sum keeps two queries apart. */
static char *
query_folder (const char *query)
{
  g_autofree char *safe = g_strdup (query);
  gboolean changed = FALSE;

  for (char *p = safe; *p; p++)
    if (*p == '&')
      *p = ',';
    else if (!g_ascii_isalnum (*p) && !strchr ("=._-", *p))
      {
        *p = '-';
        changed = TRUE;
      }
  if (!changed && strlen (safe) <= 100)
    return g_strconcat ("_", safe, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, query, -1);
  return g_strdup_printf ("_%.60s-%.10s", safe, sum);
}

char *
tst_links_file (const char *path, const char *query, gboolean is_page)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GString) file = g_string_new (NULL);

  for (guint i = 0; parts[i]; i++)
    {
      if (!*parts[i])
        continue;
      if (g_str_equal (parts[i], ".") || g_str_equal (parts[i], "..") || strlen (parts[i]) > 240)
        return NULL;
      g_string_append_printf (file, "%s%s", file->len > 0 ? "/" : "", parts[i]);
    }
  if (is_page)
    {
      g_autofree char *folder = query && *query ? query_folder (query) : NULL;

      if (folder)
        g_string_append_printf (file, "%s%s", file->len > 0 ? "/" : "", folder);
      g_string_append_printf (file, "%s" INDEX, file->len > 0 ? "/" : "");
    }
  return file->len > 0 ? g_string_free (g_steal_pointer (&file), FALSE) : NULL;
}

/* From @from's folder to @to: up as often as @from is deep. A page is told by its folder. */
static void
append_relative (GString *out, const char *from, const char *to)
{
  g_autofree char *told = g_str_has_suffix (to, "/" INDEX) ? g_strndup (to, strlen (to) - strlen (INDEX))
                          : g_str_equal (to, INDEX)        ? g_strdup ("")
                                                           : g_strdup (to);
  g_autoptr (GString) up = g_string_new (NULL);

  for (const char *p = from; *p; p++)
    if (*p == '/')
      g_string_append (up, "../");
  if (up->len == 0)
    g_string_append (up, "./");
  g_string_append (out, up->str);
  g_string_append_uri_escaped (out, told, "/=,", FALSE);
}

/* One address from the page: "/path?query#fragment", still as HTML writes it. */
static void
append_address (GString *out, const char *text, const char *file, const char *base_url, TstLinkFunc func, gpointer user_data)
{
  g_auto (GStrv) pieces = g_strsplit (text, "&amp;", -1);
  g_autofree char *plain = g_strjoinv ("&", pieces);
  g_autofree char *fragment = strchr (plain, '#') ? g_strdup (strchr (plain, '#')) : NULL;
  g_autofree char *before = g_strndup (plain, strcspn (plain, "#"));
  g_autofree char *query = strchr (before, '?') ? g_strdup (strchr (before, '?') + 1) : NULL;
  g_autofree char *escaped = g_strndup (before, strcspn (before, "?"));
  g_autofree char *path = g_uri_unescape_string (escaped, NULL);
  g_autofree char *target = path ? func (path, query, user_data) : NULL;

  if (!target)
    {
      g_string_append_printf (out, "%s%s", base_url, text);
      return;
    }
  append_relative (out, file, target);
  if (fragment)
    g_string_append (out, fragment);
}

/* Is there an attribute's beginning at @at that holds addresses? Gives the length up to the quote. */
static gsize
holds_address (const char *at, gboolean *several)
{
  static const char *const names[] = { " href=\"", " src=\"", " action=\"", " data-mapa=\"", " data-modulo=\"", " data-libreria=\"",
                                       " data-obrero=\"", " data-estilo=\"", " poster=\"" };

  *several = g_str_has_prefix (at, " srcset=\"") || g_str_has_prefix (at, " imagesrcset=\"");
  if (*several)
    return strcspn (at, "\"") + 1;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_has_prefix (at, names[i]))
      return strlen (names[i]);
  return 0;
}

char *
tst_links_rewrite (const char *html, const char *file, const char *base_url, TstLinkFunc func, gpointer user_data)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (html) + 1024);

  for (const char *at = html; *at;)
    {
      gboolean several = FALSE;
      gsize begin = *at == ' ' ? holds_address (at, &several) : 0;

      if (begin == 0)
        {
          g_string_append_c (out, *at++);
          continue;
        }
      g_string_append_len (out, at, (gssize) begin);
      at += begin;
      g_autofree char *value = g_strndup (at, strcspn (at, "\""));
      at += strlen (value);
      g_auto (GStrv) list = g_strsplit (value, several ? ", " : "\n", -1);
      for (guint i = 0; list[i]; i++)
        {
          g_autofree char *address = g_strndup (list[i], several ? strcspn (list[i], " ") : strlen (list[i]));

          if (i > 0)
            g_string_append (out, ", ");
          if (address[0] == '/' && address[1] != '/')
            append_address (out, address, file, base_url, func, user_data);
          else
            g_string_append (out, address);
          g_string_append (out, list[i] + strlen (address));
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
