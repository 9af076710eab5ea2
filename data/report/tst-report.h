/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work.h"

G_BEGIN_DECLS

/* What leaves Testigo as a file for other programs. Text is appended to the caller's string, so that a hundred thousand works need no
 * second copy. Any thread. */

/* RFC 4180, guarded against formulas, with the columns of `works import`: what goes out comes in again. */
void tst_report_works_csv_header (GString *to);
void tst_report_works_csv_row (GString *to, const TstWork *work);

/**
 * TstFeatureWriter:
 *
 * An RFC 7946 FeatureCollection, one feature a line, written as it comes.
 */
typedef struct _TstFeatureWriter TstFeatureWriter;
TstFeatureWriter *tst_feature_writer_new (GString *to, const char *name); /* @to stays the caller's */
void tst_feature_writer_add (TstFeatureWriter *self, JsonObject *feature);
void tst_feature_writer_finish (TstFeatureWriter *self);
void tst_feature_writer_free (TstFeatureWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstFeatureWriter, tst_feature_writer_free)

/* A Feature at a point, or without a geometry when a coordinate is NAN; @properties is taken over. */
JsonObject *tst_feature_new_point (const char *id, double lat, double lon, JsonObject *properties);

/* RFC 4287 Atom with GeoRSS points. All texts may be hostile: they are escaped, and characters that XML cannot hold are left out. */
typedef struct
{
  const char *id;      /* a URI */
  const char *title;
  const char *summary; /* (nullable) */
  const char *href;    /* absolute */
  const char *image;   /* (nullable) absolute, JPEG */
  gint64 updated_s;
  double lat, lon;     /* NAN: unknown */
} TstAtomEntry;
void tst_report_atom_begin (GString *to, const char *id, const char *title, const char *author, const char *self_href,
                            const char *site_href, gint64 updated_s);
void tst_report_atom_entry (GString *to, const TstAtomEntry *entry);
void tst_report_atom_end (GString *to);

G_END_DECLS
