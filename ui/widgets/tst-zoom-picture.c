/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-zoom-picture.h"

struct _TstZoomPicture
{
  GtkWidget parent_instance;
  GdkTexture *texture;
  double zoom;
  double x, y;          /* what stands in the middle, as parts of the picture: 0.5 is its middle */
  double zoom_at_start; /* of a pinch */
  double drag_x, drag_y;
};

G_DEFINE_FINAL_TYPE (TstZoomPicture, tst_zoom_picture, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ZOOM = 1,
} TstZoomPictureProperty;

static GParamSpec *properties[PROP_ZOOM + 1];

/* The picture's size on the screen at the present zoom. */
static gboolean
get_size (TstZoomPicture *self, double *width, double *height)
{
  double w, h, scale;

  if (self->texture == NULL)
    return FALSE;
  w = gdk_texture_get_width (self->texture);
  h = gdk_texture_get_height (self->texture);
  scale = MIN (gtk_widget_get_width (GTK_WIDGET (self)) / w, gtk_widget_get_height (GTK_WIDGET (self)) / h) * self->zoom;
  *width = w * scale;
  *height = h * scale;
  return *width > 0 && *height > 0;
}

/* No gap beside a picture that is larger than its place. */
static void
settle (TstZoomPicture *self)
{
  double width, height;

  if (get_size (self, &width, &height))
    {
      double half_x = MIN (gtk_widget_get_width (GTK_WIDGET (self)) / width / 2, 0.5);
      double half_y = MIN (gtk_widget_get_height (GTK_WIDGET (self)) / height / 2, 0.5);

      self->x = CLAMP (self->x, half_x, 1 - half_x);
      self->y = CLAMP (self->y, half_y, 1 - half_y);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* @at_x, @at_y: the point of the widget that stays where it is. */
static void
zoom_around (TstZoomPicture *self, double zoom, double at_x, double at_y)
{
  double dx = at_x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double dy = at_y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  double width, height, before_x = 0, before_y = 0;

  zoom = CLAMP (zoom, 1, TST_ZOOM_MAX);
  if (zoom == self->zoom)
    return;
  if (get_size (self, &width, &height))
    {
      before_x = self->x + dx / width;
      before_y = self->y + dy / height;
    }
  self->zoom = zoom;
  if (get_size (self, &width, &height))
    {
      self->x = before_x - dx / width;
      self->y = before_y - dy / height;
    }
  settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, TstZoomPicture *self)
{
  self->zoom_at_start = self->zoom;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, TstZoomPicture *self)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  zoom_around (self, self->zoom_at_start * scale, x, y);
}

static void
on_pressed (GtkGestureClick *gesture, int n, double x, double y, TstZoomPicture *self)
{
  if (n == 2)
    zoom_around (self, self->zoom > 1 ? 1 : 2.5, x, y);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, TstZoomPicture *self)
{
  self->drag_x = self->x;
  self->drag_y = self->y;
}

static void
on_drag (GtkGestureDrag *gesture, double dx, double dy, TstZoomPicture *self)
{
  double width, height;

  if (self->zoom <= 1 || !get_size (self, &width, &height))
    return;
  self->x = self->drag_x - dx / width;
  self->y = self->drag_y - dy / height;
  settle (self);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, TstZoomPicture *self)
{
  if ((gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller)) & GDK_CONTROL_MASK) == 0)
    return FALSE;
  tst_zoom_picture_set_zoom (self, self->zoom * (dy > 0 ? 0.8 : 1.25));
  return TRUE;
}

static void
tst_zoom_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstZoomPicture *self = TST_ZOOM_PICTURE (widget);
  double width, height;

  if (!get_size (self, &width, &height))
    return;
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (gtk_widget_get_width (widget) / 2.0 - self->x * width,
                                                    gtk_widget_get_height (widget) / 2.0 - self->y * height, width, height));
}

static void
tst_zoom_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  settle (TST_ZOOM_PICTURE (widget));
}

static void
tst_zoom_picture_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstZoomPictureProperty) id == PROP_ZOOM)
    g_value_set_double (value, TST_ZOOM_PICTURE (object)->zoom);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_zoom_picture_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstZoomPictureProperty) id == PROP_ZOOM)
    tst_zoom_picture_set_zoom (TST_ZOOM_PICTURE (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_zoom_picture_finalize (GObject *object)
{
  g_clear_object (&TST_ZOOM_PICTURE (object)->texture);
  G_OBJECT_CLASS (tst_zoom_picture_parent_class)->finalize (object);
}

static void
tst_zoom_picture_class_init (TstZoomPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_zoom_picture_get_property;
  object_class->set_property = tst_zoom_picture_set_property;
  object_class->finalize = tst_zoom_picture_finalize;
  widget_class->snapshot = tst_zoom_picture_snapshot;
  widget_class->size_allocate = tst_zoom_picture_size_allocate;
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 1, TST_ZOOM_MAX, 1,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_css_name (widget_class, "zoompicture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tst_zoom_picture_init (TstZoomPicture *self)
{
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->zoom = 1;
  self->x = self->y = 0.5;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

GtkWidget *
tst_zoom_picture_new (void)
{
  return g_object_new (TST_TYPE_ZOOM_PICTURE, NULL);
}

void
tst_zoom_picture_set_texture (TstZoomPicture *self, GdkTexture *texture)
{
  g_return_if_fail (TST_IS_ZOOM_PICTURE (self));
  if (g_set_object (&self->texture, texture))
    settle (self);
}

GdkTexture *
tst_zoom_picture_get_texture (TstZoomPicture *self)
{
  g_return_val_if_fail (TST_IS_ZOOM_PICTURE (self), NULL);
  return self->texture;
}

double
tst_zoom_picture_get_zoom (TstZoomPicture *self)
{
  g_return_val_if_fail (TST_IS_ZOOM_PICTURE (self), 1);
  return self->zoom;
}

void
tst_zoom_picture_set_zoom (TstZoomPicture *self, double zoom)
{
  g_return_if_fail (TST_IS_ZOOM_PICTURE (self));
  zoom_around (self, zoom, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}
