/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tst-sync-run.h"

#include "base/tst-error.h"
#include "client/tst-tus-upload.h"
#include "protocol/tst-receipt.h"

/* Media go up on threads of their own while bundles go on. A worker carries one medium from its first byte to its last, through
 * cuts and waits; the leading thread asks for the holding receipts, many at once. That a medium is at central whole, or that a part of it may be, is written
 * down: the next run asks and does not send it again. */

#define READY_MORE 64        /* media read from the outbox at once, beyond those under way */
#define HOLDINGS_ENOUGH 48   /* so many finished ones are worth a question while others go on */
#define HOLDINGS_MAX 500
#define ASK_FIRST 8          /* the first of a run may have been under way when the last one ended */
#define TRIES_MAX 3          /* of a medium that arrives damaged, or that central says it does not have */
#define WAIT_US (250 * 1000)
#define WRITE_EVERY_US G_USEC_PER_SEC /* what went up whole within this time is written down together: on a fast line a write costs more than a photo */

struct _TstSyncMedia
{
  TstSyncRun *run;
  GMutex mutex;
  GCond cond;
  GPtrArray *threads;
  GQueue ready;        /* of TstOutboxMedium */
  GHashTable *busy;    /* TstHash: handed out in this run and not known to be held */
  GHashTable *tries;   /* TstHash → times that it went up whole in this run */
  GArray *finished;    /* of Finished: central has all bytes, no receipt yet */
  GArray *unwritten;   /* of TstHash: finished, and the outbox does not know it yet */
  gint64 written_us;   /* when it was last told */
  guint active;
  guint given;
  gboolean dry;        /* the outbox had nothing more the last time */
  gboolean stop;
  GError *failure;
};

typedef struct
{
  TstHash sha256;
  TstChain chain; /* under whose key it went, and its receipt is asked for */
} Finished;

typedef struct
{
  TstSyncMedia *media;
  TstOutboxMedium *medium;
  guint64 reported;
} Job;

/* --- handing out; with the mutex held --- */

static gboolean
refill (TstSyncMedia *self, GError **error)
{
  guint n_busy = g_hash_table_size (self->busy);
  g_autoptr (GPtrArray) due = tst_outbox_due_media (self->run->book, n_busy + READY_MORE, error);

  if (due == NULL)
    return FALSE;
  self->dry = due->len < n_busy + READY_MORE;
  for (guint i = 0; i < due->len; i++)
    {
      TstOutboxMedium *medium = g_ptr_array_index (due, i);

      if (!g_hash_table_contains (self->busy, &medium->sha256))
        {
          g_hash_table_add (self->busy, g_memdup2 (&medium->sha256, sizeof (TstHash)));
          g_queue_push_tail (&self->ready, medium);
          due->pdata[i] = NULL;
        }
    }
  for (guint i = 0; i < due->len; i++)
    g_clear_pointer (&due->pdata[i], tst_outbox_medium_free);
  g_ptr_array_set_free_func (due, NULL);
  return TRUE;
}

static void
fail (TstSyncMedia *self, GError *error)
{
  if (self->failure == NULL)
    self->failure = error;
  else
    g_error_free (error);
  self->stop = TRUE;
  g_cond_broadcast (&self->cond);
}

static void
fail_from_thread (TstSyncMedia *self, GError *error)
{
  g_mutex_lock (&self->mutex);
  fail (self, error);
  g_mutex_unlock (&self->mutex);
}

/* The next medium, or NULL when the threads are to end. */
static TstOutboxMedium *
take (TstSyncMedia *self, gboolean *ask_first)
{
  TstOutboxMedium *medium = NULL;

  g_mutex_lock (&self->mutex);
  while (medium == NULL && !self->stop)
    {
      GError *error = NULL;

      if (g_queue_is_empty (&self->ready) && !self->dry && !refill (self, &error))
        {
          fail (self, error);
          break;
        }
      medium = g_queue_pop_head (&self->ready);
      if (medium == NULL)
        {
          self->dry = TRUE;
          g_cond_wait (&self->cond, &self->mutex);
        }
    }
  if (medium != NULL)
    {
      self->active++;
      *ask_first = self->given++ < ASK_FIRST;
    }
  g_mutex_unlock (&self->mutex);
  return medium;
}

