/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-viewfinder.h"

#define FLASH_US (150 * 1000)
#define OUTLINE 6

struct _TstViewfinder
{
  GtkWidget parent_instance;
  TstCamera *camera;
  GdkTexture *frame, *ghost;
  double ghost_opacity;
  gint64 flash_us; /* frame clock time at which it began; 0: none */
  guint tick;
};

typedef enum
{
  PROP_GHOST = 1,
  PROP_GHOST_OPACITY,
} TstViewfinderProperty;

static GParamSpec *properties[PROP_GHOST_OPACITY + 1];

G_DEFINE_FINAL_TYPE (TstViewfinder, tst_viewfinder, GTK_TYPE_WIDGET)

static void
on_frame (TstViewfinder *self, GBytes *pixels, guint width, guint height, guint stride)
{
  g_clear_object (&self->frame);
  self->frame = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, pixels, stride);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The largest rectangle of the picture's proportions. */
static graphene_rect_t
fit (GtkWidget *widget, GdkTexture *texture)
{
  const float width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const float scale = MIN (width / gdk_texture_get_width (texture), height / gdk_texture_get_height (texture));
  const float w = gdk_texture_get_width (texture) * scale, h = gdk_texture_get_height (texture) * scale;

  return GRAPHENE_RECT_INIT ((width - w) / 2, (height - h) / 2, w, h);
}

static gboolean
has_motion (GtkWidget *widget)
{
  gboolean animations = TRUE;

  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animations, NULL);
  return animations;
}

static void
draw_flash (TstViewfinder *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gint64 now = gdk_frame_clock_get_frame_time (gtk_widget_get_frame_clock (widget));
  const double left = 1 - CLAMP ((double) (now - self->flash_us) / FLASH_US, 0, 1);
  graphene_rect_t area = self->frame != NULL ? fit (widget, self->frame)
                                             : GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));

  if (has_motion (widget))
    gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 0.8 * left }, &area);
  else
    {
      GskRoundedRect outline;
      const float widths[4] = { OUTLINE, OUTLINE, OUTLINE, OUTLINE };
      const GdkRGBA white = { 1, 1, 1, 1 };

      gsk_rounded_rect_init_from_rect (&outline, &area, 0);
      gtk_snapshot_append_border (snapshot, &outline, widths, (GdkRGBA[4]) { white, white, white, white });
    }
}

static void
tst_viewfinder_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstViewfinder *self = TST_VIEWFINDER (widget);
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));

  if (area.size.width <= 0 || area.size.height <= 0)
    return;
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 1 }, &area);
  if (self->frame != NULL)
    {
      area = fit (widget, self->frame);
      gtk_snapshot_append_texture (snapshot, self->frame, &area);
    }
  if (self->ghost != NULL && self->ghost_opacity > 0)
    {
      area = fit (widget, self->ghost);
      gtk_snapshot_push_opacity (snapshot, self->ghost_opacity);
      gtk_snapshot_append_texture (snapshot, self->ghost, &area);
      gtk_snapshot_pop (snapshot);
    }
  if (self->flash_us != 0)
    draw_flash (self, snapshot);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  TstViewfinder *self = TST_VIEWFINDER (widget);

  gtk_widget_queue_draw (widget);
  if (gdk_frame_clock_get_frame_time (clock) - self->flash_us < FLASH_US)
    return G_SOURCE_CONTINUE;
  self->flash_us = 0;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
tst_viewfinder_unmap (GtkWidget *widget)
{
  TstViewfinder *self = TST_VIEWFINDER (widget);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (widget, self->tick);
  self->tick = 0;
  self->flash_us = 0;
  GTK_WIDGET_CLASS (tst_viewfinder_parent_class)->unmap (widget);
}

static void
tst_viewfinder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstViewfinder *self = TST_VIEWFINDER (object);

  switch ((TstViewfinderProperty) id)
    {
    case PROP_GHOST:
      g_value_set_object (value, self->ghost);
      break;
    case PROP_GHOST_OPACITY:
      g_value_set_double (value, self->ghost_opacity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_viewfinder_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((TstViewfinderProperty) id)
    {
    case PROP_GHOST:
      tst_viewfinder_set_ghost (TST_VIEWFINDER (object), g_value_get_object (value));
      break;
    case PROP_GHOST_OPACITY:
      tst_viewfinder_set_ghost_opacity (TST_VIEWFINDER (object), g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_viewfinder_dispose (GObject *object)
{
  TstViewfinder *self = TST_VIEWFINDER (object);

  tst_viewfinder_set_camera (self, NULL);
  g_clear_object (&self->frame);
  g_clear_object (&self->ghost);
  G_OBJECT_CLASS (tst_viewfinder_parent_class)->dispose (object);
}

static void
tst_viewfinder_class_init (TstViewfinderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_viewfinder_get_property;
  object_class->set_property = tst_viewfinder_set_property;
  object_class->dispose = tst_viewfinder_dispose;
  widget_class->snapshot = tst_viewfinder_snapshot;
  widget_class->unmap = tst_viewfinder_unmap;
  properties[PROP_GHOST] = g_param_spec_object ("ghost", NULL, NULL, GDK_TYPE_TEXTURE, flags);
  properties[PROP_GHOST_OPACITY] = g_param_spec_double ("ghost-opacity", NULL, NULL, 0, 1, 0.5, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_css_name (widget_class, "viewfinder");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tst_viewfinder_init (TstViewfinder *self)
{
  self->ghost_opacity = 0.5;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
tst_viewfinder_new (void)
{
  return g_object_new (TST_TYPE_VIEWFINDER, NULL);
}

void
tst_viewfinder_set_camera (TstViewfinder *self, TstCamera *camera)
{
  g_return_if_fail (TST_IS_VIEWFINDER (self));
  if (self->camera != NULL)
    g_signal_handlers_disconnect_by_data (self->camera, self);
  g_set_object (&self->camera, camera);
  if (camera != NULL)
    g_signal_connect_swapped (camera, "frame", G_CALLBACK (on_frame), self);
}

void
tst_viewfinder_set_ghost (TstViewfinder *self, GdkTexture *ghost)
{
  g_return_if_fail (TST_IS_VIEWFINDER (self));
  if (g_set_object (&self->ghost, ghost))
    {
      gtk_widget_queue_draw (GTK_WIDGET (self));
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GHOST]);
    }
}

void
tst_viewfinder_set_ghost_opacity (TstViewfinder *self, double opacity)
{
  g_return_if_fail (TST_IS_VIEWFINDER (self));
  if (self->ghost_opacity == opacity)
    return;
  self->ghost_opacity = CLAMP (opacity, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GHOST_OPACITY]);
}

GdkTexture *
tst_viewfinder_get_frame (TstViewfinder *self)
{
  g_return_val_if_fail (TST_IS_VIEWFINDER (self), NULL);
  return self->frame;
}

void
tst_viewfinder_clear (TstViewfinder *self)
{
  g_return_if_fail (TST_IS_VIEWFINDER (self));
  g_clear_object (&self->frame);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tst_viewfinder_flash (TstViewfinder *self)
{
  GdkFrameClock *clock;

  g_return_if_fail (TST_IS_VIEWFINDER (self));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (clock == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->flash_us = gdk_frame_clock_get_frame_time (clock);
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}
