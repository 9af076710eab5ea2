/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-central.h"

#include "base/tst-codec.h"
#include "fake-tree.h"
#include "protocol/tst-bundle.h"
#include "protocol/tst-http-signature.h"
#include "protocol/tst-receipt.h"

#include <string.h>

struct _FakeCentral
{
  JournalFixture *town;
  FakeServer *server;
  TstSigningKey *stranger;

  GMutex mutex;
  Lie lie;
  gboolean nonces_forgotten;
  char **pins;
  gint64 hello_time;
  GHashTable *nonces;    /* text → remote port of the connection on which it was issued */
  guint next_nonce;
  GHashTable *devices;   /* name → TstVerifier */
  GArray *leaves;        /* of TstHash: leaf hashes */
  GArray *records;       /* of TstHash: text hashes, as @leaves */
  GHashTable *contents;  /* TstHash → size: bodies and parts */
  GHashTable *refused;   /* TstHash → code */
  guint max_records;
  GPtrArray *decisions;
  char *catalogue;
  guint n_bundles;
  guint bad_requests;
  GHashTable *connections; /* remote port → device name */
  gboolean connection_shared;
};

/* --- answers --- */

static void
set_note (JsonObject *object, const char *name, GBytes *note)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));

  json_object_set_string_member (object, name, text);
}

static void
answer_json (SoupServerMessage *message, guint status, JsonObject *object)
{
  char *text = tst_json_write (object);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text, strlen (text));
}

static void
refuse (SoupServerMessage *message, guint status, const char *code)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "code", code);
  json_object_set_string_member (object, "message", "no");
  answer_json (message, status, object);
}

static gpointer
remote_port (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return GUINT_TO_POINTER (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static char *
new_nonce (FakeCentral *self, SoupServerMessage *message)
{
  char *nonce = g_strdup_printf ("nonce-%u", ++self->next_nonce);

  g_hash_table_insert (self->nonces, g_strdup (nonce), remote_port (message));
  return nonce;
}

static GBytes *
request_body (SoupServerMessage *message)
{
  return soup_message_body_flatten (soup_server_message_get_request_body (message));
}

static JsonObject *
request_json (SoupServerMessage *message)
{
  g_autoptr (GBytes) bytes = request_body (message);
  JsonObject *object = tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

  g_assert_nonnull (object);
  return object;
}

static char *
public_target (FakeCentral *self, SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return g_strconcat (fake_server_get_url (self->server), g_uri_get_path (uri), query != NULL ? "?" : "", query, NULL);
}

/* A connection must be of one key only, and so must be the nonces that came by it: else they tie the chains together. */
static void
note_connection (FakeCentral *self, gpointer port, const char *device)
{
  const char *before = g_hash_table_lookup (self->connections, port);

  if (before != NULL && strcmp (before, device) != 0)
    self->connection_shared = TRUE;
  g_hash_table_insert (self->connections, port, g_strdup (device));
}

/* NULL and an answer when the request is not signed as § 2 says. @newcomer: the key that a registration brings. */
static gboolean
check_signature (FakeCentral *self, SoupServerMessage *message, TstVerifier *newcomer, char **device)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *target = public_target (self, message);
  g_autoptr (GBytes) body = request_body (message);
  g_autofree char *nonce = new_nonce (self, message);
  TstComponent components[] = {
    { "@method", soup_server_message_get_method (message) },
    { "@target-uri", target },
    { "content-digest", soup_message_headers_get_one (headers, "Content-Digest") },
  };
  g_autoptr (TstParsedSignature) signature =
      tst_http_signature_parse (soup_message_headers_get_one (headers, "Signature-Input"),
                                soup_message_headers_get_one (headers, "Signature"), "testigo", NULL);
  TstVerifier *verifier;
  gpointer issued = NULL;
  gboolean fresh;

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Testigo-Nonce", nonce);
  if (signature == NULL)
    {
      self->bad_requests++;
      refuse (message, 401, "signature");
      return FALSE;
    }
  verifier = newcomer != NULL ? newcomer : g_hash_table_lookup (self->devices, signature->keyid);
  if (verifier == NULL)
    {
      refuse (message, 403, "unknown-device");
      return FALSE;
    }
  fresh = signature->nonce != NULL && g_hash_table_lookup_extended (self->nonces, signature->nonce, NULL, &issued);
  if (fresh)
    g_hash_table_remove (self->nonces, signature->nonce);
  if (!fresh)
    {
      refuse (message, 401, "nonce");
      return FALSE;
    }
  if (!tst_parsed_signature_covers (signature, "@method") || !tst_parsed_signature_covers (signature, "@target-uri") ||
      (g_bytes_get_size (body) > 0 && (!tst_parsed_signature_covers (signature, "content-digest") ||
                                       !tst_content_digest_check (components[2].value, body))) ||
      !tst_http_signature_check (signature, components, 3, verifier, NULL))
    {
      self->bad_requests++;
      refuse (message, 401, "signature");
      return FALSE;
    }
  note_connection (self, remote_port (message), signature->keyid);
  note_connection (self, issued, signature->keyid);
  if (device != NULL)
    *device = g_strdup (signature->keyid);
  return TRUE;
}

static void
hello (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) note = tst_hello_sign (self->lie == LIE_HELLO_ORIGIN ? "otra.example/testigo" : FIXTURE_ORIGIN, self->hello_time,
                                            (const char *const *) self->pins,
                                            self->lie == LIE_HELLO_KEY ? self->stranger : self->town->http);

  json_object_set_int_member (object, "testigo", 1);
  set_note (object, "hello", note);
  answer_json (message, 200, object);
}

