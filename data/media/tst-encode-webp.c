/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <string.h>

#include <webp/encode.h>

/* How long the encoder looks for a smaller file, 0 to 6: past 3 each step costs as much again for some two per cent. */
#define METHOD 3

GBytes *
tst_picture_to_webp (const TstPicture *self, int quality, GError **error)
{
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;
  gboolean ok;

  if (self->width > WEBP_MAX_DIMENSION || self->height > WEBP_MAX_DIMENSION)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "The picture is too long and narrow to be made into a WebP");
      return NULL;
    }
  ok = WebPConfigInit (&config) && WebPPictureInit (&picture);
  g_assert (ok);
  config.quality = quality;
  config.method = METHOD;
  picture.width = self->width;
  picture.height = self->height;
  WebPMemoryWriterInit (&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  ok = WebPPictureImportRGB (&picture, self->pixels, self->width * 3) && WebPEncode (&config, &picture);
  WebPPictureFree (&picture);
  if (!ok)
    {
      WebPMemoryWriterClear (&writer);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "A picture could not be made into a WebP");
      return NULL;
    }
  return g_bytes_new_with_free_func (writer.mem, writer.size, WebPFree, writer.mem);
}

/* RFC 9649, section 2.5: the simple file format, one chunk of lossy data; and section 2.5 of RFC 6386 for the size in it. What
 * carries metadata needs the extended format, which begins with another chunk. */
gboolean
tst_webp_is_plain (GBytes *webp, guint width, guint height)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (webp, &size);
  guint32 riff;
  guint32 chunk;

  if (size < 30 || memcmp (data, "RIFF", 4) != 0 || memcmp (data + 8, "WEBPVP8 ", 8) != 0)
    return FALSE;
  memcpy (&riff, data + 4, sizeof riff);
  memcpy (&chunk, data + 16, sizeof chunk);
  riff = GUINT32_FROM_LE (riff);
  chunk = GUINT32_FROM_LE (chunk);
  /* An odd chunk is followed by one byte of nothing. */
  if ((gsize)riff + 8 != size || (gsize)chunk + (chunk & 1) + 20 != size || ((chunk & 1) && data[size - 1] != 0))
    return FALSE;
  return (data[20] & 1) == 0 && data[23] == 0x9d && data[24] == 0x01 && data[25] == 0x2a
         && (guint)((data[27] << 8 | data[26]) & 0x3fff) == width && (guint)((data[29] << 8 | data[28]) & 0x3fff) == height;
}
