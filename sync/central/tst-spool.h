/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A long text that is made piece by piece without being held: what is there goes to a file without a name in @folder, and the whole comes back as that
 * file's pages, which the kernel drops when it needs room. One thread. */

typedef struct _TstSpool TstSpool;

TstSpool *tst_spool_new (const char *folder);
void tst_spool_free (TstSpool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstSpool, tst_spool_free)

/* Once @text is worth it, takes what is in it and leaves it empty. TST_ERROR_IO, TST_ERROR_NO_SPACE. */
gboolean tst_spool_take (TstSpool *self, GString *text, GError **error);
/* The whole, @text at its end (taken over in every case). */
GBytes *tst_spool_finish (TstSpool *self, GString *text, GError **error);

G_END_DECLS
