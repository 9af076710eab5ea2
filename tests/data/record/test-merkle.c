/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "log/tst-merkle.h"

#include <string.h>

/* A log in memory that keeps, as a real one may, only the widest version of each tile. */
typedef struct
{
  GHashTable *tiles; /* path → GArray of TstHash */
  GArray *leaves;
  guint reads;
  guint fail_at; /* the read that fails; 0: none */
} Log;

static gboolean
log_source (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data, GError **error)
{
  Log *log = user_data;
  g_autofree char *path = tst_tile_path ((int) level, index, 256);
  GArray *tile = g_hash_table_lookup (log->tiles, path);

  if (++log->reads == log->fail_at)
    {
      memset (hashes, 0xff, width * sizeof (TstHash)); /* half a read leaves anything */
      g_set_error_literal (error, TST_ERROR, TST_ERROR_IO, "broken");
      return FALSE;
    }
  g_assert_nonnull (tile);
  g_assert_cmpuint (tile->len, >=, width);
  memcpy (hashes, tile->data, width * sizeof (TstHash));
  return TRUE;
}

static gboolean
log_sink (guint level, guint64 index, guint width, const TstHash *hashes, gpointer user_data, GError **error)
{
  Log *log = user_data;
  char *path = tst_tile_path ((int) level, index, 256);
  GArray *tile = g_array_new (FALSE, FALSE, sizeof (TstHash));
  GArray *before = g_hash_table_lookup (log->tiles, path);

  g_array_append_vals (tile, hashes, width);
  if (before != NULL)
    {
      g_assert_cmpuint (before->len, <, width);
      g_assert_cmpmem (before->data, before->len * sizeof (TstHash), tile->data, before->len * sizeof (TstHash));
    }
  g_hash_table_replace (log->tiles, path, tile);
  return TRUE;
}

static TstHash
leaf_at (guint64 index)
{
  g_autofree char *text = g_strdup_printf ("hoja %" G_GUINT64_FORMAT, index);

  return tst_merkle_leaf (text, strlen (text));
}

static void
log_append (Log *log, guint count)
{
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GError) error = NULL;
  guint64 old_size = log->leaves->len;

  for (guint i = 0; i < count; i++)
    {
      TstHash leaf = leaf_at (old_size + i);

      g_array_append_val (fresh, leaf);
    }
  g_assert_true (tst_tree_append (old_size, fresh, log_source, log_sink, log, &error));
  g_assert_no_error (error);
  g_array_append_vals (log->leaves, fresh->data, fresh->len);
}

static Log *
log_new (void)
{
  Log *log = g_new0 (Log, 1);

  log->tiles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  log->leaves = g_array_new (FALSE, FALSE, sizeof (TstHash));
  return log;
}

static void
log_free (Log *log)
{
  g_hash_table_unref (log->tiles);
  g_array_unref (log->leaves);
  g_free (log);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Log, log_free)

/* MTH of RFC 6962 § 2.1 as it is written there, to compare with. */
static TstHash
naive_root (const TstHash *leaves, guint64 n)
{
  guint64 k = 1;
  TstHash left, right;

  if (n == 0)
    return tst_hash_data ("", 0);
  if (n == 1)
    return leaves[0];
  while (k * 2 < n)
    k *= 2;
  left = naive_root (leaves, k);
  right = naive_root (leaves + k, n - k);
  return tst_merkle_node (&left, &right);
}

/* The leaves and roots that the test suites of Certificate Transparency share. */
static void
test_known_roots (void)
{
  static const char *const leaves[]
    = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" };
  static const char *const roots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  };
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);
  TstHash root = tst_merkle_empty_root ();
  g_autofree char *empty = tst_hash_to_hex (&root);

  g_assert_cmpstr (empty, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      g_autoptr (GArray) one = g_array_new (FALSE, FALSE, sizeof (TstHash));
      g_autofree char *hex = NULL;
      guint8 data[16];
      TstHash leaf;

      g_assert_true (tst_hex_decode (leaves[i], data, strlen (leaves[i]) / 2));
      leaf = tst_merkle_leaf (data, strlen (leaves[i]) / 2);
      g_array_append_val (one, leaf);
      g_assert_true (tst_tree_append (i, one, log_source, log_sink, log, NULL));
      g_assert_true (tst_tree_reader_root (reader, i + 1, &root, NULL));
      hex = tst_hash_to_hex (&root);
      g_assert_cmpstr (hex, ==, roots[i]);
    }
}

