/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-public-log.h"
#include "central/tst-moderation.h"
#include "central/tst-projection.h"
#include "record/tst-body.h"

#include <string.h>

/* Pages stay good while nothing public changed, and at most this long, since the log grows and they tell ages. */
#define CACHE_S 5
#define CACHE_BYTES (16u * 1024 * 1024)
#define PAGE_MAX_AGE "public, max-age=30"
#define DATA_MAX_AGE "public, max-age=60"
/* Never immutable: a picture that was taken back must go from caches too. */
#define MEDIA_MAX_AGE "public, max-age=300"
#define DERIVATIVE_MAX (32u * 1024 * 1024)

static const char security_policy[] = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; "
                                      "base-uri 'none'; frame-ancestors 'self'";

typedef struct
{
  GBytes *body;
  char *etag;
  gint64 made_s;
  gint64 modified_s; /* since when the body is this one */
  guint revision;
} CacheEntry;

static void
cache_entry_free (gpointer data)
{
  CacheEntry *entry = data;

  g_bytes_unref (entry->body);
  g_free (entry->etag);
  g_free (entry);
}

/* --- making one --- */

static void
widen (double bbox[4], JsonArray *coordinates)
{
  if (json_array_get_length (coordinates) >= 2 && JSON_NODE_HOLDS_VALUE (json_array_get_element (coordinates, 0)))
    {
      double lon = json_array_get_double_element (coordinates, 0);
      double lat = json_array_get_double_element (coordinates, 1);

      bbox[0] = MIN (bbox[0], lon);
      bbox[1] = MIN (bbox[1], lat);
      bbox[2] = MAX (bbox[2], lon);
      bbox[3] = MAX (bbox[3], lat);
      return;
    }
  for (guint i = 0; i < json_array_get_length (coordinates); i++)
    if (JSON_NODE_HOLDS_ARRAY (json_array_get_element (coordinates, i)))
      widen (bbox, json_array_get_array_element (coordinates, i));
}

/* The comunas' shapes: from the file that the profile names, beside town.json. A town without one has no map. */
static void
load_areas (TstPublicRoutes *self)
{
  const char *name = self->town->comunas_geojson && *self->town->comunas_geojson ? self->town->comunas_geojson : "comunas.geojson";
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *path = g_build_filename (tst_central_get_folder (self->central), base, NULL);
  g_autoptr (GBytes) bytes = tst_fs_read (path, 16 * 1024 * 1024, NULL);
  g_autoptr (JsonObject) file =
    bytes ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL) : NULL;
  JsonArray *features = file ? tst_json_array (file, "features") : NULL;
  double bbox[4] = { 180, 90, -180, -90 };
  g_autoptr (GPtrArray) named = g_ptr_array_new ();

  for (guint i = 0; features && i < json_array_get_length (features); i++)
    {
      JsonNode *node = json_array_get_element (features, i);
      JsonObject *feature = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *properties = feature ? tst_json_object (feature, "properties") : NULL;
      JsonObject *geometry = feature ? tst_json_object (feature, "geometry") : NULL;
      JsonArray *coordinates = geometry ? tst_json_array (geometry, "coordinates") : NULL;
      JsonObject *area = NULL;

      if (!properties || !coordinates || !tst_json_string (properties, "code") || !tst_json_string (properties, "name"))
        continue;
      area = json_object_new ();
      json_object_set_string_member (area, "code", tst_json_string (properties, "code"));
      json_object_set_string_member (area, "name", tst_json_string (properties, "name"));
      json_object_set_object_member (area, "geometry", json_object_ref (geometry));
      json_array_add_object_element (self->areas, area);
      widen (bbox, coordinates);
    }
  /* A profile without a list of its own has the comunas that the shapes name. */
  for (guint i = 0; self->town->comunas->len == 0 && i < json_array_get_length (self->areas); i++)
    {
      JsonObject *area = json_array_get_object_element (self->areas, i);
      TstComuna *comuna = g_new0 (TstComuna, 1);

      comuna->code = g_strdup (json_object_get_string_member (area, "code"));
      comuna->name = g_strdup (json_object_get_string_member (area, "name"));
      g_ptr_array_add (named, comuna);
    }
  for (guint i = 0; i < named->len; i++)
    g_ptr_array_add (self->town->comunas, g_ptr_array_index (named, i));
  if (json_array_get_length (self->areas) == 0)
    {
      /* Some five kilometres around the main square. */
      bbox[0] = self->town->lon - 0.03;
      bbox[1] = self->town->lat - 0.03;
      bbox[2] = self->town->lon + 0.03;
      bbox[3] = self->town->lat + 0.03;
    }
  memcpy (self->bbox, bbox, sizeof bbox);
}

