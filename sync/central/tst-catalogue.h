/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What central brings in: works, and events that tablets find in their agenda. One record naming the file's hash; the file is kept as a medium with role
 * "catalogue"; the rows are made by the projection and go down to the tablets with the next catalogue. Both block; worker threads only. */

/* @row from 1 (a CSV's header is row 1). */
typedef void (*TstCatalogueRefused) (guint row, const char *code, const char *message, gpointer user_data);

typedef struct
{
  guint added, updated, unchanged, rejected;
} TstCatalogueCounts;

/* CSV, SECOP II columns, GeoJSON, OC4IDS. TST_ERROR_BAD_VALUE and the like when no row of it can be taken. */
gboolean tst_catalogue_import_works (TstCentral *central, const char *path, TstCatalogueRefused refused, gpointer user_data,
                                     TstCatalogueCounts *counts, GError **error);

/* JSON lines {"id"?, "type", "title", "work"?, "starts", "ends"?, "hold_hours"?}: "type" from the list of events, times RFC 3339. A line with the id of
 * an event that central assigned changes it. @added: (element-type JsonObject) the events as taken, with their ids. */
gboolean tst_catalogue_import_events (TstCentral *central, const char *path, TstCatalogueRefused refused, gpointer user_data,
                                      TstCatalogueCounts *counts, GPtrArray **events, GError **error);

G_END_DECLS
