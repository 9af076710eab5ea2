/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-error.h"
#include "model/tst-code-lists.h"
#include "model/tst-work-private.h"
#include "model/tst-works-import.h"

G_BEGIN_DECLS

/* What the readers of the formats share: they find cells, this makes works of them. */
typedef struct
{
  const TstWorksImportFuncs *funcs;
  gpointer user_data;
  TstWorksImportResult *result;
  GCancellable *cancellable;
  TstDateOrder date_order;
  gboolean secop;
  TstWork *work;          /* filled again for each row */
  GHashTable *codes;      /* code → row where it stood first */
  GHashTable *words[TST_N_LISTS]; /* what a cell said → TstCode or NULL */
  GHashTable *members; /* name of a JSON member → place in @columns, plus one */
  GArray *columns;
  guint row;
} TstWorksReader;

/* One row's cells by column; NULL where there is none. */
typedef struct
{
  const char *cells[TST_N_COLUMNS];
  TstGeometry *geometry; /* (owned) (nullable) read already */
} TstWorksRow;

/* The column that a header names, -1 for none. @priority: 0 for our own name, higher for others' names of it. @secop is set TRUE by a name
 * that only SECOP has. */
int _tst_works_find_column (const char *header, guint *priority, gboolean *secop);

/* Makes a work of the row, and hands it or its refusal on. FALSE ends the import. */
gboolean _tst_works_reader_take (TstWorksReader *self, guint row, TstWorksRow *cells, GError **error);
void _tst_works_reader_refuse (TstWorksReader *self, guint row, TstError code, const char *message);
void _tst_works_reader_warn (TstWorksReader *self, guint row, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean _tst_works_reader_is_cancelled (TstWorksReader *self, GError **error);

/* tst-works-json.c: @text is the whole file, UTF-8 without BOM. */
gboolean _tst_works_read_json (TstWorksReader *self, const char *text, gsize size, GError **error);

G_END_DECLS
