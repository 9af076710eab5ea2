/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "log/tst-merkle.h"

#include <json-glib/json-glib.h>

/* The tree by the book and slowly, RFC 6962 § 2.1: shares no code with the one that is tested. */

TstHash fake_tree_root (const TstHash *leaves, guint n);
/* Inclusion of leaf @m: appended to @path. */
void fake_tree_path (const TstHash *leaves, guint n, guint m, GArray *path);
/* Consistency of the first @m with @n; @whole: they are a whole tree of their own. */
void fake_tree_subproof (const TstHash *leaves, guint n, guint m, gboolean whole, GArray *proof);
/* As answers have them, in base64. */
JsonArray *fake_tree_to_json (GArray *hashes);
