/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "media/tst-decode-private.h"

#include "image-fixtures.h"

#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

static GBytes *
png_from (guint width, guint height, guint32 format, const void *pixels, const void *colormap, guint n_colors)
{
  png_image image = { .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = format };
  png_alloc_size_t size;
  guint8 *out;

  image.colormap_entries = n_colors;
  size = PNG_IMAGE_PNG_SIZE_MAX (image);
  out = g_malloc (size);
  g_assert_true (png_image_write_to_memory (&image, out, &size, 0, pixels, 0, colormap));
  return g_bytes_new_take (out, size);
}

/* Each of the eight orientations against the table of the EXIF standard, pixel by pixel. */
static void
test_orientations (void)
{
  enum
  {
    W = 5,
    H = 3
  };
  guint8 pixels[W * H * 3];
  g_autoptr (GBytes) png = NULL;

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = i * 5;
  png = png_from (W, H, PNG_FORMAT_RGB, pixels, NULL, 0);
  for (guint orientation = 0; orientation <= 9; orientation++)
    {
      g_autoptr (TstPicture) picture = tst_picture_decode (png, orientation, 0, TRUE, NULL);
      gboolean swapped = orientation >= 5 && orientation <= 8;

      g_assert_nonnull (picture);
      g_assert_cmpuint (picture->width, ==, swapped ? H : W);
      g_assert_cmpuint (picture->height, ==, swapped ? W : H);
      for (guint y = 0; y < H; y++)
        for (guint x = 0; x < W; x++)
          {
            guint to_x = x;
            guint to_y = y;

            switch (orientation)
              {
              case 2:
                to_x = W - 1 - x;
                break;
              case 3:
                to_x = W - 1 - x;
                to_y = H - 1 - y;
                break;
              case 4:
                to_y = H - 1 - y;
                break;
              case 5:
                to_x = y;
                to_y = x;
                break;
              case 6:
                to_x = H - 1 - y;
                to_y = x;
                break;
              case 7:
                to_x = H - 1 - y;
                to_y = W - 1 - x;
                break;
              case 8:
                to_x = y;
                to_y = W - 1 - x;
                break;
              default:
                break;
              }
            g_assert_cmpmem (picture->pixels + (to_y * picture->width + to_x) * 3, 3,
                             pixels + (y * W + x) * 3, 3);
          }
    }
}

static void
assert_close (const TstPicture *picture, guint x, guint y, int r, int g, int b, int tolerance)
{
  const guint8 *at = picture->pixels + ((gsize)y * picture->width + x) * 3;

  g_assert_cmpint (ABS (at[0] - r), <=, tolerance);
  g_assert_cmpint (ABS (at[1] - g), <=, tolerance);
  g_assert_cmpint (ABS (at[2] - b), <=, tolerance);
}

