/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-draw-scene.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>
#include <string.h>

typedef enum
{
  BEFORE,
  DURING,
  AFTER,
  OPENING
} Phase;

/* @done: 0 before the work, 1 when it is finished. */
typedef void (*Draw) (TstCanvas *c, Phase phase, double done);

static TstRgb
lit_far (TstCanvas *c, guint32 colour, double sun, double z)
{
  return tst_far (c, tst_lit (c, tst_rgb (colour), sun), z);
}

/* A strip of ground. */
static void
strip (TstCanvas *c, guint32 colour, double grain, double patches, double x0, double x1, double z0, double z1,
       double y)
{
  const double corners[][3] = { { x0, y, z0 }, { x0, y, z1 }, { x1, y, z1 }, { x1, y, z0 } };

  tst_path (c, 4, corners);
  tst_ink (c, tst_lit (c, tst_rgb (colour), 0.9), 1);
  cairo_fill_preserve (c->cr);
  if (patches > 0)
    tst_grain (c, c->patches, patches);
  tst_grain (c, c->fine, grain);
  /* The air between. */
  {
    double px;
    double near;
    double far;
    cairo_pattern_t *fade;

    tst_project (c, 0, y, z0, &px, &near);
    tst_project (c, 0, y, z1, &px, &far);
    fade = cairo_pattern_create_linear (0, far, 0, MAX (near, far + 1));
    cairo_pattern_add_color_stop_rgba (fade, 0, c->haze.r, c->haze.g, c->haze.b, 0.5 * (1 - exp (-z1 / 110)));
    cairo_pattern_add_color_stop_rgba (fade, 0.2, c->haze.r, c->haze.g, c->haze.b, 0.1);
    cairo_pattern_add_color_stop_rgba (fade, 0.6, c->haze.r, c->haze.g, c->haze.b, 0);
    cairo_set_source (c->cr, fade);
    cairo_fill (c->cr);
    cairo_pattern_destroy (fade);
  }
}

static void
puddle (TstCanvas *c, double x, double z, double rx, double rz)
{
  double px;
  double near;
  double far;
  cairo_pattern_t *mirror;

  tst_project (c, x, 0, z - rz, &px, &near);
  tst_project (c, x, 0, z + rz, &px, &far);
  tst_project (c, x, 0, z, &px, &(double){ 0 });
  cairo_new_path (c->cr);
  for (guint i = 0; i < 26; i++)
    {
      double angle = 2 * G_PI * i / 26;
      double wobble = tst_between (c->place, 0.82, 1.12);

      cairo_line_to (c->cr, px + cos (angle) * rx * wobble * tst_scale (c, z),
                     (near + far) / 2 + sin (angle) * wobble * (near - far) / 2);
    }
  cairo_close_path (c->cr);
  mirror = cairo_pattern_create_linear (0, far, 0, near);
  cairo_pattern_add_color_stop_rgb (mirror, 0, c->sky_low.r * 0.82, c->sky_low.g * 0.82, c->sky_low.b * 0.84);
  cairo_pattern_add_color_stop_rgb (mirror, 1, c->sky_top.r * 0.6 + 0.14, c->sky_top.g * 0.6 + 0.12,
                                    c->sky_top.b * 0.55 + 0.1);
  tst_ink (c, tst_lit (c, tst_rgb (0x4d3b28), 0.6), 0.75);
  cairo_set_line_width (c->cr, MAX (1.5, (near - far) * 0.14));
  cairo_stroke_preserve (c->cr);
  cairo_set_source (c->cr, mirror);
  cairo_fill (c->cr);
  cairo_pattern_destroy (mirror);
}

static void
cables (TstCanvas *c, double x, double height, double z0, double z1, double step)
{
  for (double z = z1; z > z0; z -= step)
    for (int k = -1; k <= 1; k++)
      {
        double ax;
        double ay;
        double bx;
        double by;

        tst_project (c, x + k * 0.8, height - 0.65, z, &ax, &ay);
        tst_project (c, x + k * 0.8, height - 0.65, MAX (1, z - step), &bx, &by);
        cairo_move_to (c->cr, ax, ay);
        cairo_curve_to (c->cr, ax + (bx - ax) * 0.3, ay + (by - ay) * 0.3 + 4, ax + (bx - ax) * 0.6,
                        ay + (by - ay) * 0.6 + 10, bx, by);
        cairo_set_line_width (c->cr, 1.3);
        tst_ink (c, tst_rgb (0x23262a), 0.75);
        cairo_stroke (c->cr);
      }
}

static void
street_houses (TstCanvas *c, int side, double x)
{
  double z[24];
  double heights[24];
  double z0 = 3.2;
  guint n = 0;

  while (z0 < 78 && n < 22)
    {
      z[n] = z0;
      heights[n] = tst_between (c->place, 0, 1) < 0.35 ? tst_between (c->place, 5.4, 6.4)
                                                       : tst_between (c->place, 3, 3.8);
      z0 += tst_between (c->place, 6, 10);
      n++;
      z[n] = z0;
    }
  for (guint i = n; i-- > 0;)
    tst_draw_house (c, side, x * side, z[i], z[i + 1] - 0.05, heights[i]);
}

