/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-projection-private.h"

#include "base/tst-error.h"
#include "model/tst-works-import.h"

#include <string.h>

/* Works in one transaction: some ten milliseconds on the store thread, which every reader waits for. */
#define STEP 250

typedef struct
{
  TstStore *store;
  guint64 idx;
  gint64 done; /* rows that are in */
  gint64 row;  /* rows seen */
  TstProjectionCounts counts;
  JsonObject *body;  /* (nullable) of the import's record */
  gboolean found;
  GPtrArray *works;  /* of TstWork */
} Pending;

static gboolean
load_next (TstStore *store, gpointer data, GError **error)
{
  Pending *pending = data;
  TstHash text_hash;

  g_autoptr (TstStatement) find = tst_store_prepare (
    store, "SELECT p.idx, p.done, p.added, p.updated, p.unchanged, l.text_hash FROM pending_import p JOIN leaf l ON l.idx = p.idx"
           " ORDER BY p.idx LIMIT 1", error);
  if (!find || !tst_statement_step (find, &pending->found, error))
    return FALSE;
  if (!pending->found)
    return TRUE;
  pending->idx = (guint64) tst_statement_int (find, 0);
  pending->done = tst_statement_int (find, 1);
  pending->counts.added = (guint) tst_statement_int (find, 2);
  pending->counts.updated = (guint) tst_statement_int (find, 3);
  pending->counts.unchanged = (guint) tst_statement_int (find, 4);
  return !tst_statement_hash (find, 5, &text_hash) || tst_projection_load_body (store, &text_hash, &pending->body, error);
}

static gboolean
put_step (TstStore *store, gpointer data, GError **error)
{
  Pending *pending = data;
  TstProjectionCounts counts = pending->counts;

  if (!tst_projection_put_works (store, pending->idx, pending->works, &counts, error))
    return FALSE;
  g_autoptr (TstStatement) note = tst_store_prepare (
    store, "UPDATE pending_import SET done = ?2, added = ?3, updated = ?4, unchanged = ?5 WHERE idx = ?1", error);
  if (!note)
    return FALSE;
  tst_statement_bind_int (note, 1, (gint64) pending->idx);
  tst_statement_bind_int (note, 2, pending->row);
  tst_statement_bind_int (note, 3, counts.added);
  tst_statement_bind_int (note, 4, counts.updated);
  tst_statement_bind_int (note, 5, counts.unchanged);
  if (!tst_statement_step (note, NULL, error))
    return FALSE;
  pending->counts = counts;
  return TRUE;
}

static gboolean
flush (Pending *pending, GError **error)
{
  if (pending->works->len == 0)
    return TRUE;
  if (!tst_store_write (pending->store, put_step, pending, error))
    return FALSE;
  tst_projection_changed (pending->store);
  g_ptr_array_set_size (pending->works, 0);
  return TRUE;
}

static gboolean
on_work (const TstWork *work, guint row, gpointer user_data, GError **error)
{
  Pending *pending = user_data;

  pending->row++;
  if (pending->row <= pending->done)
    return TRUE;
  g_ptr_array_add (pending->works, tst_work_copy (work));
  return pending->works->len < STEP || flush (pending, error);
}

static void
ignore_row (guint row, const char *code, const char *message, gpointer user_data)
{
}

static gboolean
forget (TstStore *store, gpointer data, GError **error)
{
  Pending *pending = data;

  g_autoptr (TstStatement) drop = tst_store_prepare (store, "DELETE FROM pending_import WHERE idx = ?1", error);
  if (!drop)
    return FALSE;
  tst_statement_bind_int (drop, 1, (gint64) pending->idx);
  return tst_statement_step (drop, NULL, error);
}

static gboolean
run_one (Pending *pending, TstMediaStore *media, GError **error)
{
  const TstWorksImportFuncs funcs = { .accepted = on_work, .refused = ignore_row, .warning = ignore_row };
  g_autoptr (GBytes) file = pending->body ? tst_projection_load_catalogue (media, pending->body) : NULL;
  TstWorksImportResult result = { 0 };
  g_autoptr (GError) failed = NULL;

  /* A file that is gone or no catalogue any more leaves its record, as in a rebuild. */
  if (file && !tst_works_import (file, &funcs, pending, &result, NULL, &failed) &&
      !g_error_matches (failed, TST_ERROR, TST_ERROR_MISSING_FIELD) && !g_error_matches (failed, TST_ERROR, TST_ERROR_BAD_VALUE) &&
      !g_error_matches (failed, TST_ERROR, TST_ERROR_BAD_JSON))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return flush (pending, error) && tst_store_write (pending->store, forget, pending, error);
}

gboolean
tst_projection_run_pending (TstStore *store, TstMediaStore *media, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) works = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_work_free);
      Pending pending = { .store = store, .works = works };
      gboolean done = FALSE;

      if (!tst_store_read (store, load_next, &pending, error))
        return FALSE;
      if (!pending.found)
        return TRUE;
      done = run_one (&pending, media, error);
      g_clear_pointer (&pending.body, json_object_unref);
      if (!done)
        return FALSE;
      tst_projection_changed (store);
      *tst_projection_get_counts (store) = pending.counts;
    }
}
