/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-kiosk-flow.h"

G_BEGIN_DECLS

/**
 * TstKioskComment:
 *
 * A citizen's contribution (Q3): what it is, what it says, about which work, and whether they want an answer. The shortest way is four touches and
 * the words. Ends in a receipt.
 */
#define TST_TYPE_KIOSK_COMMENT (tst_kiosk_comment_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskComment, tst_kiosk_comment, TST, KIOSK_COMMENT, TstKioskFlow)

/* @work, @work_title: (nullable) what it is about. */
GtkWidget *tst_kiosk_comment_new (TstSession *session, const char *event, const char *lang, const char *work, const char *work_title);
/* What was kept by tst_kiosk_screen_collect(). */
void tst_kiosk_comment_restore (TstKioskComment *self, JsonObject *content);
/* What the camera read at the step "code": the QR of a work. */
void tst_kiosk_comment_take_code (TstKioskComment *self, GBytes *payload);

G_END_DECLS
