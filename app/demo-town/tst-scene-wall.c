/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-scene-private.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>

/* The height of the hill above the road, along it. */
static double
hill (double x)
{
  return 6.6 + 1.5 * sin (x * 0.21 + 0.6) + 0.5 * sin (x * 0.67);
}

void
tst_scene_wall (TstCanvas *c, TstScenePhase phase, double done)
{
  double z = 13;
  double points[44][3];
  guint modules = 8;
  guint ready = phase == TST_SCENE_BEFORE ? 0 : phase == TST_SCENE_DURING ? (guint)(done * modules + 0.5) : modules;

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
  tst_ink (c, tst_scene_lit_far (c, 0x6f8d45, 0.85, z), 1);
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
  if (phase != TST_SCENE_AFTER && phase != TST_SCENE_OPENING)
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
      tst_ink (c, tst_scene_lit_far (c, 0xa8663c, 0.85, z), 1);
      cairo_fill_preserve (c->cr);
      tst_grain (c, c->rough, 0.55);
      cairo_new_path (c->cr);
    }
  tst_scene_strip (c, phase == TST_SCENE_BEFORE ? 0x77746c : 0x55575a, 0.4, phase == TST_SCENE_BEFORE ? 0.4 : 0.15, -40, 40, 3.2, 10.6, 0);
  tst_scene_strip (c, 0xe6dfc2, 0.2, 0, -40, 40, 6.8, 6.95, 0.004);

  for (guint i = 0; i < modules; i++)
    {
      double x0 = -16.0 + i * 4;
      double x1 = x0 + 4;
      gboolean forms = phase == TST_SCENE_DURING && i == ready;
      gboolean bars = phase == TST_SCENE_DURING && i == ready + 1;

      if (i < ready)
        {
          tst_draw_box (c, x0, x1 - 0.06, 0, 3.9, z - 0.8, z + 0.4, tst_rgb (0xbdb9ad), 0.42);
          TST_FACE (c, tst_scene_lit_far (c, 0x85827a, 0.5, z), 0, { x1 - 0.07, 0, z - 0.82 }, { x1, 0, z - 0.82 },
                    { x1, 3.9, z - 0.82 }, { x1 - 0.07, 3.9, z - 0.82 });
          TST_FACE (c, tst_scene_lit_far (c, 0xd2cec3, 0.9, z), 0.2, { x0, 3.9, z - 0.9 }, { x1, 3.9, z - 0.9 },
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
            TST_FACE (c, tst_scene_lit_far (c, k % 2 ? 0xc79a5e : 0xb98a50, 0.75, z), 0.35, { x0 + k, 0, z - 0.85 },
                      { x0 + k + 0.96, 0, z - 0.85 }, { x0 + k + 0.96, 3.7, z - 0.85 },
                      { x0 + k, 3.7, z - 0.85 });
          for (guint k = 0; k < 3; k++)
            TST_FACE (c, tst_scene_lit_far (c, 0x7d5c37, 0.6, z), 0.2, { x0, 0.5 + k * 1.2, z - 0.9 },
                      { x1, 0.5 + k * 1.2, z - 0.9 }, { x1, 0.68 + k * 1.2, z - 0.9 },
                      { x0, 0.68 + k * 1.2, z - 0.9 });
        }
      if (forms || bars)
        for (double x = x0 + 0.1; x < x1; x += 0.3)
          TST_FACE (c, tst_scene_lit_far (c, 0x6e4a38, 0.7, z), 0, { x, bars ? 0.1 : 3.6, z - 0.5 },
                    { x + 0.05, bars ? 0.1 : 3.6, z - 0.5 }, { x + 0.05, 4.5, z - 0.5 }, { x, 4.5, z - 0.5 });
      if (bars)
        for (double y = 0.4; y < 4.4; y += 0.5)
          TST_FACE (c, tst_scene_lit_far (c, 0x6e4a38, 0.7, z), 0, { x0, y, z - 0.52 }, { x1, y, z - 0.52 },
                    { x1, y + 0.05, z - 0.52 }, { x0, y + 0.05, z - 0.52 });
    }

  if (phase == TST_SCENE_BEFORE)
    {
      tst_draw_pile (c, -1.5, 10.4, 13, 2.1, tst_rgb (0x9c6440));
      tst_draw_pile (c, 2.5, 9.2, 6, 1.2, tst_rgb (0xa76b42));
      for (guint i = 0; i < 9; i++)
        tst_scene_boulder (c, tst_between (c->place, -6, 6), 9.4 - i * 0.25, tst_between (c->place, 0.3, 0.8));
      for (guint i = 0; i < 4; i++)
        tst_draw_cone (c, -6 + i * 3.4, 6.2);
    }
  else if (phase == TST_SCENE_DURING)
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
        TST_FACE (c, tst_scene_lit_far (c, 0x3d5a4c, 0.8, z), 0, { x, 4.15, z - 0.4 }, { x + 0.08, 4.15, z - 0.4 },
                  { x + 0.08, 5.1, z - 0.4 }, { x, 5.1, z - 0.4 });
      for (guint i = 0; i < 2; i++)
        TST_FACE (c, tst_scene_lit_far (c, 0x3d5a4c, 0.9, z), 0, { -16, 4.55 + i * 0.48, z - 0.4 },
                  { 16, 4.55 + i * 0.48, z - 0.4 }, { 16, 4.65 + i * 0.48, z - 0.4 },
                  { -16, 4.65 + i * 0.48, z - 0.4 });
      tst_scene_strip (c, 0xc3c0b6, 0.3, 0.18, -40, 40, 10.6, 12.2, 0.15);
      TST_FACE (c, tst_lit (c, tst_rgb (0xd6d3c9), 0.7), 0.1, { -40, 0, 10.6 }, { 40, 0, 10.6 },
                { 40, 0.15, 10.6 }, { -40, 0.15, 10.6 });
      tst_draw_lamp (c, -6.5, 11, 6.2, FALSE);
      tst_draw_lamp (c, 7.5, 11, 6.2, FALSE);
      for (guint i = 0; i < (phase == TST_SCENE_OPENING ? 8 : 2); i++)
        tst_draw_person (c, tst_between (c->day, -6, 6), 11.4, tst_between (c->day, 1.2, 1.75));
    }
  tst_scene_strip (c, 0x7f8a4d, 0.5, 0.4, -40, 40, 1.1, 3.2, 0);
  tst_draw_tufts (c, 130, -5, 5, 2.4, 3.3, 0.22);
}
