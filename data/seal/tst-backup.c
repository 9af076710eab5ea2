/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/tst-backup.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "base/tst-tar.h"
#include "record/tst-body.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ABOUT_FILE "backup.json"
#define ABOUT_MAX (64 * 1024)
#define DATABASE "testigo.db"
#define SNAPSHOT "testigo.db.backup" /* in the folder while a backup is written */
#define DEPTH_MAX 8

/* --- what is in it --- */

typedef struct
{
  char *name;
  guint64 size;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry);
}

static gboolean
stays_out (const char *name)
{
  static const char *const names[] = { "testigo.lock", "admin.sock", "metrics.sock", "uploads", "media/tmp", "relay/tmp", TST_RESTORED_FILE, NULL };

  /* The database itself comes as a snapshot; its -wal and what was set aside of it belong to this folder alone. */
  return g_strv_contains (names, name) || g_str_has_prefix (name, DATABASE) || g_str_has_suffix (name, ".tmp") || g_str_has_suffix (name, ".part");
}

static void
list_folder (const char *folder, const char *prefix, guint depth, GPtrArray *entries)
{
  g_autofree char *path = g_build_filename (folder, prefix, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *relative = *prefix != '\0' ? g_strconcat (prefix, "/", name, NULL) : g_strdup (name);
      g_autofree char *whole = g_build_filename (folder, relative, NULL);
      struct stat st;

      if (stays_out (relative) || lstat (whole, &st) != 0)
        continue;
      if (S_ISDIR (st.st_mode) && depth < DEPTH_MAX)
        list_folder (folder, relative, depth + 1, entries);
      else if (S_ISREG (st.st_mode))
        {
          Entry *entry = g_new0 (Entry, 1);

          entry->name = g_strdup (relative);
          entry->size = st.st_size;
          g_ptr_array_add (entries, entry);
        }
    }
}

/* --- writing --- */

typedef struct
{
  const char *folder;
  GBytes *about;
  GPtrArray *entries;
  int out;
  TstBackupProgress progress;
  gpointer user_data;
  GCancellable *cancellable;
  guint64 total;
  TstBackupSummary summary;
  GError *error;
} Writing;

/* FALSE with an error; TRUE also when the file went away. */
static gboolean
add_file (Writing *self, TstTarWriter *tar, const char *name, const char *as, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat st;
  gboolean added;

  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      tst_error_set_errno (error, errno, "Could not read a file of the data folder");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  added = tst_tar_writer_add_fd (tar, as, fd, st.st_size, self->cancellable, error);
  close (fd);
  self->summary.files += added;
  self->summary.bytes += added ? st.st_size : 0;
  if (added && self->progress != NULL)
    self->progress (MIN (self->summary.bytes, self->total), self->total, self->user_data);
  return added;
}

static gpointer
write_tar (gpointer data)
{
  Writing *self = data;
  g_autoptr (TstTarWriter) tar = tst_tar_writer_new (self->out);
  gboolean good;
  sigset_t set;

  /* Whoever seals may give up first: that is an error here and not the end of the program. */
  sigemptyset (&set);
  sigaddset (&set, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  good = tst_tar_writer_add (tar, ABOUT_FILE, self->about, &self->error) && add_file (self, tar, SNAPSHOT, DATABASE, &self->error);
  for (guint i = 0; good && i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      good = add_file (self, tar, entry->name, entry->name, &self->error);
    }
  if (good)
    tst_tar_writer_finish (tar, &self->error);
  /* An archive that is not whole must not look as if: the seal is broken off with it. */
  if (self->error != NULL)
    g_cancellable_cancel (self->cancellable);
  close (self->out);
  return NULL;
}

static gboolean
take_snapshot (TstStore *store, gpointer data, GError **error)
{
  return tst_store_backup (store, data, error);
}

static gboolean
seal_all (Writing *self, int fd, const char *const *recipients, GError **error)
{
  GThread *thread;
  int ends[2];
  gboolean sealed;

  if (pipe2 (ends, O_CLOEXEC) != 0)
    {
      tst_error_set_errno (error, errno, "Could not begin the backup");
      return FALSE;
    }
  self->out = ends[1];
  thread = g_thread_new ("backup", write_tar, self);
  sealed = tst_age_seal_fd (ends[0], fd, recipients, self->cancellable, error);
  close (ends[0]);
  g_thread_join (thread);
  if (self->error == NULL)
    return sealed;
  /* What the disk under the folder said weighs more than that the seal was broken off for it. */
  if (sealed || (error != NULL && g_error_matches (*error, TST_ERROR, TST_ERROR_CANCELLED)))
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&self->error));
    }
  g_clear_error (&self->error);
  return FALSE;
}

