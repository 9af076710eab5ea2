/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-device-registry.h"
#include "central/tst-holdings.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* All that a device asks in every run, in one answer (sync/protocol/README.md § 7): on a line of 64 kbit/s each question costs more than its bytes.
 * @asked: the request's body. While the log of a restored store is incomplete there are only heads. Blocks on the store; worker threads only. */
char *tst_device_answer_news (TstCentral *central, TstHoldings *holdings, TstDevice *device, JsonObject *asked, GError **error);

G_END_DECLS
