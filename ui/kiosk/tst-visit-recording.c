/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-recording.h"

#include "base/tst-hash.h"
#include "kiosk/tst-compat.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

/* Of the box that holds both: where the hash goes and what went wrong. */
#define ENTRY "tst-entry"
#define NOTICE "tst-notice"

static void
hash_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  TstHash hash;

  if (tst_hash_file (data, &hash, NULL, cancellable, &error))
    g_task_return_pointer (task, tst_hash_to_hex (&hash), g_free);
  else
    g_task_return_error (task, error);
}

static void
say_unread (GtkWidget *recording)
{
  tst_form_notice_set (g_object_get_data (G_OBJECT (recording), NOTICE),
                       _("No se pudo leer ese archivo. Mire que siga en su lugar y que esté en esta tableta o en una memoria USB, y elíjalo otra vez."), TRUE);
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hex = g_task_propagate_pointer (G_TASK (result), &error);
  GtkWidget *entry = g_object_get_data (source, ENTRY);

  gtk_widget_set_sensitive (entry, TRUE);
  if (hex != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), hex);
  else if (!tst_message_is_cancelled (error))
    say_unread (GTK_WIDGET (source));
}

void
tst_visit_recording_take (GtkWidget *recording, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GTask) task = NULL;

  tst_form_notice_set (g_object_get_data (G_OBJECT (recording), NOTICE), NULL, FALSE);
  /* A place on the network that no folder stands for. */
  if (path == NULL)
    {
      say_unread (recording);
      return;
    }
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (recording), ENTRY), FALSE);
  task = g_task_new (recording, NULL, on_hashed, NULL);
  g_task_set_task_data (task, g_steal_pointer (&path), g_free);
  g_task_run_in_thread (task, hash_in_thread);
}

static void
on_chosen (GListModel *files, gpointer recording)
{
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  if (file != NULL)
    tst_visit_recording_take (recording, file);
}

static void
on_clicked (GtkWidget *recording)
{
  tst_compat_open_files (recording, _("Archivo de la grabación"), NULL, FALSE, on_chosen, recording, G_OBJECT (recording));
}

GtkWidget *
tst_visit_recording_new (GtkWidget *entry)
{
  GtkWidget *recording = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *button = tst_form_button (_("Calcularla del archivo de la grabación"), NULL);
  GtkWidget *notice = tst_form_notice_new ();

  g_object_set_data_full (G_OBJECT (recording), ENTRY, g_object_ref (entry), g_object_unref);
  g_object_set_data (G_OBJECT (recording), NOTICE, notice);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_clicked), recording);
  gtk_box_append (GTK_BOX (recording), button);
  gtk_box_append (GTK_BOX (recording), notice);
  return recording;
}
