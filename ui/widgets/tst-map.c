/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map.h"

#include "widgets/tst-map-ground.h"
#include "widgets/tst-map-marks.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* Lines are read for the surroundings of the view when there are no more works than this in it. */
#define MOST_SHAPES 1500
#define SHAPES_MARGIN 1.0
#define NEAREST 17.0
#define STEP_PX 96

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
  guint fit_id;
};

typedef enum
{
  PROP_READY = 1,
  PROP_GROUND_STATE,
} TstMapProperty;

enum
{
  WORK_ACTIVATED,
  WORKS_ACTIVATED,
  PIN_MOVED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_GROUND_STATE + 1];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstMap, tst_map, GTK_TYPE_WIDGET)

/* --- ground --- */

static void
on_ground_state (TstMap *self)
{
  const char *state = tst_map_ground_get_state (self->ground);
  const char *attribution = tst_map_ground_get_attribution (self->ground);
  const char *text = NULL;

  if (g_str_equal (state, "ready"))
    {
      if (self->ground_layer == NULL)
        {
          self->ground_layer = SHUMATE_LAYER (shumate_map_layer_new (SHUMATE_MAP_SOURCE (self->ground), self->viewport));
          shumate_map_insert_layer_behind (SHUMATE_MAP (self->map), self->ground_layer, SHUMATE_LAYER (self->marks));
        }
    }
  else if (g_str_equal (state, "missing"))
    text = _("El archivo del mapa no está donde se dijo. Las obras se muestran sobre un fondo liso.");
  else if (g_str_equal (state, "broken"))
    text = _("El archivo del mapa no se puede leer. Las obras se muestran sobre un fondo liso.");
  else if (g_str_equal (state, "unsuited"))
    text = _("El archivo del mapa es de un tipo que aquí no se dibuja. Use uno de imágenes (MBTiles con PNG o JPEG).");
  gtk_label_set_label (GTK_LABEL (self->message), text != NULL ? text : "");
  gtk_widget_set_visible (self->message, text != NULL);
  gtk_label_set_label (GTK_LABEL (self->attribution), attribution);
  gtk_widget_set_visible (self->attribution, *attribution != '\0' && self->interactive);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GROUND_STATE]);
}

static void
load_ground (TstMap *self)
{
  TstMapGround *ground = tst_map_ground_new (self->ground_path, adw_style_manager_get_dark (adw_style_manager_get_default ()));

  if (self->ground_layer != NULL)
    shumate_map_remove_layer (SHUMATE_MAP (self->map), self->ground_layer);
  self->ground_layer = NULL;
  if (self->ground != NULL)
    g_signal_handlers_disconnect_by_data (self->ground, self);
  shumate_viewport_set_reference_map_source (self->viewport, SHUMATE_MAP_SOURCE (ground));
  g_clear_object (&self->ground);
  self->ground = ground;
  g_signal_connect_swapped (ground, "notify::state", G_CALLBACK (on_ground_state), self);
  on_ground_state (self);
}

static void
on_dark_changed (TstMap *self)
{
  if (self->ground_path != NULL && *self->ground_path != '\0')
    load_ground (self);
}

/* --- lines and polygons --- */

static void
on_shapes (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shapes = tst_field_book_load_shapes_finish (TST_FIELD_BOOK (source), result, &error);
  TstMap *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_MAP (user_data);
  if (shapes != NULL)
    tst_map_marks_set_shapes (self->marks, shapes);
  /* Without their lines the works still have their marks. */
  else
    g_message ("map: no lines: %s", error->message);
}

static void
look_for_shapes (TstMap *self)
{
  TstMapClusters *clusters = tst_map_marks_get_clusters (self->marks);
  double west, north, east, south;
  TstBounds view;

  if (self->book == NULL || clusters == NULL || tst_map_marks_get_level (self->marks) < 13)
    return;
  tst_map_marks_get_extent (self->marks, .1, &west, &north, &east, &south);
  view = (TstBounds){ tst_map_lon (west), tst_map_lat (south), tst_map_lon (east), tst_map_lat (north) };
  if (self->shapes_known && view.west >= self->shapes_bounds.west && view.east <= self->shapes_bounds.east
      && view.south >= self->shapes_bounds.south && view.north <= self->shapes_bounds.north)
    return;
  tst_map_marks_get_extent (self->marks, SHAPES_MARGIN, &west, &north, &east, &south);
  if (tst_map_clusters_count (clusters, tst_map_marks_get_level (self->marks), west, north, east, south) > MOST_SHAPES)
    return;
  self->shapes_bounds = (TstBounds){ tst_map_lon (west), tst_map_lat (south), tst_map_lon (east), tst_map_lat (north) };
  self->shapes_known = TRUE;
  g_cancellable_cancel (self->shapes_cancellable);
  g_clear_object (&self->shapes_cancellable);
  self->shapes_cancellable = g_cancellable_new ();
  tst_field_book_load_shapes_async (self->book, &self->shapes_bounds, 2 * MOST_SHAPES, self->shapes_cancellable, on_shapes, self);
}

/* --- works --- */

typedef struct
{
  TstWorkIndex *works;
  GArray *found;
} Gather;

