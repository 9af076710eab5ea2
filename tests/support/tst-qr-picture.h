/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A JPEG in @folder, as one would photograph a screen: @text as a QR code, grey on not quite white, amid a large picture. (transfer full) */
GFile *tst_qr_picture (const char *folder, const char *name, const char *text);
