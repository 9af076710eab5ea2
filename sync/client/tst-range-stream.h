/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstRangeStream:
 *
 * The bytes @offset … @offset + @size of a file, as a request body. A file that ends before is an error (TST_ERROR_MISSING_CONTENT) and
 * not a short body, since a server would wait for the rest.
 */
#define TST_TYPE_RANGE_STREAM (tst_range_stream_get_type ())
G_DECLARE_FINAL_TYPE (TstRangeStream, tst_range_stream, TST, RANGE_STREAM, GInputStream)

/* @fd stays the caller's and open for as long as the stream is read; its own offset is not moved. */
GInputStream *tst_range_stream_new (int fd, guint64 offset, guint64 size);

G_END_DECLS
