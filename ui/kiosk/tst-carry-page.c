/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-carry-page.h"

#include "base/tst-carrier.h"
#include "base/tst-error.h"
#include "format/tst-format.h"
#include "kiosk/tst-carry-words.h"
#include "kiosk/tst-compat-save.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define SUFFIX ".testigo"
#define RECEIPTS ".recibos"
#define FILES_SHOWN 20

struct _TstCarryPage
{
  TstPage parent_instance;
  char *event_id, *record_id;
  GVolumeMonitor *monitor;
  GtkWidget *notice, *bar, *stop, *sticks, *no_stick, *only, *space, *space_text, *space_button;
  GCancellable *cancellable; /* of the work under way */
  char *sentence;
  const char *state;
  gboolean more;             /* a stick was full: the next one goes on */
  gboolean armed;            /* «Liberar espacio» was pressed once */
  guint64 may_go, may_go_bytes;
};

G_DEFINE_FINAL_TYPE (TstCarryPage, tst_carry_page, TST_TYPE_PAGE)

static void list_sticks (TstCarryPage *self);
static void read_space (TstCarryPage *self);

static TstCarrier *
get_carrier (TstCarryPage *self)
{
  TstSyncControl *sync = tst_session_get_sync (tst_page_get_session (TST_PAGE (self)));

  return sync != NULL && TST_IS_CARRIER (sync) ? TST_CARRIER (sync) : NULL;
}

static void
say (TstCarryPage *self, const char *state, const char *kind, char *sentence)
{
  self->state = state;
  g_free (self->sentence);
  self->sentence = sentence;
  tst_notice_set (self->notice, kind, sentence);
  gtk_widget_set_visible (self->bar, strcmp (state, "working") == 0);
  gtk_widget_set_visible (self->stop, strcmp (state, "working") == 0);
  gtk_widget_set_sensitive (self->sticks, strcmp (state, "working") != 0);
  gtk_widget_set_sensitive (self->space, strcmp (state, "working") != 0);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  TstCarryPage *self = user_data;
  g_autofree char *now = tst_format_size ((double) done);
  g_autofree char *all = tst_format_size ((double) total);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), total > 0 ? (double) done / total : 0);
  say (self, "working", "calm", g_strdup_printf (_("Van %s de %s. No saque la memoria."), now, all));
}

/* FALSE: nothing can work now, and that was said. */
static gboolean
begin (TstCarryPage *self, TstCarrier **carrier)
{
  *carrier = get_carrier (self);
  if (*carrier == NULL)
    {
      say (self, "failed", "waiting", g_strdup (_("Esta tableta aún no puede sellar nada. Cargue primero el código del municipio.")));
      return FALSE;
    }
  if (self->cancellable != NULL)
    return FALSE;
  self->cancellable = g_cancellable_new ();
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), 0);
  say (self, "working", "calm", g_strdup (_("Preparando. No saque la memoria.")));
  return TRUE;
}

static void
end (TstCarryPage *self)
{
  g_clear_object (&self->cancellable);
  list_sticks (self);
  read_space (self);
}

/* --- out --- */

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCarryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = tst_carrier_run_finish (TST_CARRIER (source), result, &error);

  if (tst_page_get_session (TST_PAGE (self)) == NULL)
    return;
  if (row != NULL)
    self->more = tst_json_bool (row, "full", FALSE);
  if (row == NULL)
    say (self, "failed", "trouble", tst_carry_words_failed (error));
  else
    say (self, self->more ? "full" : "done", self->more ? "waiting" : "calm", tst_carry_words_exported (row));
  end (self);
}

/* A name that is free there: the date, and a number from the second on. */
static char *
free_name (const char *folder)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  for (guint n = 1;; n++)
    {
      g_autofree char *name = n == 1 ? g_strdup_printf ("%s" SUFFIX, day) : g_strdup_printf ("%s-%u" SUFFIX, day, n);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS) || n > 999)
        return g_steal_pointer (&path);
    }
}

void
tst_carry_page_export (TstCarryPage *self, const char *folder)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *path = NULL;
  TstCarrier *carrier;

  g_return_if_fail (TST_IS_CARRY_PAGE (self) && folder != NULL);
  if (!begin (self, &carrier))
    return;
  path = free_name (folder);
  json_object_set_string_member (args, "path", path);
  if (self->more)
    json_object_set_boolean_member (args, "continue", TRUE);
  else if (self->event_id != NULL)
    json_object_set_string_member (args, "event", self->event_id);
  else if (self->record_id != NULL)
    json_object_set_string_member (args, "record", self->record_id);
  tst_carrier_run_async (carrier, "export", args, on_progress, self, self->cancellable, on_exported, g_object_ref (self));
}

