/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"
#include "model/tst-work-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstMapStrip:
 *
 * A small picture of the map of works, as a button that opens the map over the page that it is on.
 */
#define TST_TYPE_MAP_STRIP (tst_map_strip_get_type ())
G_DECLARE_FINAL_TYPE (TstMapStrip, tst_map_strip, TST, MAP_STRIP, GtkButton)

GtkWidget *tst_map_strip_new (TstSession *session);
/* The works as the page that holds it has read them. */
void tst_map_strip_set_works (TstMapStrip *self, TstWorkIndex *works);

G_END_DECLS
