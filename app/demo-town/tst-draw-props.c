/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-draw-props.h"

#include <math.h>

/* Begins drawing in metres around a point on the ground, y up. */
static void
enter (TstCanvas *c, double x, double z, gboolean mirror)
{
  double px;
  double py;
  double scale = tst_scale (c, z);

  tst_project (c, x, 0, z, &px, &py);
  cairo_save (c->cr);
  cairo_translate (c->cr, px, py);
  cairo_scale (c->cr, mirror ? -scale : scale, -scale);
}

static void
leave (TstCanvas *c)
{
  cairo_restore (c->cr);
}

static void
fill (TstCanvas *c, TstRgb colour, double z, double sun)
{
  tst_ink (c, tst_far (c, tst_lit (c, colour, sun), z), 1);
  cairo_fill (c->cr);
}

static void
polygon (TstCanvas *c, guint n, const double (*points)[2])
{
  cairo_new_path (c->cr);
  for (guint i = 0; i < n; i++)
    cairo_line_to (c->cr, points[i][0], points[i][1]);
  cairo_close_path (c->cr);
}
#define POLYGON(c, ...)                                                                                      \
  polygon (c, sizeof ((double[][2]){ __VA_ARGS__ }) / sizeof (double[2]),                                    \
           (const double (*)[2]) (double[][2]){ __VA_ARGS__ })

static void
disc (TstCanvas *c, double x, double y, double rx, double ry)
{
  cairo_save (c->cr);
  cairo_translate (c->cr, x, y);
  cairo_scale (c->cr, rx, ry);
  cairo_new_path (c->cr);
  cairo_arc (c->cr, 0, 0, 1, 0, 2 * G_PI);
  cairo_restore (c->cr);
}

/* A crown of leaves: clusters within clusters, dark below and behind, bright towards the sun. */
static void
crown (TstCanvas *c, double x, double y, double rx, double ry, TstRgb green, TstRgb flower, double flowers,
       double z)
{
  double pixels = rx * tst_scale (c, z);
  guint n = CLAMP (pixels * 3.6, 30, 800);
  double leaf = rx * CLAMP (2.5 / sqrt (n), 0.075, 0.3);

  for (guint i = 0; i < n; i++)
    {
      double t = (double)i / n;
      double angle = tst_between (c->place, 0, 2 * G_PI);
      double radius = sqrt (tst_between (c->place, 0, 1)) * (1 - 0.35 * t);
      double dx = cos (angle) * radius + c->sun * 0.16 * t;
      double dy = sin (angle) * radius + 0.18 * t;
      double sun = CLAMP (0.18 + 0.55 * t + 0.3 * dy + 0.22 * dx * c->sun, 0, 1);
      double wobble = tst_between (c->place, 0.85, 1.12);
      TstRgb colour = tst_between (c->place, 0, 1) < flowers * (0.35 + t) ? flower : green;
      double size = leaf * tst_between (c->place, 0.7, 1.3);

      colour = tst_mix (tst_rgb (0x10240f), colour, 0.32 + 0.68 * sun);
      colour = (TstRgb){ colour.r * wobble, colour.g * wobble, colour.b * wobble };
      disc (c, x + dx * rx, y + dy * ry, size * tst_between (c->place, 0.9, 1.5), size);
      fill (c, colour, z, 0.25 + 0.75 * sun);
    }
}

static void
palm (TstCanvas *c, double z, double height)
{
  TstRgb trunk = tst_rgb (0x8d8371);

  POLYGON (c, { -0.16, 0 }, { 0.16, 0 }, { 0.1, height * 0.86 }, { -0.08, height * 0.86 });
  fill (c, trunk, z, 0.6);
  for (guint i = 0; i < 22; i++)
    {
      double angle = -0.5 + G_PI * 1.15 * i / 21.0 + tst_between (c->place, -0.1, 0.1);
      double reach = height * tst_between (c->place, 0.26, 0.36);
      double tip_x = cos (angle) * reach;
      double tip_y = height * 0.86 + sin (angle) * reach * 0.75 - 0.12 * height * fabs (cos (angle));
      double mid_x = cos (angle) * reach * 0.55;
      double mid_y = height * 0.9 + sin (angle) * reach * 0.8;

      cairo_new_path (c->cr);
      cairo_move_to (c->cr, 0, height * 0.86);
      cairo_curve_to (c->cr, mid_x * 0.5, mid_y + 0.25, mid_x, mid_y + 0.3, tip_x, tip_y);
      cairo_curve_to (c->cr, mid_x, mid_y - 0.35, mid_x * 0.5, mid_y - 0.4, 0, height * 0.86);
      fill (c, tst_mix (tst_rgb (0x31562b), tst_rgb (0x83a24e), tst_between (c->place, 0, 0.8)), z,
            0.45 + 0.4 * sin (angle));
    }
}

