/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/tst-http.h"
#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/**
 * TstPeer:
 *
 * Central as the enrolment described it, and the TLS keys it may have. Counted; any thread.
 */
typedef struct _TstPeer TstPeer;
TstPeer *tst_peer_new (TstTownKeys *town); /* takes @town */
TstPeer *tst_peer_ref (TstPeer *self);
void tst_peer_unref (TstPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPeer, tst_peer_unref)
const TstTownKeys *tst_peer_get_town (TstPeer *self);
const char *tst_peer_get_origin (TstPeer *self);
char *tst_peer_url (TstPeer *self, const char *path); /* @path below /sync/v1/ */
/* Pins of a hello that verified count beside those of the enrolment. */
void tst_peer_set_pins (TstPeer *self, const char *const *pins);
gboolean tst_peer_has_pin (TstPeer *self, const TstHash *public_key);

/**
 * TstNonces:
 *
 * Nonces that central issued to one key and that were not used yet. The chains have one each. Any thread.
 */
typedef struct _TstNonces TstNonces;
TstNonces *tst_nonces_new (void);
void tst_nonces_free (TstNonces *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstNonces, tst_nonces_free)
void tst_nonces_put (TstNonces *self, const char *nonce); /* what cannot be one is dropped */
char *tst_nonces_take (TstNonces *self);                  /* NULL: ask for more */
void tst_nonces_clear (TstNonces *self);

/**
 * TstTransport:
 *
 * One thread's connection to central under one key: sessions are bound to their thread. Every call blocks.
 */
typedef struct _TstTransport TstTransport;
/* @cancellable (nullable) ends whatever request is under way and all later ones. @nonces must outlive it. */
TstTransport *tst_transport_new (TstPeer *peer, TstNonces *nonces, TstSigningKey *key, TstClock *clock, guint timeout_s,
                                 GCancellable *cancellable);
void tst_transport_free (TstTransport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTransport, tst_transport_free)
SoupSession *tst_transport_get_session (TstTransport *self);
/* Request bodies that left through it; counts on. */
guint64 tst_transport_get_bytes_sent (TstTransport *self);
/* Central's own word in the newest TST_ERROR_REFUSED ("device-lost", …). (transfer none) */
const char *tst_transport_get_refusal (TstTransport *self);

/**
 * tst_transport_call:
 * @path: below /sync/v1/, with its query
 * @body: (nullable): covered by its digest
 *
 * A request and its whole answer; signed unless it is "hello" or "nonces". A stale nonce is replaced and the request repeated.
 *
 * Returns: (transfer full): the body of a 2xx answer. TST_ERROR_REFUSED, _BUSY, _CAPTIVE_PORTAL (something answered that does not
 * speak as central does) and those of tst_http_open().
 */
GBytes *tst_transport_call (TstTransport *self, const char *method, const char *path, const char *mime, GBytes *body, gsize limit,
                            GError **error);
/* The same for JSON both ways; @request (nullable). An answer that is no JSON object is TST_ERROR_CAPTIVE_PORTAL. */
JsonObject *tst_transport_call_json (TstTransport *self, const char *method, const char *path, JsonObject *request, GError **error);
JsonObject *tst_transport_parse_json (GBytes *answer, GError **error);
/* A signed GET whose 2xx answer is read by the caller as it comes. */
GInputStream *tst_transport_open (TstTransport *self, const char *path, GError **error);

/* A TstSignMessage; @user_data is the TstTransport. */
gboolean tst_transport_sign (SoupMessage *message, GBytes *body, gpointer user_data, GError **error);

G_END_DECLS
