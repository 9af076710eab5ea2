/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstVisitClose:
 *
 * The end of a visit: what is missing, which forbids nothing; the acta as a PDF, made in memory and written to a place that somebody chooses; and the way to
 * close it. For a closed visit the acta carries heads and counts of the chains.
 *
 * Properties: "n-missing" (uint, notifies), "acta-size" (uint: bytes of the last one that was made, notifies). Actions: visit.acta, visit.close-event.
 */
#define TST_TYPE_VISIT_CLOSE (tst_visit_close_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitClose, tst_visit_close, TST, VISIT_CLOSE, TstPage)

/* @work: (nullable): the work's own members */
GtkWidget *tst_visit_close_new (TstSession *session, const char *event_id, JsonObject *work);

/* The acta alone, for whoever has a place for it. (transfer full) from the finish. */
void tst_visit_close_make_acta_async (TstVisitClose *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *tst_visit_close_make_acta_finish (TstVisitClose *self, GAsyncResult *result, GError **error);

G_END_DECLS
