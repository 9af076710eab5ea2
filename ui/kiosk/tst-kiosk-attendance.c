/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-attendance.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-attendance-card.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-card-reader.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const consents[] = { "data", "sensitive", "image" };

static const struct
{
  const char *name;
  TstCodeList list;
} sensitive[] = {
  { "age_band", TST_LIST_AGE_BAND }, { "sex", TST_LIST_SEX },          { "gender", TST_LIST_GENDER },
  { "ethnicity", TST_LIST_ETHNICITY }, { "disability", TST_LIST_YES_NO }, { "victim", TST_LIST_YES_NO },
};

struct _TstKioskAttendance
{
  TstKioskFlow parent_instance;
  GtkWidget *consent[G_N_ELEMENTS (consents)];
  GtkWidget *go_on, *reader, *id_type, *id_no, *minor, *full_name, *guardian, *phone, *email, *actor, *organisation, *barrio, *comuna, *pad;
  GtkWidget *sensitive[G_N_ELEMENTS (sensitive)];
  char *notice_sha256;
  gboolean by_card;
};

G_DEFINE_FINAL_TYPE (TstKioskAttendance, tst_kiosk_attendance, TST_TYPE_KIOSK_FLOW)

/* --- the steps --- */

static gboolean
has (GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  return *text != '\0';
}

static gboolean
is_minor (TstKioskAttendance *self)
{
  const char *type = tst_choice_get_value (TST_CHOICE (self->id_type));

  return gtk_switch_get_active (GTK_SWITCH (self->minor)) || g_strcmp0 (type, "TI") == 0 || g_strcmp0 (type, "RC") == 0;
}

static gboolean
allows (TstKioskAttendance *self, guint at)
{
  return gtk_switch_get_active (GTK_SWITCH (self->consent[at]));
}

static const char *
tst_kiosk_attendance_next (TstKioskFlow *flow, const char *step)
{
  TstKioskAttendance *self = TST_KIOSK_ATTENDANCE (flow);

  if (strcmp (step, "consent") == 0)
    return "how";
  if (strcmp (step, "how") == 0)
    return self->by_card ? "card" : "document";
  if (strcmp (step, "card") == 0)
    return "document";
  if (strcmp (step, "document") == 0)
    return "name";
  if (strcmp (step, "name") == 0)
    return is_minor (self) ? "guardian" : "contact";
  if (strcmp (step, "guardian") == 0)
    return "contact";
  if (strcmp (step, "contact") == 0)
    return "who";
  if (strcmp (step, "who") == 0)
    return "where";
  if (strcmp (step, "where") == 0)
    return allows (self, 1) ? "sensitive" : "signature";
  return strcmp (step, "sensitive") == 0 ? "signature" : NULL;
}

