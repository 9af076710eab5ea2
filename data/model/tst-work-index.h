/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstWorkIndex:
 *
 * All works of a town, for lists that filter as one types and for the map: a search of 100,000 takes a few milliseconds. In memory (some 19 MB
 * then), or looked at where it lies on disk (tst-work-index-file.h), which takes none that the system could not take back. Immutable once
 * built, counted, any thread.
 */
typedef struct _TstWorkIndex TstWorkIndex;

typedef struct
{
  const char *code, *title, *status, *comuna, *barrio, *contractor; /* "" where unknown; owned by the index */
  double lat, lon;                                                  /* NAN where unknown */
  float planned_pct, observed_pct;                                  /* NAN where unknown */
} TstWorkEntry;

typedef struct _TstWorkIndexBuilder TstWorkIndexBuilder;
TstWorkIndexBuilder *tst_work_index_builder_new (void);
/* In the order of the codes (strcmp()), each once: nothing is put in order later, which would take the memory twice. Strings are copied, NULL is
 * unknown. @search_text is folded as tst_work_search_text() does. */
void tst_work_index_builder_add (TstWorkIndexBuilder *self, const TstWorkEntry *entry, const char *search_text);
TstWorkIndex *tst_work_index_builder_finish (TstWorkIndexBuilder *self); /* frees the builder */
void tst_work_index_builder_free (TstWorkIndexBuilder *self);

TstWorkIndex *tst_work_index_ref (TstWorkIndex *self);
void tst_work_index_unref (TstWorkIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstWorkIndex, tst_work_index_unref)

guint tst_work_index_get_size (TstWorkIndex *self);
/* Its texts are the index's own. */
TstWorkEntry tst_work_index_get (TstWorkIndex *self, guint at);
gboolean tst_work_index_find (TstWorkIndex *self, const char *code, guint *at);

/* Which state of the catalogue it is of: a word that no other state has, "" where nobody said. Set before it is handed on. */
#define TST_WORK_STAMP_SIZE 32
const char *tst_work_index_get_stamp (TstWorkIndex *self);
void tst_work_index_set_stamp (TstWorkIndex *self, const char *stamp);
/* For after a pass over all: what lies on disk is no longer counted as this program's, and is found again when it is looked at. */
void tst_work_index_rest (TstWorkIndex *self);

typedef struct
{
  const char *words;   /* (nullable) folded; each must begin a word of the work's search text */
  const char *status;  /* (nullable) */
  const char *comuna;  /* (nullable) */
  gboolean near;       /* order by distance to lat, lon; works without a place come last */
  double lat, lon;
} TstWorkFilter;

/* Indices that pass, in the order of the codes or of distance: (element-type guint32), free with g_array_unref(). Without @near the
 * whole takes one pass over the texts. */
GArray *tst_work_index_search (TstWorkIndex *self, const TstWorkFilter *filter);

G_END_DECLS
