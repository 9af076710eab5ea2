/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/**
 * TstDesk:
 *
 * The moderation desk at /mesa/…: pages rendered here, forms that work without scripts, for people with an account (tst-desk-accounts.h). Everything
 * it shows is internal; nothing of it may be cached by others. Decisions go through TstModeration and are records like those of a command.
 *
 * Requests are answered on threads of their own; the store is read in short turns.
 */
typedef struct _TstDesk TstDesk;
TstDesk *tst_desk_new (TstCentral *central, TstPageRenderer *renderer);
void tst_desk_free (TstDesk *self); /* waits for requests under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDesk, tst_desk_free)

/* Adds the handler for "/mesa". @self must outlive it. Main thread of @server. */
void tst_desk_attach (TstDesk *self, SoupServer *server);

G_END_DECLS
