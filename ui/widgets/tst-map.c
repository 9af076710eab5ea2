/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define NEAREST 17.0

typedef enum
{
  PROP_READY = 1,
  PROP_GROUND_STATE,
} TstMapProperty;

enum
{
  WORK_ACTIVATED,
  WORKS_ACTIVATED,
  PHOTOS_ACTIVATED,
  PIN_MOVED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_GROUND_STATE + 1];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstMap, tst_map, GTK_TYPE_WIDGET)

/* --- where one looks --- */

gboolean
tst_map_is_animated (TstMap *self)
{
  gboolean on = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &on, NULL);
  return on;
}

static double
world_at (TstMap *self, double zoom)
{
  return shumate_map_source_get_tile_size_at_zoom (SHUMATE_MAP_SOURCE (self->ground), zoom)
         * shumate_map_source_get_column_count (SHUMATE_MAP_SOURCE (self->ground), (guint) zoom);
}

static void
look_at (TstMap *self, double lat, double lon, double zoom)
{
  shumate_map_stop_go_to (SHUMATE_MAP (self->map));
  shumate_viewport_set_zoom_level (self->viewport, CLAMP (zoom, 5, 19));
  shumate_map_center_on (SHUMATE_MAP (self->map), lat, lon);
}

static gboolean
fit_now (gpointer user_data)
{
  TstMap *self = user_data;
  double width = gtk_widget_get_width (self->map);
  double height = gtk_widget_get_height (self->map);
  double x0 = tst_map_x (self->fit.west), x1 = tst_map_x (self->fit.east);
  double y0 = tst_map_y (self->fit.north), y1 = tst_map_y (self->fit.south);
  double room_x = MAX (width - 2 * MIN (56, width / 8), 32);
  double room_y = MAX (height - 2 * MIN (64, height / 8), 32);
  double zoom;

  self->fit_id = 0;
  if (width < 2 || height < 2)
    return G_SOURCE_REMOVE;
  self->fit_pending = FALSE;
  for (zoom = NEAREST; zoom > 5; zoom -= .25)
    if ((x1 - x0) * world_at (self, zoom) <= room_x && (y1 - y0) * world_at (self, zoom) <= room_y)
      break;
  look_at (self, tst_map_lat ((y0 + y1) / 2), tst_map_lon ((x0 + x1) / 2), zoom);
  self->fit_lat = shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport));
  self->fit_lon = shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport));
  self->fit_zoom = shumate_viewport_get_zoom_level (self->viewport);
  return G_SOURCE_REMOVE;
}

/* Nobody has moved since: then a window of another size shows the same things. */
static gboolean
stands_as_fitted (TstMap *self)
{
  return fabs (shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport)) - self->fit_lat) < 1e-7
         && fabs (shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport)) - self->fit_lon) < 1e-7
         && fabs (shumate_viewport_get_zoom_level (self->viewport) - self->fit_zoom) < 1e-6;
}

static void
on_moved (TstMap *self)
{
  tst_map_look_for_shapes (self);
}

/* A map that is turned puzzles more than it helps; libshumate's gesture cannot be taken away. */
static void
on_turned (ShumateViewport *viewport)
{
  if (shumate_viewport_get_rotation (viewport) != 0)
    shumate_viewport_set_rotation (viewport, 0);
}

void
tst_map_emit_pin (TstMap *self)
{
  g_signal_emit (self, signals[PIN_MOVED], 0, self->pin_lat, self->pin_lon);
}

