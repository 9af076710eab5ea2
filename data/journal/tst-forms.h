/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form/tst-xlsform.h"
#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* The questionnaires of a tablet: the six that are shipped, those imported here from XLSForm workbooks, and those that central sent, which win over both.
 * tst_field_book_list() has them as "forms", and as
 * "results" what central publishes of the answers to them: {"code", "as_of"? (RFC 3339), "in": {"es", "en": {"title", "responses", "questions" as
 * tst_form_results_to_json() has them}}}; empty in a language whose figures were all taken back. */

/**
 * tst_field_book_import_form:
 * @findings: (out) (optional) (transfer container): of TstFormFinding, set in case of failure too
 * @form: (out) (optional) (transfer full): what was imported
 *
 * One record that names the workbook's hash; the workbook is kept as a medium, so that a rebuild reads it again. A form with the same code takes the
 * old one's place for answers that come later. Blocks.
 *
 * Errors: those of tst_xlsform_read() and of every act.
 */
gboolean tst_field_book_import_form (TstFieldBook *self, const char *path, GPtrArray **findings, TstForm **form, GError **error);
void tst_field_book_import_form_async (TstFieldBook *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
/* @findings as above, also when it fails. */
gboolean tst_field_book_import_form_finish (TstFieldBook *self, GAsyncResult *result, GPtrArray **findings, TstForm **form, GError **error);

/* By code, case aside; TST_ERROR_NOT_FOUND. Blocks. */
TstForm *tst_field_book_dup_form (TstFieldBook *self, const char *code, GError **error);
void tst_field_book_dup_form_async (TstFieldBook *self, const char *code, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
TstForm *tst_field_book_dup_form_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

G_END_DECLS
