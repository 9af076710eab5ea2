/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <string.h>

#ifdef TST_HAVE_HEIF
#include <libheif/heif.h>
#endif

static void
set_no_decoder (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_DECODER,
                       "HEIC pictures cannot be shown on this machine. The file is kept as it is. Install libheif and its HEVC decoder.");
}

#ifdef TST_HAVE_HEIF

/* Newer versions of the library load their decoders from files. */
static gboolean
prepare (void)
{
  static gsize once = 0;
  static gboolean works;

  if (g_once_init_enter (&once))
    {
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
      heif_init (NULL);
#endif
      /* The variable is for tests: what a machine without the decoder does. */
      works = heif_have_decoder_for_format (heif_compression_HEVC) && g_getenv ("TESTIGO_NO_HEIF") == NULL;
      g_once_init_leave (&once, 1);
    }
  return works;
}

gboolean
tst_decode_heif_works (void)
{
  return prepare ();
}

static TstPicture *
copy_pixels (struct heif_image *image, GError **error)
{
  int stride = 0;
  const guint8 *rows = heif_image_get_plane_readonly (image, heif_channel_interleaved, &stride);
  int width = heif_image_get_width (image, heif_channel_interleaved), height = heif_image_get_height (image, heif_channel_interleaved);
  TstPicture *picture;

  if (rows == NULL || width <= 0 || height <= 0 || stride < width * 4)
    {
      tst_decode_set_damaged (error);
      return NULL;
    }
  picture = tst_picture_new (width, height, error);
  for (int y = 0; picture != NULL && y < height; y++)
    tst_decode_on_white (rows + (gsize)y * stride, picture->pixels + (gsize)y * width * 3, width, FALSE);
  return picture;
}

TstPicture *
tst_decode_heif (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  struct heif_context *context;
  struct heif_image_handle *handle = NULL;
  struct heif_image *image = NULL;
  TstPicture *picture = NULL;
  struct heif_error result;

  if (!prepare ())
    {
      set_no_decoder (error);
      return NULL;
    }
  context = heif_context_alloc ();
  heif_context_set_maximum_image_size_limit (context, 16384);
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
  heif_context_set_max_decoding_threads (context, 0);
#endif
  result = heif_context_read_from_memory_without_copy (context, data, size, NULL);
  if (result.code == heif_error_Ok)
    result = heif_context_get_primary_image_handle (context, &handle);
  if (result.code == heif_error_Ok
      && tst_picture_check_size (heif_image_handle_get_width (handle), heif_image_handle_get_height (handle), error))
    {
      result = heif_decode_image (handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, NULL);
      if (result.code == heif_error_Ok && (!strict || heif_image_get_decoding_warnings (image, 0, NULL, 0) == 0))
        picture = copy_pixels (image, error);
      else
        tst_decode_set_damaged (error);
    }
  else if (error == NULL || *error == NULL)
    tst_decode_set_damaged (error);
  g_clear_pointer (&image, heif_image_release);
  g_clear_pointer (&handle, heif_image_handle_release);
  heif_context_free (context);
  return picture;
}

#else

gboolean
tst_decode_heif_works (void)
{
  return FALSE;
}

TstPicture *
tst_decode_heif (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  set_no_decoder (error);
  return NULL;
}

#endif
