/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * tst_http_stream:
 * @message: paused, its status and headers set
 * @stream: (transfer full): read on GIO's threads, a piece at a time as the line takes them
 * @length: bytes of the answer
 *
 * Answers with @length bytes of a file without holding it in memory. It is read() and not mapped: a file that somebody cuts short meanwhile ends this answer (the
 * line drops, so that nobody takes the part for the whole) and not the process. On the server's thread.
 */
void tst_http_stream (SoupServerMessage *message, GInputStream *stream, guint64 length);

G_END_DECLS
