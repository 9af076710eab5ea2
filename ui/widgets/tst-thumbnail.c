/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-thumbnails.h"

struct _TstThumbnail
{
  GtkWidget parent_instance;
  int width, height;
  TstThumbnails *source;
  char *sha256, *icon_name;
  GdkTexture *texture;
  GtkIconPaintable *icon;
  guint waiting;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE (TstThumbnail, tst_thumbnail, GTK_TYPE_WIDGET)

static void
stop (TstThumbnail *self)
{
  if (self->waiting != 0)
    tst_thumbnails_cancel (self->source, self->waiting);
  self->waiting = 0;
}

static void
on_ready (GdkTexture *texture, gpointer user_data)
{
  TstThumbnail *self = user_data;

  self->waiting = 0;
  g_set_object (&self->texture, texture);
  self->failed = texture == NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ask (TstThumbnail *self)
{
  guint id;
  GdkTexture *texture;

  if (self->sha256 == NULL || self->texture != NULL || self->waiting != 0 || self->failed)
    return;
  texture = tst_thumbnails_get (self->source, self->sha256,
                                self->width * gtk_widget_get_scale_factor (GTK_WIDGET (self)), on_ready, self, &id);
  self->waiting = id;
  if (texture != NULL || id == 0)
    on_ready (texture, self);
}

static void
tst_thumbnail_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_thumbnail_parent_class)->map (widget);
  ask (TST_THUMBNAIL (widget));
}

static void
tst_thumbnail_unmap (GtkWidget *widget)
{
  stop (TST_THUMBNAIL (widget));
  GTK_WIDGET_CLASS (tst_thumbnail_parent_class)->unmap (widget);
}

static void
tst_thumbnail_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  TstThumbnail *self = TST_THUMBNAIL (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
snapshot_icon (TstThumbnail *self, GtkSnapshot *snapshot, float width, float height)
{
  const char *name = self->failed || self->icon_name == NULL ? "image-missing-symbolic" : self->icon_name;
  GdkRGBA colour;
  int size = MIN (32, MIN (width, height) / 2);

  if (self->icon == NULL)
    self->icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self))), name,
                                             NULL, 32, gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                             gtk_widget_get_direction (GTK_WIDGET (self)), 0);
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  colour.alpha *= 0.6f;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((width - size) / 2, (height - size) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->icon), snapshot, size, size, &colour, 1);
  gtk_snapshot_restore (snapshot);
}

static void
tst_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstThumbnail *self = TST_THUMBNAIL (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  float scale, w, h;

  if (self->texture == NULL)
    {
      if (self->failed || (self->sha256 == NULL && self->icon_name != NULL))
        snapshot_icon (self, snapshot, width, height);
      return;
    }
  w = gdk_texture_get_width (self->texture);
  h = gdk_texture_get_height (self->texture);
  scale = MIN (width / w, height / h);
  w *= scale;
  h *= scale;
  gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT ((width - w) / 2, (height - h) / 2, w, h));
}

static void
tst_thumbnail_dispose (GObject *object)
{
  TstThumbnail *self = TST_THUMBNAIL (object);

  stop (self);
  g_clear_object (&self->source);
  g_clear_object (&self->texture);
  g_clear_object (&self->icon);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->icon_name, g_free);
  G_OBJECT_CLASS (tst_thumbnail_parent_class)->dispose (object);
}

static void
tst_thumbnail_class_init (TstThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tst_thumbnail_dispose;
  widget_class->map = tst_thumbnail_map;
  widget_class->unmap = tst_thumbnail_unmap;
  widget_class->measure = tst_thumbnail_measure;
  widget_class->snapshot = tst_thumbnail_snapshot;
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tst_thumbnail_init (TstThumbnail *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
tst_thumbnail_new (int width, int height)
{
  TstThumbnail *self = g_object_new (TST_TYPE_THUMBNAIL, NULL);

  self->width = width;
  self->height = height;
  return GTK_WIDGET (self);
}

void
tst_thumbnail_set (TstThumbnail *self, TstThumbnails *source, const char *sha256, const char *icon_name, const char *label)
{
  g_return_if_fail (TST_IS_THUMBNAIL (self));
  g_return_if_fail (sha256 == NULL || TST_IS_THUMBNAILS (source));
  if (label != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (g_strcmp0 (self->sha256, sha256) == 0 && g_strcmp0 (self->icon_name, icon_name) == 0)
    return;
  stop (self);
  g_set_object (&self->source, source);
  g_free (self->sha256);
  self->sha256 = g_strdup (sha256);
  g_free (self->icon_name);
  self->icon_name = g_strdup (icon_name);
  self->failed = FALSE;
  g_clear_object (&self->texture);
  g_clear_object (&self->icon);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tst_thumbnail_is_shown (TstThumbnail *self)
{
  g_return_val_if_fail (TST_IS_THUMBNAIL (self), FALSE);
  return self->texture != NULL;
}
