/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-card-reader.h"

#include "media/tst-barcode.h"
#include "seal/tst-age.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAUSE_MS 350      /* longer than between two characters of any scanner */
#define END_MS 1500       /* for scanners that send no Enter */
#define HAND_MS 60        /* a hand's two keys are further apart */
#define LEAST_TYPED 20    /* a card says more than this */
#define MOST_TYPED 2048

struct _TstCardReader
{
  GtkBox parent_instance;
  TstCamera *camera; /* (nullable) */
  TstBarcodeFormats formats; /* PDF417: a card */
  GtkWidget *picture, *words;
  gboolean looking;  /* the camera was started */
  gboolean reading;  /* a frame is with the worker */
  GString *typed;
  guint32 typed_ms;  /* of the last key's event */
  guint pause;
};

enum
{
  READ,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCardReader, tst_card_reader, GTK_TYPE_BOX)

/* --- the camera --- */

typedef struct
{
  GBytes *pixels;
  guint width, height, stride;
  TstBarcodeFormats formats;
} Frame;

static void
frame_free (gpointer data)
{
  g_bytes_unref (((Frame *) data)->pixels);
  g_free (data);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Frame *frame = data;
  g_autoptr (GPtrArray) codes
      = tst_barcode_read_gray (g_bytes_get_data (frame->pixels, NULL), frame->width, frame->height, frame->stride, frame->formats, NULL);
  GBytes *payload = codes != NULL && codes->len > 0 ? g_bytes_ref (((TstBarcode *) codes->pdata[0])->payload) : NULL;

  g_task_return_pointer (task, payload, (GDestroyNotify) g_bytes_unref);
}

static void
on_code (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCardReader *self = TST_CARD_READER (source);
  g_autoptr (GBytes) payload = g_task_propagate_pointer (G_TASK (result), NULL);

  self->reading = FALSE;
  if (payload == NULL || !self->looking)
    return;
  gdk_display_beep (gtk_widget_get_display (GTK_WIDGET (self)));
  g_signal_emit (self, signals[READ], 0, payload);
}

static void
on_gray (TstCardReader *self, GBytes *pixels, guint width, guint height, guint stride)
{
  g_autoptr (GTask) task = NULL;
  Frame *frame;

  if (self->reading || !self->looking)
    return;
  self->reading = TRUE;
  frame = g_new0 (Frame, 1);
  frame->pixels = g_bytes_ref (pixels);
  frame->width = width;
  frame->height = height;
  frame->stride = stride;
  frame->formats = self->formats;
  task = g_task_new (self, NULL, on_code, NULL);
  g_task_set_task_data (task, frame, frame_free);
  g_task_run_in_thread (task, read_in_thread);
}

static void
on_frame (TstCardReader *self, GBytes *pixels, guint width, guint height, guint stride)
{
  g_autoptr (GdkTexture) texture = NULL;

  if (!self->looking)
    return;
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, pixels, stride);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
}

static void
on_state (TstCardReader *self)
{
  g_autofree char *state = NULL;
  gboolean card = self->formats == TST_BARCODE_PDF417, work = self->formats == TST_BARCODE_QR;
  const char *words = card   ? _("Ponga el respaldo de su cédula frente a la cámara, o páselo por el lector.")
                      : work ? _("Ponga el código QR de la obra frente a la cámara. Está en la valla y en su página.")
                             : _("Ponga el código frente a la cámara.");

  if (self->camera != NULL)
    g_object_get (self->camera, "state", &state, NULL);
  if (g_strcmp0 (state, "starting") == 0)
    words = _("Abriendo la cámara…");
  else if (work && g_strcmp0 (state, "live") != 0)
    words = _("No hay cámara. Vuelva y busque la obra por su nombre.");
  else if (!card && g_strcmp0 (state, "live") != 0)
    words = _("No hay cámara. Escriba el código.");
  else if (g_strcmp0 (state, "live") != 0)
    words = _("Pase el respaldo de su cédula por el lector. Si no hay lector, siga escribiendo.");
  gtk_label_set_label (GTK_LABEL (self->words), words);
  gtk_widget_set_visible (self->picture, g_strcmp0 (state, "live") == 0);
}

static void
look (TstCardReader *self, gboolean on)
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
      gtk_picture_set_paintable (GTK_PICTURE (self->picture), NULL);
    }
}

static void
tst_card_reader_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_card_reader_parent_class)->map (widget);
  look (TST_CARD_READER (widget), TRUE);
  on_state (TST_CARD_READER (widget));
}

static void forget_typed (TstCardReader *self);

static void
tst_card_reader_unmap (GtkWidget *widget)
{
  look (TST_CARD_READER (widget), FALSE);
  forget_typed (TST_CARD_READER (widget));
  GTK_WIDGET_CLASS (tst_card_reader_parent_class)->unmap (widget);
}

