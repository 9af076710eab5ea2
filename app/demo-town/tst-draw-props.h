/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "demo-town/tst-draw-canvas.h"

G_BEGIN_DECLS

/* Things that stand in scenes, at (x, z) on the ground, in metres. Draw what is far first. */

typedef enum
{
  TST_TREE_GREEN,
  TST_TREE_YELLOW, /* a guayacán in flower */
  TST_TREE_PINK,
  TST_TREE_PALM
} TstTree;

void tst_draw_tree (TstCanvas *c, double x, double z, double height, TstTree kind);
void tst_draw_bush (TstCanvas *c, double x, double z, double width);
void tst_draw_tufts (TstCanvas *c, guint n, double x0, double x1, double z0, double z1, double height);
void tst_draw_cone (TstCanvas *c, double x, double z);
void tst_draw_worker (TstCanvas *c, double x, double z, guint colour);
/* Somebody without a vest; @height in metres. */
void tst_draw_person (TstCanvas *c, double x, double z, double height);
void tst_draw_lamp (TstCanvas *c, double x, double z, double height, gboolean left);
void tst_draw_pole (TstCanvas *c, double x, double z, double height);
void tst_draw_bench (TstCanvas *c, double x, double z);
void tst_draw_pile (TstCanvas *c, double x, double z, double width, double height, TstRgb colour);
void tst_draw_excavator (TstCanvas *c, double x, double z, gboolean left);
void tst_draw_roller (TstCanvas *c, double x, double z, gboolean left);
/* Orange mesh along the ground from one point to another. */
void tst_draw_mesh (TstCanvas *c, double x0, double z0, double x1, double z1);
/* A town house on the @side (−1 left, 1 right) of a street, its front at @x, from @z0 to @z1. */
void tst_draw_house (TstCanvas *c, int side, double x, double z0, double z1, double height);
/* An upright box by its near face and its depth. */
void tst_draw_box (TstCanvas *c, double x0, double x1, double y0, double y1, double z0, double z1,
                   TstRgb colour, double grain);

G_END_DECLS
