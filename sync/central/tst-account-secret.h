/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "central/tst-totp.h"

G_BEGIN_DECLS

/* The secrets of one-time codes as they lie in the database: sealed (XSalsa20-Poly1305, a nonce before it) to DIR/keys/accounts.key, so that whoever gets hold of
 * the database alone makes no codes. Without that file accounts need "user reset". Any thread; blocks on the disk. */

#define TST_ACCOUNT_SECRET_SEALED_SIZE (24 + 16 + TST_TOTP_SECRET_SIZE)

gboolean tst_account_secret_seal (TstCentral *central, const guint8 secret[TST_TOTP_SECRET_SIZE],
                                  guint8 sealed[TST_ACCOUNT_SECRET_SEALED_SIZE], GError **error);
/* @secret is all zeros unless it could be opened. */
gboolean tst_account_secret_open (TstCentral *central, GBytes *sealed, guint8 secret[TST_TOTP_SECRET_SIZE], GError **error);
/* Those that lie in clear, from before there was a key. */
gboolean tst_account_secret_seal_all (TstCentral *central, GError **error);

G_END_DECLS
