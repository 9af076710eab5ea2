/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-warning.h"

#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstKioskWarning
{
  GtkBox parent_instance;
  GtkWidget *title, *text, *notice, *stay, *keep, *wipe;
  const char *kind; /* static */
  gboolean begun;
};

enum
{
  STAY,
  WIPE,
  KEEP,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskWarning, tst_kiosk_warning, GTK_TYPE_BOX)

static void
set_words (GtkWidget *button, const char *words)
{
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
tst_kiosk_warning_speak (TstKioskWarning *self)
{
  gboolean leaving = g_strcmp0 (self->kind, "leaving") == 0;

  g_return_if_fail (TST_IS_KIOSK_WARNING (self));
  gtk_label_set_label (GTK_LABEL (self->title), leaving ? _("¿Salir y borrar lo que escribió?") : _("¿Sigue ahí?"));
  set_words (self->stay, leaving ? _("Seguir escribiendo") : _("Sí, sigo aquí"));
  set_words (self->keep, _("Guardarlo para terminar después"));
  set_words (self->wipe, leaving || self->begun ? _("Borrar y salir") : _("Terminar"));
  if (leaving)
    gtk_label_set_label (GTK_LABEL (self->text), _("Lo escrito no se ha enviado y no quedará en esta tableta."));
}

void
tst_kiosk_warning_show (TstKioskWarning *self, const char *kind, gboolean begun)
{
  g_return_if_fail (TST_IS_KIOSK_WARNING (self));
  self->kind = kind != NULL ? g_intern_string (kind) : NULL;
  self->begun = begun;
  tst_form_notice_set (self->notice, NULL, TRUE);
  gtk_widget_set_visible (self->keep, begun);
  tst_kiosk_warning_speak (self);
  gtk_widget_set_visible (GTK_WIDGET (self), kind != NULL);
}

const char *
tst_kiosk_warning_get_kind (TstKioskWarning *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_WARNING (self), NULL);
  return self->kind;
}

void
tst_kiosk_warning_set_left (TstKioskWarning *self, guint seconds)
{
  g_autofree char *text = NULL;

  g_return_if_fail (TST_IS_KIOSK_WARNING (self));
  if (g_strcmp0 (self->kind, "done") == 0)
    text = g_strdup_printf (ngettext ("En %u segundo volvemos al inicio. ¿Ya anotó su número?", "En %u segundos volvemos al inicio. ¿Ya anotó su número?", seconds), seconds);
  else if (g_strcmp0 (self->kind, "idle") == 0)
    text = g_strdup_printf (ngettext ("En %u segundo borramos lo que hay en la pantalla, para que nadie más lo vea.",
                                      "En %u segundos borramos lo que hay en la pantalla, para que nadie más lo vea.", seconds), seconds);
  if (text != NULL)
    gtk_label_set_label (GTK_LABEL (self->text), text);
}

void
tst_kiosk_warning_set_trouble (TstKioskWarning *self, const char *text)
{
  g_return_if_fail (TST_IS_KIOSK_WARNING (self));
  tst_form_notice_set (self->notice, text, TRUE);
}

void
tst_kiosk_warning_focus (TstKioskWarning *self)
{
  g_return_if_fail (TST_IS_KIOSK_WARNING (self));
  gtk_widget_grab_focus (self->stay);
}

static void
on_clicked (TstKioskWarning *self, GtkWidget *button)
{
  g_signal_emit (self, signals[button == self->stay ? STAY : button == self->keep ? KEEP : WIPE], 0);
}

static void
tst_kiosk_warning_class_init (TstKioskWarningClass *klass)
{
  signals[STAY] = g_signal_new ("stay", TST_TYPE_KIOSK_WARNING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WIPE] = g_signal_new ("wipe", TST_TYPE_KIOSK_WARNING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[KEEP] = g_signal_new ("keep", TST_TYPE_KIOSK_WARNING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
add_button (TstKioskWarning *self, GtkWidget *box, const char *class)
{
  GtkWidget *button = tst_form_button ("", class);

  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
tst_kiosk_warning_init (TstKioskWarning *self)
{
  GtkWidget *column, *page = tst_form_page (560, &column, NULL);

  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk-warning");
  gtk_widget_set_hexpand (page, TRUE);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  self->title = tst_form_text (column, NULL);
  gtk_widget_add_css_class (self->title, "title-1");
  self->text = tst_form_text (column, NULL);
  gtk_widget_add_css_class (self->text, "sentence");
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->stay = add_button (self, column, "main suggested-action");
  self->keep = add_button (self, column, "main");
  self->wipe = add_button (self, column, "main");
  gtk_box_append (GTK_BOX (self), page);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_kiosk_warning_new (void)
{
  return g_object_new (TST_TYPE_KIOSK_WARNING, NULL);
}
