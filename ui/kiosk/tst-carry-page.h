/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstCarryPage:
 *
 * «Memoria USB»: what is not in central yet goes out on a stick, sealed, and on the next one when the first is full; what came on one goes in. Sticks are seen by
 * themselves (GVolumeMonitor); any folder will do. And «Liberar espacio», which takes nothing that central has not proved to hold, and only when asked twice.
 */
#define TST_TYPE_CARRY_PAGE (tst_carry_page_get_type ())
G_DECLARE_FINAL_TYPE (TstCarryPage, tst_carry_page, TST, CARRY_PAGE, TstPage)

/* @event_id (nullable): only this event's content. @record_id (nullable): only this record's. */
GtkWidget *tst_carry_page_new (TstSession *session, const char *event_id, const char *record_id);

/* What its buttons do, for tests and for who chose a folder. */
void tst_carry_page_export (TstCarryPage *self, const char *folder);
void tst_carry_page_import (TstCarryPage *self, const char *path);
/* "idle", "working", "done", "full", "failed". */
const char *tst_carry_page_get_state (TstCarryPage *self);
const char *tst_carry_page_get_sentence (TstCarryPage *self);

G_END_DECLS
