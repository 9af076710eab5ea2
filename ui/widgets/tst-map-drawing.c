/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-drawing.h"

#include "base/tst-error.h"

#include <math.h>
#include <string.h>

#define PIECE 128

static void
comuna_free (gpointer data)
{
  TstMapComuna *comuna = data;

  g_free (comuna->code);
  g_free (comuna->name);
  tst_geometry_free (comuna->geometry);
  g_free (comuna);
}

static const char *
text_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

static JsonObject *
object_of (JsonNode *node, const char *name)
{
  JsonNode *member = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                         ? json_object_get_member (json_node_get_object (node), name)
                         : NULL;

  return member != NULL && JSON_NODE_HOLDS_OBJECT (member) ? json_node_get_object (member) : NULL;
}

GPtrArray *
tst_map_comunas_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  GPtrArray *comunas;
  JsonNode *root;
  JsonNode *features = NULL;
  JsonArray *array;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error) || !json_parser_load_from_data (parser, text, length, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    features = json_object_get_member (json_node_get_object (root), "features");
  if (features == NULL || !JSON_NODE_HOLDS_ARRAY (features))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The comunas are no GeoJSON feature collection");
      return NULL;
    }
  comunas = g_ptr_array_new_with_free_func (comuna_free);
  array = json_node_get_array (features);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *feature = json_array_get_element (array, i);
      JsonObject *properties = object_of (feature, "properties");
      JsonObject *object = object_of (feature, "geometry");
      g_autoptr (TstGeometry) geometry = object != NULL ? tst_geometry_from_geojson (object, NULL) : NULL;
      TstMapComuna *comuna;

      if (geometry == NULL || geometry->type != TST_GEOMETRY_POLYGON || !tst_geometry_is_valid (geometry))
        continue;
      comuna = g_new0 (TstMapComuna, 1);
      comuna->code = g_strdup (properties != NULL ? text_member (properties, "code") : "");
      comuna->name = g_strdup (properties != NULL ? text_member (properties, "name") : "");
      comuna->middle = tst_geometry_representative_point (geometry);
      comuna->geometry = g_steal_pointer (&geometry);
      g_ptr_array_add (comunas, comuna);
    }
  return comunas;
}

TstMapDrawing *
tst_map_drawing_new (void)
{
  TstMapDrawing *self = g_new0 (TstMapDrawing, 1);

  self->colours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
tst_map_drawing_free (TstMapDrawing *self)
{
  g_clear_pointer (&self->comunas, g_ptr_array_unref);
  g_clear_pointer (&self->shapes, g_ptr_array_unref);
  g_clear_pointer (&self->clusters, tst_map_clusters_unref);
  g_hash_table_unref (self->colours);
  g_free (self);
}

static void
trace (const TstMapDrawing *self, cairo_t *cr, const TstGeometry *geometry)
{
  guint at = 0;

  for (guint path = 0; path < geometry->n_paths; path++)
    {
      for (guint i = at; i < geometry->path_ends[path]; i++)
        {
          double x = (tst_map_x (geometry->points[i].lon) - self->view.x) * self->view.world + self->width / 2.0;
          double y = (tst_map_y (geometry->points[i].lat) - self->view.y) * self->view.world + self->height / 2.0;

          if (i == at)
            cairo_move_to (cr, x, y);
          else
            cairo_line_to (cr, x, y);
        }
      if (geometry->type == TST_GEOMETRY_POLYGON)
        cairo_close_path (cr);
      at = geometry->path_ends[path];
    }
}

static gboolean
is_shown (const TstMapDrawing *self, const TstWorkShape *shape)
{
  guint at;

  return self->clusters == NULL
         || (tst_work_index_find (tst_map_clusters_get_works (self->clusters), shape->code, &at)
             && tst_map_clusters_has_work (self->clusters, at));
}

static void
draw_shape (const TstMapDrawing *self, cairo_t *cr, const TstWorkShape *shape)
{
  const GdkRGBA *colour = g_hash_table_lookup (self->colours, shape->status);
  GdkRGBA fill;

  if (colour == NULL)
    colour = g_hash_table_lookup (self->colours, "");
  if (colour == NULL || shape->geometry->type == TST_GEOMETRY_POINT)
    return;
  trace (self, cr, shape->geometry);
  if (shape->geometry->type == TST_GEOMETRY_POLYGON)
    {
      fill = *colour;
      fill.alpha = .22;
      gdk_cairo_set_source_rgba (cr, &fill);
      cairo_fill_preserve (cr);
      gdk_cairo_set_source_rgba (cr, colour);
      cairo_set_line_width (cr, 2.5);
      cairo_stroke (cr);
      return;
    }
  gdk_cairo_set_source_rgba (cr, &self->ground);
  cairo_set_line_width (cr, 9);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_set_line_width (cr, 5.5);
  cairo_stroke (cr);
}

/* Cairo's pixels with their colour undone from their opacity: GTK 4.8 makes its own form of these in integers, and even of that form itself only by
 * way of floats, in every frame. */
static GdkTexture *
make_texture (guint32 *pixels, int width, int height)
{
  const GdkMemoryFormat straight = G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8A8 : GDK_MEMORY_A8R8G8B8;
  gsize n = (gsize) width * height;
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i++)
    {
      guint32 alpha = pixels[i] >> 24;

      if (alpha == 0 || alpha == 255)
        continue;
      pixels[i] = alpha << 24 | ((pixels[i] >> 16 & 255) * 255 + alpha / 2) / alpha << 16
                  | ((pixels[i] >> 8 & 255) * 255 + alpha / 2) / alpha << 8 | ((pixels[i] & 255) * 255 + alpha / 2) / alpha;
    }
  bytes = g_bytes_new_take (pixels, n * 4);
  return gdk_memory_texture_new (width, height, straight, bytes, (gsize) width * 4);
}

