/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tst-store-private.h"

#include "base/tst-error.h"

#include <errno.h>

#define GROUP_MAX 64 /* changes in one transaction */
#define ROLLED_BACK "The change was rolled back by the database; nothing of it was saved"

typedef enum
{
  JOB_OPEN,
  JOB_READ,
  JOB_WRITE,
  JOB_CLOSE
} JobKind;

/* One piece of work on its way through the store thread. With a task it belongs to the queue, then to the caller's main
 * context; without one it lies on the stack of the thread that waits for it. */
typedef struct
{
  JobKind kind;
  TstStoreFunc func;
  gpointer data;
  GTask *task;
  gboolean result;
  GError *error;
  GMutex mutex;
  GCond cond;
  gboolean done;
} Job;

G_DEFINE_FINAL_TYPE (TstStore, tst_store, G_TYPE_OBJECT)

void
tst_store_assert_thread (TstStore *self)
{
  g_assert (g_atomic_pointer_get (&self->owner) == g_thread_self ());
}

void
_tst_store_set_error (TstStore *self, int rc, const char *what, GError **error)
{
  int extended = self->db != NULL ? sqlite3_extended_errcode (self->db) : rc;
  int err = self->db != NULL ? sqlite3_system_errno (self->db) : 0;
  TstError code = TST_ERROR_FAILED;
  const char *detail = sqlite3_errstr (rc);

  if ((extended & 0xff) != (rc & 0xff))
    extended = rc;

  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, TST_ERROR, TST_ERROR_NO_SPACE,
                   "The disk is full. What was saved before is safe; this was not saved. Free some space and "
                   "try again.");
      return;
    case SQLITE_READONLY:
      g_set_error (
          error, TST_ERROR, TST_ERROR_READ_ONLY,
          "The data folder cannot be written to. What was saved before is safe; this was not saved.");
      return;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      self->stopped = TRUE;
      _tst_store_mark_suspect (self);
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                   "The database is damaged (%s). Nothing was deleted. Close Testigo and open it again.",
                   detail);
      return;
    case SQLITE_IOERR:
      /* The kernel may have dropped pages that SQLite believes written: nothing more may be built on them through
       * this descriptor. The next opening recovers from the WAL and checks the file. */
      self->stopped = TRUE;
      _tst_store_mark_suspect (self);
      tst_error_set_errno (
          error, err != 0 && err != ENOENT ? err : EIO,
          "The disk failed while saving (%d). What was saved before is safe; this was not saved. "
          "Close Testigo, check the disk and open it again",
          extended);
      return;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, TST_ERROR, TST_ERROR_STORE_IN_USE,
                   "The database is in use by another program. Close it and try again.");
      return;
    case SQLITE_CANTOPEN:
      tst_error_set_errno (error, err != 0 ? err : EIO, "The database cannot be opened");
      return;
    case SQLITE_TOOBIG:
      code = TST_ERROR_TOO_LARGE;
      break;
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
        code = TST_ERROR_DUPLICATE;
      /* Names a table and a column, never a value. */
      detail = self->db != NULL ? sqlite3_errmsg (self->db) : detail;
      break;
    default:
      break;
    }
  g_set_error (error, TST_ERROR, code, "The database could not %s: %s", what, detail);
}

gboolean
_tst_store_exec_raw (TstStore *self, const char *sql, const char *what, GError **error)
{
  int rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  _tst_store_set_error (self, rc, what, error);
  return FALSE;
}

gboolean
_tst_store_query_text (TstStore *self, const char *sql, char **text, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (self->db, sql, -1, &stmt, NULL);

  *text = NULL;
  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    *text = g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  else if (rc != SQLITE_DONE)
    _tst_store_set_error (self, rc, "answer", error);
  sqlite3_finalize (stmt);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

gboolean
tst_store_exec (TstStore *self, const char *sql, GError **error)
{
  tst_store_assert_thread (self);
  g_assert (self->writing);

  if (!sqlite3_get_autocommit (self->db) && !_tst_store_exec_raw (self, sql, "run its statements", error))
    return FALSE;
  if (sqlite3_get_autocommit (self->db))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, ROLLED_BACK);
      return FALSE;
    }
  return TRUE;
}

