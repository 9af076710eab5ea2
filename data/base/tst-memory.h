/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tst_memory_give_back:
 *
 * Gives the system what was freed and lies about: after something large was done that is not done again soon. Any thread.
 */
void tst_memory_give_back (void);

G_END_DECLS
