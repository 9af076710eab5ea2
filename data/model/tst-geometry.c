/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-geometry-private.h"

#include "base/tst-error.h"

#include <math.h>
#include <string.h>

/* --- building --- */

typedef struct
{
  TstGeometryType type;
  gboolean multi;
  GArray *points;
  GArray *path_ends;
  GArray *polygon_ends;
} Builder;

static void
builder_init (Builder *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (TstPoint));
  self->path_ends = g_array_new (FALSE, FALSE, sizeof (guint));
  self->polygon_ends = g_array_new (FALSE, FALSE, sizeof (guint));
}

static void
builder_clear (Builder *self)
{
  g_array_unref (self->points);
  g_array_unref (self->path_ends);
  g_array_unref (self->polygon_ends);
}

static gboolean
bad (GError **error, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "La geometría no se entiende: %s", what);
  return FALSE;
}

static gboolean
builder_add_point (Builder *self, double lon, double lat, GError **error)
{
  TstPoint point = { lon, lat };

  if (!isfinite (lon) || !isfinite (lat))
    return bad (error, "una coordenada no es un número");
  if (self->points->len == TST_GEOMETRY_MAX_POINTS)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE,
                   "La geometría tiene más de %d puntos: simplifíquela", TST_GEOMETRY_MAX_POINTS);
      return FALSE;
    }
  g_array_append_val (self->points, point);
  return TRUE;
}

static gboolean
builder_end_path (Builder *self, GError **error)
{
  guint start
      = self->path_ends->len == 0 ? 0 : g_array_index (self->path_ends, guint, self->path_ends->len - 1);
  guint n = self->points->len - start;

  if (self->type == TST_GEOMETRY_POINT && n != 1)
    return bad (error, "falta la posición del punto");
  if (self->type == TST_GEOMETRY_LINE && n < 2)
    return bad (error, "una línea necesita dos puntos o más");
  if (self->type == TST_GEOMETRY_POLYGON)
    {
      TstPoint first = g_array_index (self->points, TstPoint, start);
      TstPoint last = g_array_index (self->points, TstPoint, self->points->len - 1);

      if (n < 3)
        return bad (error, "un polígono necesita tres puntos o más");
      /* Files often leave out the repetition of the first point. */
      if ((first.lon != last.lon || first.lat != last.lat)
          && !builder_add_point (self, first.lon, first.lat, error))
        return FALSE;
      if (self->points->len - start < 4)
        return bad (error, "un polígono necesita tres puntos o más");
    }
  g_array_append_val (self->path_ends, self->points->len);
  return TRUE;
}

static gboolean
builder_end_polygon (Builder *self, GError **error)
{
  guint start = self->polygon_ends->len == 0
                    ? 0
                    : g_array_index (self->polygon_ends, guint, self->polygon_ends->len - 1);

  if (self->path_ends->len == start)
    return bad (error, "un polígono está vacío");
  g_array_append_val (self->polygon_ends, self->path_ends->len);
  return TRUE;
}

/* RFC 7946 § 3.1.6: the outer ring counter-clockwise, holes clockwise. */
static void
wind_rings (TstGeometry *self)
{
  for (guint polygon = 0; polygon < self->n_polygons; polygon++)
    for (guint path = polygon_start (self, polygon); path < self->polygon_ends[polygon]; path++)
      {
        TstPoint *points = self->points + path_start (self, path);
        guint n = self->path_ends[path] - path_start (self, path);
        gboolean outer = path == polygon_start (self, polygon);

        if ((_tst_geometry_ring_area (points, n) < 0) == outer)
          for (guint i = 0; i < n / 2; i++)
            {
              TstPoint swap = points[i];

              points[i] = points[n - 1 - i];
              points[n - 1 - i] = swap;
            }
      }
}

static TstGeometry *
builder_finish (Builder *self, GError **error)
{
  TstGeometry *geometry;

  if (self->points->len == 0)
    {
      bad (error, "está vacía");
      return NULL;
    }
  geometry = g_new0 (TstGeometry, 1);
  geometry->type = self->type;
  geometry->multi = self->multi;
  geometry->n_points = self->points->len;
  geometry->points = g_memdup2 (self->points->data, self->points->len * sizeof (TstPoint));
  geometry->n_paths = self->path_ends->len;
  geometry->path_ends = g_memdup2 (self->path_ends->data, self->path_ends->len * sizeof (guint));
  geometry->n_polygons = self->polygon_ends->len;
  geometry->polygon_ends = g_memdup2 (self->polygon_ends->data, self->polygon_ends->len * sizeof (guint));
  wind_rings (geometry);
  return geometry;
}

