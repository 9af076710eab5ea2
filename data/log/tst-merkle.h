/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

G_BEGIN_DECLS

/* RFC 6962 § 2.1 trees: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right). */

TstHash tst_merkle_leaf (const void *data, gsize size);
TstHash tst_merkle_node (const TstHash *left, const TstHash *right);
TstHash tst_merkle_empty_root (void);

/* Proof checking. @proof is a GArray of TstHash, as RFC 9162 § 2.1.3 and § 2.1.4. TST_ERROR_BAD_PROOF. */
gboolean tst_merkle_check_inclusion (const TstHash *leaf_hash, guint64 index, guint64 size, GArray *proof,
                                     const TstHash *root, GError **error);
gboolean tst_merkle_check_consistency (guint64 old_size, const TstHash *old_root, guint64 new_size,
                                       const TstHash *new_root, GArray *proof, GError **error);

/**
 * TstTileSource:
 *
 * C2SP tlog-tiles has no version yet: this is its text as of commit 0ad71eb1f1b9 of the specification.
 *
 * Where the hashes of complete and partial tiles (C2SP tlog-tiles, height 8) come from: fills @hashes with @width
 * hashes of tile @index at @level. The first @width hashes of a wider tile are the same. Called on the thread of the
 * caller; sets an error when it returns FALSE.
 */
typedef gboolean (*TstTileSource) (guint level, guint64 index, guint width, TstHash *hashes, gpointer user_data,
                                   GError **error);

/**
 * TstTreeReader:
 *
 * Computes roots and proofs for a tree of a given size out of tiles; keeps expanded tiles in a small cache, so
 * that proofs for a run of leaves cost little. One thread at a time.
 */
typedef struct _TstTreeReader TstTreeReader;
/* Sizes are below 2^63; TST_ERROR_BAD_PROOF for a leaf or a size that the tree does not have. */
TstTreeReader *tst_tree_reader_new (TstTileSource source, gpointer user_data);
void tst_tree_reader_free (TstTreeReader *self);
gboolean tst_tree_reader_root (TstTreeReader *self, guint64 size, TstHash *root, GError **error);
GArray *tst_tree_reader_inclusion (TstTreeReader *self, guint64 index, guint64 size, GError **error);
GArray *tst_tree_reader_consistency (TstTreeReader *self, guint64 old_size, guint64 new_size, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTreeReader, tst_tree_reader_free)

/**
 * TstTileSink:
 *
 * Gets each tile that an append made or widened: all @width hashes of it. Returning FALSE stops the append.
 */
typedef gboolean (*TstTileSink) (guint level, guint64 index, guint width, const TstHash *hashes, gpointer user_data,
                                 GError **error);

/* Appends @leaf_hashes (GArray of TstHash) to a tree of @old_size: reads the partial tiles on the right edge from
 * @source, gives every changed tile to @sink. */
gboolean tst_tree_append (guint64 old_size, GArray *leaf_hashes, TstTileSource source, TstTileSink sink,
                          gpointer user_data, GError **error);

/* "tile/<L>/<N>[.p/<W>]" paths: N in groups of three digits with x ("x001/x234/067"). @level -1 is "entries". */
char *tst_tile_path (int level, guint64 index, guint width);
gboolean tst_tile_path_parse (const char *path, int *level, guint64 *index, guint *width);

/* Entries tiles: 1 to 256 entries, each a big-endian uint16 length and the bytes. TST_ERROR_BAD_PROOF. */
GBytes *tst_entries_write (GPtrArray *entries); /* of GBytes */
GPtrArray *tst_entries_parse (GBytes *tile, GError **error);

G_END_DECLS
