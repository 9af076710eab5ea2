/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of the pin, whose point is 2 px above the lower edge. */
#define TST_MAP_PIN_WIDTH 36
#define TST_MAP_PIN_HEIGHT 48

/**
 * TstMapLook:
 *
 * How things on the map look in the present colours and scale: small pictures, each drawn once. Main thread only.
 */
typedef struct
{
  GtkWidget *widget;    /* whose style it is; holds us */
  GHashTable *textures; /* what is drawn to its GdkTexture */
  GHashTable *colours;  /* status to GdkRGBA */
  GdkRGBA accent, accent_text, paper, ink;
  int scale;            /* pixels of the screen to one of the widget */
  guint may_draw;       /* how many counts may still be drawn in this frame */
  gboolean owes;        /* one had to do without its count: another frame is wanted */
} TstMapLook;

TstMapLook *tst_map_look_new (GtkWidget *widget);
void tst_map_look_free (TstMapLook *self);
/* After colours, fonts or scale have changed: forgets what was drawn. */
void tst_map_look_read (TstMapLook *self);

/* A frame begins: drawing a hundred new counts, as a new zoom wants, takes longer than one; those that are not drawn yet come without it. */
void tst_map_look_begin_frame (TstMapLook *self);

/* (transfer none) each. */
GdkTexture *tst_map_look_mark (TstMapLook *self, const char *status, gboolean chosen);
GdkTexture *tst_map_look_cluster (TstMapLook *self, guint count);
GdkTexture *tst_map_look_photos (TstMapLook *self, guint count); /* a little picture and how many: never mistaken for works */
GdkTexture *tst_map_look_name (TstMapLook *self, const char *name);
GdkTexture *tst_map_look_pin (TstMapLook *self);

G_END_DECLS
