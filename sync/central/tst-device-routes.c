/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-device-routes.h"

#include "base/tst-error.h"
#include "central/tst-archive-intake.h"
#include "central/tst-device-answers.h"
#include "central/tst-device-news.h"
#include "central/tst-holdings.h"
#include "central/tst-json-text.h"
#include "central/tst-pack.h"
#include "central/tst-public-log.h"
#include "central/tst-refill.h"
#include "central/tst-town-files.h"
#include "protocol/tst-bundle.h"
#include "protocol/tst-http-signature.h"
#include "protocol/tst-receipt.h"
#include "record/tst-body.h"

#include <string.h>

#define SMALL_BODY_MAX (256 * 1024)
#define BUNDLE_BODY_MAX (TST_BUNDLE_MAX_BYTES + 256 * 1024)
#define REFILL_BODY_MAX (8 * 1024 * 1024)
#define HOLDINGS_MAX 1000
#define REFUSED "This request was not accepted"
#define BEHIND "Central was restored from a copy and is being completed; nothing is lost"

struct _TstDeviceRoutes
{
  TstCentral *central;
  TstRequestAuth *auth;
  TstHttpPool *pool;
  TstIntake *intake;
  TstHoldings *holdings;
  TstArchiveIntake *archives;
};

typedef void (*RouteFunc) (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device);

typedef struct
{
  TstDeviceRoutes *routes;
  const char *path;
  const char *method;
  gsize body_max;
  gboolean lost_may;
  gboolean while_behind; /* also while the log of a restored store is incomplete */
  RouteFunc func;
} Route;

/* --- what each address does; on worker threads --- */

static void
answer_hello (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) town = tst_central_dup_town (self->central);
  g_autoptr (TstCheckpoint) checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (self->central));
  g_autoptr (GStrvBuilder) pins = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  g_autoptr (GBytes) hello = NULL;
  JsonArray *array = tst_json_array (town, "pins");
  GString *text = g_string_new ("{\"testigo\":1,\"hello\":");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    g_strv_builder_add (pins, json_array_get_string_element (array, i));
  list = g_strv_builder_end (pins);
  hello = tst_hello_sign (tst_central_get_origin (self->central), tst_central_now_s (self->central),
                          (const char *const *) list, tst_central_get_http_key (self->central));
  tst_json_text_bytes (text, hello);
  if (checkpoint != NULL)
    {
      g_string_append (text, ",\"checkpoint\":");
      tst_json_text_bytes (text, checkpoint->note);
    }
  g_string_append (text, "}\n");
  tst_http_task_answer_json (task, g_string_free (text, FALSE));
}

static void
answer_nonces (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  const char *asked = task->query != NULL ? g_hash_table_lookup (task->query, "n") : NULL;
  guint64 n = 1;
  GString *text = g_string_new ("{\"nonces\":[");

  if (asked != NULL && !g_ascii_string_to_unsigned (asked, 10, 1, G_MAXUINT, &n, NULL))
    n = 1;
  for (guint i = 0; i < MIN (n, TST_NONCES_AT_ONCE); i++)
    {
      g_autofree char *nonce = tst_request_auth_new_nonce (self->auth);

      g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "", nonce);
    }
  g_string_append (text, "]}\n");
  tst_http_task_answer_json (task, g_string_free (text, FALSE));
}

static JsonObject *
parse_body (TstHttpTask *task)
{
  gsize size;
  const char *text = g_bytes_get_data (task->body, &size);
  JsonObject *object = size > 0 ? tst_json_parse_object (text, size, NULL) : NULL;

  if (object == NULL)
    tst_http_task_refuse (task, SOUP_STATUS_BAD_REQUEST, "bad-request", "The body must be a JSON object");
  return object;
}

static TstVerifier *
parse_device_key (JsonObject *object, const char *member)
{
  const char *vkey = tst_json_string (object, member);
  g_autoptr (TstVerifier) verifier = vkey != NULL ? tst_verifier_parse (vkey, NULL) : NULL;
  g_autofree char *name = NULL;

  if (verifier == NULL)
    return NULL;
  name = tst_device_name_for_key (tst_verifier_get_public_key (verifier));
  return strcmp (name, tst_verifier_get_name (verifier)) == 0 ? g_steal_pointer (&verifier) : NULL;
}

