/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-shot.h"

G_BEGIN_DECLS

/**
 * TstShotStrip:
 *
 * What was just taken, newest first, each with what became of it in a word. Signal "activated" (TstShot): a saved one was touched.
 * Property "n-saved" (uint, notifies): how many of those that are shown say «Guardado».
 */
#define TST_TYPE_SHOT_STRIP (tst_shot_strip_get_type ())
G_DECLARE_FINAL_TYPE (TstShotStrip, tst_shot_strip, TST, SHOT_STRIP, GtkWidget)

GtkWidget *tst_shot_strip_new (void);
void tst_shot_strip_add (TstShotStrip *self, TstShot *shot);

G_END_DECLS
