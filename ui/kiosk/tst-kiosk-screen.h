/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstKioskScreen:
 *
 * What the kiosk shows to a citizen at one time. A screen keeps everything that a person gives in its own widgets and fields, so that dropping it is
 * forgetting the person; it opens no window, no menu, no file chooser and no link.
 *
 * Properties (construct only): "session", "event" (id, NULL: none is open), "lang" ("es", "en"). Signals: "finished" (back to the start, everything is
 * wiped), "leaving" (the same, unless something is half written: then the person is asked first), "next" (GtkWidget: a #TstKioskScreen to show instead), "acted" (the person is there, though no finger was seen: a screen
 * reader's or a switch's act), "say" (string: to be read aloud).
 */
#define TST_TYPE_KIOSK_SCREEN (tst_kiosk_screen_get_type ())
G_DECLARE_DERIVABLE_TYPE (TstKioskScreen, tst_kiosk_screen, TST, KIOSK_SCREEN, AdwBin)

struct _TstKioskScreenClass
{
  AdwBinClass parent_class;
  /* What is half written, to be kept when the person says so: (transfer full) (nullable). */
  JsonObject *(*collect) (TstKioskScreen *self);
  /* The hardware "back" and Escape: TRUE when the screen went back by itself. */
  gboolean (*back) (TstKioskScreen *self);
  /* The person comes to see it: where the focus goes. */
  void (*shown) (TstKioskScreen *self);
};

TstSession *tst_kiosk_screen_get_session (TstKioskScreen *self); /* (transfer none) */
const char *tst_kiosk_screen_get_event (TstKioskScreen *self);   /* (nullable) */
const char *tst_kiosk_screen_get_lang (TstKioskScreen *self);

void tst_kiosk_screen_finish (TstKioskScreen *self);
/* Back from where there is nothing before: what is half written is not lost without a word. */
void tst_kiosk_screen_leave (TstKioskScreen *self);
void tst_kiosk_screen_show (TstKioskScreen *self, GtkWidget *next);
void tst_kiosk_screen_act (TstKioskScreen *self);
void tst_kiosk_screen_say (TstKioskScreen *self, const char *text);

/* For the window. */
JsonObject *tst_kiosk_screen_collect (TstKioskScreen *self);
gboolean tst_kiosk_screen_back (TstKioskScreen *self);
void tst_kiosk_screen_emit_shown (TstKioskScreen *self);
/* What a person sees of it now, in order: to be read aloud. (transfer full) */
char *tst_kiosk_screen_dup_text (TstKioskScreen *self);

G_END_DECLS
