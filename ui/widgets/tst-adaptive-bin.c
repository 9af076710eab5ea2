/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-adaptive-bin.h"

#define NARROW_BELOW 720
#define CRAMPED_BELOW 300
#define MIN_WIDTH 320

struct _TstAdaptiveBin
{
  GtkWidget parent_instance;
  GtkWidget *child;
  gboolean narrow;
  gboolean wants_narrow;
  gboolean cramped;
  gboolean wants_cramped;
  guint idle;
};

typedef enum
{
  PROP_NARROW = 1,
  PROP_CRAMPED,
  PROP_CHILD,
} TstAdaptiveBinProperty;

static GParamSpec *properties[PROP_CHILD + 1];

static void tst_adaptive_bin_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstAdaptiveBin, tst_adaptive_bin, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, tst_adaptive_bin_buildable_init))

static gboolean
settle (gpointer user_data)
{
  TstAdaptiveBin *self = user_data;

  self->idle = 0;
  if (self->narrow != self->wants_narrow)
    {
      self->narrow = self->wants_narrow;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
    }
  if (self->cramped != self->wants_cramped)
    {
      self->cramped = self->wants_cramped;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CRAMPED]);
    }
  return G_SOURCE_REMOVE;
}

static void
tst_adaptive_bin_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  TstAdaptiveBin *self = TST_ADAPTIVE_BIN (widget);

  *minimum = *natural = 0;
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  /* The wide layout must not keep the window from getting narrow: that is what makes it change. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, MIN_WIDTH);
}

static void
tst_adaptive_bin_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstAdaptiveBin *self = TST_ADAPTIVE_BIN (widget);
  int dpi = -1;
  double scale;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  scale = dpi > 0 ? dpi / (96.0 * 1024.0) : 1.0;
  self->wants_narrow = width < NARROW_BELOW * MAX (1.0, scale);
  self->wants_cramped = width < CRAMPED_BELOW * MAX (1.0, scale);
  if ((self->wants_narrow != self->narrow || self->wants_cramped != self->cramped) && self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, settle, self, NULL);

  if (self->child != NULL && gtk_widget_get_visible (self->child))
    {
      int minimum_width;
      int minimum_height;

      gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_width, NULL, NULL, NULL);
      width = MAX (width, minimum_width);
      gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, width, &minimum_height, NULL, NULL, NULL);
      gtk_widget_allocate (self->child, width, MAX (height, minimum_height), baseline, NULL);
    }
}

static void
tst_adaptive_bin_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstAdaptiveBin *self = TST_ADAPTIVE_BIN (object);

  switch ((TstAdaptiveBinProperty) id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_CRAMPED:
      g_value_set_boolean (value, self->cramped);
      break;
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_adaptive_bin_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TstAdaptiveBin *self = TST_ADAPTIVE_BIN (object);

  if ((TstAdaptiveBinProperty) id == PROP_CHILD)
    tst_adaptive_bin_set_child (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_adaptive_bin_dispose (GObject *object)
{
  TstAdaptiveBin *self = TST_ADAPTIVE_BIN (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_adaptive_bin_parent_class)->dispose (object);
}

static void
tst_adaptive_bin_class_init (TstAdaptiveBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_adaptive_bin_get_property;
  object_class->set_property = tst_adaptive_bin_set_property;
  object_class->dispose = tst_adaptive_bin_dispose;
  widget_class->measure = tst_adaptive_bin_measure;
  widget_class->size_allocate = tst_adaptive_bin_size_allocate;

  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CRAMPED] = g_param_spec_boolean ("cramped", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_adaptive_bin_init (TstAdaptiveBin *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
tst_adaptive_bin_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  tst_adaptive_bin_set_child (TST_ADAPTIVE_BIN (buildable), GTK_WIDGET (child));
}

static void
tst_adaptive_bin_buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = tst_adaptive_bin_add_child;
}

GtkWidget *
tst_adaptive_bin_new (void)
{
  return g_object_new (TST_TYPE_ADAPTIVE_BIN, NULL);
}

void
tst_adaptive_bin_set_child (TstAdaptiveBin *self, GtkWidget *child)
{
  g_return_if_fail (TST_IS_ADAPTIVE_BIN (self));

  if (self->child == child)
    return;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHILD]);
}

gboolean
tst_adaptive_bin_get_narrow (TstAdaptiveBin *self)
{
  g_return_val_if_fail (TST_IS_ADAPTIVE_BIN (self), FALSE);
  return self->narrow;
}

gboolean
tst_adaptive_bin_get_cramped (TstAdaptiveBin *self)
{
  g_return_val_if_fail (TST_IS_ADAPTIVE_BIN (self), FALSE);
  return self->cramped;
}
