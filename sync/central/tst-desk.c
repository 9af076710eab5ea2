/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-account-secret.h"
#include "central/tst-desk-call.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-town.h"
#include "record/tst-body.h"

#include <string.h>

#define THREADS 4
#define QUEUE 64
#define BODY_MAX (256 * 1024)
#define CLIENT_HEADER "Testigo-Client"
#define COOKIE "testigo_mesa"
#define ROOT "/mesa/"

/* Scripts of our own files only, and nothing that a page of another site could use. */
static const char security_policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
                                      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static const struct
{
  const char *path;   /* after ROOT; a final '/' takes what follows */
  const char *method;
  guint may;          /* any of these; 0: nobody must be in */
  void (*run) (TstDeskCall *call);
} routes[] = {
  { "entrar", "*", 0, tst_desk_sign_in_page },
  { "codigo", "*", 0, tst_desk_code_page },
  { "salir", "POST", 0, tst_desk_sign_out },
  { "tablero", "GET", TST_MAY_READ, tst_desk_board },
  { "cola", "GET", TST_MAY_READ, tst_desk_queue },
  { "pieza/", "GET", TST_MAY_READ, tst_desk_piece },
  { "espacio/", "GET", TST_MAY_READ, tst_desk_visit },
  { "decisiones", "GET", TST_MAY_READ, tst_desk_decisions },
  { "decidir", "POST", TST_MAY_DECIDE, tst_desk_decide },
  { "imagen/", "GET", TST_MAY_READ, tst_desk_picture },
  { "medio/", "GET", TST_MAY_READ, tst_desk_medium },
  { "aportes", "GET", TST_MAY_READ | TST_MAY_OWN, tst_desk_numbers },
  { "aporte/", "GET", TST_MAY_READ | TST_MAY_OWN, tst_desk_number },
  { "aporte/", "POST", TST_MAY_ROUTE | TST_MAY_ANSWER | TST_MAY_OWN, tst_desk_number_step },
  { "oficial", "GET", TST_MAY_OPEN, tst_desk_officer },
  { "sellado", "GET", TST_MAY_OPEN, tst_desk_sealed },
  { "partes", "GET", TST_MAY_OPEN, tst_desk_sealed_parts },
  { "sellado-medio/", "GET", TST_MAY_OPEN, tst_desk_sealed_medium },
  { "voz/", "GET", TST_MAY_READ | TST_MAY_OWN, tst_desk_voice },
  { "enviada", "POST", TST_MAY_OPEN, tst_desk_reply_sent },
  { "encuestas", "GET", TST_MAY_READ, tst_desk_surveys },
  { "agenda", "GET", TST_MAY_READ, tst_desk_agenda },
  { "agenda", "POST", TST_MAY_DECIDE, tst_desk_agenda_add },
  { "cuentas", "GET", TST_MAY_ACCOUNTS, tst_desk_accounts },
  { "cuentas/estado", "POST", TST_MAY_ACCOUNTS, tst_desk_account_state },
};

/* --- what was asked --- */

/* "a=1&b=2" with every value of every name; NULL for what is not UTF-8. */
static GPtrArray *
parse_form (GBytes *body)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_auto (GStrv) pairs = g_strsplit (text, "&", -1);
  g_autoptr (GPtrArray) form = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; pairs[i]; i++)
    {
      char *value = strchr (pairs[i], '=');

      if (!value)
        continue;
      *value++ = '\0';
      for (char *p = value; *p; p++)
        if (*p == '+')
          *p = ' ';
      char *name = g_uri_unescape_string (pairs[i], NULL);
      char *plain = g_uri_unescape_string (value, NULL);
      gboolean ok = name && plain && g_utf8_validate (name, -1, NULL) && g_utf8_validate (plain, -1, NULL);

      if (name)
        g_ptr_array_add (form, name);
      if (plain)
        g_ptr_array_add (form, plain);
      if (!ok)
        return NULL;
    }
  return g_steal_pointer (&form);
}

const char *
tst_desk_field_n (TstDeskCall *call, const char *name, guint n)
{
  for (guint i = 0; call->form && i + 1 < call->form->len; i += 2)
    if (g_str_equal (g_ptr_array_index (call->form, i), name) && n-- == 0)
      return g_ptr_array_index (call->form, i + 1);
  return NULL;
}

const char *
tst_desk_field (TstDeskCall *call, const char *name)
{
  return tst_desk_field_n (call, name, 0);
}