static void
set_nonce (TstDeviceRoutes *self, SoupMessageHeaders *headers)
{
  g_autofree char *nonce = tst_request_auth_new_nonce (self->auth);

  soup_message_headers_replace (headers, "Testigo-Nonce", nonce);
}

static void
answer_register (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *unused)
{
  g_autoptr (JsonObject) object = parse_body (task);
  g_autoptr (TstVerifier) field = NULL;
  g_autoptr (TstVerifier) open = NULL;
  g_autoptr (TstDevice) device = NULL;
  g_autoptr (GBytes) proof = NULL;
  g_autoptr (GError) error = NULL;
  TstAuthRequest request = { .method = task->method, .target = task->target, .headers = task->headers, .body = task->body };
  const char *code;
  const char *proof_text;
  const char *refusal;
  guint status;

  if (object == NULL)
    return;
  code = tst_json_string (object, "code");
  proof_text = tst_json_string (object, "open_proof");
  field = parse_device_key (object, "field");
  open = parse_device_key (object, "open");
  if (code == NULL || proof_text == NULL || field == NULL || open == NULL)
    {
      tst_http_task_refuse (task, SOUP_STATUS_BAD_REQUEST, "bad-request", "code, field, open and open_proof are needed");
      return;
    }
  request.newcomer = field;
  device = tst_request_auth_check (self->auth, &request, &status, &refusal);
  if (device == NULL)
    {
      tst_http_task_refuse (task, status, refusal, REFUSED);
      return;
    }
  proof = g_bytes_new_static (proof_text, strlen (proof_text));
  if (!tst_open_proof_check (proof, tst_central_get_origin (self->central), tst_verifier_get_name (field), open, &error) ||
      !tst_device_registry_register (tst_central_get_devices (self->central), code, field, open,
                                     tst_central_now_s (self->central), &error))
    tst_http_task_refuse_error (task, error);
  else
    tst_http_task_answer_json (task, g_strdup ("{\"registered\":true}\n"));
}

static void
answer_bundle (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  const char *from_text = task->query != NULL ? g_hash_table_lookup (task->query, "from") : NULL;
  guint64 from = 0;
  g_autoptr (GError) error = NULL;
  char *answer;

  if (from_text != NULL && !g_ascii_string_to_unsigned (from_text, 10, 0, G_MAXINT64, &from, NULL))
    {
      tst_http_task_refuse (task, SOUP_STATUS_BAD_REQUEST, "bad-request", "from must be the size of a checkpoint");
      return;
    }
  answer = tst_intake_take (self->intake, task->body, from, &error);
  if (answer != NULL)
    tst_http_task_answer_json (task, answer);
  else
    tst_http_task_refuse_error (task, error);
}

static void
answer_holdings (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GArray) held = NULL;
  g_autoptr (GArray) missing = NULL;
  g_autoptr (GBytes) note = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *array = object != NULL ? tst_json_array (object, "hashes") : NULL;
  GString *text;

  if (object == NULL)
    return;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *hex = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      TstHash hash;

      if (hex != NULL && tst_hash_from_hex (hex, &hash))
        g_array_append_val (hashes, hash);
    }
  if (array == NULL || hashes->len != json_array_get_length (array) || hashes->len > HOLDINGS_MAX)
    {
      tst_http_task_refuse (task, SOUP_STATUS_BAD_REQUEST, "bad-request", "hashes must be at most 1000 hexadecimal SHA-256");
      return;
    }
  if (!tst_holdings_check (self->holdings, hashes, &held, &missing, &error))
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  note = tst_holding_sign (tst_central_get_origin (self->central), tst_central_now_s (self->central),
                           (const TstHolding *) held->data, held->len, tst_central_get_http_key (self->central));
  text = g_string_new ("{\"holding\":");
  tst_json_text_bytes (text, note);
  g_string_append (text, ",\"missing\":[");
  for (guint i = 0; i < missing->len; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&g_array_index (missing, TstHash, i));

      g_string_append_printf (text, "%s\"%s\"", i > 0 ? "," : "", hex);
    }
  g_string_append (text, "]}\n");
  tst_http_task_answer_json (task, g_string_free (text, FALSE));
}

