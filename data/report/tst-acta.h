/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/tst-media-store.h"
#include "model/tst-town.h"
#include "model/tst-visit-gaps.h"
#include "report/tst-pdf.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the acta of a visit is made of. Nothing is kept: the document has names in it and goes to the printer or to a place that somebody chose. */
typedef struct
{
  const TstTown *town;
  JsonObject *summary;     /* tst_field_book_visit_summary() */
  JsonObject *work;        /* (nullable): the work's own members */
  JsonArray *signed_by;    /* (nullable): working copies of the signatures: {"record", "name", "organisation", "signature" (PNG in base64)} */
  JsonObject *closing;     /* (nullable) while it is open: body of the event's close, with "chains" */
  const char *author_name; /* (nullable) */
  const char *device;      /* name of the tablet */
  const char *language;    /* "es" or "en" */
  TstMediaStore *media;    /* (nullable): without it there are no photographs */
} TstActaSource;

/**
 * tst_acta_make:
 *
 * Place, participants by their roles, checklist, progress with its bars, findings, commitments, photographs, signatures, what was left out, and, once the visit
 * is closed, heads and counts of each chain in words and as a QR. Offline. Blocks: decodes photographs; a worker thread.
 *
 * Returns: (transfer full): a PDF; TST_ERROR_CANCELLED, or the errors of tst_pdf_finish(). A photograph that cannot be shown is named and left out.
 */
GBytes *tst_acta_make (const TstActaSource *source, GCancellable *cancellable, GError **error);
/* The same, drawn and not yet written: for a printer. (transfer full) */
TstPdf *tst_acta_draw (const TstActaSource *source, GCancellable *cancellable, GError **error);

/* "TESTIGO-ACTA1:…": event, and of each chain its device, last number, head and count (data/journal/README.md). NULL without chains. */
char *tst_acta_qr_text (JsonObject *closing);

/* One gap in words, as the acta and the closing page say it: «Falta la foto de la vista general». (transfer full) */
char *tst_acta_gap_text (const TstVisitGap *gap, const char *language);

G_END_DECLS
