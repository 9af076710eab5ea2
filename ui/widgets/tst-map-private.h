/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "widgets/tst-map-ground.h"
#include "widgets/tst-map-marks.h"
#include "widgets/tst-map.h"

G_BEGIN_DECLS

/* TstMap in three rooms: tst-map.c, the widget and where one looks; tst-map-content.c, ground, works and lines; tst-map-hands.c, fingers and keys. */

struct _TstMap
{
  GtkWidget parent_instance;
  GtkWidget *overlay, *map, *controls, *message, *attribution, *scale, *here;
  ShumateViewport *viewport;
  TstMapGround *ground;
  ShumateLayer *ground_layer;
  TstMapMarks *marks;
  char *ground_path;

  TstFieldBook *book;
  TstBounds shapes_bounds; /* read, or being read */
  gboolean shapes_known;
  GCancellable *shapes_cancellable;

  TstWorkIndex *works;
  GArray *found;
  gboolean ready, gathering, gather_again, fitted;
  GCancellable *cancellable; /* until disposed */

  TstPlace position;
  gboolean has_position;
  double pin_lat, pin_lon;
  gboolean placing, interactive;
  double drag_x, drag_y; /* of the pin's point when the drag began */

  gboolean fit_pending;
  TstBounds fit;
  double fit_lat, fit_lon, fit_zoom; /* where the last fit left the view; NAN: none since a place was asked for */
  int fit_width, fit_height;
  guint fit_id;
};

/* tst-map.c */
gboolean tst_map_is_animated (TstMap *self);
void tst_map_emit_pin (TstMap *self);
/* tst-map-content.c */
void tst_map_update_ground (TstMap *self);
void tst_map_dark_changed (TstMap *self);
/* Reads the lines of the surroundings when what is known does not reach that far. */
void tst_map_look_for_shapes (TstMap *self);
/* tst-map-hands.c */
void tst_map_place_pin (TstMap *self, double x, double y); /* a place of the widget */
void tst_map_hands_class_init (GtkWidgetClass *widget_class);
void tst_map_hands_attach (TstMap *self);

G_END_DECLS