static void
street (TstCanvas *c, Phase phase, double done)
{
  double half = 3.3;
  double edge = 5.2;
  double reached = phase == BEFORE ? 1000 : phase == DURING ? 6 + 34 * (1 - done) : 0;

  tst_canvas_set_camera (c, 0.45, 1.65);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 200);
  tst_canvas_ground (c, tst_rgb (0x8a7a5c), tst_rgb (0x93885f), 0.35);
  for (guint i = 0; i < 5; i++)
    tst_draw_tree (c, tst_between (c->place, -14, 14), 95 - i * 3, tst_between (c->place, 7, 12),
                   TST_TREE_GREEN);

  if (phase == BEFORE)
    strip (c, 0xa5875f, 0.42, 0.5, -edge, edge, 1.1, 120, 0);
  else
    {
      strip (c, 0xb8a98c, 0.4, 0.25, -edge, edge, 1.1, 120, 0);
      if (reached < 120)
        strip (c, 0x4d4f53, 0.3, 0.1, -half, half, MAX (1.1, reached), 120, 0);
    }
  street_houses (c, -1, edge + 0.1);
  street_houses (c, 1, edge + 0.1);

  for (int side = -1; side <= 1; side += 2)
    {
      /* The pavements come one after the other. */
      gboolean built = phase >= AFTER || (phase == DURING && (side < 0 ? done > 0.25 : done > 0.8));

      if (built)
        {
          double kerb = side * half;
          double inner = side * edge;

          strip (c, 0xc3c0b6, 0.3, 0.18, MIN (kerb, inner), MAX (kerb, inner), 1.1, 110, 0.16);
          TST_FACE (c, tst_lit (c, tst_rgb (0xd6d3c9), side * c->sun < 0 ? 0.9 : 0.45), 0.1, { kerb, 0, 1.1 },
                    { kerb, 0, 110 }, { kerb, 0.16, 110 }, { kerb, 0.16, 1.1 });
          if (phase >= AFTER || done > 0.5)
            strip (c, 0xd9b13b, 0.2, 0, MIN (side * 4.1, side * 4.4), MAX (side * 4.1, side * 4.4), 1.1, 110,
                   0.165);
          for (double z = 36; z > 1.4; z -= 1.5)
            TST_FACE (c, tst_lit (c, tst_rgb (0x8f8d86), 0.7), 0, { kerb, 0.165, z }, { inner, 0.165, z },
                      { inner, 0.165, z + 0.02 + z * 0.002 }, { kerb, 0.165, z + 0.02 + z * 0.002 });
        }
      else
        tst_draw_tufts (c, phase == BEFORE ? 80 : 22, side < 0 ? -edge : edge - 1.3,
                        side < 0 ? -edge + 1.3 : edge, 2.6, 40, 0.28);
    }

  for (double z = 68; z > 4; z -= 16)
    tst_draw_pole (c, -(edge - 0.5), z, 8.2);
  cables (c, -(edge - 0.5), 8.2, 4, 68, 16);

  if (phase == BEFORE)
    {
      for (guint i = 0; i < 2; i++)
        {
          double x = i == 0 ? -1.1 : 0.9;

          strip (c, 0x87694a, 0.4, 0.4, x - 0.28, x + 0.28, 1.1, 70, 0);
        }
      for (guint i = 0; i < 9; i++)
        {
          double z = 21 - i * 2.15;

          puddle (c, tst_between (c->place, -2.4, 2.4), z, tst_between (c->place, 0.4, 1.15),
                  tst_between (c->place, 0.25, 0.6));
        }
      tst_draw_person (c, -4.2, 19, 1.62);
    }
  else if (phase == DURING)
    {
      if (reached > 7)
        strip (c, 0x35363a, 0.5, 0.1, -half, half, reached - 0.3, reached + 0.5, 0.01);
      tst_draw_mesh (c, 3.5, 32, 3.5, 10);
      for (double z = 30; z > 8; z -= 3.4)
        tst_draw_cone (c, -2.9, z);
      tst_draw_roller (c, 0.9, MAX (11, reached + 2.5), c->sun > 0);
      tst_draw_worker (c, -1.3, MAX (12.5, reached + 3), 0);
      tst_draw_pile (c, 4.0, 9.5, 2.6, 1.15, tst_rgb (0xa79c8a));
      tst_draw_worker (c, 2.3, 9.2, 1);
      tst_draw_worker (c, -2.2, 7.6, 2);
      tst_draw_cone (c, -1.9, 5.6);
      tst_draw_cone (c, 1.7, 5.2);
    }
  else
    {
      for (double z = 60; z > 1.5; z -= 3.2)
        strip (c, 0xe6dfc2, 0.15, 0, -0.07, 0.07, z, z + 1.9, 0.005);
      for (int k = -1; k <= 1; k += 2)
        strip (c, 0xe8e6dc, 0.15, 0, k * 3.02 - 0.05, k * 3.02 + 0.05, 1.1, 80, 0.005);
      for (double x = -2.8; x < 2.7; x += 0.8)
        strip (c, 0xf0efe8, 0.12, 0, x, x + 0.45, 9, 11.8, 0.008);
      for (double z = 54; z > 8; z -= 11)
        {
          tst_draw_tree (c, edge - 0.8, z, 3.6, (TstTree)(g_rand_int_range (c->place, 0, 3)));
          tst_draw_lamp (c, -(half + 0.4), z + 4, 6.5, FALSE);
        }
      tst_draw_person (c, 4.0, 14, 1.6);
      tst_draw_person (c, -4.3, 9, 1.7);
      if (phase == OPENING)
        for (guint i = 0; i < 7; i++)
          tst_draw_person (c, tst_between (c->day, -2.5, 2.5), 17 - i * 0.8, tst_between (c->day, 1.2, 1.75));
    }
}

static void
river (TstCanvas *c)
{
  TstRgb water = c->weather == TST_WEATHER_RAIN ? tst_rgb (0x8d7653) : tst_rgb (0x6f8c82);
  cairo_pattern_t *fade;
  double px;
  double top;

  tst_project (c, 0, 0, 90, &px, &top);
  cairo_new_path (c->cr);
  for (guint side = 0; side < 2; side++)
    for (guint i = 0; i <= 40; i++)
      {
        double t = side == 0 ? i / 40.0 : 1 - i / 40.0;
        double z = 2.2 + 88 * t * t;
        double bend = sin (z * 0.09) * 1.6 + z * 0.03;
        double x = bend
                   + (side == 0 ? -1 : 1)
                         * (4.2 + 0.9 * sin (z * 0.31 + side * 2) + tst_between (c->place, -0.15, 0.15));
        double y;

        tst_project (c, x, 0, z, &px, &y);
        cairo_line_to (c->cr, px, y);
      }
  cairo_close_path (c->cr);
  fade = cairo_pattern_create_linear (0, top, 0, c->h);
  water = tst_lit (c, water, 0.85);
  cairo_pattern_add_color_stop_rgb (fade, 0, (water.r + c->sky_low.r * 2) / 3,
                                    (water.g + c->sky_low.g * 2) / 3, (water.b + c->sky_low.b * 2) / 3);
  cairo_pattern_add_color_stop_rgb (fade, 0.45, (water.r * 2 + c->sky_low.r) / 3,
                                    (water.g * 2 + c->sky_low.g) / 3, (water.b * 2 + c->sky_low.b) / 3);
  cairo_pattern_add_color_stop_rgb (fade, 1, water.r * 0.75, water.g * 0.78, water.b * 0.76);
  tst_ink (c, tst_lit (c, tst_rgb (0xa99a7b), 0.8), 1);
  cairo_set_line_width (c->cr, 16);
  cairo_stroke_preserve (c->cr);
  cairo_set_source (c->cr, fade);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->patches, 0.3);
  cairo_save (c->cr);
  cairo_clip (c->cr);
  cairo_pattern_destroy (fade);
  for (guint i = 0; i < 170; i++)
    {
      double t = tst_between (c->day, 0, 1);
      double z = 2.6 + 60 * t * t;
      double y;
      double length = tst_between (c->day, 0.2, 0.9) * tst_scale (c, z);

      tst_project (c, tst_between (c->day, -6, 8), 0, z, &px, &y);
      cairo_move_to (c->cr, px, y);
      cairo_curve_to (c->cr, px + length * 0.3, y - 1.5, px + length * 0.6, y + 1.5, px + length, y);
      cairo_set_line_width (c->cr, CLAMP (0.035 * tst_scale (c, z), 0.7, 4));
      tst_ink (c, tst_rgb (0xf4f7f5), tst_between (c->day, 0.12, 0.5));
      cairo_stroke (c->cr);
    }
  cairo_restore (c->cr);
}

static void
boulder (TstCanvas *c, double x, double z, double size)
{
  double px;
  double py;
  double s = tst_scale (c, z) * size;
  guint32 greys[] = { 0x9a9890, 0x85847e, 0xaaa599 };
  guint32 grey = greys[g_rand_int_range (c->place, 0, 3)];
  double wobble[9];

  tst_shadow (c, x, z, size * 0.8, size * 0.4, 0.9);
  tst_project (c, x, 0, z, &px, &py);
  for (guint i = 0; i < 9; i++)
    wobble[i] = tst_between (c->place, 0.85, 1.1);
  for (guint layer = 0; layer < 3; layer++)
    {
      double k = 1 - layer * 0.24;

      cairo_new_path (c->cr);
      for (guint i = 0; i < 9; i++)
        {
          double angle = G_PI * i / 8;

          cairo_line_to (c->cr, px + c->sun * s * 0.1 * layer + cos (angle) * s * 0.7 * wobble[i] * k,
                         py - sin (angle) * s * 0.55 * wobble[8 - i] * (0.8 + 0.2 * k) * (layer ? 0.97 : 1));
        }
      cairo_close_path (c->cr);
      tst_ink (c, lit_far (c, grey, 0.25 + 0.33 * layer, z), 1);
      cairo_fill_preserve (c->cr);
      tst_grain (c, c->wall, 0.22);
    }
  cairo_new_path (c->cr);
}

