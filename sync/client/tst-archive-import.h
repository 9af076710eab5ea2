/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox-bundle.h"

G_BEGIN_DECLS

/* What comes to a tablet on a memory stick (sync/protocol/README.md § 9): another tablet's archive, to be carried on; or receipts for its own. */

#define TST_RECEIPTS_SUFFIX ".recibos"

typedef struct
{
  gboolean receipts;        /* it was a file of receipts */
  guint members, fresh;     /* archive: whole members, and how many of them were not here before */
  guint own;                /* archive: it is this device's own, and was left as it is */
  guint volumes;
  gboolean last;            /* archive: no volume is missing at the end */
  guint proved, relayed;    /* receipts: proofs of central that were taken; items that a relay carries */
  guint refused;
  char *receipts_path;      /* (nullable) archive: where the relay's receipts were written */
} TstImportSummary;
void tst_import_summary_clear (TstImportSummary *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstImportSummary, tst_import_summary_clear)

typedef struct
{
  void (*refused) (const char *item, const GError *error, gpointer user_data);
  void (*progress) (guint64 done, guint64 total, gpointer user_data);
  gpointer user_data;
} TstImportListener;

/**
 * tst_archive_import:
 * @path: an archive, whose further volumes PATH.2, PATH.3… beside it come along, or a file of receipts
 *
 * Everything in it is judged by itself: what is torn, altered or for somebody else goes to @listener, the rest is taken. Doing it twice changes nothing.
 * A relay keeps members as they are, sealed; its receipts go to PATH.recibos if the stick can be written. Blocks; worker threads only.
 *
 * Returns: FALSE only when nothing could be looked at: TST_ERROR_NOT_FOUND, TST_ERROR_BAD_VALUE (neither the one nor the other),
 * TST_ERROR_NOT_ENROLLED, TST_ERROR_UNTRUSTED (for another town), TST_ERROR_NO_SPACE, TST_ERROR_IO.
 */
gboolean tst_archive_import (TstFieldBook *book, const char *path, const TstImportListener *listener, GCancellable *cancellable,
                             TstImportSummary *summary, GError **error);

G_END_DECLS
