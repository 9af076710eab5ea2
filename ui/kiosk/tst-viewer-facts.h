/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is known of a capture, in place of what @box held. @row: of the list "captures" or "photos". */
void tst_viewer_facts_fill (GtkWidget *box, TstSession *session, JsonObject *row);

G_END_DECLS
