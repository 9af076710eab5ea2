/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-tar.h"
#include "protocol/tst-archive.h"

G_BEGIN_DECLS

/* Goes through an archive and its further volumes, whoever reads it: central, or a device that carries it on. What is torn, altered or missing is told item by item. */

typedef struct
{
  TstMemberKind kind;   /* never TST_MEMBER_OTHER */
  const char *name;
  TstHash subject;      /* of a record, a medium, a registering device */
  const char *sum;      /* 16 digits */
  guint64 size;
  TstTarReader *tar;    /* stands at its bytes */
  int fd;               /* so does this; whoever reads from it puts it back */
} TstArchiveMember;

typedef struct
{
  /* FALSE ends the walk with the error. */
  gboolean (*header) (const TstArchiveHeader *header, GBytes *note, gpointer user_data, GError **error);
  gboolean (*member) (const TstArchiveMember *member, gpointer user_data, GError **error);
  /* After each volume; also after one that ended in an error. */
  gboolean (*volume_read) (gpointer user_data, GError **error);
  void (*refused) (const char *item, const GError *error, gpointer user_data);
  void (*progress) (guint64 done, guint64 total, gpointer user_data); /* bytes; (nullable) */
} TstArchiveVisitor;

/* PATH, then PATH.2, PATH.3… as far as they are there. @last (out): the end that was read says that no volume is missing.
 * TST_ERROR_NOT_FOUND, TST_ERROR_BAD_VALUE when it is no archive at all, and what the visitor said. */
gboolean tst_archive_walk (const char *path, const TstArchiveVisitor *visitor, gpointer user_data, guint *volumes, gboolean *last, GError **error);

G_END_DECLS
