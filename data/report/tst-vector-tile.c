/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-vector-tile.h"

#include "model/tst-web-mercator.h"

#include <math.h>
#include <string.h>

/* Numbers of the fields in vector_tile.proto, and how protocol buffers write them: a varint (0) or bytes with their length (2). */
enum
{
  TILE_LAYER = 3,
  LAYER_NAME = 1,
  LAYER_FEATURE = 2,
  LAYER_KEY = 3,
  LAYER_VALUE = 4,
  LAYER_EXTENT = 5,
  LAYER_VERSION = 15,
  FEATURE_ID = 1,
  FEATURE_TAGS = 2,
  FEATURE_TYPE = 3,
  FEATURE_GEOMETRY = 4,
  VALUE_TEXT = 1,
  VALUE_SIGNED = 6,
};

enum
{
  WIRE_VARINT = 0,
  WIRE_BYTES = 2
};

enum
{
  SHAPE_POINT = 1,
  SHAPE_LINE = 2,
  SHAPE_POLYGON = 3
};

enum
{
  MOVE_TO = 1,
  LINE_TO = 2,
  CLOSE_PATH = 7
};

typedef struct
{
  double x, y; /* tile units */
} Spot;

struct _TstVectorTile
{
  guint z, x, y;
  GByteArray *out;
  /* The layer under way. */
  char *name;
  GByteArray *features;
  GHashTable *key_indices, *value_indices; /* text to index + 1; a value's text begins with its type */
  GPtrArray *keys, *values;
  /* The feature under way. */
  guint64 id;
  guint shape;
  GByteArray *tags, *geometry;
  gint32 at_x, at_y;
};

/* --- protocol buffers --- */

static void
put_varint (GByteArray *to, guint64 value)
{
  guint8 bytes[10];
  guint n = 0;

  do
    {
      bytes[n] = (guint8) (value & 0x7f);
      value >>= 7;
      if (value)
        bytes[n] |= 0x80;
      n++;
    }
  while (value);
  g_byte_array_append (to, bytes, n);
}

static guint64
zigzag (gint64 value)
{
  return ((guint64) value << 1) ^ (guint64) (value >> 63);
}

static void
put_field (GByteArray *to, guint field, guint64 value)
{
  put_varint (to, field << 3 | WIRE_VARINT);
  put_varint (to, value);
}

static void
put_bytes (GByteArray *to, guint field, const void *bytes, gsize length)
{
  put_varint (to, field << 3 | WIRE_BYTES);
  put_varint (to, length);
  g_byte_array_append (to, bytes, (guint) length);
}

/* --- tile and layer --- */

TstVectorTile *
tst_vector_tile_new (guint z, guint x, guint y)
{
  TstVectorTile *self = g_new0 (TstVectorTile, 1);

  g_return_val_if_fail (z <= 24, NULL);
  self->z = z;
  self->x = x;
  self->y = y;
  self->out = g_byte_array_new ();
  self->features = g_byte_array_new ();
  self->tags = g_byte_array_new ();
  self->geometry = g_byte_array_new ();
  self->key_indices = g_hash_table_new (g_str_hash, g_str_equal);
  self->value_indices = g_hash_table_new (g_str_hash, g_str_equal);
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
tst_vector_tile_free (TstVectorTile *self)
{
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->features);
  g_byte_array_unref (self->tags);
  g_byte_array_unref (self->geometry);
  g_hash_table_unref (self->key_indices);
  g_hash_table_unref (self->value_indices);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->values);
  g_free (self->name);
  g_free (self);
}

void
tst_vector_tile_begin_layer (TstVectorTile *self, const char *name)
{
  g_assert (self->name == NULL);
  self->name = g_strdup (name);
  g_byte_array_set_size (self->features, 0);
  g_hash_table_remove_all (self->key_indices);
  g_hash_table_remove_all (self->value_indices);
  g_ptr_array_set_size (self->keys, 0);
  g_ptr_array_set_size (self->values, 0);
}

