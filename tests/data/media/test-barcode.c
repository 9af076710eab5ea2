/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "media/tst-barcode.h"
#include "media/tst-picture.h"

#include "pdf417-fixture.h"

#include <glib/gstdio.h>
#include <qrencode.h>
#include <string.h>

#define BOTH (TST_BARCODE_QR | TST_BARCODE_PDF417)
/* Of what a card's code holds: 341 bytes with NULs between the fields. */
#define CARD_SIZE 341

typedef struct
{
  guint width, height;
  gsize stride;
  guint8 *pixels;
} Gray;

static void
gray_clear (Gray *self)
{
  g_clear_pointer (&self->pixels, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gray, gray_clear)

/* White, each row with @padding bytes of rubbish behind it. */
static Gray
gray_new (guint width, guint height, guint padding)
{
  Gray self = { width, height, width + padding, NULL };

  self.pixels = g_malloc (self.stride * height);
  memset (self.pixels, 0x55, self.stride * height);
  for (guint y = 0; y < height; y++)
    memset (self.pixels + y * self.stride, 255, width);
  return self;
}

static void
draw_qr (Gray *gray, const guint8 *payload, gsize size, guint left, guint top, guint scale)
{
  QRcode *code = QRcode_encodeData ((int) size, payload, 0, QR_ECLEVEL_M);

  g_assert_nonnull (code);
  g_assert_cmpuint (left + scale * (guint) code->width, <=, gray->width);
  g_assert_cmpuint (top + scale * (guint) code->width, <=, gray->height);
  for (guint y = 0; y < (guint) code->width * scale; y++)
    for (guint x = 0; x < (guint) code->width * scale; x++)
      if (code->data[y / scale * (guint) code->width + x / scale] & 1)
        gray->pixels[(top + y) * gray->stride + left + x] = 0;
  QRcode_free (code);
}

static void
card (guint8 *payload)
{
  for (guint i = 0; i < CARD_SIZE; i++)
    payload[i] = i % 7 == 3 ? 0 : (guint8) (i * 37 + 11);
}

static void
assert_payload (GPtrArray *codes, guint i, TstBarcodeFormats format, const void *payload, gsize size)
{
  const TstBarcode *code;
  gsize n;
  const void *data;

  g_assert_nonnull (codes);
  g_assert_cmpuint (codes->len, >, i);
  code = codes->pdata[i];
  g_assert_cmpint (code->format, ==, format);
  data = g_bytes_get_data (code->payload, &n);
  g_assert_cmpmem (data, n, payload, size);
}

static void
test_qr (void)
{
  static const guint8 payload[] = { 'T', 0, 'e', 0, 0, 0xff, 0x80, 'z', 0 };
  g_auto (Gray) gray = gray_new (640, 480, 13);
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;

  draw_qr (&gray, payload, sizeof payload, 300, 120, 6);
  codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, BOTH, &error);
  g_assert_no_error (error);
  assert_payload (codes, 0, TST_BARCODE_QR, payload, sizeof payload);
  g_assert_cmpuint (codes->len, ==, 1);
  g_assert_null (tst_barcode_dup_text (codes->pdata[0]));
}

static void
test_text (void)
{
  static const char payload[] = "TESTIGO1:Alcaldía de Peñablanca";
  g_auto (Gray) gray = gray_new (400, 400, 0);
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  draw_qr (&gray, (const guint8 *) payload, strlen (payload), 40, 40, 5);
  codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, TST_BARCODE_QR, &error);
  g_assert_no_error (error);
  assert_payload (codes, 0, TST_BARCODE_QR, payload, strlen (payload));
  text = tst_barcode_dup_text (codes->pdata[0]);
  g_assert_cmpstr (text, ==, payload);
}

/* On a label: seen only by whoever asks for such codes. */
static void
test_bars (void)
{
  guint width, height;
  g_autofree guint8 *code = fixture_code128 ("VALLA-0042", &width, &height);
  g_auto (Gray) gray = gray_new (width + 60, height + 60, 0);
  g_autoptr (GPtrArray) codes = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  for (guint y = 0; y < height; y++)
    memcpy (gray.pixels + (y + 30) * gray.stride + 30, code + y * width, width);
  codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, TST_BARCODE_QR | TST_BARCODE_OTHER, &error);
  g_assert_no_error (error);
  assert_payload (codes, 0, TST_BARCODE_OTHER, "VALLA-0042", 10);
  none = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, TST_BARCODE_QR | TST_BARCODE_PDF417, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

