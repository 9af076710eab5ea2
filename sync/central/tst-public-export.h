/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"
#include "central/tst-public-routes.h"

G_BEGIN_DECLS

typedef struct
{
  guint pages, files;
  guint64 bytes;
} TstExportResult;

/**
 * tst_public_export:
 * @renderer: makes the pages
 * @folder: what is not there yet, or an earlier export: it is replaced as a whole, so that nothing stays that was taken back
 * @base_url: (nullable): where it will be served; NULL: central's own address. Links between pages are relative in any case
 *
 * Writes the whole public site, data and log as files for any web server or CDN: every page that can be reached by links, everything
 * that those pages name, tiles, feeds, and the log with all its tiles. Any thread but the store's; blocks. Errors: TST_ERROR_BAD_VALUE (@folder is
 * something else), I/O, TST_ERROR_CANCELLED.
 */
gboolean tst_public_export (TstCentral *central, TstPageRenderer *renderer, const char *folder, const char *base_url,
                            TstAdminCall *call, TstExportResult *result, GError **error);

G_END_DECLS
