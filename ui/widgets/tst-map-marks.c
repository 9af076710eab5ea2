/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-marks-private.h"

#include "model/tst-code-lists.h"
#include "model/tst-geo.h"

#include <adwaita.h>
#include <math.h>

/* How much larger than the view the picture of lines and polygons is. */
#define ROOM 1.6
#define MOST_STRETCH 1.5

G_DEFINE_FINAL_TYPE (TstMapMarks, tst_map_marks, SHUMATE_TYPE_LAYER)

/* --- where --- */

TstMapView
tst_map_marks_get_view (TstMapMarks *self)
{
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  ShumateMapSource *source = shumate_viewport_get_reference_map_source (viewport);
  double zoom = shumate_viewport_get_zoom_level (viewport);
  TstMapView view;

  view.x = tst_map_x (shumate_location_get_longitude (SHUMATE_LOCATION (viewport)));
  view.y = tst_map_y (shumate_location_get_latitude (SHUMATE_LOCATION (viewport)));
  /* libshumate grows a tile evenly between two levels, not by a power: ask it. */
  view.world = shumate_map_source_get_tile_size_at_zoom (source, zoom)
               * shumate_map_source_get_column_count (source, (guint) zoom);
  return view;
}

guint
tst_map_marks_get_level (TstMapMarks *self)
{
  return MIN ((guint) shumate_viewport_get_zoom_level (shumate_layer_get_viewport (SHUMATE_LAYER (self))), TST_MAP_MAX_LEVEL);
}

void
tst_map_marks_get_extent (TstMapMarks *self, double margin, double *west, double *north, double *east, double *south)
{
  TstMapView view = tst_map_marks_get_view (self);
  double half_x = gtk_widget_get_width (GTK_WIDGET (self)) * (.5 + margin) / view.world;
  double half_y = gtk_widget_get_height (GTK_WIDGET (self)) * (.5 + margin) / view.world;

  *west = CLAMP (view.x - half_x, 0, 1);
  *east = CLAMP (view.x + half_x, 0, 1);
  *north = CLAMP (view.y - half_y, 0, 1);
  *south = CLAMP (view.y + half_y, 0, 1);
}

void
tst_map_marks_to_widget (TstMapMarks *self, const TstMapView *view, double x, double y, double *at_x, double *at_y)
{
  *at_x = (x - view->x) * view->world + gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  *at_y = (y - view->y) * view->world + gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
}

GArray *
tst_map_marks_visible_clusters (TstMapMarks *self)
{
  double west, north, east, south;

  if (self->clusters == NULL)
    return g_array_new (FALSE, FALSE, sizeof (TstMapCluster));
  tst_map_marks_get_extent (self, .04, &west, &north, &east, &south);
  return tst_map_clusters_query (self->clusters, tst_map_marks_get_level (self), west, north, east, south);
}

GArray *
tst_map_marks_visible_evidence (TstMapMarks *self)
{
  double west, north, east, south;

  tst_map_marks_get_extent (self, .04, &west, &north, &east, &south);
  return tst_map_evidence_query (self->evidence, tst_map_marks_get_level (self), west, north, east, south);
}

static void
read_look (TstMapMarks *self)
{
  tst_map_look_read (self->look);
  self->flat_stale = TRUE;
}

/* --- lines and polygons --- */

static void start_drawing (TstMapMarks *self);

static void
on_drawn (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstMapMarks) self = user_data;
  TstMapView view;
  int width, height;
  GArray *pieces = tst_map_drawing_run_finish (result, &view, &width, &height);

  self->drawing = FALSE;
  if (pieces == NULL)
    return;
  g_clear_pointer (&self->flat, g_array_unref);
  self->flat = pieces;
  self->flat_view = view;
  self->flat_width = width;
  self->flat_height = height;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
start_drawing (TstMapMarks *self)
{
  TstMapDrawing *drawing = tst_map_drawing_new ();
  GHashTableIter iter;
  gpointer status, colour;

  self->drawing = TRUE;
  self->flat_stale = FALSE;
  drawing->view = tst_map_marks_get_view (self);
  drawing->width = ceil (gtk_widget_get_width (GTK_WIDGET (self)) * ROOM);
  drawing->height = ceil (gtk_widget_get_height (GTK_WIDGET (self)) * ROOM);
  drawing->scale = self->look->scale;
  drawing->comunas = self->comunas != NULL ? g_ptr_array_ref (self->comunas) : NULL;
  /* From far away lines are less than their marks. */
  if (self->shapes != NULL && tst_map_marks_get_level (self) >= 13)
    drawing->shapes = g_ptr_array_ref (self->shapes);
  drawing->clusters = self->clusters != NULL ? tst_map_clusters_ref (self->clusters) : NULL;
  drawing->outline = self->look->ink;
  drawing->outline.alpha = .55;
  drawing->ground = self->look->paper;
  g_hash_table_iter_init (&iter, self->look->colours);
  while (g_hash_table_iter_next (&iter, &status, &colour))
    g_hash_table_insert (drawing->colours, g_strdup (status), g_memdup2 (colour, sizeof (GdkRGBA)));
  tst_map_drawing_run_async (drawing, self->cancellable, on_drawn, g_object_ref (self));
}

