/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts, one-time codes, sessions, and how wrong attempts are slowed. */
#include "central-fixture.h"

#include "base/tst-error.h"
#include "central/tst-account-secret.h"
#include "central/tst-desk-private.h"
#include "central/tst-desk-sessions.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSWORD "una frase larga y propia"

static Fixture fixture;

static void
advance (gint64 seconds)
{
  tst_fixed_clock_advance (TST_FIXED_CLOCK (fixture.clock), seconds * G_USEC_PER_SEC);
}

static gint64
now_s (void)
{
  return tst_central_now_s (fixture.central);
}

/* RFC 6238, appendix B, SHA-1. */
static void
test_totp_vectors (void)
{
  static const struct
  {
    guint64 time;
    const char *code;
  } vectors[] = { { 59, "94287082" },         { 1111111109, "07081804" }, { 1111111111, "14050471" },
                  { 1234567890, "89005924" }, { 2000000000, "69279037" }, { 20000000000, "65353130" } };
  static const guint8 secret[] = "12345678901234567890";
  g_autofree char *base32 = tst_totp_base32 (secret, 20);
  g_autofree char *uri = tst_totp_uri (secret, 20, "Obras & Cía", "Ana Ríos");

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      char code[9];

      tst_totp_code (secret, 20, vectors[i].time / 30, 8, code);
      g_assert_cmpstr (code, ==, vectors[i].code);
    }
  g_assert_cmpstr (base32, ==, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  g_assert_true (g_str_has_prefix (uri, "otpauth://totp/Obras%20%26%20C%C3%ADa:Ana%20R%C3%ADos?secret=GEZD"));
}

static void
test_totp_window (void)
{
  static const guint8 secret[] = "12345678901234567890";
  gint64 now = 1111111109;
  gint64 step = 0;
  char code[9];

  for (gint64 at = now / 30 - 3; at <= now / 30 + 3; at++)
    {
      tst_totp_code (secret, 20, (guint64) at, 6, code);
      g_assert_cmpint (tst_totp_check (secret, 20, code, now, 0, &step), ==, ABS (at - now / 30) <= 1);
    }
  tst_totp_code (secret, 20, (guint64) now / 30, 6, code);
  g_assert_true (tst_totp_check (secret, 20, code, now, 0, &step));
  g_assert_cmpint (step, ==, now / 30);
  /* Once only. */
  g_assert_false (tst_totp_check (secret, 20, code, now, step, &step));
  g_autofree char *spaced = g_strdup_printf ("%.3s %s", code, code + 3);
  g_assert_true (tst_totp_check (secret, 20, spaced, now, 0, &step));
  g_assert_false (tst_totp_check (secret, 20, "", now, 0, &step));
  g_assert_false (tst_totp_check (secret, 20, "12345", now, 0, &step));
  g_assert_false (tst_totp_check (secret, 20, "1234567", now, 0, &step));
  g_assert_false (tst_totp_check (secret, 20, "12a456", now, 0, &step));
}

static void
add (const char *name, const char *role, const char *dependency, const char *password, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstDeskAccount) account = tst_desk_account_add (fixture.central, name, role, dependency, password, TRUE, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TST_ERROR, code);
  g_assert_cmpint (account != NULL, ==, code < 0);
}

static gboolean
put_totp (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) put = tst_store_prepare (store, "UPDATE account SET totp = ?1", error);

  tst_statement_bind_blob (put, 1, data, TST_TOTP_SECRET_SIZE);
  return tst_statement_step (put, NULL, error);
}

static void
set_totp (const guint8 *secret)
{
  g_autoptr (GError) error = NULL;

  tst_store_write (tst_central_get_store (fixture.central), put_totp, (gpointer) secret, &error);
  g_assert_no_error (error);
}