void
tst_draw_tree (TstCanvas *c, double x, double z, double height, TstTree kind)
{
  static const guint32 greens[] = { 0x5f8a3a, 0x4f7d34, 0x6f9440, 0x437033, 0x7d9a4a };
  TstRgb green = tst_rgb (greens[g_rand_int_range (c->place, 0, G_N_ELEMENTS (greens))]);
  TstRgb flower = tst_rgb (kind == TST_TREE_PINK ? 0xe6a5bd : 0xf2c51f);
  double wide = height * tst_between (c->place, 0.27, 0.36);

  tst_shadow (c, x, z, height * 0.32, height * 0.2, 0.9);
  enter (c, x, z, FALSE);
  if (kind == TST_TREE_PALM)
    palm (c, z, height);
  else
    {
      double lean = tst_between (c->place, -0.05, 0.05) * height;

      POLYGON (c, { -height * 0.028, 0 }, { height * 0.028, 0 }, { lean + height * 0.016, height * 0.6 },
               { lean - height * 0.016, height * 0.6 });
      fill (c, tst_rgb (0x5f4e3c), z, 0.45);
      for (int side = -1; side <= 1; side += 2)
        {
          POLYGON (c, { lean * 0.6 - height * 0.012, height * 0.36 },
                   { lean * 0.6 + height * 0.012, height * 0.36 },
                   { lean + side * wide * 0.55, height * 0.62 });
          fill (c, tst_rgb (0x564736), z, 0.4);
        }
      crown (c, lean, height * 0.66, wide, height * 0.3, green, flower, kind == TST_TREE_GREEN ? 0 : 0.75, z);
    }
  leave (c);
}

void
tst_draw_bush (TstCanvas *c, double x, double z, double width)
{
  static const guint32 greens[] = { 0x567f38, 0x6d8d3f, 0x4a7435 };
  gboolean blooms = tst_between (c->place, 0, 1) < 0.3;

  tst_shadow (c, x, z, width * 0.6, width * 0.3, 0.7);
  enter (c, x, z, FALSE);
  crown (c, 0, width * 0.3, width * 0.5, width * 0.33, tst_rgb (greens[g_rand_int_range (c->place, 0, 3)]),
         tst_rgb (0xc94f6d), blooms ? 0.3 : 0, z);
  leave (c);
}

void
tst_draw_tufts (TstCanvas *c, guint n, double x0, double x1, double z0, double z1, double height)
{
  for (guint i = 0; i < n; i++)
    {
      /* From far to near. */
      double t = 1 - (double)i / n;
      double z = z0 + (z1 - z0) * t * t;
      double x = tst_between (c->place, x0, x1);
      TstRgb green = tst_mix (tst_rgb (0x5c7d33), tst_rgb (0xa6a55a), tst_between (c->place, 0, 1));

      enter (c, x, z, FALSE);
      for (guint j = 0; j < 7; j++)
        {
          double lean = tst_between (c->place, -0.5, 0.5) * height;
          double tall = height * tst_between (c->place, 0.5, 1.2);
          double foot = tst_between (c->place, -0.12, 0.12);

          POLYGON (c, { foot - 0.015, -0.01 }, { foot + 0.02, -0.01 }, { foot + lean, tall });
          fill (c, green, z, tst_between (c->place, 0.4, 1));
        }
      leave (c);
    }
}

