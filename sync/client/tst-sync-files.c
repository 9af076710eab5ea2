/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "journal/tst-outbox-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Files that the town sends down. A name of ours never leaves FOLDER/files, and nothing takes its place there before its hash is right. */

static TstTownFile *
parse_file (JsonNode *node)
{
  JsonObject *row = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = row != NULL ? tst_json_string (row, "name") : NULL;
  const char *set_at = row != NULL ? tst_json_string (row, "set_at") : NULL;
  const char *hex = row != NULL ? tst_json_string (row, "sha256") : NULL;
  gint64 bytes = row != NULL ? tst_json_int (row, "bytes", -1) : -1;
  TstTownFile *file;
  TstHash sha256;
  gint64 set_s = 0;

  if (!tst_town_file_name_is_valid (name) || bytes < 0 || hex == NULL || !tst_hash_from_hex (hex, &sha256) ||
      (set_at != NULL && !tst_time_parse (set_at, &set_s)))
    return NULL;
  file = g_new0 (TstTownFile, 1);
  file->name = g_strdup (name);
  file->sha256 = sha256;
  file->bytes = bytes;
  file->set_s = set_s;
  return file;
}

static gboolean
read_list (TstSyncRun *self, GError **error)
{
  g_autoptr (JsonObject) answer = tst_transport_call_json (self->field, SOUP_METHOD_GET, "files", NULL, error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_town_file_free);
  JsonArray *rows = answer != NULL ? tst_json_array (answer, "files") : NULL;

  if (answer == NULL)
    return FALSE;
  if (rows == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central. Nothing is lost");
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      TstTownFile *file = parse_file (json_array_get_element (rows, i));

      /* One that this version does not understand is none of its business. */
      if (file != NULL)
        g_ptr_array_add (files, file);
    }
  return tst_outbox_store_files (self->book, files, error);
}

gboolean
tst_sync_make_durable (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (!good)
    tst_error_set_errno (error, errno, "What central sent could not be made durable");
  if (fd >= 0)
    close (fd);
  return good;
}

static gboolean
fetch_file (TstSyncRun *self, const TstTownFile *file, GError **error)
{
  g_autofree char *hex = tst_hash_to_hex (&file->sha256);
  g_autofree char *address = g_strconcat ("file/", hex, NULL);
  g_autofree char *folder = g_build_filename (tst_field_book_get_folder (self->book), "files", NULL);
  g_autofree char *name = g_strconcat (hex, ".part", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  TstHash found;

  if (!tst_fs_ensure_folder (folder, 0700, error) || !tst_sync_download (self, address, path, file->bytes, error) ||
      !tst_sync_make_durable (path, error) || !tst_hash_file (path, &found, NULL, self->cancellable, error))
    return FALSE;
  if (!tst_hash_equal (&found, &file->sha256))
    {
      g_unlink (path);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH, "A file came otherwise than central said; it is fetched anew");
      return FALSE;
    }
  return tst_outbox_file_came (self->book, file, path, error);
}

gboolean
tst_sync_ends_run (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_UNREACHABLE) || g_error_matches (error, TST_ERROR, TST_ERROR_BUSY) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED) || g_error_matches (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_REDIRECTED) || g_error_matches (error, TST_ERROR, TST_ERROR_UNTRUSTED);
}

gboolean
tst_sync_files (TstSyncRun *self, const char *mark, GError **error)
{
  g_autofree char *known = tst_outbox_dup_files_mark (self->book);
  g_autoptr (GPtrArray) files = NULL;
  gboolean all = TRUE;

  if (mark == NULL || g_str_equal (mark, known))
    return TRUE;
  if (!read_list (self, error) || (files = tst_outbox_list_files (self->book, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const TstTownFile *file = g_ptr_array_index (files, i);
      g_autofree char *path = tst_outbox_file_path (self->book, file->name);
      g_autoptr (GError) local = NULL;

      if (file->here && g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      if (fetch_file (self, file, &local))
        {
          if (self->observer.changed != NULL)
            self->observer.changed (self->observer.user_data);
          continue;
        }
      if (tst_sync_ends_run (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_info ("A file of the town did not come: %s", local->message);
      all = FALSE;
    }
  return !all || tst_outbox_set_files_mark (self->book, mark, error);
}
