/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-image-info.h"

G_BEGIN_DECLS

/* Pixels: decoding and the derivatives made from them. Hostile input is expected: limits on size and memory are set
 * before a decoder sees a byte, and for publication the decoder runs in a child (tst_derive_in_sandbox()). */

#define TST_PICTURE_MAX_PIXELS (120u * 1000 * 1000)
#define TST_PICTURE_MAX_SIDE 100000u

/**
 * TstPicture:
 *
 * 8-bit RGB (3 bytes a pixel, rows without padding), upright: the orientation is applied.
 */
typedef struct
{
  guint width, height;
  guint8 *pixels;
} TstPicture;
void tst_picture_free (TstPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPicture, tst_picture_free)

/**
 * tst_picture_decode:
 * @data: the file's bytes
 * @min_width: decode no smaller than this many pixels wide when the file is larger (JPEG scales in the DCT); 0: full
 * @strict: a decoder's warning is an error (publication); otherwise what can be shown is shown
 *
 * TST_ERROR_NOT_AN_IMAGE, TST_ERROR_DAMAGED_IMAGE, TST_ERROR_TOO_LARGE. Any thread but the main loop's.
 */
TstPicture *tst_picture_decode (GBytes *data, guint orientation, guint min_width, gboolean strict, GError **error);
/* Area-averaging reduction to @width (never enlarges). */
TstPicture *tst_picture_scale (const TstPicture *self, guint width);
/* Baseline-compatible JPEG without any metadata. */
GBytes *tst_picture_to_jpeg (const TstPicture *self, int quality, GError **error);
/* Lossy WebP without any metadata. */
GBytes *tst_picture_to_webp (const TstPicture *self, int quality, GError **error);

/* A part of an upright picture that is painted over, in ten-thousandths of its width and height from the upper left corner. */
typedef struct
{
  guint x, y, width, height;
} TstCover;
#define TST_COVER_FULL 10000u
#define TST_COVERS_MAX 64u
/* Lies within the picture and is not empty. */
gboolean tst_cover_is_valid (const TstCover *self);
/* Paints over with one colour, so that nothing of what was there is left to work out; rounded outwards. */
void tst_picture_cover (TstPicture *self, const TstCover *covers, guint n_covers);

typedef struct
{
  guint width, height;
  TstImageType type; /* TST_IMAGE_JPEG or TST_IMAGE_WEBP */
  GBytes *bytes;
} TstDerivative;
void tst_derivative_free (TstDerivative *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDerivative, tst_derivative_free)

/* The widths that are published. */
extern const guint tst_derivative_widths[3]; /* 480, 960, 1920 */

typedef enum
{
  TST_DERIVE_JPEG_ONLY, /* to look at and throw away */
  TST_DERIVE_JPEG_AND_WEBP
} TstDeriveFormats;

/* The work of the child: decodes once, strict, upright by its EXIF; makes each width not larger than the picture (at least
 * one), the smallest first: all JPEGs, then all WebPs. (element-type TstDerivative). The errors of tst_picture_decode(). */
GPtrArray *tst_derive (GBytes *original, GError **error);
/* The same, covered before anything else is made of the pixels. */
GPtrArray *tst_derive_covered (GBytes *original, const TstCover *covers, guint n_covers, TstDeriveFormats formats, GError **error);

/**
 * tst_derive_in_sandbox:
 * @worker: path of the program testigo-derive
 * @original_fd: open for reading on the original; the child can open nothing else
 *
 * Runs the worker with rlimits, no new privileges and a seccomp filter that leaves read, write, memory and exit; inside
 * bubblewrap as well where that works. Blocks; kills the child after 60 s. The child is not believed: what it sends must be
 * a JPEG or WebP of the size it says with nothing in it but pixels. Never falls back to decoding here: TST_ERROR_FAILED when the
 * worker cannot be started or confined; the errors of tst_picture_decode(); TST_ERROR_DAMAGED_IMAGE when it dies.
 *
 * Returns: (element-type TstDerivative)
 */
GPtrArray *tst_derive_in_sandbox (const char *worker, int original_fd, GCancellable *cancellable, GError **error);
GPtrArray *tst_derive_covered_in_sandbox (const char *worker, int original_fd, const TstCover *covers, guint n_covers,
                                          TstDeriveFormats formats, GCancellable *cancellable, GError **error);
/* Body of the worker's main(): reads fd 0, writes frames to fd 1. Arguments: "jpeg" for no WebP, then covers, "X,Y,WIDTH,HEIGHT". */
int tst_derive_worker_main (int argc, char **argv);

G_END_DECLS
