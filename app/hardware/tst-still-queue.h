/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstStillQueue:
 *
 * The captures that were asked for and wait for their frame, and the one thread that makes files of them, so that they end in the order in
 * which they were asked for.
 */
typedef struct _TstStillQueue TstStillQueue;
TstStillQueue *tst_still_queue_new (void);
/* Waits for what is being encoded. */
void tst_still_queue_free (TstStillQueue *self);

/* The next frame is @task's: it returns TRUE, or an error. @device: (nullable): the maker's name for the camera. @task: (transfer full). */
void tst_still_queue_ask (TstStillQueue *self, GTask *task, const char *device);
/* What a task that returned TRUE has. (transfer full) */
GBytes *tst_still_queue_take (GTask *task, JsonObject **facts);
/* The camera went away: whoever waits is told. */
void tst_still_queue_fail (TstStillQueue *self);

/* Takes frames from that appsink from now on. The sink's thread is gone before the queue is. */
void tst_still_queue_attach (TstStillQueue *self, GstElement *sink);
gint64 tst_still_queue_get_last_frame (TstStillQueue *self); /* g_get_monotonic_time() of the newest; 0: none since it was attached */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstStillQueue, tst_still_queue_free)

G_END_DECLS
