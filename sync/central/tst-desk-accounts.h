/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/* Who may sit at the desk. Accounts are rows and not records: a person's name must be forgettable, while decisions name an account by its id and
 * role only. All functions block (disk, and Argon2id where a password is involved): worker threads only. */

/* What an account may do; each role is a set of these. */
typedef enum
{
  TST_MAY_READ = 1 << 0,     /* see the queue, the contributions and what was decided */
  TST_MAY_DECIDE = 1 << 1,   /* publish, redact, withhold, retire */
  TST_MAY_ROUTE = 1 << 2,    /* radicado, assign, pass on */
  TST_MAY_ANSWER = 1 << 3,   /* answer any contribution */
  TST_MAY_OWN = 1 << 4,      /* see and answer what is assigned to the account's dependency, and nothing else */
  TST_MAY_OPEN = 1 << 5,     /* fetch what is sealed to the data officer, and say that a reply was sent */
  TST_MAY_ACCOUNTS = 1 << 6  /* see the accounts, switch them off */
} TstDeskMay;

/* "moderador", "respuestas", "dependencia", "oficial_datos", "auditor", "administrador"; 0 for any other. */
guint tst_desk_role_may (const char *role);
const char *tst_desk_role_label (const char *role);
/* "a, b, c", for messages. */
char *tst_desk_role_list (void);

typedef struct
{
  char *id;         /* UUID: what records name */
  char *name;       /* internal */
  char *role;
  char *dependency; /* (nullable) of a "dependencia" */
  gboolean active;
  gboolean second_factor; /* FALSE: made without one, for training and demonstrations */
  gboolean enrolled;      /* the second factor was confirmed once */
  gint64 made_s;
} TstDeskAccount;
void tst_desk_account_free (TstDeskAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDeskAccount, tst_desk_account_free)

/**
 * tst_desk_account_add:
 * @dependency: (nullable): only for the role "dependencia", which needs it
 * @second_factor: FALSE leaves the one-time code out: for training and demonstrations
 *
 * Returns: (transfer full): the account; TST_ERROR_BAD_VALUE (name, role, a password of fewer than 12 characters), TST_ERROR_DUPLICATE.
 */
TstDeskAccount *tst_desk_account_add (TstCentral *central, const char *name, const char *role, const char *dependency,
                                      const char *password, gboolean second_factor, GError **error);
/* (element-type TstDeskAccount), by name. */
GPtrArray *tst_desk_account_list (TstCentral *central, GError **error);
/* Ends its sessions too. TST_ERROR_NOT_FOUND. */
gboolean tst_desk_account_set_active (TstCentral *central, const char *name, gboolean active, GError **error);
/* A new password, a new second factor to be enrolled, no session left, no waiting time left. */
gboolean tst_desk_account_reset (TstCentral *central, const char *name, const char *password, GError **error);

G_END_DECLS
