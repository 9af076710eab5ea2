/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One-time codes by the clock: RFC 6238 over HMAC-SHA-1 with steps of thirty seconds, as every authenticator app makes them. Any thread. */

#define TST_TOTP_SECRET_SIZE 20
#define TST_TOTP_STEP_S 30
#define TST_TOTP_DIGITS 6

/* The code of one step. @digits is 6 to 8; @out has room for 9 bytes. */
void tst_totp_code (const guint8 *secret, gsize size, guint64 step, guint digits, char *out);

/**
 * tst_totp_check:
 * @code: what a person typed; spaces do not matter
 * @last_step: the step of the newest code that was taken; codes of it and of older ones are not taken again
 * @step: (out): the step whose code it is
 *
 * Takes the codes of the step before and after too: telephones' clocks are off.
 */
gboolean tst_totp_check (const guint8 *secret, gsize size, const char *code, gint64 now_s, gint64 last_step, gint64 *step);

/* RFC 4648 § 6 without padding, as people type it into an app. */
char *tst_totp_base32 (const guint8 *secret, gsize size);
/* otpauth://totp/…: what the QR says. @issuer and @account are escaped here. */
char *tst_totp_uri (const guint8 *secret, gsize size, const char *issuer, const char *account);

G_END_DECLS