static GBytes *
cmyk_jpeg (gboolean adobe)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr jerr;
  unsigned char *out = NULL;
  unsigned long size = 0;
  guint8 line[16 * 4];
  GBytes *bytes;

  /* A quarter of cyan, half of yellow, a tenth of black. */
  for (guint i = 0; i < 16; i++)
    {
      const guint8 ink[4] = { 64, 0, 128, 26 };

      for (guint j = 0; j < 4; j++)
        line[i * 4 + j] = adobe ? 255 - ink[j] : ink[j];
    }
  cinfo.err = jpeg_std_error (&jerr);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &out, &size);
  cinfo.image_width = cinfo.image_height = 16;
  cinfo.input_components = 4;
  cinfo.in_color_space = JCS_CMYK;
  jpeg_set_defaults (&cinfo);
  jpeg_set_colorspace (&cinfo, adobe ? JCS_YCCK : JCS_CMYK);
  cinfo.write_Adobe_marker = adobe;
  jpeg_set_quality (&cinfo, 95, TRUE);
  jpeg_start_compress (&cinfo, TRUE);
  while (cinfo.next_scanline < 16)
    {
      JSAMPROW row = line;

      jpeg_write_scanlines (&cinfo, &row, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  bytes = g_bytes_new (out, size);
  free (out);
  return bytes;
}

static void
test_kinds (void)
{
  static const guint8 red_half[] = { 255, 0, 0, 128, 0, 0, 0, 0 };
  static const guint8 grey[] = { 10, 200 };
  static const guint16 grey16[] = { 0, 65535 };
  static const guint8 indices[] = { 0, 1 };
  g_autoptr (GBytes) rgba = png_from (2, 1, PNG_FORMAT_RGBA, red_half, NULL, 0);
  g_autoptr (GBytes) palette = png_from (2, 1, PNG_FORMAT_RGBA_COLORMAP, indices, red_half, 2);
  g_autoptr (GBytes) flat = png_from (2, 1, PNG_FORMAT_GRAY, grey, NULL, 0);
  g_autoptr (GBytes) deep = png_from (2, 1, PNG_FORMAT_LINEAR_Y, grey16, NULL, 0);
  GBytes *const with_alpha[] = { rgba, palette };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TstPicture) picture = tst_picture_decode (with_alpha[i], 1, 0, TRUE, NULL);

      g_assert_nonnull (picture);
      assert_close (picture, 0, 0, 255, 127, 127, 1);
      assert_close (picture, 1, 0, 255, 255, 255, 0);
    }
  {
    g_autoptr (TstPicture) a = tst_picture_decode (flat, 1, 0, TRUE, NULL);
    g_autoptr (TstPicture) b = tst_picture_decode (deep, 1, 0, TRUE, NULL);

    assert_close (a, 0, 0, 10, 10, 10, 0);
    assert_close (a, 1, 0, 200, 200, 200, 0);
    assert_close (b, 0, 0, 0, 0, 0, 0);
    assert_close (b, 1, 0, 255, 255, 255, 0);
  }
  for (guint adobe = 0; adobe < 2; adobe++)
    {
      g_autoptr (GBytes) jpeg = cmyk_jpeg (adobe);
      g_autoptr (TstPicture) picture = tst_picture_decode (jpeg, 1, 0, TRUE, NULL);

      g_assert_nonnull (picture);
      assert_close (picture, 8, 8, 191 * 229 / 255, 229, 127 * 229 / 255, 4);
    }
  {
    /* The same pixels through each format. */
    GBytes *files[4] = { fixture_jpeg (64, 48, NULL), fixture_png (64, 48, NULL), fixture_webp (64, 48, NULL),
                         fixture_tiff (64, 48, NULL) };
    g_autofree guint8 *pixels = fixture_pixels (64, 48);

    for (guint i = 0; i < 4; i++)
      {
        g_autoptr (TstPicture) picture = tst_picture_decode (files[i], 1, 0, TRUE, NULL);
        guint64 off = 0;

        g_assert_nonnull (picture);
        g_assert_cmpuint (picture->width, ==, 64);
        g_assert_cmpuint (picture->height, ==, 48);
        for (guint j = 0; j < 64 * 48 * 3; j++)
          off += ABS (picture->pixels[j] - pixels[j]);
        g_assert_cmpuint (off / (64 * 48 * 3), <=, i == 1 || i == 3 ? 0 : 5);
        g_bytes_unref (files[i]);
      }
  }
}

static void
test_scale (void)
{
  static guint8 checks[4 * 4 * 3];
  TstPicture small = { 4, 4, checks };
  g_autoptr (TstPicture) half = NULL;
  g_autoptr (TstPicture) one = NULL;
  g_autoptr (TstPicture) same = NULL;
  g_autoptr (TstPicture) white = tst_picture_new (997, 613, NULL);

  for (guint i = 0; i < 16; i++)
    memset (checks + i * 3, (i + i / 4) % 2 ? 255 : 0, 3);
  half = tst_picture_scale (&small, 2);
  g_assert_cmpuint (half->width, ==, 2);
  g_assert_cmpuint (half->height, ==, 2);
  for (guint i = 0; i < 4; i++)
    assert_close (half, i % 2, i / 2, 128, 128, 128, 1);
  one = tst_picture_scale (&small, 1);
  g_assert_cmpuint (one->height, ==, 1);
  assert_close (one, 0, 0, 128, 128, 128, 1);
  same = tst_picture_scale (&small, 400);
  g_assert_cmpuint (same->width, ==, 4);
  g_assert_cmpmem (same->pixels, 48, checks, 48);

  /* White stays white for any ratio: weights add up. */
  memset (white->pixels, 255, 997 * 613 * 3);
  for (guint width = 1; width < 997; width += 83)
    {
      g_autoptr (TstPicture) out = tst_picture_scale (white, width);

      g_assert_cmpuint (out->width, ==, width);
      for (gsize i = 0; i < (gsize)out->width * out->height * 3; i++)
        g_assert_cmpuint (out->pixels[i], ==, 255);
    }
}

static void
test_min_width (void)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (1000, 800, NULL);
  static const struct
  {
    guint orientation, min, width;
  } cases[] = { { 1, 0, 1000 }, { 1, 501, 1000 }, { 1, 500, 500 }, { 1, 200, 250 },  { 1, 10, 125 },
                { 6, 0, 800 },  { 6, 400, 400 },  { 6, 401, 800 }, { 1, 2000, 1000 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TstPicture) picture
          = tst_picture_decode (jpeg, cases[i].orientation, cases[i].min, TRUE, NULL);

      g_test_message ("case %u", i);
      g_assert_cmpuint (picture->width, ==, cases[i].width);
    }
}