static void
give_back (TstSyncMedia *self, const TstHash *sha256, TstChain chain, gboolean sent)
{
  Finished finished = { *sha256, chain };

  g_mutex_lock (&self->mutex);
  self->active--;
  if (sent)
    {
      guint tries = GPOINTER_TO_UINT (g_hash_table_lookup (self->tries, sha256)) + 1;

      g_array_append_val (self->finished, finished);
      g_array_append_val (self->unwritten, finished.sha256);
      g_hash_table_insert (self->tries, g_memdup2 (sha256, sizeof (TstHash)), GUINT_TO_POINTER (tries));
    }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* Tells the outbox what is finished; what is finished just now may wait unless @at_once. */
static gboolean
write_down (TstSyncMedia *self, gboolean at_once, GError **error)
{
  g_autoptr (GArray) hashes = NULL;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);
  if (self->unwritten->len > 0 && (at_once || now - self->written_us >= WRITE_EVERY_US))
    {
      hashes = g_steal_pointer (&self->unwritten);
      self->unwritten = g_array_new (FALSE, FALSE, sizeof (TstHash));
      self->written_us = now;
    }
  g_mutex_unlock (&self->mutex);
  return hashes == NULL || tst_outbox_media_sent (self->run->book, (const TstHash *) hashes->data, hashes->len, error);
}

/* --- one medium --- */

static void
report (Job *job, guint64 done, guint64 total)
{
  TstSyncObserver *observer = &job->media->run->observer;

  if (observer->bytes != NULL)
    observer->bytes ((gint64) done - (gint64) job->reported, 0, observer->user_data);
  if (observer->item != NULL)
    observer->item (&job->medium->sha256, done, total, observer->user_data);
  job->reported = done;
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  report (user_data, done, total);
}

static gboolean
on_created (const char *url, gpointer user_data, GError **error)
{
  Job *job = user_data;

  return tst_outbox_medium_uploading (job->media->run->book, &job->medium->sha256, url, error);
}

/* Out of the queue's way with its reason; the others go on. */
static gboolean
put_aside (Job *job, const char *code, const char *message, GError **error)
{
  if (!tst_outbox_set_aside (job->media->run->book, &job->medium->sha256, code, message, error))
    return FALSE;
  report (job, job->medium->bytes, job->medium->bytes);
  return TRUE;
}

/* What a failed try means: TRUE and *@again to go on with this medium, TRUE to leave it, FALSE when nothing can go on. */
static gboolean
judge (Job *job, TstTusUpload *upload, TstBackoff *backoff, guint *damaged, GError *failure, gboolean *again, GError **error)
{
  const char *refusal = tst_tus_upload_get_refusal (upload);

  *again = FALSE;
  if (g_error_matches (failure, TST_ERROR, TST_ERROR_HASH_MISMATCH))
    {
      *again = ++*damaged < TRIES_MAX;
      return *again || put_aside (job, tst_error_code (failure), failure->message, error);
    }
  if (g_error_matches (failure, TST_ERROR, TST_ERROR_REFUSED) && !tst_sync_refusal_is_general (refusal))
    return put_aside (job, refusal != NULL ? refusal : "refused", failure->message, error);
  if (g_error_matches (failure, TST_ERROR, TST_ERROR_MISSING_CONTENT) || g_error_matches (failure, TST_ERROR, TST_ERROR_NOT_FOUND))
    return put_aside (job, "missing-content", failure->message, error);
  *again = tst_sync_run_wait (job->media->run, backoff, failure);
  if (!*again)
    g_propagate_error (error, g_error_copy (failure));
  return *again;
}

