/* SPDX-License-Identifier: GPL-3.0-or-later */
#define ZX_USE_UTF8 1

#include "pdf417-fixture.h"

#include <BitMatrix.h>
#include <MultiFormatWriter.h>

#include <string.h>
#include <string>

static guint8 *
dup_pixels (const ZXing::BitMatrix &matrix, guint *width, guint *height)
{
  guint8 *pixels;

  *width = static_cast<guint> (matrix.width ());
  *height = static_cast<guint> (matrix.height ());
  pixels = g_new (guint8, static_cast<gsize> (*width) * *height);
  for (int y = 0; y < matrix.height (); y++)
    for (int x = 0; x < matrix.width (); x++)
      pixels[static_cast<gsize> (y) * *width + static_cast<gsize> (x)] = matrix.get (x, y) ? 0 : 255;
  return pixels;
}

guint8 *
fixture_code128 (const char *text, guint *width, guint *height)
{
  std::wstring wide (text, text + strlen (text));

  return dup_pixels (ZXing::MultiFormatWriter (ZXing::BarcodeFormat::Code128).setMargin (20).encode (wide, 600, 120), width, height);
}

guint8 *
fixture_pdf417 (const guint8 *payload, gsize size, guint *width, guint *height)
{
  std::wstring text;

  /* The writer takes text: in Latin-1 each character is the byte of the same number. */
  for (gsize i = 0; i < size; i++)
    text.push_back (payload[i]);
  {
    ZXing::BitMatrix matrix = ZXing::MultiFormatWriter (ZXing::BarcodeFormat::PDF417)
                                  .setEncoding (ZXing::CharacterSet::ISO8859_1)
                                  .setMargin (8)
                                  .setEccLevel (4)
                                  .encode (text, 1200, 400);

    return dup_pixels (matrix, width, height);
  }
}
