/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @file: NULL when the person changed their mind. */
typedef void (*TstPlaceChosen) (GFile *file, gpointer user_data);

/* Asks where to save, in the system's own way. When @owner (nullable) goes away, @chosen is not called. */
void tst_compat_save_file (GtkWidget *near, const char *title, const char *name, TstPlaceChosen chosen, gpointer user_data,
                           GObject *owner);

G_END_DECLS
