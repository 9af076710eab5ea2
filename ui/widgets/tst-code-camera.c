/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-code-camera.h"

#include "media/tst-barcode.h"
#include "widgets/tst-form.h"
#include "widgets/tst-viewfinder.h"

#include <glib/gi18n.h>

#define LEAST_HEIGHT 220

struct _TstCodeCamera
{
  GtkBox parent_instance;
  TstCamera *camera;
  GtkWidget *finder, *words;
  char *prefix;
  const char *state; /* static */
  gboolean looking, reading;
};

enum
{
  READ,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCodeCamera, tst_code_camera, GTK_TYPE_BOX)

static const struct
{
  const char *state, *words;
} said[] = {
  { "starting", N_("Abriendo la cámara…") },
  { "looking", N_("Ponga el código frente a la cámara, entero y con luz.") },
  { "other", N_("Ese código no es el que se pide aquí. Muestre el que hizo la otra máquina.") },
  { "busy", N_("Otro programa está usando la cámara. Ciérrelo, o use una foto del código.") },
  { "missing", N_("No hay cámara. Use una foto del código o péguelo.") },
  { "denied", N_("No hay permiso para usar la cámara. Use una foto del código o péguelo.") },
  { "lost", N_("La cámara se desconectó. Vuelva a conectarla, o use una foto del código.") },
};

static void
say (TstCodeCamera *self, const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    if (g_str_equal (said[i].state, state) && self->state != said[i].state)
      {
        self->state = said[i].state;
        gtk_label_set_label (GTK_LABEL (self->words), _(said[i].words));
      }
}

static void
on_state (TstCodeCamera *self)
{
  g_autofree char *state = NULL;

  g_object_get (self->camera, "state", &state, NULL);
  if (g_strcmp0 (state, "live") == 0)
    say (self, "looking");
  else
    say (self, g_strcmp0 (state, "off") == 0 || state == NULL ? "starting" : state);
  gtk_widget_set_visible (self->finder, g_strcmp0 (state, "live") == 0);
}

/* --- reading --- */

typedef struct
{
  GBytes *pixels;
  guint width, height, stride;
  char *prefix;
  gboolean other;
} Frame;

static void
frame_free (gpointer data)
{
  Frame *frame = data;

  g_clear_pointer (&frame->pixels, g_bytes_unref);
  g_free (frame->prefix);
  g_free (frame);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Frame *frame = data;
  g_autoptr (GPtrArray) codes
    = tst_barcode_read_gray (g_bytes_get_data (frame->pixels, NULL), frame->width, frame->height, frame->stride, TST_BARCODE_QR, NULL);
  char *found = NULL;

  for (guint i = 0; codes != NULL && i < codes->len && found == NULL; i++)
    {
      g_autofree char *text = tst_barcode_dup_text (codes->pdata[i]);

      if (text != NULL && g_str_has_prefix (text, frame->prefix))
        found = g_steal_pointer (&text);
      else
        frame->other = TRUE;
    }
  g_clear_pointer (&frame->pixels, g_bytes_unref);
  g_task_return_pointer (task, found, g_free);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCodeCamera *self = TST_CODE_CAMERA (source);
  Frame *frame = g_task_get_task_data (G_TASK (result));
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), NULL);

  self->reading = FALSE;
  if (!self->looking)
    return;
  if (text != NULL)
    {
      g_object_set (self->camera, "gray-wanted", FALSE, NULL);
      g_signal_emit (self, signals[READ], 0, text);
    }
  else if (frame->other)
    say (self, "other");
}

static void
on_gray (TstCodeCamera *self, GBytes *pixels, guint width, guint height, guint stride)
{
  g_autoptr (GTask) task = NULL;
  Frame *frame;

  if (!self->looking || self->reading)
    return;
  self->reading = TRUE;
  frame = g_new0 (Frame, 1);
  *frame = (Frame) { g_bytes_ref (pixels), width, height, stride, g_strdup (self->prefix), FALSE };
  task = g_task_new (self, NULL, on_read, NULL);
  g_task_set_task_data (task, frame, frame_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* --- the widget --- */

static void
look (TstCodeCamera *self, gboolean on)
{
  if (self->camera == NULL || self->looking == on)
    return;
  self->looking = on;
  g_object_set (self->camera, "gray-wanted", on, NULL);
  if (on)
    tst_camera_start (self->camera);
  else
    {
      tst_camera_stop (self->camera);
      tst_viewfinder_clear (TST_VIEWFINDER (self->finder));
    }
}

static void
tst_code_camera_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_code_camera_parent_class)->map (widget);
  look (TST_CODE_CAMERA (widget), TRUE);
  on_state (TST_CODE_CAMERA (widget));
}

static void
tst_code_camera_unmap (GtkWidget *widget)
{
  look (TST_CODE_CAMERA (widget), FALSE);
  GTK_WIDGET_CLASS (tst_code_camera_parent_class)->unmap (widget);
}

static void
tst_code_camera_dispose (GObject *object)
{
  TstCodeCamera *self = TST_CODE_CAMERA (object);

  look (self, FALSE);
  if (self->camera != NULL)
    g_signal_handlers_disconnect_by_data (self->camera, self);
  g_clear_object (&self->camera);
  G_OBJECT_CLASS (tst_code_camera_parent_class)->dispose (object);
}

static void
tst_code_camera_finalize (GObject *object)
{
  g_free (TST_CODE_CAMERA (object)->prefix);
  G_OBJECT_CLASS (tst_code_camera_parent_class)->finalize (object);
}

static void
tst_code_camera_class_init (TstCodeCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tst_code_camera_dispose;
  object_class->finalize = tst_code_camera_finalize;
  GTK_WIDGET_CLASS (klass)->map = tst_code_camera_map;
  GTK_WIDGET_CLASS (klass)->unmap = tst_code_camera_unmap;
  signals[READ] = g_signal_new ("read", TST_TYPE_CODE_CAMERA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tst_code_camera_init (TstCodeCamera *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->finder = tst_viewfinder_new ();
  gtk_widget_set_size_request (self->finder, -1, LEAST_HEIGHT);
  gtk_widget_add_css_class (self->finder, "card-frame");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->finder), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lo que ve la cámara"), -1);
  gtk_box_append (GTK_BOX (self), self->finder);
  self->words = tst_form_text (GTK_WIDGET (self), NULL);
}

GtkWidget *
tst_code_camera_new (TstCamera *camera, const char *prefix)
{
  TstCodeCamera *self;

  g_return_val_if_fail (TST_IS_CAMERA (camera) && prefix != NULL, NULL);
  self = g_object_new (TST_TYPE_CODE_CAMERA, NULL);
  self->camera = g_object_ref (camera);
  self->prefix = g_strdup (prefix);
  tst_viewfinder_set_camera (TST_VIEWFINDER (self->finder), camera);
  g_signal_connect_swapped (camera, "gray-frame", G_CALLBACK (on_gray), self);
  g_signal_connect_swapped (camera, "notify::state", G_CALLBACK (on_state), self);
  on_state (self);
  return GTK_WIDGET (self);
}

const char *
tst_code_camera_get_state (TstCodeCamera *self)
{
  g_return_val_if_fail (TST_IS_CODE_CAMERA (self), NULL);
  return self->state;
}
