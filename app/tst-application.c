/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-application-private.h"

#include "base/tst-error.h"
#include "journal/tst-demo-book.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-look.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-sign-in.h"
#include "hardware/tst-speech.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define OPEN_TRIES 20
#define OPEN_AGAIN_MS 250

G_DEFINE_FINAL_TYPE (TstApplication, tst_application, ADW_TYPE_APPLICATION)

static void open_book (TstApplication *self);

TstWindow *
tst_application_get_staff_window (TstApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return window != NULL && TST_IS_WINDOW (window) ? TST_WINDOW (window) : NULL;
}

/* --- the field book --- */

static void
take_book (TstApplication *self, TstFieldBook *book)
{
  if (!self->is_demo)
    {
      /* A folder named on the command line says nothing of the usual one. */
      if (!self->folder_given)
        g_settings_set_boolean (self->settings, "store-made", TRUE);
      self->sync = tst_sync_client_new (book);
      g_settings_bind (self->settings, "metered-allowed", self->sync, "metered-allowed", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "sync-paused", self->sync, "paused", G_SETTINGS_BIND_DEFAULT);
    }
  tst_session_set_book (self->session, book);
  tst_drafts_sweep (self->session);
  if (self->sync == NULL)
    return;
  tst_session_set_sync (self->session, TST_SYNC_CONTROL (self->sync));
  self->service = tst_store_service_new (book, TST_SYNC_CONTROL (self->sync));
  tst_sync_client_start (self->sync);
}

/* Sync first, since it uses the book; then the book, whose last write is that it was closed well. */
static void
leave_book (TstApplication *self)
{
  g_autoptr (TstFieldBook) book = tst_session_get_book (self->session);

  if (book != NULL)
    g_object_ref (book);
  g_clear_object (&self->service);
  if (self->sync != NULL)
    tst_sync_client_stop (self->sync);
  tst_session_set_vault (self->session, NULL);
  tst_session_set_author (self->session, NULL, NULL, NULL);
  tst_session_set_sync (self->session, NULL);
  tst_session_set_book (self->session, NULL);
  g_clear_object (&self->sync);
  if (book != NULL)
    tst_field_book_close (book);
}

static gboolean open_again (gpointer user_data);

static void
on_book_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstFieldBook) book = tst_field_book_open_finish (result, &error);

  /* A command may be at work for a moment. */
  if (g_error_matches (error, TST_ERROR, TST_ERROR_STORE_IN_USE) && ++self->tries < OPEN_TRIES)
    {
      g_timeout_add_full (G_PRIORITY_DEFAULT, OPEN_AGAIN_MS, open_again, g_object_ref (self), g_object_unref);
      return;
    }
  self->opening = FALSE;
  g_application_release (G_APPLICATION (self));
  g_clear_pointer (&self->problem, g_free);
  if (book != NULL)
    take_book (self, book);
  else
    self->problem = g_strdup (tst_error_code (error));
  tst_application_show_cover (self, "language");
}

static gboolean
open_again (gpointer user_data)
{
  TstApplication *self = user_data;

  tst_field_book_open_async (self->folder, NULL, self->clock, NULL, on_book_opened, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
open_book (TstApplication *self)
{
  self->opening = TRUE;
  self->tries = 0;
  g_application_hold (G_APPLICATION (self));
  open_again (self);
}

/* --- what lies over the places --- */

static void
on_retry (TstApplication *self)
{
  g_clear_pointer (&self->problem, g_free);
  open_book (self);
  tst_application_show_cover (self, NULL);
}

static GtkWidget *
make_trouble (TstApplication *self)
{
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Volver a intentar"));
  gboolean missing = g_str_equal (self->problem, "store-missing");

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), missing ? "media-flash-symbolic" : "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), missing ? _("No se encuentran los datos de esta tableta")
                                                               : _("No se pudieron abrir los datos"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status),
                                   missing ? _("Aquí ya hubo un libro de campo y ahora no está. Revise que la tarjeta de memoria esté puesta. "
                                               "No se crea uno nuevo para no perder la pista del anterior.")
                                           : tst_message_for_code (self->problem));
  gtk_widget_add_css_class (button, "main");
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_retry), self);
  adw_status_page_set_child (ADW_STATUS_PAGE (status), button);
  return status;
}

static gboolean
uncover (gpointer user_data)
{
  TstApplication *self = user_data;

  tst_application_show_cover (self, "language");
  return G_SOURCE_REMOVE;
}

/* The cover must not go while its own signal is being emitted. */
static void
uncover_soon (TstApplication *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, uncover, g_object_ref (self), g_object_unref);
}

