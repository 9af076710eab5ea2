/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

G_BEGIN_DECLS

/* POSIX.1-1988 tar ("ustar"), so that what we carry by hand opens with any tar. Our own and not a library's because a torn or altered archive
 * must give up all that is whole in it: after a header that does not check the reader looks for the next that does. Plain files only, mode
 * 0600, times 0: an archive tells nothing about when its members were made. All blocks on the disk. */

/**
 * TstTarWriter:
 *
 * Writes to a descriptor that it does not own, from where that stands.
 */
typedef struct _TstTarWriter TstTarWriter;
TstTarWriter *tst_tar_writer_new (int fd);
void tst_tar_writer_free (TstTarWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTarWriter, tst_tar_writer_free)

/* At most 255 bytes, relative, without "." and ".." among its parts. */
gboolean tst_tar_name_is_valid (const char *name);
gboolean tst_tar_writer_add (TstTarWriter *self, const char *name, GBytes *bytes, GError **error);
/* Exactly @size bytes of @in, from where it stands; TST_ERROR_TORN when it ends before, and the archive is spoilt then. */
gboolean tst_tar_writer_add_fd (TstTarWriter *self, const char *name, int in, guint64 size, GCancellable *cancellable, GError **error);
/* A member whose size is not known before: the caller writes to the descriptor, then says the name. Needs a file that can be sought. */
gboolean tst_tar_writer_begin (TstTarWriter *self, guint64 *start, GError **error); /* @start: where its bytes will lie */
gboolean tst_tar_writer_end (TstTarWriter *self, const char *name, GError **error);
guint64 tst_tar_writer_get_size (TstTarWriter *self); /* bytes of whole members so far */
/* Back to the end of the last whole member, after a write that failed. */
gboolean tst_tar_writer_cut_back (TstTarWriter *self, GError **error);
gboolean tst_tar_writer_finish (TstTarWriter *self, GError **error);

typedef struct
{
  char *name;
  guint64 size;
  guint64 at;       /* of its header, in bytes from where reading began */
} TstTarEntry;
void tst_tar_entry_clear (TstTarEntry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstTarEntry, tst_tar_entry_clear)

/**
 * TstTarReader:
 *
 * Reads from a descriptor that it does not own; a pipe will do.
 */
typedef struct _TstTarReader TstTarReader;
TstTarReader *tst_tar_reader_new (int fd);
void tst_tar_reader_free (TstTarReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTarReader, tst_tar_reader_free)

typedef enum
{
  TST_TAR_ENTRY,
  TST_TAR_DAMAGED, /* bytes at @entry->at are no header: they were skipped up to the next one or the end */
  TST_TAR_END,     /* the two empty blocks */
  TST_TAR_TORN,    /* the end of the file came first */
  TST_TAR_FAILED   /* with an error */
} TstTarNext;
/* What was not read of the entry before is skipped. */
TstTarNext tst_tar_reader_next (TstTarReader *self, TstTarEntry *entry, GError **error);
/* The entry's bytes: TST_ERROR_TOO_LARGE past @max, TST_ERROR_TORN when the archive breaks off in them. */
GBytes *tst_tar_reader_read (TstTarReader *self, gsize max, GError **error);
gboolean tst_tar_reader_hash (TstTarReader *self, TstHash *hash, GError **error);
/* @out: -1: only hashed. @hash (out) (optional). */
gboolean tst_tar_reader_copy (TstTarReader *self, int out, TstHash *hash, GCancellable *cancellable, GError **error);

G_END_DECLS
