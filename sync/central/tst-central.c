/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-central.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-appender.h"
#include "central/tst-central-schema.h"
#include "central/tst-device-registry.h"
#include "central/tst-new-origin.h"
#include "central/tst-projection.h"
#include "central/tst-public-log.h"
#include "record/tst-body.h"

#include <string.h>

#define TOWN_MAX_SIZE (1024 * 1024)

struct _TstCentral
{
  GObject parent_instance;

  char *folder;
  TstClock *clock;
  TstStore *store;
  TstMediaStore *media;
  TstSigningKey *log_key;
  TstSigningKey *records_key;
  TstSigningKey *http_key;
  TstAgeIdentity *intake;
  TstPublicLog *log;
  TstAppender *appender;
  TstDeviceRegistry *devices;
  char *origin;

  GMutex lock;      /* guards what follows */
  JsonObject *town; /* replaced as a whole, never changed in place */
  char *listening;
};

G_DEFINE_FINAL_TYPE (TstCentral, tst_central, G_TYPE_OBJECT)

gboolean
tst_central_origin_is_valid (const char *origin)
{
  return origin != NULL && *origin != '\0' && strlen (origin) <= 200 && g_utf8_validate (origin, -1, NULL) &&
         strpbrk (origin, "+ \t\r\n") == NULL && g_str_is_ascii (origin);
}

static gboolean
is_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_query (uri) == NULL &&
         g_uri_get_fragment (uri) == NULL && !g_str_has_suffix (url, "/") &&
         (g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https"));
}

static gboolean
write_town (const char *folder, JsonObject *town, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "town.json", NULL);
  g_autofree char *text = tst_json_write (town);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

  return tst_fs_write_durable (path, bytes, 0600, error);
}

/* An age identity beside (never in) the data folder. A file that is there already is somebody's only key: the
 * next free name is taken. */
static char *
make_identity (const char *folder, const char *role, char **recipient, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  g_autoptr (TstAgeIdentity) identity = tst_age_identity_generate ();

  for (guint i = 1; i < 1000; i++)
    {
      g_autofree char *path = i == 1 ? g_strdup_printf ("%s-%s.agekey", absolute, role)
                                     : g_strdup_printf ("%s-%s-%u.agekey", absolute, role, i);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      if (!tst_age_identity_save (identity, path, error))
        return NULL;
      *recipient = g_strdup (tst_age_identity_get_recipient (identity));
      return g_steal_pointer (&path);
    }
  g_set_error (error, TST_ERROR, TST_ERROR_FAILED, "No free name for the %s identity beside the data folder", role);
  return NULL;
}

static gboolean
save_key (const char *folder, const char *file, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "keys", file, NULL);
  g_autoptr (TstSigningKey) key = tst_signing_key_generate (name);

  return tst_signing_key_save (key, path, error);
}

static gboolean
check_setup (const char *folder, const TstCentralSetup *setup, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "town.json", NULL);

  if (!tst_central_origin_is_valid (setup->origin))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "The name of the log must be plain text without spaces or plus signs, such as "
                           "obras.ejemplo.gov.co/testigo");
      return FALSE;
    }
  if (setup->url != NULL && !is_url (setup->url))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "The public address must be http:// or https:// without a slash at its end");
      return FALSE;
    }
  for (guint i = 0; setup->recipients != NULL && setup->recipients[i] != NULL; i++)
    if (!tst_age_recipient_is_valid (setup->recipients[i]))
      {
        g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "Recipient %u is not an age recipient (age1…)", i + 1);
        return FALSE;
      }
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "%s is a central already; nothing was changed", folder);
      return FALSE;
    }
  return TRUE;
}