static void
on_ready (TstApplication *self, TstFirstRun *first_run)
{
  const TstStaffMember *member = tst_first_run_get_member (first_run);

  self->is_demo = tst_first_run_get_is_demo (first_run);
  self->nobody = FALSE;
  if (tst_session_get_book (self->session) == NULL)
    take_book (self, tst_first_run_get_book (first_run));
  tst_session_set_vault (self->session, tst_first_run_get_vault (first_run));
  tst_session_set_author (self->session, member->id, member->name, member->role);
  uncover_soon (self);
}

static void
on_nobody (TstApplication *self)
{
  self->nobody = TRUE;
  uncover_soon (self);
}

static GtkWidget *
make_first_run (TstApplication *self, const char *step)
{
  g_autofree char *works = tst_application_data_file ("demo-town/works.csv");
  TstFieldBook *book = tst_session_get_book (self->session);
  TstFirstRunPlan plan = { .folder = self->folder, .demo_folder = book == NULL ? self->demo_folder : NULL, .demo_works = works,
                           .book = book, .clock = self->clock };
  GtkWidget *first_run = tst_first_run_new (self->session, &plan, book != NULL ? "staff" : step);

  g_signal_connect_swapped (first_run, "ready", G_CALLBACK (on_ready), self);
  self->first_run = TST_FIRST_RUN (first_run);
  return first_run;
}

static GtkWidget *
make_sign_in (TstApplication *self)
{
  GtkWidget *sign_in = tst_sign_in_new (self->session);

  if (self->is_demo)
    {
      g_autofree char *hint = g_strdup_printf (_("El PIN de la demostración es %s"), TST_DEMO_PIN);

      tst_sign_in_set_hint (TST_SIGN_IN (sign_in), hint);
    }
  g_signal_connect_swapped (sign_in, "signed-in", G_CALLBACK (uncover_soon), self);
  g_signal_connect_swapped (sign_in, "nobody", G_CALLBACK (on_nobody), self);
  return sign_in;
}

/* What the state of things asks for; @step: where a first run begins. */
void
tst_application_show_cover (TstApplication *self, const char *step)
{
  TstWindow *window = tst_application_get_staff_window (self);
  TstFieldBook *book = tst_session_get_book (self->session);
  GtkWidget *cover = NULL;

  self->first_run = NULL;
  if (window == NULL)
    return;
  if (self->wants_kiosk && book != NULL && !self->nobody)
    {
      tst_application_prepare_kiosk (self);
      return;
    }
  tst_window_set_banner (window, self->is_demo ? _("Datos de demostración: nada de esto se envía.") : NULL, _("Terminar y borrar la demostración"),
                         "app.end-demo");
  if (self->opening)
    {
      GtkWidget *spinner = gtk_spinner_new ();

      gtk_spinner_start (GTK_SPINNER (spinner));
      gtk_widget_set_size_request (spinner, 48, 48);
      gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Abriendo los datos"), -1);
      cover = spinner;
    }
  else if (book == NULL && g_strcmp0 (self->problem, "store-missing") == 0 && (self->folder_given || !g_settings_get_boolean (self->settings, "store-made")))
    cover = make_first_run (self, step);
  else if (book == NULL && self->problem != NULL)
    cover = make_trouble (self);
  else if (book != NULL && self->nobody)
    cover = make_first_run (self, "staff");
  else if (book != NULL && tst_session_get_vault (self->session) == NULL)
    cover = make_sign_in (self);
  tst_window_set_cover (window, cover);
}

/* --- language --- */

static gboolean
remake_window (gpointer user_data)
{
  TstApplication *self = user_data;
  TstWindow *window = tst_application_get_staff_window (self);

  if (window != NULL)
    {
      gboolean in_first_run = self->first_run != NULL;

      g_application_hold (G_APPLICATION (self));
      self->remaking = TRUE;
      gtk_window_destroy (GTK_WINDOW (window));
      self->remaking = FALSE;
      tst_application_make_window (self, in_first_run ? "code" : "language");
      g_application_release (G_APPLICATION (self));
    }
  return G_SOURCE_REMOVE;
}

static void
on_language_changed (TstApplication *self)
{
  g_autofree char *language = g_settings_get_string (self->settings, "language");

  tst_look_speak (language);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remake_window, g_object_ref (self), g_object_unref);
}

/* --- the window --- */

static void
lock (TstApplication *self)
{
  tst_session_set_vault (self->session, NULL);
  tst_session_set_author (self->session, NULL, NULL, NULL);
}

static void
on_window_destroyed (TstApplication *self)
{
  self->first_run = NULL;
  /* It may go on sending without a window, and the tablet may change hands meanwhile: whoever opens it again says who they are. The pages are gone by
   * now, and have sealed their drafts. A kiosk that takes the window's place keeps the name of who opened it. */
  if (!self->remaking && self->kiosk == NULL)
    lock (self);
  /* Of a tablet that is a kiosk and nothing else no empty screen must remain: the program ends, and its session starts it anew. */
  if (self->background != NULL && !self->started_as_kiosk)
    tst_background_set_has_window (self->background, FALSE);
}

