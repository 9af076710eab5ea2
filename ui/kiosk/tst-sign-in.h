/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TstSignIn:
 *
 * Who is working, and their PIN. Lies over everything while the tablet is locked. When the PIN is right, sets the session's vault and author, then
 * emits "signed-in". Emits "nobody" when the list of staff is empty, or was emptied because every PIN was forgotten.
 */
#define TST_TYPE_SIGN_IN (tst_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (TstSignIn, tst_sign_in, TST, SIGN_IN, AdwBin)

GtkWidget *tst_sign_in_new (TstSession *session);
/* "loading", "who", "pin" or "forgotten". */
const char *tst_sign_in_get_step (TstSignIn *self);
/* A line under the pad for everybody to read, such as the PIN of a demonstration. */
void tst_sign_in_set_hint (TstSignIn *self, const char *hint);

/* In front of the public: no way to begin the list of staff anew. */
void tst_sign_in_set_kiosk (TstSignIn *self);

G_END_DECLS
