/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"
#include "model/tst-visit-gaps.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstVisitList:
 *
 * One part of a visit: what it has, what it still lacks, and the way to add to it. Of the photos, those that the checklist asks for; of the commitments
 * also the earlier ones of the work that are still open, to be closed with what is seen today; of the signatures who signed and who did not wish to.
 *
 * Properties: "n-rows" (uint: of the visit), "n-missing" (uint), "n-open" (uint: earlier commitments), all notify. Action: list.add.
 */
#define TST_TYPE_VISIT_LIST (tst_visit_list_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitList, tst_visit_list, TST, VISIT_LIST, TstPage)

GtkWidget *tst_visit_list_new (TstSession *session, TstVisitPart part, const char *event_id, const char *work);

G_END_DECLS