static void
put_value (GByteArray *to, const char *value)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  if (*value == 't')
    put_bytes (message, VALUE_TEXT, value + 1, strlen (value + 1));
  else
    put_field (message, VALUE_SIGNED, zigzag (g_ascii_strtoll (value + 1, NULL, 10)));
  put_bytes (to, LAYER_VALUE, message->data, message->len);
}

void
tst_vector_tile_end_layer (TstVectorTile *self)
{
  g_autoptr (GByteArray) layer = g_byte_array_new ();

  g_assert (self->name != NULL);
  if (self->features->len > 0)
    {
      put_field (layer, LAYER_VERSION, 2);
      put_bytes (layer, LAYER_NAME, self->name, strlen (self->name));
      g_byte_array_append (layer, self->features->data, self->features->len);
      for (guint i = 0; i < self->keys->len; i++)
        put_bytes (layer, LAYER_KEY, g_ptr_array_index (self->keys, i), strlen (g_ptr_array_index (self->keys, i)));
      for (guint i = 0; i < self->values->len; i++)
        put_value (layer, g_ptr_array_index (self->values, i));
      put_field (layer, LAYER_EXTENT, TST_TILE_EXTENT);
      put_bytes (self->out, TILE_LAYER, layer->data, layer->len);
    }
  g_clear_pointer (&self->name, g_free);
}

/* --- features --- */

void
tst_vector_tile_begin_feature (TstVectorTile *self, guint64 id)
{
  g_assert (self->name != NULL);
  self->id = id;
  self->shape = 0;
  self->at_x = self->at_y = 0;
  g_byte_array_set_size (self->tags, 0);
  g_byte_array_set_size (self->geometry, 0);
}

static guint
index_of (GHashTable *indices, GPtrArray *list, const char *text)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (indices, text));

  if (index == 0)
    {
      char *kept = g_strdup (text);

      g_ptr_array_add (list, kept);
      index = list->len;
      g_hash_table_insert (indices, kept, GUINT_TO_POINTER (index));
    }
  return index - 1;
}

static void
tag (TstVectorTile *self, const char *key, const char *value)
{
  put_varint (self->tags, index_of (self->key_indices, self->keys, key));
  put_varint (self->tags, index_of (self->value_indices, self->values, value));
}

void
tst_vector_tile_tag_text (TstVectorTile *self, const char *key, const char *value)
{
  g_autofree char *typed = value ? g_strconcat ("t", value, NULL) : NULL;

  if (typed)
    tag (self, key, typed);
}

void
tst_vector_tile_tag_int (TstVectorTile *self, const char *key, gint64 value)
{
  g_autofree char *typed = g_strdup_printf ("i%" G_GINT64_FORMAT, value);

  tag (self, key, typed);
}

void
tst_vector_tile_end_feature (TstVectorTile *self)
{
  g_autoptr (GByteArray) feature = NULL;

  if (self->geometry->len == 0)
    return;
  feature = g_byte_array_new ();
  if (self->id > 0)
    put_field (feature, FEATURE_ID, self->id);
  if (self->tags->len > 0)
    put_bytes (feature, FEATURE_TAGS, self->tags->data, self->tags->len);
  put_field (feature, FEATURE_TYPE, self->shape);
  put_bytes (feature, FEATURE_GEOMETRY, self->geometry->data, self->geometry->len);
  put_bytes (self->features, LAYER_FEATURE, feature->data, feature->len);
}

/* --- geometry --- */

static void
put_command (TstVectorTile *self, guint command, guint count)
{
  put_varint (self->geometry, count << 3 | command);
}

/* Coordinates are told as the way from the one before, through the whole feature. */
static void
put_step (TstVectorTile *self, gint32 x, gint32 y)
{
  put_varint (self->geometry, zigzag (x - self->at_x));
  put_varint (self->geometry, zigzag (y - self->at_y));
  self->at_x = x;
  self->at_y = y;
}

static Spot
to_tile (const TstVectorTile *self, double x, double y)
{
  double side = ldexp (1, TST_MERCATOR_BITS - (int) self->z);

  return (Spot) { (x / side - self->x) * TST_TILE_EXTENT, (y / side - self->y) * TST_TILE_EXTENT };
}

