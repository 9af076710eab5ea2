/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-desk-accounts.h"

G_BEGIN_DECLS

/* Inside the desk's accounts and sessions. */

/* Two names that a person could take for each other are one: case, accents and spaces do not matter. */
char *tst_desk_fold (const char *name);

/* Argon2id takes 64 MiB: one at a time, whoever asks. */
gboolean tst_desk_password_hash (const char *password, char **hash, GError **error);
/* @hash NULL: takes as long, and is FALSE. */
gboolean tst_desk_password_check (const char *password, const char *hash);
/* Tests make hundreds of attempts. */
void tst_desk_password_make_cheap_for_tests (void);

#define TST_DESK_ACCOUNT_COLUMNS "a.id, a.name, a.role, a.dependency, a.state, a.totp_state, a.made_s"
#define TST_DESK_ACCOUNT_N_COLUMNS 7
TstDeskAccount *tst_desk_account_from_row (TstStatement *row);

G_END_DECLS
