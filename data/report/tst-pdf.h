/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-picture.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstPdf:
 *
 * A document made offline, page after page: A4 upright, one column, text that can be selected and searched. What is added flows from top
 * to bottom; a block that does not fit goes to the next page. A document with names in it is finished to bytes and goes straight to the printer or to
 * a place that somebody chose; nothing here writes a file by itself.
 *
 * One thread at a time, any thread. Texts are UTF-8. Errors of drawing come out at the end, from tst_pdf_finish().
 */
typedef struct _TstPdf TstPdf;
typedef struct _cairo cairo_t; /* of cairo.h, which whoever only writes need not see */

/* @title: also the document's own; @footer: (nullable): at the left of every page's foot, the number of the page at its right; @language: "es" or
 * "en": "Página 1 de 3". */
TstPdf *tst_pdf_new (const char *title, const char *footer, const char *language);
void tst_pdf_free (TstPdf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPdf, tst_pdf_free)

typedef enum
{
  TST_PDF_TITLE,   /* once, at the top */
  TST_PDF_HEADING, /* of a section: never the last line of a page */
  TST_PDF_TEXT,
  TST_PDF_SMALL,   /* grey: sources, explanations */
  TST_PDF_MONO,    /* hashes */
} TstPdfStyle;

void tst_pdf_text (TstPdf *self, TstPdfStyle style, const char *text);
/* A name and what it is, side by side; nothing when @value is NULL or empty. */
void tst_pdf_fact (TstPdf *self, const char *name, const char *value);

/**
 * tst_pdf_table_begin:
 * @titles: of the columns, NULL-terminated; repeated on every page that the table goes over
 * @weights: how wide the columns are to each other, as many
 */
void tst_pdf_table_begin (TstPdf *self, const char *const *titles, const double *weights);
void tst_pdf_table_row (TstPdf *self, const char *const *cells); /* as many as there are columns; NULL cells are empty */
void tst_pdf_table_end (TstPdf *self);

/* A bar of a percentage with words before and behind: «Programado ▓▓▓░░ 60 %». @colour: 0xRRGGBB. NAN draws no bar, only «—». */
void tst_pdf_bar (TstPdf *self, const char *name, double percent, guint32 colour);

/* Pictures side by side in columns of two, each with the words below it; the JPEG goes in as it is and should be small (tst_pdf_picture_from_file()).
 * @jpeg is kept until the document is finished. FALSE: it is no JPEG that can be shown; nothing is added. */
gboolean tst_pdf_add_picture (TstPdf *self, GBytes *jpeg, const char *caption);
/* Ends a row of pictures: what follows begins below it. */
void tst_pdf_end_pictures (TstPdf *self);
/* Decodes, reduces to @width pixels and encodes anew, without any metadata. Blocks; for a worker thread. (transfer full) */
GBytes *tst_pdf_picture_from_file (const char *path, guint width, GError **error);

/* A signature or drawing, PNG, at most @height_mm high, above a line with words below it; two beside each other like pictures. NULL @png: the
 * line alone. */
gboolean tst_pdf_add_signature (TstPdf *self, GBytes *png, const char *caption, double height_mm);

/* A QR of @size_mm with words at its right. FALSE: too long for a QR (2,331 bytes); nothing is added. */
gboolean tst_pdf_qr (TstPdf *self, const char *content, double size_mm, const char *caption);

void tst_pdf_space (TstPdf *self, double mm);
/* What comes now begins a page of its own unless so much room is left on this one. */
void tst_pdf_keep (TstPdf *self, double mm);
void tst_pdf_rule (TstPdf *self);
/* The next block begins a page of its own. */
void tst_pdf_page_break (TstPdf *self);

guint tst_pdf_get_n_pages (TstPdf *self);

/**
 * tst_pdf_finish:
 *
 * The document; nothing can be added afterwards.
 *
 * Returns: (transfer full): TST_ERROR_FAILED when drawing failed, TST_ERROR_TOO_LARGE past 64 MiB
 */
GBytes *tst_pdf_finish (TstPdf *self, GError **error);

/* The same pages for a printer that draws them itself: @page from 0, with its foot, in points from the corner of the sheet. Nothing can be added
 * afterwards. FALSE: what was drawn is not whole. */
gboolean tst_pdf_draw_page (TstPdf *self, guint page, cairo_t *cr);

G_END_DECLS