static void
gather_free (Gather *self)
{
  tst_work_index_unref (self->works);
  g_clear_pointer (&self->found, g_array_unref);
  g_free (self);
}

static void
gather_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Gather *gather = data;

  g_task_return_pointer (task, tst_map_clusters_new (gather->works, gather->found), (GDestroyNotify) tst_map_clusters_unref);
}

static void gather (TstMap *self);

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstMapClusters) clusters = g_task_propagate_pointer (G_TASK (result), NULL);
  TstMap *self = TST_MAP (source);

  self->gathering = FALSE;
  if (clusters == NULL || self->overlay == NULL)
    return;
  tst_map_marks_set_clusters (self->marks, clusters);
  if (self->gather_again)
    {
      gather (self);
      return;
    }
  if (!self->fitted)
    tst_map_fit_works (self);
  look_for_shapes (self);
  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

/* One at a time: what is typed meanwhile is gathered once, afterwards. */
static void
gather (TstMap *self)
{
  g_autoptr (GTask) task = NULL;
  Gather *data;

  if (self->gathering)
    {
      self->gather_again = TRUE;
      return;
    }
  self->gathering = TRUE;
  self->gather_again = FALSE;
  data = g_new0 (Gather, 1);
  data->works = tst_work_index_ref (self->works);
  data->found = self->found != NULL ? g_array_ref (self->found) : NULL;
  task = g_task_new (self, self->cancellable, on_gathered, NULL);
  g_task_set_task_data (task, data, (GDestroyNotify) gather_free);
  g_task_run_in_thread (task, gather_in_thread);
}

/* --- where one looks --- */

static gboolean
animated (TstMap *self)
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
  return G_SOURCE_REMOVE;
}

static void
on_moved (TstMap *self)
{
  look_for_shapes (self);
}

/* A map that is turned puzzles more than it helps; libshumate's gesture cannot be taken away. */
static void
on_turned (ShumateViewport *viewport)
{
  if (shumate_viewport_get_rotation (viewport) != 0)
    shumate_viewport_set_rotation (viewport, 0);
}

static void
place_pin (TstMap *self, double x, double y)
{
  TstMapView view = tst_map_marks_get_view (self->marks);
  double lon = tst_map_lon (view.x + (x - gtk_widget_get_width (GTK_WIDGET (self->marks)) / 2.0) / view.world);
  double lat = tst_map_lat (view.y + (y - gtk_widget_get_height (GTK_WIDGET (self->marks)) / 2.0) / view.world);

  tst_map_set_pin (self, lat, lon);
}

static void
emit_pin (TstMap *self)
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
      const TstWorkEntry *entry = tst_work_index_get (works, tst_map_clusters_get_member (clusters, cluster->first + i));

      bounds.west = MIN (bounds.west, entry->lon);
      bounds.east = MAX (bounds.east, entry->lon);
      bounds.south = MIN (bounds.south, entry->lat);
      bounds.north = MAX (bounds.north, entry->lat);
    }
  /* Nearer parts them unless they share the spot: then they are shown as a list. */
  if (zoom < TST_MAP_MAX_LEVEL
      && MAX (tst_map_x (bounds.east) - tst_map_x (bounds.west), tst_map_y (bounds.south) - tst_map_y (bounds.north))
                 * world_at (self, TST_MAP_MAX_LEVEL)
             > 48)
    {
      double lat = tst_map_lat (cluster->y);
      double lon = tst_map_lon (cluster->x);

      if (animated (self))
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
      place_pin (self, x, y);
      emit_pin (self);
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

      g_signal_emit (self, signals[WORK_ACTIVATED], 0, tst_work_index_get (tst_map_clusters_get_works (clusters), work)->code);
    }
  else
    g_signal_emit (self, signals[WORK_ACTIVATED], 0, code);
  return TRUE;
}

/* --- hands and keys --- */

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
  place_pin (self, self->drag_x + dx, self->drag_y + dy);
}

static void
on_drag_end (TstMap *self, double dx, double dy)
{
  if (dx != 0 || dy != 0)
    emit_pin (self);
}

static void
zoom_by (TstMap *self, double change)
{
  double zoom = CLAMP (round (shumate_viewport_get_zoom_level (self->viewport) + change), 5, 19);

  if (animated (self))
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

/* --- class --- */

static void
tst_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstMap *self = TST_MAP (widget);

  gtk_widget_size_allocate (self->overlay, &(GtkAllocation){ 0, 0, width, height }, baseline);
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
bind_key (GtkWidgetClass *widget_class, guint key, GtkShortcutFunc callback, int dx, int dy)
{
  gtk_widget_class_add_binding (widget_class, key, 0, callback, "(ii)", dx, dy);
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
  signals[PIN_MOVED] = g_signal_new ("pin-moved", TST_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                     G_TYPE_DOUBLE);

  gtk_widget_class_set_css_name (widget_class, "map");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
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
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

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

  self->map = GTK_WIDGET (shumate_map_new ());
  shumate_map_set_zoom_on_double_click (SHUMATE_MAP (self->map), TRUE);
  self->viewport = g_object_ref (shumate_map_get_viewport (SHUMATE_MAP (self->map)));
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->map);
  self->ground = tst_map_ground_new (NULL, FALSE);
  g_signal_connect_swapped (self->ground, "notify::state", G_CALLBACK (on_ground_state), self);
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
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (on_dark_changed), self, G_CONNECT_SWAPPED);

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self->marks), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (drag));
  on_ground_state (self);
}

