/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-code-entry.h"

#include "base/tst-error.h"
#include "kiosk/tst-compat.h"
#include "media/tst-barcode.h"
#include "widgets/tst-build.h"
#include "widgets/tst-code-camera.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

#define MAX_TEXT_FILE (16 * 1024)

struct _TstCodeEntry
{
  GtkBox parent_instance;
  GtkWidget *entry, *buttons, *paste, *picture, *problem;
  GtkWidget *live, *camera; /* NULL without a camera: the button, and what it shows */
  char *prefix;
  guint reading; /* the newest picture: what an older one says comes too late */
  GCancellable *cancellable;
};

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCodeEntry, tst_code_entry, GTK_TYPE_BOX)

char *
tst_code_entry_dup_text (TstCodeEntry *self)
{
  const char *text;
  GString *clean = g_string_new (NULL);

  g_return_val_if_fail (TST_IS_CODE_ENTRY (self), NULL);
  text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isspace (*c))
      g_string_append_c (clean, *c);
  return g_string_free (clean, FALSE);
}

void
tst_code_entry_set_text (TstCodeEntry *self, const char *text)
{
  g_return_if_fail (TST_IS_CODE_ENTRY (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

void
tst_code_entry_set_problem (TstCodeEntry *self, const char *text)
{
  g_return_if_fail (TST_IS_CODE_ENTRY (self));
  tst_notice_set (self->problem, "trouble", text);
  if (text != NULL)
    gtk_widget_grab_focus (self->entry);
}

const char *
tst_code_entry_get_problem (TstCodeEntry *self)
{
  g_return_val_if_fail (TST_IS_CODE_ENTRY (self), NULL);
  return tst_notice_get_text (self->problem);
}

/* --- pictures --- */

typedef struct
{
  char *path;          /* or */
  GdkTexture *texture;
  char *prefix;
  guint reading;
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_free (picture->path);
  g_clear_object (&picture->texture);
  g_free (picture->prefix);
  g_free (picture);
}

static GPtrArray *
read_texture (GdkTexture *texture, GError **error)
{
  guint width = (guint) gdk_texture_get_width (texture);
  guint height = (guint) gdk_texture_get_height (texture);
  g_autofree guint8 *pixels = NULL;

  if (width > TST_BARCODE_MAX_PIXELS / height)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The picture is too large to read a code from.");
      return NULL;
    }
  pixels = g_malloc ((gsize) width * height * 4);
  gdk_texture_download (texture, pixels, (gsize) width * 4);
  /* Four bytes a pixel in, one out, in place. On the little-endian machines that GDK_MEMORY_DEFAULT has in mind green is the second byte. Green
   * is near enough to luminance for black on white; what is transparent is taken for white. */
  for (gsize i = 0; i < (gsize) width * height; i++)
    pixels[i] = (guint8) MIN (255, pixels[4 * i + 1] + (255 - pixels[4 * i + (G_BYTE_ORDER == G_LITTLE_ENDIAN ? 3 : 0)]));
  return tst_barcode_read_gray (pixels, width, height, width, TST_BARCODE_QR, error);
}

/* The other machine may have handed the text over as a file. */
static char *
read_text_file (const char *path)
{
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, NULL);
  gsize size = mapped != NULL ? g_mapped_file_get_length (mapped) : 0;

  if (size == 0 || size > MAX_TEXT_FILE || !g_utf8_validate (g_mapped_file_get_contents (mapped), (gssize) size, NULL))
    return NULL;
  return g_strndup (g_mapped_file_get_contents (mapped), size);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Picture *picture = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) codes = picture->path != NULL ? tst_barcode_read_file (picture->path, TST_BARCODE_QR, &error)
                                                      : read_texture (picture->texture, &error);
  g_autofree char *found = NULL;

  for (guint i = 0; codes != NULL && i < codes->len; i++)
    {
      g_autofree char *text = tst_barcode_dup_text (codes->pdata[i]);
      gboolean wanted = text != NULL && g_str_has_prefix (text, picture->prefix);

      if (text == NULL || (found != NULL && !wanted))
        continue;
      g_free (found);
      found = g_steal_pointer (&text);
      if (wanted)
        break;
    }
  if (g_error_matches (error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE))
    found = read_text_file (picture->path);
  if (found != NULL)
    g_task_return_pointer (task, g_steal_pointer (&found), g_free);
  else
    g_task_return_error (task, error != NULL ? g_steal_pointer (&error)
                                             : g_error_new_literal (TST_ERROR, TST_ERROR_NOT_FOUND, "There is no code in the picture."));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCodeEntry *self = TST_CODE_ENTRY (source);
  Picture *picture = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (picture->reading != self->reading || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  gtk_widget_set_sensitive (self->picture, TRUE);
  if (text == NULL)
    {
      tst_code_entry_set_problem (
        self, g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND)
                ? _("No se encuentra un código en esa foto. Tómela de frente, con luz y sin recortar el código.")
                : _("Ese archivo no se puede leer. Elija una foto del código o el archivo que guardó la otra máquina."));
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  tst_code_entry_set_problem (self, NULL);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
begin_reading (TstCodeEntry *self, char *path, GdkTexture *texture)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_read, NULL);
  Picture *picture = g_new0 (Picture, 1);

  picture->path = path;
  picture->texture = texture != NULL ? g_object_ref (texture) : NULL;
  picture->prefix = g_strdup (self->prefix);
  picture->reading = ++self->reading;
  gtk_widget_set_sensitive (self->picture, FALSE);
  g_task_set_task_data (task, picture, picture_free);
  g_task_run_in_thread (task, read_in_thread);
}

