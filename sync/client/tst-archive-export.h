/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox-bundle.h"

G_BEGIN_DECLS

/* Writing what is owed to central on memory sticks (sync/protocol/README.md § 9). Everything but the envelopes' addresses is sealed to central's intake key. */

typedef struct
{
  TstBundleChoice choice;
  gboolean resume;      /* go on where a full or pulled stick ended it, with the choice that was made then */
  guint64 volume_bytes; /* 0: what FAT takes; a larger archive goes on in FILE.2, FILE.3… beside it */
} TstExportOptions;

typedef struct
{
  guint records, media; /* written in this call */
  guint carried;        /* members of other devices among them */
  guint volumes;
  guint refused;        /* damaged here, or gone: told to the listener one by one */
  guint left;           /* items that no stick has yet */
  guint64 bytes, left_bytes;
} TstExportSummary;

/* Any may be NULL; called on the exporting thread. */
typedef struct
{
  void (*progress) (guint64 done, guint64 total, gpointer user_data);
  void (*refused) (const char *item, const GError *error, gpointer user_data);
  void (*volume) (const char *path, guint volume, guint64 bytes, gboolean last, gpointer user_data);
  gpointer user_data;
} TstExportListener;

/**
 * tst_archive_export:
 * @path: on the stick; must not be there. Its folder must: it is never made, since an unmounted stick's would be
 *
 * Writes as many volumes as fit. A volume counts once it was written, made durable, read back from the stick and compared; only then does it get
 * its name. What a call could not finish is remembered in the data folder: the next one with @options->resume goes on from there.
 * Blocks for as long as a stick takes: worker threads only.
 *
 * Returns: TRUE when all is on sticks. TST_ERROR_NO_SPACE: full, what counts is in @summary. TST_ERROR_IO and others: pulled or broken; whole volumes
 * of this call count. TST_ERROR_NOT_ENROLLED, TST_ERROR_WRONG_STATE (a file of that name is there; nothing to resume), TST_ERROR_NOT_FOUND.
 */
gboolean tst_archive_export (TstFieldBook *book, const char *path, const TstExportOptions *options, const TstExportListener *listener,
                             GCancellable *cancellable, TstExportSummary *summary, GError **error);
/* Is there one that a stick ended? */
gboolean tst_archive_export_is_open (TstFieldBook *book);
gboolean tst_archive_export_forget (TstFieldBook *book, GError **error);

G_END_DECLS
