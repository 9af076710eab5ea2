/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/tst-bundle.h"

#include "base/tst-error.h"

#include <string.h>

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* Three records: clear body with two parts, sealed body, envelope alone. Bodies hold frame-like text and NULs. */
static GBytes *
make_bundle (void)
{
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) first = text_bytes ("first envelope\n\n— a b\n");
  g_autoptr (GBytes) body = g_bytes_new_static ("envelope 4\nabcd\0\0\nbody 0\n", 25);
  g_autoptr (GBytes) part = g_bytes_new_static ("\0\1\2\3", 4);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) second = text_bytes ("second");
  g_autoptr (GBytes) third = text_bytes ("third");
  TstHash part_hash = tst_hash_bytes (part);
  TstHash empty_hash = tst_hash_bytes (empty);

  tst_bundle_writer_add_envelope (writer, first);
  tst_bundle_writer_add_body (writer, body, FALSE);
  tst_bundle_writer_add_part (writer, &part_hash, part);
  tst_bundle_writer_add_part (writer, &empty_hash, empty);
  tst_bundle_writer_add_envelope (writer, second);
  tst_bundle_writer_add_body (writer, part, TRUE);
  tst_bundle_writer_add_envelope (writer, third);
  return tst_bundle_writer_finish (writer);
}

static void
assert_bytes (GBytes *bytes, const void *data, gsize size)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, size);
}

static void
test_round (void)
{
  g_autoptr (GBytes) bundle = make_bundle ();
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  TstBundleItem *item;
  TstBundlePart *part;
  TstHash expected = tst_hash_data ("\0\1\2\3", 4);

  g_assert_true (tst_bundle_parse (bundle, &items, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 3);
  item = g_ptr_array_index (items, 0);
  assert_bytes (item->envelope, "first envelope\n\n— a b\n", strlen ("first envelope\n\n— a b\n"));
  assert_bytes (item->body, "envelope 4\nabcd\0\0\nbody 0\n", 25);
  g_assert_false (item->body_sealed);
  g_assert_cmpuint (item->parts->len, ==, 2);
  part = g_ptr_array_index (item->parts, 0);
  g_assert_true (tst_hash_equal (&part->sha256, &expected));
  assert_bytes (part->bytes, "\0\1\2\3", 4);
  part = g_ptr_array_index (item->parts, 1);
  g_assert_cmpuint (g_bytes_get_size (part->bytes), ==, 0);
  item = g_ptr_array_index (items, 1);
  assert_bytes (item->envelope, "second", 6);
  g_assert_true (item->body_sealed);
  item = g_ptr_array_index (items, 2);
  g_assert_null (item->body);
  g_assert_cmpuint (item->parts->len, ==, 0);
}

/* Every cut is either found, or falls exactly between two frames; the whole records before it are given. */
static void
test_truncations (void)
{
  g_autoptr (GBytes) bundle = make_bundle ();
  gsize size = g_bytes_get_size (bundle);
  guint accepted = 0;

  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (bundle, 0, cut);
      /* A copy of its own, so that a read past the end is one past an allocation. */
      g_autoptr (GBytes) alone = g_bytes_new (g_bytes_get_data (piece, NULL), cut);
      g_autoptr (GPtrArray) items = NULL;
      g_autoptr (GError) error = NULL;

      if (tst_bundle_parse (alone, &items, &error))
        accepted++;
      else
        g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
      g_assert_nonnull (items);
      g_assert_cmpuint (items->len, <, 3);
      for (guint i = 0; i < items->len; i++)
        {
          TstBundleItem *item = g_ptr_array_index (items, i);

          assert_bytes (item->envelope, i == 0 ? "first envelope\n\n— a b\n" : "second",
                        i == 0 ? strlen ("first envelope\n\n— a b\n") : 6);
        }
    }
  /* After the magic and after each of the frames but the last. */
  g_assert_cmpuint (accepted, ==, 7);
}

/* Any single changed byte: never a crash, never a byte outside of the bundle; a change in a header or the magic is either refused or
 * shows as other items. */
