/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-carrier.h"
#include "client/tst-sync-client.h"

G_BEGIN_DECLS

/* Inside of sync/client: TstSyncClient as a TstCarrier. */
void tst_sync_carrier_iface_init (TstCarrierInterface *iface);
TstFieldBook *tst_sync_client_get_book (TstSyncClient *self); /* (transfer none) */

G_END_DECLS
