/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstViewpointPage:
 *
 * The way back to a spot: the picture that was taken from it, how far it is and in which direction (words and an arrow, north up), the spot on the map, and the
 * camera with that picture as a ghost over its preview. What is taken then is paired with the viewpoint by itself.
 *
 * Properties: "distance-m" (double, -1: unknown), "bearing-deg" (double), both notify. Action: viewpoint.shoot.
 */
#define TST_TYPE_VIEWPOINT_PAGE (tst_viewpoint_page_get_type ())
G_DECLARE_FINAL_TYPE (TstViewpointPage, tst_viewpoint_page, TST, VIEWPOINT_PAGE, TstPage)

/* @row: of the list "viewpoints"; @event_id: (nullable): the visit to which new pictures belong; without one nothing can be taken. */
GtkWidget *tst_viewpoint_page_new (TstSession *session, JsonObject *row, const char *event_id);
/* «hacia el noreste» (transfer none) */
const char *tst_viewpoint_direction (double bearing_deg);
/* Metres from where the session is; -1: not known. */
double tst_viewpoint_distance (TstSession *session, JsonObject *row);

G_END_DECLS
