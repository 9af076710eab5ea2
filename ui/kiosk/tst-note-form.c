/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-note-form.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstNoteForm
{
  TstPage parent_instance;
  GtkWidget *area, *notice;
  char *event, *work, *note;
  TstDraftKeeper *draft;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (TstNoteForm, tst_note_form, TST_TYPE_PAGE)

static void
set_busy (TstNoteForm *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.discard", !busy && self->note != NULL);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstNoteForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (id != NULL)
    {
      tst_draft_keeper_done (self->draft);
      if (session != NULL)
        {
          tst_session_saved (session);
          tst_session_toast (session, _("Guardado"));
        }
      tst_page_leave (TST_PAGE (self));
    }
  else if (self->area != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      set_busy (self, FALSE);
      tst_form_notice_set (self->notice, text, TRUE);
    }
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstNoteForm *self = TST_NOTE_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *text = tst_form_get_area (self->area);

  if (book == NULL || self->busy)
    return;
  if (*text == '\0')
    {
      tst_form_notice_set (self->notice, _("La nota está vacía. Escriba algo antes de guardar."), TRUE);
      gtk_widget_grab_focus (self->area);
      return;
    }
  set_busy (self, TRUE);
  if (self->note == NULL)
    tst_field_book_add_note_async (book, self->event, self->work, text, NULL, on_saved, g_object_ref (self));
  else
    {
      g_autoptr (JsonObject) changes = json_object_new ();

      json_object_set_string_member (changes, "text", text);
      tst_field_book_amend_async (book, self->note, changes, NULL, on_saved, g_object_ref (self));
    }
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstNoteForm *self = TST_NOTE_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL || self->busy || self->note == NULL)
    return;
  set_busy (self, TRUE);
  tst_field_book_discard_async (book, self->note, NULL, on_saved, g_object_ref (self));
}

static JsonObject *
collect (gpointer page)
{
  TstNoteForm *self = page;
  g_autofree char *text = tst_form_get_area (self->area);
  JsonObject *content;

  if (*text == '\0')
    return NULL;
  content = json_object_new ();
  json_object_set_string_member (content, "text", text);
  return content;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstNoteForm *self = page;

  tst_form_set_area (self->area, tst_json_string (content, "text"));
  tst_draft_keeper_offer (self->draft, self->notice, NULL);
}

static void
on_changed (TstNoteForm *self)
{
  tst_form_notice_set (self->notice, NULL, FALSE);
  tst_draft_keeper_touch (self->draft);
}

static void
tst_note_form_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_NOTE_FORM (page)->area);
}

/* What is being saved must be seen to the end: else its draft would come back as if it had not been. */
static gboolean
tst_note_form_may_leave (TstPage *page)
{
  return !TST_NOTE_FORM (page)->busy;
}

static void
tst_note_form_dispose (GObject *object)
{
  TstNoteForm *self = TST_NOTE_FORM (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  self->area = NULL;
  G_OBJECT_CLASS (tst_note_form_parent_class)->dispose (object);
}

static void
tst_note_form_finalize (GObject *object)
{
  TstNoteForm *self = TST_NOTE_FORM (object);

  g_free (self->event);
  g_free (self->work);
  g_free (self->note);
  G_OBJECT_CLASS (tst_note_form_parent_class)->finalize (object);
}

static void
tst_note_form_class_init (TstNoteFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tst_note_form_dispose;
  object_class->finalize = tst_note_form_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_note_form_shown;
  TST_PAGE_CLASS (klass)->may_leave = tst_note_form_may_leave;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.discard", NULL, on_discard);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "form.save", NULL);
}

static void
tst_note_form_init (TstNoteForm *self)
{
  GtkWidget *column, *foot, *button, *page;

  page = tst_form_page (720, &column, &foot);
  adw_bin_set_child (ADW_BIN (self), page);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->area = tst_form_area (column, _("Nota"), 220);
  tst_form_text (column, _("Escriba hechos de la obra o del espacio. No escriba aquí documentos ni teléfonos de personas."));
  button = tst_form_button (_("Guardar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.save");
  gtk_box_append (GTK_BOX (foot), button);
}

GtkWidget *
tst_note_form_new (TstSession *session, const char *event_id, const char *work, const char *note_id, const char *text)
{
  TstNoteForm *self = g_object_new (TST_TYPE_NOTE_FORM, "session", session, "title", note_id != NULL ? _("Corregir nota") : _("Nota"), NULL);
  g_autofree char *key = g_strconcat ("note-", note_id != NULL ? note_id : event_id, NULL);

  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  self->note = g_strdup (note_id);
  if (text != NULL)
    tst_form_set_area (self->area, text);
  if (note_id != NULL)
    {
      GtkWidget *button = tst_form_button (_("Descartar esta nota"), "destructive-action");

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.discard");
      gtk_box_append (GTK_BOX (gtk_widget_get_parent (self->notice)), button);
    }
  set_busy (self, FALSE);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->area)), "changed", G_CALLBACK (on_changed), self);
  return GTK_WIDGET (self);
}
