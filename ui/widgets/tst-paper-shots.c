/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-paper-shots.h"

#include "media/tst-picture.h"
#include "seal/tst-age.h"
#include "widgets/tst-form.h"
#include "widgets/tst-viewfinder.h"

#include <glib/gi18n.h>

#define SEEN_WIDTH 640
#define FINDER_HEIGHT 220 /* the shutter stays in sight on a phone */
#define SHOT_HEIGHT 180

struct _TstPaperShots
{
  GtkBox parent_instance;
  TstCamera *camera; /* (nullable) */
  GtkWidget *words, *finder, *shutter, *list;
  GPtrArray *shots;  /* of TstAttachment */
  guint most;        /* of @shots */
  gboolean one;      /* of anything, not of papers */
  gboolean looking;  /* the camera was started */
  gboolean taking;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_COUNT = 1,
} TstPaperShotsProperty;

static GParamSpec *properties[PROP_COUNT + 1];

G_DEFINE_FINAL_TYPE (TstPaperShots, tst_paper_shots, GTK_TYPE_BOX)

static gboolean
is_live (TstPaperShots *self)
{
  g_autofree char *state = NULL;

  if (self->camera != NULL)
    g_object_get (self->camera, "state", &state, NULL);
  return g_strcmp0 (state, "live") == 0;
}

static void
look (TstPaperShots *self, gboolean on)
{
  if (self->camera == NULL || self->looking == on)
    return;
  self->looking = on;
  if (on)
    tst_camera_start (self->camera);
  else
    {
      tst_camera_stop (self->camera);
      tst_viewfinder_clear (TST_VIEWFINDER (self->finder));
    }
}

static void
show (TstPaperShots *self)
{
  gboolean fits = self->shots->len < self->most;
  gboolean live = is_live (self);
  g_autofree char *state = NULL;
  const char *words = _("No hay cámara. Puede seguir sin la foto.");

  if (self->camera != NULL)
    g_object_get (self->camera, "state", &state, NULL);
  if (!fits)
    words = self->one ? _("Esta es su foto. Todavía no se ha enviado.") : _("Son todas las fotos que caben en un aporte.");
  else if (live)
    words = self->one ? _("Muéstrelo frente a la cámara y toque «Tomar la foto».") : _("Ponga el papel frente a la cámara y toque «Tomar la foto».");
  else if (g_strcmp0 (state, "starting") == 0)
    words = _("Abriendo la cámara…");
  gtk_label_set_label (GTK_LABEL (self->words), words);
  gtk_widget_set_visible (self->finder, fits && live);
  gtk_widget_set_visible (self->shutter, fits && self->camera != NULL);
  gtk_widget_set_sensitive (self->shutter, live && !self->taking);
}

static void
on_counted (TstPaperShots *self)
{
  look (self, gtk_widget_get_mapped (GTK_WIDGET (self)) && self->shots->len < self->most);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

/* --- as it came out --- */

static void
decode_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TstAttachment *shot = data;
  g_autoptr (TstImageInfo) info = tst_image_info_read_bytes (shot->bytes, NULL);
  g_autoptr (TstPicture) picture
      = info != NULL ? tst_picture_decode (shot->bytes, info->orientation, SEEN_WIDTH, FALSE, NULL) : NULL;
  g_autoptr (GBytes) pixels = NULL;
  TstPicture *small;

  if (picture == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  small = tst_picture_scale (picture, MIN (picture->width, SEEN_WIDTH));
  pixels = g_bytes_new_with_free_func (small->pixels, (gsize) small->width * small->height * 3, (GDestroyNotify) tst_picture_free, small);
  g_task_return_pointer (task, gdk_memory_texture_new (small->width, small->height, GDK_MEMORY_R8G8B8, pixels, (gsize) small->width * 3),
                         g_object_unref);
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  gtk_picture_set_paintable (GTK_PICTURE (source), GDK_PAINTABLE (texture));
}

static void
on_remove (GtkWidget *button, TstPaperShots *self)
{
  guint at = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row), at++)
    if (gtk_widget_is_ancestor (button, row))
      {
        tst_paper_shots_remove (self, at);
        return;
      }
}

static void
add_row (TstPaperShots *self, TstAttachment *shot)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *remove = tst_form_button (_("Borrar esta foto"), NULL);
  g_autofree char *name = g_strdup_printf (_("Foto %u"), self->shots->len);
  g_autoptr (GTask) task = g_task_new (picture, NULL, on_decoded, NULL);

  gtk_picture_set_alternative_text (GTK_PICTURE (picture), name);
  gtk_widget_set_size_request (picture, -1, SHOT_HEIGHT);
  gtk_box_append (GTK_BOX (row), picture);
  gtk_box_append (GTK_BOX (row), remove);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), self);
  gtk_box_append (GTK_BOX (self->list), row);
  g_task_set_task_data (task, tst_attachment_ref (shot), (GDestroyNotify) tst_attachment_unref);
  g_task_run_in_thread (task, decode_in_thread);
}

void
tst_paper_shots_add (TstPaperShots *self, TstAttachment *shot)
{
  g_return_if_fail (TST_IS_PAPER_SHOTS (self));
  if (self->shots->len >= self->most)
    {
      tst_attachment_unref (shot);
      return;
    }
  g_ptr_array_add (self->shots, shot);
  add_row (self, shot);
  on_counted (self);
}

