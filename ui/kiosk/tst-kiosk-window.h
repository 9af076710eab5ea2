/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskWindow:
 *
 * The tablet in front of the public: full screen, no actions of the app, no menus, no shortcuts but those of typing and moving, one way out (a staff PIN). Between
 * two people everything on the screen and in its memory goes: after «Terminar», or after a while without anybody, which a countdown announces.
 *
 * What a window cannot do (a compositor's own shortcuts, other consoles, the power button) is the kiosk session's part: app/service/kiosk-session.
 *
 * Signal "left": staff unlocked it; the application takes it away. Property: "warning" (string: "", "idle", "leaving"; notifies).
 */
#define TST_TYPE_KIOSK_WINDOW (tst_kiosk_window_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskWindow, tst_kiosk_window, TST, KIOSK_WINDOW, AdwApplicationWindow)

/* @event, @title: (nullable) the open event; without one, works can be looked at and contributions asked for. */
GtkWidget *tst_kiosk_window_new (GtkApplication *application, TstSession *session, const char *event, const char *title);

TstKioskScreen *tst_kiosk_window_get_screen (TstKioskWindow *self); /* (transfer none) */
/* As «Terminar»: nothing of the last person stays. */
void tst_kiosk_window_wipe (TstKioskWindow *self);

G_END_DECLS
