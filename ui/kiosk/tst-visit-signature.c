/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-signature.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gi18n.h>

struct _TstVisitSignature
{
  TstRecordForm parent_instance; /* its draft is of what is written; a signature is drawn again */
  GtkWidget *role, *name, *document, *organisation, *pad;
  char *event;
  JsonObject *copy; /* what stays for the acta, once it is saved */
};

G_DEFINE_FINAL_TYPE (TstVisitSignature, tst_visit_signature, TST_TYPE_RECORD_FORM)

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
  tst_record_form_finish (TST_RECORD_FORM (self));
}

static void
tst_visit_signature_saved (TstRecordForm *form, const char *id)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (form);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *key = tst_visit_copies_key (self->event);

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
tst_visit_signature_collect (TstRecordForm *form)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (form);
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
tst_visit_signature_restore (TstRecordForm *form, JsonObject *content)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (form);

  if (tst_json_string (content, "role") != NULL)
    tst_choice_set_value (TST_CHOICE (self->role), tst_json_string (content, "role"));
  set_entry (self->name, content, "name");
  set_entry (self->document, content, "document");
  set_entry (self->organisation, content, "organisation");
}

static void
save (TstVisitSignature *self, TstFieldBook *book, GBytes *png)
{
  g_autoptr (JsonObject) content = json_object_new ();
  static const char *const kept[] = { "name", "organisation", "signature" };

  if (tst_choice_get_value (TST_CHOICE (self->role)) == NULL)
    {
      tst_record_form_complain (TST_RECORD_FORM (self), _("Elija por quién firma la persona."), NULL);
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
  tst_record_form_begin (TST_RECORD_FORM (self));
  tst_field_book_add_visit_record_async (book, "signature", self->event, content, NULL, tst_record_form_on_saved, g_object_ref (self));
}

static void
tst_visit_signature_save (TstRecordForm *form, TstFieldBook *book)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (form);
  g_autoptr (GBytes) png = tst_signature_pad_to_png (TST_SIGNATURE_PAD (self->pad));

  if (png == NULL)
    {
      tst_record_form_complain (form, _("Falta la firma. Si la persona no desea firmar, toque «No desea firmar»."), NULL);
      return;
    }
  save (self, book, png);
}

static void
on_decline (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (widget)));

  if (book != NULL && !tst_record_form_get_busy (TST_RECORD_FORM (widget)))
    save (TST_VISIT_SIGNATURE (widget), book, NULL);
}

static void
on_clear (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_signature_pad_clear (TST_SIGNATURE_PAD (TST_VISIT_SIGNATURE (widget)->pad));
}

static void
tst_visit_signature_dispose (GObject *object)
{
  TstVisitSignature *self = TST_VISIT_SIGNATURE (object);

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
  G_OBJECT_CLASS (tst_visit_signature_parent_class)->finalize (object);
}

static void
tst_visit_signature_class_init (TstVisitSignatureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  object_class->dispose = tst_visit_signature_dispose;
  object_class->finalize = tst_visit_signature_finalize;
  form_class->collect = tst_visit_signature_collect;
  form_class->restore = tst_visit_signature_restore;
  form_class->save = tst_visit_signature_save;
  form_class->saved = tst_visit_signature_saved;
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
  tst_record_form_build (TST_RECORD_FORM (self), _("Guardar la firma"), &column, &foot);
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
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (*entries[i], "changed", G_CALLBACK (tst_record_form_touch), self);
  g_signal_connect_swapped (self->role, "notify::value", G_CALLBACK (tst_record_form_touch), self);
  tst_record_form_set_left_text (TST_RECORD_FORM (self), _("Esto quedó sin guardar la última vez. Revíselo con la persona, que vuelve a firmar."));
  tst_record_form_keep (TST_RECORD_FORM (self), key, TRUE);
  return GTK_WIDGET (self);
}