static gboolean
carry (Job *job, TstTransport *transport, gboolean ask_first, gboolean *sent, GError **error)
{
  TstSyncRun *run = job->media->run;
  g_autofree char *endpoint = tst_peer_url (run->peer, "media");
  g_autoptr (TstTusUpload) upload = tst_tus_upload_new (tst_transport_get_session (transport), endpoint, job->medium->path,
                                                        &job->medium->sha256, job->medium->type);
  TstBackoff backoff = { 0 };
  guint64 sent_before = 0, resent_before = 0, taken_before = 0;
  guint damaged = 0;
  gboolean again = TRUE, noted = job->medium->begun;

  tst_tus_upload_set_signer (upload, tst_transport_sign, transport);
  tst_tus_upload_set_progress (upload, on_progress, job);
  tst_tus_upload_set_created (upload, on_created, job);
  if (job->medium->upload_url != NULL)
    tst_tus_upload_set_url (upload, job->medium->upload_url);
  if (ask_first || job->medium->begun)
    tst_tus_upload_set_tried (upload);
  while (again)
    {
      g_autoptr (GError) local = NULL;

      *sent = tst_tus_upload_run (upload, run->cancellable, &local);
      tst_sync_run_add_bytes (run, tst_tus_upload_get_bytes_sent (upload) - sent_before,
                              tst_tus_upload_get_bytes_resent (upload) - resent_before);
      /* Not a verified answer, but more than a silent network can do: the server takes bytes. */
      if (tst_tus_upload_get_offset (upload) > taken_before)
        tst_sync_run_alive (run);
      taken_before = MAX (taken_before, tst_tus_upload_get_offset (upload));
      sent_before = tst_tus_upload_get_bytes_sent (upload);
      resent_before = tst_tus_upload_get_bytes_resent (upload);
      if (*sent)
        {
          report (job, job->medium->bytes, job->medium->bytes);
          return TRUE;
        }
      /* The line broke under a creation that brought bytes: nobody said where they are. */
      if (!noted && tst_tus_upload_get_url (upload) == NULL && tst_tus_upload_get_bytes_sent (upload) > 0)
        {
          if (!tst_outbox_medium_uploading (run->book, &job->medium->sha256, NULL, error))
            return FALSE;
          noted = TRUE;
        }
      if (!judge (job, upload, &backoff, &damaged, local, &again, error))
        return FALSE;
      if (again && run->observer.state != NULL)
        run->observer.state ("sending", 0, NULL, run->observer.user_data);
    }
  return TRUE;
}

static gpointer
worker (gpointer data)
{
  TstSyncMedia *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  TstTransport *transports[2] = { NULL, NULL }; /* what citizens gave travels on connections of its own */
  TstOutboxMedium *medium;
  gboolean ask_first = FALSE;

  g_main_context_push_thread_default (context);
  while ((medium = take (self, &ask_first)) != NULL)
    {
      Job job = { self, medium, 0 };
      TstTransport **transport = &transports[medium->chain == TST_CHAIN_OPEN];
      TstHash sha256 = medium->sha256;
      TstChain chain = medium->chain;
      gboolean sent = FALSE;
      GError *error = NULL;

      if (*transport == NULL)
        *transport = tst_sync_run_new_transport (self->run, chain);
      if (!carry (&job, *transport, ask_first, &sent, &error))
        fail_from_thread (self, g_steal_pointer (&error));
      tst_outbox_medium_free (medium);
      give_back (self, &sha256, chain, sent);
      if (!write_down (self, FALSE, &error))
        fail_from_thread (self, g_steal_pointer (&error));
    }
  g_clear_pointer (&transports[0], tst_transport_free);
  g_clear_pointer (&transports[1], tst_transport_free);
  g_main_context_pop_thread_default (context);
  return NULL;
}

TstSyncMedia *
tst_sync_media_new (TstSyncRun *run)
{
  TstSyncMedia *self = g_new0 (TstSyncMedia, 1);

  self->run = run;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->ready);
  self->busy = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  self->tries = g_hash_table_new_full (tst_hash_table_hash, tst_hash_table_equal, g_free, NULL);
  self->finished = g_array_new (FALSE, FALSE, sizeof (Finished));
  self->unwritten = g_array_new (FALSE, FALSE, sizeof (TstHash));
  self->written_us = g_get_monotonic_time ();
  self->threads = g_ptr_array_new ();
  for (guint i = 0; i < run->options.media_threads; i++)
    g_ptr_array_add (self->threads, g_thread_new ("sync-media", worker, self));
  return self;
}

