/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number that a citizen takes home, "2026-7K3M-Q9TD-W2XA-5": the year, 60 random bits in Crockford's base 32, and a check symbol of the same
 * alphabet (a code over GF(32) that finds any one wrong symbol and any two swapped ones). It can be neither guessed nor counted. */

#define TST_PROVISIONAL_NUMBER_LENGTH 21 /* characters, without the NUL */

char *tst_provisional_number_new (int year);
/* As people type it: any case, spaces and dashes anywhere, O for 0, I and L for 1. Returns the one right spelling, or NULL if it cannot be a number. */
char *tst_provisional_number_parse (const char *text);

G_END_DECLS
