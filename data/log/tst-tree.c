/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log/tst-merkle.h"

#include "base/tst-error.h"

#include <string.h>

#define TILE_HEIGHT 8
#define TILE_WIDTH 256
#define TILE_NODES (2 * TILE_WIDTH - 1)

/* Each expanded tile is 16 KiB; a proof in a tree of 2^32 leaves touches eight. */
#define CACHE_TILES 64

/* A tile with the nodes above its hashes: those of height h begin at 512 - (512 >> h). */
typedef struct
{
  guint level;
  guint width; /* 0: this place is free */
  guint64 index;
  guint64 used;
  TstHash nodes[TILE_NODES];
} Tile;

struct _TstTreeReader
{
  TstTileSource source;
  gpointer user_data;
  Tile *tiles;
  guint64 clock;
};

static guint
height_start (guint height)
{
  return 2 * TILE_WIDTH - (2 * TILE_WIDTH >> height);
}

static void
expand (TstHash *nodes, guint width)
{
  for (guint height = 1; height <= TILE_HEIGHT; height++)
    {
      const TstHash *below = nodes + height_start (height - 1);
      TstHash *here = nodes + height_start (height);

      for (guint i = 0; i < width >> height; i++)
        here[i] = tst_merkle_node (&below[2 * i], &below[2 * i + 1]);
    }
}

TstTreeReader *
tst_tree_reader_new (TstTileSource source, gpointer user_data)
{
  TstTreeReader *self = g_new0 (TstTreeReader, 1);

  self->source = source;
  self->user_data = user_data;
  self->tiles = g_new0 (Tile, CACHE_TILES);
  return self;
}

void
tst_tree_reader_free (TstTreeReader *self)
{
  g_free (self->tiles);
  g_free (self);
}

/* The tile with at least @width hashes; the one unused for longest makes room. */
static const Tile *
get_tile (TstTreeReader *self, guint level, guint64 index, guint width, GError **error)
{
  Tile *oldest = &self->tiles[0];
  Tile *tile = NULL;

  for (guint i = 0; i < CACHE_TILES && tile == NULL; i++)
    {
      Tile *at = &self->tiles[i];

      if (at->width > 0 && at->level == level && at->index == index)
        tile = at;
      else if (at->used < oldest->used)
        oldest = at;
    }
  if (tile == NULL)
    tile = oldest;
  if (tile->width < width || tile->level != level || tile->index != index)
    {
      tile->width = 0;
      tile->used = 0;
      if (!self->source (level, index, width, tile->nodes, self->user_data, error))
        {
          g_assert (error == NULL || *error != NULL);
          return NULL;
        }
      expand (tile->nodes, width);
      tile->level = level;
      tile->index = index;
      tile->width = width;
    }
  tile->used = ++self->clock;
  return tile;
}

static guint64
count_at_level (guint64 size, guint level)
{
  return level * TILE_HEIGHT < 64 ? size >> (level * TILE_HEIGHT) : 0;
}

/* The hash over the complete subtree of leaves index·2^height … (index + 1)·2^height in a tree of @size. */
static gboolean
subtree (TstTreeReader *self, guint height, guint64 index, guint64 size, TstHash *hash, GError **error)
{
  guint level = height / TILE_HEIGHT;
  guint inside = height % TILE_HEIGHT;
  guint64 tile_index = index >> (TILE_HEIGHT - inside);
  guint64 count = count_at_level (size, level) - tile_index * TILE_WIDTH;
  const Tile *tile = get_tile (self, level, tile_index, (guint) MIN (count, TILE_WIDTH), error);

  if (tile == NULL)
    return FALSE;
  *hash = tile->nodes[height_start (inside) + (index & ((TILE_WIDTH >> inside) - 1))];
  return TRUE;
}

static guint
height_of (guint64 power)
{
  return (guint) __builtin_ctzll (power);
}

/* The largest power of two smaller than @n, which is at least 2. */
static guint64
split_point (guint64 n)
{
  return G_GUINT64_CONSTANT (1) << (63 - __builtin_clzll (n - 1));
}

/* MTH (D[lo:hi]) of RFC 6962 § 2.1; ranges come from splitting, so @lo is a multiple of what fits. */
static gboolean
range (TstTreeReader *self, guint64 lo, guint64 hi, guint64 size, TstHash *hash, GError **error)
{
  guint64 n = hi - lo;
  guint64 k;
  TstHash left, right;

  if ((n & (n - 1)) == 0)
    return subtree (self, height_of (n), lo >> height_of (n), size, hash, error);
  k = split_point (n);
  if (!range (self, lo, lo + k, size, &left, error) || !range (self, lo + k, hi, size, &right, error))
    return FALSE;
  *hash = tst_merkle_node (&left, &right);
  return TRUE;
}