static gboolean
has_sensitive (TstKioskAttendance *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (sensitive); i++)
    if (tst_choice_get_value (TST_CHOICE (self->sensitive[i])) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
tst_kiosk_attendance_is_complete (TstKioskFlow *flow, const char *step)
{
  TstKioskAttendance *self = TST_KIOSK_ATTENDANCE (flow);

  if (strcmp (step, "consent") == 0)
    return allows (self, 0);
  if (strcmp (step, "document") == 0)
    return tst_choice_get_value (TST_CHOICE (self->id_type)) != NULL && has (self->id_no);
  if (strcmp (step, "name") == 0)
    return has (self->full_name);
  if (strcmp (step, "guardian") == 0)
    return has (self->guardian);
  if (strcmp (step, "contact") == 0)
    return has (self->phone) || has (self->email);
  if (strcmp (step, "who") == 0)
    return tst_choice_get_value (TST_CHOICE (self->actor)) != NULL || has (self->organisation);
  if (strcmp (step, "where") == 0)
    return has (self->barrio) || has (self->comuna);
  if (strcmp (step, "sensitive") == 0)
    return has_sensitive (self);
  if (strcmp (step, "signature") == 0)
    return !tst_signature_pad_is_empty (TST_SIGNATURE_PAD (self->pad));
  return TRUE;
}

static void
on_consent (TstKioskAttendance *self)
{
  gtk_widget_set_sensitive (self->go_on, allows (self, 0));
  tst_kiosk_flow_update (TST_KIOSK_FLOW (self));
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
}

static void
on_document (TstKioskAttendance *self)
{
  const char *type = tst_choice_get_value (TST_CHOICE (self->id_type));
  gboolean digits = g_strcmp0 (type, "CC") == 0 || g_strcmp0 (type, "TI") == 0 || g_strcmp0 (type, "RC") == 0;

  gtk_entry_set_input_purpose (GTK_ENTRY (self->id_no), digits ? GTK_INPUT_PURPOSE_DIGITS : GTK_INPUT_PURPOSE_FREE_FORM);
  tst_kiosk_flow_update (TST_KIOSK_FLOW (self));
  if (type != NULL && !has (self->id_no))
    tst_kiosk_flow_show_rest (TST_KIOSK_FLOW (self));
}

static void
on_listen (TstKioskAttendance *self)
{
  g_autofree char *text = tst_kiosk_screen_dup_text (TST_KIOSK_SCREEN (self));

  tst_kiosk_screen_say (TST_KIOSK_SCREEN (self), text);
}

static void
on_without (TstKioskAttendance *self)
{
  tst_kiosk_screen_show (TST_KIOSK_SCREEN (self),
                         tst_kiosk_receipt_new_plain (TST_KIOSK_SCREEN (self), _("Siga, por favor"),
                                                      _("Puede asistir y opinar sin dejar sus datos. No se guardó nada de usted.")));
}

static void
on_card (TstKioskAttendance *self)
{
  self->by_card = TRUE;
  tst_kiosk_flow_go_on (TST_KIOSK_FLOW (self));
}

static void
on_typing (TstKioskAttendance *self)
{
  self->by_card = FALSE;
  tst_kiosk_flow_go_on (TST_KIOSK_FLOW (self));
}

void
tst_kiosk_attendance_take_card (TstKioskAttendance *self, GBytes *payload)
{
  g_auto (TstAttendanceCard) card = { 0 };

  g_return_if_fail (TST_IS_KIOSK_ATTENDANCE (self));
  if (g_strcmp0 (tst_kiosk_flow_get_step (TST_KIOSK_FLOW (self)), "card") != 0)
    return;
  if (!tst_attendance_card_read (&card, tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)), payload))
    {
      tst_kiosk_flow_set_trouble (TST_KIOSK_FLOW (self), _("Ese código no es el de una cédula. Acerque el respaldo, derecho y con luz."));
      return;
    }
  tst_choice_set_value (TST_CHOICE (self->id_type), card.id_type);
  gtk_switch_set_active (GTK_SWITCH (self->minor), card.minor);
  gtk_editable_set_text (GTK_EDITABLE (self->id_no), card.number);
  gtk_editable_set_text (GTK_EDITABLE (self->full_name), card.name);
  /* Document and name are read back to be corrected. */
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "document");
}

static gboolean
on_key (TstKioskAttendance *self, guint keyval, guint code, GdkModifierType state, GtkEventController *keys)
{
  return g_strcmp0 (tst_kiosk_flow_get_step (TST_KIOSK_FLOW (self)), "card") == 0
         && tst_card_reader_take_key (TST_CARD_READER (self->reader), keyval, gtk_event_controller_get_current_event_time (keys));
}

/* --- saving --- */

static void
set_entry (JsonObject *fields, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  if (*text != '\0')
    json_object_set_string_member (fields, name, text);
}

static void
set_choice (JsonObject *fields, const char *name, GtkWidget *choice)
{
  const char *value = tst_choice_get_value (TST_CHOICE (choice));

  if (value != NULL)
    json_object_set_string_member (fields, name, value);
}