/* A hillside beside the stream: rises from the water's edge to the road. */
static void
bank (TstCanvas *c, int side, double z, double foot, guint32 colour)
{
  double points[14][3];

  for (guint i = 0; i < 12; i++)
    {
      double t = i / 11.0;

      points[i][0] = side * (foot + t * 26);
      points[i][1] = pow (t, 0.8) * 10.5 + sin (t * 9 + z) * 0.35 * t;
      points[i][2] = z;
    }
  memcpy (points[12], ((double[3]){ side * 60.0, 10.5, z }), sizeof points[12]);
  memcpy (points[13], ((double[3]){ side * 60.0, 0, z }), sizeof points[13]);
  tst_path (c, 14, (const double (*)[3])points);
  tst_ink (c, lit_far (c, colour, side * c->sun < 0 ? 0.95 : 0.6, z), 1);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->rough, 0.5);
  cairo_new_path (c->cr);
}

static void
scaffold (TstCanvas *c, double x0, double x1, double y0, double y1, double z)
{
  double step = 1.8;

  cairo_set_line_width (c->cr, MAX (1, 0.06 * tst_scale (c, z)));
  tst_ink (c, lit_far (c, 0x6f7579, 0.8, z), 1);
  for (double x = x0; x <= x1 + 0.01; x += (x1 - x0) / MAX (1, round ((x1 - x0) / step)))
    {
      double ax;
      double ay;
      double bx;
      double by;

      tst_project (c, x, y0, z, &ax, &ay);
      tst_project (c, x, y1, z, &bx, &by);
      cairo_move_to (c->cr, ax, ay);
      cairo_line_to (c->cr, bx, by);
    }
  for (double y = y0 + step; y <= y1 + 0.01; y += step)
    {
      double ax;
      double ay;
      double bx;
      double by;

      tst_project (c, x0, y, z, &ax, &ay);
      tst_project (c, x1, y, z, &bx, &by);
      cairo_move_to (c->cr, ax, ay);
      cairo_line_to (c->cr, bx, by);
      tst_project (c, x0, y - step, z, &ax, &ay);
      cairo_move_to (c->cr, ax, ay);
      cairo_line_to (c->cr, bx, by);
    }
  cairo_stroke (c->cr);
  for (double y = y0 + step; y <= y1 + 0.01; y += step)
    TST_FACE (c, lit_far (c, 0xb58b58, 0.8, z), 0.2, { x0, y, z }, { x1, y, z }, { x1, y + 0.12, z },
              { x0, y + 0.12, z });
}

static void
crane (TstCanvas *c, double x, double z, double height)
{
  double top_x = x - height * 0.62;
  double px;
  double py;
  double qx;
  double qy;

  tst_draw_box (c, x - 2.2, x + 3.2, 0.7, 2.3, z, z + 2, tst_rgb (0xe8a020), 0.1);
  tst_draw_box (c, x + 1.4, x + 3.1, 2.2, 3.6, z, z + 1.8, tst_rgb (0xe8a020), 0.1);
  TST_FACE (c, lit_far (c, 0x2e3a42, 0.7, z), 0, { x + 1.6, 2.6, z }, { x + 2.9, 2.6, z },
            { x + 2.9, 3.4, z }, { x + 1.6, 3.4, z });
  TST_FACE (c, lit_far (c, 0xf0b62a, 0.85, z), 0.1, { x + 0.6, 2.2, z }, { x + 1.3, 2.2, z },
            { top_x + 0.15, height, z }, { top_x - 0.15, height, z });
  tst_project (c, top_x, height, z, &px, &py);
  tst_project (c, top_x, height * 0.66, z, &qx, &qy);
  cairo_move_to (c->cr, px, py);
  cairo_line_to (c->cr, qx, qy);
  cairo_set_line_width (c->cr, 1.6);
  tst_ink (c, tst_rgb (0x2b2d30), 0.9);
  cairo_stroke (c->cr);
}