/* The picture serves until the view leaves it or the zoom moves on; meanwhile it is moved and stretched. */
static gboolean
flat_serves (TstMapMarks *self, const TstMapView *view)
{
  double room_x = (self->flat_width - gtk_widget_get_width (GTK_WIDGET (self))) / 2.0;
  double room_y = (self->flat_height - gtk_widget_get_height (GTK_WIDGET (self))) / 2.0;

  return self->flat != NULL && !self->flat_stale && self->flat_view.world == view->world
         && fabs (view->x - self->flat_view.x) * view->world <= room_x * .8
         && fabs (view->y - self->flat_view.y) * view->world <= room_y * .8;
}

static void
snapshot_flat (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  gboolean anything = (self->comunas != NULL && self->comunas->len > 0) || (self->shapes != NULL && self->shapes->len > 0);

  if (anything && !self->drawing && !flat_serves (self, view))
    start_drawing (self);
  if (anything && self->flat != NULL)
    {
      double stretch = view->world / self->flat_view.world;
      double x, y;

      /* Stretched it costs two frames to draw, and the new one is there in a moment; while fingers zoom, it stays. */
      if (stretch > MOST_STRETCH || stretch < 1 / MOST_STRETCH)
        return;
      tst_map_marks_to_widget (self, view, self->flat_view.x, self->flat_view.y, &x, &y);
      x = round (x - self->flat_width * stretch / 2);
      y = round (y - self->flat_height * stretch / 2);
      for (guint i = 0; i < self->flat->len; i++)
        {
          const TstMapPiece *piece = &g_array_index (self->flat, TstMapPiece, i);
          double left = x + piece->x * stretch, top = y + piece->y * stretch;
          double wide = piece->width * stretch, tall = piece->height * stretch;

          if (left + wide > 0 && top + tall > 0 && left < gtk_widget_get_width (GTK_WIDGET (self))
              && top < gtk_widget_get_height (GTK_WIDGET (self)))
            gtk_snapshot_append_texture (snapshot, piece->texture, &GRAPHENE_RECT_INIT (left, top, wide, tall));
        }
    }
}

/* --- frame --- */

static void
put (TstMapMarks *self, GtkSnapshot *snapshot, GdkTexture *texture, double x, double y, double anchor_y)
{
  double width = (double) gdk_texture_get_width (texture) / self->look->scale;
  double height = (double) gdk_texture_get_height (texture) / self->look->scale;

  if (x + width < 0 || y + height < 0 || x - width > gtk_widget_get_width (GTK_WIDGET (self))
      || y - height > gtk_widget_get_height (GTK_WIDGET (self)))
    return;
  gtk_snapshot_append_texture (snapshot, texture,
                               &GRAPHENE_RECT_INIT (round ((x - width / 2) * self->look->scale) / self->look->scale,
                                                    round ((y - height * anchor_y) * self->look->scale) / self->look->scale, width, height));
}

