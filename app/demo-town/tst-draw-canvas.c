/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-draw-canvas.h"

#include <math.h>
#include <string.h>

#define UNITS 1600.0
#define LATTICE 256

static float lattice[LATTICE * LATTICE];

static void
fill_lattice (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      guint32 state = 2463534242u;

      for (guint i = 0; i < LATTICE * LATTICE; i++)
        {
          state ^= state << 13;
          state ^= state >> 17;
          state ^= state << 5;
          lattice[i] = (state >> 8) / 16777216.0f;
        }
      g_once_init_leave (&once, 1);
    }
}

/* Value noise, 0 to 1, smooth between whole coordinates. */
static float
noise (float x, float y)
{
  float fx = floorf (x);
  float fy = floorf (y);
  guint ix = (guint)(int)fx & (LATTICE - 1);
  guint iy = (guint)(int)fy & (LATTICE - 1);
  guint jx = (ix + 1) & (LATTICE - 1);
  guint jy = (iy + 1) & (LATTICE - 1);
  float tx = x - fx;
  float ty = y - fy;
  float a;
  float b;

  tx = tx * tx * (3 - 2 * tx);
  ty = ty * ty * (3 - 2 * ty);
  a = lattice[iy * LATTICE + ix] + tx * (lattice[iy * LATTICE + jx] - lattice[iy * LATTICE + ix]);
  b = lattice[jy * LATTICE + ix] + tx * (lattice[jy * LATTICE + jx] - lattice[jy * LATTICE + ix]);
  return a + ty * (b - a);
}

static float
layered (float x, float y, guint octaves)
{
  float sum = 0;
  float weight = 0.5f;
  float total = 0;

  for (guint i = 0; i < octaves; i++)
    {
      sum += weight * noise (x, y);
      total += weight;
      x = x * 2.03f + 17.3f;
      y = y * 2.03f + 5.1f;
      weight *= 0.5f;
    }
  return sum / total;
}

double
tst_between (GRand *rand, double low, double high)
{
  return g_rand_double_range (rand, low, high);
}

TstRgb
tst_rgb (guint32 hex)
{
  return (TstRgb){ (hex >> 16 & 255) / 255.0, (hex >> 8 & 255) / 255.0, (hex & 255) / 255.0 };
}

TstRgb
tst_mix (TstRgb a, TstRgb b, double t)
{
  return (TstRgb){ a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t };
}

TstRgb
tst_lit (const TstCanvas *self, TstRgb colour, double amount)
{
  TstRgb light = tst_mix (self->shade, self->light, amount);

  return (TstRgb){ MIN (1, colour.r * light.r), MIN (1, colour.g * light.g), MIN (1, colour.b * light.b) };
}

TstRgb
tst_far (const TstCanvas *self, TstRgb colour, double z)
{
  double clear = self->weather == TST_WEATHER_RAIN ? 120 : self->weather == TST_WEATHER_OVERCAST ? 260 : 420;

  return tst_mix (colour, self->haze, 1 - exp (-z / clear));
}

void
tst_ink (const TstCanvas *self, TstRgb colour, double alpha)
{
  cairo_set_source_rgba (self->cr, colour.r, colour.g, colour.b, alpha);
}

double
tst_scale (const TstCanvas *self, double z)
{
  return self->focal / MAX (z, 0.3);
}

void
tst_project (const TstCanvas *self, double x, double y, double z, double *px, double *py)
{
  double scale = tst_scale (self, z);

  *px = self->centre + x * scale;
  *py = self->horizon + (self->eye - y) * scale;
}

void
tst_path (const TstCanvas *self, guint n, const double (*points)[3])
{
  cairo_new_path (self->cr);
  for (guint i = 0; i < n; i++)
    {
      double x;
      double y;

      tst_project (self, points[i][0], points[i][1], points[i][2], &x, &y);
      cairo_line_to (self->cr, x, y);
    }
  cairo_close_path (self->cr);
}

