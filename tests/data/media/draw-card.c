/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf417-fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 1280
#define HEIGHT 720

/* draw-card TEXT: what a camera sees of the back of a card that says so, as a PGM on stdout. A line feed in the text becomes a NUL, as cards have them. */
int
main (int argc, char **argv)
{
  guint width = 0, height = 0, scale;
  gsize size = argc == 2 ? strlen (argv[1]) : 0;
  g_autofree guint8 *code = NULL;
  g_autofree guint8 *picture = g_malloc (WIDTH * HEIGHT);

  if (size == 0)
    return 2;
  for (gsize i = 0; i < size; i++)
    if (argv[1][i] == '\n')
      argv[1][i] = '\0';
  code = fixture_pdf417 ((const guint8 *) argv[1], size, &width, &height);
  memset (picture, 0xe8, WIDTH * HEIGHT);
  scale = MAX (1, MIN ((WIDTH - 120) / width, (HEIGHT - 120) / height));
  for (guint y = 0; y < MIN (height * scale, HEIGHT); y++)
    for (guint x = 0; x < MIN (width * scale, WIDTH); x++)
      picture[(y + (HEIGHT - height * scale) / 2) * WIDTH + x + (WIDTH - width * scale) / 2] = code[y / scale * width + x / scale];
  printf ("P5\n%d %d\n255\n", WIDTH, HEIGHT);
  return fwrite (picture, WIDTH * HEIGHT, 1, stdout) == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