static void
test_accounts (void)
{
  g_autoptr (GError) error = NULL;

  fixture_open (&fixture, NULL);
  add ("Ana Ríos", "moderador", NULL, PASSWORD, -1);
  add ("ana  rios", "auditor", NULL, PASSWORD, TST_ERROR_DUPLICATE);
  add ("Luz", "jefe", NULL, PASSWORD, TST_ERROR_BAD_VALUE);
  add ("Luz", "moderador", NULL, "corta", TST_ERROR_BAD_VALUE);
  add ("Una frase larga", "moderador", NULL, "una frase larga", TST_ERROR_BAD_VALUE);
  add ("  ", "moderador", NULL, PASSWORD, TST_ERROR_BAD_VALUE);
  add ("Luz", "dependencia", NULL, PASSWORD, TST_ERROR_BAD_VALUE);
  add ("Luz", "moderador", "Infraestructura", PASSWORD, TST_ERROR_BAD_VALUE);
  add ("Luz", "dependencia", "Infraestructura", PASSWORD, -1);
  g_autoptr (GPtrArray) list = tst_desk_account_list (fixture.central, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  /* At rest: Argon2id, and no password. */
  fixture_assert_value (&fixture, "2", "SELECT count (*) FROM account WHERE password LIKE '$argon2id$v=19$m=65536,t=3,p=1$%%'");
  g_assert_false (tst_desk_account_set_active (fixture.central, "Nadie", FALSE, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  fixture_close (&fixture);
  tst_desk_password_make_cheap_for_tests ();
}

static TstSignIn
sign_in (const char *name, const char *password, const char *address, char **token, guint *wait_s)
{
  g_autoptr (GError) error = NULL;
  TstSignIn outcome;

  g_free (g_steal_pointer (token));
  g_assert_true (tst_desk_sign_in (fixture.central, name, password, address, &outcome, token, wait_s, &error));
  g_assert_no_error (error);
  return outcome;
}

static GBytes *
hex_to_bytes (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex += 2)
    {
      guint8 byte = g_ascii_xdigit_value (hex[0]) * 16 + g_ascii_xdigit_value (hex[1]);

      g_byte_array_append (bytes, &byte, 1);
    }
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_secrets_at_rest (void)
{
  static const guint8 plain[TST_TOTP_SECRET_SIZE] = "CANARIO-SECRETO-0001";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *other = NULL;
  g_autofree char *key = NULL;
  guint8 secret[TST_TOTP_SECRET_SIZE];
  GStatBuf st;

  fixture_open (&fixture, NULL);
  key = g_build_filename (tst_central_get_folder (fixture.central), "keys", "accounts.key", NULL);
  add ("Ana Ríos", "moderador", NULL, PASSWORD, -1);
  g_assert_cmpint (g_stat (key, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  /* One that lies in clear from before is sealed, and stays what it was. */
  set_totp (plain);
  g_assert_true (tst_account_secret_seal_all (fixture.central, &error));
  g_assert_no_error (error);
  hex = fixture_value (&fixture, "SELECT hex (totp) FROM account");
  sealed = hex_to_bytes (hex);
  g_assert_true (tst_account_secret_open (fixture.central, sealed, secret, &error));
  g_assert_cmpmem (secret, sizeof secret, plain, sizeof plain);
  g_assert_true (tst_account_secret_seal_all (fixture.central, &error));
  other = fixture_value (&fixture, "SELECT hex (totp) FROM account");
  g_assert_cmpstr (other, ==, hex);
  /* With another key nothing opens, and it says what to do. */
  g_assert_cmpint (g_unlink (key), ==, 0);
  g_assert_false (tst_account_secret_open (fixture.central, sealed, secret, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  fixture_close (&fixture);
}

static TstSignIn
second (const char *half, gint64 at_s, char **token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *hex = fixture_value (&fixture, "SELECT hex (totp) FROM account WHERE folded = 'ana rios'");
  guint8 secret[TST_TOTP_SECRET_SIZE];
  char code[9];
  TstSignIn outcome;
  guint wait_s;

  /* At rest it is sealed to a key that is not in the database. */
  sealed = hex_to_bytes (hex);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==, TST_ACCOUNT_SECRET_SEALED_SIZE);
  g_assert_true (tst_account_secret_open (fixture.central, sealed, secret, &error));
  g_assert_no_error (error);
  tst_totp_code (secret, sizeof secret, (guint64) at_s / TST_TOTP_STEP_S, TST_TOTP_DIGITS, code);
  g_free (g_steal_pointer (token));
  g_assert_true (tst_desk_second_factor (fixture.central, half, code, "127.0.0.1", &outcome, token, &wait_s, &error));
  g_assert_no_error (error);
  return outcome;
}

static TstDeskSession *
find (const char *token)
{
  g_autoptr (GError) error = NULL;
  TstDeskSession *session = NULL;

  g_assert_true (tst_desk_session_find (fixture.central, token, &session, &error));
  g_assert_no_error (error);
  return session;
}

static gboolean
opens (const char *token)
{
  g_autoptr (TstDeskSession) session = find (token);

  return session && !session->half;
}

static void
test_sessions (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *half = NULL;
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  guint wait_s = 0;

  fixture_open (&fixture, NULL);
  add ("Ana Ríos", "moderador", NULL, PASSWORD, -1);
  g_assert_cmpint (sign_in ("Ana Ríos", "otra frase bien larga", "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_WRONG);
  g_assert_null (half);
  g_assert_cmpint (sign_in ("Nadie", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_WRONG);
  g_assert_cmpint (sign_in ("ANA RIOS", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  {
    g_autoptr (TstDeskSession) session = find (half);

    g_assert_true (session->half);
    g_assert_nonnull (session->totp_uri);
  }
  /* The token is not in the database, its hash is. */
  fixture_assert_value (&fixture, "1", "SELECT count (*) FROM session WHERE length (hash) = 32");
  g_assert_cmpint (second (half, now_s () - 300, &token), ==, TST_SIGN_IN_WRONG);
  g_assert_cmpint (second (half, now_s (), &token), ==, TST_SIGN_IN_DONE);
  g_assert_cmpstr (half, !=, token);
  g_assert_true (opens (token));
  g_assert_null (find (half));
  /* A code is taken once, and once enrolled the secret is not shown again. */
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  {
    g_autoptr (TstDeskSession) session = find (half);

    g_assert_null (session->totp_uri);
  }
  g_assert_cmpint (second (half, now_s (), &other), ==, TST_SIGN_IN_WRONG);
  advance (60);
  g_assert_cmpint (second (half, now_s (), &other), ==, TST_SIGN_IN_DONE);
  /* CSRF: of this session only. */
  {
    g_autoptr (TstDeskSession) a = find (token);
    g_autoptr (TstDeskSession) b = find (other);

    g_assert_true (tst_desk_session_check_csrf (a, a->csrf));
    g_assert_false (tst_desk_session_check_csrf (a, b->csrf));
    g_assert_false (tst_desk_session_check_csrf (a, ""));
    g_assert_false (tst_desk_session_check_csrf (a, NULL));
    g_assert_null (strstr (token, a->csrf));
  }
  /* Idle: half an hour; a request keeps it alive, but not for ever. */
  advance (TST_DESK_IDLE_S - 60);
  g_assert_true (opens (token));
  advance (TST_DESK_IDLE_S - 60);
  g_assert_true (opens (token));
  g_assert_false (opens (other));
  for (guint i = 0; i < TST_DESK_SESSION_S / (20 * 60) + 1; i++)
    {
      advance (20 * 60);
      g_free (g_steal_pointer (&other));
      if (!opens (token))
        break;
    }
  g_assert_false (opens (token));
  /* A half one is good for five minutes. */
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  advance (TST_DESK_HALF_S + 1);
  g_assert_cmpint (second (half, now_s (), &token), ==, TST_SIGN_IN_WRONG);
  /* Switched off, and out at once. */
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  g_assert_cmpint (second (half, now_s (), &token), ==, TST_SIGN_IN_DONE);
  g_assert_true (opens (token));
  g_assert_true (tst_desk_account_set_active (fixture.central, "Ana Ríos", FALSE, &error));
  g_assert_false (opens (token));
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_WRONG);
  g_assert_true (tst_desk_account_set_active (fixture.central, "Ana Ríos", TRUE, &error));
  /* Signing out. */
  advance (60);
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  g_assert_cmpint (second (half, now_s (), &token), ==, TST_SIGN_IN_DONE);
  g_assert_true (tst_desk_session_end (fixture.central, token, &error));
  g_assert_false (opens (token));
  /* What no token can be. */
  g_assert_null (find (NULL));
  g_assert_null (find (""));
  g_assert_null (find ("' OR 1=1 --"));
  fixture_close (&fixture);
}

static void
test_reset (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *half = NULL;
  g_autofree char *token = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint wait_s = 0;

  fixture_open (&fixture, NULL);
  add ("Ana Ríos", "moderador", NULL, PASSWORD, -1);
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  g_assert_cmpint (second (half, now_s (), &token), ==, TST_SIGN_IN_DONE);
  before = fixture_value (&fixture, "SELECT hex (totp) FROM account");
  g_assert_true (tst_desk_account_reset (fixture.central, "Ana Ríos", "otra frase bien larga", &error));
  after = fixture_value (&fixture, "SELECT hex (totp) FROM account");
  g_assert_cmpstr (before, !=, after);
  g_assert_false (opens (token));
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_WRONG);
  g_assert_cmpint (sign_in ("Ana Ríos", "otra frase bien larga", "127.0.0.1", &half, &wait_s), ==, TST_SIGN_IN_HALF);
  {
    g_autoptr (TstDeskSession) session = find (half);

    g_assert_nonnull (session->totp_uri);
  }
  fixture_close (&fixture);
}

static void
test_slowed (void)
{
  g_autofree char *token = NULL;
  guint wait_s = 0;
  guint wrong = 0;

  fixture_open (&fixture, NULL);
  add ("Ana Ríos", "moderador", NULL, PASSWORD, -1);
  for (; sign_in ("Ana Ríos", "no es esta la frase", "10.0.0.1", &token, &wait_s) == TST_SIGN_IN_WRONG; wrong++)
    g_assert_cmpuint (wrong, <, 20);
  g_assert_cmpuint (wrong, ==, 5);
  g_assert_cmpuint (wait_s, >=, 1);
  /* The right password waits as well, from elsewhere too, and a restart forgets nothing. */
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.0.2", &token, &wait_s), ==, TST_SIGN_IN_WAIT);
  fixture_reopen (&fixture);
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.0.3", &token, &wait_s), ==, TST_SIGN_IN_WAIT);
  /* An account waits a minute at most, so that nobody keeps her out. */
  for (guint i = 0; i < 8; i++)
    {
      advance (61);
      sign_in ("Ana Ríos", "no es esta la frase", i % 2 ? "10.0.1.1" : "10.0.1.2", &token, &wait_s);
    }
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.0.3", &token, &wait_s), ==, TST_SIGN_IN_WAIT);
  g_assert_cmpuint (wait_s, <=, 60);
  advance (61);
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.0.3", &token, &wait_s), ==, TST_SIGN_IN_HALF);
  /* An address that tries many names. */
  for (guint i = 0; i < 30 && wait_s <= 60; i++)
    {
      g_autofree char *name = g_strdup_printf ("persona %u", i);

      if (sign_in (name, "no es esta la frase", "10.0.2.1", &token, &wait_s) == TST_SIGN_IN_WAIT && wait_s <= 60)
        advance (wait_s);
    }
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.2.1", &token, &wait_s), ==, TST_SIGN_IN_WAIT);
  g_assert_cmpuint (wait_s, >, 60);
  /* Names and addresses are not kept as such. */
  fixture_assert_value (&fixture, "0", "SELECT count (*) FROM attempt WHERE length (key) <> 32");
  /* After a day all is forgotten. */
  advance (24 * 3600 + 1);
  g_assert_cmpint (sign_in ("Ana Ríos", PASSWORD, "10.0.2.1", &token, &wait_s), ==, TST_SIGN_IN_HALF);
  fixture_assert_value (&fixture, "2", "SELECT count (*) FROM attempt");
  fixture_close (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/totp/vectors", test_totp_vectors);
  g_test_add_func ("/desk/totp/window", test_totp_window);
  g_test_add_func ("/desk/totp/at-rest", test_secrets_at_rest);
  g_test_add_func ("/desk/accounts", test_accounts);
  g_test_add_func ("/desk/sessions", test_sessions);
  g_test_add_func ("/desk/reset", test_reset);
  g_test_add_func ("/desk/slowed", test_slowed);
  return g_test_run ();
}