static void
disc (GtkSnapshot *snapshot, double x, double y, double radius, const GdkRGBA *colour)
{
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (&round, &GRAPHENE_RECT_INIT (x - radius, y - radius, 2 * radius, 2 * radius), radius);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, colour, &round.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_position (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  double x, y;

  if (isnan (self->position_x))
    return;
  tst_map_marks_to_widget (self, view, self->position_x, self->position_y, &x, &y);
  if (x < -5000 || y < -5000 || x > 10000 || y > 10000)
    return;
  if (self->accuracy_m > 0)
    {
      double metres_wide = 2 * G_PI * 6378137 * cos (self->position_lat * G_PI / 180);
      double radius = MIN (self->accuracy_m / metres_wide * view->world, 6000);
      GdkRGBA veil = self->look->accent;

      veil.alpha = .16;
      if (radius > 12)
        disc (snapshot, x, y, radius, &veil);
    }
  disc (snapshot, x, y, 12, &self->look->paper);
  disc (snapshot, x, y, 10, &self->look->accent);
  disc (snapshot, x, y, 6.5, &self->look->paper);
  disc (snapshot, x, y, 4, &self->look->accent);
}

static void
snapshot_names (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  guint level = tst_map_marks_get_level (self);

  if (self->comunas == NULL || level < 13 || level > 15)
    return;
  for (guint i = 0; i < self->comunas->len; i++)
    {
      const TstMapComuna *comuna = self->comunas->pdata[i];
      double x, y;

      if (*comuna->name == '\0')
        continue;
      tst_map_marks_to_widget (self, view, tst_map_x (comuna->middle.lon), tst_map_y (comuna->middle.lat), &x, &y);
      put (self, snapshot, tst_map_look_name (self->look, comuna->name), x, y, .5);
    }
}

static void
snapshot_marks (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  g_autoptr (GArray) clusters = tst_map_marks_visible_clusters (self);
  double x, y;

  for (guint i = 0; i < clusters->len; i++)
    {
      const TstMapCluster *cluster = &g_array_index (clusters, TstMapCluster, i);

      tst_map_marks_to_widget (self, view, cluster->x, cluster->y, &x, &y);
      if (cluster->count > 1)
        put (self, snapshot, tst_map_look_cluster (self->look, cluster->count), x, y, .5);
      else
        {
          guint32 work = tst_map_clusters_get_member (self->clusters, cluster->first);
          const TstWorkEntry entry = tst_work_index_get (tst_map_clusters_get_works (self->clusters), work);

          put (self, snapshot, tst_map_look_mark (self->look, entry.status, FALSE), x, y, .5);
        }
    }
}

static void
snapshot_evidence (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  g_autoptr (GArray) spots = tst_map_marks_visible_evidence (self);

  for (guint i = 0; i < spots->len; i++)
    {
      const TstMapEvidenceSpot *spot = &g_array_index (spots, TstMapEvidenceSpot, i);
      double x, y;

      tst_map_marks_to_widget (self, view, spot->x, spot->y, &x, &y);
      put (self, snapshot, tst_map_look_photos (self->look, spot->photos), x, y, .5);
    }
}

static void
snapshot_selected (TstMapMarks *self, GtkSnapshot *snapshot, const TstMapView *view)
{
  TstWorkEntry entry;
  double x, y;
  guint at;

  if (self->selected == NULL || self->clusters == NULL
      || !tst_work_index_find (tst_map_clusters_get_works (self->clusters), self->selected, &at))
    return;
  entry = tst_work_index_get (tst_map_clusters_get_works (self->clusters), at);
  if (isnan (entry.lat))
    return;
  tst_map_marks_to_widget (self, view, tst_map_x (entry.lon), tst_map_y (entry.lat), &x, &y);
  put (self, snapshot, tst_map_look_mark (self->look, entry.status, TRUE), x, y, .5);
}

static gboolean
draw_again (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  TST_MAP_MARKS (widget)->again = 0;
  gtk_widget_queue_draw (widget);
  return G_SOURCE_REMOVE;
}

static void
tst_map_marks_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstMapMarks *self = TST_MAP_MARKS (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  TstMapView view = tst_map_marks_get_view (self);
  double x, y;

  if (self->look->scale != gtk_widget_get_scale_factor (widget))
    read_look (self);
  tst_map_look_begin_frame (self->look);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  snapshot_flat (self, snapshot, &view);
  snapshot_names (self, snapshot, &view);
  if (self->evidence != NULL)
    snapshot_evidence (self, snapshot, &view);
  else
    {
      snapshot_marks (self, snapshot, &view);
      snapshot_selected (self, snapshot, &view);
    }
  if (!isnan (self->pin_x))
    {
      tst_map_marks_to_widget (self, &view, self->pin_x, self->pin_y, &x, &y);
      put (self, snapshot, tst_map_look_pin (self->look), x, y, 46.0 / TST_MAP_PIN_HEIGHT);
    }
  /* Over the pin: in the last metres of a way the two are one on the other, and it is oneself that one looks for. */
  snapshot_position (self, snapshot, &view);
  if (self->cross)
    {
      gtk_snapshot_append_color (snapshot, &self->look->ink, &GRAPHENE_RECT_INIT (width / 2 - 1, height / 2 - 14, 2, 28));
      gtk_snapshot_append_color (snapshot, &self->look->ink, &GRAPHENE_RECT_INIT (width / 2 - 14, height / 2 - 1, 28, 2));
    }
  gtk_snapshot_pop (snapshot);
  if (self->look->owes && self->again == 0)
    self->again = gtk_widget_add_tick_callback (widget, draw_again, NULL, NULL);
}

static void
tst_map_marks_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tst_map_marks_parent_class)->css_changed (widget, change);
  read_look (TST_MAP_MARKS (widget));
  gtk_widget_queue_draw (widget);
}

