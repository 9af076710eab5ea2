/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* The ground that scenes are drawn on: a camera at eye height over a plain, a sky, light and the grain of a photograph.
 * Lengths in the world are metres (x to the right, y up, z away from the camera); on the picture, units of 1/1600 of its
 * width. One thread. */

typedef struct
{
  double r, g, b;
} TstRgb;

typedef enum
{
  TST_WEATHER_CLEAR,
  TST_WEATHER_CUMULUS,
  TST_WEATHER_GOLDEN,
  TST_WEATHER_OVERCAST,
  TST_WEATHER_RAIN,
  TST_N_WEATHERS
} TstWeather;

typedef struct
{
  cairo_t *cr;
  cairo_surface_t *surface;
  int width, height; /* pixels */
  double w, h;       /* units */
  double horizon;    /* units from the top */
  double focal;      /* units */
  double eye;        /* metres above the ground */
  double centre;     /* units: where straight ahead is */
  GRand *place;      /* what stays from visit to visit */
  GRand *day;        /* what changes */
  TstWeather weather;
  double sun;      /* −1 left … 1 right */
  double sunlight; /* 0 no shadows … 1 hard ones */
  TstRgb sky_top, sky_low, haze, light, shade;
  cairo_surface_t *fine, *patches; /* grain of the ground in perspective */
  cairo_surface_t *wall;           /* grain of what stands: stains and streaks */
  cairo_surface_t *rough;          /* grain of earth, woods and far slopes */
} TstCanvas;

TstCanvas *tst_canvas_new (int width, int height, guint32 place, guint32 seed, int weather);
void tst_canvas_free (TstCanvas *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCanvas, tst_canvas_free)

/* Horizon as a fraction of the height. Prepares the grain of the ground; call first. */
void tst_canvas_set_camera (TstCanvas *self, double horizon, double eye);
void tst_canvas_sky (TstCanvas *self);
/* @n ridges up to @height units above the horizon, each nearer and greener. */
void tst_canvas_mountains (TstCanvas *self, guint n, double height);
/* Fills all below the horizon. */
void tst_canvas_ground (TstCanvas *self, TstRgb near, TstRgb far, double grain);
/* Rain, if it rains; then lens, grain and tone. RGB rows without padding. Free with g_free(). */
guint8 *tst_canvas_develop (TstCanvas *self);

/* Colours */
TstRgb tst_rgb (guint32 hex);
TstRgb tst_mix (TstRgb a, TstRgb b, double t);
TstRgb tst_lit (const TstCanvas *self, TstRgb colour, double amount); /* 0 in the shade … 1 in the sun */
TstRgb tst_far (const TstCanvas *self, TstRgb colour, double z);      /* dimmed by the air */
void tst_ink (const TstCanvas *self, TstRgb colour, double alpha);

/* World to picture, and paths through world points. */
void tst_project (const TstCanvas *self, double x, double y, double z, double *px, double *py);
double tst_scale (const TstCanvas *self, double z); /* units per metre */
void tst_path (const TstCanvas *self, guint n, const double (*points)[3]);
void tst_face (const TstCanvas *self, TstRgb colour, double grain, guint n, const double (*points)[3]);
#define TST_FACE(self, colour, grain, ...)                                                                   \
  tst_face (self, colour, grain, sizeof ((double[][3]){ __VA_ARGS__ }) / sizeof (double[3]),                 \
            (const double (*)[3]) (double[][3]){ __VA_ARGS__ })
/* Fills the current path with the grain of the ground or of a wall and keeps the path. */
void tst_grain (const TstCanvas *self, cairo_surface_t *grain, double strength);
/* A soft dark ellipse on the ground. */
void tst_shadow (const TstCanvas *self, double x, double z, double rx, double rz, double strength);
double tst_between (GRand *rand, double low, double high);

G_END_DECLS