static void
load_town (TstPublicRoutes *self)
{
  g_autoptr (JsonObject) data = tst_central_dup_town (self->central);
  JsonObject *profile = data ? tst_json_object (data, "profile") : NULL;
  const char *name = data ? tst_json_string (data, "town") : NULL;
  JsonObject *model = json_object_new ();

  self->town = profile ? tst_town_new_from_json (profile, NULL) : NULL;
  if (!self->town)
    {
      /* No profile: nothing of the fictitious one may stand for a real town. */
      g_autoptr (JsonObject) blank = json_object_new ();
      static const char *const members[] = { "department", "nit", "divipola", "address", "email", "telephone", "website", "policy_url" };

      json_object_set_string_member (blank, "name", name && *name ? name : tst_central_get_origin (self->central));
      json_object_set_string_member (blank, "entity", name && *name ? name : tst_central_get_origin (self->central));
      json_object_set_array_member (blank, "comunas", json_array_new ());
      for (guint i = 0; i < G_N_ELEMENTS (members); i++)
        json_object_set_string_member (blank, members[i], "");
      self->town = tst_town_new_from_json (blank, NULL);
      if (!self->town)
        self->town = tst_town_new_default ();
    }
  self->town_model = model;
  json_object_set_string_member (model, "name", self->town->name);
  json_object_set_string_member (model, "entity", self->town->entity);
  json_object_set_string_member (model, "nit", self->town->nit);
  json_object_set_boolean_member (model, "fictitious", self->town->fictitious);
  tst_public_set_text (model, "address", self->town->address);
  tst_public_set_text (model, "email", self->town->email);
  tst_public_set_text (model, "phone", self->town->telephone);
  tst_public_set_text (model, "website", self->town->website);
  tst_public_set_text (model, "policy_href", self->town->policy_url);
  tst_public_set_text (model, "timezone", self->town->time_zone);
  self->zone = self->town->time_zone && *self->town->time_zone ? g_time_zone_new_identifier (self->town->time_zone) : NULL;
  if (!self->zone)
    self->zone = g_time_zone_new_offset (-5 * 3600);
}

TstPublicRoutes *
tst_public_routes_new (TstCentral *central, TstPageRenderer *renderer)
{
  TstPublicRoutes *self = g_new0 (TstPublicRoutes, 1);

  self->central = g_object_ref (central);
  self->renderer = renderer ? g_object_ref (renderer) : NULL;
  self->areas = json_array_new ();
  self->vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (tst_central_get_log_key (central)));
  g_mutex_init (&self->lock);
  self->cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cache_entry_free);
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  load_town (self);
  load_areas (self);
  return self;
}

void
tst_public_routes_free (TstPublicRoutes *self)
{
  tst_public_routes_detach (self);
  g_hash_table_unref (self->cache);
  g_hash_table_unref (self->buckets);
  g_mutex_clear (&self->lock);
  json_array_unref (self->areas);
  json_object_unref (self->town_model);
  tst_town_free (self->town);
  g_time_zone_unref (self->zone);
  g_free (self->vkey);
  g_clear_object (&self->renderer);
  g_object_unref (self->central);
  g_free (self);
}

