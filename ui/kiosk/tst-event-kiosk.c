/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-kiosk.h"

#include "base/tst-error.h"
#include "journal/tst-event-sheet.h"
#include "kiosk/tst-compat-save.h"
#include "kiosk/tst-kiosk-settings.h"
#include "kiosk/tst-messages.h"
#include "report/tst-sheet-pdf.h"
#include "seal/tst-age.h"
#include "widgets/tst-form.h"
#include "widgets/tst-pin-pad.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstEventKiosk
{
  TstPage parent_instance;
  GtkWidget *notice, *share_box, *join_box, *join_text, *qr_place, *list;
  char *event, *event_title;
  GBytes *pdf; /* (nullable) while a place for it is being chosen */
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (TstEventKiosk, tst_event_kiosk, TST_TYPE_PAGE)

static void
on_settings (TstEventKiosk *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_kiosk_settings_new (tst_page_get_session (TST_PAGE (self)))));
}

/* --- the sheet --- */

typedef struct
{
  TstFieldBook *book;
  TstVault *vault;
  char *event, *title, *lang;
  char *pin, *text; /* (nullable) wiped */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->book);
  tst_vault_unref (job->vault);
  g_free (job->event);
  g_free (job->title);
  g_free (job->lang);
  if (job->pin != NULL)
    explicit_bzero (job->pin, strlen (job->pin));
  g_free (job->pin);
  if (job->text != NULL)
    explicit_bzero (job->text, strlen (job->text));
  g_free (job->text);
  g_free (job);
}

static GTask *
make_task (TstEventKiosk *self, GAsyncReadyCallback callback, const char *pin, const char *text)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  GTask *task;
  Job *job;

  if (self->busy || tst_session_get_book (session) == NULL || tst_session_get_vault (session) == NULL)
    return NULL;
  self->busy = TRUE;
  task = g_task_new (self, NULL, callback, NULL);
  job = g_new0 (Job, 1);
  job->book = g_object_ref (tst_session_get_book (session));
  job->vault = tst_vault_ref (tst_session_get_vault (session));
  job->event = g_strdup (self->event);
  job->title = g_strdup (self->event_title);
  job->lang = g_settings_get_string (tst_session_get_settings (session), "language");
  job->pin = g_strdup (pin);
  job->text = g_strdup (text);
  g_task_set_task_data (task, job, job_free);
  return task;
}

static void
say_error (TstEventKiosk *self, GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, TST_ERROR, TST_ERROR_LOCKED))
    text = g_strdup (_("Ese no es el PIN que se puso en la otra tableta."));
  else if (g_error_matches (error, TST_ERROR, TST_ERROR_WRONG_STATE))
    text = g_strdup (_("Esta tableta ya tiene su propia hoja de este espacio. La Alcaldía las cuenta juntas."));
  else
    text = tst_message_for_error (error);
  tst_form_notice_set (self->notice, text, TRUE);
}

static void
pdf_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (job->book, job->event, job->vault, &error);
  g_autoptr (GPtrArray) people = sheet != NULL ? tst_event_sheet_read (sheet, &error) : NULL;
  GBytes *pdf = people != NULL ? tst_sheet_pdf_make (tst_field_book_get_profile (job->book), job->title, people, job->lang, &error) : NULL;

  if (pdf != NULL)
    g_task_return_pointer (task, pdf, (GDestroyNotify) tst_age_wipe);
  else
    g_task_return_error (task, error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstEventKiosk) self = user_data;
  gboolean written = g_file_replace_contents_finish (G_FILE (source), result, NULL, NULL);

  tst_form_notice_set (self->notice, written ? _("Lista guardada. Tiene datos personales: entréguela y bórrela.") : _("No se pudo guardar ahí. Elija otra carpeta."),
                       !written);
  g_clear_pointer (&self->pdf, tst_age_wipe);
}

static void
on_place (GFile *file, gpointer user_data)
{
  TstEventKiosk *self = user_data;

  if (file == NULL || self->pdf == NULL)
    g_clear_pointer (&self->pdf, tst_age_wipe);
  else
    g_file_replace_contents_async (file, g_bytes_get_data (self->pdf, NULL), g_bytes_get_size (self->pdf), NULL, FALSE,
                                   G_FILE_CREATE_REPLACE_DESTINATION | G_FILE_CREATE_PRIVATE, NULL, on_written, g_object_ref (self));
}

static void
on_pdf (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstEventKiosk *self = TST_EVENT_KIOSK (source);
  g_autoptr (GError) error = NULL;
  GBytes *pdf = g_task_propagate_pointer (G_TASK (result), &error);

  self->busy = FALSE;
  if (pdf == NULL)
    {
      say_error (self, error);
      return;
    }
  g_clear_pointer (&self->pdf, tst_age_wipe);
  self->pdf = pdf;
  tst_compat_save_file (GTK_WIDGET (self), _("Guardar la lista de asistencia"), _("asistencia.pdf"), on_place, self, G_OBJECT (self));
}

static void
on_list (TstEventKiosk *self)
{
  g_autoptr (GTask) task = make_task (self, on_pdf, NULL, NULL);

  if (task != NULL)
    g_task_run_in_thread (task, pdf_in_thread);
}

/* --- several tablets --- */

static void
share_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (TstEventSheet) sheet = tst_event_sheet_open (job->book, job->event, job->vault, &error);
  char *text = sheet != NULL ? tst_event_sheet_share (sheet, job->pin, &error) : NULL;

  if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_error (task, error);
}