void
tst_draw_cone (TstCanvas *c, double x, double z)
{
  TstRgb orange = tst_rgb (0xf0591c);

  tst_shadow (c, x, z, 0.34, 0.2, 1);
  enter (c, x, z, FALSE);
  POLYGON (c, { -0.22, 0 }, { 0.22, 0 }, { 0.2, 0.05 }, { -0.2, 0.05 });
  fill (c, tst_rgb (0x2c2c2c), z, 0.5);
  POLYGON (c, { -0.15, 0.05 }, { 0.15, 0.05 }, { 0.035, 0.75 }, { -0.035, 0.75 });
  fill (c, orange, z, 0.85);
  POLYGON (c, { -0.105, 0.32 }, { 0.105, 0.32 }, { 0.078, 0.48 }, { -0.078, 0.48 });
  fill (c, tst_rgb (0xf4f4f0), z, 0.95);
  POLYGON (c, { -0.063, 0.58 }, { 0.063, 0.58 }, { 0.05, 0.66 }, { -0.05, 0.66 });
  fill (c, tst_rgb (0xf4f4f0), z, 0.95);
  /* The side away from the sun. */
  POLYGON (c, { 0, 0.05 }, { c->sun > 0 ? -0.15 : 0.15, 0.05 }, { c->sun > 0 ? -0.035 : 0.035, 0.75 },
           { 0, 0.75 });
  tst_ink (c, tst_rgb (0x30140a), 0.25);
  cairo_fill (c->cr);
  leave (c);
}

static void
body (TstCanvas *c, double z, double height, TstRgb trousers, TstRgb shirt, TstRgb skin, gboolean vest,
      TstRgb helmet)
{
  double step = tst_between (c->day, 0.02, 0.12);
  double arm = tst_between (c->day, 0.02, 0.22);
  double k = height / 1.72;

  cairo_scale (c->cr, k, k);
  POLYGON (c, { -0.14 - step, 0 }, { -0.03 - step, 0 }, { 0.0, 0.86 }, { -0.17, 0.86 });
  fill (c, trousers, z, 0.5);
  POLYGON (c, { 0.04 + step, 0 }, { 0.15 + step, 0 }, { 0.17, 0.86 }, { 0, 0.86 });
  fill (c, trousers, z, 0.65);
  POLYGON (c, { -0.16 - step, 0 }, { 0.0 - step, 0 }, { -0.03 - step, 0.09 }, { -0.13 - step, 0.09 });
  fill (c, tst_rgb (0x3a2d22), z, 0.5);
  POLYGON (c, { 0.03 + step, 0 }, { 0.19 + step, 0 }, { 0.14 + step, 0.09 }, { 0.04 + step, 0.09 });
  fill (c, tst_rgb (0x3a2d22), z, 0.5);
  /* Arms behind, trunk, head. */
  POLYGON (c, { -0.2, 1.38 }, { -0.24 - arm, 0.86 }, { -0.17 - arm, 0.84 }, { -0.11, 1.3 });
  fill (c, shirt, z, 0.45);
  POLYGON (c, { 0.2, 1.38 }, { 0.24 + arm, 0.88 }, { 0.17 + arm, 0.86 }, { 0.11, 1.3 });
  fill (c, shirt, z, 0.6);
  disc (c, -0.205 - arm, 0.83, 0.045, 0.055);
  fill (c, skin, z, 0.6);
  disc (c, 0.205 + arm, 0.85, 0.045, 0.055);
  fill (c, skin, z, 0.7);
  POLYGON (c, { -0.18, 0.82 }, { 0.18, 0.82 }, { 0.21, 1.38 }, { 0.08, 1.45 }, { -0.08, 1.45 },
           { -0.21, 1.38 });
  fill (c, vest ? tst_rgb (0xf26a1b) : shirt, z, 0.8);
  if (vest)
    {
      POLYGON (c, { -0.185, 0.98 }, { 0.185, 0.98 }, { 0.19, 1.05 }, { -0.19, 1.05 });
      fill (c, tst_rgb (0xe8ecc8), z, 1);
      POLYGON (c, { -0.12, 0.98 }, { -0.08, 0.98 }, { -0.07, 1.42 }, { -0.11, 1.42 });
      fill (c, tst_rgb (0xe8ecc8), z, 1);
      POLYGON (c, { 0.12, 0.98 }, { 0.08, 0.98 }, { 0.07, 1.42 }, { 0.11, 1.42 });
      fill (c, tst_rgb (0xe8ecc8), z, 1);
    }
  disc (c, 0, 1.56, 0.09, 0.115);
  fill (c, skin, z, 0.7);
  cairo_new_path (c->cr);
  cairo_arc (c->cr, 0, 1.59, 0.115, 0, G_PI);
  cairo_close_path (c->cr);
  fill (c, helmet, z, 0.9);
  if (vest)
    {
      POLYGON (c, { -0.14, 1.585 }, { 0.14, 1.585 }, { 0.13, 1.61 }, { -0.13, 1.61 });
      fill (c, helmet, z, 0.7);
    }
}

