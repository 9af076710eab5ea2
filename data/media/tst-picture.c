/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-picture.h"

#include "base/tst-error.h"
#include "media/tst-decode-private.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

void
tst_picture_free (TstPicture *self)
{
  g_free (self->pixels);
  g_free (self);
}

void
tst_decode_set_damaged (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE,
                       "The picture is damaged and cannot be decoded. Its file is kept as it is.");
}

gboolean
tst_picture_check_size (guint64 width, guint64 height, GError **error)
{
  if (width > 0 && height > 0 && width <= TST_PICTURE_MAX_SIDE && height <= TST_PICTURE_MAX_SIDE
      && width * height <= TST_PICTURE_MAX_PIXELS)
    return TRUE;
  if (width == 0 || height == 0)
    tst_decode_set_damaged (error);
  else
    g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                 "The picture is larger than can be shown (%u million pixels). Its file is kept as it is.",
                 TST_PICTURE_MAX_PIXELS / 1000000);
  return FALSE;
}

TstPicture *
tst_picture_new (guint width, guint height, GError **error)
{
  TstPicture *self;

  if (!tst_picture_check_size (width, height, error))
    return NULL;
  self = g_new0 (TstPicture, 1);
  self->width = width;
  self->height = height;
  self->pixels = g_try_malloc_n ((gsize)width * height, 3);
  if (self->pixels == NULL)
    {
      tst_picture_free (self);
      tst_picture_check_size (G_MAXUINT, G_MAXUINT, error);
      return NULL;
    }
  memset (self->pixels, 0x80, (gsize)width * height * 3);
  return self;
}

void
tst_decode_on_white (const guint8 *at, guint8 *out, gsize n, gboolean premultiplied)
{
  for (gsize i = 0; i < n; i++, at += 4, out += 3)
    {
      guint alpha = at[3];
      guint rgb[3] = { at[0], at[1], at[2] };

      if (alpha != 255)
        for (guint j = 0; j < 3; j++)
          rgb[j] = premultiplied ? MIN (255, rgb[j] + 255 - alpha)
                                 : (rgb[j] * alpha + 255 * (255 - alpha) + 127) / 255;
      out[0] = rgb[0];
      out[1] = rgb[1];
      out[2] = rgb[2];
    }
}

/* EXIF 2.32, tag Orientation: where the first row and column of what is stored belong. Takes @self. */
static TstPicture *
upright (TstPicture *self, guint orientation, GError **error)
{
  guint w = self->width;
  guint h = self->height;
  gboolean swapped = orientation >= 5;
  /* Of the pixel at (0, 0) of the result, and of one step right and one step down, in stored pixels. */
  gssize origin;
  gssize right;
  gssize down;
  TstPicture *out;

  if (orientation <= 1 || orientation > 8)
    return self;
  out = tst_picture_new (swapped ? h : w, swapped ? w : h, error);
  if (out == NULL)
    {
      tst_picture_free (self);
      return NULL;
    }
  origin
      = (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8 ? (gssize)w - 1 : 0)
        + (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7 ? (gssize)w * (h - 1)
                                                                                        : 0);
  right = swapped ? (orientation == 5 || orientation == 8 ? (gssize)w : -(gssize)w)
                  : (orientation == 4 ? 1 : -1);
  down = swapped ? (orientation == 5 || orientation == 6 ? 1 : -1)
                 : (orientation == 2 ? (gssize)w : -(gssize)w);
  for (guint y = 0; y < out->height; y++)
    {
      const guint8 *from = self->pixels + 3 * (origin + down * (gssize)y);
      guint8 *to = out->pixels + (gsize)y * out->width * 3;

      for (guint x = 0; x < out->width; x++, from += 3 * right, to += 3)
        {
          to[0] = from[0];
          to[1] = from[1];
          to[2] = from[2];
        }
    }
  tst_picture_free (self);
  return out;
}

TstPicture *
tst_picture_decode (GBytes *data, guint orientation, guint min_width, gboolean strict, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  TstPicture *picture;

  switch (tst_image_sniff (bytes, size))
    {
    case TST_IMAGE_JPEG:
      picture = tst_decode_jpeg (bytes, size, min_width, orientation >= 5 && orientation <= 8, strict, error);
      break;
    case TST_IMAGE_PNG:
      picture = tst_decode_png (bytes, size, strict, error);
      break;
    case TST_IMAGE_TIFF:
      picture = tst_decode_tiff (bytes, size, strict, error);
      break;
    case TST_IMAGE_WEBP:
      picture = tst_decode_webp (bytes, size, strict, error);
      break;
    case TST_IMAGE_HEIC:
      picture = tst_decode_heif (bytes, size, strict, error);
      break;
    case TST_IMAGE_NONE:
    default:
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE,
                           "The file is not a JPEG, PNG, TIFF, WebP or HEIC picture");
      return NULL;
    }
  return picture != NULL ? upright (picture, orientation, error) : NULL;
}

/* Which stored columns (or rows) make one of the result, and how much each weighs; weights add up to 65536. */
typedef struct
{
  guint first, n;
  const guint *weights;
} Span;

