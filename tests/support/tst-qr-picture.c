/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/tst-qr-picture.h"

#include "media/tst-picture.h"

#include <qrencode.h>
#include <string.h>

#define WIDTH 2000
#define HEIGHT 1500
#define LEFT 500
#define TOP 200

GFile *
tst_qr_picture (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (TstPicture) picture = g_new0 (TstPicture, 1);
  g_autoptr (GBytes) jpeg = NULL;
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  guint scale, side;

  g_assert_nonnull (code);
  scale = 1000 / (guint) code->width;
  side = scale * (guint) code->width;
  picture->width = WIDTH;
  picture->height = HEIGHT;
  picture->pixels = g_malloc (WIDTH * HEIGHT * 3);
  memset (picture->pixels, 210, WIDTH * HEIGHT * 3);
  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      if (code->data[y / scale * (guint) code->width + x / scale] & 1)
        memset (picture->pixels + ((TOP + y) * WIDTH + LEFT + x) * 3, 60, 3);
  QRcode_free (code);
  jpeg = tst_picture_to_jpeg (picture, 85, NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), (gssize) g_bytes_get_size (jpeg), NULL));
  return g_file_new_for_path (path);
}
