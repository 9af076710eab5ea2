/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-pdf.h"

#include "report/tst-pdf-private.h"

#include "base/tst-error.h"

#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#define MAX_BYTES (64u * 1024 * 1024)
#define GREY 0x5c6570
#define INK 0x16202a
#define LINE 0xc9d0d6

/* Pages are recorded and drawn at the end, since only then their number is known. */

static cairo_t *
new_page (TstPdf *self)
{
  const cairo_rectangle_t extents = { 0, 0, TST_PDF_WIDTH, TST_PDF_HEIGHT };
  cairo_surface_t *page = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);

  g_ptr_array_add (self->pages, page);
  if (self->cr != NULL)
    cairo_destroy (self->cr);
  self->cr = cairo_create (page);
  self->y = TST_PDF_MARGIN;
  return self->cr;
}

TstPdf *
tst_pdf_new (const char *title, const char *footer, const char *language)
{
  TstPdf *self = g_new0 (TstPdf, 1);

  self->title = g_strdup (title);
  self->footer = g_strdup (footer);
  self->english = g_strcmp0 (language, "en") == 0;
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  self->column = 0;
  new_page (self);
  return self;
}

void
tst_pdf_free (TstPdf *self)
{
  if (self->cr != NULL)
    cairo_destroy (self->cr);
  g_ptr_array_unref (self->pages);
  g_strfreev (self->titles);
  g_free (self->weights);
  g_free (self->title);
  g_free (self->footer);
  g_free (self);
}

void
tst_pdf_set_colour (cairo_t *cr, guint32 colour)
{
  cairo_set_source_rgb (cr, ((colour >> 16) & 0xff) / 255.0, ((colour >> 8) & 0xff) / 255.0, (colour & 0xff) / 255.0);
}

PangoLayout *
tst_pdf_layout (TstPdf *self, TstPdfStyle style, const char *text, double width)
{
  static const char *const fonts[] = {
    [TST_PDF_TITLE] = "Cantarell, DejaVu Sans, Sans Bold 18",  [TST_PDF_HEADING] = "Cantarell, DejaVu Sans, Sans Bold 12.5",
    [TST_PDF_TEXT] = "Cantarell, DejaVu Sans, Sans 10",        [TST_PDF_SMALL] = "Cantarell, DejaVu Sans, Sans 8.5",
    [TST_PDF_MONO] = "DejaVu Sans Mono, Monospace 7.5",
  };
  PangoLayout *layout = pango_cairo_create_layout (self->cr);
  PangoFontDescription *font = pango_font_description_from_string (fonts[style]);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  /* Points of the page, not pixels of a screen. */
  pango_cairo_context_set_resolution (pango_layout_get_context (layout), 72);
  pango_layout_context_changed (layout);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, valid, -1);
  return layout;
}

double
tst_pdf_layout_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

/* Room for @height more, on this page or on the next. */
void
tst_pdf_require (TstPdf *self, double height)
{
  if (self->y + height > TST_PDF_HEIGHT - TST_PDF_MARGIN - TST_PDF_FOOT && self->y > TST_PDF_MARGIN)
    new_page (self);
}

/* --- words --- */

