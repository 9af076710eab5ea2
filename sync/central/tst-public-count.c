/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

/* What /libro tells of all leaves. They may be millions, and central has one turn for everybody: a few at a time are counted, each once and as it
 * is then, so that the sums of a month always add up. Of a large log what was counted a little while ago is told. */

#define SLICE 2000
/* A count that took longer than this serves for twenty times as long as it took. */
#define LONG_US (250 * 1000)
#define SERVES 20

typedef struct
{
  TstPublicCounts *counts;
  gint64 offset_s; /* of the town's time */
  gint64 from, to; /* idx */
} Slice;

static void
free_month (gpointer data)
{
  TstPublicMonth *month = data;

  g_free (month->month);
  g_free (month);
}

static void
free_chain (gpointer data)
{
  TstPublicChain *chain = data;

  g_free (chain->device);
  g_free (chain->chain);
  g_free (chain);
}

static void
clear_counts (gpointer data)
{
  TstPublicCounts *self = data;

  g_ptr_array_unref (self->months);
  g_ptr_array_unref (self->chains);
}

void
tst_public_counts_unref (TstPublicCounts *self)
{
  g_atomic_rc_box_release_full (self, clear_counts);
}

static TstPublicMonth *
find_month (TstPublicCounts *self, const char *name)
{
  TstPublicMonth *month = NULL;

  for (guint i = 0; i < self->months->len; i++)
    if (g_str_equal (((TstPublicMonth *) g_ptr_array_index (self->months, i))->month, name))
      return g_ptr_array_index (self->months, i);
  month = g_new0 (TstPublicMonth, 1);
  month->month = g_strdup (name);
  g_ptr_array_add (self->months, month);
  return month;
}

static TstPublicChain *
find_chain (TstPublicCounts *self, const char *device, const char *name)
{
  TstPublicChain *chain = NULL;

  for (guint i = 0; i < self->chains->len; i++)
    {
      chain = g_ptr_array_index (self->chains, i);
      if (g_str_equal (chain->device, device) && g_str_equal (chain->chain, name))
        return chain;
    }
  chain = g_new0 (TstPublicChain, 1);
  chain->device = g_strdup (device);
  chain->chain = g_strdup (name);
  g_ptr_array_add (self->chains, chain);
  return chain;
}

typedef void (*AddRow) (TstPublicCounts *counts, TstStatement *row);

/* @list: (nullable) (transfer full): NULL when it could not be prepared, with @error set. */
static gboolean
add_rows (TstStatement *list, Slice *slice, AddRow add, GError **error)
{
  g_autoptr (TstStatement) rows = list;
  gboolean row = FALSE;

  while (rows && tst_statement_step (rows, &row, error))
    {
      if (!row)
        return TRUE;
      add (slice->counts, rows);
    }
  return FALSE;
}

static void
add_month (TstPublicCounts *counts, TstStatement *row)
{
  TstPublicMonth *month = find_month (counts, tst_statement_text (row, 0));

  month->received += tst_statement_int (row, 1);
  month->published += tst_statement_int (row, 2);
  month->withheld += tst_statement_int (row, 3);
  month->pending += tst_statement_int (row, 4);
  month->retired += tst_statement_int (row, 5);
  month->missing += tst_statement_int (row, 6);
}

static gboolean
add_months (TstStore *store, Slice *slice, GError **error)
{
  return add_rows (
    tst_public_query (store, error,
                      "SELECT strftime ('%Y-%m', l.received_s + ?1, 'unixepoch') AS month, count (*),"
                      " sum (i.state = 'published'), sum (i.state = 'withheld'),"
                      " sum (i.state = 'pending' AND (i.kind = 'evidence' OR (i.kind = 'contribution' AND c.public_ok = 1))),"
                      " sum (i.state = 'retired' OR (i.state = 'erased' AND i.revealed)"
                      "  OR (i.state = 'withdrawn' AND EXISTS (SELECT 1 FROM decision d WHERE d.target = i.id AND d.type = 'accept'))),"
                      " sum (l.body_state = 'missing' AND i.id IS NULL)"
                      " FROM leaf l LEFT JOIN item i ON i.id = l.id AND i.text_hash = l.text_hash LEFT JOIN contribution c ON c.id = i.id"
                      " LEFT JOIN change h ON h.idx = l.idx"
                      " WHERE l.idx >= ?2 AND l.idx < ?3 AND l.chain <> 'central' AND l.kind IN ('evidence', 'attendance', 'contribution', 'survey')"
                      " AND (i.id IS NOT NULL OR (h.idx IS NULL AND l.body_state <> 'erased'))"
                      " GROUP BY month",
                      "iii", slice->offset_s, slice->from, slice->to),
    slice, add_month, error);
}

static void
add_chain (TstPublicCounts *counts, TstStatement *row)
{
  TstPublicChain *chain = find_chain (counts, tst_statement_text (row, 0), tst_statement_text (row, 1));

  chain->numbers += tst_statement_int (row, 2);
  chain->last_seq = MAX (chain->last_seq, tst_statement_int (row, 3));
  chain->last_utc_s = MAX (chain->last_utc_s, tst_statement_int (row, 4));
  chain->last_idx = MAX (chain->last_idx, tst_statement_int (row, 5));
  chain->missing += tst_statement_int (row, 6);
}

