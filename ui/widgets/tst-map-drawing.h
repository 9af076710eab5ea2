/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-works-shapes.h"
#include "widgets/tst-map-clusters.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What lies flat on the map: outlines of comunas, lines and polygons of works. Drawn on a worker into a picture that is larger than the view, so
 * that panning only moves it. */

typedef struct
{
  char *code, *name;
  TstGeometry *geometry;
  TstPoint middle;
} TstMapComuna;
/* Features with "code" and "name" of a GeoJSON file in degrees: (element-type TstMapComuna). Blocks on the disk. */
GPtrArray *tst_map_comunas_load (const char *path, GError **error);

/* Where one looks: the middle and the width of the whole world in pixels of the screen. */
typedef struct
{
  double x, y, world;
} TstMapView;

typedef struct
{
  TstMapView view;
  int width, height, scale;
  GPtrArray *comunas;       /* (nullable) */
  GPtrArray *shapes;        /* (nullable) of TstWorkShape */
  TstMapClusters *clusters; /* (nullable): shapes of other works are left out */
  GdkRGBA outline, ground;  /* of comunas; @ground lies round the lines of works */
  GHashTable *colours;      /* status to GdkRGBA; "" for any other */
} TstMapDrawing;
TstMapDrawing *tst_map_drawing_new (void);
void tst_map_drawing_free (TstMapDrawing *self);

/* A piece of the picture that has something on it: where from its top left corner, in pixels of the screen. */
typedef struct
{
  double x, y, width, height;
  GdkTexture *texture;
} TstMapPiece;

/* Takes @drawing. The callback comes on the caller's main context. */
void tst_map_drawing_run_async (TstMapDrawing *drawing, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (element-type TstMapPiece) (transfer full) (nullable) */
GArray *tst_map_drawing_run_finish (GAsyncResult *result, TstMapView *view, int *width, int *height);

GdkTexture *tst_map_texture_from_surface (cairo_surface_t *surface);

G_END_DECLS
