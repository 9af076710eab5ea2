/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstAdaptiveBin:
 *
 * A bin that knows whether it is narrow: libadwaita 1.2 has no breakpoints. Narrow below 720 px at 100 % text, more with larger text.
 * "narrow" changes after the allocation, from an idle, so that a change of layout never happens inside one.
 */
#define TST_TYPE_ADAPTIVE_BIN (tst_adaptive_bin_get_type ())
G_DECLARE_FINAL_TYPE (TstAdaptiveBin, tst_adaptive_bin, TST, ADAPTIVE_BIN, GtkWidget)

GtkWidget *tst_adaptive_bin_new (void);
void tst_adaptive_bin_set_child (TstAdaptiveBin *self, GtkWidget *child);
gboolean tst_adaptive_bin_get_narrow (TstAdaptiveBin *self);
/* So little room for the size of the text that words would break. */
gboolean tst_adaptive_bin_get_cramped (TstAdaptiveBin *self);

G_END_DECLS
