/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-projection.h"
#include "media/tst-picture.h"
#include "record/tst-body.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW_S G_GINT64_CONSTANT (1774623845) /* 2026-03-27T15:04:05Z */

static const char *
folder_of (Fixture *self, char **path)
{
  return *path = g_build_filename (self->base, "central", NULL);
}

void
fixture_open (Fixture *self, JsonObject *profile)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  TstCentralSetup setup = { .origin = "obras.ejemplo.test/testigo", .url = "http://obras.ejemplo.test" };
  g_autoptr (JsonObject) changes = profile ? json_object_new () : NULL;

  self->base = g_dir_make_tmp ("tst-central-XXXXXX", &error);
  g_assert_no_error (error);
  self->clock = TST_CLOCK (tst_fixed_clock_new (NOW_S * G_USEC_PER_SEC));
  tst_central_set_up (folder_of (self, &folder), &setup, &error);
  g_assert_no_error (error);
  g_strfreev (setup.identity_files);
  self->central = tst_central_open (folder, self->clock, &error);
  g_assert_no_error (error);
  if (profile)
    {
      json_object_set_object_member (changes, "profile", profile);
      tst_central_update_town (self->central, changes, &error);
      g_assert_no_error (error);
    }
  self->moderation = tst_moderation_new (self->central, NULL);
}

void
fixture_reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  tst_moderation_free (self->moderation);
  tst_central_close (self->central);
  g_object_unref (self->central);
  self->central = tst_central_open (folder_of (self, &folder), self->clock, &error);
  g_assert_no_error (error);
  self->moderation = tst_moderation_new (self->central, NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
fixture_close (Fixture *self)
{
  tst_moderation_free (self->moderation);
  tst_central_close (self->central);
  g_assert_cmpuint (G_OBJECT (self->central)->ref_count, ==, 1);
  g_object_unref (self->central);
  g_object_unref (self->clock);
  remove_tree (self->base);
  g_free (self->base);
}

/* --- devices --- */

typedef struct
{
  FixtureDevice *device;
  const TstHash *sha256;
  guint64 bytes;
} Put;

static gboolean
put_device (TstStore *store, gpointer data, GError **error)
{
  FixtureDevice *device = data;
  g_autoptr (TstStatement) put = tst_store_prepare (
    store, "INSERT INTO device (name, public_key, chain, label, state, registered_s) VALUES (?1, ?2, ?3, 'Tableta CANARIO-ROTULO', 'active', 0)",
    error);

  g_assert_nonnull (put);
  tst_statement_bind_text (put, 1, tst_signing_key_get_name (device->key));
  tst_statement_bind_blob (put, 2, tst_verifier_get_public_key (tst_signing_key_get_verifier (device->key)), TST_PUBLIC_KEY_SIZE);
  tst_statement_bind_text (put, 3, tst_chain_name (device->chain));
  return tst_statement_step (put, NULL, error);
}

void
fixture_device_init (Fixture *self, FixtureDevice *device, TstChain chain)
{
  g_autoptr (GError) error = NULL;

  *device = (FixtureDevice) { .key = tst_signing_key_generate (NULL), .chain = chain };
  tst_store_write (tst_central_get_store (self->central), put_device, device, &error);
  g_assert_no_error (error);
}

void
fixture_device_clear (FixtureDevice *device)
{
  tst_signing_key_unref (device->key);
}

FixtureRecord *
fixture_record_new (FixtureDevice *device, TstKind kind, JsonObject *content)
{
  FixtureRecord *record = g_new0 (FixtureRecord, 1);
  TstEnvelopeFields fields = { .chain = device->chain, .seq = ++device->seq, .prev = device->prev, .kind = kind,
                               .time_source = TST_TIME_RTC, .uncertainty_s = device->chain == TST_CHAIN_OPEN ? 3600 : 60 };

  if (!json_object_has_member (content, "id"))
    {
      g_autofree char *id = tst_uuid_new ();
      json_object_set_string_member (content, "id", id);
    }
  record->id = g_strdup (tst_json_string (content, "id"));
  record->body = tst_body_write (content, 0);
  fields.id = record->id;
  fields.utc_s = (NOW_S / 3600 - 48) * 3600 + (device->chain == TST_CHAIN_OPEN ? 0 : (gint64) device->seq * 60);
  fields.body = tst_hash_bytes (record->body);
  record->envelope = tst_envelope_sign (&fields, device->key);
  device->prev = *tst_envelope_get_text_hash (record->envelope);
  json_object_unref (content);
  return record;
}

void
fixture_record_free (FixtureRecord *self)
{
  tst_envelope_unref (self->envelope);
  g_bytes_unref (self->body);
  g_free (self->id);
  g_free (self);
}

void
fixture_append (Fixture *self, const FixtureRecord *record, gboolean with_body)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_append_entry_free);
  g_autoptr (GError) error = NULL;
  TstAppendEntry *entry = tst_append_entry_new (record->envelope);

  if (with_body)
    {
      entry->body = g_bytes_ref (record->body);
      entry->json = tst_body_parse (record->body, &error);
      g_assert_no_error (error);
    }
  g_ptr_array_add (entries, entry);
  tst_appender_run (tst_central_get_appender (self->central), entries, 0, NULL, NULL, &error);
  g_assert_no_error (error);
}

