/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "form/tst-form-results.h"
#include "form/tst-xlsform.h"

G_BEGIN_DECLS

/* SQL: the place in the log at which a survey was first taken back, by its device or by a person. */
#define TST_FORMS_GONE_AT(id, device)                                                                               \
  "min (coalesce ((SELECT min (c.idx) FROM change c WHERE c.target = " id " AND c.device = " device                 \
  " AND c.type IN ('withdraw', 'discard')), 9000000000000000000), coalesce ((SELECT min (d.idx) FROM decision d"    \
  " WHERE d.target = " id " AND d.type IN ('accept', 'withhold', 'retire', 'erase')), 9000000000000000000))"

/* SQL: the revision of the catalogue at which the figures last changed: an answer that came, a form that did, an answer that was taken back. */
#define TST_FORMS_NEWEST "coalesce ((SELECT max (idx) + 1 FROM leaf WHERE kind = 'survey'), 0), coalesce ((SELECT max (rev) FROM form), 0)"
#define TST_FORMS_NEWEST_WORD \
  "coalesce ((SELECT max (idx) + 1 FROM decision), 0), coalesce ((SELECT max (idx) + 1 FROM change), 0)"

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

/* Those that five people or more have answered; adds their codes to @codes. On the store thread. */
gboolean tst_forms_answered (TstStore *store, GPtrArray *codes, GError **error);
/* What the public sees of @results: {"code", "title", "responses", "questions" as tst_form_results_to_json() has them, those with figures}. NULL: nothing yet. */
JsonObject *tst_forms_show (TstForm *form, TstFormResults *results, const char *lang);
/* Lines of the catalogue with what the public sees of every form, when any of it changed after @since and not after @until. */
gboolean tst_forms_write_lines (TstCentral *central, gint64 since, gint64 until, GString *text, GError **error);

/* "form-import": {"path"} gives a row {"warning": {…}} or {"fault": {…}} for each finding and then "code", "version", "questions"; "form-list": {} a row a form. */
extern const TstAdminOperation tst_admin_form_operations[];

G_END_DECLS
