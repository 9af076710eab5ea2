/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* "log-status" and "log-resume": where a restored log stands, and a person's word that it lacks nothing. */
extern const TstAdminOperation tst_admin_log_operations[];

G_END_DECLS