void
tst_draw_worker (TstCanvas *c, double x, double z, guint colour)
{
  static const guint32 helmets[] = { 0xf5c518, 0xf2f2ee, 0x2f6db5 };

  tst_shadow (c, x, z, 0.45, 0.25, 1);
  enter (c, x, z, g_rand_boolean (c->day));
  body (c, z, 1.72, tst_rgb (0x3d4c63), tst_rgb (0x5c6f8c), tst_rgb (0xa8744f), TRUE,
        tst_rgb (helmets[colour % G_N_ELEMENTS (helmets)]));
  leave (c);
}

void
tst_draw_person (TstCanvas *c, double x, double z, double height)
{
  static const guint32 shirts[] = { 0xb9413a, 0x3b7ea1, 0xe0c14b, 0x6a9a58, 0xd9d4c7, 0x8a5a9e, 0xe38b3c };
  static const guint32 skins[] = { 0x8a5a3c, 0xb98259, 0xd0a37c };
  static const guint32 hair[] = { 0x1d1612, 0x2b1d14, 0x4a3a2c };

  tst_shadow (c, x, z, 0.42 * height / 1.7, 0.22, 1);
  enter (c, x, z, g_rand_boolean (c->day));
  body (c, z, height, tst_rgb (g_rand_boolean (c->day) ? 0x39465c : 0x5a5148),
        tst_rgb (shirts[g_rand_int_range (c->day, 0, G_N_ELEMENTS (shirts))]),
        tst_rgb (skins[g_rand_int_range (c->day, 0, G_N_ELEMENTS (skins))]), FALSE,
        tst_rgb (hair[g_rand_int_range (c->day, 0, G_N_ELEMENTS (hair))]));
  leave (c);
}

void
tst_draw_lamp (TstCanvas *c, double x, double z, double height, gboolean left)
{
  tst_shadow (c, x, z, 0.3, 0.15, 0.8);
  enter (c, x, z, left);
  POLYGON (c, { -0.06, 0 }, { 0.06, 0 }, { 0.035, height }, { -0.035, height });
  fill (c, tst_rgb (0x5d666b), z, 0.7);
  cairo_new_path (c->cr);
  cairo_move_to (c->cr, 0, height - 0.3);
  cairo_curve_to (c->cr, 0, height + 0.2, 0.5, height + 0.3, 1.1, height + 0.25);
  cairo_set_line_width (c->cr, 0.06);
  tst_ink (c, tst_far (c, tst_lit (c, tst_rgb (0x5d666b), 0.7), z), 1);
  cairo_stroke (c->cr);
  POLYGON (c, { 0.9, height + 0.18 }, { 1.5, height + 0.16 }, { 1.45, height + 0.28 },
           { 0.95, height + 0.31 });
  fill (c, tst_rgb (0x8b9498), z, 0.8);
  leave (c);
}

void
tst_draw_pole (TstCanvas *c, double x, double z, double height)
{
  enter (c, x, z, FALSE);
  POLYGON (c, { -0.13, 0 }, { 0.13, 0 }, { 0.08, height }, { -0.08, height });
  fill (c, tst_rgb (0xa7a49b), z, 0.6);
  POLYGON (c, { -0.9, height - 0.75 }, { 0.9, height - 0.75 }, { 0.9, height - 0.62 },
           { -0.9, height - 0.62 });
  fill (c, tst_rgb (0x7b766b), z, 0.5);
  POLYGON (c, { 0.12, height - 2.2 }, { 0.5, height - 2.2 }, { 0.5, height - 1.3 }, { 0.12, height - 1.3 });
  fill (c, tst_rgb (0x868b8c), z, 0.6);
  leave (c);
}