GtkWidget *
tst_map_new (void)
{
  return g_object_new (TST_TYPE_MAP, NULL);
}

void
tst_map_set_ground (TstMap *self, const char *path)
{
  g_return_if_fail (TST_IS_MAP (self));
  if (path != NULL && *path == '\0')
    path = NULL;
  if (g_strcmp0 (self->ground_path, path) == 0)
    return;
  g_free (self->ground_path);
  self->ground_path = g_strdup (path);
  load_ground (self);
}

const char *
tst_map_get_ground_state (TstMap *self)
{
  g_return_val_if_fail (TST_IS_MAP (self), NULL);
  return self->ground != NULL ? tst_map_ground_get_state (self->ground) : "plain";
}

static void
comunas_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *comunas = tst_map_comunas_load (data, &error);

  if (comunas != NULL)
    g_task_return_pointer (task, comunas, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_comunas (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) comunas = g_task_propagate_pointer (G_TASK (result), NULL);
  TstMap *self = TST_MAP (source);

  if (comunas != NULL && self->overlay != NULL)
    tst_map_marks_set_comunas (self->marks, comunas);
}

void
tst_map_set_comunas_file (TstMap *self, const char *path)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TST_IS_MAP (self));
  task = g_task_new (self, self->cancellable, on_comunas, NULL);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, comunas_in_thread);
}

void
tst_map_set_book (TstMap *self, TstFieldBook *book)
{
  g_return_if_fail (TST_IS_MAP (self));
  if (!g_set_object (&self->book, book))
    return;
  self->shapes_known = FALSE;
  look_for_shapes (self);
}

void
tst_map_set_works (TstMap *self, TstWorkIndex *works, GArray *found)
{
  g_return_if_fail (TST_IS_MAP (self));
  if (works != self->works)
    self->shapes_known = FALSE;
  tst_work_index_ref (works);
  g_clear_pointer (&self->works, tst_work_index_unref);
  self->works = works;
  if (found != NULL)
    g_array_ref (found);
  g_clear_pointer (&self->found, g_array_unref);
  self->found = found;
  self->ready = FALSE;
  gather (self);
}

gboolean
tst_map_get_ready (TstMap *self)
{
  g_return_val_if_fail (TST_IS_MAP (self), FALSE);
  return self->ready;
}

void
tst_map_show_work (TstMap *self, const TstWork *work)
{
  TstWorkIndexBuilder *builder = tst_work_index_builder_new ();
  TstWorkEntry entry = { .code = work->code, .title = work->title, .status = work->status, .lat = work->lat, .lon = work->lon };
  g_autoptr (TstWorkIndex) index = NULL;
  g_autoptr (TstMapClusters) clusters = NULL;
  g_autoptr (GPtrArray) shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_shape_free);
  TstBounds bounds = { work->lon, work->lat, work->lon, work->lat };

  g_return_if_fail (TST_IS_MAP (self));
  tst_work_index_builder_add (builder, &entry, "");
  index = tst_work_index_builder_finish (builder);
  clusters = tst_map_clusters_new (index, NULL);
  tst_map_marks_set_clusters (self->marks, clusters);
  if (work->geometry != NULL)
    {
      g_ptr_array_add (shapes, tst_work_shape_new (work->code, work->status, work->geometry));
      bounds = tst_geometry_bounds (work->geometry);
    }
  tst_map_marks_set_shapes (self->marks, shapes);
  if (isnan (bounds.west))
    return;
  /* A single spot is looked at from where one knows the streets around it. */
  bounds.west -= .0012;
  bounds.east += .0012;
  bounds.south -= .0006;
  bounds.north += .0006;
  tst_map_fit (self, bounds.west, bounds.south, bounds.east, bounds.north);
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
  on_ground_state (self);
}

void
tst_map_go_to (TstMap *self, double lat, double lon, double zoom)
{
  g_return_if_fail (TST_IS_MAP (self));
  self->fitted = TRUE;
  self->fit_pending = FALSE;
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
  TstBounds bounds = { INFINITY, INFINITY, -INFINITY, -INFINITY };
  guint n;

  g_return_if_fail (TST_IS_MAP (self));
  clusters = tst_map_marks_get_clusters (self->marks);
  n = clusters != NULL ? tst_map_clusters_get_size (clusters) : 0;
  for (guint i = 0; i < n; i++)
    {
      const TstWorkEntry *entry = tst_work_index_get (tst_map_clusters_get_works (clusters), tst_map_clusters_get_member (clusters, i));

      bounds.west = MIN (bounds.west, entry->lon);
      bounds.east = MAX (bounds.east, entry->lon);
      bounds.south = MIN (bounds.south, entry->lat);
      bounds.north = MAX (bounds.north, entry->lat);
    }
  if (n > 0)
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
