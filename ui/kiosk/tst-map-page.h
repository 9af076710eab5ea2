/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"
#include "model/tst-work-index.h"
#include "widgets/tst-map.h"

G_BEGIN_DECLS

/**
 * TstMapPage:
 *
 * The works on a map, with the same search as the list, and a card for the one that was touched.
 */
#define TST_TYPE_MAP_PAGE (tst_map_page_get_type ())
G_DECLARE_FINAL_TYPE (TstMapPage, tst_map_page, TST, MAP_PAGE, TstPage)

/* @works: (nullable): what the page before has read already; NULL reads them. */
GtkWidget *tst_map_page_new (TstSession *session, TstWorkIndex *works);

/* With the view on the work and its card, as soon as the works are read. */
void tst_map_page_show_work (TstMapPage *self, const char *code);

/* Ground, comunas, lines and position of the session's data folder, kept up to date. */
void tst_map_attach (TstMap *map, TstSession *session);

/* The file under the map: the one that was chosen here, else what the town sent, else "". (transfer full) */
char *tst_map_dup_ground (TstSession *session);

G_END_DECLS