void
tst_code_entry_read_file (TstCodeEntry *self, GFile *file)
{
  char *path;

  g_return_if_fail (TST_IS_CODE_ENTRY (self));
  path = g_file_get_path (file);
  if (path != NULL)
    begin_reading (self, path, NULL);
  else
    tst_code_entry_set_problem (self, _("Esa foto no está en esta tableta. Guárdela aquí y vuelva a elegirla."));
}

void
tst_code_entry_read_texture (TstCodeEntry *self, GdkTexture *texture)
{
  g_return_if_fail (TST_IS_CODE_ENTRY (self));
  begin_reading (self, NULL, texture);
}

static void
on_chosen (GListModel *files, gpointer user_data)
{
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  if (file != NULL)
    tst_code_entry_read_file (user_data, file);
}

static void
on_picture (TstCodeEntry *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Fotos y archivos de texto"));
  gtk_file_filter_add_mime_type (filter, "image/*");
  gtk_file_filter_add_mime_type (filter, "text/plain");
  tst_compat_open_files (GTK_WIDGET (self), _("Elija la foto o el archivo del código"), filter, FALSE, on_chosen, self, G_OBJECT (self));
}

/* A list of files, of which the first counts, or a picture. */
static gboolean
take_value (TstCodeEntry *self, const GValue *value)
{
  if (value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) && g_value_get_boxed (value) != NULL)
    tst_code_entry_read_file (self, ((GSList *) g_value_get_boxed (value))->data);
  else if (value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE) && g_value_get_object (value) != NULL)
    tst_code_entry_read_texture (self, g_value_get_object (value));
  else
    return FALSE;
  return TRUE;
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TstCodeEntry *self)
{
  return take_value (self, value);
}

/* --- the clipboard --- */

static void
say_nothing_copied (TstCodeEntry *self)
{
  tst_code_entry_set_problem (self, _("No hay texto ni foto para pegar. Copie el código y vuelva a tocar «Pegar»."));
}

static void
on_text (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  TstCodeEntry *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_CODE_ENTRY (user_data);
  if (text != NULL && *text != '\0')
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
      tst_code_entry_set_problem (self, NULL);
    }
  else
    say_nothing_copied (self);
}

static void
on_value (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!take_value (user_data, value))
    say_nothing_copied (user_data);
}

/* A copied file comes with its name as text too, so pictures are looked for first. */
static gboolean
paste_picture (TstCodeEntry *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  GType type = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ? GDK_TYPE_FILE_LIST
               : gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) ? GDK_TYPE_TEXTURE
                                                                               : G_TYPE_INVALID;

  if (type == G_TYPE_INVALID)
    return FALSE;
  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, self->cancellable, on_value, self);
  return TRUE;
}

