/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-pack.h"

#include <libsoup/soup.h>

#define LEVEL 6

gboolean
tst_pack_is_accepted (const char *accept_encoding)
{
  GSList *unwanted = NULL;
  GSList *wanted = accept_encoding != NULL ? soup_header_parse_quality_list (accept_encoding, &unwanted) : NULL;
  gboolean accepted = FALSE;

  for (const GSList *l = wanted; l != NULL && !accepted; l = l->next)
    accepted = g_ascii_strcasecmp (l->data, "gzip") == 0;
  soup_header_free_list (wanted);
  soup_header_free_list (unwanted);
  return accepted;
}

GBytes *
tst_pack (GBytes *bytes, GError **error)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, LEVEL);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  if (!g_output_stream_write_all (stream, data, size, NULL, NULL, error) || !g_output_stream_close (stream, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}
