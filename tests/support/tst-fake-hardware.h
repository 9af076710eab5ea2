/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-camera.h"
#include "base/tst-location.h"
#include "base/tst-recorder.h"

G_BEGIN_DECLS

/* A camera that shows what the test hands it. Stills wait until the test lets them go, in order. */
#define TST_TYPE_FAKE_CAMERA (tst_fake_camera_get_type ())
G_DECLARE_FINAL_TYPE (TstFakeCamera, tst_fake_camera, TST, FAKE_CAMERA, GObject)

TstFakeCamera *tst_fake_camera_new (void);
/* What the device has: by default a torch, two cameras ("front", "back") and four sizes (4032x3024 to 160x120). */
void tst_fake_camera_set_parts (TstFakeCamera *self, gboolean torch, guint cameras, guint sizes);
void tst_fake_camera_say (TstFakeCamera *self, const char *state);
/* A frame of one colour (0xRRGGBB). */
void tst_fake_camera_show (TstFakeCamera *self, guint width, guint height, guint32 colour);
void tst_fake_camera_show_gray (TstFakeCamera *self, const guint8 *pixels, guint width, guint height);
/* What the next stills are; by default the camera answers at once (@hold FALSE). */
void tst_fake_camera_set_still (TstFakeCamera *self, GBytes *jpeg);
void tst_fake_camera_hold (TstFakeCamera *self, gboolean hold);
/* Lets the oldest still that waits end: well, or with @error (copied). FALSE when none waits. */
gboolean tst_fake_camera_release (TstFakeCamera *self, const GError *error);
guint tst_fake_camera_get_waiting (TstFakeCamera *self);
guint tst_fake_camera_get_starts (TstFakeCamera *self); /* not yet matched by stops */

/* Records what the test says. */
#define TST_TYPE_FAKE_RECORDER (tst_fake_recorder_get_type ())
G_DECLARE_FINAL_TYPE (TstFakeRecorder, tst_fake_recorder, TST, FAKE_RECORDER, GObject)

TstFakeRecorder *tst_fake_recorder_new (const char *content_type);
void tst_fake_recorder_say (TstFakeRecorder *self, const char *state, double level, gint64 elapsed_ms);
void tst_fake_recorder_set_bytes (TstFakeRecorder *self, GBytes *bytes);
/* A film instead of a still; owned by the camera. */
TstFakeRecorder *tst_fake_camera_add_video (TstFakeCamera *self);

/* Is where the test says. */
#define TST_TYPE_FAKE_LOCATION (tst_fake_location_get_type ())
G_DECLARE_FINAL_TYPE (TstFakeLocation, tst_fake_location, TST, FAKE_LOCATION, GObject)

TstFakeLocation *tst_fake_location_new (void);
/* NULL: lost. */
void tst_fake_location_set (TstFakeLocation *self, const TstFix *fix);
/* Where the compass points, from magnetic north; < 0: there is none. */
void tst_fake_location_turn (TstFakeLocation *self, double compass_deg);
/* That a receiver told, so that what the compass says is made of true north; 0: none did. */
void tst_fake_location_set_declination (TstFakeLocation *self, double declination_deg);
guint tst_fake_location_get_starts (TstFakeLocation *self);

G_END_DECLS
