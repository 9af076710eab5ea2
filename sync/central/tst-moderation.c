/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-moderation.h"

#include "base/tst-error.h"
#include "central/tst-damage.h"
#include "central/tst-moderation-private.h"
#include "central/tst-own-records.h"
#include "central/tst-projection.h"
#include "model/tst-reasons.h"
#include "record/tst-body.h"

#include <string.h>

/* Acceptances that go into the log under one checkpoint. */
#define BATCH 64

/* One for each central, whoever decides: a command on the socket, the desk. */
static GMutex *
lock_of (TstCentral *central)
{
  G_LOCK_DEFINE_STATIC (lock_of);
  GMutex *lock = NULL;

  G_LOCK (lock_of);
  lock = g_object_get_data (G_OBJECT (central), "tst-moderation-lock");
  if (!lock)
    {
      lock = g_new0 (GMutex, 1);
      g_object_set_data_full (G_OBJECT (central), "tst-moderation-lock", lock, g_free);
    }
  G_UNLOCK (lock_of);
  return lock;
}

TstModeration *
tst_moderation_new (TstCentral *central, const char *derive_worker)
{
  TstModeration *self = g_new0 (TstModeration, 1);

  self->central = g_object_ref (central);
  self->worker = derive_worker ? g_strdup (derive_worker) : tst_publication_find_worker ();
  self->lock = lock_of (central);
  return self;
}

void
tst_moderation_set_by (TstModeration *self, const char *account, const char *role)
{
  g_free (self->account);
  g_free (self->role);
  self->account = g_strdup (account);
  self->role = g_strdup (role);
}

const char *
tst_moderation_reason_label (const char *code)
{
  const TstReason *reason = tst_reason_find (code);

  return reason ? reason->es : "Otro motivo";
}

void
tst_moderation_free (TstModeration *self)
{
  g_free (self->account);
  g_free (self->role);
  g_free (self->worker);
  g_object_unref (self->central);
  g_free (self);
}

/* --- deciding --- */

static const char *
verdict_type (TstVerdict verdict)
{
  switch (verdict)
    {
    case TST_VERDICT_ACCEPT:
      return "accept";
    case TST_VERDICT_WITHHOLD:
      return "withhold";
    case TST_VERDICT_RETIRE:
      return "retire";
    case TST_VERDICT_ERASE:
      return "erase";
    default:
      g_assert_not_reached ();
    }
}

static gboolean
may_follow (TstVerdict verdict, const char *state)
{
  switch (verdict)
    {
    case TST_VERDICT_ACCEPT: /* again, too, when something was amended since: has_news() */
      return !g_str_equal (state, "withdrawn") && !g_str_equal (state, "erased");
    case TST_VERDICT_WITHHOLD:
      return g_str_equal (state, "pending");
    case TST_VERDICT_RETIRE:
      return g_str_equal (state, "published");
    case TST_VERDICT_ERASE:
      return !g_str_equal (state, "erased");
    default:
      g_assert_not_reached ();
    }
}

/* Would an acceptance show anything else than what is shown already? */
static gboolean
has_news (const TstModerationItem *item)
{
  g_autoptr (JsonObject) shown = item->body && item->content ? tst_publication_shown (item) : NULL;
  g_autofree char *fresh = shown ? tst_json_write (shown) : NULL;
  g_autofree char *old = item->shown ? tst_json_write (item->shown) : NULL;

  return g_strcmp0 (fresh, old) != 0;
}