gint64
tst_store_changes (TstStore *self)
{
  tst_store_assert_thread (self);
  return sqlite3_changes64 (self->db);
}

/* --- the thread --- */

static gboolean
run_read (TstStore *self, Job *job, GError **error)
{
  gboolean result = job->func (self, job->data, error);

  g_assert (self->statements_out == 0);
  return result;
}

/* One change within the transaction that is open. */
static gboolean
change (TstStore *self, Job *job, GError **error)
{
  gboolean result;

  self->writing = TRUE;
  result = job->func (self, job->data, error);
  self->writing = FALSE;
  g_assert (self->statements_out == 0);
  if (result && sqlite3_get_autocommit (self->db))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED, ROLLED_BACK);
      result = FALSE;
    }
  return result;
}

static void
roll_back (TstStore *self)
{
  g_autoptr (GError) ignored = NULL;

  /* If even this fails, the connection is of no more use: the next opening drops what was not committed. */
  if (!sqlite3_get_autocommit (self->db) && !_tst_store_exec_raw (self, "ROLLBACK", "take back a change", &ignored))
    self->stopped = TRUE;
}

static gboolean
run_write (TstStore *self, Job *job, GError **error)
{
  if (self->stopped)
    {
      g_set_error_literal (
          error, TST_ERROR, TST_ERROR_IO,
          "Testigo stopped saving after a fault of the disk. What was saved before is safe; this was not "
          "saved. Close Testigo, check the disk and open it again.");
      return FALSE;
    }
  if (!_tst_store_exec_raw (self, "BEGIN IMMEDIATE", "begin a change", error))
    return FALSE;
  if (change (self, job, error))
    return TRUE;
  roll_back (self);
  return FALSE;
}

/* One more change in the transaction of the first: when it fails, it alone is taken back. */
static gboolean
run_another (TstStore *self, Job *job, GError **error)
{
  g_autoptr (GError) ignored = NULL;

  if (!_tst_store_exec_raw (self, "SAVEPOINT another", "begin a change", error))
    return FALSE;
  if (change (self, job, error) && _tst_store_exec_raw (self, "RELEASE another", "keep a change", error))
    return TRUE;
  if (sqlite3_get_autocommit (self->db) ||
      !_tst_store_exec_raw (self, "ROLLBACK TO another", "take back a change", &ignored) ||
      !_tst_store_exec_raw (self, "RELEASE another", "take back a change", &ignored))
    roll_back (self);
  return FALSE;
}

static gboolean
finish_in_context (gpointer data)
{
  Job *job = data;

  if (job->result)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  return G_SOURCE_REMOVE;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->task);
  g_clear_error (&job->error);
  g_free (job);
}

/* The task's last reference, and with it perhaps the store's, is dropped in the caller's context and never on the store
 * thread, which could not wait for its own end. */
static void
job_complete (Job *job)
{
  if (job->task != NULL)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, g_task_get_priority (job->task));
      g_source_set_callback (source, finish_in_context, job, job_free);
      g_source_set_static_name (source, "testigo store result");
      g_source_attach (source, g_task_get_context (job->task));
      return;
    }
  g_mutex_lock (&job->mutex);
  job->done = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

/* Cancelled before it began; once begun, it runs to its end. */
static gboolean
is_cancelled (Job *job)
{
  if (job->task == NULL || !g_cancellable_is_cancelled (g_task_get_cancellable (job->task)))
    return FALSE;
  g_set_error_literal (&job->error, TST_ERROR, TST_ERROR_CANCELLED, "Cancelled; nothing was changed");
  return TRUE;
}

static void
set_result (Job *job, gboolean result, GError *error)
{
  if (!result && error == NULL)
    g_set_error_literal (&error, TST_ERROR, TST_ERROR_FAILED, "The operation failed and did not say why");
  if (result)
    g_clear_error (&error);
  job->result = result;
  job->error = error;
}