/* Line by line, so that a long text goes over to the next page. */
static void
flow (TstPdf *self, PangoLayout *layout, double x, guint32 colour)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);

  do
    {
      PangoLayoutLine *line = pango_layout_iter_get_line_readonly (iter);
      PangoRectangle logical;
      double height;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      height = (double) logical.height / PANGO_SCALE;
      tst_pdf_require (self, height);
      tst_pdf_set_colour (self->cr, colour);
      cairo_move_to (self->cr, x + (double) logical.x / PANGO_SCALE,
                     self->y + (double) (pango_layout_iter_get_baseline (iter) - logical.y) / PANGO_SCALE);
      pango_cairo_show_layout_line (self->cr, line);
      self->y += height;
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

void
tst_pdf_text (TstPdf *self, TstPdfStyle style, const char *text)
{
  static const double before[] = { [TST_PDF_TITLE] = 0, [TST_PDF_HEADING] = 12, [TST_PDF_TEXT] = 2, [TST_PDF_SMALL] = 2, [TST_PDF_MONO] = 1 };
  static const double after[] = { [TST_PDF_TITLE] = 6, [TST_PDF_HEADING] = 4, [TST_PDF_TEXT] = 4, [TST_PDF_SMALL] = 3, [TST_PDF_MONO] = 1 };
  g_autoptr (PangoLayout) layout = NULL;

  g_return_if_fail (self != NULL && self->cr != NULL);
  if (text == NULL || *text == '\0')
    return;
  tst_pdf_end_pictures (self);
  if (self->y > TST_PDF_MARGIN)
    self->y += before[style];
  layout = tst_pdf_layout (self, style, text, TST_PDF_INNER);
  /* A heading takes what follows it along. */
  if (style == TST_PDF_HEADING)
    tst_pdf_require (self, tst_pdf_layout_height (layout) + 60);
  flow (self, layout, TST_PDF_MARGIN, style == TST_PDF_SMALL ? GREY : INK);
  self->y += after[style];
}

void
tst_pdf_fact (TstPdf *self, const char *name, const char *value)
{
  const double split = 140;
  g_autoptr (PangoLayout) left = NULL;
  g_autoptr (PangoLayout) right = NULL;
  guint n_pages;
  double below;

  g_return_if_fail (self != NULL && self->cr != NULL);
  if (value == NULL || *value == '\0')
    return;
  tst_pdf_end_pictures (self);
  left = tst_pdf_layout (self, TST_PDF_SMALL, name, split - 8);
  right = tst_pdf_layout (self, TST_PDF_TEXT, value, TST_PDF_INNER - split);
  tst_pdf_require (self, MAX (tst_pdf_layout_height (left), MIN (tst_pdf_layout_height (right), 120)));
  tst_pdf_set_colour (self->cr, GREY);
  cairo_move_to (self->cr, TST_PDF_MARGIN, self->y + 1.5);
  pango_cairo_show_layout (self->cr, left);
  n_pages = self->pages->len;
  below = self->y + 1.5 + tst_pdf_layout_height (left);
  flow (self, right, TST_PDF_MARGIN + split, INK);
  /* A long name may be the taller one. */
  if (self->pages->len == n_pages)
    self->y = MAX (self->y, below);
  self->y += 3;
}

void
tst_pdf_space (TstPdf *self, double mm)
{
  g_return_if_fail (self != NULL && self->cr != NULL);
  tst_pdf_end_pictures (self);
  self->y += mm * TST_PDF_MM;
}

void
tst_pdf_keep (TstPdf *self, double mm)
{
  g_return_if_fail (self != NULL && self->cr != NULL);
  tst_pdf_end_pictures (self);
  tst_pdf_require (self, mm * TST_PDF_MM);
}

void
tst_pdf_rule (TstPdf *self)
{
  g_return_if_fail (self != NULL && self->cr != NULL);
  tst_pdf_end_pictures (self);
  tst_pdf_require (self, 8);
  tst_pdf_set_colour (self->cr, LINE);
  cairo_set_line_width (self->cr, 0.7);
  cairo_move_to (self->cr, TST_PDF_MARGIN, self->y + 4);
  cairo_line_to (self->cr, TST_PDF_WIDTH - TST_PDF_MARGIN, self->y + 4);
  cairo_stroke (self->cr);
  self->y += 8;
}

void
tst_pdf_page_break (TstPdf *self)
{
  g_return_if_fail (self != NULL && self->cr != NULL);
  tst_pdf_end_pictures (self);
  if (self->y > TST_PDF_MARGIN)
    new_page (self);
}

/* --- tables --- */

static void draw_cells (TstPdf *self, const char *const *cells, TstPdfStyle style, guint32 colour);

/* The lines of a cell that end before @bottom, from where @iter is; FALSE once there are none left. @y comes back below the last one drawn. */
static gboolean
draw_lines (TstPdf *self, PangoLayoutIter *iter, double x, double *y, double bottom)
{
  do
    {
      PangoRectangle logical;
      double height;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      height = (double) logical.height / PANGO_SCALE;
      if (*y + height > bottom)
        return TRUE;
      cairo_move_to (self->cr, x + (double) logical.x / PANGO_SCALE,
                     *y + (double) (pango_layout_iter_get_baseline (iter) - logical.y) / PANGO_SCALE);
      pango_cairo_show_layout_line (self->cr, pango_layout_iter_get_line_readonly (iter));
      *y += height;
    }
  while (pango_layout_iter_next_line (iter));
  return FALSE;
}

/* A row that is longer than half a page goes over to the next ones line by line, under the titles. */
static void
draw_long_cells (TstPdf *self, GPtrArray *layouts, const double *widths, guint32 colour)
{
  g_autoptr (GPtrArray) iters = g_ptr_array_new_with_free_func ((GDestroyNotify) pango_layout_iter_free);
  gboolean more = TRUE;

  for (guint i = 0; i < layouts->len; i++)
    g_ptr_array_add (iters, pango_layout_get_iter (layouts->pdata[i]));
  while (more)
    {
      double x = TST_PDF_MARGIN, lowest = self->y;

      more = FALSE;
      tst_pdf_set_colour (self->cr, colour);
      for (guint i = 0; i < layouts->len; i++)
        {
          double y = self->y + 2;

          if (iters->pdata[i] != NULL && !draw_lines (self, iters->pdata[i], x, &y, TST_PDF_HEIGHT - TST_PDF_MARGIN - TST_PDF_FOOT - 4))
            g_clear_pointer (&iters->pdata[i], pango_layout_iter_free);
          more = more || iters->pdata[i] != NULL;
          lowest = MAX (lowest, y);
          x += widths[i];
        }
      self->y = lowest;
      if (more)
        {
          new_page (self);
          draw_cells (self, (const char *const *) self->titles, TST_PDF_SMALL, GREY);
        }
    }
}

static void
draw_cells (TstPdf *self, const char *const *cells, TstPdfStyle style, guint32 colour)
{
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_strv_length (self->titles);
  g_autofree double *widths = g_new0 (double, n);
  double height = 0, x = TST_PDF_MARGIN, total = 0;

  for (guint i = 0; i < n; i++)
    total += self->weights[i];
  for (guint i = 0; i < n; i++)
    {
      PangoLayout *layout;

      widths[i] = TST_PDF_INNER * self->weights[i] / total;
      layout = tst_pdf_layout (self, style, cells[i], widths[i] - 6);
      height = MAX (height, tst_pdf_layout_height (layout));
      g_ptr_array_add (layouts, layout);
    }
  if (height > TST_PDF_HEIGHT / 2)
    {
      draw_long_cells (self, layouts, widths, colour);
      height = 0;
    }
  else if (self->y + height + 6 > TST_PDF_HEIGHT - TST_PDF_MARGIN - TST_PDF_FOOT && self->y > TST_PDF_MARGIN)
    {
      new_page (self);
      if (colour != GREY)
        draw_cells (self, (const char *const *) self->titles, TST_PDF_SMALL, GREY);
    }
  for (guint i = 0; i < n && height > 0; i++)
    {
      tst_pdf_set_colour (self->cr, colour);
      cairo_move_to (self->cr, x, self->y + 2);
      pango_cairo_show_layout (self->cr, layouts->pdata[i]);
      x += widths[i];
    }
  self->y += height + 4;
  tst_pdf_set_colour (self->cr, LINE);
  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, TST_PDF_MARGIN, self->y);
  cairo_line_to (self->cr, TST_PDF_WIDTH - TST_PDF_MARGIN, self->y);
  cairo_stroke (self->cr);
  self->y += 1;
}

