/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstVisitEntry:
 *
 * One record of a visit being written: observed progress, a finding, a commitment, what became of one, a viewpoint, the start of a stream, an anchor. What was
 * begun is kept until it is saved. Of progress it computes the deviation while one types, and asks for its cause past five points.
 *
 * Property: "asks-cause" (boolean, notifies). Action: entry.photo.
 */
#define TST_TYPE_VISIT_ENTRY (tst_visit_entry_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitEntry, tst_visit_entry, TST, VISIT_ENTRY, TstRecordForm)

/* @type: of the record; @given: (nullable): a row to put right (it has "id"), or members that are known already; @photos: (nullable) rows of the
 * list "photos" to choose one of */
GtkWidget *tst_visit_entry_new (TstSession *session, const char *type, const char *event_id, const char *work, JsonObject *given, JsonArray *photos);
/* As if a person had typed or chosen it; NULL empties it. For tests: the name of the member. */
void tst_visit_entry_set (TstVisitEntry *self, const char *name, const char *value);

G_END_DECLS