/* The copy of a part of @surface. (transfer full) */
static guint32 *
copy_part (cairo_surface_t *surface, int left, int top, int width, int height)
{
  gsize stride = cairo_image_surface_get_stride (surface);
  const guint8 *data = cairo_image_surface_get_data (surface);
  guint32 *copy = g_new (guint32, (gsize) width * height);

  for (int row = 0; row < height; row++)
    memcpy (copy + (gsize) row * width, data + (top + row) * stride + (gsize) left * 4, (gsize) width * 4);
  return copy;
}

GdkTexture *
tst_map_texture_from_surface (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);

  cairo_surface_flush (surface);
  return make_texture (copy_part (surface, 0, 0, width, height), width, height);
}

static void
piece_clear (gpointer data)
{
  g_clear_object (&((TstMapPiece *) data)->texture);
}

/* Most of the picture is empty, and GTK copies what it draws: only the pieces with something on them are kept. */
static GArray *
cut (const TstMapDrawing *self, cairo_surface_t *surface)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (TstMapPiece));
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);

  cairo_surface_flush (surface);
  g_array_set_clear_func (pieces, piece_clear);
  for (int top = 0; top < height; top += PIECE)
    for (int left = 0; left < width; left += PIECE)
      {
        int wide = MIN (PIECE, width - left), tall = MIN (PIECE, height - top);
        g_autofree guint32 *copy = copy_part (surface, left, top, wide, tall);
        TstMapPiece piece;
        guint32 any = 0;

        for (gsize i = 0; i < (gsize) wide * tall; i++)
          any |= copy[i];
        if (any == 0)
          continue;
        piece.x = (double) left / self->scale;
        piece.y = (double) top / self->scale;
        piece.width = (double) wide / self->scale;
        piece.height = (double) tall / self->scale;
        piece.texture = make_texture (g_steal_pointer (&copy), wide, tall);
        g_array_append_val (pieces, piece);
      }
  return pieces;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TstMapDrawing *self = data;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, self->width * self->scale, self->height * self->scale);
  GArray *pieces;
  cairo_t *cr;

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_TOO_LARGE, "No room for a picture of the map");
      return;
    }
  cairo_surface_set_device_scale (surface, self->scale, self->scale);
  cr = cairo_create (surface);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  if (self->comunas != NULL)
    {
      for (guint i = 0; i < self->comunas->len; i++)
        trace (self, cr, ((TstMapComuna *) self->comunas->pdata[i])->geometry);
      gdk_cairo_set_source_rgba (cr, &self->outline);
      cairo_set_line_width (cr, 1.6);
      cairo_stroke (cr);
    }
  for (guint i = 0; self->shapes != NULL && i < self->shapes->len && !g_cancellable_is_cancelled (cancellable); i++)
    if (is_shown (self, self->shapes->pdata[i]))
      draw_shape (self, cr, self->shapes->pdata[i]);
  cairo_destroy (cr);
  pieces = cut (self, surface);
  cairo_surface_destroy (surface);
  g_task_return_pointer (task, pieces, (GDestroyNotify) g_array_unref);
}

void
tst_map_drawing_run_async (TstMapDrawing *drawing, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tst_map_drawing_run_async);
  g_task_set_task_data (task, drawing, (GDestroyNotify) tst_map_drawing_free);
  g_task_run_in_thread (task, run_in_thread);
}

GArray *
tst_map_drawing_run_finish (GAsyncResult *result, TstMapView *view, int *width, int *height)
{
  TstMapDrawing *drawing = g_task_get_task_data (G_TASK (result));

  *view = drawing->view;
  *width = drawing->width;
  *height = drawing->height;
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
