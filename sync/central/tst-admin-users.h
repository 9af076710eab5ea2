/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* Who may sit at the desk: "user-add" {"name", "role", "dependency"?, "password", "second_factor"}, "user-list",
 * "user-state" {"name", "active"}, "user-reset" {"name", "password"}. "desk-set" {"name", "values"}; "purge-list". */
extern const TstAdminOperation tst_admin_user_operations[];

G_END_DECLS
