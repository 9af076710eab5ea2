/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <webp/decode.h>
#include <webp/demux.h>

static TstPicture *
decode_frame (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  WebPDecoderConfig config;
  TstPicture *picture;
  guint channels;
  gsize n;
  VP8StatusCode status;

  if (!WebPInitDecoderConfig (&config) || WebPGetFeatures (data, size, &config.input) != VP8_STATUS_OK)
    {
      tst_decode_set_damaged (error);
      return NULL;
    }
  if (!tst_picture_check_size (config.input.width, config.input.height, error))
    return NULL;

  n = (gsize)config.input.width * config.input.height;
  channels = config.input.has_alpha ? 4 : 3;
  picture = g_new0 (TstPicture, 1);
  picture->width = config.input.width;
  picture->height = config.input.height;
  picture->pixels = g_try_malloc0_n (n, channels);
  if (picture->pixels == NULL)
    {
      tst_picture_free (picture);
      tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
      return NULL;
    }
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = picture->pixels;
  config.output.u.RGBA.stride = picture->width * channels;
  config.output.u.RGBA.size = n * channels;
  status = WebPDecode (data, size, &config);
  WebPFreeDecBuffer (&config.output);
  /* Of a cut file the rows that are there can be shown. */
  if (status != VP8_STATUS_OK
      && (strict || (status != VP8_STATUS_NOT_ENOUGH_DATA && status != VP8_STATUS_SUSPENDED)))
    {
      tst_picture_free (picture);
      tst_decode_set_damaged (error);
      return NULL;
    }
  if (channels == 4)
    {
      tst_decode_on_white (picture->pixels, picture->pixels, n, FALSE);
      picture->pixels = g_realloc_n (picture->pixels, n, 3);
    }
  return picture;
}

TstPicture *
tst_decode_webp (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  WebPBitstreamFeatures features;
  WebPData whole = { data, size };
  WebPDemuxer *demuxer;
  WebPIterator frame;
  TstPicture *picture = NULL;

  if (WebPGetFeatures (data, size, &features) == VP8_STATUS_OK && !features.has_animation)
    return decode_frame (data, size, strict, error);

  /* Of an animation, its first picture. */
  demuxer = WebPDemux (&whole);
  if (demuxer != NULL && WebPDemuxGetFrame (demuxer, 1, &frame))
    {
      picture = decode_frame (frame.fragment.bytes, frame.fragment.size, strict, error);
      WebPDemuxReleaseIterator (&frame);
    }
  else
    tst_decode_set_damaged (error);
  WebPDemuxDelete (demuxer);
  return picture;
}