static gboolean
check (const TstModerationItem *item, TstVerdict verdict, const TstDecision *decision, gboolean named, GError **error)
{
  if (!may_follow (verdict, item->state))
    {
      g_set_error (error, TST_ERROR, TST_ERROR_WRONG_STATE, "The item is %s, so it cannot be %s.", item->state,
                   verdict == TST_VERDICT_ACCEPT     ? "accepted"
                   : verdict == TST_VERDICT_WITHHOLD ? "withheld (a published one is retired)"
                   : verdict == TST_VERDICT_RETIRE   ? "retired"
                                                     : "erased");
      return FALSE;
    }
  if (verdict == TST_VERDICT_ACCEPT && g_str_equal (item->state, "published") && decision->n_covers == 0
      && !decision->texts && !has_news (item))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE, "The item is published already, as it is now.");
      return FALSE;
    }
  if (item->forked && !named)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FORK,
                           "Its device has written two records under one number before it; look at it and decide by its id.");
      return FALSE;
    }
  if (item->lost && !named)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "Its device is reported lost, and anybody may have written it; look at it and decide by its id.");
      return FALSE;
    }
  if (verdict != TST_VERDICT_ACCEPT)
    return TRUE;
  if (g_str_equal (item->kind, "attendance") || g_str_equal (item->kind, "survey"))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED,
                           "Attendance and survey answers are never published one by one; only their counts are.");
      return FALSE;
    }
  if (item->body_missing || !item->body || !item->content)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                           "Its content has not come yet; the device sends it with its next synchronisation.");
      return FALSE;
    }
  for (guint i = 0; i < item->media->len; i++)
    if (!((TstModerationMedium *) g_ptr_array_index (item->media, i))->held)
      {
        g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_CONTENT,
                             "One of its files has not come yet; the device goes on sending it.");
        return FALSE;
      }
  if (g_str_equal (item->kind, "contribution") && !tst_json_bool (item->content, "public_ok", FALSE))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CONSENT_MISSING,
                           "Its author did not allow it to be published; answer it to its number instead.");
      return FALSE;
    }
  if (g_str_equal (item->kind, "contribution") && (!tst_json_string (item->content, "text") || !*tst_json_string (item->content, "text")))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_REFUSED,
                           "Its author spoke and wrote nothing, and a voice is never published; answer it to its number instead.");
      return FALSE;
    }
  return TRUE;
}

static void
put_reason (JsonObject *content, const char *reason)
{
  if (!reason || !*reason)
    return;
  if (tst_reason_find (reason))
    json_object_set_string_member (content, "reason", reason);
  else
    {
      /* A person's own words may name somebody: they stay internal, the ledger counts a code. */
      json_object_set_string_member (content, "reason", "otro");
      json_object_set_string_member (content, "note", reason);
    }
}

JsonObject *
tst_moderation_new_decision (TstModeration *self, const TstModerationItem *item, const char *type)
{
  JsonObject *content = json_object_new ();
  g_autofree char *hash = tst_hash_to_base64 (&item->text_hash);
  g_autofree char *hex = tst_hash_to_hex (&item->text_hash);

  json_object_set_string_member (content, "type", type);
  json_object_set_string_member (content, "target", item->id);
  json_object_set_string_member (content, "target_hash", hash);
  json_object_set_string_member (content, "target_record", hex);
  json_object_set_string_member (content, "target_device", item->device);
  if (self->account)
    {
      JsonObject *by = json_object_new ();

      json_object_set_string_member (by, "account", self->account);
      json_object_set_string_member (by, "role", self->role);
      json_object_set_object_member (content, "by", by);
    }
  return content;
}

static JsonObject *
prepare (TstModeration *self, const TstModerationItem *item, TstVerdict verdict, const TstDecision *decision,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonObject) content = tst_moderation_new_decision (self, item, verdict_type (verdict));

  put_reason (content, decision->reason);
  if (verdict == TST_VERDICT_ACCEPT)
    {
      if (!tst_publication_describe (self, item, decision, content, cancellable, error))
        return NULL;
    }
  else if (!tst_json_string (content, "reason"))
    json_object_set_string_member (content, "reason", "otro");
  if (verdict == TST_VERDICT_ERASE)
    {
      JsonArray *destroyed = json_array_new ();

      for (guint i = 0; i < item->destroyed->len; i++)
        {
          g_autofree char *hex = tst_hash_to_hex (g_ptr_array_index (item->destroyed, i));
          json_array_add_string_element (destroyed, hex);
        }
      json_object_set_array_member (content, "destroyed", destroyed);
      json_object_set_boolean_member (content, "published", item->was_public);
    }
  return g_steal_pointer (&content);
}

typedef struct
{
  TstModeration *self;
  TstVerdict verdict;
  TstModerationResult result;
  gpointer user_data;
  GPtrArray *items;    /* of TstModerationItem, in step with */
  GPtrArray *contents; /* of JsonObject */
} Batch;

static const char *
verdict_state (TstVerdict verdict)
{
  switch (verdict)
    {
    case TST_VERDICT_ACCEPT:
      return "published";
    case TST_VERDICT_WITHHOLD:
      return "withheld";
    case TST_VERDICT_RETIRE:
      return "retired";
    case TST_VERDICT_ERASE:
      return "erased";
    default:
      g_assert_not_reached ();
    }
}

