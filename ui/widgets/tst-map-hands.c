/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-private.h"

#include <math.h>

#define STEP_PX 96

void
tst_map_place_pin (TstMap *self, double x, double y)
{
  TstMapView view = tst_map_marks_get_view (self->marks);
  double lon = tst_map_lon (view.x + (x - gtk_widget_get_width (GTK_WIDGET (self->marks)) / 2.0) / view.world);
  double lat = tst_map_lat (view.y + (y - gtk_widget_get_height (GTK_WIDGET (self->marks)) / 2.0) / view.world);

  tst_map_set_pin (self, lat, lon);
}

static void
on_pressed (TstMap *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  tst_map_marks_set_cross (self->marks, FALSE);
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  if (n_press == 1)
    tst_map_touch (user_data, x, y);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  TstMap *self = user_data;
  TstMapView view;

  if (!self->placing || !tst_map_marks_hits_pin (self->marks, x, y))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  view = tst_map_marks_get_view (self->marks);
  self->drag_x = (tst_map_x (self->pin_lon) - view.x) * view.world + gtk_widget_get_width (GTK_WIDGET (self->marks)) / 2.0;
  self->drag_y = (tst_map_y (self->pin_lat) - view.y) * view.world + gtk_widget_get_height (GTK_WIDGET (self->marks)) / 2.0;
}

static void
on_drag_update (TstMap *self, double dx, double dy)
{
  tst_map_place_pin (self, self->drag_x + dx, self->drag_y + dy);
}

static void
on_drag_end (TstMap *self, double dx, double dy)
{
  if (dx != 0 || dy != 0)
    tst_map_emit_pin (self);
}

static void
zoom_by (TstMap *self, double change)
{
  double zoom = CLAMP (round (shumate_viewport_get_zoom_level (self->viewport) + change), 5, 19);

  if (tst_map_is_animated (self))
    {
      double lat, lon;

      tst_map_get_centre (self, &lat, &lon);
      shumate_map_go_to_full_with_duration (SHUMATE_MAP (self->map), lat, lon, zoom, 150);
    }
  else
    shumate_viewport_set_zoom_level (self->viewport, zoom);
}

static void
on_zoom_in (GtkWidget *widget, const char *action, GVariant *parameter)
{
  zoom_by (TST_MAP (widget), 1);
}

static void
on_zoom_out (GtkWidget *widget, const char *action, GVariant *parameter)
{
  zoom_by (TST_MAP (widget), -1);
}

static void
on_here (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstMap *self = TST_MAP (widget);

  if (self->has_position)
    tst_map_go_to (self, self->position.latitude, self->position.longitude,
                   MAX (16, shumate_viewport_get_zoom_level (self->viewport)));
}

static void
on_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_map_fit_works (TST_MAP (widget));
}

static gboolean
on_pan_key (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  TstMap *self = TST_MAP (widget);
  TstMapView view = tst_map_marks_get_view (self->marks);
  int dx, dy;

  g_variant_get (arguments, "(ii)", &dx, &dy);
  shumate_map_stop_go_to (SHUMATE_MAP (self->map));
  shumate_map_center_on (SHUMATE_MAP (self->map), tst_map_lat (CLAMP (view.y + dy * STEP_PX / view.world, 0, 1)),
                         tst_map_lon (CLAMP (view.x + dx * STEP_PX / view.world, 0, 1)));
  tst_map_marks_set_cross (self->marks, TRUE);
  return TRUE;
}

static gboolean
on_enter_key (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  TstMap *self = TST_MAP (widget);

  return tst_map_touch (self, gtk_widget_get_width (GTK_WIDGET (self->marks)) / 2.0,
                        gtk_widget_get_height (GTK_WIDGET (self->marks)) / 2.0);
}

static void
bind_key (GtkWidgetClass *widget_class, guint key, GtkShortcutFunc callback, int dx, int dy)
{
  gtk_widget_class_add_binding (widget_class, key, 0, callback, "(ii)", dx, dy);
}

void
tst_map_hands_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "map.zoom-in", NULL, on_zoom_in);
  gtk_widget_class_install_action (widget_class, "map.zoom-out", NULL, on_zoom_out);
  gtk_widget_class_install_action (widget_class, "map.here", NULL, on_here);
  gtk_widget_class_install_action (widget_class, "map.all", NULL, on_all);
  bind_key (widget_class, GDK_KEY_Left, on_pan_key, -1, 0);
  bind_key (widget_class, GDK_KEY_Right, on_pan_key, 1, 0);
  bind_key (widget_class, GDK_KEY_Up, on_pan_key, 0, -1);
  bind_key (widget_class, GDK_KEY_Down, on_pan_key, 0, 1);
  bind_key (widget_class, GDK_KEY_Return, on_enter_key, 0, 0);
  bind_key (widget_class, GDK_KEY_KP_Enter, on_enter_key, 0, 0);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, 0, "map.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_SHIFT_MASK, "map.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Add, 0, "map.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_equal, 0, "map.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, 0, "map.zoom-out", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Subtract, 0, "map.zoom-out", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, 0, "map.all", NULL);
}

void
tst_map_hands_attach (TstMap *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self->marks), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (drag));
}
