/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bech32 (BIP 173) as age uses it: no limit on the length, one case throughout. */

/* @hrp decides the case: in capitals, the whole text is. The text is wiped by nobody: for secrets use
 * sodium_memzero() on it before g_free(). */
char *tst_bech32_encode (const char *hrp, const guint8 *data, gsize size);

/* FALSE unless @text is exactly what tst_bech32_encode() writes for @hrp and @size bytes. */
gboolean tst_bech32_decode (const char *text, const char *hrp, guint8 *data, gsize size);

G_END_DECLS
