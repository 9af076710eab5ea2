/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speaker-outcome.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-speaker-card.h"
#include "kiosk/tst-visit-entry.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstSpeakerOutcome
{
  TstRecordForm parent_instance;
  GtkWidget *outcome, *text, *save_label;
  char *event, *speaker, *work, *promise;
};

typedef enum
{
  PROP_PROMISE = 1,
} TstSpeakerOutcomeProperty;

static GParamSpec *properties[PROP_PROMISE + 1];

G_DEFINE_FINAL_TYPE (TstSpeakerOutcome, tst_speaker_outcome, TST_TYPE_RECORD_FORM)

static gboolean
needs_promise (TstSpeakerOutcome *self)
{
  return g_strcmp0 (tst_choice_get_value (TST_CHOICE (self->outcome)), "compromiso") == 0 && self->promise == NULL;
}

static JsonObject *
tst_speaker_outcome_collect (TstRecordForm *form)
{
  TstSpeakerOutcome *self = TST_SPEAKER_OUTCOME (form);
  g_autofree char *text = tst_form_get_area (self->text);
  g_autoptr (JsonObject) content = json_object_new ();

  if (tst_choice_get_value (TST_CHOICE (self->outcome)) != NULL)
    json_object_set_string_member (content, "outcome", tst_choice_get_value (TST_CHOICE (self->outcome)));
  if (*text != '\0')
    json_object_set_string_member (content, "text", text);
  if (self->promise != NULL)
    json_object_set_string_member (content, "commitment", self->promise);
  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
show_button (TstSpeakerOutcome *self)
{
  gtk_label_set_label (GTK_LABEL (self->save_label), needs_promise (self) ? _("Escribir el compromiso") : _("Guardar"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (self->save_label)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_label (GTK_LABEL (self->save_label)), -1);
}

static void
set_promise (TstSpeakerOutcome *self, const char *id)
{
  g_free (self->promise);
  self->promise = g_strdup (id);
  show_button (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROMISE]);
}

static void
tst_speaker_outcome_restore (TstRecordForm *form, JsonObject *content)
{
  TstSpeakerOutcome *self = TST_SPEAKER_OUTCOME (form);

  set_promise (self, tst_json_string (content, "commitment"));
  tst_choice_set_value (TST_CHOICE (self->outcome), tst_json_string (content, "outcome"));
  tst_form_set_area (self->text, tst_json_string (content, "text") != NULL ? tst_json_string (content, "text") : "");
}

static void
on_changed (TstSpeakerOutcome *self)
{
  show_button (self);
  tst_record_form_touch (TST_RECORD_FORM (self));
}

static void
save (TstSpeakerOutcome *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) content = tst_speaker_outcome_collect (TST_RECORD_FORM (self));

  if (book == NULL || tst_record_form_get_busy (TST_RECORD_FORM (self)) || content == NULL)
    return;
  json_object_set_string_member (content, "speaker", self->speaker);
  /* Who changed their mind about the outcome leaves the commitment where it is: it was made. */
  if (g_strcmp0 (tst_json_string (content, "outcome"), "compromiso") != 0)
    json_object_remove_member (content, "commitment");
  if (self->work != NULL)
    json_object_set_string_member (content, "work", self->work);
  tst_record_form_begin (TST_RECORD_FORM (self));
  tst_field_book_add_visit_record_async (book, "speaker-outcome", self->event, content, NULL, tst_record_form_on_saved, g_object_ref (self));
}

static void
on_promise (GObject *entry, GParamSpec *pspec, gpointer user_data)
{
  TstSpeakerOutcome *self = user_data;
  g_autofree char *id = NULL;

  g_object_get (entry, "saved", &id, NULL);
  if (id == NULL || *id == '\0')
    return;
  set_promise (self, id);
  tst_record_form_touch (TST_RECORD_FORM (self));
  save (self);
}

static void
tst_speaker_outcome_save (TstRecordForm *form, TstFieldBook *book)
{
  TstSpeakerOutcome *self = TST_SPEAKER_OUTCOME (form);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (tst_choice_get_value (TST_CHOICE (self->outcome)) == NULL)
    {
      tst_record_form_complain (form, _("Elija qué pasó con lo que dijo la persona."), NULL);
      return;
    }
  if (needs_promise (self))
    {
      GtkWidget *entry = tst_visit_entry_new (session, "commitment", self->event, self->work, NULL, NULL);

      g_signal_connect_object (entry, "notify::saved", G_CALLBACK (on_promise), self, 0);
      tst_page_push (TST_PAGE (self), TST_PAGE (entry));
      return;
    }
  save (self);
}

static void
tst_speaker_outcome_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstSpeakerOutcome *self = TST_SPEAKER_OUTCOME (object);

  if ((TstSpeakerOutcomeProperty) id == PROP_PROMISE)
    g_value_set_string (value, self->promise != NULL ? self->promise : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_speaker_outcome_finalize (GObject *object)
{
  TstSpeakerOutcome *self = TST_SPEAKER_OUTCOME (object);

  g_free (self->event);
  g_free (self->speaker);
  g_free (self->work);
  g_free (self->promise);
  G_OBJECT_CLASS (tst_speaker_outcome_parent_class)->finalize (object);
}

static void
tst_speaker_outcome_class_init (TstSpeakerOutcomeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  object_class->get_property = tst_speaker_outcome_get_property;
  object_class->finalize = tst_speaker_outcome_finalize;
  form_class->collect = tst_speaker_outcome_collect;
  form_class->restore = tst_speaker_outcome_restore;
  form_class->save = tst_speaker_outcome_save;
  properties[PROP_PROMISE] = g_param_spec_string ("promise", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_speaker_outcome_init (TstSpeakerOutcome *self)
{
}

GtkWidget *
tst_speaker_outcome_new (TstSession *session, const char *event_id, JsonObject *row)
{
  TstSpeakerOutcome *self = g_object_new (TST_TYPE_SPEAKER_OUTCOME, "session", session, "title", _("Qué pasó"), NULL);
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  g_autofree char *key = g_strconcat ("speaker-outcome-", tst_json_string (row, "id"), NULL);
  g_autofree char *used = tst_speaker_minutes ((int) (tst_json_int (row, "used_ms", 0) / 1000));
  g_autofree char *facts = g_strdup_printf (_("Turno %s · habló %s"), tst_json_string (row, "number"), used);
  GtkWidget *column, *foot, *button;

  self->event = g_strdup (event_id);
  self->speaker = g_strdup (tst_json_string (row, "id"));
  self->work = g_strdup (tst_json_string (row, "work"));
  button = tst_record_form_build (TST_RECORD_FORM (self), _("Guardar"), &column, &foot);
  self->save_label = gtk_button_get_child (GTK_BUTTON (button));
  gtk_widget_add_css_class (tst_form_text (column, facts), "heading");
  tst_form_text (column, tst_json_string (row, "topic"));
  self->outcome = tst_choice_new (_("¿Qué pasó?"), TST_LIST_TURN_OUTCOME, lang, FALSE);
  gtk_box_append (GTK_BOX (column), self->outcome);
  self->text = tst_form_area (column, _("Qué se respondió, en pocas palabras"), 140);
  tst_form_text (column, _("No escriba aquí nombres, documentos ni teléfonos: esto puede publicarse."));
  tst_record_form_keep (TST_RECORD_FORM (self), key, FALSE);
  g_signal_connect_swapped (self->outcome, "notify::value", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed", G_CALLBACK (on_changed), self);
  return GTK_WIDGET (self);
}
