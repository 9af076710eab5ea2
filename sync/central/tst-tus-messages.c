/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-tus-private.h"

#include "base/tst-codec.h"
#include "central/tst-http-pool.h"

#include <string.h>

/* tus 1.0.0, https://tus.io/protocols/resumable-upload */
#define TUS_VERSION "1.0.0"
#define EXTENSIONS "creation,creation-with-upload,checksum,expiration,termination"
#define BODY_TYPE "application/offset+octet-stream"

static SoupMessageHeaders *
in (SoupServerMessage *message)
{
  return soup_server_message_get_request_headers (message);
}

static SoupMessageHeaders *
out (SoupServerMessage *message)
{
  return soup_server_message_get_response_headers (message);
}

TstTusKind
tst_tus_kind (SoupServerMessage *message, gboolean has_id)
{
  const char *method = soup_server_message_get_method (message);

  if (strcmp (method, "OPTIONS") == 0)
    return TST_TUS_OPTIONS;
  if (!has_id)
    return strcmp (method, "POST") == 0 ? TST_TUS_POST : TST_TUS_OTHER;
  if (strcmp (method, "HEAD") == 0)
    return TST_TUS_HEAD;
  if (strcmp (method, "PATCH") == 0)
    return TST_TUS_PATCH;
  return strcmp (method, "DELETE") == 0 ? TST_TUS_DELETE : TST_TUS_OTHER;
}

void
tst_tus_set_headers (SoupServerMessage *message)
{
  soup_message_headers_replace (out (message), "Tus-Resumable", TUS_VERSION);
  soup_message_headers_replace (out (message), "Cache-Control", "no-store");
}

static void
set_number (SoupMessageHeaders *headers, const char *name, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  soup_message_headers_replace (headers, name, text);
}

void
tst_tus_set_upload_headers (SoupServerMessage *message, const TstIncoming *incoming)
{
  g_autofree char *hex = tst_hash_to_hex (&incoming->sha256);
  g_autofree char *hex64 = g_base64_encode ((const guchar *) hex, strlen (hex));
  g_autofree char *metadata = g_strconcat ("sha256 ", hex64, NULL);
  g_autoptr (GDateTime) expires = g_date_time_new_from_unix_utc (incoming->created_s + TST_INCOMING_LIFE_S);
  g_autofree char *expires_text = soup_date_time_to_string (expires, SOUP_DATE_HTTP);

  set_number (out (message), "Upload-Length", incoming->size);
  soup_message_headers_replace (out (message), "Upload-Metadata", metadata);
  soup_message_headers_replace (out (message), "Upload-Expires", expires_text);
}

void
tst_tus_refuse (SoupServerMessage *message, guint status, const char *code, const char *text)
{
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE || status == 507)
    soup_message_headers_replace (out (message), "Retry-After", "5");
  tst_http_refuse (message, status, code, text);
}

void
tst_tus_answer_options (SoupServerMessage *message)
{
  soup_message_headers_replace (out (message), "Tus-Version", TUS_VERSION);
  soup_message_headers_replace (out (message), "Tus-Extension", EXTENSIONS);
  soup_message_headers_replace (out (message), "Tus-Checksum-Algorithm", "sha256");
  set_number (out (message), "Tus-Max-Size", TST_INCOMING_MAX_SIZE);
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
}

gboolean
tst_tus_check_version (SoupServerMessage *message, TstTusKind kind)
{
  if (kind == TST_TUS_OTHER)
    {
      soup_message_headers_replace (out (message), "Allow", "OPTIONS, POST, HEAD, PATCH, DELETE");
      tst_tus_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "bad-request", "This address takes another method");
      return FALSE;
    }
  if (g_strcmp0 (soup_message_headers_get_one (in (message), "Tus-Resumable"), TUS_VERSION) == 0)
    return TRUE;
  soup_message_headers_replace (out (message), "Tus-Version", TUS_VERSION);
  tst_tus_refuse (message, SOUP_STATUS_PRECONDITION_FAILED, "bad-request", "Tus-Resumable: 1.0.0 is needed");
  return FALSE;
}

