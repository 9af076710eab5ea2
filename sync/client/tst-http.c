/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-http.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <string.h>

#define UNTRUSTED_KEY "tst-untrusted"
#define READ_SIZE (64 * 1024)

void
tst_http_mark_untrusted (SoupSession *session)
{
  g_object_set_data (G_OBJECT (session), UNTRUSTED_KEY, GINT_TO_POINTER (TRUE));
}

void
tst_http_map_error (SoupSession *session, const GError *io, GCancellable *cancellable, GError **error)
{
  if (io->domain == TST_ERROR)
    g_propagate_error (error, g_error_copy (io));
  else if (g_error_matches (io, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "The transfer was stopped; it goes on later from where it stands");
  else if (g_object_get_data (G_OBJECT (session), UNTRUSTED_KEY) != NULL)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_UNTRUSTED,
                         "What answers at central's address has another key than central's; nothing was sent to it. Use another network, "
                         "or ask the town for a new enrolment code");
  else
    g_set_error (error, TST_ERROR, TST_ERROR_UNREACHABLE,
                 "Central could not be reached (%s); everything stays saved here and goes up later", io->message);
}

GInputStream *
tst_http_open (SoupSession *session, SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) io = NULL;
  g_autoptr (GInputStream) stream = NULL;

  /* All that we send is safe to send again; without saying so, libsoup makes a new connection for every POST and PATCH. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  g_object_set_data (G_OBJECT (session), UNTRUSTED_KEY, NULL);
  stream = soup_session_send (session, message, cancellable, &io);
  if (stream == NULL)
    {
      tst_http_map_error (session, io, cancellable, error);
      return NULL;
    }
  if (SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (message)))
    {
      g_input_stream_close (stream, NULL, NULL);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REDIRECTED,
                           "This network sends us to another address than central's; nothing was sent there. Sign in to the network or use "
                           "another one");
      return NULL;
    }
  return g_steal_pointer (&stream);
}

GBytes *
tst_http_send (SoupSession *session, SoupMessage *message, gsize limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = tst_http_open (session, message, cancellable, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = NULL;
  g_autoptr (GError) io = NULL;
  gssize n;

  if (stream == NULL)
    return NULL;
  buffer = g_malloc (READ_SIZE);
  while ((n = g_input_stream_read (stream, buffer, READ_SIZE, cancellable, &io)) > 0)
    {
      if (bytes->len + (gsize) n > limit)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central: far too much");
          return NULL;
        }
      g_byte_array_append (bytes, buffer, n);
    }
  if (n < 0)
    {
      tst_http_map_error (session, io, cancellable, error);
      return NULL;
    }
  g_input_stream_close (stream, NULL, NULL);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
tst_http_parse_refusal (GBytes *body, char **code, char **message)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (JsonObject) object = size > 0 ? tst_json_parse_object (text, size, NULL) : NULL;
  const char *said = object != NULL ? tst_json_string (object, "code") : NULL;

  if (said == NULL)
    return FALSE;
  *code = g_strdup (said);
  *message = g_strdup (tst_json_string (object, "message"));
  return TRUE;
}

char *
tst_http_resolve (const char *base, const char *location, GError **error)
{
  g_autoptr (GUri) base_uri = g_uri_parse (base, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GUri) result = NULL;

  g_assert (base_uri != NULL);
  if (location != NULL)
    uri = g_uri_parse_relative (base_uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL, "Something answered that is not central: it names no place for the file");
      return NULL;
    }
  if (g_ascii_strcasecmp (g_uri_get_host (uri), g_uri_get_host (base_uri)) != 0)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REDIRECTED, "The server names a place on another host; nothing was sent there");
      return NULL;
    }
  result = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (base_uri), NULL, g_uri_get_host (base_uri), g_uri_get_port (base_uri),
                        g_uri_get_path (uri), g_uri_get_query (uri), NULL);
  return g_uri_to_string (result);
}

gboolean
tst_http_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}
