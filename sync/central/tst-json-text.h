/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

G_BEGIN_DECLS

/* JSON written straight into a string, for answers with thousands of proofs. */

void tst_json_text_string (GString *out, const char *text, gsize size); /* quoted; valid UTF-8 */
void tst_json_text_bytes (GString *out, GBytes *text);                  /* quoted; valid UTF-8 */
void tst_json_text_hash (GString *out, const TstHash *hash);            /* base64, quoted */
void tst_json_text_hashes (GString *out, GArray *hashes);               /* of TstHash; an array; NULL: empty */
void tst_json_text_base64 (GString *out, GBytes *bytes);                /* quoted */

G_END_DECLS
