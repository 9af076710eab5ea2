/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-compat.h"

typedef struct
{
  TstFilesChosen chosen;
  gpointer user_data;
  GWeakRef owner;
  gboolean owned;
  gboolean multiple;
} Choosing;

static void
finish (Choosing *choosing, GListModel *files)
{
  g_autoptr (GObject) owner = choosing->owned ? g_weak_ref_get (&choosing->owner) : NULL;

  if (!choosing->owned || owner != NULL)
    choosing->chosen (files, choosing->user_data);
  g_weak_ref_clear (&choosing->owner);
  g_free (choosing);
}

#if GTK_CHECK_VERSION(4, 10, 0) && GDK_VERSION_MAX_ALLOWED >= GDK_VERSION_4_10

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Choosing *choosing = user_data;
  g_autoptr (GListModel) files = NULL;

  if (choosing->multiple)
    files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, NULL);
  else
    {
      g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

      if (file != NULL)
        {
          files = G_LIST_MODEL (g_list_store_new (G_TYPE_FILE));
          g_list_store_append (G_LIST_STORE (files), file);
        }
    }
  finish (choosing, files);
}

static void
ask (GtkWindow *parent, const char *title, GtkFileFilter *filter, Choosing *choosing)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, title);
  if (filter != NULL)
    gtk_file_dialog_set_default_filter (dialog, filter);
  if (choosing->multiple)
    gtk_file_dialog_open_multiple (dialog, parent, NULL, on_chosen, choosing);
  else
    gtk_file_dialog_open (dialog, parent, NULL, on_chosen, choosing);
}

#else

static void
on_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  finish (user_data, files);
  g_object_unref (dialog);
}

static void
ask (GtkWindow *parent, const char *title, GtkFileFilter *filter, Choosing *choosing)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), choosing->multiple);
  if (filter != NULL)
    gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), choosing);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

#endif

void
tst_compat_open_files (GtkWidget *near, const char *title, GtkFileFilter *filter, gboolean multiple, TstFilesChosen chosen,
                       gpointer user_data, GObject *owner)
{
  GtkRoot *root = gtk_widget_get_root (near);
  Choosing *choosing = g_new0 (Choosing, 1);

  choosing->chosen = chosen;
  choosing->user_data = user_data;
  choosing->multiple = multiple;
  choosing->owned = owner != NULL;
  g_weak_ref_init (&choosing->owner, owner);
  ask (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, title, filter, choosing);
}