FixtureRecord *
fixture_add (Fixture *self, FixtureDevice *device, TstKind kind, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *raw = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (raw, "'", '"');
  JsonObject *content = tst_json_parse_object (raw, -1, &error);
  g_assert_no_error (error);
  FixtureRecord *record = fixture_record_new (device, kind, content);
  fixture_append (self, record, TRUE);
  return record;
}

/* --- media --- */

GBytes *
fixture_jpeg (guint seed, guint width, guint height)
{
  TstPicture picture = { .width = width, .height = height, .pixels = g_malloc (3 * (gsize) width * height) };
  g_autoptr (GError) error = NULL;
  GBytes *jpeg = NULL;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *pixel = picture.pixels + 3 * ((gsize) y * width + x);
        pixel[0] = (guint8) (x * 255 / width);
        pixel[1] = (guint8) (y * 255 / height);
        pixel[2] = (guint8) (seed * 37);
      }
  jpeg = tst_picture_to_jpeg (&picture, 85, &error);
  g_assert_no_error (error);
  g_free (picture.pixels);
  return jpeg;
}

static gboolean
put_holding (TstStore *store, gpointer data, GError **error)
{
  const Put *held = data;
  g_autoptr (TstStatement) put = tst_store_prepare (
    store, "INSERT OR IGNORE INTO holding (sha256, bytes, type, held_s) VALUES (?1, ?2, 'image/jpeg', 0)", error);

  g_assert_nonnull (put);
  tst_statement_bind_hash (put, 1, held->sha256);
  tst_statement_bind_int (put, 2, (gint64) held->bytes);
  return tst_statement_step (put, NULL, error);
}

TstHash
fixture_medium (Fixture *self, GBytes *bytes, gboolean held)
{
  g_autoptr (GError) error = NULL;
  TstMediaRef ref = { 0 };

  if (!held)
    return tst_hash_bytes (bytes);
  tst_media_store_put_bytes (tst_central_get_media (self->central), bytes, &ref, &error);
  g_assert_no_error (error);
  Put put = { .sha256 = &ref.sha256, .bytes = ref.bytes };
  tst_store_write (tst_central_get_store (self->central), put_holding, &put, &error);
  g_assert_no_error (error);
  return ref.sha256;
}

FixtureRecord *
fixture_photo (Fixture *self, FixtureDevice *device, guint seed, const char *more)
{
  g_autoptr (GBytes) jpeg = fixture_jpeg (seed, 1200, 800);
  TstHash hash = fixture_medium (self, jpeg, TRUE);
  g_autofree char *hex = tst_hash_to_hex (&hash);

  return fixture_add (self, device, TST_KIND_EVIDENCE,
                      "{'type':'photo','media':[{'sha256':'%s','bytes':%" G_GSIZE_FORMAT
                      ",'type':'image/jpeg','origin':'camera','role':'photo'}]%s}",
                      hex, g_bytes_get_size (jpeg), more);
}