static void
bridge (TstCanvas *c, Phase phase, double done)
{
  double z = 31;
  double deck = 7.6;
  double left = -23;
  double right = 23;
  static const double piers[] = { -7.2, 8.2 };
  double built = phase == BEFORE   ? left
                 : phase == DURING ? left + (right - left) * CLAMP ((done - 0.2) / 0.75, 0, 1)
                                   : right;
  double pier_height = phase == DURING ? (deck - 1.2) * CLAMP (done / 0.3, 0.2, 1) : deck - 1.2;

  tst_canvas_set_camera (c, 0.5, 3.2);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 330);
  tst_canvas_ground (c, tst_rgb (0x77894c), tst_rgb (0x7f9158), 0.5);
  for (int side = -1; side <= 1; side += 2)
    {
      bank (c, side, 58, 6, 0x6c8a4b);
      for (guint i = 0; i < 9; i++)
        tst_draw_tree (c, side * tst_between (c->place, 8, 34), 57 - i * 1.6, tst_between (c->place, 6, 11),
                       i == 4 ? TST_TREE_YELLOW : TST_TREE_GREEN);
      bank (c, side, 38, 7.5, 0x75934d);
      for (guint i = 0; i < 6; i++)
        tst_draw_bush (c, side * tst_between (c->place, 9, 22), 37.5 - i * 0.4,
                       tst_between (c->place, 1.6, 3.2));
    }
  river (c);
  for (guint i = 0; i < 16; i++)
    {
      double at = 30 - i * 1.2;

      boulder (c, sin (at * 0.09) * 1.6 + at * 0.03 + (i % 2 ? 1 : -1) * tst_between (c->place, 3.2, 5.6), at,
               tst_between (c->place, 0.4, 1.1));
    }

  if (phase == BEFORE)
    {
      /* The provisional crossing: planks on logs, a rope on either side. */
      TST_FACE (c, lit_far (c, 0x6d5136, 0.4, 22), 0.3, { -8, 1.25, 22 }, { 8.6, 1.35, 22 }, { 8.6, 1.6, 22 },
                { -8, 1.5, 22 });
      TST_FACE (c, lit_far (c, 0xa07a4f, 0.9, 22), 0.4, { -8, 1.5, 22 }, { 8.6, 1.6, 22 }, { 8.6, 1.6, 23.2 },
                { -8, 1.5, 23.2 });
      for (double x = -7.6; x < 8.6; x += 2.3)
        TST_FACE (c, lit_far (c, 0x5c452f, 0.5, 22), 0.2, { x, x < -6 || x > 7 ? 0.1 : 1.5, 22 },
                  { x + 0.16, x < -6 || x > 7 ? 0.1 : 1.5, 22 }, { x + 0.16, 2.55, 22 }, { x, 2.55, 22 });
      TST_FACE (c, lit_far (c, 0xc9b489, 0.8, 22), 0, { -7.6, 2.45, 22 }, { 8.5, 2.5, 22 }, { 8.5, 2.56, 22 },
                { -7.6, 2.51, 22 });
      tst_draw_person (c, -9.2, 21, 1.7);
    }
  else
    {
      for (guint i = 0; i < 2; i++)
        {
          double x = piers[i];

          tst_shadow (c, x, z, 3, 1.4, 1);
          tst_draw_box (c, x - 1.7, x + 1.7, 0, 0.8, z - 1, z + 3, tst_rgb (0xa9a69c), 0.3);
          tst_draw_box (c, x - 0.85, x + 0.85, 0.8, MAX (1, pier_height - 0.9), z, z + 2.4,
                        tst_rgb (0xbcb9ae), 0.4);
          if (pier_height > deck - 1.5)
            tst_draw_box (c, x - 2, x + 2, pier_height - 0.9, pier_height, z - 0.3, z + 3, tst_rgb (0xb4b1a6),
                          0.35);
          else
            for (double k = -0.7; k <= 0.7; k += 0.28)
              TST_FACE (c, lit_far (c, 0x6b4a37, 0.6, z), 0, { x + k, pier_height - 0.9, z },
                        { x + k + 0.06, pier_height - 0.9, z }, { x + k + 0.06, pier_height + 0.9, z },
                        { x + k, pier_height + 0.9, z });
        }
      for (int side = -1; side <= 1; side += 2)
        tst_draw_box (c, side < 0 ? left - 2 : right - 2.5, side < 0 ? left + 2.5 : right + 2, 0, deck - 0.2,
                      z, z + 5, tst_rgb (0xb3afa4), 0.4);
      if (built > left + 1)
        {
          double end = MIN (right, built + (phase == DURING ? 3.5 : 0));

          /* Beams first, the deck behind them. */
          tst_draw_box (c, left, end, deck - 1.25, deck - 0.3, z, z + 0.8, tst_rgb (0xa7a499), 0.35);
          tst_draw_box (c, left, built, deck - 0.3, deck + 0.05, z - 0.5, z + 7, tst_rgb (0xc7c4b8), 0.25);
          if (c->sunlight > 0.3)
            TST_FACE (c, tst_mix (lit_far (c, 0x6b6a66, 0.2, z), tst_rgb (0x30343a), 0.2), 0.2,
                      { left, deck - 0.55, z - 0.01 }, { end, deck - 0.55, z - 0.01 },
                      { end, deck - 0.3, z - 0.01 }, { left, deck - 0.3, z - 0.01 });
        }
      if (phase >= AFTER)
        {
          static const guint32 cars[] = { 0xb8382f, 0xd8dadb, 0x2f5a8c };

          for (guint i = 0; i < 2; i++)
            {
              double x = tst_between (c->day, -18, 14);
              guint32 paint = cars[g_rand_int_range (c->day, 0, 3)];

              tst_draw_box (c, x, x + 4.1, deck + 0.3, deck + 0.95, z + 2, z + 3.6, tst_rgb (paint), 0);
              TST_FACE (c, lit_far (c, 0x26323a, 0.8, z), 0, { x + 0.7, deck + 0.95, z + 2 },
                        { x + 3.5, deck + 0.95, z + 2 }, { x + 2.9, deck + 1.5, z + 2 },
                        { x + 1.2, deck + 1.5, z + 2 });
            }
          for (double x = left; x <= right; x += 1.15)
            TST_FACE (c, lit_far (c, 0xe4e2da, 0.8, z), 0, { x, deck, z - 0.5 }, { x + 0.14, deck, z - 0.5 },
                      { x + 0.14, deck + 1.05, z - 0.5 }, { x, deck + 1.05, z - 0.5 });
          for (guint i = 0; i < 2; i++)
            TST_FACE (c, lit_far (c, i ? 0x2e7d5b : 0xe4e2da, 0.9, z), 0,
                      { left, deck + 0.45 + i * 0.52, z - 0.5 }, { right, deck + 0.45 + i * 0.52, z - 0.5 },
                      { right, deck + 0.57 + i * 0.52, z - 0.5 }, { left, deck + 0.57 + i * 0.52, z - 0.5 });
          if (phase == OPENING)
            for (guint i = 0; i < 9; i++)
              tst_draw_person (c, -7 + i * 1.1, 9.5, tst_between (c->day, 1.2, 1.75));
        }
      else
        {
          scaffold (c, piers[1] - 2.4, piers[1] + 2.4, 0, MAX (3.6, pier_height), z - 1.2);
          crane (c, 17, z - 2, 15.5);
          tst_draw_mesh (c, -14, 15, -6.5, 12);
          tst_draw_excavator (c, -10.5, 17, FALSE);
          tst_draw_pile (c, 9.2, 13, 3.6, 1.4, tst_rgb (0xa59a86));
          tst_draw_worker (c, 6.6, 11, 0);
          tst_draw_worker (c, 7.6, 10.6, 1);
          tst_draw_worker (c, -6.4, 12.5, 2);
        }
    }
  for (guint i = 0; i < 5; i++)
    tst_draw_bush (c, (i % 2 ? 1 : -1) * tst_between (c->place, 6, 9), 10 - i * 0.9,
                   tst_between (c->place, 1, 1.8));
  tst_draw_tufts (c, 70, -7.5, -4.4, 4.2, 13, 0.4);
  tst_draw_tufts (c, 70, 4.8, 8.5, 4.2, 13, 0.4);
}

/* The roof of the school between two places along it, from eave to ridge. */
static void
roof_sheet (TstCanvas *c, TstRgb colour, double x0, double x1, double from, double to, double grain)
{
  double y0 = 3.15 + 2.2 * from;
  double y1 = 3.15 + 2.2 * to;
  double z0 = 15.1 + 5 * from;
  double z1 = 15.1 + 5 * to;

  tst_path (c, 4, (const double[][3]){ { x0, y0, z0 }, { x1, y0, z0 }, { x1, y1, z1 }, { x0, y1, z1 } });
  tst_ink (c, tst_far (c, tst_lit (c, colour, 0.95), 17), 1);
  cairo_fill_preserve (c->cr);
  if (grain > 0)
    tst_grain (c, c->wall, grain);
  cairo_new_path (c->cr);
}

