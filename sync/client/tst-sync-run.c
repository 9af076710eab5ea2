/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"

#include <sodium.h>

#define QUICK_US (250 * 1000)
#define SLICE_US (100 * 1000) /* how soon a sleeper notices that it was cancelled */

static double
system_random (void)
{
  return randombytes_random () / 4294967296.0;
}

void
tst_sync_options_init (TstSyncOptions *self)
{
  self->timeout_s = 30;
  self->backoff_min_ms = 1000;
  self->backoff_max_ms = 5 * 60 * 1000;
  self->random = system_random;
  self->media_threads = 4;
  self->bundle_records = 512;
  self->bundle_bytes = 4 * 1024 * 1024;
  self->register_only = FALSE;
}

static void
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

TstSyncRun *
tst_sync_run_new (TstFieldBook *book, const TstSyncOptions *options, const TstSyncObserver *observer, guint patience_s,
                  GCancellable *cancellable, GError **error)
{
  TstTownKeys *town = tst_field_book_dup_town_keys (book);
  TstSyncRun *self;

  if (town == NULL)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_ENROLLED,
                           "This device does not know its town yet: read the enrolment code first. Everything stays saved here");
      return NULL;
    }
  self = g_new0 (TstSyncRun, 1);
  self->book = g_object_ref (book);
  self->peer = tst_peer_new (town);
  self->options = *options;
  self->bundle_bytes = MIN (TST_SYNC_BUNDLE_FIRST, options->bundle_bytes);
  self->observer = *observer;
  self->cancellable = g_cancellable_new ();
  self->outer = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  if (cancellable != NULL)
    self->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled), self->cancellable, NULL);
  self->patience_us = patience_s == G_MAXUINT ? -1 : (gint64) patience_s * G_USEC_PER_SEC;
  self->field_nonces = tst_nonces_new ();
  self->open_nonces = tst_nonces_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