void
tst_draw_bench (TstCanvas *c, double x, double z)
{
  tst_shadow (c, x, z, 1.05, 0.35, 1);
  enter (c, x, z, FALSE);
  for (int side = -1; side <= 1; side += 2)
    {
      POLYGON (c, { side * 0.72 - 0.08, 0 }, { side * 0.72 + 0.08, 0 }, { side * 0.72 + 0.06, 0.44 },
               { side * 0.72 - 0.06, 0.44 });
      fill (c, tst_rgb (0x8f9190), z, 0.6);
    }
  for (guint i = 0; i < 3; i++)
    {
      double y = i == 0 ? 0.42 : 0.62 + (i - 1) * 0.17;

      POLYGON (c, { -0.9, y }, { 0.9, y }, { 0.9, y + (i == 0 ? 0.08 : 0.12) },
               { -0.9, y + (i == 0 ? 0.08 : 0.12) });
      fill (c, tst_rgb (0x9a6436), z, 0.65 + 0.12 * i);
    }
  leave (c);
}

void
tst_draw_pile (TstCanvas *c, double x, double z, double width, double height, TstRgb colour)
{
  double px;
  double py;

  tst_shadow (c, x, z, width * 0.62, width * 0.25, 0.9);
  tst_project (c, x, 0, z, &px, &py);
  cairo_save (c->cr);
  cairo_translate (c->cr, px, py);
  cairo_scale (c->cr, tst_scale (c, z), -tst_scale (c, z));
  cairo_new_path (c->cr);
  cairo_move_to (c->cr, -width / 2, -0.03);
  for (guint i = 1; i < 24; i++)
    {
      double t = i / 24.0;

      cairo_line_to (c->cr, -width / 2 + width * t,
                     height * pow (sin (t * G_PI), 0.85) * tst_between (c->place, 0.93, 1.05));
    }
  cairo_line_to (c->cr, width / 2, -0.03);
  cairo_curve_to (c->cr, width * 0.3, -0.16, -width * 0.3, -0.16, -width / 2, -0.03);
  cairo_restore (c->cr);
  tst_ink (c, tst_far (c, tst_lit (c, colour, 0.85), z), 1);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->rough, 0.45);
  /* Its far side from the sun. */
  {
    double half = width / 2 * tst_scale (c, z);
    cairo_pattern_t *side = cairo_pattern_create_linear (px - c->sun * half, 0, px + c->sun * half, 0);

    cairo_pattern_add_color_stop_rgba (side, 0, 0.1, 0.08, 0.06, 0.45);
    cairo_pattern_add_color_stop_rgba (side, 0.6, 0.1, 0.08, 0.06, 0);
    cairo_set_source (c->cr, side);
    cairo_fill (c->cr);
    cairo_pattern_destroy (side);
  }
}

static void
wheel (TstCanvas *c, double x, double y, double radius, double z, guint32 hub)
{
  disc (c, x, y, radius, radius);
  fill (c, tst_rgb (0x25262a), z, 0.6);
  disc (c, x, y, radius * 0.55, radius * 0.55);
  fill (c, tst_rgb (hub), z, 0.6);
  disc (c, x, y, radius * 0.2, radius * 0.2);
  fill (c, tst_rgb (0x3a3a3a), z, 0.5);
}

