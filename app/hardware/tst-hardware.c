/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hardware/tst-hardware.h"

#include "hardware/tst-gst-camera.h"
#include "hardware/tst-gst-recorder.h"
#include "hardware/tst-locator.h"

void
tst_hardware_options_clear (TstHardwareOptions *self)
{
  g_clear_pointer (&self->camera, g_free);
  g_clear_pointer (&self->microphone, g_free);
  g_clear_pointer (&self->position, g_free);
}

TstCamera *
tst_hardware_new_camera (const TstHardwareOptions *options)
{
  TstGstCamera *camera = tst_gst_camera_new (options->camera);

  tst_gst_camera_set_microphone (camera, options->microphone);
  return TST_CAMERA (camera);
}

TstRecorder *
tst_hardware_new_recorder (const TstHardwareOptions *options)
{
  return TST_RECORDER (tst_gst_recorder_new (options->microphone));
}

TstLocation *
tst_hardware_new_location (const TstHardwareOptions *options, TstClock *clock, GError **error)
{
  g_autoptr (TstLocator) locator = tst_locator_new (clock);

  if (options->position != NULL && !tst_locator_set_replay (locator, options->position, error))
    return NULL;
  return TST_LOCATION (g_steal_pointer (&locator));
}