TstDevice *
tst_tus_check_signature (TstRequestAuth *auth, SoupServerMessage *message, TstTusKind kind)
{
  static const char *const for_patch[] = { "upload-offset", "content-length", NULL };
  static const char *const for_creation[] = { "upload-length", "upload-metadata", NULL };
  static const char *const for_creation_with_upload[] = { "upload-length", "upload-metadata", "content-length", NULL };
  g_autofree char *target = tst_http_target (message);
  g_autofree char *nonce = tst_request_auth_new_nonce (auth);
  TstAuthRequest request = { .method = soup_server_message_get_method (message), .target = target,
                             .headers = in (message), .lost_may = TRUE };
  TstDevice *device;
  guint status;
  const char *code;

  if (kind == TST_TUS_PATCH)
    request.required = for_patch;
  else if (kind == TST_TUS_POST)
    request.required = soup_message_headers_get_content_length (in (message)) > 0 ? for_creation_with_upload : for_creation;
  device = tst_request_auth_check (auth, &request, &status, &code);
  if (device == NULL)
    tst_tus_refuse (message, status, code, "This request was not accepted");
  soup_message_headers_replace (out (message), "Testigo-Nonce", nonce);
  return device;
}

static gboolean
refuse_creation (SoupServerMessage *message, const char *text)
{
  tst_tus_refuse (message, SOUP_STATUS_BAD_REQUEST, "bad-request", text);
  return FALSE;
}

/* "name base64,name base64,…" */
static char *
find_metadata (const char *metadata, const char *name)
{
  g_auto (GStrv) pairs = g_strsplit (metadata != NULL ? metadata : "", ",", 32);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      const char *pair = g_strstrip (pairs[i]);
      g_autoptr (GBytes) value = NULL;
      gsize size;
      const char *data;

      if (!g_str_has_prefix (pair, name) || pair[strlen (name)] != ' ')
        continue;
      value = tst_base64_decode (pair + strlen (name) + 1);
      if (value == NULL)
        return NULL;
      data = g_bytes_get_data (value, &size);
      return g_utf8_validate (data, size, NULL) ? g_strndup (data, size) : NULL;
    }
  return NULL;
}

static gboolean
is_mime (const char *type)
{
  if (strlen (type) > 100 || strchr (type, '/') == NULL)
    return FALSE;
  for (const char *c = type; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("/.+-", *c) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
tst_tus_parse_creation (SoupServerMessage *message, TstTusCreation *creation)
{
  const char *length = soup_message_headers_get_one (in (message), "Upload-Length");
  const char *metadata = soup_message_headers_get_list (in (message), "Upload-Metadata");
  g_autofree char *hex = find_metadata (metadata, "sha256");
  g_autofree char *type = find_metadata (metadata, "type");

  if (length == NULL || !g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &creation->size, NULL))
    return refuse_creation (message, "Upload-Length is needed");
  if (hex == NULL || !tst_hash_from_hex (hex, &creation->sha256))
    return refuse_creation (message, "Upload-Metadata must hold sha256 in hexadecimal");
  if (creation->size > TST_INCOMING_MAX_SIZE)
    {
      tst_tus_refuse (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large", "This medium is too large for central");
      return FALSE;
    }
  if (type != NULL && is_mime (type))
    creation->type = g_steal_pointer (&type);
  return TRUE;
}

gboolean
tst_tus_parse_offset (SoupServerMessage *message, guint64 *offset)
{
  const char *text = soup_message_headers_get_one (in (message), "Upload-Offset");

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, offset, NULL))
    return TRUE;
  return refuse_creation (message, "Upload-Offset is needed");
}

gboolean
tst_tus_parse_body (SoupServerMessage *message, guint64 *length, TstTusChecksum *checksum)
{
  const char *given = soup_message_headers_get_one (in (message), "Upload-Checksum");
  const char *type = soup_message_headers_get_content_type (in (message), NULL);
  goffset announced = soup_message_headers_get_content_length (in (message));

  *length = MAX (0, announced);
  if (*length > 0 && g_strcmp0 (type, BODY_TYPE) != 0)
    {
      tst_tus_refuse (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, "bad-request", "Not " BODY_TYPE);
      return FALSE;
    }
  if (given == NULL)
    return TRUE;
  checksum->given = TRUE;
  if (g_str_has_prefix (given, "sha256 ") && tst_hash_from_base64 (given + strlen ("sha256 "), &checksum->sha256))
    return TRUE;
  return refuse_creation (message, "Upload-Checksum must be sha256 and base64");
}