static GArray *
copy_of (GArray *proof)
{
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (TstHash));

  if (proof->len > 0)
    g_array_append_vals (copy, proof->data, proof->len);
  return copy;
}

static void
assert_inclusion (guint64 index, guint64 size, const TstHash *leaf, const TstHash *root, GArray *proof)
{
  g_autoptr (GArray) bad = copy_of (proof);
  TstHash other = *leaf;

  g_assert_true (tst_merkle_check_inclusion (leaf, index, size, proof, root, NULL));
  other.bytes[index % TST_HASH_SIZE] ^= 1;
  g_assert_false (tst_merkle_check_inclusion (&other, index, size, proof, root, NULL));
  g_assert_false (tst_merkle_check_inclusion (leaf, index, size, proof, &other, NULL));
  if ((size & (size - 1)) == 0) /* a complete tree passed off as the left half of a larger one */
    g_assert_false (tst_merkle_check_inclusion (leaf, index, size * 2, proof, root, NULL));
  if ((index ^ 1) < size)
    g_assert_false (tst_merkle_check_inclusion (leaf, index ^ 1, size, proof, root, NULL));
  g_assert_false (tst_merkle_check_inclusion (leaf, size, size, proof, root, NULL));
  for (guint i = 0; i < bad->len; i++)
    {
      g_array_index (bad, TstHash, i).bytes[index % TST_HASH_SIZE] ^= 0x80;
      g_assert_false (tst_merkle_check_inclusion (leaf, index, size, bad, root, NULL));
      g_array_index (bad, TstHash, i).bytes[index % TST_HASH_SIZE] ^= 0x80;
    }
  g_array_append_val (bad, other);
  g_assert_false (tst_merkle_check_inclusion (leaf, index, size, bad, root, NULL));
  g_array_set_size (bad, proof->len);
  if (bad->len > 0)
    {
      g_array_set_size (bad, bad->len - 1);
      g_assert_false (tst_merkle_check_inclusion (leaf, index, size, bad, root, NULL));
    }
}

static void
assert_consistency (guint64 m, guint64 n, const TstHash *old_root, const TstHash *new_root, GArray *proof)
{
  g_autoptr (GArray) bad = copy_of (proof);
  TstHash wrong_old = *old_root, wrong_new = *new_root;

  g_assert_true (tst_merkle_check_consistency (m, old_root, n, new_root, proof, NULL));
  wrong_old.bytes[m % TST_HASH_SIZE] ^= 1;
  wrong_new.bytes[n % TST_HASH_SIZE] ^= 1;
  g_assert_false (tst_merkle_check_consistency (m, &wrong_old, n, new_root, proof, NULL));
  if (m > 0)
    g_assert_false (tst_merkle_check_consistency (m, old_root, n, &wrong_new, proof, NULL));
  if (m != n)
    g_assert_false (tst_merkle_check_consistency (n, new_root, m, old_root, proof, NULL));
  for (guint i = 0; i < bad->len; i++)
    {
      g_array_index (bad, TstHash, i).bytes[m % TST_HASH_SIZE] ^= 0x80;
      g_assert_false (tst_merkle_check_consistency (m, old_root, n, new_root, bad, NULL));
      g_array_index (bad, TstHash, i).bytes[m % TST_HASH_SIZE] ^= 0x80;
    }
  g_array_append_val (bad, wrong_old);
  g_assert_false (tst_merkle_check_consistency (m, old_root, n, new_root, bad, NULL));
  g_array_set_size (bad, proof->len);
  if (bad->len > 0)
    {
      g_array_set_size (bad, bad->len - 1);
      g_assert_false (tst_merkle_check_consistency (m, old_root, n, new_root, bad, NULL));
    }
}

static void
test_all_small (void)
{
  enum { MAX = 300 };
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);
  TstHash roots[MAX + 1];

  roots[0] = tst_merkle_empty_root ();
  for (guint n = 1; n <= MAX; n++)
    {
      TstHash expected;

      log_append (log, 1);
      g_assert_true (tst_tree_reader_root (reader, n, &roots[n], NULL));
      expected = naive_root ((const TstHash *) log->leaves->data, n);
      g_assert_true (tst_hash_equal (&roots[n], &expected));
    }
  for (guint n = 1; n <= MAX; n++)
    for (guint m = 0; m <= n; m++)
      {
        g_autoptr (GArray) consistency = tst_tree_reader_consistency (reader, m, n, NULL);

        assert_consistency (m, n, &roots[m], &roots[n], consistency);
        if (m < n)
          {
            g_autoptr (GArray) inclusion = tst_tree_reader_inclusion (reader, m, n, NULL);

            assert_inclusion (m, n, &g_array_index (log->leaves, TstHash, m), &roots[n], inclusion);
          }
      }
}