void
tst_pdf_table_begin (TstPdf *self, const char *const *titles, const double *weights)
{
  guint n = g_strv_length ((char **) titles);

  g_return_if_fail (self != NULL && self->cr != NULL && n > 0);
  tst_pdf_end_pictures (self);
  g_strfreev (self->titles);
  g_free (self->weights);
  self->titles = g_strdupv ((char **) titles);
  self->weights = g_memdup2 (weights, n * sizeof *weights);
  tst_pdf_require (self, 40);
  draw_cells (self, titles, TST_PDF_SMALL, GREY);
}

void
tst_pdf_table_row (TstPdf *self, const char *const *cells)
{
  g_return_if_fail (self != NULL && self->titles != NULL);
  draw_cells (self, cells, TST_PDF_TEXT, INK);
}

void
tst_pdf_table_end (TstPdf *self)
{
  g_return_if_fail (self != NULL);
  g_clear_pointer (&self->titles, g_strfreev);
  g_clear_pointer (&self->weights, g_free);
  self->y += 6;
}

/* --- bars --- */

void
tst_pdf_bar (TstPdf *self, const char *name, double percent, guint32 colour)
{
  const double left = 110, right = 60, thick = 9;
  double width = TST_PDF_INNER - left - right;
  g_autofree char *value = isfinite (percent) ? g_strdup_printf ("%.1f %%", percent) : g_strdup ("—");
  g_autoptr (PangoLayout) words = NULL;
  g_autoptr (PangoLayout) number = NULL;

  g_return_if_fail (self != NULL && self->cr != NULL);
  tst_pdf_end_pictures (self);
  /* As people here write numbers; «78 %» without a decimal that says nothing. */
  if (g_str_has_suffix (value, ".0 %"))
    memmove (strstr (value, ".0 %"), " %", 3);
  else if (!self->english)
    g_strdelimit (value, ".", ',');
  words = tst_pdf_layout (self, TST_PDF_TEXT, name, left - 8);
  number = tst_pdf_layout (self, TST_PDF_TEXT, value, right - 8);
  tst_pdf_require (self, tst_pdf_layout_height (words) + 4);
  tst_pdf_set_colour (self->cr, INK);
  cairo_move_to (self->cr, TST_PDF_MARGIN, self->y);
  pango_cairo_show_layout (self->cr, words);
  cairo_move_to (self->cr, TST_PDF_WIDTH - TST_PDF_MARGIN - right + 8, self->y);
  pango_cairo_show_layout (self->cr, number);
  if (isfinite (percent))
    {
      tst_pdf_set_colour (self->cr, 0xe4e8eb);
      cairo_rectangle (self->cr, TST_PDF_MARGIN + left, self->y + 3, width, thick);
      cairo_fill (self->cr);
      tst_pdf_set_colour (self->cr, colour);
      cairo_rectangle (self->cr, TST_PDF_MARGIN + left, self->y + 3, width * CLAMP (percent, 0, 100) / 100, thick);
      cairo_fill (self->cr);
    }
  self->y += tst_pdf_layout_height (words) + 4;
}

