/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-new-origin.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-appender.h"
#include "central/tst-leaf-table.h"
#include "central/tst-projection.h"
#include "central/tst-public-log.h"
#include "central/tst-restoration.h"
#include "record/tst-body.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *const changing_keys[] = { "log.key", "http.key" };

/* --- beginning --- */

typedef struct
{
  TstCentral *central;
  const char *origin;
  const char *reason;
  TstCheckpoint *last; /* (nullable) of the old log */
} Beginning;

static gboolean
run_with_origin (TstStore *store, const char *sql, Beginning *beginning, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, sql, error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_central_get_origin (beginning->central));
  if (beginning->last != NULL && strstr (sql, "?2") != NULL)
    {
      tst_statement_bind_int (statement, 2, beginning->last->size);
      tst_statement_bind_bytes (statement, 3, beginning->last->note);
      tst_statement_bind_int (statement, 4, tst_central_now_s (beginning->central));
    }
  return tst_statement_step (statement, NULL, error);
}

static gboolean
put_first_leaf (TstStore *store, Beginning *beginning, GError **error)
{
  g_autoptr (JsonObject) content = json_object_new ();
  g_autoptr (TstAppendEntry) entry = NULL;
  g_autofree char *id = tst_uuid_new ();
  guint64 next = 0;

  json_object_set_string_member (content, "type", "origin");
  json_object_set_string_member (content, "id", id);
  json_object_set_string_member (content, "origin", beginning->origin);
  json_object_set_string_member (content, "old_origin", tst_central_get_origin (beginning->central));
  if (beginning->last != NULL)
    {
      g_autofree char *root = tst_hash_to_base64 (&beginning->last->root);
      g_autofree char *note = g_strndup (g_bytes_get_data (beginning->last->note, NULL), g_bytes_get_size (beginning->last->note));

      json_object_set_int_member (content, "old_size", beginning->last->size);
      json_object_set_string_member (content, "old_root", root);
      json_object_set_string_member (content, "old_checkpoint", note);
    }
  if (beginning->reason != NULL)
    json_object_set_string_member (content, "reason", beginning->reason);
  entry = tst_append_entry_new_own (TST_KIND_SYSTEM, content);
  return tst_leaf_table_sign_own (store, beginning->central, NULL, entry, error) &&
         tst_leaf_table_add (store, entry, tst_central_now_s (beginning->central), &next, error);
}

static gboolean
keep_name (TstStore *store, const char *origin, GError **error)
{
  g_autoptr (TstStatement) put = tst_store_prepare (store, "INSERT OR REPLACE INTO meta (name, value) VALUES ('origin', ?1)", error);

  if (put == NULL)
    return FALSE;
  tst_statement_bind_text (put, 1, origin);
  return tst_statement_step (put, NULL, error);
}

static gboolean
begin_in_store (TstStore *store, gpointer data, GError **error)
{
  Beginning *beginning = data;

  return run_with_origin (store, "INSERT OR IGNORE INTO old_checkpoint (origin, size, note, signed_s)"
                                 " SELECT ?1, size, note, signed_s FROM checkpoint", beginning, error) &&
         (beginning->last == NULL ||
          run_with_origin (store, "INSERT OR IGNORE INTO old_checkpoint (origin, size, note, signed_s) VALUES (?1, ?2, ?3, ?4)", beginning,
                           error)) &&
         tst_store_exec (store,
                         "DELETE FROM checkpoint; DELETE FROM tile; DELETE FROM refill; DELETE FROM seen; DELETE FROM meta WHERE name = 'ahead';"
                         /* One place on, all of them; over the negative numbers, so that no two meet. */
                         "UPDATE leaf SET idx = -idx - 2; UPDATE leaf SET idx = -idx - 1", error) &&
         put_first_leaf (store, beginning, error) && tst_projection_rebuild (store, error) && keep_name (store, beginning->origin, error);
}

static gboolean
save_new_key (const char *folder, const char *file, const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/keys/%s.new", folder, file);
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (name);

  g_unlink (path);
  return tst_signing_key_save (key, path, error);
}

