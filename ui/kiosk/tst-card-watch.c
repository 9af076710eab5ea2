/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-card-watch.h"

#include "media/tst-photo-groups.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstCardWatch
{
  GtkWidget parent_instance;
  GVolumeMonitor *monitor;
  GtkWidget *column, *button, *words;
  char *folder;     /* (nullable) of the card that is there */
  GVolume *volume;  /* (nullable) what was plugged in and nobody has opened */
  char *told;       /* (nullable) what came of opening it */
  GCancellable *cancellable;
  gboolean opening;
};

typedef enum
{
  PROP_FOLDER = 1,
} TstCardWatchProperty;

static GParamSpec *properties[PROP_FOLDER + 1];

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstCardWatch, tst_card_watch, GTK_TYPE_WIDGET)

static void
set_label (GtkWidget *button, const char *text)
{
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show (TstCardWatch *self)
{
  g_autofree char *name = self->volume != NULL ? g_volume_get_name (self->volume) : NULL;
  g_autofree char *open = name != NULL ? g_strdup_printf (_("Abrir «%s», que se conectó"), name) : NULL;

  if (self->folder != NULL)
    set_label (self->button, _("Traer fotos de la tarjeta que se conectó"));
  else if (self->opening)
    set_label (self->button, _("Abriendo…"));
  else if (open != NULL)
    set_label (self->button, open);
  gtk_widget_set_sensitive (self->button, !self->opening);
  gtk_widget_set_visible (self->button, self->folder != NULL || self->volume != NULL);
  gtk_label_set_label (GTK_LABEL (self->words), self->told != NULL ? self->told : "");
  gtk_widget_set_visible (self->words, self->told != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), self->folder != NULL || self->volume != NULL || self->told != NULL);
}

static void
set_folder (TstCardWatch *self, const char *folder)
{
  if (g_strcmp0 (self->folder, folder) == 0)
    return;
  g_free (self->folder);
  self->folder = g_strdup (folder);
  if (folder != NULL)
    g_clear_pointer (&self->told, g_free);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDER]);
}

/* A slow card must not hold the window up. */
static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, tst_card_is (data));
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  if (g_task_propagate_boolean (G_TASK (result), NULL))
    set_folder (TST_CARD_WATCH (source), g_task_get_task_data (G_TASK (result)));
}

static void
look (TstCardWatch *self, const char *folder, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

void
tst_card_watch_take (TstCardWatch *self, const char *folder, gboolean mounted)
{
  g_return_if_fail (TST_IS_CARD_WATCH (self) && folder != NULL);
  if (mounted)
    look (self, folder, on_looked, NULL);
  else if (g_strcmp0 (folder, self->folder) == 0)
    set_folder (self, NULL);
}

/* --- what nobody has opened --- */

/* Plugged in, and not one of the machine's own disks. */
static gboolean
waits (GVolume *volume)
{
  g_autoptr (GMount) mount = g_volume_get_mount (volume);
  g_autoptr (GDrive) drive = g_volume_get_drive (volume);

  return mount == NULL && g_volume_can_mount (volume) && (g_volume_should_automount (volume) || (drive != NULL && g_drive_is_removable (drive)));
}

static void
set_volume (TstCardWatch *self, GVolume *volume)
{
  if (g_set_object (&self->volume, volume))
    show (self);
}

static void
on_volume_added (TstCardWatch *self, GVolume *volume)
{
  if (self->opening || !waits (volume))
    return;
  g_clear_pointer (&self->told, g_free);
  set_volume (self, volume);
}

static void
on_volume_removed (TstCardWatch *self, GVolume *volume)
{
  if (volume != self->volume)
    return;
  g_clear_pointer (&self->told, g_free);
  set_volume (self, NULL);
  show (self);
}

/* @format: a text with %s for the volume's name */
static void
tell (TstCardWatch *self, const char *format, GVolume *volume)
{
  g_autofree char *name = g_volume_get_name (volume);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  g_free (self->told);
  self->told = g_strjoinv (name, parts);
  show (self);
}

static void
on_opened_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstCardWatch *self = TST_CARD_WATCH (source);
  g_autoptr (GVolume) volume = user_data;
  gboolean is_card = g_task_propagate_boolean (G_TASK (result), NULL);

  if (self->monitor == NULL)
    return; /* the page is gone */
  if (!is_card)
    {
      tell (self, _("En «%s» no hay fotos de una cámara."), volume);
      return;
    }
  set_folder (self, g_task_get_task_data (G_TASK (result)));
  g_signal_emit (self, signals[CHOSEN], 0, self->folder);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCardWatch) self = user_data;
  GVolume *volume = G_VOLUME (source);
  g_autoptr (GError) error = NULL;
  gboolean opened = g_volume_mount_finish (volume, result, &error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ALREADY_MOUNTED);
  g_autoptr (GMount) mount = opened ? g_volume_get_mount (volume) : NULL;
  g_autoptr (GFile) root = mount != NULL ? g_mount_get_root (mount) : NULL;
  g_autofree char *path = root != NULL ? g_file_get_path (root) : NULL;

  if (self->monitor == NULL)
    return;
  self->opening = FALSE;
  if (path != NULL)
    {
      set_volume (self, NULL);
      show (self);
      look (self, path, on_opened_looked, g_object_ref (volume));
    }
  else if (opened)
    /* A telephone without the part of the desktop that shows it as a folder. */
    tell (self, _("Esta tableta no puede leer «%s» como carpeta. Copie sus fotos a una memoria USB."), volume);
  else
    tell (self, _("No se pudo abrir «%s». Desconecte, vuelva a conectar e intente otra vez."), volume);
}

