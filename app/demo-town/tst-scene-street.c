/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-scene-private.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>

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

void
tst_scene_street (TstCanvas *c, TstScenePhase phase, double done)
{
  double half = 3.3;
  double edge = 5.2;
  double reached = phase == TST_SCENE_BEFORE ? 1000 : phase == TST_SCENE_DURING ? 6 + 34 * (1 - done) : 0;

  tst_canvas_set_camera (c, 0.45, 1.65);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 200);
  tst_canvas_ground (c, tst_rgb (0x8a7a5c), tst_rgb (0x93885f), 0.35);
  for (guint i = 0; i < 5; i++)
    tst_draw_tree (c, tst_between (c->place, -14, 14), 95 - i * 3, tst_between (c->place, 7, 12),
                   TST_TREE_GREEN);

  if (phase == TST_SCENE_BEFORE)
    tst_scene_strip (c, 0xa5875f, 0.42, 0.5, -edge, edge, 1.1, 120, 0);
  else
    {
      tst_scene_strip (c, 0xb8a98c, 0.4, 0.25, -edge, edge, 1.1, 120, 0);
      if (reached < 120)
        tst_scene_strip (c, 0x4d4f53, 0.3, 0.1, -half, half, MAX (1.1, reached), 120, 0);
    }
  street_houses (c, -1, edge + 0.1);
  street_houses (c, 1, edge + 0.1);

  for (int side = -1; side <= 1; side += 2)
    {
      /* The pavements come one after the other. */
      gboolean built = phase >= TST_SCENE_AFTER || (phase == TST_SCENE_DURING && (side < 0 ? done > 0.25 : done > 0.8));

      if (built)
        {
          double kerb = side * half;
          double inner = side * edge;

          tst_scene_strip (c, 0xc3c0b6, 0.3, 0.18, MIN (kerb, inner), MAX (kerb, inner), 1.1, 110, 0.16);
          TST_FACE (c, tst_lit (c, tst_rgb (0xd6d3c9), side * c->sun < 0 ? 0.9 : 0.45), 0.1, { kerb, 0, 1.1 },
                    { kerb, 0, 110 }, { kerb, 0.16, 110 }, { kerb, 0.16, 1.1 });
          if (phase >= TST_SCENE_AFTER || done > 0.5)
            tst_scene_strip (c, 0xd9b13b, 0.2, 0, MIN (side * 4.1, side * 4.4), MAX (side * 4.1, side * 4.4), 1.1, 110,
                   0.165);
          for (double z = 36; z > 1.4; z -= 1.5)
            TST_FACE (c, tst_lit (c, tst_rgb (0x8f8d86), 0.7), 0, { kerb, 0.165, z }, { inner, 0.165, z },
                      { inner, 0.165, z + 0.02 + z * 0.002 }, { kerb, 0.165, z + 0.02 + z * 0.002 });
        }
      else
        tst_draw_tufts (c, phase == TST_SCENE_BEFORE ? 80 : 22, side < 0 ? -edge : edge - 1.3,
                        side < 0 ? -edge + 1.3 : edge, 2.6, 40, 0.28);
    }

  for (double z = 68; z > 4; z -= 16)
    tst_draw_pole (c, -(edge - 0.5), z, 8.2);
  cables (c, -(edge - 0.5), 8.2, 4, 68, 16);

  if (phase == TST_SCENE_BEFORE)
    {
      for (guint i = 0; i < 2; i++)
        {
          double x = i == 0 ? -1.1 : 0.9;

          tst_scene_strip (c, 0x87694a, 0.4, 0.4, x - 0.28, x + 0.28, 1.1, 70, 0);
        }
      for (guint i = 0; i < 9; i++)
        {
          double z = 21 - i * 2.15;

          tst_scene_puddle (c, tst_between (c->place, -2.4, 2.4), z, tst_between (c->place, 0.4, 1.15),
                  tst_between (c->place, 0.25, 0.6));
        }
      tst_draw_person (c, -4.2, 19, 1.62);
    }
  else if (phase == TST_SCENE_DURING)
    {
      if (reached > 7)
        tst_scene_strip (c, 0x35363a, 0.5, 0.1, -half, half, reached - 0.3, reached + 0.5, 0.01);
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
        tst_scene_strip (c, 0xe6dfc2, 0.15, 0, -0.07, 0.07, z, z + 1.9, 0.005);
      for (int k = -1; k <= 1; k += 2)
        tst_scene_strip (c, 0xe8e6dc, 0.15, 0, k * 3.02 - 0.05, k * 3.02 + 0.05, 1.1, 80, 0.005);
      for (double x = -2.8; x < 2.7; x += 0.8)
        tst_scene_strip (c, 0xf0efe8, 0.12, 0, x, x + 0.45, 9, 11.8, 0.008);
      for (double z = 54; z > 8; z -= 11)
        {
          tst_draw_tree (c, edge - 0.8, z, 3.6, (TstTree)(g_rand_int_range (c->place, 0, 3)));
          tst_draw_lamp (c, -(half + 0.4), z + 4, 6.5, FALSE);
        }
      tst_draw_person (c, 4.0, 14, 1.6);
      tst_draw_person (c, -4.3, 9, 1.7);
      if (phase == TST_SCENE_OPENING)
        for (guint i = 0; i < 7; i++)
          tst_draw_person (c, tst_between (c->day, -2.5, 2.5), 17 - i * 0.8, tst_between (c->day, 1.2, 1.75));
    }
}
