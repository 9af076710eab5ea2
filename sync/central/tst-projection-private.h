/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-projection.h"

G_BEGIN_DECLS

/* Inside the projection only: all on the store thread. */

typedef struct
{
  guint64 idx;
  TstHash text_hash;
  char *device, *chain, *kind, *id;
  gint64 utc_s;
  guint64 seq;
  gboolean erased; /* body_state */
} TstLeafRow;
void tst_leaf_row_free (TstLeafRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstLeafRow, tst_leaf_row_free)

/* The first leaf of that id, NULL without error when there is none. */
gboolean tst_projection_find_leaf (TstStore *store, const char *id, TstLeafRow **row, GError **error);
/* The parsed body of a record, NULL without error when it is missing, erased or cannot be understood. */
gboolean tst_projection_load_body (TstStore *store, const TstHash *text_hash, JsonObject **body, GError **error);

gboolean tst_projection_refresh_item (TstStore *store, const TstLeafRow *leaf, JsonObject *body, GError **error);
gboolean tst_projection_refresh_event (TstStore *store, const char *id, GError **error);
gboolean tst_projection_is_stream (const char *type);
gboolean tst_projection_refresh_stream (TstStore *store, const TstLeafRow *leaf, JsonObject *body, GError **error);

/* What the newest import of works or events came to; counted while its record is applied. Any thread, under the lock of whoever imports. */
typedef struct
{
  guint added, updated, unchanged;
} TstProjectionCounts;
TstProjectionCounts *tst_projection_get_counts (TstStore *store); /* (nullable) before tst_projection_attach() */

/* What central brought in: works and assigned events, from the file that the record names. */
gboolean tst_projection_import_works (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body,
                                      GError **error);
gboolean tst_projection_import_events (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body,
                                       GError **error);
gboolean tst_projection_import_form (TstStore *store, TstMediaStore *media, guint64 idx, JsonObject *body, GError **error); /* tst-forms.c */
/* Puts some works (of TstWork) in with the revision of import @idx; adds to @counts. In a write. */
gboolean tst_projection_put_works (TstStore *store, guint64 idx, GPtrArray *works, TstProjectionCounts *counts, GError **error);
/* Rows of works belong to every page, so a large catalogue goes in by and by: while @deferring an import only notes itself in
 * "pending_import", and tst_projection_run_pending() does the rest. A rebuild does all at once. */
void tst_projection_set_deferring (TstStore *store, gboolean deferring);
/* Tells caches that tables changed. */
void tst_projection_changed (TstStore *store);
/* The file that an import names. NULL without error when it is gone: the record stays, its rows cannot be made anew. */
GBytes *tst_projection_load_catalogue (TstMediaStore *media, JsonObject *body);
gboolean tst_projection_put_event (TstStore *store, const char *id, gint64 rev, gboolean assigned, gboolean closed,
                                   JsonObject *content, GError **error);

/* The body without what frames it ("testigo", "salt", "pad"); merge patch (RFC 7386) in place. */
JsonObject *tst_projection_content (JsonObject *body);
void tst_projection_merge (JsonObject *target, JsonObject *patch);
/* RFC 3339 with any offset to seconds; FALSE when it is none. */
gboolean tst_projection_instant (const char *text, gint64 *seconds);

G_END_DECLS
