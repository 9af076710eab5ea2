/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-holdings.h"
#include "central/tst-request-auth.h"

G_BEGIN_DECLS

/**
 * TstTusServer:
 *
 * `/sync/v1/media`: tus 1.0.0 with creation, creation-with-upload, checksum, expiration, termination (sync/protocol/README.md § 6).
 *
 * Bytes go from the socket to a writer thread in pieces, with at most a mebibyte waiting per upload; the main loop never waits for
 * the disk. How far an upload is, is the length of its file in DIR/uploads: a cut request's bytes stay, over a restart too.
 */
typedef struct _TstTusServer TstTusServer;
TstTusServer *tst_tus_server_new (TstCentral *central, TstRequestAuth *auth, TstHoldings *holdings);
/* Main thread of @server; @self must outlive it. */
void tst_tus_server_attach (TstTusServer *self, SoupServer *server);
/* Requests with a running piece, or with work on the disk. */
guint tst_tus_server_get_active (TstTusServer *self);
/* Cuts running pieces; their bytes are kept. */
void tst_tus_server_stop (TstTusServer *self);
void tst_tus_server_free (TstTusServer *self);

G_END_DECLS