static void
job_run (TstStore *self, Job *job)
{
  GError *error = NULL;
  gboolean result = FALSE;

  if (is_cancelled (job))
    return;
  switch (job->kind)
    {
    case JOB_OPEN:
      result = _tst_store_open_database (self, &error);
      break;
    case JOB_READ:
      result = run_read (self, job, &error);
      break;
    case JOB_CLOSE:
      _tst_store_close_database (self);
      result = TRUE;
      break;
    case JOB_WRITE:
    default:
      g_assert_not_reached ();
    }
  set_result (job, result, error);
}

/* What nobody was told yet goes back with the transaction. */
static void
fail_group (GPtrArray *group, const GError *error)
{
  for (guint i = 0; i < group->len; i++)
    {
      Job *job = g_ptr_array_index (group, i);

      if (job->result)
        set_result (job, FALSE, g_error_copy (error));
    }
}

/* The changes that wait already share one transaction, and one fsync, with @job: each is durable before anybody hears of it, and one that
 * fails takes none of the others with it. (nullable): the job that came after them and is none. */
static Job *
run_writes (TstStore *self, Job *job)
{
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  g_autoptr (GError) failure = NULL;
  gboolean open = FALSE;

  while (job != NULL && job->kind == JOB_WRITE)
    {
      GError *error = NULL;

      g_ptr_array_add (group, job);
      if (!is_cancelled (job))
        {
          gboolean result = open ? run_another (self, job, &error) : run_write (self, job, &error);

          set_result (job, result, error);
        }
      open = !sqlite3_get_autocommit (self->db) && !self->stopped;
      job = open && group->len < GROUP_MAX ? g_async_queue_try_pop (self->queue) : NULL;
    }
  if (!open)
    g_set_error_literal (&failure, TST_ERROR, TST_ERROR_FAILED, ROLLED_BACK);
  if (!open || !_tst_store_exec_raw (self, "COMMIT", "save a change", &failure))
    {
      roll_back (self);
      fail_group (group, failure);
    }
  for (guint i = 0; i < group->len; i++)
    job_complete (g_ptr_array_index (group, i)); /* it may be gone from here on */
  return job;
}

static gpointer
thread_main (gpointer data)
{
  TstStore *self = data;
  Job *waiting = NULL;
  JobKind kind;

  g_atomic_pointer_set (&self->owner, g_thread_self ());
  do
    {
      Job *job = waiting != NULL ? waiting : g_async_queue_pop (self->queue);

      kind = job->kind;
      waiting = NULL;
      if (kind == JOB_WRITE)
        waiting = run_writes (self, job);
      else
        {
          job_run (self, job);
          job_complete (job); /* the job may be gone from here on */
        }
      if (kind == JOB_READ || kind == JOB_WRITE)
        _tst_store_checkpoint_if_due (self);
    }
  while (kind != JOB_CLOSE);
  return NULL;
}

/* FALSE once the store is closing: then nothing may follow the last job. */
static gboolean
push (TstStore *self, Job *job)
{
  gboolean accepted;

  g_mutex_lock (&self->mutex);
  accepted = !self->closing;
  if (job->kind == JOB_CLOSE)
    self->closing = TRUE;
  if (accepted)
    g_async_queue_push (self->queue, job);
  g_mutex_unlock (&self->mutex);
  return accepted;
}

static void
set_closed_error (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED,
                       "The data folder is closed; nothing more can be done in it");
}

static gboolean
run_and_wait (TstStore *self, JobKind kind, TstStoreFunc func, gpointer data, GError **error)
{
  Job job = { .kind = kind, .func = func, .data = data };

  g_assert (g_atomic_pointer_get (&self->owner) != g_thread_self ());

  g_mutex_init (&job.mutex);
  g_cond_init (&job.cond);
  if (push (self, &job))
    {
      g_mutex_lock (&job.mutex);
      while (!job.done)
        g_cond_wait (&job.cond, &job.mutex);
      g_mutex_unlock (&job.mutex);
    }
  else
    set_closed_error (&job.error);
  g_mutex_clear (&job.mutex);
  g_cond_clear (&job.cond);
  if (job.error != NULL)
    g_propagate_error (error, job.error);
  return job.result;
}