const char *
tst_desk_param (TstDeskCall *call, const char *name)
{
  const char *value = call->task->query ? g_hash_table_lookup (call->task->query, name) : NULL;

  return value && *value && g_utf8_validate (value, -1, NULL) ? value : NULL;
}

gboolean
tst_desk_wants_json (TstDeskCall *call)
{
  return g_strcmp0 (soup_message_headers_get_one (call->task->headers, "Accept"), "application/json") == 0;
}

gboolean
tst_desk_is_local_path (const char *path)
{
  return path && g_str_has_prefix (path, ROOT) && !strpbrk (path, "\r\n\\") && !strstr (path, "//");
}

/* --- answers --- */

static void
answer_text (TstDeskCall *call, guint status, const char *text)
{
  g_clear_pointer (&call->task->answer, g_bytes_unref);
  call->task->status = status;
  call->task->mime = "text/plain; charset=utf-8";
  call->task->answer = g_bytes_new (text, strlen (text));
}

static void
put_frame (TstDeskCall *call)
{
  JsonObject *page = json_object_new ();
  g_autofree char *base_url = tst_central_dup_url (call->desk->central);
  const char *done = tst_desk_param (call, "hecho");
  const char *failed = tst_desk_param (call, "falla");

  json_object_set_object_member (call->model, "town", json_object_ref (call->desk->town_model));
  json_object_set_string_member (page, "path", call->task->path);
  json_object_set_string_member (page, "base_url", base_url ? base_url : "");
  json_object_set_boolean_member (page, "noindex", TRUE);
  json_object_set_object_member (call->model, "page", page);
  tst_public_set_instant (call->model, "now", call->now_s);
  tst_public_set_text (call->model, "done", done);
  tst_public_set_text (call->model, "failed", failed);
  if (call->session && !call->session->half)
    {
      JsonObject *session = json_object_new ();
      JsonObject *may = json_object_new ();
      static const struct
      {
        const char *name;
        guint may;
      } members[] = { { "read", TST_MAY_READ },     { "decide", TST_MAY_DECIDE }, { "route", TST_MAY_ROUTE },
                      { "answer", TST_MAY_ANSWER }, { "own", TST_MAY_OWN },       { "open", TST_MAY_OPEN },
                      { "accounts", TST_MAY_ACCOUNTS } };

      for (guint i = 0; i < G_N_ELEMENTS (members); i++)
        json_object_set_boolean_member (may, members[i].name, (call->may & members[i].may) != 0);
      json_object_set_string_member (session, "name", call->session->account->name);
      json_object_set_string_member (session, "role_label", tst_desk_role_label (call->session->account->role));
      json_object_set_string_member (session, "csrf", call->session->csrf);
      json_object_set_object_member (session, "may", may);
      json_object_set_object_member (call->model, "session", session);
    }
}

void
tst_desk_answer_page (TstDeskCall *call, guint status, const char *page)
{
  g_autoptr (GError) error = NULL;
  GBytes *body = NULL;

  put_frame (call);
  body = tst_page_renderer_render (call->desk->renderer, page, call->model, &error);
  if (!body)
    {
      g_warning ("the desk's page \"%s\": %s", page, error->message);
      answer_text (call, 500, "Algo falló. Lo decidido hasta ahora está guardado.\n");
      return;
    }
  g_clear_pointer (&call->task->answer, g_bytes_unref);
  call->task->status = status;
  call->task->mime = "text/html; charset=utf-8";
  call->task->answer = body;
}

void
tst_desk_answer_go (TstDeskCall *call, const char *path)
{
  answer_text (call, 303, "");
  soup_message_headers_replace (call->task->answer_headers, "Location", path);
}

static void
go_with (TstDeskCall *call, const char *path, const char *name, const char *value)
{
  g_autofree char *target = g_strconcat (path, strchr (path, '?') ? "&" : "?", name, "=", value, NULL);

  tst_desk_answer_go (call, target);
}

void
tst_desk_answer_done (TstDeskCall *call, const char *path, const char *done)
{
  if (tst_desk_wants_json (call))
    tst_http_task_answer_json (call->task, g_strdup_printf ("{\"done\":\"%s\"}", done));
  else
    go_with (call, path, "hecho", done);
}