/* --- in --- */

static void
on_imported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCarryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = tst_carrier_run_finish (TST_CARRIER (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (session == NULL)
    return;
  if (row == NULL)
    say (self, "failed", "trouble", tst_carry_words_failed (error));
  else
    {
      gboolean whole = json_array_get_length (tst_json_array (row, "refused")) == 0;

      say (self, whole ? "done" : "failed", whole ? "calm" : "waiting", tst_carry_words_imported (row));
      tst_session_saved (session);
    }
  end (self);
}

void
tst_carry_page_import (TstCarryPage *self, const char *path)
{
  g_autoptr (JsonObject) args = json_object_new ();
  TstCarrier *carrier;

  g_return_if_fail (TST_IS_CARRY_PAGE (self) && path != NULL);
  if (!begin (self, &carrier))
    return;
  json_object_set_string_member (args, "path", path);
  tst_carrier_run_async (carrier, "import", args, on_progress, self, self->cancellable, on_imported, g_object_ref (self));
}

/* --- sticks --- */

static void
on_export_clicked (GtkWidget *button, gpointer user_data)
{
  tst_carry_page_export (user_data, g_object_get_data (G_OBJECT (button), "path"));
}

static void
on_import_clicked (GtkWidget *button, gpointer user_data)
{
  tst_carry_page_import (user_data, g_object_get_data (G_OBJECT (button), "path"));
}

static void
on_unmounted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCarryPage) self = user_data;
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (session == NULL)
    return;
  if (g_mount_unmount_with_operation_finish (G_MOUNT (source), result, NULL))
    tst_session_toast (session, _("Ya puede sacar la memoria."));
  else
    tst_session_toast (session, _("La memoria está en uso. Espere un momento y toque otra vez."));
}

static void
on_unmount_clicked (GtkWidget *button, gpointer user_data)
{
  g_mount_unmount_with_operation (g_object_get_data (G_OBJECT (button), "mount"), G_MOUNT_UNMOUNT_NONE, NULL, NULL, on_unmounted,
                                  g_object_ref (user_data));
}

static GtkWidget *
add_button (TstCarryPage *self, GtkWidget *box, const char *label, const char *path, GCallback clicked)
{
  GtkWidget *button = tst_build_large_button (label);

  g_object_set_data_full (G_OBJECT (button), "path", g_strdup (path), g_free);
  g_signal_connect (button, "clicked", clicked, self);
  tst_wrap_append (TST_WRAP (box), button);
  return button;
}

/* What a stick holds for this tablet: archives of others, receipts. */
static void
add_files (TstCarryPage *self, GtkWidget *box, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && n < FILES_SHOWN)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *label = NULL;

      if (g_str_has_suffix (name, SUFFIX RECEIPTS))
        label = g_strdup_printf (_("Leer los recibos de %s"), name);
      else if (g_str_has_suffix (name, SUFFIX))
        label = g_strdup_printf (_("Recibir %s para llevarlo"), name);
      else
        continue;
      add_button (self, box, label, path, G_CALLBACK (on_import_clicked));
      n++;
    }
}

static gboolean
is_stick (GMount *mount)
{
  g_autoptr (GDrive) drive = g_mount_get_drive (mount);
  g_autoptr (GFile) root = g_mount_get_root (mount);

  return g_file_is_native (root) && !g_mount_is_shadowed (mount)
         && ((drive != NULL && g_drive_is_removable (drive)) || g_mount_can_eject (mount) || g_mount_can_unmount (mount));
}

static void
add_stick (TstCarryPage *self, GMount *mount)
{
  g_autoptr (GFile) root = g_mount_get_root (mount);
  g_autofree char *path = g_file_get_path (root);
  g_autofree char *name = g_mount_get_name (mount);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *buttons = tst_wrap_new ();
  GtkWidget *button;

  gtk_widget_add_css_class (box, "card-like");
  gtk_box_append (GTK_BOX (box), tst_build_heading (name));
  button = add_button (self, buttons, self->more ? _("Seguir en esta memoria") : _("Exportar a esta memoria"), path, G_CALLBACK (on_export_clicked));
  gtk_widget_add_css_class (button, "suggested-action");
  add_files (self, buttons, path);
  button = add_button (self, buttons, _("Sacar con seguridad"), path, G_CALLBACK (on_unmount_clicked));
  g_object_set_data_full (G_OBJECT (button), "mount", g_object_ref (mount), g_object_unref);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_box_append (GTK_BOX (self->sticks), box);
}

