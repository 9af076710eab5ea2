/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For display tests only: they may iterate the main context, product code never does. */

/* Iterates the default main context until @done says so; asserts that it did within @seconds. */
typedef gboolean (*TstCondition) (gpointer user_data);
void tst_wait_until (TstCondition done, gpointer user_data, guint seconds);
/* Lets the main loop run for a while. */
void tst_settle (guint milliseconds);
/* The widget as a PNG. */
void tst_shot (GtkWidget *widget, const char *path);
/* With TST_SHOTS=FOLDER in the environment: the widget as FOLDER/NAME.png, to look at. */
void tst_shot_named (GtkWidget *widget, const char *name);

G_END_DECLS
