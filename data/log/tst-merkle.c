/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log/tst-merkle.h"

#include "base/tst-error.h"

#include <string.h>

TstHash
tst_merkle_leaf (const void *data, gsize size)
{
  g_autoptr (TstHasher) hasher = tst_hasher_new ();
  static const guint8 prefix = 0;

  tst_hasher_update (hasher, &prefix, 1);
  tst_hasher_update (hasher, data, size);
  return tst_hasher_finish (hasher);
}

TstHash
tst_merkle_node (const TstHash *left, const TstHash *right)
{
  guint8 both[1 + 2 * TST_HASH_SIZE] = { 1 };

  memcpy (both + 1, left->bytes, TST_HASH_SIZE);
  memcpy (both + 1 + TST_HASH_SIZE, right->bytes, TST_HASH_SIZE);
  return tst_hash_data (both, sizeof both);
}

TstHash
tst_merkle_empty_root (void)
{
  return tst_hash_data ("", 0);
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_PROOF,
                       "The log's proof does not hold. What was saved here is safe; do not count it as received.");
  return FALSE;
}

/* RFC 9162 § 2.1.3.2. */
gboolean
tst_merkle_check_inclusion (const TstHash *leaf_hash, guint64 index, guint64 size, GArray *proof,
                            const TstHash *root, GError **error)
{
  guint64 fn = index, sn = size - 1;
  TstHash r = *leaf_hash;

  if (index >= size)
    return refuse (error);
  for (guint i = 0; i < proof->len; i++)
    {
      const TstHash *p = &g_array_index (proof, TstHash, i);

      if (sn == 0)
        return refuse (error);
      if ((fn & 1) != 0 || fn == sn)
        {
          r = tst_merkle_node (p, &r);
          while ((fn & 1) == 0 && fn != 0)
            {
              fn >>= 1;
              sn >>= 1;
            }
        }
      else
        r = tst_merkle_node (&r, p);
      fn >>= 1;
      sn >>= 1;
    }
  return (sn == 0 && tst_hash_equal (&r, root)) || refuse (error);
}

/* RFC 9162 § 2.1.4.2, with the empty tree, which every tree extends. */
gboolean
tst_merkle_check_consistency (guint64 old_size, const TstHash *old_root, guint64 new_size, const TstHash *new_root,
                              GArray *proof, GError **error)
{
  TstHash empty = tst_merkle_empty_root ();
  guint64 fn, sn;
  TstHash fr, sr;
  guint next = 0;

  if (old_size > new_size)
    return refuse (error);
  if ((old_size == 0 && !tst_hash_equal (old_root, &empty)) || (new_size == 0 && !tst_hash_equal (new_root, &empty)))
    return refuse (error);
  if (old_size == 0)
    return proof->len == 0 || refuse (error);
  if (old_size == new_size)
    return (proof->len == 0 && tst_hash_equal (old_root, new_root)) || refuse (error);

  /* A complete old tree is its own first node, and the proof leaves it out. */
  if ((old_size & (old_size - 1)) == 0)
    fr = *old_root;
  else if (proof->len > 0)
    fr = g_array_index (proof, TstHash, next++);
  else
    return refuse (error);
  sr = fr;
  fn = old_size - 1;
  sn = new_size - 1;
  while ((fn & 1) != 0)
    {
      fn >>= 1;
      sn >>= 1;
    }
  for (; next < proof->len; next++)
    {
      const TstHash *c = &g_array_index (proof, TstHash, next);

      if (sn == 0)
        return refuse (error);
      if ((fn & 1) != 0 || fn == sn)
        {
          fr = tst_merkle_node (c, &fr);
          sr = tst_merkle_node (c, &sr);
          while ((fn & 1) == 0 && fn != 0)
            {
              fn >>= 1;
              sn >>= 1;
            }
        }
      else
        sr = tst_merkle_node (&sr, c);
      fn >>= 1;
      sn >>= 1;
    }
  return (sn == 0 && tst_hash_equal (&fr, old_root) && tst_hash_equal (&sr, new_root)) || refuse (error);
}
