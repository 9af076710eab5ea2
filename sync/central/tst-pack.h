/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Answers made smaller for the line (gzip, RFC 9110 § 8.4.1). Any thread. */

/* Below this the headers weigh more than what is saved. */
#define TST_PACK_MIN 256

/* @accept_encoding: (nullable): the request's header. */
gboolean tst_pack_is_accepted (const char *accept_encoding);

/* Returns: (transfer full): the gzip stream of @bytes. */
GBytes *tst_pack (GBytes *bytes, GError **error);

G_END_DECLS