static void
school (TstCanvas *c, Phase phase, double done)
{
  double left = -11.5;
  double right = 9.5;
  guint n = 21;
  TstRgb paint = phase >= AFTER ? tst_rgb (0xf1e7cf) : tst_rgb (0xcbbf9f);
  TstRgb base = phase >= AFTER ? tst_rgb (0x2f7f86) : tst_rgb (0x8b8f7c);
  double sheets = phase == DURING ? CLAMP ((done - 0.15) / 0.8, 0, 1) : phase == BEFORE ? 0 : 1;

  tst_canvas_set_camera (c, 0.52, 1.7);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 300);
  tst_canvas_ground (c, tst_rgb (0x7f8f55), tst_rgb (0x84925c), 0.45);
  for (guint i = 0; i < 9; i++)
    tst_draw_tree (c, -20.0 + i * 5 + tst_between (c->place, -1.5, 1.5), 34, tst_between (c->place, 6.5, 10),
                   i == 6   ? TST_TREE_PINK
                   : i == 2 ? TST_TREE_PALM
                            : TST_TREE_GREEN);
  strip (c, phase >= AFTER ? 0xb9b4a6 : 0xa79d88, 0.35, phase >= AFTER ? 0.12 : 0.45, -13, 12, 1.1, 15.6, 0);

  /* Inside it is dark. */
  TST_FACE (c, lit_far (c, 0x3a352f, 0.3, 17), 0, { left, 0, 16 }, { right, 0, 16 }, { right, 3.2, 16 },
            { left, 3.2, 16 });
  TST_FACE (c, tst_far (c, tst_lit (c, paint, 0.75), 16), phase >= AFTER ? 0.12 : 0.5, { left, 0, 16 },
            { right, 0, 16 }, { right, 3.2, 16 }, { left, 3.2, 16 });
  TST_FACE (c, tst_far (c, tst_lit (c, base, 0.7), 16), phase >= AFTER ? 0.12 : 0.5, { left, 0, 15.99 },
            { right, 0, 15.99 }, { right, 1.0, 15.99 }, { left, 1.0, 15.99 });
  for (guint i = 0; i < 7; i++)
    {
      double x = left + 0.9 + i * 2.95;
      gboolean door = i == 1 || i == 4;

      TST_FACE (c, lit_far (c, 0xeeeae0, 0.8, 16), 0.1, { x - 0.08, door ? 0 : 1.05, 15.97 },
                { x + (door ? 1.18 : 1.88), door ? 0 : 1.05, 15.97 },
                { x + (door ? 1.18 : 1.88), 2.5, 15.97 }, { x - 0.08, 2.5, 15.97 });
      TST_FACE (c,
                door ? lit_far (c, phase >= AFTER ? 0xc8742f : 0x6a5140, 0.7, 16)
                     : tst_mix (lit_far (c, 0x26333b, 0.8, 16), c->sky_low, 0.25),
                0.08, { x, door ? 0 : 1.13, 15.96 }, { x + (door ? 1.1 : 1.8), door ? 0 : 1.13, 15.96 },
                { x + (door ? 1.1 : 1.8), 2.42, 15.96 }, { x, 2.42, 15.96 });
      if (!door)
        for (guint k = 1; k < 3; k++)
          TST_FACE (c, lit_far (c, 0xeeeae0, 0.8, 16), 0, { x + k * 0.6 - 0.03, 1.13, 15.95 },
                    { x + k * 0.6 + 0.03, 1.13, 15.95 }, { x + k * 0.6 + 0.03, 2.42, 15.95 },
                    { x + k * 0.6 - 0.03, 2.42, 15.95 });
    }
  /* The shadow of the eave. */
  TST_FACE (c, tst_mix (tst_far (c, tst_lit (c, paint, 0.3), 16), tst_rgb (0x2b3038), 0.35), 0.1,
            { left, 2.72, 15.94 }, { right, 2.72, 15.94 }, { right, 3.2, 15.94 }, { left, 3.2, 15.94 });

  /* Roof: what carries it, then sheet by sheet. */
  if (phase == DURING)
    {
      for (guint i = 0; i <= 10; i++)
        {
          double x = left - 0.5 + (right - left + 1) * i / 10;

          roof_sheet (c, tst_rgb (0x4c5358), x - 0.07, x + 0.07, 0, 1, 0);
        }
      for (guint i = 0; i <= 5; i++)
        roof_sheet (c, tst_rgb (0x6d747a), left - 0.6, right + 0.6, i / 5.0 - 0.015, i / 5.0 + 0.015, 0);
    }
  for (guint i = 0; i < n; i++)
    {
      double x0 = left - 0.7 + (right - left + 1.4) * i / n;
      double x1 = left - 0.7 + (right - left + 1.4) * (i + 1) / n;
      double wobble = tst_between (c->place, 0.9, 1.08);
      double fate = tst_between (c->place, 0, 1);
      TstRgb colour = tst_rgb (phase == BEFORE ? (fate < 0.4    ? 0x8b6a52
                                                  : fate < 0.75 ? 0x9b8a7b
                                                                : 0x7c5340)
                                               : 0xb5563a);

      colour = (TstRgb){ colour.r * wobble, colour.g * wobble, colour.b * wobble };
      if (phase == DURING && (i + 0.5) / n > sheets)
        continue;
      if (phase == BEFORE && (i == 5 || i == 14))
        {
          /* Blown away: rafters over the dark. */
          roof_sheet (c, tst_rgb (0x26211d), x0, x1, 0.25, 0.9, 0);
          roof_sheet (c, colour, x0, x1, 0, 0.28, 0.6);
          roof_sheet (c, tst_rgb (0x5e4a38), x0, x1, 0.5, 0.54, 0);
          continue;
        }
      roof_sheet (c, colour, x0, x1 + 0.02, 0, phase == BEFORE && fate > 0.9 ? 0.82 : 1,
                  phase == BEFORE ? 0.75 : 0.18);
      roof_sheet (c, tst_mix (colour, tst_rgb (0x1e1614), 0.45), x1 - 0.07, x1, 0, 1, 0);
      for (guint k = 1; phase != BEFORE && k < 4; k++)
        roof_sheet (c, tst_mix (colour, tst_rgb (0x1e1614), 0.14), x0 + (x1 - x0) * k / 4 - 0.03,
                    x0 + (x1 - x0) * k / 4, 0, 1, 0);
    }
  if (phase == BEFORE)
    {
      roof_sheet (c, tst_rgb (0x3e74ad), left + 12, left + 14.6, 0.1, 0.85, 0.35);
      roof_sheet (c, tst_rgb (0x2b2622), left + 2.1, left + 2.9, 0.4, 0.62, 0);
    }
  if (phase >= AFTER)
    {
      TST_FACE (c, lit_far (c, 0xdadad4, 0.8, 15), 0, { left - 0.7, 3.0, 15.05 }, { right + 0.7, 3.0, 15.05 },
                { right + 0.7, 3.17, 15.05 }, { left - 0.7, 3.17, 15.05 });
      roof_sheet (c, tst_rgb (0x8f4430), left - 0.8, right + 0.8, 0.97, 1.02, 0);
    }

  if (phase == BEFORE)
    {
      tst_draw_tufts (c, 60, -12.5, 11, 12.5, 15.3, 0.4);
      for (guint i = 0; i < 4; i++)
        puddle (c, tst_between (c->place, -6, 6), 11 - i * 1.8, tst_between (c->place, 0.5, 1.2), 0.35);
      tst_draw_tufts (c, 50, -9, 9, 3.2, 8, 0.16);
    }
  else if (phase == DURING)
    {
      scaffold (c, left + 1, left + 11, 0, 3.6, 14.6);
      for (guint i = 0; i < 2; i++)
        {
          /* At work on the scaffold: feet on its planks. */
          double eye = c->eye;

          c->eye = eye - 3.7;
          tst_draw_worker (c, left + 3 + i * 4.6, 14.7, i);
          c->eye = eye;
        }
      for (guint i = 0; i < 7; i++)
        tst_draw_box (c, 4.2, 8.2, 0.1 * i, 0.1 * i + 0.07, 10, 12, tst_rgb (i % 2 ? 0xb5563a : 0xa04c33),
                      0.1);
      tst_draw_pile (c, -8, 10, 2.8, 0.8, tst_rgb (0x8c7f70));
      tst_draw_mesh (c, -9, 8, 2, 7.4);
      tst_draw_worker (c, 3.2, 9.4, 2);
      tst_draw_worker (c, -4.2, 9.6, 1);
      tst_draw_cone (c, 3.4, 6.4);
    }
  else
    {
      /* The court. */
      strip (c, 0x4f8a6c, 0.2, 0.08, -5.5, 6.5, 4.4, 12.5, 0.004);
      for (guint i = 0; i < 2; i++)
        strip (c, 0xf2efe4, 0.1, 0, -5.3, 6.3, i ? 12.2 : 4.6, i ? 12.3 : 4.68, 0.006);
      strip (c, 0xf2efe4, 0.1, 0, 0.46, 0.56, 4.6, 12.3, 0.006);
      strip (c, 0xf2efe4, 0.1, 0, -5.3, -5.2, 4.6, 12.3, 0.006);
      strip (c, 0xf2efe4, 0.1, 0, 6.2, 6.3, 4.6, 12.3, 0.006);
      for (guint i = 0; i < 7; i++)
        tst_draw_bush (c, left + 1 + i * 3.1, 14.9, 1.1);
      for (guint i = 0; i < (phase == OPENING ? 10 : 4); i++)
        tst_draw_person (c, tst_between (c->day, -5, 6), 11.5 - i * 0.55, tst_between (c->day, 1.1, 1.6));
      tst_draw_tree (c, 9.8, 9.5, 4.6, TST_TREE_YELLOW);
    }
}

/* The path of the park, a band that winds away. */
static double
path_centre (double z)
{
  return sin (z * 0.17 + 0.4) * 2.4 - 0.4 + z * 0.02;
}

