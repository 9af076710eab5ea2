/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-scene-private.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>

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
  tst_ink (c, tst_scene_lit_far (c, colour, side * c->sun < 0 ? 0.95 : 0.6, z), 1);
  cairo_fill_preserve (c->cr);
  tst_grain (c, c->rough, 0.5);
  cairo_new_path (c->cr);
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
  TST_FACE (c, tst_scene_lit_far (c, 0x2e3a42, 0.7, z), 0, { x + 1.6, 2.6, z }, { x + 2.9, 2.6, z },
            { x + 2.9, 3.4, z }, { x + 1.6, 3.4, z });
  TST_FACE (c, tst_scene_lit_far (c, 0xf0b62a, 0.85, z), 0.1, { x + 0.6, 2.2, z }, { x + 1.3, 2.2, z },
            { top_x + 0.15, height, z }, { top_x - 0.15, height, z });
  tst_project (c, top_x, height, z, &px, &py);
  tst_project (c, top_x, height * 0.66, z, &qx, &qy);
  cairo_move_to (c->cr, px, py);
  cairo_line_to (c->cr, qx, qy);
  cairo_set_line_width (c->cr, 1.6);
  tst_ink (c, tst_rgb (0x2b2d30), 0.9);
  cairo_stroke (c->cr);
}

void
tst_scene_bridge (TstCanvas *c, TstScenePhase phase, double done)
{
  double z = 31;
  double deck = 7.6;
  double left = -23;
  double right = 23;
  static const double piers[] = { -7.2, 8.2 };
  double built = phase == TST_SCENE_BEFORE   ? left
                 : phase == TST_SCENE_DURING ? left + (right - left) * CLAMP ((done - 0.2) / 0.75, 0, 1)
                                   : right;
  double pier_height = phase == TST_SCENE_DURING ? (deck - 1.2) * CLAMP (done / 0.3, 0.2, 1) : deck - 1.2;

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

      tst_scene_boulder (c, sin (at * 0.09) * 1.6 + at * 0.03 + (i % 2 ? 1 : -1) * tst_between (c->place, 3.2, 5.6), at,
               tst_between (c->place, 0.4, 1.1));
    }

  if (phase == TST_SCENE_BEFORE)
    {
      /* The provisional crossing: planks on logs, a rope on either side. */
      TST_FACE (c, tst_scene_lit_far (c, 0x6d5136, 0.4, 22), 0.3, { -8, 1.25, 22 }, { 8.6, 1.35, 22 }, { 8.6, 1.6, 22 },
                { -8, 1.5, 22 });
      TST_FACE (c, tst_scene_lit_far (c, 0xa07a4f, 0.9, 22), 0.4, { -8, 1.5, 22 }, { 8.6, 1.6, 22 }, { 8.6, 1.6, 23.2 },
                { -8, 1.5, 23.2 });
      for (double x = -7.6; x < 8.6; x += 2.3)
        TST_FACE (c, tst_scene_lit_far (c, 0x5c452f, 0.5, 22), 0.2, { x, x < -6 || x > 7 ? 0.1 : 1.5, 22 },
                  { x + 0.16, x < -6 || x > 7 ? 0.1 : 1.5, 22 }, { x + 0.16, 2.55, 22 }, { x, 2.55, 22 });
      TST_FACE (c, tst_scene_lit_far (c, 0xc9b489, 0.8, 22), 0, { -7.6, 2.45, 22 }, { 8.5, 2.5, 22 }, { 8.5, 2.56, 22 },
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
              TST_FACE (c, tst_scene_lit_far (c, 0x6b4a37, 0.6, z), 0, { x + k, pier_height - 0.9, z },
                        { x + k + 0.06, pier_height - 0.9, z }, { x + k + 0.06, pier_height + 0.9, z },
                        { x + k, pier_height + 0.9, z });
        }
      for (int side = -1; side <= 1; side += 2)
        tst_draw_box (c, side < 0 ? left - 2 : right - 2.5, side < 0 ? left + 2.5 : right + 2, 0, deck - 0.2,
                      z, z + 5, tst_rgb (0xb3afa4), 0.4);
      if (built > left + 1)
        {
          double end = MIN (right, built + (phase == TST_SCENE_DURING ? 3.5 : 0));

          /* Beams first, the deck behind them. */
          tst_draw_box (c, left, end, deck - 1.25, deck - 0.3, z, z + 0.8, tst_rgb (0xa7a499), 0.35);
          tst_draw_box (c, left, built, deck - 0.3, deck + 0.05, z - 0.5, z + 7, tst_rgb (0xc7c4b8), 0.25);
          if (c->sunlight > 0.3)
            TST_FACE (c, tst_mix (tst_scene_lit_far (c, 0x6b6a66, 0.2, z), tst_rgb (0x30343a), 0.2), 0.2,
                      { left, deck - 0.55, z - 0.01 }, { end, deck - 0.55, z - 0.01 },
                      { end, deck - 0.3, z - 0.01 }, { left, deck - 0.3, z - 0.01 });
        }
      if (phase >= TST_SCENE_AFTER)
        {
          static const guint32 cars[] = { 0xb8382f, 0xd8dadb, 0x2f5a8c };

          for (guint i = 0; i < 2; i++)
            {
              double x = tst_between (c->day, -18, 14);
              guint32 paint = cars[g_rand_int_range (c->day, 0, 3)];

              tst_draw_box (c, x, x + 4.1, deck + 0.3, deck + 0.95, z + 2, z + 3.6, tst_rgb (paint), 0);
              TST_FACE (c, tst_scene_lit_far (c, 0x26323a, 0.8, z), 0, { x + 0.7, deck + 0.95, z + 2 },
                        { x + 3.5, deck + 0.95, z + 2 }, { x + 2.9, deck + 1.5, z + 2 },
                        { x + 1.2, deck + 1.5, z + 2 });
            }
          for (double x = left; x <= right; x += 1.15)
            TST_FACE (c, tst_scene_lit_far (c, 0xe4e2da, 0.8, z), 0, { x, deck, z - 0.5 }, { x + 0.14, deck, z - 0.5 },
                      { x + 0.14, deck + 1.05, z - 0.5 }, { x, deck + 1.05, z - 0.5 });
          for (guint i = 0; i < 2; i++)
            TST_FACE (c, tst_scene_lit_far (c, i ? 0x2e7d5b : 0xe4e2da, 0.9, z), 0,
                      { left, deck + 0.45 + i * 0.52, z - 0.5 }, { right, deck + 0.45 + i * 0.52, z - 0.5 },
                      { right, deck + 0.57 + i * 0.52, z - 0.5 }, { left, deck + 0.57 + i * 0.52, z - 0.5 });
          if (phase == TST_SCENE_OPENING)
            for (guint i = 0; i < 9; i++)
              tst_draw_person (c, -7 + i * 1.1, 9.5, tst_between (c->day, 1.2, 1.75));
        }
      else
        {
          tst_scene_scaffold (c, piers[1] - 2.4, piers[1] + 2.4, 0, MAX (3.6, pier_height), z - 1.2);
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
