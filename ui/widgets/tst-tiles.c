/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-tiles.h"

struct _TstTiles
{
  GtkWidget parent_instance;
  guint columns;
  int gap;
  int most; /* height of a row; 0: no bound */
};

G_DEFINE_FINAL_TYPE (TstTiles, tst_tiles, GTK_TYPE_WIDGET)

/* The width of the widest child as it must and as it would be; of a child that breaks between words that is its longest word and all its words. */
static guint
measure_children (GtkWidget *widget, int *minimum, int *natural)
{
  guint n = 0;

  *minimum = *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
      n++;
    }
  return n;
}

static int
across (TstTiles *self, guint n, int each)
{
  guint columns = CLAMP (n, 1, self->columns);

  return columns * each + (columns - 1) * self->gap;
}

/* Places the children in @width and @height, or only measures when @height is negative. Returns the least height. */
static int
lay_out (TstTiles *self, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int minimum, natural, tallest = 0, each, each_row;
  guint n = measure_children (widget, &minimum, &natural);
  guint columns, rows, i = 0;
  int top;

  if (n == 0)
    return 0;
  columns = across (self, n, minimum) <= width ? MIN (n, self->columns) : 1;
  rows = (n + columns - 1) / columns;
  each = MAX ((width - (int) (columns - 1) * self->gap) / (int) columns, minimum);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int needs;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, each, &needs, NULL, NULL, NULL);
      tallest = MAX (tallest, needs);
    }
  if (height < 0)
    return rows * tallest + (rows - 1) * self->gap;
  each_row = (height - (int) (rows - 1) * self->gap) / (int) rows;
  tallest = MAX (tallest, self->most > 0 ? MIN (each_row, self->most) : each_row);
  top = MAX (0, (height - (int) rows * tallest - (int) (rows - 1) * self->gap) / 2);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation at = { 0, 0, each, tallest };

      if (!gtk_widget_should_layout (child))
        continue;
      at.x = (i % columns) * (each + self->gap);
      at.x = rtl ? width - at.x - each : at.x;
      at.y = top + (int) (i / columns) * (tallest + self->gap);
      gtk_widget_size_allocate (child, &at, -1);
      i++;
    }
  return rows * tallest + (rows - 1) * self->gap;
}

static void
tst_tiles_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                   int *natural_baseline)
{
  TstTiles *self = TST_TILES (widget);
  int least, wanted;
  guint n = measure_children (widget, &least, &wanted);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = least;
      *natural = MAX (least, across (self, n, wanted));
    }
  else
    *minimum = *natural = lay_out (self, for_size >= 0 ? MAX (for_size, least) : MAX (across (self, n, wanted), least), -1);
}

static void
tst_tiles_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  lay_out (TST_TILES (widget), width, height);
}

static GtkSizeRequestMode
tst_tiles_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
tst_tiles_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tst_tiles_parent_class)->dispose (object);
}

static void
tst_tiles_class_init (TstTilesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tst_tiles_dispose;
  widget_class->measure = tst_tiles_measure;
  widget_class->size_allocate = tst_tiles_size_allocate;
  widget_class->get_request_mode = tst_tiles_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tst_tiles_init (TstTiles *self)
{
  self->columns = 1;
}

GtkWidget *
tst_tiles_new (guint columns, int gap)
{
  TstTiles *self = g_object_new (TST_TYPE_TILES, NULL);

  g_return_val_if_fail (columns > 0, NULL);
  self->columns = columns;
  self->gap = gap;
  return GTK_WIDGET (self);
}

void
tst_tiles_set_most (TstTiles *self, int height)
{
  g_return_if_fail (TST_IS_TILES (self));
  self->most = height;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
tst_tiles_append (TstTiles *self, GtkWidget *child)
{
  g_return_if_fail (TST_IS_TILES (self));
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}