void
tst_draw_excavator (TstCanvas *c, double x, double z, gboolean left)
{
  TstRgb yellow = tst_rgb (0xeeb21c);
  TstRgb dark = tst_rgb (0x2e2f33);

  tst_shadow (c, x, z, 2.6, 1, 1.1);
  enter (c, x, z, left);
  cairo_new_path (c->cr);
  cairo_arc (c->cr, -1.35, 0.42, 0.42, G_PI / 2, 3 * G_PI / 2);
  cairo_arc (c->cr, 1.35, 0.42, 0.42, -G_PI / 2, G_PI / 2);
  cairo_close_path (c->cr);
  fill (c, dark, z, 0.5);
  for (guint i = 0; i < 5; i++)
    {
      disc (c, -1.3 + i * 0.65, 0.4, 0.2, 0.2);
      fill (c, tst_rgb (0x55565a), z, 0.5);
    }
  /* Boom, arm and bucket behind the cabin. */
  POLYGON (c, { 0.75, 1.2 }, { 1.1, 1.25 }, { 2.6, 3.5 }, { 3.05, 3.4 }, { 2.95, 3.75 }, { 2.45, 3.95 },
           { 1.9, 3.4 });
  fill (c, yellow, z, 0.75);
  POLYGON (c, { 2.65, 3.9 }, { 3.0, 3.75 }, { 4.05, 1.75 }, { 3.85, 1.6 });
  fill (c, yellow, z, 0.6);
  cairo_set_line_width (c->cr, 0.09);
  cairo_move_to (c->cr, 1.3, 2.1);
  cairo_line_to (c->cr, 2.15, 3.35);
  tst_ink (c, tst_lit (c, tst_rgb (0xb8bcbe), 0.8), 1);
  cairo_stroke (c->cr);
  POLYGON (c, { 3.75, 1.8 }, { 4.2, 1.7 }, { 4.4, 1.2 }, { 4.1, 0.8 }, { 3.6, 0.9 }, { 3.85, 1.25 });
  fill (c, tst_rgb (0x5b4e3c), z, 0.6);
  POLYGON (c, { -1.75, 0.95 }, { 0.95, 0.95 }, { 0.95, 1.35 }, { -0.2, 1.5 }, { -0.3, 1.95 },
           { -1.75, 1.85 });
  fill (c, yellow, z, 0.8);
  POLYGON (c, { -1.75, 0.95 }, { 0.95, 0.95 }, { 0.95, 1.1 }, { -1.75, 1.1 });
  fill (c, dark, z, 0.5);
  POLYGON (c, { -0.35, 1.4 }, { 0.95, 1.3 }, { 0.95, 1.75 }, { 0.65, 2.75 }, { -0.35, 2.75 });
  fill (c, yellow, z, 0.9);
  POLYGON (c, { -0.2, 1.75 }, { 0.78, 1.75 }, { 0.53, 2.6 }, { -0.2, 2.6 });
  fill (c, tst_mix (tst_rgb (0x31434f), c->sky_low, 0.3), z, 0.8);
  leave (c);
}

void
tst_draw_roller (TstCanvas *c, double x, double z, gboolean left)
{
  TstRgb yellow = tst_rgb (0xe9a91f);

  tst_shadow (c, x, z, 2.3, 0.9, 1.1);
  enter (c, x, z, left);
  POLYGON (c, { -1.9, 0.85 }, { 0.4, 0.85 }, { 0.4, 1.55 }, { -1.6, 1.5 }, { -1.9, 1.3 });
  fill (c, yellow, z, 0.75);
  POLYGON (c, { 0.3, 0.65 }, { 1.95, 0.6 }, { 2.0, 0.95 }, { 0.3, 1.1 });
  fill (c, tst_mix (yellow, tst_rgb (0x000000), 0.2), z, 0.7);
  wheel (c, -1.1, 0.72, 0.72, z, 0xd8d2be);
  disc (c, 1.35, 0.72, 0.72, 0.72);
  fill (c, tst_rgb (0x7d8285), z, 0.75);
  disc (c, 1.35, 0.72, 0.56, 0.56);
  fill (c, tst_rgb (0x5b6064), z, 0.6);
  disc (c, 1.35, 0.72, 0.14, 0.14);
  fill (c, tst_rgb (0xc9a22a), z, 0.7);
  for (guint i = 0; i < 2; i++)
    {
      POLYGON (c, { -0.75 + i * 1.0, 1.5 }, { -0.67 + i * 1.0, 1.5 }, { -0.67 + i * 1.0, 2.65 },
               { -0.75 + i * 1.0, 2.65 });
      fill (c, tst_rgb (0x33363a), z, 0.6);
    }
  POLYGON (c, { -1.0, 2.62 }, { 0.55, 2.62 }, { 0.5, 2.78 }, { -0.95, 2.78 });
  fill (c, yellow, z, 0.95);
  leave (c);
}

