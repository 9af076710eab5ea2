/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * tst_hand_over:
 * @context: (nullable): NULL for the main one
 * @func: returns G_SOURCE_REMOVE
 *
 * Has @func run by whoever runs @context, at ordinary priority. g_main_context_invoke() runs it at once in the thread that calls while nobody
 * happens to hold the context, which is what a thread of a pool must be spared. Any thread.
 */
void tst_hand_over (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy);

/* For the last reference of what a thread worked for: an object that waits for its own threads when it ends must not end in one of them. */
void tst_unref_in (GMainContext *context, gpointer object);
/* The same in the main context, as a GDestroyNotify. */
void tst_unref_on_main (gpointer object);

G_END_DECLS
