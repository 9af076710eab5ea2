/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-error.h"

#include <string.h>

#define DATA_MAX_AGE "public, max-age=5, must-revalidate"

/* What every answer has: headers, validators, the error pages. */

/* Nothing comes from elsewhere, and no script but the site's own files. Pictures of the moving map are handed over as blobs. */
static const char security_policy[] = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
                                      "img-src 'self' blob: data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
                                      "frame-ancestors 'self'";
/* What is made to stand in other people's pages. */
static const char embed_policy[] = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
                                   "img-src 'self' blob: data:; form-action 'self'; base-uri 'none'; frame-ancestors *";

void
tst_public_answer_may_be_embedded (TstPublicResponse *self)
{
  soup_message_headers_replace (self->headers, "Content-Security-Policy", embed_policy);
}

void
tst_public_answer_let_fetch (TstPublicResponse *self, const char *origins)
{
  static const char *const directives[] = { "connect-src 'self'", "img-src 'self'" };
  g_autoptr (GString) policy = g_string_new (soup_message_headers_get_one (self->headers, "Content-Security-Policy"));

  if (!origins)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (directives); i++)
    {
      g_autofree char *wider = g_strconcat (directives[i], " ", origins, NULL);

      g_string_replace (policy, directives[i], wider, 1);
    }
  soup_message_headers_replace (self->headers, "Content-Security-Policy", policy->str);
}

void
tst_public_response_free (TstPublicResponse *self)
{
  soup_message_headers_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

TstPublicResponse *
tst_public_answer_new (guint status)
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

void
tst_public_answer_set_body (TstPublicResponse *self, const char *mime, const char *cache_control, GBytes *body)
{
  self->body = g_bytes_ref (body);
  soup_message_headers_replace (self->headers, "Content-Type", mime);
  soup_message_headers_replace (self->headers, "Cache-Control", cache_control);
}

/* Returns: (nullable) (transfer full): the ETag that @list has of this body, in whichever form it was given; its own for "*". */
static char *
find_etag (const char *list, const char *etag)
{
  g_auto (GStrv) tags = list ? g_strsplit (list, ",", 64) : NULL;
  g_autofree char *packed = tst_public_packed_etag (etag);

  for (guint i = 0; tags && tags[i]; i++)
    {
      const char *tag = g_strstrip (tags[i]);

      if (g_str_has_prefix (tag, "W/"))
        tag += 2;
      if (g_str_equal (tag, "*") || g_str_equal (tag, etag))
        return g_strdup (etag);
      if (g_str_equal (tag, packed))
        return g_steal_pointer (&packed);
    }
  return NULL;
}

void
tst_public_answer_set_validators (TstPublicResponse *self, const TstPublicRequest *request, const char *etag, gint64 modified_s)
{
  g_autoptr (GDateTime) modified = modified_s > 0 ? g_date_time_new_from_unix_utc (modified_s) : NULL;
  g_autofree char *date = modified ? soup_date_time_to_string (modified, SOUP_DATE_HTTP) : NULL;
  g_autofree char *known = find_etag (request->if_none_match, etag);
  gboolean fresh = FALSE;

  soup_message_headers_replace (self->headers, "ETag", known ? known : etag);
  if (date)
    soup_message_headers_replace (self->headers, "Last-Modified", date);
  if (request->if_none_match)
    fresh = known != NULL;
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

char *
tst_public_etag (GBytes *body)
{
  TstHash hash = tst_hash_bytes (body);
  g_autofree char *hex = tst_hash_to_hex (&hash);

  hex[32] = '\0';
  return g_strdup_printf ("\"%s\"", hex);
}

char *
tst_public_packed_etag (const char *etag)
{
  return g_strdup_printf ("%.*s" TST_PUBLIC_PACKED "\"", (int) strlen (etag) - 1, etag);
}

char *
tst_public_dup_url (TstPublicRoutes *routes)
{
  char *url = routes->base_url ? g_strdup (routes->base_url) : tst_central_dup_url (routes->central);

  return url ? url : g_strdup ("");
}

void
tst_public_put_frame (TstPublicCall *call)
{
  JsonObject *page = json_object_new ();
  g_autofree char *path = tst_public_self (call, 0);
  g_autofree char *base_url = tst_public_dup_url (call->routes);

  json_object_set_object_member (call->model, "town", json_object_ref (call->routes->town_model));
  json_object_set_string_member (page, "path", path);
  json_object_set_string_member (page, "base_url", base_url ? base_url : "");
  json_object_set_boolean_member (page, "noindex", call->noindex || call->status != 200);
  json_object_set_boolean_member (page, "moving_map", call->routes->moving_map);
  if (call->routes->is_static)
    json_object_set_boolean_member (page, "static", TRUE);
  json_object_set_object_member (call->model, "page", page);
  tst_public_set_instant (call->model, "now", call->now_s);
}

TstPublicResponse *
tst_public_answer_plain (guint status, const char *text)
{
  TstPublicResponse *response = tst_public_answer_new (status);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  tst_public_answer_set_body (response, "text/plain; charset=utf-8", "no-store", body);
  return response;
}

TstPublicResponse *
tst_public_answer_error (TstPublicCall *call, guint status, guint retry_s, const char *reference)
{
  g_autoptr (JsonObject) model = json_object_new ();
  g_autoptr (GBytes) body = NULL;
  TstPublicResponse *response = NULL;
  JsonObject *kept = call->model;

  call->model = model;
  call->status = status;
  tst_public_put_frame (call);
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
    return tst_public_answer_plain (status, status == 404   ? "No encontrado.\n"
                          : status == 410 ? "Ya no se publica.\n"
                          : status == 429 ? "Espere un momento y consulte de nuevo.\n"
                                          : "Algo falló. Intente de nuevo en un momento.\n");
  response = tst_public_answer_new (status);
  tst_public_answer_set_body (response, "text/html; charset=utf-8", "no-store", body);
  if (retry_s > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", retry_s);
      soup_message_headers_replace (response->headers, "Retry-After", text);
    }
  return response;
}

TstPublicResponse *
tst_public_answer_failed (TstPublicCall *call, const GError *error)
{
  guint32 random = g_random_int ();
  g_autofree char *reference = g_strdup_printf ("%08x", random);

  g_warning ("A public page failed (%s): %s", reference, error ? error->message : "no reason given");
  return tst_public_answer_error (call, g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED) ? 503 : 500, 0, reference);
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

gboolean
tst_public_build (TstPublicCall *call, TstPublicBuilder builder, GError **error)
{
  Turn turn = { builder, call };
  gboolean built = FALSE;

  if (builder == tst_public_build_ledger)
    {
      call->counts = tst_public_count_leaves (call, error);
      if (!call->counts)
        return FALSE;
    }
  built = tst_store_read (tst_central_get_store (call->routes->central), run_builder, &turn, error);
  g_clear_pointer (&call->counts, tst_public_counts_unref);
  return built;
}

TstPublicResponse *
tst_public_answer_data (TstPublicCall *call, const char *mime, GBytes *body, gint64 modified_s)
{
  TstPublicResponse *response = tst_public_answer_new (200);
  g_autofree char *etag = tst_public_etag (body);

  tst_public_answer_set_body (response, mime, DATA_MAX_AGE, body);
  /* Open data: other sites' programs may read it. */
  soup_message_headers_replace (response->headers, "Access-Control-Allow-Origin", "*");
  tst_public_answer_set_validators (response, call->request, etag, modified_s);
  return response;
}
