/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "base/tst-error.h"
#include "journal/tst-staff.h"

#include <string.h>

#define PIN "402917"
#define OTHER_PIN "7730251"

static void
test_pins (void)
{
  static const char *const bad[]
      = { "", "12345", "1234567890123", "12345a", "111111", "123456", "987654", "40 917" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (tst_staff_check_pin (bad[i], &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
    }
  g_assert_true (tst_staff_check_pin (PIN, NULL));
  g_assert_true (tst_staff_check_pin ("121212", NULL));
}

static void
assert_opens (TstVault *vault, GBytes *sealed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) plain = tst_vault_open (vault, "draft:attendance", sealed, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "Rosa Prueba", 11);
}

static void
test_members_share_a_vault (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstVault) vault = NULL, again = NULL, third = NULL;
  g_autofree char *ana = NULL, *luis = NULL, *refused = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GBytes) sealed = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  guint wait_s;

  refused = tst_staff_add (fixture->book, NULL, "  ", "supervision", PIN, NULL, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);
  refused = tst_staff_add (fixture->book, NULL, "Ana Rojas", "alcaldesa", PIN, NULL, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_clear_error (&error);

  ana = tst_staff_add (fixture->book, NULL, " Ana Rojas ", "supervision", PIN, &vault, &error);
  g_assert_no_error (error);
  sealed = tst_vault_seal (vault, "draft:attendance", "Rosa Prueba", 11);
  assert_opens (vault, sealed);
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "Rosa", 4));
  other = tst_vault_open (vault, "draft:comment", sealed, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
  g_clear_error (&error);

  /* Nobody joins a list without somebody on it. */
  refused = tst_staff_add (fixture->book, NULL, "Un extraño", "supervision", PIN, NULL, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_clear_error (&error);
  luis = tst_staff_add (fixture->book, vault, "Luis Peña", "atencion", OTHER_PIN, NULL, &error);
  g_assert_no_error (error);

  journal_fixture_reopen (fixture);
  list = tst_staff_list (fixture->book, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((TstStaffMember *)list->pdata[0])->name, ==, "Ana Rojas");
  g_assert_cmpstr (((TstStaffMember *)list->pdata[1])->id, ==, luis);
  again = tst_staff_sign_in (fixture->book, luis, OTHER_PIN, &wait_s, &error);
  g_assert_no_error (error);
  assert_opens (again, sealed);

  /* A forgotten PIN is given anew by a colleague. */
  g_assert_true (tst_staff_set_pin (fixture->book, again, ana, "662904", &error));
  g_assert_null (tst_staff_sign_in (fixture->book, ana, PIN, &wait_s, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_clear_error (&error);
  third = tst_staff_sign_in (fixture->book, ana, "662904", &wait_s, &error);
  g_assert_no_error (error);
  assert_opens (third, sealed);

  g_assert_true (tst_staff_remove (fixture->book, luis, &error));
  g_assert_null (tst_staff_sign_in (fixture->book, luis, OTHER_PIN, &wait_s, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (tst_staff_remove (fixture->book, ana, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_WRONG_STATE);
}

static void
assert_wrong (JournalFixture *fixture, const char *id, guint expected_wait_s)
{
  g_autoptr (GError) error = NULL;
  guint wait_s = 99;

  g_assert_null (tst_staff_sign_in (fixture->book, id, "000001", &wait_s, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_assert_cmpuint (wait_s, ==, expected_wait_s);
}

static void
test_wrong_pins_wait (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstVault) vault = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *ana = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, NULL, &error);
  TstTimestamp now;
  guint wait_s;

  g_assert_no_error (error);
  assert_wrong (fixture, ana, 0);
  assert_wrong (fixture, ana, 0);
  journal_fixture_reopen (fixture); /* counted over restarts */
  assert_wrong (fixture, ana, 5);

  /* Too early: not even the right one, and it does not count. */
  g_assert_null (tst_staff_sign_in (fixture->book, ana, PIN, &wait_s, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_LOCKED);
  g_assert_cmpuint (wait_s, ==, 5);
  g_clear_error (&error);
  tst_fixed_clock_advance (fixture->clock, 3 * G_USEC_PER_SEC);
  g_assert_null (tst_staff_sign_in (fixture->book, ana, PIN, &wait_s, NULL));
  g_assert_cmpuint (wait_s, ==, 2);

  tst_fixed_clock_advance (fixture->clock, 3 * G_USEC_PER_SEC);
  assert_wrong (fixture, ana, 15);

  /* A clock set back by ten years costs the wait once, not ten years. */
  tst_clock_now (TST_CLOCK (fixture->clock), &now);
  now.utc_us -= (gint64)10 * 365 * 86400 * G_USEC_PER_SEC;
  tst_fixed_clock_set (fixture->clock, &now);
  g_assert_null (tst_staff_sign_in (fixture->book, ana, PIN, &wait_s, NULL));
  g_assert_cmpuint (wait_s, ==, 15);
  tst_fixed_clock_advance (fixture->clock, 15 * G_USEC_PER_SEC);
  vault = tst_staff_sign_in (fixture->book, ana, PIN, &wait_s, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wait_s, ==, 0);
  assert_wrong (fixture, ana, 0); /* counted from nought again */
}

static void
test_forgotten_by_all (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (TstVault) old = NULL, fresh = NULL;
  g_autoptr (GBytes) sealed = NULL, plain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *ana = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, &old, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  sealed = tst_vault_seal (old, "draft", "x", 1);
  g_assert_true (tst_staff_forget_all (fixture->book, &error));
  again = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", PIN, &fresh, &error);
  g_assert_no_error (error);
  plain = tst_vault_open (fresh, "draft", sealed, &error);
  g_assert_error (error, TST_ERROR, TST_ERROR_HASH_MISMATCH);
}

static void
test_nothing_lies_about (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new (FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *ana
      = tst_staff_add (fixture->book, NULL, "Ana Rojas", "supervision", OTHER_PIN, NULL, &error);
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  tst_field_book_close (fixture->book);
  g_clear_object (&fixture->book);
  found = journal_fixture_grep (fixture, OTHER_PIN);
  g_assert_null (found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/staff/pins", test_pins);
  g_test_add_func ("/staff/members-share-a-vault", test_members_share_a_vault);
  g_test_add_func ("/staff/wrong-pins-wait", test_wrong_pins_wait);
  g_test_add_func ("/staff/forgotten-by-all", test_forgotten_by_all);
  g_test_add_func ("/staff/nothing-lies-about", test_nothing_lies_about);
  return g_test_run ();
}
