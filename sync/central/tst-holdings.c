/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-holdings.h"

#include "base/tst-error.h"
#include "central/tst-damage.h"

#define FRESH_US (G_TIME_SPAN_DAY)
/* A request is answered within this, or told to come again. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)
/* Remembered media: 64 bytes each. Past this all are forgotten and read anew. */
#define CACHE_MAX 500000

struct _TstHoldings
{
  TstCentral *central;
  GMutex lock;
  GHashTable *read_us; /* TstHash → monotonic µs of the last good reading */
};

typedef struct
{
  const TstHash *hash;
  guint64 bytes;
  const char *type;
  const char *upload; /* (nullable) */
  gint64 now_s;
  GBytes *found; /* body or part */
  gboolean medium;
} Lookup;

TstHoldings *
tst_holdings_new (TstCentral *central)
{
  TstHoldings *self = g_new0 (TstHoldings, 1);

  self->central = central;
  g_mutex_init (&self->lock);
  self->read_us = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  return self;
}

void
tst_holdings_free (TstHoldings *self)
{
  g_hash_table_unref (self->read_us);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
remember (TstHoldings *self, const TstHash *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 now = g_get_monotonic_time ();

  if (g_hash_table_size (self->read_us) >= CACHE_MAX)
    g_hash_table_remove_all (self->read_us);
  g_hash_table_replace (self->read_us, g_memdup2 (hash, sizeof *hash), g_memdup2 (&now, sizeof now));
}

static gboolean
is_fresh (TstHoldings *self, const TstHash *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const gint64 *when = g_hash_table_lookup (self->read_us, hash);

  return when != NULL && *when + FRESH_US > g_get_monotonic_time ();
}

static gboolean
insert_holding (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = NULL;
  g_autoptr (TstStatement) end = NULL;

  statement = tst_store_prepare (store, "INSERT OR REPLACE INTO holding (sha256, bytes, type, held_s) VALUES (?, ?, ?, ?)",
                                 error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, lookup->hash);
  tst_statement_bind_int (statement, 2, lookup->bytes);
  tst_statement_bind_text (statement, 3, lookup->type);
  tst_statement_bind_int (statement, 4, lookup->now_s);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  if (lookup->upload == NULL)
    return TRUE;
  end = tst_store_prepare (store, "DELETE FROM upload WHERE id = ?", error);
  if (end == NULL)
    return FALSE;
  tst_statement_bind_text (end, 1, lookup->upload);
  return tst_statement_step (end, NULL, error);
}

gboolean
tst_holdings_add_medium (TstHoldings *self, const TstHash *sha256, guint64 bytes, const char *type, const char *upload, GError **error)
{
  Lookup lookup = { .hash = sha256, .bytes = bytes, .type = type, .upload = upload, .now_s = tst_central_now_s (self->central) };

  if (!tst_store_write (tst_central_get_store (self->central), insert_holding, &lookup, error))
    return FALSE;
  remember (self, sha256);
  return TRUE;
}

static gboolean
delete_holding (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "DELETE FROM holding WHERE sha256 = ?", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, lookup->hash);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
find_one (TstStore *store, const char *sql, const TstHash *hash, TstStatement **statement, gboolean *row, GError **error)
{
  *statement = tst_store_prepare (store, sql, error);
  if (*statement == NULL)
    return FALSE;
  tst_statement_bind_hash (*statement, 1, hash);
  return tst_statement_step (*statement, row, error);
}

static gboolean
find_medium (TstStore *store, gpointer data, GError **error)
{
  Lookup *lookup = data;
  g_autoptr (TstStatement) statement = NULL;

  if (!find_one (store, "SELECT bytes FROM holding WHERE sha256 = ?", lookup->hash, &statement, &lookup->medium, error))
    return FALSE;
  if (lookup->medium)
    lookup->bytes = tst_statement_int (statement, 0);
  return TRUE;
}

static gboolean
find_any (TstStore *store, gpointer data, GError **error)
{
  static const char *const sources[] = {
    "SELECT bytes FROM part WHERE sha256 = ?",
    "SELECT b.bytes FROM leaf l JOIN body b ON b.text_hash = l.text_hash WHERE l.body_hash = ? LIMIT 1",
  };
  Lookup *lookup = data;

  if (!find_medium (store, data, error))
    return FALSE;
  for (guint i = 0; !lookup->medium && lookup->found == NULL && i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (TstStatement) statement = NULL;
      gboolean row;

      if (!find_one (store, sources[i], lookup->hash, &statement, &row, error))
        return FALSE;
      if (row)
        lookup->found = tst_statement_bytes (statement, 0);
    }
  return TRUE;
}

gboolean
tst_holdings_has_medium (TstHoldings *self, const TstHash *sha256, guint64 *bytes, GError **error)
{
  Lookup lookup = { .hash = sha256 };

  if (!tst_store_read (tst_central_get_store (self->central), find_medium, &lookup, error))
    return FALSE;
  *bytes = lookup.bytes;
  if (!lookup.medium)
    g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "This medium is not held");
  return lookup.medium;
}

