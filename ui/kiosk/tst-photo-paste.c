/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-paste.h"

#include "base/tst-codec.h"
#include "base/tst-fs.h"
#include "kiosk/tst-drafts.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

typedef struct
{
  GdkTexture *texture;
  char *folder, *path;
} Pasted;

static void
pasted_free (gpointer data)
{
  Pasted *pasted = data;

  g_object_unref (pasted->texture);
  g_free (pasted->folder);
  g_free (pasted->path);
  g_free (pasted);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Pasted *pasted = data;
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (pasted->texture);
  GError *error = NULL;

  if (tst_fs_ensure_folder (pasted->folder, 0700, &error) && tst_fs_write_durable (pasted->path, png, 0600, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tst_photo_paste_write_async (GdkTexture *texture, const char *folder, const char *event_id, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *uuid = tst_uuid_new ();
  g_autofree char *name = g_strdup_printf (TST_DRAFTS_PASTED "%s-%s.png", uuid, event_id);
  Pasted *pasted = g_new0 (Pasted, 1);

  pasted->texture = g_object_ref (texture);
  pasted->folder = g_strdup (folder);
  pasted->path = g_build_filename (folder, name, NULL);
  g_task_set_task_data (task, pasted, pasted_free);
  g_task_run_in_thread (task, write_in_thread);
}

char *
tst_photo_paste_write_finish (GAsyncResult *result, GError **error)
{
  Pasted *pasted = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? g_strdup (pasted->path) : NULL;
}

GListModel *
tst_photo_paste_files (GSList *files)
{
  GListStore *store = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = files; l != NULL; l = l->next)
    g_list_store_append (store, l->data);
  return G_LIST_MODEL (store);
}

GListModel *
tst_photo_paste_paths (GVariant *paths)
{
  GListStore *store = g_list_store_new (G_TYPE_FILE);
  g_autofree const char **names = g_variant_get_bytestring_array (paths, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (names[i]);

      g_list_store_append (store, file);
    }
  return G_LIST_MODEL (store);
}

GtkWidget *
tst_photo_paste_box (GtkWidget **hint)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *choose = tst_form_button (_("Elegir fotos"), NULL);
  GtkWidget *paste = tst_form_button (_("Pegar"), NULL);

  gtk_widget_add_css_class (box, "drop");
  *hint = tst_form_text (box, _("Elija las fotos, arrástrelas hasta aquí o péguelas. Las originales quedan como están."));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (choose), "import.choose");
  gtk_box_append (GTK_BOX (box), choose);
  /* A tablet has no keys to paste with. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (paste), "import.paste");
  gtk_box_append (GTK_BOX (box), paste);
  return box;
}

GtkDropTarget *
tst_photo_paste_drop_target (void)
{
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  return target;
}

/* Written words go where one writes; a picture that was copied does not, and comes to the page from there too. */
static gboolean
on_key (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  GdkContentFormats *formats = gdk_clipboard_get_formats (gtk_widget_get_clipboard (widget));

  if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING)
      || !(gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) || gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE)))
    return FALSE;
  return gtk_widget_activate_action (widget, "import.paste", NULL);
}

GtkEventController *
tst_photo_paste_keys (void)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_v, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (on_key, NULL, NULL)));
  return keys;
}

GtkFileFilter *
tst_photo_paste_filter (void)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Fotos"));
  gtk_file_filter_add_mime_type (filter, "image/jpeg");
  gtk_file_filter_add_mime_type (filter, "image/png");
  gtk_file_filter_add_mime_type (filter, "image/tiff");
  gtk_file_filter_add_mime_type (filter, "image/webp");
  gtk_file_filter_add_mime_type (filter, "image/heic");
  gtk_file_filter_add_mime_type (filter, "image/heif");
  return filter;
}

const char *
tst_photo_paste_check (GFile *file, char **path, char **name)
{
  g_autofree char *base = g_file_get_basename (file);

  *path = g_file_get_path (file);
  *name = base != NULL ? g_filename_display_name (base) : NULL;
  if (*path == NULL || *name == NULL)
    return _("Eso es una dirección, no un archivo de esta tableta. Guarde primero la foto y tráigala de donde quedó.");
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    return _("Eso es una carpeta. Ábrala y traiga las fotos que hay en ella.");
  return NULL;
}
