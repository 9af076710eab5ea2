/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-pmtiles.h"

#include "base/tst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HEADER 127
#define NONE 1
#define GZIP 2
/* Directories are kept below 16 KiB by the tools that write them; a root of a simple writer may be larger. */
#define DIRECTORY_MAX (16u * 1024 * 1024)
#define TILE_MAX (16u * 1024 * 1024)
#define METADATA_MAX (16u * 1024 * 1024)
#define DEPTH_MAX 4
#define KEPT_MAX 64

/* From @id on, @run tiles are these bytes; without a run, the directory that goes on from there. */
typedef struct
{
  guint64 id, offset;
  guint32 run, length;
} Entry;

struct _TstPmtiles
{
  int fd;
  guint64 root_offset, root_length, metadata_offset, metadata_length, leaves_offset, tiles_offset;
  guint8 directories, tiles; /* how they are compressed */
  guint8 type, shallowest, deepest;
  GMutex lock; /* guards @kept */
  GHashTable *kept; /* offset of a directory in the file → GArray of Entry */
};

static void
set_broken (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                       "The file is no PMTiles file of version 3 with tiles that are plain or compressed with gzip, or it is cut.");
}

static guint64
get_u64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_LE (value);
}

static GBytes *
read_at (TstPmtiles *self, guint64 offset, guint64 length, gsize most, GError **error)
{
  g_autofree guint8 *data = NULL;
  gsize done = 0;

  if (length > most || offset > G_MAXINT64 - most)
    {
      set_broken (error);
      return NULL;
    }
  data = g_malloc (length + 1);
  while (done < length)
    {
      ssize_t n = pread (self->fd, data + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "The map's ground could not be read");
          return NULL;
        }
      if (n == 0)
        {
          set_broken (error);
          return NULL;
        }
      done += (gsize) n;
    }
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

GBytes *
tst_pmtiles_inflate (GBytes *bytes, gsize most, GError **error)
{
  gsize size = 0, at = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GByteArray) out = NULL;
  g_autoptr (GConverter) inflater = NULL;
  g_autofree guint8 *piece = NULL;

  if (size < 2 || data[0] != 0x1f || data[1] != 0x8b)
    return g_bytes_ref (bytes);
  out = g_byte_array_new ();
  inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  piece = g_malloc (65536);
  for (;;)
    {
      gsize taken = 0, given = 0;
      GConverterResult result = g_converter_convert (inflater, data + at, size - at, piece, 65536, G_CONVERTER_INPUT_AT_END, &taken, &given, NULL);

      at += taken;
      if (result == G_CONVERTER_ERROR || out->len + given > most)
        {
          set_broken (error);
          return NULL;
        }
      g_byte_array_append (out, piece, (guint) given);
      if (result == G_CONVERTER_FINISHED)
        return g_byte_array_free_to_bytes (g_steal_pointer (&out));
    }
}

static GBytes *
read_plain (TstPmtiles *self, guint64 offset, guint64 length, guint8 compression, gsize most, GError **error)
{
  g_autoptr (GBytes) bytes = read_at (self, offset, length, most, error);

  if (!bytes)
    return NULL;
  return compression == GZIP ? tst_pmtiles_inflate (bytes, most, error) : g_steal_pointer (&bytes);
}

static gboolean
get_varint (const guint8 **at, const guint8 *end, guint64 *value)
{
  *value = 0;
  for (guint shift = 0; shift < 64 && *at < end; shift += 7)
    {
      guint8 byte = *(*at)++;

      *value |= (guint64) (byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return TRUE;
    }
  return FALSE;
}

/* Five columns: how many, then of each entry the step to its number, its run, its length, its place (0: right behind the one before). */
static GArray *
parse_directory (GBytes *bytes, GError **error)
{
  gsize size = 0;
  const guint8 *at = g_bytes_get_data (bytes, &size);
  const guint8 *end = at + size;
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  guint64 n = 0, id = 0, value = 0;
  /* Each entry is four numbers of at least a byte. */
  gboolean ok = get_varint (&at, end, &n) && n <= size / 4;

  if (ok)
    g_array_set_size (entries, (guint) n);
  for (guint column = 0; ok && column < 4; column++)
    for (guint i = 0; ok && i < n; i++)
      {
        Entry *entry = &g_array_index (entries, Entry, i);

        ok = get_varint (&at, end, &value);
        switch (column)
          {
          case 0:
            entry->id = id += value;
            break;
          case 1:
            entry->run = (guint32) MIN (value, G_MAXUINT32);
            break;
          case 2:
            ok = ok && value <= G_MAXUINT32;
            entry->length = (guint32) value;
            break;
          default:
            ok = ok && (value > 0 || i > 0);
            entry->offset = value > 0 ? value - 1 : ok ? entry[-1].offset + entry[-1].length : 0;
            break;
          }
      }
  if (!ok)
    {
      set_broken (error);
      return NULL;
    }
  return g_steal_pointer (&entries);
}

static GArray *
get_directory (TstPmtiles *self, guint64 offset, guint64 length, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  GArray *entries = NULL;

  g_mutex_lock (&self->lock);
  entries = g_hash_table_lookup (self->kept, &offset);
  if (entries)
    g_array_ref (entries);
  g_mutex_unlock (&self->lock);
  if (entries)
    return entries;
  bytes = read_plain (self, offset, length, self->directories, DIRECTORY_MAX, error);
  entries = bytes ? parse_directory (bytes, error) : NULL;
  if (!entries)
    return NULL;
  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->kept) >= KEPT_MAX)
    g_hash_table_remove_all (self->kept);
  g_hash_table_insert (self->kept, g_memdup2 (&offset, sizeof offset), g_array_ref (entries));
  g_mutex_unlock (&self->lock);
  return entries;
}