void
tst_grain (const TstCanvas *self, cairo_surface_t *grain, double strength)
{
  cairo_path_t *path = cairo_copy_path (self->cr);

  cairo_save (self->cr);
  cairo_clip (self->cr);
  cairo_set_source_surface (self->cr, grain, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (self->cr), CAIRO_FILTER_BILINEAR);
  cairo_paint_with_alpha (self->cr, strength);
  cairo_restore (self->cr);
  cairo_new_path (self->cr);
  cairo_append_path (self->cr, path);
  cairo_path_destroy (path);
}

void
tst_face (const TstCanvas *self, TstRgb colour, double grain, guint n, const double (*points)[3])
{
  gboolean flat = TRUE;

  for (guint i = 0; i < n; i++)
    flat = flat && points[i][1] < 0.3;
  tst_path (self, n, points);
  tst_ink (self, colour, 1);
  cairo_fill_preserve (self->cr);
  if (grain > 0)
    tst_grain (self, flat ? self->fine : self->wall, grain);
  cairo_new_path (self->cr);
}

void
tst_shadow (const TstCanvas *self, double x, double z, double rx, double rz, double strength)
{
  double px;
  double near;
  double far;
  double unused;
  cairo_pattern_t *soft = cairo_pattern_create_radial (0, 0, 0.2, 0, 0, 1);
  double alpha = strength * (0.25 + 0.35 * self->sunlight);

  tst_project (self, x - self->sun * rx * 0.5 * self->sunlight, 0, z, &px, &unused);
  tst_project (self, x, 0, MAX (0.6, z - rz), &unused, &near);
  tst_project (self, x, 0, z + rz, &unused, &far);
  cairo_pattern_add_color_stop_rgba (soft, 0, 0.05, 0.07, 0.1, alpha);
  cairo_pattern_add_color_stop_rgba (soft, 0.6, 0.05, 0.07, 0.1, alpha * 0.8);
  cairo_pattern_add_color_stop_rgba (soft, 1, 0.05, 0.07, 0.1, 0);
  cairo_save (self->cr);
  cairo_translate (self->cr, px, (near + far) / 2);
  cairo_scale (self->cr, rx * tst_scale (self, z), MAX (1.5, (near - far) / 2));
  cairo_set_source (self->cr, soft);
  cairo_arc (self->cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_fill (self->cr);
  cairo_restore (self->cr);
  cairo_pattern_destroy (soft);
}

/* Premultiplied black or white with as much alpha as @value is away from a half. */
static guint32
grain_pixel (float value)
{
  float off = CLAMP (value * 2 - 1, -1, 1);
  guint alpha = (guint)(fabsf (off) * 255);
  guint level = off > 0 ? alpha : 0;

  return alpha << 24 | level << 16 | level << 8 | level;
}

static cairo_surface_t *
grain_surface (const TstCanvas *self, guint32 **pixels, guint *stride)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, UNITS, (int)ceil (self->h));

  *pixels = (guint32 *)(void *)cairo_image_surface_get_data (surface);
  *stride = cairo_image_surface_get_stride (surface) / 4;
  return surface;
}

static void
make_ground_grain (TstCanvas *self)
{
  guint32 *fine;
  guint32 *patches;
  guint stride;
  float shift = tst_between (self->place, 0, 200);

  self->fine = grain_surface (self, &fine, &stride);
  self->patches = grain_surface (self, &patches, &stride);
  for (guint y = (guint)MAX (0, self->horizon + 1); y < (guint)ceil (self->h); y++)
    {
      float z = self->focal * self->eye / (y - self->horizon);
      /* What lies closer together than pixels fades. */
      float size = z / (float)self->focal;
      float clear = MIN (1, 0.035f / size);
      float clearer = MIN (1, 0.008f / size);

      for (guint x = 0; x < (guint)UNITS; x++)
        {
          float wx = (x - (float)self->centre) * size + 1000;
          float grain = (noise (wx * 7, z * 5) - 0.5f) * clear * 0.35f
                        + (noise (wx * 24, z * 18) - 0.5f) * clearer * 0.6f
                        + (noise (wx * 61, z * 47) - 0.5f) * clearer * 0.7f
                        + (lattice[(y * 7919 + x) & (LATTICE * LATTICE - 1)] - 0.5f) * 0.6f;

          fine[y * stride + x] = grain_pixel (0.5f + grain);
          patches[y * stride + x]
              = grain_pixel (0.5f + (layered (wx * 0.45f + shift, z * 0.22f + shift, 3) - 0.5f) * 1.7f);
        }
    }
  cairo_surface_mark_dirty (self->fine);
  cairo_surface_mark_dirty (self->patches);
}