static void
run_async (TstStore *self, JobKind kind, TstStoreFunc func, gpointer data, GDestroyNotify destroy,
           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, data, destroy);
  /* What was committed is committed, whatever was cancelled meanwhile: a state shown is never other than the truth. */
  g_task_set_check_cancellable (task, FALSE);
  job->kind = kind;
  job->func = func;
  job->data = data;
  job->task = task;
  if (!push (self, job))
    {
      GError *error = NULL;

      set_closed_error (&error);
      g_task_return_error (task, error);
      job_free (job);
    }
}

void
tst_store_write_async (TstStore *self, TstStoreFunc func, gpointer data, GDestroyNotify destroy,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TST_IS_STORE (self));
  run_async (self, JOB_WRITE, func, data, destroy, cancellable, callback, user_data, tst_store_write_async);
}

gboolean
tst_store_write_finish (TstStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tst_store_write_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tst_store_read_async (TstStore *self, TstStoreFunc func, gpointer data, GDestroyNotify destroy,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TST_IS_STORE (self));
  run_async (self, JOB_READ, func, data, destroy, cancellable, callback, user_data, tst_store_read_async);
}

gboolean
tst_store_read_finish (TstStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tst_store_read_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
tst_store_write (TstStore *self, TstStoreFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (TST_IS_STORE (self), FALSE);
  return run_and_wait (self, JOB_WRITE, func, data, error);
}

gboolean
tst_store_read (TstStore *self, TstStoreFunc func, gpointer data, GError **error)
{
  g_return_val_if_fail (TST_IS_STORE (self), FALSE);
  return run_and_wait (self, JOB_READ, func, data, error);
}

/* --- life --- */

void
tst_store_close (TstStore *self)
{
  g_return_if_fail (TST_IS_STORE (self));

  if (self->thread == NULL || !run_and_wait (self, JOB_CLOSE, NULL, NULL, NULL))
    return;
  g_thread_join (g_steal_pointer (&self->thread));
  /* Only now, when no descriptor on the database is left, may another process come in. */
  g_clear_pointer (&self->lock, tst_lock_free);
}

TstStore *
tst_store_open (const char *folder, const TstMigration *migrations, guint n_migrations, GError **error)
{
  g_autoptr (TstStore) self = g_object_new (TST_TYPE_STORE, NULL);
  g_autofree char *lock_path = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  self->folder = g_canonicalize_filename (folder, NULL);
  self->path = g_build_filename (self->folder, "testigo.db", NULL);
  self->migrations = migrations;
  self->n_migrations = n_migrations;
  if (!g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (
          error, TST_ERROR, TST_ERROR_STORE_MISSING,
          "There is no data folder at %s. Put the card or disk back, or make a new folder with \"init\".",
          self->folder);
      return NULL;
    }

  lock_path = g_build_filename (self->folder, "testigo.lock", NULL);
  self->lock = tst_lock_take (lock_path, error);
  if (self->lock == NULL)
    return NULL;

  self->thread = g_thread_new ("testigo-store", thread_main, self);
  if (!run_and_wait (self, JOB_OPEN, NULL, NULL, error))
    return NULL; /* the last unref closes and frees the lock */
  return g_steal_pointer (&self);
}

static void
tst_store_dispose (GObject *object)
{
  tst_store_close (TST_STORE (object));
  G_OBJECT_CLASS (tst_store_parent_class)->dispose (object);
}

static void
tst_store_finalize (GObject *object)
{
  TstStore *self = TST_STORE (object);

  g_clear_pointer (&self->lock, tst_lock_free);
  g_hash_table_unref (self->idle);
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->mutex);
  g_free (self->folder);
  g_free (self->path);
  G_OBJECT_CLASS (tst_store_parent_class)->finalize (object);
}

static void
tst_store_class_init (TstStoreClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = tst_store_dispose;
  object_class->finalize = tst_store_finalize;
}

static void
tst_store_init (TstStore *self)
{
  g_mutex_init (&self->mutex);
  self->queue = g_async_queue_new ();
  self->idle = g_hash_table_new (g_str_hash, g_str_equal);
}
