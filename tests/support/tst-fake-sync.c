/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-fake-sync.h"

#include "base/tst-carrier.h"

struct _TstFakeSync
{
  GObject parent_instance;
  char *state, *error_code, *retried;
  guint64 done, total;
  double rate;
  gint64 retry_at;
  gboolean paused, metered_allowed;
  guint kicks;
  TstError fails_with; /* TST_ERROR_FAILED: nothing fails */
  char *fetched;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_ERROR_CODE,
  PROP_BYTES_TOTAL,
  PROP_BYTES_DONE,
  PROP_RATE,
  PROP_RETRY_AT,
  PROP_PAUSED,
  PROP_METERED_ALLOWED,
} TstFakeSyncProperty;

static void
kick (TstSyncControl *control)
{
  TST_FAKE_SYNC (control)->kicks++;
}

static void
retry (TstSyncControl *control, const char *item)
{
  TstFakeSync *self = TST_FAKE_SYNC (control);

  g_free (self->retried);
  self->retried = g_strdup (item);
}

static void
control_init (TstSyncControlInterface *iface)
{
  iface->kick = kick;
  iface->retry = retry;
}

static void
run_async (TstCarrier *carrier, const char *job, JsonObject *args, TstCarrierProgress progress, gpointer progress_data, GCancellable *cancellable,
           GAsyncReadyCallback callback, gpointer user_data)
{
  TstFakeSync *self = TST_FAKE_SYNC (carrier);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (g_str_equal (job, "fetch"))
    {
      g_free (self->fetched);
      self->fetched = g_strdup (json_object_get_string_member (args, "sha256"));
    }
  if (self->fails_with != TST_ERROR_FAILED)
    g_task_return_new_error (task, TST_ERROR, (int) self->fails_with, "As the test wants it.");
  else
    g_task_return_pointer (task, json_object_new (), (GDestroyNotify) json_object_unref);
}

static JsonObject *
run_finish (TstCarrier *carrier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
carrier_init (TstCarrierInterface *iface)
{
  iface->run_async = run_async;
  iface->run_finish = run_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TstFakeSync, tst_fake_sync, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TST_TYPE_SYNC_CONTROL, control_init) G_IMPLEMENT_INTERFACE (TST_TYPE_CARRIER, carrier_init))

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstFakeSync *self = TST_FAKE_SYNC (object);

  switch ((TstFakeSyncProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_ERROR_CODE:
      g_value_set_string (value, self->error_code);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_uint64 (value, self->total);
      break;
    case PROP_BYTES_DONE:
      g_value_set_uint64 (value, self->done);
      break;
    case PROP_RATE:
      g_value_set_double (value, self->rate);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstFakeSync *self = TST_FAKE_SYNC (object);

  if (id == PROP_PAUSED)
    self->paused = g_value_get_boolean (value);
  else if (id == PROP_METERED_ALLOWED)
    self->metered_allowed = g_value_get_boolean (value);
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify (object, pspec->name);
}

static void
finalize (GObject *object)
{
  TstFakeSync *self = TST_FAKE_SYNC (object);

  g_free (self->state);
  g_free (self->error_code);
  g_free (self->retried);
  g_free (self->fetched);
  G_OBJECT_CLASS (tst_fake_sync_parent_class)->finalize (object);
}

static void
tst_fake_sync_class_init (TstFakeSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_ERROR_CODE, "error-code");
  g_object_class_override_property (object_class, PROP_BYTES_TOTAL, "bytes-total");
  g_object_class_override_property (object_class, PROP_BYTES_DONE, "bytes-done");
  g_object_class_override_property (object_class, PROP_RATE, "rate");
  g_object_class_override_property (object_class, PROP_RETRY_AT, "retry-at");
  g_object_class_override_property (object_class, PROP_PAUSED, "paused");
  g_object_class_override_property (object_class, PROP_METERED_ALLOWED, "metered-allowed");
}

static void
tst_fake_sync_init (TstFakeSync *self)
{
  self->state = g_strdup ("idle");
  self->error_code = g_strdup ("");
  self->metered_allowed = TRUE;
  self->fails_with = TST_ERROR_FAILED;
}

TstFakeSync *
tst_fake_sync_new (void)
{
  return g_object_new (TST_TYPE_FAKE_SYNC, NULL);
}

void
tst_fake_sync_say (TstFakeSync *self, const char *state, const char *error_code, gint64 retry_in_s)
{
  g_free (self->state);
  self->state = g_strdup (state);
  g_free (self->error_code);
  self->error_code = g_strdup (error_code);
  /* Half a second more, so that whole seconds stand for a while. */
  self->retry_at = retry_in_s > 0 ? g_get_monotonic_time () + retry_in_s * G_USEC_PER_SEC + G_USEC_PER_SEC / 2 : 0;
  g_object_notify (G_OBJECT (self), "state");
  g_object_notify (G_OBJECT (self), "error-code");
  g_object_notify (G_OBJECT (self), "retry-at");
}

void
tst_fake_sync_progress (TstFakeSync *self, guint64 done, guint64 total, double rate)
{
  self->done = done;
  self->total = total;
  self->rate = rate;
  g_object_notify (G_OBJECT (self), "bytes-done");
}

guint
tst_fake_sync_get_kicks (TstFakeSync *self)
{
  return self->kicks;
}

const char *
tst_fake_sync_get_retried (TstFakeSync *self)
{
  return self->retried;
}

void
tst_fake_sync_fail (TstFakeSync *self, TstError code)
{
  self->fails_with = code;
}

const char *
tst_fake_sync_get_fetched (TstFakeSync *self)
{
  return self->fetched;
}
