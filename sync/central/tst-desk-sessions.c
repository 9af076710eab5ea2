/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-sessions.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "central/tst-account-secret.h"
#include "central/tst-desk-private.h"
#include "record/tst-body.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_SIZE 32
/* A sign of life is written at most so often. */
#define SEEN_S 60
#define PASSWORD_MAX_BYTES 1024
/* So many wrong attempts cost nothing; each one after doubles the wait, up to the most. An account's is short, so that nobody is kept out of the desk by
 * somebody who knows a name; an address's is long. After a day without attempts all is forgotten. */
#define ACCOUNT_FREE 5
#define ACCOUNT_MOST_S 60
#define ADDRESS_FREE 10
#define ADDRESS_MOST_S (15 * 60)
#define FORGET_S (24 * 60 * 60)

/* --- tokens --- */

static char *
new_token (void)
{
  guint8 bytes[TOKEN_SIZE];
  char *text = NULL;

  randombytes_buf (bytes, sizeof bytes);
  text = tst_base64url_encode (bytes, sizeof bytes);
  sodium_memzero (bytes, sizeof bytes);
  return text;
}

/* FALSE for what cannot be a token of ours. */
static gboolean
hash_token (const char *token, TstHash *hash)
{
  g_autoptr (GBytes) bytes = token ? tst_base64url_decode (token) : NULL;

  if (!bytes || g_bytes_get_size (bytes) != TOKEN_SIZE)
    return FALSE;
  *hash = tst_hash_bytes (bytes);
  return TRUE;
}

static char *
csrf_of (const char *token)
{
  static const char purpose[] = "testigo-csrf";
  guint8 mac[crypto_generichash_BYTES];

  crypto_generichash (mac, sizeof mac, (const guint8 *) purpose, sizeof purpose - 1, (const guint8 *) token,
                      MIN (strlen (token), crypto_generichash_KEYBYTES_MAX));
  return tst_base64url_encode (mac, sizeof mac);
}

void
tst_desk_session_free (TstDeskSession *self)
{
  g_clear_pointer (&self->account, tst_desk_account_free);
  if (self->totp_uri)
    sodium_memzero (self->totp_uri, strlen (self->totp_uri));
  if (self->totp_secret)
    sodium_memzero (self->totp_secret, strlen (self->totp_secret));
  g_free (self->totp_uri);
  g_free (self->totp_secret);
  g_free (self->csrf);
  g_free (self);
}

gboolean
tst_desk_session_check_csrf (const TstDeskSession *self, const char *csrf)
{
  return csrf && strlen (csrf) == strlen (self->csrf) && sodium_memcmp (csrf, self->csrf, strlen (csrf)) == 0;
}

/* --- attempts --- */

typedef struct
{
  TstHash account; /* of names and addresses only hashes are kept */
  TstHash address;
  gint64 now_s;
  gint64 until_s;  /* out */
} Attempt;

static TstHash
attempt_key (const char *what, const char *text)
{
  g_autofree char *whole = g_strconcat (what, ":", text, NULL);

  return tst_hash_data (whole, strlen (whole));
}

static Attempt
attempt_new (TstCentral *central, const char *folded, const char *address)
{
  return (Attempt) { .account = attempt_key ("account", folded), .address = attempt_key ("address", address ? address : "?"),
                     .now_s = tst_central_now_s (central) };
}

static gint64
wait_after (gint64 failures, gint64 allowed, gint64 most_s)
{
  gint64 over = failures - allowed;

  return over < 0 ? 0 : over > 20 ? most_s : MIN (most_s, (gint64) 1 << over);
}

static gboolean
count_one (TstStore *store, const TstHash *key, gint64 now_s, gint64 allowed, gint64 most_s, gint64 *until_s, GError **error)
{
  gint64 failures = 0;
  gboolean row = FALSE;

  {
    g_autoptr (TstStatement) find =
      tst_store_prepare (store, "SELECT failures, last_s, until_s FROM attempt WHERE key = ?1", error);
    if (!find)
      return FALSE;
    tst_statement_bind_hash (find, 1, key);
    if (!tst_statement_step (find, &row, error))
      return FALSE;
    if (row && tst_statement_int (find, 2) > now_s)
      {
        *until_s = MAX (*until_s, tst_statement_int (find, 2));
        return TRUE;
      }
    failures = row && tst_statement_int (find, 1) > now_s - FORGET_S ? tst_statement_int (find, 0) : 0;
  }
  g_autoptr (TstStatement) put =
    tst_store_prepare (store, "INSERT OR REPLACE INTO attempt (key, failures, last_s, until_s) VALUES (?1, ?2, ?3, ?4)", error);
  if (!put)
    return FALSE;
  tst_statement_bind_hash (put, 1, key);
  tst_statement_bind_int (put, 2, failures + 1);
  tst_statement_bind_int (put, 3, now_s);
  tst_statement_bind_int (put, 4, now_s + wait_after (failures + 1, allowed, most_s));
  return tst_statement_step (put, NULL, error);
}

