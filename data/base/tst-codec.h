/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Strict text codecs: each decoder accepts exactly what its encoder writes, so that one value has one spelling. */

char *tst_hex_encode (const void *data, gsize size);
gboolean tst_hex_decode (const char *text, void *data, gsize size); /* lower case, exactly @size bytes */

/* RFC 4648 § 4 with padding; NULL for anything else, line breaks and stray bits included. */
GBytes *tst_base64_decode (const char *text);
/* The same without allocating, for @length characters at @text, which need no NUL; @padded FALSE takes the form
 * without "=", as age writes it. FALSE when it is not such a text or has more than @room bytes. */
gboolean tst_base64_decode_into (const char *text, gsize length, gboolean padded, void *out, gsize room, gsize *size);

/* RFC 4648 § 5 without padding, for texts that travel in a QR or a URL. */
char *tst_base64url_encode (const void *data, gsize size);
GBytes *tst_base64url_decode (const char *text);

/* RFC 3339 in UTC to the second, "2026-03-27T15:04:05Z". The reader takes exactly this form. */
char *tst_time_format (gint64 unix_seconds);
gboolean tst_time_parse (const char *text, gint64 *unix_seconds);

/* A random UUIDv4 from libsodium's generator, lower case. Free with g_free(). */
char *tst_uuid_new (void);
gboolean tst_uuid_is_valid (const char *text);

G_END_DECLS
