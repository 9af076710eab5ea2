/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-close.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-compat-save.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-event-close.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-print.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "report/tst-acta.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstVisitClose
{
  TstPage parent_instance;
  GtkWidget *notice, *missing, *close;
  char *event, *lang;
  JsonObject *work, *summary;
  GCancellable *cancellable;
  guint n_missing, acta_size;
  gboolean busy;
};

typedef enum
{
  PROP_N_MISSING = 1,
  PROP_ACTA_SIZE,
} TstVisitCloseProperty;

static GParamSpec *properties[PROP_ACTA_SIZE + 1];

G_DEFINE_FINAL_TYPE (TstVisitClose, tst_visit_close, TST_TYPE_PAGE)

/* --- what is missing --- */

static void
show_missing (TstVisitClose *self)
{
  g_autoptr (GArray) gaps = tst_visit_gaps (self->summary);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->missing)) != NULL)
    gtk_box_remove (GTK_BOX (self->missing), child);
  tst_form_heading (self->missing, gaps->len > 0 ? _("Esto falta") : _("No falta nada"));
  for (guint i = 0; i < gaps->len; i++)
    {
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
      g_autofree char *text = tst_acta_gap_text (&g_array_index (gaps, TstVisitGap, i), self->lang);

      gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name ("dialog-information-symbolic"));
      tst_form_text (row, text);
      gtk_widget_add_css_class (row, "waiting");
      gtk_box_append (GTK_BOX (self->missing), row);
    }
  if (gaps->len > 0)
    tst_form_text (self->missing, _("Puede cerrar la visita así: el acta dice lo que faltó."));
  if (self->n_missing != gaps->len)
    {
      self->n_missing = gaps->len;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSING]);
    }
}

static gboolean
is_closed (TstVisitClose *self)
{
  return self->summary != NULL && g_strcmp0 (tst_json_string (tst_json_object (self->summary, "event"), "status"), "closed") == 0;
}

/* The copies for the acta go once the visit is closed and central holds every signature. */
static void
drop_copies_when_held (TstVisitClose *self)
{
  JsonArray *signatures = tst_json_array (self->summary, "signatures");
  g_autofree char *key = tst_visit_copies_key (self->event);

  if (!is_closed (self))
    return;
  for (guint i = 0; i < json_array_get_length (signatures); i++)
    {
      const char *state = tst_json_string (json_array_get_object_element (signatures, i), "state");

      if (g_strcmp0 (state, "received") != 0 && g_strcmp0 (state, "published") != 0)
        return;
    }
  tst_drafts_drop (tst_page_get_session (TST_PAGE (self)), key);
}

static void
on_summary (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) summary = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  TstVisitClose *self = user_data;
  const char *label;

  if (tst_message_is_cancelled (error))
    return;
  if (summary == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  g_clear_pointer (&self->summary, json_object_unref);
  self->summary = g_steal_pointer (&summary);
  show_missing (self);
  label = is_closed (self) ? _("Ver resumen") : _("Cerrar la visita");
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->close))), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->close), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
load (TstVisitClose *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_visit_summary_async (book, self->event, self->cancellable, on_summary, self);
}

/* --- the acta --- */

typedef struct
{
  TstFieldBook *book;
  JsonObject *work, *copies;
  char *event, *author, *lang;
  gboolean written; /* a PDF, or pages for a printer */
} Making;

static void
making_free (gpointer data)
{
  Making *self = data;

  g_object_unref (self->book);
  g_clear_pointer (&self->work, json_object_unref);
  g_clear_pointer (&self->copies, json_object_unref);
  g_free (self->event);
  g_free (self->author);
  g_free (self->lang);
  g_free (self);
}

static gboolean
take_close (JsonObject *row, gpointer user_data)
{
  char **id = user_data;

  if (g_strcmp0 (tst_json_string (row, "type"), "event-close") == 0)
    {
      g_free (*id);
      *id = g_strdup (tst_json_string (row, "id"));
    }
  return TRUE;
}