static void
winding (TstCanvas *c, guint32 colour, double half, double z0, double z1, double grain, double y)
{
  double points[82][3];

  for (guint i = 0; i <= 40; i++)
    {
      double t = i / 40.0;
      double z = z0 + (z1 - z0) * t * t;

      points[i][0] = path_centre (z) - half;
      points[i][1] = y;
      points[i][2] = z;
      points[81 - i][0] = path_centre (z) + half;
      points[81 - i][1] = y;
      points[81 - i][2] = z;
    }
  tst_path (c, 82, (const double (*)[3])points);
  tst_ink (c, tst_lit (c, tst_rgb (colour), 0.95), 1);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->fine, grain);
  tst_grain (c, c->patches, grain * 0.4);
  cairo_new_path (c->cr);
}

static void
swings (TstCanvas *c, double x, double z)
{
  tst_shadow (c, x, z, 2.2, 0.8, 0.9);
  cairo_set_line_width (c->cr, MAX (2, 0.09 * tst_scale (c, z)));
  cairo_set_line_cap (c->cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < 2; i++)
    for (int k = -1; k <= 1; k += 2)
      {
        double ax;
        double ay;
        double bx;
        double by;

        tst_project (c, x + (i ? 1.9 : -1.9) + k * 0.45, 0, z + k * 0.5, &ax, &ay);
        tst_project (c, x + (i ? 1.9 : -1.9), 2.4, z, &bx, &by);
        cairo_move_to (c->cr, ax, ay);
        cairo_line_to (c->cr, bx, by);
        tst_ink (c, lit_far (c, 0xd8472f, 0.85, z), 1);
        cairo_stroke (c->cr);
      }
  TST_FACE (c, lit_far (c, 0x2f6fae, 0.9, z), 0, { x - 1.95, 2.35, z }, { x + 1.95, 2.35, z },
            { x + 1.95, 2.47, z }, { x - 1.95, 2.47, z });
  for (guint i = 0; i < 2; i++)
    {
      double at = x - 0.9 + i * 1.8;

      for (guint k = 0; k < 2; k++)
        TST_FACE (c, lit_far (c, 0x555b60, 0.7, z), 0, { at - 0.22 + k * 0.42, 0.5, z },
                  { at - 0.19 + k * 0.42, 0.5, z }, { at - 0.19 + k * 0.42, 2.36, z },
                  { at - 0.22 + k * 0.42, 2.36, z });
      TST_FACE (c, lit_far (c, 0x22262a, 0.6, z), 0, { at - 0.28, 0.46, z }, { at + 0.28, 0.46, z },
                { at + 0.28, 0.53, z }, { at - 0.28, 0.53, z });
    }
}

static void
slide (TstCanvas *c, double x, double z)
{
  tst_shadow (c, x, z, 1.7, 0.7, 0.9);
  for (guint i = 0; i < 2; i++)
    TST_FACE (c, lit_far (c, 0x2f6fae, 0.8, z), 0, { x - 1.3 + i * 0.5, 0, z }, { x - 1.22 + i * 0.5, 0, z },
              { x - 1.22 + i * 0.5, 2.3, z }, { x - 1.3 + i * 0.5, 2.3, z });
  for (guint i = 1; i < 6; i++)
    TST_FACE (c, lit_far (c, 0xd8d5cc, 0.8, z), 0, { x - 1.3, i * 0.3, z }, { x - 0.75, i * 0.3, z },
              { x - 0.75, i * 0.3 + 0.06, z }, { x - 1.3, i * 0.3 + 0.06, z });
  TST_FACE (c, lit_far (c, 0xf0b429, 0.95, z), 0.05, { x - 0.75, 1.7, z }, { x - 0.75, 1.95, z },
            { x + 1.2, 0.5, z }, { x + 1.7, 0.42, z }, { x + 1.7, 0.2, z }, { x + 1.1, 0.25, z });
  TST_FACE (c, lit_far (c, 0xd8472f, 0.9, z), 0, { x - 1.5, 2.25, z }, { x - 0.6, 2.25, z },
            { x - 1.05, 2.8, z });
}

