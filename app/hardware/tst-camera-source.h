/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hardware/tst-camera-devices.h"

G_BEGIN_DECLS

/* The beginning of a camera's pipeline. */
typedef struct
{
  GstElement *element; /* floating until it is added to a pipeline */
  GstCaps *caps;       /* (nullable) what it is asked for */
  gboolean jpeg;       /* it hands over its own JPEG */
  char *name;          /* (nullable) its maker's name for it */
  char *video;         /* (nullable) its V4L2 device file, which the torch's control hangs on */
} TstCameraSource;
void tst_camera_source_clear (TstCameraSource *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstCameraSource, tst_camera_source_clear)

/* One of the plugged-in ones, by id, at the wanted resolution. FALSE: there is none. */
gboolean tst_camera_source_from_devices (TstCameraSource *self, TstCameraDevices *devices, const char *id, const char *resolution);
/* What tst_gst_camera_new() was told. @modes: (nullable): what this very camera was seen to offer. @portal_fd: −1: none. FALSE: it cannot be made. */
gboolean tst_camera_source_from_spec (TstCameraSource *self, const char *spec, GArray *modes, const char *resolution, int portal_fd);

G_END_DECLS
