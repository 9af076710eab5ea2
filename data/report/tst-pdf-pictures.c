/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-pdf-private.h"

#include "base/tst-error.h"
#include "media/tst-image-info.h"
#include "media/tst-thumbnail.h"

#include <qrencode.h>
#include <string.h>

#define GAP 14
#define MAX_PICTURE_HEIGHT 190
#define QUALITY 82
#define CAPTION_LINES 8 /* whoever wrote more finds it in the record */

/* --- two in a row --- */

static double
column_width (void)
{
  return (TST_PDF_INNER - GAP) / 2;
}

/* Where the next block of @height goes: its left edge; the top is self->y. */
static double
begin_block (TstPdf *self, double height)
{
  guint n_pages = self->pages->len;

  if (self->column == 0)
    tst_pdf_require (self, height);
  else if (height > self->row_height)
    {
      tst_pdf_require (self, height);
      if (self->pages->len != n_pages)
        self->column = 0;
    }
  if (self->column == 0)
    self->row_height = 0;
  return TST_PDF_MARGIN + self->column * (column_width () + GAP);
}

static void
end_block (TstPdf *self, double height)
{
  self->row_height = MAX (self->row_height, height);
  self->column++;
  if (self->column == 2)
    tst_pdf_end_pictures (self);
}

void
tst_pdf_end_pictures (TstPdf *self)
{
  g_return_if_fail (self != NULL);
  if (self->column == 0)
    return;
  self->column = 0;
  self->y += self->row_height + 8;
}

static PangoLayout *
caption_layout (TstPdf *self, const char *caption)
{
  PangoLayout *layout = tst_pdf_layout (self, TST_PDF_SMALL, caption, column_width ());

  if (pango_layout_get_line_count (layout) > CAPTION_LINES)
    {
      pango_layout_set_height (layout, -CAPTION_LINES);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  return layout;
}

static double
draw_caption (TstPdf *self, const char *caption, double x, double y)
{
  g_autoptr (PangoLayout) layout = caption_layout (self, caption);

  tst_pdf_set_colour (self->cr, 0x16202a);
  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout (self->cr, layout);
  return tst_pdf_layout_height (layout);
}

static double
caption_height (TstPdf *self, const char *caption)
{
  g_autoptr (PangoLayout) layout = caption_layout (self, caption);

  return tst_pdf_layout_height (layout);
}

/* --- pictures --- */

static cairo_surface_t *
surface_of (const TstPicture *picture)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) picture->width, (int) picture->height);
  guint8 *to = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  if (to == NULL)
    return surface;
  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      {
        const guint8 *from = picture->pixels + 3 * ((gsize) y * picture->width + x);
        guint32 pixel = ((guint32) from[0] << 16) | ((guint32) from[1] << 8) | from[2];

        memcpy (to + (gsize) y * stride + 4 * (gsize) x, &pixel, sizeof pixel);
      }
  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
draw_surface (cairo_t *cr, cairo_surface_t *surface, double x, double y, double scale)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  cairo_restore (cr);
}

gboolean
tst_pdf_add_picture (TstPdf *self, GBytes *jpeg, const char *caption)
{
  g_autoptr (TstPicture) picture = NULL;
  cairo_surface_t *surface;
  double scale, height, x;
  gsize size;
  const guchar *data;

  g_return_val_if_fail (self != NULL && self->cr != NULL && jpeg != NULL, FALSE);
  data = g_bytes_get_data (jpeg, &size);
  if (size < 3 || data[0] != 0xff || data[1] != 0xd8)
    return FALSE;
  picture = tst_picture_decode (jpeg, 1, 0, FALSE, NULL);
  if (picture == NULL)
    return FALSE;
  scale = MIN (column_width () / picture->width, (double) MAX_PICTURE_HEIGHT / picture->height);
  height = picture->height * scale + 3 + caption_height (self, caption);
  x = begin_block (self, height);
  surface = surface_of (picture);
  /* The bytes themselves go into the document: no second loss, and a fraction of the size. */
  cairo_surface_set_mime_data (surface, CAIRO_MIME_TYPE_JPEG, data, size, (cairo_destroy_func_t) g_bytes_unref, g_bytes_ref (jpeg));
  draw_surface (self->cr, surface, x, self->y, scale);
  cairo_surface_destroy (surface);
  draw_caption (self, caption, x, self->y + picture->height * scale + 3);
  end_block (self, height);
  return TRUE;
}