static gboolean
write_file (Writing *self, const char *const *recipients, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;
  gboolean good;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "%s is there already. Nothing was overwritten; choose another name.", path);
      return FALSE;
    }
  fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not make %s", path);
      return FALSE;
    }
  good = seal_all (self, fd, recipients, error);
  if (good && fsync (fd) != 0)
    {
      tst_error_set_errno (error, errno, "Could not make the backup durable");
      good = FALSE;
    }
  if (close (fd) != 0 && good)
    {
      tst_error_set_errno (error, errno, "Could not close the backup");
      good = FALSE;
    }
  if (good && g_rename (part, path) != 0)
    {
      tst_error_set_errno (error, errno, "Could not name the backup");
      good = FALSE;
    }
  if (!good)
    {
      g_unlink (part);
      return FALSE;
    }
  return tst_fs_sync_folder (folder, error);
}

static void
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

gboolean
tst_backup_write (TstStore *store, const char *folder, JsonObject *about, const char *const *recipients, const char *path,
                  TstBackupProgress progress, gpointer user_data, GCancellable *cancellable, TstBackupSummary *summary, GError **error)
{
  g_autofree char *snapshot = g_build_filename (folder, SNAPSHOT, NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GCancellable) own = g_cancellable_new ();
  g_autoptr (GBytes) about_bytes = NULL;
  Writing writing = { .folder = folder, .entries = entries, .progress = progress, .user_data = user_data, .cancellable = own };
  gulong handler = 0;
  struct stat st;
  char *text;
  gboolean good;

  g_return_val_if_fail (store != NULL && recipients != NULL && recipients[0] != NULL, FALSE);
  json_object_set_int_member (about, "testigo", 1);
  text = tst_json_write (about);
  about_bytes = writing.about = g_bytes_new_take (text, strlen (text));
  /* The database first: every medium that it names is in the folder by then. */
  if (!tst_store_read (store, take_snapshot, snapshot, error))
    return FALSE;
  list_folder (folder, "", 0, entries);
  writing.total = stat (snapshot, &st) == 0 ? st.st_size : 0;
  for (guint i = 0; i < entries->len; i++)
    writing.total += ((Entry *) g_ptr_array_index (entries, i))->size;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled), own, NULL);
  good = write_file (&writing, recipients, path, error);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
  g_unlink (snapshot);
  if (summary != NULL)
    *summary = writing.summary;
  return good;
}

/* --- reading --- */

typedef struct
{
  int in, out;
  TstAgeIdentity *identity;
  GError *error;
} Opening;

static gpointer
open_seal (gpointer data)
{
  Opening *self = data;
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  tst_age_open_fd (self->in, self->out, self->identity, NULL, &self->error);
  close (self->out);
  return NULL;
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *where)
{
  return remove (path);
}

static gboolean
unpack_file (TstTarReader *tar, const TstTarEntry *entry, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, entry->name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  int fd;
  gboolean good;

  if (g_mkdir_with_parents (parent, 0700) != 0)
    {
      tst_error_set_errno (error, errno, "Could not make a folder");
      return FALSE;
    }
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not make a file");
      return FALSE;
    }
  good = tst_tar_reader_copy (tar, fd, NULL, NULL, error);
  if (close (fd) != 0 && good)
    {
      tst_error_set_errno (error, errno, "Could not close a file");
      good = FALSE;
    }
  return good;
}

static gboolean
no_backup (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "This is no backup of that kind. Nothing was changed.");
  return FALSE;
}

static gboolean
read_about (TstTarReader *tar, const char *kind, JsonObject **about, GError **error)
{
  g_auto (TstTarEntry) entry = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  if (tst_tar_reader_next (tar, &entry, NULL) != TST_TAR_ENTRY || strcmp (entry.name, ABOUT_FILE) != 0 ||
      (bytes = tst_tar_reader_read (tar, ABOUT_MAX, NULL)) == NULL)
    return no_backup (error);
  *about = tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  if (*about == NULL || tst_json_int (*about, "testigo", 0) != 1 || g_strcmp0 (tst_json_string (*about, "kind"), kind) != 0)
    return no_backup (error);
  return TRUE;
}

