/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstCsvReader:
 *
 * RFC 4180 over bytes in memory, one row after the other, tolerant of what spreadsheets do: "," ";" or tab (seen from the first line or
 * "sep=;"), CRLF, LF or CR, line breaks inside quotes, a BOM. UTF-8 as it is, UTF-16 and Windows-1252 converted.
 * A row that is not well-formed costs only itself: reading goes on at the line after the one where it began.
 */
typedef struct _TstCsvReader TstCsvReader;

typedef enum
{
  TST_CSV_ROW,
  TST_CSV_BAD_QUOTES,   /* a quote that is not closed, or with text after it */
  TST_CSV_BAD_ENCODING, /* bytes that are no UTF-8, or a NUL */
  TST_CSV_TOO_LARGE,    /* a row of more than 1 MiB or 1000 cells */
  TST_CSV_END
} TstCsvResult;

TstCsvReader *tst_csv_reader_new (GBytes *bytes);
void tst_csv_reader_free (TstCsvReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCsvReader, tst_csv_reader_free)

TstCsvResult tst_csv_reader_next (TstCsvReader *self);
/* Of the row just read, as a spreadsheet numbers it, from 1. */
guint tst_csv_reader_row (TstCsvReader *self);
guint tst_csv_reader_n_cells (TstCsvReader *self);
/* Valid until the next row; "" past the last cell. */
const char *tst_csv_reader_cell (TstCsvReader *self, guint column);
char tst_csv_reader_separator (TstCsvReader *self);
/* NULL for UTF-8, else the name of what it was converted from. */
const char *tst_csv_reader_encoding (TstCsvReader *self);

/**
 * TstCsvWriter:
 *
 * RFC 4180 with CRLF, UTF-8 without BOM, numbers with a decimal point. A text cell that a spreadsheet would take for a formula
 * (it begins with = + - @, their full-width forms, a tab or a line break) gets an apostrophe in front; numbers do not.
 */
typedef struct _TstCsvWriter TstCsvWriter;
TstCsvWriter *tst_csv_writer_new (GString *to); /* @to stays the caller's and outlives the writer */
void tst_csv_writer_free (TstCsvWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCsvWriter, tst_csv_writer_free)
void tst_csv_writer_text (TstCsvWriter *self, const char *text); /* (nullable): an empty cell */
void tst_csv_writer_int (TstCsvWriter *self, gint64 value);
void tst_csv_writer_double (TstCsvWriter *self, double value);   /* NAN: an empty cell */
void tst_csv_writer_end_row (TstCsvWriter *self);

G_END_DECLS
