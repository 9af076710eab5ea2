/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"
#include "base/tst-clock.h"
#include "base/tst-location.h"
#include "base/tst-recorder.h"

G_BEGIN_DECLS

/* What the command line says about the device's parts; each nullable: what the machine has. */
typedef struct
{
  char *camera;     /* --camera SPEC: tst_gst_camera_new() */
  char *microphone; /* --microphone SPEC: tst_gst_recorder_new() */
  char *position;   /* --position FILE: tst_locator_set_replay() */
} TstHardwareOptions;
void tst_hardware_options_clear (TstHardwareOptions *self);

TstCamera *tst_hardware_new_camera (const TstHardwareOptions *options);     /* (transfer full) */
TstRecorder *tst_hardware_new_recorder (const TstHardwareOptions *options); /* (transfer full) */
/* (transfer full): NULL only when the file of positions cannot be read. */
TstLocation *tst_hardware_new_location (const TstHardwareOptions *options, TstClock *clock, GError **error);

G_END_DECLS
