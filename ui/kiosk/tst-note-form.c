/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-note-form.h"

#include "journal/tst-field-book-async.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstNoteForm
{
  TstRecordForm parent_instance;
  GtkWidget *area, *column;
  char *event, *work, *note;
};

G_DEFINE_FINAL_TYPE (TstNoteForm, tst_note_form, TST_TYPE_RECORD_FORM)

static void
tst_note_form_save (TstRecordForm *form, TstFieldBook *book)
{
  TstNoteForm *self = TST_NOTE_FORM (form);
  g_autofree char *text = tst_form_get_area (self->area);

  if (*text == '\0')
    {
      tst_record_form_complain (form, _("La nota está vacía. Escriba algo antes de guardar."), self->area);
      return;
    }
  tst_record_form_begin (form);
  if (self->note == NULL)
    tst_field_book_add_note_async (book, self->event, self->work, text, NULL, tst_record_form_on_saved, g_object_ref (self));
  else
    {
      g_autoptr (JsonObject) changes = json_object_new ();

      json_object_set_string_member (changes, "text", text);
      tst_field_book_amend_async (book, self->note, changes, NULL, tst_record_form_on_saved, g_object_ref (self));
    }
}

static void
tst_note_form_discard (TstRecordForm *form, TstFieldBook *book)
{
  tst_record_form_begin (form);
  tst_field_book_discard_async (book, TST_NOTE_FORM (form)->note, NULL, tst_record_form_on_saved, g_object_ref (form));
}

static JsonObject *
tst_note_form_collect (TstRecordForm *form)
{
  g_autofree char *text = tst_form_get_area (TST_NOTE_FORM (form)->area);
  JsonObject *content;

  if (*text == '\0')
    return NULL;
  content = json_object_new ();
  json_object_set_string_member (content, "text", text);
  return content;
}

static void
tst_note_form_restore (TstRecordForm *form, JsonObject *content)
{
  tst_form_set_area (TST_NOTE_FORM (form)->area, tst_json_string (content, "text"));
}

static void
tst_note_form_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_NOTE_FORM (page)->area);
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
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tst_note_form_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_note_form_shown;
  form_class->collect = tst_note_form_collect;
  form_class->restore = tst_note_form_restore;
  form_class->save = tst_note_form_save;
  form_class->discard = tst_note_form_discard;
}

static void
tst_note_form_init (TstNoteForm *self)
{
  GtkWidget *foot;

  tst_record_form_build (TST_RECORD_FORM (self), _("Guardar"), &self->column, &foot);
  self->area = tst_form_area (self->column, _("Nota"), 220);
  tst_form_text (self->column, _("Escriba hechos de la obra o del espacio. No escriba aquí documentos ni teléfonos de personas."));
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
      gtk_box_append (GTK_BOX (self->column), button);
    }
  tst_record_form_set_discards (TST_RECORD_FORM (self), note_id != NULL);
  tst_record_form_keep (TST_RECORD_FORM (self), key, FALSE);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->area)), "changed", G_CALLBACK (tst_record_form_touch), self);
  return GTK_WIDGET (self);
}