gboolean
tst_central_set_up (const char *folder, TstCentralSetup *setup, GError **error)
{
  static const char *const roles[] = { "officer", "escrow" };
  g_autofree char *keys = g_build_filename (folder, "keys", NULL);
  g_autofree char *intake_path = g_build_filename (keys, "intake.age", NULL);
  g_autofree char *http_name = NULL;
  g_autoptr (TstAgeIdentity) intake = tst_age_identity_generate ();
  g_autoptr (JsonObject) town = json_object_new ();
  g_autoptr (JsonArray) left = json_array_new ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  JsonObject *recipients = json_object_new ();
  guint given = setup->recipients != NULL ? g_strv_length ((char **) setup->recipients) : 0;

  json_object_set_int_member (town, "testigo", 1);
  json_object_set_object_member (town, "recipients", recipients);
  if (!check_setup (folder, setup, error) || !tst_fs_ensure_folder (keys, 0700, error))
    return FALSE;
  http_name = g_strconcat (setup->origin, "/http", NULL);
  if (!save_key (folder, "log.key", setup->origin, error) || !save_key (folder, "records.key", NULL, error) ||
      !save_key (folder, "http.key", http_name, error) || !tst_age_identity_save (intake, intake_path, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *recipient = NULL;

      if (given > 0)
        {
          /* One recipient given: it is both. More than two: all of the rest are escrow, the first is used. */
          json_object_set_string_member (recipients, roles[i], setup->recipients[MIN (i, given - 1)]);
          continue;
        }
      g_autofree char *path = make_identity (folder, roles[i], &recipient, error);

      if (path == NULL)
        return FALSE;
      json_object_set_string_member (recipients, roles[i], recipient);
      json_array_add_string_element (left, path);
      g_ptr_array_add (files, g_steal_pointer (&path));
    }
  json_object_set_string_member (town, "origin", setup->origin);
  if (setup->url != NULL)
    json_object_set_string_member (town, "url", setup->url);
  json_object_set_string_member (town, "town", setup->origin);
  json_object_set_string_member (town, "intake", tst_age_identity_get_recipient (intake));
  json_object_set_array_member (town, "pins", json_array_new ());
  json_object_set_array_member (town, "identity_files", g_steal_pointer (&left));
  /* Written last: a folder without it is not a central yet, and init may be run again. */
  if (!write_town (folder, town, error))
    return FALSE;
  g_ptr_array_add (files, NULL);
  setup->identity_files = (char **) g_ptr_array_free (g_steal_pointer (&files), FALSE);
  return TRUE;
}

static JsonObject *
read_town (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "town.json", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = tst_fs_read (path, TOWN_MAX_SIZE, &local);
  g_autoptr (JsonObject) town = NULL;
  gsize size;
  const char *text;

  if (bytes == NULL)
    {
      if (g_error_matches (local, TST_ERROR, TST_ERROR_NOT_FOUND))
        g_set_error (error, TST_ERROR, TST_ERROR_STORE_MISSING,
                     "%s is no central: there is no town.json. Is the disk mounted? Otherwise run init.", folder);
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  text = g_bytes_get_data (bytes, &size);
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  town = tst_json_parse_object (text, size, error);
  if (town == NULL)
    return NULL;
  if (!tst_central_origin_is_valid (tst_json_string (town, "origin")) || tst_json_object (town, "recipients") == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s has no valid origin and recipients", path);
      return NULL;
    }
  return g_steal_pointer (&town);
}

static TstSigningKey *
load_key (TstCentral *self, const char *file, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "keys", file, NULL);
  g_autoptr (TstSigningKey) key = tst_signing_key_load (path, error);

  if (key == NULL)
    {
      g_prefix_error (error, "Key %s: ", file);
      return NULL;
    }
  if (name != NULL && strcmp (tst_signing_key_get_name (key), name) != 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "Key %s has another name than the town's", file);
      return NULL;
    }
  return g_steal_pointer (&key);
}

TstCentral *
tst_central_open (const char *folder, TstClock *clock, GError **error)
{
  return tst_central_open_mirrored (folder, clock, NULL, error);
}

static gboolean
keep_mirror (TstCentral *self, const char *mirror, GError **error)
{
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autofree char *absolute = g_canonicalize_filename (mirror, NULL);

  if (g_strcmp0 (tst_json_string (self->town, "mirror"), absolute) == 0 && tst_json_bool (self->town, "mirror_begun", FALSE))
    return TRUE;
  json_object_set_string_member (changes, "mirror", absolute);
  json_object_set_boolean_member (changes, "mirror_begun", TRUE);
  return tst_central_update_town (self, changes, error);
}

TstCentral *
tst_central_open_mirrored (const char *folder, TstClock *clock, const char *mirror, GError **error)
{
  g_autoptr (TstCentral) self = g_object_new (TST_TYPE_CENTRAL, NULL);
  g_autofree char *http_name = NULL;
  g_autofree char *intake_path = NULL;
  g_autofree char *media = NULL;
  g_autofree char *uploads = NULL;
  g_autofree char *kept_mirror = NULL;
  gboolean new_origin = FALSE;
  gboolean fresh;

  self->folder = g_strdup (folder);
  self->clock = clock != NULL ? g_object_ref (clock) : tst_clock_new_system ();
  self->town = read_town (folder, error);
  if (self->town == NULL)
    return NULL;
  intake_path = g_build_filename (folder, "keys", "intake.age", NULL);
  media = g_build_filename (folder, "media", NULL);
  uploads = g_build_filename (folder, "uploads", NULL);
  self->store = tst_store_open (folder, tst_central_migrations, tst_central_n_migrations, error);
  if (self->store == NULL || !tst_new_origin_finish (folder, self->store, self->town, &new_origin, error))
    return NULL;
  self->origin = g_strdup (tst_json_string (self->town, "origin"));
  http_name = g_strconcat (self->origin, "/http", NULL);
  if ((self->log_key = load_key (self, "log.key", self->origin, error)) == NULL ||
      (self->records_key = load_key (self, "records.key", NULL, error)) == NULL ||
      (self->http_key = load_key (self, "http.key", http_name, error)) == NULL ||
      (self->intake = tst_age_identity_load (intake_path, error)) == NULL)
    return NULL;
  self->media = tst_media_store_open (media, error);
  if (self->media == NULL || !tst_fs_ensure_folder (uploads, 0700, error))
    return NULL;
  tst_projection_attach (self->store, self->media);
  fresh = mirror != NULL || new_origin || !tst_json_bool (self->town, "mirror_begun", FALSE);
  kept_mirror = g_strdup (mirror != NULL ? mirror : tst_json_string (self->town, "mirror"));
  self->log = tst_public_log_open (self, kept_mirror, fresh, error);
  /* Kept, so that commands without a server mirror what they append too, and a mirror that is not there is missed. */
  if (self->log == NULL || (kept_mirror != NULL && !keep_mirror (self, kept_mirror, error)))
    return NULL;
  self->devices = tst_device_registry_open (self->store, error);
  if (self->devices == NULL)
    return NULL;
  /* Rows of an import that a crash interrupted. */
  if (!tst_projection_run_pending (self->store, self->media, error))
    return NULL;
  self->appender = tst_appender_new (self);
  return g_steal_pointer (&self);
}

