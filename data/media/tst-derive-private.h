/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the worker writes: frames of five little-endian 32-bit words (magic, kind, width, height, size) and @size bytes.
 * Pictures (JPEG or WebP), then an end; or an error, whose bytes are the stable name of its code. */
#define TST_DERIVE_MAGIC 0x44545354u /* "TSTD" */
#define TST_DERIVE_HEAD 5
#define TST_DERIVE_NO_WEBP "jpeg" /* the worker's argument */
#define TST_DERIVE_MAX_INPUT (256u * 1024 * 1024)
#define TST_DERIVE_MAX_OUTPUT (64u * 1024 * 1024)

enum
{
  TST_DERIVE_END = 0,
  TST_DERIVE_PICTURE = 1,
  TST_DERIVE_ERROR = 2,
  TST_DERIVE_PICTURE_WEBP = 3
};

G_END_DECLS
