/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstRecorder:
 *
 * Records sound (Ogg with Opus) or, from tst_camera_get_video_recorder(), a short film, in memory only: nothing touches the disk until whoever
 * asked saves or seals the bytes. Main thread only.
 *
 * Properties that every implementation has (notify on change): "state" (string: "off", "starting", "recording", "full" (the limit was reached: it has
 * stopped by itself and what there is waits for tst_recorder_stop_async()), "missing" (no microphone), "denied", "failed"), "level" (double, 0 to 1: how
 * loud it is now, some ten times a second), "elapsed-ms" (gint64, recorded so far), "limit-ms" (gint64, of this recording), "content-type" (string,
 * constant: "audio/ogg" or "video/webm").
 */
#define TST_TYPE_RECORDER (tst_recorder_get_type ())
G_DECLARE_INTERFACE (TstRecorder, tst_recorder, TST, RECORDER, GObject)

struct _TstRecorderInterface
{
  GTypeInterface parent;
  void (*start) (TstRecorder *self, gint64 limit_ms);
  void (*stop_async) (TstRecorder *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  GBytes *(*stop_finish) (TstRecorder *self, GAsyncResult *result, gint64 *duration_ms, GError **error);
  void (*discard) (TstRecorder *self);
};

/* What was recorded before and not fetched is forgotten. @limit_ms is bounded by the implementation too: ten minutes of sound, one of film. */
void tst_recorder_start (TstRecorder *self, gint64 limit_ms);
/* Ends the recording and hands over the whole file. */
void tst_recorder_stop_async (TstRecorder *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* TST_ERROR_WRONG_STATE when nothing was recorded, TST_ERROR_IO when the device failed. @duration_ms: (out) (optional) */
GBytes *tst_recorder_stop_finish (TstRecorder *self, GAsyncResult *result, gint64 *duration_ms, GError **error);
/* Stops and forgets. */
void tst_recorder_discard (TstRecorder *self);

G_END_DECLS