static gboolean
unpack (int in, const char *kind, const char *folder, JsonObject **about, TstBackupSummary *summary, GError **error)
{
  g_autoptr (TstTarReader) tar = tst_tar_reader_new (in);
  g_auto (TstTarEntry) entry = { 0 };

  if (!read_about (tar, kind, about, error))
    return FALSE;
  for (;;)
    {
      switch (tst_tar_reader_next (tar, &entry, error))
        {
        case TST_TAR_ENTRY:
          if (!unpack_file (tar, &entry, folder, error))
            return FALSE;
          summary->files++;
          summary->bytes += entry.size;
          break;
        case TST_TAR_END:
          return TRUE;
        case TST_TAR_DAMAGED:
        case TST_TAR_TORN:
          g_set_error_literal (error, TST_ERROR, TST_ERROR_TORN, "The backup breaks off before its end. Nothing was restored; take another one.");
          return FALSE;
        case TST_TAR_FAILED:
        default:
          return FALSE;
        }
    }
}

static gboolean
write_mark (const char *folder, JsonObject *about, gint64 now_s, GError **error)
{
  g_autofree char *path = g_build_filename (folder, TST_RESTORED_FILE, NULL);
  g_autofree char *now = tst_time_format (now_s);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GBytes) bytes = NULL;

  json_object_set_string_member (about, "restored_at", now);
  text = tst_json_write (about);
  line = g_strconcat (text, "\n", NULL);
  bytes = g_bytes_new (line, strlen (line));
  return tst_fs_write_durable (path, bytes, 0600, error);
}

static gboolean
make_durable (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && syncfs (fd) == 0;

  if (!good)
    tst_error_set_errno (error, errno, "Could not make what was restored durable");
  if (fd >= 0)
    close (fd);
  return good;
}

static gboolean
restore_into (int in, const char *kind, const char *fresh, TstAgeIdentity *identity, gint64 now_s, JsonObject **about,
              TstBackupSummary *summary, GError **error)
{
  Opening opening = { .in = in, .identity = identity };
  GThread *thread;
  int ends[2];
  gboolean good;

  if (pipe2 (ends, O_CLOEXEC) != 0)
    {
      tst_error_set_errno (error, errno, "Could not begin to restore");
      return FALSE;
    }
  opening.out = ends[1];
  thread = g_thread_new ("restore", open_seal, &opening);
  good = unpack (ends[0], kind, fresh, about, summary, error);
  if (good)
    {
      /* What follows the archive's end is read as well, so that the seal is checked to its last byte. */
      guint8 rest[4096];

      while (read (ends[0], rest, sizeof rest) > 0)
        ;
    }
  close (ends[0]);
  g_thread_join (thread);
  if (opening.error != NULL && (good || !g_error_matches (opening.error, TST_ERROR, TST_ERROR_IO)))
    {
      /* A seal that does not open says more than an archive that ends too soon. */
      if (!good)
        g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&opening.error));
      return FALSE;
    }
  g_clear_error (&opening.error);
  return good && write_mark (fresh, *about, now_s, error) && make_durable (fresh, error);
}

gboolean
tst_backup_read (const char *path, TstAgeIdentity *identity, const char *kind, const char *folder, gint64 now_s, JsonObject **about,
                 TstBackupSummary *summary, GError **error)
{
  g_autofree char *plain = g_canonicalize_filename (folder, NULL);
  g_autofree char *fresh = g_strconcat (plain, ".restoring", NULL);
  g_autofree char *parent = g_path_get_dirname (plain);
  g_autoptr (JsonObject) found = NULL;
  TstBackupSummary ignored;
  gboolean good;
  int fd;

  if (summary == NULL)
    summary = &ignored;
  *summary = (TstBackupSummary){ 0 };
  /* An empty folder may be there already: a card that was just formatted. */
  if (g_rmdir (plain) != 0 && errno != ENOENT)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "There is something in %s already. Nothing was changed; restore into a new folder.", folder);
      return FALSE;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      tst_error_set_errno (error, errno, "Could not open %s", path);
      return FALSE;
    }
  nftw (fresh, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  good = tst_fs_ensure_folder (fresh, 0700, error) && restore_into (fd, kind, fresh, identity, now_s, &found, summary, error);
  close (fd);
  if (good && g_rename (fresh, plain) != 0)
    {
      tst_error_set_errno (error, errno, "Could not give the restored folder its name");
      good = FALSE;
    }
  if (!good)
    {
      nftw (fresh, remove_one, 16, FTW_DEPTH | FTW_PHYS);
      return FALSE;
    }
  if (about != NULL)
    *about = g_steal_pointer (&found);
  return tst_fs_sync_folder (parent, error);
}
