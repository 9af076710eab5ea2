/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "form/tst-form-results.h"
#include "form/tst-xlsform.h"

G_BEGIN_DECLS

/* The town's questionnaires at central: the six that are shipped and those imported here, which go down to the tablets with the catalogue and win over
 * what was imported there. */

/**
 * tst_forms_import:
 * @findings: (out) (transfer container): of TstFormFinding, set in case of failure too
 *
 * Reads an XLSForm workbook; one record names its hash, the file is kept as a medium with role "catalogue", the table is a projection. Blocks; worker
 * threads only. Errors: those of tst_xlsform_read().
 */
TstForm *tst_forms_import (TstCentral *central, const char *path, GPtrArray **findings, GError **error);

/* On the store thread. NULL without error: no such form. */
gboolean tst_forms_load (TstStore *store, const char *code, TstForm **form, GError **error);
/* What was answered to @form in all events, in the order of the log; withdrawn answers are out. *@newest_s: the hour of the newest that is in a full
 * step, 0: none. On the store thread. */
TstFormResults *tst_forms_results (TstStore *store, TstForm *form, gint64 *newest_s, GError **error);

/* "form-import": {"path"} gives a row {"warning": {…}} or {"fault": {…}} for each finding and then "code", "version", "questions"; "form-list": {} a row a form. */
extern const TstAdminOperation tst_admin_form_operations[];

G_END_DECLS
