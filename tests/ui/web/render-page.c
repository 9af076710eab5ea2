/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-page PAGE MODEL.json: the page on stdout. render-page --asset NAME: the asset. For the tests in a browser. */
#include <stdio.h>

#include "web/tst-web-renderer.h"

int
main (int argc, char **argv)
{
  g_autoptr (TstWebRenderer) renderer = tst_web_renderer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    {
      g_printerr ("usage: render-page PAGE MODEL.json | render-page --asset NAME\n");
      return 2;
    }
  if (g_str_equal (argv[1], "--asset"))
    bytes = tst_page_renderer_asset (TST_PAGE_RENDERER (renderer), argv[2], NULL, NULL);
  else
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      if (json_parser_load_from_file (parser, argv[2], &error))
        bytes = tst_page_renderer_render (TST_PAGE_RENDERER (renderer), argv[1],
                                          json_node_get_object (json_parser_get_root (parser)), &error);
    }
  if (bytes == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no such asset");
      return 1;
    }
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  return fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0 ? 0 : 1;
}