void
tst_public_response_free (TstPublicResponse *self)
{
  soup_message_headers_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

/* --- the limit on looking numbers up --- */

#define BUCKET_TOKENS 20
#define BUCKET_REFILL_S 3 /* a token every so many seconds */
#define BUCKETS_MAX 50000

typedef struct
{
  double tokens;
  gint64 at_us;
} Bucket;

gboolean
tst_public_take_token (TstPublicRoutes *routes, const char *client, guint *wait_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&routes->lock);
  gint64 now_us = g_get_monotonic_time ();
  Bucket *bucket = NULL;

  (void) locker;
  /* A flood of addresses empties the table rather than the memory. */
  if (g_hash_table_size (routes->buckets) > BUCKETS_MAX)
    g_hash_table_remove_all (routes->buckets);
  bucket = g_hash_table_lookup (routes->buckets, client);
  if (!bucket)
    {
      bucket = g_new (Bucket, 1);
      *bucket = (Bucket) { .tokens = BUCKET_TOKENS, .at_us = now_us };
      g_hash_table_insert (routes->buckets, g_strdup (client), bucket);
    }
  bucket->tokens =
    MIN (BUCKET_TOKENS, bucket->tokens + (double) (now_us - bucket->at_us) / G_USEC_PER_SEC / BUCKET_REFILL_S);
  bucket->at_us = now_us;
  if (bucket->tokens < 1)
    {
      *wait_s = (guint) ((1 - bucket->tokens) * BUCKET_REFILL_S) + 1;
      return FALSE;
    }
  bucket->tokens -= 1;
  return TRUE;
}

