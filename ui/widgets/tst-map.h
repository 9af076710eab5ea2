/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "model/tst-work-index.h"
#include "model/tst-work.h"
#include "widgets/tst-map-evidence.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstMap:
 *
 * Works on a map that needs no network: ground from an MBTiles file or plain, works as marks, lines and polygons by status, clusters with their
 * count, comunas, own position, a pin to be placed by hand. Arrows pan, + and - zoom, Enter touches the middle (or puts the pin there).
 * Everything on it is also in a list beside or before it. Main thread only; files and lines are read on workers.
 *
 * Signals: "work-activated" (string: code), "works-activated" (GArray of guint32: several works in one spot, places in the index),
 * "photos-activated" (double south, west, north, east, in degrees: where the photographs of a spot lie), "pin-moved" (double lat, double lon: by the person). Properties: "ready" (boolean, notifies: the works handed in are drawn),
 * "ground-state" (string, see TstMapGround; notifies).
 */
#define TST_TYPE_MAP (tst_map_get_type ())
G_DECLARE_FINAL_TYPE (TstMap, tst_map, TST, MAP, GtkWidget)

GtkWidget *tst_map_new (void);

/* An MBTiles file; NULL or "": plain ground. A file that cannot be read is told on the map, and the ground is plain. */
void tst_map_set_ground (TstMap *self, const char *path);
const char *tst_map_get_ground_state (TstMap *self);
/* GeoJSON with the outlines of comunas; a missing file is no matter. */
void tst_map_set_comunas_file (TstMap *self, const char *path);
/* Where lines and polygons of works are read from as one comes near. */
void tst_map_set_book (TstMap *self, TstFieldBook *book);
/* @found: (nullable) (element-type guint32): those to show; NULL is all. Both are kept, @found must not change. */
void tst_map_set_works (TstMap *self, TstWorkIndex *works, GArray *found);
gboolean tst_map_get_ready (TstMap *self);
/* One work only, with its line or polygon, and the view on it. */
void tst_map_show_work (TstMap *self, const TstWork *work);
/* Spots of photographs in the place of the works; NULL: the works again. */
void tst_map_set_evidence (TstMap *self, TstMapEvidence *evidence); /* (transfer full) (nullable) */
void tst_map_set_position (TstMap *self, const TstPlace *place); /* (nullable) */
void tst_map_set_selected (TstMap *self, const char *code);      /* (nullable) */

/* While placing, a touch puts the pin, and it can be dragged. */
void tst_map_set_placing (TstMap *self, gboolean placing);
void tst_map_set_pin (TstMap *self, double lat, double lon); /* NAN takes it away */
gboolean tst_map_get_pin (TstMap *self, double *lat, double *lon);

/* FALSE: a picture only, without controls; it takes neither focus nor touch. */
void tst_map_set_interactive (TstMap *self, gboolean interactive);

void tst_map_go_to (TstMap *self, double lat, double lon, double zoom);
/* So that all of it is seen, as soon as the map has a size. */
void tst_map_fit (TstMap *self, double west, double south, double east, double north);
/* All works handed in; the own position, or the ground's area, when there are none. By itself once, when the first ones are there. */
void tst_map_fit_works (TstMap *self);
double tst_map_get_zoom (TstMap *self);
void tst_map_get_centre (TstMap *self, double *lat, double *lon);

/* A touch at a place of the widget: what the person's finger does. TRUE when something was there. */
gboolean tst_map_touch (TstMap *self, double x, double y);

G_END_DECLS
