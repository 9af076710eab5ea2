/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-code-lists.h"
#include "store/tst-store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What was published of the visits to a work, in the shape that pages and downloads show. Nothing but what acceptances in force let everybody see. On
 * the store thread. Instants are Unix seconds; "…_label" is Spanish. */

/* Oldest first: {"id", "at_s", "programmed_pct", "observed_pct", "financial_pct", "deviation_pts", "cause", "cause_label", "cause_text"}. */
JsonArray *tst_visit_shape_progress (TstStore *store, const char *work, GError **error);
/* By name: {"id", "name", "place", "heading_deg", "heading_north", "pictures": [{"id", "at_s"}] oldest first, published photographs of that framing, the reference
 * photo among them}. */
JsonArray *tst_visit_shape_viewpoints (TstStore *store, const char *work, GError **error);
/* In the order in which they are due: {"id", "at_s", "text", "responsible", "due_on", "status" ("abierto", "cumplido", "incumplido"), "status_label",
 * "closed": {"id", "at_s", "text", "photo"}}. */
JsonArray *tst_visit_shape_commitments (TstStore *store, const char *work, GError **error);
/* Newest visit first: {"event", "title", "at_s", "photos", "findings", "commitments" (published ones), "observed_pct", "stream": as below}. */
JsonArray *tst_visit_shape_visits (TstStore *store, const char *work, GError **error);
/**
 * tst_visit_shape_streams:
 *
 * The streams of an event of which at least one moment was published.
 *
 * Returns: (transfer full): [{"id", "platform", "platform_label", "url", "at_s", "media_ms", "recording_sha256", "moments": [{"id", "moment",
 * "moment_label", "target", "offset_ms", "error_ms", "broken", "text"}] in the order of the recording}]
 */
JsonArray *tst_visit_shape_streams (TstStore *store, const char *event, GError **error);

/* For shapes alike: the members of that name, and the Spanish words of a code (NULL: none). */
void tst_shape_copy (JsonObject *from, JsonObject *to, const char *const *names);
void tst_shape_set_label (JsonObject *to, const char *name, TstCodeList list, const char *code);

G_END_DECLS