/* One household is one client: of an IPv6 address the first 64 bits. */
static char *
client_key (const char *client)
{
  g_autoptr (GInetAddress) address = client ? g_inet_address_new_from_string (client) : NULL;

  if (address && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    return tst_hex_encode (g_inet_address_to_bytes (address), 8);
  return g_strdup (address ? client : "?");
}

/* --- answers --- */

static TstPublicResponse *
response_new (guint status)
{
  TstPublicResponse *self = g_new0 (TstPublicResponse, 1);

  self->status = status;
  self->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  soup_message_headers_replace (self->headers, "Content-Security-Policy", security_policy);
  soup_message_headers_replace (self->headers, "X-Content-Type-Options", "nosniff");
  /* A contribution's number stands in its address. */
  soup_message_headers_replace (self->headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (self->headers, "Cross-Origin-Opener-Policy", "same-origin");
  return self;
}

static void
set_body (TstPublicResponse *self, const char *mime, const char *cache_control, GBytes *body)
{
  self->body = g_bytes_ref (body);
  soup_message_headers_replace (self->headers, "Content-Type", mime);
  soup_message_headers_replace (self->headers, "Cache-Control", cache_control);
}

static gboolean
etag_listed (const char *list, const char *etag)
{
  g_auto (GStrv) tags = list ? g_strsplit (list, ",", 64) : NULL;

  for (guint i = 0; tags && tags[i]; i++)
    {
      const char *tag = g_strstrip (tags[i]);

      if (g_str_equal (tag, "*"))
        return TRUE;
      if (g_str_has_prefix (tag, "W/"))
        tag += 2;
      if (g_str_equal (tag, etag))
        return TRUE;
    }
  return FALSE;
}

/* Validators, and 304 for whoever has it already. */
static void
set_validators (TstPublicResponse *self, const TstPublicRequest *request, const char *etag, gint64 modified_s)
{
  g_autoptr (GDateTime) modified = modified_s > 0 ? g_date_time_new_from_unix_utc (modified_s) : NULL;
  g_autofree char *date = modified ? soup_date_time_to_string (modified, SOUP_DATE_HTTP) : NULL;
  gboolean fresh = FALSE;

  soup_message_headers_replace (self->headers, "ETag", etag);
  if (date)
    soup_message_headers_replace (self->headers, "Last-Modified", date);
  if (request->if_none_match)
    fresh = etag_listed (request->if_none_match, etag);
  else if (request->if_modified_since && modified)
    {
      g_autoptr (GDateTime) since = soup_date_time_new_from_http_string (request->if_modified_since);

      fresh = since && g_date_time_compare (modified, since) <= 0;
    }
  if (fresh && self->status == 200)
    {
      self->status = 304;
      g_clear_pointer (&self->body, g_bytes_unref);
      soup_message_headers_remove (self->headers, "Content-Type");
    }
}

static char *
etag_of (GBytes *body)
{
  TstHash hash = tst_hash_bytes (body);
  g_autofree char *hex = tst_hash_to_hex (&hash);

  hex[32] = '\0';
  return g_strdup_printf ("\"%s\"", hex);
}

static void
put_frame (TstPublicCall *call)
{
  JsonObject *page = json_object_new ();
  g_autofree char *path = tst_public_self (call, 0);
  g_autofree char *base_url = tst_central_dup_url (call->routes->central);

  json_object_set_object_member (call->model, "town", json_object_ref (call->routes->town_model));
  json_object_set_string_member (page, "path", path);
  json_object_set_string_member (page, "base_url", base_url ? base_url : "");
  json_object_set_boolean_member (page, "noindex", call->noindex || call->status != 200);
  json_object_set_object_member (call->model, "page", page);
  tst_public_set_instant (call->model, "now", call->now_s);
}

static TstPublicResponse *
plain (guint status, const char *text)
{
  TstPublicResponse *response = response_new (status);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  set_body (response, "text/plain; charset=utf-8", "no-store", body);
  return response;
}

static TstPublicResponse *
error_page (TstPublicCall *call, guint status, guint retry_s, const char *reference)
{
  g_autoptr (JsonObject) model = json_object_new ();
  g_autoptr (GBytes) body = NULL;
  TstPublicResponse *response = NULL;
  JsonObject *kept = call->model;

  call->model = model;
  call->status = status;
  put_frame (call);
  call->model = kept;
  json_object_set_int_member (model, "code", status);
  if (status == 410)
    {
      if (call->gone_s > 0)
        tst_public_set_day (call, model, "retired_on", call->gone_s);
      tst_public_set_text (model, "reason_label", call->gone_reason);
    }
  if (retry_s > 0)
    json_object_set_int_member (model, "retry_after_s", retry_s);
  tst_public_set_text (model, "reference", reference);
  if (call->routes->renderer)
    body = tst_page_renderer_render (call->routes->renderer, "error", model, NULL);
  if (!body)
    return plain (status, status == 404   ? "No encontrado.\n"
                          : status == 410 ? "Ya no se publica.\n"
                          : status == 429 ? "Espere un momento y consulte de nuevo.\n"
                                          : "Algo falló. Intente de nuevo en un momento.\n");
  response = response_new (status);
  set_body (response, "text/html; charset=utf-8", "no-store", body);
  if (retry_s > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", retry_s);
      soup_message_headers_replace (response->headers, "Retry-After", text);
    }
  return response;
}

/* What went wrong goes to the operator's log, the stranger gets a reference to ask by. */
static TstPublicResponse *
failed_page (TstPublicCall *call, const GError *error)
{
  guint32 random = g_random_int ();
  g_autofree char *reference = g_strdup_printf ("%08x", random);

  g_warning ("A public page failed (%s): %s", reference, error ? error->message : "no reason given");
  return error_page (call, g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED) ? 503 : 500, 0, reference);
}

typedef struct
{
  TstPublicBuilder build;
  TstPublicCall *call;
} Turn;

static gboolean
run_builder (TstStore *store, gpointer data, GError **error)
{
  Turn *turn = data;

  return turn->build (store, turn->call, error);
}

static gboolean
build (TstPublicCall *call, TstPublicBuilder builder, GError **error)
{
  Turn turn = { builder, call };

  return tst_store_read (tst_central_get_store (call->routes->central), run_builder, &turn, error);
}

/* --- the cache of pages --- */

static TstPublicResponse *
from_entry (const CacheEntry *entry, const TstPublicRequest *request, gboolean noindex)
{
  TstPublicResponse *response = response_new (200);

  set_body (response, "text/html; charset=utf-8", PAGE_MAX_AGE, entry->body);
  if (noindex)
    soup_message_headers_replace (response->headers, "X-Robots-Tag", "noindex");
  set_validators (response, request, entry->etag, entry->modified_s);
  return response;
}

static TstPublicResponse *
cached (TstPublicRoutes *self, const TstPublicRequest *request, const char *key, guint revision, gint64 now_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CacheEntry *entry = g_hash_table_lookup (self->cache, key);

  (void) locker;
  if (!entry || entry->revision != revision || now_s - entry->made_s > CACHE_S || now_s < entry->made_s)
    return NULL;
  return from_entry (entry, request, FALSE);
}

static TstPublicResponse *
remember (TstPublicRoutes *self, const TstPublicRequest *request, const char *key, guint revision, gint64 now_s, GBytes *body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CacheEntry *old = g_hash_table_lookup (self->cache, key);
  CacheEntry *entry = g_new0 (CacheEntry, 1);
  TstPublicResponse *response = NULL;

  (void) locker;
  entry->body = g_bytes_ref (body);
  entry->etag = etag_of (body);
  entry->made_s = now_s;
  entry->modified_s = old && g_str_equal (old->etag, entry->etag) ? old->modified_s : now_s;
  entry->revision = revision;
  response = from_entry (entry, request, FALSE);
  self->cache_bytes += g_bytes_get_size (body) + strlen (key);
  if (self->cache_bytes > CACHE_BYTES)
    {
      g_hash_table_remove_all (self->cache);
      self->cache_bytes = g_bytes_get_size (body) + strlen (key);
    }
  g_hash_table_replace (self->cache, g_strdup (key), entry);
  return response;
}

/* --- pages --- */

static TstPublicResponse *
page (TstPublicCall *call, TstPublicBuilder builder, gboolean may_cache)
{
  TstPublicRoutes *self = call->routes;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *self_path = tst_public_self (call, 0);
  const char *number = tst_public_param (call, "pagina");
  g_autofree char *key = g_strconcat (self_path, "#", number ? number : "", NULL);
  guint revision = tst_projection_get_revision (tst_central_get_store (self->central));
  TstPublicResponse *response = may_cache ? cached (self, call->request, key, revision, call->now_s) : NULL;

  if (response)
    return response;
  if (!self->renderer)
    return plain (500, "Esta central no tiene páginas.\n");
  if (!build (call, builder, &error))
    return failed_page (call, error);
  if (call->status != 200)
    return error_page (call, call->status, 0, NULL);
  if (tst_json_object (call->model, "check"))
    json_object_set_boolean_member (tst_json_object (call->model, "check"), "ok", tst_public_recheck (self, call->name));
  if (tst_json_string (call->model, "found"))
    {
      g_autofree char *location = g_strconcat ("/aportes/", tst_json_string (call->model, "found"), NULL);

      response = plain (303, "");
      soup_message_headers_replace (response->headers, "Location", location);
      return response;
    }
  put_frame (call);
  body = tst_page_renderer_render (self->renderer, call->page, call->model, &error);
  if (!body)
    return failed_page (call, error);
  if (may_cache && !call->noindex)
    return remember (self, call->request, key, revision, call->now_s, body);
  response = response_new (200);
  set_body (response, "text/html; charset=utf-8", may_cache ? PAGE_MAX_AGE : "private, no-store", body);
  soup_message_headers_replace (response->headers, "X-Robots-Tag", "noindex");
  if (may_cache)
    {
      g_autofree char *etag = etag_of (body);
      set_validators (response, call->request, etag, 0);
    }
  return response;
}

static TstPublicResponse *
data_response (TstPublicCall *call, const char *mime, GBytes *body, gint64 modified_s)
{
  TstPublicResponse *response = response_new (200);
  g_autofree char *etag = etag_of (body);

  set_body (response, mime, DATA_MAX_AGE, body);
  /* Open data: other sites' programs may read it. */
  soup_message_headers_replace (response->headers, "Access-Control-Allow-Origin", "*");
  set_validators (response, call->request, etag, modified_s);
  return response;
}

typedef struct
{
  TstPublicCall *call;
  TstPublicRecord *record;
} RecordTurn;

static gboolean
find_record (TstStore *store, gpointer data, GError **error)
{
  RecordTurn *turn = data;

  return tst_public_find_record (store, turn->call, turn->record, error);
}

static TstPublicResponse *
record_part (TstPublicCall *call, const char *part)
{
  TstPublicRecord record = { 0 };
  RecordTurn turn = { call, &record };
  g_autoptr (GError) error = NULL;
  TstPublicResponse *response = NULL;

  if (!tst_store_read (tst_central_get_store (call->routes->central), find_record, &turn, &error))
    return failed_page (call, error);
  if (call->status != 200)
    response = error_page (call, call->status, 0, NULL);
  else if (g_str_equal (part, "record"))
    response = data_response (call, "text/plain; charset=utf-8", record.note, record.decided_s);
  else if (g_str_equal (part, "body"))
    response = record.body ? data_response (call, "application/json", record.body, record.decided_s)
                           : error_page (call, 404, 0, NULL);
  else
    {
      g_autoptr (GBytes) proof = tst_public_log_prove (tst_central_get_log (call->routes->central), record.idx, &error);

      if (proof)
        response = data_response (call, "text/plain; charset=utf-8", proof, 0);
      else
        response = g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND) ? error_page (call, 404, 0, NULL) : failed_page (call, error);
    }
  tst_public_record_clear (&record);
  return response;
}

