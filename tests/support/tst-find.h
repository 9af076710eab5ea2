/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For display tests: how to get at what a person sees. Depth first. */

GtkWidget *tst_find_type (GtkWidget *widget, GType type);          /* (nullable) */
/* Only where nothing hides it. */
GtkWidget *tst_find_shown (GtkWidget *widget, GType type);         /* (nullable) */
/* By its words, without the mnemonic's mark. */
GtkWidget *tst_find_button (GtkWidget *widget, const char *label); /* (nullable) */
/* Whether a label that nothing hides holds @part. */
gboolean tst_find_says (GtkWidget *widget, const char *part);
/* The app's style on windows that are no TstWindow. */
void tst_find_style (void);

G_END_DECLS