/* The record is durable before anything is destroyed; what a power cut leaves is finished at the next start. */
static gboolean
remove_files (TstModeration *self, const TstModerationItem *item, GError **error)
{
  TstMediaStore *media = tst_central_get_media (self->central);

  for (guint i = 0; i < item->destroyed->len; i++)
    {
      const TstHash *hash = g_ptr_array_index (item->destroyed, i);

      tst_damage_erase (self->central, hash);
      if (tst_media_store_has (media, hash, NULL) && !tst_media_store_remove (media, hash, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
flush (Batch *batch, GError **error)
{
  if (batch->contents->len == 0)
    return TRUE;
  if (!tst_central_append_records (batch->self->central, TST_KIND_DECISION, batch->contents, NULL, error))
    return FALSE;
  for (guint i = 0; i < batch->items->len; i++)
    {
      const TstModerationItem *item = g_ptr_array_index (batch->items, i);
      JsonObject *content = g_ptr_array_index (batch->contents, i);
      JsonArray *derivatives = tst_json_array (content, "derivatives");
      g_autoptr (JsonObject) row = json_object_new ();

      if (batch->verdict == TST_VERDICT_ERASE && !remove_files (batch->self, item, error))
        return FALSE;
      json_object_set_string_member (row, "id", item->id);
      json_object_set_string_member (row, "state", verdict_state (batch->verdict));
      if (tst_json_string (content, "reason"))
        json_object_set_string_member (row, "reason", tst_json_string (content, "reason"));
      if (batch->verdict == TST_VERDICT_ACCEPT)
        {
          json_object_set_boolean_member (row, "redacted", tst_json_bool (content, "redacted", TRUE));
          json_object_set_int_member (row, "derivatives", derivatives ? json_array_get_length (derivatives) : 0);
        }
      if (batch->result)
        batch->result (item->id, row, NULL, batch->user_data);
    }
  g_ptr_array_set_size (batch->items, 0);
  g_ptr_array_set_size (batch->contents, 0);
  return TRUE;
}

typedef struct
{
  GPtrArray *ids;
} PendingCall;

/* What a person may decide in bulk: never attendance nor surveys, and contributions only when their author allowed it. */
static gboolean
list_pending (TstStore *store, gpointer data, GError **error)
{
  PendingCall *call = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list =
    tst_store_prepare (store,
                       "SELECT i.id FROM item i LEFT JOIN contribution c ON c.id = i.id WHERE i.state = 'pending'"
                       " AND (i.kind = 'evidence' OR (i.kind = 'contribution' AND c.public_ok = 1)) ORDER BY i.utc_s, i.id",
                       error);
  if (!list)
    return FALSE;
  for (;;)
    {
      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      g_ptr_array_add (call->ids, g_strdup (tst_statement_text (list, 0)));
    }
}

static gboolean
is_fatal (const GError *error)
{
  return g_error_matches (error, TST_ERROR, TST_ERROR_IO) || g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE)
         || g_error_matches (error, TST_ERROR, TST_ERROR_READ_ONLY)
         || g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED);
}

/* One item on its way through a batch. */
typedef struct
{
  const char *id;
  TstModerationItem *item;
  JsonObject *content; /* the decision's body, once it could be made */
  GError *error;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->item, tst_moderation_item_free);
  g_clear_pointer (&job->content, json_object_unref);
  g_clear_error (&job->error);
  g_free (job);
}

typedef struct
{
  TstModeration *self;
  TstVerdict verdict;
  const TstDecision *decision;
  GCancellable *cancellable;
} Work;

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  const Work *work = user_data;

  if (g_cancellable_is_cancelled (work->cancellable))
    g_set_error_literal (&job->error, TST_ERROR, TST_ERROR_CANCELLED, "Stopped; what was decided before stays.");
  else
    job->content =
      prepare (work->self, job->item, work->verdict, work->decision, work->cancellable, &job->error);
}

/* Pictures are made on all processors; everything else of a decision is quick. */
static void
run_jobs (TstModeration *self, GPtrArray *jobs, TstVerdict verdict, const TstDecision *decision, GCancellable *cancellable)
{
  Work work = { self, verdict, decision, cancellable };
  GThreadPool *pool = verdict == TST_VERDICT_ACCEPT && jobs->len > 1
                        ? g_thread_pool_new (run_job, &work, (gint) MIN (g_get_num_processors (), 4), FALSE, NULL)
                        : NULL;

  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);

      if (job->error)
        continue;
      if (!pool || !g_thread_pool_push (pool, job, NULL))
        run_job (job, &work);
    }
  if (pool)
    g_thread_pool_free (pool, FALSE, TRUE);
}

