/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-client.h"

#include "base/tst-error.h"
#include "base/tst-sync-control.h"
#include "client/tst-sync-carrier.h"
#include "client/tst-sync-client-private.h"

#include <string.h>

#define TELL_MS 150                       /* progress reaches the main context so often */
#define RATE_US (5 * G_USEC_PER_SEC)
#define WORK_PATIENCE_S 10                /* somebody waits for it */

static const char *const prop_names[N_PROPS] = {
  [PROP_STATE] = "state", [PROP_ERROR_CODE] = "error-code", [PROP_BYTES_TOTAL] = "bytes-total",
  [PROP_BYTES_DONE] = "bytes-done", [PROP_RATE] = "rate", [PROP_RETRY_AT] = "retry-at",
  [PROP_PAUSED] = "paused", [PROP_METERED_ALLOWED] = "metered-allowed",
};

static void tst_sync_client_iface_init (TstSyncControlInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstSyncClient, tst_sync_client, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_SYNC_CONTROL, tst_sync_client_iface_init)
                               G_IMPLEMENT_INTERFACE (TST_TYPE_CARRIER, tst_sync_carrier_iface_init))

/* --- telling the main context --- */

static double
current_rate (TstSyncClient *self)
{
  gint64 now = g_get_monotonic_time ();
  const RateSample *oldest = NULL;

  for (guint i = 0; i < self->n_samples && oldest == NULL; i++)
    if (now - self->samples[i].time_us <= RATE_US)
      oldest = &self->samples[i];
  if (oldest == NULL || now - oldest->time_us < 200 * 1000 || self->bytes_done <= oldest->done)
    return 0;
  return (self->bytes_done - oldest->done) * (double) G_USEC_PER_SEC / (now - oldest->time_us);
}

static gboolean
tell (gpointer user_data)
{
  g_autoptr (TstSyncClient) self = g_weak_ref_get (user_data);
  g_autoptr (GHashTable) items = NULL;
  GHashTableIter iter;
  gpointer key, value;
  gboolean changed;
  guint dirty;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->telling, g_source_unref);
  dirty = self->dirty;
  self->dirty = 0;
  changed = self->changed;
  self->changed = FALSE;
  items = g_steal_pointer (&self->items);
  self->items = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  g_mutex_unlock (&self->mutex);

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_STATE; i < N_PROPS; i++)
    if (dirty & (1u << i))
      g_object_notify (G_OBJECT (self), prop_names[i]);
  g_object_thaw_notify (G_OBJECT (self));
  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autofree char *hex = tst_hash_to_hex (key);
      ItemProgress *progress = value;

      g_signal_emit_by_name (self, "item-progress", hex, progress->done, progress->total);
    }
  if (changed)
    g_signal_emit_by_name (self, "changed");
  return G_SOURCE_REMOVE;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* With the mutex held. */
void
tst_sync_client_mark (TstSyncClient *self, guint bits)
{
  self->dirty |= bits;
  if (self->telling == NULL)
    {
      GWeakRef *weak = g_new0 (GWeakRef, 1);

      g_weak_ref_init (weak, self);
      self->telling = g_timeout_source_new (TELL_MS);
      g_source_set_callback (self->telling, tell, weak, weak_ref_free);
      g_source_attach (self->telling, self->context);
    }
  /* Progress can wait a moment; what is going on cannot. */
  if (bits & (1u << PROP_STATE | 1u << PROP_ERROR_CODE | 1u << PROP_PAUSED))
    g_source_set_ready_time (self->telling, 0);
}

void
tst_sync_client_set_state (TstSyncClient *self, const char *state, gint64 retry_at, const char *error_code)
{
  g_mutex_lock (&self->mutex);
  if (g_strcmp0 (self->error_code, error_code) != 0)
    {
      g_free (self->error_code);
      self->error_code = g_strdup (error_code);
      tst_sync_client_mark (self, 1u << PROP_ERROR_CODE);
    }
  if (self->state != state)
    tst_sync_client_mark (self, 1u << PROP_STATE);
  if (self->retry_at != retry_at)
    tst_sync_client_mark (self, 1u << PROP_RETRY_AT);
  self->state = state;
  self->retry_at = retry_at;
  g_mutex_unlock (&self->mutex);
}

static void
on_state (const char *state, gint64 retry_at, const GError *error, gpointer user_data)
{
  TstSyncClient *self = user_data;
  g_autofree char *before = NULL;

  g_mutex_lock (&self->mutex);
  before = g_strdup (self->error_code);
  g_mutex_unlock (&self->mutex);
  /* Connecting is not yet all well: what went wrong stays said until something goes right. */
  tst_sync_client_set_state (self, state, retry_at, error != NULL ? tst_error_code (error) : g_str_equal (state, "sending") ? "" : before);
}