void
tst_draw_mesh (TstCanvas *c, double x0, double z0, double x1, double z1)
{
  guint n = CLAMP (hypot (x1 - x0, z1 - z0) / 1.6, 2, 40);

  for (guint i = 0; i < n; i++)
    {
      double ax = x0 + (x1 - x0) * i / n;
      double az = z0 + (z1 - z0) * i / n;
      double bx = x0 + (x1 - x0) * (i + 1) / n;
      double bz = z0 + (z1 - z0) * (i + 1) / n;
      double sag = 0.08;

      tst_path (c, 5,
                (const double[][3]){ { ax, 0.12, az },
                                     { bx, 0.12, bz },
                                     { bx, 1.0, bz },
                                     { (ax + bx) / 2, 1.0 - sag, (az + bz) / 2 },
                                     { ax, 1.0, az } });
      tst_ink (c, tst_lit (c, tst_rgb (0xf0641e), 0.8), 0.55);
      cairo_fill (c->cr);
      for (guint j = 0; j < 3; j++)
        {
          double px;
          double py;

          tst_project (c, ax, 0.14 + 0.42 * j, az, &px, &py);
          cairo_move_to (c->cr, px, py);
          tst_project (c, bx, 0.14 + 0.42 * j, bz, &px, &py);
          cairo_line_to (c->cr, px, py);
        }
      cairo_set_line_width (c->cr, MAX (0.8, 0.035 * tst_scale (c, (az + bz) / 2)));
      tst_ink (c, tst_lit (c, tst_rgb (0xf3702a), 0.9), 0.9);
      cairo_stroke (c->cr);
      enter (c, ax, az, FALSE);
      POLYGON (c, { -0.03, 0 }, { 0.03, 0 }, { 0.03, 1.15 }, { -0.03, 1.15 });
      fill (c, tst_rgb (0x4a4136), az, 0.6);
      leave (c);
    }
}

void
tst_draw_box (TstCanvas *c, double x0, double x1, double y0, double y1, double z0, double z1, TstRgb colour,
              double grain)
{
  TstRgb front = tst_far (c, tst_lit (c, colour, 0.62), z0);
  TstRgb top = tst_far (c, tst_lit (c, colour, 1), z0);
  double sunny = 0.45 + 0.4 * c->sunlight;

  if (x0 > 0)
    TST_FACE (c, tst_far (c, tst_lit (c, colour, c->sun < 0 ? sunny : 0.3), z0), grain, { x0, y0, z0 },
              { x0, y0, z1 }, { x0, y1, z1 }, { x0, y1, z0 });
  if (x1 < 0)
    TST_FACE (c, tst_far (c, tst_lit (c, colour, c->sun > 0 ? sunny : 0.3), z0), grain, { x1, y0, z0 },
              { x1, y0, z1 }, { x1, y1, z1 }, { x1, y1, z0 });
  if (y1 < c->eye)
    TST_FACE (c, top, grain * 0.6, { x0, y1, z0 }, { x1, y1, z0 }, { x1, y1, z1 }, { x0, y1, z1 });
  TST_FACE (c, front, grain, { x0, y0, z0 }, { x1, y0, z0 }, { x1, y1, z0 }, { x0, y1, z0 });
}

/* Part of a front that runs along the street. */
static void
front (TstCanvas *c, TstRgb colour, double grain, double x, double z0, double z1, double y0, double y1)
{
  TST_FACE (c, colour, grain, { x, y0, z0 }, { x, y0, z1 }, { x, y1, z1 }, { x, y1, z0 });
}

