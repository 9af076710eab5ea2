/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-json-text.h"

#include <sodium.h>

void
tst_json_text_string (GString *out, const char *text, gsize size)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < size; i++)
    {
      guchar c = text[i];

      if (c == '"' || c == '\\')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, c);
        }
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c < 0x20)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, c);
    }
  g_string_append_c (out, '"');
}

void
tst_json_text_bytes (GString *out, GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  tst_json_text_string (out, data, size);
}

void
tst_json_text_hash (GString *out, const TstHash *hash)
{
  char text[sodium_base64_ENCODED_LEN (TST_HASH_SIZE, sodium_base64_VARIANT_ORIGINAL)];

  sodium_bin2base64 (text, sizeof text, hash->bytes, sizeof hash->bytes, sodium_base64_VARIANT_ORIGINAL);
  g_string_append_c (out, '"');
  g_string_append_len (out, text, sizeof text - 1);
  g_string_append_c (out, '"');
}

void
tst_json_text_hashes (GString *out, GArray *hashes)
{
  g_string_append_c (out, '[');
  for (guint i = 0; hashes != NULL && i < hashes->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      tst_json_text_hash (out, &g_array_index (hashes, TstHash, i));
    }
  g_string_append_c (out, ']');
}

void
tst_json_text_base64 (GString *out, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_base64_encode (data, size);

  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
}