static void
open_cluster (TstMap *self, const TstMapCluster *cluster)
{
  TstMapClusters *clusters = tst_map_marks_get_clusters (self->marks);
  TstWorkIndex *works = tst_map_clusters_get_works (clusters);
  TstBounds bounds = { INFINITY, INFINITY, -INFINITY, -INFINITY };
  double zoom = shumate_viewport_get_zoom_level (self->viewport);

  for (guint32 i = 0; i < cluster->count; i++)
    {
      const TstWorkEntry entry = tst_work_index_get (works, tst_map_clusters_get_member (clusters, cluster->first + i));

      bounds.west = MIN (bounds.west, entry.lon);
      bounds.east = MAX (bounds.east, entry.lon);
      bounds.south = MIN (bounds.south, entry.lat);
      bounds.north = MAX (bounds.north, entry.lat);
    }
  /* Nearer parts them unless they share the spot: then they are shown as a list. */
  if (zoom < TST_MAP_MAX_LEVEL
      && MAX (tst_map_x (bounds.east) - tst_map_x (bounds.west), tst_map_y (bounds.south) - tst_map_y (bounds.north))
                 * world_at (self, TST_MAP_MAX_LEVEL)
             > 48)
    {
      double lat = tst_map_lat (cluster->y);
      double lon = tst_map_lon (cluster->x);

      if (tst_map_is_animated (self))
        shumate_map_go_to_full_with_duration (SHUMATE_MAP (self->map), lat, lon, MIN (floor (zoom) + 2, TST_MAP_MAX_LEVEL), 180);
      else
        tst_map_go_to (self, lat, lon, MIN (floor (zoom) + 2, TST_MAP_MAX_LEVEL));
    }
  else
    {
      g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint32));

      for (guint32 i = 0; i < cluster->count; i++)
        {
          guint32 member = tst_map_clusters_get_member (clusters, cluster->first + i);

          g_array_append_val (members, member);
        }
      g_signal_emit (self, signals[WORKS_ACTIVATED], 0, members);
    }
}

gboolean
tst_map_touch (TstMap *self, double x, double y)
{
  g_autofree char *code = NULL;
  TstMapCluster cluster;

  g_return_val_if_fail (TST_IS_MAP (self), FALSE);
  if (self->placing)
    {
      tst_map_place_pin (self, x, y);
      tst_map_emit_pin (self);
      return TRUE;
    }
  if (tst_map_marks_get_evidence (self->marks) != NULL)
    {
      TstMapEvidenceSpot spot;

      if (!tst_map_marks_hit_evidence (self->marks, x, y, &spot))
        return FALSE;
      g_signal_emit (self, signals[PHOTOS_ACTIVATED], 0, spot.south, spot.west, spot.north, spot.east);
      return TRUE;
    }
  if (!tst_map_marks_hit (self->marks, x, y, &cluster, &code))
    return FALSE;
  if (cluster.count > 1)
    open_cluster (self, &cluster);
  else if (cluster.count == 1)
    {
      TstMapClusters *clusters = tst_map_marks_get_clusters (self->marks);
      guint32 work = tst_map_clusters_get_member (clusters, cluster.first);

      g_signal_emit (self, signals[WORK_ACTIVATED], 0, tst_work_index_get (tst_map_clusters_get_works (clusters), work).code);
    }
  else
    g_signal_emit (self, signals[WORK_ACTIVATED], 0, code);
  return TRUE;
}

/* --- class --- */

static void
tst_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstMap *self = TST_MAP (widget);

  gtk_widget_size_allocate (self->overlay, &(GtkAllocation){ 0, 0, width, height }, baseline);
  if ((width != self->fit_width || height != self->fit_height) && stands_as_fitted (self))
    self->fit_pending = TRUE;
  self->fit_width = width;
  self->fit_height = height;
  /* Not from inside an allocation: it moves the layers. */
  if (self->fit_pending && self->fit_id == 0 && width > 1 && height > 1)
    self->fit_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_now, self, NULL);
}

static void
tst_map_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                 int *natural_baseline)
{
  gtk_widget_measure (TST_MAP (widget)->overlay, orientation, for_size, minimum, natural, NULL, NULL);
  /* libshumate would like to be some tiles wide; a map takes what there is. */
  *natural = MAX (*minimum, 240);
  *minimum_baseline = *natural_baseline = -1;
}

