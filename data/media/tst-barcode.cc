/* SPDX-License-Identifier: GPL-3.0-or-later */
#define ZX_USE_UTF8 1

#include "media/tst-barcode.h"

#include "base/tst-error.h"
#include "media/tst-picture.h"

#include <ReadBarcode.h>

#include <exception>

/* First look at a photograph: a code that fills a fifth of the picture has some 6 pixels a module then. */
#define FIRST_WIDTH 1600u
#define MAX_FILE (64u * 1024 * 1024)

void
tst_barcode_free (TstBarcode *self)
{
  if (self == nullptr)
    return;
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self);
}

char *
tst_barcode_dup_text (const TstBarcode *self)
{
  gsize size;
  const char *data;

  g_return_val_if_fail (self != nullptr, nullptr);
  data = static_cast<const char *> (g_bytes_get_data (self->payload, &size));
  /* With a length g_utf8_validate() refuses NULs. */
  if (size == 0 || !g_utf8_validate (data, static_cast<gssize> (size), nullptr))
    return nullptr;
  return g_strndup (data, size);
}

/* Since ZXing 2.2 by a new name. */
#if __has_include(<ReaderOptions.h>)
using Options = ZXing::ReaderOptions;
using Barcode = ZXing::Barcode;
#else
using Options = ZXing::DecodeHints;
using Barcode = ZXing::Result;
#endif

static void
add_codes (GPtrArray *codes, const ZXing::ImageView &view, TstBarcodeFormats formats)
{
  ZXing::BarcodeFormats wanted;
  Options hints;

  if (formats & TST_BARCODE_QR)
    wanted |= ZXing::BarcodeFormat::QRCode;
  if (formats & TST_BARCODE_PDF417)
    wanted |= ZXing::BarcodeFormat::PDF417;
  if (formats & TST_BARCODE_OTHER)
    wanted |= ZXing::BarcodeFormats (ZXing::BarcodeFormat::LinearCodes) | ZXing::BarcodeFormat::DataMatrix | ZXing::BarcodeFormat::Aztec;
  hints.setFormats (wanted);
  hints.setTryHarder (true);
  hints.setTryRotate (true);
  hints.setTryDownscale (true);
  for (const Barcode &result : ZXing::ReadBarcodes (view, hints))
    {
      TstBarcode *code;

      if (!result.isValid ())
        continue;
      code = g_new0 (TstBarcode, 1);
      code->format = result.format () == ZXing::BarcodeFormat::PDF417   ? TST_BARCODE_PDF417
                     : result.format () == ZXing::BarcodeFormat::QRCode ? TST_BARCODE_QR
                                                                        : TST_BARCODE_OTHER;
      /* bytes(), not text(): the text is cut or changed by the character set that the reader guesses. */
      code->payload = g_bytes_new (result.bytes ().data (), result.bytes ().size ());
      g_ptr_array_add (codes, code);
    }
}

static gboolean
check_shape (guint width, guint height, gsize stride, GError **error)
{
  if (width == 0 || height == 0 || stride < width || stride > G_MAXINT)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "There is no picture to read a code from.");
      return FALSE;
    }
  if (width > TST_BARCODE_MAX_PIXELS / height)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "The picture is too large to read a code from. Take one of the code alone.");
      return FALSE;
    }
  return TRUE;
}

static GPtrArray *
read_view (const guint8 *pixels, guint width, guint height, gsize stride, ZXing::ImageFormat layout, TstBarcodeFormats formats,
           GError **error)
{
  g_autoptr (GPtrArray) codes = nullptr;

  if (!check_shape (width, height, stride, error))
    return nullptr;
  codes = g_ptr_array_new_with_free_func (reinterpret_cast<GDestroyNotify> (tst_barcode_free));
  /* No exception may reach C. */
  try
    {
      add_codes (codes, ZXing::ImageView (pixels, static_cast<int> (width), static_cast<int> (height), layout, static_cast<int> (stride)),
                 formats);
    }
  catch (const std::exception &)
    {
      /* The text of the exception may quote the payload. */
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "The code could not be read. Take another picture of it.");
      return nullptr;
    }
  return g_steal_pointer (&codes);
}

GPtrArray *
tst_barcode_read_gray (const guint8 *pixels, guint width, guint height, gsize stride, TstBarcodeFormats formats, GError **error)
{
  g_return_val_if_fail (pixels != nullptr, nullptr);
  return read_view (pixels, width, height, stride, ZXing::ImageFormat::Lum, formats, error);
}

static GPtrArray *
read_rgb (const TstPicture *picture, TstBarcodeFormats formats, GError **error)
{
  return read_view (picture->pixels, picture->width, picture->height, static_cast<gsize> (picture->width) * 3, ZXing::ImageFormat::RGB,
                    formats, error);
}

GPtrArray *
tst_barcode_read_picture (GBytes *file, TstBarcodeFormats formats, GError **error)
{
  g_autoptr (TstPicture) small = nullptr;
  g_autoptr (TstPicture) full = nullptr;
  g_autoptr (GPtrArray) codes = nullptr;

  g_return_val_if_fail (file != nullptr, nullptr);
  small = tst_picture_decode (file, 1, FIRST_WIDTH, FALSE, error);
  if (small == nullptr)
    return nullptr;
  if (small->width > 2 * FIRST_WIDTH) /* not a JPEG, whose decoder can make it small itself */
    {
      TstPicture *reduced = tst_picture_scale (small, FIRST_WIDTH);

      full = g_steal_pointer (&small);
      small = reduced;
    }
  codes = read_rgb (small, formats, error);
  if (codes == nullptr || codes->len > 0)
    return g_steal_pointer (&codes);
  if (full == nullptr)
    full = tst_picture_decode (file, 1, 0, FALSE, error);
  if (full == nullptr)
    return nullptr;
  if (full->width <= small->width)
    return g_steal_pointer (&codes);
  return read_rgb (full, formats, error);
}

GPtrArray *
tst_barcode_read_file (const char *path, TstBarcodeFormats formats, GError **error)
{
  g_autoptr (GMappedFile) mapped = nullptr;
  g_autoptr (GBytes) bytes = nullptr;

  g_return_val_if_fail (path != nullptr, nullptr);
  mapped = g_mapped_file_new (path, FALSE, nullptr);
  if (mapped == nullptr)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The picture cannot be read. Choose it again, or another one.");
      return nullptr;
    }
  if (g_mapped_file_get_length (mapped) > MAX_FILE)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                           "The picture is too large to read a code from. Take one of the code alone.");
      return nullptr;
    }
  bytes = g_mapped_file_get_bytes (mapped);
  return tst_barcode_read_picture (bytes, formats, error);
}