static void
test_mutations (void)
{
  g_autoptr (GBytes) bundle = make_bundle ();
  gsize size;
  const guint8 *data = g_bytes_get_data (bundle, &size);

  for (gsize at = 0; at < size; at++)
    for (guint value = 0; value < 256; value++)
      {
        guint8 *copy;
        g_autoptr (GBytes) mutated = NULL;
        g_autoptr (GPtrArray) items = NULL;
        g_autoptr (GPtrArray) again_items = NULL;
        g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
        g_autoptr (GBytes) again = NULL;

        if (value == data[at])
          continue;
        copy = g_memdup2 (data, size);
        copy[at] = value;
        mutated = g_bytes_new_take (copy, size);
        if (!tst_bundle_parse (mutated, &items, NULL))
          continue;
        /* What was accepted has one spelling: writing it again gives the same bytes. */
        for (guint i = 0; i < items->len; i++)
          {
            TstBundleItem *item = g_ptr_array_index (items, i);

            tst_bundle_writer_add_envelope (writer, item->envelope);
            if (item->body != NULL)
              tst_bundle_writer_add_body (writer, item->body, item->body_sealed);
            for (guint j = 0; j < item->parts->len; j++)
              {
                TstBundlePart *part = g_ptr_array_index (item->parts, j);

                tst_bundle_writer_add_part (writer, &part->sha256, part->bytes);
              }
          }
        again = tst_bundle_writer_finish (writer);
        g_assert_true (g_bytes_equal (again, mutated));
      }
}

static void
assert_refused (const char *text, guint n_items)
{
  g_autoptr (GBytes) bundle = text_bytes (text);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (tst_bundle_parse (bundle, &items, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_cmpuint (items->len, ==, n_items);
}

static void
test_hostile (void)
{
  g_autoptr (GBytes) empty = text_bytes ("TESTIGO-BUNDLE-1\n");
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  assert_refused ("", 0);
  assert_refused ("<!DOCTYPE html><html>", 0);
  assert_refused ("TESTIGO-BUNDLE-2\nenvelope 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 99999999999999999999\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope -1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope +1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 01\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope  1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1 \na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\r\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope\n", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nENVELOPE 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nbody 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\nabody 1\nbbody 1\nb", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\naenvelope 1\nabody 1\nbsealed-body 1\nb", 1);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\nanonsense 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\napart 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\napart zz 1\na", 0);
  assert_refused ("TESTIGO-BUNDLE-1\nenvelope 1\naenvelope 1\nb\n", 1);
  g_assert_true (tst_bundle_parse (empty, &items, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 0);
}

static void
test_limits (void)
{
  g_autoptr (TstBundleWriter) writer = tst_bundle_writer_new ();
  g_autoptr (GBytes) envelope = text_bytes ("e");
  g_autoptr (GBytes) full = NULL;
  g_autoptr (GBytes) over = NULL;
  g_autoptr (GBytes) huge = g_bytes_new_take (g_malloc0 (TST_BUNDLE_MAX_BYTES), TST_BUNDLE_MAX_BYTES);
  g_autoptr (GBytes) too_large = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < TST_BUNDLE_MAX_RECORDS; i++)
    tst_bundle_writer_add_envelope (writer, envelope);
  full = tst_bundle_writer_finish (writer);
  g_assert_true (tst_bundle_parse (full, &items, &error));
  g_assert_cmpuint (items->len, ==, TST_BUNDLE_MAX_RECORDS);

  for (guint i = 0; i < TST_BUNDLE_MAX_RECORDS + 1; i++)
    tst_bundle_writer_add_envelope (writer, envelope);
  over = tst_bundle_writer_finish (writer);
  g_assert_false (tst_bundle_parse (over, &more, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_cmpuint (more->len, ==, TST_BUNDLE_MAX_RECORDS);
  g_clear_error (&error);

  tst_bundle_writer_add_envelope (writer, envelope);
  tst_bundle_writer_add_body (writer, huge, FALSE);
  g_assert_cmpuint (tst_bundle_writer_get_size (writer), >, TST_BUNDLE_MAX_BYTES);
  too_large = tst_bundle_writer_finish (writer);
  g_assert_false (tst_bundle_parse (too_large, &none, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/bundle/round", test_round);
  g_test_add_func ("/sync/bundle/truncations", test_truncations);
  g_test_add_func ("/sync/bundle/mutations", test_mutations);
  g_test_add_func ("/sync/bundle/hostile", test_hostile);
  g_test_add_func ("/sync/bundle/limits", test_limits);
  return g_test_run ();
}
