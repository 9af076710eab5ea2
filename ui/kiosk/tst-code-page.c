/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-code-page.h"

#include "base/tst-error.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-build.h"
#include "widgets/tst-code-entry.h"

#include <glib/gi18n.h>

struct _TstCodePage
{
  TstPage parent_instance;
  GtkWidget *entry, *button;
  GtkWidget *accept; /* shown when the code is of a new log: its own act, never the one that was just pressed */
};

G_DEFINE_FINAL_TYPE (TstCodePage, tst_code_page, TST_TYPE_PAGE)

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCodePage) self = user_data;
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autoptr (GError) error = NULL;

  if (tst_field_book_enrol_finish (TST_FIELD_BOOK (source), result, &error))
    {
      if (session == NULL)
        return;
      tst_session_toast (session, _("Código cargado. La tableta se registra sola cuando haya red."));
      tst_session_saved (session);
      tst_page_leave (TST_PAGE (self));
      return;
    }
  if (session == NULL)
    return;
  gtk_widget_set_sensitive (self->button, TRUE);
  gtk_widget_set_sensitive (self->accept, TRUE);
  gtk_widget_set_visible (self->accept, g_error_matches (error, TST_ERROR, TST_ERROR_NEW_ORIGIN));
  {
    g_autofree char *text = tst_message_for_error (error);

    tst_code_entry_set_problem (TST_CODE_ENTRY (self->entry), text);
  }
}

static void
on_read (TstCodePage *self)
{
  g_autofree char *text = tst_code_entry_dup_text (TST_CODE_ENTRY (self->entry));

  gtk_widget_set_sensitive (self->button, FALSE);
  tst_field_book_enrol_async (tst_session_get_book (tst_page_get_session (TST_PAGE (self))), text, NULL, on_enrolled,
                              g_object_ref (self));
}

static void
on_accept (TstCodePage *self)
{
  g_autofree char *text = tst_code_entry_dup_text (TST_CODE_ENTRY (self->entry));

  gtk_widget_set_sensitive (self->accept, FALSE);
  tst_field_book_accept_origin_async (tst_session_get_book (tst_page_get_session (TST_PAGE (self))), text, NULL, on_enrolled,
                                      g_object_ref (self));
}

static void
on_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_read (TST_CODE_PAGE (widget));
}

static void
tst_code_page_class_init (TstCodePageClass *klass)
{
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "code.read", NULL, on_action);
}

static void
tst_code_page_init (TstCodePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  gtk_box_append (GTK_BOX (box), tst_build_text (_("Con ese código la tableta sabe a quién enviar y puede guardar bajo llave los datos de las personas. "
                                                   "Lo entrega la Alcaldía. No hace falta conexión.")));
  self->entry = tst_code_entry_new (_("Código del municipio"), TST_TOWN_CODE_PREFIX);
  gtk_box_append (GTK_BOX (box), self->entry);
  self->button = tst_build_main_button (_("_Cargar el código"));
  gtk_box_append (GTK_BOX (box), self->button);
  self->accept = tst_build_large_button (_("La Alcaldía lo confirmó: _aceptar el libro nuevo"));
  gtk_widget_set_visible (self->accept, FALSE);
  gtk_box_append (GTK_BOX (box), self->accept);
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (on_accept), self);
  gtk_widget_add_css_class (box, "cover");
  g_signal_connect_swapped (self->entry, "activated", G_CALLBACK (on_read), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_read), self);
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled (box, 560));
}

GtkWidget *
tst_code_page_new (TstSession *session)
{
  TstCodePage *self = g_object_new (TST_TYPE_CODE_PAGE, "session", session, "title", _("Código del municipio"), NULL);

  tst_code_entry_set_camera (TST_CODE_ENTRY (self->entry), tst_session_get_camera (session));
  return GTK_WIDGET (self);
}
