/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log/tst-merkle.h"

#include "base/tst-error.h"

#include <string.h>

#define TILE_WIDTH 256
#define MAX_LEVEL 63
#define MAX_INDEX G_GUINT64_CONSTANT (999999999999999999)
#define MAX_ENTRY_SIZE 0xffff

char *
tst_tile_path (int level, guint64 index, guint width)
{
  g_autoptr (GString) path = g_string_new ("tile/");
  gboolean begun = FALSE;

  g_assert (level >= -1 && level <= MAX_LEVEL && index <= MAX_INDEX && width >= 1 && width <= TILE_WIDTH);

  if (level < 0)
    g_string_append (path, "entries");
  else
    g_string_append_printf (path, "%d", level);
  for (guint64 unit = G_GUINT64_CONSTANT (1000000000000000); unit > 1; unit /= 1000)
    if (begun || index >= unit)
      {
        g_string_append_printf (path, "/x%03u", (guint) (index / unit % 1000));
        begun = TRUE;
      }
  g_string_append_printf (path, "/%03u", (guint) (index % 1000));
  if (width < TILE_WIDTH)
    g_string_append_printf (path, ".p/%u", width);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* Up to three digits at *@at. */
static gboolean
take_digits (const char **at, guint *value)
{
  const char *start = *at;

  *value = 0;
  while (g_ascii_isdigit (**at) && *at - start < 3)
    *value = *value * 10 + (guint) (*(*at)++ - '0');
  return *at > start;
}

gboolean
tst_tile_path_parse (const char *path, int *level, guint64 *index, guint *width)
{
  g_autofree char *written = NULL;
  const char *at = path;
  guint64 number = 0;
  guint value, w = TILE_WIDTH;
  int l = -1;

  if (path == NULL || strlen (path) > 64 || !g_str_has_prefix (at, "tile/"))
    return FALSE;
  at += strlen ("tile/");
  if (g_str_has_prefix (at, "entries/"))
    at += strlen ("entries");
  else if (take_digits (&at, &value) && value <= MAX_LEVEL)
    l = (int) value;
  else
    return FALSE;

  for (gboolean last = FALSE; !last;)
    {
      if (*at++ != '/')
        return FALSE;
      last = *at != 'x';
      if (!last)
        at++;
      if (!take_digits (&at, &value) || number > (MAX_INDEX - value) / 1000)
        return FALSE;
      number = number * 1000 + value;
    }
  if (g_str_has_prefix (at, ".p/"))
    {
      at += strlen (".p/");
      if (!take_digits (&at, &w) || w < 1 || w >= TILE_WIDTH)
        return FALSE;
    }
  if (*at != '\0')
    return FALSE;
  /* One tile, one path: no leading zeros, no empty groups. */
  written = tst_tile_path (l, number, w);
  if (strcmp (written, path) != 0)
    return FALSE;
  *level = l;
  *index = number;
  *width = w;
  return TRUE;
}

GBytes *
tst_entries_write (GPtrArray *entries)
{
  GByteArray *out = g_byte_array_new ();

  g_assert (entries->len >= 1 && entries->len <= TILE_WIDTH);
  for (guint i = 0; i < entries->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (entries->pdata[i], &size);
      guint8 length[2];

      g_assert (size <= MAX_ENTRY_SIZE);
      length[0] = (guint8) (size >> 8);
      length[1] = (guint8) size;
      g_byte_array_append (out, length, sizeof length);
      g_byte_array_append (out, data, size);
    }
  return g_byte_array_free_to_bytes (out);
}

GPtrArray *
tst_entries_parse (GBytes *tile, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize size;
  const guint8 *data = g_bytes_get_data (tile, &size);
  gsize at = 0;

  while (at < size && entries->len < TILE_WIDTH && size - at >= 2)
    {
      gsize length = (gsize) data[at] << 8 | data[at + 1];

      if (size - at - 2 < length)
        break;
      g_ptr_array_add (entries, g_bytes_new_from_bytes (tile, at + 2, length));
      at += 2 + length;
    }
  if (at != size || size == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF,
                           "A page of the log is damaged. It was not used; fetch it again.");
      return NULL;
    }
  return g_steal_pointer (&entries);
}
