/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

G_BEGIN_DECLS

/**
 * TstMediaStore:
 *
 * Files by content: FOLDER/ab/cd/<64 hex>. A file is there whole or not at all: bytes go to FOLDER/tmp, fsync, rename to
 * the content address, fsync of the folder (docs/architecture.md, "Durability"). Any thread; every call blocks on the disk.
 */
typedef struct _TstMediaStore TstMediaStore;

/* Makes the folder (0700) and sweeps what interrupted puts left in FOLDER/tmp; uploads under way stay, whoever made them
 * removes them. */
TstMediaStore *tst_media_store_open (const char *folder, GError **error);
TstMediaStore *tst_media_store_ref (TstMediaStore *self);
void tst_media_store_unref (TstMediaStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstMediaStore, tst_media_store_unref)

typedef struct
{
  TstHash sha256;
  guint64 bytes;
  gboolean existed; /* the same bytes were there already */
} TstMediaRef;

/* Copies the file at @path in, hashing while the disk works; the original is only read. TST_ERROR_NOT_FOUND or
 * TST_ERROR_FILE_UNREADABLE when it cannot be, TST_ERROR_NO_SPACE, READ_ONLY or IO of the store; on error no half file
 * is left; a whole one may be, when only its folder could not be synced. */
gboolean tst_media_store_put_file (TstMediaStore *self, const char *path, TstMediaRef *ref, GCancellable *cancellable,
                                   GError **error);
gboolean tst_media_store_put_bytes (TstMediaStore *self, GBytes *bytes, TstMediaRef *ref, GError **error);
/* Takes over @path (same file system): fsync, hash of the stored bytes, rename. @expected may be NULL;
 * TST_ERROR_HASH_MISMATCH leaves the file where it was. */
gboolean tst_media_store_adopt (TstMediaStore *self, const char *path, const TstHash *expected, TstMediaRef *ref,
                                GError **error);

char *tst_media_store_path (TstMediaStore *self, const TstHash *sha256);
gboolean tst_media_store_has (TstMediaStore *self, const TstHash *sha256, guint64 *bytes);
/* Reads it all and compares: TST_ERROR_MISSING_CONTENT or TST_ERROR_HASH_MISMATCH. */
gboolean tst_media_store_check (TstMediaStore *self, const TstHash *sha256, GCancellable *cancellable, GError **error);
/* Durable when it returns TRUE; so is a file that was not there. */
gboolean tst_media_store_remove (TstMediaStore *self, const TstHash *sha256, GError **error);
/* Of the open chain (data/journal/README.md): access and modification of the file and of its two folders become @seconds. */
gboolean tst_media_store_set_time (TstMediaStore *self, const TstHash *sha256, gint64 seconds, GError **error);
/* The same bytes in a new file, durable, at @seconds: what a file system writes down by itself (creation, change, order of inodes) then tells of
 * now and not of when the medium came. TST_ERROR_NOT_FOUND, TST_ERROR_HASH_MISMATCH and those of putting. */
gboolean tst_media_store_renew (TstMediaStore *self, const TstHash *sha256, gint64 seconds, GError **error);
/* All content addresses present: (element-type TstHash) GArray. */
GArray *tst_media_store_list (TstMediaStore *self, GError **error);
/* A path in FOLDER/tmp for an upload under way; @name is a plain file name that does not begin with a dot. */
char *tst_media_store_temporary_path (TstMediaStore *self, const char *name);

G_END_DECLS