void
tst_vector_tile_point (TstVectorTile *self, double x, double y)
{
  Spot spot = to_tile (self, x, y);

  if (spot.x < -TST_TILE_BUFFER || spot.x > TST_TILE_EXTENT + TST_TILE_BUFFER || spot.y < -TST_TILE_BUFFER
      || spot.y > TST_TILE_EXTENT + TST_TILE_BUFFER)
    return;
  self->shape = SHAPE_POINT;
  put_command (self, MOVE_TO, 1);
  put_step (self, (gint32) lround (spot.x), (gint32) lround (spot.y));
}

/* Which side of the box a spot lies beyond, one bit each: west, east, north, south. */
static double
beyond (const Spot *spot, guint side)
{
  switch (side)
    {
    case 0:
      return -TST_TILE_BUFFER - spot->x;
    case 1:
      return spot->x - (TST_TILE_EXTENT + TST_TILE_BUFFER);
    case 2:
      return -TST_TILE_BUFFER - spot->y;
    default:
      return spot->y - (TST_TILE_EXTENT + TST_TILE_BUFFER);
    }
}

static Spot
between (const Spot *a, const Spot *b, double part)
{
  return (Spot) { a->x + (b->x - a->x) * part, a->y + (b->y - a->y) * part };
}

/* Whole numbers, each once in a row. */
static GArray *
rounded (const Spot *spots, guint n)
{
  GArray *whole = g_array_new (FALSE, FALSE, sizeof (gint32) * 2);

  for (guint i = 0; i < n; i++)
    {
      gint32 next[2] = { (gint32) lround (spots[i].x), (gint32) lround (spots[i].y) };
      const gint32 *last = whole->len > 0 ? (const gint32 *) (gpointer) whole->data + 2 * (whole->len - 1) : NULL;

      if (!last || last[0] != next[0] || last[1] != next[1])
        g_array_append_val (whole, next);
    }
  return whole;
}

static void
put_line (TstVectorTile *self, const Spot *spots, guint n)
{
  g_autoptr (GArray) whole = rounded (spots, n);
  const gint32 *at = (const gint32 *) (gpointer) whole->data;

  if (whole->len < 2)
    return;
  self->shape = SHAPE_LINE;
  put_command (self, MOVE_TO, 1);
  put_step (self, at[0], at[1]);
  put_command (self, LINE_TO, whole->len - 1);
  for (guint i = 1; i < whole->len; i++)
    put_step (self, at[2 * i], at[2 * i + 1]);
}

/* Liang and Barsky, segment by segment: what leaves the box and comes back is two lines. */
static void
clip_line (TstVectorTile *self, const Spot *spots, guint n)
{
  g_autoptr (GArray) run = g_array_new (FALSE, FALSE, sizeof (Spot));

  for (guint i = 0; i + 1 < n; i++)
    {
      const Spot *a = &spots[i], *b = &spots[i + 1];
      double in = 0, out = 1;

      for (guint side = 0; side < 4; side++)
        {
          double from = beyond (a, side), to = beyond (b, side);

          if (from > 0 && to > 0)
            out = -1;
          else if (from > 0)
            in = MAX (in, from / (from - to));
          else if (to > 0)
            out = MIN (out, from / (from - to));
        }
      if (in <= out)
        {
          Spot first = in > 0 ? between (a, b, in) : *a;
          Spot last = out < 1 ? between (a, b, out) : *b;

          if (run->len == 0 || in > 0)
            {
              put_line (self, (const Spot *) (gpointer) run->data, run->len);
              g_array_set_size (run, 0);
              g_array_append_val (run, first);
            }
          g_array_append_val (run, last);
        }
      else
        {
          put_line (self, (const Spot *) (gpointer) run->data, run->len);
          g_array_set_size (run, 0);
        }
    }
  put_line (self, (const Spot *) (gpointer) run->data, run->len);
}