void
tst_sync_media_free (TstSyncMedia *self)
{
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  tst_sync_run_kick (self->run); /* whoever sleeps between two tries */
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  /* A store that fails here has said so before; at worst something is asked about again. */
  write_down (self, TRUE, NULL);
  g_ptr_array_unref (self->threads);
  g_queue_clear_full (&self->ready, (GDestroyNotify) tst_outbox_medium_free);
  g_hash_table_unref (self->busy);
  g_hash_table_unref (self->tries);
  g_array_unref (self->finished);
  g_array_unref (self->unwritten);
  g_clear_error (&self->failure);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* --- receipts, on the leading thread --- */

/* Went up and yet is not held: once more, and aside when that does not help. */
static gboolean
send_again (TstSyncMedia *self, const TstHash *sha256, GError **error)
{
  guint tries;

  g_mutex_lock (&self->mutex);
  tries = GPOINTER_TO_UINT (g_hash_table_lookup (self->tries, sha256));
  g_mutex_unlock (&self->mutex);
  if (tries >= TRIES_MAX)
    return tst_outbox_set_aside (self->run->book, sha256, "not-held", "Central took the file and says that it does not hold it", error);
  return tst_outbox_medium_again (self->run->book, sha256, error);
}

static gboolean
is_held (GArray *lines, const TstHash *sha256)
{
  for (guint i = 0; i < lines->len; i++)
    if (tst_hash_equal (&g_array_index (lines, TstHolding, i).sha256, sha256))
      return TRUE;
  return FALSE;
}

static gboolean
ask_holdings_of (TstSyncMedia *self, TstTransport *transport, GArray *hashes, GError **error)
{
  TstSyncRun *run = self->run;
  g_autoptr (JsonObject) request = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GArray) lines = NULL;
  JsonArray *list = json_array_new ();
  guint n_held = 0;

  for (guint i = 0; i < hashes->len; i++)
    {
      g_autofree char *hex = tst_hash_to_hex (&g_array_index (hashes, TstHash, i));

      json_array_add_string_element (list, hex);
    }
  json_object_set_array_member (request, "hashes", list);
  answer = tst_transport_call_json (transport, SOUP_METHOD_POST, "holdings", request, error);
  lines = answer != NULL ? tst_sync_take_holding (run, answer, error) : NULL;
  if (lines == NULL)
    return FALSE;
  tst_sync_run_alive (run);
  for (guint i = 0; i < hashes->len; i++)
    {
      const TstHash *sha256 = &g_array_index (hashes, TstHash, i);

      if (is_held (lines, sha256))
        n_held++;
      else if (!send_again (self, sha256, error))
        return FALSE;
    }
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < hashes->len; i++)
    g_hash_table_remove (self->busy, &g_array_index (hashes, TstHash, i));
  if (n_held < hashes->len)
    {
      self->dry = FALSE;
      g_cond_broadcast (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
  g_mutex_lock (&run->mutex);
  run->summary.media_sent += n_held;
  g_mutex_unlock (&run->mutex);
  if (run->observer.changed != NULL)
    run->observer.changed (run->observer.user_data);
  return TRUE;
}

/* Each under the key under which it went. What was answered is no longer in @finished, whatever comes after it. */
static gboolean
ask_holdings (TstSyncMedia *self, GArray *finished, GError **error)
{
  /* Before the answer: what it says is not held is due again. */
  if (!write_down (self, TRUE, error))
    return FALSE;
  for (TstChain chain = TST_CHAIN_FIELD; chain <= TST_CHAIN_OPEN; chain++)
    {
      g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));

      for (guint i = 0; i < finished->len; i++)
        if (g_array_index (finished, Finished, i).chain == chain)
          g_array_append_val (hashes, g_array_index (finished, Finished, i).sha256);
      if (hashes->len == 0)
        continue;
      if (!ask_holdings_of (self, chain == TST_CHAIN_OPEN ? self->run->open : self->run->field, hashes, error))
        return FALSE;
      for (guint i = finished->len; i > 0; i--)
        if (g_array_index (finished, Finished, i - 1).chain == chain)
          g_array_remove_index (finished, i - 1);
    }
  return TRUE;
}

