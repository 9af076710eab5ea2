/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-web-mercator.h"

#include <math.h>

#define UNITS (1u << TST_MERCATOR_BITS)

static guint32
clamp_units (double part)
{
  double units = floor (part * UNITS);

  return units < 0 ? 0 : units >= UNITS ? UNITS - 1 : (guint32) units;
}

void
tst_mercator_from_degrees (double lat, double lon, guint32 *x, guint32 *y)
{
  double sine = sin (CLAMP (lat, -TST_MERCATOR_MAX_LAT, TST_MERCATOR_MAX_LAT) * G_PI / 180);

  *x = clamp_units (lon / 360 + 0.5);
  *y = clamp_units (0.5 - atanh (sine) / (2 * G_PI));
}

void
tst_mercator_to_degrees (double x, double y, double *lat, double *lon)
{
  *lon = (x / UNITS - 0.5) * 360;
  *lat = atan (sinh ((0.5 - y / UNITS) * 2 * G_PI)) * 180 / G_PI;
}

/* 30 bits to the even places of 60. */
static guint64
spread (guint64 bits)
{
  bits = (bits | bits << 16) & 0x0000ffff0000ffffULL;
  bits = (bits | bits << 8) & 0x00ff00ff00ff00ffULL;
  bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0fULL;
  bits = (bits | bits << 2) & 0x3333333333333333ULL;
  return (bits | bits << 1) & 0x5555555555555555ULL;
}

static guint32
gather (guint64 bits)
{
  bits &= 0x5555555555555555ULL;
  bits = (bits | bits >> 1) & 0x3333333333333333ULL;
  bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0fULL;
  bits = (bits | bits >> 4) & 0x00ff00ff00ff00ffULL;
  bits = (bits | bits >> 8) & 0x0000ffff0000ffffULL;
  return (guint32) (bits | bits >> 16);
}

gint64
tst_mercator_interleave (guint32 x, guint32 y)
{
  return (gint64) (spread (x) | spread (y) << 1);
}

void
tst_mercator_part (gint64 code, guint32 *x, guint32 *y)
{
  *x = gather ((guint64) code);
  *y = gather ((guint64) code >> 1);
}
