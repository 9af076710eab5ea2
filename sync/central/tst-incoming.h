/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-holdings.h"

G_BEGIN_DECLS

/**
 * TstIncoming:
 *
 * A medium on its way in: a row of "upload" and a file in DIR/uploads, whose length is how far it is. Everything here blocks on the disk: worker threads only,
 * one at a time for each upload.
 */
typedef struct
{
  char *id; /* 32 hexadecimal digits, not to be guessed */
  char *device;
  TstHash sha256;
  guint64 size;
  char *type; /* (nullable) */
  gint64 created_s;
  int fd;         /* -1: not open */
  guint64 offset; /* bytes on the disk */
} TstIncoming;

#define TST_INCOMING_LIFE_S (30 * 24 * 3600)
#define TST_INCOMING_MAX_SIZE (G_GUINT64_CONSTANT (8) << 30)

/* The upload of that hash by that device: the one under way, or a new one. TST_ERROR_BAD_VALUE when it was begun with another size, TST_ERROR_NO_SPACE,
 * TST_ERROR_REFUSED when the medium was erased by a decision. */
TstIncoming *tst_incoming_create (TstCentral *central, const char *device, const TstHash *sha256, guint64 size,
                                  const char *type, GError **error);
/* TST_ERROR_NOT_FOUND. Opens the file and learns how far it is. */
TstIncoming *tst_incoming_open (TstCentral *central, const char *id, GError **error);
gboolean tst_incoming_is_expired (TstIncoming *self, gint64 now_s);

/* Appends; @offset grows by what the disk took, also on an error. */
gboolean tst_incoming_write (TstIncoming *self, GBytes *bytes, GError **error);
/* After an error nothing of the file is believed any more: drop it. */
gboolean tst_incoming_sync (TstIncoming *self, GError **error);
gboolean tst_incoming_cut_back (TstIncoming *self, guint64 offset, GError **error);

/* All bytes are here: fsync, hash of the stored bytes, into the media store, entered as held; the upload ends. TST_ERROR_HASH_MISMATCH: it was thrown away. */
gboolean tst_incoming_finish (TstIncoming *self, TstCentral *central, TstHoldings *holdings, GError **error);
/* Row and file. */
gboolean tst_incoming_drop (TstIncoming *self, TstCentral *central, GError **error);
void tst_incoming_free (TstIncoming *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstIncoming, tst_incoming_free)

/* Uploads whose time is over, files without a row, and held media that no record has named for as long. */
gboolean tst_incoming_sweep (TstCentral *central, GError **error);

G_END_DECLS