/* --- the scanner --- */

static void
forget_typed (TstCardReader *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  memset (self->typed->str, 0, self->typed->allocated_len);
  g_string_set_size (self->typed, 0);
}

static void
finish_typed (TstCardReader *self)
{
  GBytes *payload = self->typed->len >= LEAST_TYPED ? g_bytes_new (self->typed->str, self->typed->len) : NULL;

  forget_typed (self);
  if (payload == NULL)
    return;
  g_signal_emit (self, signals[READ], 0, payload);
  tst_age_wipe (payload);
}

static gboolean
on_pause (gpointer user_data)
{
  TstCardReader *self = user_data;

  self->pause = 0;
  finish_typed (self);
  return G_SOURCE_REMOVE;
}

gboolean
tst_card_reader_take_key (TstCardReader *self, guint keyval, guint32 time_ms)
{
  gunichar character = gdk_keyval_to_unicode (keyval);
  gboolean quick = self->typed->len > 0 && time_ms - self->typed_ms < (self->typed->len == 1 ? HAND_MS : PAUSE_MS);

  g_return_val_if_fail (TST_IS_CARD_READER (self), FALSE);
  if (self->typed->len > 0 && !quick)
    forget_typed (self);
  if (quick && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter))
    {
      finish_typed (self);
      return TRUE;
    }
  if (keyval == GDK_KEY_Tab && quick)
    character = '\t';
  else if (character < 0x20 || (character == ' ' && !quick))
    return quick;
  if (self->typed->len < MOST_TYPED)
    g_string_append_unichar (self->typed, character);
  self->typed_ms = time_ms;
  g_clear_handle_id (&self->pause, g_source_remove);
  /* Below the keys that wait to be read. */
  self->pause = g_timeout_add_full (G_PRIORITY_LOW, END_MS, on_pause, self, NULL);
  return TRUE;
}

void
tst_card_reader_take_text (TstCardReader *self, const char *text)
{
  g_return_if_fail (TST_IS_CARD_READER (self));
  g_string_append (self->typed, text);
  finish_typed (self);
}

/* --- the widget --- */

static void
tst_card_reader_dispose (GObject *object)
{
  TstCardReader *self = TST_CARD_READER (object);

  look (self, FALSE);
  forget_typed (self);
  if (self->camera != NULL)
    g_signal_handlers_disconnect_by_data (self->camera, self);
  g_clear_object (&self->camera);
  G_OBJECT_CLASS (tst_card_reader_parent_class)->dispose (object);
}

static void
tst_card_reader_finalize (GObject *object)
{
  g_string_free (TST_CARD_READER (object)->typed, TRUE);
  G_OBJECT_CLASS (tst_card_reader_parent_class)->finalize (object);
}

static void
tst_card_reader_class_init (TstCardReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tst_card_reader_dispose;
  object_class->finalize = tst_card_reader_finalize;
  GTK_WIDGET_CLASS (klass)->map = tst_card_reader_map;
  GTK_WIDGET_CLASS (klass)->unmap = tst_card_reader_unmap;
  signals[READ] = g_signal_new ("read", TST_TYPE_CARD_READER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
}

static void
tst_card_reader_init (TstCardReader *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 10);
  self->typed = g_string_sized_new (MOST_TYPED);
  self->words = tst_form_text (GTK_WIDGET (self), NULL);
  gtk_widget_add_css_class (self->words, "sentence");
  self->picture = gtk_picture_new ();
  gtk_picture_set_alternative_text (GTK_PICTURE (self->picture), _("Lo que ve la cámara"));
  gtk_widget_add_css_class (self->picture, "card-frame");
  gtk_widget_set_size_request (self->picture, -1, 220);
  gtk_box_append (GTK_BOX (self), self->picture);
}

static GtkWidget *
reader_new (TstCamera *camera, TstBarcodeFormats formats)
{
  TstCardReader *self = g_object_new (TST_TYPE_CARD_READER, NULL);

  self->formats = formats;
  if (camera != NULL)
    {
      self->camera = g_object_ref (camera);
      g_signal_connect_swapped (camera, "frame", G_CALLBACK (on_frame), self);
      g_signal_connect_swapped (camera, "gray-frame", G_CALLBACK (on_gray), self);
      g_signal_connect_swapped (camera, "notify::state", G_CALLBACK (on_state), self);
    }
  on_state (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tst_card_reader_new (TstCamera *camera)
{
  return reader_new (camera, TST_BARCODE_PDF417);
}

GtkWidget *
tst_card_reader_new_qr (TstCamera *camera)
{
  return reader_new (camera, TST_BARCODE_QR);
}

GtkWidget *
tst_card_reader_new_label (TstCamera *camera)
{
  return reader_new (camera, TST_BARCODE_QR | TST_BARCODE_OTHER);
}