/* @good: the stored bytes are what they were. FALSE only when that could not be found out. */
static gboolean
read_medium (TstHoldings *self, const Lookup *lookup, gboolean *good, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint64 bytes = 0;

  *good = FALSE;
  if (is_fresh (self, lookup->hash))
    {
      *good = tst_media_store_has (tst_central_get_media (self->central), lookup->hash, &bytes) && bytes == lookup->bytes;
      if (*good)
        return TRUE;
    }
  if (tst_media_store_check (tst_central_get_media (self->central), lookup->hash, NULL, &local))
    {
      *good = TRUE;
      remember (self, lookup->hash);
      return TRUE;
    }
  if (!g_error_matches (local, TST_ERROR, TST_ERROR_MISSING_CONTENT) &&
      !g_error_matches (local, TST_ERROR, TST_ERROR_HASH_MISMATCH))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return tst_damage_note (self->central, lookup->hash, tst_error_code (local), error);
}

gboolean
tst_holdings_forget_medium (TstHoldings *self, const TstHash *sha256, GError **error)
{
  Lookup lookup = { .hash = sha256 };

  return tst_store_write (tst_central_get_store (self->central), delete_holding, &lookup, error) &&
         tst_media_store_remove (tst_central_get_media (self->central), sha256, error);
}

gboolean
tst_holdings_check (TstHoldings *self, GArray *hashes, GArray **held, GArray **missing, GError **error)
{
  g_autoptr (GArray) good = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (TstHash));
  gint64 until = g_get_monotonic_time () + PATIENCE_US;

  for (guint i = 0; i < hashes->len; i++)
    {
      const TstHash *hash = &g_array_index (hashes, TstHash, i);
      Lookup lookup = { .hash = hash };
      gboolean is_good = FALSE;
      TstHolding holding = { .sha256 = *hash };

      if (g_get_monotonic_time () > until)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_BUSY, "Reading so many media takes longer; ask again");
          return FALSE;
        }
      if (!tst_store_read (tst_central_get_store (self->central), find_any, &lookup, error))
        return FALSE;
      if (lookup.found != NULL)
        {
          TstHash computed = tst_hash_bytes (lookup.found);

          is_good = tst_hash_equal (&computed, hash);
          lookup.bytes = g_bytes_get_size (lookup.found);
          g_bytes_unref (lookup.found);
        }
      else if (lookup.medium && !read_medium (self, &lookup, &is_good, error))
        return FALSE;
      holding.bytes = lookup.bytes;
      if (is_good)
        g_array_append_val (good, holding);
      else
        g_array_append_val (bad, *hash);
    }
  *held = g_steal_pointer (&good);
  *missing = g_steal_pointer (&bad);
  return TRUE;
}
