/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "central/tst-device-registry.h"

G_BEGIN_DECLS

/* "enrol-code" {"name", "valid_s"?} → {"name", "text", "expires"};
 * "device-list" → {"device", "chain", "name", "state", "peer", "registered", "last_seq", "records"};
 * "device-state" {"which": key or name, "state": "lost|retired"} → {"name", "state", "changed"}. */
extern const TstAdminOperation tst_admin_device_operations[];

/* What the QR says (sync/protocol/README.md § 1). TST_ERROR_WRONG_STATE before central has an address. Blocks. */
char *tst_enrolment_text (TstCentral *central, const char *name, gint64 valid_s, gint64 *expires_s, GError **error);

/* Blocks the devices of that key or name at once, then writes a revocation for each key into the log: a "decision" record of type
 * "device-lost" or "device-retired" whose "target" is the device's name. An error after the first step says so, and the same call again
 * writes the records. @changed (out) (optional): keys whose state is another now. Blocks. */
gboolean tst_central_revoke_device (TstCentral *central, const char *which, TstDeviceState state, guint *changed, GError **error);

G_END_DECLS
