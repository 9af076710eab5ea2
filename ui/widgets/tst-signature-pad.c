/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-signature-pad.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define PICTURE_WIDTH 640
#define PICTURE_HEIGHT 240
#define PEN 2.6          /* pixels of the pad */
#define STEP 1.5         /* points nearer than this are one: a slow hand leaves no more of them than a quick one */
#define MOST_POINTS 20000

typedef struct
{
  float x, y;
  gboolean begins; /* a stroke */
} Point;

struct _TstSignaturePad
{
  GtkWidget parent_instance;
  GArray *points; /* of Point */
  double from_x, from_y; /* where the drag began */
};

typedef enum
{
  PROP_EMPTY = 1,
} TstSignaturePadProperty;

static GParamSpec *properties[PROP_EMPTY + 1];

G_DEFINE_FINAL_TYPE (TstSignaturePad, tst_signature_pad, GTK_TYPE_WIDGET)

static void
add_point (TstSignaturePad *self, double x, double y, gboolean begins)
{
  Point point = { CLAMP (x, PEN, MAX (gtk_widget_get_width (GTK_WIDGET (self)) - PEN, PEN)),
                  CLAMP (y, PEN, MAX (gtk_widget_get_height (GTK_WIDGET (self)) - PEN, PEN)), begins };

  if (self->points->len >= MOST_POINTS)
    return;
  if (!begins && self->points->len > 0)
    {
      const Point *last = &g_array_index (self->points, Point, self->points->len - 1);

      if (hypot (last->x - point.x, last->y - point.y) < STEP)
        return;
    }
  g_array_append_val (self->points, point);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->points->len == 1)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
}

static void
draw_strokes (TstSignaturePad *self, cairo_t *cr)
{
  cairo_set_line_width (cr, PEN);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);

      if (point->begins)
        {
          cairo_move_to (cr, point->x, point->y);
          cairo_line_to (cr, point->x, point->y); /* with round caps a tap is a dot */
        }
      else
        cairo_line_to (cr, point->x, point->y);
    }
  cairo_stroke (cr);
}

static void
tst_signature_pad_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstSignaturePad *self = TST_SIGNATURE_PAD (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  const GdkRGBA paper = { 1, 1, 1, 1 };
  const GdkRGBA line = { .6, .6, .6, 1 };
  cairo_t *cr;

  /* Paper is white and ink black in the dark too: it is what will be printed. */
  gtk_snapshot_append_color (snapshot, &paper, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_append_color (snapshot, &line, &GRAPHENE_RECT_INIT (24, height * 3 / 4, MAX (width - 48, 1), 1));
  if (self->points->len == 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_set_source_rgb (cr, 0, 0, 0);
  draw_strokes (self, cr);
  cairo_destroy (cr);
}

static void
tst_signature_pad_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : 140;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? PICTURE_WIDTH : PICTURE_HEIGHT;
}

static void
on_drag_begin (TstSignaturePad *self, double x, double y, GtkGesture *drag)
{
  gtk_gesture_set_state (drag, GTK_EVENT_SEQUENCE_CLAIMED); /* the page must not scroll under the hand */
  self->from_x = x;
  self->from_y = y;
  add_point (self, x, y, TRUE);
}

static void
on_drag_update (TstSignaturePad *self, double dx, double dy)
{
  add_point (self, self->from_x + dx, self->from_y + dy, FALSE);
}

static void
tst_signature_pad_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstSignaturePadProperty) id == PROP_EMPTY)
    g_value_set_boolean (value, tst_signature_pad_is_empty (TST_SIGNATURE_PAD (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
wipe (TstSignaturePad *self)
{
  if (self->points->len > 0)
    memset (self->points->data, 0, self->points->len * sizeof (Point));
  g_array_set_size (self->points, 0);
}

static void
tst_signature_pad_finalize (GObject *object)
{
  TstSignaturePad *self = TST_SIGNATURE_PAD (object);

  wipe (self);
  g_array_unref (self->points);
  G_OBJECT_CLASS (tst_signature_pad_parent_class)->finalize (object);
}

static void
tst_signature_pad_class_init (TstSignaturePadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_signature_pad_get_property;
  object_class->finalize = tst_signature_pad_finalize;
  widget_class->measure = tst_signature_pad_measure;
  widget_class->snapshot = tst_signature_pad_snapshot;
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_css_name (widget_class, "signaturepad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tst_signature_pad_init (TstSignaturePad *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lugar para firmar con el dedo"), -1);
}

GtkWidget *
tst_signature_pad_new (void)
{
  return g_object_new (TST_TYPE_SIGNATURE_PAD, NULL);
}

gboolean
tst_signature_pad_is_empty (TstSignaturePad *self)
{
  g_return_val_if_fail (TST_IS_SIGNATURE_PAD (self), TRUE);
  return self->points->len == 0;
}

void
tst_signature_pad_clear (TstSignaturePad *self)
{
  g_return_if_fail (TST_IS_SIGNATURE_PAD (self));
  if (self->points->len == 0)
    return;
  wipe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
}

void
tst_signature_pad_begin (TstSignaturePad *self, double x, double y)
{
  g_return_if_fail (TST_IS_SIGNATURE_PAD (self));
  add_point (self, x, y, TRUE);
}

void
tst_signature_pad_line_to (TstSignaturePad *self, double x, double y)
{
  g_return_if_fail (TST_IS_SIGNATURE_PAD (self));
  add_point (self, x, y, self->points->len == 0);
}

static cairo_status_t
append (void *png, const unsigned char *data, unsigned int size)
{
  g_byte_array_append (png, data, size);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
tst_signature_pad_to_png (TstSignaturePad *self)
{
  GByteArray *png;
  cairo_surface_t *surface;
  cairo_t *cr;
  double scale;

  g_return_val_if_fail (TST_IS_SIGNATURE_PAD (self), NULL);
  if (self->points->len == 0)
    return NULL;
  scale = MIN ((double) PICTURE_WIDTH / MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1),
               (double) PICTURE_HEIGHT / MAX (gtk_widget_get_height (GTK_WIDGET (self)), 1));
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, PICTURE_WIDTH, PICTURE_HEIGHT);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_scale (cr, scale, scale);
  draw_strokes (self, cr);
  cairo_destroy (cr);
  png = g_byte_array_new ();
  cairo_surface_write_to_png_stream (surface, append, png);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (png);
}
