/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/**
 * TstProofPage:
 *
 * What is proved of one record, in plain words, and the technical part folded. Checks everything anew, from what lies on this device
 * alone, when it is shown and on the action proof.check.
 */
#define TST_TYPE_PROOF_PAGE (tst_proof_page_get_type ())
G_DECLARE_FINAL_TYPE (TstProofPage, tst_proof_page, TST, PROOF_PAGE, TstPage)

GtkWidget *tst_proof_page_new (TstSession *session, const char *record_id);

/* "" while it checks; "good", "unproved" (nothing wrong, and central has not proved it yet), "bad", "unreadable". */
const char *tst_proof_page_get_verdict (TstProofPage *self);

G_END_DECLS
