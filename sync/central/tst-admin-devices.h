/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* "enrol-code" {"name", "valid_s"?} → {"name", "text", "expires"};
 * "device-list" → {"device", "chain", "name", "state", "peer", "registered", "last_seq", "records"};
 * "device-state" {"which": key or name, "state": "lost|retired"} → {"name", "state", "changed"}. */
extern const TstAdminOperation tst_admin_device_operations[];

/* What the QR says (sync/protocol/README.md § 1). TST_ERROR_WRONG_STATE before central has an address. Blocks. */
char *tst_enrolment_text (TstCentral *central, const char *name, gint64 valid_s, gint64 *expires_s, GError **error);

G_END_DECLS
