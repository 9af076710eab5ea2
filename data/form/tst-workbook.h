/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstWorkbook:
 *
 * The cells of an .xlsx file (ECMA-376) as text: shared and inline strings, numbers without needless decimals, TRUE and FALSE, days as
 * "2026-03-27" where the cell's style says that it is one. Formulas give the value that was last reckoned. Nothing is fetched, no entity is
 * expanded, and a file that unpacks to more than 64 MiB is refused.
 */
typedef struct _TstWorkbook TstWorkbook;
typedef struct _TstSheet TstSheet;

/* Errors: TST_ERROR_FILE_UNREADABLE (no .xlsx file, or torn), TST_ERROR_TOO_LARGE. Blocks: never on the main loop. */
TstWorkbook *tst_workbook_read (GBytes *bytes, GError **error);
void tst_workbook_free (TstWorkbook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstWorkbook, tst_workbook_free)

/* Case does not matter; NULL when there is none. */
const TstSheet *tst_workbook_find (const TstWorkbook *self, const char *name);
guint tst_sheet_get_n_rows (const TstSheet *self);
guint tst_sheet_get_n_columns (const TstSheet *self); /* of the longest row */
/* From 0; "" where there is none. Blanks at the ends are gone. */
const char *tst_sheet_get (const TstSheet *self, guint row, guint column);
/* As the spreadsheet numbers it, from 1. */
guint tst_sheet_get_row_number (const TstSheet *self, guint row);

G_END_DECLS