/* Media that an earlier run sent whole and that still wait for their receipt. */
static gboolean
take_sent (TstSyncMedia *self, GError **error)
{
  g_autoptr (GPtrArray) sent = tst_outbox_sent_media (self->run->book, HOLDINGS_MAX, error);

  if (sent == NULL)
    return FALSE;
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < sent->len; i++)
    {
      TstOutboxMedium *medium = g_ptr_array_index (sent, i);
      Finished finished = { medium->sha256, medium->chain };

      if (g_hash_table_add (self->busy, g_memdup2 (&medium->sha256, sizeof (TstHash))))
        g_array_append_val (self->finished, finished);
    }
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
is_idle (TstSyncMedia *self)
{
  return self->active == 0 && g_queue_is_empty (&self->ready) && self->dry;
}

/* Waits until there are receipts worth asking for, or all is through; (transfer full): of Finished. */
static GArray *
wait_for_finished (TstSyncMedia *self, gboolean wait, gboolean *idle, GError **error)
{
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (Finished));
  guint n;

  g_mutex_lock (&self->mutex);
  while (wait && self->failure == NULL && self->finished->len < HOLDINGS_ENOUGH && !is_idle (self) &&
         !g_cancellable_is_cancelled (self->run->cancellable))
    g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + WAIT_US);
  if (self->failure != NULL)
    g_propagate_error (error, g_error_copy (self->failure));
  *idle = is_idle (self);
  n = !wait && self->finished->len < HOLDINGS_ENOUGH ? 0 : MIN (self->finished->len, HOLDINGS_MAX);
  if (n > 0 && self->failure == NULL)
    {
      g_array_append_vals (hashes, self->finished->data, n);
      g_array_remove_range (self->finished, 0, n);
    }
  if (self->failure != NULL)
    g_clear_pointer (&hashes, g_array_unref);
  g_mutex_unlock (&self->mutex);
  return hashes;
}

/* Something may have been saved while we were sending. */
static gboolean
look_again (TstSyncMedia *self, gboolean *more, GError **error)
{
  gboolean read;

  g_mutex_lock (&self->mutex);
  read = refill (self, error);
  *more = !g_queue_is_empty (&self->ready);
  if (*more)
    g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return read;
}

gboolean
tst_sync_media_drain (TstSyncMedia *self, gboolean to_the_end, GError **error)
{
  if (to_the_end && !take_sent (self, error))
    return FALSE;
  for (;;)
    {
      gboolean idle = FALSE;
      gboolean more = FALSE;
      g_autoptr (GArray) hashes = wait_for_finished (self, to_the_end, &idle, error);

      if (hashes == NULL || g_cancellable_set_error_if_cancelled (self->run->cancellable, error))
        return FALSE;
      if (hashes->len > 0)
        {
          if (!ask_holdings (self, hashes, error))
            {
              g_mutex_lock (&self->mutex);
              g_array_append_vals (self->finished, hashes->data, hashes->len);
              g_mutex_unlock (&self->mutex);
              return FALSE;
            }
          continue;
        }
      if (!to_the_end)
        return TRUE;
      if (idle && !look_again (self, &more, error))
        return FALSE;
      if (idle && !more)
        return TRUE;
    }
}

gboolean
tst_sync_media_has_failed (TstSyncMedia *self)
{
  gboolean failed;

  g_mutex_lock (&self->mutex);
  failed = self->failure != NULL;
  g_mutex_unlock (&self->mutex);
  return failed;
}
