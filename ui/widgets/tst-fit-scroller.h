/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstFitScroller:
 *
 * Scrolls up and down, and asks for the height that its child needs at the width that there is, as long as there is room. A GtkScrolledWindow asks for what the
 * child needs at its natural width: of buttons that wrap that is one row, and the others lie below the edge where nobody looks for them.
 */
#define TST_TYPE_FIT_SCROLLER (tst_fit_scroller_get_type ())
G_DECLARE_FINAL_TYPE (TstFitScroller, tst_fit_scroller, TST, FIT_SCROLLER, GtkWidget)

/* @most: the height past which it does not ask, in pixels; 0: all that the child needs. */
GtkWidget *tst_fit_scroller_new (GtkWidget *child, int most);

G_END_DECLS
