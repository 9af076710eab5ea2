/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-accuracy-ring.h"

#include "format/tst-format.h"

#include <glib/gi18n.h>
#include <math.h>

#define SIZE 44
#define LINE 4

struct _TstAccuracyRing
{
  GtkWidget parent_instance;
  GtkWidget *ring, *label;
  double accept_m, warn_m, accuracy_m;
  const char *grade;
  double filled; /* 0 to 1 */
};

typedef enum
{
  PROP_GRADE = 1,
} TstAccuracyRingProperty;

static GParamSpec *properties[PROP_GRADE + 1];

G_DEFINE_FINAL_TYPE (TstAccuracyRing, tst_accuracy_ring, GTK_TYPE_WIDGET)

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  TstAccuracyRing *self = user_data;
  const double radius = (MIN (width, height) - LINE) / 2.0;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &colour);
  cairo_set_line_width (cr, LINE);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * 0.3);
  cairo_arc (cr, width / 2.0, height / 2.0, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (self->filled <= 0)
    return;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_arc (cr, width / 2.0, height / 2.0, radius, -G_PI / 2, -G_PI / 2 + 2 * G_PI * self->filled);
  cairo_stroke (cr);
}

static void
tst_accuracy_ring_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstAccuracyRingProperty) id == PROP_GRADE)
    g_value_set_string (value, TST_ACCURACY_RING (object)->grade);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_accuracy_ring_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tst_accuracy_ring_parent_class)->dispose (object);
}

static void
tst_accuracy_ring_class_init (TstAccuracyRingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_accuracy_ring_get_property;
  object_class->dispose = tst_accuracy_ring_dispose;
  properties[PROP_GRADE] = g_param_spec_string ("grade", NULL, NULL, "none", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "accuracy");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
tst_accuracy_ring_init (TstAccuracyRing *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("mark-location-symbolic");

  self->accept_m = 10;
  self->warn_m = 50;
  self->grade = "none";
  self->ring = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->ring), SIZE);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->ring), SIZE);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->ring), draw, self, NULL);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->ring);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), icon);
  gtk_widget_set_valign (overlay, GTK_ALIGN_CENTER);
  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "figure");
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (self->label), 8);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 12);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);
  gtk_widget_set_parent (overlay, GTK_WIDGET (self));
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  tst_accuracy_ring_set (self, -1, NULL, FALSE);
}

GtkWidget *
tst_accuracy_ring_new (void)
{
  return g_object_new (TST_TYPE_ACCURACY_RING, NULL);
}

void
tst_accuracy_ring_set_gate (TstAccuracyRing *self, double accept_m, double warn_m)
{
  g_return_if_fail (TST_IS_ACCURACY_RING (self));
  self->accept_m = accept_m;
  self->warn_m = MAX (warn_m, accept_m);
}

char *
tst_accuracy_text (double accuracy_m, const char *source)
{
  g_autofree char *number = NULL;

  if (g_strcmp0 (source, "pin") == 0)
    return g_strdup (_("Punto marcado"));
  if (g_strcmp0 (source, "work") == 0)
    return g_strdup (_("Lugar de la obra"));
  if (!(accuracy_m >= 0))
    return g_strdup (_("Precisión desconocida"));
  if (accuracy_m >= 1000)
    {
      number = tst_format_number (accuracy_m / 1000, 1);
      return g_strdup_printf (_("±%s km"), number);
    }
  number = tst_format_number (MAX (1, ceil (accuracy_m)), 0);
  return g_strdup_printf (_("±%s m"), number);
}

const char *
tst_accuracy_grade (double accuracy_m, const char *source, double accept_m, double warn_m)
{
  if (source == NULL)
    return "none";
  if (g_str_equal (source, "pin") || (accuracy_m >= 0 && accuracy_m <= accept_m))
    return "good";
  return accuracy_m >= 0 && accuracy_m <= warn_m ? "fair" : "poor";
}

char *
tst_accuracy_words (double accuracy_m, const char *source, double accept_m, double warn_m)
{
  const char *grade = tst_accuracy_grade (accuracy_m, source, accept_m, warn_m);
  g_autofree char *text = tst_accuracy_text (accuracy_m, source);

  /* A place that somebody pointed at, or that of the work, says what it is. */
  if (!(accuracy_m >= 0) || g_strcmp0 (source, "pin") == 0 || g_strcmp0 (source, "work") == 0)
    return g_steal_pointer (&text);
  return g_strdup_printf (g_str_equal (grade, "good")   ? _("Buena, %s")
                          : g_str_equal (grade, "fair") ? _("Regular, %s")
                                                        : _("Mala, %s"), text);
}

void
tst_accuracy_ring_set (TstAccuracyRing *self, double accuracy_m, const char *source, gboolean searching)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  const char *grade;

  g_return_if_fail (TST_IS_ACCURACY_RING (self));
  text = source != NULL ? tst_accuracy_words (accuracy_m, source, self->accept_m, self->warn_m) : g_strdup (searching ? _("Buscando…") : _("Sin posición"));
  grade = tst_accuracy_grade (accuracy_m, source, self->accept_m, self->warn_m);
  if (g_str_equal (grade, "good"))
    self->filled = 1;
  else if (source == NULL || !(accuracy_m > 0))
    self->filled = 0;
  else /* by halves: from 20 to 10 m is as much as from 100 to 50 */
    self->filled = CLAMP (log (4 * self->warn_m / accuracy_m) / log (4 * self->warn_m / self->accept_m), 0.05, 1);
  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_widget_queue_draw (self->ring);
  name = g_strdup_printf (_("Posición: %s"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (!g_str_equal (grade, self->grade))
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), self->grade);
      self->grade = grade;
      gtk_widget_add_css_class (GTK_WIDGET (self), grade);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRADE]);
    }
}