/* Sutherland and Hodgman: side after side. Leaves the ring open. */
static GArray *
clip_ring (const Spot *spots, guint n)
{
  GArray *ring = g_array_new (FALSE, FALSE, sizeof (Spot));

  g_array_append_vals (ring, spots, n);
  for (guint side = 0; side < 4; side++)
    {
      GArray *kept = g_array_new (FALSE, FALSE, sizeof (Spot));

      for (guint i = 0; i < ring->len; i++)
        {
          const Spot *a = &g_array_index (ring, Spot, i);
          const Spot *b = &g_array_index (ring, Spot, (i + 1) % ring->len);
          double from = beyond (a, side), to = beyond (b, side);

          if (from <= 0)
            g_array_append_val (kept, *a);
          if ((from > 0) != (to > 0))
            {
              Spot edge = between (a, b, from / (from - to));
              g_array_append_val (kept, edge);
            }
        }
      g_array_unref (ring);
      ring = kept;
    }
  return ring;
}

/* An outer ring runs clockwise on the screen, which is the way GeoJSON's runs round the other way: y grows to the south. */
static gboolean
put_ring (TstVectorTile *self, const Spot *spots, guint n, gboolean outer)
{
  g_autoptr (GArray) clipped = clip_ring (spots, n);
  g_autoptr (GArray) whole = rounded ((const Spot *) (gpointer) clipped->data, clipped->len);
  const gint32 *at = (const gint32 *) (gpointer) whole->data;
  guint length = whole->len;
  gint64 area = 0;

  if (length > 1 && at[0] == at[2 * (length - 1)] && at[1] == at[2 * (length - 1) + 1])
    length--;
  for (guint i = 0; i < length; i++)
    {
      guint j = (i + 1) % length;
      area += (gint64) at[2 * i] * at[2 * j + 1] - (gint64) at[2 * j] * at[2 * i + 1];
    }
  if (length < 3 || area == 0)
    return FALSE;
  self->shape = SHAPE_POLYGON;
  for (guint i = 0; i < length; i++)
    {
      guint k = (area > 0) == outer ? i : length - 1 - i;

      if (i == 0)
        put_command (self, MOVE_TO, 1);
      else if (i == 1)
        put_command (self, LINE_TO, length - 1);
      put_step (self, at[2 * k], at[2 * k + 1]);
    }
  put_command (self, CLOSE_PATH, 1);
  return TRUE;
}

void
tst_vector_tile_geometry (TstVectorTile *self, const TstGeometry *geometry)
{
  g_autofree Spot *spots = g_new (Spot, MAX (geometry->n_points, 1));
  guint from = 0;
  guint polygon = 0;
  gboolean outer = TRUE;
  gboolean drawn = FALSE;

  for (guint i = 0; i < geometry->n_points; i++)
    {
      double sine = sin (CLAMP (geometry->points[i].lat, -TST_MERCATOR_MAX_LAT, TST_MERCATOR_MAX_LAT) * G_PI / 180);
      double world = ldexp (1, TST_MERCATOR_BITS);

      spots[i] = to_tile (self, (geometry->points[i].lon / 360 + 0.5) * world, (0.5 - atanh (sine) / (2 * G_PI)) * world);
    }
  if (geometry->type == TST_GEOMETRY_POINT)
    {
      /* Points among works are drawn one by one, by tst_vector_tile_point(). */
      return;
    }
  for (guint path = 0; path < geometry->n_paths; path++)
    {
      guint to = geometry->path_ends[path];

      if (geometry->type == TST_GEOMETRY_LINE)
        clip_line (self, spots + from, to - from);
      else
        {
          /* The repeated last point of a ring is not told; a hole only where its polygon is. */
          guint n = to - from > 1 ? to - from - 1 : to - from;

          if (outer)
            drawn = put_ring (self, spots + from, n, TRUE);
          else if (drawn)
            put_ring (self, spots + from, n, FALSE);
          outer = FALSE;
          if (polygon < geometry->n_polygons && path + 1 == geometry->polygon_ends[polygon])
            {
              polygon++;
              outer = TRUE;
            }
        }
      from = to;
    }
}

GBytes *
tst_vector_tile_finish (TstVectorTile *self)
{
  g_assert (self->name == NULL);
  return g_bytes_new (self->out->data, self->out->len);
}