void
tst_draw_house (TstCanvas *c, int side, double x, double z0, double z1, double height)
{
  static const guint32 paints[] = { 0xe9dcc0, 0xd98d5f, 0x8fb3c2, 0xe8c66f, 0xc96f5b,
                                    0xdfe3dc, 0xa8bf8f, 0xcfa3a0, 0xf0e8da, 0x7fa39a };
  static const guint32 doors[] = { 0x5a3a26, 0x2f5b52, 0x7b2f2a, 0x35506e, 0x4b4b47 };
  TstRgb paint = tst_rgb (paints[g_rand_int_range (c->place, 0, G_N_ELEMENTS (paints))]);
  TstRgb door = tst_rgb (doors[g_rand_int_range (c->place, 0, G_N_ELEMENTS (doors))]);
  TstRgb roof = tst_mix (tst_rgb (0xa9573a), tst_rgb (0x7f5a4a), tst_between (c->place, 0, 1));
  TstRgb glass = tst_mix (tst_rgb (0x27343d), c->sky_low, 0.22);
  TstRgb frame = tst_rgb (0xf1efe8);
  gboolean sunny = side * c->sun < 0;
  double z = (z0 + z1) / 2;
  double lit = sunny ? 0.55 + 0.45 * c->sunlight : 0.28;
  double out = x + side * 7;
  double length = z1 - z0;
  guint floors = height > 4.5 ? 2 : 1;
  double storey = height / floors;
  double eave = x - side * 0.55;

  /* The wall that looks at us, of brick. */
  TST_FACE (c, tst_far (c, tst_lit (c, tst_rgb (0xa96f52), 0.45), z0), 0.5, { x, 0, z0 }, { out, 0, z0 },
            { out, height, z0 }, { x, height, z0 });
  front (c, tst_far (c, tst_lit (c, paint, lit), z), 0.28, x, z0, z1, 0, height);
  front (c, tst_far (c, tst_lit (c, tst_mix (paint, tst_rgb (0x4b3b33), 0.55), lit), z), 0.35, x, z0, z1, 0,
         0.75);
  for (guint floor = 0; floor < floors; floor++)
    {
      guint n = length > 7 ? 3 : 2;
      guint with_door = floor == 0 ? (guint)g_rand_int_range (c->place, 0, n) : 99;

      for (guint i = 0; i < n; i++)
        {
          double middle = z0 + length * (i + 0.5) / n;
          double half = i == with_door ? 0.55 : 0.7;
          double bottom = i == with_door ? 0.02 : floor * storey + 0.95;
          double top = floor * storey + (i == with_door ? 2.15 : 2.2);
          double inside = x - side * 0.02;

          front (c, tst_far (c, tst_lit (c, frame, lit), z), 0, inside, middle - half - 0.1,
                 middle + half + 0.1, bottom - (i == with_door ? 0 : 0.1), top + 0.1);
          front (c, tst_far (c, tst_lit (c, i == with_door ? door : glass, i == with_door ? lit : 0.8), z), 0,
                 inside, middle - half, middle + half, bottom, top);
          if (i != with_door)
            front (c, tst_far (c, tst_lit (c, frame, lit), z), 0, inside, middle - 0.035, middle + 0.035,
                   bottom, top);
        }
      if (floor == 1)
        {
          double rail = x - side * 0.75;

          TST_FACE (c, tst_far (c, tst_lit (c, tst_mix (paint, tst_rgb (0xffffff), 0.4), 0.7), z0), 0.1,
                    { x, storey - 0.05, z0 + 0.5 }, { rail, storey - 0.05, z0 + 0.5 },
                    { rail, storey + 0.14, z0 + 0.5 }, { x, storey + 0.14, z0 + 0.5 });
          front (c, tst_far (c, tst_lit (c, tst_mix (paint, tst_rgb (0xffffff), 0.4), lit), z), 0.1, rail,
                 z0 + 0.5, z1 - 0.5, storey - 0.05, storey + 0.14);
          for (guint i = 0; i <= 14; i++)
            {
              double at = z0 + 0.55 + (length - 1.1) * i / 14;

              front (c, tst_far (c, tst_lit (c, tst_rgb (0x3d3530), 0.5), z), 0, rail, at, at + 0.05,
                     storey + 0.1, storey + 0.95);
            }
          front (c, tst_far (c, tst_lit (c, tst_rgb (0x5a4638), 0.6), z), 0, rail, z0 + 0.5, z1 - 0.5,
                 storey + 0.92, storey + 1.0);
        }
    }
  /* The eave: its shadow on the wall, its underside and its edge of tiles. */
  if (c->sunlight > 0.3)
    front (c, tst_far (c, tst_lit (c, tst_mix (paint, tst_rgb (0x20242c), 0.45), 0.3), z), 0, x - side * 0.01,
           z0, z1, height - 0.5, height);
  TST_FACE (c, tst_far (c, tst_lit (c, tst_rgb (0x5e4536), 0.3), z), 0, { x, height, z0 },
            { eave, height - 0.08, z0 }, { eave, height - 0.08, z1 }, { x, height, z1 });
  front (c, tst_far (c, tst_lit (c, roof, 0.5 + 0.4 * c->sunlight), z), 0.4, eave, z0, z1, height - 0.1,
         height + 0.14);
  TST_FACE (c, tst_far (c, tst_lit (c, roof, 0.6), z0), 0.4, { eave, height - 0.1, z0 },
            { eave, height + 0.14, z0 }, { x + side * 3.2, height + 1.5, z0 }, { out, height + 0.1, z0 },
            { out, height, z0 }, { x, height, z0 });
}
