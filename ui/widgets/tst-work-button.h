/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstWorkButton:
 *
 * A work in a list: mark and word of its status, title, code and neighbourhood, how far, the gap between programmed and observed in
 * words, and how old its last evidence is. A real button, so that every way of input reaches it. Meant to be filled again: lists keep a pool of them.
 */
#define TST_TYPE_WORK_BUTTON (tst_work_button_get_type ())
G_DECLARE_FINAL_TYPE (TstWorkButton, tst_work_button, TST, WORK_BUTTON, GtkButton)

GtkWidget *tst_work_button_new (void);
/* @distance_m: NAN where unknown. Copies what it needs. */
void tst_work_button_set_work (TstWorkButton *self, const TstWorkEntry *work, double distance_m, const char *lang);
/* The age of its last evidence, in words: "" while it is looked up (its line keeps its place), NULL where nobody asks (no line). Setting a work forgets it. */
void tst_work_button_set_evidence (TstWorkButton *self, const char *text);
const char *tst_work_button_get_code (TstWorkButton *self);

G_END_DECLS
