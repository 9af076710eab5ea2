/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A PDF417 code of any bytes, NULs included: a byte a pixel, 0 or 255. (transfer full) */
guint8 *fixture_pdf417 (const guint8 *payload, gsize size, guint *width, guint *height);
/* Bars of ASCII, the same way. (transfer full) */
guint8 *fixture_code128 (const char *text, guint *width, guint *height);

G_END_DECLS
