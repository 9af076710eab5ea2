/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/tst-sync-client.h"

G_BEGIN_DECLS

typedef struct
{
  guint media, kept;      /* freed; not freed since central did not prove it now */
  guint64 bytes;          /* won */
  guint64 left_bytes;     /* could still be won */
} TstSpaceSummary;

/* Frees at least @bytes (0: all that may go), oldest first, each on a holding receipt that central issues for it now, after the log has shown itself consistent with
 * all that this device has seen. Blocks; needs central. TST_ERROR_UNREACHABLE and those of a run; nothing is freed on a doubt. */
gboolean tst_sync_client_free_space (TstSyncClient *self, guint64 bytes, TstSpaceSummary *summary, GCancellable *cancellable, GError **error);
/* Brings a freed original back from central. TST_ERROR_WRONG_STATE, _HASH_MISMATCH, _NOT_FOUND when central does not give it, _NO_SPACE, and those of a run. */
gboolean tst_sync_client_fetch (TstSyncClient *self, const TstHash *sha256, GCancellable *cancellable, GError **error);

G_END_DECLS
