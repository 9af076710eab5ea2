/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-photo-card.h"

#define GAP 3
#define MARK 24 /* application pixels of the mark in the corner */
#define MARK_ICON 16
#define LINE_SCALE .85

struct _TstPhotoCard
{
  GtkButton parent_instance;
  GtkWidget *thumbnail;
  int width, height;
  char *title, *line, *icon_name;
  PangoLayout *title_layout, *line_layout; /* NULL: to be made anew */
  GtkIconPaintable *icon;
};

G_DEFINE_FINAL_TYPE (TstPhotoCard, tst_photo_card, GTK_TYPE_BUTTON)

static PangoLayout *
make_layout (TstPhotoCard *self, double scale)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);

  if (scale != 1)
    {
      PangoAttrList *attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
      pango_layout_set_attributes (layout, attributes);
      pango_attr_list_unref (attributes);
    }
  pango_layout_set_width (layout, self->width * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

static void
ensure_layouts (TstPhotoCard *self)
{
  if (self->title_layout != NULL)
    return;
  self->title_layout = make_layout (self, 1);
  self->line_layout = make_layout (self, LINE_SCALE);
  pango_layout_set_text (self->title_layout, self->title != NULL ? self->title : "", -1);
  pango_layout_set_text (self->line_layout, self->line != NULL ? self->line : "", -1);
}

static int
height_of (PangoLayout *layout)
{
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
tst_photo_card_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  TstPhotoCard *self = TST_PHOTO_CARD (widget);
  int unused;

  gtk_widget_measure (self->thumbnail, orientation, -1, &unused, NULL, NULL, NULL);
  ensure_layouts (self);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                          ? self->width
                          : self->height + 2 * GAP + height_of (self->title_layout) + height_of (self->line_layout);
}

static void
tst_photo_card_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TstPhotoCard *self = TST_PHOTO_CARD (widget);

  gtk_widget_size_allocate (self->thumbnail, &(GtkAllocation) { (width - self->width) / 2, 0, self->width, self->height }, -1);
}

static void
draw_mark (TstPhotoCard *self, GtkSnapshot *snapshot)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  graphene_rect_t at = GRAPHENE_RECT_INIT (self->width - MARK - 4, self->height - MARK - 4, MARK, MARK);
  GskRoundedRect round;
  GdkRGBA ground, colour;

  if (self->icon == NULL)
    self->icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self))), self->icon_name, NULL,
                                             MARK_ICON, gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                             gtk_widget_get_direction (GTK_WIDGET (self)), 0);
  gtk_style_context_get_color (context, &colour);
  if (!gtk_style_context_lookup_color (context, "window_bg_color", &ground))
    return;
  gsk_rounded_rect_init_from_rect (&round, &at, MARK / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &ground, &at);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (at.origin.x + (MARK - MARK_ICON) / 2, at.origin.y + (MARK - MARK_ICON) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->icon), snapshot, MARK_ICON, MARK_ICON, &colour, 1);
  gtk_snapshot_restore (snapshot);
}

static void
draw_text (GtkSnapshot *snapshot, PangoLayout *layout, int y, const GdkRGBA *colour)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, y));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
tst_photo_card_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TstPhotoCard *self = TST_PHOTO_CARD (widget);
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gtk_widget_snapshot_child (widget, self->thumbnail, snapshot);
  if (self->icon_name != NULL)
    draw_mark (self, snapshot);
  ensure_layouts (self);
  draw_text (snapshot, self->title_layout, self->height + GAP, &colour);
  colour.alpha *= .75f; /* as .dim-label in style.css */
  draw_text (snapshot, self->line_layout, self->height + 2 * GAP + height_of (self->title_layout), &colour);
}

static void
forget_layouts (TstPhotoCard *self)
{
  g_clear_object (&self->title_layout);
  g_clear_object (&self->line_layout);
}

static void
tst_photo_card_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  TstPhotoCard *self = TST_PHOTO_CARD (widget);

  GTK_WIDGET_CLASS (tst_photo_card_parent_class)->css_changed (widget, change);
  /* GTK 4.8 does not say what changed; under the pointer it is colours only. */
  if (self->title_layout != NULL)
    {
      int height = height_of (self->title_layout);

      forget_layouts (self);
      ensure_layouts (self);
      if (height_of (self->title_layout) == height)
        return;
    }
  gtk_widget_queue_resize (widget);
}

static void
tst_photo_card_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (tst_photo_card_parent_class)->system_setting_changed (widget, setting);
  if (setting == GTK_SYSTEM_SETTING_ICON_THEME)
    g_clear_object (&TST_PHOTO_CARD (widget)->icon);
  forget_layouts (TST_PHOTO_CARD (widget));
  gtk_widget_queue_resize (widget);
}

static void
tst_photo_card_finalize (GObject *object)
{
  TstPhotoCard *self = TST_PHOTO_CARD (object);

  forget_layouts (self);
  g_clear_object (&self->icon);
  g_free (self->title);
  g_free (self->line);
  g_free (self->icon_name);
  G_OBJECT_CLASS (tst_photo_card_parent_class)->finalize (object);
}

static void
tst_photo_card_class_init (TstPhotoCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_photo_card_finalize;
  widget_class->measure = tst_photo_card_measure;
  widget_class->size_allocate = tst_photo_card_size_allocate;
  widget_class->snapshot = tst_photo_card_snapshot;
  widget_class->css_changed = tst_photo_card_css_changed;
  widget_class->system_setting_changed = tst_photo_card_system_setting_changed;
}

static void
tst_photo_card_init (TstPhotoCard *self)
{
  /* The button's own would ask its child alone. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "card-button");
}

GtkWidget *
tst_photo_card_new (int width, int height)
{
  TstPhotoCard *self = g_object_new (TST_TYPE_PHOTO_CARD, NULL);

  self->width = width;
  self->height = height;
  self->thumbnail = tst_thumbnail_new (width, height);
  gtk_button_set_child (GTK_BUTTON (self), self->thumbnail);
  return GTK_WIDGET (self);
}

void
tst_photo_card_set (TstPhotoCard *self, TstThumbnails *source, const char *sha256, const char *stand_in, const char *title,
                    const char *line, const char *icon_name)
{
  g_return_if_fail (TST_IS_PHOTO_CARD (self));
  tst_thumbnail_set (TST_THUMBNAIL (self->thumbnail), source, sha256, source != NULL ? stand_in : NULL, NULL);
  if (g_strcmp0 (title, self->title) != 0)
    {
      g_free (self->title);
      self->title = g_strdup (title);
      if (self->title_layout != NULL)
        pango_layout_set_text (self->title_layout, title != NULL ? title : "", -1);
    }
  if (g_strcmp0 (line, self->line) != 0)
    {
      g_free (self->line);
      self->line = g_strdup (line);
      if (self->line_layout != NULL)
        pango_layout_set_text (self->line_layout, line != NULL ? line : "", -1);
    }
  if (g_strcmp0 (icon_name, self->icon_name) != 0)
    {
      g_free (self->icon_name);
      self->icon_name = g_strdup (icon_name);
      g_clear_object (&self->icon);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tst_photo_card_is_shown (TstPhotoCard *self)
{
  g_return_val_if_fail (TST_IS_PHOTO_CARD (self), FALSE);
  return tst_thumbnail_is_shown (TST_THUMBNAIL (self->thumbnail));
}
