/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-signature.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gi18n.h>

struct _TstVisitSignature
{
  TstPage parent_instance;
  GtkWidget *notice, *role, *name, *document, *organisation, *pad;
  char *event, *saved;
  JsonObject *copy; /* what stays for the acta, once it is saved */
  TstDraftKeeper *draft; /* of what is written; a signature is drawn again */
  gboolean busy;
};

typedef enum
{
  PROP_SAVED = 1,
} TstVisitSignatureProperty;

static GParamSpec *properties[PROP_SAVED + 1];

G_DEFINE_FINAL_TYPE (TstVisitSignature, tst_visit_signature, TST_TYPE_PAGE)

static void
set_busy (TstVisitSignature *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "signature.save", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "signature.decline", !busy);
}

static void
leave (TstVisitSignature *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED]);
  if (session != NULL)
    {
      tst_session_saved (session);
      tst_session_toast (session, _("Guardado"));
    }
  self->busy = FALSE;
  tst_page_leave (TST_PAGE (self));
}

/* The copies of all that signed so far, with this one. */
static void
on_copies (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitSignature) self = user_data;
  g_autoptr (JsonObject) content = tst_drafts_load_finish (result, NULL);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *key = tst_visit_copies_key (self->event);

  if (content == NULL)
    content = json_object_new ();
  if (tst_json_array (content, "signed") == NULL)
    json_object_set_array_member (content, "signed", json_array_new ());
  json_array_add_object_element (tst_json_array (content, "signed"), g_steal_pointer (&self->copy));
  if (session != NULL)
    tst_drafts_keep (session, key, content, TRUE);
  leave (self);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitSignature) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *key = tst_visit_copies_key (self->event);

  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      g_clear_pointer (&self->copy, json_object_unref);
      set_busy (self, FALSE);
      if (self->pad != NULL)
        tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  self->saved = g_strdup (id);
  tst_draft_keeper_done (self->draft);
  if (self->pad != NULL)
    tst_signature_pad_clear (TST_SIGNATURE_PAD (self->pad));
  json_object_set_string_member (self->copy, "record", id);
  if (session != NULL)
    tst_drafts_load_async (session, key, NULL, on_copies, g_object_ref (self));
}

static void
put (JsonObject *content, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  if (*text != '\0')
    json_object_set_string_member (content, name, text);
}

static void
put_written (TstVisitSignature *self, JsonObject *content)
{
  put (content, "name", self->name);
  put (content, "document", self->document);
  put (content, "organisation", self->organisation);
}

static JsonObject *
collect (gpointer page)
{
  TstVisitSignature *self = page;
  g_autoptr (JsonObject) content = json_object_new ();

  put_written (self, content);
  if (json_object_get_size (content) == 0)
    return NULL;
  if (tst_choice_get_value (TST_CHOICE (self->role)) != NULL)
    json_object_set_string_member (content, "role", tst_choice_get_value (TST_CHOICE (self->role)));
  return g_steal_pointer (&content);
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
  TstVisitSignature *self = page;

  if (tst_json_string (content, "role") != NULL)
    tst_choice_set_value (TST_CHOICE (self->role), tst_json_string (content, "role"));
  set_entry (self->name, content, "name");
  set_entry (self->document, content, "document");
  set_entry (self->organisation, content, "organisation");
  tst_draft_keeper_offer (self->draft, self->notice, _("Esto quedó sin guardar la última vez. Revíselo con la persona, que vuelve a firmar."));
}

static void
on_changed (TstVisitSignature *self)
{
  tst_form_notice_set (self->notice, NULL, FALSE);
  tst_draft_keeper_touch (self->draft);
}

