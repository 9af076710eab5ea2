/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-transport.h"

#include "base/tst-error.h"
#include "protocol/tst-http-signature.h"

#include <openssl/x509.h>
#include <string.h>

#define NONCE_MAX_LENGTH 128
#define NONCE_KEEP_US (8 * 60 * G_USEC_PER_SEC) /* central takes them for ten minutes */
#define NONCES_AT_ONCE "nonces?n=32"
#define NONCES_ANSWER_MAX (64 * 1024)
#define JSON_MAX (32 * 1024 * 1024)
#define TURNS_MAX 3

/* --- central --- */

struct _TstPeer
{
  gatomicrefcount refs;
  TstTownKeys *town;
  GMutex mutex;
  GArray *pins; /* of TstHash */
};

static void
add_pins (TstPeer *self, const char *const *pins)
{
  for (guint i = 0; pins != NULL && pins[i] != NULL; i++)
    {
      TstHash pin;

      if (tst_hash_from_base64 (pins[i], &pin))
        g_array_append_val (self->pins, pin);
    }
}

TstPeer *
tst_peer_new (TstTownKeys *town)
{
  TstPeer *self = g_new0 (TstPeer, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->town = town;
  self->pins = g_array_new (FALSE, FALSE, sizeof (TstHash));
  add_pins (self, (const char *const *) town->pins);
  return self;
}

TstPeer *
tst_peer_ref (TstPeer *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_peer_unref (TstPeer *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  tst_town_keys_free (self->town);
  g_array_unref (self->pins);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

const TstTownKeys *
tst_peer_get_town (TstPeer *self)
{
  return self->town;
}

const char *
tst_peer_get_origin (TstPeer *self)
{
  return tst_verifier_get_name (self->town->log);
}

char *
tst_peer_url (TstPeer *self, const char *path)
{
  return g_strconcat (self->town->url, "/sync/v1/", path, NULL);
}

void
tst_peer_set_pins (TstPeer *self, const char *const *pins)
{
  g_mutex_lock (&self->mutex);
  g_array_set_size (self->pins, 0);
  add_pins (self, (const char *const *) self->town->pins);
  add_pins (self, pins);
  g_mutex_unlock (&self->mutex);
}

gboolean
tst_peer_has_pin (TstPeer *self, const TstHash *public_key)
{
  gboolean found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->pins->len; i++)
    found = found || tst_hash_equal (&g_array_index (self->pins, TstHash, i), public_key);
  g_mutex_unlock (&self->mutex);
  return found;
}

/* --- nonces --- */

typedef struct
{
  char *text;
  gint64 until;
} Nonce;

struct _TstNonces
{
  GMutex mutex;
  GQueue queue; /* of Nonce, oldest first */
};

static void
nonce_free (gpointer data)
{
  Nonce *nonce = data;

  g_free (nonce->text);
  g_free (nonce);
}

TstNonces *
tst_nonces_new (void)
{
  TstNonces *self = g_new0 (TstNonces, 1);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->queue);
  return self;
}

void
tst_nonces_free (TstNonces *self)
{
  g_queue_clear_full (&self->queue, nonce_free);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
tst_nonces_put (TstNonces *self, const char *nonce)
{
  Nonce *item;
  gsize length = nonce != NULL ? strlen (nonce) : 0;

  if (length == 0 || length > NONCE_MAX_LENGTH)
    return;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (nonce[i]))
      return;
  item = g_new0 (Nonce, 1);
  item->text = g_strdup (nonce);
  item->until = g_get_monotonic_time () + NONCE_KEEP_US;
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->queue, item);
  g_mutex_unlock (&self->mutex);
}

char *
tst_nonces_take (TstNonces *self)
{
  gint64 now = g_get_monotonic_time ();
  char *text = NULL;

  g_mutex_lock (&self->mutex);
  while (text == NULL && !g_queue_is_empty (&self->queue))
    {
      Nonce *nonce = g_queue_pop_head (&self->queue);

      if (nonce->until > now)
        text = g_steal_pointer (&nonce->text);
      nonce_free (nonce);
    }
  g_mutex_unlock (&self->mutex);
  return text;
}