static TstPublicResponse *
evidence_json (TstPublicCall *call)
{
  g_autoptr (GError) error = NULL;
  JsonObject *check = NULL;

  if (!build (call, tst_public_build_evidence, &error))
    return failed_page (call, error);
  if (call->status != 200)
    return error_page (call, call->status, 0, NULL);
  check = tst_json_object (call->model, "check");
  json_object_set_boolean_member (check, "ok", tst_public_recheck (call->routes, call->name));
  json_object_set_string_member (call->model, "device_vkey", tst_json_string (check, "device_vkey"));
  json_object_remove_member (call->model, "map");
  g_autofree char *text = tst_json_write (call->model);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  return data_response (call, "application/json", body, 0);
}

/* "/evidencia/ID", "ID.json", "ID/record|body|proof". */
static TstPublicResponse *
evidence (TstPublicCall *call, const char *rest)
{
  g_autofree char *id = g_strndup (rest, 36);
  const char *more = strlen (rest) >= 36 ? rest + 36 : "?";
  TstPublicResponse *response = NULL;

  if (!tst_uuid_is_valid (id))
    return error_page (call, 404, 0, NULL);
  call->name = id;
  if (!*more)
    response = page (call, tst_public_build_evidence, TRUE);
  else if (g_str_equal (more, ".json"))
    response = evidence_json (call);
  else if (g_str_equal (more, "/record") || g_str_equal (more, "/body") || g_str_equal (more, "/proof"))
    response = record_part (call, more + 1);
  else
    response = error_page (call, 404, 0, NULL);
  call->name = NULL;
  return response;
}