static void
list_sticks (TstCarryPage *self)
{
  GList *mounts = g_volume_monitor_get_mounts (self->monitor);
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (self->sticks)) != NULL)
    gtk_box_remove (GTK_BOX (self->sticks), child);
  for (GList *l = mounts; l != NULL; l = l->next)
    if (is_stick (l->data))
      {
        add_stick (self, l->data);
        n++;
      }
  g_list_free_full (mounts, g_object_unref);
  gtk_widget_set_visible (self->no_stick, n == 0);
}

static void
on_folder_chosen (GFile *file, gpointer user_data)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    {
      /* The name that was typed is the name; its folder is what is written to. */
      g_autofree char *folder = g_path_get_dirname (path);

      tst_carry_page_export (user_data, folder);
    }
}

static void
act_other (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_compat_save_file (widget, _("Dónde guardar la exportación"), "visita" SUFFIX, on_folder_chosen, widget, G_OBJECT (widget));
}

static void
act_stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstCarryPage *self = TST_CARRY_PAGE (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* --- room --- */

static void
on_space (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCarryPage) self = user_data;
  g_autoptr (JsonObject) row = tst_carrier_run_finish (TST_CARRIER (source), result, NULL);
  g_autofree char *text = NULL;

  if (row == NULL || tst_page_get_session (TST_PAGE (self)) == NULL)
    return;
  self->may_go = tst_json_int (row, "may_go", 0);
  self->may_go_bytes = tst_json_int (row, "may_go_bytes", 0);
  self->armed = FALSE;
  text = tst_carry_words_space (row);
  gtk_label_set_label (GTK_LABEL (self->space_text), text);
  gtk_button_set_label (GTK_BUTTON (self->space_button), _("Liberar espacio"));
  gtk_widget_remove_css_class (self->space_button, "destructive-action");
  gtk_widget_set_visible (self->space_button, self->may_go > 0);
}

static void
read_space (TstCarryPage *self)
{
  TstCarrier *carrier = get_carrier (self);
  g_autoptr (JsonObject) args = json_object_new ();

  gtk_widget_set_visible (self->space, carrier != NULL);
  if (carrier != NULL)
    tst_carrier_run_async (carrier, "space", args, NULL, NULL, NULL, on_space, g_object_ref (self));
}

static void
on_freed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstCarryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = tst_carrier_run_finish (TST_CARRIER (source), result, &error);

  if (tst_page_get_session (TST_PAGE (self)) == NULL)
    return;
  if (row != NULL)
    say (self, "done", "calm", tst_carry_words_freed (row));
  else
    say (self, "failed", "waiting", tst_carry_words_not_freed (error));
  end (self);
}

/* Twice: once to read what it means, once to do it. */
static void
act_free (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstCarryPage *self = TST_CARRY_PAGE (widget);
  g_autoptr (JsonObject) args = json_object_new ();
  TstCarrier *carrier;

  if (!self->armed)
    {
      g_autofree char *size = tst_format_size ((double) self->may_go_bytes);
      g_autofree char *label = g_strdup_printf (_("Sí, quitar de esta tableta %s"), size);

      self->armed = TRUE;
      gtk_button_set_label (GTK_BUTTON (self->space_button), label);
      gtk_widget_add_css_class (self->space_button, "destructive-action");
      return;
    }
  self->armed = FALSE;
  if (!begin (self, &carrier))
    return;
  say (self, "working", "calm", g_strdup (_("Preguntando a la central qué tiene.")));
  tst_carrier_run_async (carrier, "free", args, NULL, NULL, self->cancellable, on_freed, g_object_ref (self));
}

/* --- the widget --- */

static gboolean
tst_carry_page_may_leave (TstPage *page)
{
  TstCarryPage *self = TST_CARRY_PAGE (page);

  if (self->cancellable == NULL)
    return TRUE;
  tst_session_toast (tst_page_get_session (page), _("Espere a que termine, o toque «Detener»."));
  return FALSE;
}