static void
make_wall_grain (TstCanvas *self)
{
  guint32 *pixels;
  guint32 *rough;
  guint stride;
  float shift = tst_between (self->place, 0, 200);

  self->wall = grain_surface (self, &pixels, &stride);
  self->rough = grain_surface (self, &rough, &stride);
  for (guint y = 0; y < (guint)ceil (self->h); y++)
    for (guint x = 0; x < (guint)UNITS; x++)
      {
        /* Streaks of rain run down, stains lie about, and all is a little rough. */
        float speck = lattice[(y * 5077 + x * 3) & (LATTICE * LATTICE - 1)] - 0.5f;
        float stain = layered (x * 0.017f + shift, y * 0.02f, 3) - 0.5f;
        float streak = noise (x * 0.11f + shift, y * 0.011f) - 0.5f;
        float clump = noise (x * 0.05f + shift, y * 0.075f) - 0.5f;
        float leaf = noise (x * 0.16f, y * 0.22f + shift) - 0.5f;

        pixels[y * stride + x] = grain_pixel (0.5f + streak * 0.28f + stain * 0.8f + speck * 0.4f);
        rough[y * stride + x]
            = grain_pixel (0.5f + stain * 0.7f + clump * 0.55f + leaf * 0.55f + speck * 0.4f);
      }
  cairo_surface_mark_dirty (self->wall);
  cairo_surface_mark_dirty (self->rough);
}

TstCanvas *
tst_canvas_new (int width, int height, guint32 place, guint32 seed, int weather)
{
  TstCanvas *self = g_new0 (TstCanvas, 1);
  static const struct
  {
    guint32 top, low, haze;
    TstRgb light, shade;
    double sunlight;
  } kinds[TST_N_WEATHERS] = {
    [TST_WEATHER_CLEAR] = { 0x3f78b8, 0xc5dcea, 0xb9cfdd, { 1.08, 1.05, 0.98 }, { 0.58, 0.64, 0.74 }, 1 },
    [TST_WEATHER_CUMULUS] = { 0x4d86c2, 0xd3e3ea, 0xc3d4dc, { 1.04, 1.02, 0.97 }, { 0.6, 0.66, 0.74 }, 0.85 },
    [TST_WEATHER_GOLDEN] = { 0x5b83b3, 0xf3d7ab, 0xe3cfb4, { 1.14, 1.0, 0.82 }, { 0.52, 0.55, 0.66 }, 1 },
    [TST_WEATHER_OVERCAST] = { 0xa9b3ba, 0xdfe4e6, 0xcfd6d9, { 0.9, 0.91, 0.92 }, { 0.7, 0.72, 0.74 }, 0.2 },
    [TST_WEATHER_RAIN] = { 0x868f96, 0xc3c9cc, 0xb4bcc0, { 0.76, 0.78, 0.8 }, { 0.6, 0.63, 0.66 }, 0.05 },
  };
  static const TstWeather odds[]
      = { TST_WEATHER_CLEAR,   TST_WEATHER_CUMULUS,  TST_WEATHER_CUMULUS, TST_WEATHER_GOLDEN,
          TST_WEATHER_CUMULUS, TST_WEATHER_OVERCAST, TST_WEATHER_CLEAR,   TST_WEATHER_RAIN };

  fill_lattice ();
  self->width = width;
  self->height = height;
  self->w = UNITS;
  self->h = UNITS * height / width;
  self->focal = 1180;
  self->place = g_rand_new_with_seed (place * 2654435761u + 1);
  self->day = g_rand_new_with_seed (seed * 2246822519u + 7);
  self->weather
      = weather >= 0 ? (TstWeather)weather : odds[g_rand_int_range (self->day, 0, G_N_ELEMENTS (odds))];
  /* The hand of whoever took it. */
  self->centre = UNITS / 2 + tst_between (self->day, -14, 14);
  self->sun = tst_between (self->day, 0.4, 0.9) * (g_rand_boolean (self->day) ? 1 : -1);
  self->sky_top = tst_rgb (kinds[self->weather].top);
  self->sky_low = tst_rgb (kinds[self->weather].low);
  self->haze = tst_rgb (kinds[self->weather].haze);
  self->light = kinds[self->weather].light;
  self->shade = kinds[self->weather].shade;
  self->sunlight = kinds[self->weather].sunlight;
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  self->cr = cairo_create (self->surface);
  cairo_scale (self->cr, width / UNITS, width / UNITS);
  return self;
}