/* --- pictures --- */

typedef struct
{
  TstPublicCall *call;
  TstHash sha256;
  gint64 width;
  gint64 modified_s;
} MediaTurn;

/* By the derivative's own hash, and only while an item that shows it is published. */
static gboolean
find_derivative (TstStore *store, gpointer data, GError **error)
{
  MediaTurn *turn = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_public_query (store, error,
                      "SELECT i.state, i.decided_s, i.reason FROM derivative d JOIN item i ON i.id = d.id"
                      " WHERE d.sha256 = ?1 AND d.width = ?2 ORDER BY i.state = 'published' DESC LIMIT 1",
                      "hi", &turn->sha256, turn->width);
  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    turn->call->status = 404;
  else if (g_strcmp0 (tst_statement_text (find, 0), "published") != 0)
    {
      turn->call->status = 410;
      turn->call->gone_s = tst_statement_int (find, 1);
      turn->call->gone_reason = g_strdup (tst_moderation_reason_label (tst_statement_text (find, 2)));
    }
  turn->modified_s = row ? tst_statement_int (find, 1) : 0;
  return TRUE;
}

static TstPublicResponse *
picture (TstPublicCall *call, const char *rest)
{
  MediaTurn turn = { .call = call };
  g_autofree char *hex = g_strndup (rest, 64);
  g_autofree char *expected = NULL;
  g_autofree char *path = NULL;
  g_autofree char *etag = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TstPublicResponse *response = NULL;

  if (strlen (rest) < 66 || !tst_hash_from_hex (hex, &turn.sha256))
    return error_page (call, 404, 0, NULL);
  turn.width = (gint64) g_ascii_strtoull (rest + 65, NULL, 10);
  expected = g_strdup_printf ("%s/%" G_GINT64_FORMAT ".jpg", hex, turn.width);
  if (!g_str_equal (expected, rest))
    return error_page (call, 404, 0, NULL);
  if (!tst_store_read (tst_central_get_store (call->routes->central), find_derivative, &turn, &error))
    return failed_page (call, error);
  if (call->status != 200)
    return error_page (call, call->status, 0, NULL);
  path = tst_media_store_path (tst_central_get_media (call->routes->central), &turn.sha256);
  bytes = tst_fs_read (path, DERIVATIVE_MAX, &error);
  if (!bytes)
    return failed_page (call, error);
  response = response_new (200);
  etag = g_strdup_printf ("\"%s\"", hex);
  set_body (response, "image/jpeg", MEDIA_MAX_AGE, bytes);
  set_validators (response, call->request, etag, turn.modified_s);
  return response;
}

