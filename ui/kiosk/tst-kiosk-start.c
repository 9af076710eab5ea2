/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-start.h"

#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *code, *icon, *label, *line;
  gboolean wants_event;
} choices[] = {
  { "contribution", "user-available-symbolic", N_("Dejar un aporte"), N_("Una pregunta, una idea, una queja. Toma un minuto."), TRUE },
  { "attendance", "system-users-symbolic", N_("Registrar mi asistencia"), N_("Con su cédula o escribiendo."), TRUE },
  { "works", "find-location-symbolic", N_("Ver las obras de mi barrio"), N_("En el mapa, con fotos y avance."), FALSE },
  { "ask", "edit-find-symbolic", N_("Consultar mi aporte"), N_("Con el número que le dieron."), FALSE },
  { "survey", "view-list-symbolic", N_("Responder una encuesta"), N_("Unas pocas preguntas, sin su nombre."), TRUE },
  { "results", "view-grid-symbolic", N_("Ver qué respondió la gente"), N_("Los resultados de las encuestas."), FALSE },
};

const char *const tst_kiosk_choices[] = { "contribution", "attendance", "works", "ask", "survey", "results", NULL };

struct _TstKioskStart
{
  TstKioskScreen parent_instance;
  GtkWidget *column, *first;
};

enum
{
  CHOSEN,
  STAFF,
  RESUME,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskStart, tst_kiosk_start, TST_TYPE_KIOSK_SCREEN)

static void
on_choice (TstKioskStart *self, GtkWidget *button)
{
  g_signal_emit (self, signals[CHOSEN], 0, g_object_get_data (G_OBJECT (button), "choice"));
}

static void
on_staff (TstKioskStart *self)
{
  g_signal_emit (self, signals[STAFF], 0);
}

static void
on_resume (TstKioskStart *self)
{
  g_signal_emit (self, signals[RESUME], 0);
}

static GtkWidget *
make_choice (TstKioskStart *self, guint at)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 16);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *icon = gtk_image_new_from_icon_name (choices[at].icon);
  GtkWidget *label = tst_form_text (texts, _(choices[at].label));
  GtkWidget *line = tst_form_text (texts, _(choices[at].line));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 40);
  gtk_widget_add_css_class (label, "title-3");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_button_set_child (GTK_BUTTON (button), row);
  gtk_widget_add_css_class (button, "kiosk-choice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(choices[at].label),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(choices[at].line), -1);
  g_object_set_data (G_OBJECT (button), "choice", (gpointer) choices[at].code);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_choice), self);
  return button;
}

static void
tst_kiosk_start_shown (TstKioskScreen *screen)
{
  if (TST_KIOSK_START (screen)->first != NULL)
    gtk_widget_grab_focus (TST_KIOSK_START (screen)->first);
}

static void
tst_kiosk_start_class_init (TstKioskStartClass *klass)
{
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_start_shown;
  signals[CHOSEN] = g_signal_new ("chosen", TST_TYPE_KIOSK_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STAFF] = g_signal_new ("staff", TST_TYPE_KIOSK_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESUME] = g_signal_new ("resume", TST_TYPE_KIOSK_START, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_kiosk_start_init (TstKioskStart *self)
{
}

/* Small, at the end, with its word: it is for staff, and a finger that finds it meets a PIN. */
static void
add_foot (TstKioskStart *self, GtkWidget *foot, gboolean open)
{
  GtkWidget *staff = tst_form_button (_("Personal"), "flat");

  if (open)
    {
      GtkWidget *resume = tst_form_button (_("Seguir lo que dejó sin terminar"), "flat");

      g_signal_connect_swapped (resume, "clicked", G_CALLBACK (on_resume), self);
      gtk_box_append (GTK_BOX (self->column), resume);
    }
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (staff))), FALSE);
  gtk_widget_set_halign (staff, GTK_ALIGN_END);
  g_signal_connect_swapped (staff, "clicked", G_CALLBACK (on_staff), self);
  gtk_box_append (GTK_BOX (foot), staff);
}

GtkWidget *
tst_kiosk_start_new (TstSession *session, const char *event, const char *lang, const char *title)
{
  TstKioskStart *self = g_object_new (TST_TYPE_KIOSK_START, "session", session, "event", event, "lang", lang, NULL);
  g_auto (GStrv) wanted = g_settings_get_strv (tst_session_get_settings (session), "kiosk-choices");
  GtkWidget *foot, *label, *page = tst_form_page (760, &self->column, &foot);

  adw_bin_set_child (ADW_BIN (self), page);
  label = tst_form_text (self->column, title != NULL ? title : _("Obras de su municipio"));
  gtk_widget_add_css_class (label, "title-1");
  label = tst_form_text (self->column, title != NULL ? _("Cuéntele a la Alcaldía lo que piensa. Toma un minuto.")
                                                     : _("Vea qué se hace en su barrio y cuánto lleva."));
  gtk_widget_add_css_class (label, "sentence");
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      GtkWidget *button;

      if ((choices[i].wants_event && event == NULL) || !g_strv_contains ((const char *const *) wanted, choices[i].code))
        continue;
      button = make_choice (self, i);
      gtk_box_append (GTK_BOX (self->column), button);
      if (self->first == NULL)
        self->first = button;
    }
  add_foot (self, foot, event != NULL);
  return GTK_WIDGET (self);
}

const char *
tst_kiosk_choice_label (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (strcmp (choices[i].code, code) == 0)
      return _(choices[i].label);
  return code;
}
