/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/**
 * tst_demo_book_create:
 * @folder: where; whatever is there is removed first
 * @works: (nullable): a CSV of works of a fictitious town
 *
 * A field book to try things on and throw away: works, two spaces, and the keys of a town that exists nowhere. The secret halves of those keys are
 * forgotten at once, so what is sealed in it nobody reads again. Nothing of it is ever sent. Blocks.
 */
TstFieldBook *tst_demo_book_create (const char *folder, const char *works, TstClock *clock, GError **error);
/* Removes @folder with all that is in it; the book must be closed. Blocks. */
void tst_demo_book_remove (const char *folder);

#define TST_DEMO_NAME "Persona de prueba"
#define TST_DEMO_PIN "246813"

G_END_DECLS
