/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake-fixture.h"

#include "base/tst-codec.h"
#include "central/tst-public-log.h"
#include "log/tst-merkle.h"
#include "protocol/tst-http-signature.h"
#include "protocol/tst-receipt.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ORIGIN "obras.ejemplo.gov.co/testigo"
#define DEADLINE_S 20

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
open_central (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (self->folder, "central", NULL);

  self->central = tst_central_open (data, TST_CLOCK (self->clock), &error);
  g_assert_no_error (error);
  self->intake = tst_intake_new (self->central);
}

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  TstCentralSetup setup = { .origin = ORIGIN };

  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  self->folder = g_dir_make_tmp ("testigo-central-XXXXXX", &error);
  g_assert_no_error (error);
  data = g_build_filename (self->folder, "central", NULL);
  self->clock = tst_fixed_clock_new (FIXTURE_NOW_S * G_USEC_PER_SEC);
  tst_central_set_up (data, &setup, &error);
  g_assert_no_error (error);
  g_strfreev (setup.identity_files);
  open_central (self);
  return self;
}

static void
close_central (Fixture *self)
{
  g_clear_pointer (&self->intake, tst_intake_free);
  if (self->central != NULL)
    tst_central_close (self->central);
  g_clear_object (&self->central);
}

void
fixture_reopen (Fixture *self)
{
  close_central (self);
  open_central (self);
}

void
fixture_tamper (Fixture *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->folder, "central", "testigo.db", NULL);
  sqlite3 *db = NULL;

  close_central (self);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  open_central (self);
}

typedef struct
{
  const char *sql;
  guint64 n;
} Counting;

static gboolean
count (TstStore *store, gpointer data, GError **error)
{
  Counting *counting = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, counting->sql, error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  counting->n = row ? tst_statement_int (statement, 0) : 0;
  return TRUE;
}

guint64
fixture_count (Fixture *self, const char *sql)
{
  Counting counting = { sql, 0 };
  g_autoptr (GError) error = NULL;

  tst_store_read (tst_central_get_store (self->central), count, &counting, &error);
  g_assert_no_error (error);
  return counting.n;
}

/* --- the server --- */

static gpointer
server_thread (gpointer data)
{
  Fixture *self = data;

  g_main_context_push_thread_default (self->context);
  g_mutex_lock (&self->lock);
  self->server = tst_central_server_new (self->central, self->listen, &self->error);
  if (self->server != NULL)
    self->address = g_strdup (tst_central_server_get_address (self->server));
  else
    self->address = g_strdup ("");
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->lock);
  if (self->server != NULL)
    g_main_loop_run (self->loop);
  g_clear_pointer (&self->server, tst_central_server_free);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
fixture_serve (Fixture *self, const char *listen)
{
  self->listen = g_strdup (listen);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("server", server_thread, self);
  g_mutex_lock (&self->lock);
  while (self->address == NULL)
    g_cond_wait (&self->ready, &self->lock);
  g_mutex_unlock (&self->lock);
  g_assert_no_error (self->error);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (((Fixture *) data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
stop (gpointer data)
{
  tst_central_server_stop (((Fixture *) data)->server, quit, data);
  return G_SOURCE_REMOVE;
}

void
fixture_stop (Fixture *self)
{
  if (self->thread == NULL)
    return;
  g_main_context_invoke (self->context, stop, self);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->listen, g_free);
  g_clear_pointer (&self->address, g_free);
}

void
fixture_free (Fixture *self)
{
  fixture_stop (self);
  close_central (self);
  g_clear_object (&self->clock);
  remove_tree (self->folder);
  g_free (self->folder);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready);
  g_free (self);
}

/* --- tablets --- */

Tablet *
tablet_new (Fixture *fixture)
{
  Tablet *self = g_new0 (Tablet, 1);
  TstDeviceRegistry *devices = tst_central_get_devices (fixture->central);
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;

  self->fixture = fixture;
  for (guint i = 0; i < 2; i++)
    self->keys[i] = tst_signing_key_generate (NULL);
  code = tst_device_registry_make_code (devices, "tableta de prueba", FIXTURE_NOW_S, 3600, &error);
  g_assert_no_error (error);
  tst_device_registry_register (devices, code, tst_signing_key_get_verifier (self->keys[TST_CHAIN_FIELD]),
                                tst_signing_key_get_verifier (self->keys[TST_CHAIN_OPEN]), FIXTURE_NOW_S, &error);
  g_assert_no_error (error);
  return self;
}

void
tablet_free (Tablet *self)
{
  for (guint i = 0; i < 2; i++)
    tst_signing_key_unref (self->keys[i]);
  g_free (self);
}

static void
free_part (gpointer data)
{
  TstBundlePart *part = data;

  g_bytes_unref (part->bytes);
  g_free (part);
}

static GBytes *
random_bytes (gsize size)
{
  guint8 *data = g_malloc (size);

  randombytes_buf (data, size);
  return g_bytes_new_take (data, size);
}

static JsonArray *
make_parts (Record *record, guint n, gsize size)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < n; i++)
    {
      TstBundlePart *part = g_new0 (TstBundlePart, 1);
      JsonObject *object = json_object_new ();
      g_autofree char *hex = NULL;

      part->bytes = random_bytes (size);
      part->sha256 = tst_hash_bytes (part->bytes);
      hex = tst_hash_to_hex (&part->sha256);
      json_object_set_string_member (object, "sha256", hex);
      json_object_set_int_member (object, "bytes", size);
      json_object_set_string_member (object, "for", "officer");
      json_object_set_string_member (object, "what", "contact");
      json_array_add_object_element (array, object);
      g_ptr_array_add (record->parts, part);
    }
  return array;
}

