/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "demo-town/tst-draw-canvas.h"
#include "demo-town/tst-draw-scene.h"

G_BEGIN_DECLS

/* One kind of work a file; what several draw is here. */

typedef enum
{
  TST_SCENE_BEFORE,
  TST_SCENE_DURING,
  TST_SCENE_AFTER,
  TST_SCENE_OPENING
} TstScenePhase;

/* @done: 0 before the work, 1 when it is finished. */
typedef void (*TstSceneDraw) (TstCanvas *c, TstScenePhase phase, double done);

void tst_scene_street (TstCanvas *c, TstScenePhase phase, double done);
void tst_scene_bridge (TstCanvas *c, TstScenePhase phase, double done);
void tst_scene_school (TstCanvas *c, TstScenePhase phase, double done);
void tst_scene_park (TstCanvas *c, TstScenePhase phase, double done);
void tst_scene_wall (TstCanvas *c, TstScenePhase phase, double done);

/* A colour as the sun (0 to 1) lights it, and the air between dulls it. */
TstRgb tst_scene_lit_far (TstCanvas *c, guint32 colour, double sun, double z);
/* A strip of ground. */
void tst_scene_strip (TstCanvas *c, guint32 colour, double grain, double patches, double x0, double x1, double z0, double z1, double y);
void tst_scene_puddle (TstCanvas *c, double x, double z, double rx, double rz);
void tst_scene_boulder (TstCanvas *c, double x, double z, double size);
void tst_scene_scaffold (TstCanvas *c, double x0, double x1, double y0, double y1, double z);

G_END_DECLS
