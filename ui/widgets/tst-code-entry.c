/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-code-entry.h"

#include "kiosk/tst-compat.h"
#include "widgets/tst-build.h"

#include <glib/gi18n.h>

struct _TstCodeEntry
{
  GtkBox parent_instance;
  GtkWidget *entry, *paste, *picture, *problem;
  GCancellable *cancellable;
};

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];
static TstCodeReader reader;

G_DEFINE_FINAL_TYPE (TstCodeEntry, tst_code_entry, GTK_TYPE_BOX)

void
tst_code_entry_set_reader (TstCodeReader wanted)
{
  reader = wanted;
}

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
    tst_code_entry_set_problem (self, _("No hay texto copiado. Copie el código y vuelva a tocar «Pegar»."));
}

static void
on_paste (TstCodeEntry *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->cancellable, on_text, self);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  char *text = reader (data, &error);

  if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_error (task, error != NULL ? g_steal_pointer (&error)
                                             : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no code"));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCodeEntry *self = TST_CODE_ENTRY (source);
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), NULL);

  if (text == NULL)
    {
      tst_code_entry_set_problem (self, _("No se encuentra un código en esa foto. Tómela de frente, con luz y sin recortar el código."));
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  tst_code_entry_set_problem (self, NULL);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_chosen (GListModel *files, gpointer user_data)
{
  TstCodeEntry *self = user_data;
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  g_autoptr (GTask) task = NULL;
  char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return;
  task = g_task_new (self, NULL, on_read, NULL);
  g_task_set_task_data (task, path, g_free);
  g_task_run_in_thread (task, read_in_thread);
}

static void
on_picture (TstCodeEntry *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Fotos"));
  gtk_file_filter_add_mime_type (filter, "image/*");
  tst_compat_open_files (GTK_WIDGET (self), _("Elija la foto del código"), filter, FALSE, on_chosen, self, G_OBJECT (self));
}

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
tst_code_entry_class_init (TstCodeEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_code_entry_dispose;
  signals[ACTIVATED] = g_signal_new ("activated", TST_TYPE_CODE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_code_entry_init (TstCodeEntry *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->cancellable = g_cancellable_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->entry = gtk_entry_new ();
  gtk_widget_add_css_class (self->entry, "large");
  gtk_widget_add_css_class (self->entry, "monospace");
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), "TESTIGO1:…");
  gtk_entry_set_input_hints (GTK_ENTRY (self->entry), GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI | GTK_INPUT_HINT_PRIVATE);
  self->paste = tst_build_large_button (_("_Pegar"));
  self->picture = tst_build_large_button (_("Elegir una _foto del código"));
  gtk_widget_set_visible (self->picture, reader != NULL);
  gtk_box_append (GTK_BOX (buttons), self->paste);
  gtk_box_append (GTK_BOX (buttons), self->picture);
  self->problem = tst_build_notice ();
  gtk_box_append (GTK_BOX (self), self->entry);
  gtk_box_append (GTK_BOX (self), buttons);
  gtk_box_append (GTK_BOX (self), self->problem);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_entry_activate), self);
  g_signal_connect_swapped (self->paste, "clicked", G_CALLBACK (on_paste), self);
  g_signal_connect_swapped (self->picture, "clicked", G_CALLBACK (on_picture), self);
}

GtkWidget *
tst_code_entry_new (const char *label)
{
  TstCodeEntry *self = g_object_new (TST_TYPE_CODE_ENTRY, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET (self);
}