static void
park (TstCanvas *c, Phase phase, double done)
{
  tst_canvas_set_camera (c, 0.44, 1.7);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 230);
  if (phase == BEFORE)
    tst_canvas_ground (c, tst_rgb (0x9c8a5f), tst_rgb (0x8f9259), 0.55);
  else
    tst_canvas_ground (c, phase == DURING ? tst_rgb (0x8c8853) : tst_rgb (0x6d9440), tst_rgb (0x779a4b),
                       0.45);
  for (guint i = 0; i < 14; i++)
    tst_draw_tree (c, -34.0 + i * 5 + tst_between (c->place, -2, 2), tst_between (c->place, 44, 52),
                   tst_between (c->place, 7, 11),
                   i % 5 == 2   ? TST_TREE_YELLOW
                   : i % 7 == 3 ? TST_TREE_PINK
                   : i % 6 == 5 ? TST_TREE_PALM
                                : TST_TREE_GREEN);
  /* Houses across the road. */
  for (guint i = 0; i < 5; i++)
    {
      double x = -26.0 + i * 11 + tst_between (c->place, -1, 1);
      static const guint32 paints[] = { 0xe9dcc0, 0xd98d5f, 0xcfd8d4, 0xe8c66f, 0xb7c9a2 };

      tst_draw_box (c, x, x + 7, 0, 3.2, 42, 47, tst_rgb (paints[i]), 0.2);
      TST_FACE (c, lit_far (c, 0x9a5a40, 0.8, 42), 0.3, { x - 0.4, 3.1, 41.6 }, { x + 7.4, 3.1, 41.6 },
                { x + 6.6, 4.4, 45 }, { x + 0.4, 4.4, 45 });
      for (guint k = 0; k < 3; k++)
        TST_FACE (c, lit_far (c, k == 1 ? 0x5a4030 : 0x2b3a42, 0.6, 42), 0,
                  { x + 0.9 + k * 2.1, k == 1 ? 0 : 1, 41.9 }, { x + 1.9 + k * 2.1, k == 1 ? 0 : 1, 41.9 },
                  { x + 1.9 + k * 2.1, 2.1, 41.9 }, { x + 0.9 + k * 2.1, 2.1, 41.9 });
    }
  tst_draw_tree (c, -8.5, 25, 8.5, TST_TREE_GREEN);
  tst_draw_tree (c, 10.5, 23, 9.5, TST_TREE_YELLOW);

  if (phase == BEFORE)
    {
      winding (c, 0xb09468, 0.55, 2.2, 40, 0.5, 0.002);
      for (guint i = 0; i < 4; i++)
        tst_draw_pile (c, tst_between (c->place, -7, 7), 17 - i * 2.6, tst_between (c->place, 1.6, 3),
                       tst_between (c->place, 0.4, 0.9), tst_rgb (i % 2 ? 0x9b8872 : 0x8f8a80));
      tst_draw_tufts (c, 420, -11, 11, 3, 30, 0.42);
      for (guint i = 0; i < 3; i++)
        puddle (c, tst_between (c->place, -3, 3), 9 - i * 1.9, 0.7, 0.3);
      return;
    }

  winding (c, phase == DURING && done < 0.6 ? 0xb9a98a : 0xcdb9a0, 1.45, 2.2, 40, 0.42, 0.004);
  for (int side = -1; side <= 1; side += 2)
    {
      double points[82][3];

      for (guint i = 0; i <= 40; i++)
        {
          double t = i / 40.0;
          double z = 2.2 + 38 * t * t;

          for (guint k = 0; k < 2; k++)
            {
              guint at = k ? 81 - i : i;

              points[at][0] = path_centre (z) + side * (k ? 1.45 : 1.62);
              points[at][1] = 0.07;
              points[at][2] = z;
            }
        }
      tst_path (c, 82, (const double (*)[3])points);
      tst_ink (c, tst_lit (c, tst_rgb (0xd9d5ca), 0.85), 1);
      cairo_fill (c->cr);
    }
  for (guint i = 0; i < 6; i++)
    {
      double z = 30 - i * 4.2;
      double side = i % 2 ? 1 : -1;
      double height = phase == DURING ? 2.2 : 3.9;

      tst_draw_tree (c, path_centre (z) + side * 3.3, z, height,
                     i % 3 == 1   ? TST_TREE_YELLOW
                     : i % 3 == 2 ? TST_TREE_PINK
                                  : TST_TREE_GREEN);
      if (phase == DURING)
        TST_FACE (c, lit_far (c, 0x8a6a45, 0.7, z), 0, { path_centre (z) + side * 3.3 + 0.2, 0, z },
                  { path_centre (z) + side * 3.3 + 0.27, 0, z },
                  { path_centre (z) + side * 3.3 + 0.27, 1.4, z },
                  { path_centre (z) + side * 3.3 + 0.2, 1.4, z });
      if (phase >= AFTER || done > 0.4)
        {
          if (i % 2 == 0)
            tst_draw_bench (c, path_centre (z - 1.6) + 2.9, z - 1.6);
          if (phase >= AFTER)
            tst_draw_lamp (c, path_centre (z - 2) - 2.2, z - 2, 4.2, FALSE);
        }
    }
  if (phase == DURING)
    {
      for (guint i = 0; i < 5; i++)
        tst_draw_box (c, -6.5, -4.9, 0.16 * i, 0.16 * i + 0.15, 9, 10.2,
                      tst_rgb (i % 2 ? 0xc0a184 : 0xb3957a), 0.25);
      tst_draw_pile (c, 6.2, 11, 3.2, 1.1, tst_rgb (0x6b5136));
      tst_draw_excavator (c, 8.5, 19, TRUE);
      tst_draw_mesh (c, 3.2, 26, 4.4, 8);
      tst_draw_worker (c, path_centre (10) + 0.4, 10, 0);
      tst_draw_worker (c, path_centre (8.4) - 0.7, 8.4, 1);
      tst_draw_worker (c, -4.0, 9.3, 2);
      tst_draw_cone (c, path_centre (5.5) + 1.1, 5.5);
      tst_draw_cone (c, path_centre (6.2) - 1.2, 6.2);
    }
  else
    {
      swings (c, 6.6, 15);
      slide (c, -6.6, 14);
      for (guint i = 0; i < (phase == OPENING ? 12 : 4); i++)
        {
          double z = 20 - i * (phase == OPENING ? 1.0 : 3.2);

          tst_draw_person (c, path_centre (z) + tst_between (c->day, -1.1, 1.1), z,
                           tst_between (c->day, 1.15, 1.75));
        }
      if (phase == OPENING)
        {
          static const guint32 flags[] = { 0xd8472f, 0xf0b429, 0x2f6fae, 0x4f9a57, 0xffffff };

          /* Bunting from lamp to lamp. */
          for (guint i = 0; i < 34; i++)
            {
              double x = -7 + 14.0 * i / 33;
              double y = 3.7 - 0.7 * sin (G_PI * i / 33);

              TST_FACE (c, lit_far (c, flags[i % 5], 0.95, 11), 0, { x, y, 11 }, { x + 0.3, y, 11 },
                        { x + 0.15, y - 0.38, 11 });
            }
        }
      for (guint i = 0; i < 6; i++)
        tst_draw_bush (c, (i % 2 ? 1 : -1) * tst_between (c->place, 3.6, 6.5), 10.5 - i * 0.9,
                       tst_between (c->place, 0.8, 1.3));
    }
  tst_draw_tufts (c, phase == DURING ? 40 : 110, -7, -2.6, 3.4, 12, 0.16);
  tst_draw_tufts (c, phase == DURING ? 40 : 110, 2.8, 7, 3.4, 12, 0.16);
}

/* The height of the hill above the road, along it. */
static double
hill (double x)
{
  return 6.6 + 1.5 * sin (x * 0.21 + 0.6) + 0.5 * sin (x * 0.67);
}