void
tst_canvas_free (TstCanvas *self)
{
  g_clear_pointer (&self->fine, cairo_surface_destroy);
  g_clear_pointer (&self->patches, cairo_surface_destroy);
  g_clear_pointer (&self->wall, cairo_surface_destroy);
  g_clear_pointer (&self->rough, cairo_surface_destroy);
  cairo_destroy (self->cr);
  cairo_surface_destroy (self->surface);
  g_rand_free (self->place);
  g_rand_free (self->day);
  g_free (self);
}

void
tst_canvas_set_camera (TstCanvas *self, double horizon, double eye)
{
  self->horizon = self->h * horizon + tst_between (self->day, -8, 8);
  self->eye = eye;
  make_ground_grain (self);
  make_wall_grain (self);
}

/* How thick the cloud is at a point of the sky: a layer seen from below, flatter towards the horizon. */
static float
cloud (const TstCanvas *self, float x, float y, float shift)
{
  float depth = 260 / ((float)self->horizon - y + 60);
  float wx = (x - 800) * 0.0042f * depth + shift;
  float wy = depth * 2.2f + shift;
  float value = layered (wx, wy, 5);

  switch (self->weather)
    {
    case TST_WEATHER_CLEAR:
      return CLAMP ((value - 0.6f) * 3.5f, 0, 0.7f);
    case TST_WEATHER_CUMULUS:
      return CLAMP ((value - 0.47f) * 6, 0, 1);
    case TST_WEATHER_GOLDEN:
      return CLAMP ((value - 0.52f) * 4, 0, 0.85f);
    case TST_WEATHER_OVERCAST:
    case TST_WEATHER_RAIN:
    case TST_N_WEATHERS:
    default:
      return CLAMP (0.55f + (value - 0.5f) * 1.8f, 0, 1);
    }
}

void
tst_canvas_sky (TstCanvas *self)
{
  int w = 534;
  int h = MAX (8, (int)(self->horizon / 3) + 4);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, w, h);
  guint32 *pixels = (guint32 *)(void *)cairo_image_surface_get_data (surface);
  guint stride = cairo_image_surface_get_stride (surface) / 4;
  float shift = tst_between (self->day, 0, 180);
  gboolean dull = self->weather >= TST_WEATHER_OVERCAST;
  TstRgb white = self->weather == TST_WEATHER_GOLDEN ? tst_rgb (0xfff0d8)
                 : dull                              ? tst_mix (self->sky_low, tst_rgb (0xffffff), 0.45)
                                                     : tst_rgb (0xfdfdfb);
  TstRgb grey = self->weather == TST_WEATHER_GOLDEN ? tst_rgb (0xb49c95)
                : dull                              ? tst_mix (self->sky_top, tst_rgb (0x59626a), 0.25)
                                                    : tst_rgb (0xa9b6c4);
  float sun_x = 800 + self->sun * 700;
  float sun_y = self->horizon * 0.25;

  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++)
      {
        float ux = x * 3;
        float uy = MIN (y * 3.0f, (float)self->horizon);
        float thick = cloud (self, ux, uy, shift);
        /* A cloud is bright where there is less of it towards the sun. */
        float towards = cloud (self, ux + (self->sun > 0 ? 40 : -40), uy - 25, shift);
        double t = pow (uy / self->horizon, 1.5);
        double glow = self->sunlight * exp (-hypot (ux - sun_x, uy - sun_y) / 420) * 0.5;
        TstRgb colour = tst_mix (self->sky_top, self->sky_low, t);
        TstRgb puff = tst_mix (white, grey, CLAMP (0.15 + towards * 0.75 - 0.2 * (1 - thick), 0, 1));

        colour = tst_mix (colour, tst_mix (self->light, white, 0.6), glow);
        colour = tst_mix (colour, puff, thick * (0.95 - 0.45 * t * t));
        pixels[y * stride + x] = (guint32)(CLAMP (colour.r, 0, 1) * 255) << 16
                                 | (guint32)(CLAMP (colour.g, 0, 1) * 255) << 8
                                 | (guint32)(CLAMP (colour.b, 0, 1) * 255);
      }
  cairo_surface_mark_dirty (surface);
  cairo_save (self->cr);
  cairo_scale (self->cr, UNITS / (w - 1), 3);
  cairo_set_source_surface (self->cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (self->cr), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (self->cr), CAIRO_EXTEND_PAD);
  cairo_paint (self->cr);
  cairo_restore (self->cr);
  cairo_surface_destroy (surface);
}

