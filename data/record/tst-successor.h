/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-note.h"

G_BEGIN_DECLS

/* A key's own word on who comes after it ("testigo-successor v1", in the body of "keys-retired"). */
GBytes *tst_successor_sign (const char *successor, TstSigningKey *old);
gboolean tst_successor_check (GBytes *note, const char *successor, TstVerifier *old);

G_END_DECLS
