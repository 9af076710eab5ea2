/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What every request of the client has in common: blocking, on the thread that made the session; never a redirect; every failure of
 * the network mapped to TST_ERROR. */

/**
 * tst_http_open:
 *
 * Sends @message and gives its answer's body. Any status but a redirect is an answer.
 *
 * Returns: (transfer full): TST_ERROR_UNREACHABLE, _REDIRECTED, _UNTRUSTED (tst_http_mark_untrusted() was called on the session),
 * _CANCELLED; an error of the request body's own stream comes through as it is.
 */
GInputStream *tst_http_open (SoupSession *session, SoupMessage *message, GCancellable *cancellable, GError **error);
/* The same, with the whole body; more than @limit bytes is no answer of central's: TST_ERROR_CAPTIVE_PORTAL. */
GBytes *tst_http_send (SoupSession *session, SoupMessage *message, gsize limit, GCancellable *cancellable, GError **error);

/* Called by whoever refused the certificate, on the session's thread. */
void tst_http_mark_untrusted (SoupSession *session);
/* A TLS or network error as one of ours. @io stays the caller's. */
void tst_http_map_error (SoupSession *session, const GError *io, GCancellable *cancellable, GError **error);

/* "code" and "message" of a refusal's body, or NULL when it is not one of central's. Free both. */
gboolean tst_http_parse_refusal (GBytes *body, char **code, char **message);

/**
 * tst_http_resolve:
 * @base: an absolute http or https URL
 * @location: what a server or an earlier run said
 *
 * Returns: (transfer full): @location below @base's scheme, host and port, since a proxy in between often writes its own scheme or
 * port; TST_ERROR_REDIRECTED when it is on another host, TST_ERROR_CAPTIVE_PORTAL when it cannot be read.
 */
char *tst_http_resolve (const char *base, const char *location, GError **error);

/* RFC 6585 § 6: a portal that says so. */
#define STATUS_NETWORK_SIGN_IN 511

gboolean tst_http_is_loopback (const char *host);

G_END_DECLS