static void
tst_map_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstMap *self = TST_MAP (object);

  switch ((TstMapProperty) id)
    {
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    case PROP_GROUND_STATE:
      g_value_set_string (value, tst_map_get_ground_state (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_map_dispose (GObject *object)
{
  TstMap *self = TST_MAP (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->shapes_cancellable);
  g_clear_handle_id (&self->fit_id, g_source_remove);
  if (self->ground != NULL)
    g_signal_handlers_disconnect_by_data (self->ground, self);
  if (self->viewport != NULL)
    g_signal_handlers_disconnect_by_data (self->viewport, self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->shapes_cancellable);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_object (&self->ground);
  g_clear_object (&self->viewport);
  g_clear_object (&self->book);
  g_clear_pointer (&self->works, tst_work_index_unref);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_pointer (&self->ground_path, g_free);
  G_OBJECT_CLASS (tst_map_parent_class)->dispose (object);
}

static void
tst_map_class_init (TstMapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_map_get_property;
  object_class->dispose = tst_map_dispose;
  widget_class->size_allocate = tst_map_size_allocate;
  widget_class->measure = tst_map_measure;
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  properties[PROP_GROUND_STATE] = g_param_spec_string ("ground-state", NULL, NULL, "plain", flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[WORK_ACTIVATED] = g_signal_new ("work-activated", TST_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          G_TYPE_STRING);
  signals[WORKS_ACTIVATED] = g_signal_new ("works-activated", TST_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           G_TYPE_ARRAY);
  signals[PHOTOS_ACTIVATED] = g_signal_new ("photos-activated", TST_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                            G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[PIN_MOVED] = g_signal_new ("pin-moved", TST_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                     G_TYPE_DOUBLE);

  gtk_widget_class_set_css_name (widget_class, "map");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  tst_map_hands_class_init (widget_class);
}

static void
add_control (TstMap *self, const char *icon, const char *name, const char *action, GtkWidget **kept)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "mapcontrol");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (self->controls), button);
  if (kept != NULL)
    *kept = button;
}

static void
add_notes (TstMap *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->message = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->message), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->message, "mapnote");
  gtk_widget_set_halign (self->message, GTK_ALIGN_START);
  gtk_widget_set_valign (self->message, GTK_ALIGN_START);
  gtk_widget_set_can_target (self->message, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->message);

  self->scale = GTK_WIDGET (shumate_scale_new (self->viewport));
  shumate_scale_set_unit (SHUMATE_SCALE (self->scale), SHUMATE_UNIT_METRIC);
  shumate_scale_set_max_width (SHUMATE_SCALE (self->scale), 110);
  self->attribution = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->attribution), PANGO_ELLIPSIZE_END);
  gtk_widget_set_valign (self->attribution, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->attribution, "mapfoot");
  gtk_widget_set_halign (foot, GTK_ALIGN_START);
  gtk_widget_set_valign (foot, GTK_ALIGN_END);
  gtk_widget_set_margin_start (foot, 8);
  gtk_widget_set_margin_bottom (foot, 6);
  gtk_widget_set_can_target (foot, FALSE);
  gtk_box_append (GTK_BOX (foot), self->scale);
  gtk_box_append (GTK_BOX (foot), self->attribution);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), foot);
}

static void
tst_map_init (TstMap *self)
{
  self->cancellable = g_cancellable_new ();
  self->pin_lat = self->pin_lon = NAN;
  self->interactive = TRUE;
  self->overlay = gtk_overlay_new ();
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Mapa de obras"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      _("Las flechas mueven el mapa, más y menos lo acercan y lo alejan, Entrar abre lo que está en el centro. Las mismas obras están en la lista."),
      -1);

  self->fit_zoom = NAN;
  self->map = GTK_WIDGET (shumate_map_new ());
  shumate_map_set_zoom_on_double_click (SHUMATE_MAP (self->map), TRUE);
  self->viewport = g_object_ref (shumate_map_get_viewport (SHUMATE_MAP (self->map)));
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->map);
  self->ground = tst_map_ground_new (NULL, FALSE);
  g_signal_connect_swapped (self->ground, "notify::state", G_CALLBACK (tst_map_update_ground), self);
  shumate_viewport_set_reference_map_source (self->viewport, SHUMATE_MAP_SOURCE (self->ground));
  shumate_viewport_set_min_zoom_level (self->viewport, 5);
  shumate_viewport_set_max_zoom_level (self->viewport, 19);
  self->marks = tst_map_marks_new (self->viewport);
  shumate_map_add_layer (SHUMATE_MAP (self->map), SHUMATE_LAYER (self->marks));
  /* Colombia, until something says more. */
  look_at (self, 4.6, -74.1, 6);

  self->controls = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_halign (self->controls, GTK_ALIGN_END);
  gtk_widget_set_valign (self->controls, GTK_ALIGN_END);
  gtk_widget_set_margin_end (self->controls, 10);
  gtk_widget_set_margin_bottom (self->controls, 10);
  add_control (self, "find-location-symbolic", _("Ir a donde estoy"), "map.here", &self->here);
  add_control (self, "zoom-fit-best-symbolic", _("Ver todas las obras"), "map.all", NULL);
  add_control (self, "zoom-in-symbolic", _("Acercar"), "map.zoom-in", NULL);
  add_control (self, "zoom-out-symbolic", _("Alejar"), "map.zoom-out", NULL);
  gtk_widget_set_visible (self->here, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->controls);
  add_notes (self);

  g_signal_connect_swapped (self->viewport, "notify::latitude", G_CALLBACK (on_moved), self);
  g_signal_connect_swapped (self->viewport, "notify::zoom-level", G_CALLBACK (on_moved), self);
  g_signal_connect_swapped (self->viewport, "notify::longitude", G_CALLBACK (on_moved), self);
  g_signal_connect (self->viewport, "notify::rotation", G_CALLBACK (on_turned), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (tst_map_dark_changed), self, G_CONNECT_SWAPPED);

  tst_map_hands_attach (self);
  tst_map_update_ground (self);
}

