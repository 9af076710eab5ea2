/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-fs.h"
#include "central/tst-moderation.h"
#include "report/tst-qr-svg.h"

#include <string.h>

/* Never immutable: a picture that was taken back must go from caches too. */
#define MEDIA_MAX_AGE "public, max-age=5, must-revalidate"
#define DERIVATIVE_MAX (32u * 1024 * 1024)

/* Pictures, assets, downloads. */

typedef struct
{
  TstPublicCall *call;
  TstHash sha256;
  gint64 width;
  const char *type;
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
                      " WHERE d.sha256 = ?1 AND d.width = ?2 AND d.type = ?3 ORDER BY i.state = 'published' DESC LIMIT 1",
                      "his", &turn->sha256, turn->width, turn->type);
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

TstPublicResponse *
tst_public_answer_picture (TstPublicCall *call, const char *rest)
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
    return tst_public_answer_error (call, 404, 0, NULL);
  turn.width = (gint64) g_ascii_strtoull (rest + 65, NULL, 10);
  turn.type = g_str_has_suffix (rest, ".webp") ? "image/webp" : "image/jpeg";
  expected = g_strdup_printf ("%s/%" G_GINT64_FORMAT ".%s", hex, turn.width, g_str_has_suffix (rest, ".webp") ? "webp" : "jpg");
  if (!g_str_equal (expected, rest))
    return tst_public_answer_error (call, 404, 0, NULL);
  if (!tst_store_read (tst_central_get_store (call->routes->central), find_derivative, &turn, &error))
    return tst_public_answer_failed (call, error);
  if (call->status != 200)
    return tst_public_answer_error (call, call->status, 0, NULL);
  path = tst_media_store_path (tst_central_get_media (call->routes->central), &turn.sha256);
  bytes = tst_fs_read (path, DERIVATIVE_MAX, &error);
  if (!bytes)
    return tst_public_answer_failed (call, error);
  response = tst_public_answer_new (200);
  etag = g_strdup_printf ("\"%s\"", hex);
  tst_public_answer_set_body (response, turn.type, MEDIA_MAX_AGE, bytes);
  tst_public_answer_set_validators (response, call->request, etag, turn.modified_s);
  return response;
}

/* --- the rest --- */

TstPublicResponse *
tst_public_answer_asset (TstPublicCall *call, const char *name)
{
  const char *mime = NULL;
  const char *etag = NULL;
  const char *version = tst_public_param (call, "v");
  g_autoptr (GBytes) bytes = call->routes->renderer ? tst_page_renderer_asset (call->routes->renderer, name, &mime, &etag) : NULL;
  TstPublicResponse *response = NULL;
  g_autofree char *quoted = NULL;

  if (!bytes)
    return tst_public_answer_error (call, 404, 0, NULL);
  quoted = etag[0] == '"' ? g_strdup (etag) : g_strdup_printf ("\"%s\"", etag);
  response = tst_public_answer_new (200);
  tst_public_answer_set_body (response, mime,
            version && strstr (quoted, version) == quoted + 1 ? "public, max-age=31536000, immutable" : "public, max-age=300", bytes);
  tst_public_answer_set_validators (response, call->request, quoted, 0);
  return response;
}

TstPublicResponse *
tst_public_answer_download (TstPublicCall *call, const char *name)
{
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;
  g_autoptr (GBytes) body = tst_public_download (call->routes, name, &mime, &error);
  TstPublicResponse *response = NULL;

  if (error)
    return tst_public_answer_failed (call, error);
  if (!body)
    return tst_public_answer_error (call, 404, 0, NULL);
  response = tst_public_answer_data (call, mime, body, 0);
  const char *slash = strrchr (name, '/');
  g_autofree char *file = g_strdup (slash ? slash + 1 : name);
  g_autofree char *disposition = g_strdup_printf ("attachment; filename=\"%s\"", g_strcanon (file, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '_'));
  soup_message_headers_replace (response->headers, "Content-Disposition", disposition);
  return response;
}

TstPublicResponse *
tst_public_answer_qr (TstPublicCall *call, const char *path)
{
  g_autofree char *base_url = tst_public_dup_url (call->routes);
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *url = g_strconcat (base_url, escaped, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) svg = tst_qr_svg (url, &error);

  return svg ? tst_public_answer_data (call, "image/svg+xml", svg, 0) : tst_public_answer_error (call, 404, 0, NULL);
}

TstPublicResponse *
tst_public_answer_feed (TstPublicCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = tst_public_feed (call->routes, &error);

  return body ? tst_public_answer_data (call, "application/atom+xml; charset=utf-8", body, 0) : tst_public_answer_failed (call, error);
}
