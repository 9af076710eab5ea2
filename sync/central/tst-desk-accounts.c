/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-private.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-account-secret.h"
#include "model/tst-code-lists.h"

#include <sodium.h>
#include <string.h>

#define NAME_MAX_CHARS 80
#define PASSWORD_MIN_CHARS 12
#define PASSWORD_MAX_BYTES 1024
/* Argon2id: three passes over 64 MiB, some 0.2 s of one processor. */
#define HASH_OPS 3
#define HASH_MEMORY (64 * 1024 * 1024)

static gboolean cheap;

static const struct
{
  const char *role;
  const char *label;
  guint may;
} roles[] = {
  { "moderador", "Moderación", TST_MAY_READ | TST_MAY_DECIDE | TST_MAY_ROUTE },
  { "respuestas", "Respuestas", TST_MAY_READ | TST_MAY_ROUTE | TST_MAY_ANSWER },
  { "dependencia", "Dependencia", TST_MAY_OWN },
  { "oficial_datos", "Oficial de datos", TST_MAY_OPEN },
  { "auditor", "Auditoría", TST_MAY_READ },
  { "administrador", "Administración", TST_MAY_READ | TST_MAY_DECIDE | TST_MAY_ROUTE | TST_MAY_ANSWER | TST_MAY_ACCOUNTS },
};

guint
tst_desk_role_may (const char *role)
{
  for (guint i = 0; role && i < G_N_ELEMENTS (roles); i++)
    if (g_str_equal (roles[i].role, role))
      return roles[i].may;
  return 0;
}

const char *
tst_desk_role_label (const char *role)
{
  for (guint i = 0; role && i < G_N_ELEMENTS (roles); i++)
    if (g_str_equal (roles[i].role, role))
      return roles[i].label;
  return "";
}

char *
tst_desk_role_list (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", roles[i].role);
  return g_string_free (list, FALSE);
}

void
tst_desk_account_free (TstDeskAccount *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->role);
  g_free (self->dependency);
  g_free (self);
}

char *
tst_desk_fold (const char *name)
{
  return tst_fold_words (name);
}

/* --- passwords --- */

static GMutex hashing;

void
tst_desk_password_make_cheap_for_tests (void)
{
  cheap = TRUE;
}

static gboolean
hash_password (const char *password, char text[crypto_pwhash_STRBYTES])
{
  return crypto_pwhash_str_alg (text, password, strlen (password), cheap ? crypto_pwhash_OPSLIMIT_MIN : HASH_OPS,
                                cheap ? crypto_pwhash_MEMLIMIT_MIN : HASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13)
         == 0;
}

gboolean
tst_desk_password_hash (const char *password, char **hash, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hashing);
  char text[crypto_pwhash_STRBYTES];

  (void) locker;
  if (!hash_password (password, text))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, "There is not enough memory to keep a password safely; nothing was changed.");
      return FALSE;
    }
  *hash = g_strdup (text);
  return TRUE;
}

gboolean
tst_desk_password_check (const char *password, const char *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&hashing);
  char text[crypto_pwhash_STRBYTES];

  (void) locker;
  if (!hash)
    {
      /* A name that does not exist must not be told by the time that it takes. */
      hash_password (password, text);
      return FALSE;
    }
  return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
}

static gboolean
check_password (const char *password, const char *folded_name, GError **error)
{
  g_autofree char *folded = NULL;

  if (!password || !g_utf8_validate (password, -1, NULL) || strlen (password) > PASSWORD_MAX_BYTES
      || g_utf8_strlen (password, -1) < PASSWORD_MIN_CHARS)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The password must have %d characters or more.", PASSWORD_MIN_CHARS);
      return FALSE;
    }
  folded = tst_desk_fold (password);
  if (g_str_equal (folded, folded_name))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The password must not be the name.");
      return FALSE;
    }
  return TRUE;
}

/* --- rows --- */