static void
make_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Making *making = data;
  TstQuery query = { .event_id = making->event };
  g_autofree char *close_id = NULL;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (JsonObject) summary = NULL;
  GError *error = NULL;
  gpointer acta = NULL;

  summary = tst_field_book_visit_summary (making->book, making->event, &error);
  if (summary != NULL && tst_field_book_list (making->book, "records", &query, take_close, &close_id, &error)
      && (close_id == NULL || (record = tst_field_book_show_record (making->book, close_id, &error)) != NULL))
    {
      const TstActaSource source_of = {
        .town = tst_field_book_get_profile (making->book), .summary = summary, .work = making->work,
        .signed_by = making->copies != NULL ? tst_json_array (making->copies, "signed") : NULL,
        .closing = record != NULL ? tst_json_object (record, "body") : NULL, .author_name = making->author,
        .device = tst_field_book_get_name (making->book), .language = making->lang, .media = tst_field_book_get_media (making->book),
      };

      acta = making->written ? (gpointer) tst_acta_make (&source_of, cancellable, &error) : tst_acta_draw (&source_of, cancellable, &error);
    }
  if (acta != NULL)
    g_task_return_pointer (task, acta, making->written ? (GDestroyNotify) g_bytes_unref : (GDestroyNotify) tst_pdf_free);
  else
    g_task_return_error (task, error);
}

static void
on_copies (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *making = g_task_get_task_data (task);

  /* Without them the acta says that the signatures are sealed. */
  making->copies = tst_drafts_load_finish (result, NULL);
  g_task_run_in_thread (task, make_in_thread);
}

static void
make_acta (TstVisitClose *self, gboolean written, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = tst_visit_copies_key (self->event);
  Making *making = g_new0 (Making, 1);

  making->book = g_object_ref (tst_session_get_book (session));
  making->event = g_strdup (self->event);
  making->work = self->work != NULL ? json_object_ref (self->work) : NULL;
  making->author = g_strdup (tst_session_get_author_name (session));
  making->lang = g_strdup (self->lang);
  making->written = written;
  g_task_set_task_data (task, making, making_free);
  tst_drafts_load_async (session, key, NULL, on_copies, task);
}

void
tst_visit_close_make_acta_async (TstVisitClose *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  make_acta (self, TRUE, cancellable, callback, user_data);
}

GBytes *
tst_visit_close_make_acta_finish (TstVisitClose *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  TstVisitClose *page; /* owned */
  GBytes *pdf;
} Saving;

static void
set_busy (TstVisitClose *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "visit.acta", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "visit.print", !busy);
  if (busy)
    tst_form_notice_set (self->notice, _("Haciendo el acta…"), FALSE);
}

static void
saving_free (Saving *self)
{
  set_busy (self->page, FALSE);
  g_object_unref (self->page);
  g_clear_pointer (&self->pdf, g_bytes_unref);
  g_free (self);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;
  TstSession *session = tst_page_get_session (TST_PAGE (saving->page));

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    tst_form_notice_set (saving->page->notice, _("No se pudo escribir el acta. Elija otro lugar. Lo capturado está a salvo."), TRUE);
  else
    {
      tst_form_notice_set (saving->page->notice, _("El acta quedó donde la eligió. Lleva nombres: cuídela."), FALSE);
      if (session != NULL)
        drop_copies_when_held (saving->page);
    }
  saving_free (saving);
}

static void
on_place (GFile *file, gpointer user_data)
{
  Saving *saving = user_data;

  if (file == NULL)
    saving_free (saving);
  else
    g_file_replace_contents_bytes_async (file, saving->pdf, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL,
                                         on_written, saving);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  TstVisitClose *self = saving->page;
  g_autoptr (GError) error = NULL;

  saving->pdf = tst_visit_close_make_acta_finish (self, result, &error);
  if (saving->pdf == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      saving_free (saving);
      return;
    }
  tst_form_notice_set (self->notice, NULL, FALSE);
  self->acta_size = (guint) g_bytes_get_size (saving->pdf);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTA_SIZE]);
  tst_compat_save_file (GTK_WIDGET (self), _("Guardar el acta"), "acta-de-visita.pdf", on_place, saving, NULL);
}

static void
on_acta (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitClose *self = TST_VISIT_CLOSE (widget);
  Saving *saving;

  if (self->busy || tst_session_get_book (tst_page_get_session (TST_PAGE (self))) == NULL)
    return;
  set_busy (self, TRUE);
  saving = g_new0 (Saving, 1);
  saving->page = g_object_ref (self);
  tst_visit_close_make_acta_async (self, NULL, on_made, saving);
}

/* --- on paper --- */

