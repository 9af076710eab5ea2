/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-form.h"

G_BEGIN_DECLS

/* Something about a cell of the workbook, in Spanish, for whoever keeps the form. */
typedef struct
{
  char *sheet;   /* "survey", "choices", "settings" */
  guint row;     /* as the spreadsheet numbers it, from 1; 0: the sheet as a whole */
  char *column;  /* its heading; "" for the row as a whole */
  char *what;
  gboolean fatal; /* the form cannot be used before this is mended */
} TstFormFinding;

void tst_form_finding_free (TstFormFinding *self);

/**
 * tst_xlsform_read:
 * @bytes: an .xlsx workbook (xlsform.org)
 * @file_name: (nullable): what the form is called when its settings do not say
 * @findings: (out) (transfer container): of TstFormFinding, in the order of the sheets; what was left out or means something else here, and what is
 *   wrong. Set in case of failure too
 *
 * What is not supported is said here and never while somebody answers: every expression has been made ready once. Blocks: never on the main loop.
 *
 * Errors: TST_ERROR_FILE_UNREADABLE, TST_ERROR_TOO_LARGE, TST_ERROR_BAD_VALUE when there are fatal findings.
 */
TstForm *tst_xlsform_read (GBytes *bytes, const char *file_name, GPtrArray **findings, GError **error);

G_END_DECLS