static void
save (TstVisitSignature *self, GBytes *png)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) content = json_object_new ();
  static const char *const kept[] = { "name", "organisation", "signature" };

  if (book == NULL || self->busy)
    return;
  if (tst_choice_get_value (TST_CHOICE (self->role)) == NULL)
    {
      tst_form_notice_set (self->notice, _("Elija por quién firma la persona."), TRUE);
      return;
    }
  json_object_set_string_member (content, "role", tst_choice_get_value (TST_CHOICE (self->role)));
  json_object_set_boolean_member (content, "signed", png != NULL);
  put_written (self, content);
  if (png != NULL)
    {
      g_autofree char *text = g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png));

      json_object_set_string_member (content, "signature", text);
    }
  g_clear_pointer (&self->copy, json_object_unref);
  self->copy = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (json_object_has_member (content, kept[i]))
      json_object_set_member (self->copy, kept[i], json_object_dup_member (content, kept[i]));
  set_busy (self, TRUE);
  tst_field_book_add_visit_record_async (book, "signature", self->event, content, NULL, on_saved, g_object_ref (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (widget);
  g_autoptr (GBytes) png = tst_signature_pad_to_png (TST_SIGNATURE_PAD (self->pad));

  if (png == NULL)
    {
      tst_form_notice_set (self->notice, _("Falta la firma. Si la persona no desea firmar, toque «No desea firmar»."), TRUE);
      return;
    }
  save (self, png);
}

static void
on_decline (GtkWidget *widget, const char *action, GVariant *parameter)
{
  save (TST_VISIT_SIGNATURE (widget), NULL);
}

static void
on_clear (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_signature_pad_clear (TST_SIGNATURE_PAD (TST_VISIT_SIGNATURE (widget)->pad));
}

static gboolean
tst_visit_signature_may_leave (TstPage *page)
{
  return !TST_VISIT_SIGNATURE (page)->busy;
}

static void
tst_visit_signature_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstVisitSignatureProperty) id == PROP_SAVED)
    g_value_set_string (value, TST_VISIT_SIGNATURE (object)->saved != NULL ? TST_VISIT_SIGNATURE (object)->saved : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_visit_signature_dispose (GObject *object)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  if (self->pad != NULL)
    tst_signature_pad_clear (TST_SIGNATURE_PAD (self->pad));
  self->pad = NULL;
  G_OBJECT_CLASS (tst_visit_signature_parent_class)->dispose (object);
}

static void
tst_visit_signature_finalize (GObject *object)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (object);

  g_clear_pointer (&self->copy, json_object_unref);
  g_free (self->event);
  g_free (self->saved);
  G_OBJECT_CLASS (tst_visit_signature_parent_class)->finalize (object);
}

static void
tst_visit_signature_class_init (TstVisitSignatureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_visit_signature_get_property;
  object_class->dispose = tst_visit_signature_dispose;
  object_class->finalize = tst_visit_signature_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_visit_signature_may_leave;
  properties[PROP_SAVED] = g_param_spec_string ("saved", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "signature.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "signature.decline", NULL, on_decline);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "signature.clear", NULL, on_clear);
}

static void
tst_visit_signature_init (TstVisitSignature *self)
{
}

GtkWidget *
tst_visit_signature_new (TstSession *session, const char *event_id, const char *role)
{
  TstVisitSignature *self = g_object_new (TST_TYPE_VISIT_SIGNATURE, "session", session, "title", _("Firma"), NULL);
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  g_autofree char *key = g_strconcat ("signature-", event_id, NULL);
  GtkWidget *column, *foot, *button;
  GtkWidget **const entries[] = { &self->name, &self->document, &self->organisation };

  self->event = g_strdup (event_id);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->role = tst_choice_new (_("¿Por quién firma?"), TST_LIST_VISIT_ROLE, lang, TRUE);
  if (role != NULL)
    tst_choice_set_value (TST_CHOICE (self->role), role);
  gtk_box_append (GTK_BOX (column), self->role);
  self->name = tst_form_entry (column, _("Nombre y apellidos"), GTK_INPUT_PURPOSE_NAME);
  /* Read before the finger comes down, and the pad within sight on a phone; what need not be given stands below it. */
  tst_form_text (column, _("El nombre, el documento y la firma quedan sellados: solo los abre quien responde por los datos. Nunca se publican. Firmar es voluntario."));
  tst_form_heading (column, _("Firme aquí con el dedo"));
  self->pad = tst_signature_pad_new ();
  gtk_widget_set_size_request (self->pad, -1, 180);
  gtk_box_append (GTK_BOX (column), self->pad);
  button = tst_form_button (_("Borrar la firma"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "signature.clear");
  gtk_box_append (GTK_BOX (column), button);
  button = tst_form_button (_("No desea firmar"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "signature.decline");
  gtk_box_append (GTK_BOX (column), button);
  self->document = tst_form_entry (column, _("Documento (si lo da)"), GTK_INPUT_PURPOSE_DIGITS);
  self->organisation = tst_form_entry (column, _("Oficina, empresa o junta"), GTK_INPUT_PURPOSE_FREE_FORM);
  button = tst_form_button (_("Guardar la firma"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "signature.save");
  gtk_box_append (GTK_BOX (foot), button);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (*entries[i], "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->role, "notify::value", G_CALLBACK (on_changed), self);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, TRUE, collect, restore);
  return GTK_WIDGET (self);
}