void
tst_canvas_mountains (TstCanvas *self, guint n, double height)
{
  static const guint32 greens[] = { 0x6f8f6a, 0x5d8150, 0x4d7241 };

  for (guint i = 0; i < n; i++)
    {
      double t = (i + 1.0) / n;
      double top = height * (1 - 0.62 * i / MAX (n, 1));
      float shift = tst_between (self->place, 0, 250);
      TstRgb green
          = tst_mix (tst_rgb (greens[MIN (i, 2)]), tst_rgb (0x7c8a55), tst_between (self->place, 0, 0.35));
      TstRgb colour = tst_mix (self->haze, tst_lit (self, green, 0.75), 0.22 + 0.55 * t);
      cairo_pattern_t *fade;

      cairo_new_path (self->cr);
      cairo_move_to (self->cr, 0, self->horizon + 4);
      for (double x = 0; x <= UNITS; x += 5)
        {
          float ridge = layered (x * 0.0022f * (1 + 0.5f * i) + shift, shift, 6);

          cairo_line_to (self->cr, x,
                         self->horizon - top * (0.25 + 0.75 * CLAMP ((ridge - 0.25) * 1.9, 0, 1.2)));
        }
      cairo_line_to (self->cr, UNITS, self->horizon + 4);
      cairo_close_path (self->cr);
      fade = cairo_pattern_create_linear (0, self->horizon - top, 0, self->horizon);
      cairo_pattern_add_color_stop_rgb (fade, 0, colour.r * 0.94, colour.g * 0.94, colour.b * 0.95);
      colour = tst_mix (colour, self->haze, 0.42 - 0.3 * t);
      cairo_pattern_add_color_stop_rgb (fade, 1, colour.r, colour.g, colour.b);
      cairo_set_source (self->cr, fade);
      cairo_fill_preserve (self->cr);
      /* Woods and pastures on the slopes. */
      tst_grain (self, self->rough, 0.06 + 0.22 * t);
      cairo_new_path (self->cr);
      cairo_pattern_destroy (fade);
    }
}

void
tst_canvas_ground (TstCanvas *self, TstRgb near, TstRgb far, double grain)
{
  cairo_pattern_t *fade = cairo_pattern_create_linear (0, self->horizon, 0, self->h);
  TstRgb dim = tst_mix (tst_lit (self, far, 0.8), self->haze, 0.35);
  TstRgb mid = tst_lit (self, tst_mix (far, near, 0.6), 0.85);

  near = tst_lit (self, near, 0.9);
  cairo_pattern_add_color_stop_rgb (fade, 0, dim.r, dim.g, dim.b);
  cairo_pattern_add_color_stop_rgb (fade, 0.18, mid.r, mid.g, mid.b);
  cairo_pattern_add_color_stop_rgb (fade, 1, near.r, near.g, near.b);
  cairo_rectangle (self->cr, 0, self->horizon, UNITS, self->h - self->horizon);
  cairo_set_source (self->cr, fade);
  cairo_fill_preserve (self->cr);
  tst_grain (self, self->patches, grain * 0.55);
  tst_grain (self, self->fine, grain);
  cairo_new_path (self->cr);
  cairo_pattern_destroy (fade);
}

