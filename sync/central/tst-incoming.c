/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-incoming.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-projection.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Left free for the database and its log when a medium is accepted. */
#define SPARE_BYTES (64 * 1024 * 1024)
#define COLUMNS "SELECT id, device, sha256, bytes, type, created_s FROM upload "

typedef struct
{
  TstIncoming *incoming;
  const char *id;
  const char *device;
  const TstHash *sha256;
  guint64 size;
  const char *type;
  gint64 now_s;
  gboolean erased;
  GPtrArray *ids;
  GArray *hashes;
} Lookup;

static char *
upload_path (TstCentral *central, const char *id)
{
  return g_build_filename (tst_central_get_folder (central), "uploads", id, NULL);
}

void
tst_incoming_free (TstIncoming *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->id);
  g_free (self->device);
  g_free (self->type);
  g_free (self);
}

static TstIncoming *
from_row (TstStatement *statement)
{
  TstIncoming *self = g_new0 (TstIncoming, 1);

  self->fd = -1;
  self->id = g_strdup (tst_statement_text (statement, 0));
  self->device = g_strdup (tst_statement_text (statement, 1));
  tst_statement_hash (statement, 2, &self->sha256);
  self->size = tst_statement_int (statement, 3);
  self->type = g_strdup (tst_statement_text (statement, 4));
  self->created_s = tst_statement_int (statement, 5);
  return self;
}

static gboolean
open_file (TstIncoming *self, TstCentral *central, GError **error)
{
  g_autofree char *path = upload_path (central, self->id);
  struct stat st;

  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    {
      tst_error_set_errno (error, errno, "Could not open the file of an upload");
      return FALSE;
    }
  self->offset = st.st_size;
  return TRUE;
}

static gboolean
find_by_id (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, COLUMNS "WHERE id = ?", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, lookup->id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    lookup->incoming = from_row (statement);
  return TRUE;
}

TstIncoming *
tst_incoming_open (TstCentral *central, const char *id, GError **error)
{
  Lookup lookup = { .id = id };
  g_autoptr (TstIncoming) self = NULL;

  if (!tst_store_read (tst_central_get_store (central), find_by_id, &lookup, error))
    return NULL;
  self = lookup.incoming;
  if (self == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no such upload; create it again");
      return NULL;
    }
  return open_file (self, central, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
find_or_insert (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) find = NULL;
  g_autoptr (TstStatement) insert = NULL;
  gboolean row;

  if (!tst_projection_is_erased (store, lookup->sha256, &lookup->erased, error))
    return FALSE;
  if (lookup->erased)
    return TRUE;
  insert = tst_store_prepare (store, "INSERT OR IGNORE INTO upload (id, device, sha256, bytes, type, created_s)"
                                     " VALUES (?, ?, ?, ?, ?, ?)", error);
  if (insert == NULL)
    return FALSE;
  tst_statement_bind_text (insert, 1, lookup->id);
  tst_statement_bind_text (insert, 2, lookup->device);
  tst_statement_bind_hash (insert, 3, lookup->sha256);
  tst_statement_bind_int (insert, 4, lookup->size);
  tst_statement_bind_text (insert, 5, lookup->type);
  tst_statement_bind_int (insert, 6, lookup->now_s);
  if (!tst_statement_step (insert, NULL, error))
    return FALSE;
  find = tst_store_prepare (store, COLUMNS "WHERE device = ? AND sha256 = ?", error);
  if (find == NULL)
    return FALSE;
  tst_statement_bind_text (find, 1, lookup->device);
  tst_statement_bind_hash (find, 2, lookup->sha256);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (row)
    lookup->incoming = from_row (find);
  return TRUE;
}

static gboolean
has_room (TstCentral *central, guint64 size, GError **error)
{
  guint64 free_bytes;

  if (!tst_fs_free_bytes (tst_central_get_folder (central), &free_bytes, error))
    return FALSE;
  if (free_bytes >= size + SPARE_BYTES)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NO_SPACE,
                       "Central's disk is full. What was sent before is safe; this goes up later.");
  return FALSE;
}

TstIncoming *
tst_incoming_create (TstCentral *central, const char *device, const TstHash *sha256, guint64 size, const char *type,
                     GError **error)
{
  guint8 random[16];
  g_autofree char *id = NULL;
  g_autoptr (TstIncoming) self = NULL;
  Lookup lookup = { .device = device, .sha256 = sha256, .size = size, .type = type,
                    .now_s = tst_central_now_s (central) };

  if (!has_room (central, size, error))
    return NULL;
  randombytes_buf (random, sizeof random);
  lookup.id = id = tst_hex_encode (random, sizeof random);
  if (!tst_store_write (tst_central_get_store (central), find_or_insert, &lookup, error))
    {
      g_clear_pointer (&lookup.incoming, tst_incoming_free);
      return NULL;
    }
  self = lookup.incoming;
  if (lookup.erased)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED, "This medium was erased by a decision and is not kept again");
      return NULL;
    }
  g_assert (self != NULL);
  if (self->size != size)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "This medium was begun with another length");
      return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
