/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-contribution-form.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *name;
  GtkInputPurpose purpose;
} contact[] = {
  { "full_name", GTK_INPUT_PURPOSE_NAME },   { "id_no", GTK_INPUT_PURPOSE_FREE_FORM },
  { "phone", GTK_INPUT_PURPOSE_PHONE },      { "email", GTK_INPUT_PURPOSE_EMAIL },
  { "address", GTK_INPUT_PURPOSE_FREE_FORM },
};

struct _TstContributionForm
{
  TstPage parent_instance;
  GtkWidget *views, *form, *notice, *save, *finish, *kind, *subject, *text, *named, *contact_box, *id_type, *reply, *public_ok;
  GtkWidget *contact[G_N_ELEMENTS (contact)];
  GtkWidget *receipt;
  char *event, *work, *number;
  gboolean busy;
};

typedef enum
{
  PROP_NUMBER = 1,
} TstContributionFormProperty;

static GParamSpec *properties[PROP_NUMBER + 1];

G_DEFINE_FINAL_TYPE (TstContributionForm, tst_contribution_form, TST_TYPE_PAGE)

static void
wipe (TstContributionForm *self)
{
  tst_choice_set_value (TST_CHOICE (self->kind), NULL);
  tst_choice_set_value (TST_CHOICE (self->id_type), NULL);
  tst_choice_set_value (TST_CHOICE (self->reply), NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->subject), "");
  tst_form_set_area (self->text, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (contact); i++)
    gtk_editable_set_text (GTK_EDITABLE (self->contact[i]), "");
  gtk_switch_set_active (GTK_SWITCH (self->named), FALSE);
  gtk_switch_set_active (GTK_SWITCH (self->public_ok), FALSE);
}

/* --- receipt --- */

static GtkWidget *
centred (GtkWidget *box, const char *text, const char *class)
{
  GtkWidget *label = tst_form_text (box, text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.5);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static char *
due_text (const char *due_on)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) due = due_on != NULL ? tst_format_parse_time (due_on, utc) : NULL;
  g_autofree char *date = due != NULL ? tst_format_date (due) : NULL;

  if (date == NULL)
    return g_strdup (_("Gracias. Este aporte no tiene plazo de respuesta."));
  return g_strdup_printf (_("Debe tener respuesta a más tardar el %s."), date);
}

static void
show_receipt (TstContributionForm *self, const char *due_on)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (book);
  g_autofree char *due = due_text (due_on);
  g_autofree char *address = NULL;
  g_autofree char *name = g_strdup_printf (_("Código QR con el número %s"), self->number);
  GtkWidget *qr, *number;

  address = town != NULL ? g_strdup_printf ("%s%saportes/%s", town->url, g_str_has_suffix (town->url, "/") ? "" : "/", self->number)
                         : g_strdup (self->number);
  centred (self->receipt, _("Su aporte quedó guardado"), "title-2");
  centred (self->receipt, _("Este es su número. Tómele una foto o anótelo."), NULL);
  number = centred (self->receipt, self->number, "receipt-number");
  gtk_label_set_selectable (GTK_LABEL (number), TRUE);
  qr = tst_qr_new (address, name, 240);
  gtk_widget_set_halign (qr, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->receipt), qr);
  centred (self->receipt, due, "heading");
  centred (self->receipt, _("Con el número puede ver en la página en qué va su aporte. El número oficial de radicado llega después."), NULL);

  gtk_widget_set_visible (self->form, FALSE);
  gtk_widget_set_visible (self->receipt, TRUE);
  gtk_widget_set_visible (self->save, FALSE);
  gtk_widget_set_visible (self->finish, TRUE);
  gtk_widget_grab_focus (self->finish);
  tst_page_set_title (TST_PAGE (self), _("Recibo"));
}

/* --- saving --- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstContributionForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  g_autofree char *due_on = NULL;
  g_autofree char *id = tst_field_book_add_comment_finish (TST_FIELD_BOOK (source), result, &number, &due_on, &error);

  self->busy = FALSE;
  if (self->views == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", id == NULL);
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  wipe (self);
  tst_form_notice_set (self->notice, NULL, FALSE);
  self->number = g_steal_pointer (&number);
  show_receipt (self, due_on);
  tst_session_saved (tst_page_get_session (TST_PAGE (self)));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NUMBER]);
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, name, text);
}

static JsonObject *
read_form (TstContributionForm *self)
{
  JsonObject *fields = json_object_new ();
  gboolean named = gtk_switch_get_active (GTK_SWITCH (self->named));
  g_autofree char *subject = tst_form_get_entry (self->subject);
  g_autofree char *text = tst_form_get_area (self->text);

  set_text (fields, "class", tst_choice_get_value (TST_CHOICE (self->kind)));
  set_text (fields, "subject", subject);
  set_text (fields, "text", text);
  set_text (fields, "work", self->work);
  json_object_set_boolean_member (fields, "anonymous", !named);
  json_object_set_boolean_member (fields, "public_ok", gtk_switch_get_active (GTK_SWITCH (self->public_ok)));
  if (named)
    {
      JsonObject *requester = json_object_new ();

      for (guint i = 0; i < G_N_ELEMENTS (contact); i++)
        {
          g_autofree char *value = tst_form_get_entry (self->contact[i]);

          set_text (requester, contact[i].name, value);
        }
      set_text (requester, "id_type", tst_choice_get_value (TST_CHOICE (self->id_type)));
      set_text (fields, "reply_by", tst_choice_get_value (TST_CHOICE (self->reply)));
      json_object_set_object_member (fields, "requester", requester);
    }
  return fields;
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstContributionForm *self = TST_CONTRIBUTION_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) fields = NULL;

  if (book == NULL || self->busy || self->number != NULL)
    return;
  fields = read_form (self);
  self->busy = TRUE;
  gtk_widget_action_set_enabled (widget, "form.save", FALSE);
  tst_field_book_add_comment_async (book, self->event, fields, NULL, on_saved, g_object_ref (self));
}

static void
on_finish (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstContributionForm *self = TST_CONTRIBUTION_FORM (widget);
  GtkWidget *child;

  wipe (self);
  while ((child = gtk_widget_get_first_child (self->receipt)) != NULL)
    gtk_box_remove (GTK_BOX (self->receipt), child);
  tst_page_leave (TST_PAGE (self));
}

/* --- the widget --- */

