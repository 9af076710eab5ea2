/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-application.h"

#include "base/tst-error.h"
#include "client/tst-sync-client.h"
#include "kiosk/tst-session.h"
#include "kiosk/tst-window.h"

#include <glib/gi18n.h>

struct _TstApplication
{
  AdwApplication parent_instance;
  GSettings *settings;
  TstSession *session;
  TstSyncClient *sync;
  char *folder;
};

G_DEFINE_FINAL_TYPE (TstApplication, tst_application, ADW_TYPE_APPLICATION)

/* --- the field book, opened off the main thread --- */

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  TstFieldBook *book = tst_field_book_open (data, clock, &error);

  if (book != NULL)
    g_task_return_pointer (task, book, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
take_book (TstApplication *self, TstFieldBook *book)
{
  g_settings_set_boolean (self->settings, "store-made", TRUE);
  self->sync = tst_sync_client_new (book);
  g_settings_bind (self->settings, "metered-allowed", self->sync, "metered-allowed", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "sync-paused", self->sync, "paused", G_SETTINGS_BIND_DEFAULT);
  tst_session_set_book (self->session, book);
  tst_session_set_sync (self->session, TST_SYNC_CONTROL (self->sync));
  tst_sync_client_start (self->sync);
}

static void
on_book_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstApplication *self = TST_APPLICATION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstFieldBook) book = g_task_propagate_pointer (G_TASK (result), &error);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (book != NULL)
    {
      take_book (self, book);
      if (window != NULL)
        tst_window_set_cover (TST_WINDOW (window), NULL);
    }
  else if (window != NULL)
    {
      GtkWidget *status = adw_status_page_new ();

      adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "dialog-warning-symbolic");
      adw_status_page_set_title (ADW_STATUS_PAGE (status), _("No se pudieron abrir los datos"));
      adw_status_page_set_description (ADW_STATUS_PAGE (status), error->message);
      tst_window_set_cover (TST_WINDOW (window), status);
    }
}

static void
open_book (TstApplication *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_book_opened, NULL);

  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

/* --- application --- */

static void
tst_application_activate (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      window = GTK_WINDOW (tst_window_new (GTK_APPLICATION (self), self->session));
      if (tst_session_get_book (self->session) == NULL)
        open_book (self);
    }
  gtk_window_present (window);
}

static void
tst_application_startup (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);

  G_APPLICATION_CLASS (tst_application_parent_class)->startup (application);
  self->settings = g_settings_new ("co.testigo.Testigo");
  self->session = tst_session_new (self->settings);
  if (self->folder == NULL)
    {
      g_autofree char *wanted = g_settings_get_string (self->settings, "store");

      self->folder = *wanted != '\0' ? g_steal_pointer (&wanted)
                                     : g_build_filename (g_get_user_data_dir (), "testigo", NULL);
    }
}

static void
tst_application_shutdown (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);
  TstFieldBook *book = self->session != NULL ? tst_session_get_book (self->session) : NULL;

  if (self->sync != NULL)
    tst_sync_client_stop (self->sync);
  if (book != NULL)
    tst_field_book_close (book);
  G_APPLICATION_CLASS (tst_application_parent_class)->shutdown (application);
}

static int
tst_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  TstApplication *self = TST_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("testigo %s\n", TST_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "store", "^ay", &self->folder))
    /* Another data folder is another Testigo: it must not be sent to the one that runs. */
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
tst_application_finalize (GObject *object)
{
  TstApplication *self = TST_APPLICATION (object);

  g_clear_object (&self->sync);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_free (self->folder);
  G_OBJECT_CLASS (tst_application_parent_class)->finalize (object);
}

static void
tst_application_class_init (TstApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_application_finalize;
  application_class->activate = tst_application_activate;
  application_class->startup = tst_application_startup;
  application_class->shutdown = tst_application_shutdown;
  application_class->handle_local_options = tst_application_handle_local_options;
}

static void
tst_application_init (TstApplication *self)
{
  const GOptionEntry options[] = {
    { "store", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Carpeta de datos"), "DIR" },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Versión"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

TstApplication *
tst_application_new (void)
{
  return g_object_new (TST_TYPE_APPLICATION, "application-id", "co.testigo.Testigo", "resource-base-path",
                       "/co/testigo/Testigo", NULL);
}