void
tst_nonces_clear (TstNonces *self)
{
  g_mutex_lock (&self->mutex);
  g_queue_clear_full (&self->queue, nonce_free);
  g_mutex_unlock (&self->mutex);
}

/* --- a session --- */

struct _TstTransport
{
  TstPeer *peer;
  TstNonces *nonces;
  TstSigningKey *key;
  TstClock *clock;
  GCancellable *cancellable;
  SoupSession *session;
  guint64 bytes_sent;
  char *refusal;
};

static gboolean
public_key_hash (GTlsCertificate *certificate, TstHash *hash)
{
  g_autoptr (GByteArray) der = NULL;
  const guchar *at;
  guchar *spki = NULL;
  X509 *x509;
  int size = -1;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return FALSE;
  at = der->data;
  x509 = d2i_X509 (NULL, &at, der->len);
  if (x509 == NULL)
    return FALSE;
  size = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (x509), &spki);
  if (size > 0)
    *hash = tst_hash_data (spki, size);
  OPENSSL_free (spki);
  X509_free (x509);
  return size > 0;
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer user_data)
{
  TstTransport *self = user_data;
  TstHash hash;

  if (public_key_hash (certificate, &hash) && tst_peer_has_pin (self->peer, &hash))
    return TRUE;
  tst_http_mark_untrusted (self->session);
  return FALSE;
}

/* Every message of the session, those that TstTusUpload makes too. */
static void
on_request_queued (SoupSession *session, SoupMessage *message, gpointer user_data)
{
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), user_data);
}