/* --- the end --- */

guint
tst_pdf_get_n_pages (TstPdf *self)
{
  return self->pages->len;
}

static void
draw_foot (TstPdf *self, cairo_t *cr, guint page)
{
  g_autofree char *number = g_strdup_printf (self->english ? "Page %u of %u" : "Página %u de %u", page + 1, self->pages->len);
  cairo_t *kept = self->cr;
  g_autoptr (PangoLayout) left = NULL;
  g_autoptr (PangoLayout) right = NULL;
  int width;

  self->cr = cr;
  right = tst_pdf_layout (self, TST_PDF_SMALL, number, TST_PDF_INNER);
  pango_layout_set_width (right, -1);
  pango_layout_get_size (right, &width, NULL);
  left = tst_pdf_layout (self, TST_PDF_SMALL, self->footer, TST_PDF_INNER - (double) width / PANGO_SCALE - 16);
  pango_layout_set_height (left, -2);
  pango_layout_set_ellipsize (left, PANGO_ELLIPSIZE_END);
  tst_pdf_set_colour (cr, GREY);
  cairo_move_to (cr, TST_PDF_MARGIN, TST_PDF_HEIGHT - TST_PDF_MARGIN - TST_PDF_FOOT + 10);
  pango_cairo_show_layout (cr, left);
  cairo_move_to (cr, TST_PDF_WIDTH - TST_PDF_MARGIN - (double) width / PANGO_SCALE, TST_PDF_HEIGHT - TST_PDF_MARGIN - TST_PDF_FOOT + 10);
  pango_cairo_show_layout (cr, right);
  self->cr = kept;
}

static cairo_status_t
write_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  GByteArray *bytes = closure;

  if (bytes->len + (gsize) length > MAX_BYTES)
    return CAIRO_STATUS_WRITE_ERROR;
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* No more is added from now on. */
static cairo_status_t
end_pages (TstPdf *self)
{
  if (self->cr == NULL)
    return self->status;
  tst_pdf_end_pictures (self);
  self->status = cairo_status (self->cr);
  g_clear_pointer (&self->cr, cairo_destroy);
  return self->status;
}

gboolean
tst_pdf_draw_page (TstPdf *self, guint page, cairo_t *cr)
{
  g_return_val_if_fail (self != NULL && page < self->pages->len, FALSE);
  if (end_pages (self) != CAIRO_STATUS_SUCCESS)
    return FALSE;
  cairo_set_source_surface (cr, self->pages->pdata[page], 0, 0);
  cairo_paint (cr);
  draw_foot (self, cr, page);
  return cairo_status (cr) == CAIRO_STATUS_SUCCESS;
}

GBytes *
tst_pdf_finish (TstPdf *self, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  g_return_val_if_fail (self != NULL, NULL);
  status = end_pages (self);
  surface = cairo_pdf_surface_create_for_stream (write_bytes, bytes, TST_PDF_WIDTH, TST_PDF_HEIGHT);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Testigo");
  cr = cairo_create (surface);
  for (guint i = 0; i < self->pages->len; i++)
    {
      tst_pdf_draw_page (self, i, cr);
      cairo_show_page (cr);
    }
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, TST_ERROR, status == CAIRO_STATUS_WRITE_ERROR ? TST_ERROR_TOO_LARGE : TST_ERROR_FAILED,
                   "The document could not be drawn (%s). What was captured is safe; try again.", cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