static void
nonces (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < 32; i++)
    {
      g_autofree char *nonce = new_nonce (self, message);

      json_array_add_string_element (list, nonce);
    }
  json_object_set_array_member (object, "nonces", list);
  answer_json (message, 200, object);
  if (self->lie == LIE_NONCES && !self->nonces_forgotten)
    {
      self->nonces_forgotten = TRUE;
      g_hash_table_remove_all (self->nonces);
    }
}

static void
register_device (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) request = request_json (message);
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (TstVerifier) field = tst_verifier_parse (tst_json_string (request, "field"), NULL);
  g_autoptr (TstVerifier) open = tst_verifier_parse (tst_json_string (request, "open"), NULL);
  const char *proof_text = tst_json_string (request, "open_proof");
  g_autoptr (GBytes) proof = g_bytes_new (proof_text, strlen (proof_text));

  if (!check_signature (self, message, field, NULL))
    return;
  g_assert_true (tst_open_proof_check (proof, FIXTURE_ORIGIN, tst_verifier_get_name (field), open, NULL));
  if (strcmp (tst_json_string (request, "code"), "AAAAAAAAAAAAAAAAAAAAAA") != 0)
    {
      refuse (message, 403, "enrolment-code");
      return;
    }
  g_hash_table_insert (self->devices, g_strdup (tst_verifier_get_name (field)), tst_verifier_ref (field));
  g_hash_table_insert (self->devices, g_strdup (tst_verifier_get_name (open)), tst_verifier_ref (open));
  json_object_set_boolean_member (answer, "registered", TRUE);
  answer_json (message, 200, answer);
}

static int
find_record (FakeCentral *self, const TstHash *hash)
{
  for (guint i = 0; i < self->records->len; i++)
    if (tst_hash_equal (&g_array_index (self->records, TstHash, i), hash))
      return i;
  return -1;
}

static void
keep (FakeCentral *self, const TstHash *hash, GBytes *bytes)
{
  g_hash_table_insert (self->contents, g_memdup2 (hash, sizeof *hash), GSIZE_TO_POINTER (g_bytes_get_size (bytes)));
}

