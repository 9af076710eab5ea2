/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-recorder.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstCamera:
 *
 * What the screen sees of a camera without knowing what drives it: app/hardware implements it, ui looks through it, app joins them. Main thread only.
 *
 * "state" (string, notify on change) is one of
 *   "off"       nobody looks: nothing runs, the device is free
 *   "starting"  the device is being opened
 *   "live"      frames come
 *   "busy"      another program has it; it is tried again by itself
 *   "missing"   there is none; one that is plugged in is taken by itself
 *   "denied"    the person or the system said no; tst_camera_start() asks again
 *   "lost"      it went away while it was in use; it is taken again by itself when it comes back
 *
 * Further properties that every implementation has (notify on change): "device" (string, writable: id of the one in use, "" is the first one
 * found), "resolution" (string "1920x1080" of stills, writable, "" is the largest), "torch-available" and "torch" (boolean, the second writable),
 * "gray-wanted" (boolean, writable: whether "gray-frame" is emitted), "frames-shown" and "frames-dropped" (guint64: handed over since the start, and
 * thrown away because the screen had not taken the one before).
 *
 * Signals, on the main thread:
 * - "frame" (GBytes pixels, guint width, guint height, guint stride): the newest picture of the preview, RGBA without alpha in use, at most at
 *   the display's rate. Whoever keeps it takes a reference. The next one is made only after the handlers returned.
 * - "gray-frame" (the same arguments): one byte a pixel, for the reading of codes, some ten a second. It may show somebody's document: it is never kept.
 * - "devices-changed": tst_camera_list_devices() has another answer.
 */
#define TST_TYPE_CAMERA (tst_camera_get_type ())
G_DECLARE_INTERFACE (TstCamera, tst_camera, TST, CAMERA, GObject)

typedef struct
{
  char *id;           /* stable while it is plugged in */
  char *name;         /* as its maker calls it */
  char **resolutions; /* of stills, largest first, "1920x1080" */
} TstCameraDevice;
void tst_camera_device_free (TstCameraDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCameraDevice, tst_camera_device_free)

struct _TstCameraInterface
{
  GTypeInterface parent;
  void (*start) (TstCamera *self);
  void (*stop) (TstCamera *self);
  GPtrArray *(*list_devices) (TstCamera *self);
  void (*capture_async) (TstCamera *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  GBytes *(*capture_finish) (TstCamera *self, GAsyncResult *result, JsonObject **facts, GError **error);
  TstRecorder *(*get_video_recorder) (TstCamera *self);
};

/* Starts are counted: the camera runs until as many tst_camera_stop() were called. */
void tst_camera_start (TstCamera *self);
void tst_camera_stop (TstCamera *self);

GPtrArray *tst_camera_list_devices (TstCamera *self); /* (transfer full) (element-type TstCameraDevice) */

/**
 * tst_camera_capture_async:
 *
 * One still at the sensor's full size. The camera's own JPEG where it gives one; else encoded once, in high quality. Several may be under way;
 * they end in the order in which they were asked for. What ends without error is whole, and in memory: it is the caller who makes it durable.
 */
void tst_camera_capture_async (TstCamera *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/**
 * tst_camera_capture_finish:
 * @facts: (out) (transfer full) (optional): {"width", "height", "mono_us" (CLOCK_BOOTTIME at the shutter), "encoder" ("camera" or "testigo"),
 *   "device" (the maker's name for it, absent when unknown)}
 *
 * Returns: (transfer full) (nullable): the bytes of a JPEG file without our EXIF yet (data/media/tst-exif-write.h adds it).
 * TST_ERROR_WRONG_STATE when no frames come, TST_ERROR_IO when it went away meanwhile, TST_ERROR_CANCELLED.
 */
GBytes *tst_camera_capture_finish (TstCamera *self, GAsyncResult *result, JsonObject **facts, GError **error);

/* Films what the preview shows, with sound where there is a microphone: WebM with VP8 and Opus. NULL where it cannot. (transfer none) */
TstRecorder *tst_camera_get_video_recorder (TstCamera *self);

G_END_DECLS
