/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-print.h"

static void
on_draw (GtkPrintOperation *operation, GtkPrintContext *context, int page, TstPdf *pdf)
{
  if (!tst_pdf_draw_page (pdf, (guint) page, gtk_print_context_get_cairo_context (context)))
    gtk_print_operation_cancel (operation);
}

GtkPrintOperation *
tst_print_new (const char *title, TstPdf *pdf)
{
  GtkPrintOperation *self = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  GtkPaperSize *paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);

  gtk_page_setup_set_paper_size (setup, paper);
  gtk_paper_size_free (paper);
  gtk_print_operation_set_default_page_setup (self, setup);
  gtk_print_operation_set_job_name (self, title);
  /* The document has its own margins. */
  gtk_print_operation_set_use_full_page (self, TRUE);
  gtk_print_operation_set_unit (self, GTK_UNIT_POINTS);
  gtk_print_operation_set_n_pages (self, (int) tst_pdf_get_n_pages (pdf));
  gtk_print_operation_set_allow_async (self, TRUE);
  g_object_set_data_full (G_OBJECT (self), "document", pdf, (GDestroyNotify) tst_pdf_free);
  g_signal_connect (self, "draw-page", G_CALLBACK (on_draw), pdf);
  return self;
}

gboolean
tst_print_run (GtkPrintOperation *operation, GtkWidget *widget, GError **error)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, error)
         != GTK_PRINT_OPERATION_RESULT_ERROR;
}