static void
draw_rain (TstCanvas *self)
{
  cairo_set_line_cap (self->cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < 420; i++)
    {
      double x = tst_between (self->day, -50, UNITS + 50);
      double y = tst_between (self->day, -40, self->h);
      double length = tst_between (self->day, 12, 55);

      cairo_set_line_width (self->cr, tst_between (self->day, 0.6, 1.6));
      cairo_set_source_rgba (self->cr, 0.92, 0.94, 0.97, tst_between (self->day, 0.08, 0.3));
      cairo_move_to (self->cr, x, y);
      cairo_line_to (self->cr, x - length * 0.14, y + length);
      cairo_stroke (self->cr);
    }
  /* The veil that many drops make together. */
  tst_ink (self, self->haze, 0.14);
  cairo_paint (self->cr);
}

guint8 *
tst_canvas_develop (TstCanvas *self)
{
  guint8 *out = g_malloc_n ((gsize)self->width * self->height, 3);
  const guint8 *data;
  gsize stride;
  guint8 curve[256];
  guint32 state = g_rand_int (self->day) | 1;
  g_autofree guint16 *lines = NULL;
  g_autofree guint16 *falloff = g_new (guint16, self->width);
  gsize row = (gsize)self->width * 3;

  if (self->weather == TST_WEATHER_RAIN)
    draw_rain (self);
  cairo_surface_flush (self->surface);
  data = cairo_image_surface_get_data (self->surface);
  stride = cairo_image_surface_get_stride (self->surface);
  for (guint i = 0; i < 256; i++)
    {
      double v = i / 255.0;
      double s = v * v * (3 - 2 * v);

      curve[i] = CLAMP ((v * 0.68 + s * 0.32) * 250 + 3, 0, 255);
    }
  for (int x = 0; x < self->width; x++)
    {
      double d = (x - self->width / 2.0) / (self->width / 2.0);

      falloff[x] = (guint16)(1000 * d * d);
    }

  /* A lens is never as sharp as a drawing: 1-2-1 each way. Three sums of rows go round. */
  lines = g_malloc_n (3 * row, sizeof (guint16));
  for (int y = -1; y <= self->height; y++)
    {
      int from = CLAMP (y, 0, self->height - 1);
      const guint32 *in = (const guint32 *)(const void *)(data + from * stride);
      guint16 *line = lines + ((y + 3) % 3) * row;

      for (int x = 0; x < self->width; x++)
        {
          guint32 a = in[MAX (x - 1, 0)];
          guint32 b = in[x];
          guint32 c = in[MIN (x + 1, self->width - 1)];

          line[x * 3] = (a >> 16 & 255) + 2 * (b >> 16 & 255) + (c >> 16 & 255);
          line[x * 3 + 1] = (a >> 8 & 255) + 2 * (b >> 8 & 255) + (c >> 8 & 255);
          line[x * 3 + 2] = (a & 255) + 2 * (b & 255) + (c & 255);
        }
      if (y >= 1)
        {
          const guint16 *above = lines + ((y + 1) % 3) * row;
          const guint16 *here = lines + ((y + 2) % 3) * row;
          guint8 *to = out + (gsize)(y - 1) * row;
          double dy = (y - 1 - self->height / 2.0) / (self->height / 2.0);
          guint edge = (guint)(1000 * dy * dy);

          for (int x = 0; x < self->width; x++)
            {
              /* Corners get less light; the sensor adds grain, most of it common to the three colours. */
              int gain = 4096 - (int)(falloff[x] + edge) * 520 / 2000;
              int grain;

              state = state * 1664525 + 1013904223;
              grain = (int)(state >> 28) + (int)(state >> 20 & 15) - 15;
              for (int i = 0; i < 3; i++)
                {
                  int v = (above[x * 3 + i] + 2 * here[x * 3 + i] + line[x * 3 + i]) >> 4;

                  v = (v * gain >> 12) + ((grain + (int)(state >> (8 + 4 * i) & 7) - 3) >> 2);
                  to[x * 3 + i] = curve[CLAMP (v, 0, 255)];
                }
            }
        }
    }
  return out;
}