/* A member of an archive that a relay carried here and sent up as it was, sealed: now it goes in as from a stick, and the sealed copy goes. */
static void
answer_relayed (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  const char *name = object != NULL ? tst_json_string (object, "name") : NULL;
  const char *hex = object != NULL ? tst_json_string (object, "sha256") : NULL;
  g_autofree char *path = NULL;
  g_autofree char *refusal = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  TstHash sha256;
  guint64 bytes;

  if (object == NULL)
    return;
  if (name == NULL || hex == NULL || !tst_hash_from_hex (hex, &sha256))
    {
      tst_http_task_refuse (task, SOUP_STATUS_BAD_REQUEST, "bad-request", "name and sha256 of a member are needed");
      return;
    }
  if (!tst_holdings_has_medium (self->holdings, &sha256, &bytes, &error))
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  path = tst_media_store_path (tst_central_get_media (self->central), &sha256);
  if (tst_archive_intake_take_member (self->archives, name, path, &refusal, &error))
    json_object_set_boolean_member (row, "taken", TRUE);
  else if (g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE) || g_error_matches (error, TST_ERROR, TST_ERROR_IO) ||
           g_error_matches (error, TST_ERROR, TST_ERROR_READ_ONLY))
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  else
    {
      json_object_set_boolean_member (row, "taken", FALSE);
      json_object_set_string_member (row, "code", refusal != NULL ? refusal : tst_error_code (error));
      json_object_set_string_member (row, "message", error->message);
    }
  tst_holdings_forget_medium (self->holdings, &sha256, NULL);
  tst_http_task_answer_json (task, tst_json_write (row));
}

static void
answer_files (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  tst_http_task_answer_json (task, tst_town_files_dup_list (self->central));
}

/* "/sync/v1/file/HASH", "/sync/v1/picture/HASH" and "/sync/v1/original/HASH", from ?from=N on: a line that broke costs nothing twice. */
static void
answer_bytes (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  const char *from_text = task->query != NULL ? g_hash_table_lookup (task->query, "from") : NULL;
  guint64 from = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  guint64 left = 0;
  TstHash sha256;

  if (!tst_hash_from_hex (strrchr (task->path, '/') + 1, &sha256) ||
      (from_text != NULL && !g_ascii_string_to_unsigned (from_text, 10, 0, G_MAXINT64, &from, NULL)))
    {
      tst_http_task_refuse (task, SOUP_STATUS_NOT_FOUND, "not-found", "There is no such address");
      return;
    }
  if (g_str_has_prefix (task->path, "/sync/v1/file/"))
    stream = tst_town_files_open (self->central, &sha256, from, &left, &error);
  else if (g_str_has_prefix (task->path, "/sync/v1/picture/"))
    stream = tst_town_files_open_picture (self->central, &sha256, from, &left, &error);
  else
    stream = tst_town_files_open_original (self->central, device, &sha256, from, &left, &error);
  if (stream == NULL)
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  task->status = SOUP_STATUS_OK;
  task->mime = "application/octet-stream";
  task->length = left;
  if (left > 0)
    task->stream = g_steal_pointer (&stream);
  else
    task->answer = g_bytes_new (NULL, 0);
}

static void
answer_with (TstHttpTask *task, char *text, GError *error)
{
  if (text != NULL)
    tst_http_task_answer_json (task, text);
  else
    {
      tst_http_task_refuse_error (task, error);
      g_error_free (error);
    }
}

/* "heads", and "news", which begins with them. */
static void
answer_heads (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  const char *checkpoint = object != NULL ? tst_json_string (object, "checkpoint") : NULL;
  g_autoptr (GBytes) note = checkpoint != NULL ? g_bytes_new (checkpoint, strlen (checkpoint)) : NULL;
  GError *error = NULL;
  char *text = NULL;

  if (object == NULL)
    return;
  if ((note == NULL || tst_public_log_compare (tst_central_get_log (self->central), note, &error)) &&
      tst_refill_seen (self->central, device->name, &error))
    text = g_str_has_suffix (task->path, "/news") ? tst_device_answer_news (self->central, self->holdings, device, object, &error)
                                                  : tst_device_answer_heads (self->central, device, &error);
  answer_with (task, text, error);
}