/* The classes that stand for statuses are not the widget's own, so that a change of their colours alone is not told by css_changed. */
static void
on_look_changed (TstMapMarks *self)
{
  read_look (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- class --- */

static void
watch_viewport (TstMapMarks *self)
{
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  static const char *const moves[] = { "notify::latitude", "notify::longitude", "notify::zoom-level" };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    g_signal_connect_object (viewport, moves[i], G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

static void
tst_map_marks_constructed (GObject *object)
{
  TstMapMarks *self = TST_MAP_MARKS (object);
  AdwStyleManager *style = adw_style_manager_get_default ();

  G_OBJECT_CLASS (tst_map_marks_parent_class)->constructed (object);
  watch_viewport (self);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (on_look_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (on_look_changed), self, G_CONNECT_SWAPPED);
}

static void
tst_map_marks_dispose (GObject *object)
{
  TstMapMarks *self = TST_MAP_MARKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->clusters, tst_map_clusters_unref);
  g_clear_pointer (&self->shapes, g_ptr_array_unref);
  g_clear_pointer (&self->comunas, g_ptr_array_unref);
  g_clear_pointer (&self->flat, g_array_unref);
  G_OBJECT_CLASS (tst_map_marks_parent_class)->dispose (object);
}

static void
tst_map_marks_finalize (GObject *object)
{
  TstMapMarks *self = TST_MAP_MARKS (object);

  tst_map_look_free (self->look);
  tst_map_evidence_free (self->evidence);
  g_free (self->selected);
  G_OBJECT_CLASS (tst_map_marks_parent_class)->finalize (object);
}

static void
tst_map_marks_class_init (TstMapMarksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tst_map_marks_constructed;
  object_class->dispose = tst_map_marks_dispose;
  object_class->finalize = tst_map_marks_finalize;
  widget_class->snapshot = tst_map_marks_snapshot;
  widget_class->css_changed = tst_map_marks_css_changed;
  gtk_widget_class_set_css_name (widget_class, "mapmarks");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tst_map_marks_init (TstMapMarks *self)
{
  self->look = tst_map_look_new (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->position_x = self->position_y = self->pin_x = self->pin_y = NAN;
}

TstMapMarks *
tst_map_marks_new (ShumateViewport *viewport)
{
  return g_object_new (TST_TYPE_MAP_MARKS, "viewport", viewport, NULL);
}

void
tst_map_marks_set_clusters (TstMapMarks *self, TstMapClusters *clusters)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  if (clusters != NULL)
    tst_map_clusters_ref (clusters);
  g_clear_pointer (&self->clusters, tst_map_clusters_unref);
  self->clusters = clusters;
  self->flat_stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_map_marks_set_evidence (TstMapMarks *self, TstMapEvidence *evidence)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  tst_map_evidence_free (self->evidence);
  self->evidence = evidence;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

TstMapEvidence *
tst_map_marks_get_evidence (TstMapMarks *self)
{
  g_return_val_if_fail (TST_IS_MAP_MARKS (self), NULL);
  return self->evidence;
}

TstMapClusters *
tst_map_marks_get_clusters (TstMapMarks *self)
{
  g_return_val_if_fail (TST_IS_MAP_MARKS (self), NULL);
  return self->clusters;
}

static void
set_array (TstMapMarks *self, GPtrArray **array, GPtrArray *value)
{
  if (value != NULL)
    g_ptr_array_ref (value);
  g_clear_pointer (array, g_ptr_array_unref);
  *array = value;
  self->flat_stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_map_marks_set_shapes (TstMapMarks *self, GPtrArray *shapes)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  set_array (self, &self->shapes, shapes);
}

void
tst_map_marks_set_comunas (TstMapMarks *self, GPtrArray *comunas)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  set_array (self, &self->comunas, comunas);
}

void
tst_map_marks_set_position (TstMapMarks *self, double lat, double lon, double accuracy_m)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  self->position_lat = lat;
  self->position_x = isnan (lat) ? NAN : tst_map_x (lon);
  self->position_y = isnan (lat) ? NAN : tst_map_y (lat);
  self->accuracy_m = accuracy_m;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_map_marks_set_pin (TstMapMarks *self, double lat, double lon)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  self->pin_x = isnan (lat) ? NAN : tst_map_x (lon);
  self->pin_y = isnan (lat) ? NAN : tst_map_y (lat);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_map_marks_set_selected (TstMapMarks *self, const char *code)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  g_free (self->selected);
  self->selected = g_strdup (code);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_map_marks_set_cross (TstMapMarks *self, gboolean cross)
{
  g_return_if_fail (TST_IS_MAP_MARKS (self));
  self->cross = cross;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