/* Counts the attempt before it is made, so that neither many at once nor a cut in between are free. */
static gboolean
begin_attempt (TstStore *store, gpointer data, GError **error)
{
  Attempt *attempt = data;

  g_autoptr (TstStatement) forget = tst_store_prepare (store, "DELETE FROM attempt WHERE last_s < ?1", error);
  if (!forget)
    return FALSE;
  tst_statement_bind_int (forget, 1, attempt->now_s - FORGET_S);
  if (!tst_statement_step (forget, NULL, error))
    return FALSE;
  return count_one (store, &attempt->address, attempt->now_s, ADDRESS_FREE, ADDRESS_MOST_S, &attempt->until_s, error)
         && (attempt->until_s > 0
             || count_one (store, &attempt->account, attempt->now_s, ACCOUNT_FREE, ACCOUNT_MOST_S, &attempt->until_s, error));
}

/* It was right: what it cost the address is given back, and after the last step the account begins anew. */
static gboolean
forgive (TstStore *store, const Attempt *attempt, gboolean through, GError **error)
{
  if (through)
    {
      g_autoptr (TstStatement) account = tst_store_prepare (store, "DELETE FROM attempt WHERE key = ?1", error);
      if (!account)
        return FALSE;
      tst_statement_bind_hash (account, 1, &attempt->account);
      if (!tst_statement_step (account, NULL, error))
        return FALSE;
    }
  g_autoptr (TstStatement) address =
    tst_store_prepare (store, "UPDATE attempt SET failures = max (failures - 1, 0), until_s = 0 WHERE key = ?1", error);
  if (!address)
    return FALSE;
  tst_statement_bind_hash (address, 1, &attempt->address);
  return tst_statement_step (address, NULL, error);
}

static gboolean
may_attempt (TstCentral *central, Attempt *attempt, TstSignIn *outcome, guint *wait_s, GError **error)
{
  if (!tst_store_write (tst_central_get_store (central), begin_attempt, attempt, error))
    return FALSE;
  if (attempt->until_s > 0)
    {
      *outcome = TST_SIGN_IN_WAIT;
      *wait_s = (guint) (attempt->until_s - attempt->now_s);
    }
  else
    *outcome = TST_SIGN_IN_WRONG;
  return TRUE;
}

/* --- coming in --- */

typedef struct
{
  const char *folded;
  char *id, *password;
  gboolean active, second_factor;
} Known;

static gboolean
find_account (TstStore *store, gpointer data, GError **error)
{
  Known *known = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store, "SELECT id, password, state, totp_state FROM account WHERE folded = ?1", error);
  if (!find)
    return FALSE;
  tst_statement_bind_text (find, 1, known->folded);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (row)
    {
      known->id = g_strdup (tst_statement_text (find, 0));
      known->password = g_strdup (tst_statement_text (find, 1));
      known->active = g_strcmp0 (tst_statement_text (find, 2), "active") == 0;
      known->second_factor = g_strcmp0 (tst_statement_text (find, 3), "none") != 0;
    }
  return TRUE;
}

typedef struct
{
  const char *account;
  const char *stage;
  TstHash hash;
  gint64 now_s;
  const Attempt *attempt;  /* to forgive */
  const TstHash *replaces; /* (nullable) */
  gint64 step;             /* of the code that was used, 0: none */
} Opening;