static JsonArray *
make_media (const TstHash *medium, guint64 bytes)
{
  JsonArray *array = json_array_new ();

  if (medium != NULL)
    {
      JsonObject *object = json_object_new ();
      g_autofree char *hex = tst_hash_to_hex (medium);

      json_object_set_string_member (object, "sha256", hex);
      json_object_set_int_member (object, "bytes", bytes);
      json_object_set_string_member (object, "type", "image/jpeg");
      json_object_set_string_member (object, "origin", "camera");
      json_object_set_string_member (object, "role", "photo");
      json_array_add_object_element (array, object);
    }
  return array;
}

Record *
tablet_record (Tablet *self, TstChain chain, TstKind kind, const char *type, guint n_parts, gsize part_size,
               const TstHash *medium, guint64 medium_bytes)
{
  Record *record = g_new0 (Record, 1);
  g_autoptr (JsonObject) content = json_object_new ();
  g_autofree char *id = tst_uuid_new ();
  g_autoptr (GError) error = NULL;
  const char *intake[] = { tst_age_identity_get_recipient (tst_central_get_intake (self->fixture->central)), NULL };
  TstEnvelopeFields fields = { .chain = chain, .kind = kind, .id = id, .utc_s = FIXTURE_NOW_S,
                               .time_source = TST_TIME_RTC, .uncertainty_s = chain == TST_CHAIN_OPEN ? 3600 : 2 };

  record->parts = g_ptr_array_new_with_free_func (free_part);
  json_object_set_string_member (content, "type", type);
  json_object_set_string_member (content, "id", id);
  json_object_set_string_member (content, "text", "La placa del puente peatonal ya tiene barandas");
  json_object_set_array_member (content, "sealed", make_parts (record, n_parts, part_size));
  json_object_set_array_member (content, "media", make_media (medium, medium_bytes));
  record->body = tst_body_write (content, 0);
  record->sealed = tst_age_seal (record->body, intake, &error);
  g_assert_no_error (error);
  fields.seq = ++self->seq[chain];
  fields.prev = self->prev[chain];
  fields.body = tst_hash_bytes (record->body);
  record->envelope = tst_envelope_sign (&fields, self->keys[chain]);
  self->prev[chain] = *tst_envelope_get_text_hash (record->envelope);
  return record;
}

void
tablet_forget_last (Tablet *self, TstChain chain, const Record *before)
{
  self->seq[chain]--;
  if (before != NULL)
    self->prev[chain] = *tst_envelope_get_text_hash (before->envelope);
  else
    memset (&self->prev[chain], 0, sizeof (TstHash));
}

