/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "record/tst-note.h"

#include <string.h>

/* The example in the documentation of Go's golang.org/x/mod/sumdb/note. */
static const char peter_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_text[] = "If you think cryptography is the answer to your problem,\n"
                                 "then you don't know what your problem is.\n";
static const char peter_line[] = "\xe2\x80\x94 PeterNeumann "
                                 "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
assert_refused (const char *text, gsize size, TstVerifier *verifier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autofree char *opened = tst_note_open (bytes, verifier, &error);

  g_assert_null (opened);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

static void
test_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstVerifier) verifier = tst_verifier_parse (peter_vkey, &error);
  g_autofree char *note = g_strconcat (peter_text, "\n", peter_line, NULL);
  g_autoptr (GBytes) bytes = bytes_of (note);
  g_autofree char *text = tst_note_open (bytes, verifier, &error);
  g_autofree char *peeked = tst_note_peek_text (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, peter_text);
  g_assert_cmpstr (peeked, ==, peter_text);
}

static void
test_malformed (void)
{
  g_autoptr (TstVerifier) verifier = tst_verifier_parse (peter_vkey, NULL);
  static const char *const pieces[][4] = {
    { "", "", "", "" },
    { "\n\n", "", "", "" },
    { peter_text, "", "", "" },
    { peter_text, "\n", "", "" },
    { peter_text, peter_line, "", "" },
    { peter_text, "\n", peter_line, "x" },
    { peter_text, "\n", peter_line, "\n" },
    { peter_text, "\n", peter_line, "\xe2\x80\x94 otro\n" },
    { peter_text, "\n", peter_line, "\xe2\x80\x94 otro AAAA\n" },
    { peter_text, "\n", peter_line, "\xe2\x80\x94 otro AAAAAAAA=\n" },
    { peter_text, "\n", peter_line, "\xe2\x80\x94  AAAAAAAA\n" },
    { peter_text, "\n", peter_line, "- otro AAAAAAAA\n" },
    { peter_text, "\r\n", peter_line, "" },
    { peter_text, "\n", "\xe2\x80\x94 otro AAAAAAAAAAAA\n", "" },
    { peter_text, "x\n\n", peter_line, "" },
    { peter_text, "\n", peter_line, "\xe2\x80\x94 PeterNeumann x08goAAAAAAAA\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *note = g_strconcat (pieces[i][0], pieces[i][1], pieces[i][2], pieces[i][3], NULL);

      assert_refused (note, strlen (note), verifier);
    }
}

/* Every single-byte change and every cut of a note is refused. */
static void
test_mutations (void)
{
  g_autoptr (TstVerifier) verifier = tst_verifier_parse (peter_vkey, NULL);
  g_autofree char *note = g_strconcat (peter_text, "\n", peter_line, NULL);
  gsize size = strlen (note);

  for (gsize i = 0; i < size; i++)
    {
      char original = note[i];

      for (guint value = 0; value < 256; value++)
        if ((char) value != original)
          {
            note[i] = (char) value;
            assert_refused (note, size, verifier);
          }
      note[i] = original;
      assert_refused (note, i, verifier);
    }
}

/* One wrong signature of the key that is asked for spoils the note, whatever else is on it. */
static void
test_wrong_beside_right (void)
{
  g_autoptr (TstVerifier) verifier = tst_verifier_parse (peter_vkey, NULL);
  g_autofree char *wrong = g_strdup (peter_line);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  wrong[strlen (wrong) - 8] = wrong[strlen (wrong) - 8] == 'A' ? 'B' : 'A';
  before = g_strconcat (peter_text, "\n", wrong, peter_line, NULL);
  after = g_strconcat (peter_text, "\n", peter_line, wrong, NULL);
  assert_refused (before, strlen (before), verifier);
  assert_refused (after, strlen (after), verifier);
}

static void
test_cosigned (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstSigningKey) first = tst_signing_key_generate ("ejemplo.gov.co/testigo");
  g_autoptr (TstSigningKey) second = tst_signing_key_generate ("vecina.gov.co/testigo");
  g_autoptr (TstSigningKey) same_name = tst_signing_key_generate ("ejemplo.gov.co/testigo");
  g_autoptr (GBytes) one = tst_note_sign ("línea\n\notra\n", first);
  g_autoptr (GBytes) two = tst_note_add_signature (one, second, &error);
  g_autoptr (GBytes) again = tst_note_add_signature (two, second, &error);
  g_autofree char *a = tst_note_open (two, tst_signing_key_get_verifier (first), &error);
  g_autofree char *b = tst_note_open (two, tst_signing_key_get_verifier (second), &error);
  g_autofree char *none = NULL;
  g_autoptr (GBytes) no_note = NULL;
  g_autoptr (GBytes) text_only = bytes_of ("texto\n");

  g_assert_no_error (error);
  g_assert_cmpstr (a, ==, "línea\n\notra\n");
  g_assert_cmpstr (b, ==, a);
  g_assert_true (g_bytes_equal (two, again));
  none = tst_note_open (two, tst_signing_key_get_verifier (same_name), &error);
  g_assert_null (none);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
  g_clear_error (&error);
  no_note = tst_note_add_signature (text_only, first, &error);
  g_assert_null (no_note);
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_SIGNATURE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/note/known", test_known);
  g_test_add_func ("/note/malformed", test_malformed);
  g_test_add_func ("/note/mutations", test_mutations);
  g_test_add_func ("/note/wrong-beside-right", test_wrong_beside_right);
  g_test_add_func ("/note/cosigned", test_cosigned);
  return g_test_run ();
}