GBytes *
tst_pdf_picture_from_file (const char *path, guint width, GError **error)
{
  g_autoptr (TstPicture) picture = tst_thumbnail_load (path, width, error);

  return picture != NULL ? tst_picture_to_jpeg (picture, QUALITY, error) : NULL;
}

/* --- signatures --- */

typedef struct
{
  const guchar *data;
  gsize left;
} Reader;

static cairo_status_t
read_bytes (void *closure, unsigned char *data, unsigned int length)
{
  Reader *reader = closure;

  if (length > reader->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, reader->data, length);
  reader->data += length;
  reader->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

gboolean
tst_pdf_add_signature (TstPdf *self, GBytes *png, const char *caption, double height_mm)
{
  double room = height_mm * TST_PDF_MM;
  double height = room + 6 + caption_height (self, caption);
  cairo_surface_t *surface = NULL;
  double x;

  g_return_val_if_fail (self != NULL && self->cr != NULL, FALSE);
  if (png != NULL)
    {
      Reader reader = { NULL, 0 };

      reader.data = g_bytes_get_data (png, &reader.left);
      surface = cairo_image_surface_create_from_png_stream (read_bytes, &reader);
      if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS || cairo_image_surface_get_width (surface) == 0)
        {
          cairo_surface_destroy (surface);
          return FALSE;
        }
    }
  x = begin_block (self, height);
  if (surface != NULL)
    {
      double scale = MIN (column_width () / cairo_image_surface_get_width (surface), room / cairo_image_surface_get_height (surface));

      draw_surface (self->cr, surface, x, self->y + room - scale * cairo_image_surface_get_height (surface), scale);
      cairo_surface_destroy (surface);
    }
  tst_pdf_set_colour (self->cr, 0x16202a);
  cairo_set_line_width (self->cr, 0.6);
  cairo_move_to (self->cr, x, self->y + room + 2);
  cairo_line_to (self->cr, x + column_width (), self->y + room + 2);
  cairo_stroke (self->cr);
  draw_caption (self, caption, x, self->y + room + 5);
  end_block (self, height);
  return TRUE;
}

/* --- QR --- */

gboolean
tst_pdf_qr (TstPdf *self, const char *content, double size_mm, const char *caption)
{
  double size = size_mm * TST_PDF_MM, module;
  g_autoptr (PangoLayout) words = NULL;
  QRcode *code;

  g_return_val_if_fail (self != NULL && self->cr != NULL && content != NULL, FALSE);
  code = QRcode_encodeString8bit (content, 0, QR_ECLEVEL_M);
  if (code == NULL)
    return FALSE;
  tst_pdf_end_pictures (self);
  words = tst_pdf_layout (self, TST_PDF_SMALL, caption, TST_PDF_INNER - size - 14);
  tst_pdf_require (self, MAX (size, tst_pdf_layout_height (words)) + 8);
  /* Four modules of white around it, as the norm has it. */
  module = size / (code->width + 8);
  tst_pdf_set_colour (self->cr, 0x000000);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1)
        cairo_rectangle (self->cr, TST_PDF_MARGIN + (x + 4) * module, self->y + (y + 4) * module, module, module);
  cairo_fill (self->cr);
  QRcode_free (code);
  tst_pdf_set_colour (self->cr, 0x16202a);
  cairo_move_to (self->cr, TST_PDF_MARGIN + size + 14, self->y + 4 * module);
  pango_cairo_show_layout (self->cr, words);
  self->y += MAX (size, tst_pdf_layout_height (words)) + 8;
  return TRUE;
}