static gboolean
on_close (GtkWindow *window, TstApplication *self)
{
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  if (width > 0 && height > 0)
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
  return FALSE;
}

void
tst_application_make_window (TstApplication *self, const char *step)
{
  GtkWidget *window = tst_window_new (GTK_APPLICATION (self), self->session);
  int width, height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close), self);
  g_signal_connect_object (window, "destroy", G_CALLBACK (on_window_destroyed), self, G_CONNECT_SWAPPED);
  tst_background_set_has_window (self->background, TRUE);
  gtk_window_present (GTK_WINDOW (window));
  tst_application_show_cover (self, step);
}

static void
tst_application_activate (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);
  TstWindow *window = tst_application_get_staff_window (self);

  if (self->kiosk != NULL || window != NULL)
    {
      gtk_window_present (self->kiosk != NULL ? GTK_WINDOW (self->kiosk) : GTK_WINDOW (window));
      return;
    }
  if (tst_session_get_book (self->session) == NULL && !self->opening)
    open_book (self);
  tst_application_make_window (self, "language");
}

/* --- actions --- */

static void
on_lock (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TstApplication *self = user_data;

  if (tst_session_get_vault (self->session) == NULL)
    return;
  lock (self);
  tst_application_show_cover (self, "language");
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TstWindow *window = tst_application_get_staff_window (user_data);

  /* Closes as a person would: what waits goes on in the background. */
  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
}

static void
on_show_outbox (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TstApplication *self = user_data;

  g_application_activate (G_APPLICATION (self));
  if (!tst_window_get_covered (tst_application_get_staff_window (self)))
    tst_window_go (tst_application_get_staff_window (self), "outbox");
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  tst_demo_book_remove (data);
  g_task_return_boolean (task, TRUE);
}

static void
remove_demo (TstApplication *self, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);

  g_task_set_task_data (task, g_strdup (self->demo_folder), g_free);
  g_task_run_in_thread (task, remove_in_thread);
}

static void
on_demo_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstApplication *self = TST_APPLICATION (source);

  self->is_demo = FALSE;
  g_free (self->problem);
  self->problem = g_strdup ("store-missing");
  /* A window of its own, so that nothing of the demonstration stays on any page. */
  remake_window (self);
}

static void
on_end_demo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TstApplication *self = user_data;

  if (!self->is_demo)
    return;
  leave_book (self);
  remove_demo (self, on_demo_removed);
}

static void
on_import_files (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_activate (G_APPLICATION (user_data));
  tst_window_import_files (tst_application_get_staff_window (user_data), parameter);
}

static const GActionEntry actions[] = {
  { .name = "import-files", .activate = on_import_files, .parameter_type = "aay" },
  { .name = "lock", .activate = on_lock },
  { .name = "quit", .activate = on_quit },
  { .name = "show-outbox", .activate = on_show_outbox },
  { .name = "end-demo", .activate = on_end_demo },
  { .name = "open-kiosk", .activate = tst_application_open_kiosk, .parameter_type = "s" },
};

/* --- application --- */

/* testigo FILE…: photographs for the event that is open on the screen. */
static void
tst_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GVariantBuilder paths;

  g_variant_builder_init (&paths, G_VARIANT_TYPE_BYTESTRING_ARRAY);
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);

      if (path != NULL)
        g_variant_builder_add (&paths, "^ay", path);
    }
  g_action_group_activate_action (G_ACTION_GROUP (application), "import-files", g_variant_builder_end (&paths));
}

/* Among what may be thrown away, and apart for each data folder. */
static char *
make_demo_folder (const char *folder)
{
  g_autofree char *path = g_canonicalize_filename (folder, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "testigo-demo", NULL);

  g_mkdir_with_parents (parent, 0700);
  sum[16] = '\0';
  return g_build_filename (parent, sum, NULL);
}