static void
on_paste (TstCodeEntry *self)
{
  if (!paste_picture (self))
    gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->cancellable, on_text, self);
}

/* The field itself pastes text only; FALSE leaves that to it. */
static gboolean
on_paste_key (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  return paste_picture (TST_CODE_ENTRY (widget));
}

/* --- the camera --- */

static void
on_live_toggled (TstCodeEntry *self)
{
  gtk_widget_set_visible (self->camera, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->live)));
  tst_code_entry_set_problem (self, NULL);
}

static void
on_seen (TstCodeEntry *self, const char *text)
{
  g_object_ref (self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->live), FALSE);
  tst_code_entry_set_problem (self, NULL);
  g_signal_emit (self, signals[ACTIVATED], 0);
  g_object_unref (self);
}

void
tst_code_entry_set_camera (TstCodeEntry *self, TstCamera *camera)
{
  g_return_if_fail (TST_IS_CODE_ENTRY (self));
  g_return_if_fail (camera == NULL || TST_IS_CAMERA (camera));
  if (self->live != NULL)
    {
      gtk_widget_unparent (self->live);
      gtk_box_remove (GTK_BOX (self), self->camera);
    }
  self->live = self->camera = NULL;
  if (camera == NULL)
    return;
  self->live = gtk_toggle_button_new_with_mnemonic (_("Usar la _cámara"));
  gtk_widget_add_css_class (self->live, "large");
  self->camera = tst_code_camera_new (camera, self->prefix);
  gtk_widget_set_visible (self->camera, FALSE);
  tst_wrap_append (TST_WRAP (self->buttons), self->live);
  gtk_box_insert_child_after (GTK_BOX (self), self->camera, self->buttons);
  g_signal_connect_swapped (self->live, "toggled", G_CALLBACK (on_live_toggled), self);
  g_signal_connect_swapped (self->camera, "read", G_CALLBACK (on_seen), self);
}

/* --- the widget --- */

static void
on_entry_activate (TstCodeEntry *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
tst_code_entry_dispose (GObject *object)
{
  TstCodeEntry *self = TST_CODE_ENTRY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_code_entry_parent_class)->dispose (object);
}

static void
tst_code_entry_finalize (GObject *object)
{
  g_free (TST_CODE_ENTRY (object)->prefix);
  G_OBJECT_CLASS (tst_code_entry_parent_class)->finalize (object);
}

static void
tst_code_entry_class_init (TstCodeEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_code_entry_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_code_entry_finalize;
  signals[ACTIVATED] = g_signal_new ("activated", TST_TYPE_CODE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_code_entry_init (TstCodeEntry *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  self->cancellable = g_cancellable_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->entry = gtk_entry_new ();
  gtk_widget_add_css_class (self->entry, "large");
  gtk_widget_add_css_class (self->entry, "monospace");
  gtk_entry_set_input_hints (GTK_ENTRY (self->entry), GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI | GTK_INPUT_HINT_PRIVATE);
  self->paste = tst_build_large_button (_("_Pegar"));
  self->picture = tst_build_large_button (_("Elegir _foto o archivo"));
  self->buttons = tst_wrap_new ();
  tst_wrap_append (TST_WRAP (self->buttons), self->paste);
  tst_wrap_append (TST_WRAP (self->buttons), self->picture);
  self->problem = tst_build_notice ();
  gtk_box_append (GTK_BOX (self), self->entry);
  gtk_box_append (GTK_BOX (self), self->buttons);
  gtk_box_append (GTK_BOX (self), self->problem);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_entry_activate), self);
  g_signal_connect_swapped (self->paste, "clicked", G_CALLBACK (on_paste), self);
  g_signal_connect_swapped (self->picture, "clicked", G_CALLBACK (on_picture), self);
  gtk_drop_target_set_gtypes (drop, types, G_N_ELEMENTS (types));
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>v"),
                                                          gtk_callback_action_new (on_paste_key, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
tst_code_entry_new (const char *label, const char *prefix)
{
  TstCodeEntry *self = g_object_new (TST_TYPE_CODE_ENTRY, NULL);
  g_autofree char *example = g_strconcat (prefix, "…", NULL);

  self->prefix = g_strdup (prefix);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), example);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}
