/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  TST_WORKS_CSV,     /* "csv" */
  TST_WORKS_SECOP,   /* "secop": the columns of SECOP II's open data, as CSV or as a JSON list */
  TST_WORKS_GEOJSON, /* "geojson" */
  TST_WORKS_OC4IDS   /* "oc4ids" */
} TstWorksFormat;

const char *tst_works_format_name (TstWorksFormat format);

typedef struct
{
  TstWorksFormat format;
  guint rows;     /* read: accepted + refused */
  guint accepted;
  guint refused;
  guint warnings;
} TstWorksImportResult;

/**
 * TstWorksImportFuncs:
 * @accepted: a valid work; @work is only lent, for the time of the call. FALSE with an error ends the import
 * @refused: a row that costs only itself: its number as a spreadsheet shows it (the header of a CSV is row 1; for JSON the place in the list,
 *   from 1), a stable code of tst-error.h, and what is wrong and what to do, in Spanish
 * @warning: (nullable) the same for something that was mended, such as swapped coordinates; the row itself is accepted. Row 0: the file as a whole
 */
typedef struct
{
  gboolean (*accepted) (const TstWork *work, guint row, gpointer user_data, GError **error);
  void (*refused) (guint row, const char *code, const char *message, gpointer user_data);
  void (*warning) (guint row, const char *code, const char *message, gpointer user_data);
} TstWorksImportFuncs;

/**
 * tst_works_import:
 * @bytes: the file; what it is, is seen from its content
 *
 * Reads works from CSV (RFC 4180; "," ";" or tab; UTF-8, UTF-16 or Windows-1252), SECOP II columns, a GeoJSON FeatureCollection or an OC4IDS
 * package. CSV is streamed; JSON is held whole. Blocks: never on the main loop. A second row with the same code is refused.
 * Never reads bank accounts, nor document numbers of officials.
 *
 * Errors: TST_ERROR_MISSING_FIELD (no column for code or title), TST_ERROR_BAD_VALUE, TST_ERROR_BAD_JSON, TST_ERROR_CANCELLED, or what
 * @funcs->accepted said.
 */
gboolean tst_works_import (GBytes *bytes, const TstWorksImportFuncs *funcs, gpointer user_data, TstWorksImportResult *result,
                           GCancellable *cancellable, GError **error);

/* What spreadsheets write. FALSE unless all of @text is such a number or date. */
/* "1234567.89", "1.234.567,89", "1,234,567.89", "$ 1.500.000", "45,5 %": with @money a lone separator before exactly three digits parts thousands. */
gboolean tst_number_parse (const char *text, gboolean money, double *value);

typedef enum
{
  TST_DAY_FIRST,  /* 27/03/2026 */
  TST_MONTH_FIRST /* 03/27/2026, as SECOP's CSV export has it */
} TstDateOrder;
/* "2026-03-27", with a time after it or not, or with slashes in @order; writes ISO into @iso (11 bytes). */
gboolean tst_date_text_parse (const char *text, TstDateOrder order, char *iso);

G_END_DECLS