gboolean
tst_new_origin_begin (TstCentral *central, const char *origin, const char *reason, GError **error)
{
  const char *folder = tst_central_get_folder (central);
  TstPublicLog *log = tst_central_get_log (central);
  g_autofree char *read_only = tst_public_log_dup_read_only (log);
  g_autofree char *http_name = g_strconcat (origin, "/http", NULL);
  g_autoptr (TstCheckpoint) ahead = NULL;
  g_autoptr (TstCheckpoint) newest = tst_public_log_dup_checkpoint (log);
  Beginning beginning = { central, origin, reason, NULL };

  if (!tst_central_origin_is_valid (origin) || strcmp (origin, tst_central_get_origin (central)) == 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "The new log needs a name of its own, plain text without spaces or plus signs, such as "
                           "obras.ejemplo.gov.co/testigo-2");
      return FALSE;
    }
  if (read_only == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "Nothing is wrong with this log. A new one is begun only when leaves that were signed are gone for good.");
      return FALSE;
    }
  tst_public_log_is_behind (log, &ahead);
  beginning.last = ahead != NULL && (newest == NULL || ahead->size > newest->size) ? ahead : newest;
  return save_new_key (folder, "log.key", origin, error) && save_new_key (folder, "http.key", http_name, error) &&
         tst_store_write (tst_central_get_store (central), begin_in_store, &beginning, error);
}

/* --- finishing --- */

static gboolean
load_name (TstStore *store, gpointer data, GError **error)
{
  char **name = data;
  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT value FROM meta WHERE name = 'origin'", error);
  gboolean row;

  if (find == NULL || !tst_statement_step (find, &row, error))
    return FALSE;
  *name = row ? g_strdup (tst_statement_text (find, 0)) : NULL;
  return TRUE;
}

static gboolean
move (const char *from, const char *to, GError **error)
{
  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_rename (from, to) == 0)
    return TRUE;
  tst_error_set_errno (error, errno, "Could not put the new log's files in their places");
  return FALSE;
}

static gboolean
change_key (const char *folder, const char *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "keys", file, NULL);
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autofree char *ended = g_strconcat (path, ".ended", NULL);

  return !g_file_test (fresh, G_FILE_TEST_EXISTS) || (move (path, ended, error) && move (fresh, path, error));
}

/* The old leaves stay beside; a second run finds them moved already. */
static gboolean
set_mirror_aside (JsonObject *town, GError **error)
{
  const char *mirror = tst_json_string (town, "mirror");
  const char *origin = tst_json_string (town, "origin");
  g_autofree char *leaves = mirror != NULL ? g_build_filename (mirror, "leaves", NULL) : NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, origin, -1);
  g_autofree char *ended = mirror != NULL ? g_strdup_printf ("%s.ended-%.8s", leaves, digest) : NULL;

  if (mirror == NULL || g_file_test (ended, G_FILE_TEST_EXISTS) || !g_file_test (leaves, G_FILE_TEST_EXISTS))
    return TRUE;
  return move (leaves, ended, error) && tst_fs_sync_folder (mirror, error);
}

gboolean
tst_new_origin_finish (const char *folder, TstStore *store, JsonObject *town, gboolean *done, GError **error)
{
  g_autofree char *keys = g_build_filename (folder, "keys", NULL);
  g_autofree char *path = g_build_filename (folder, "town.json", NULL);
  g_autofree char *mark = g_build_filename (folder, TST_CENTRAL_RESTORED_FILE, NULL);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  *done = FALSE;
  if (!tst_store_read (store, load_name, &name, error))
    return FALSE;
  if (name == NULL || strcmp (name, tst_json_string (town, "origin")) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (changing_keys); i++)
    if (!change_key (folder, changing_keys[i], error))
      return FALSE;
  if (!tst_fs_sync_folder (keys, error) || !set_mirror_aside (town, error))
    return FALSE;
  g_unlink (mark);
  /* Written last: until it says the new name all of this is done again. */
  json_object_set_string_member (town, "origin", name);
  text = tst_json_write (town);
  bytes = g_bytes_new (text, strlen (text));
  *done = TRUE;
  return tst_fs_write_durable (path, bytes, 0600, error);
}
