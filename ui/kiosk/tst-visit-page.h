/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"
#include "model/tst-visit-gaps.h"

G_BEGIN_DECLS

/**
 * TstVisitPage:
 *
 * A visit, to be used standing up: a line with time, accuracy and stream at the top, large tiles in the order of use, each with its count and a tick when it
 * is complete, and the shutter under the thumb. A visit that was interrupted goes on where it was: all that is saved is counted, all that was begun is
 * in the forms.
 *
 * Properties: "event", "work" (construct only), "complete" (uint: how many parts are), "live" (boolean: on the air), "line" (string: what stands at the top), notify.
 * Actions: visit.photos, visit.progress, visit.findings, visit.commitments, visit.signatures, visit.check, visit.stream, visit.close.
 */
#define TST_TYPE_VISIT_PAGE (tst_visit_page_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitPage, tst_visit_page, TST, VISIT_PAGE, TstPage)

GtkWidget *tst_visit_page_new (TstSession *session, const char *event_id, const char *work);
guint tst_visit_page_get_count (TstVisitPage *self, TstVisitPart part);
gboolean tst_visit_page_is_complete (TstVisitPage *self, TstVisitPart part);

G_END_DECLS
