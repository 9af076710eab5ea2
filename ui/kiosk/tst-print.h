/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/tst-pdf.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * tst_print_new:
 * @title: what the queue of the printer shows: no person's name
 * @pdf: (transfer full): drawn whole
 *
 * A document on its way to a printer that the person chooses; inside Flatpak the desktop's own dialog asks. Pages are drawn for the printer from memory, so a
 * document with names in it leaves no file behind. Run it with tst_print_run().
 *
 * Returns: (transfer full)
 */
GtkPrintOperation *tst_print_new (const char *title, TstPdf *pdf);
/* Asks for the printer over the window of @widget, without holding up the main loop; "done" of the operation tells how it went. FALSE: no printer can be asked
 * for here. */
gboolean tst_print_run (GtkPrintOperation *operation, GtkWidget *widget, GError **error);

G_END_DECLS