/* --- the rest --- */

static TstPublicResponse *
asset (TstPublicCall *call, const char *name)
{
  const char *mime = NULL;
  const char *etag = NULL;
  const char *version = tst_public_param (call, "v");
  g_autoptr (GBytes) bytes = call->routes->renderer ? tst_page_renderer_asset (call->routes->renderer, name, &mime, &etag) : NULL;
  TstPublicResponse *response = NULL;
  g_autofree char *quoted = NULL;

  if (!bytes)
    return error_page (call, 404, 0, NULL);
  quoted = etag[0] == '"' ? g_strdup (etag) : g_strdup_printf ("\"%s\"", etag);
  response = response_new (200);
  set_body (response, mime,
            version && strstr (quoted, version) == quoted + 1 ? "public, max-age=31536000, immutable" : "public, max-age=300", bytes);
  set_validators (response, call->request, quoted, 0);
  return response;
}

static gboolean
ask_store (TstStore *store, gpointer data, GError **error)
{
  gint64 one = 0;

  return tst_public_count (store, &one, error, "SELECT count (*) FROM meta", "");
}

static TstPublicResponse *
health (TstPublicCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *read_only = tst_central_dup_read_only (call->routes->central);

  if (!tst_store_read (tst_central_get_store (call->routes->central), ask_store, NULL, &error))
    return plain (503, "store\n");
  return read_only ? plain (200, "read-only\n") : plain (200, "ok\n");
}

static TstPublicResponse *
download (TstPublicCall *call, const char *name)
{
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;
  g_autoptr (GBytes) body = tst_public_download (call->routes, name, &mime, &error);
  TstPublicResponse *response = NULL;

  if (error)
    return failed_page (call, error);
  if (!body)
    return error_page (call, 404, 0, NULL);
  response = data_response (call, mime, body, 0);
  g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"", name);
  soup_message_headers_replace (response->headers, "Content-Disposition", disposition);
  return response;
}