/* Appends it unless it is there; what it answers comes when the tree is whole. */
static JsonObject *
take_item (FakeCentral *self, TstBundleItem *item, GArray *held)
{
  g_autoptr (TstEnvelope) envelope = tst_envelope_parse (item->envelope, NULL);
  const TstHash *hash = tst_envelope_get_text_hash (envelope);
  const TstHash *body = &tst_envelope_get_fields (envelope)->body;
  JsonObject *answer = json_object_new ();
  g_autofree char *text = tst_hash_to_base64 (hash);
  const char *code = g_hash_table_lookup (self->refused, hash);

  g_assert_true (tst_envelope_verify (envelope, g_hash_table_lookup (self->devices, tst_envelope_get_device (envelope)), NULL));
  json_object_set_string_member (answer, "record", text);
  if (code != NULL)
    {
      json_object_set_string_member (answer, "status", "refused");
      json_object_set_string_member (answer, "code", code);
      return answer;
    }
  json_object_set_string_member (answer, "status", find_record (self, hash) >= 0 ? "known" : "appended");
  if (find_record (self, hash) < 0)
    {
      TstHash leaf = tst_merkle_leaf (g_bytes_get_data (item->envelope, NULL), g_bytes_get_size (item->envelope));

      g_array_append_val (self->leaves, leaf);
      g_array_append_val (self->records, *hash);
    }
  json_object_set_int_member (answer, "index", find_record (self, hash));
  if (item->body != NULL)
    {
      g_autoptr (GBytes) clear =
          item->body_sealed ? tst_age_open (item->body, self->town->intake, NULL) : g_bytes_ref (item->body);
      TstHash actual = tst_hash_bytes (clear);
      TstHolding line = { actual, g_bytes_get_size (clear) };

      g_assert_true (tst_hash_equal (&actual, body));
      keep (self, body, clear);
      g_array_append_val (held, line);
    }
  for (guint i = 0; i < item->parts->len; i++)
    {
      TstBundlePart *part = g_ptr_array_index (item->parts, i);
      TstHolding line = { part->sha256, g_bytes_get_size (part->bytes) };

      keep (self, &part->sha256, part->bytes);
      g_array_append_val (held, line);
    }
  return answer;
}

static void
set_holding (FakeCentral *self, JsonObject *object, GArray *held)
{
  gboolean none = self->lie == LIE_HOLDING_EMPTY;
  g_autoptr (GBytes) note =
      tst_holding_sign (FIXTURE_ORIGIN, FIXTURE_UTC_S, (const TstHolding *) (gpointer) held->data, none ? 0 : held->len,
                        self->lie == LIE_HOLDING_KEY ? self->stranger : self->town->http);

  set_note (object, "holding", note);
}

static void
set_proof (FakeCentral *self, JsonObject *item)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (TstHash));
  gint64 index = tst_json_int (item, "index", -1);

  if (index < 0)
    return;
  if (self->lie == LIE_INDEX)
    index = (index + 1) % self->leaves->len;
  fake_tree_path ((const TstHash *) (gpointer) self->leaves->data, self->leaves->len, index, path);
  if (self->lie == LIE_PROOF && path->len > 0)
    g_array_index (path, TstHash, 0).bytes[5] ^= 1;
  json_object_set_array_member (item, "proof", fake_tree_to_json (path));
}

static void
bundle (FakeCentral *self, SoupServerMessage *message, GHashTable *query)
{
  g_autoptr (GBytes) bytes = request_body (message);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  g_autoptr (GArray) consistency = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (TstCheckpoint) checkpoint = NULL;
  JsonArray *list = json_array_new ();
  guint64 from = 0;
  guint size;
  TstHash root;

  if (!check_signature (self, message, NULL, NULL))
    {
      json_array_unref (list);
      return;
    }
  g_assert_true (tst_bundle_parse (bytes, &items, NULL));
  if (self->max_records > 0 && items->len > self->max_records)
    {
      json_array_unref (list);
      refuse (message, 413, "too-large");
      return;
    }
  self->n_bundles++;
  for (guint i = 0; i < items->len; i++)
    json_array_add_object_element (list, take_item (self, g_ptr_array_index (items, i), held));
  if (self->lie == LIE_REWRITTEN && self->leaves->len > 0)
    g_array_index (self->leaves, TstHash, 0).bytes[0] ^= 1;
  for (guint i = 0; i < json_array_get_length (list); i++)
    set_proof (self, json_array_get_object_element (list, i));
  if (self->lie == LIE_OTHER_RECORDS)
    {
      g_autofree char *other = tst_hash_to_base64 (&g_array_index (self->leaves, TstHash, 0));

      json_object_set_string_member (json_array_get_object_element (list, 0), "record", other);
    }
  size = self->lie == LIE_SHRUNK ? 1 : self->leaves->len;
  root = fake_tree_root ((const TstHash *) (gpointer) self->leaves->data, size);
  checkpoint = tst_checkpoint_sign (FIXTURE_ORIGIN, size, &root, self->lie == LIE_CHECKPOINT_KEY ? self->stranger : self->town->log);
  set_note (answer, "checkpoint", checkpoint->note);
  if (query != NULL && g_hash_table_lookup (query, "from") != NULL)
    from = g_ascii_strtoull (g_hash_table_lookup (query, "from"), NULL, 10);
  if (from > 0 && from < size)
    fake_tree_subproof ((const TstHash *) (gpointer) self->leaves->data, size, from, TRUE, consistency);
  json_object_set_array_member (answer, "consistency", fake_tree_to_json (consistency));
  json_object_set_array_member (answer, "items", list);
  set_holding (self, answer, held);
  answer_json (message, 200, answer);
}