/* A quarter turn and upside down: a person holds the card as it comes. */
static void
test_pdf417 (void)
{
  guint8 payload[CARD_SIZE];
  guint width, height;
  g_autofree guint8 *code = NULL;

  card (payload);
  code = fixture_pdf417 (payload, sizeof payload, &width, &height);
  for (guint turn = 0; turn < 4; turn++)
    {
      guint w = turn % 2 == 0 ? width : height;
      guint h = turn % 2 == 0 ? height : width;
      g_auto (Gray) gray = gray_new (w + 120, h + 90, 3);
      g_autoptr (GPtrArray) codes = NULL;
      g_autoptr (GError) error = NULL;

      for (guint y = 0; y < h; y++)
        for (guint x = 0; x < w; x++)
          {
            guint from_x = turn == 0 ? x : turn == 1 ? y : turn == 2 ? width - 1 - x : width - 1 - y;
            guint from_y = turn == 0 ? y : turn == 1 ? height - 1 - x : turn == 2 ? height - 1 - y : x;

            gray.pixels[(y + 45) * gray.stride + x + 60] = code[from_y * width + from_x];
          }
      codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, BOTH, &error);
      g_assert_no_error (error);
      assert_payload (codes, 0, TST_BARCODE_PDF417, payload, sizeof payload);
    }
}

/* What was not asked for is not looked for; several codes of a picture all come. */
static void
test_formats (void)
{
  static const guint8 payload[] = "uno";
  static const guint8 other[] = "dos";
  g_auto (Gray) gray = gray_new (800, 400, 0);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;

  draw_qr (&gray, payload, 3, 60, 60, 6);
  draw_qr (&gray, other, 3, 500, 60, 6);
  none = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, TST_BARCODE_PDF417, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, BOTH, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (codes->len, ==, 2);
}

/* A code whose error correction does not vouch for it is no code. */
static void
test_damaged (void)
{
  static const guint8 payload[] = "TESTIGO1:0123456789";
  g_auto (Gray) gray = gray_new (300, 300, 0);
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;

  draw_qr (&gray, payload, sizeof payload - 1, 50, 50, 6);
  for (guint y = 110; y < 180; y++)
    memset (gray.pixels + y * gray.stride + 60, 0, 120);
  codes = tst_barcode_read_gray (gray.pixels, gray.width, gray.height, gray.stride, BOTH, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (codes->len, ==, 0);
}

static void
test_shapes (void)
{
  const guint8 pixel = 255;
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (GError) error = NULL;

  codes = tst_barcode_read_gray (&pixel, 1, 1, 1, BOTH, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (codes->len, ==, 0);
  g_assert_null (tst_barcode_read_gray (&pixel, 0, 1, 1, BOTH, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (tst_barcode_read_gray (&pixel, 2, 1, 1, BOTH, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_null (tst_barcode_read_gray (&pixel, 100000, 100000, 100000, BOTH, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOO_LARGE);
}

static GBytes *
photograph_of (const Gray *gray)
{
  g_autoptr (TstPicture) picture = g_new0 (TstPicture, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  GBytes *jpeg;

  picture->width = gray->width;
  picture->height = gray->height;
  picture->pixels = g_malloc ((gsize) gray->width * gray->height * 3);
  /* Neither black nor white, uneven light, noise. */
  for (guint y = 0; y < gray->height; y++)
    for (guint x = 0; x < gray->width; x++)
      for (guint c = 0; c < 3; c++)
        picture->pixels[((gsize) y * gray->width + x) * 3 + c] =
          (guint8) (40 + gray->pixels[y * gray->stride + x] / 2 + 50 * x / gray->width + (guint) g_rand_int_range (rand, 0, 24));
  jpeg = tst_picture_to_jpeg (picture, 80, &error);
  g_assert_no_error (error);
  return jpeg;
}

/* A photograph of 12 megapixels: once with a code that is seen in the small picture, once with one so small that the whole is needed. */
static void
test_picture (void)
{
  static const char payload[] = "TESTIGO1:http://127.0.0.1:8080/enrolar";

  for (guint scale = 3; scale <= 14; scale += 11)
    {
      g_auto (Gray) gray = gray_new (4000, 3000, 0);
      g_autoptr (GBytes) jpeg = NULL;
      g_autoptr (GPtrArray) codes = NULL;
      g_autoptr (GError) error = NULL;

      draw_qr (&gray, (const guint8 *) payload, strlen (payload), 2100, 900, scale);
      jpeg = photograph_of (&gray);
      codes = tst_barcode_read_picture (jpeg, TST_BARCODE_QR, &error);
      g_assert_no_error (error);
      assert_payload (codes, 0, TST_BARCODE_QR, payload, strlen (payload));
    }
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("testigo-barcode-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "no es una foto.png", NULL);
  g_autofree char *absent = g_build_filename (folder, "no está.jpg", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "hola", -1, NULL));
  g_assert_null (tst_barcode_read_file (path, BOTH, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE);
  g_clear_error (&error);
  g_assert_null (tst_barcode_read_file (absent, BOTH, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/barcode/qr", test_qr);
  g_test_add_func ("/barcode/text", test_text);
  g_test_add_func ("/barcode/pdf417", test_pdf417);
  g_test_add_func ("/barcode/bars", test_bars);
  g_test_add_func ("/barcode/formats", test_formats);
  g_test_add_func ("/barcode/damaged", test_damaged);
  g_test_add_func ("/barcode/shapes", test_shapes);
  g_test_add_func ("/barcode/picture", test_picture);
  g_test_add_func ("/barcode/file", test_file);
  return g_test_run ();
}
