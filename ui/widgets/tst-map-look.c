/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-look.h"

#include "format/tst-format.h"
#include "model/tst-code-lists.h"
#include "widgets/tst-map-drawing.h"
#include "widgets/tst-status-mark.h"

#include <adwaita.h>
#include <math.h>

#define MARK 26
#define CHOSEN 38
#define MOST_TEXTURES 600
#define COUNTS_A_FRAME 12

TstMapLook *
tst_map_look_new (GtkWidget *widget)
{
  TstMapLook *self = g_new0 (TstMapLook, 1);

  self->widget = widget;
  self->textures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->colours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
tst_map_look_free (TstMapLook *self)
{
  g_hash_table_unref (self->textures);
  g_hash_table_unref (self->colours);
  g_free (self);
}

void
tst_map_look_read (TstMapLook *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->widget);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const TstCode *codes;
  guint n;

  g_hash_table_remove_all (self->textures);
  g_hash_table_remove_all (self->colours);
  self->paper = dark ? (GdkRGBA) { .11, .13, .14, 1 } : (GdkRGBA) { 1, 1, 1, 1 };
  self->ink = dark ? (GdkRGBA) { .93, .95, .95, 1 } : (GdkRGBA) { .11, .15, .17, 1 };
  if (!gtk_style_context_lookup_color (context, "accent_bg_color", &self->accent))
    self->accent = (GdkRGBA) { .04, .36, .4, 1 };
  if (!gtk_style_context_lookup_color (context, "accent_fg_color", &self->accent_text))
    self->accent_text = (GdkRGBA) { 1, 1, 1, 1 };
  codes = tst_code_list (TST_LIST_WORK_STATUS, &n);
  for (guint i = 0; i <= n; i++)
    {
      const char *status = i < n ? codes[i].code : "";
      g_autofree char *class = g_strconcat ("e-", i < n ? status : "planeada", NULL);
      GdkRGBA *colour = g_new (GdkRGBA, 1);

      gtk_style_context_save (context);
      gtk_style_context_add_class (context, class);
      gtk_style_context_get_color (context, colour);
      gtk_style_context_restore (context);
      g_hash_table_insert (self->colours, g_strdup (status), colour);
    }
  self->scale = gtk_widget_get_scale_factor (self->widget);
}

static cairo_surface_t *
begin (TstMapLook *self, int width, int height, cairo_t **cr)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * self->scale, height * self->scale);

  cairo_surface_set_device_scale (surface, self->scale, self->scale);
  *cr = cairo_create (surface);
  return surface;
}

static GdkTexture *
finish (TstMapLook *self, const char *key, cairo_surface_t *surface, cairo_t *cr)
{
  GdkTexture *texture;

  cairo_destroy (cr);
  texture = tst_map_texture_from_surface (surface);
  cairo_surface_destroy (surface);
  if (g_hash_table_size (self->textures) > MOST_TEXTURES)
    g_hash_table_remove_all (self->textures);
  g_hash_table_insert (self->textures, g_strdup (key), texture);
  return texture;
}

GdkTexture *
tst_map_look_mark (TstMapLook *self, const char *status, gboolean chosen)
{
  g_autofree char *key = g_strconcat (chosen ? "M" : "m", status, NULL);
  GdkTexture *texture = g_hash_table_lookup (self->textures, key);
  const GdkRGBA *colour = g_hash_table_lookup (self->colours, status);
  int size = chosen ? CHOSEN : MARK;
  cairo_surface_t *surface;
  cairo_t *cr;

  if (texture != NULL)
    return texture;
  if (colour == NULL)
    colour = g_hash_table_lookup (self->colours, "");
  surface = begin (self, size, size, &cr);
  cairo_arc (cr, size / 2.0, size / 2.0, size / 2.0 - 1, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &self->paper);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, chosen ? &self->accent : colour);
  cairo_set_line_width (cr, chosen ? 3 : 1.2);
  cairo_stroke (cr);
  cairo_translate (cr, size / 2.0, size / 2.0);
  cairo_scale (cr, chosen ? 1.25 : .95, chosen ? 1.25 : .95);
  cairo_translate (cr, -8, -8);
  tst_status_mark_draw (cr, status, colour, &self->paper);
  return finish (self, key, surface, cr);
}

static char *
count_text (guint count)
{
  return count < 100000 ? tst_format_number (count, 0) : g_strdup_printf ("%u mil", count / 1000);
}

void
tst_map_look_begin_frame (TstMapLook *self)
{
  self->may_draw = COUNTS_A_FRAME;
  self->owes = FALSE;
}

/* The words to draw and what they are kept as; a blank when there is no time in this frame. */
static char *
take_count (TstMapLook *self, guint count, char kind, char **key)
{
  g_autofree char *text = count_text (count);

  *key = g_strdup_printf ("%c%s", kind, text);
  if (g_hash_table_contains (self->textures, *key))
    return g_steal_pointer (&text);
  if (self->may_draw > 0)
    {
      self->may_draw--;
      return g_steal_pointer (&text);
    }
  self->owes = TRUE;
  g_free (*key);
  *key = g_strdup_printf ("%c%u", g_ascii_toupper (kind), count < 10 ? 1 : count < 100 ? 2 : 3);
  return g_strdup (" ");
}

