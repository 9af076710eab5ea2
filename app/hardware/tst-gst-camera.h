/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"
#include "hardware/tst-torch.h"

G_BEGIN_DECLS

/**
 * TstGstCamera:
 *
 * A TstCamera through GStreamer. One pipeline runs at the size of the stills; the preview is made smaller from it and gives way when it cannot keep
 * up, so that a still costs nothing but its copy.
 */
#define TST_TYPE_GST_CAMERA (tst_gst_camera_get_type ())
G_DECLARE_FINAL_TYPE (TstGstCamera, tst_gst_camera, TST, GST_CAMERA, GObject)

/**
 * tst_gst_camera_new:
 * @spec: (nullable): what `--camera` says:
 *   NULL or "auto"     the first camera found, through V4L2 or PipeWire; inside Flatpak, the portal
 *   "/dev/video0"      that V4L2 device
 *   "pipewire"         what PipeWire offers; "pipewire:NAME" that node
 *   "portal"           org.freedesktop.portal.Camera
 *   anything else      the beginning of a GStreamer pipeline, for tests and training: "videotestsrc pattern=ball", "videotestsrc ! jpegenc"
 *
 * Returns: (transfer full)
 */
TstGstCamera *tst_gst_camera_new (const char *spec);
/* What sound the films get: the beginning of a GStreamer pipeline; NULL is the system's microphone. Before the first film. */
void tst_gst_camera_set_microphone (TstGstCamera *self, const char *source);
/* Another light than the one that the machine has. @torch: (transfer full). Before the first start. */
void tst_gst_camera_set_torch (TstGstCamera *self, TstTorch *torch);

G_END_DECLS
