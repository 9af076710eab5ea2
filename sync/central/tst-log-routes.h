/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "central/tst-http-pool.h"

G_BEGIN_DECLS

/* `/log/checkpoint`, `/log/vkey`, `/log/tile/<L>/<N>[.p/<W>]`, `/log/tile/entries/<N>[.p/<W>]`: C2SP tlog-tiles. Only what a signed checkpoint covers. */
void tst_log_routes_attach (SoupServer *server, TstCentral *central, TstHttpPool *pool);

/* One answer, blocking: any thread but the store's. */
void tst_log_routes_respond (TstHttpTask *task, gpointer central);

G_END_DECLS
