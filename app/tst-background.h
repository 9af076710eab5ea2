/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

G_BEGIN_DECLS

/**
 * TstBackground:
 *
 * What goes on with nobody looking: the program stays while something waits to be sent although its window is closed, the transport is woken after
 * suspend and when the network comes back, and people are told when all has been received or something was set aside.
 */
#define TST_TYPE_BACKGROUND (tst_background_get_type ())
G_DECLARE_FINAL_TYPE (TstBackground, tst_background, TST, BACKGROUND, GObject)

TstBackground *tst_background_new (GApplication *application, TstSession *session);
/* A window was opened or closed: holds the program while there is none and something waits. */
void tst_background_set_has_window (TstBackground *self, gboolean has_window);
gboolean tst_background_get_holds (TstBackground *self);

G_END_DECLS
