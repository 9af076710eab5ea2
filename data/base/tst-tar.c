/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-tar.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512
#define COPY_SIZE ((gsize) 256 * 1024)
#define OCTAL_MAX ((G_GUINT64_CONSTANT (1) << 33) - 1)

/* IEEE Std 1003.1, "ustar Interchange Format". */
typedef struct
{
  char name[100];
  char mode[8], uid[8], gid[8];
  char size[12];
  char mtime[12];
  char chksum[8];
  char typeflag;
  char linkname[100];
  char magic[6];
  char version[2];
  char uname[32], gname[32];
  char devmajor[8], devminor[8];
  char prefix[155];
  char pad[12];
} Header;
G_STATIC_ASSERT (sizeof (Header) == BLOCK);

gboolean
tst_tar_name_is_valid (const char *name)
{
  g_auto (GStrv) parts = NULL;

  if (name == NULL || *name == '\0' || *name == '/' || strlen (name) > 255 || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
        return FALSE;
      for (const char *c = parts[i]; *c != '\0'; c++)
        if ((guchar) *c < 0x20 || *c == 0x7f)
          return FALSE;
    }
  return TRUE;
}

static guint
checksum (const Header *header)
{
  const guint8 *bytes = (const guint8 *) header;
  guint sum = 0;

  for (guint i = 0; i < BLOCK; i++)
    sum += i >= G_STRUCT_OFFSET (Header, chksum) && i < G_STRUCT_OFFSET (Header, chksum) + 8 ? ' ' : bytes[i];
  return sum;
}

/* --- writing --- */

struct _TstTarWriter
{
  int fd;
  guint64 size;  /* of what is whole */
  off_t origin;  /* where the archive begins in its file */
};

TstTarWriter *
tst_tar_writer_new (int fd)
{
  TstTarWriter *self = g_new0 (TstTarWriter, 1);

  self->fd = fd;
  self->origin = MAX (0, lseek (fd, 0, SEEK_CUR));
  return self;
}

void
tst_tar_writer_free (TstTarWriter *self)
{
  g_free (self);
}

static gboolean
fill_header (Header *header, const char *name, guint64 size, GError **error)
{
  const char *base = name;

  memset (header, 0, sizeof *header);
  /* Names that are too long for one field are parted at a slash. */
  while (tst_tar_name_is_valid (name) && strlen (base) > sizeof header->name)
    {
      const char *slash = strchr (base, '/');

      if (slash == NULL || (gsize) (slash - name) > sizeof header->prefix)
        {
          base = NULL;
          break;
        }
      base = slash + 1;
    }
  if (!tst_tar_name_is_valid (name) || base == NULL || size > OCTAL_MAX)
    {
      g_set_error_literal (error, TST_ERROR, size > OCTAL_MAX ? TST_ERROR_TOO_LARGE : TST_ERROR_BAD_VALUE,
                           "This cannot stand in an archive: its name or its size has no room there");
      return FALSE;
    }
  memcpy (header->name, base, strlen (base));
  if (base != name)
    memcpy (header->prefix, name, base - name - 1);
  g_snprintf (header->mode, sizeof header->mode, "0000600");
  g_snprintf (header->uid, sizeof header->uid, "0000000");
  g_snprintf (header->gid, sizeof header->gid, "0000000");
  g_snprintf (header->size, sizeof header->size, "%011" G_GINT64_MODIFIER "o", size);
  g_snprintf (header->mtime, sizeof header->mtime, "00000000000");
  header->typeflag = '0';
  memcpy (header->magic, "ustar", 6);
  memcpy (header->version, "00", 2);
  g_snprintf (header->chksum, sizeof header->chksum, "%06o", checksum (header));
  header->chksum[7] = ' ';
  return TRUE;
}

static gboolean
write_padding (TstTarWriter *self, guint64 size, GError **error)
{
  static const guint8 zeros[BLOCK];
  gsize over = size % BLOCK;

  return over == 0 || tst_fs_write_all (self->fd, zeros, BLOCK - over, error);
}

static void
count_member (TstTarWriter *self, guint64 size)
{
  self->size += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
}

gboolean
tst_tar_writer_add (TstTarWriter *self, const char *name, GBytes *bytes, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  Header header;

  if (!fill_header (&header, name, size, error) || !tst_fs_write_all (self->fd, &header, sizeof header, error) ||
      !tst_fs_write_all (self->fd, data, size, error) || !write_padding (self, size, error))
    return FALSE;
  count_member (self, size);
  return TRUE;
}

static gboolean
is_cancelled (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return FALSE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped, as asked");
  return TRUE;
}

