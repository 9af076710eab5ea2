/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-work-index-private.h"

#include "model/tst-code-lists.h"
#include "model/tst-geo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct _TstWorkIndexBuilder
{
  GArray *rows;       /* of TstWorkRow */
  GString *strings, *texts;
  GHashTable *known;  /* strings of which there are few → where they stand */
  char *last;         /* code */
};

TstWorkIndexBuilder *
tst_work_index_builder_new (void)
{
  TstWorkIndexBuilder *self = g_new0 (TstWorkIndexBuilder, 1);

  self->rows = g_array_new (FALSE, FALSE, sizeof (TstWorkRow));
  self->strings = g_string_new (NULL);
  self->texts = g_string_new (NULL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  /* What is unknown stands at 0. */
  g_string_append_c (self->strings, '\0');
  return self;
}

static guint32
put (TstWorkIndexBuilder *self, const char *text)
{
  guint32 at = self->strings->len;

  if (text == NULL || *text == '\0')
    return 0;
  g_string_append_len (self->strings, text, strlen (text) + 1);
  g_assert (self->strings->len <= G_MAXUINT32);
  return at;
}

/* Few different ones: kept once. */
static guint32
put_known (TstWorkIndexBuilder *self, const char *text)
{
  gpointer at;

  if (text == NULL || *text == '\0')
    return 0;
  if (!g_hash_table_lookup_extended (self->known, text, NULL, &at))
    {
      at = GUINT_TO_POINTER (put (self, text));
      g_hash_table_insert (self->known, g_strdup (text), at);
    }
  return GPOINTER_TO_UINT (at);
}

void
tst_work_index_builder_add (TstWorkIndexBuilder *self, const TstWorkEntry *entry, const char *search_text)
{
  TstWorkRow row = { .lat = entry->lat, .lon = entry->lon, .planned_pct = entry->planned_pct, .observed_pct = entry->observed_pct };

  g_return_if_fail (self->last == NULL || strcmp (self->last, entry->code) < 0);
  g_free (self->last);
  self->last = g_strdup (entry->code);
  row.code = put (self, entry->code);
  row.title = put (self, entry->title);
  row.status = put_known (self, entry->status);
  row.comuna = put_known (self, entry->comuna);
  row.barrio = put_known (self, entry->barrio);
  row.contractor = put_known (self, entry->contractor);
  row.text = self->texts->len;
  g_array_append_val (self->rows, row);
  g_string_append_c (self->texts, ' ');
  g_string_append (self->texts, search_text != NULL ? search_text : "");
  g_string_append_c (self->texts, '\n');
  g_assert (self->texts->len <= G_MAXUINT32);
}

TstWorkIndex *
tst_work_index_builder_finish (TstWorkIndexBuilder *builder)
{
  TstWorkIndex *self = _tst_work_index_new ();

  self->n = builder->rows->len;
  self->strings_size = builder->strings->len;
  self->texts_size = builder->texts->len;
  self->rows = self->memory[0] = g_array_free (g_steal_pointer (&builder->rows), FALSE);
  self->strings = self->memory[1] = g_string_free (g_steal_pointer (&builder->strings), FALSE);
  self->texts = self->memory[2] = g_string_free (g_steal_pointer (&builder->texts), FALSE);
  tst_work_index_builder_free (builder);
  return self;
}

void
tst_work_index_builder_free (TstWorkIndexBuilder *self)
{
  g_clear_pointer (&self->rows, g_array_unref);
  if (self->strings != NULL)
    g_string_free (self->strings, TRUE);
  if (self->texts != NULL)
    g_string_free (self->texts, TRUE);
  g_hash_table_unref (self->known);
  g_free (self->last);
  g_free (self);
}

TstWorkIndex *
_tst_work_index_new (void)
{
  TstWorkIndex *self = g_new0 (TstWorkIndex, 1);

  g_atomic_ref_count_init (&self->count);
  return self;
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
  for (guint i = 0; i < G_N_ELEMENTS (self->memory); i++)
    g_free (self->memory[i]);
  if (self->map != NULL)
    munmap (self->map, self->map_size);
  g_free (self);
}

guint
tst_work_index_get_size (TstWorkIndex *self)
{
  return self->n;
}

const char *
tst_work_index_get_stamp (TstWorkIndex *self)
{
  return self->stamp;
}

void
tst_work_index_set_stamp (TstWorkIndex *self, const char *stamp)
{
  g_strlcpy (self->stamp, stamp != NULL ? stamp : "", sizeof self->stamp);
}

void
tst_work_index_rest (TstWorkIndex *self)
{
  if (self->map != NULL)
    madvise (self->map, self->map_size, MADV_DONTNEED);
}

/* Nothing that a row says is believed: a disk may rot after its file was checked. The strings end with a 0 (tst_work_index_map()). */
static const char *
string_at (const TstWorkIndex *self, guint32 at)
{
  return at < self->strings_size ? self->strings + at : "";
}

/* Where the text of entry @at begins; of the one after the last: where all end. */
static gsize
text_at (const TstWorkIndex *self, guint at)
{
  return at < self->n ? MIN (self->rows[at].text, self->texts_size) : self->texts_size;
}

TstWorkEntry
tst_work_index_get (TstWorkIndex *self, guint at)
{
  const TstWorkRow *row;

  g_return_val_if_fail (at < self->n, ((TstWorkEntry) { "", "", "", "", "", "", NAN, NAN, NAN, NAN }));
  row = &self->rows[at];
  return (TstWorkEntry) {
    .code = string_at (self, row->code), .title = string_at (self, row->title), .status = string_at (self, row->status),
    .comuna = string_at (self, row->comuna), .barrio = string_at (self, row->barrio), .contractor = string_at (self, row->contractor),
    .lat = row->lat, .lon = row->lon, .planned_pct = row->planned_pct, .observed_pct = row->observed_pct,
  };
}

gboolean
tst_work_index_find (TstWorkIndex *self, const char *code, guint *at)
{
  guint low = 0;
  guint high = self->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (string_at (self, self->rows[middle].code), code);

      if (order == 0)
        {
          if (at != NULL)
            *at = middle;
          return TRUE;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return FALSE;
}

/* Whether every one of @words (" word") stands in the text of entry @at. */
static gboolean
has_words (const TstWorkIndex *self, guint at, char **words)
{
  gsize start = text_at (self, at);
  gsize end = text_at (self, at + 1);

  for (; *words != NULL; words++)
    if (end < start || memmem (self->texts + start, end - start, *words, strlen (*words)) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
passes (const TstWorkIndex *self, guint at, const TstWorkFilter *filter)
{
  return (filter->status == NULL || strcmp (string_at (self, self->rows[at].status), filter->status) == 0)
         && (filter->comuna == NULL || strcmp (string_at (self, self->rows[at].comuna), filter->comuna) == 0);
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
  GHashTable *same;   /* where a name stands in the index, which holds few → whether it is that one */
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
is_comuna (const TstWorkIndex *self, Comuna *comuna, guint at)
{
  gpointer name = GUINT_TO_POINTER (self->rows[at].comuna);
  gpointer known;

  if (!g_hash_table_lookup_extended (comuna->same, name, NULL, &known))
    {
      g_autofree char *folded = tst_fold_words (string_at (self, self->rows[at].comuna));

      known = GINT_TO_POINTER (g_str_equal (without_zeros (g_strstrip (folded)), without_zeros (comuna->wanted)));
      g_hash_table_insert (comuna->same, name, known);
    }
  return GPOINTER_TO_INT (known);
}

/* As has_words(), but for the two that name the comuna the comuna itself will do. */
static gboolean
has_words_or_comuna (const TstWorkIndex *self, guint at, char **words, Comuna *comuna)
{
  gboolean named = is_comuna (self, comuna, at);

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
sort_by_distance (const TstWorkIndex *self, GArray *found, double lat, double lon)
{
  g_autofree Near *near = g_new (Near, found->len + 1);

  for (guint i = 0; i < found->len; i++)
    {
      const TstWorkRow *row;

      near[i].at = g_array_index (found, guint32, i);
      row = &self->rows[near[i].at];
      near[i].distance = isnan (row->lat) ? INFINITY : tst_geo_distance (lat, lon, row->lat, row->lon);
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
  guint32 size = self->n;
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
          const char *hit = memmem (self->texts + offset, self->texts_size - offset, first, length);

          if (hit == NULL)
            break;
          while (at < size && text_at (self, at + 1) <= (gsize) (hit - self->texts))
            at++;
          if (at == size)
            break;
          if (passes (self, at, filter) && has_words (self, at, (char **) words->pdata + 1))
            g_array_append_val (found, at);
          at++;
          offset = text_at (self, at);
        }
    }
  if (filter->near)
    {
      sort_by_distance (self, found, filter->lat, filter->lon);
      /* The start page asks so each time that the place is another, and looks at a few of them. */
      tst_work_index_rest (self);
    }
  return found;
}
