/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "central/tst-device-registry.h"

G_BEGIN_DECLS

/* Files that the town sends to its tablets: the ground of the map ("ground.mbtiles"), the town's profile with its notice ("profile.json"), and whatever else has a
 * name. DIR/files holds them by content, town.json's "files" says which are offered. And originals that a device gave up to win space. Worker threads. */

/* "file-set" {"name", "path"}, "file-remove" {"name"}, "file-list": rows {"name", "sha256", "bytes", "set_at"}. */
extern const TstAdminOperation tst_admin_file_operations[];

/* {"files": […]} as JSON, and what stands for it in the catalogue: 16 digits that change with it, "-" when there are none. (transfer full) */
char *tst_town_files_dup_list (TstCentral *central);
char *tst_town_files_dup_mark (TstCentral *central);

/* Stands at @from; @left (out): bytes from there on. TST_ERROR_NOT_FOUND. */
GInputStream *tst_town_files_open (TstCentral *central, const TstHash *sha256, guint64 from, guint64 *left, GError **error);
/* A medium that a record of this tablet's keys names. TST_ERROR_NOT_FOUND also when it is somebody else's. */
GInputStream *tst_town_files_open_original (TstCentral *central, TstDevice *device, const TstHash *sha256, guint64 from, guint64 *left,
                                            GError **error);
/* A picture that is published, as it is shown. TST_ERROR_NOT_FOUND. */
GInputStream *tst_town_files_open_picture (TstCentral *central, const TstHash *sha256, guint64 from, guint64 *left, GError **error);

G_END_DECLS
