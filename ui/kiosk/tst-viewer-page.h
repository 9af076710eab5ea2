/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-gallery-model.h"
#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstViewerPage:
 *
 * One photograph or recording of a model, large: nearer and farther, the one before and after, what is known of it, its proof. It can be
 * corrected, moved to another work (which can be undone until one goes on) and discarded, which is done only after a moment in which it
 * can be undone; what central holds already, too.
 *
 * Actions: viewer.next, viewer.previous, viewer.zoom-in, viewer.zoom-out, viewer.proof, viewer.edit, viewer.work, viewer.discard,
 * viewer.undo, viewer.viewpoint.
 */
#define TST_TYPE_VIEWER_PAGE (tst_viewer_page_get_type ())
G_DECLARE_FINAL_TYPE (TstViewerPage, tst_viewer_page, TST, VIEWER_PAGE, TstPage)

/* @model: of TstGalleryItem; whoever keeps it fills it again when records change. */
GtkWidget *tst_viewer_page_new (TstSession *session, GListModel *model, guint position);

TstGalleryItem *tst_viewer_page_get_item (TstViewerPage *self); /* (transfer none) (nullable) */
guint tst_viewer_page_get_position (TstViewerPage *self);
gboolean tst_viewer_page_has_picture (TstViewerPage *self);
/* Seconds until a discard is written down; for tests. */
void tst_viewer_page_set_undo_time (TstViewerPage *self, guint milliseconds);

G_END_DECLS
