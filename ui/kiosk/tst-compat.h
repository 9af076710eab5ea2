/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What differs between GTK 4.8 and newer ones. */

/* @files: (nullable): a list of GFile, NULL when nothing was chosen. */
typedef void (*TstFilesChosen) (GListModel *files, gpointer user_data);

/**
 * tst_compat_open_files:
 * @near: a widget of the window to ask over
 * @title: what is being chosen
 * @filter: (nullable): what may be chosen
 * @multiple: more than one
 * @owner: (nullable): when it goes away, @chosen is not called
 *
 * Asks for files in the system's own way.
 */
void tst_compat_open_files (GtkWidget *near, const char *title, GtkFileFilter *filter, gboolean multiple, TstFilesChosen chosen,
                            gpointer user_data, GObject *owner);

G_END_DECLS