void
tst_desk_answer_failed (TstDeskCall *call, const char *path, const GError *error)
{
  if (tst_desk_wants_json (call))
    tst_http_task_refuse (call->task, 409, tst_error_code (error), error->message);
  else
    go_with (call, path, "falla", tst_error_code (error));
}

void
tst_desk_answer_status (TstDeskCall *call, guint status)
{
  json_object_set_int_member (call->model, "code", status);
  tst_desk_answer_page (call, status, "mesa-error");
}

void
tst_desk_answer_error (TstDeskCall *call, const GError *error)
{
  if (g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND))
    tst_desk_answer_status (call, 404);
  else
    {
      g_warning ("the desk: %s", error->message);
      tst_desk_answer_status (call, 500);
    }
}

TstModeration *
tst_desk_moderation (TstDeskCall *call)
{
  TstModeration *moderation = tst_moderation_new (call->desk->central, NULL);

  tst_moderation_set_by (moderation, call->session->account->id, call->session->account->role);
  return moderation;
}

/* --- who asks --- */

static char *
read_cookie (TstHttpTask *task)
{
  const char *header = soup_message_headers_get_list (task->headers, "Cookie");
  g_auto (GStrv) cookies = header ? g_strsplit_set (header, ";,", 64) : NULL;

  for (guint i = 0; cookies && cookies[i]; i++)
    {
      const char *one = g_strstrip (cookies[i]);

      if (g_str_has_prefix (one, COOKIE "="))
        return g_strdup (one + strlen (COOKIE "="));
    }
  return NULL;
}

/* Browsers say where a form stands: only one of our own pages may send it. Programs that say nothing need the form's secret anyway. */
static gboolean
comes_from_us (TstDeskCall *call)
{
  const char *site = soup_message_headers_get_one (call->task->headers, "Sec-Fetch-Site");
  const char *origin = soup_message_headers_get_one (call->task->headers, "Origin");
  const char *host = soup_message_headers_get_one (call->task->headers, "Host");
  const char *after = origin ? strstr (origin, "://") : NULL;
  g_autofree char *url = tst_central_dup_url (call->desk->central);

  if (site && !g_str_equal (site, "same-origin"))
    return FALSE;
  /* A proxy may have left the port out of "Host": the public address counts too. */
  return !origin || g_strcmp0 (origin, url) == 0 || (after && host && g_ascii_strcasecmp (after + 3, host) == 0);
}

static void
frame_headers (TstDeskCall *call)
{
  SoupMessageHeaders *headers = call->task->answer_headers;

  soup_message_headers_replace (headers, "Content-Security-Policy", security_policy);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "X-Robots-Tag", "noindex");
  if (!soup_message_headers_get_one (headers, "Cache-Control"))
    soup_message_headers_replace (headers, "Cache-Control", "private, no-store");
}

static const char *
first_page (guint may)
{
  return may & TST_MAY_READ ? ROOT "tablero" : may & TST_MAY_OWN ? ROOT "aportes" : ROOT "oficial";
}

static void
route (TstDeskCall *call, const char *path)
{
  gboolean post = g_str_equal (call->task->method, "POST");

  if (!*path)
    {
      tst_desk_answer_go (call, !call->session         ? ROOT "entrar"
                                : call->session->half ? ROOT "codigo"
                                                      : first_page (call->may));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      gsize length = strlen (routes[i].path);
      gboolean open_ended = g_str_has_suffix (routes[i].path, "/");

      if (open_ended ? !g_str_has_prefix (path, routes[i].path) || !path[length] : !g_str_equal (path, routes[i].path))
        continue;
      if (routes[i].method[0] != '*' && !g_str_equal (routes[i].method, post ? "POST" : "GET"))
        continue;
      call->rest = path + length;
      if (routes[i].may == 0)
        routes[i].run (call);
      else if (!call->session || call->session->half)
        {
          if (tst_desk_wants_json (call))
            tst_http_task_refuse (call->task, 403, "locked", "The session has ended");
          else
            tst_desk_answer_go (call, call->session ? ROOT "codigo" : ROOT "entrar");
        }
      else if ((call->may & routes[i].may) == 0)
        tst_desk_answer_status (call, 403);
      else if (post && !tst_desk_session_check_csrf (call->session, tst_desk_field (call, "csrf")))
        tst_desk_answer_status (call, 403);
      else
        routes[i].run (call);
      return;
    }
  tst_desk_answer_status (call, 404);
}

