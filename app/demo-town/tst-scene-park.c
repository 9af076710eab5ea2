/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-scene-private.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>

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
        tst_ink (c, tst_scene_lit_far (c, 0xd8472f, 0.85, z), 1);
        cairo_stroke (c->cr);
      }
  TST_FACE (c, tst_scene_lit_far (c, 0x2f6fae, 0.9, z), 0, { x - 1.95, 2.35, z }, { x + 1.95, 2.35, z },
            { x + 1.95, 2.47, z }, { x - 1.95, 2.47, z });
  for (guint i = 0; i < 2; i++)
    {
      double at = x - 0.9 + i * 1.8;

      for (guint k = 0; k < 2; k++)
        TST_FACE (c, tst_scene_lit_far (c, 0x555b60, 0.7, z), 0, { at - 0.22 + k * 0.42, 0.5, z },
                  { at - 0.19 + k * 0.42, 0.5, z }, { at - 0.19 + k * 0.42, 2.36, z },
                  { at - 0.22 + k * 0.42, 2.36, z });
      TST_FACE (c, tst_scene_lit_far (c, 0x22262a, 0.6, z), 0, { at - 0.28, 0.46, z }, { at + 0.28, 0.46, z },
                { at + 0.28, 0.53, z }, { at - 0.28, 0.53, z });
    }
}

static void
slide (TstCanvas *c, double x, double z)
{
  tst_shadow (c, x, z, 1.7, 0.7, 0.9);
  for (guint i = 0; i < 2; i++)
    TST_FACE (c, tst_scene_lit_far (c, 0x2f6fae, 0.8, z), 0, { x - 1.3 + i * 0.5, 0, z }, { x - 1.22 + i * 0.5, 0, z },
              { x - 1.22 + i * 0.5, 2.3, z }, { x - 1.3 + i * 0.5, 2.3, z });
  for (guint i = 1; i < 6; i++)
    TST_FACE (c, tst_scene_lit_far (c, 0xd8d5cc, 0.8, z), 0, { x - 1.3, i * 0.3, z }, { x - 0.75, i * 0.3, z },
              { x - 0.75, i * 0.3 + 0.06, z }, { x - 1.3, i * 0.3 + 0.06, z });
  TST_FACE (c, tst_scene_lit_far (c, 0xf0b429, 0.95, z), 0.05, { x - 0.75, 1.7, z }, { x - 0.75, 1.95, z },
            { x + 1.2, 0.5, z }, { x + 1.7, 0.42, z }, { x + 1.7, 0.2, z }, { x + 1.1, 0.25, z });
  TST_FACE (c, tst_scene_lit_far (c, 0xd8472f, 0.9, z), 0, { x - 1.5, 2.25, z }, { x - 0.6, 2.25, z },
            { x - 1.05, 2.8, z });
}

