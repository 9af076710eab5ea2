/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-desk-accounts.h"

G_BEGIN_DECLS

/* Coming in and staying in. A session is a random token in a cookie, kept here as its hash only; it ends after half an hour without a request and
 * twelve hours in any case. Wrong passwords and codes make the next attempt wait, per account and per address, and the counts outlive a restart.
 * All functions block: worker threads only. */

#define TST_DESK_IDLE_S (30 * 60)
#define TST_DESK_SESSION_S (12 * 60 * 60)
#define TST_DESK_HALF_S (5 * 60) /* between the password and the code */

typedef enum
{
  TST_SIGN_IN_DONE,   /* @token opens the desk */
  TST_SIGN_IN_HALF,   /* the password was right: @token is good for tst_desk_second_factor() only */
  TST_SIGN_IN_WRONG,  /* which of name and password was wrong is not told */
  TST_SIGN_IN_WAIT,   /* too many attempts: @wait_s */
} TstSignIn;

/**
 * tst_desk_sign_in:
 * @address: whose request it is (tst_http_dup_client())
 * @token: (out) (transfer full)
 *
 * Returns: FALSE only when the store fails
 */
gboolean tst_desk_sign_in (TstCentral *central, const char *name, const char *password, const char *address,
                           TstSignIn *outcome, char **token, guint *wait_s, GError **error);
/* The second step. A right code gives a new token; each code is taken once. TST_SIGN_IN_WRONG when @half is no longer good either. */
gboolean tst_desk_second_factor (TstCentral *central, const char *half, const char *code, const char *address,
                                 TstSignIn *outcome, char **token, guint *wait_s, GError **error);

typedef struct
{
  TstDeskAccount *account;
  gboolean half;     /* waits for the code */
  char *totp_uri;    /* (nullable) of a half session whose account has its second factor still to enrol */
  char *totp_secret; /* (nullable) the same for typing */
  char *csrf;        /* what a form of this session must bring along */
} TstDeskSession;
void tst_desk_session_free (TstDeskSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDeskSession, tst_desk_session_free)

/* *@session is NULL when the token opens nothing (any more). A request counts as a sign of life. */
gboolean tst_desk_session_find (TstCentral *central, const char *token, TstDeskSession **session, GError **error);
gboolean tst_desk_session_end (TstCentral *central, const char *token, GError **error);
/* Compared in constant time. */
gboolean tst_desk_session_check_csrf (const TstDeskSession *self, const char *csrf);

G_END_DECLS
