/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-viewpoint.h"

#include "kiosk/tst-visit-shared.h"

#include <glib/gi18n.h>

static void
on_saved (GtkWidget *button, TstShot *shot)
{
  if (!g_str_has_prefix (tst_shot_get_content_type (shot), "image/"))
    return;
  g_object_set_data_full (G_OBJECT (button), "photo", g_strdup (tst_shot_get_id (shot)), g_free);
  gtk_widget_set_visible (button, TRUE);
}

static void
on_clicked (GtkWidget *button)
{
  GtkWidget *page = gtk_widget_get_ancestor (button, TST_TYPE_PAGE);

  tst_visit_save_viewpoint (TST_PAGE (page), g_object_get_data (G_OBJECT (button), "photo"), g_object_get_data (G_OBJECT (button), "work"));
}

GtkWidget *
tst_camera_viewpoint_new (TstCaptureQueue *queue, const TstCaptureTarget *target)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("mark-location-symbolic");

  gtk_widget_add_css_class (button, "round");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Guardar la última foto como punto fotográfico"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Guardar la última foto como punto fotográfico"), -1);
  gtk_widget_set_visible (button, FALSE);
  g_object_set_data_full (G_OBJECT (button), "work", g_strdup (target->work), g_free);
  if (target->work != NULL && target->viewpoint == NULL)
    g_signal_connect_object (queue, "saved", G_CALLBACK (on_saved), button, G_CONNECT_SWAPPED);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), NULL);
  return button;
}
