/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-town-files.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-device-answers.h"
#include "model/tst-town.h"
#include "record/tst-body.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 64
#define PROFILE_MAX (1024 * 1024)
#define NAME_LENGTH_MAX 64

/* --- which they are --- */

static TstMediaStore *
open_files (TstCentral *central, GError **error)
{
  g_autofree char *folder = g_build_filename (tst_central_get_folder (central), "files", NULL);

  return tst_media_store_open (folder, error);
}

static JsonArray *
dup_files (TstCentral *central)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  JsonArray *files = tst_json_array (town, "files");

  return files != NULL ? json_array_ref (files) : json_array_new ();
}

char *
tst_town_files_dup_list (TstCentral *central)
{
  g_autoptr (JsonObject) answer = json_object_new ();

  json_object_set_array_member (answer, "files", dup_files (central));
  return tst_json_write (answer);
}

char *
tst_town_files_dup_mark (TstCentral *central)
{
  g_autoptr (JsonArray) files = dup_files (central);
  g_autofree char *list = NULL;
  char *hex;
  TstHash hash;

  if (json_array_get_length (files) == 0)
    return g_strdup ("-");
  list = tst_town_files_dup_list (central);
  hash = tst_hash_data (list, strlen (list));
  hex = tst_hash_to_hex (&hash);
  hex[16] = '\0';
  return hex;
}

/* --- giving them out --- */

static GInputStream *
open_from (const char *path, guint64 from, guint64 *left, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autoptr (GFileInfo) info = stream != NULL ? g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL) : NULL;
  guint64 size = info != NULL ? (guint64) g_file_info_get_size (info) : 0;

  if (info == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "Central does not have this file");
      return NULL;
    }
  if (from > size || !g_seekable_seek (G_SEEKABLE (stream), from, G_SEEK_SET, NULL, NULL))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The file is not so long");
      return NULL;
    }
  *left = size - from;
  return G_INPUT_STREAM (g_steal_pointer (&stream));
}

GInputStream *
tst_town_files_open (TstCentral *central, const TstHash *sha256, guint64 from, guint64 *left, GError **error)
{
  g_autoptr (TstMediaStore) files = open_files (central, error);
  g_autofree char *path = files != NULL ? tst_media_store_path (files, sha256) : NULL;

  return path != NULL ? open_from (path, from, left, error) : NULL;
}

typedef struct
{
  TstDevice *device;
  const TstHash *sha256;
  gboolean own;
} Owning;

static gboolean
find_owner (TstStore *store, gpointer data, GError **error)
{
  Owning *owning = data;
  g_autofree char *names = tst_device_list_names (store, owning->device, error);
  g_autoptr (TstStatement) statement = NULL;

  if (names == NULL)
    return FALSE;
  statement = tst_store_prepare (store,
                                 "SELECT 1 FROM record_media m JOIN leaf l ON l.text_hash = m.text_hash WHERE m.sha256 = ?1"
                                 " AND l.device IN (SELECT value FROM json_each (?2)) LIMIT 1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, owning->sha256);
  tst_statement_bind_text (statement, 2, names);
  return tst_statement_step (statement, &owning->own, error);
}

GInputStream *
tst_town_files_open_original (TstCentral *central, TstDevice *device, const TstHash *sha256, guint64 from, guint64 *left, GError **error)
{
  Owning owning = { device, sha256, FALSE };
  g_autofree char *path = NULL;

  if (!tst_store_read (tst_central_get_store (central), find_owner, &owning, error))
    return NULL;
  if (!owning.own)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No record of this device names that");
      return NULL;
    }
  path = tst_media_store_path (tst_central_get_media (central), sha256);
  return open_from (path, from, left, error);
}

typedef struct
{
  const TstHash *sha256;
  gboolean shown;
} Showing;

static gboolean
find_shown (TstStore *store, gpointer data, GError **error)
{
  Showing *showing = data;
  g_autoptr (TstStatement) statement
    = tst_store_prepare (store, "SELECT 1 FROM derivative d JOIN item i ON i.id = d.id WHERE d.sha256 = ?1 AND i.state = 'published' LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, showing->sha256);
  return tst_statement_step (statement, &showing->shown, error);
}

GInputStream *
tst_town_files_open_picture (TstCentral *central, const TstHash *sha256, guint64 from, guint64 *left, GError **error)
{
  Showing showing = { sha256, FALSE };
  g_autofree char *path = NULL;

  if (!tst_store_read (tst_central_get_store (central), find_shown, &showing, error))
    return NULL;
  if (!showing.shown)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No published picture is that");
      return NULL;
    }
  path = tst_media_store_path (tst_central_get_media (central), sha256);
  return open_from (path, from, left, error);
}

/* --- setting them --- */

static gboolean
is_name (const char *name)
{
  if (name == NULL || *name == '\0' || *name == '.' || strlen (name) > NAME_LENGTH_MAX)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && strchr ("._-", *c) == NULL)
      return FALSE;
  return TRUE;
}