TstDeskAccount *
tst_desk_account_from_row (TstStatement *row)
{
  TstDeskAccount *self = g_new0 (TstDeskAccount, 1);
  const char *totp = tst_statement_text (row, 5);

  self->id = g_strdup (tst_statement_text (row, 0));
  self->name = g_strdup (tst_statement_text (row, 1));
  self->role = g_strdup (tst_statement_text (row, 2));
  self->dependency = g_strdup (tst_statement_text (row, 3));
  self->active = g_strcmp0 (tst_statement_text (row, 4), "active") == 0;
  self->second_factor = g_strcmp0 (totp, "none") != 0;
  self->enrolled = g_strcmp0 (totp, "on") == 0;
  self->made_s = tst_statement_int (row, 6);
  return self;
}

typedef struct
{
  TstDeskAccount *account;
  const char *folded;
  const char *hash;
  const guint8 *secret;
} AddCall;

static gboolean
put_account (TstStore *store, gpointer data, GError **error)
{
  AddCall *call = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT 1 FROM account WHERE folded = ?1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, call->folded);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (row)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_DUPLICATE, "There is an account of that name; \"user reset\" gives it a new password.");
      return FALSE;
    }
  g_autoptr (TstStatement) put =
    tst_store_prepare (store,
                       "INSERT INTO account (id, name, folded, role, dependency, password, totp, totp_state, totp_step, state, made_s)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 'active', ?9)",
                       error);
  if (!put)
    return FALSE;
  tst_statement_bind_text (put, 1, call->account->id);
  tst_statement_bind_text (put, 2, call->account->name);
  tst_statement_bind_text (put, 3, call->folded);
  tst_statement_bind_text (put, 4, call->account->role);
  tst_statement_bind_text (put, 5, call->account->dependency);
  tst_statement_bind_text (put, 6, call->hash);
  tst_statement_bind_blob (put, 7, call->secret, TST_ACCOUNT_SECRET_SEALED_SIZE);
  tst_statement_bind_text (put, 8, call->account->second_factor ? "wanted" : "none");
  tst_statement_bind_int (put, 9, call->account->made_s);
  return tst_statement_step (put, NULL, error);
}

TstDeskAccount *
tst_desk_account_add (TstCentral *central, const char *name, const char *role, const char *dependency, const char *password,
                      gboolean second_factor, GError **error)
{
  g_autofree char *clean = g_strstrip (g_strdup (name ? name : ""));
  g_autofree char *folded = g_utf8_validate (clean, -1, NULL) ? tst_desk_fold (clean) : g_strdup ("");
  g_autofree char *hash = NULL;
  g_autoptr (TstDeskAccount) account = NULL;
  gboolean of_dependency = g_strcmp0 (role, "dependencia") == 0;
  guint8 secret[TST_TOTP_SECRET_SIZE];
  guint8 sealed[TST_ACCOUNT_SECRET_SEALED_SIZE];
  AddCall call = { .folded = folded, .secret = sealed };

  if (!*folded || g_utf8_strlen (clean, -1) > NAME_MAX_CHARS)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The name must have letters and at most %d characters.", NAME_MAX_CHARS);
      return NULL;
    }
  if (tst_desk_role_may (role) == 0)
    {
      g_autofree char *list = tst_desk_role_list ();

      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The role must be one of %s.", list);
      return NULL;
    }
  if (of_dependency != (dependency && *dependency))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           of_dependency ? "The role dependencia needs the name of the dependency." : "Only the role dependencia has a dependency.");
      return NULL;
    }
  if (!check_password (password, folded, error) || !tst_desk_password_hash (password, &hash, error))
    return NULL;
  randombytes_buf (secret, sizeof secret);
  account = g_new0 (TstDeskAccount, 1);
  account->id = tst_uuid_new ();
  account->name = g_steal_pointer (&clean);
  account->role = g_strdup (role);
  account->dependency = of_dependency ? g_strdup (dependency) : NULL;
  account->active = TRUE;
  account->second_factor = second_factor;
  account->made_s = tst_central_now_s (central);
  call.account = account;
  call.hash = hash;
  gboolean ok = tst_account_secret_seal (central, secret, sealed, error)
                && tst_store_write (tst_central_get_store (central), put_account, &call, error);
  sodium_memzero (secret, sizeof secret);
  return ok ? g_steal_pointer (&account) : NULL;
}

