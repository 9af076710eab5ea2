/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A button that asks for the file of a recording and writes its SHA-256, in hexadecimal, into @entry, and below it a notice of what went wrong. */
GtkWidget *tst_visit_recording_new (GtkWidget *entry);
/* As if @file had been chosen. It is read on a thread, and @entry is insensitive meanwhile; of a file that cannot be read @entry keeps what it said. */
void tst_visit_recording_take (GtkWidget *recording, GFile *file);

G_END_DECLS