static void
answer_refill (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  GError *error = NULL;

  if (object != NULL)
    answer_with (task, tst_refill_take (self->central, object, &error), error);
}

static void
answer_missing (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  GError *error = NULL;
  char *text;

  if (object == NULL)
    return;
  text = tst_device_answer_missing (self->central, self->holdings, device, tst_json_int (object, "since", 0), &error);
  answer_with (task, text, error);
}

static void
answer_decisions (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  g_autoptr (JsonObject) object = parse_body (task);
  GError *error = NULL;
  char *text;

  if (object == NULL)
    return;
  text = tst_device_answer_decisions (self->central, device, tst_json_int (object, "since", 0), MAX (tst_json_int (object, "from", 0), 0), &error);
  answer_with (task, text, error);
}

static void
answer_catalogue (TstDeviceRoutes *self, TstHttpTask *task, TstDevice *device)
{
  const char *since_text = task->query != NULL ? g_hash_table_lookup (task->query, "since") : NULL;
  gint64 since = since_text != NULL ? g_ascii_strtoll (since_text, NULL, 10) : 0;
  const char *until_text = task->query != NULL ? g_hash_table_lookup (task->query, "until") : NULL;
  gint64 until = until_text != NULL ? g_ascii_strtoll (until_text, NULL, 10) : 0;
  const char *part = until > 0 ? g_hash_table_lookup (task->query, "part") : NULL;
  const char *after = until > 0 ? g_hash_table_lookup (task->query, "after") : NULL;
  gboolean gzip = tst_pack_is_accepted (soup_message_headers_get_list (task->headers, "Accept-Encoding"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) lines = tst_device_answer_catalogue (self->central, since, until, part, after, &gzip, &error);

  if (lines == NULL)
    {
      tst_http_task_refuse_error (task, error);
      return;
    }
  task->status = SOUP_STATUS_OK;
  task->mime = "application/x-ndjson";
  task->answer = g_steal_pointer (&lines);
  if (gzip)
    soup_message_headers_replace (task->answer_headers, "Content-Encoding", "gzip");
}

/* --- from the socket to there; on the server's thread --- */

static const Route routes[] = {
  { NULL, "/sync/v1/bundle", "POST", BUNDLE_BODY_MAX, TRUE, FALSE, answer_bundle },
  { NULL, "/sync/v1/holdings", "POST", SMALL_BODY_MAX, TRUE, FALSE, answer_holdings },
  { NULL, "/sync/v1/relayed", "POST", SMALL_BODY_MAX, FALSE, FALSE, answer_relayed },
  { NULL, "/sync/v1/files", "GET", 0, FALSE, FALSE, answer_files },
  { NULL, "/sync/v1/file/", "GET", 0, FALSE, FALSE, answer_bytes },
  { NULL, "/sync/v1/picture/", "GET", 0, FALSE, FALSE, answer_bytes },
  { NULL, "/sync/v1/original/", "GET", 0, FALSE, FALSE, answer_bytes },
  { NULL, "/sync/v1/heads", "POST", SMALL_BODY_MAX, FALSE, TRUE, answer_heads },
  { NULL, "/sync/v1/news", "POST", SMALL_BODY_MAX, FALSE, TRUE, answer_heads },
  { NULL, "/sync/v1/refill", "POST", REFILL_BODY_MAX, FALSE, TRUE, answer_refill },
  { NULL, "/sync/v1/missing", "POST", SMALL_BODY_MAX, FALSE, FALSE, answer_missing },
  { NULL, "/sync/v1/decisions", "POST", SMALL_BODY_MAX, FALSE, FALSE, answer_decisions },
  { NULL, "/sync/v1/catalogue", "GET", 0, FALSE, FALSE, answer_catalogue },
  { NULL, "/sync/v1/register", "POST", SMALL_BODY_MAX, FALSE, TRUE, answer_register },
  { NULL, "/sync/v1/hello", "GET", 0, TRUE, TRUE, answer_hello },
  { NULL, "/sync/v1/nonces", "GET", 0, TRUE, TRUE, answer_nonces },
};

static gboolean
is_open (const Route *route)
{
  return route->func == answer_hello || route->func == answer_nonces;
}

static void
run_route (TstHttpTask *task, gpointer user_data)
{
  const Route *route = user_data;

  soup_message_headers_replace (task->answer_headers, "Cache-Control", "no-store");
  /* With the one of the hello the first signed request needs no question of its own. */
  if (route->func != answer_nonces)
    set_nonce (route->routes, task->answer_headers);
  /* The signature covers the digest and was checked before the body came; now the digest against the body. */
  if (route->body_max > 0 && route->func != answer_register &&
      !tst_content_digest_check (soup_message_headers_get_list (task->headers, "content-digest"), task->body))
    tst_http_task_refuse (task, SOUP_STATUS_UNAUTHORIZED, "signature", REFUSED);
  else if (!route->while_behind && tst_public_log_is_behind (tst_central_get_log (route->routes->central), NULL))
    tst_http_task_refuse (task, SOUP_STATUS_SERVICE_UNAVAILABLE, "read-only", BEHIND);
  else
    route->func (route->routes, task, task->attached);
}

static gboolean
is_route (const Route *route, SoupServerMessage *message, const char *path)
{
  gboolean below = g_str_has_suffix (route->path, "/") && g_str_has_prefix (path, route->path);

  if (!below && strcmp (route->path, path) != 0)
    {
      tst_http_refuse (message, SOUP_STATUS_NOT_FOUND, "not-found", "There is no such address");
      return FALSE;
    }
  if (strcmp (soup_server_message_get_method (message), route->method) != 0)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", route->method);
      tst_http_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "bad-request", "This address takes another method");
      return FALSE;
    }
  return TRUE;
}

