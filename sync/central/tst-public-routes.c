/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-codec.h"
#include "central/tst-public-log.h"

#include <string.h>

/* Which address is what. */

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
    return tst_public_answer_plain (503, "store\n");
  return read_only ? tst_public_answer_plain (200, "read-only\n") : tst_public_answer_plain (200, "ok\n");
}

static const struct
{
  const char *path;
  TstPublicBuilder build;
} pages[] = {
  { "/", tst_public_build_start },         { "/obras", tst_public_build_works },    { "/galeria", tst_public_build_gallery },
  { "/verificar", tst_public_build_verify }, { "/libro", tst_public_build_ledger }, { "/encuestas", tst_public_build_surveys },
  { "/eventos", tst_public_build_events }, { "/datos", tst_public_build_data },
  { "/ayuda", tst_public_build_help },     { "/acerca", tst_public_build_about },
};

/* Looking a number up, in the path or in the form, costs a token. */
static TstPublicResponse *
contribution (TstPublicCall *call, TstPublicBuilder builder)
{
  g_autofree char *key = tst_public_client_key (call->request->client);
  guint wait_s = 0;

  if (!tst_public_take_token (call->routes, key, &wait_s))
    return tst_public_answer_error (call, 429, wait_s, NULL);
  return tst_public_answer_page (call, builder, FALSE);
}

static TstPublicResponse *
named_page (TstPublicCall *call, TstPublicBuilder builder, const char *name)
{
  TstPublicResponse *response = NULL;

  call->name = name;
  response = tst_public_answer_page (call, builder, TRUE);
  call->name = NULL;
  return response;
}

/* Pieces for other people's pages. */
static TstPublicResponse *
embedded (TstPublicCall *call, const char *rest)
{
  TstPublicResponse *response = NULL;

  if (g_str_equal (rest, "mapa"))
    response = tst_public_answer_page (call, tst_public_build_embedded_map, TRUE);
  else if (g_str_has_prefix (rest, "obra/") && rest[5])
    response = named_page (call, tst_public_build_embedded_work, rest + 5);
  else
    return tst_public_answer_error (call, 404, 0, NULL);
  tst_public_answer_may_be_embedded (response);
  return response;
}

static TstPublicResponse *
route (TstPublicCall *call)
{
  const char *path = call->request->path;
  TstPublicResponse *response = NULL;

  /* What was erased or withheld after the copy was made would show again. */
  if (tst_public_log_is_behind (tst_central_get_log (call->routes->central), NULL) && !g_str_equal (path, "/healthz") &&
      !g_str_has_prefix (path, "/estatico/"))
    return tst_public_answer_error (call, 503, 600, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (path, pages[i].path))
      return tst_public_answer_page (call, pages[i].build, TRUE);
  if (g_str_has_prefix (path, "/obras/") && g_str_has_suffix (path, "/qr.svg"))
    {
      g_autofree char *page = g_strndup (path, strlen (path) - strlen ("/qr.svg"));

      return tst_public_answer_qr (call, page);
    }
  if (g_str_has_prefix (path, "/eventos/") && tst_uuid_is_valid (path + strlen ("/eventos/")))
    return named_page (call, tst_public_build_event, path + strlen ("/eventos/"));
  if (g_str_equal (path, "/calendario.ics"))
    return tst_public_answer_calendar (call);
  if (g_str_has_prefix (path, "/obras/") && path[7])
    return named_page (call, tst_public_build_work, path + 7);
  if (g_str_has_prefix (path, "/evidencia/"))
    return tst_public_answer_evidence (call, path + strlen ("/evidencia/"));
  if (g_str_has_prefix (path, "/media/"))
    return tst_public_answer_picture (call, path + strlen ("/media/"));
  if (g_str_equal (path, "/aportes"))
    return tst_public_param (call, "numero") ? contribution (call, tst_public_build_contribution_search)
                                             : tst_public_answer_page (call, tst_public_build_contribution_search, TRUE);
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
    return tst_public_answer_download (call, path + strlen ("/descargas/"));
  if (g_str_equal (path, "/ogc") || g_str_has_prefix (path, "/ogc/"))
    return tst_public_answer_ogc (call, path + strlen ("/ogc"));
  if (g_str_equal (path, "/stac") || g_str_has_prefix (path, "/stac/"))
    return tst_public_answer_stac (call, path + strlen ("/stac"));
  if (g_str_equal (path, "/mapa.json"))
    return tst_public_answer_map (call);
  if (g_str_has_prefix (path, "/insertar/"))
    return embedded (call, path + strlen ("/insertar/"));
  if (g_str_has_prefix (path, "/tiles/ground/"))
    return tst_public_answer_ground (call, path + strlen ("/tiles/ground/"));
  if (g_str_has_prefix (path, "/tiles/"))
    return tst_public_answer_tile (call, path + strlen ("/tiles/"));
  if (g_str_has_prefix (path, "/estatico/"))
    return tst_public_answer_asset (call, path + strlen ("/estatico/"));
  if (g_str_equal (path, "/favicon.ico"))
    return tst_public_answer_asset (call, "favicon.svg");
  if (g_str_equal (path, "/feeds/evidencia.atom"))
    return tst_public_answer_feed (call);
  if (g_str_equal (path, "/healthz"))
    return health (call);
  if (g_str_equal (path, "/robots.txt"))
    return tst_public_answer_robots (call);
  if (g_str_equal (path, "/sitemap.xml"))
    return tst_public_answer_sitemap (call);
  return tst_public_answer_error (call, 404, 0, NULL);
}

TstPublicResponse *
tst_public_routes_respond (TstPublicRoutes *self, const TstPublicRequest *request)
{
  g_autoptr (JsonObject) model = json_object_new ();
  TstPublicCall call = { .routes = self, .request = request, .status = 200, .model = model };
  TstPublicResponse *response = NULL;

  if (!g_str_equal (request->method, "GET") && !g_str_equal (request->method, "HEAD"))
    {
      response = tst_public_answer_plain (405, "Solo GET y HEAD.\n");
      soup_message_headers_replace (response->headers, "Allow", "GET, HEAD");
      return response;
    }
  call.now_s = tst_central_now_s (self->central);
  call.checkpoint = tst_public_log_dup_checkpoint (tst_central_get_log (self->central));
  response = strlen (request->path) <= 1000 && g_utf8_validate (request->path, -1, NULL) ? route (&call)
                                                                                        : tst_public_answer_plain (404, "No encontrado.\n");
  tst_public_answer_let_fetch (response, tst_public_ground_get_origins (self->ground));
  g_clear_pointer (&call.checkpoint, tst_checkpoint_free);
  g_clear_pointer (&call.gone_reason, g_free);
  return response;
}
