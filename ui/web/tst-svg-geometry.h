/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * From GeoJSON (RFC 7946, CRS84) to SVG numbers. The drawing is 600 units wide and as high as @bbox asks, with the
 * scale of the middle latitude. What is not a geometry gives an empty text; only digits, blanks and path letters ever
 * come out.
 */

char *tst_svg_view_box (JsonNode *bbox);
char *tst_svg_path (JsonNode *geometry,
                    JsonNode *bbox); /* Polygon, MultiPolygon, LineString, MultiLineString */
/* A place for a label: the centroid of the largest ring, or the point itself. */
gboolean tst_svg_anchor (JsonNode *geometry, JsonNode *bbox, double *x, double *y);

G_END_DECLS
