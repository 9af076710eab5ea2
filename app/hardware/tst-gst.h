/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the parts that stand on GStreamer share. */

/* Once a process; FALSE when GStreamer cannot be used at all. Any thread. */
gboolean tst_gst_init (void);

/**
 * TstGstWorker:
 *
 * Changes of state block while devices are opened and closed, so they are made on a thread of their own, one after the other.
 */
typedef struct _TstGstWorker TstGstWorker;
TstGstWorker *tst_gst_worker_new (void);
/* Waits for what is under way. */
void tst_gst_worker_free (TstGstWorker *self);
void tst_gst_worker_play (TstGstWorker *self, GstElement *pipeline);
/* Brings it to NULL and drops the reference: (transfer full). @done: (nullable) runs on the worker's thread afterwards. */
void tst_gst_worker_end (TstGstWorker *self, GstElement *pipeline, GDestroyNotify done, gpointer data);

/* How a part of a pipeline failed, in the words of TstCamera's states: "busy", "missing", "denied", "lost". */
const char *tst_gst_trouble (const GError *error, const char *debug);

gint64 tst_gst_boottime_us (void); /* CLOCK_BOOTTIME */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstGstWorker, tst_gst_worker_free)

G_END_DECLS