void
tst_central_close (TstCentral *self)
{
  g_clear_pointer (&self->appender, tst_appender_free);
  g_clear_pointer (&self->log, tst_public_log_free);
  g_clear_pointer (&self->devices, tst_device_registry_free);
  if (self->store != NULL)
    tst_store_close (self->store);
}

static void
tst_central_finalize (GObject *object)
{
  TstCentral *self = TST_CENTRAL (object);

  tst_central_close (self);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->media, tst_media_store_unref);
  g_clear_pointer (&self->log_key, tst_signing_key_unref);
  g_clear_pointer (&self->records_key, tst_signing_key_unref);
  g_clear_pointer (&self->http_key, tst_signing_key_unref);
  g_clear_pointer (&self->intake, tst_age_identity_unref);
  g_clear_pointer (&self->town, json_object_unref);
  g_free (self->folder);
  g_free (self->origin);
  g_free (self->listening);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (tst_central_parent_class)->finalize (object);
}

static void
tst_central_class_init (TstCentralClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_central_finalize;
}

static void
tst_central_init (TstCentral *self)
{
  g_mutex_init (&self->lock);
}

const char *
tst_central_get_folder (TstCentral *self)
{
  return self->folder;
}

const char *
tst_central_get_origin (TstCentral *self)
{
  return self->origin;
}

TstStore *
tst_central_get_store (TstCentral *self)
{
  return self->store;
}

TstMediaStore *
tst_central_get_media (TstCentral *self)
{
  return self->media;
}

TstSigningKey *
tst_central_get_http_key (TstCentral *self)
{
  return self->http_key;
}

TstSigningKey *
tst_central_get_log_key (TstCentral *self)
{
  return self->log_key;
}

TstSigningKey *
tst_central_get_records_key (TstCentral *self)
{
  return self->records_key;
}

TstAgeIdentity *
tst_central_get_intake (TstCentral *self)
{
  return self->intake;
}

TstClock *
tst_central_get_clock (TstCentral *self)
{
  return self->clock;
}

TstPublicLog *
tst_central_get_log (TstCentral *self)
{
  return self->log;
}

TstAppender *
tst_central_get_appender (TstCentral *self)
{
  return self->appender;
}

TstDeviceRegistry *
tst_central_get_devices (TstCentral *self)
{
  return self->devices;
}

gint64
tst_central_now_s (TstCentral *self)
{
  TstTimestamp now;

  tst_clock_now (self->clock, &now);
  return now.utc_us / G_USEC_PER_SEC;
}

char *
tst_central_dup_read_only (TstCentral *self)
{
  return tst_public_log_dup_read_only (self->log);
}

JsonObject *
tst_central_dup_town (TstCentral *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return json_object_ref (self->town);
}

char *
tst_central_dup_url (TstCentral *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *url = tst_json_string (self->town, "url");

  return g_strdup (url != NULL ? url : self->listening);
}

void
tst_central_set_url (TstCentral *self, const char *listening)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_free (self->listening);
  self->listening = g_strdup (listening);
}

gboolean
tst_central_update_town (TstCentral *self, JsonObject *changes, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (JsonObject) town = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (self->town);
  g_autoptr (GList) changed = json_object_get_members (changes);

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (town, l->data, json_node_copy (json_object_get_member (self->town, l->data)));
  for (GList *l = changed; l != NULL; l = l->next)
    {
      JsonNode *node = json_object_get_member (changes, l->data);

      if (JSON_NODE_HOLDS_NULL (node))
        json_object_remove_member (town, l->data);
      else
        json_object_set_member (town, l->data, json_node_copy (node));
    }
  if (!write_town (self->folder, town, error))
    return FALSE;
  json_object_unref (self->town);
  self->town = g_steal_pointer (&town);
  return TRUE;
}

char **
tst_central_dup_identities_left (TstCentral *self)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (self);
  JsonArray *files = tst_json_array (town, "identity_files");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonNode *node = json_array_get_element (files, i);
      const char *path = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
        g_strv_builder_add (builder, path);
    }
  return g_strv_builder_end (builder);
}
