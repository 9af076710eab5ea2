/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/tst-store.h"

G_BEGIN_DECLS

/* The steps from an empty file to central's tables (README.md, "Tables"). Append only: a step that was ever released is
 * never changed. */
extern const TstMigration tst_central_migrations[];
extern const guint tst_central_n_migrations;

G_END_DECLS
