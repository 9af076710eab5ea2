/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-outbox-files.h"

#include "base/tst-fs.h"
#include "journal/tst-journal-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define PROFILE "profile.json"
#define PROFILE_MAX (1024 * 1024)
#define NAME_LENGTH_MAX 64

void
tst_town_file_free (TstTownFile *self)
{
  g_free (self->name);
  g_free (self);
}

gboolean
tst_town_file_name_is_valid (const char *name)
{
  if (name == NULL || *name == '\0' || *name == '.' || strlen (name) > NAME_LENGTH_MAX)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && strchr ("._-", *c) == NULL)
      return FALSE;
  return TRUE;
}

char *
tst_outbox_file_path (TstFieldBook *self, const char *name)
{
  return g_build_filename (self->folder, "files", name, NULL);
}

static gboolean
list_files (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT name, sha256, bytes, set_s, here IS sha256, here_s FROM central_file ORDER BY name", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (TRUE)
    {
      TstTownFile *file;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      file = g_new0 (TstTownFile, 1);
      g_ptr_array_add (data, file);
      file->name = g_strdup (tst_statement_text (statement, 0));
      tst_statement_hash (statement, 1, &file->sha256);
      file->bytes = tst_statement_int (statement, 2);
      file->set_s = tst_statement_int (statement, 3);
      file->here = tst_statement_int (statement, 4) != 0;
      file->here_s = file->here ? tst_statement_int (statement, 5) : 0;
    }
}

GPtrArray *
tst_outbox_list_files (TstFieldBook *self, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_town_file_free);

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  return tst_store_read (self->store, list_files, files, error) ? g_steal_pointer (&files) : NULL;
}

typedef struct
{
  GPtrArray *files, *gone;
  const TstTownFile *file;
  gint64 now_s;
} Files;

static gboolean
store_files (TstStore *store, gpointer data, GError **error)
{
  Files *files = data;
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_town_file_free);
  g_autoptr (TstStatement) put = NULL;
  g_autoptr (TstStatement) drop = NULL;

  if (!list_files (store, before, error))
    return FALSE;
  put = tst_store_prepare (store, "INSERT INTO central_file (name, sha256, bytes, rev, set_s) VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT (name)"
                                  " DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes, set_s = excluded.set_s", error);
  drop = put != NULL ? tst_store_prepare (store, "DELETE FROM central_file WHERE name = ?1", error) : NULL;
  if (drop == NULL)
    return FALSE;
  for (guint i = 0; i < files->files->len; i++)
    {
      const TstTownFile *file = files->files->pdata[i];

      tst_statement_bind_text (put, 1, file->name);
      tst_statement_bind_hash (put, 2, &file->sha256);
      tst_statement_bind_int (put, 3, file->bytes);
      tst_statement_bind_int (put, 4, file->set_s);
      if (!tst_statement_step (put, NULL, error))
        return FALSE;
      tst_statement_reset (put);
    }
  for (guint i = 0; i < before->len; i++)
    {
      const TstTownFile *old = before->pdata[i];
      gboolean kept = FALSE;

      for (guint j = 0; j < files->files->len; j++)
        kept = kept || strcmp (((TstTownFile *) files->files->pdata[j])->name, old->name) == 0;
      if (kept)
        continue;
      tst_statement_bind_text (drop, 1, old->name);
      if (!tst_statement_step (drop, NULL, error))
        return FALSE;
      tst_statement_reset (drop);
      g_ptr_array_add (files->gone, g_strdup (old->name));
    }
  return TRUE;
}

gboolean
tst_outbox_store_files (TstFieldBook *self, GPtrArray *list, GError **error)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  Files files = { .files = list, .gone = gone };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && list != NULL, FALSE);
  if (!tst_store_write (self->store, store_files, &files, error))
    return FALSE;
  for (guint i = 0; i < gone->len; i++)
    {
      g_autofree char *path = tst_outbox_file_path (self, gone->pdata[i]);

      g_unlink (path);
    }
  return TRUE;
}

static gboolean
mark_here (TstStore *store, gpointer data, GError **error)
{
  Files *files = data;
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "UPDATE central_file SET here = ?2, here_s = ?3 WHERE name = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, files->file->name);
  tst_statement_bind_hash (statement, 2, &files->file->sha256);
  tst_statement_bind_int (statement, 3, files->now_s);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
take_profile (TstFieldBook *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, PROFILE_MAX, error);
  g_autofree char *place = g_build_filename (self->folder, PROFILE, NULL);
  g_autoptr (JsonObject) json
    = bytes != NULL ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  g_autoptr (TstTown) town = json != NULL ? tst_town_new_from_json (json, error) : NULL;

  /* One that does not open here would keep the field book from opening. */
  return town != NULL && tst_fs_write_durable (place, bytes, 0600, error);
}

gboolean
tst_outbox_file_came (TstFieldBook *self, const TstTownFile *file, const char *path, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "files", NULL);
  g_autofree char *place = tst_outbox_file_path (self, file->name);
  Files files = { .file = file };
  TstTimestamp now;

  g_return_val_if_fail (tst_town_file_name_is_valid (file->name), FALSE);
  tst_clock_now (self->clock, &now);
  files.now_s = now.utc_us / G_USEC_PER_SEC;
  if (strcmp (file->name, PROFILE) == 0 && !take_profile (self, path, error))
    return FALSE;
  if (g_rename (path, place) != 0)
    {
      tst_error_set_errno (error, errno, "What central sent could not take its place");
      return FALSE;
    }
  return tst_fs_sync_folder (folder, error) && tst_store_write (self->store, mark_here, &files, error);
}

/* --- the mark --- */

static gboolean
read_mark (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_meta_dup_text (store, "files_mark");
  return TRUE;
}

static gboolean
write_mark (TstStore *store, gpointer data, GError **error)
{
  return tst_meta_set_text (store, "files_mark", data, error);
}

char *
tst_outbox_dup_files_mark (TstFieldBook *self)
{
  char *mark = NULL;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self), NULL);
  tst_store_read (self->store, read_mark, &mark, NULL);
  return mark != NULL ? mark : g_strdup ("");
}

gboolean
tst_outbox_set_files_mark (TstFieldBook *self, const char *mark, GError **error)
{
  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && mark != NULL, FALSE);
  return tst_store_write (self->store, write_mark, (gpointer) mark, error);
}