void
record_free (Record *self)
{
  tst_envelope_unref (self->envelope);
  g_bytes_unref (self->body);
  g_bytes_unref (self->sealed);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

void
bundle_add (TstBundleWriter *writer, const Record *record, With with)
{
  tst_bundle_writer_add_envelope (writer, tst_envelope_get_note (record->envelope));
  if (with & WITH_BODY)
    tst_bundle_writer_add_body (writer, with & SEALED ? record->sealed : record->body, (with & SEALED) != 0);
  for (guint i = 0; (with & WITH_PARTS) && i < record->parts->len; i++)
    {
      TstBundlePart *part = g_ptr_array_index (record->parts, i);

      tst_bundle_writer_add_part (writer, &part->sha256, part->bytes);
    }
}

GBytes *
bundle_of (const Record *record, With with)
{
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();

  bundle_add (writer, record, with);
  return tst_bundle_writer_finish (writer);
}

/* --- answers --- */

static GArray *
read_hashes (JsonObject *object, const char *member)
{
  JsonArray *array = tst_json_array (object, member);
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));

  g_assert_nonnull (array);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      TstHash hash;

      g_assert_true (tst_hash_from_base64 (json_array_get_string_element (array, i), &hash));
      g_array_append_val (hashes, hash);
    }
  return hashes;
}

static TstCheckpoint *
read_checkpoint (Fixture *self, JsonObject *answer)
{
  const char *note = tst_json_string (answer, "checkpoint");
  g_autoptr (GBytes) bytes = g_bytes_new (note, strlen (note));
  g_autoptr (GError) error = NULL;
  TstCheckpoint *checkpoint;

  checkpoint = tst_checkpoint_open (bytes, tst_signing_key_get_verifier (tst_central_get_log_key (self->central)), &error);
  g_assert_no_error (error);
  return checkpoint;
}

void
fixture_check_answer (Fixture *self, JsonObject *answer, GBytes *bundle)
{
  g_autoptr (TstCheckpoint) checkpoint = read_checkpoint (self, answer);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  tst_bundle_parse (bundle, &items, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (tst_json_array (answer, "items")), ==, items->len);
  for (guint i = 0; i < items->len; i++)
    {
      TstBundleItem *sent = g_ptr_array_index (items, i);
      JsonObject *item = answer_item (answer, i);
      g_autoptr (GArray) proof = NULL;
      TstHash leaf;

      if (strcmp (tst_json_string (item, "status"), "refused") == 0)
        {
          g_assert_nonnull (tst_json_string (item, "code"));
          continue;
        }
      proof = read_hashes (item, "proof");
      leaf = tst_merkle_leaf (g_bytes_get_data (sent->envelope, NULL), g_bytes_get_size (sent->envelope));
      tst_merkle_check_inclusion (&leaf, tst_json_int (item, "index", -1), checkpoint->size, proof, &checkpoint->root, &error);
      g_assert_no_error (error);
    }
}

JsonObject *
fixture_take (Fixture *self, GBytes *bundle, guint64 from)
{
  g_autoptr (TstCheckpoint) before = tst_public_log_dup_checkpoint (tst_central_get_log (self->central));
  g_autoptr (TstCheckpoint) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = tst_intake_take (self->intake, bundle, from, &error);
  JsonObject *answer;

  g_assert_no_error (error);
  answer = tst_json_parse_object (text, -1, &error);
  g_assert_no_error (error);
  fixture_check_answer (self, answer, bundle);
  after = read_checkpoint (self, answer);
  if (from > 0 && from == before->size)
    {
      g_autoptr (GArray) consistency = read_hashes (answer, "consistency");

      tst_merkle_check_consistency (from, &before->root, after->size, &after->root, consistency, &error);
      g_assert_no_error (error);
    }
  return answer;
}

JsonObject *
answer_item (JsonObject *answer, guint i)
{
  return json_array_get_object_element (tst_json_array (answer, "items"), i);
}

gboolean
item_misses (JsonObject *item, const TstHash *hash)
{
  g_autoptr (GArray) missing = read_hashes (item, "missing");

  for (guint i = 0; i < missing->len; i++)
    if (tst_hash_equal (&g_array_index (missing, TstHash, i), hash))
      return TRUE;
  return FALSE;
}

