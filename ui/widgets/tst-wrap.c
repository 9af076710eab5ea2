/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-wrap.h"

#define GAP 8

struct _TstWrap
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (TstWrap, tst_wrap, GTK_TYPE_WIDGET)

/* Places the children for @width, or only measures when @place is FALSE. Returns the height. */
static int
flow (GtkWidget *widget, int width, gboolean place)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, row = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation at = { 0 };
      int minimum, natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
      at.width = MAX (minimum, MIN (natural, width));
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, at.width, &minimum, &natural, NULL, NULL);
      at.height = natural;
      if (x > 0 && x + at.width > width)
        {
          x = 0;
          y += row + GAP;
          row = 0;
        }
      at.x = rtl ? width - x - at.width : x;
      at.y = y;
      if (place)
        gtk_widget_size_allocate (child, &at, -1);
      x += at.width + GAP;
      row = MAX (row, at.height);
    }
  return y + row;
}

static void
tst_wrap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  int widest = 0, all = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      widest = MAX (widest, child_minimum);
      all += child_natural + (all > 0 ? GAP : 0);
    }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = widest;
      *natural = MAX (widest, all);
    }
  else
    *minimum = *natural = flow (widget, for_size >= 0 ? MAX (for_size, widest) : MAX (all, widest), FALSE);
}

static void
tst_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  flow (widget, width, TRUE);
}

static GtkSizeRequestMode
tst_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
tst_wrap_dispose (GObject *object)
{
  tst_wrap_clear (TST_WRAP (object));
  G_OBJECT_CLASS (tst_wrap_parent_class)->dispose (object);
}

static void
tst_wrap_class_init (TstWrapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tst_wrap_dispose;
  widget_class->measure = tst_wrap_measure;
  widget_class->size_allocate = tst_wrap_size_allocate;
  widget_class->get_request_mode = tst_wrap_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tst_wrap_init (TstWrap *self)
{
}

GtkWidget *
tst_wrap_new (void)
{
  return g_object_new (TST_TYPE_WRAP, NULL);
}

void
tst_wrap_append (TstWrap *self, GtkWidget *child)
{
  g_return_if_fail (TST_IS_WRAP (self));
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

void
tst_wrap_clear (TstWrap *self)
{
  GtkWidget *child;

  g_return_if_fail (TST_IS_WRAP (self));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}
