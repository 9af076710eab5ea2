/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-works-load.h"

#include "base/tst-error.h"
#include "base/tst-memory.h"
#include "journal/tst-journal-private.h"
#include "model/tst-work-index-file.h"

#include <math.h>

static double
double_or_nan (TstStatement *statement, int column)
{
  return tst_statement_is_null (statement, column) ? NAN : tst_statement_double (statement, column);
}

/* Left to photographs when the list of works is kept: it can be made again, they cannot. */
#define SPARE_BYTES (G_GUINT64_CONSTANT (500) * 1000 * 1000)

typedef struct
{
  TstWorkIndexBuilder *builder; /* (nullable): the stamp alone */
  char *stamp;
} Reading;

static gboolean
read_rows (TstStore *store, TstWorkIndexBuilder *builder, GError **error)
{
  gboolean row;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store,
                           "SELECT w.code, w.title, w.status, w.lat, w.lon, w.content ->> '$.comuna', w.content ->> '$.barrio',"
                           "  w.content ->> '$.contractor', w.content ->> '$.physical_planned_pct',"
                           "  w.content ->> '$.physical_observed_pct', s.words "
                           "FROM work AS w CROSS JOIN work_search AS s ON s.rowid = w.n ORDER BY w.code",
                           error);

  if (statement == NULL)
    return FALSE;
  for (;;)
    {
      TstWorkEntry entry;

      if (!tst_statement_step (statement, &row, error))
        return FALSE;
      if (!row)
        break;
      entry.code = tst_statement_text (statement, 0);
      entry.title = tst_statement_text (statement, 1);
      entry.status = tst_statement_text (statement, 2);
      entry.lat = double_or_nan (statement, 3);
      entry.lon = double_or_nan (statement, 4);
      entry.comuna = tst_statement_text (statement, 5);
      entry.barrio = tst_statement_text (statement, 6);
      entry.contractor = tst_statement_text (statement, 7);
      entry.planned_pct = double_or_nan (statement, 8);
      entry.observed_pct = double_or_nan (statement, 9);
      tst_work_index_builder_add (builder, &entry, tst_statement_text (statement, 10));
    }
  g_clear_pointer (&statement, tst_statement_free);
  /* The whole table went by once; nobody asks for its pages again soon. */
  tst_store_release_pages (store);
  return TRUE;
}

static gboolean
read_works (TstStore *store, gpointer data, GError **error)
{
  Reading *reading = data;

  reading->stamp = tst_meta_dup_text (store, "works_stamp");
  return reading->builder == NULL || read_rows (store, reading->builder, error);
}

/* What is in memory goes to the file, and is looked at there from then on. */
static TstWorkIndex *
keep (TstWorkIndex *index, const char *file)
{
  g_autoptr (GError) error = NULL;
  TstWorkIndex *kept = NULL;

  if (tst_work_index_write (index, file, SPARE_BYTES, &error))
    kept = tst_work_index_map (file, tst_work_index_get_stamp (index), &error);
  if (kept == NULL)
    {
      g_info ("The list of works stays in memory: %s", error->message);
      return index;
    }
  tst_work_index_unref (index);
  return kept;
}

TstWorkIndex *
tst_field_book_load_works (TstFieldBook *self, const char *file, TstWorkIndex *known, GError **error)
{
  Reading reading = { NULL, NULL };
  g_autofree char *before = NULL;
  g_autofree char *stamp = NULL;
  TstWorkIndex *index;

  if (!tst_store_read (tst_field_book_get_store (self), read_works, &reading, error))
    return NULL;
  before = reading.stamp;
  if (known != NULL && before != NULL && g_str_equal (tst_work_index_get_stamp (known), before))
    return tst_work_index_ref (known);
  index = file != NULL && before != NULL ? tst_work_index_map (file, before, NULL) : NULL;
  if (index != NULL)
    return index;

  reading.builder = tst_work_index_builder_new ();
  if (!tst_store_read (tst_field_book_get_store (self), read_works, &reading, error))
    {
      tst_work_index_builder_free (reading.builder);
      g_free (reading.stamp);
      return NULL;
    }
  stamp = reading.stamp;
  index = tst_work_index_builder_finish (reading.builder);
  tst_work_index_set_stamp (index, stamp);
  return file != NULL && stamp != NULL ? keep (index, file) : index;
}

typedef struct
{
  char *file;
  TstWorkIndex *known;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->file);
  g_clear_pointer (&load->known, tst_work_index_unref);
  g_free (load);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Load *load = data;
  GError *error = NULL;
  TstWorkIndex *index = tst_field_book_load_works (source, load->file, load->known, &error);

  /* What reading 100,000 rows took and gave back lies in this thread's heap; the app goes on for hours without it. */
  tst_memory_give_back ();
  if (index != NULL)
    g_task_return_pointer (task, index, (GDestroyNotify) tst_work_index_unref);
  else
    g_task_return_error (task, error);
}

void
tst_field_book_load_works_async (TstFieldBook *self, const char *file, TstWorkIndex *known, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, tst_field_book_load_works_async);
  load->file = g_strdup (file);
  load->known = known != NULL ? tst_work_index_ref (known) : NULL;
  g_task_set_task_data (task, load, load_free);
  g_task_run_in_thread (task, load_in_thread);
}

TstWorkIndex *
tst_field_book_load_works_finish (TstFieldBook *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  const char *code;
  char *content;
} OneWork;

static gboolean
read_work (TstStore *store, gpointer data, GError **error)
{
  OneWork *one = data;
  gboolean row;
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT content FROM work WHERE code = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, one->code);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  if (row)
    one->content = g_strdup (tst_statement_text (statement, 0));
  return TRUE;
}

JsonObject *
tst_field_book_load_work (TstFieldBook *self, const char *code, GError **error)
{
  OneWork one = { code, NULL };
  g_autofree char *content = NULL;

  if (!tst_store_read (tst_field_book_get_store (self), read_work, &one, error))
    return NULL;
  content = one.content;
  if (content == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no work with the code %s on this tablet", code);
      return NULL;
    }
  return tst_json_parse_object (content, -1, error);
}
