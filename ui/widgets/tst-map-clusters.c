/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-clusters.h"

#include <math.h>
#include <stdlib.h>

/* The finest cell: TST_MAP_CELLS cells to a tile at TST_MAP_MAX_LEVEL. */
#define DEPTH (TST_MAP_MAX_LEVEL + 2)
/* How near to the edge of its cell a cluster may lie. */
#define MARGIN .33

typedef struct
{
  guint64 code; /* bits of x and y by turns, so that every cell of every level is a run */
  guint32 work;
  double x, y;
} Place;

struct _TstMapClusters
{
  gatomicrefcount count;
  TstWorkIndex *works;
  guint size;
  guint8 *has;    /* a bit for every work of the index */
  Place *places;  /* by code */
  double *sum_x, *sum_y; /* of the places before each; one more at the end */
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

static guint64
spread (guint32 value)
{
  guint64 bits = value;

  bits = (bits | bits << 16) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  bits = (bits | bits << 8) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  bits = (bits | bits << 4) & G_GUINT64_CONSTANT (0x0f0f0f0f0f0f0f0f);
  bits = (bits | bits << 2) & G_GUINT64_CONSTANT (0x3333333333333333);
  return (bits | bits << 1) & G_GUINT64_CONSTANT (0x5555555555555555);
}

static guint64
code_of (guint32 x, guint32 y)
{
  return spread (x) | spread (y) << 1;
}

static guint32
cell_at (double fraction, guint depth)
{
  double n = ldexp (1, depth);

  return CLAMP (floor (fraction * n), 0, n - 1);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Place *p = a;
  const Place *q = b;

  if (p->code != q->code)
    return p->code < q->code ? -1 : 1;
  return (p->work > q->work) - (p->work < q->work);
}

TstMapClusters *
tst_map_clusters_new (TstWorkIndex *works, GArray *found)
{
  TstMapClusters *self = g_new0 (TstMapClusters, 1);
  guint n = found != NULL ? found->len : tst_work_index_get_size (works);

  g_atomic_ref_count_init (&self->count);
  self->works = tst_work_index_ref (works);
  self->places = g_new (Place, MAX (n, 1));
  self->has = g_new0 (guint8, tst_work_index_get_size (works) / 8 + 1);
  for (guint i = 0; i < n; i++)
    {
      guint32 at = found != NULL ? g_array_index (found, guint32, i) : i;
      const TstWorkEntry *entry = tst_work_index_get (works, at);
      Place *place = &self->places[self->size];

      self->has[at / 8] |= 1 << at % 8;
      if (isnan (entry->lat) || isnan (entry->lon))
        continue;
      place->work = at;
      place->x = tst_map_x (entry->lon);
      place->y = tst_map_y (entry->lat);
      place->code = code_of (cell_at (place->x, DEPTH), cell_at (place->y, DEPTH));
      self->size++;
    }
  qsort (self->places, self->size, sizeof (Place), compare);
  self->sum_x = g_new0 (double, self->size + 1);
  self->sum_y = g_new0 (double, self->size + 1);
  for (guint i = 0; i < self->size; i++)
    {
      self->sum_x[i + 1] = self->sum_x[i] + self->places[i].x;
      self->sum_y[i + 1] = self->sum_y[i] + self->places[i].y;
    }
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
  g_free (self->sum_x);
  g_free (self->sum_y);
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

/* The first place from @from on whose code is not below @code. */
static guint32
lower_bound (TstMapClusters *self, guint32 from, guint64 code)
{
  guint32 low = from;
  guint32 high = self->size;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (self->places[middle].code < code)
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
  guint shift = 2 * (DEPTH - depth);
  guint32 x0 = cell_at (west, depth);
  guint32 x1 = cell_at (east, depth);
  guint32 y1 = cell_at (south, depth);

  for (guint32 y = cell_at (north, depth); y <= y1; y++)
    for (guint32 x = x0; x <= x1; x++)
      {
        guint64 code = code_of (x, y);
        guint32 first = lower_bound (self, 0, code << shift);

        if (first < self->size && self->places[first].code >> shift == code)
          func (self, depth, x, y, first, lower_bound (self, first, (code + 1) << shift), data);
      }
}

static void
add_cluster (TstMapClusters *self, guint depth, guint32 x, guint32 y, guint32 first, guint32 end, gpointer data)
{
  TstMapCluster cluster = { .first = first, .count = end - first };

  if (cluster.count == 1)
    {
      cluster.x = self->places[first].x;
      cluster.y = self->places[first].y;
    }
  else
    {
      double side = ldexp (1, -(int) depth);

      cluster.x = (self->sum_x[end] - self->sum_x[first]) / cluster.count;
      cluster.y = (self->sum_y[end] - self->sum_y[first]) / cluster.count;
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