static void
on_bytes (gint64 done, gint64 total, gpointer user_data)
{
  TstSyncClient *self = user_data;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);
  self->bytes_done = MAX (0, self->bytes_done + done);
  self->bytes_total = MAX (self->bytes_total + total, self->bytes_done);
  if (self->n_samples == 0 || now - self->samples[self->n_samples - 1].time_us >= RATE_US / (RATE_SAMPLES / 2))
    {
      if (self->n_samples == RATE_SAMPLES)
        {
          memmove (self->samples, self->samples + RATE_SAMPLES / 2, sizeof self->samples / 2);
          self->n_samples = RATE_SAMPLES / 2;
        }
      self->samples[self->n_samples++] = (RateSample){ now, self->bytes_done };
    }
  tst_sync_client_mark (self, 1u << PROP_BYTES_DONE | 1u << PROP_BYTES_TOTAL | 1u << PROP_RATE);
  g_mutex_unlock (&self->mutex);
}

static void
on_item (const TstHash *sha256, guint64 done, guint64 total, gpointer user_data)
{
  TstSyncClient *self = user_data;
  ItemProgress *progress = g_new0 (ItemProgress, 1);

  progress->done = done;
  progress->total = total;
  g_mutex_lock (&self->mutex);
  g_hash_table_replace (self->items, g_memdup2 (sha256, sizeof *sha256), progress);
  tst_sync_client_mark (self, 0);
  g_mutex_unlock (&self->mutex);
}

static void
on_changed (gpointer user_data)
{
  TstSyncClient *self = user_data;

  g_mutex_lock (&self->mutex);
  self->changed = TRUE;
  tst_sync_client_mark (self, 0);
  g_mutex_unlock (&self->mutex);
}

/* --- one run --- */

gboolean
tst_sync_client_run_once (TstSyncClient *self, gboolean register_only, guint patience_s, TstSyncSummary *summary,
                          GCancellable *cancellable, GError **error)
{
  TstSyncObserver observer = { on_state, on_bytes, on_item, on_changed, self };
  TstSyncOptions options;
  TstSyncRun *run;
  gboolean done;

  g_mutex_lock (&self->mutex);
  options = self->options;
  options.register_only = register_only;
  self->bytes_done = 0;
  self->bytes_total = 0;
  self->n_samples = 0;
  tst_sync_client_mark (self, 1u << PROP_BYTES_DONE | 1u << PROP_BYTES_TOTAL | 1u << PROP_RATE);
  g_mutex_unlock (&self->mutex);
  run = tst_sync_run_new (self->book, &options, &observer, patience_s, cancellable, error);
  if (run == NULL)
    {
      TstOutboxCounts counts;

      if (summary != NULL && tst_outbox_counts (self->book, &counts, NULL))
        *summary = (TstSyncSummary){ .pending = counts.pending, .held = counts.held, .set_aside = counts.set_aside };
      return FALSE;
    }
  g_mutex_lock (&self->mutex);
  self->run = run;
  g_mutex_unlock (&self->mutex);
  done = tst_sync_run_execute (run, error);
  g_mutex_lock (&self->mutex);
  self->run = NULL;
  self->totals.records_sent += run->summary.records_sent;
  self->totals.media_sent += run->summary.media_sent;
  self->totals.bytes_sent += run->summary.bytes_sent;
  self->totals.bytes_resent += run->summary.bytes_resent;
  self->totals.pending = run->summary.pending;
  self->totals.held = run->summary.held;
  self->totals.set_aside = run->summary.set_aside;
  g_mutex_unlock (&self->mutex);
  if (summary != NULL)
    *summary = run->summary;
  tst_sync_run_free (run);
  on_changed (self);
  return done;
}

static gboolean
run (TstSyncClient *self, gboolean register_only, guint patience_s, TstSyncSummary *summary, GCancellable *cancellable,
     GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done;

  g_return_val_if_fail (TST_IS_SYNC_CLIENT (self), FALSE);
  if (summary != NULL)
    *summary = (TstSyncSummary){ 0 };
  g_mutex_lock (&self->run_mutex);
  done = tst_sync_client_run_once (self, register_only, patience_s, summary, cancellable, &local);
  tst_sync_client_set_state (self, "idle", 0, done ? "" : tst_error_code (local));
  g_mutex_unlock (&self->run_mutex);
  if (!done)
    g_propagate_error (error, g_steal_pointer (&local));
  return done;
}

gboolean
tst_sync_client_run (TstSyncClient *self, guint patience_s, TstSyncSummary *summary, GCancellable *cancellable, GError **error)
{
  return run (self, FALSE, patience_s, summary, cancellable, error);
}

gboolean
tst_sync_client_register (TstSyncClient *self, guint patience_s, GCancellable *cancellable, GError **error)
{
  return run (self, TRUE, patience_s, NULL, cancellable, error);
}