gboolean
tst_moderation_decide (TstModeration *self, TstVerdict verdict, const char *const *ids, const char *reason,
                       gboolean redacted, TstModerationResult result, gpointer user_data, GCancellable *cancellable,
                       GError **error)
{
  TstDecision decision = { .reason = reason, .redacted = redacted };

  return tst_moderation_decide_fully (self, verdict, ids, &decision, result, user_data, cancellable, error);
}

gboolean
tst_moderation_decide_fully (TstModeration *self, TstVerdict verdict, const char *const *ids, const TstDecision *decision,
                             TstModerationResult result, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) pending = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (self->lock);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_moderation_item_free);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Batch batch = { .self = self, .verdict = verdict, .result = result, .user_data = user_data, .items = items,
                  .contents = contents };
  gboolean named = ids != NULL;

  (void) locker;
  if ((decision->n_covers > 0 || decision->texts) && (verdict != TST_VERDICT_ACCEPT || !ids || !ids[0] || ids[1]))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Parts are covered of one item at a time, when it is published.");
      return FALSE;
    }
  if (!named)
    {
      PendingCall call = { .ids = pending };

      if (verdict != TST_VERDICT_ACCEPT && verdict != TST_VERDICT_WITHHOLD)
        {
          g_set_error_literal (error, TST_ERROR, TST_ERROR_USAGE, "Say which items: what is published is not taken back in bulk.");
          return FALSE;
        }
      if (!tst_store_read (tst_central_get_store (self->central), list_pending, &call, error))
        return FALSE;
      g_ptr_array_add (pending, NULL);
      ids = (const char *const *) pending->pdata;
    }

  for (guint i = 0; ids[i];)
    {
      g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (job_free);
      /* Two erasures may share a medium: each has to see what the one before it has done. */
      guint most = verdict == TST_VERDICT_ERASE ? 1 : BATCH;

      for (; ids[i] && jobs->len < most; i++)
        if (g_hash_table_add (seen, (gpointer) ids[i]))
          {
            Job *job = g_new0 (Job, 1);

            job->id = ids[i];
            job->item = tst_moderation_load (self, ids[i], &job->error);
            if (job->item)
              check (job->item, verdict, decision, named, &job->error);
            g_ptr_array_add (jobs, job);
          }
      run_jobs (self, jobs, verdict, decision, cancellable);
      for (guint n = 0; n < jobs->len; n++)
        {
          Job *job = g_ptr_array_index (jobs, n);

          if (is_fatal (job->error))
            {
              g_propagate_error (error, g_steal_pointer (&job->error));
              return FALSE;
            }
          if (job->content)
            {
              g_ptr_array_add (items, g_steal_pointer (&job->item));
              g_ptr_array_add (contents, g_steal_pointer (&job->content));
            }
          else if (result)
            result (job->id, NULL, job->error, user_data);
        }
      if (!flush (&batch, error))
        return FALSE;
    }
  return TRUE;
}

/* --- after a power cut --- */

typedef struct
{
  GArray *hashes;
} TombstoneCall;

static gboolean
list_tombstones (TstStore *store, gpointer data, GError **error)
{
  TombstoneCall *call = data;
  gboolean row = FALSE;

  g_autoptr (TstStatement) list = tst_store_prepare (store, "SELECT sha256 FROM tombstone", error);
  if (!list)
    return FALSE;
  for (;;)
    {
      TstHash hash;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      if (tst_statement_hash (list, 0, &hash))
        g_array_append_val (call->hashes, hash);
    }
}

gboolean
tst_moderation_finish_erasures (TstCentral *central, GError **error)
{
  g_autoptr (GArray) hashes = g_array_new (FALSE, FALSE, sizeof (TstHash));
  TombstoneCall call = { .hashes = hashes };
  TstMediaStore *media = tst_central_get_media (central);

  if (!tst_store_read (tst_central_get_store (central), list_tombstones, &call, error))
    return FALSE;
  for (guint i = 0; i < hashes->len; i++)
    {
      const TstHash *hash = &g_array_index (hashes, TstHash, i);

      tst_damage_erase (central, hash);
      if (tst_media_store_has (media, hash, NULL) && !tst_media_store_remove (media, hash, error))
        return FALSE;
    }
  return TRUE;
}
