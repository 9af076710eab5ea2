/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-tree.h"

#include "base/tst-codec.h"

TstHash
fake_tree_root (const TstHash *leaves, guint n)
{
  guint k = 1;
  TstHash left, right;

  if (n == 0)
    return tst_merkle_empty_root ();
  if (n == 1)
    return leaves[0];
  while (k * 2 < n)
    k *= 2;
  left = fake_tree_root (leaves, k);
  right = fake_tree_root (leaves + k, n - k);
  return tst_merkle_node (&left, &right);
}

void
fake_tree_path (const TstHash *leaves, guint n, guint m, GArray *path)
{
  guint k = 1;
  TstHash other;

  if (n <= 1)
    return;
  while (k * 2 < n)
    k *= 2;
  if (m < k)
    {
      fake_tree_path (leaves, k, m, path);
      other = fake_tree_root (leaves + k, n - k);
    }
  else
    {
      fake_tree_path (leaves + k, n - k, m - k, path);
      other = fake_tree_root (leaves, k);
    }
  g_array_append_val (path, other);
}

void
fake_tree_subproof (const TstHash *leaves, guint n, guint m, gboolean whole, GArray *proof)
{
  guint k = 1;
  TstHash other;

  if (m == n)
    {
      other = fake_tree_root (leaves, n);
      if (!whole)
        g_array_append_val (proof, other);
      return;
    }
  while (k * 2 < n)
    k *= 2;
  if (m <= k)
    {
      fake_tree_subproof (leaves, k, m, whole, proof);
      other = fake_tree_root (leaves + k, n - k);
    }
  else
    {
      fake_tree_subproof (leaves + k, n - k, m - k, FALSE, proof);
      other = fake_tree_root (leaves, k);
    }
  g_array_append_val (proof, other);
}

JsonArray *
fake_tree_to_json (GArray *hashes)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < hashes->len; i++)
    {
      g_autofree char *text = tst_hash_to_base64 (&g_array_index (hashes, TstHash, i));

      json_array_add_string_element (list, text);
    }
  return list;
}