static void
holdings (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) request = request_json (message);
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  JsonArray *hashes = tst_json_array (request, "hashes");
  JsonArray *missing = json_array_new ();

  if (!check_signature (self, message, NULL, NULL))
    {
      json_array_unref (missing);
      return;
    }
  for (guint i = 0; i < json_array_get_length (hashes); i++)
    {
      TstHolding line;
      g_autoptr (GBytes) bytes = NULL;

      g_assert_true (tst_hash_from_hex (json_array_get_string_element (hashes, i), &line.sha256));
      bytes = fake_server_get_upload (self->server, &line.sha256);
      if (bytes == NULL)
        json_array_add_string_element (missing, json_array_get_string_element (hashes, i));
      else
        {
          line.bytes = g_bytes_get_size (bytes);
          g_array_append_val (held, line);
        }
    }
  set_holding (self, answer, held);
  json_object_set_array_member (answer, "missing", missing);
  answer_json (message, 200, answer);
}

static void
heads (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *list;

  if (!check_signature (self, message, NULL, NULL))
    return;
  list = json_array_new ();
  if (self->lie == LIE_UNKNOWN_HEAD)
    {
      JsonObject *head = json_object_new ();
      TstHash hash = tst_hash_data ("other", 5);
      g_autofree char *text = tst_hash_to_base64 (&hash);

      json_object_set_string_member (head, "chain", "field");
      json_object_set_int_member (head, "seq", 1000);
      json_object_set_string_member (head, "hash", text);
      json_array_add_object_element (list, head);
      self->lie = LIE_NONE;
    }
  json_object_set_array_member (answer, "chains", list);
  answer_json (message, 200, answer);
}

static void
decisions (FakeCentral *self, SoupServerMessage *message)
{
  g_autoptr (JsonObject) request = request_json (message);
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *list;

  if (!check_signature (self, message, NULL, NULL))
    return;
  list = json_array_new ();
  for (guint i = tst_json_int (request, "since", 0); i < self->decisions->len; i++)
    {
      TstDecision *decision = g_ptr_array_index (self->decisions, i);
      JsonObject *row = json_object_new ();
      GBytes *note = tst_envelope_get_note (decision->envelope);
      g_autofree char *envelope = g_base64_encode (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
      g_autofree char *body = g_base64_encode (g_bytes_get_data (decision->body, NULL), g_bytes_get_size (decision->body));

      json_object_set_int_member (row, "index", decision->index);
      json_object_set_string_member (row, "envelope", envelope);
      json_object_set_string_member (row, "body", body);
      json_array_add_object_element (list, row);
    }
  json_object_set_array_member (answer, "decisions", list);
  json_object_set_int_member (answer, "next", self->decisions->len);
  answer_json (message, 200, answer);
}

static void
catalogue (FakeCentral *self, SoupServerMessage *message)
{
  if (!check_signature (self, message, NULL, NULL))
    return;
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/jsonl", SOUP_MEMORY_COPY, self->catalogue, strlen (self->catalogue));
}

static gboolean
handle (FakeServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  FakeCentral *self = user_data;
  const char *name;

  if (!g_str_has_prefix (path, "/sync/v1/"))
    return FALSE;
  name = path + strlen ("/sync/v1/");
  g_mutex_lock (&self->mutex);
  if (strcmp (name, "hello") == 0)
    hello (self, message);
  else if (strcmp (name, "nonces") == 0)
    nonces (self, message);
  else if (strcmp (name, "register") == 0)
    register_device (self, message);
  else if (strcmp (name, "bundle") == 0)
    bundle (self, message, query);
  else if (strcmp (name, "holdings") == 0)
    holdings (self, message);
  else if (strcmp (name, "heads") == 0)
    heads (self, message);
  else if (strcmp (name, "decisions") == 0)
    decisions (self, message);
  else if (strcmp (name, "catalogue") == 0)
    catalogue (self, message);
  else
    refuse (message, 404, "not-found");
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/* --- for the test --- */

FakeCentral *
fake_central_new (JournalFixture *town, GTlsCertificate *certificate)
{
  FakeCentral *self = g_new0 (FakeCentral, 1);

  self->town = town;
  g_mutex_init (&self->mutex);
  self->stranger = tst_signing_key_generate (FIXTURE_ORIGIN);
  self->nonces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->devices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tst_verifier_unref);
  self->leaves = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->records = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->contents = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  self->refused = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  self->decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_decision_free);
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->catalogue = g_strdup ("{\"rev\":0}\n");
  self->hello_time = FIXTURE_UTC_S;
  self->server = fake_server_new (certificate);
  fake_server_set_handler (self->server, handle, self);
  return self;
}

