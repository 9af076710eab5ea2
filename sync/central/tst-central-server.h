/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/**
 * TstCentralServer:
 *
 * Central's HTTP face: devices below /sync/v1/, the log below /log/; the public pages are attached to its
 * SoupServer by the program (tst-public-routes.h). Made, used and freed on one thread, whose
 * main context it serves; nothing on it waits for disk or keys.
 */
typedef struct _TstCentralServer TstCentralServer;

/**
 * tst_central_server_new:
 * @listen: "ADDR:PORT" ("127.0.0.1:0" for any free port, "[::1]:8080"); NULL: loopback, any port
 *
 * Listens. When the town has no public address, the listening one is it (tst_central_dup_url()). TST_ERROR_USAGE for a bad @listen, TST_ERROR_IO when the
 * port is taken.
 */
TstCentralServer *tst_central_server_new (TstCentral *central, const char *listen, GError **error);
/* "http://127.0.0.1:40213", where it listens. */
const char *tst_central_server_get_address (TstCentralServer *self);
SoupServer *tst_central_server_get_soup (TstCentralServer *self);

/* No new connections; uploads are cut (their bytes stay); requests under way get at most ten seconds; then @done on this
 * main context. Once only. */
void tst_central_server_stop (TstCentralServer *self, GSourceFunc done, gpointer user_data);
void tst_central_server_free (TstCentralServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCentralServer, tst_central_server_free)

G_END_DECLS