static void
answer (TstHttpTask *task, gpointer user_data)
{
  TstDesk *self = user_data;
  g_autoptr (JsonObject) model = json_object_new ();
  g_autofree char *token = read_cookie (task);
  g_autoptr (GError) error = NULL;
  TstDeskCall call = { .desk = self, .task = task, .model = model, .now_s = tst_central_now_s (self->central) };
  gboolean post = g_str_equal (task->method, "POST");

  call.client = soup_message_headers_get_one (task->headers, CLIENT_HEADER);
  if (!g_utf8_validate (task->path, -1, NULL) || strlen (task->path) > 1000)
    answer_text (&call, 404, "No encontrado.\n");
  else if (!post && !g_str_equal (task->method, "GET") && !g_str_equal (task->method, "HEAD"))
    answer_text (&call, 405, "Solo GET y POST.\n");
  else if (post && (!comes_from_us (&call) || !(call.form = parse_form (task->body))))
    answer_text (&call, 403, "El formulario no vino de esta página.\n");
  else if (!tst_desk_session_find (self->central, token, &call.session, &error))
    tst_desk_answer_error (&call, error);
  else
    {
      call.may = call.session && !call.session->half ? tst_desk_role_may (call.session->account->role) : 0;
      route (&call, g_str_has_prefix (task->path, ROOT) ? task->path + strlen (ROOT) : "");
    }
  frame_headers (&call);
  g_clear_pointer (&call.form, g_ptr_array_unref);
  g_clear_pointer (&call.session, tst_desk_session_free);
}

/* --- making one --- */

static void
load_town (TstDesk *self)
{
  g_autoptr (JsonObject) data = tst_central_dup_town (self->central);
  JsonObject *profile = data ? tst_json_object (data, "profile") : NULL;
  g_autoptr (TstTown) town = profile ? tst_town_new_from_json (profile, NULL) : NULL;
  JsonObject *model = json_object_new ();
  const char *name = town ? town->name : data && tst_json_string (data, "town") ? tst_json_string (data, "town") : NULL;

  if (!name || !*name)
    name = tst_central_get_origin (self->central);
  json_object_set_string_member (model, "name", name);
  json_object_set_string_member (model, "entity", town ? town->entity : name);
  json_object_set_string_member (model, "nit", town ? town->nit : "");
  json_object_set_boolean_member (model, "fictitious", town && town->fictitious);
  self->time_zone = g_strdup (town && town->time_zone && *town->time_zone ? town->time_zone : "America/Bogota");
  tst_public_set_text (model, "timezone", self->time_zone);
  self->zone = g_time_zone_new_identifier (self->time_zone);
  if (!self->zone)
    self->zone = g_time_zone_new_offset (-5 * 3600);
  self->town_model = model;
}

TstDesk *
tst_desk_new (TstCentral *central, TstPageRenderer *renderer)
{
  TstDesk *self = g_new0 (TstDesk, 1);
  g_autoptr (GError) error = NULL;

  self->central = g_object_ref (central);
  self->renderer = g_object_ref (renderer);
  self->pictures = tst_desk_pictures_new ();
  if (!tst_account_secret_seal_all (central, &error))
    g_warning ("Secrets of accounts still lie in clear: %s", error->message);
  load_town (self);
  return self;
}

void
tst_desk_free (TstDesk *self)
{
  g_clear_pointer (&self->pool, tst_http_pool_free);
  tst_desk_pictures_free (self->pictures);
  json_object_unref (self->town_model);
  g_time_zone_unref (self->zone);
  g_free (self->time_zone);
  g_object_unref (self->renderer);
  g_object_unref (self->central);
  g_free (self);
}

static void
on_early (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  tst_http_limit_body (message, BODY_MAX);
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  TstDesk *self = user_data;
  g_autofree char *client = tst_http_dup_client (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  soup_message_headers_remove (headers, CLIENT_HEADER);
  if (client)
    soup_message_headers_replace (headers, CLIENT_HEADER, client);
  tst_http_pool_run (self->pool, message, path, query, answer, self);
}

void
tst_desk_attach (TstDesk *self, SoupServer *server)
{
  g_assert (self->pool == NULL);
  self->pool = tst_http_pool_new (THREADS, QUEUE);
  soup_server_add_early_handler (server, "/mesa", on_early, self, NULL);
  soup_server_add_handler (server, "/mesa", handle, self, NULL);
}
