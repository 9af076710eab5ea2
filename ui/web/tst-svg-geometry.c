/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-svg-geometry.h"

#include <math.h>
#include <string.h>

#define WIDTH 600.0
#define MARGIN 4.0

typedef struct
{
  double west, north, kx, ky, height;
} Frame;

static gboolean
number_at (JsonArray *array, guint i, double *value)
{
  JsonNode *node;
  if (array == NULL || i >= json_array_get_length (array))
    return FALSE;
  node = json_array_get_element (array, i);
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return FALSE;
  *value = json_node_get_double (node);
  return isfinite (*value);
}

static JsonArray *
array_at (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);
  return JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
frame_init (Frame *frame, JsonNode *bbox)
{
  double west, south, east, north, kx;
  JsonArray *array = bbox != NULL && JSON_NODE_HOLDS_ARRAY (bbox) ? json_node_get_array (bbox) : NULL;
  if (!number_at (array, 0, &west) || !number_at (array, 1, &south) || !number_at (array, 2, &east)
      || !number_at (array, 3, &north) || east - west < 1e-6 || north - south < 1e-6 || fabs (north) > 85
      || fabs (south) > 85)
    return FALSE;
  kx = (WIDTH - 2 * MARGIN) / (east - west);
  frame->west = west;
  frame->north = north;
  frame->kx = kx;
  frame->ky = kx / cos ((south + north) / 2 * G_PI / 180);
  frame->height = (north - south) * frame->ky + 2 * MARGIN;
  return frame->height < 100 * WIDTH;
}

static gboolean
project (const Frame *frame, JsonArray *position, double *x, double *y)
{
  double lon, lat;
  if (!number_at (position, 0, &lon) || !number_at (position, 1, &lat))
    return FALSE;
  *x = CLAMP (MARGIN + (lon - frame->west) * frame->kx, -9999, 9999);
  *y = CLAMP (MARGIN + (frame->north - lat) * frame->ky, -9999, 9999);
  return TRUE;
}

char *
tst_svg_view_box (JsonNode *bbox)
{
  Frame frame;
  if (!frame_init (&frame, bbox))
    return g_strdup ("0 0 600 600");
  return g_strdup_printf ("0 0 %d %d", (int)WIDTH, (int)ceil (frame.height));
}

static void
append_line (GString *out, const Frame *frame, JsonArray *line, gboolean closed)
{
  guint n = json_array_get_length (line);
  guint drawn = 0;
  int last_x = 0, last_y = 0;

  if (closed && n > 0)
    n--; /* the last position repeats the first */
  for (guint i = 0; i < n; i++)
    {
      double x, y;
      int ix, iy;
      JsonArray *position = array_at (line, i);
      if (position == NULL || !project (frame, position, &x, &y))
        continue;
      ix = (int)lround (x);
      iy = (int)lround (y);
      if (drawn > 0 && ix == last_x && iy == last_y)
        continue;
      if (drawn == 0)
        g_string_append_printf (out, "M%d %d", ix, iy);
      else
        g_string_append_printf (out, "l%d %d", ix - last_x, iy - last_y);
      last_x = ix;
      last_y = iy;
      drawn++;
    }
  if (closed && drawn > 0)
    g_string_append_c (out, 'z');
}

typedef void (*LineFunc) (JsonArray *line, gboolean closed, gpointer data);

static void
each_line (JsonNode *geometry, LineFunc func, gpointer data)
{
  JsonObject *object;
  JsonNode *coordinates;
  JsonNode *type;
  const char *name;
  int depth;
  gboolean closed;

  if (geometry == NULL || !JSON_NODE_HOLDS_OBJECT (geometry))
    return;
  object = json_node_get_object (geometry);
  type = json_object_get_member (object, "type");
  coordinates = json_object_get_member (object, "coordinates");
  if (type == NULL || json_node_get_value_type (type) != G_TYPE_STRING || coordinates == NULL
      || !JSON_NODE_HOLDS_ARRAY (coordinates))
    return;
  name = json_node_get_string (type);
  closed = g_str_has_suffix (name, "Polygon");
  depth = g_str_equal (name, "LineString")                                         ? 0
          : g_str_equal (name, "MultiLineString") || g_str_equal (name, "Polygon") ? 1
          : g_str_equal (name, "MultiPolygon")                                     ? 2
                                                                                   : -1;
  if (depth < 0)
    return;
  JsonArray *top = json_node_get_array (coordinates);
  if (depth == 0)
    {
      func (top, closed, data);
      return;
    }
  for (guint i = 0; i < json_array_get_length (top); i++)
    {
      JsonArray *part = array_at (top, i);
      if (part == NULL)
        continue;
      if (depth == 1)
        func (part, closed, data);
      else
        for (guint j = 0; j < json_array_get_length (part); j++)
          if (array_at (part, j) != NULL)
            func (array_at (part, j), closed, data);
    }
}

typedef struct
{
  Frame frame;
  GString *out;
  double area, x, y;
  gboolean found;
} Walk;

static void
draw (JsonArray *line, gboolean closed, gpointer data)
{
  Walk *walk = data;
  append_line (walk->out, &walk->frame, line, closed);
}

char *
tst_svg_path (JsonNode *geometry, JsonNode *bbox)
{
  Walk walk = { 0 };
  if (!frame_init (&walk.frame, bbox))
    return g_strdup ("");
  walk.out = g_string_new (NULL);
  each_line (geometry, draw, &walk);
  return g_string_free (walk.out, FALSE);
}

static void
weigh (JsonArray *line, gboolean closed, gpointer data)
{
  Walk *walk = data;
  double area = 0, cx = 0, cy = 0, x0, y0, x1, y1;
  guint n = json_array_get_length (line);

  for (guint i = 0; i + 1 < n; i++)
    {
      JsonArray *a = array_at (line, i), *b = array_at (line, i + 1);
      if (a == NULL || b == NULL || !project (&walk->frame, a, &x0, &y0)
          || !project (&walk->frame, b, &x1, &y1))
        continue;
      double cross = x0 * y1 - x1 * y0;
      area += cross;
      cx += (x0 + x1) * cross;
      cy += (y0 + y1) * cross;
    }
  if (fabs (area) > fabs (walk->area))
    {
      walk->area = area;
      walk->x = cx / (3 * area);
      walk->y = cy / (3 * area);
      walk->found = TRUE;
    }
}

gboolean
tst_svg_anchor (JsonNode *geometry, JsonNode *bbox, double *x, double *y)
{
  Walk walk = { 0 };

  if (!frame_init (&walk.frame, bbox) || geometry == NULL || !JSON_NODE_HOLDS_OBJECT (geometry))
    return FALSE;
  JsonObject *object = json_node_get_object (geometry);
  JsonNode *type = json_object_get_member (object, "type");
  JsonNode *coordinates = json_object_get_member (object, "coordinates");
  if (type != NULL && json_node_get_value_type (type) == G_TYPE_STRING && coordinates != NULL
      && JSON_NODE_HOLDS_ARRAY (coordinates) && g_str_equal (json_node_get_string (type), "Point"))
    return project (&walk.frame, json_node_get_array (coordinates), x, y);
  each_line (geometry, weigh, &walk);
  *x = CLAMP (walk.x, -9999, 9999);
  *y = CLAMP (walk.y, -9999, 9999);
  return walk.found;
}
