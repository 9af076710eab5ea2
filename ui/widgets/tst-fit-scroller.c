/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-fit-scroller.h"

struct _TstFitScroller
{
  GtkWidget parent_instance;
  GtkWidget *scrolled;
  GtkWidget *child; /* not owned: inside of @scrolled */
  int most;
};

G_DEFINE_FINAL_TYPE (TstFitScroller, tst_fit_scroller, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
tst_fit_scroller_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
tst_fit_scroller_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                          int *natural_baseline)
{
  TstFitScroller *self = TST_FIT_SCROLLER (widget);
  int needed;

  gtk_widget_measure (self->scrolled, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation != GTK_ORIENTATION_VERTICAL)
    return;
  gtk_widget_measure (self->child, orientation, for_size, NULL, &needed, NULL, NULL);
  *natural = MAX (*minimum, self->most > 0 ? MIN (needed, self->most) : needed);
}

static void
tst_fit_scroller_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (TST_FIT_SCROLLER (widget)->scrolled, width, height, baseline, NULL);
}

static void
tst_fit_scroller_dispose (GObject *object)
{
  TstFitScroller *self = TST_FIT_SCROLLER (object);

  self->child = NULL;
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_fit_scroller_parent_class)->dispose (object);
}

static void
tst_fit_scroller_class_init (TstFitScrollerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tst_fit_scroller_dispose;
  widget_class->get_request_mode = tst_fit_scroller_get_request_mode;
  widget_class->measure = tst_fit_scroller_measure;
  widget_class->size_allocate = tst_fit_scroller_size_allocate;
}

static void
tst_fit_scroller_init (TstFitScroller *self)
{
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

GtkWidget *
tst_fit_scroller_new (GtkWidget *child, int most)
{
  TstFitScroller *self = g_object_new (TST_TYPE_FIT_SCROLLER, NULL);

  self->child = child;
  self->most = most;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), child);
  return GTK_WIDGET (self);
}