/* Cut files: what is there can be shown, and cannot be published. */
static void
test_strict (void)
{
  static GBytes *(*const make[]) (guint, guint, GBytes *) = { fixture_jpeg, fixture_png, fixture_webp };

  for (guint i = 0; i < G_N_ELEMENTS (make); i++)
    {
      g_autoptr (GBytes) whole = make[i](200, 150, NULL);
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) * 3 / 4);
      g_autoptr (GError) error = NULL;
      g_autoptr (TstPicture) shown = tst_picture_decode (cut, 1, 0, FALSE, NULL);
      g_autoptr (TstPicture) strict = tst_picture_decode (cut, 1, 0, TRUE, &error);

      g_assert_nonnull (shown);
      g_assert_cmpuint (shown->height, ==, 150);
      g_assert_null (strict);
      g_assert_error (error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE);
    }
}

static GBytes *
png_header (guint32 width, guint32 height, guint interlace)
{
  GByteArray *out = g_byte_array_new ();
  guint8 ihdr[17] = { 'I', 'H', 'D', 'R' };
  guint32 word;

  word = GUINT32_TO_BE (width);
  memcpy (ihdr + 4, &word, 4);
  word = GUINT32_TO_BE (height);
  memcpy (ihdr + 8, &word, 4);
  ihdr[12] = 8;
  ihdr[13] = 2;
  ihdr[16] = interlace;
  g_byte_array_append (out, (const guint8 *)"\x89PNG\r\n\x1a\n\0\0\0\x0d", 12);
  g_byte_array_append (out, ihdr, 17);
  word = GUINT32_TO_BE (crc32 (0, ihdr, 17));
  g_byte_array_append (out, (guint8 *)&word, 4);
  g_byte_array_append (out, (const guint8 *)"\0\0\0\x0aIDAT\x78\x9c\x63\0\0\0\x01\0\x01\0\0\0\0\0", 22);
  return g_byte_array_free_to_bytes (out);
}

/* A few bytes that ask for gigabytes: told apart by their size before anything is allocated. */
static void
test_bombs (void)
{
  g_autoptr (GPtrArray) bombs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GBytes) jpeg = fixture_jpeg (16, 16, NULL);
  g_autoptr (FixtureExif) tags = fixture_exif_new (FALSE);
  g_autoptr (GBytes) tiff = fixture_tiff (16, 16, tags);
  gsize size;
  guint8 *data;

  g_ptr_array_add (bombs, png_header (60000, 60000, 0));
  g_ptr_array_add (bombs, png_header (12000, 11000, 1));
  g_ptr_array_add (bombs, png_header (2000000000, 1, 0));
  g_ptr_array_add (bombs, png_header (1, 2000000000, 0));
  data = g_bytes_unref_to_data (g_bytes_ref (jpeg), &size);
  for (gsize i = 0; i + 9 < size; i++)
    if (data[i] == 0xff && data[i + 1] == 0xc0)
      {
        memset (data + i + 5, 0xfe, 4);
        break;
      }
  g_ptr_array_add (bombs, g_bytes_new_take (data, size));
  data = g_bytes_unref_to_data (g_bytes_ref (tiff), &size);
  /* Width and height are the first two entries. */
  g_assert_cmpuint (data[10], ==, 0);
  memcpy (data + 18, "\x50\xc3\0\0", 4);
  memcpy (data + 30, "\x50\xc3\0\0", 4);
  g_ptr_array_add (bombs, g_bytes_new_take (data, size));
  g_ptr_array_add (bombs,
                   g_bytes_new ("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0\0\0\0\0", 34));

  for (guint i = 0; i < bombs->len; i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("bomb %u", i);
      g_assert_null (tst_picture_decode (bombs->pdata[i], 1, 0, FALSE, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_TOO_LARGE);
    }
}

/* In this process, where a sanitizer sees it: changed bytes never do more than fail. */
static void
test_mutations (void)
{
  GBytes *files[] = { fixture_jpeg (48, 32, NULL), fixture_png (48, 32, NULL), fixture_webp (48, 32, NULL),
                      fixture_tiff (48, 32, NULL) };
  GRand *rand = g_rand_new_with_seed (31);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (files[i], &size);

      for (guint j = 0; j < 500; j++)
        {
          g_autofree guint8 *changed = g_memdup2 (data, size);
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GError) error = NULL;
          g_autoptr (TstPicture) picture = NULL;

          for (guint k = 0; k < 1 + j % 6; k++)
            changed[g_rand_int_range (rand, 0, j % 2 ? MIN (size, 300) : size)] = g_rand_int (rand);
          bytes = g_bytes_new (changed, j % 7 == 0 ? (gsize) g_rand_int_range (rand, 0, size) : size);
          picture = tst_picture_decode (bytes, j % 9, j % 3 ? 0 : 16, j % 2, &error);
          g_assert_true ((picture != NULL) == (error == NULL));
          if (picture != NULL)
            {
              g_autoptr (TstPicture) small = tst_picture_scale (picture, 1 + j % 50);

              g_assert_cmpuint (small->width, <=, picture->width);
            }
        }
      g_bytes_unref (files[i]);
    }
  g_rand_free (rand);
}