static void
on_named (TstContributionForm *self)
{
  gtk_widget_set_visible (self->contact_box, gtk_switch_get_active (GTK_SWITCH (self->named)));
}

static gboolean
tst_contribution_form_may_leave (TstPage *page)
{
  return !TST_CONTRIBUTION_FORM (page)->busy;
}

static void
add_contact (TstContributionForm *self, GtkWidget *form, const char *lang)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);

  self->contact_box = box;
  gtk_box_append (GTK_BOX (form), box);
  gtk_widget_set_visible (box, FALSE);
  tst_form_text (box, _("Estos datos se guardan cifrados y sirven solo para responder. No se publican."));
  self->reply = tst_choice_new (_("Cómo quiere la respuesta"), TST_LIST_REPLY_CHANNEL, lang, FALSE);
  gtk_box_append (GTK_BOX (box), self->reply);
  for (guint i = 0; i < G_N_ELEMENTS (contact); i++)
    {
      if (strcmp (contact[i].name, "id_no") == 0)
        {
          self->id_type = tst_choice_new (_("Tipo de documento"), TST_LIST_DOCUMENT_TYPE, lang, FALSE);
          gtk_box_append (GTK_BOX (box), self->id_type);
        }
      self->contact[i] = tst_form_entry (box, tst_message_field_label (contact[i].name), contact[i].purpose);
      gtk_entry_set_input_hints (GTK_ENTRY (self->contact[i]), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK);
    }
}

static void
tst_contribution_form_constructed (GObject *object)
{
  TstContributionForm *self = TST_CONTRIBUTION_FORM (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  GtkWidget *page, *column, *foot, *form, *views;

  G_OBJECT_CLASS (tst_contribution_form_parent_class)->constructed (object);
  page = tst_form_page (720, &column, &foot);
  adw_bin_set_child (ADW_BIN (self), page);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  views = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (column), views);
  self->form = form = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  self->receipt = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  gtk_widget_set_visible (self->receipt, FALSE);
  gtk_box_append (GTK_BOX (views), form);
  gtk_box_append (GTK_BOX (views), self->receipt);

  self->kind = tst_choice_new (_("Qué desea presentar"), TST_LIST_CONTRIBUTION_CLASS, lang, TRUE);
  gtk_widget_add_css_class (self->kind, "big");
  gtk_box_append (GTK_BOX (form), self->kind);
  self->subject = tst_form_entry (form, _("Asunto, en pocas palabras (voluntario)"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->text = tst_form_area (form, _("Qué quiere decir"), 180);
  gtk_text_view_set_input_hints (GTK_TEXT_VIEW (self->text), GTK_INPUT_HINT_PRIVATE);
  self->public_ok = tst_form_switch (form, _("Publicar sin mis datos"), _("El texto puede verse en la página, sin nombre ni contacto, cuando lo revisen."));
  self->named = tst_form_switch (form, _("Dejar mis datos para que me respondan"), _("Si no, el aporte es anónimo: se consulta con el número."));
  g_signal_connect_swapped (self->named, "notify::active", G_CALLBACK (on_named), self);
  add_contact (self, form, lang);
  tst_form_text (form, _("El aporte se guarda solo cuando usted toca «Guardar». Después, esta tableta ya no puede leerlo."));

  self->save = tst_form_button (_("Guardar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->save), "form.save");
  gtk_box_append (GTK_BOX (foot), self->save);
  self->finish = tst_form_button (_("Terminar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->finish), "form.finish");
  gtk_widget_set_visible (self->finish, FALSE);
  gtk_box_append (GTK_BOX (foot), self->finish);
  self->views = views;
}

static void
tst_contribution_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstContributionFormProperty) id == PROP_NUMBER)
    g_value_set_string (value, TST_CONTRIBUTION_FORM (object)->number);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_contribution_form_dispose (GObject *object)
{
  TST_CONTRIBUTION_FORM (object)->views = NULL;
  G_OBJECT_CLASS (tst_contribution_form_parent_class)->dispose (object);
}

static void
tst_contribution_form_finalize (GObject *object)
{
  TstContributionForm *self = TST_CONTRIBUTION_FORM (object);

  g_free (self->event);
  g_free (self->work);
  g_free (self->number);
  G_OBJECT_CLASS (tst_contribution_form_parent_class)->finalize (object);
}

static void
tst_contribution_form_class_init (TstContributionFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_contribution_form_constructed;
  object_class->get_property = tst_contribution_form_get_property;
  object_class->dispose = tst_contribution_form_dispose;
  object_class->finalize = tst_contribution_form_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_contribution_form_may_leave;
  properties[PROP_NUMBER] = g_param_spec_string ("number", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.finish", NULL, on_finish);
}

static void
tst_contribution_form_init (TstContributionForm *self)
{
}

GtkWidget *
tst_contribution_form_new (TstSession *session, const char *event_id, const char *work)
{
  TstContributionForm *self = g_object_new (TST_TYPE_CONTRIBUTION_FORM, "session", session, "title", _("Aporte"), NULL);

  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  return GTK_WIDGET (self);
}
