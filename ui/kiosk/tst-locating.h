/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The receiver runs as long as @widget is on the screen: what is ordered by distance, or shows where one is, asks for it by itself and not only after the
 * camera did. Once a widget; nothing happens where there is no receiver. */
void tst_locating_while_seen (GtkWidget *widget, TstSession *session);

G_END_DECLS