static void
test_random_large (void)
{
  enum { MAX = 70000 };
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260327);
  GArray *tile;

  while (log->leaves->len < MAX)
    log_append (log, MIN ((guint) g_rand_int_range (rand, 1, 3000), MAX - log->leaves->len));

  /* What the specification says of a tree of 70,000. */
  tile = g_hash_table_lookup (log->tiles, "tile/0/273");
  g_assert_cmpuint (tile->len, ==, 112);
  tile = g_hash_table_lookup (log->tiles, "tile/1/000");
  g_assert_cmpuint (tile->len, ==, 256);
  tile = g_hash_table_lookup (log->tiles, "tile/1/001");
  g_assert_cmpuint (tile->len, ==, 17);
  tile = g_hash_table_lookup (log->tiles, "tile/2/000");
  g_assert_cmpuint (tile->len, ==, 1);
  g_assert_cmpuint (g_hash_table_size (log->tiles), ==, 277);

  for (guint round = 0; round < 20; round++)
    {
      guint n = round == 0 ? MAX : round == 1 ? 65536 : (guint) g_rand_int_range (rand, 1, MAX);
      TstHash root, expected = naive_root ((const TstHash *) log->leaves->data, n);

      g_assert_true (tst_tree_reader_root (reader, n, &root, NULL));
      g_assert_true (tst_hash_equal (&root, &expected));
      for (guint i = 0; i < 50; i++)
        {
          guint index = g_rand_int_range (rand, 0, n), m = g_rand_int_range (rand, 0, n + 1);
          g_autoptr (GArray) inclusion = tst_tree_reader_inclusion (reader, index, n, NULL);
          g_autoptr (GArray) consistency = tst_tree_reader_consistency (reader, m, n, NULL);
          TstHash old_root;

          g_assert_true (tst_tree_reader_root (reader, m, &old_root, NULL));
          assert_inclusion (index, n, &g_array_index (log->leaves, TstHash, index), &root, inclusion);
          assert_consistency (m, n, &old_root, &root, consistency);
        }
    }
}

/* Proofs for a run of leaves read each tile once. */
static void
test_run_reads_little (void)
{
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);

  log_append (log, 70000);
  log->reads = 0;
  for (guint i = 0; i < 256; i++)
    {
      g_autoptr (GArray) proof = tst_tree_reader_inclusion (reader, 33000 + i, 70000, NULL);

      g_assert_nonnull (proof);
    }
  g_assert_cmpuint (log->reads, <=, 6);
}