tst_incoming_is_expired (TstIncoming *self, gint64 now_s)
{
  return self->created_s + TST_INCOMING_LIFE_S < now_s;
}

gboolean
tst_incoming_write (TstIncoming *self, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  while (size > 0)
    {
      ssize_t n = pwrite (self->fd, data, size, self->offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          tst_error_set_errno (error, errno, "Could not write an upload");
          return FALSE;
        }
      self->offset += n;
      data += n;
      size -= n;
    }
  return TRUE;
}

gboolean
tst_incoming_sync (TstIncoming *self, GError **error)
{
  if (fdatasync (self->fd) == 0)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not make an upload durable");
  return FALSE;
}

gboolean
tst_incoming_cut_back (TstIncoming *self, guint64 offset, GError **error)
{
  if (ftruncate (self->fd, offset) != 0)
    {
      tst_error_set_errno (error, errno, "Could not take back a piece of an upload");
      return FALSE;
    }
  self->offset = offset;
  return TRUE;
}

static gboolean
delete_row (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "DELETE FROM upload WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, lookup->id);
  return tst_statement_step (statement, NULL, error);
}

gboolean
tst_incoming_drop (TstIncoming *self, TstCentral *central, GError **error)
{
  g_autofree char *path = upload_path (central, self->id);
  Lookup lookup = { .id = self->id };

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  /* The row first: a file without one is swept, a row without a file would begin at nought under the same address. */
  if (!tst_store_write (tst_central_get_store (central), delete_row, &lookup, error))
    return FALSE;
  g_unlink (path);
  return TRUE;
}

gboolean
tst_incoming_finish (TstIncoming *self, TstCentral *central, TstHoldings *holdings, GError **error)
{
  g_autofree char *path = upload_path (central, self->id);
  g_autoptr (GError) local = NULL;
  TstMediaRef ref;

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (!tst_media_store_adopt (tst_central_get_media (central), path, &self->sha256, &ref, &local))
    {
      if (g_error_matches (local, TST_ERROR, TST_ERROR_HASH_MISMATCH) || g_error_matches (local, TST_ERROR, TST_ERROR_IO))
        tst_incoming_drop (self, central, NULL);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return tst_holdings_add_medium (holdings, &self->sha256, ref.bytes, self->type, self->id, error);
}

/* --- what nobody came back for --- */

static gboolean
list_expired (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT id FROM upload WHERE created_s < ?", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, lookup->now_s - TST_INCOMING_LIFE_S);
  while (tst_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      g_ptr_array_add (lookup->ids, g_strdup (tst_statement_text (statement, 0)));
    }
  return FALSE;
}

static gboolean
forget_unnamed (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (TstStatement) erase = NULL;
  gboolean row = TRUE;

  statement = tst_store_prepare (store,
                                 "SELECT h.sha256 FROM holding h LEFT JOIN record_media m ON m.sha256 = h.sha256"
                                 " WHERE h.held_s < ? AND m.sha256 IS NULL LIMIT 1000", error);
  erase = statement != NULL ? tst_store_prepare (store, "DELETE FROM holding WHERE sha256 = ?", error) : NULL;
  if (erase == NULL)
    return FALSE;
  tst_statement_bind_int (statement, 1, lookup->now_s - TST_INCOMING_LIFE_S);
  while (row)
    {
      TstHash hash;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (row && tst_statement_hash (statement, 0, &hash))
        g_array_append_val (lookup->hashes, hash);
    }
  for (guint i = 0; i < lookup->hashes->len; i++)
    {
      tst_statement_bind_hash (erase, 1, &g_array_index (lookup->hashes, TstHash, i));
      if (!tst_statement_step (erase, NULL, error))
        return FALSE;
      tst_statement_reset (erase);
    }
  return TRUE;
}

/* A file that lost its row: a power cut between the two. Young ones may just be in the making. */
static void
sweep_files (TstCentral *central, gint64 now_s)
{
  g_autofree char *folder = g_build_filename (tst_central_get_folder (central), "uploads", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      Lookup lookup = { .id = name };
      struct stat st;

      if (stat (path, &st) != 0 || st.st_mtime + 24 * 3600 > now_s ||
          !tst_store_read (tst_central_get_store (central), find_by_id, &lookup, NULL))
        continue;
      if (lookup.incoming == NULL)
        g_unlink (path);
      g_clear_pointer (&lookup.incoming, tst_incoming_free);
    }
}

gboolean
tst_incoming_sweep (TstCentral *central, GError **error)
{
  TstStore *store = tst_central_get_store (central);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  Lookup lookup = { .now_s = tst_central_now_s (central), .ids = ids, .hashes = hashes };

  if (!tst_store_read (store, list_expired, &lookup, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      TstIncoming expired = { .id = g_ptr_array_index (ids, i), .fd = -1 };

      if (!tst_incoming_drop (&expired, central, error))
        return FALSE;
    }
  if (!tst_store_write (store, forget_unnamed, &lookup, error))
    return FALSE;
  for (guint i = 0; i < hashes->len; i++)
    tst_media_store_remove (tst_central_get_media (central), &g_array_index (hashes, TstHash, i), NULL);
  sweep_files (central, lookup.now_s);
  return TRUE;
}