static void
test_plain (void)
{
  g_autoptr (TstPicture) picture = tst_picture_new (100, 50, NULL);
  g_autoptr (GBytes) plain = tst_picture_to_jpeg (picture, 80, NULL);
  g_autoptr (GBytes) exif = g_bytes_new_static ("II*\0\x08\0\0\0\0\0\0\0\0\0", 14);
  g_autoptr (GBytes) with = fixture_jpeg (100, 50, exif);
  gsize size;
  const guint8 *data = g_bytes_get_data (plain, &size);
  static const guint8 comment[] = { 0xff, 0xfe, 0, 6, 'c', 'a', 'n', 'a' };

  g_assert_true (tst_jpeg_is_plain (plain, 100, 50));
  g_assert_false (tst_jpeg_is_plain (plain, 50, 100));
  g_assert_false (tst_jpeg_is_plain (with, 100, 50));
  /* A comment before the tables; bytes after the end; a marker inside the scan; an end too early. */
  for (guint i = 0; i < 4; i++)
    {
      GByteArray *out = g_byte_array_new ();
      g_autoptr (GBytes) changed = NULL;
      gsize at = i == 0 ? 2 : i == 1 ? size : size - 2;

      g_byte_array_append (out, data, at);
      if (i < 3)
        g_byte_array_append (out, comment, sizeof comment);
      if (i < 3)
        g_byte_array_append (out, data + at, size - at);
      changed = g_byte_array_free_to_bytes (out);
      g_assert_false (tst_jpeg_is_plain (changed, 100, 50));
    }
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (plain, 0, cut);

      g_assert_false (tst_jpeg_is_plain (part, 100, 50));
    }
}

static void
test_derive_widths (void)
{
  static const struct
  {
    guint width, height, orientation, n;
    guint expected[3];
  } cases[] = {
    { 2400, 1600, 1, 3, { 480, 960, 1920 } },
    { 1920, 1080, 1, 3, { 480, 960, 1920 } },
    { 1600, 1200, 1, 2, { 480, 960 } },
    { 1600, 900, 6, 1, { 480 } },
    { 400, 300, 1, 1, { 400 } },
    { 480, 300, 1, 1, { 480 } },
    { 3000, 1, 1, 3, { 480, 960, 1920 } },
    { 1, 3000, 1, 1, { 1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FixtureExif) exif = fixture_exif_new (FALSE);
      g_autoptr (GBytes) block = NULL;
      g_autoptr (GBytes) jpeg = NULL;
      g_autoptr (GPtrArray) derivatives = NULL;

      g_test_message ("case %u", i);
      fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, cases[i].orientation);
      block = fixture_exif_block (exif);
      jpeg = fixture_jpeg (cases[i].width, cases[i].height, block);
      derivatives = tst_derive (jpeg, NULL);
      g_assert_nonnull (derivatives);
      g_assert_cmpuint (derivatives->len, ==, 2 * cases[i].n);
      for (guint j = 0; j < derivatives->len; j++)
        {
          const TstDerivative *derivative = derivatives->pdata[j];
          double ratio = cases[i].orientation >= 5 ? (double)cases[i].width / cases[i].height
                                                   : (double)cases[i].height / cases[i].width;

          g_assert_cmpuint (derivative->width, ==, cases[i].expected[j % cases[i].n]);
          g_assert_cmpfloat_with_epsilon (derivative->height, MAX (1, derivative->width * ratio), 1.01);
          g_assert_cmpint (tst_image_sniff (g_bytes_get_data (derivative->bytes, NULL), g_bytes_get_size (derivative->bytes)), ==,
                           derivative->type);
          g_assert_cmpint (derivative->type, ==, j < cases[i].n ? TST_IMAGE_JPEG : TST_IMAGE_WEBP);
          g_assert_true (derivative->type == TST_IMAGE_WEBP
                             ? tst_webp_is_plain (derivative->bytes, derivative->width, derivative->height)
                             : tst_jpeg_is_plain (derivative->bytes, derivative->width, derivative->height));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/orientations", test_orientations);
  g_test_add_func ("/picture/kinds", test_kinds);
  g_test_add_func ("/picture/scale", test_scale);
  g_test_add_func ("/picture/min-width", test_min_width);
  g_test_add_func ("/picture/strict", test_strict);
  g_test_add_func ("/picture/bombs", test_bombs);
  g_test_add_func ("/picture/mutations", test_mutations);
  g_test_add_func ("/picture/plain", test_plain);
  g_test_add_func ("/picture/derive", test_derive_widths);
  return g_test_run ();
}
