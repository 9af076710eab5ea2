/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-recorder.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * TstGstRecorder:
 *
 * A TstRecorder through GStreamer: Ogg with Opus, or WebM with VP8 and Opus. Everything stays in memory.
 */
#define TST_TYPE_GST_RECORDER (tst_gst_recorder_get_type ())
G_DECLARE_FINAL_TYPE (TstGstRecorder, tst_gst_recorder, TST, GST_RECORDER, GObject)

/* @source: (nullable): the beginning of a GStreamer pipeline, for tests and training: "audiotestsrc"; NULL is the system's microphone. */
TstGstRecorder *tst_gst_recorder_new (const char *source);
/* Films what tst_gst_recorder_push_frame() hands over; silent where there is no microphone. */
TstGstRecorder *tst_gst_recorder_new_video (void);
void tst_gst_recorder_set_source (TstGstRecorder *self, const char *source);
/* Any thread; nothing happens unless it is recording. */
void tst_gst_recorder_push_frame (TstGstRecorder *self, GstSample *sample);

G_END_DECLS
