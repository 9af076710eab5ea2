/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* What backup.json of a central says that it is. */
#define TST_CENTRAL_BACKUP_KIND "testigo-central"

/* "backup" {"path", "recipients"?}: one row with files and bytes; central goes on serving. */
extern const TstAdminOperation tst_admin_backup_operations[];

G_END_DECLS