static TstPublicResponse *
feed (TstPublicCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = tst_public_feed (call->routes, &error);

  return body ? data_response (call, "application/atom+xml; charset=utf-8", body, 0) : failed_page (call, error);
}

static const struct
{
  const char *path;
  TstPublicBuilder build;
} pages[] = {
  { "/", tst_public_build_start },         { "/obras", tst_public_build_works },    { "/galeria", tst_public_build_gallery },
  { "/verificar", tst_public_build_verify }, { "/libro", tst_public_build_ledger }, { "/encuestas", tst_public_build_surveys },
  { "/ayuda", tst_public_build_help },     { "/acerca", tst_public_build_about },
};

/* Looking a number up, in the path or in the form, costs a token. */
static TstPublicResponse *
contribution (TstPublicCall *call, TstPublicBuilder builder)
{
  g_autofree char *key = client_key (call->request->client);
  guint wait_s = 0;

  if (!tst_public_take_token (call->routes, key, &wait_s))
    return error_page (call, 429, wait_s, NULL);
  return page (call, builder, FALSE);
}

static TstPublicResponse *
route (TstPublicCall *call)
{
  const char *path = call->request->path;
  TstPublicResponse *response = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (path, pages[i].path))
      return page (call, pages[i].build, TRUE);
  if (g_str_has_prefix (path, "/obras/") && path[7])
    {
      call->name = path + 7;
      response = page (call, tst_public_build_work, TRUE);
      call->name = NULL;
      return response;
    }
  if (g_str_has_prefix (path, "/evidencia/"))
    return evidence (call, path + strlen ("/evidencia/"));
  if (g_str_has_prefix (path, "/media/"))
    return picture (call, path + strlen ("/media/"));
  if (g_str_equal (path, "/aportes"))
    return tst_public_param (call, "numero") ? contribution (call, tst_public_build_contribution_search)
                                             : page (call, tst_public_build_contribution_search, TRUE);
  if (g_str_has_prefix (path, "/aportes/") && path[9])
    {
      call->name = path + 9;
      call->noindex = TRUE;
      response = contribution (call, tst_public_build_contribution);
      soup_message_headers_replace (response->headers, "X-Robots-Tag", "noindex");
      call->name = NULL;
      return response;
    }
  if (g_str_has_prefix (path, "/descargas/"))
    return download (call, path + strlen ("/descargas/"));
  if (g_str_has_prefix (path, "/estatico/"))
    return asset (call, path + strlen ("/estatico/"));
  if (g_str_equal (path, "/favicon.ico"))
    return asset (call, "favicon.svg");
  if (g_str_equal (path, "/feeds/evidencia.atom"))
    return feed (call);
  if (g_str_equal (path, "/healthz"))
    return health (call);
  if (g_str_equal (path, "/robots.txt"))
    return plain (200, "User-agent: *\nDisallow: /aportes/\n");
  return error_page (call, 404, 0, NULL);
}

TstPublicResponse *
tst_public_routes_respond (TstPublicRoutes *self, const TstPublicRequest *request)
{
  g_autoptr (JsonObject) model = json_object_new ();
  TstPublicCall call = { .routes = self, .request = request, .status = 200, .model = model };
  TstPublicResponse *response = NULL;

  if (!g_str_equal (request->method, "GET") && !g_str_equal (request->method, "HEAD"))
    {
      response = plain (405, "Solo GET y HEAD.\n");
      soup_message_headers_replace (response->headers, "Allow", "GET, HEAD");
      return response;
    }
  call.now_s = tst_central_now_s (self->central);
  call.checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (self->central));
  response = strlen (request->path) <= 1000 && g_utf8_validate (request->path, -1, NULL) ? route (&call)
                                                                                        : plain (404, "No encontrado.\n");
  g_clear_pointer (&call.checkpoint, tst_checkpoint_free);
  g_clear_pointer (&call.gone_reason, g_free);
  return response;
}
