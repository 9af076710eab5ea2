/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* Lines are read for the surroundings of the view when there are no more works than this in it. */
#define MOST_SHAPES 1500
#define SHAPES_MARGIN 1.0

/* --- ground --- */

void
tst_map_update_ground (TstMap *self)
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
  g_object_notify (G_OBJECT (self), "ground-state");
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
  g_signal_connect_swapped (ground, "notify::state", G_CALLBACK (tst_map_update_ground), self);
  tst_map_update_ground (self);
}

void
tst_map_dark_changed (TstMap *self)
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

void
tst_map_look_for_shapes (TstMap *self)
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
  tst_map_look_for_shapes (self);
  self->ready = TRUE;
  g_object_notify (G_OBJECT (self), "ready");
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
  tst_map_look_for_shapes (self);
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