TstGeometry *
tst_geometry_new_point (double lat, double lon)
{
  TstGeometry *self = g_new0 (TstGeometry, 1);

  self->type = TST_GEOMETRY_POINT;
  self->n_points = self->n_paths = 1;
  self->points = g_new0 (TstPoint, 1);
  self->points[0] = (TstPoint){ lon, lat };
  self->path_ends = g_new0 (guint, 1);
  self->path_ends[0] = 1;
  return self;
}

TstGeometry *
tst_geometry_copy (const TstGeometry *self)
{
  TstGeometry *copy = g_memdup2 (self, sizeof *self);

  copy->points = g_memdup2 (self->points, self->n_points * sizeof *self->points);
  copy->path_ends = g_memdup2 (self->path_ends, self->n_paths * sizeof *self->path_ends);
  copy->polygon_ends = g_memdup2 (self->polygon_ends, self->n_polygons * sizeof *self->polygon_ends);
  return copy;
}

void
tst_geometry_free (TstGeometry *self)
{
  g_free (self->points);
  g_free (self->path_ends);
  g_free (self->polygon_ends);
  g_free (self);
}

gboolean
tst_geometry_equal (const TstGeometry *a, const TstGeometry *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->type != b->type || a->multi != b->multi || a->n_points != b->n_points || a->n_paths != b->n_paths
      || a->n_polygons != b->n_polygons)
    return FALSE;
  for (guint i = 0; i < a->n_points; i++)
    if (a->points[i].lon != b->points[i].lon || a->points[i].lat != b->points[i].lat)
      return FALSE;
  return memcmp (a->path_ends, b->path_ends, a->n_paths * sizeof *a->path_ends) == 0
         && (a->n_polygons == 0
             || memcmp (a->polygon_ends, b->polygon_ends, a->n_polygons * sizeof *a->polygon_ends) == 0);
}

/* --- WKT --- */

typedef struct
{
  const char *at;
  GError **error;
} Wkt;

