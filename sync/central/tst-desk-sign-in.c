/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-error.h"

#include <qrencode.h>
#include <string.h>

#define COOKIE "testigo_mesa"

/* Not for scripts, not for other sites, and over TLS only where there is TLS. */
static void
set_cookie (TstDeskCall *call, const char *token)
{
  g_autofree char *url = tst_central_dup_url (call->desk->central);
  g_autofree char *cookie = g_strdup_printf (COOKIE "=%s; Path=/mesa; HttpOnly; SameSite=Strict; Max-Age=%d%s", token ? token : "",
                                             token ? TST_DESK_SESSION_S : 0, url && g_str_has_prefix (url, "https:") ? "; Secure" : "");

  soup_message_headers_replace (call->task->answer_headers, "Set-Cookie", cookie);
}

static char *
read_token (TstDeskCall *call)
{
  const char *header = soup_message_headers_get_list (call->task->headers, "Cookie");
  const char *at = header ? strstr (header, COOKIE "=") : NULL;

  return at ? g_strndup (at + strlen (COOKIE "="), strcspn (at + strlen (COOKIE "="), ";, ")) : NULL;
}

static void
show (TstDeskCall *call, const char *page, guint status, const char *trouble, guint wait_s)
{
  if (trouble)
    json_object_set_string_member (call->model, "trouble", trouble);
  if (wait_s > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", wait_s);

      json_object_set_int_member (call->model, "wait_s", wait_s);
      soup_message_headers_replace (call->task->answer_headers, "Retry-After", text);
    }
  tst_desk_answer_page (call, status, page);
}

void
tst_desk_sign_in_page (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  TstSignIn outcome;
  guint wait_s = 0;

  if (!call->form)
    {
      if (call->session)
        tst_desk_answer_go (call, "/mesa/");
      else
        show (call, "mesa-entrar", 200, NULL, 0);
      return;
    }
  if (!tst_desk_sign_in (call->desk->central, tst_desk_field (call, "nombre"), tst_desk_field (call, "clave"), call->client, &outcome,
                         &token, &wait_s, &error))
    {
      tst_desk_answer_error (call, error);
      return;
    }
  switch (outcome)
    {
    case TST_SIGN_IN_DONE:
    case TST_SIGN_IN_HALF:
      set_cookie (call, token);
      tst_desk_answer_go (call, outcome == TST_SIGN_IN_DONE ? "/mesa/" : "/mesa/codigo");
      break;
    case TST_SIGN_IN_WAIT:
      show (call, "mesa-entrar", 429, "wait", wait_s);
      break;
    case TST_SIGN_IN_WRONG:
    default:
      show (call, "mesa-entrar", 403, "wrong", 0);
      break;
    }
}

/* Dark modules as the path of an SVG, with the quiet zone that readers want. */
static void
put_qr (JsonObject *model, const char *text)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  g_autoptr (GString) path = g_string_new (NULL);
  JsonObject *qr = NULL;

  if (!code)
    return;
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1)
        g_string_append_printf (path, "M%d %dh1v1h-1z", x + 4, y + 4);
  qr = json_object_new ();
  json_object_set_int_member (qr, "size", code->width + 8);
  json_object_set_string_member (qr, "path", path->str);
  json_object_set_object_member (model, "qr", qr);
  QRcode_free (code);
}

void
tst_desk_code_page (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *half = read_token (call);
  g_autofree char *token = NULL;
  TstSignIn outcome;
  guint wait_s = 0;

  if (!call->session || !call->session->half)
    {
      tst_desk_answer_go (call, "/mesa/");
      return;
    }
  json_object_set_string_member (call->model, "form_csrf", call->session->csrf);
  if (call->session->totp_uri)
    {
      put_qr (call->model, call->session->totp_uri);
      json_object_set_string_member (call->model, "secret", call->session->totp_secret);
    }
  if (!call->form)
    {
      show (call, "mesa-codigo", 200, NULL, 0);
      return;
    }
  if (!tst_desk_session_check_csrf (call->session, tst_desk_field (call, "csrf")))
    {
      tst_desk_answer_status (call, 403);
      return;
    }
  if (!tst_desk_second_factor (call->desk->central, half, tst_desk_field (call, "codigo"), call->client, &outcome, &token, &wait_s, &error))
    tst_desk_answer_error (call, error);
  else if (outcome == TST_SIGN_IN_DONE)
    {
      set_cookie (call, token);
      tst_desk_answer_go (call, "/mesa/");
    }
  else
    show (call, "mesa-codigo", outcome == TST_SIGN_IN_WAIT ? 429 : 403, outcome == TST_SIGN_IN_WAIT ? "wait" : "wrong", wait_s);
}

void
tst_desk_sign_out (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = read_token (call);

  if (call->session && !tst_desk_session_check_csrf (call->session, tst_desk_field (call, "csrf")))
    {
      tst_desk_answer_status (call, 403);
      return;
    }
  if (!tst_desk_session_end (call->desk->central, token, &error))
    {
      tst_desk_answer_error (call, error);
      return;
    }
  set_cookie (call, NULL);
  tst_desk_answer_go (call, "/mesa/entrar");
}

/* --- accounts --- */

void
tst_desk_accounts (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) accounts = tst_desk_account_list (call->desk->central, &error);
  JsonArray *list = json_array_new ();

  json_object_set_array_member (call->model, "accounts", list);
  if (!accounts)
    {
      tst_desk_answer_error (call, error);
      return;
    }
  for (guint i = 0; i < accounts->len; i++)
    {
      const TstDeskAccount *account = g_ptr_array_index (accounts, i);
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "name", account->name);
      json_object_set_string_member (one, "role_label", tst_desk_role_label (account->role));
      if (account->dependency)
        json_object_set_string_member (one, "dependency", account->dependency);
      json_object_set_boolean_member (one, "active", account->active);
      json_object_set_string_member (one, "second_factor", !account->second_factor ? "none" : account->enrolled ? "on" : "wanted");
      json_object_set_boolean_member (one, "own", g_str_equal (account->id, call->session->account->id));
      json_array_add_object_element (list, one);
    }
  tst_desk_answer_page (call, 200, "mesa-cuentas");
}

void
tst_desk_account_state (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *name = tst_desk_field (call, "nombre");
  gboolean active = g_strcmp0 (tst_desk_field (call, "estado"), "activa") == 0;

  if (name && g_str_equal (name, call->session->account->name))
    error = g_error_new_literal (TST_ERROR, TST_ERROR_REFUSED, "Nobody switches off the own account.");
  if (error || !tst_desk_account_set_active (call->desk->central, name, active, &error))
    tst_desk_answer_failed (call, "/mesa/cuentas", error);
  else
    tst_desk_answer_done (call, "/mesa/cuentas", active ? "account-on" : "account-off");
}