gboolean
tst_sync_client_with_central (TstSyncClient *self, TstSyncWork func, gpointer data, GCancellable *cancellable, GError **error)
{
  TstSyncObserver observer = { 0 };
  g_autoptr (TstSyncRun) work = NULL;
  TstSyncOptions options;
  gboolean done = FALSE;

  g_return_val_if_fail (TST_IS_SYNC_CLIENT (self), FALSE);
  g_mutex_lock (&self->mutex);
  options = self->options;
  g_mutex_unlock (&self->mutex);
  work = tst_sync_run_new (self->book, &options, &observer, WORK_PATIENCE_S, cancellable, error);
  if (work == NULL)
    return FALSE;
  g_mutex_lock (&self->run_mutex);
  done = tst_sync_run_work (work, func, data, error);
  g_mutex_unlock (&self->run_mutex);
  on_changed (self);
  return done;
}

void
tst_sync_client_get_totals (TstSyncClient *self, TstSyncSummary *totals)
{
  g_return_if_fail (TST_IS_SYNC_CLIENT (self));
  g_mutex_lock (&self->mutex);
  *totals = self->totals;
  g_mutex_unlock (&self->mutex);
}

/* --- TstSyncControl --- */

static void
control_kick (TstSyncControl *control)
{
  tst_sync_client_kick (TST_SYNC_CLIENT (control));
}

static void
retry_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TstSyncClient *self = source;

  /* What cannot be put back now stays set aside, and the list says so. */
  tst_outbox_retry (self->book, data, NULL);
  on_changed (self);
  tst_sync_client_kick (self);
  g_task_return_boolean (task, TRUE);
}

static void
control_retry (TstSyncControl *control, const char *item)
{
  TstSyncClient *self = TST_SYNC_CLIENT (control);
  g_autoptr (GTask) task = NULL;
  TstHash hash;

  if (item != NULL && !tst_hash_from_hex (item, &hash))
    return;
  g_mutex_lock (&self->mutex);
  self->halted = FALSE;
  g_mutex_unlock (&self->mutex);
  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_task_data (task, item != NULL ? g_memdup2 (&hash, sizeof hash) : NULL, g_free);
  g_task_run_in_thread (task, retry_in_thread);
}

static void
tst_sync_client_iface_init (TstSyncControlInterface *iface)
{
  iface->kick = control_kick;
  iface->retry = control_retry;
}

/* --- GObject --- */

static void
tst_sync_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstSyncClient *self = TST_SYNC_CLIENT (object);

  g_mutex_lock (&self->mutex);
  switch ((TstSyncProp) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_ERROR_CODE:
      g_value_set_string (value, self->error_code);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_uint64 (value, self->bytes_total);
      break;
    case PROP_BYTES_DONE:
      g_value_set_uint64 (value, self->bytes_done);
      break;
    case PROP_RATE:
      g_value_set_double (value, current_rate (self));
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_METERED_ALLOWED:
      g_value_set_boolean (value, self->metered_allowed);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  g_mutex_unlock (&self->mutex);
}

static void
tst_sync_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstSyncClient *self = TST_SYNC_CLIENT (object);

  if (id == PROP_PAUSED)
    tst_sync_client_set_paused (self, g_value_get_boolean (value));
  else if (id == PROP_METERED_ALLOWED)
    tst_sync_client_set_metered_allowed (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_sync_client_dispose (GObject *object)
{
  TstSyncClient *self = TST_SYNC_CLIENT (object);

  tst_sync_client_stop (self);
  if (self->telling != NULL)
    {
      g_source_destroy (self->telling);
      g_clear_pointer (&self->telling, g_source_unref);
    }
  G_OBJECT_CLASS (tst_sync_client_parent_class)->dispose (object);
}

static void
tst_sync_client_finalize (GObject *object)
{
  TstSyncClient *self = TST_SYNC_CLIENT (object);

  g_clear_pointer (&self->telling, g_source_unref);
  g_clear_object (&self->book);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->items);
  g_free (self->error_code);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->run_mutex);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (tst_sync_client_parent_class)->finalize (object);
}

static void
tst_sync_client_class_init (TstSyncClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_sync_client_get_property;
  object_class->set_property = tst_sync_client_set_property;
  object_class->dispose = tst_sync_client_dispose;
  object_class->finalize = tst_sync_client_finalize;
  for (guint i = PROP_STATE; i < N_PROPS; i++)
    g_object_class_override_property (object_class, i, prop_names[i]);
}

static void
tst_sync_client_init (TstSyncClient *self)
{
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->run_mutex);
  g_cond_init (&self->cond);
  self->context = g_main_context_ref_thread_default ();
  self->items = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, g_free);
  self->state = "idle";
  self->error_code = g_strdup ("");
  self->metered_allowed = TRUE;
  tst_sync_options_init (&self->options);
}

TstSyncClient *
tst_sync_client_new (TstFieldBook *book)
{
  TstSyncClient *self = g_object_new (TST_TYPE_SYNC_CLIENT, NULL);

  self->book = g_object_ref (book);
  return self;
}

TstFieldBook *
tst_sync_client_get_book (TstSyncClient *self)
{
  return self->book;
}

void
tst_sync_client_set_options (TstSyncClient *self, const TstSyncOptions *options)
{
  g_mutex_lock (&self->mutex);
  self->options = *options;
  g_mutex_unlock (&self->mutex);
}
