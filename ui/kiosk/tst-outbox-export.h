/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-page.h"

G_BEGIN_DECLS

/* A copy of an original, byte for byte, where the person wants it; the page's session says in a toast how it went. */

/* Asks where, in the system's own way. @name: proposed for the file. */
void tst_outbox_export_ask (TstPage *self, const char *sha256, const char *name);
void tst_outbox_export (TstPage *self, const char *sha256, GFile *file);

G_END_DECLS