static JsonObject *
read_form (TstKioskAttendance *self, gboolean sign)
{
  JsonObject *fields = json_object_new ();
  JsonObject *consent = json_object_new ();
  g_autoptr (GBytes) picture = sign ? tst_signature_pad_to_png (TST_SIGNATURE_PAD (self->pad)) : NULL;

  set_entry (fields, "full_name", self->full_name);
  set_choice (fields, "id_type", self->id_type);
  set_entry (fields, "id_no", self->id_no);
  set_entry (fields, "phone", self->phone);
  set_entry (fields, "email", self->email);
  set_choice (fields, "actor_type", self->actor);
  set_entry (fields, "organisation", self->organisation);
  set_entry (fields, "barrio", self->barrio);
  set_entry (fields, "comuna", self->comuna);
  if (is_minor (self))
    set_entry (fields, "guardian_name", self->guardian);
  for (guint i = 0; allows (self, 1) && i < G_N_ELEMENTS (sensitive); i++)
    set_choice (fields, sensitive[i].name, self->sensitive[i]);
  if (picture != NULL)
    {
      g_autofree char *base64 = g_base64_encode (g_bytes_get_data (picture, NULL), g_bytes_get_size (picture));

      json_object_set_string_member (fields, "signature", base64);
    }
  for (guint i = 0; i < G_N_ELEMENTS (consents); i++)
    json_object_set_boolean_member (consent, consents[i], allows (self, i));
  json_object_set_object_member (fields, "consent", consent);
  json_object_set_string_member (fields, "notice_sha256", self->notice_sha256);
  return fields;
}

static void
show_done (TstKioskAttendance *self, const char *text)
{
  tst_kiosk_screen_show (TST_KIOSK_SCREEN (self), tst_kiosk_receipt_new_plain (TST_KIOSK_SCREEN (self), _("Bienvenida, bienvenido"), text));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskAttendance) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self));
  g_autofree char *number = NULL;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  tst_kiosk_flow_set_busy (TST_KIOSK_FLOW (self), FALSE);
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_kiosk_flow_set_trouble (TST_KIOSK_FLOW (self), text);
      return;
    }
  number = tst_form_get_entry (self->id_no);
  tst_attendance_note (session, tst_choice_get_value (TST_CHOICE (self->id_type)), number);
  tst_session_saved (session);
  show_done (self, _("Su asistencia quedó guardada y cifrada. En esta tableta nadie más puede leerla."));
}

/* The same document again writes nothing: the sheet counts people. Told at the end only, so that nobody tries numbers here to see who came. */
static gboolean
is_repeated (TstKioskAttendance *self)
{
  g_autofree char *number = tst_form_get_entry (self->id_no);

  return tst_attendance_is_repeated (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)), tst_choice_get_value (TST_CHOICE (self->id_type)), number);
}

static void
save (TstKioskAttendance *self, gboolean sign)
{
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (screen));
  g_autoptr (JsonObject) fields = NULL;

  if (book == NULL || tst_kiosk_screen_get_event (screen) == NULL || tst_kiosk_flow_get_busy (TST_KIOSK_FLOW (self)))
    return;
  if (is_repeated (self))
    {
      show_done (self, _("Usted ya estaba en la lista de este espacio. No se anotó dos veces. Para corregir un dato, hable con el personal."));
      return;
    }
  fields = read_form (self, sign);
  tst_kiosk_flow_set_busy (TST_KIOSK_FLOW (self), TRUE);
  tst_field_book_add_attendance_async (book, tst_kiosk_screen_get_event (screen), fields, NULL, on_saved, g_object_ref (self));
}

static void
tst_kiosk_attendance_complete (TstKioskFlow *flow)
{
  save (TST_KIOSK_ATTENDANCE (flow), TRUE);
}

static void
on_no_signature (TstKioskAttendance *self)
{
  save (self, FALSE);
}

static void
on_clear (TstKioskAttendance *self)
{
  tst_signature_pad_clear (TST_SIGNATURE_PAD (self->pad));
}

/* --- the widget --- */

