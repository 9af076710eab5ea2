/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Starts libsodium, once, from any thread. Everything in record/ and seal/ that touches a key calls it first. */
void tst_sodium_init (void);

/* sodium_malloc() that aborts when there is no memory, as g_malloc() does. Free with sodium_free(). */
gpointer tst_secret_alloc (gsize size);

G_END_DECLS