static gboolean
open_session (TstStore *store, gpointer data, GError **error)
{
  Opening *opening = data;

  g_autoptr (TstStatement) old = tst_store_prepare (store, "DELETE FROM session WHERE ends_s < ?1 OR hash = ?2", error);
  if (!old)
    return FALSE;
  tst_statement_bind_int (old, 1, opening->now_s);
  if (opening->replaces)
    tst_statement_bind_hash (old, 2, opening->replaces);
  if (!tst_statement_step (old, NULL, error))
    return FALSE;
  if (opening->step > 0)
    {
      g_autoptr (TstStatement) used =
        tst_store_prepare (store, "UPDATE account SET totp_state = 'on', totp_step = ?2 WHERE id = ?1 AND totp_step < ?2", error);
      if (!used)
        return FALSE;
      tst_statement_bind_text (used, 1, opening->account);
      tst_statement_bind_int (used, 2, opening->step);
      if (!tst_statement_step (used, NULL, error))
        return FALSE;
      if (tst_store_changes (store) != 1)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED, "The code was used before.");
          return FALSE;
        }
    }
  g_autoptr (TstStatement) put = tst_store_prepare (
    store, "INSERT INTO session (hash, account, stage, made_s, seen_s, ends_s) VALUES (?1, ?2, ?3, ?4, ?4, ?5)", error);
  if (!put)
    return FALSE;
  tst_statement_bind_hash (put, 1, &opening->hash);
  tst_statement_bind_text (put, 2, opening->account);
  tst_statement_bind_text (put, 3, opening->stage);
  tst_statement_bind_int (put, 4, opening->now_s);
  tst_statement_bind_int (put, 5, opening->now_s + (g_str_equal (opening->stage, "code") ? TST_DESK_HALF_S : TST_DESK_SESSION_S));
  if (!tst_statement_step (put, NULL, error))
    return FALSE;
  return forgive (store, opening->attempt, g_str_equal (opening->stage, "full"), error);
}

gboolean
tst_desk_sign_in (TstCentral *central, const char *name, const char *password, const char *address, TstSignIn *outcome,
                  char **token, guint *wait_s, GError **error)
{
  g_autofree char *folded = tst_desk_fold (name && g_utf8_validate (name, -1, NULL) ? name : "");
  Attempt attempt = attempt_new (central, folded, address);
  Known known = { .folded = folded };
  gboolean right = FALSE;
  gboolean ok = FALSE;

  *token = NULL;
  *wait_s = 0;
  if (!may_attempt (central, &attempt, outcome, wait_s, error))
    return FALSE;
  if (*outcome == TST_SIGN_IN_WAIT)
    return TRUE;
  if (!password || strlen (password) > PASSWORD_MAX_BYTES)
    return TRUE;
  if (!tst_store_read (tst_central_get_store (central), find_account, &known, error))
    return FALSE;
  right = tst_desk_password_check (password, known.password) && known.active;
  ok = TRUE;
  if (right)
    {
      Opening opening = { .account = known.id, .stage = known.second_factor ? "code" : "full", .now_s = attempt.now_s,
                          .attempt = &attempt };
      g_autofree char *fresh = new_token ();

      hash_token (fresh, &opening.hash);
      ok = tst_store_write (tst_central_get_store (central), open_session, &opening, error);
      if (ok)
        {
          *outcome = known.second_factor ? TST_SIGN_IN_HALF : TST_SIGN_IN_DONE;
          *token = g_steal_pointer (&fresh);
        }
    }
  g_free (known.id);
  g_free (known.password);
  return ok;
}

/* --- staying in --- */

typedef struct
{
  TstHash hash;
  gint64 now_s;
  gboolean found, half, tired; /* tired: the sign of life is due */
  TstDeskAccount *account;
  gboolean wanted;
  GBytes *sealed; /* (nullable) */
  guint8 secret[TST_TOTP_SECRET_SIZE];
  gint64 step;
} Finding;

static void
finding_clear (Finding *self)
{
  g_clear_pointer (&self->account, tst_desk_account_free);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  sodium_memzero (self->secret, sizeof self->secret);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Finding, finding_clear)

static gboolean
find_session (TstStore *store, gpointer data, GError **error)
{
  Finding *finding = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find =
    tst_store_prepare (store,
                       "SELECT " TST_DESK_ACCOUNT_COLUMNS ", s.stage, s.seen_s, a.totp, a.totp_step FROM session s"
                       " JOIN account a ON a.id = s.account WHERE s.hash = ?1 AND s.ends_s > ?2 AND s.seen_s > ?3 AND a.state = 'active'",
                       error);
  if (!find)
    return FALSE;
  tst_statement_bind_hash (find, 1, &finding->hash);
  tst_statement_bind_int (find, 2, finding->now_s);
  tst_statement_bind_int (find, 3, finding->now_s - TST_DESK_IDLE_S);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  g_autoptr (GBytes) secret = tst_statement_bytes (find, TST_DESK_ACCOUNT_N_COLUMNS + 2);
  finding->found = TRUE;
  finding->account = tst_desk_account_from_row (find);
  finding->half = g_strcmp0 (tst_statement_text (find, TST_DESK_ACCOUNT_N_COLUMNS), "full") != 0;
  finding->tired = finding->now_s - tst_statement_int (find, TST_DESK_ACCOUNT_N_COLUMNS + 1) >= SEEN_S;
  finding->wanted = finding->account->second_factor && !finding->account->enrolled;
  finding->step = tst_statement_int (find, TST_DESK_ACCOUNT_N_COLUMNS + 3);
  finding->sealed = g_steal_pointer (&secret);
  return TRUE;
}

