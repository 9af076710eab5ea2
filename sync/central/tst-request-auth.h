/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-device-registry.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TstRequestAuth:
 *
 * Who signed a request (sync/protocol/README.md § 2), and the nonces that make each signature good once. Nonces live in memory: after a
 * restart every client gets a fresh one and repeats. Any thread.
 */
typedef struct _TstRequestAuth TstRequestAuth;
TstRequestAuth *tst_request_auth_new (TstCentral *central);
void tst_request_auth_free (TstRequestAuth *self);

#define TST_NONCES_AT_ONCE 64
char *tst_request_auth_new_nonce (TstRequestAuth *self);

typedef struct
{
  const char *method;
  const char *target;          /* path and query as they came */
  SoupMessageHeaders *headers;
  GBytes *body;                /* (nullable): a whole body, whose digest must be covered */
  const char *const *required; /* (nullable): fields that must be covered as well, in lower case */
  TstVerifier *newcomer;       /* (nullable): registration: the key that the body brings */
  gboolean lost_may;           /* a lost device may still hand in what it has */
} TstAuthRequest;

/**
 * tst_request_auth_check:
 * @status: (out): HTTP status of a refusal    @code: (out): its code
 *
 * Returns: (transfer full): the device whose key signed; for a newcomer, an unregistered one. NULL: refused. A nonce is used
 * up by a good signature only.
 */
TstDevice *tst_request_auth_check (TstRequestAuth *self, const TstAuthRequest *request, guint *status,
                                   const char **code);

G_END_DECLS
