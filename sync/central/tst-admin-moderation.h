/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-admin.h"

G_BEGIN_DECLS

/* What people decide and bring in, as operations of the admin socket:
 *
 *     decide         {"verdict": accept|withhold|retire|erase, "ids": […] or "all": true, "reason"?, "redacted"?}
 *     pending        {}: a row for each item that waits
 *     answer         {"number", "text"}        radicado {"number", "value"}
 *     works-import   {"path"}                  events-import {"path"}: absolute paths of files that central can read
 *     sealed         {"event"?}: the sealed parts for the officer, still sealed (base64): they are opened by whoever asks, never here
 *     verify         {}: a row for each fault, last the counts
 */
extern const TstAdminOperation tst_admin_moderation_operations[];

G_END_DECLS