static void
on_printed (GtkPrintOperation *operation, GtkPrintOperationResult result, TstVisitClose *self)
{
  set_busy (self, FALSE);
  tst_form_notice_set (self->notice, NULL, FALSE);
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    tst_form_notice_set (self->notice, _("La impresora no recibió el acta. Revise que esté encendida, o guarde el PDF."), TRUE);
  else if (result == GTK_PRINT_OPERATION_RESULT_APPLY)
    {
      tst_form_notice_set (self->notice, _("El acta va a la impresora. Lleva nombres: no la deje allí."), FALSE);
      drop_copies_when_held (self);
    }
  g_object_unref (operation);
  g_object_unref (self);
}

static void
on_drawn (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstVisitClose *self = TST_VISIT_CLOSE (source);
  g_autoptr (GError) error = NULL;
  TstPdf *pdf = g_task_propagate_pointer (G_TASK (result), &error);
  GtkPrintOperation *operation;

  if (pdf == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    {
      g_autofree char *text = error != NULL ? tst_message_for_error (error) : NULL;

      g_clear_pointer (&pdf, tst_pdf_free);
      set_busy (self, FALSE);
      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  operation = tst_print_new (_("Acta de visita"), pdf);
  g_signal_connect (operation, "done", G_CALLBACK (on_printed), g_object_ref (self));
  if (!tst_print_run (operation, GTK_WIDGET (self), &error))
    g_debug ("the acta was not printed: %s %d", g_quark_to_string (error->domain), error->code);
}

static void
on_print (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitClose *self = TST_VISIT_CLOSE (widget);

  if (self->busy || tst_session_get_book (tst_page_get_session (TST_PAGE (self))) == NULL)
    return;
  set_busy (self, TRUE);
  make_acta (self, FALSE, NULL, on_drawn, NULL);
}

static void
on_close (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitClose *self = TST_VISIT_CLOSE (widget);

  if (self->summary != NULL)
    tst_page_push (TST_PAGE (self), TST_PAGE (tst_event_close_new (tst_page_get_session (TST_PAGE (self)), tst_json_object (self->summary, "event"))));
}

/* --- the widget --- */

static void
tst_visit_close_shown (TstPage *page)
{
  load (TST_VISIT_CLOSE (page));
}

static void
tst_visit_close_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitCloseProperty) id)
    {
    case PROP_N_MISSING:
      g_value_set_uint (value, TST_VISIT_CLOSE (object)->n_missing);
      break;
    case PROP_ACTA_SIZE:
      g_value_set_uint (value, TST_VISIT_CLOSE (object)->acta_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_close_dispose (GObject *object)
{
  TstVisitClose *self = TST_VISIT_CLOSE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_visit_close_parent_class)->dispose (object);
}

static void
tst_visit_close_finalize (GObject *object)
{
  TstVisitClose *self = TST_VISIT_CLOSE (object);

  g_clear_pointer (&self->summary, json_object_unref);
  g_clear_pointer (&self->work, json_object_unref);
  g_free (self->event);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_visit_close_parent_class)->finalize (object);
}

static void
tst_visit_close_class_init (TstVisitCloseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_visit_close_get_property;
  object_class->dispose = tst_visit_close_dispose;
  object_class->finalize = tst_visit_close_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_visit_close_shown;
  properties[PROP_N_MISSING] = g_param_spec_uint ("n-missing", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACTA_SIZE] = g_param_spec_uint ("acta-size", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "visit.acta", NULL, on_acta);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "visit.print", NULL, on_print);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "visit.close-event", NULL, on_close);
}

static void
tst_visit_close_init (TstVisitClose *self)
{
}

GtkWidget *
tst_visit_close_new (TstSession *session, const char *event_id, JsonObject *work)
{
  TstVisitClose *self = g_object_new (TST_TYPE_VISIT_CLOSE, "session", session, "title", _("Cerrar la visita"), NULL);
  GtkWidget *column, *foot, *button;

  self->event = g_strdup (event_id);
  self->work = work != NULL ? json_object_ref (work) : NULL;
  self->lang = tst_visit_language (TST_PAGE (self));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->missing = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_box_append (GTK_BOX (column), self->missing);
  button = tst_form_button (_("Guardar el acta (PDF)"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "visit.acta");
  gtk_box_append (GTK_BOX (foot), button);
  button = tst_form_button (_("Imprimir el acta"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "visit.print");
  gtk_box_append (GTK_BOX (foot), button);
  self->close = tst_form_button (_("Cerrar la visita"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->close), "visit.close-event");
  gtk_box_append (GTK_BOX (foot), self->close);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