/* --- deciding and asking --- */

static void
on_result (const char *id, JsonObject *row, const GError *error, gpointer user_data)
{
  if (error)
    g_test_message ("%s: %s: %s", id, tst_error_code (error), error->message);
  g_hash_table_replace (user_data, g_strdup (id), g_strdup (row ? "ok" : tst_error_code (error)));
}

GHashTable *
fixture_decide (Fixture *self, TstVerdict verdict, const char *reason, ...)
{
  GHashTable *codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const char *id = NULL;
  va_list args;

  va_start (args, reason);
  while ((id = va_arg (args, const char *)))
    g_ptr_array_add (ids, (gpointer) id);
  va_end (args);
  gboolean all = ids->len == 0;
  g_ptr_array_add (ids, NULL);
  tst_moderation_decide (self->moderation, verdict, all ? NULL : (const char *const *) ids->pdata, reason, FALSE, on_result, codes,
                         NULL, &error);
  g_assert_no_error (error);
  return codes;
}

typedef struct
{
  const char *sql;
  char *value;
} One;

static gboolean
one_on_store (TstStore *store, gpointer data, GError **error)
{
  One *one = data;
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_store_prepare (store, one->sql, error);

  g_assert_nonnull (list);
  g_assert_true (tst_statement_step (list, &row, error));
  one->value = row ? g_strdup (tst_statement_text (list, 0)) : NULL;
  return TRUE;
}

char *
fixture_value (Fixture *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sql = g_strdup_vprintf (format, args);
  va_end (args);
  One one = { .sql = sql };
  g_assert_true (tst_store_read (tst_central_get_store (self->central), one_on_store, &one, NULL));
  return one.value;
}

static gboolean
dump_on_store (TstStore *store, gpointer data, GError **error)
{
  *(char **) data = tst_projection_dump (store, error);
  return *(char **) data != NULL;
}

char *
fixture_dump (Fixture *self)
{
  char *text = NULL;

  g_assert_true (tst_store_read (tst_central_get_store (self->central), dump_on_store, &text, NULL));
  return text;
}

static gboolean
rebuild_on_store (TstStore *store, gpointer data, GError **error)
{
  return tst_projection_rebuild (store, error);
}

void
fixture_rebuild (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  tst_store_write (tst_central_get_store (self->central), rebuild_on_store, NULL, &error);
  g_assert_no_error (error);
}

guint
fixture_get (TstPublicRoutes *routes, const char *path_and_query, char **body)
{
  const char *mark = strchr (path_and_query, '?');
  g_autofree char *raw = mark ? g_strndup (path_and_query, (gsize) (mark - path_and_query)) : g_strdup (path_and_query);
  g_autofree char *path = g_uri_unescape_string (raw, NULL);
  g_autoptr (GHashTable) query = mark ? soup_form_decode (mark + 1) : NULL;
  TstPublicRequest request = { .method = "GET", .path = path, .query = query, .client = "192.0.2.7" };
  g_autoptr (TstPublicResponse) response = tst_public_routes_respond (routes, &request);
  guint status = response->status;

  if (body)
    *body = response->body ? g_strndup (g_bytes_get_data (response->body, NULL), g_bytes_get_size (response->body)) : g_strdup ("");
  return status;
}

GBytes *
fixture_get_bytes (TstPublicRoutes *routes, const char *path)
{
  TstPublicRequest request = { .method = "GET", .path = path };
  g_autoptr (TstPublicResponse) response = tst_public_routes_respond (routes, &request);

  g_assert_cmpuint (response->status, ==, 200);
  return g_bytes_ref (response->body);
}

FixtureRecord *
fixture_comment (Fixture *f, FixtureDevice *open, const char *number, gboolean public_ok, const char *text)
{
  return fixture_add (f, open, TST_KIND_CONTRIBUTION,
                      "{'type':'comment','class':'peticion_general','subject':'Andén','text':'%s','public_ok':%s,"
                      "'provisional_number':'%s','due_on':'2026-04-21','received_at':'2026-03-25T15:00:00Z'}",
                      text, public_ok ? "true" : "false", number);
}
