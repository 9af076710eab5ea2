/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* "bundle-import" {"path"}: rows {"receipt": {…}}, then one with the counts. */
extern const TstAdminOperation tst_admin_archive_operations[];

G_END_DECLS
