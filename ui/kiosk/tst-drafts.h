/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What was begun and is not saved yet, so that a crash or a flat battery costs nothing: FOLDER/drafts, one file a form, mode 0600, each
 * written whole and durably by one thread of their own, in order. With somebody signed in they are sealed by the vault (KEY.sealed); without,
 * only what holds nothing of a person is kept, in clear (KEY.json), and what is personal is not kept at all. */

/* @key: letters, digits and "-" only, such as "note-<event id>". @personal: never in clear. */
void tst_drafts_keep (TstSession *session, const char *key, JsonObject *content, gboolean personal);
void tst_drafts_drop (TstSession *session, const char *key);
void tst_drafts_load_async (TstSession *session, const char *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
/* NULL without an error: there is none, or nobody is signed in who can open it. */
JsonObject *tst_drafts_load_finish (GAsyncResult *result, GError **error);
/* What was begun in an event and can be saved only while it is open. The keys, in no order; whether anything is there, not what. */
void tst_drafts_list_event_async (TstSession *session, const char *event_id, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GStrv tst_drafts_list_event_finish (GAsyncResult *result, GError **error);
/* The event is closed: nobody can save them any more, and nothing of a person stays behind in them. */
void tst_drafts_drop_event (TstSession *session, const char *event_id);
/* A picture that was pasted lies beside the drafts until it is saved: TST_DRAFTS_PASTED, an id of its own, "-" and the event, ".png". It goes with the
 * drafts of its event. */
#define TST_DRAFTS_PASTED "pegada-"
/* When a field book was opened, before any page of it: takes away pasted pictures that no draft can name any more (the app was killed between the two). */
void tst_drafts_sweep (TstSession *session);
/* For closing the app and for tests: returns when all that was asked for is on the disk. Blocks. */
void tst_drafts_flush (void);

/**
 * TstDraftKeeper:
 *
 * Keeps one page's draft: gives it back when the page opens, and keeps it a moment after each change.
 */
typedef struct _TstDraftKeeper TstDraftKeeper;
/* @collect: (transfer full) (nullable) what stands in the form now, NULL when that is nothing; @restore puts it there. Both run in the main loop
 * while @page lives. */
typedef JsonObject *(*TstDraftCollect) (gpointer page);
typedef void (*TstDraftRestore) (gpointer page, JsonObject *content);
TstDraftKeeper *tst_draft_keeper_new (TstPage *page, const char *key, gboolean personal, TstDraftCollect collect,
                                      TstDraftRestore restore);
/* A draft is put beside what was begun meanwhile, instead of giving way to it. */
void tst_draft_keeper_merge (TstDraftKeeper *self);
/* For @restore: @notice says that this was left behind (@text, NULL: in the usual words), and below it stands a button that throws it away and
 * leaves the page. Returns the button (transfer none), NULL when it is there already. */
GtkWidget *tst_draft_keeper_offer (TstDraftKeeper *self, GtkWidget *notice, const char *text);
/* Something changed. */
void tst_draft_keeper_touch (TstDraftKeeper *self);
/* It was saved, or thrown away: the draft goes, and nothing is kept any more. */
void tst_draft_keeper_done (TstDraftKeeper *self);
/* Does not keep what was not kept yet: the form may be half gone by now. */
void tst_draft_keeper_free (TstDraftKeeper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDraftKeeper, tst_draft_keeper_free)

G_END_DECLS
