/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speaker-form.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstSpeakerForm
{
  TstPage parent_instance;
  GtkWidget *notice, *topic, *name, *contact, *consent, *shown, *label, *actor;
  char *event, *saved;
  TstDraftKeeper *draft;
  gboolean busy;
};

typedef enum
{
  PROP_SAVED = 1,
} TstSpeakerFormProperty;

static GParamSpec *properties[PROP_SAVED + 1];

G_DEFINE_FINAL_TYPE (TstSpeakerForm, tst_speaker_form, TST_TYPE_PAGE)

static void
set_busy (TstSpeakerForm *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", !busy);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstSpeakerForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (id != NULL)
    {
      tst_draft_keeper_done (self->draft);
      g_free (self->saved);
      self->saved = g_steal_pointer (&id);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED]);
      if (session != NULL)
        {
          tst_session_saved (session);
          tst_session_toast (session, _("Guardado"));
        }
      /* What saved it need not hold the page back. */
      self->busy = FALSE;
      tst_page_leave (TST_PAGE (self));
    }
  else if (self->draft != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      set_busy (self, FALSE);
      tst_form_notice_set (self->notice, text, TRUE);
    }
}

static void
put (JsonObject *content, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  if (*text != '\0')
    json_object_set_string_member (content, name, text);
}

static JsonObject *
collect (gpointer page)
{
  TstSpeakerForm *self = page;
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
restore (gpointer page, JsonObject *content)
{
  TstSpeakerForm *self = page;

  set_entry (self->topic, content, "topic");
  set_entry (self->name, content, "name");
  set_entry (self->contact, content, "contact");
  set_entry (self->label, content, "label");
  tst_choice_set_value (TST_CHOICE (self->actor), tst_json_string (content, "actor"));
  gtk_switch_set_active (GTK_SWITCH (self->consent), tst_json_bool (content, "label_consent", FALSE));
  tst_draft_keeper_offer (self->draft, self->notice, NULL);
}

static void
on_changed (TstSpeakerForm *self)
{
  tst_form_notice_set (self->notice, NULL, FALSE);
  gtk_widget_set_visible (self->shown, gtk_switch_get_active (GTK_SWITCH (self->consent)));
  if (self->draft != NULL)
    tst_draft_keeper_touch (self->draft);
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) content = collect (self);

  if (book == NULL || self->busy)
    return;
  if (content == NULL || tst_json_string (content, "topic") == NULL)
    {
      tst_form_notice_set (self->notice, _("Escriba de qué quiere hablar la persona."), TRUE);
      gtk_widget_grab_focus (self->topic);
      return;
    }
  set_busy (self, TRUE);
  tst_field_book_add_visit_record_async (book, "speaker", self->event, content, NULL, on_saved, g_object_ref (self));
}

static void
tst_speaker_form_shown (TstPage *page)
{
  gtk_widget_grab_focus (TST_SPEAKER_FORM (page)->topic);
}

static gboolean
tst_speaker_form_may_leave (TstPage *page)
{
  return !TST_SPEAKER_FORM (page)->busy;
}

static void
tst_speaker_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstSpeakerFormProperty) id == PROP_SAVED)
    g_value_set_string (value, TST_SPEAKER_FORM (object)->saved != NULL ? TST_SPEAKER_FORM (object)->saved : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_speaker_form_dispose (GObject *object)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  G_OBJECT_CLASS (tst_speaker_form_parent_class)->dispose (object);
}

static void
tst_speaker_form_finalize (GObject *object)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (object);

  g_free (self->event);
  g_free (self->saved);
  G_OBJECT_CLASS (tst_speaker_form_parent_class)->finalize (object);
}

static void
tst_speaker_form_constructed (GObject *object)
{
  TstSpeakerForm *self = TST_SPEAKER_FORM (object);
  g_autofree char *lang = NULL;
  GtkWidget *column, *foot, *button;
  GtkWidget **const entries[] = { &self->topic, &self->name, &self->contact, &self->label };

  G_OBJECT_CLASS (tst_speaker_form_parent_class)->constructed (object);
  lang = tst_visit_language (TST_PAGE (self));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
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
  button = tst_form_button (_("Guardar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.save");
  gtk_box_append (GTK_BOX (foot), button);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (*entries[i], "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->consent, "notify::active", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->actor, "notify::value", G_CALLBACK (on_changed), self);
}

static void
tst_speaker_form_class_init (TstSpeakerFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_speaker_form_constructed;
  object_class->get_property = tst_speaker_form_get_property;
  object_class->dispose = tst_speaker_form_dispose;
  object_class->finalize = tst_speaker_form_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_speaker_form_shown;
  TST_PAGE_CLASS (klass)->may_leave = tst_speaker_form_may_leave;
  properties[PROP_SAVED] = g_param_spec_string ("saved", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "form.save", NULL);
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
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, TRUE, collect, restore);
  return GTK_WIDGET (self);
}