/* A tablet would find out when it is too late to ask. */
static gboolean
check_content (const char *name, const char *path, GError **error)
{
  if (g_str_has_suffix (name, ".mbtiles"))
    {
      char first[16] = "";
      int fd = open (path, O_RDONLY | O_CLOEXEC);
      gboolean good = fd >= 0 && read (fd, first, sizeof first) == sizeof first && memcmp (first, "SQLite format 3", 16) == 0;

      if (fd >= 0)
        close (fd);
      if (!good)
        g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s is no MBTiles file. Nothing was changed.", path);
      return good;
    }
  if (g_str_equal (name, "profile.json"))
    {
      g_autoptr (GBytes) bytes = tst_fs_read (path, PROFILE_MAX, error);
      g_autoptr (JsonObject) json =
          bytes != NULL ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
      g_autoptr (TstTown) town = json != NULL ? tst_town_new_from_json (json, error) : NULL;

      return town != NULL;
    }
  return TRUE;
}

static gboolean
keep_list (TstCentral *central, const char *name, JsonObject *entry, gboolean *found, GError **error)
{
  g_autoptr (JsonArray) before = dup_files (central);
  g_autoptr (JsonArray) after = json_array_new ();
  g_autoptr (JsonObject) changes = json_object_new ();

  *found = FALSE;
  for (guint i = 0; i < json_array_get_length (before); i++)
    {
      JsonObject *file = json_array_get_object_element (before, i);

      if (g_strcmp0 (tst_json_string (file, "name"), name) == 0)
        *found = TRUE;
      else
        json_array_add_object_element (after, json_object_ref (file));
    }
  if (entry != NULL)
    json_array_add_object_element (after, json_object_ref (entry));
  if (json_array_get_length (after) > FILES_MAX)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "At most %d files", FILES_MAX);
      return FALSE;
    }
  json_object_set_array_member (changes, "files", g_steal_pointer (&after));
  return tst_central_update_town (central, changes, error);
}

/* What no name stands for any more. */
static void
sweep (TstCentral *central, TstMediaStore *store)
{
  g_autoptr (JsonArray) files = dup_files (central);
  g_autoptr (GArray) present = tst_media_store_list (store, NULL);

  for (guint i = 0; present != NULL && i < present->len; i++)
    {
      const TstHash *hash = &g_array_index (present, TstHash, i);
      g_autofree char *hex = tst_hash_to_hex (hash);
      gboolean named = FALSE;

      for (guint j = 0; j < json_array_get_length (files); j++)
        named = named || g_strcmp0 (tst_json_string (json_array_get_object_element (files, j), "sha256"), hex) == 0;
      if (!named)
        tst_media_store_remove (store, hash, NULL);
    }
}

static gboolean
run_set (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *name = tst_json_string (args, "name");
  const char *path = tst_json_string (args, "path");
  g_autoptr (TstMediaStore) store = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *now = tst_time_format (tst_central_now_s (central));
  JsonObject *entry;
  TstMediaRef ref;
  gboolean found;

  if (!is_name (name) || path == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Give the file a name of small letters, digits, dots and dashes, such as ground.mbtiles");
      return FALSE;
    }
  store = check_content (name, path, error) ? open_files (central, error) : NULL;
  if (store == NULL || !tst_media_store_put_file (store, path, &ref, NULL, error))
    return FALSE;
  hex = tst_hash_to_hex (&ref.sha256);
  entry = json_object_new ();
  json_object_set_string_member (entry, "name", name);
  json_object_set_string_member (entry, "sha256", hex);
  json_object_set_int_member (entry, "bytes", ref.bytes);
  json_object_set_string_member (entry, "set_at", now);
  if (!keep_list (central, name, entry, &found, error))
    {
      json_object_unref (entry);
      return FALSE;
    }
  sweep (central, store);
  tst_admin_call_row (call, entry);
  return TRUE;
}

static gboolean
run_remove (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  const char *name = tst_json_string (args, "name");
  g_autoptr (TstMediaStore) store = open_files (central, error);
  JsonObject *row;
  gboolean found;

  if (store == NULL || !keep_list (central, name, NULL, &found, error))
    return FALSE;
  if (!found)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No file is called %s", name != NULL ? name : "so");
      return FALSE;
    }
  sweep (central, store);
  row = json_object_new ();
  json_object_set_string_member (row, "name", name);
  json_object_set_boolean_member (row, "removed", TRUE);
  tst_admin_call_row (call, row);
  return TRUE;
}

static gboolean
run_list (TstCentral *central, JsonObject *args, TstAdminCall *call, GError **error)
{
  g_autoptr (JsonArray) files = dup_files (central);

  for (guint i = 0; i < json_array_get_length (files); i++)
    tst_admin_call_row (call, json_object_ref (json_array_get_object_element (files, i)));
  return TRUE;
}

const TstAdminOperation tst_admin_file_operations[] = {
  { "file-set", run_set },
  { "file-remove", run_remove },
  { "file-list", run_list },
  { NULL, NULL },
};
