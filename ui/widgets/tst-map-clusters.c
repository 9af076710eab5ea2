/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-clusters.h"

#include <math.h>
#include <stdlib.h>

/* Places are counted in parts of the world, the 2^32nd of its breadth: 9 mm at the equator. */
#define DEPTH 32
/* A sum is kept of so many places; the rest is added up when it is asked for. */
#define BLOCK 64
/* How near to the edge of its cell a cluster may lie. */
#define MARGIN .33

typedef struct
{
  guint32 x, y;
  guint32 work;
} Place;

typedef struct
{
  guint64 x, y;
} Sum;

struct _TstMapClusters
{
  gatomicrefcount count;
  TstWorkIndex *works;
  guint size;
  guint8 *has;    /* a bit for every work of the index */
  Place *places;  /* by the bits of x and y by turns, so that every cell of every level is a run */
  Sum *sums;      /* of the places before each block */
  TstBounds bounds;
};

double
tst_map_x (double lon)
{
  return (lon + 180) / 360;
}

double
tst_map_y (double lat)
{
  double sine = sin (CLAMP (lat, -85.0511, 85.0511) * G_PI / 180);

  return .5 - log ((1 + sine) / (1 - sine)) / (4 * G_PI);
}

double
tst_map_lon (double x)
{
  return x * 360 - 180;
}

double
tst_map_lat (double y)
{
  return 90 - 360 * atan (exp ((y - .5) * 2 * G_PI)) / G_PI;
}

static guint32
cell_at (double fraction, guint depth)
{
  double n = ldexp (1, depth);

  return CLAMP (floor (fraction * n), 0, n - 1);
}

static double
fraction_at (double place)
{
  return ldexp (place, -DEPTH);
}

/* The order of (x, y) with their bits by turns, those of y before those of x: the greater of the two differences is the first that counts. */
static int
compare_bits (guint32 x, guint32 y, guint32 other_x, guint32 other_y)
{
  guint32 dx = x ^ other_x;
  guint32 dy = y ^ other_y;

  if (dy < dx && dy < (dx ^ dy))
    return x < other_x ? -1 : 1;
  return (y > other_y) - (y < other_y);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Place *p = a;
  const Place *q = b;
  int order = compare_bits (p->x, p->y, q->x, q->y);

  return order != 0 ? order : (p->work > q->work) - (p->work < q->work);
}

static void
add_to_bounds (TstBounds *bounds, double lat, double lon)
{
  bounds->west = MIN (bounds->west, lon);
  bounds->east = MAX (bounds->east, lon);
  bounds->south = MIN (bounds->south, lat);
  bounds->north = MAX (bounds->north, lat);
}

static void
add_up (TstMapClusters *self)
{
  Sum sum = { 0, 0 };

  self->sums = g_new (Sum, self->size / BLOCK + 1);
  for (guint i = 0; i < self->size; i++)
    {
      if (i % BLOCK == 0)
        self->sums[i / BLOCK] = sum;
      sum.x += self->places[i].x;
      sum.y += self->places[i].y;
    }
  if (self->size % BLOCK == 0)
    self->sums[self->size / BLOCK] = sum;
}

/* Of all places before @at. */
static Sum
sum_before (const TstMapClusters *self, guint32 at)
{
  Sum sum = self->sums[at / BLOCK];

  for (guint32 i = at - at % BLOCK; i < at; i++)
    {
      sum.x += self->places[i].x;
      sum.y += self->places[i].y;
    }
  return sum;
}

TstMapClusters *
tst_map_clusters_new (TstWorkIndex *works, GArray *found)
{
  TstMapClusters *self = g_new0 (TstMapClusters, 1);
  guint n = found != NULL ? found->len : tst_work_index_get_size (works);

  g_atomic_ref_count_init (&self->count);
  self->works = tst_work_index_ref (works);
  self->bounds = (TstBounds) { INFINITY, INFINITY, -INFINITY, -INFINITY };
  self->places = g_new (Place, MAX (n, 1));
  self->has = g_new0 (guint8, tst_work_index_get_size (works) / 8 + 1);
  for (guint i = 0; i < n; i++)
    {
      guint32 at = found != NULL ? g_array_index (found, guint32, i) : i;
      const TstWorkEntry entry = tst_work_index_get (works, at);

      self->has[at / 8] |= 1 << at % 8;
      if (isnan (entry.lat) || isnan (entry.lon))
        continue;
      add_to_bounds (&self->bounds, entry.lat, entry.lon);
      self->places[self->size++] = (Place) { cell_at (tst_map_x (entry.lon), DEPTH), cell_at (tst_map_y (entry.lat), DEPTH), at };
    }
  tst_work_index_rest (works);
  qsort (self->places, self->size, sizeof (Place), compare);
  add_up (self);
  return self;
}

