/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-qr-svg.h"

#include "base/tst-error.h"

#include <qrencode.h>

#define QUIET 4

GBytes *
tst_qr_svg (const char *text, GError **error)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  g_autoptr (GString) svg = g_string_new (NULL);
  int side = 0;

  if (!code)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The text is too long for a QR code.");
      return NULL;
    }
  side = code->width + 2 * QUIET;
  g_string_append_printf (svg,
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
                          "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
                          side, side, side, side);
  /* A dark run of a row is one bar. */
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      {
        int run = 0;

        while (x + run < code->width && code->data[y * code->width + x + run] & 1)
          run++;
        if (run > 0)
          g_string_append_printf (svg, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        x += run;
      }
  g_string_append (svg, "\"/></svg>\n");
  QRcode_free (code);
  return g_string_free_to_bytes (g_steal_pointer (&svg));
}
