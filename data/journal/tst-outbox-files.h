/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-outbox.h"

G_BEGIN_DECLS

/* Files that the town sends to its tablets (sync/protocol/README.md § 7): what is offered, what is here. FOLDER/files/NAME once it came whole and its hash was right. */

#define TST_GROUND_FILE "ground.mbtiles" /* the ground of the map */

typedef struct
{
  char *name;
  TstHash sha256;
  guint64 bytes;
  gint64 set_s;     /* when the town set it */
  gboolean here;    /* this very content */
  gint64 here_s;    /* since when, by this device's clock; 0 unless @here */
} TstTownFile;
void tst_town_file_free (TstTownFile *self);

gboolean tst_town_file_name_is_valid (const char *name);
char *tst_outbox_file_path (TstFieldBook *self, const char *name);
/* (element-type TstTownFile) by name. */
GPtrArray *tst_outbox_list_files (TstFieldBook *self, GError **error);
/* What central offers now; what it no longer offers is forgotten, and its file taken away. */
gboolean tst_outbox_store_files (TstFieldBook *self, GPtrArray *files, GError **error);
/* @path: whole and of the right hash, durable; it becomes FOLDER/files/NAME. The town's profile takes its place too, from the next start on. */
gboolean tst_outbox_file_came (TstFieldBook *self, const TstTownFile *file, const char *path, GError **error);

/* What central's catalogue said last about its files; "" before. (transfer full) */
char *tst_outbox_dup_files_mark (TstFieldBook *self);
gboolean tst_outbox_set_files_mark (TstFieldBook *self, const char *mark, GError **error);

G_END_DECLS
