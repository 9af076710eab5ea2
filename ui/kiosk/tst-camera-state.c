/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-state.h"

#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstCameraState
{
  GtkWidget parent_instance;
  GtkWidget *box, *icon, *spinner, *title, *text, *again, *files;
};

G_DEFINE_FINAL_TYPE (TstCameraState, tst_camera_state, GTK_TYPE_WIDGET)

static const struct
{
  const char *state, *icon, *title, *text;
  gboolean again, files;
} states[] = {
  { "starting", NULL, N_("Abriendo la cámara…"), NULL, FALSE, FALSE },
  { "busy", "dialog-information-symbolic", N_("Otro programa usa la cámara"), N_("Ciérrelo: aquí se vuelve a intentar sin que toque nada."), FALSE, TRUE },
  { "missing", "camera-photo-symbolic", N_("No hay cámara"), N_("Conecte una y aparece sola, o elija fotos de sus archivos."), FALSE, TRUE },
  { "denied", "changes-prevent-symbolic", N_("No hay permiso para usar la cámara"),
    N_("Permítala en los ajustes del equipo y vuelva a intentar."), TRUE, TRUE },
  { "lost", "dialog-warning-symbolic", N_("La cámara se desconectó"),
    N_("Vuelva a conectarla y sigue sola. Lo que dice «Guardado» está a salvo."), FALSE, TRUE },
  { "paused", "media-playback-pause-symbolic", N_("Cámara en pausa"), N_("Se apaga sola cuando nadie la mira, para cuidar la batería."), TRUE, FALSE },
};

static void
tst_camera_state_dispose (GObject *object)
{
  g_clear_pointer (&TST_CAMERA_STATE (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_camera_state_parent_class)->dispose (object);
}

static void
tst_camera_state_class_init (TstCameraStateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_camera_state_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
tst_camera_state_init (TstCameraState *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class (self->box, "camera-state");
  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), 40);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_size_request (self->spinner, 40, 40);
  gtk_widget_set_halign (self->spinner, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), self->spinner);
  self->title = tst_form_text (self->box, "");
  gtk_widget_add_css_class (self->title, "title-2");
  self->text = tst_form_text (self->box, "");
  gtk_label_set_xalign (GTK_LABEL (self->title), 0.5);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0.5);
  gtk_label_set_justify (GTK_LABEL (self->title), GTK_JUSTIFY_CENTER);
  gtk_label_set_justify (GTK_LABEL (self->text), GTK_JUSTIFY_CENTER);
  self->again = tst_form_button (_("Volver a intentar"), "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->again), "camera.again");
  gtk_box_append (GTK_BOX (self->box), self->again);
  self->files = tst_form_button (_("Elegir fotos de archivos"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->files), "camera.files");
  gtk_box_append (GTK_BOX (self->box), self->files);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_camera_state_new (void)
{
  return g_object_new (TST_TYPE_CAMERA_STATE, NULL);
}

void
tst_camera_state_set (TstCameraState *self, const char *state)
{
  g_return_if_fail (TST_IS_CAMERA_STATE (self));
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      gboolean spins = states[i].icon == NULL;

      if (!g_str_equal (states[i].state, state))
        continue;
      gtk_widget_set_visible (self->icon, !spins);
      gtk_widget_set_visible (self->spinner, spins);
      gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), spins);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), states[i].icon);
      gtk_label_set_label (GTK_LABEL (self->title), _(states[i].title));
      gtk_label_set_label (GTK_LABEL (self->text), states[i].text != NULL ? _(states[i].text) : "");
      gtk_widget_set_visible (self->text, states[i].text != NULL);
      gtk_widget_set_visible (self->again, states[i].again);
      gtk_widget_set_visible (self->files, states[i].files);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(states[i].title), -1);
      gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
      return;
    }
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
