/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"
#include "kiosk/tst-session.h"

G_BEGIN_DECLS

/**
 * TstWindow:
 *
 * The app's window: first run while there is no field book, then the four places. Actions: win.go("home|works|gallery|outbox"),
 * win.photos("south,west,north,east" in degrees: the gallery, narrowed to them), win.back, win.open-event(id), win.new-event, win.search, win.preferences, win.help; they do nothing while a cover lies over the places.
 */
#define TST_TYPE_WINDOW (tst_window_get_type ())
G_DECLARE_FINAL_TYPE (TstWindow, tst_window, TST, WINDOW, AdwApplicationWindow)

GtkWidget *tst_window_new (GtkApplication *application, TstSession *session);
/* Offers photo files ("aay": paths) to the event that is on the screen, or says to open one first. */
void tst_window_import_files (TstWindow *self, GVariant *paths);
void tst_window_go (TstWindow *self, const char *place);
/* Shows @page over the root of @place. */
void tst_window_open (TstWindow *self, const char *place, TstPage *page);
/* A short text over the place's icon, with what it means for a screen reader; NULL takes it away. */
void tst_window_set_badge (TstWindow *self, const char *place, const char *badge, const char *meaning);
/* In place of everything else: first run, a store that cannot be opened, the lock screen. NULL takes it away. */
void tst_window_set_cover (TstWindow *self, GtkWidget *cover);

gboolean tst_window_get_covered (TstWindow *self);
/* A line above everything, with a button: "demonstration data", …; NULL @text takes it away. */
void tst_window_set_banner (TstWindow *self, const char *text, const char *button, const char *action);

G_END_DECLS
