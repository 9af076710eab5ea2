/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-status-mark.h"

#define BOX 16.0

struct _TstStatusMark
{
  GtkWidget parent_instance;
  char *status;
};

G_DEFINE_FINAL_TYPE (TstStatusMark, tst_status_mark, GTK_TYPE_WIDGET)

static void
polygon (cairo_t *cr, const double *points, guint n)
{
  cairo_move_to (cr, points[0], points[1]);
  for (guint i = 1; i < n; i++)
    cairo_line_to (cr, points[2 * i], points[2 * i + 1]);
  cairo_close_path (cr);
}

static void
tick (cairo_t *cr, const GdkRGBA *hollow)
{
  gdk_cairo_set_source_rgba (cr, hollow);
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, 4.5, 8.2);
  cairo_line_to (cr, 7, 10.7);
  cairo_line_to (cr, 11.6, 5.7);
  cairo_stroke (cr);
}

void
tst_status_mark_draw (cairo_t *cr, const char *status, const GdkRGBA *colour, const GdkRGBA *hollow)
{
  static const double start[] = { 4, 2.5, 13, 8, 4, 13.5 };
  static const double running[] = { 3, 1.5, 14.5, 8, 3, 14.5 };
  static const double sheet[] = { 3, 1, 10, 1, 13, 4, 13, 15, 3, 15 };
  static const double triangle[] = { 8, .5, 15.8, 15, .2, 15 };
  static const double dash[] = { 3, 1.71 };

  gdk_cairo_set_source_rgba (cr, colour);
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  if (g_strcmp0 (status, "contratacion") == 0)
    {
      polygon (cr, sheet, 5);
      cairo_move_to (cr, 5.5, 7);
      cairo_line_to (cr, 10.5, 7);
      cairo_move_to (cr, 5.5, 10.5);
      cairo_line_to (cr, 10.5, 10.5);
      cairo_stroke (cr);
    }
  else if (g_strcmp0 (status, "por_iniciar") == 0)
    {
      polygon (cr, start, 3);
      cairo_stroke (cr);
    }
  else if (g_strcmp0 (status, "en_ejecucion") == 0)
    {
      polygon (cr, running, 3);
      cairo_fill (cr);
    }
  else if (g_strcmp0 (status, "suspendida") == 0)
    {
      cairo_rectangle (cr, 3, 2, 4, 12);
      cairo_rectangle (cr, 9, 2, 4, 12);
      cairo_fill (cr);
    }
  else if (g_strcmp0 (status, "terminada") == 0)
    {
      cairo_arc (cr, 8, 8, 7.5, 0, 2 * G_PI);
      cairo_fill (cr);
      tick (cr, hollow);
    }
  else if (g_strcmp0 (status, "liquidada") == 0)
    {
      cairo_rectangle (cr, 1, 1, 14, 14);
      cairo_fill (cr);
      tick (cr, hollow);
    }
  else if (g_strcmp0 (status, "inconclusa") == 0)
    {
      polygon (cr, triangle, 3);
      cairo_fill (cr);
      gdk_cairo_set_source_rgba (cr, hollow);
      cairo_set_line_width (cr, 1.8);
      cairo_move_to (cr, 8, 5.5);
      cairo_line_to (cr, 8, 10.2);
      cairo_move_to (cr, 8, 11.8);
      cairo_line_to (cr, 8, 13.4);
      cairo_stroke (cr);
    }
  else if (g_strcmp0 (status, "cancelada") == 0)
    {
      cairo_arc (cr, 8, 8, 6.5, 0, 2 * G_PI);
      cairo_move_to (cr, 5.4, 5.4);
      cairo_line_to (cr, 10.6, 10.6);
      cairo_move_to (cr, 10.6, 5.4);
      cairo_line_to (cr, 5.4, 10.6);
      cairo_stroke (cr);
    }
  else /* planeada, and what a newer version may add */
    {
      cairo_set_dash (cr, dash, 2, 0);
      cairo_arc (cr, 8, 8, 6, 0, 2 * G_PI);
      cairo_stroke (cr);
      cairo_set_dash (cr, NULL, 0, 0);
    }
}

static void
tst_status_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstStatusMark *self = TST_STATUS_MARK (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  double scale = MIN (width, height) / BOX;
  GdkRGBA colour;
  GdkRGBA hollow;
  cairo_t *cr;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  /* What is left open shows the ground: light on dark colours, dark on light ones. */
  hollow = .3 * colour.red + .59 * colour.green + .11 * colour.blue > .5 ? (GdkRGBA) { .1, .1, .1, 1 }
                                                                        : (GdkRGBA) { 1, 1, 1, 1 };
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_translate (cr, (width - BOX * scale) / 2, (height - BOX * scale) / 2);
  cairo_scale (cr, scale, scale);
  tst_status_mark_draw (cr, self->status, &colour, &hollow);
  cairo_destroy (cr);
}

static void
tst_status_mark_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = (int) BOX;
}

static void
tst_status_mark_finalize (GObject *object)
{
  g_free (TST_STATUS_MARK (object)->status);
  G_OBJECT_CLASS (tst_status_mark_parent_class)->finalize (object);
}

static void
tst_status_mark_class_init (TstStatusMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_status_mark_finalize;
  widget_class->snapshot = tst_status_mark_snapshot;
  widget_class->measure = tst_status_mark_measure;
  gtk_widget_class_set_css_name (widget_class, "statusmark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tst_status_mark_init (TstStatusMark *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
tst_status_mark_new (const char *status)
{
  GtkWidget *self = g_object_new (TST_TYPE_STATUS_MARK, NULL);

  tst_status_mark_set_status (TST_STATUS_MARK (self), status);
  return self;
}

void
tst_status_mark_set_status (TstStatusMark *self, const char *status)
{
  g_return_if_fail (TST_IS_STATUS_MARK (self));

  if (self->status != NULL)
    {
      g_autofree char *old = g_strconcat ("e-", self->status, NULL);

      gtk_widget_remove_css_class (GTK_WIDGET (self), old);
    }
  g_free (self->status);
  self->status = g_strdup (status != NULL ? status : "");
  if (*self->status != '\0')
    {
      g_autofree char *class = g_strconcat ("e-", self->status, NULL);

      gtk_widget_add_css_class (GTK_WIDGET (self), class);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
