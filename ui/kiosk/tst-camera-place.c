/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-place.h"

#include "kiosk/tst-page.h"
#include "kiosk/tst-place-page.h"
#include "widgets/tst-accuracy-ring.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstCameraPlace
{
  GtkWidget parent_instance;
  TstSession *session;
  TstCaptureQueue *queue;
  char *work;
  GtkWidget *ring, *pin;
};

G_DEFINE_FINAL_TYPE (TstCameraPlace, tst_camera_place, GTK_TYPE_WIDGET)

static void
update (TstCameraPlace *self)
{
  TstLocation *location = tst_session_get_location (self->session);
  GSettings *settings = tst_session_get_settings (self->session);
  g_autofree char *state = NULL;
  g_autofree char *grade = NULL;
  gboolean searching;
  TstFix fix;

  if (location != NULL)
    g_object_get (location, "state", &state, NULL);
  searching = g_strcmp0 (state, "searching") == 0;
  tst_accuracy_ring_set_gate (TST_ACCURACY_RING (self->ring), g_settings_get_double (settings, "position-accept"),
                              g_settings_get_double (settings, "position-warn"));
  if (tst_capture_queue_get_place (self->queue, &fix))
    tst_accuracy_ring_set (TST_ACCURACY_RING (self->ring), fix.place.accuracy_m, fix.place.source, FALSE);
  else
    tst_accuracy_ring_set (TST_ACCURACY_RING (self->ring), -1, NULL, searching);
  g_object_get (self->ring, "grade", &grade, NULL);
  gtk_widget_set_visible (self->pin, g_str_equal (grade, "poor") || (g_str_equal (grade, "none") && !searching));
}

static void
on_placed (TstCameraPlace *self, double lat, double lon)
{
  const TstPlace place = { .latitude = lat, .longitude = lon, .accuracy_m = -1, .altitude_m = NAN, .heading_deg = NAN, .source = "pin", .age_s = 0 };

  tst_capture_queue_set_pin (self->queue, isnan (lat) ? NULL : &place);
  update (self);
}

static void
on_pin (TstCameraPlace *self)
{
  GtkWidget *around = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE);
  TstFix fix;
  gboolean known = tst_capture_queue_get_place (self->queue, &fix);
  GtkWidget *page = tst_place_page_new (self->session, _("Dónde está usted"), known ? fix.place.latitude : NAN,
                                        known ? fix.place.longitude : NAN, self->work);

  g_signal_connect_object (page, "placed", G_CALLBACK (on_placed), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (around), TST_PAGE (page));
}

static void
tst_camera_place_dispose (GObject *object)
{
  TstCameraPlace *self = TST_CAMERA_PLACE (object);

  g_clear_pointer (&self->ring, gtk_widget_unparent);
  g_clear_pointer (&self->pin, gtk_widget_unparent);
  g_clear_object (&self->queue);
  g_clear_object (&self->session);
  g_clear_pointer (&self->work, g_free);
  G_OBJECT_CLASS (tst_camera_place_parent_class)->dispose (object);
}

static void
tst_camera_place_class_init (TstCameraPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_camera_place_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
tst_camera_place_init (TstCameraPlace *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);
  self->ring = tst_accuracy_ring_new ();
  gtk_widget_set_parent (self->ring, GTK_WIDGET (self));
  self->pin = gtk_button_new_from_icon_name ("find-location-symbolic");
  gtk_widget_add_css_class (self->pin, "round");
  gtk_widget_set_valign (self->pin, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->pin, _("Marcar el lugar en el mapa"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pin), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Marcar el lugar en el mapa"), -1);
  g_signal_connect_swapped (self->pin, "clicked", G_CALLBACK (on_pin), self);
  gtk_widget_set_parent (self->pin, GTK_WIDGET (self));
}

GtkWidget *
tst_camera_place_new (TstSession *session, TstCaptureQueue *queue, const char *work)
{
  TstCameraPlace *self = g_object_new (TST_TYPE_CAMERA_PLACE, NULL);

  self->session = g_object_ref (session);
  self->queue = g_object_ref (queue);
  self->work = g_strdup (work);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (tst_session_get_location (session) != NULL)
    g_signal_connect_object (tst_session_get_location (session), "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