static void
open_volume (TstCardWatch *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  /* Asks for the word of one that is locked. */
  g_autoptr (GMountOperation) operation = gtk_mount_operation_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);

  self->opening = TRUE;
  g_clear_pointer (&self->told, g_free);
  show (self);
  g_volume_mount (self->volume, G_MOUNT_MOUNT_NONE, operation, self->cancellable, on_opened, g_object_ref (self));
}

/* --- what is open --- */

static void
take_mount (TstCardWatch *self, GMount *mount, gboolean mounted)
{
  g_autoptr (GFile) root = g_mount_get_root (mount);
  g_autofree char *path = g_file_get_path (root);

  if (path != NULL)
    tst_card_watch_take (self, path, mounted);
}

static void
on_mount_added (TstCardWatch *self, GMount *mount)
{
  /* Somebody else has opened it. */
  if (self->volume != NULL && !self->opening && !waits (self->volume))
    set_volume (self, NULL);
  take_mount (self, mount, TRUE);
}

static void
on_mount_removed (TstCardWatch *self, GMount *mount)
{
  take_mount (self, mount, FALSE);
}

static void
on_clicked (TstCardWatch *self)
{
  if (self->folder != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, self->folder);
  else if (self->volume != NULL && !self->opening)
    open_volume (self);
}

static void
tst_card_watch_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstCardWatchProperty) id == PROP_FOLDER)
    g_value_set_string (value, TST_CARD_WATCH (object)->folder);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_card_watch_dispose (GObject *object)
{
  TstCardWatch *self = TST_CARD_WATCH (object);

  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->monitor);
  g_clear_object (&self->volume);
  g_clear_pointer (&self->column, gtk_widget_unparent);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->told, g_free);
  G_OBJECT_CLASS (tst_card_watch_parent_class)->dispose (object);
}

static void
tst_card_watch_class_init (TstCardWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_card_watch_get_property;
  object_class->dispose = tst_card_watch_dispose;
  properties[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CHOSEN] = g_signal_new ("chosen", TST_TYPE_CARD_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
tst_card_watch_init (TstCardWatch *self)
{
  self->cancellable = g_cancellable_new ();
  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->button = tst_form_button ("", NULL);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (self->column), self->button);
  self->words = tst_form_text (self->column, "");
  gtk_widget_set_parent (self->column, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_card_watch_new (GVolumeMonitor *monitor)
{
  TstCardWatch *self = g_object_new (TST_TYPE_CARD_WATCH, NULL);
  GList *mounts, *volumes;

  self->monitor = monitor != NULL ? g_object_ref (monitor) : g_volume_monitor_get ();
  g_signal_connect_swapped (self->monitor, "mount-added", G_CALLBACK (on_mount_added), self);
  g_signal_connect_swapped (self->monitor, "mount-removed", G_CALLBACK (on_mount_removed), self);
  g_signal_connect_swapped (self->monitor, "volume-added", G_CALLBACK (on_volume_added), self);
  g_signal_connect_swapped (self->monitor, "volume-removed", G_CALLBACK (on_volume_removed), self);
  mounts = g_volume_monitor_get_mounts (self->monitor);
  for (GList *l = mounts; l != NULL; l = l->next)
    on_mount_added (self, l->data);
  g_list_free_full (mounts, g_object_unref);
  volumes = g_volume_monitor_get_volumes (self->monitor);
  for (GList *l = volumes; l != NULL; l = l->next)
    on_volume_added (self, l->data);
  g_list_free_full (volumes, g_object_unref);
  return GTK_WIDGET (self);
}