static GtkWidget *
add_button (TstKioskAttendance *self, GtkWidget *box, const char *label, const char *class, GCallback callback)
{
  GtkWidget *button = tst_form_button (label, class);

  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_consent (TstKioskAttendance *self, const TstTown *town, const char *lang)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  g_autofree char *notice = tst_town_dup_notice (town, lang);
  TstHash hash = tst_town_notice_hash (town, lang);
  GtkWidget *box = tst_kiosk_flow_add (flow, "consent", _("Antes de sus datos"), NULL, NULL, FALSE);
  GtkWidget *text;

  self->notice_sha256 = tst_hash_to_hex (&hash);
  text = tst_form_text (box, notice);
  gtk_widget_add_css_class (text, "card-box");
  if (tst_session_get_speaker (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self))) != NULL)
    add_button (self, box, _("Escuchar"), NULL, G_CALLBACK (on_listen));
  self->consent[0] = tst_form_switch (box, _("Autorizo el uso de mis datos"), NULL);
  self->consent[1] = tst_form_switch (box, _("Autorizo el uso de mis datos sensibles"), _("Voluntario: edad, género, etnia, discapacidad y otros."));
  self->consent[2] = tst_form_switch (box, _("Autorizo el uso de mi imagen"), _("Voluntario: aparecer en las fotos del espacio."));
  self->go_on = add_button (self, box, _("Seguir con mis datos"), "main suggested-action", G_CALLBACK (tst_kiosk_flow_go_on));
  gtk_widget_set_sensitive (self->go_on, FALSE);
  add_button (self, box, _("Seguir sin mis datos"), "main", G_CALLBACK (on_without));
  for (guint i = 0; i < G_N_ELEMENTS (consents); i++)
    g_signal_connect_swapped (self->consent[i], "notify::active", G_CALLBACK (on_consent), self);
  tst_kiosk_flow_hide_forward (flow, "consent");
}

static void
add_card (TstKioskAttendance *self)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box = tst_kiosk_flow_add (flow, "how", _("¿Cómo prefiere registrarse?"), NULL, NULL, FALSE);

  add_button (self, box, _("Con mi cédula"), "main suggested-action", G_CALLBACK (on_card));
  add_button (self, box, _("Escribiendo"), "main", G_CALLBACK (on_typing));
  tst_kiosk_flow_hide_forward (flow, "how");
  box = tst_kiosk_flow_add (flow, "card", _("El respaldo de su cédula"), NULL, N_("Escribirlo"), FALSE);
  self->reader = tst_card_reader_new (tst_session_get_camera (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self))));
  g_signal_connect_swapped (self->reader, "read", G_CALLBACK (tst_kiosk_attendance_take_card), self);
  gtk_box_append (GTK_BOX (box), self->reader);
}

