/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-evidence.h"

#include "widgets/tst-map-clusters.h"

#include <math.h>

struct _TstMapEvidence
{
  GArray *places;                       /* of TstMapEvidenceSpot */
  GArray *levels[TST_MAP_MAX_LEVEL + 1]; /* (nullable) of the same: made when looked at */
  guint photos;
};

TstMapEvidence *
tst_map_evidence_new (void)
{
  TstMapEvidence *self = g_new0 (TstMapEvidence, 1);

  self->places = g_array_new (FALSE, FALSE, sizeof (TstMapEvidenceSpot));
  return self;
}

void
tst_map_evidence_free (TstMapEvidence *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->levels); i++)
    g_clear_pointer (&self->levels[i], g_array_unref);
  g_array_unref (self->places);
  g_free (self);
}

void
tst_map_evidence_add (TstMapEvidence *self, double lat, double lon, double south, double west, double north, double east, guint photos)
{
  TstMapEvidenceSpot spot = { tst_map_x (lon), tst_map_y (lat), south, west, north, east, photos };

  g_return_if_fail (self != NULL && photos > 0);
  for (guint i = 0; i < G_N_ELEMENTS (self->levels); i++)
    g_clear_pointer (&self->levels[i], g_array_unref);
  g_array_append_val (self->places, spot);
  self->photos += photos;
}

guint
tst_map_evidence_get_photos (TstMapEvidence *self)
{
  return self->photos;
}

guint
tst_map_evidence_get_places (TstMapEvidence *self)
{
  return self->places->len;
}

static void
widen (TstMapEvidenceSpot *spot, const TstMapEvidenceSpot *with)
{
  double share = (double) with->photos / (spot->photos + with->photos);

  spot->x += (with->x - spot->x) * share;
  spot->y += (with->y - spot->y) * share;
  spot->south = MIN (spot->south, with->south);
  spot->west = MIN (spot->west, with->west);
  spot->north = MAX (spot->north, with->north);
  spot->east = MAX (spot->east, with->east);
  spot->photos += with->photos;
}

gboolean
tst_map_evidence_get_bounds (TstMapEvidence *self, double *south, double *west, double *north, double *east)
{
  TstMapEvidenceSpot all;

  if (self->places->len == 0)
    return FALSE;
  all = g_array_index (self->places, TstMapEvidenceSpot, 0);
  for (guint i = 1; i < self->places->len; i++)
    widen (&all, &g_array_index (self->places, TstMapEvidenceSpot, i));
  *south = all.south;
  *west = all.west;
  *north = all.north;
  *east = all.east;
  return TRUE;
}

static GArray *
gather (TstMapEvidence *self, guint level)
{
  double cells = exp2 (level) * TST_MAP_CELLS;
  GArray *spots = g_array_new (FALSE, FALSE, sizeof (TstMapEvidenceSpot));
  g_autoptr (GHashTable) at = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL); /* cell → place in @spots, plus one */

  for (guint i = 0; i < self->places->len; i++)
    {
      const TstMapEvidenceSpot *place = &g_array_index (self->places, TstMapEvidenceSpot, i);
      gint64 cell = ((gint64) floor (place->y * cells) << 32) + (gint64) floor (place->x * cells);
      guint known = GPOINTER_TO_UINT (g_hash_table_lookup (at, &cell));

      if (known > 0)
        widen (&g_array_index (spots, TstMapEvidenceSpot, known - 1), place);
      else
        {
          g_array_append_val (spots, *place);
          g_hash_table_insert (at, g_memdup2 (&cell, sizeof cell), GUINT_TO_POINTER (spots->len));
        }
    }
  return spots;
}

GArray *
tst_map_evidence_query (TstMapEvidence *self, guint level, double west, double north, double east, double south)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (TstMapEvidenceSpot));

  level = MIN (level, TST_MAP_MAX_LEVEL);
  if (self->levels[level] == NULL)
    self->levels[level] = gather (self, level);
  for (guint i = 0; i < self->levels[level]->len; i++)
    {
      const TstMapEvidenceSpot *spot = &g_array_index (self->levels[level], TstMapEvidenceSpot, i);

      if (spot->x >= west && spot->x <= east && spot->y >= north && spot->y <= south)
        g_array_append_val (found, *spot);
    }
  return found;
}
