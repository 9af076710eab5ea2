/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-device-registry.h"

G_BEGIN_DECLS

/* The longer answers to devices (sync/protocol/README.md § 7). Block on the store; worker threads only. */

/* {"chains": […]}: the newest number of the key's chain; more than one entry when it is forked there. */
char *tst_device_answer_heads (TstCentral *central, TstDevice *device, GError **error);
/* Central's records about records of both keys of the tablet, from log index @since on; in portions. */
char *tst_device_answer_decisions (TstCentral *central, TstDevice *device, gint64 since, GError **error);
/* JSON lines. @gzip: (inout): allowed, then whether it was done. */
GBytes *tst_device_answer_catalogue (TstCentral *central, gint64 since, gboolean *gzip, GError **error);

G_END_DECLS
