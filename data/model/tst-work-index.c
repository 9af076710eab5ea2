/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-index.h"

#include "model/tst-code-lists.h"
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
  GArray *starts;    /* of guint32: where each entry's text begins; one more at the end */
};

struct _TstWorkIndexBuilder
{
  TstWorkIndex *index;
};

TstWorkIndexBuilder *
tst_work_index_builder_new (void)
{
  TstWorkIndexBuilder *self = g_new0 (TstWorkIndexBuilder, 1);
  TstWorkIndex *index = g_new0 (TstWorkIndex, 1);

  g_atomic_ref_count_init (&index->count);
  index->strings = g_string_chunk_new (64 * 1024);
  index->entries = g_array_new (FALSE, FALSE, sizeof (TstWorkEntry));
  index->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  index->texts = g_string_new (NULL);
  self->index = index;
  return self;
}

static void
begin_text (TstWorkIndex *self)
{
  guint32 start = self->texts->len;

  g_assert (self->texts->len <= G_MAXUINT32);
  g_array_append_val (self->starts, start);
}

void
tst_work_index_builder_add (TstWorkIndexBuilder *self, const TstWorkEntry *entry, const char *search_text)
{
  TstWorkIndex *index = self->index;
  TstWorkEntry kept = *entry;

  g_return_if_fail (index->entries->len == 0
                    || strcmp (g_array_index (index->entries, TstWorkEntry, index->entries->len - 1).code, entry->code) < 0);
  kept.code = g_string_chunk_insert (index->strings, entry->code);
  kept.title = g_string_chunk_insert (index->strings, entry->title != NULL ? entry->title : "");
  /* Few different ones: kept once. */
  kept.status = g_string_chunk_insert_const (index->strings, entry->status != NULL ? entry->status : "");
  kept.comuna = g_string_chunk_insert_const (index->strings, entry->comuna != NULL ? entry->comuna : "");
  kept.barrio = g_string_chunk_insert_const (index->strings, entry->barrio != NULL ? entry->barrio : "");
  kept.contractor = g_string_chunk_insert_const (index->strings, entry->contractor != NULL ? entry->contractor : "");
  g_array_append_val (index->entries, kept);
  begin_text (index);
  g_string_append_c (index->texts, ' ');
  g_string_append (index->texts, search_text != NULL ? search_text : "");
  g_string_append_c (index->texts, '\n');
}

TstWorkIndex *
tst_work_index_builder_finish (TstWorkIndexBuilder *builder)
{
  TstWorkIndex *self = g_steal_pointer (&builder->index);

  begin_text (self);
  tst_work_index_builder_free (builder);
  return self;
}

void
tst_work_index_builder_free (TstWorkIndexBuilder *self)
{
  g_clear_pointer (&self->index, tst_work_index_unref);
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
  gsize start = g_array_index (self->starts, guint32, at);
  gsize end = g_array_index (self->starts, guint32, at + 1);

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

/* "comuna 3": works whose comuna is called so, beside those that have both words. */
typedef struct
{
  const char *wanted; /* (nullable) its name as it was written; owned by the words */
  GHashTable *same;   /* the index's own texts, which are few → whether it is that one */
} Comuna;

static const char *
without_zeros (const char *text)
{
  while (text[0] == '0' && text[1] != '\0')
    text++;
  return text;
}

static void
take_comuna (GPtrArray *words, Comuna *comuna)
{
  for (guint i = 0; comuna->wanted == NULL && i + 2 < words->len; i++)
    if (g_str_equal (words->pdata[i], " comuna"))
      {
        comuna->wanted = (const char *) words->pdata[i + 1] + 1;
        comuna->same = g_hash_table_new (NULL, NULL);
      }
}

static gboolean
is_comuna (Comuna *comuna, const TstWorkEntry *entry)
{
  gpointer known;

  if (!g_hash_table_lookup_extended (comuna->same, entry->comuna, NULL, &known))
    {
      g_autofree char *folded = tst_fold_words (entry->comuna);

      known = GINT_TO_POINTER (g_str_equal (without_zeros (g_strstrip (folded)), without_zeros (comuna->wanted)));
      g_hash_table_insert (comuna->same, (gpointer) entry->comuna, known);
    }
  return GPOINTER_TO_INT (known);
}

/* As has_words(), but for the two that name the comuna the comuna itself will do. */
static gboolean
has_words_or_comuna (TstWorkIndex *self, guint at, char **words, Comuna *comuna)
{
  gboolean named = is_comuna (comuna, &g_array_index (self->entries, TstWorkEntry, at));

  for (; *words != NULL; words++)
    if (named && g_str_equal (*words, " comuna") && words[1] != NULL && words[1] + 1 == comuna->wanted)
      words++;
    else if (!has_words (self, at, (char *[]) { *words, NULL }))
      return FALSE;
  return TRUE;
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
  Comuna comuna = { 0 };

  take_comuna (words, &comuna);
  if (words->pdata[0] == NULL || comuna.wanted != NULL)
    {
      for (guint32 at = 0; at < size; at++)
        if (passes (self, at, filter) && (comuna.wanted == NULL || has_words_or_comuna (self, at, (char **) words->pdata, &comuna)))
          g_array_append_val (found, at);
      g_clear_pointer (&comuna.same, g_hash_table_unref);
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
          while (g_array_index (self->starts, guint32, at + 1) <= (gsize) (hit - self->texts->str))
            at++;
          if (passes (self, at, filter) && has_words (self, at, (char **) words->pdata + 1))
            g_array_append_val (found, at);
          at++;
          offset = g_array_index (self->starts, guint32, at);
        }
    }
  if (filter->near)
    sort_by_distance (self, found, filter->lat, filter->lon);
  return found;
}
