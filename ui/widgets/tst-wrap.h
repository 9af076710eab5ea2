/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstWrap:
 *
 * Lays its children in rows like words in a text. GtkFlowBox would do but for the nameless focusable cell that it puts round each child.
 */
#define TST_TYPE_WRAP (tst_wrap_get_type ())
G_DECLARE_FINAL_TYPE (TstWrap, tst_wrap, TST, WRAP, GtkWidget)

GtkWidget *tst_wrap_new (void);
void tst_wrap_append (TstWrap *self, GtkWidget *child);
void tst_wrap_clear (TstWrap *self);

G_END_DECLS
