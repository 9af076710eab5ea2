/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/tst-pdf.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* What the two halves of the document share: words (tst-pdf.c) and pictures (tst-pdf-pictures.c). All in points. */

#define TST_PDF_MM (72 / 25.4)
#define TST_PDF_WIDTH (210 * TST_PDF_MM)
#define TST_PDF_HEIGHT (297 * TST_PDF_MM)
#define TST_PDF_MARGIN (18 * TST_PDF_MM)
#define TST_PDF_FOOT (9 * TST_PDF_MM)
#define TST_PDF_INNER (TST_PDF_WIDTH - 2 * TST_PDF_MARGIN)

struct _TstPdf
{
  char *title, *footer;
  gboolean english;
  GPtrArray *pages; /* of cairo_surface_t, recorded */
  cairo_t *cr;      /* of the newest page; NULL once finished */
  cairo_status_t status; /* of drawing, once finished */
  double y;

  char **titles;    /* of the table at hand */
  double *weights;

  guint column;     /* of the row of pictures at hand: 0 or 1 */
  double row_height;
};

PangoLayout *tst_pdf_layout (TstPdf *self, TstPdfStyle style, const char *text, double width);
double tst_pdf_layout_height (PangoLayout *layout);
void tst_pdf_require (TstPdf *self, double height);
void tst_pdf_set_colour (cairo_t *cr, guint32 colour);

G_END_DECLS
