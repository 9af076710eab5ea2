/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* "pins": {"files": [PEM text…]} sets the TLS keys that devices are to expect: SHA-256 of each SubjectPublicKeyInfo, one in use and one spare. New
 * devices get them with the enrolment text, enrolled ones with the next signed hello. No files: pins go. */
extern const TstAdminOperation tst_admin_pin_operations[];

G_END_DECLS
