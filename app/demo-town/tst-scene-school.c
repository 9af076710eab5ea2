/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-scene-private.h"

#include "demo-town/tst-draw-props.h"

#include <math.h>

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

void
tst_scene_school (TstCanvas *c, TstScenePhase phase, double done)
{
  double left = -11.5;
  double right = 9.5;
  guint n = 21;
  TstRgb paint = phase >= TST_SCENE_AFTER ? tst_rgb (0xf1e7cf) : tst_rgb (0xcbbf9f);
  TstRgb base = phase >= TST_SCENE_AFTER ? tst_rgb (0x2f7f86) : tst_rgb (0x8b8f7c);
  double sheets = phase == TST_SCENE_DURING ? CLAMP ((done - 0.15) / 0.8, 0, 1) : phase == TST_SCENE_BEFORE ? 0 : 1;

  tst_canvas_set_camera (c, 0.52, 1.7);
  tst_canvas_sky (c);
  tst_canvas_mountains (c, 3, 300);
  tst_canvas_ground (c, tst_rgb (0x7f8f55), tst_rgb (0x84925c), 0.45);
  for (guint i = 0; i < 9; i++)
    tst_draw_tree (c, -20.0 + i * 5 + tst_between (c->place, -1.5, 1.5), 34, tst_between (c->place, 6.5, 10),
                   i == 6   ? TST_TREE_PINK
                   : i == 2 ? TST_TREE_PALM
                            : TST_TREE_GREEN);
  tst_scene_strip (c, phase >= TST_SCENE_AFTER ? 0xb9b4a6 : 0xa79d88, 0.35, phase >= TST_SCENE_AFTER ? 0.12 : 0.45, -13, 12, 1.1, 15.6, 0);

  /* Inside it is dark. */
  TST_FACE (c, tst_scene_lit_far (c, 0x3a352f, 0.3, 17), 0, { left, 0, 16 }, { right, 0, 16 }, { right, 3.2, 16 },
            { left, 3.2, 16 });
  TST_FACE (c, tst_far (c, tst_lit (c, paint, 0.75), 16), phase >= TST_SCENE_AFTER ? 0.12 : 0.5, { left, 0, 16 },
            { right, 0, 16 }, { right, 3.2, 16 }, { left, 3.2, 16 });
  TST_FACE (c, tst_far (c, tst_lit (c, base, 0.7), 16), phase >= TST_SCENE_AFTER ? 0.12 : 0.5, { left, 0, 15.99 },
            { right, 0, 15.99 }, { right, 1.0, 15.99 }, { left, 1.0, 15.99 });
  for (guint i = 0; i < 7; i++)
    {
      double x = left + 0.9 + i * 2.95;
      gboolean door = i == 1 || i == 4;

      TST_FACE (c, tst_scene_lit_far (c, 0xeeeae0, 0.8, 16), 0.1, { x - 0.08, door ? 0 : 1.05, 15.97 },
                { x + (door ? 1.18 : 1.88), door ? 0 : 1.05, 15.97 },
                { x + (door ? 1.18 : 1.88), 2.5, 15.97 }, { x - 0.08, 2.5, 15.97 });
      TST_FACE (c,
                door ? tst_scene_lit_far (c, phase >= TST_SCENE_AFTER ? 0xc8742f : 0x6a5140, 0.7, 16)
                     : tst_mix (tst_scene_lit_far (c, 0x26333b, 0.8, 16), c->sky_low, 0.25),
                0.08, { x, door ? 0 : 1.13, 15.96 }, { x + (door ? 1.1 : 1.8), door ? 0 : 1.13, 15.96 },
                { x + (door ? 1.1 : 1.8), 2.42, 15.96 }, { x, 2.42, 15.96 });
      if (!door)
        for (guint k = 1; k < 3; k++)
          TST_FACE (c, tst_scene_lit_far (c, 0xeeeae0, 0.8, 16), 0, { x + k * 0.6 - 0.03, 1.13, 15.95 },
                    { x + k * 0.6 + 0.03, 1.13, 15.95 }, { x + k * 0.6 + 0.03, 2.42, 15.95 },
                    { x + k * 0.6 - 0.03, 2.42, 15.95 });
    }
  /* The shadow of the eave. */
  TST_FACE (c, tst_mix (tst_far (c, tst_lit (c, paint, 0.3), 16), tst_rgb (0x2b3038), 0.35), 0.1,
            { left, 2.72, 15.94 }, { right, 2.72, 15.94 }, { right, 3.2, 15.94 }, { left, 3.2, 15.94 });

  /* Roof: what carries it, then sheet by sheet. */
  if (phase == TST_SCENE_DURING)
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
      TstRgb colour = tst_rgb (phase == TST_SCENE_BEFORE ? (fate < 0.4    ? 0x8b6a52
                                                  : fate < 0.75 ? 0x9b8a7b
                                                                : 0x7c5340)
                                               : 0xb5563a);

      colour = (TstRgb){ colour.r * wobble, colour.g * wobble, colour.b * wobble };
      if (phase == TST_SCENE_DURING && (i + 0.5) / n > sheets)
        continue;
      if (phase == TST_SCENE_BEFORE && (i == 5 || i == 14))
        {
          /* Blown away: rafters over the dark. */
          roof_sheet (c, tst_rgb (0x26211d), x0, x1, 0.25, 0.9, 0);
          roof_sheet (c, colour, x0, x1, 0, 0.28, 0.6);
          roof_sheet (c, tst_rgb (0x5e4a38), x0, x1, 0.5, 0.54, 0);
          continue;
        }
      roof_sheet (c, colour, x0, x1 + 0.02, 0, phase == TST_SCENE_BEFORE && fate > 0.9 ? 0.82 : 1,
                  phase == TST_SCENE_BEFORE ? 0.75 : 0.18);
      roof_sheet (c, tst_mix (colour, tst_rgb (0x1e1614), 0.45), x1 - 0.07, x1, 0, 1, 0);
      for (guint k = 1; phase != TST_SCENE_BEFORE && k < 4; k++)
        roof_sheet (c, tst_mix (colour, tst_rgb (0x1e1614), 0.14), x0 + (x1 - x0) * k / 4 - 0.03,
                    x0 + (x1 - x0) * k / 4, 0, 1, 0);
    }
  if (phase == TST_SCENE_BEFORE)
    {
      roof_sheet (c, tst_rgb (0x3e74ad), left + 12, left + 14.6, 0.1, 0.85, 0.35);
      roof_sheet (c, tst_rgb (0x2b2622), left + 2.1, left + 2.9, 0.4, 0.62, 0);
    }
  if (phase >= TST_SCENE_AFTER)
    {
      TST_FACE (c, tst_scene_lit_far (c, 0xdadad4, 0.8, 15), 0, { left - 0.7, 3.0, 15.05 }, { right + 0.7, 3.0, 15.05 },
                { right + 0.7, 3.17, 15.05 }, { left - 0.7, 3.17, 15.05 });
      roof_sheet (c, tst_rgb (0x8f4430), left - 0.8, right + 0.8, 0.97, 1.02, 0);
    }

  if (phase == TST_SCENE_BEFORE)
    {
      tst_draw_tufts (c, 60, -12.5, 11, 12.5, 15.3, 0.4);
      for (guint i = 0; i < 4; i++)
        tst_scene_puddle (c, tst_between (c->place, -6, 6), 11 - i * 1.8, tst_between (c->place, 0.5, 1.2), 0.35);
      tst_draw_tufts (c, 50, -9, 9, 3.2, 8, 0.16);
    }
  else if (phase == TST_SCENE_DURING)
    {
      tst_scene_scaffold (c, left + 1, left + 11, 0, 3.6, 14.6);
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
      tst_scene_strip (c, 0x4f8a6c, 0.2, 0.08, -5.5, 6.5, 4.4, 12.5, 0.004);
      for (guint i = 0; i < 2; i++)
        tst_scene_strip (c, 0xf2efe4, 0.1, 0, -5.3, 6.3, i ? 12.2 : 4.6, i ? 12.3 : 4.68, 0.006);
      tst_scene_strip (c, 0xf2efe4, 0.1, 0, 0.46, 0.56, 4.6, 12.3, 0.006);
      tst_scene_strip (c, 0xf2efe4, 0.1, 0, -5.3, -5.2, 4.6, 12.3, 0.006);
      tst_scene_strip (c, 0xf2efe4, 0.1, 0, 6.2, 6.3, 4.6, 12.3, 0.006);
      for (guint i = 0; i < 7; i++)
        tst_draw_bush (c, left + 1 + i * 3.1, 14.9, 1.1);
      for (guint i = 0; i < (phase == TST_SCENE_OPENING ? 10 : 4); i++)
        tst_draw_person (c, tst_between (c->day, -5, 6), 11.5 - i * 0.55, tst_between (c->day, 1.1, 1.6));
      tst_draw_tree (c, 9.8, 9.5, 4.6, TST_TREE_YELLOW);
    }
}