GdkTexture *
tst_map_look_cluster (TstMapLook *self, guint count)
{
  g_autofree char *key = NULL;
  g_autofree char *text = take_count (self, count, 'c', &key);
  GdkTexture *texture = g_hash_table_lookup (self->textures, key);
  g_autoptr (PangoLayout) layout = NULL;
  int width, height, size;
  cairo_surface_t *surface;
  cairo_t *cr;

  if (texture != NULL)
    return texture;
  layout = gtk_widget_create_pango_layout (self->widget, text);
  pango_layout_get_pixel_size (layout, &width, &height);
  size = MAX (MAX (width, height) + 16, count < 10 ? 38 : count < 100 ? 42 : 48);
  surface = begin (self, size, size, &cr);
  cairo_arc (cr, size / 2.0, size / 2.0, size / 2.0 - 1, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, self->paper.red, self->paper.green, self->paper.blue, .85);
  cairo_fill (cr);
  cairo_arc (cr, size / 2.0, size / 2.0, size / 2.0 - 4, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &self->accent);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &self->accent_text);
  cairo_move_to (cr, (size - width) / 2.0, (size - height) / 2.0);
  pango_cairo_show_layout (cr, layout);
  return finish (self, key, surface, cr);
}

static void
round_box (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* A framed landscape of 20 by 15. */
static void
draw_landscape (cairo_t *cr, double x, double y)
{
  cairo_set_line_width (cr, 1.6);
  round_box (cr, x + .8, y + .8, 18.4, 13.4, 2.5);
  cairo_stroke (cr);
  cairo_arc (cr, x + 6, y + 5, 1.8, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_move_to (cr, x + 3, y + 12.5);
  cairo_line_to (cr, x + 8, y + 8);
  cairo_line_to (cr, x + 10.5, y + 10);
  cairo_line_to (cr, x + 14, y + 6);
  cairo_line_to (cr, x + 17, y + 12.5);
  cairo_close_path (cr);
  cairo_fill (cr);
}

GdkTexture *
tst_map_look_photos (TstMapLook *self, guint count)
{
  g_autofree char *key = NULL;
  g_autofree char *text = take_count (self, count, 'p', &key);
  GdkTexture *texture = g_hash_table_lookup (self->textures, key);
  g_autoptr (PangoLayout) layout = NULL;
  int width, height, wide, tall;
  cairo_surface_t *surface;
  cairo_t *cr;

  if (texture != NULL)
    return texture;
  layout = gtk_widget_create_pango_layout (self->widget, text);
  pango_layout_get_pixel_size (layout, &width, &height);
  wide = 20 + 6 + width + 22;
  tall = MAX (height, 15) + 16;
  surface = begin (self, wide, tall, &cr);
  round_box (cr, 1, 1, wide - 2, tall - 2, 10);
  cairo_set_source_rgba (cr, self->paper.red, self->paper.green, self->paper.blue, .9);
  cairo_fill (cr);
  round_box (cr, 4, 4, wide - 8, tall - 8, 8);
  gdk_cairo_set_source_rgba (cr, &self->accent);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &self->accent_text);
  draw_landscape (cr, 11, (tall - 15) / 2.0);
  cairo_move_to (cr, 11 + 20 + 6, (tall - height) / 2.0);
  pango_cairo_show_layout (cr, layout);
  return finish (self, key, surface, cr);
}

GdkTexture *
tst_map_look_name (TstMapLook *self, const char *name)
{
  g_autofree char *key = g_strconcat ("n", name, NULL);
  GdkTexture *texture = g_hash_table_lookup (self->textures, key);
  g_autoptr (PangoLayout) layout = NULL;
  int width, height;
  cairo_surface_t *surface;
  cairo_t *cr;

  if (texture != NULL)
    return texture;
  layout = gtk_widget_create_pango_layout (self->widget, name);
  pango_layout_get_pixel_size (layout, &width, &height);
  surface = begin (self, width + 8, height + 8, &cr);
  cairo_move_to (cr, 4, 4);
  pango_cairo_layout_path (cr, layout);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, 4);
  cairo_set_source_rgba (cr, self->paper.red, self->paper.green, self->paper.blue, .8);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, self->ink.red, self->ink.green, self->ink.blue, .85);
  cairo_fill (cr);
  return finish (self, key, surface, cr);
}

GdkTexture *
tst_map_look_pin (TstMapLook *self)
{
  GdkTexture *texture = g_hash_table_lookup (self->textures, "p");
  cairo_surface_t *surface;
  cairo_t *cr;

  if (texture != NULL)
    return texture;
  surface = begin (self, TST_MAP_PIN_WIDTH, TST_MAP_PIN_HEIGHT, &cr);
  cairo_arc (cr, 18, 18, 15, G_PI * .85, G_PI * .15);
  cairo_line_to (cr, 18, 46);
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &self->ink);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &self->paper);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_arc (cr, 18, 18, 5.5, 0, 2 * G_PI);
  cairo_fill (cr);
  return finish (self, "p", surface, cr);
}
