/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Percentages over days as SVG numbers: the drawing is TST_CURVE_WIDTH wide; 0 % lies at TST_CURVE_BOTTOM and 100 % at
 * TST_CURVE_TOP. Only digits, blanks and path letters ever come out.
 */

#define TST_CURVE_LEFT 44
#define TST_CURVE_RIGHT 588
#define TST_CURVE_TOP 14
#define TST_CURVE_BOTTOM 214

/* Where a day ("2026-03-27", or an instant that begins so) stands between two others. FALSE: it is no day. */
gboolean tst_svg_curve_x (const char *day, const char *from, const char *to, double *x);
double tst_svg_curve_y (double percentage);
/* The line through @member of {"from", "to", "points": [{"on", …}]}; points without it are left out. "" for fewer than two. */
char *tst_svg_curve_path (JsonNode *curve, const char *member);

G_END_DECLS