static void
add_person (TstKioskAttendance *self, const char *lang)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box = tst_kiosk_flow_add (flow, "document", _("¿Cuál es su documento?"), NULL, NULL, FALSE);

  self->id_type = tst_choice_new (_("Tipo de documento"), TST_LIST_DOCUMENT_TYPE, lang, TRUE);
  g_signal_connect_swapped (self->id_type, "notify::value", G_CALLBACK (on_document), self);
  gtk_box_append (GTK_BOX (box), self->id_type);
  self->id_no = tst_kiosk_flow_entry (flow, box, _("Número"), GTK_INPUT_PURPOSE_DIGITS);
  self->minor = tst_form_switch (box, _("Soy menor de edad"), NULL);
  g_signal_connect_swapped (self->minor, "notify::active", G_CALLBACK (tst_kiosk_flow_update), self);

  box = tst_kiosk_flow_add (flow, "name", _("¿Cuál es su nombre?"), NULL, NULL, FALSE);
  self->full_name = tst_kiosk_flow_entry (flow, box, _("Nombre y apellidos"), GTK_INPUT_PURPOSE_NAME);
  box = tst_kiosk_flow_add (flow, "guardian", _("¿Quién autoriza por usted?"), _("Madre, padre o quien le representa. Debe estar aquí."), NULL, FALSE);
  self->guardian = tst_kiosk_flow_entry (flow, box, _("Nombre de quien autoriza"), GTK_INPUT_PURPOSE_NAME);
  box = tst_kiosk_flow_add (flow, "contact", _("¿Cómo le contactamos?"), _("Voluntario. No se publica."), NULL, TRUE);
  self->phone = tst_kiosk_flow_entry (flow, box, _("Teléfono"), GTK_INPUT_PURPOSE_PHONE);
  self->email = tst_kiosk_flow_entry (flow, box, _("Correo electrónico"), GTK_INPUT_PURPOSE_EMAIL);
  box = tst_kiosk_flow_add (flow, "who", _("¿En nombre de quién viene?"), _("Voluntario."), NULL, TRUE);
  self->actor = tst_choice_new (_("Viene como"), TST_LIST_ACTOR, lang, FALSE);
  g_signal_connect_swapped (self->actor, "notify::value", G_CALLBACK (tst_kiosk_flow_update), self);
  gtk_box_append (GTK_BOX (box), self->actor);
  self->organisation = tst_kiosk_flow_entry (flow, box, _("Organización"), GTK_INPUT_PURPOSE_FREE_FORM);
  box = tst_kiosk_flow_add (flow, "where", _("¿Dónde vive?"), _("Voluntario."), NULL, TRUE);
  self->barrio = tst_kiosk_flow_entry (flow, box, _("Barrio o vereda"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->comuna = tst_kiosk_flow_entry (flow, box, _("Comuna"), GTK_INPUT_PURPOSE_FREE_FORM);
}

static void
add_end (TstKioskAttendance *self, const char *lang)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box = tst_kiosk_flow_add (flow, "sensitive", _("Preguntas voluntarias"),
                                       _("Responda lo que quiera, o nada. Sirve para saber a quién le falta voz en estos espacios."), NULL, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (sensitive); i++)
    {
      self->sensitive[i] = tst_choice_new (tst_message_field_label (sensitive[i].name), sensitive[i].list, lang, FALSE);
      g_signal_connect_swapped (self->sensitive[i], "notify::value", G_CALLBACK (tst_kiosk_flow_update), self);
      gtk_box_append (GTK_BOX (box), self->sensitive[i]);
    }
  box = tst_kiosk_flow_add (flow, "signature", _("Su firma"), _("Firme con el dedo. Se guarda solo el dibujo, cifrado."), N_("Guardar"), FALSE);
  self->pad = tst_signature_pad_new ();
  g_signal_connect_swapped (self->pad, "notify::empty", G_CALLBACK (tst_kiosk_flow_update), self);
  gtk_box_append (GTK_BOX (box), self->pad);
  add_button (self, box, _("Borrar la firma"), NULL, G_CALLBACK (on_clear));
  add_button (self, box, _("No deseo firmar"), "main", G_CALLBACK (on_no_signature));
}

static void
tst_kiosk_attendance_constructed (GObject *object)
{
  TstKioskAttendance *self = TST_KIOSK_ATTENDANCE (object);
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (screen));
  const char *lang = tst_kiosk_screen_get_lang (screen);
  g_autoptr (TstTown) shipped = book == NULL ? tst_town_new_default () : NULL;
  GtkEventController *keys = gtk_event_controller_key_new ();

  G_OBJECT_CLASS (tst_kiosk_attendance_parent_class)->constructed (object);
  add_consent (self, book != NULL ? tst_field_book_get_profile (book) : shipped, lang);
  add_card (self);
  add_person (self, lang);
  add_end (self, lang);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "consent");
}

static void
tst_kiosk_attendance_finalize (GObject *object)
{
  g_free (TST_KIOSK_ATTENDANCE (object)->notice_sha256);
  G_OBJECT_CLASS (tst_kiosk_attendance_parent_class)->finalize (object);
}

static void
tst_kiosk_attendance_class_init (TstKioskAttendanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstKioskFlowClass *flow_class = TST_KIOSK_FLOW_CLASS (klass);

  object_class->constructed = tst_kiosk_attendance_constructed;
  object_class->finalize = tst_kiosk_attendance_finalize;
  flow_class->next = tst_kiosk_attendance_next;
  flow_class->is_complete = tst_kiosk_attendance_is_complete;
  flow_class->complete = tst_kiosk_attendance_complete;
}

static void
tst_kiosk_attendance_init (TstKioskAttendance *self)
{
}

GtkWidget *
tst_kiosk_attendance_new (TstSession *session, const char *event, const char *lang)
{
  return g_object_new (TST_TYPE_KIOSK_ATTENDANCE, "session", session, "event", event, "lang", lang, NULL);
}
