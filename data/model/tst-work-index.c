/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-index.h"

#include "model/tst-geo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct _TstWorkIndex
{
  gatomicrefcount count;
  GStringChunk *strings;
  GArray *entries;   /* of TstWorkEntry, by code */
  GString *texts;    /* every search text: ' ', the text, '\n' */
  GArray *starts;    /* of gsize: where each entry's text begins; one more at the end */
};

/* An entry with its text while they are collected, before they are put in order. */
typedef struct
{
  TstWorkEntry entry;
  char *text;
} Row;

struct _TstWorkIndexBuilder
{
  GStringChunk *strings;
  GArray *rows;
};

TstWorkIndexBuilder *
tst_work_index_builder_new (void)
{
  TstWorkIndexBuilder *self = g_new0 (TstWorkIndexBuilder, 1);

  self->strings = g_string_chunk_new (64 * 1024);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  return self;
}

void
tst_work_index_builder_add (TstWorkIndexBuilder *self, const TstWorkEntry *entry, const char *search_text)
{
  Row row;

  row.entry = *entry;
  row.entry.code = g_string_chunk_insert (self->strings, entry->code);
  row.entry.title = g_string_chunk_insert (self->strings, entry->title != NULL ? entry->title : "");
  /* Few different ones: kept once. */
  row.entry.status = g_string_chunk_insert_const (self->strings, entry->status != NULL ? entry->status : "");
  row.entry.comuna = g_string_chunk_insert_const (self->strings, entry->comuna != NULL ? entry->comuna : "");
  row.entry.barrio = g_string_chunk_insert_const (self->strings, entry->barrio != NULL ? entry->barrio : "");
  row.entry.contractor = g_string_chunk_insert_const (self->strings, entry->contractor != NULL ? entry->contractor : "");
  row.text = g_strdup (search_text != NULL ? search_text : "");
  g_array_append_val (self->rows, row);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Row *) a)->entry.code, ((const Row *) b)->entry.code);
}

TstWorkIndex *
tst_work_index_builder_finish (TstWorkIndexBuilder *builder)
{
  TstWorkIndex *self = g_new0 (TstWorkIndex, 1);
  gsize end;

  g_atomic_ref_count_init (&self->count);
  g_array_sort (builder->rows, compare_rows);
  self->strings = g_steal_pointer (&builder->strings);
  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (TstWorkEntry), builder->rows->len);
  self->starts = g_array_sized_new (FALSE, FALSE, sizeof (gsize), builder->rows->len + 1);
  self->texts = g_string_new (NULL);
  for (guint i = 0; i < builder->rows->len; i++)
    {
      const Row *row = &g_array_index (builder->rows, Row, i);

      g_array_append_val (self->entries, row->entry);
      g_array_append_val (self->starts, self->texts->len);
      g_string_append_c (self->texts, ' ');
      g_string_append (self->texts, row->text);
      g_string_append_c (self->texts, '\n');
    }
  end = self->texts->len;
  g_array_append_val (self->starts, end);
  tst_work_index_builder_free (builder);
  return self;
}

void
tst_work_index_builder_free (TstWorkIndexBuilder *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    g_free (g_array_index (self->rows, Row, i).text);
  g_array_unref (self->rows);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_free (self);
}

TstWorkIndex *
tst_work_index_ref (TstWorkIndex *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
tst_work_index_unref (TstWorkIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_string_chunk_free (self->strings);
  g_array_unref (self->entries);
  g_array_unref (self->starts);
  g_string_free (self->texts, TRUE);
  g_free (self);
}

guint
tst_work_index_get_size (TstWorkIndex *self)
{
  return self->entries->len;
}

const TstWorkEntry *
tst_work_index_get (TstWorkIndex *self, guint at)
{
  g_return_val_if_fail (at < self->entries->len, NULL);
  return &g_array_index (self->entries, TstWorkEntry, at);
}

static int
compare_code (gconstpointer a, gconstpointer b)
{
  return strcmp (((const TstWorkEntry *) a)->code, ((const TstWorkEntry *) b)->code);
}

gboolean
tst_work_index_find (TstWorkIndex *self, const char *code, guint *at)
{
  TstWorkEntry wanted = { .code = code };

  return g_array_binary_search (self->entries, &wanted, compare_code, at);
}

/* Whether every one of @words (" word") stands in the text of entry @at. */
static gboolean
has_words (TstWorkIndex *self, guint at, char **words)
{
  gsize start = g_array_index (self->starts, gsize, at);
  gsize end = g_array_index (self->starts, gsize, at + 1);

  for (; *words != NULL; words++)
    if (memmem (self->texts->str + start, end - start, *words, strlen (*words)) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
passes (TstWorkIndex *self, guint at, const TstWorkFilter *filter)
{
  const TstWorkEntry *entry = &g_array_index (self->entries, TstWorkEntry, at);

  return (filter->status == NULL || strcmp (entry->status, filter->status) == 0)
         && (filter->comuna == NULL || strcmp (entry->comuna, filter->comuna) == 0);
}

/* The words of a search, each with the space before it that makes it the beginning of a word. */
static GPtrArray *
split_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " \n", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (words, g_strconcat (" ", parts[i], NULL));
  g_ptr_array_add (words, NULL);
  return words;
}

typedef struct
{
  guint32 at;
  float distance;
} Near;

static int
compare_near (gconstpointer a, gconstpointer b)
{
  const Near *x = a;
  const Near *y = b;

  return x->distance < y->distance ? -1 : x->distance > y->distance ? 1 : (x->at > y->at) - (x->at < y->at);
}

static void
sort_by_distance (TstWorkIndex *self, GArray *found, double lat, double lon)
{
  g_autofree Near *near = g_new (Near, found->len + 1);

  for (guint i = 0; i < found->len; i++)
    {
      const TstWorkEntry *entry;

      near[i].at = g_array_index (found, guint32, i);
      entry = &g_array_index (self->entries, TstWorkEntry, near[i].at);
      near[i].distance = isnan (entry->lat) ? INFINITY : tst_geo_distance (lat, lon, entry->lat, entry->lon);
    }
  qsort (near, found->len, sizeof (Near), compare_near);
  for (guint i = 0; i < found->len; i++)
    g_array_index (found, guint32, i) = near[i].at;
}

GArray *
tst_work_index_search (TstWorkIndex *self, const TstWorkFilter *filter)
{
  g_autoptr (GPtrArray) words = split_words (filter->words);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 size = self->entries->len;

  if (words->pdata[0] == NULL)
    {
      for (guint32 at = 0; at < size; at++)
        if (passes (self, at, filter))
          g_array_append_val (found, at);
    }
  else
    {
      /* One pass over all texts for the first word; the others are looked for only where it stands. */
      const char *first = words->pdata[0];
      gsize length = strlen (first);
      gsize offset = 0;
      guint32 at = 0;

      while (at < size)
        {
          const char *hit = memmem (self->texts->str + offset, self->texts->len - offset, first, length);

          if (hit == NULL)
            break;
          while (g_array_index (self->starts, gsize, at + 1) <= (gsize) (hit - self->texts->str))
            at++;
          if (passes (self, at, filter) && has_words (self, at, (char **) words->pdata + 1))
            g_array_append_val (found, at);
          at++;
          offset = g_array_index (self->starts, gsize, at);
        }
    }
  if (filter->near)
    sort_by_distance (self, found, filter->lat, filter->lon);
  return found;
}