void
tst_paper_shots_remove (TstPaperShots *self, guint at)
{
  GtkWidget *row = gtk_widget_get_first_child (self->list);

  g_return_if_fail (TST_IS_PAPER_SHOTS (self) && at < self->shots->len);
  for (guint i = 0; i < at; i++)
    row = gtk_widget_get_next_sibling (row);
  gtk_box_remove (GTK_BOX (self->list), row);
  g_ptr_array_remove_index (self->shots, at);
  on_counted (self);
}

/* --- the shutter --- */

static void
on_captured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstPaperShots) self = user_data;
  g_autoptr (JsonObject) facts = NULL;
  GBytes *jpeg = tst_camera_capture_finish (TST_CAMERA (source), result, &facts, NULL);

  self->taking = FALSE;
  if (jpeg != NULL && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    {
      tst_viewfinder_flash (TST_VIEWFINDER (self->finder));
      tst_paper_shots_add (self, tst_attachment_new (TST_ATTACHMENT_PAPER, jpeg, 0));
    }
  else
    {
      g_clear_pointer (&jpeg, tst_age_wipe);
      if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL && !g_cancellable_is_cancelled (self->cancellable))
        show (self);
    }
}

void
tst_paper_shots_take (TstPaperShots *self)
{
  g_return_if_fail (TST_IS_PAPER_SHOTS (self));
  if (self->camera == NULL || self->taking || self->shots->len >= self->most || !is_live (self))
    return;
  self->taking = TRUE;
  gtk_widget_set_sensitive (self->shutter, FALSE);
  tst_camera_capture_async (self->camera, self->cancellable, on_captured, g_object_ref (self));
}

gboolean
tst_paper_shots_is_taking (TstPaperShots *self)
{
  g_return_val_if_fail (TST_IS_PAPER_SHOTS (self), FALSE);
  return self->taking;
}

guint
tst_paper_shots_get_count (TstPaperShots *self)
{
  g_return_val_if_fail (TST_IS_PAPER_SHOTS (self), 0);
  return self->shots->len;
}

GPtrArray *
tst_paper_shots_get_shots (TstPaperShots *self)
{
  g_return_val_if_fail (TST_IS_PAPER_SHOTS (self), NULL);
  return self->shots;
}

/* --- the widget --- */

static void
tst_paper_shots_map (GtkWidget *widget)
{
  TstPaperShots *self = TST_PAPER_SHOTS (widget);

  GTK_WIDGET_CLASS (tst_paper_shots_parent_class)->map (widget);
  look (self, self->shots->len < self->most);
  show (self);
}

static void
tst_paper_shots_unmap (GtkWidget *widget)
{
  look (TST_PAPER_SHOTS (widget), FALSE);
  GTK_WIDGET_CLASS (tst_paper_shots_parent_class)->unmap (widget);
}

static void
tst_paper_shots_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstPaperShotsProperty) id == PROP_COUNT)
    g_value_set_uint (value, TST_PAPER_SHOTS (object)->shots->len);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_paper_shots_dispose (GObject *object)
{
  TstPaperShots *self = TST_PAPER_SHOTS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->camera != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->camera, self);
      if (self->looking)
        tst_camera_stop (self->camera);
      self->looking = FALSE;
    }
  g_clear_object (&self->camera);
  G_OBJECT_CLASS (tst_paper_shots_parent_class)->dispose (object);
}

static void
tst_paper_shots_finalize (GObject *object)
{
  TstPaperShots *self = TST_PAPER_SHOTS (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->shots);
  G_OBJECT_CLASS (tst_paper_shots_parent_class)->finalize (object);
}

static void
tst_paper_shots_class_init (TstPaperShotsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_paper_shots_get_property;
  object_class->dispose = tst_paper_shots_dispose;
  object_class->finalize = tst_paper_shots_finalize;
  GTK_WIDGET_CLASS (klass)->map = tst_paper_shots_map;
  GTK_WIDGET_CLASS (klass)->unmap = tst_paper_shots_unmap;
  properties[PROP_COUNT]
      = g_param_spec_uint ("count", NULL, NULL, 0, TST_PAPERS_MAX, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_paper_shots_init (TstPaperShots *self)
{
  self->most = TST_PAPERS_MAX;
  self->cancellable = g_cancellable_new ();
  self->shots = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  self->words = tst_form_text (GTK_WIDGET (self), NULL);
  gtk_widget_add_css_class (self->words, "sentence");
  self->finder = tst_viewfinder_new ();
  gtk_widget_set_size_request (self->finder, -1, FINDER_HEIGHT);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->finder), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lo que ve la cámara"), -1);
  gtk_box_append (GTK_BOX (self), self->finder);
  self->shutter = tst_form_button (_("Tomar la foto"), "main suggested-action");
  g_signal_connect_swapped (self->shutter, "clicked", G_CALLBACK (tst_paper_shots_take), self);
  gtk_box_append (GTK_BOX (self), self->shutter);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (self), self->list);
}

GtkWidget *
tst_paper_shots_new (TstCamera *camera)
{
  TstPaperShots *self = g_object_new (TST_TYPE_PAPER_SHOTS, NULL);

  if (camera != NULL)
    {
      self->camera = g_object_ref (camera);
      tst_viewfinder_set_camera (TST_VIEWFINDER (self->finder), camera);
      g_signal_connect_swapped (camera, "notify::state", G_CALLBACK (show), self);
    }
  show (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tst_paper_shots_new_one (TstCamera *camera)
{
  GtkWidget *widget = tst_paper_shots_new (camera);
  TstPaperShots *self = TST_PAPER_SHOTS (widget);

  self->one = TRUE;
  self->most = 1;
  return widget;
}