static void
tst_carry_page_constructed (GObject *object)
{
  TstCarryPage *self = TST_CARRY_PAGE (object);

  G_OBJECT_CLASS (tst_carry_page_parent_class)->constructed (object);
  list_sticks (self);
  read_space (self);
}

static void
tst_carry_page_dispose (GObject *object)
{
  TstCarryPage *self = TST_CARRY_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (tst_carry_page_parent_class)->dispose (object);
}

static void
tst_carry_page_finalize (GObject *object)
{
  TstCarryPage *self = TST_CARRY_PAGE (object);

  g_free (self->event_id);
  g_free (self->record_id);
  g_free (self->sentence);
  G_OBJECT_CLASS (tst_carry_page_parent_class)->finalize (object);
}

static void
tst_carry_page_class_init (TstCarryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tst_carry_page_constructed;
  object_class->dispose = tst_carry_page_dispose;
  object_class->finalize = tst_carry_page_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_carry_page_may_leave;
  gtk_widget_class_install_action (widget_class, "carry.other", NULL, act_other);
  gtk_widget_class_install_action (widget_class, "carry.stop", NULL, act_stop);
  gtk_widget_class_install_action (widget_class, "carry.free", NULL, act_free);
}

static GtkWidget *
make_action (const char *label, const char *action)
{
  GtkWidget *button = tst_build_large_button (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  return button;
}

static void
tst_carry_page_init (TstCarryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  self->state = "idle";
  self->monitor = g_volume_monitor_get ();
  g_signal_connect_swapped (self->monitor, "mount-added", G_CALLBACK (list_sticks), self);
  g_signal_connect_swapped (self->monitor, "mount-removed", G_CALLBACK (list_sticks), self);
  self->notice = tst_build_notice ();
  tst_notice_set (self->notice, "calm", NULL);
  self->bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Cuánto va"), -1);
  gtk_widget_set_visible (self->bar, FALSE);
  self->stop = make_action (_("Detener"), "carry.stop");
  gtk_widget_set_visible (self->stop, FALSE);
  self->sticks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  self->no_stick = tst_build_text (_("Inserte una memoria USB. Aparece aquí sola."));
  self->space = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_margin_top (self->space, 18);
  self->space_text = tst_build_text ("");
  self->space_button = make_action (_("Liberar espacio"), "carry.free");
  gtk_box_append (GTK_BOX (self->space), tst_build_heading (_("Espacio en esta tableta")));
  gtk_box_append (GTK_BOX (self->space), self->space_text);
  gtk_box_append (GTK_BOX (self->space), self->space_button);

  gtk_box_append (GTK_BOX (box), tst_build_text (_("Lo que aún no está en la central sale sellado: solo ella puede abrirlo. Nada se borra de esta tableta.")));
  self->only = tst_build_text ("");
  gtk_widget_set_visible (self->only, FALSE);
  gtk_box_append (GTK_BOX (box), self->only);
  gtk_box_append (GTK_BOX (box), self->notice);
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->stop);
  gtk_box_append (GTK_BOX (box), self->no_stick);
  gtk_box_append (GTK_BOX (box), self->sticks);
  gtk_box_append (GTK_BOX (box), make_action (_("Guardar en otra carpeta"), "carry.other"));
  gtk_box_append (GTK_BOX (box), self->space);
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled_rows (box, 760));
}

GtkWidget *
tst_carry_page_new (TstSession *session, const char *event_id, const char *record_id)
{
  TstCarryPage *self = g_object_new (TST_TYPE_CARRY_PAGE, "session", session, "title", _("Memoria USB"), NULL);

  self->event_id = g_strdup (event_id);
  self->record_id = g_strdup (record_id);
  gtk_label_set_label (GTK_LABEL (self->only), event_id != NULL ? _("Sale solo el contenido de este espacio.") : _("Sale solo el contenido de este envío."));
  gtk_widget_set_visible (self->only, event_id != NULL || record_id != NULL);
  return GTK_WIDGET (self);
}

const char *
tst_carry_page_get_state (TstCarryPage *self)
{
  g_return_val_if_fail (TST_IS_CARRY_PAGE (self), NULL);
  return self->state;
}

const char *
tst_carry_page_get_sentence (TstCarryPage *self)
{
  g_return_val_if_fail (TST_IS_CARRY_PAGE (self), NULL);
  return self->sentence;
}