/* Before the body: nobody unknown makes central read and keep megabytes. A newcomer's key comes in the (small) body. */
static void
check_signature (const Route *route, SoupServerMessage *message)
{
  static const char *const with_body[] = { "content-digest", NULL };
  g_autofree char *target = tst_http_target (message);
  TstAuthRequest request = { .method = route->method, .target = target, .lost_may = route->lost_may,
                             .headers = soup_server_message_get_request_headers (message),
                             .required = route->body_max > 0 ? with_body : NULL };
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  TstDevice *device;
  guint status;
  const char *code;

  device = tst_request_auth_check (route->routes->auth, &request, &status, &code);
  if (device != NULL)
    {
      tst_http_attach (message, device, (GDestroyNotify) tst_device_unref);
      return;
    }
  tst_http_refuse (message, status, code, REFUSED);
  set_nonce (route->routes, headers);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

static void
on_early (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  const Route *route = user_data;

  if (!is_route (route, message, path))
    {
      /* What is refused already may bring no body at all: it would only be kept in memory to be dropped. */
      tst_http_limit_body (message, 0);
      return;
    }
  tst_http_limit_body (message, route->body_max);
  if (soup_server_message_get_status (message) == 0 && !is_open (route) && route->func != answer_register)
    check_signature (route, message);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Route *route = user_data;

  tst_http_pool_run (route->routes->pool, message, path, query, run_route, route);
}

TstDeviceRoutes *
tst_device_routes_new (TstCentral *central, TstRequestAuth *auth, TstHttpPool *pool)
{
  TstDeviceRoutes *self = g_new0 (TstDeviceRoutes, 1);

  self->central = central;
  self->auth = auth;
  self->pool = pool;
  self->intake = tst_intake_new (central);
  self->holdings = tst_holdings_new (central);
  self->archives = tst_archive_intake_new (central);
  return self;
}

void
tst_device_routes_free (TstDeviceRoutes *self)
{
  tst_archive_intake_free (self->archives);
  tst_intake_free (self->intake);
  tst_holdings_free (self->holdings);
  g_free (self);
}

TstHoldings *
tst_device_routes_get_holdings (TstDeviceRoutes *self)
{
  return self->holdings;
}

void
tst_device_routes_attach (TstDeviceRoutes *self, SoupServer *server)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      Route *route = g_memdup2 (&routes[i], sizeof routes[i]);

      g_autofree char *path = g_strdup (route->path);

      /* For soup "/a" is all that begins with "/a/" too. */
      if (g_str_has_suffix (path, "/"))
        path[strlen (path) - 1] = '\0';
      route->routes = self;
      soup_server_add_early_handler (server, path, on_early, route, NULL);
      soup_server_add_handler (server, path, on_request, route, g_free);
    }
}
