/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The only file that may use what newer versions have or no longer recommend. */
#undef GDK_VERSION_MAX_ALLOWED
#define GDK_VERSION_MAX_ALLOWED G_ENCODE_VERSION (99, 99)
#define GDK_DISABLE_DEPRECATION_WARNINGS

#include "kiosk/tst-compat-save.h"

typedef struct
{
  TstPlaceChosen chosen;
  gpointer user_data;
  GWeakRef owner;
  gboolean owned;
} Asking;

static void
finish (Asking *asking, GFile *file)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&asking->owner);

  if (!asking->owned || owner != NULL)
    asking->chosen (file, asking->user_data);
  g_weak_ref_clear (&asking->owner);
  g_free (asking);
}

#if GTK_CHECK_VERSION(4, 10, 0)

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);

  finish (user_data, file);
}

static void
ask (GtkWindow *parent, const char *title, const char *name, Asking *asking)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, parent, NULL, on_saved, asking);
}

#else

static void
on_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GFile) file
    = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  finish (user_data, file);
  g_object_unref (dialog);
}

static void
ask (GtkWindow *parent, const char *title, const char *name, Asking *asking)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), asking);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

#endif

void
tst_compat_save_file (GtkWidget *near, const char *title, const char *name, TstPlaceChosen chosen, gpointer user_data,
                      GObject *owner)
{
  GtkRoot *root = gtk_widget_get_root (near);
  Asking *asking = g_new0 (Asking, 1);

  asking->chosen = chosen;
  asking->user_data = user_data;
  asking->owned = owner != NULL;
  g_weak_ref_init (&asking->owner, owner);
  ask (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, title, name, asking);
}
