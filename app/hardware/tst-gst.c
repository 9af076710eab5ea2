/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-gst.h"

#include <string.h>
#include <time.h>

typedef struct
{
  GstElement *pipeline;
  gboolean play;
  GDestroyNotify done;
  gpointer data;
} Job;

struct _TstGstWorker
{
  GThreadPool *pool;
};

gboolean
tst_gst_init (void)
{
  static gsize once = 0;
  static gboolean works;

  if (g_once_init_enter (&once))
    {
      works = gst_init_check (NULL, NULL, NULL);
      g_once_init_leave (&once, 1);
    }
  return works;
}

static void
run (gpointer data, gpointer user_data)
{
  Job *job = data;

  gst_element_set_state (job->pipeline, job->play ? GST_STATE_PLAYING : GST_STATE_NULL);
  gst_object_unref (job->pipeline);
  if (job->done != NULL)
    job->done (job->data);
  g_free (job);
}

TstGstWorker *
tst_gst_worker_new (void)
{
  TstGstWorker *self = g_new0 (TstGstWorker, 1);

  self->pool = g_thread_pool_new (run, NULL, 1, FALSE, NULL);
  return self;
}

void
tst_gst_worker_free (TstGstWorker *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

static void
push (TstGstWorker *self, GstElement *pipeline, gboolean play, GDestroyNotify done, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job) { pipeline, play, done, data };
  g_thread_pool_push (self->pool, job, NULL);
}

void
tst_gst_worker_play (TstGstWorker *self, GstElement *pipeline)
{
  push (self, gst_object_ref (pipeline), TRUE, NULL, NULL);
}

void
tst_gst_worker_end (TstGstWorker *self, GstElement *pipeline, GDestroyNotify done, gpointer data)
{
  push (self, pipeline, FALSE, done, data);
}

const char *
tst_gst_trouble (const GError *error, const char *debug)
{
  if (error->domain != GST_RESOURCE_ERROR)
    return "lost";
  if (error->code == GST_RESOURCE_ERROR_NOT_AUTHORIZED
      || (debug != NULL && (strstr (debug, "ermission denied") != NULL || strstr (debug, "not permitted") != NULL)))
    return "denied";
  if (error->code == GST_RESOURCE_ERROR_BUSY || (debug != NULL && strstr (debug, "resource busy") != NULL))
    return "busy";
  if (error->code == GST_RESOURCE_ERROR_NOT_FOUND || error->code == GST_RESOURCE_ERROR_OPEN_READ
      || error->code == GST_RESOURCE_ERROR_OPEN_READ_WRITE)
    return "missing";
  return "lost";
}

gint64
tst_gst_boottime_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
