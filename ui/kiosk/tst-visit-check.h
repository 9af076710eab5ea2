/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstVisitCheck:
 *
 * The checklist of a visit, each question answered with a tap; what was begun is kept until it is saved, and what was saved can be gone on with.
 *
 * Properties: "answered" (uint, notifies).
 */
#define TST_TYPE_VISIT_CHECK (tst_visit_check_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitCheck, tst_visit_check, TST, VISIT_CHECK, TstRecordForm)

/* @check: (nullable): the row of the list "checks" to go on with; @work: (nullable): the work's own members, for the contract's number */
GtkWidget *tst_visit_check_new (TstSession *session, const char *event_id, JsonObject *check, JsonObject *work);
/* As by hand: "true", "false", a number, a code or words; NULL takes the answer back. */
void tst_visit_check_set (TstVisitCheck *self, const char *code, const char *value);

G_END_DECLS
