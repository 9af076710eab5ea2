/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-index-file.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-hash.h"
#include "model/tst-work-index-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "TSTWORKS"
#define ORDER 0x01020304
#define TST_WORK_INDEX_VERSION 1

typedef struct
{
  char magic[8];
  TstHash hash;
  /* From here on it is hashed. */
  guint32 order, version;
  char stamp[TST_WORK_STAMP_SIZE];
  guint64 n, strings_size, texts_size;
} Head;

#define HASHED_FROM (offsetof (Head, order))
G_STATIC_ASSERT (sizeof (Head) == 104 && HASHED_FROM == 40);

/* --- writing --- */

typedef struct
{
  const void *data;
  gsize size;
} Part;

static gboolean
write_parts (int fd, const Part *parts, guint n_parts, GError **error)
{
  for (guint i = 0; i < n_parts; i++)
    if (!tst_fs_write_all (fd, parts[i].data, parts[i].size, error))
      return FALSE;
  return TRUE;
}

gboolean
tst_work_index_write (TstWorkIndex *self, const char *path, guint64 spare, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  /* One name: what a power cut leaves of it is written over the next time. */
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autoptr (TstHasher) hasher = tst_hasher_new ();
  Head head = { .order = ORDER, .version = TST_WORK_INDEX_VERSION, .n = self->n, .strings_size = self->strings_size,
                .texts_size = self->texts_size };
  const Part parts[] = { { &head, sizeof head }, { self->rows, self->n * sizeof (TstWorkRow) },
                         { self->strings, self->strings_size }, { self->texts, self->texts_size } };
  guint64 room, needs = 0;
  int fd;

  g_return_val_if_fail (*self->stamp != '\0', FALSE);
  memcpy (head.magic, MAGIC, sizeof head.magic);
  memcpy (head.stamp, self->stamp, sizeof head.stamp);
  tst_hasher_update (hasher, (const char *) &head + HASHED_FROM, sizeof head - HASHED_FROM);
  for (guint i = 1; i < G_N_ELEMENTS (parts); i++)
    tst_hasher_update (hasher, parts[i].data, parts[i].size);
  head.hash = tst_hasher_finish (hasher);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    needs += parts[i].size;

  if (!tst_fs_ensure_folder (folder, 0700, error) || !tst_fs_free_bytes (folder, &room, error))
    return FALSE;
  if (room < spare || room - spare < needs)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE, "The disk is too full to keep the list of works as a file");
      return FALSE;
    }
  g_unlink (temporary);
  fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not make a file in %s", folder);
      return FALSE;
    }
  if (!write_parts (fd, parts, G_N_ELEMENTS (parts), error))
    close (fd);
  else if (close (fd) != 0 || g_rename (temporary, path) != 0)
    tst_error_set_errno (error, errno, "Could not name %s", path);
  else
    return TRUE;
  g_unlink (temporary);
  return FALSE;
}

/* --- reading --- */

/* What the head promises, against what is there. */
static gboolean
read_head (int fd, const char *path, const char *stamp, Head *head, gsize *size, GError **error)
{
  char wanted[TST_WORK_STAMP_SIZE + 1] = { 0 };
  struct stat st;
  guint64 left;

  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "%s is not a file", path);
      return FALSE;
    }
  if (pread (fd, head, sizeof *head, 0) != sizeof *head || memcmp (head->magic, MAGIC, sizeof head->magic) != 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TORN, "%s is no list of works", path);
      return FALSE;
    }
  g_strlcpy (wanted, stamp, sizeof wanted);
  if (head->order != ORDER || head->version != TST_WORK_INDEX_VERSION || memcmp (head->stamp, wanted, sizeof head->stamp) != 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "%s is of other works", path);
      return FALSE;
    }
  /* Nothing is added up before it is known to be small. */
  left = st.st_size - sizeof *head;
  if (head->n > left / sizeof (TstWorkRow) || head->n > G_MAXUINT32 || head->strings_size > left || head->texts_size > left
      || head->n * sizeof (TstWorkRow) + head->strings_size + head->texts_size != left)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TORN, "%s has another size than it says", path);
      return FALSE;
    }
  *size = st.st_size;
  return TRUE;
}

/* By read(2): what a disk cannot read is an error here, and would be the end of the program in what is mapped. */
static gboolean
check_hash (int fd, const char *path, const Head *head, GError **error)
{
  TstHash hash;

  if (lseek (fd, HASHED_FROM, SEEK_SET) < 0)
    {
      tst_error_set_errno (error, errno, "Could not read %s", path);
      return FALSE;
    }
  if (!tst_hash_fd (fd, &hash, NULL, NULL, error))
    return FALSE;
  if (!tst_hash_equal (&hash, &head->hash))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "%s is not what was written", path);
      return FALSE;
    }
  return TRUE;
}

static TstWorkIndex *
map_file (int fd, const char *path, const Head *head, gsize size, GError **error)
{
  TstWorkIndex *self;
  char *map = mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    {
      tst_error_set_errno (error, errno, "Could not look at %s", path);
      return NULL;
    }
  self = _tst_work_index_new ();
  self->map = map;
  self->map_size = size;
  self->n = head->n;
  self->rows = (const TstWorkRow *) (map + sizeof *head);
  self->strings = map + sizeof *head + head->n * sizeof (TstWorkRow);
  self->strings_size = head->strings_size;
  self->texts = self->strings + head->strings_size;
  self->texts_size = head->texts_size;
  /* Every string ends in them. */
  if (self->strings_size == 0 || self->strings[0] != '\0' || self->strings[self->strings_size - 1] != '\0')
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TORN, "%s has no end", path);
      tst_work_index_unref (self);
      return NULL;
    }
  memcpy (self->stamp, head->stamp, sizeof head->stamp);
  return self;
}

TstWorkIndex *
tst_work_index_map (const char *path, const char *stamp, GError **error)
{
  TstWorkIndex *self = NULL;
  Head head;
  gsize size;
  int fd;

  g_return_val_if_fail (path != NULL && stamp != NULL && *stamp != '\0', NULL);
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open %s", path);
      return NULL;
    }
  if (read_head (fd, path, stamp, &head, &size, error) && check_hash (fd, path, &head, error))
    self = map_file (fd, path, &head, size, error);
  close (fd);
  return self;
}