void
tst_sync_run_free (TstSyncRun *self)
{
  g_assert (self->media == NULL && self->field == NULL && self->open == NULL);
  tst_nonces_free (self->field_nonces);
  tst_nonces_free (self->open_nonces);
  tst_peer_unref (self->peer);
  if (self->outer != NULL)
    g_cancellable_disconnect (self->outer, self->outer_handler);
  g_clear_object (&self->outer);
  g_clear_pointer (&self->news, json_object_unref);
  g_free (self->shown);
  g_object_unref (self->cancellable);
  g_object_unref (self->book);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

TstTransport *
tst_sync_run_new_transport (TstSyncRun *self, TstChain chain)
{
  return tst_transport_new (self->peer, chain == TST_CHAIN_OPEN ? self->open_nonces : self->field_nonces,
                            tst_field_book_get_key (self->book, chain), tst_field_book_get_clock (self->book),
                            self->options.timeout_s, self->cancellable);
}

/* --- patience --- */

void
tst_sync_run_alive (TstSyncRun *self)
{
  g_mutex_lock (&self->mutex);
  self->trouble_since = 0;
  self->generation++;
  g_mutex_unlock (&self->mutex);
}

void
tst_sync_run_kick (TstSyncRun *self)
{
  g_mutex_lock (&self->mutex);
  self->kicks++;
  self->generation++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
tst_sync_run_add_bytes (TstSyncRun *self, guint64 sent, guint64 resent)
{
  g_mutex_lock (&self->mutex);
  self->summary.bytes_sent += sent;
  self->summary.bytes_resent += resent;
  g_mutex_unlock (&self->mutex);
}

/* What time or another network can mend. For a device that nobody watches everything does but proof of a lie. */
static gboolean
passes (TstSyncRun *self, const GError *error)
{
  if (g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED))
    return FALSE;
  return g_error_matches (error, TST_ERROR, TST_ERROR_UNREACHABLE) || g_error_matches (error, TST_ERROR, TST_ERROR_BUSY) ||
         g_error_matches (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL) || g_error_matches (error, TST_ERROR, TST_ERROR_REDIRECTED);
}

gboolean
tst_sync_run_wait (TstSyncRun *self, TstBackoff *backoff, const GError *error)
{
  gint64 now = g_get_monotonic_time ();
  gint64 until;
  guint kicks;
  guint64 cap;

  if (!passes (self, error))
    return FALSE;
  g_mutex_lock (&self->mutex);
  if (backoff->generation != self->generation)
    backoff->failures = 0;
  backoff->generation = self->generation;
  if (self->trouble_since == 0)
    self->trouble_since = now;
  if (self->patience_us >= 0 && now - self->trouble_since >= self->patience_us)
    {
      g_mutex_unlock (&self->mutex);
      return FALSE;
    }
  cap = (guint64) self->options.backoff_min_ms << MIN (backoff->failures, 20);
  cap = MIN (cap, self->options.backoff_max_ms);
  backoff->failures++;
  until = now + (gint64) (self->options.random () * cap * 1000);
  if (self->patience_us >= 0)
    until = MIN (until, self->trouble_since + self->patience_us);
  kicks = self->kicks;
  if (self->observer.state != NULL)
    self->observer.state ("waiting", until, error, self->observer.user_data);
  while (now < until && kicks == self->kicks && !g_cancellable_is_cancelled (self->cancellable))
    {
      g_cond_wait_until (&self->cond, &self->mutex, MIN (until, now + SLICE_US));
      now = g_get_monotonic_time ();
    }
  g_mutex_unlock (&self->mutex);
  return !g_cancellable_is_cancelled (self->cancellable);
}

gboolean
tst_sync_refusal_is_general (const char *code)
{
  static const char *const general[] = { "signature", "nonce", "unknown-device", "device-lost", "device-retired", "enrolment-code", NULL };

  return code != NULL && g_strv_contains (general, code);
}

/* --- the run --- */

static void
expect_bytes (TstSyncRun *self)
{
  TstOutboxCounts counts;

  if (self->observer.bytes == NULL || !tst_outbox_counts (self->book, &counts, NULL) || counts.pending_bytes <= self->bytes_expected)
    return;
  self->observer.bytes (0, counts.pending_bytes - self->bytes_expected, self->observer.user_data);
  self->bytes_expected = counts.pending_bytes;
}

static gboolean
send_all (TstSyncRun *self, GError **error)
{
  return tst_sync_records (self, self->field, TST_CHAIN_FIELD, error) && tst_sync_records (self, self->open, TST_CHAIN_OPEN, error) &&
         tst_sync_media_drain (self->media, TRUE, error);
}

/* For an older central. */
static gboolean
ask_singly (TstSyncRun *self, GError **error)
{
  gboolean missing = FALSE;

  if (!tst_sync_find_missing (self, &missing, error) || (missing && !send_all (self, error)))
    return FALSE;
  return tst_sync_decisions (self, error) && tst_sync_catalogue (self, error);
}

/* What central had to say before we sent anything is good as long as we sent nothing. */
static gboolean
hear_news (TstSyncRun *self, guint64 sent_before, GError **error)
{
  gboolean missing = FALSE;

  if (self->summary.records_sent + self->summary.media_sent != sent_before)
    g_clear_pointer (&self->news, json_object_unref);
  return tst_sync_take_news (self, &missing, error) && (!missing || send_all (self, error));
}

/* A greeting that comes back quickly shows a line that a large bundle need not fear. */
static gboolean
greet (TstSyncRun *self, GError **error)
{
  gint64 begun_us = g_get_monotonic_time ();
  gboolean greeted = self->greeted;

  if (!tst_sync_hello (self, error))
    return FALSE;
  if (!greeted && !self->broke && g_get_monotonic_time () - begun_us < QUICK_US)
    self->bundle_bytes = self->options.bundle_bytes;
  return TRUE;
}

static gboolean
pass (TstSyncRun *self, GError **error)
{
  guint64 sent_before = self->summary.records_sent + self->summary.media_sent;

  if (self->observer.state != NULL)
    self->observer.state ("connecting", 0, NULL, self->observer.user_data);
  if (!greet (self, error) || !tst_sync_register (self, error) || !tst_sync_compare_heads (self, error))
    return FALSE;
  if (self->options.register_only)
    return TRUE;
  if (self->observer.state != NULL)
    self->observer.state ("sending", 0, NULL, self->observer.user_data);
  expect_bytes (self);
  if (self->media != NULL && tst_sync_media_has_failed (self->media))
    g_clear_pointer (&self->media, tst_sync_media_free);
  if (self->media == NULL)
    self->media = tst_sync_media_new (self);
  /* What is owed first; then what central lost, should it have lost anything. */
  if (!send_all (self, error) || !(self->asks_singly ? ask_singly (self, error) : hear_news (self, sent_before, error)))
    return FALSE;
  return tst_sync_relay (self, error);
}

/* After anything but a line that broke or a central that is busy somebody else may be answering. */
static void
note_failure (TstSyncRun *self, const GError *failure)
{
  if (!g_error_matches (failure, TST_ERROR, TST_ERROR_UNREACHABLE) && !g_error_matches (failure, TST_ERROR, TST_ERROR_BUSY))
    self->greeted = FALSE;
}

static void
add_transport_bytes (TstSyncRun *self, TstTransport **transport)
{
  tst_sync_run_add_bytes (self, tst_transport_get_bytes_sent (*transport), 0);
  g_clear_pointer (transport, tst_transport_free);
}

static void
fill_counts (TstSyncRun *self)
{
  TstOutboxCounts counts;

  if (!tst_outbox_counts (self->book, &counts, NULL))
    return;
  self->summary.pending = counts.pending;
  self->summary.held = counts.held;
  self->summary.set_aside = counts.set_aside;
}

gboolean
tst_sync_run_work (TstSyncRun *self, TstSyncWork func, gpointer data, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  TstBackoff backoff = { 0 };
  gboolean done = FALSE;

  g_main_context_push_thread_default (context);
  for (;;)
    {
      g_autoptr (GError) local = NULL;

      self->field = tst_sync_run_new_transport (self, TST_CHAIN_FIELD);
      self->open = tst_sync_run_new_transport (self, TST_CHAIN_OPEN);
      done = tst_sync_hello (self, &local) && tst_sync_register (self, &local) && tst_sync_compare_heads (self, &local) && func (self, data, &local);
      add_transport_bytes (self, &self->field);
      add_transport_bytes (self, &self->open);
      if (!done)
        note_failure (self, local);
      if (!done && tst_sync_run_wait (self, &backoff, local))
        continue;
      if (!done)
        g_propagate_error (error, g_steal_pointer (&local));
      break;
    }
  g_main_context_pop_thread_default (context);
  return done;
}

gboolean
tst_sync_run_execute (TstSyncRun *self, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  TstBackoff backoff = { 0 };
  gboolean done = FALSE;

  /* Sessions belong to the context of their thread; none of it is ever iterated. */
  g_main_context_push_thread_default (context);
  for (;;)
    {
      g_autoptr (GError) local = NULL;

      /* Anew each time: a retired key must not go on signing. */
      self->field = tst_sync_run_new_transport (self, TST_CHAIN_FIELD);
      self->open = tst_sync_run_new_transport (self, TST_CHAIN_OPEN);
      done = pass (self, &local);
      add_transport_bytes (self, &self->field);
      add_transport_bytes (self, &self->open);
      if (!done)
        note_failure (self, local);
      if (done || !tst_sync_run_wait (self, &backoff, local))
        {
          if (!done && g_cancellable_is_cancelled (self->outer))
            g_set_error_literal (error, TST_ERROR, TST_ERROR_CANCELLED, "The transfer was stopped; it goes on later from where it stands");
          else if (!done)
            g_propagate_error (error, g_steal_pointer (&local));
          break;
        }
    }
  if (!done)
    g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->media, tst_sync_media_free);
  fill_counts (self);
  g_main_context_pop_thread_default (context);
  return done;
}