static gboolean
refuse_size (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF, "The log has no such leaf at that size.");
  return FALSE;
}

gboolean
tst_tree_reader_root (TstTreeReader *self, guint64 size, TstHash *root, GError **error)
{
  if (size > G_MAXINT64)
    return refuse_size (error);
  if (size == 0)
    {
      *root = tst_merkle_empty_root ();
      return TRUE;
    }
  return range (self, 0, size, size, root, error);
}

static void
reverse (GArray *hashes)
{
  for (guint i = 0; i < hashes->len / 2; i++)
    {
      TstHash *a = &g_array_index (hashes, TstHash, i);
      TstHash *b = &g_array_index (hashes, TstHash, hashes->len - 1 - i);
      TstHash swap = *a;

      *a = *b;
      *b = swap;
    }
}

/* PATH (m, D[n]) of RFC 6962 § 2.1.1, from the root down and then turned round. */
GArray *
tst_tree_reader_inclusion (TstTreeReader *self, guint64 index, guint64 size, GError **error)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  guint64 lo = 0, hi = size;

  if (index >= size || size > G_MAXINT64)
    {
      refuse_size (error);
      return NULL;
    }
  while (hi - lo > 1)
    {
      guint64 middle = lo + split_point (hi - lo);
      TstHash hash;

      if (index < middle ? !range (self, middle, hi, size, &hash, error) : !range (self, lo, middle, size, &hash, error))
        return NULL;
      g_array_append_val (proof, hash);
      if (index < middle)
        hi = middle;
      else
        lo = middle;
    }
  reverse (proof);
  return g_steal_pointer (&proof);
}

/* PROOF (m, D[n]) of RFC 6962 § 2.1.2. */
GArray *
tst_tree_reader_consistency (TstTreeReader *self, guint64 old_size, guint64 new_size, GError **error)
{
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  guint64 lo = 0, hi = new_size;
  TstHash hash;

  if (old_size > new_size || new_size > G_MAXINT64)
    {
      refuse_size (error);
      return NULL;
    }
  if (old_size == 0 || old_size == new_size)
    return g_steal_pointer (&proof);
  while (hi != old_size)
    {
      guint64 middle = lo + split_point (hi - lo);

      if (old_size <= middle ? !range (self, middle, hi, new_size, &hash, error)
                             : !range (self, lo, middle, new_size, &hash, error))
        return NULL;
      g_array_append_val (proof, hash);
      if (old_size <= middle)
        hi = middle;
      else
        lo = middle;
    }
  /* What is left is a node of both trees; only when it is all of the old one is it known already. */
  if (lo > 0)
    {
      if (!range (self, lo, hi, new_size, &hash, error))
        return NULL;
      g_array_append_val (proof, hash);
    }
  reverse (proof);
  return g_steal_pointer (&proof);
}

/* One level of an append: @entries come after @old_count; the hashes of tiles that became full go to @above. */
static gboolean
append_level (guint level, guint64 old_count, GArray *entries, GArray *above, TstTileSource source, TstTileSink sink,
              gpointer user_data, GError **error)
{
  g_autofree TstHash *nodes = g_new (TstHash, TILE_NODES);
  guint64 index = old_count / TILE_WIDTH;
  guint width = (guint) (old_count % TILE_WIDTH);

  if (width > 0 && !source (level, index, width, nodes, user_data, error))
    return FALSE;
  for (guint taken = 0; taken < entries->len; index++, width = 0)
    {
      guint n = MIN (TILE_WIDTH - width, entries->len - taken);

      memcpy (nodes + width, &g_array_index (entries, TstHash, taken), n * sizeof (TstHash));
      width += n;
      taken += n;
      if (!sink (level, index, width, nodes, user_data, error))
        return FALSE;
      if (width == TILE_WIDTH)
        {
          expand (nodes, width);
          g_array_append_val (above, nodes[TILE_NODES - 1]);
        }
    }
  return TRUE;
}

gboolean
tst_tree_append (guint64 old_size, GArray *leaf_hashes, TstTileSource source, TstTileSink sink, gpointer user_data,
                 GError **error)
{
  g_autoptr (GArray) entries = g_array_ref (leaf_hashes);

  if (old_size > (guint64) G_MAXINT64 - leaf_hashes->len)
    return refuse_size (error);
  for (guint level = 0; entries->len > 0; level++)
    {
      g_autoptr (GArray) above = g_array_new (FALSE, FALSE, sizeof (TstHash));

      if (!append_level (level, count_at_level (old_size, level), entries, above, source, sink, user_data, error))
        return FALSE;
      g_array_unref (entries);
      entries = g_steal_pointer (&above);
    }
  return TRUE;
}