TstPmtiles *
tst_pmtiles_open (const char *path, GError **error)
{
  g_autoptr (TstPmtiles) self = g_new0 (TstPmtiles, 1);
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GArray) root = NULL;
  const guint8 *at = NULL;

  g_mutex_init (&self->lock);
  self->kept = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_array_unref);
  self->fd = open (path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0)
    {
      tst_error_set_errno (error, errno, "The map's ground could not be read");
      return NULL;
    }
  header = read_at (self, 0, HEADER, HEADER, error);
  if (!header)
    return NULL;
  at = g_bytes_get_data (header, NULL);
  self->root_offset = get_u64 (at + 8);
  self->root_length = get_u64 (at + 16);
  self->metadata_offset = get_u64 (at + 24);
  self->metadata_length = get_u64 (at + 32);
  self->leaves_offset = get_u64 (at + 40);
  self->tiles_offset = get_u64 (at + 56);
  self->directories = at[97];
  self->tiles = at[98];
  self->type = at[99];
  self->shallowest = at[100];
  self->deepest = at[101];
  if (memcmp (at, "PMTiles\003", 8) != 0 || self->directories < NONE || self->directories > GZIP || self->tiles > GZIP
      || self->shallowest > self->deepest || self->deepest > 26)
    {
      set_broken (error);
      return NULL;
    }
  root = get_directory (self, self->root_offset, self->root_length, error);
  return root ? g_steal_pointer (&self) : NULL;
}

void
tst_pmtiles_free (TstPmtiles *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->kept);
  g_mutex_clear (&self->lock);
  g_free (self);
}

TstPmtilesType
tst_pmtiles_get_type (TstPmtiles *self)
{
  switch (self->type)
    {
    case 1:
      return TST_PMTILES_MVT;
    case 2:
      return TST_PMTILES_PNG;
    case 3:
      return TST_PMTILES_JPEG;
    case 4:
      return TST_PMTILES_WEBP;
    default:
      return TST_PMTILES_UNKNOWN;
    }
}

void
tst_pmtiles_get_zooms (TstPmtiles *self, guint *shallowest, guint *deepest)
{
  *shallowest = self->shallowest;
  *deepest = self->deepest;
}

GBytes *
tst_pmtiles_read_metadata (TstPmtiles *self, GError **error)
{
  return read_plain (self, self->metadata_offset, self->metadata_length, self->directories, METADATA_MAX, error);
}

guint64
tst_pmtiles_id (guint z, guint x, guint y)
{
  /* All tiles of the levels above. */
  guint64 id = (((guint64) 1 << (2 * z)) - 1) / 3;

  for (guint64 side = ((guint64) 1 << z) / 2; side > 0; side /= 2)
    {
      gboolean right = (x & side) != 0;
      gboolean low = (y & side) != 0;

      id += side * side * ((right ? 3u : 0u) ^ (low ? 1u : 0u));
      if (!low)
        {
          guint swap = x;

          if (right)
            {
              x = (guint) (side - 1 - (x & (side - 1)));
              y = (guint) (side - 1 - (y & (side - 1)));
              swap = x;
            }
          x = y;
          y = swap;
        }
    }
  return id;
}

GBytes *
tst_pmtiles_read (TstPmtiles *self, guint z, guint x, guint y, GError **error)
{
  guint64 id = 0;
  guint64 offset = self->root_offset, length = self->root_length;

  if (z > 26 || x >> z || y >> z || z < self->shallowest || z > self->deepest)
    return NULL;
  id = tst_pmtiles_id (z, x, y);
  for (guint depth = 0; depth < DEPTH_MAX; depth++)
    {
      g_autoptr (GArray) entries = get_directory (self, offset, length, error);
      const Entry *entry = NULL;
      guint low = 0, high = 0;

      if (!entries)
        return NULL;
      /* The last entry that does not begin behind it. */
      for (high = entries->len; low < high;)
        {
          guint middle = low + (high - low) / 2;

          if (g_array_index (entries, Entry, middle).id <= id)
            low = middle + 1;
          else
            high = middle;
        }
      if (low == 0)
        return NULL;
      entry = &g_array_index (entries, Entry, low - 1);
      if (entry->run > 0)
        return id - entry->id < entry->run ? read_plain (self, self->tiles_offset + entry->offset, entry->length, self->tiles, TILE_MAX, error) : NULL;
      offset = self->leaves_offset + entry->offset;
      length = entry->length;
    }
  set_broken (error);
  return NULL;
}
