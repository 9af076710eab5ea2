/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-client-private.h"

#include "base/tst-error.h"

/* Runs by itself whenever something is due and there is a network that may be used. */

#define VISIT_US (15 * 60 * G_USEC_PER_SEC) /* decisions and catalogue, with nothing to send */
#define LOOK_US (60 * G_USEC_PER_SEC)     /* whether a held record became due */
#define GIVE_UP_US (5 * 60 * G_USEC_PER_SEC) /* after what another try at once would not mend */

static gboolean
something_is_due (TstSyncClient *self)
{
  g_autoptr (GPtrArray) media = NULL;
  static const TstChain chains[] = { TST_CHAIN_FIELD, TST_CHAIN_OPEN };

  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr (GPtrArray) records = tst_outbox_due_records (self->book, chains[i], 1, 1, NULL);

      if (records != NULL && records->len > 0)
        return TRUE;
    }
  media = tst_outbox_due_media (self->book, 1, NULL);
  return media != NULL && media->len > 0;
}

static gboolean
may_send (TstSyncClient *self)
{
  return !self->paused && !self->halted &&
         (self->metered_allowed || self->network == NULL || !tst_network_is_metered (self->network));
}

static void cancel_run (TstSyncClient *self);

/* With the mutex held: until @until, a kick or a change of mind. */
static void
rest (TstSyncClient *self, gint64 until, guint kicks)
{
  while (!self->stop && self->kicks == kicks && g_get_monotonic_time () < until)
    g_cond_wait_until (&self->cond, &self->mutex, until);
}

/* One visit and the rest after it; with the mutex held. */
static void
visit (TstSyncClient *self)
{
  g_autoptr (GError) error = NULL;
  guint kicks = self->kicks;
  gint64 pause_us = VISIT_US;
  gboolean done;

  self->cancellable = g_cancellable_new ();
  g_mutex_unlock (&self->mutex);
  g_mutex_lock (&self->run_mutex);
  done = tst_sync_client_run_once (self, FALSE, G_MAXUINT, NULL, self->cancellable, &error);
  g_mutex_unlock (&self->run_mutex);
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->cancellable);
  if (!done && !g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED) && !g_error_matches (error, TST_ERROR, TST_ERROR_NOT_ENROLLED))
    pause_us = GIVE_UP_US;
  self->halted = g_error_matches (error, TST_ERROR, TST_ERROR_BAD_PROOF);
  g_mutex_unlock (&self->mutex);
  if (done)
    tst_sync_client_set_state (self, "idle", 0, "");
  else if (g_error_matches (error, TST_ERROR, TST_ERROR_NOT_ENROLLED))
    tst_sync_client_set_state (self, "idle", 0, tst_error_code (error));
  else if (!g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED))
    tst_sync_client_set_state (self, self->halted ? "stopped" : "waiting", self->halted ? 0 : g_get_monotonic_time () + pause_us, tst_error_code (error));
  g_mutex_lock (&self->mutex);

  for (gint64 until = g_get_monotonic_time () + pause_us; !self->stop && self->kicks == kicks && g_get_monotonic_time () < until;)
    {
      gboolean due;

      rest (self, MIN (until, g_get_monotonic_time () + LOOK_US), kicks);
      if (!done || self->stop || self->kicks != kicks)
        continue;
      g_mutex_unlock (&self->mutex);
      due = something_is_due (self);
      g_mutex_lock (&self->mutex);
      if (due)
        break;
    }
}

static gpointer
background (gpointer data)
{
  TstSyncClient *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->stop)
    {
      guint kicks = self->kicks;

      if (may_send (self))
        {
          visit (self);
          continue;
        }
      g_mutex_unlock (&self->mutex);
      if (!self->halted)
        tst_sync_client_set_state (self, self->paused ? "paused" : "waiting", 0, "");
      g_mutex_lock (&self->mutex);
      rest (self, g_get_monotonic_time () + LOOK_US, kicks);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* Another network, or one that costs otherwise: a run that may not go on is ended, one that may is begun. */
static void
on_network_changed (TstNetwork *network, gpointer user_data)
{
  TstSyncClient *self = user_data;
  gboolean may;

  g_mutex_lock (&self->mutex);
  may = may_send (self);
  g_mutex_unlock (&self->mutex);
  if (!may)
    cancel_run (self);
  else if (tst_network_is_available (network))
    tst_sync_client_kick (self);
}

void
tst_sync_client_start (TstSyncClient *self)
{
  g_return_if_fail (TST_IS_SYNC_CLIENT (self));
  if (self->thread != NULL)
    return;
  self->stop = FALSE;
  self->network = tst_network_new (NULL, on_network_changed, self);
  self->thread = g_thread_new ("sync", background, self);
}

/* With the mutex held. */
static void
wake (TstSyncClient *self)
{
  self->kicks++;
  g_cond_broadcast (&self->cond);
  if (self->run != NULL)
    tst_sync_run_kick (self->run);
}

void
tst_sync_client_kick (TstSyncClient *self)
{
  g_return_if_fail (TST_IS_SYNC_CLIENT (self));
  g_mutex_lock (&self->mutex);
  wake (self);
  g_mutex_unlock (&self->mutex);
}

static void
cancel_run (TstSyncClient *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&self->mutex);
  cancellable = self->cancellable != NULL ? g_object_ref (self->cancellable) : NULL;
  wake (self);
  g_mutex_unlock (&self->mutex);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

void
tst_sync_client_stop (TstSyncClient *self)
{
  g_return_if_fail (TST_IS_SYNC_CLIENT (self));
  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_mutex_unlock (&self->mutex);
  cancel_run (self);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->network, tst_network_free);
  tst_sync_client_set_state (self, "stopped", 0, "");
}

void
tst_sync_client_set_paused (TstSyncClient *self, gboolean paused)
{
  g_return_if_fail (TST_IS_SYNC_CLIENT (self));
  g_mutex_lock (&self->mutex);
  if (self->paused == paused)
    {
      g_mutex_unlock (&self->mutex);
      return;
    }
  self->paused = paused;
  tst_sync_client_mark (self, 1u << PROP_PAUSED);
  g_mutex_unlock (&self->mutex);
  if (paused)
    cancel_run (self);
  else
    tst_sync_client_kick (self);
}

void
tst_sync_client_set_metered_allowed (TstSyncClient *self, gboolean allowed)
{
  gboolean end;

  g_mutex_lock (&self->mutex);
  if (self->metered_allowed != allowed)
    tst_sync_client_mark (self, 1u << PROP_METERED_ALLOWED);
  self->metered_allowed = allowed;
  end = !may_send (self);
  g_mutex_unlock (&self->mutex);
  if (end)
    cancel_run (self);
  else
    tst_sync_client_kick (self);
}
