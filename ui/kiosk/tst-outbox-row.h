/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstOutboxRow:
 *
 * One record in «Envíos»: its picture, what it is, its state in words, its size; the title of its event above where it is the first of it.
 * Made to be filled again. Signals: "proof" (id), "retry" (hash in hex), "export" (hash in hex, name): what its buttons ask for.
 */
#define TST_TYPE_OUTBOX_ROW (tst_outbox_row_get_type ())
G_DECLARE_FINAL_TYPE (TstOutboxRow, tst_outbox_row, TST, OUTBOX_ROW, GtkBox)

GtkWidget *tst_outbox_row_new (void);
/* @row: of the list "shipments"; @heading: whether the event's title stands above. */
void tst_outbox_row_set (TstOutboxRow *self, TstSession *session, JsonObject *row, gboolean heading);
/* How much of its medium went up; nothing for another medium than its own. */
void tst_outbox_row_set_progress (TstOutboxRow *self, const char *sha256, guint64 done, guint64 total);
const char *tst_outbox_row_get_state (TstOutboxRow *self); /* the words shown */
const char *tst_outbox_row_get_id (TstOutboxRow *self);

/* What a record is, in a person's words; (transfer full). */
char *tst_outbox_row_title (JsonObject *row);

G_END_DECLS
