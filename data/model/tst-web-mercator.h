/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The square of web maps (EPSG:3857), cut in four again and again: tiles have x to the east and y to the south. Any thread. */

/* Places are kept to 1/2³⁰ of the square, some four centimetres. */
#define TST_MERCATOR_BITS 30
#define TST_MERCATOR_MAX_LAT 85.0511287798066

/* Whole units of 1/2³⁰, clamped to the square. */
void tst_mercator_from_degrees (double lat, double lon, guint32 *x, guint32 *y);
void tst_mercator_to_degrees (double x, double y, double *lat, double *lon);

/* The bits of @x and @y in turn, y first: what lies in one tile is one range of numbers. Both at most 30 bits. */
gint64 tst_mercator_interleave (guint32 x, guint32 y);
void tst_mercator_part (gint64 code, guint32 *x, guint32 *y);

G_END_DECLS