/* The session ends: the book is closed well, what waits is sent the next time. */
static gboolean
on_terminate (gpointer user_data)
{
  g_application_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
attach_hardware (TstApplication *self)
{
  g_autoptr (TstCamera) camera = tst_hardware_new_camera (&self->hardware);
  g_autoptr (TstRecorder) recorder = tst_hardware_new_recorder (&self->hardware);
  g_autoptr (GError) error = NULL;
  g_autoptr (TstLocation) location = tst_hardware_new_location (&self->hardware, self->clock, &error);

  if (location == NULL)
    g_printerr ("%s\n", error->message);
  tst_session_set_camera (self->session, camera);
  tst_session_set_recorder (self->session, recorder);
  tst_session_set_location (self->session, location);
}

static void
tst_application_startup (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);
  static const char *const lock_keys[] = { "<Control>l", NULL };
  static const char *const quit_keys[] = { "<Control>q", NULL };

  G_APPLICATION_CLASS (tst_application_parent_class)->startup (application);
  self->settings = g_settings_new ("co.testigo.Testigo");
  self->session = tst_session_new (self->settings);
  {
    g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "testigo", NULL);

    tst_session_set_cache_folder (self->session, cache);
  }
  self->clock = tst_clock_new_system ();
  if (self->folder == NULL)
    {
      g_autofree char *wanted = g_settings_get_string (self->settings, "store");

      self->folder = *wanted != '\0' ? g_steal_pointer (&wanted)
                                     : g_build_filename (g_get_user_data_dir (), "testigo", NULL);
    }
  self->demo_folder = make_demo_folder (self->folder);
  attach_hardware (self);
  tst_look_follow (self->settings);
  {
    g_autoptr (TstSpeech) speech = tst_speech_new (NULL);

    if (tst_speech_is_there (speech))
      tst_session_set_speaker (self->session, TST_SPEAKER (speech));
  }
  g_signal_connect_object (self->settings, "changed::language", G_CALLBACK (on_language_changed), self, G_CONNECT_SWAPPED);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.lock", lock_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  self->background = tst_background_new (application, self->session);
  g_unix_signal_add (SIGTERM, on_terminate, self);
  g_unix_signal_add (SIGINT, on_terminate, self);
  remove_demo (self, NULL); /* one that a power cut left behind */
}

static void
tst_application_shutdown (GApplication *application)
{
  TstApplication *self = TST_APPLICATION (application);

  if (self->session != NULL)
    leave_book (self);
  if (self->is_demo)
    tst_demo_book_remove (self->demo_folder);
  g_clear_object (&self->background);
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
  self->started_as_kiosk = self->wants_kiosk = g_variant_dict_contains (options, "kiosk");
  g_variant_dict_lookup (options, "event", "s", &self->kiosk_event);
  g_variant_dict_lookup (options, "camera", "s", &self->hardware.camera);
  g_variant_dict_lookup (options, "microphone", "s", &self->hardware.microphone);
  g_variant_dict_lookup (options, "position", "^ay", &self->hardware.position);
  if (g_variant_dict_lookup (options, "store", "^ay", &self->folder))
    {
      self->folder_given = TRUE;
      /* Another data folder is another Testigo: it must not be sent to the one that runs. */
      g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  return -1;
}

static void
tst_application_finalize (GObject *object)
{
  TstApplication *self = TST_APPLICATION (object);

  g_clear_object (&self->service);
  g_clear_object (&self->sync);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  g_free (self->folder);
  g_free (self->kiosk_event);
  g_free (self->demo_folder);
  g_free (self->problem);
  tst_hardware_options_clear (&self->hardware);
  G_OBJECT_CLASS (tst_application_parent_class)->finalize (object);
}

static void
tst_application_class_init (TstApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_application_finalize;
  application_class->activate = tst_application_activate;
  application_class->open = tst_application_open;
  application_class->startup = tst_application_startup;
  application_class->shutdown = tst_application_shutdown;
  application_class->handle_local_options = tst_application_handle_local_options;
}

static void
tst_application_init (TstApplication *self)
{
  const GOptionEntry options[] = {
    { "store", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Carpeta de datos"), "DIR" },
    { "kiosk", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Delante del público: pantalla completa, se sale con un PIN"), NULL },
    { "event", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Espacio que atiende el kiosco"), "ID" },
    { "camera", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Cámara: auto, /dev/video0, pipewire, portal o una fuente de GStreamer"), "SPEC" },
    { "microphone", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Micrófono: una fuente de GStreamer"), "SPEC" },
    { "position", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Posición de un archivo: NMEA, GPX o líneas de JSON"), "FILE" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Idioma de esta vez: es o en"), "es|en" },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Versión"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

TstApplication *
tst_application_new (void)
{
  return g_object_new (TST_TYPE_APPLICATION, "application-id", "co.testigo.Testigo", "resource-base-path",
                       "/co/testigo/Testigo", "flags", G_APPLICATION_HANDLES_OPEN, NULL);
}

/* Beside the program when it runs from its build folder, else where it was installed. */
char *
tst_application_data_file (const char *name)
{
  g_autofree char *source = g_build_filename (TST_SOURCE_DIR, name, NULL);
  g_autofree char *installed = g_build_filename (TST_DATA_DIR, name, NULL);

  if (g_file_test (installed, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&installed);
  return g_file_test (source, G_FILE_TEST_EXISTS) ? g_steal_pointer (&source) : NULL;
}