static gboolean
list_accounts (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *accounts = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store, "SELECT " TST_DESK_ACCOUNT_COLUMNS " FROM account a ORDER BY a.folded", error);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_ptr_array_add (accounts, tst_desk_account_from_row (list));
    }
}

GPtrArray *
tst_desk_account_list (TstCentral *central, GError **error)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_desk_account_free);

  return tst_store_read (tst_central_get_store (central), list_accounts, accounts, error) ? g_steal_pointer (&accounts) : NULL;
}

/* --- changing one --- */

typedef struct
{
  const char *folded;
  const char *sql;   /* ?1: the account's id */
  const char *text;  /* ?2 */
  const guint8 *secret; /* ?3 (nullable) */
} ChangeCall;

static gboolean
change_account (TstStore *store, gpointer data, GError **error)
{
  ChangeCall *call = data;
  g_autofree char *id = NULL;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) find = tst_store_prepare (store, "SELECT id FROM account WHERE folded = ?1", error);
    if (!find)
      return FALSE;
    tst_statement_bind_text (find, 1, call->folded);
    if (!tst_statement_step (find, &row, error))
      return FALSE;
    id = row ? g_strdup (tst_statement_text (find, 0)) : NULL;
  }
  if (!id)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no account of that name; see \"user list\".");
      return FALSE;
    }
  g_autoptr (TstStatement) change = tst_store_prepare (store, call->sql, error);
  if (!change)
    return FALSE;
  tst_statement_bind_text (change, 1, id);
  tst_statement_bind_text (change, 2, call->text);
  if (call->secret)
    tst_statement_bind_blob (change, 3, call->secret, TST_ACCOUNT_SECRET_SEALED_SIZE);
  if (!tst_statement_step (change, NULL, error))
    return FALSE;
  g_autoptr (TstStatement) end = tst_store_prepare (store, "DELETE FROM session WHERE account = ?1", error);
  if (!end)
    return FALSE;
  tst_statement_bind_text (end, 1, id);
  return tst_statement_step (end, NULL, error);
}

gboolean
tst_desk_account_set_active (TstCentral *central, const char *name, gboolean active, GError **error)
{
  g_autofree char *folded = tst_desk_fold (name ? name : "");
  ChangeCall call = { .folded = folded, .sql = "UPDATE account SET state = ?2 WHERE id = ?1", .text = active ? "active" : "disabled" };

  return tst_store_write (tst_central_get_store (central), change_account, &call, error);
}

gboolean
tst_desk_account_reset (TstCentral *central, const char *name, const char *password, GError **error)
{
  g_autofree char *folded = tst_desk_fold (name ? name : "");
  g_autofree char *hash = NULL;
  guint8 secret[TST_TOTP_SECRET_SIZE];
  guint8 sealed[TST_ACCOUNT_SECRET_SEALED_SIZE];
  ChangeCall call = { .folded = folded,
                      .sql = "UPDATE account SET password = ?2, totp = ?3, totp_step = 0,"
                             " totp_state = CASE totp_state WHEN 'none' THEN 'none' ELSE 'wanted' END WHERE id = ?1",
                      .secret = sealed };

  if (!check_password (password, folded, error) || !tst_desk_password_hash (password, &hash, error))
    return FALSE;
  call.text = hash;
  randombytes_buf (secret, sizeof secret);
  gboolean ok = tst_account_secret_seal (central, secret, sealed, error)
                && tst_store_write (tst_central_get_store (central), change_account, &call, error);
  sodium_memzero (secret, sizeof secret);
  return ok;
}