GtkWidget *
tst_map_new (void)
{
  return g_object_new (TST_TYPE_MAP, NULL);
}

void
tst_map_set_evidence (TstMap *self, TstMapEvidence *evidence)
{
  g_return_if_fail (TST_IS_MAP (self));
  tst_map_marks_set_evidence (self->marks, evidence);
}

void
tst_map_set_position (TstMap *self, const TstPlace *place)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->has_position = place != NULL;
  if (place != NULL)
    self->position = *place;
  if (place != NULL)
    tst_map_marks_set_position (self->marks, place->latitude, place->longitude, place->accuracy_m);
  else
    tst_map_marks_set_position (self->marks, NAN, NAN, -1);
  gtk_widget_set_visible (self->here, self->has_position);
}

void
tst_map_set_selected (TstMap *self, const char *code)
{
  g_return_if_fail (TST_IS_MAP (self));
  tst_map_marks_set_selected (self->marks, code);
}

void
tst_map_set_placing (TstMap *self, gboolean placing)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->placing = placing;
  /* The first touch is not to be half of a double one. */
  shumate_map_set_zoom_on_double_click (SHUMATE_MAP (self->map), !placing);
}

void
tst_map_set_pin (TstMap *self, double lat, double lon)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->pin_lat = lat;
  self->pin_lon = lon;
  tst_map_marks_set_pin (self->marks, lat, lon);
}

gboolean
tst_map_get_pin (TstMap *self, double *lat, double *lon)
{
  g_return_val_if_fail (TST_IS_MAP (self), FALSE);
  *lat = self->pin_lat;
  *lon = self->pin_lon;
  return !isnan (self->pin_lat);
}

void
tst_map_set_interactive (TstMap *self, gboolean interactive)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->interactive = interactive;
  gtk_widget_set_visible (self->controls, interactive);
  gtk_widget_set_visible (self->scale, interactive);
  gtk_widget_set_can_target (GTK_WIDGET (self), interactive);
  gtk_widget_set_can_focus (GTK_WIDGET (self), interactive);
  tst_map_update_ground (self);
}

void
tst_map_go_to (TstMap *self, double lat, double lon, double zoom)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->fitted = TRUE;
  self->fit_pending = FALSE;
  self->fit_zoom = NAN;
  look_at (self, lat, lon, zoom);
}

void
tst_map_fit (TstMap *self, double west, double south, double east, double north)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->fitted = TRUE;
  self->fit = (TstBounds){ west, south, east, north };
  self->fit_pending = TRUE;
  if (gtk_widget_get_width (self->map) > 1)
    fit_now (self);
}

void
tst_map_fit_works (TstMap *self)
{
  TstMapClusters *clusters;
  TstBounds bounds;

  g_return_if_fail (TST_IS_MAP (self));
  clusters = tst_map_marks_get_clusters (self->marks);
  if (clusters != NULL && tst_map_clusters_get_bounds (clusters, &bounds))
    tst_map_fit (self, bounds.west, bounds.south, bounds.east, bounds.north);
  else if (self->has_position)
    tst_map_go_to (self, self->position.latitude, self->position.longitude, 15);
  else if (tst_map_ground_get_bounds (self->ground, &bounds.west, &bounds.south, &bounds.east, &bounds.north))
    {
      tst_map_fit (self, bounds.west, bounds.south, bounds.east, bounds.north);
      self->fitted = FALSE;
    }
}

double
tst_map_get_zoom (TstMap *self)
{
  g_return_val_if_fail (TST_IS_MAP (self), 0);
  return shumate_viewport_get_zoom_level (self->viewport);
}

void
tst_map_get_centre (TstMap *self, double *lat, double *lon)
{
  g_return_if_fail (TST_IS_MAP (self));
  *lat = shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport));
  *lon = shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport));
}
