/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-still-queue.h"

#include "base/tst-error.h"
#include "base/tst-hand-over.h"
#include "hardware/tst-gst.h"
#include "hardware/tst-still.h"

#include <gst/app/app.h>

struct _TstStillQueue
{
  GThreadPool *encoders; /* one thread */
  GMutex mutex;          /* guards what follows */
  GQueue requests;       /* of GTask that wait for their frame */
  gint64 last_frame_us;
  guint pipelines;       /* attached so far: only the newest one's frames serve */
};

typedef struct
{
  TstStillQueue *queue;
  guint pipeline;
} Sink;

/* A still on its way through the encoder. */
typedef struct
{
  GstSample *sample;
  gint64 mono_us;
  GBytes *jpeg;
  JsonObject *facts;
} Still;

static void
still_free (gpointer data)
{
  Still *still = data;

  g_clear_pointer (&still->sample, gst_sample_unref);
  g_clear_pointer (&still->jpeg, g_bytes_unref);
  g_clear_pointer (&still->facts, json_object_unref);
  g_free (still);
}

static GstFlowReturn
on_still_frame (GstAppSink *sink, gpointer user_data)
{
  const Sink *own = user_data;
  TstStillQueue *self = own->queue;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  GTask *task = NULL;

  if (sample == NULL)
    return GST_FLOW_OK;
  g_mutex_lock (&self->mutex);
  if (own->pipeline == self->pipelines)
    {
      self->last_frame_us = g_get_monotonic_time ();
      task = g_queue_pop_head (&self->requests);
    }
  g_mutex_unlock (&self->mutex);
  if (task != NULL)
    {
      Still *still = g_task_get_task_data (task);

      still->mono_us = tst_gst_boottime_us ();
      still->sample = sample;
      g_thread_pool_push (self->encoders, task, NULL);
    }
  else
    gst_sample_unref (sample);
  return GST_FLOW_OK;
}

static void
encode_still (gpointer data, gpointer user_data)
{
  GTask *task = data;
  Still *still = g_task_get_task_data (task);
  GError *error = NULL;
  guint width = 0, height = 0;
  gboolean own = FALSE;

  still->jpeg = tst_still_from_sample (still->sample, &width, &height, &own, &error);
  g_clear_pointer (&still->sample, gst_sample_unref);
  if (still->jpeg == NULL)
    {
      g_task_return_error (task, error);
    }
  else
    {
      json_object_set_int_member (still->facts, "width", width);
      json_object_set_int_member (still->facts, "height", height);
      json_object_set_int_member (still->facts, "mono_us", still->mono_us);
      json_object_set_string_member (still->facts, "encoder", own ? "camera" : "testigo");
      g_task_return_boolean (task, TRUE);
    }
  /* It may be the camera's last reference, and a camera that ends waits for this thread. */
  tst_unref_in (g_task_get_context (task), task);
}

TstStillQueue *
tst_still_queue_new (void)
{
  TstStillQueue *self = g_new0 (TstStillQueue, 1);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->requests);
  self->encoders = g_thread_pool_new (encode_still, NULL, 1, FALSE, NULL);
  return self;
}

void
tst_still_queue_free (TstStillQueue *self)
{
  tst_still_queue_fail (self);
  g_thread_pool_free (self->encoders, FALSE, TRUE);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
tst_still_queue_ask (TstStillQueue *self, GTask *task, const char *device)
{
  Still *still = g_new0 (Still, 1);

  still->facts = json_object_new ();
  if (device != NULL)
    json_object_set_string_member (still->facts, "device", device);
  g_task_set_task_data (task, still, still_free);
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->requests, task);
  g_mutex_unlock (&self->mutex);
}

GBytes *
tst_still_queue_take (GTask *task, JsonObject **facts)
{
  Still *still = g_task_get_task_data (task);

  if (facts != NULL)
    *facts = json_object_ref (still->facts);
  return g_bytes_ref (still->jpeg);
}

void
tst_still_queue_fail (TstStillQueue *self)
{
  while (TRUE)
    {
      g_autoptr (GTask) task = NULL;

      g_mutex_lock (&self->mutex);
      task = g_queue_pop_head (&self->requests);
      g_mutex_unlock (&self->mutex);
      if (task == NULL)
        return;
      g_task_return_new_error (task, TST_ERROR, TST_ERROR_IO, "The camera went away before the picture was taken. Take it again.");
    }
}

void
tst_still_queue_attach (TstStillQueue *self, GstElement *sink)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_still_frame };
  Sink *own = g_new0 (Sink, 1);

  own->queue = self;
  g_mutex_lock (&self->mutex);
  self->last_frame_us = 0;
  own->pipeline = ++self->pipelines;
  g_mutex_unlock (&self->mutex);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, own, g_free);
}

gint64
tst_still_queue_get_last_frame (TstStillQueue *self)
{
  gint64 last;

  g_mutex_lock (&self->mutex);
  last = self->last_frame_us;
  g_mutex_unlock (&self->mutex);
  return last;
}