static Span *
make_spans (guint from, guint to, guint **weights)
{
  Span *spans = g_new (Span, to);
  guint most = from / to + 2;

  *weights = g_new0 (guint, (gsize)to * most);
  for (guint i = 0; i < to; i++)
    {
      guint64 start = (guint64)i * from;
      guint64 end = start + from;
      guint *w = *weights + (gsize)i * most;
      guint sum = 0;
      guint heaviest = 0;

      /* In units of 1/to of a pixel. */
      spans[i].first = start / to;
      spans[i].n = (end + to - 1) / to - spans[i].first;
      spans[i].weights = w;
      for (guint j = 0; j < spans[i].n; j++)
        {
          guint64 left = MAX (start, (guint64)(spans[i].first + j) * to);
          guint64 right = MIN (end, (guint64)(spans[i].first + j + 1) * to);

          w[j] = (right - left) * 65536 / from;
          sum += w[j];
          if (w[j] > w[heaviest])
            heaviest = j;
        }
      w[heaviest] += 65536 - sum;
    }
  return spans;
}

TstPicture *
tst_picture_scale (const TstPicture *self, guint width)
{
  guint height;
  TstPicture *out;
  g_autofree Span *columns = NULL;
  g_autofree Span *rows = NULL;
  g_autofree guint *column_weights = NULL;
  g_autofree guint *row_weights = NULL;
  g_autofree guint16 *reduced = NULL;
  g_autofree guint32 *sums = NULL;
  guint reduced_row = G_MAXUINT;
  gsize n;

  width = CLAMP (width, 1, self->width);
  height = MAX (1, ((guint64)self->height * width + self->width / 2) / self->width);
  out = g_new0 (TstPicture, 1);
  out->width = width;
  out->height = height;
  n = (gsize)width * 3;
  out->pixels = g_malloc_n (height, n);
  if (width == self->width)
    {
      memcpy (out->pixels, self->pixels, n * height);
      return out;
    }

  columns = make_spans (self->width, width, &column_weights);
  rows = make_spans (self->height, height, &row_weights);
  reduced = g_new (guint16, n);
  sums = g_new (guint32, n);
  for (guint y = 0; y < height; y++)
    {
      guint8 *to = out->pixels + y * n;

      memset (sums, 0, n * sizeof *sums);
      for (guint j = 0; j < rows[y].n; j++)
        {
          guint weight = rows[y].weights[j];

          /* A row on the border of two spans is reduced once. */
          if (reduced_row != rows[y].first + j)
            {
              const guint8 *from;

              reduced_row = rows[y].first + j;
              from = self->pixels + (gsize)reduced_row * self->width * 3;
              for (guint x = 0; x < width; x++)
                {
                  const guint8 *at = from + (gsize)columns[x].first * 3;
                  const guint *w = columns[x].weights;
                  guint32 r = 0;
                  guint32 g = 0;
                  guint32 b = 0;

                  for (guint i = 0; i < columns[x].n; i++, at += 3)
                    {
                      r += w[i] * at[0];
                      g += w[i] * at[1];
                      b += w[i] * at[2];
                    }
                  /* At most 255 · 65536 / 256 = 65280. */
                  reduced[x * 3] = r >> 8;
                  reduced[x * 3 + 1] = g >> 8;
                  reduced[x * 3 + 2] = b >> 8;
                }
            }
          for (gsize i = 0; i < n; i++)
            sums[i] += reduced[i] * weight;
        }
      /* At most 65280 · 65536 and the half for rounding: fits in 32 bits. */
      for (gsize i = 0; i < n; i++)
        to[i] = (sums[i] + (1u << 23)) >> 24;
    }
  return out;
}

typedef struct
{
  struct jpeg_error_mgr manager;
  jmp_buf jump;
} EncodeErrors;

static void
on_encode_error (j_common_ptr cinfo)
{
  longjmp (((EncodeErrors *)cinfo->err)->jump, 1);
}

GBytes *
tst_picture_to_jpeg (const TstPicture *self, int quality, GError **error)
{
  struct jpeg_compress_struct cinfo = { 0 };
  EncodeErrors errors;
  /* Written by libjpeg through the pointers; read after a longjmp(). */
  unsigned char *volatile out = NULL;
  unsigned long volatile size = 0;
  GBytes *bytes;

  if (self->width > JPEG_MAX_DIMENSION || self->height > JPEG_MAX_DIMENSION)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "The picture is too long and narrow to be made into a JPEG");
      return NULL;
    }
  cinfo.err = jpeg_std_error (&errors.manager);
  errors.manager.error_exit = on_encode_error;
  if (setjmp (errors.jump) != 0)
    {
      jpeg_destroy_compress (&cinfo);
      free (out);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "A picture could not be made into a JPEG");
      return NULL;
    }
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, (unsigned char **)&out, (unsigned long *)&size);
  cinfo.image_width = self->width;
  cinfo.image_height = self->height;
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_RGB;
  jpeg_set_defaults (&cinfo);
  jpeg_set_quality (&cinfo, quality, TRUE);
  cinfo.optimize_coding = TRUE;
  jpeg_start_compress (&cinfo, TRUE);
  while (cinfo.next_scanline < cinfo.image_height)
    {
      JSAMPROW row = self->pixels + (gsize)cinfo.next_scanline * self->width * 3;

      jpeg_write_scanlines (&cinfo, &row, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  bytes = g_bytes_new_with_free_func (out, size, free, out);
  return bytes;
}