static gboolean
add_chains (TstStore *store, Slice *slice, GError **error)
{
  return add_rows (
    tst_public_query (store, error,
                      "SELECT device, chain, sum (fork = 0), max (seq), max (utc_s), max (idx), sum (body_state = 'missing') FROM leaf"
                      " WHERE idx >= ?1 AND idx < ?2 GROUP BY device, chain",
                      "ii", slice->from, slice->to),
    slice, add_chain, error);
}

static void
add_fork (TstPublicCounts *counts, TstStatement *row)
{
  TstPublicChain *chain = find_chain (counts, tst_statement_text (row, 0), tst_statement_text (row, 1));

  chain->forks = tst_statement_int (row, 2);
  chain->numbers += tst_statement_int (row, 3);
}

/* Numbers that were used twice; where all leaves of one number are marked it counts once. */
static gboolean
add_forks (TstStore *store, Slice *slice, GError **error)
{
  return add_rows (
    tst_public_query (store, error,
                      "SELECT f.device, f.chain, count (DISTINCT f.seq), count (DISTINCT CASE WHEN NOT EXISTS (SELECT 1 FROM leaf o WHERE o.device = f.device"
                      " AND o.chain = f.chain AND o.seq = f.seq AND o.fork = 0) THEN f.seq END) FROM leaf f WHERE f.fork = 1 AND f.idx < ?1 GROUP BY f.device, f.chain",
                      "i", slice->to),
    slice, add_fork, error);
}

static gboolean
count_slice (TstStore *store, gpointer data, GError **error)
{
  Slice *slice = data;

  return add_months (store, slice, error) && add_chains (store, slice, error);
}

static gboolean
find_end (TstStore *store, gpointer data, GError **error)
{
  Slice *slice = data;

  return tst_public_count (store, &slice->to, error, "SELECT coalesce (max (idx), -1) + 1 FROM leaf", "");
}

static gboolean
finish (TstStore *store, gpointer data, GError **error)
{
  return add_forks (store, data, error);
}

static int
newest_month_first (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(const TstPublicMonth *const *) b)->month, (*(const TstPublicMonth *const *) a)->month);
}

/* Central's own, then whoever was heard of last. */
static int
newest_chain_first (gconstpointer a, gconstpointer b)
{
  const TstPublicChain *one = *(const TstPublicChain *const *) a;
  const TstPublicChain *two = *(const TstPublicChain *const *) b;
  int own = g_str_equal (two->chain, "central") - g_str_equal (one->chain, "central");

  return own != 0 ? own : (two->last_idx > one->last_idx) - (two->last_idx < one->last_idx);
}

static TstPublicCounts *
count (TstPublicCall *call, GError **error)
{
  TstStore *store = tst_central_get_store (call->routes->central);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (call->now_s);
  g_autoptr (GDateTime) local = now ? g_date_time_to_timezone (now, call->routes->zone) : NULL;
  g_autoptr (TstPublicCounts) counts = g_atomic_rc_box_new0 (TstPublicCounts);
  Slice slice = { .counts = counts };
  gint64 begun_us = g_get_monotonic_time ();
  gint64 end = 0;

  counts->months = g_ptr_array_new_with_free_func (free_month);
  counts->chains = g_ptr_array_new_with_free_func (free_chain);
  slice.offset_s = local ? g_date_time_get_utc_offset (local) / G_USEC_PER_SEC : 0;
  if (!tst_store_read (store, find_end, &slice, error))
    return NULL;
  end = slice.to;
  for (slice.from = 0; slice.from < end; slice.from = slice.to)
    {
      slice.to = MIN (slice.from + SLICE, end);
      if (!tst_store_read (store, count_slice, &slice, error))
        return NULL;
    }
  slice.to = end;
  if (!tst_store_read (store, finish, &slice, error))
    return NULL;
  g_ptr_array_sort (counts->months, newest_month_first);
  g_ptr_array_sort (counts->chains, newest_chain_first);
  counts->counted_us = g_get_monotonic_time ();
  counts->took_us = counts->counted_us - begun_us;
  return g_steal_pointer (&counts);
}

/* The last count, or NULL; @any: even when it is no longer good. */
static TstPublicCounts *
last_count (TstPublicRoutes *routes, gboolean any)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&routes->lock);
  TstPublicCounts *counts = routes->counts;

  (void) locker;
  if (counts == NULL || (!any && (counts->took_us <= LONG_US || g_get_monotonic_time () - counts->counted_us >= SERVES * counts->took_us)))
    return NULL;
  return g_atomic_rc_box_acquire (counts);
}

TstPublicCounts *
tst_public_count_leaves (TstPublicCall *call, GError **error)
{
  TstPublicRoutes *routes = call->routes;
  TstPublicCounts *counts = last_count (routes, FALSE);

  if (counts != NULL)
    return counts;
  /* Whoever comes while another counts is told what was counted before: of the few threads that make pages one may wait, and not all. */
  if (!g_mutex_trylock (&routes->counting))
    {
      counts = last_count (routes, TRUE);
      if (counts != NULL)
        return counts;
      g_mutex_lock (&routes->counting);
    }
  counts = last_count (routes, FALSE);
  if (counts == NULL)
    {
      counts = count (call, error);
      if (counts != NULL)
        {
          g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&routes->lock);

          (void) locker;
          g_clear_pointer (&routes->counts, tst_public_counts_unref);
          routes->counts = g_atomic_rc_box_acquire (counts);
        }
    }
  g_mutex_unlock (&routes->counting);
  return counts;
}
