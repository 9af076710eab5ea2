/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "demo-town/tst-draw-scene.h"

#include "demo-town/tst-draw-props.h"
#include "demo-town/tst-scene-private.h"

#include <math.h>

TstRgb
tst_scene_lit_far (TstCanvas *c, guint32 colour, double sun, double z)
{
  return tst_far (c, tst_lit (c, tst_rgb (colour), sun), z);
}

/* A strip of ground. */
void
tst_scene_strip (TstCanvas *c, guint32 colour, double grain, double patches, double x0, double x1, double z0, double z1,
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

void
tst_scene_puddle (TstCanvas *c, double x, double z, double rx, double rz)
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

void
tst_scene_boulder (TstCanvas *c, double x, double z, double size)
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
      tst_ink (c, tst_scene_lit_far (c, grey, 0.25 + 0.33 * layer, z), 1);
      cairo_fill_preserve (c->cr);
      tst_grain (c, c->wall, 0.22);
    }
  cairo_new_path (c->cr);
}

void
tst_scene_scaffold (TstCanvas *c, double x0, double x1, double y0, double y1, double z)
{
  double step = 1.8;

  cairo_set_line_width (c->cr, MAX (1, 0.06 * tst_scale (c, z)));
  tst_ink (c, tst_scene_lit_far (c, 0x6f7579, 0.8, z), 1);
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
    TST_FACE (c, tst_scene_lit_far (c, 0xb58b58, 0.8, z), 0.2, { x0, y, z }, { x1, y, z }, { x1, y + 0.12, z },
              { x0, y + 0.12, z });
}

static const struct
{
  const char *name;
  TstSceneDraw draw;
} scenes[] = {
  { "street", tst_scene_street }, { "bridge", tst_scene_bridge }, { "school", tst_scene_school },
  { "park", tst_scene_park },     { "wall", tst_scene_wall }
};

const char *const tst_scene_names[] = { "street", "bridge", "school", "park", "wall", NULL };

guint8 *
tst_draw_scene (const TstSceneRequest *request)
{
  static const struct
  {
    const char *name;
    TstScenePhase phase;
  } phases[] = { { "antes", TST_SCENE_BEFORE },
                 { "durante", TST_SCENE_DURING },
                 { "despues", TST_SCENE_AFTER },
                 { "después", TST_SCENE_AFTER },
                 { "hito", TST_SCENE_OPENING } };
  double done = request->progress < 0 ? 0.5 : request->progress / 100.0;
  g_autoptr (TstCanvas) canvas = NULL;
  TstSceneDraw draw = NULL;
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
  draw (canvas, phase, phase == TST_SCENE_BEFORE ? 0 : phase == TST_SCENE_DURING ? CLAMP (done, 0, 0.97) : 1);
  return tst_canvas_develop (canvas);
}
