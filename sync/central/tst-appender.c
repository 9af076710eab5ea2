/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-appender.h"

#include "base/tst-error.h"
#include "central/tst-leaf-table.h"

/* Entries that go into one transaction at most; a single caller may hand in more. */
#define GROUP_MAX 2048

typedef struct
{
  GPtrArray *entries;
  guint64 from;
  TstCheckpoint *checkpoint;
  GArray *consistency;
  GError *error;
  gboolean done;
} Job;

struct _TstAppender
{
  TstCentral *central;
  GThread *thread;
  GMutex lock;
  GCond wake;     /* something was handed in, or it is time to end */
  GCond finished; /* some job is done */
  GQueue jobs;    /* of Job, on their callers' stacks */
  gboolean ending;
};

TstAppendEntry *
tst_append_entry_new (TstEnvelope *envelope)
{
  TstAppendEntry *self = g_new0 (TstAppendEntry, 1);

  self->envelope = envelope != NULL ? tst_envelope_ref (envelope) : NULL;
  self->missing = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->holdings = g_array_new (FALSE, FALSE, sizeof (TstHolding));
  return self;
}

TstAppendEntry *
tst_append_entry_new_own (TstKind kind, JsonObject *content)
{
  TstAppendEntry *self = tst_append_entry_new (NULL);

  self->kind = kind;
  self->content = json_object_ref (content);
  return self;
}

void
tst_append_entry_free (TstAppendEntry *self)
{
  g_clear_pointer (&self->envelope, tst_envelope_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->json, json_object_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->content, json_object_unref);
  g_clear_pointer (&self->proof, g_array_unref);
  g_array_unref (self->missing);
  g_array_unref (self->holdings);
  g_free (self);
}

/* --- on the store thread --- */

typedef struct
{
  TstAppender *self;
  GPtrArray *jobs; /* of Job */
  const TstCheckpoint *checkpoint;
} Group;

static gboolean
commit_group (TstStore *store, gpointer data, GError **error)
{
  Group *group = data;
  gint64 now_s = tst_central_now_s (group->self->central);
  guint64 next;

  if (!tst_leaf_table_next (store, &next, error))
    return FALSE;
  for (guint i = 0; i < group->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (group->jobs, i);

      for (guint j = 0; j < job->entries->len; j++)
        {
          TstAppendEntry *entry = g_ptr_array_index (job->entries, j);

          if ((entry->content != NULL &&
               !tst_leaf_table_sign_own (store, group->self->central, group->checkpoint, entry, error)) ||
              !tst_leaf_table_add (store, entry, now_s, &next, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_back (TstStore *store, gpointer data, GError **error)
{
  Group *group = data;
  TstPublicLog *log = tst_central_get_log (group->self->central);
  guint64 size = group->checkpoint->size;

  for (guint i = 0; i < group->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (group->jobs, i);

      for (guint j = 0; j < job->entries->len; j++)
        {
          TstAppendEntry *entry = g_ptr_array_index (job->entries, j);

          if (!tst_leaf_table_read_back (store, entry, error))
            return FALSE;
          entry->proof = tst_public_log_inclusion (log, entry->index, size, error);
          if (entry->proof == NULL)
            return FALSE;
        }
      /* A size that this log never had is the device's to notice: it gets no proof. */
      if (job->from > size)
        g_warning ("A device has verified a checkpoint of %" G_GUINT64_FORMAT " leaves and this log has %" G_GUINT64_FORMAT
                   ": was an old copy restored?", job->from, size);
      else
        job->consistency = tst_public_log_consistency (log, job->from, size, NULL);
    }
  return TRUE;
}

/* --- the appender's thread --- */

static gboolean
run_group (TstAppender *self, GPtrArray *jobs, GError **error)
{
  TstStore *store = tst_central_get_store (self->central);
  TstPublicLog *log = tst_central_get_log (self->central);
  g_autofree char *read_only = tst_public_log_dup_read_only (log);
  g_autoptr (TstCheckpoint) before = tst_public_log_dup_checkpoint (log);
  g_autoptr (TstCheckpoint) after = NULL;
  Group group = { .self = self, .jobs = jobs, .checkpoint = before };

  if (read_only != NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_READ_ONLY, read_only);
      return FALSE;
    }
  if (!tst_store_write (store, commit_group, &group, error) || !tst_public_log_extend (log, error))
    return FALSE;
  after = tst_public_log_dup_checkpoint (log);
  group.checkpoint = after;
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      Job *job = g_ptr_array_index (jobs, i);

      /* One turn on the store thread for each job, so that readers get theirs in between. */
      g_ptr_array_add (one, job);
      group.jobs = one;
      if (!tst_store_read (store, read_back, &group, error))
        return FALSE;
      job->checkpoint = tst_checkpoint_copy (after);
    }
  return TRUE;
}

static void
run_jobs (TstAppender *self, GPtrArray *jobs)
{
  g_autoptr (GError) error = NULL;

  if (run_group (self, jobs, &error))
    return;
  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);

      g_clear_pointer (&job->checkpoint, tst_checkpoint_free);
      job->error = g_error_copy (error);
    }
}

static gpointer
appender_thread (gpointer data)
{
  TstAppender *self = data;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
      guint n = 0;

      while (g_queue_is_empty (&self->jobs) && !self->ending)
        g_cond_wait (&self->wake, &self->lock);
      if (g_queue_is_empty (&self->jobs))
        break;
      while (!g_queue_is_empty (&self->jobs) && (jobs->len == 0 || n < GROUP_MAX))
        {
          Job *job = g_queue_pop_head (&self->jobs);

          n += job->entries->len;
          g_ptr_array_add (jobs, job);
        }
      g_mutex_unlock (&self->lock);
      run_jobs (self, jobs);
      g_mutex_lock (&self->lock);
      for (guint i = 0; i < jobs->len; i++)
        ((Job *) g_ptr_array_index (jobs, i))->done = TRUE;
      g_cond_broadcast (&self->finished);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

TstAppender *
tst_appender_new (TstCentral *central)
{
  TstAppender *self = g_new0 (TstAppender, 1);

  self->central = central;
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->finished);
  g_queue_init (&self->jobs);
  self->thread = g_thread_new ("appender", appender_thread, self);
  return self;
}

void
tst_appender_free (TstAppender *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->finished);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
tst_appender_run (TstAppender *self, GPtrArray *entries, guint64 from, TstCheckpoint **checkpoint,
                  GArray **consistency, GError **error)
{
  Job job = { .entries = entries, .from = from };

  g_mutex_lock (&self->lock);
  if (self->ending)
    {
      g_mutex_unlock (&self->lock);
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "Central is stopping; nothing was taken");
      return FALSE;
    }
  g_queue_push_tail (&self->jobs, &job);
  g_cond_signal (&self->wake);
  while (!job.done)
    g_cond_wait (&self->finished, &self->lock);
  g_mutex_unlock (&self->lock);
  if (job.error != NULL)
    {
      g_clear_pointer (&job.consistency, g_array_unref);
      g_propagate_error (error, job.error);
      return FALSE;
    }
  if (checkpoint != NULL)
    *checkpoint = g_steal_pointer (&job.checkpoint);
  g_clear_pointer (&job.checkpoint, tst_checkpoint_free);
  if (consistency != NULL)
    *consistency = g_steal_pointer (&job.consistency);
  g_clear_pointer (&job.consistency, g_array_unref);
  return TRUE;
}
