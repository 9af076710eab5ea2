/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "central/tst-pack.h"
#include "central/tst-projection.h"
#include "record/tst-body.h"

#include <string.h>

/* Pages that were made, kept a little while: they stay good while nothing public changed, and at most this long, since the log grows and
 * they tell ages. */
#define CACHE_S 5
#define CACHE_BYTES (16u * 1024 * 1024)
/* What was packed: larger ones are packed each time, far larger ones go as they are. */
#define PACKED_BYTES (8u * 1024 * 1024)
#define PACKED_KEPT (512u * 1024)
#define PACKED_MOST (8u * 1024 * 1024)
#define PAGE_MAX_AGE "public, max-age=5, must-revalidate"

typedef struct
{
  GBytes *body;
  const char *mime;          /* static */
  const char *cache_control; /* static */
  char *etag;
  gint64 made_s;
  gint64 modified_s; /* since when the body is this one */
  guint revision;
} CacheEntry;

struct _TstPublicCache
{
  GMutex lock;
  GHashTable *entries; /* of path and query to CacheEntry */
  gsize bytes;
  GHashTable *packed; /* of ETag to GBytes */
  gsize packed_bytes;
};

static void
cache_entry_free (gpointer data)
{
  CacheEntry *entry = data;

  g_bytes_unref (entry->body);
  g_free (entry->etag);
  g_free (entry);
}

TstPublicCache *
tst_public_cache_new (void)
{
  TstPublicCache *self = g_new0 (TstPublicCache, 1);

  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cache_entry_free);
  self->packed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  return self;
}

void
tst_public_cache_free (TstPublicCache *self)
{
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->packed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static TstPublicResponse *
from_entry (const CacheEntry *entry, const TstPublicRequest *request)
{
  TstPublicResponse *response = tst_public_answer_new (200);

  tst_public_answer_set_body (response, entry->mime, entry->cache_control, entry->body);
  /* Open data: other sites' programs may read it. */
  if (!g_str_has_prefix (entry->mime, "text/html"))
    soup_message_headers_replace (response->headers, "Access-Control-Allow-Origin", "*");
  tst_public_answer_set_validators (response, request, entry->etag, entry->modified_s);
  return response;
}

TstPublicResponse *
tst_public_cache_lookup (TstPublicCache *self, const TstPublicRequest *request, const char *key, guint revision, gint64 now_s)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const CacheEntry *entry = g_hash_table_lookup (self->entries, key);

  (void) locker;
  if (!entry || entry->revision != revision || now_s - entry->made_s > CACHE_S || now_s < entry->made_s)
    return NULL;
  return from_entry (entry, request);
}

TstPublicResponse *
tst_public_cache_keep (TstPublicCache *self, const TstPublicRequest *request, const char *key, guint revision, gint64 now_s,
                       const char *mime, const char *cache_control, GBytes *body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const CacheEntry *old = g_hash_table_lookup (self->entries, key);
  CacheEntry *entry = g_new0 (CacheEntry, 1);
  TstPublicResponse *response = NULL;

  (void) locker;
  entry->body = g_bytes_ref (body);
  entry->mime = mime;
  entry->cache_control = cache_control;
  entry->etag = tst_public_etag (body);
  entry->made_s = now_s;
  entry->modified_s = old && g_str_equal (old->etag, entry->etag) ? old->modified_s : now_s;
  entry->revision = revision;
  response = from_entry (entry, request);
  if (old)
    self->bytes -= g_bytes_get_size (old->body) + strlen (key);
  self->bytes += g_bytes_get_size (body) + strlen (key);
  if (self->bytes > CACHE_BYTES)
    {
      g_hash_table_remove_all (self->entries);
      self->bytes = g_bytes_get_size (body) + strlen (key);
    }
  g_hash_table_replace (self->entries, g_strdup (key), entry);
  return response;
}

/* --- packed --- */

static gboolean
is_text (const char *mime)
{
  static const char *const others[] = { "application/json", "application/xml", "application/javascript", "application/vnd.mapbox-vector-tile",
                                        "application/x-ndjson", NULL };
  g_autofree char *type = g_strndup (mime, strcspn (mime, ";"));

  return g_str_has_prefix (type, "text/") || g_str_has_suffix (type, "+json") || g_str_has_suffix (type, "+xml") || g_strv_contains (others, type);
}

static GBytes *
find_packed (TstPublicCache *self, const char *etag)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GBytes *packed = etag != NULL ? g_hash_table_lookup (self->packed, etag) : NULL;

  (void) locker;
  return packed != NULL ? g_bytes_ref (packed) : NULL;
}

static void
keep_packed (TstPublicCache *self, const char *etag, GBytes *packed)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  (void) locker;
  if (etag == NULL || g_bytes_get_size (packed) > PACKED_KEPT || g_hash_table_contains (self->packed, etag))
    return;
  self->packed_bytes += g_bytes_get_size (packed);
  if (self->packed_bytes > PACKED_BYTES)
    {
      g_hash_table_remove_all (self->packed);
      self->packed_bytes = g_bytes_get_size (packed);
    }
  g_hash_table_insert (self->packed, g_strdup (etag), g_bytes_ref (packed));
}

