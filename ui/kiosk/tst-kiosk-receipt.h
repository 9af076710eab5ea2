/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-attachment.h"
#include "kiosk/tst-kiosk-screen.h"

G_BEGIN_DECLS

/**
 * TstKioskReceipt:
 *
 * What a citizen takes home: the number in large type, its QR, the day by which there must be an answer. It leaves by itself some seconds after the
 * last touch, and says so first.
 */
#define TST_TYPE_KIOSK_RECEIPT (tst_kiosk_receipt_get_type ())
G_DECLARE_FINAL_TYPE (TstKioskReceipt, tst_kiosk_receipt, TST, KIOSK_RECEIPT, TstKioskScreen)

/* @due_on: (nullable) RFC 3339 date; NULL where there is no term. */
GtkWidget *tst_kiosk_receipt_new (TstKioskScreen *after, const char *number, const char *due_on, const char *attached);
/* «Con su voz (0:34) y 2 fotos.» (transfer full) (nullable): nothing goes with it. @voice (nullable) */
char *tst_kiosk_receipt_dup_attached (const TstAttachment *voice, guint papers);
/* Words alone, for what has no number. */
GtkWidget *tst_kiosk_receipt_new_plain (TstKioskScreen *after, const char *title, const char *text);
const char *tst_kiosk_receipt_get_number (TstKioskReceipt *self); /* (nullable) */

G_END_DECLS