gboolean
tst_tar_writer_add_fd (TstTarWriter *self, const char *name, int in, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (COPY_SIZE);
  guint64 left = size;
  Header header;

  if (!fill_header (&header, name, size, error) || !tst_fs_write_all (self->fd, &header, sizeof header, error))
    return FALSE;
  while (left > 0)
    {
      ssize_t n = read (in, buffer, MIN (left, COPY_SIZE));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read what goes into the archive");
          return FALSE;
        }
      if (n == 0)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_TORN, "A file became shorter while it was archived");
          return FALSE;
        }
      if (is_cancelled (cancellable, error) || !tst_fs_write_all (self->fd, buffer, n, error))
        return FALSE;
      left -= n;
    }
  if (!write_padding (self, size, error))
    return FALSE;
  count_member (self, size);
  return TRUE;
}

gboolean
tst_tar_writer_begin (TstTarWriter *self, guint64 *start, GError **error)
{
  *start = self->origin + self->size + BLOCK;
  if (lseek (self->fd, *start, SEEK_SET) >= 0)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not go on in the archive");
  return FALSE;
}

static gboolean
pwrite_all (int fd, gconstpointer data, gsize size, off_t at, GError **error)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      ssize_t n = pwrite (fd, bytes, size, at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not write the archive");
          return FALSE;
        }
      bytes += n;
      size -= n;
      at += n;
    }
  return TRUE;
}

gboolean
tst_tar_writer_end (TstTarWriter *self, const char *name, GError **error)
{
  off_t end = lseek (self->fd, 0, SEEK_CUR);
  guint64 size;
  Header header;

  if (end < 0)
    {
      tst_error_set_errno (error, errno, "Could not go on in the archive");
      return FALSE;
    }
  g_return_val_if_fail ((guint64) end >= self->origin + self->size + BLOCK, FALSE);
  size = end - (self->origin + self->size + BLOCK);
  if (!fill_header (&header, name, size, error) || !write_padding (self, size, error) ||
      !pwrite_all (self->fd, &header, sizeof header, self->origin + self->size, error))
    return FALSE;
  count_member (self, size);
  return TRUE;
}

guint64
tst_tar_writer_get_size (TstTarWriter *self)
{
  return self->size;
}

gboolean
tst_tar_writer_cut_back (TstTarWriter *self, GError **error)
{
  off_t end = self->origin + self->size;

  if (ftruncate (self->fd, end) == 0 && lseek (self->fd, end, SEEK_SET) == end)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not take back what was written in part");
  return FALSE;
}

gboolean
tst_tar_writer_finish (TstTarWriter *self, GError **error)
{
  static const guint8 zeros[2 * BLOCK];

  if (!tst_fs_write_all (self->fd, zeros, sizeof zeros, error))
    return FALSE;
  self->size += sizeof zeros;
  return TRUE;
}

/* --- reading --- */

struct _TstTarReader
{
  int fd;
  guint64 at;      /* bytes read */
  guint64 left;    /* of the entry, unread */
  guint64 padding;
  gboolean torn;
};

void
tst_tar_entry_clear (TstTarEntry *self)
{
  g_clear_pointer (&self->name, g_free);
}

TstTarReader *
tst_tar_reader_new (int fd)
{
  TstTarReader *self = g_new0 (TstTarReader, 1);

  self->fd = fd;
  return self;
}

void
tst_tar_reader_free (TstTarReader *self)
{
  g_free (self);
}

/* Until @size bytes are there or the file ends; < 0 on an error. */
static gssize
read_some (TstTarReader *self, gpointer data, gsize size, GError **error)
{
  gsize have = 0;

  while (have < size)
    {
      ssize_t n = read (self->fd, (guint8 *) data + have, size - have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not read the archive");
          return -1;
        }
      if (n == 0)
        break;
      have += n;
    }
  self->at += have;
  return have;
}