static void
skip_space (Wkt *self)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
take (Wkt *self, char c)
{
  skip_space (self);
  if (*self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
expect (Wkt *self, char c)
{
  if (take (self, c))
    return TRUE;
  return bad (self->error, c == '(' ? "falta un paréntesis que abre" : "falta un paréntesis que cierra");
}

static gboolean
wkt_position (Wkt *self, Builder *builder)
{
  double numbers[4];
  guint n = 0;

  while (n < G_N_ELEMENTS (numbers))
    {
      char *end;

      skip_space (self);
      if (*self->at == ',' || *self->at == ')' || *self->at == '\0')
        break;
      numbers[n] = g_ascii_strtod (self->at, &end);
      if (end == self->at)
        return bad (self->error, "hay una coordenada que no es un número");
      self->at = end;
      n++;
    }
  if (n < 2)
    return bad (self->error, "a un punto le faltan coordenadas (longitud latitud)");
  return builder_add_point (builder, numbers[0], numbers[1], self->error);
}

/* "(x y, x y, …)" */
static gboolean
wkt_path (Wkt *self, Builder *builder)
{
  if (!expect (self, '('))
    return FALSE;
  do
    if (!wkt_position (self, builder))
      return FALSE;
  while (take (self, ','));
  return expect (self, ')') && builder_end_path (builder, self->error);
}

static gboolean
wkt_polygon (Wkt *self, Builder *builder)
{
  if (!expect (self, '('))
    return FALSE;
  do
    if (!wkt_path (self, builder))
      return FALSE;
  while (take (self, ','));
  return expect (self, ')') && builder_end_polygon (builder, self->error);
}

/* MULTIPOINT has its points in brackets of their own or not. */
static gboolean
wkt_bare_point (Wkt *self, Builder *builder)
{
  skip_space (self);
  if (*self->at == '(')
    return wkt_path (self, builder);
  return wkt_position (self, builder) && builder_end_path (builder, self->error);
}

static gboolean
wkt_many (Wkt *self, Builder *builder, gboolean (*one) (Wkt *, Builder *))
{
  if (!expect (self, '('))
    return FALSE;
  do
    if (!one (self, builder))
      return FALSE;
  while (take (self, ','));
  return expect (self, ')');
}

static const char *const type_names[] = { "Point", "LineString", "Polygon" };

static gboolean
find_type (const char *name, gsize length, Builder *builder)
{
  builder->multi = length > 5 && g_ascii_strncasecmp (name, "multi", 5) == 0;
  if (builder->multi)
    {
      name += 5;
      length -= 5;
    }
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (strlen (type_names[i]) == length && g_ascii_strncasecmp (name, type_names[i], length) == 0)
      {
        builder->type = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
wkt_read (Wkt *self, Builder *builder)
{
  const char *name;
  gsize length;

  skip_space (self);
  if (g_ascii_strncasecmp (self->at, "SRID=", 5) == 0)
    {
      if (!g_str_has_prefix (self->at + 5, "4326;") && !g_str_has_prefix (self->at + 5, "4686;"))
        return bad (self->error, "use coordenadas geográficas (SRID 4326)");
      self->at += 10;
      skip_space (self);
    }
  name = self->at;
  for (length = 0; g_ascii_isalpha (name[length]); length++)
    ;
  if (!find_type (name, length, builder))
    return bad (self->error, "empiece por POINT, LINESTRING o POLYGON (o sus formas MULTI)");
  self->at += length;
  skip_space (self);
  while (g_ascii_isalpha (*self->at))
    {
      if (g_ascii_strncasecmp (self->at, "EMPTY", 5) == 0)
        return bad (self->error, "está vacía");
      if (strchr ("ZzMm", *self->at) == NULL)
        return bad (self->error, "hay un texto de más");
      self->at++;
      skip_space (self);
    }
  switch (builder->type)
    {
    case TST_GEOMETRY_POINT:
      if (!(builder->multi ? wkt_many (self, builder, wkt_bare_point) : wkt_path (self, builder)))
        return FALSE;
      break;
    case TST_GEOMETRY_LINE:
      if (!(builder->multi ? wkt_many (self, builder, wkt_path) : wkt_path (self, builder)))
        return FALSE;
      break;
    case TST_GEOMETRY_POLYGON:
      if (!(builder->multi ? wkt_many (self, builder, wkt_polygon) : wkt_polygon (self, builder)))
        return FALSE;
      break;
    default:
      g_assert_not_reached ();
    }
  skip_space (self);
  return *self->at == '\0' || bad (self->error, "hay un texto de más al final");
}

TstGeometry *
tst_geometry_from_wkt (const char *wkt, GError **error)
{
  Wkt reader = { wkt, error };
  Builder builder = { 0 };
  TstGeometry *self = NULL;

  builder_init (&builder);
  if (wkt_read (&reader, &builder))
    self = builder_finish (&builder, error);
  builder_clear (&builder);
  return self;
}

static void
append_number (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, "%.15g", value);
  if (g_ascii_strtod (buffer, NULL) != value)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", value);
  g_string_append (out, buffer);
}

static void
append_path (GString *out, const TstGeometry *self, guint path)
{
  g_string_append_c (out, '(');
  for (guint i = path_start (self, path); i < self->path_ends[path]; i++)
    {
      if (i > path_start (self, path))
        g_string_append (out, ", ");
      append_number (out, self->points[i].lon);
      g_string_append_c (out, ' ');
      append_number (out, self->points[i].lat);
    }
  g_string_append_c (out, ')');
}

char *
tst_geometry_to_wkt (const TstGeometry *self)
{
  GString *out = g_string_new (self->multi ? "MULTI" : "");
  g_autofree char *name = g_ascii_strup (type_names[self->type], -1);

  g_string_append_printf (out, "%s ", name);
  if (self->multi)
    g_string_append_c (out, '(');
  if (self->type == TST_GEOMETRY_POLYGON)
    for (guint polygon = 0; polygon < self->n_polygons; polygon++)
      {
        g_string_append (out, polygon > 0 ? ", (" : "(");
        for (guint path = polygon_start (self, polygon); path < self->polygon_ends[polygon]; path++)
          {
            if (path > polygon_start (self, polygon))
              g_string_append (out, ", ");
            append_path (out, self, path);
          }
        g_string_append_c (out, ')');
      }
  else
    for (guint path = 0; path < self->n_paths; path++)
      {
        if (path > 0)
          g_string_append (out, ", ");
        append_path (out, self, path);
      }
  if (self->multi)
    g_string_append_c (out, ')');
  return g_string_free (out, FALSE);
}

/* --- GeoJSON --- */

static JsonArray *
array_element (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
number_element (JsonArray *array, guint i, double *value)
{
  JsonNode *node = json_array_get_element (array, i);

  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return FALSE;
  *value = json_node_get_double (node);
  return TRUE;
}

static gboolean
json_position (Builder *builder, JsonArray *array, GError **error)
{
  double lon, lat;

  if (array == NULL || json_array_get_length (array) < 2 || !number_element (array, 0, &lon)
      || !number_element (array, 1, &lat))
    return bad (error, "una posición debe ser [longitud, latitud]");
  return builder_add_point (builder, lon, lat, error);
}

static gboolean
json_point (Builder *builder, JsonArray *array, GError **error)
{
  return json_position (builder, array, error) && builder_end_path (builder, error);
}

static gboolean
json_path (Builder *builder, JsonArray *array, GError **error)
{
  if (array == NULL || json_array_get_length (array) == 0)
    return bad (error, "falta una lista de posiciones");
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!json_position (builder, array_element (array, i), error))
      return FALSE;
  return builder_end_path (builder, error);
}

static gboolean
json_polygon (Builder *builder, JsonArray *array, GError **error)
{
  if (array == NULL)
    return bad (error, "falta una lista de anillos");
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!json_path (builder, array_element (array, i), error))
      return FALSE;
  return builder_end_polygon (builder, error);
}

static gboolean
json_read (Builder *builder, JsonObject *object, GError **error)
{
  static gboolean (*const readers[]) (Builder *, JsonArray *, GError **)
      = { json_point, json_path, json_polygon };
  JsonNode *type = json_object_get_member (object, "type");
  JsonNode *coordinates = json_object_get_member (object, "coordinates");
  const char *name = type != NULL && JSON_NODE_HOLDS_VALUE (type) ? json_node_get_string (type) : NULL;
  JsonArray *array;

  if (name == NULL || !find_type (name, strlen (name), builder))
    return bad (error, "su tipo debe ser Point, LineString o Polygon (o sus formas Multi)");
  if (coordinates == NULL || !JSON_NODE_HOLDS_ARRAY (coordinates))
    return bad (error, "faltan las coordenadas");
  array = json_node_get_array (coordinates);
  if (!builder->multi)
    return readers[builder->type](builder, array, error);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!readers[builder->type](builder, array_element (array, i), error))
      return FALSE;
  return TRUE;
}

TstGeometry *
tst_geometry_from_geojson (JsonObject *object, GError **error)
{
  Builder builder = { 0 };
  TstGeometry *self = NULL;

  builder_init (&builder);
  if (json_read (&builder, object, error))
    self = builder_finish (&builder, error);
  builder_clear (&builder);
  return self;
}

static JsonArray *
path_to_json (const TstGeometry *self, guint path)
{
  JsonArray *array = json_array_new ();

  for (guint i = path_start (self, path); i < self->path_ends[path]; i++)
    {
      JsonArray *position = json_array_sized_new (2);

      json_array_add_double_element (position, self->points[i].lon);
      json_array_add_double_element (position, self->points[i].lat);
      json_array_add_array_element (array, position);
    }
  return array;
}

JsonObject *
tst_geometry_to_geojson (const TstGeometry *self)
{
  JsonObject *object = json_object_new ();
  g_autofree char *name = g_strconcat (self->multi ? "Multi" : "", type_names[self->type], NULL);
  g_autoptr (JsonArray) all = json_array_new ();
  guint n = self->type == TST_GEOMETRY_POLYGON ? self->n_polygons : self->n_paths;

  for (guint i = 0; i < n; i++)
    {
      JsonArray *element;

      if (self->type == TST_GEOMETRY_POLYGON)
        {
          element = json_array_new ();
          for (guint path = polygon_start (self, i); path < self->polygon_ends[i]; path++)
            json_array_add_array_element (element, path_to_json (self, path));
        }
      else
        {
          element = path_to_json (self, i);
          if (self->type == TST_GEOMETRY_POINT)
            {
              JsonArray *position = json_array_ref (json_array_get_array_element (element, 0));

              json_array_unref (element);
              element = position;
            }
        }
      json_array_add_array_element (all, element);
    }
  json_object_set_string_member (object, "type", name);
  json_object_set_array_member (object, "coordinates",
                                json_array_ref (self->multi ? all : json_array_get_array_element (all, 0)));
  return object;
}

gboolean
tst_geometry_transform (TstGeometry *self, TstPointFunc func, gpointer user_data)
{
  g_autofree TstPoint *points = g_memdup2 (self->points, self->n_points * sizeof *self->points);

  for (guint i = 0; i < self->n_points; i++)
    if (!func (&points[i], user_data))
      return FALSE;
  memcpy (self->points, points, self->n_points * sizeof *points);
  wind_rings (self);
  return TRUE;
}