void
tst_public_cache_pack (TstPublicCache *self, TstPublicResponse *response, const char *accept_encoding)
{
  const char *mime = soup_message_headers_get_one (response->headers, "Content-Type");
  g_autofree char *etag = g_strdup (soup_message_headers_get_one (response->headers, "ETag"));
  g_autoptr (GBytes) packed = NULL;

  if (response->status == 304)
    soup_message_headers_append (response->headers, "Vary", "Accept-Encoding");
  if (response->status != 200 || response->body == NULL || mime == NULL || !is_text (mime) || g_bytes_get_size (response->body) < TST_PACK_MIN ||
      g_bytes_get_size (response->body) > PACKED_MOST || soup_message_headers_get_one (response->headers, "Content-Encoding") != NULL)
    return;
  soup_message_headers_append (response->headers, "Vary", "Accept-Encoding");
  if (!tst_pack_is_accepted (accept_encoding))
    return;
  packed = find_packed (self, etag);
  if (packed == NULL)
    {
      packed = tst_pack (response->body, NULL);
      if (packed == NULL)
        return;
      keep_packed (self, etag, packed);
    }
  g_bytes_unref (response->body);
  response->body = g_steal_pointer (&packed);
  soup_message_headers_replace (response->headers, "Content-Encoding", "gzip");
  if (etag != NULL)
    {
      g_autofree char *other = tst_public_packed_etag (etag);

      soup_message_headers_replace (response->headers, "ETag", other);
    }
}

/* --- pages --- */

static char *
page_key (const TstPublicCall *call)
{
  g_autofree char *self_path = tst_public_self (call, 0);
  const char *number = tst_public_param (call, "pagina");

  return g_strconcat (self_path, "#", number ? number : "", NULL);
}

TstPublicResponse *
tst_public_answer_from_cache (TstPublicRoutes *self, const TstPublicRequest *request)
{
  TstPublicCall call = { .routes = self, .request = request, .now_s = tst_central_now_s (self->central) };
  guint revision = tst_projection_get_revision (tst_central_get_store (self->central));
  gboolean is_tile = g_str_has_prefix (request->path, "/tiles/");
  g_autofree char *key = NULL;
  TstPublicResponse *response = NULL;

  /* Pieces for other pages have a policy of their own (tst-public-routes.c). */
  if (!g_str_equal (request->method, "GET") || strlen (request->path) > 1000 || !g_utf8_validate (request->path, -1, NULL)
      || g_str_has_prefix (request->path, "/insertar/"))
    return NULL;
  key = is_tile ? g_strdup (request->path) : page_key (&call);
  response = tst_public_cache_lookup (self->cache, request, key, revision, call.now_s);
  if (response)
    tst_public_answer_let_fetch (response, tst_public_ground_get_origins (self->ground));
  return response;
}

TstPublicResponse *
tst_public_answer_page (TstPublicCall *call, TstPublicBuilder builder, gboolean may_cache)
{
  TstPublicRoutes *self = call->routes;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *key = page_key (call);
  guint revision = tst_projection_get_revision (tst_central_get_store (self->central));
  TstPublicResponse *response = may_cache ? tst_public_cache_lookup (self->cache, call->request, key, revision, call->now_s) : NULL;

  if (response)
    return response;
  if (!self->renderer)
    return tst_public_answer_plain (500, "Esta central no tiene páginas.\n");
  if (!tst_public_build (call, builder, &error))
    return tst_public_answer_failed (call, error);
  if (call->status != 200)
    return tst_public_answer_error (call, call->status, 0, NULL);
  if (tst_json_object (call->model, "check"))
    json_object_set_boolean_member (tst_json_object (call->model, "check"), "ok", tst_public_recheck (self, call->name));
  if (tst_json_string (call->model, "found"))
    {
      g_autofree char *location = g_strconcat ("/aportes/", tst_json_string (call->model, "found"), NULL);

      response = tst_public_answer_plain (303, "");
      soup_message_headers_replace (response->headers, "Location", location);
      return response;
    }
  tst_public_put_frame (call);
  body = tst_page_renderer_render (self->renderer, call->page, call->model, &error);
  if (!body)
    return tst_public_answer_failed (call, error);
  if (may_cache && !call->noindex)
    return tst_public_cache_keep (self->cache, call->request, key, revision, call->now_s, "text/html; charset=utf-8", PAGE_MAX_AGE,
                                  body);
  response = tst_public_answer_new (200);
  tst_public_answer_set_body (response, "text/html; charset=utf-8", may_cache ? PAGE_MAX_AGE : "private, no-store", body);
  soup_message_headers_replace (response->headers, "X-Robots-Tag", "noindex");
  if (may_cache)
    {
      g_autofree char *etag = tst_public_etag (body);
      tst_public_answer_set_validators (response, call->request, etag, 0);
    }
  return response;
}
