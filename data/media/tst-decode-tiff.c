/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-decode-private.h"

#include "base/tst-error.h"

#include <string.h>

#include <tiffio.h>

typedef struct
{
  const guint8 *data;
  gsize size;
  guint64 at;
} Memory;

static tmsize_t
on_read (thandle_t handle, void *out, tmsize_t size)
{
  Memory *memory = handle;
  gsize left = memory->at < memory->size ? memory->size - memory->at : 0;
  gsize n = MIN ((gsize)size, left);

  memcpy (out, memory->data + MIN (memory->at, memory->size), n);
  memory->at += n;
  return n;
}

static tmsize_t
on_write (thandle_t handle, void *data, tmsize_t size)
{
  return -1;
}

static toff_t
on_seek (thandle_t handle, toff_t offset, int whence)
{
  Memory *memory = handle;

  memory->at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? memory->at + offset : memory->size + offset;
  return memory->at;
}

static int
on_close (thandle_t handle)
{
  return 0;
}

static toff_t
on_size (thandle_t handle)
{
  return ((Memory *)handle)->size;
}

static int
on_message (TIFF *tiff, void *data, const char *module, const char *format, va_list args)
{
  return 1;
}

TstPicture *
tst_decode_tiff (const guint8 *data, gsize size, gboolean strict, GError **error)
{
  Memory memory = { data, size, 0 };
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();
  TIFF *tiff;
  TstPicture *picture = NULL;
  guint32 width = 0;
  guint32 height = 0;
  char reason[1024];
  gsize n;

  TIFFOpenOptionsSetMaxSingleMemAlloc (options, TST_DECODE_MAX_MEMORY);
  TIFFOpenOptionsSetErrorHandlerExtR (options, on_message, NULL);
  TIFFOpenOptionsSetWarningHandlerExtR (options, on_message, NULL);
  tiff = TIFFClientOpenExt ("", "rm", &memory, on_read, on_write, on_seek, on_close, on_size, NULL, NULL,
                            options);
  TIFFOpenOptionsFree (options);
  if (tiff == NULL)
    {
      tst_decode_set_damaged (error);
      return NULL;
    }
  if (!TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &width) || !TIFFGetField (tiff, TIFFTAG_IMAGELENGTH, &height))
    tst_decode_set_damaged (error);
  else if (tst_picture_check_size (width, height, error))
    {
      n = (gsize)width * height;
      /* The orientation is applied by the caller, the same for all formats. */
      TIFFSetField (tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
      picture = g_new0 (TstPicture, 1);
      picture->width = width;
      picture->height = height;
      picture->pixels = g_try_malloc0_n (n, 4);
      if (picture->pixels == NULL)
        {
          g_clear_pointer (&picture, tst_picture_free);
          tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
        }
      else if (!TIFFRGBAImageOK (tiff, reason)
               || !TIFFReadRGBAImageOriented (tiff, width, height, (guint32 *)(void *)picture->pixels,
                                              ORIENTATION_TOPLEFT, strict))
        {
          g_clear_pointer (&picture, tst_picture_free);
          tst_decode_set_damaged (error);
        }
      else
        {
          guint32 *raster = (guint32 *)(void *)picture->pixels;

          /* libtiff packs A, B, G, R from the highest byte down, whatever the machine. */
          if (G_BYTE_ORDER == G_BIG_ENDIAN)
            for (gsize i = 0; i < n; i++)
              raster[i] = GUINT32_SWAP_LE_BE (raster[i]);
          tst_decode_on_white (picture->pixels, picture->pixels, n, TRUE);
          picture->pixels = g_realloc_n (picture->pixels, n, 3);
        }
    }
  TIFFClose (tiff);
  return picture;
}
