/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-join.h"

#include "kiosk/tst-compat-save.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>
#include <string.h>

#define QR_LEAST 280

struct _TstEventJoin
{
  TstPage parent_instance;
  char *text;
};

G_DEFINE_FINAL_TYPE (TstEventJoin, tst_event_join, TST_TYPE_PAGE)

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventJoin *self = TST_EVENT_JOIN (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->text);
  tst_session_toast (tst_page_get_session (TST_PAGE (self)), _("Texto copiado"));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstEventJoin) self = user_data;
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  gboolean written = g_file_replace_contents_finish (G_FILE (source), result, NULL, NULL);

  if (session != NULL)
    tst_session_toast (session, written ? _("Código guardado en el archivo") : _("No se pudo guardar ahí. Elija otra carpeta."));
}

static void
on_place (GFile *file, gpointer user_data)
{
  TstEventJoin *self = user_data;

  if (file != NULL)
    g_file_replace_contents_async (file, self->text, strlen (self->text), NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, on_written,
                                   g_object_ref (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_compat_save_file (widget, _("Guardar el código del espacio"), _("espacio.txt"), on_place, widget, G_OBJECT (widget));
}

static void
tst_event_join_finalize (GObject *object)
{
  g_free (TST_EVENT_JOIN (object)->text);
  G_OBJECT_CLASS (tst_event_join_parent_class)->finalize (object);
}

static void
tst_event_join_class_init (TstEventJoinClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_event_join_finalize;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "join.copy", NULL, on_copy);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "join.save", NULL, on_save);
}

static void
tst_event_join_init (TstEventJoin *self)
{
}

GtkWidget *
tst_event_join_new (TstSession *session, const char *text)
{
  TstEventJoin *self = g_object_new (TST_TYPE_EVENT_JOIN, "session", session, "title", _("Unir otra tableta"), NULL);
  GtkWidget *column, *foot, *qr, *label, *button;

  self->text = g_strdup (text);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (560, &column, &foot));
  qr = tst_qr_new (text, _("Código QR del espacio"), 320);
  /* Read from another tablet's camera: on a phone it takes the width there is, and the page scrolls. */
  gtk_widget_set_size_request (qr, QR_LEAST, QR_LEAST);
  gtk_widget_set_halign (qr, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (column), qr);
  tst_form_text (column, _("En la otra tableta, abra «Inicio», toque «Empezar visita» y elija una foto de este código, o traiga su texto o su archivo. No necesita conexión. "
                           "El código no lleva datos de personas."));
  label = tst_form_text (column, text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_widget_add_css_class (label, "monospace");
  button = tst_form_button (_("Copiar el texto"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "join.copy");
  gtk_box_append (GTK_BOX (foot), button);
  button = tst_form_button (_("Guardar en un archivo"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "join.save");
  gtk_box_append (GTK_BOX (column), button);
  return GTK_WIDGET (self);
}