TstTransport *
tst_transport_new (TstPeer *peer, TstNonces *nonces, TstSigningKey *key, TstClock *clock, guint timeout_s,
                   GCancellable *cancellable)
{
  TstTransport *self = g_new0 (TstTransport, 1);
  g_autoptr (GUri) uri = g_uri_parse (tst_peer_get_town (peer)->url, SOUP_HTTP_URI_FLAGS, NULL);

  self->peer = tst_peer_ref (peer);
  self->nonces = nonces;
  self->key = tst_signing_key_ref (key);
  self->clock = g_object_ref (clock);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->session = soup_session_new_with_options ("user-agent", "Testigo/" TST_VERSION, "timeout", timeout_s, "idle-timeout", 60, NULL);
  /* No database at all: libsoup then finds every chain unknown and asks us, who know the key itself. */
  soup_session_set_tls_database (self->session, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  if (uri != NULL && tst_http_is_loopback (g_uri_get_host (uri)))
    soup_session_set_proxy_resolver (self->session, NULL);
  g_signal_connect (self->session, "request-queued", G_CALLBACK (on_request_queued), self);
  return self;
}

void
tst_transport_free (TstTransport *self)
{
  g_signal_handlers_disconnect_by_data (self->session, self);
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_object_unref (self->clock);
  g_clear_object (&self->cancellable);
  tst_signing_key_unref (self->key);
  tst_peer_unref (self->peer);
  g_free (self->refusal);
  g_free (self);
}

SoupSession *
tst_transport_get_session (TstTransport *self)
{
  return self->session;
}

guint64
tst_transport_get_bytes_sent (TstTransport *self)
{
  return self->bytes_sent;
}

const char *
tst_transport_get_refusal (TstTransport *self)
{
  return self->refusal;
}

/* --- signing --- */

static gboolean
fetch_nonces (TstTransport *self, GError **error)
{
  g_autoptr (GBytes) answer =
      tst_transport_call (self, SOUP_METHOD_GET, NONCES_AT_ONCE, NULL, NULL, NONCES_ANSWER_MAX, error);
  g_autoptr (JsonObject) object = answer != NULL ? tst_transport_parse_json (answer, error) : NULL;
  JsonArray *list;

  if (object == NULL)
    return FALSE;
  list = tst_json_array (object, "nonces");
  for (guint i = 0; list != NULL && i < MIN (json_array_get_length (list), 64); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        tst_nonces_put (self->nonces, json_node_get_string (node));
    }
  if (list == NULL)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central");
  return list != NULL;
}

static void
on_got_headers (SoupMessage *message, gpointer user_data)
{
  TstTransport *self = user_data;

  /* A refused nonce: central has forgotten all of them (it began anew, or we slept too long). */
  if (soup_message_get_status (message) == SOUP_STATUS_UNAUTHORIZED)
    tst_nonces_clear (self->nonces);
  tst_nonces_put (self->nonces,
                  soup_message_headers_get_one (soup_message_get_response_headers (message), "Testigo-Nonce"));
}

static void
on_wrote_body_data (SoupMessage *message, guint chunk, gpointer user_data)
{
  ((TstTransport *) user_data)->bytes_sent += chunk;
}

/* Adds a component for a request header that is there. */
static void
cover (TstComponent *components, guint *n, SoupMessageHeaders *headers, const char *name)
{
  const char *value = soup_message_headers_get_one (headers, name);

  if (value != NULL)
    components[(*n)++] = (TstComponent){ name, value };
}

gboolean
tst_transport_sign (SoupMessage *message, GBytes *body, gpointer user_data, GError **error)
{
  TstTransport *self = user_data;
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *target = g_uri_to_string (soup_message_get_uri (message));
  g_autofree char *nonce = tst_nonces_take (self->nonces);
  g_autofree char *input = NULL;
  g_autofree char *signature = NULL;
  TstTimestamp now;
  TstComponent components[5] = { { "@method", soup_message_get_method (message) }, { "@target-uri", target } };
  TstSignatureParams params = { "testigo", 0, tst_signing_key_get_name (self->key), NULL, "testigo", TRUE };
  guint n = 2;

  if (nonce == NULL)
    {
      if (!fetch_nonces (self, error))
        return FALSE;
      nonce = tst_nonces_take (self->nonces);
    }
  if (body != NULL)
    {
      g_autofree char *digest = tst_content_digest (body);

      soup_message_headers_replace (headers, "Content-Digest", digest);
      cover (components, &n, headers, "content-digest");
    }
  else if (soup_message_headers_get_one (headers, "Tus-Resumable") != NULL && soup_message_headers_get_one (headers, "Content-Length") != NULL)
    {
      cover (components, &n, headers, "upload-offset");
      cover (components, &n, headers, "upload-length");
      cover (components, &n, headers, "upload-metadata");
      cover (components, &n, headers, "content-length");
    }
  tst_clock_now (self->clock, &now);
  params.created = MAX (0, now.utc_us / G_USEC_PER_SEC);
  params.nonce = nonce;
  tst_http_sign (components, n, &params, self->key, &input, &signature);
  soup_message_headers_replace (headers, "Signature-Input", input);
  soup_message_headers_replace (headers, "Signature", signature);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), self);
  return TRUE;
}

/* --- calls --- */

static gboolean
is_unsigned (const char *path)
{
  return g_str_equal (path, "hello") || g_str_has_prefix (path, "nonces");
}

static void
free_bytes (gpointer data, GClosure *closure)
{
  g_bytes_unref (data);
}

/* A line that turned out to be dead before anything went over it: libsoup takes another and wants the body anew. */
static void
on_restarted (SoupMessage *message, gpointer user_data)
{
  soup_message_set_request_body_from_bytes (message, NULL, user_data);
}

static SoupMessage *
make_message (TstTransport *self, const char *method, const char *path, const char *mime, GBytes *body, GError **error)
{
  g_autofree char *url = tst_peer_url (self->peer, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);

  if (message == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_ENROLMENT, "Central's address cannot be used. Ask the town for a new code");
      return NULL;
    }
  if (body != NULL)
    {
      soup_message_set_request_body_from_bytes (message, mime, body);
      g_signal_connect_data (message, "restarted", G_CALLBACK (on_restarted), g_bytes_ref (body), free_bytes, 0);
    }
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_body_data), self);
  /* The hello brings a nonce along, for the first request that is signed. */
  if (is_unsigned (path))
    g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), self);
  else if (!tst_transport_sign (message, body, self, error))
    return NULL;
  return g_steal_pointer (&message);
}