static gboolean
skip_rest (TstTarReader *self, GError **error)
{
  g_autofree guint8 *buffer = NULL;
  guint64 left = self->left + self->padding;

  self->left = self->padding = 0;
  if (left > BLOCK && lseek (self->fd, left, SEEK_CUR) >= 0)
    {
      /* Past the end nothing is read, and the next header says so. */
      self->at += left;
      return TRUE;
    }
  if (left > 0)
    buffer = g_malloc (COPY_SIZE);
  while (left > 0)
    {
      gssize n = read_some (self, buffer, MIN (left, COPY_SIZE), error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return TRUE;
      left -= n;
    }
  return TRUE;
}

static gboolean
parse_octal (const char *field, gsize length, guint64 *value)
{
  gsize i = 0;

  *value = 0;
  for (; i < length && field[i] >= '0' && field[i] <= '7'; i++)
    *value = *value * 8 + (field[i] - '0');
  return i > 0 && (i == length || field[i] == '\0' || field[i] == ' ');
}

static gboolean
parse_header (const Header *header, TstTarEntry *entry)
{
  guint64 sum, size;
  g_autofree char *name = NULL;
  g_autofree char *prefix = NULL;

  if (memcmp (header->magic, "ustar", 5) != 0 || !parse_octal (header->chksum, sizeof header->chksum, &sum) ||
      sum != checksum (header) || !parse_octal (header->size, sizeof header->size, &size) ||
      (header->typeflag != '0' && header->typeflag != '\0'))
    return FALSE;
  name = g_strndup (header->name, sizeof header->name);
  prefix = g_strndup (header->prefix, sizeof header->prefix);
  if (*prefix != '\0')
    {
      g_autofree char *whole = g_strconcat (prefix, "/", name, NULL);

      g_free (name);
      name = g_steal_pointer (&whole);
    }
  if (!tst_tar_name_is_valid (name))
    return FALSE;
  entry->name = g_steal_pointer (&name);
  entry->size = size;
  return TRUE;
}

static gboolean
is_empty (const Header *header)
{
  const guint8 *bytes = (const guint8 *) header;

  for (guint i = 0; i < BLOCK; i++)
    if (bytes[i] != 0)
      return FALSE;
  return TRUE;
}

TstTarNext
tst_tar_reader_next (TstTarReader *self, TstTarEntry *entry, GError **error)
{
  guint64 damaged_at = 0;
  gboolean damaged = FALSE;
  Header header;

  tst_tar_entry_clear (entry);
  if (!skip_rest (self, error))
    return TST_TAR_FAILED;
  for (;;)
    {
      off_t before = self->at;
      gssize n = read_some (self, &header, sizeof header, error);

      if (n < 0)
        return TST_TAR_FAILED;
      entry->at = before;
      if (n < BLOCK || (!damaged && is_empty (&header)))
        {
          if (!damaged)
            return n < BLOCK ? TST_TAR_TORN : TST_TAR_END;
          entry->at = damaged_at;
          return TST_TAR_DAMAGED;
        }
      if (parse_header (&header, entry))
        {
          if (damaged && lseek (self->fd, -(off_t) BLOCK, SEEK_CUR) >= 0)
            {
              /* The good one comes the next time. */
              self->at -= BLOCK;
              tst_tar_entry_clear (entry);
              entry->at = damaged_at;
              return TST_TAR_DAMAGED;
            }
          self->left = entry->size;
          self->padding = (BLOCK - entry->size % BLOCK) % BLOCK;
          return TST_TAR_ENTRY;
        }
      if (!damaged)
        damaged_at = before;
      damaged = TRUE;
    }
}

static gboolean
torn (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_TORN, "The archive breaks off in the middle of this");
  return FALSE;
}

GBytes *
tst_tar_reader_read (TstTarReader *self, gsize max, GError **error)
{
  g_autofree guint8 *data = NULL;
  guint64 size = self->left;
  gssize n;

  if (size > max)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "A part of the archive is larger than it may be (%" G_GUINT64_FORMAT " bytes)", size);
      return NULL;
    }
  data = g_malloc (size + 1);
  n = read_some (self, data, size, error);
  if (n < 0)
    return NULL;
  self->left -= n;
  if ((guint64) n < size)
    {
      self->left = 0;
      torn (error);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

gboolean
tst_tar_reader_hash (TstTarReader *self, TstHash *hash, GError **error)
{
  return tst_tar_reader_copy (self, -1, hash, NULL, error);
}

gboolean
tst_tar_reader_copy (TstTarReader *self, int out, TstHash *hash, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (COPY_SIZE);
  g_autoptr (TstHasher) hasher = tst_hasher_new ();

  while (self->left > 0)
    {
      gssize n = read_some (self, buffer, MIN (self->left, COPY_SIZE), error);

      if (n < 0 || is_cancelled (cancellable, error))
        return FALSE;
      if (n == 0)
        {
          self->left = 0;
          return torn (error);
        }
      self->left -= n;
      if (hash != NULL)
        tst_hasher_update (hasher, buffer, n);
      if (out >= 0 && !tst_fs_write_all (out, buffer, n, error))
        return FALSE;
    }
  if (hash != NULL)
    *hash = tst_hasher_finish (hasher);
  return TRUE;
}
