/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-card-watch.h"

#include "media/tst-photo-groups.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstCardWatch
{
  GtkWidget parent_instance;
  GVolumeMonitor *monitor;
  GtkWidget *button;
  char *folder;
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
set_folder (TstCardWatch *self, const char *folder)
{
  if (g_strcmp0 (self->folder, folder) == 0)
    return;
  g_free (self->folder);
  self->folder = g_strdup (folder);
  gtk_widget_set_visible (GTK_WIDGET (self), folder != NULL);
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

void
tst_card_watch_take (TstCardWatch *self, const char *folder, gboolean mounted)
{
  g_return_if_fail (TST_IS_CARD_WATCH (self) && folder != NULL);
  if (mounted)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, on_looked, NULL);

      g_task_set_task_data (task, g_strdup (folder), g_free);
      g_task_run_in_thread (task, look_in_thread);
    }
  else if (g_strcmp0 (folder, self->folder) == 0)
    set_folder (self, NULL);
}

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
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_pointer (&self->folder, g_free);
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
  self->button = tst_form_button (_("Traer fotos de la tarjeta que se conectó"), NULL);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_card_watch_new (GVolumeMonitor *monitor)
{
  TstCardWatch *self = g_object_new (TST_TYPE_CARD_WATCH, NULL);
  GList *mounts;

  self->monitor = monitor != NULL ? g_object_ref (monitor) : g_volume_monitor_get ();
  g_signal_connect_swapped (self->monitor, "mount-added", G_CALLBACK (on_mount_added), self);
  g_signal_connect_swapped (self->monitor, "mount-removed", G_CALLBACK (on_mount_removed), self);
  mounts = g_volume_monitor_get_mounts (self->monitor);
  for (GList *l = mounts; l != NULL; l = l->next)
    on_mount_added (self, l->data);
  g_list_free_full (mounts, g_object_unref);
  return GTK_WIDGET (self);
}