/* Maps a refusal; TRUE when the request is worth repeating at once with the nonce that came with it. */
static gboolean
refused (TstTransport *self, guint status, GBytes *answer, GError **error)
{
  g_autofree char *code = NULL;
  g_autofree char *text = NULL;

  if (status == STATUS_NETWORK_SIGN_IN)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "This network wants you to sign in before it lets us through");
  else if (status == 408 || status == 423 || status == 425 || status == 429 || status >= 500)
    g_set_error (error, TST_ERROR, TST_ERROR_BUSY, "Central is busy (%u); it goes on later by itself", status);
  else if (!tst_http_parse_refusal (answer, &code, &text))
    g_set_error (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central (%u)", status);
  else if (g_str_equal (code, "nonce"))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY, "Central forgot us in between; it goes on later by itself");
      return TRUE;
    }
  else if (g_str_equal (code, "busy") || g_str_equal (code, "read-only"))
    g_set_error (error, TST_ERROR, TST_ERROR_BUSY, "Central cannot take anything now (%s); it goes on later by itself", code);
  else
    {
      g_free (self->refusal);
      self->refusal = g_steal_pointer (&code);
      g_set_error (error, TST_ERROR, TST_ERROR_REFUSED, "Central refuses (%s). Everything stays saved here; ask the town", self->refusal);
    }
  return FALSE;
}

GBytes *
tst_transport_call (TstTransport *self, const char *method, const char *path, const char *mime, GBytes *body, gsize limit,
                    GError **error)
{
  for (guint turn = 1;; turn++)
    {
      g_autoptr (SoupMessage) message = make_message (self, method, path, mime, body, error);
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GError) local = NULL;
      gboolean again;

      if (message == NULL)
        return NULL;
      answer = tst_http_send (self->session, message, limit, self->cancellable, error);
      if (answer == NULL || SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
        return g_steal_pointer (&answer);
      again = refused (self, soup_message_get_status (message), answer, &local);
      if (!again || turn == TURNS_MAX)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
}

JsonObject *
tst_transport_parse_json (GBytes *answer, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (answer, &size);
  JsonObject *object = data != NULL ? tst_json_parse_object (data, size, NULL) : NULL;

  if (object == NULL)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL,
                         "Something answered that is not central; perhaps this network wants you to sign in. Nothing is lost");
  return object;
}

JsonObject *
tst_transport_call_json (TstTransport *self, const char *method, const char *path, JsonObject *request, GError **error)
{
  g_autofree char *text = request != NULL ? tst_json_write (request) : NULL;
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (GBytes) answer = tst_transport_call (self, method, path, "application/json", body, JSON_MAX, error);

  return answer != NULL ? tst_transport_parse_json (answer, error) : NULL;
}

GInputStream *
tst_transport_open (TstTransport *self, const char *path, GError **error)
{
  for (guint turn = 1;; turn++)
    {
      g_autoptr (SoupMessage) message = make_message (self, SOUP_METHOD_GET, path, NULL, NULL, error);
      g_autoptr (GInputStream) stream = NULL;
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GError) local = NULL;

      if (message == NULL)
        return NULL;
      stream = tst_http_open (self->session, message, self->cancellable, error);
      if (stream == NULL || SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
        return g_steal_pointer (&stream);
      answer = g_input_stream_read_bytes (stream, 64 * 1024, self->cancellable, NULL);
      if (answer == NULL)
        answer = g_bytes_new (NULL, 0);
      if (!refused (self, soup_message_get_status (message), answer, &local) || turn == TURNS_MAX)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
}