static void
test_refusals (void)
{
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (TstHash));
  g_autoptr (GError) error = NULL;
  TstHash leaf = leaf_at (0);
  TstHash root;

  log_append (log, 300);
  g_assert_null (tst_tree_reader_inclusion (reader, 300, 300, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);
  g_assert_null (tst_tree_reader_consistency (reader, 301, 300, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);
  g_assert_false (tst_tree_reader_root (reader, G_MAXUINT64, &root, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);
  g_assert_false (tst_merkle_check_inclusion (&leaf, 0, 0, proof, &leaf, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_clear_error (&error);

  /* A tile that cannot be read: the error comes through, and the next try is sound. */
  log->reads = 0;
  for (guint fail_at = 1; fail_at <= 2; fail_at++)
    {
      g_autoptr (TstTreeReader) fresh = tst_tree_reader_new (log_source, log);
      g_autoptr (GArray) good = NULL;

      log->reads = 0;
      log->fail_at = fail_at;
      g_assert_null (tst_tree_reader_inclusion (fresh, 3, 300, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_IO);
      g_clear_error (&error);
      log->fail_at = 0;
      good = tst_tree_reader_inclusion (fresh, 3, 300, &error);
      g_assert_no_error (error);
      g_assert_true (tst_tree_reader_root (fresh, 300, &root, &error));
      g_assert_true (tst_merkle_check_inclusion (&g_array_index (log->leaves, TstHash, 3), 3, 300, good, &root, NULL));
    }
}

/* A tile that could not be widened must not spoil what was known of it. */
static void
test_broken_widening (void)
{
  g_autoptr (Log) log = log_new ();
  g_autoptr (TstTreeReader) reader = tst_tree_reader_new (log_source, log);
  g_autoptr (GError) error = NULL;
  TstHash before, after, larger;

  log_append (log, 301);
  g_assert_true (tst_tree_reader_root (reader, 301, &before, NULL));
  log_append (log, 9);
  log->reads = 0;
  log->fail_at = 1;
  g_assert_false (tst_tree_reader_root (reader, 310, &larger, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_IO);
  g_assert_true (tst_tree_reader_root (reader, 301, &after, NULL));
  g_assert_true (tst_hash_equal (&before, &after));
}

static void
test_paths (void)
{
  static const struct
  {
    const char *path;
    int level;
    guint64 index;
    guint width;
  } good[] = {
    { "tile/0/000", 0, 0, 256 },
    { "tile/0/067.p/1", 0, 67, 1 },
    { "tile/63/x001/x234/067", 63, 1234067, 256 },
    { "tile/entries/x001/x234/067.p/255", -1, 1234067, 255 },
    { "tile/entries/999", -1, 999, 256 },
    { "tile/1/x001/000", 1, 1000, 256 },
    { "tile/2/x001/x000/x000/x000/x000/000", 2, G_GUINT64_CONSTANT (1000000000000000), 256 },
    { "tile/2/x999/x999/x999/x999/x999/999", 2, G_GUINT64_CONSTANT (999999999999999999), 256 },
  };
  static const char *const bad[] = {
    "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
    "tile/-1/000", "tile/0/x000/000", "tile/0/x001", "tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p/0",
    "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000/", "tile/entries",
    "tile/entries/", "tile/entriesx/000", "/tile/0/000", "tile/0/000 ", "tile/0/../000", "tile/data/000",
    "tile/0/X001/000", "tile/0/x001/x002/x003/x004/x005/x006/007",
  };
  int level;
  guint64 index;
  guint width;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = tst_tile_path (good[i].level, good[i].index, good[i].width);

      g_assert_cmpstr (path, ==, good[i].path);
      g_assert_true (tst_tile_path_parse (path, &level, &index, &width));
      g_assert_cmpint (level, ==, good[i].level);
      g_assert_cmpuint (index, ==, good[i].index);
      g_assert_cmpuint (width, ==, good[i].width);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (tst_tile_path_parse (bad[i], &level, &index, &width))
      g_error ("Taken: %s", bad[i]);
}

static void
test_entries (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) tile = NULL;
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autoptr (GBytes) many_bytes = NULL;
  static const guint8 zero[2] = { 0 };
  gsize size;
  const guint8 *data;

  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *text = g_strnfill (i * 3, 'x');

      g_ptr_array_add (entries, g_bytes_new (text, strlen (text)));
    }
  tile = tst_entries_write (entries);
  back = tst_entries_parse (tile, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 256);
  for (guint i = 0; i < 256; i++)
    g_assert_true (g_bytes_equal (back->pdata[i], entries->pdata[i]));
  data = g_bytes_get_data (tile, &size);
  g_assert_cmpuint (data[2 + 2 + 3 + 2 + 6], ==, 0); /* big-endian: 0x00 0x09 */
  g_assert_cmpuint (data[2 + 2 + 3 + 2 + 6 + 1], ==, 9);

  for (gsize cut = 0; cut < 400; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, cut);
      g_autoptr (GPtrArray) some = tst_entries_parse (part, NULL);

      /* A cut is seen unless it falls between two entries; then the count tells. */
      g_assert_true (some == NULL || some->len < 256);
    }
  for (guint i = 0; i < 257; i++)
    g_byte_array_append (many, zero, 2);
  many_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&many));
  g_assert_null (tst_entries_parse (many_bytes, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_BAD_PROOF);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merkle/known-roots", test_known_roots);
  g_test_add_func ("/merkle/all-small", test_all_small);
  g_test_add_func ("/merkle/random-large", test_random_large);
  g_test_add_func ("/merkle/run-reads-little", test_run_reads_little);
  g_test_add_func ("/merkle/refusals", test_refusals);
  g_test_add_func ("/merkle/broken-widening", test_broken_widening);
  g_test_add_func ("/merkle/paths", test_paths);
  g_test_add_func ("/merkle/entries", test_entries);
  return g_test_run ();
}
