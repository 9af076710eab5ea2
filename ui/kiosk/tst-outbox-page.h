/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstOutboxPage:
 *
 * «Envíos»: what is saved here, on its way, received and checked, in figures, one sentence and a list by event. Keeps the badge of its
 * place in the window too.
 *
 * Actions: outbox.pause, outbox.retry (now), outbox.retry-item (hash in hex), outbox.proof (record id).
 */
#define TST_TYPE_OUTBOX_PAGE (tst_outbox_page_get_type ())
G_DECLARE_FINAL_TYPE (TstOutboxPage, tst_outbox_page, TST, OUTBOX_PAGE, TstPage)

GtkWidget *tst_outbox_page_new (TstSession *session);

/* What it says now, and how many lines stand in "set_aside", "waiting" or "received". */
const char *tst_outbox_page_get_sentence (TstOutboxPage *self);
guint tst_outbox_page_get_n_rows (TstOutboxPage *self, const char *part);

G_END_DECLS
