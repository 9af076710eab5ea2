/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work.h"

G_BEGIN_DECLS

/**
 * TstOc4idsWriter:
 *
 * A project package of the Open Contracting for Infrastructure Data Standard, 0.9 (standard.open-contracting.org/infrastructure), one project
 * a line, written as it comes. What `works import` reads of it comes in again. Any thread, one at a time.
 */
typedef struct _TstOc4idsWriter TstOc4idsWriter;

/* A photograph, or another thing shown: a document of type "illustration". */
typedef struct
{
  const char *id;
  const char *title;       /* (nullable) */
  const char *description; /* (nullable) */
  const char *url;         /* absolute: the page with its proof */
  const char *image;       /* (nullable) absolute */
  gint64 published_s;
} TstOc4idsDocument;

/* How far it was on a day; NAN: not told. */
typedef struct
{
  gint64 on_s;
  double physical_pct, financial_pct;
} TstOc4idsProgress;

/* @to stays the caller's. @uri: of this package; @divipola: makes the ids worldwide unique, with the publisher's prefix. */
TstOc4idsWriter *tst_oc4ids_writer_new (GString *to, const char *uri, const char *publisher, const char *divipola,
                                        gint64 published_s);
/* @documents: (element-type TstOc4idsDocument); @progress: (element-type TstOc4idsProgress); both may be empty. */
void tst_oc4ids_writer_add (TstOc4idsWriter *self, const TstWork *work, const GArray *documents, const GArray *progress);
void tst_oc4ids_writer_finish (TstOc4idsWriter *self);
void tst_oc4ids_writer_free (TstOc4idsWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstOc4idsWriter, tst_oc4ids_writer_free)

G_END_DECLS