TstMapClusters *
tst_map_clusters_ref (TstMapClusters *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
tst_map_clusters_unref (TstMapClusters *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  tst_work_index_unref (self->works);
  g_free (self->has);
  g_free (self->places);
  g_free (self->sums);
  g_free (self);
}

TstWorkIndex *
tst_map_clusters_get_works (TstMapClusters *self)
{
  return self->works;
}

guint
tst_map_clusters_get_size (TstMapClusters *self)
{
  return self->size;
}

gboolean
tst_map_clusters_get_bounds (TstMapClusters *self, TstBounds *bounds)
{
  if (self->size > 0)
    *bounds = self->bounds;
  return self->size > 0;
}

gboolean
tst_map_clusters_has_work (TstMapClusters *self, guint32 work)
{
  g_return_val_if_fail (work < tst_work_index_get_size (self->works), FALSE);
  return (self->has[work / 8] >> work % 8 & 1) != 0;
}

guint32
tst_map_clusters_get_member (TstMapClusters *self, guint32 at)
{
  g_return_val_if_fail (at < self->size, 0);
  return self->places[at].work;
}

/* The first place from @from on that does not come before (x, y). */
static guint32
lower_bound (const TstMapClusters *self, guint32 from, guint32 x, guint32 y)
{
  guint32 low = from;
  guint32 high = self->size;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (compare_bits (self->places[middle].x, self->places[middle].y, x, y) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

typedef void (*CellFunc) (TstMapClusters *self, guint depth, guint32 x, guint32 y, guint32 first, guint32 end, gpointer data);

static void
each_cell (TstMapClusters *self, guint level, double west, double north, double east, double south, CellFunc func, gpointer data)
{
  guint depth = MIN (level, TST_MAP_MAX_LEVEL) + 2;
  guint shift = DEPTH - depth;
  guint32 last = (1u << shift) - 1;
  guint32 x0 = cell_at (west, depth);
  guint32 x1 = cell_at (east, depth);
  guint32 y1 = cell_at (south, depth);

  for (guint32 y = cell_at (north, depth); y <= y1; y++)
    for (guint32 x = x0; x <= x1; x++)
      {
        guint32 first = lower_bound (self, 0, x << shift, y << shift);
        guint32 end;

        if (first == self->size || self->places[first].x >> shift != x || self->places[first].y >> shift != y)
          continue;
        /* One past the last that the cell could hold. */
        end = lower_bound (self, first, x << shift | last, y << shift | last);
        while (end < self->size && self->places[end].x >> shift == x && self->places[end].y >> shift == y)
          end++;
        func (self, depth, x, y, first, end, data);
      }
}

static void
add_cluster (TstMapClusters *self, guint depth, guint32 x, guint32 y, guint32 first, guint32 end, gpointer data)
{
  TstMapCluster cluster = { .first = first, .count = end - first };

  if (cluster.count == 1)
    {
      const TstWorkEntry entry = tst_work_index_get (self->works, self->places[first].work);

      /* Exactly where it is. */
      cluster.x = tst_map_x (entry.lon);
      cluster.y = tst_map_y (entry.lat);
    }
  else
    {
      double side = ldexp (1, -(int) depth);
      Sum before = sum_before (self, first);
      Sum until = sum_before (self, end);

      cluster.x = fraction_at ((double) (until.x - before.x) / cluster.count);
      cluster.y = fraction_at ((double) (until.y - before.y) / cluster.count);
      cluster.x = CLAMP (cluster.x, (x + MARGIN) * side, (x + 1 - MARGIN) * side);
      cluster.y = CLAMP (cluster.y, (y + MARGIN) * side, (y + 1 - MARGIN) * side);
    }
  g_array_append_val ((GArray *) data, cluster);
}

GArray *
tst_map_clusters_query (TstMapClusters *self, guint level, double west, double north, double east, double south)
{
  GArray *clusters = g_array_new (FALSE, FALSE, sizeof (TstMapCluster));

  each_cell (self, level, west, north, east, south, add_cluster, clusters);
  return clusters;
}

static void
add_count (TstMapClusters *self, guint depth, guint32 x, guint32 y, guint32 first, guint32 end, gpointer data)
{
  *(guint *) data += end - first;
}

guint
tst_map_clusters_count (TstMapClusters *self, guint level, double west, double north, double east, double south)
{
  guint count = 0;

  each_cell (self, level, west, north, east, south, add_count, &count);
  return count;
}
