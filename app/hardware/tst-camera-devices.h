/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What a camera can be asked for. */
typedef struct
{
  guint width, height;
  gboolean jpeg; /* its own JPEG, instead of pixels */
  double rate;   /* frames a second at most; 0: unknown */
} TstCameraMode;

/**
 * TstCameraDevices:
 *
 * The cameras that are plugged in, through GStreamer's device monitor (V4L2 and PipeWire). Signal "changed" on the main thread, also when the first
 * look is over.
 */
#define TST_TYPE_CAMERA_DEVICES (tst_camera_devices_get_type ())
G_DECLARE_FINAL_TYPE (TstCameraDevices, tst_camera_devices, TST, CAMERA_DEVICES, GObject)

TstCameraDevices *tst_camera_devices_new (void);
/* FALSE until the first look is over. */
gboolean tst_camera_devices_get_known (TstCameraDevices *self);
GPtrArray *tst_camera_devices_list (TstCameraDevices *self); /* (transfer full) (element-type TstCameraDevice) */
/* By id, else the first; NULL: there is none. */
GstDevice *tst_camera_devices_find (TstCameraDevices *self, const char *id); /* (transfer full) (nullable) */

/* Its V4L2 device file; NULL when it is none. (transfer full) */
char *tst_camera_device_path (GstDevice *device);

/* (element-type TstCameraMode), the largest first; at one size the camera's own JPEG before pixels. */
GArray *tst_camera_modes (GstCaps *caps);
/* Their sizes, each once: "1920x1080". (transfer full) */
char **tst_camera_sizes (GArray *modes);
/* @resolution: "1920x1080", or "" for the largest that is fast enough to aim with (5 a second). FALSE: there is no choice to be made. */
gboolean tst_camera_choose_mode (GArray *modes, const char *resolution, TstCameraMode *mode);

G_END_DECLS
