/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstProgressBars:
 *
 * Programmed and observed progress of a work as two bars with their figures, and the gap in words.
 */
#define TST_TYPE_PROGRESS_BARS (tst_progress_bars_get_type ())
G_DECLARE_FINAL_TYPE (TstProgressBars, tst_progress_bars, TST, PROGRESS_BARS, GtkBox)

GtkWidget *tst_progress_bars_new (void);
/* Per cent, 0 to 100; NAN: unknown. */
void tst_progress_bars_set (TstProgressBars *self, double planned, double observed);

G_END_DECLS