void
fake_central_free (FakeCentral *self)
{
  fake_server_free (self->server);
  tst_signing_key_unref (self->stranger);
  g_hash_table_unref (self->nonces);
  g_hash_table_unref (self->devices);
  g_array_unref (self->leaves);
  g_array_unref (self->records);
  g_hash_table_unref (self->contents);
  g_hash_table_unref (self->refused);
  g_ptr_array_unref (self->decisions);
  g_hash_table_unref (self->connections);
  g_strfreev (self->pins);
  g_free (self->catalogue);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

FakeServer *
fake_central_get_server (FakeCentral *self)
{
  return self->server;
}

void
fake_central_enrol (FakeCentral *self, const char *const *pins)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstTownKeys) keys = tst_town_keys_parse (self->town->enrolment, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_free (keys->url);
  keys->url = g_strdup (fake_server_get_url (self->server));
  if (pins != NULL)
    {
      g_strfreev (keys->pins);
      keys->pins = g_strdupv ((char **) pins);
    }
  text = tst_town_keys_write (keys);
  tst_field_book_enrol (self->town->book, text, &error);
  g_assert_no_error (error);
}

void
fake_central_set_lie (FakeCentral *self, Lie lie)
{
  g_mutex_lock (&self->mutex);
  self->lie = lie;
  g_mutex_unlock (&self->mutex);
}

void
fake_central_set_pins (FakeCentral *self, const char *const *pins, gint64 time_s)
{
  g_mutex_lock (&self->mutex);
  g_strfreev (self->pins);
  self->pins = g_strdupv ((char **) pins);
  self->hello_time = time_s;
  g_mutex_unlock (&self->mutex);
}

void
fake_central_refuse (FakeCentral *self, const TstHash *record, const char *code)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->refused, g_memdup2 (record, sizeof *record), g_strdup (code));
  g_mutex_unlock (&self->mutex);
}

void
fake_central_set_max_records (FakeCentral *self, guint max)
{
  g_mutex_lock (&self->mutex);
  self->max_records = max;
  g_mutex_unlock (&self->mutex);
}

void
fake_central_add_decision (FakeCentral *self, TstDecision *decision)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->decisions, decision);
  g_mutex_unlock (&self->mutex);
}

void
fake_central_set_catalogue (FakeCentral *self, const char *lines)
{
  g_mutex_lock (&self->mutex);
  g_free (self->catalogue);
  self->catalogue = g_strdup (lines);
  g_mutex_unlock (&self->mutex);
}

guint
fake_central_count_leaves (FakeCentral *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->leaves->len;
  g_mutex_unlock (&self->mutex);
  return n;
}

gboolean
fake_central_has (FakeCentral *self, const TstHash *record)
{
  gboolean has;

  g_mutex_lock (&self->mutex);
  has = find_record (self, record) >= 0;
  g_mutex_unlock (&self->mutex);
  return has;
}

guint
fake_central_count_bundles (FakeCentral *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_bundles;
  g_mutex_unlock (&self->mutex);
  return n;
}

guint
fake_central_bad_requests (FakeCentral *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->bad_requests;
  g_mutex_unlock (&self->mutex);
  return n;
}

GArray *
fake_central_dup_order (FakeCentral *self)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (TstHash));

  g_mutex_lock (&self->mutex);
  g_array_append_vals (order, self->records->data, self->records->len);
  g_mutex_unlock (&self->mutex);
  return order;
}

gboolean
fake_central_connection_shared (FakeCentral *self)
{
  gboolean shared;

  g_mutex_lock (&self->mutex);
  shared = self->connection_shared;
  g_mutex_unlock (&self->mutex);
  return shared;
}