static void
on_shared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstEventKiosk *self = TST_EVENT_KIOSK (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);
  GtkWidget *child, *label;

  self->busy = FALSE;
  if (text == NULL)
    {
      say_error (self, error);
      return;
    }
  while ((child = gtk_widget_get_first_child (self->qr_place)) != NULL)
    gtk_box_remove (GTK_BOX (self->qr_place), child);
  gtk_box_append (GTK_BOX (self->qr_place), tst_qr_new (text, _("Código QR de la hoja"), 280));
  label = tst_form_text (self->qr_place, text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_visible (self->share_box, FALSE);
}

static void
on_share_pin (TstEventKiosk *self, const char *pin)
{
  g_autoptr (GTask) task = make_task (self, on_shared, pin, NULL);

  if (task != NULL)
    g_task_run_in_thread (task, share_in_thread);
}

static void
join_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (tst_event_sheet_join (job->book, job->event, job->vault, job->text, job->pin, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstEventKiosk *self = TST_EVENT_KIOSK (source);
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      tst_form_notice_set (self->notice, _("Las dos tabletas llevan ahora una sola hoja."), FALSE);
      gtk_widget_set_visible (self->join_box, FALSE);
    }
  else
    say_error (self, error);
}

static void
on_join_pin (TstEventKiosk *self, const char *pin)
{
  g_autofree char *text = tst_form_get_entry (self->join_text);
  g_autoptr (GTask) task = make_task (self, on_joined, pin, text);

  if (task != NULL)
    g_task_run_in_thread (task, join_in_thread);
}

static void
on_show_share (TstEventKiosk *self)
{
  gtk_widget_set_visible (self->share_box, !gtk_widget_get_visible (self->share_box));
}

static void
on_show_join (TstEventKiosk *self)
{
  gtk_widget_set_visible (self->join_box, !gtk_widget_get_visible (self->join_box));
}

/* --- the widget --- */

static GtkWidget *
add_button (TstEventKiosk *self, GtkWidget *box, const char *label, const char *class, GCallback callback)
{
  GtkWidget *button = tst_form_button (label, class);

  if (callback != NULL)
    g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
add_pin (TstEventKiosk *self, GtkWidget *column, const char *words, GCallback callback)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *pad;

  tst_form_text (box, words);
  if (callback == G_CALLBACK (on_join_pin))
    self->join_text = tst_form_entry (box, _("Código de la hoja"), GTK_INPUT_PURPOSE_FREE_FORM);
  pad = tst_pin_pad_new ();
  g_signal_connect_swapped (pad, "entered", callback, self);
  gtk_box_append (GTK_BOX (box), pad);
  gtk_widget_set_visible (box, FALSE);
  gtk_box_append (GTK_BOX (column), box);
  return box;
}

static void
tst_event_kiosk_dispose (GObject *object)
{
  g_clear_pointer (&TST_EVENT_KIOSK (object)->pdf, tst_age_wipe);
  G_OBJECT_CLASS (tst_event_kiosk_parent_class)->dispose (object);
}

static void
tst_event_kiosk_finalize (GObject *object)
{
  g_free (TST_EVENT_KIOSK (object)->event);
  g_free (TST_EVENT_KIOSK (object)->event_title);
  G_OBJECT_CLASS (tst_event_kiosk_parent_class)->finalize (object);
}

static void
tst_event_kiosk_class_init (TstEventKioskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_event_kiosk_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_event_kiosk_finalize;
}

static void
tst_event_kiosk_init (TstEventKiosk *self)
{
}

GtkWidget *
tst_event_kiosk_new (TstSession *session, const char *event_id, const char *title)
{
  TstEventKiosk *self = g_object_new (TST_TYPE_EVENT_KIOSK, "session", session, "title", _("Kiosco y lista"), "subtitle", title, NULL);
  GtkWidget *column, *button;

  self->event = g_strdup (event_id);
  self->event_title = g_strdup (title);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, NULL));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  tst_form_text (column, _("El kiosco ocupa toda la pantalla y sale solo con el PIN de una persona del equipo. Entre una persona y otra lo borra todo."));
  button = add_button (self, column, _("Abrir el kiosco"), "main suggested-action", NULL);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), "app.open-kiosk::");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", event_id);
  add_button (self, column, _("Ajustes del kiosco"), NULL, G_CALLBACK (on_settings));

  tst_form_heading (column, _("Lista de asistencia"));
  tst_form_text (column, _("Mientras el espacio está abierto, el equipo puede verla y corregirla con su PIN. Después solo la abre el oficial de datos."));
  self->list = add_button (self, column, _("Guardar la lista en PDF"), NULL, G_CALLBACK (on_list));
  tst_form_heading (column, _("Otra tableta en este espacio"));
  add_button (self, column, _("Mostrar el código de la hoja"), NULL, G_CALLBACK (on_show_share));
  self->share_box = add_pin (self, column, _("Ponga un PIN para este código. Se pide en la otra tableta."), G_CALLBACK (on_share_pin));
  self->qr_place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (column), self->qr_place);
  add_button (self, column, _("Usar el código de otra tableta"), NULL, G_CALLBACK (on_show_join));
  self->join_box = add_pin (self, column, _("Pegue aquí el código y escriba el PIN que le pusieron."), G_CALLBACK (on_join_pin));
  return GTK_WIDGET (self);
}
