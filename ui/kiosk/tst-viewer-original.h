/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstViewerOriginal:
 *
 * Below a photograph whose original made room: says that the original is at central, and brings it back when asked. Not visible for one that is here.
 */
#define TST_TYPE_VIEWER_ORIGINAL (tst_viewer_original_get_type ())
G_DECLARE_FINAL_TYPE (TstViewerOriginal, tst_viewer_original, TST, VIEWER_ORIGINAL, GtkBox)

/* @row: of a list of photographs; its "freed" says that the original is not here. */
GtkWidget *tst_viewer_original_new (TstSession *session, JsonObject *row);
/* What its button does, for tests. */
void tst_viewer_original_fetch (TstViewerOriginal *self);

G_END_DECLS
