/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-holdings.h"
#include "central/tst-http-pool.h"
#include "central/tst-intake.h"
#include "central/tst-request-auth.h"

G_BEGIN_DECLS

/**
 * TstDeviceRoutes:
 *
 * `/sync/v1/` but media: hello, nonces, register, bundle, holdings, heads, decisions, catalogue (sync/protocol/README.md).
 */
typedef struct _TstDeviceRoutes TstDeviceRoutes;
TstDeviceRoutes *tst_device_routes_new (TstCentral *central, TstRequestAuth *auth, TstHttpPool *pool);
void tst_device_routes_free (TstDeviceRoutes *self); /* after the pool */
TstHoldings *tst_device_routes_get_holdings (TstDeviceRoutes *self);
/* Main thread of @server; @self must outlive it. */
void tst_device_routes_attach (TstDeviceRoutes *self, SoupServer *server);

G_END_DECLS