static gboolean
touch_session (TstStore *store, gpointer data, GError **error)
{
  Finding *finding = data;

  g_autoptr (TstStatement) touch = tst_store_prepare (store, "UPDATE session SET seen_s = ?2 WHERE hash = ?1", error);
  if (!touch)
    return FALSE;
  tst_statement_bind_hash (touch, 1, &finding->hash);
  tst_statement_bind_int (touch, 2, finding->now_s);
  return tst_statement_step (touch, NULL, error);
}

static gboolean
open_secret (TstCentral *central, Finding *finding, GError **error)
{
  if (finding->sealed != NULL)
    return tst_account_secret_open (central, finding->sealed, finding->secret, error);
  g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "This account has no secret; reset it (\"user reset\").");
  return FALSE;
}

gboolean
tst_desk_session_find (TstCentral *central, const char *token, TstDeskSession **session, GError **error)
{
  g_auto (Finding) finding = { .now_s = tst_central_now_s (central) };
  TstStore *store = tst_central_get_store (central);

  *session = NULL;
  if (!hash_token (token, &finding.hash))
    return TRUE;
  if (!tst_store_read (store, find_session, &finding, error))
    return FALSE;
  if (!finding.found)
    return TRUE;
  if (finding.tired && !tst_store_write (store, touch_session, &finding, error))
    return FALSE;
  if (finding.half && finding.wanted && !open_secret (central, &finding, error))
    return FALSE;
  *session = g_new0 (TstDeskSession, 1);
  (*session)->half = finding.half;
  (*session)->csrf = csrf_of (token);
  if (finding.half && finding.wanted)
    {
      g_autoptr (JsonObject) town = tst_central_dup_town (central);
      const char *name = tst_json_string (town, "town");
      g_autofree char *issuer = g_strconcat ("Testigo ", name && *name ? name : tst_central_get_origin (central), NULL);

      (*session)->totp_uri = tst_totp_uri (finding.secret, sizeof finding.secret, issuer, finding.account->name);
      (*session)->totp_secret = tst_totp_base32 (finding.secret, sizeof finding.secret);
    }
  (*session)->account = g_steal_pointer (&finding.account);
  return TRUE;
}

gboolean
tst_desk_second_factor (TstCentral *central, const char *half, const char *code, const char *address, TstSignIn *outcome,
                        char **token, guint *wait_s, GError **error)
{
  g_auto (Finding) finding = { .now_s = tst_central_now_s (central) };
  TstStore *store = tst_central_get_store (central);
  g_autofree char *folded = NULL;
  g_autofree char *fresh = NULL;
  g_autoptr (GError) failed = NULL;
  Attempt attempt;
  Opening opening = { 0 };
  gint64 step = 0;

  *outcome = TST_SIGN_IN_WRONG;
  *token = NULL;
  *wait_s = 0;
  if (!hash_token (half, &finding.hash))
    return TRUE;
  if (!tst_store_read (store, find_session, &finding, error))
    return FALSE;
  if (!finding.found || !finding.half)
    return TRUE;
  if (!open_secret (central, &finding, error))
    return FALSE;
  folded = tst_desk_fold (finding.account->name);
  attempt = attempt_new (central, folded, address);
  if (!may_attempt (central, &attempt, outcome, wait_s, error))
    return FALSE;
  if (*outcome == TST_SIGN_IN_WAIT
      || !tst_totp_check (finding.secret, sizeof finding.secret, code ? code : "", finding.now_s, finding.step, &step))
    return TRUE;
  fresh = new_token ();
  opening = (Opening) { .account = finding.account->id, .stage = "full", .now_s = finding.now_s, .attempt = &attempt,
                        .replaces = &finding.hash, .step = step };
  hash_token (fresh, &opening.hash);
  if (!tst_store_write (store, open_session, &opening, &failed))
    {
      /* Somebody was faster with the same code. */
      if (g_error_matches (failed, TST_ERROR, TST_ERROR_REFUSED))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  *outcome = TST_SIGN_IN_DONE;
  *token = g_steal_pointer (&fresh);
  return TRUE;
}

static gboolean
end_session (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) end = tst_store_prepare (store, "DELETE FROM session WHERE hash = ?1", error);
  if (!end)
    return FALSE;
  tst_statement_bind_hash (end, 1, data);
  return tst_statement_step (end, NULL, error);
}

gboolean
tst_desk_session_end (TstCentral *central, const char *token, GError **error)
{
  TstHash hash;

  return !hash_token (token, &hash) || tst_store_write (tst_central_get_store (central), end_session, &hash, error);
}