gboolean
answer_holds (Fixture *self, JsonObject *answer, const TstHash *hash, guint64 bytes)
{
  const char *note = tst_json_string (answer, "holding");
  g_autoptr (GBytes) note_bytes = g_bytes_new (note, strlen (note));
  g_autoptr (GArray) items = NULL;
  g_autoptr (GError) error = NULL;
  gint64 time_s;

  tst_holding_open (note_bytes, ORIGIN, tst_signing_key_get_verifier (tst_central_get_http_key (self->central)), &time_s,
                    &items, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      TstHolding *holding = &g_array_index (items, TstHolding, i);

      if (tst_hash_equal (&holding->sha256, hash))
        {
          g_assert_cmpuint (holding->bytes, ==, bytes);
          return TRUE;
        }
    }
  return FALSE;
}

/* --- raw requests --- */

void
answer_free (Answer *self)
{
  soup_message_headers_unref (self->headers);
  g_bytes_unref (self->body);
  g_free (self);
}

void
fixture_sign (Fixture *self, TstSigningKey *key, const char *method, const char *path, const char *const *covered,
              const char *nonce, char **input, char **signature)
{
  g_autofree char *url = tst_central_dup_url (self->central);
  g_autofree char *target = g_strconcat (url, path, NULL);
  g_autoptr (GArray) components = g_array_new (FALSE, FALSE, sizeof (TstComponent));
  TstComponent fixed[] = { { "@method", method }, { "@target-uri", target } };
  TstSignatureParams params = { .label = "testigo", .created = FIXTURE_NOW_S, .keyid = tst_signing_key_get_name (key),
                                .nonce = nonce, .tag = "testigo", .with_alg = TRUE };

  g_array_append_vals (components, fixed, 2);
  for (guint i = 0; covered != NULL && covered[i] != NULL; i += 2)
    {
      TstComponent component = { covered[i], covered[i + 1] };

      g_array_append_val (components, component);
    }
  tst_http_sign ((TstComponent *) components->data, components->len, &params, key, input, signature);
}

Answer *
fixture_request (Fixture *self, TstSigningKey *key, const char *method, const char *path, const char *const *headers,
                 GBytes *body, const char *type)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SoupSession) session = NULL;
  g_autofree char *url = g_strconcat (self->address, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  SoupMessageHeaders *out = soup_message_get_request_headers (message);
  g_autoptr (GError) error = NULL;
  Answer *answer = g_new0 (Answer, 1);

  g_main_context_push_thread_default (context);
  session = soup_session_new_with_options ("timeout", DEADLINE_S, NULL);
  for (guint i = 0; headers != NULL && headers[i] != NULL; i += 2)
    if (strcmp (headers[i], "content-length") != 0)
      soup_message_headers_replace (out, headers[i], headers[i + 1]);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, type, body);
  if (key != NULL)
    {
      g_autofree char *nonce = fixture_nonce (self);
      g_autofree char *input = NULL;
      g_autofree char *signature = NULL;

      fixture_sign (self, key, method, path, headers, nonce, &input, &signature);
      soup_message_headers_replace (out, "Signature-Input", input);
      soup_message_headers_replace (out, "Signature", signature);
    }
  answer->body = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  answer->status = soup_message_get_status (message);
  answer->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  g_clear_object (&message);
  g_clear_object (&session);
  g_main_context_pop_thread_default (context);
  return answer;
}

char *
fixture_nonce (Fixture *self)
{
  g_autoptr (Answer) answer = fixture_request (self, NULL, "GET", "/sync/v1/nonces?n=1", NULL, NULL, NULL);
  g_autoptr (JsonObject) object = answer_json (answer);

  return g_strdup (json_array_get_string_element (tst_json_array (object, "nonces"), 0));
}

JsonObject *
answer_json (Answer *self)
{
  gsize size;
  const char *text = g_bytes_get_data (self->body, &size);
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  while (size > 0 && text[size - 1] == '\n')
    size--;
  object = tst_json_parse_object (text, size, &error);
  g_assert_no_error (error);
  return object;
}

int
fixture_connect (Fixture *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->address, G_URI_FLAGS_NONE, NULL);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (g_uri_get_port (uri)) };
  struct timeval deadline = { .tv_sec = DEADLINE_S };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline), ==, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}
