/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-error.h"
#include "base/tst-sync-control.h"

G_BEGIN_DECLS

/* A transport that does nothing but say what the test wants and remember what it was asked. */
#define TST_TYPE_FAKE_SYNC (tst_fake_sync_get_type ())
G_DECLARE_FINAL_TYPE (TstFakeSync, tst_fake_sync, TST, FAKE_SYNC, GObject)

TstFakeSync *tst_fake_sync_new (void);
void tst_fake_sync_say (TstFakeSync *self, const char *state, const char *error_code, gint64 retry_in_s);
void tst_fake_sync_progress (TstFakeSync *self, guint64 done, guint64 total, double rate);
guint tst_fake_sync_get_kicks (TstFakeSync *self);
const char *tst_fake_sync_get_retried (TstFakeSync *self);
/* It is a TstCarrier too: every job is done at once, or fails with @code (TST_ERROR_FAILED: is done again). */
void tst_fake_sync_fail (TstFakeSync *self, TstError code);
const char *tst_fake_sync_get_fetched (TstFakeSync *self); /* the SHA-256 that was asked for last */

G_END_DECLS