void
tst_scene_park (TstCanvas *c, TstScenePhase phase, double done)
{
  tst_canvas_set_camera (c, 0.44, 1.7);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 230);
  if (phase == TST_SCENE_BEFORE)
    tst_canvas_ground (c, tst_rgb (0x9c8a5f), tst_rgb (0x8f9259), 0.55);
  else
    tst_canvas_ground (c, phase == TST_SCENE_DURING ? tst_rgb (0x8c8853) : tst_rgb (0x6d9440), tst_rgb (0x779a4b),
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
      TST_FACE (c, tst_scene_lit_far (c, 0x9a5a40, 0.8, 42), 0.3, { x - 0.4, 3.1, 41.6 }, { x + 7.4, 3.1, 41.6 },
                { x + 6.6, 4.4, 45 }, { x + 0.4, 4.4, 45 });
      for (guint k = 0; k < 3; k++)
        TST_FACE (c, tst_scene_lit_far (c, k == 1 ? 0x5a4030 : 0x2b3a42, 0.6, 42), 0,
                  { x + 0.9 + k * 2.1, k == 1 ? 0 : 1, 41.9 }, { x + 1.9 + k * 2.1, k == 1 ? 0 : 1, 41.9 },
                  { x + 1.9 + k * 2.1, 2.1, 41.9 }, { x + 0.9 + k * 2.1, 2.1, 41.9 });
    }
  tst_draw_tree (c, -8.5, 25, 8.5, TST_TREE_GREEN);
  tst_draw_tree (c, 10.5, 23, 9.5, TST_TREE_YELLOW);

  if (phase == TST_SCENE_BEFORE)
    {
      winding (c, 0xb09468, 0.55, 2.2, 40, 0.5, 0.002);
      for (guint i = 0; i < 4; i++)
        tst_draw_pile (c, tst_between (c->place, -7, 7), 17 - i * 2.6, tst_between (c->place, 1.6, 3),
                       tst_between (c->place, 0.4, 0.9), tst_rgb (i % 2 ? 0x9b8872 : 0x8f8a80));
      tst_draw_tufts (c, 420, -11, 11, 3, 30, 0.42);
      for (guint i = 0; i < 3; i++)
        tst_scene_puddle (c, tst_between (c->place, -3, 3), 9 - i * 1.9, 0.7, 0.3);
      return;
    }

  winding (c, phase == TST_SCENE_DURING && done < 0.6 ? 0xb9a98a : 0xcdb9a0, 1.45, 2.2, 40, 0.42, 0.004);
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
      double height = phase == TST_SCENE_DURING ? 2.2 : 3.9;

      tst_draw_tree (c, path_centre (z) + side * 3.3, z, height,
                     i % 3 == 1   ? TST_TREE_YELLOW
                     : i % 3 == 2 ? TST_TREE_PINK
                                  : TST_TREE_GREEN);
      if (phase == TST_SCENE_DURING)
        TST_FACE (c, tst_scene_lit_far (c, 0x8a6a45, 0.7, z), 0, { path_centre (z) + side * 3.3 + 0.2, 0, z },
                  { path_centre (z) + side * 3.3 + 0.27, 0, z },
                  { path_centre (z) + side * 3.3 + 0.27, 1.4, z },
                  { path_centre (z) + side * 3.3 + 0.2, 1.4, z });
      if (phase >= TST_SCENE_AFTER || done > 0.4)
        {
          if (i % 2 == 0)
            tst_draw_bench (c, path_centre (z - 1.6) + 2.9, z - 1.6);
          if (phase >= TST_SCENE_AFTER)
            tst_draw_lamp (c, path_centre (z - 2) - 2.2, z - 2, 4.2, FALSE);
        }
    }
  if (phase == TST_SCENE_DURING)
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
      for (guint i = 0; i < (phase == TST_SCENE_OPENING ? 12 : 4); i++)
        {
          double z = 20 - i * (phase == TST_SCENE_OPENING ? 1.0 : 3.2);

          tst_draw_person (c, path_centre (z) + tst_between (c->day, -1.1, 1.1), z,
                           tst_between (c->day, 1.15, 1.75));
        }
      if (phase == TST_SCENE_OPENING)
        {
          static const guint32 flags[] = { 0xd8472f, 0xf0b429, 0x2f6fae, 0x4f9a57, 0xffffff };

          /* Bunting from lamp to lamp. */
          for (guint i = 0; i < 34; i++)
            {
              double x = -7 + 14.0 * i / 33;
              double y = 3.7 - 0.7 * sin (G_PI * i / 33);

              TST_FACE (c, tst_scene_lit_far (c, flags[i % 5], 0.95, 11), 0, { x, y, 11 }, { x + 0.3, y, 11 },
                        { x + 0.15, y - 0.38, 11 });
            }
        }
      for (guint i = 0; i < 6; i++)
        tst_draw_bush (c, (i % 2 ? 1 : -1) * tst_between (c->place, 3.6, 6.5), 10.5 - i * 0.9,
                       tst_between (c->place, 0.8, 1.3));
    }
  tst_draw_tufts (c, phase == TST_SCENE_DURING ? 40 : 110, -7, -2.6, 3.4, 12, 0.16);
  tst_draw_tufts (c, phase == TST_SCENE_DURING ? 40 : 110, 2.8, 7, 3.4, 12, 0.16);
}