static void
wall (TstCanvas *c, Phase phase, double done)
{
  double z = 13;
  double points[44][3];
  guint modules = 8;
  guint ready = phase == BEFORE ? 0 : phase == DURING ? (guint)(done * modules + 0.5) : modules;

  tst_canvas_set_camera (c, 0.6, 1.7);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 2, 430);
  tst_canvas_ground (c, tst_rgb (0x8d8266), tst_rgb (0x8a865f), 0.45);

  /* The hill behind. */
  for (guint i = 0; i < 10; i++)
    tst_draw_tree (c, -19 + i * 4.2, 26, hill (-19 + i * 4.2) + tst_between (c->place, 4.5, 7),
                   i == 7 ? TST_TREE_YELLOW : TST_TREE_GREEN);
  for (guint i = 0; i <= 40; i++)
    {
      double x = -22 + i * 1.1;

      points[i][0] = x;
      points[i][1] = hill (x) + tst_between (c->place, -0.12, 0.12);
      points[i][2] = z + 6;
    }
  memcpy (points[41], ((double[3]){ 22, 0, z + 1 }), sizeof points[41]);
  memcpy (points[42], ((double[3]){ -22, 0, z + 1 }), sizeof points[42]);
  tst_path (c, 43, (const double (*)[3])points);
  tst_ink (c, lit_far (c, 0x6f8d45, 0.85, z), 1);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->rough, 0.5);
  cairo_new_path (c->cr);
  for (guint i = 0; i < 40; i++)
    {
      double x = tst_between (c->place, -20, 20);
      double eye = c->eye;
      double up = tst_between (c->place, 0.45, 0.95) * hill (x);

      /* On the slope: seen from lower by as much as they stand higher. */
      c->eye = eye - up;
      tst_draw_bush (c, x, z + 1 + 5 * up / hill (x), tst_between (c->place, 0.7, 1.8));
      c->eye = eye;
    }
  if (phase != AFTER && phase != OPENING)
    {
      /* The slide: bare earth from the brow to the road. */
      double scar[26][3];

      for (guint i = 0; i <= 12; i++)
        {
          double t = i / 12.0;
          double height = (1 - t) * hill (-2) * 0.97;

          scar[i][0] = -5.2 - 4.3 * t + 0.5 * sin (i * 1.9) + tst_between (c->place, -0.2, 0.2);
          scar[i][1] = height;
          scar[i][2] = z + 1 + 5 * (1 - t) - 0.05;
          scar[25 - i][0] = 3.4 + 5.2 * t + 0.5 * sin (i * 2.3) + tst_between (c->place, -0.2, 0.2);
          scar[25 - i][1] = height;
          scar[25 - i][2] = z + 1 + 5 * (1 - t) - 0.05;
        }
      tst_path (c, 26, (const double (*)[3])scar);
      tst_ink (c, lit_far (c, 0xa8663c, 0.85, z), 1);
      cairo_fill_preserve (c->cr);
      tst_grain (c, c->rough, 0.55);
      cairo_new_path (c->cr);
    }
  strip (c, phase == BEFORE ? 0x77746c : 0x55575a, 0.4, phase == BEFORE ? 0.4 : 0.15, -40, 40, 3.2, 10.6, 0);
  strip (c, 0xe6dfc2, 0.2, 0, -40, 40, 6.8, 6.95, 0.004);

  for (guint i = 0; i < modules; i++)
    {
      double x0 = -16.0 + i * 4;
      double x1 = x0 + 4;
      gboolean forms = phase == DURING && i == ready;
      gboolean bars = phase == DURING && i == ready + 1;

      if (i < ready)
        {
          tst_draw_box (c, x0, x1 - 0.06, 0, 3.9, z - 0.8, z + 0.4, tst_rgb (0xbdb9ad), 0.42);
          TST_FACE (c, lit_far (c, 0x85827a, 0.5, z), 0, { x1 - 0.07, 0, z - 0.82 }, { x1, 0, z - 0.82 },
                    { x1, 3.9, z - 0.82 }, { x1 - 0.07, 3.9, z - 0.82 });
          TST_FACE (c, lit_far (c, 0xd2cec3, 0.9, z), 0.2, { x0, 3.9, z - 0.9 }, { x1, 3.9, z - 0.9 },
                    { x1, 4.15, z - 0.9 }, { x0, 4.15, z - 0.9 });
          for (guint row = 0; row < 3; row++)
            for (guint k = 0; k < 2; k++)
              {
                double px;
                double py;
                double r = 0.09 * tst_scale (c, z);

                tst_project (c, x0 + 1 + k * 2 + (row % 2 ? 0.4 : 0), 0.7 + row * 1.1, z - 0.82, &px, &py);
                cairo_rectangle (c->cr, px - r * 0.5, py, r, r * 5);
                tst_ink (c, tst_rgb (0x4f5348), 0.25);
                cairo_fill (c->cr);
                cairo_arc (c->cr, px, py, r, 0, 2 * G_PI);
                tst_ink (c, tst_rgb (0x2c2b28), 0.9);
                cairo_fill (c->cr);
              }
        }
      else if (forms)
        {
          for (guint k = 0; k < 4; k++)
            TST_FACE (c, lit_far (c, k % 2 ? 0xc79a5e : 0xb98a50, 0.75, z), 0.35, { x0 + k, 0, z - 0.85 },
                      { x0 + k + 0.96, 0, z - 0.85 }, { x0 + k + 0.96, 3.7, z - 0.85 },
                      { x0 + k, 3.7, z - 0.85 });
          for (guint k = 0; k < 3; k++)
            TST_FACE (c, lit_far (c, 0x7d5c37, 0.6, z), 0.2, { x0, 0.5 + k * 1.2, z - 0.9 },
                      { x1, 0.5 + k * 1.2, z - 0.9 }, { x1, 0.68 + k * 1.2, z - 0.9 },
                      { x0, 0.68 + k * 1.2, z - 0.9 });
        }
      if (forms || bars)
        for (double x = x0 + 0.1; x < x1; x += 0.3)
          TST_FACE (c, lit_far (c, 0x6e4a38, 0.7, z), 0, { x, bars ? 0.1 : 3.6, z - 0.5 },
                    { x + 0.05, bars ? 0.1 : 3.6, z - 0.5 }, { x + 0.05, 4.5, z - 0.5 }, { x, 4.5, z - 0.5 });
      if (bars)
        for (double y = 0.4; y < 4.4; y += 0.5)
          TST_FACE (c, lit_far (c, 0x6e4a38, 0.7, z), 0, { x0, y, z - 0.52 }, { x1, y, z - 0.52 },
                    { x1, y + 0.05, z - 0.52 }, { x0, y + 0.05, z - 0.52 });
    }

  if (phase == BEFORE)
    {
      tst_draw_pile (c, -1.5, 10.4, 13, 2.1, tst_rgb (0x9c6440));
      tst_draw_pile (c, 2.5, 9.2, 6, 1.2, tst_rgb (0xa76b42));
      for (guint i = 0; i < 9; i++)
        boulder (c, tst_between (c->place, -6, 6), 9.4 - i * 0.25, tst_between (c->place, 0.3, 0.8));
      for (guint i = 0; i < 4; i++)
        tst_draw_cone (c, -6 + i * 3.4, 6.2);
    }
  else if (phase == DURING)
    {
      tst_draw_excavator (c, 7.2, 10.6, TRUE);
      tst_draw_pile (c, 4.4, 11.4, 4, 1.3, tst_rgb (0xa0673f));
      tst_draw_worker (c, -16.0 + ready * 4 + 1.5, 11.2, 0);
      tst_draw_worker (c, -16.0 + ready * 4 - 1.2, 10.6, 1);
      tst_draw_worker (c, 1.5, 8.6, 2);
      tst_draw_mesh (c, -9, 8, 9, 7.6);
      for (guint i = 0; i < 5; i++)
        tst_draw_cone (c, -7 + i * 3.2, 6.0);
    }
  else
    {
      for (double x = -16; x <= 16; x += 1)
        TST_FACE (c, lit_far (c, 0x3d5a4c, 0.8, z), 0, { x, 4.15, z - 0.4 }, { x + 0.08, 4.15, z - 0.4 },
                  { x + 0.08, 5.1, z - 0.4 }, { x, 5.1, z - 0.4 });
      for (guint i = 0; i < 2; i++)
        TST_FACE (c, lit_far (c, 0x3d5a4c, 0.9, z), 0, { -16, 4.55 + i * 0.48, z - 0.4 },
                  { 16, 4.55 + i * 0.48, z - 0.4 }, { 16, 4.65 + i * 0.48, z - 0.4 },
                  { -16, 4.65 + i * 0.48, z - 0.4 });
      strip (c, 0xc3c0b6, 0.3, 0.18, -40, 40, 10.6, 12.2, 0.15);
      TST_FACE (c, tst_lit (c, tst_rgb (0xd6d3c9), 0.7), 0.1, { -40, 0, 10.6 }, { 40, 0, 10.6 },
                { 40, 0.15, 10.6 }, { -40, 0.15, 10.6 });
      tst_draw_lamp (c, -6.5, 11, 6.2, FALSE);
      tst_draw_lamp (c, 7.5, 11, 6.2, FALSE);
      for (guint i = 0; i < (phase == OPENING ? 8 : 2); i++)
        tst_draw_person (c, tst_between (c->day, -6, 6), 11.4, tst_between (c->day, 1.2, 1.75));
    }
  strip (c, 0x7f8a4d, 0.5, 0.4, -40, 40, 1.1, 3.2, 0);
  tst_draw_tufts (c, 130, -5, 5, 2.4, 3.3, 0.22);
}

static const struct
{
  const char *name;
  Draw draw;
} scenes[] = {
  { "street", street }, { "bridge", bridge }, { "school", school }, { "park", park }, { "wall", wall }
};

const char *const tst_scene_names[] = { "street", "bridge", "school", "park", "wall", NULL };

guint8 *
tst_draw_scene (const TstSceneRequest *request)
{
  static const struct
  {
    const char *name;
    Phase phase;
  } phases[] = { { "antes", BEFORE },
                 { "durante", DURING },
                 { "despues", AFTER },
                 { "después", AFTER },
                 { "hito", OPENING } };
  double done = request->progress < 0 ? 0.5 : request->progress / 100.0;
  g_autoptr (TstCanvas) canvas = NULL;
  Draw draw = NULL;
  int phase = -1;

  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (g_strcmp0 (request->scene, scenes[i].name) == 0)
      draw = scenes[i].draw;
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    if (g_strcmp0 (request->phase, phases[i].name) == 0)
      phase = phases[i].phase;
  if (draw == NULL || phase < 0)
    return NULL;
  canvas = tst_canvas_new (request->width, request->height, request->place, request->seed, request->weather);
  draw (canvas, phase, phase == BEFORE ? 0 : phase == DURING ? CLAMP (done, 0, 0.97) : 1);
  return tst_canvas_develop (canvas);
}
