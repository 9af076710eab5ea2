/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work-index.h"

G_BEGIN_DECLS

/* A work as it lies in memory and in the file: whatever is changed here is another TST_WORK_INDEX_VERSION. Strings are places in the strings, 0 is "". */
typedef struct
{
  double lat, lon;
  float planned_pct, observed_pct;
  guint32 code, title, status, comuna, barrio, contractor;
  guint32 text; /* where its search text begins: ' ', the text, '\n' */
  guint32 spare;
} TstWorkRow;

G_STATIC_ASSERT (sizeof (TstWorkRow) == 56);

struct _TstWorkIndex
{
  gatomicrefcount count;
  char stamp[TST_WORK_STAMP_SIZE + 1];
  const TstWorkRow *rows; /* by code */
  guint n;
  const char *strings; /* each ends with a 0 */
  gsize strings_size;
  const char *texts; /* all search texts, one after the other */
  gsize texts_size;

  gpointer memory[3]; /* (nullable) owned: rows, strings, texts */
  gpointer map;       /* (nullable) owned: the file they lie in */
  gsize map_size;
};

TstWorkIndex *_tst_work_index_new (void);

G_END_DECLS
