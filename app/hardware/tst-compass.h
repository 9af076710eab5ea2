/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstCompass:
 *
 * Where the device looks, from iio-sensor-proxy (net.hadess.SensorProxy(5), interface Compass) on the system bus. Runs from new to free, on the main context;
 * where there is no such service, no compass, or the bus does not let this person ask, there is no heading and nothing else happens.
 */
typedef struct _TstCompass TstCompass;
/* The heading is another one. Not called any more once it is freed. */
typedef void (*TstCompassTurned) (gpointer user_data);
TstCompass *tst_compass_new (TstCompassTurned turned, gpointer user_data);
void tst_compass_free (TstCompass *self);
/* Degrees from magnetic north, clockwise, 0 <= h < 360; NAN: unknown. */
double tst_compass_get_heading (TstCompass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCompass, tst_compass_free)

G_END_DECLS
