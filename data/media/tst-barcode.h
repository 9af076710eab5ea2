/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Codes of bars and of squares, read by ZXing. The one file of the project in C++ stands behind this header; no C++ gets out of it. */

typedef enum
{
  TST_BARCODE_QR = 1 << 0,     /* ISO/IEC 18004: the town's code, an event's, a receipt's */
  TST_BARCODE_PDF417 = 1 << 1, /* ISO/IEC 15438: the back of the Colombian identity card */
  TST_BARCODE_OTHER = 1 << 2,  /* on labels and products: EAN, UPC, Code 39, 93 and 128, ITF, Codabar, Data Matrix, Aztec */
} TstBarcodeFormats;

/* A picture from which a code is read has at most this many pixels; far above what any camera's preview has. */
#define TST_BARCODE_MAX_PIXELS (64u * 1000 * 1000)

/**
 * TstBarcode:
 *
 * One code. @payload is what the code's maker put in, byte for byte: NULs are kept (the Colombian card has them) and no character set is
 * guessed. It may be personal data: never in a log, never on a bus.
 */
typedef struct
{
  TstBarcodeFormats format; /* exactly one */
  GBytes *payload;
} TstBarcode;
void tst_barcode_free (TstBarcode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstBarcode, tst_barcode_free)

/**
 * tst_barcode_read_gray:
 * @pixels: luminance, a byte a pixel, the top row first; only read
 * @stride: bytes from one row to the next, @width or more
 * @formats: what to look for; fewer is quicker
 *
 * Finds the codes of a picture, turned any way. Damaged codes are left out: what is given is what the code's own error correction vouches
 * for. Blocks (some 10 ms for a frame of 1280 × 720): any thread but the main loop's, several at once.
 *
 * Returns: (transfer full) (element-type TstBarcode): empty when there is none; %NULL on TST_ERROR_TOO_LARGE, TST_ERROR_BAD_VALUE (no picture
 * of that shape) and TST_ERROR_FAILED (the reader gave up, for want of memory)
 */
GPtrArray *tst_barcode_read_gray (const guint8 *pixels, guint width, guint height, gsize stride, TstBarcodeFormats formats,
                                  GError **error);

/**
 * tst_barcode_read_picture:
 * @file: the bytes of a picture file: JPEG, PNG, TIFF or WebP
 *
 * The same for a photograph or a picture of a screen: a large one is looked at small first. The errors of tst_picture_decode() too.
 */
GPtrArray *tst_barcode_read_picture (GBytes *file, TstBarcodeFormats formats, GError **error);

/* The same for a file on disk; TST_ERROR_FILE_UNREADABLE, and TST_ERROR_TOO_LARGE above 64 MiB. */
GPtrArray *tst_barcode_read_file (const char *path, TstBarcodeFormats formats, GError **error);

/* The payload as text, when it is UTF-8 without NULs; else NULL. (transfer full) */
char *tst_barcode_dup_text (const TstBarcode *self);

G_END_DECLS
