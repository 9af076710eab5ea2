/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A QR of @text (level M) as a small SVG file, black on white with the quiet zone of four modules that the standard asks for. Errors: TST_ERROR_TOO_LARGE.
 * Any thread. */
GBytes *tst_qr_svg (const char *text, GError **error);

G_END_DECLS
