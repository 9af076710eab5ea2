/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

G_BEGIN_DECLS

/* Receipts on the printer that staff chose (setting "kiosk-printer": a queue of CUPS). No dialog, no preview, nothing on the disk: the page goes through a pipe to
 * lp(1). A receipt printer's roll is 80 mm wide; on a sheet the receipt stands at the top left. */

/* Whether one was chosen and lp is there. Does not ask the printer. */
gboolean tst_kiosk_print_is_there (TstSession *session);
/* FALSE when it could not be handed over. Returns at once; what the queue does later is seen on its own screen. */
gboolean tst_kiosk_print_receipt (TstSession *session, const char *number, const char *text);

/* The page itself, for the printer and for tests: a PDF of 80 × 120 mm. (transfer full) */
GBytes *tst_kiosk_print_draw (const char *town, const char *number, const char *address, const char *text);

G_END_DECLS
