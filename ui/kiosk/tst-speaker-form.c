/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speaker-form.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstSpeakerForm
{
  TstRecordForm parent_instance;
  GtkWidget *topic, *name, *contact, *consent, *shown, *label, *actor;
  char *event;
};

G_DEFINE_FINAL_TYPE (TstSpeakerForm, tst_speaker_form, TST_TYPE_RECORD_FORM)

static void
put (JsonObject *content, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  if (*text != '\0')
    json_object_set_string_member (content, name, text);
}

static JsonObject *
tst_speaker_form_collect (TstRecordForm *form)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (form);
  g_autoptr (JsonObject) content = json_object_new ();

  put (content, "topic", self->topic);
  put (content, "name", self->name);
  put (content, "contact", self->contact);
  if (gtk_switch_get_active (GTK_SWITCH (self->consent)))
    {
      put (content, "label", self->label);
      if (tst_choice_get_value (TST_CHOICE (self->actor)) != NULL)
        json_object_set_string_member (content, "actor", tst_choice_get_value (TST_CHOICE (self->actor)));
      json_object_set_boolean_member (content, "label_consent", TRUE);
    }
  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
set_entry (GtkWidget *entry, JsonObject *content, const char *name)
{
  const char *text = tst_json_string (content, name);

  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
}

static void
tst_speaker_form_restore (TstRecordForm *form, JsonObject *content)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (form);

  set_entry (self->topic, content, "topic");
  set_entry (self->name, content, "name");
  set_entry (self->contact, content, "contact");
  set_entry (self->label, content, "label");
  tst_choice_set_value (TST_CHOICE (self->actor), tst_json_string (content, "actor"));
  gtk_switch_set_active (GTK_SWITCH (self->consent), tst_json_bool (content, "label_consent", FALSE));
}

static void
on_changed (TstSpeakerForm *self)
{
  gtk_widget_set_visible (self->shown, gtk_switch_get_active (GTK_SWITCH (self->consent)));
  tst_record_form_touch (TST_RECORD_FORM (self));
}

static void
tst_speaker_form_save (TstRecordForm *form, TstFieldBook *book)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (form);
  g_autoptr (JsonObject) content = tst_speaker_form_collect (form);

  if (content == NULL || tst_json_string (content, "topic") == NULL)
    {
      tst_record_form_complain (form, _("Escriba de qué quiere hablar la persona."), self->topic);
      return;
    }
  tst_record_form_begin (form);
  tst_field_book_add_visit_record_async (book, "speaker", self->event, content, NULL, tst_record_form_on_saved, g_object_ref (self));
}

static void
tst_speaker_form_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_SPEAKER_FORM (page)->topic);
}

static void
tst_speaker_form_finalize (GObject *object)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (object);

  g_free (self->event);
  G_OBJECT_CLASS (tst_speaker_form_parent_class)->finalize (object);
}

static void
tst_speaker_form_constructed (GObject *object)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (object);
  g_autofree char *lang = NULL;
  GtkWidget *column, *foot;
  GtkWidget **const entries[] = { &self->topic, &self->name, &self->contact, &self->label };

  G_OBJECT_CLASS (tst_speaker_form_parent_class)->constructed (object);
  lang = tst_visit_language (TST_PAGE (self));
  tst_record_form_build (TST_RECORD_FORM (self), _("Guardar"), &column, &foot);
  self->topic = tst_form_entry (column, _("¿De qué quiere hablar?"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->name = tst_form_entry (column, _("Nombre, para llamar a la persona"), GTK_INPUT_PURPOSE_NAME);
  self->contact = tst_form_entry (column, _("Teléfono o correo, si espera una respuesta"), GTK_INPUT_PURPOSE_FREE_FORM);
  tst_form_text (column, _("El nombre y el contacto se guardan sellados. En público solo se ve el número del turno y el tema."));
  self->consent = tst_form_switch (column, _("La persona permite mostrar quién es"), _("Pregúnteselo. Si no lo permite, deje esto apagado."));
  self->shown = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (column), self->shown);
  self->label = tst_form_entry (self->shown, _("Cómo se muestra, por ejemplo su nombre de pila"), GTK_INPUT_PURPOSE_NAME);
  self->actor = tst_choice_new (_("Por quién habla"), TST_LIST_ACTOR, lang, FALSE);
  gtk_box_append (GTK_BOX (self->shown), self->actor);
  gtk_widget_set_visible (self->shown, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (*entries[i], "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->consent, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->actor, "notify::value", G_CALLBACK (on_changed), self);
}

static void
tst_speaker_form_class_init (TstSpeakerFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  object_class->constructed = tst_speaker_form_constructed;
  object_class->finalize = tst_speaker_form_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_speaker_form_shown;
  form_class->collect = tst_speaker_form_collect;
  form_class->restore = tst_speaker_form_restore;
  form_class->save = tst_speaker_form_save;
}

static void
tst_speaker_form_init (TstSpeakerForm *self)
{
}

GtkWidget *
tst_speaker_form_new (TstSession *session, const char *event_id)
{
  TstSpeakerForm *self = g_object_new (TST_TYPE_SPEAKER_FORM, "session", session, "title", _("Pide la palabra"), NULL);
  g_autofree char *key = g_strconcat ("speaker-", event_id, NULL);

  self->event = g_strdup (event_id);
  tst_record_form_keep (TST_RECORD_FORM (self), key, TRUE);
  return GTK_WIDGET (self);
}
