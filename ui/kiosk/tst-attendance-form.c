/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-attendance-form.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-attendance-card.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-card-reader.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-signature-pad.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  ENTRY,
  CHOICE,
  SWITCH
} ControlKind;

/* What the form asks; the names are the members of testigoctl attendance add, "consent.…" and ".…" apart. */
static const struct
{
  const char *name;
  ControlKind kind;
  TstCodeList list;
  GtkInputPurpose purpose;
  gboolean sensitive;
} asked[] = {
  { "full_name", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_NAME, FALSE },
  { "id_type", CHOICE, TST_LIST_DOCUMENT_TYPE, 0, FALSE },
  { "id_no", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_FREE_FORM, FALSE },
  { "actor_type", CHOICE, TST_LIST_ACTOR, 0, FALSE },
  { "organisation", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_FREE_FORM, FALSE },
  { "position", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_FREE_FORM, FALSE },
  { "phone", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_PHONE, FALSE },
  { "email", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_EMAIL, FALSE },
  { "barrio", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_FREE_FORM, FALSE },
  { "comuna", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_FREE_FORM, FALSE },
  { "guardian_name", ENTRY, TST_N_LISTS, GTK_INPUT_PURPOSE_NAME, FALSE },
  { "sex", CHOICE, TST_LIST_SEX, 0, TRUE },
  { "gender", CHOICE, TST_LIST_GENDER, 0, TRUE },
  { "age_band", CHOICE, TST_LIST_AGE_BAND, 0, TRUE },
  { "ethnicity", CHOICE, TST_LIST_ETHNICITY, 0, TRUE },
  { "disability", CHOICE, TST_LIST_YES_NO, 0, TRUE },
  { "victim", CHOICE, TST_LIST_YES_NO, 0, TRUE },
};

static const char *const consents[] = { "data", "sensitive", "image" };

struct _TstAttendanceForm
{
  TstPage parent_instance;
  GtkWidget *steps, *person, *voluntary, *notice, *foot_next, *foot_save, *foot_back, *guardian_box, *minor;
  GtkWidget *scan, *reader, *signature, *pad;
  GtkWidget *controls[G_N_ELEMENTS (asked)];
  GtkWidget *consent[G_N_ELEMENTS (consents)];
  char *event, *notice_sha256;
  TstDraftKeeper *draft;
  gboolean busy;
};

typedef enum
{
  PROP_STEP = 1,
} TstAttendanceFormProperty;

static GParamSpec *properties[PROP_STEP + 1];

G_DEFINE_FINAL_TYPE (TstAttendanceForm, tst_attendance_form, TST_TYPE_PAGE)

static const char *
get_step (TstAttendanceForm *self)
{
  return gtk_widget_get_visible (self->person) ? "person" : "voluntary";
}

static GtkWidget *
get_control (TstAttendanceForm *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    if (strcmp (asked[i].name, name) == 0)
      return self->controls[i];
  g_assert_not_reached ();
}

static const char *
get_id_type (TstAttendanceForm *self)
{
  return tst_choice_get_value (TST_CHOICE (get_control (self, "id_type")));
}

static gboolean
is_minor (TstAttendanceForm *self)
{
  const char *document = get_id_type (self);

  return gtk_switch_get_active (GTK_SWITCH (self->minor)) || g_strcmp0 (document, "TI") == 0 || g_strcmp0 (document, "RC") == 0;
}

/* The buttons follow the consents: who does not allow sensitive data is not asked for any. */
static void
update (TstAttendanceForm *self)
{
  gboolean first = g_strcmp0 (get_step (self), "person") == 0;
  gboolean sensitive = gtk_switch_get_active (GTK_SWITCH (self->consent[1]));

  gtk_widget_set_visible (self->foot_next, first && sensitive);
  gtk_widget_set_visible (self->foot_back, !first);
  gtk_widget_set_visible (self->foot_save, !first || !sensitive);
  gtk_widget_set_visible (self->guardian_box, is_minor (self));
  gtk_widget_set_visible (self->signature, !first || !sensitive);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", !self->busy);
}

static void
go (TstAttendanceForm *self, const char *step)
{
  gtk_widget_set_visible (self->person, strcmp (step, "person") == 0);
  gtk_widget_set_visible (self->voluntary, strcmp (step, "person") != 0);
  tst_form_notice_set (self->notice, NULL, FALSE);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

/* --- what stands in the form --- */

static char *
get_text (TstAttendanceForm *self, guint at)
{
  if (asked[at].kind == ENTRY)
    return tst_form_get_entry (self->controls[at]);
  return g_strdup (tst_choice_get_value (TST_CHOICE (self->controls[at])));
}

static JsonObject *
read_form (TstAttendanceForm *self, gboolean *empty)
{
  JsonObject *fields = json_object_new ();
  JsonObject *consent = json_object_new ();
  gboolean sensitive = gtk_switch_get_active (GTK_SWITCH (self->consent[1]));

  *empty = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autofree char *text = get_text (self, i);

      if (text == NULL || *text == '\0' || (asked[i].sensitive && !sensitive)
          || (strcmp (asked[i].name, "guardian_name") == 0 && !is_minor (self)))
        continue;
      *empty = FALSE;
      json_object_set_string_member (fields, asked[i].name, text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (consents); i++)
    json_object_set_boolean_member (consent, consents[i], gtk_switch_get_active (GTK_SWITCH (self->consent[i])));
  json_object_set_object_member (fields, "consent", consent);
  return fields;
}

static JsonObject *
collect (gpointer page)
{
  gboolean empty;
  JsonObject *fields = read_form (page, &empty);

  if (empty)
    g_clear_pointer (&fields, json_object_unref);
  return fields;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstAttendanceForm *self = page;

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      const char *text = tst_json_string (content, asked[i].name);

      if (text == NULL)
        continue;
      if (asked[i].kind == ENTRY)
        gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), text);
      else
        tst_choice_set_value (TST_CHOICE (self->controls[i]), text);
    }
  if (tst_json_string (content, "guardian_name") != NULL)
    gtk_switch_set_active (GTK_SWITCH (self->minor), TRUE);
  /* The switches stay off: an authorisation is given, never remembered. */
  tst_draft_keeper_offer (self->draft, self->notice,
                          _("Este registro quedó sin guardar la última vez. Lea otra vez el aviso a la persona y pida su autorización."));
}

/* --- the card and the signature --- */

static void
show_reader (TstAttendanceForm *self, gboolean on)
{
  gtk_widget_set_visible (self->reader, on);
  gtk_button_set_label (GTK_BUTTON (self->scan), on ? _("Cerrar la cámara") : _("Leer la cédula"));
}

static void
on_scan (TstAttendanceForm *self)
{
  show_reader (self, !gtk_widget_get_visible (self->reader));
}

void
tst_attendance_form_take_card (TstAttendanceForm *self, GBytes *payload)
{
  g_auto (TstAttendanceCard) card = { 0 };

  g_return_if_fail (TST_IS_ATTENDANCE_FORM (self));
  if (!tst_attendance_card_read (&card, tst_page_get_session (TST_PAGE (self)), payload))
    {
      tst_form_notice_set (self->notice, _("Ese código no es el de una cédula. Acerque el respaldo, derecho y con luz."), TRUE);
      return;
    }
  tst_choice_set_value (TST_CHOICE (get_control (self, "id_type")), card.id_type);
  gtk_switch_set_active (GTK_SWITCH (self->minor), card.minor);
  gtk_editable_set_text (GTK_EDITABLE (get_control (self, "id_no")), card.number);
  gtk_editable_set_text (GTK_EDITABLE (get_control (self, "full_name")), card.name);
  show_reader (self, FALSE);
  tst_form_notice_set (self->notice, _("La cédula quedó leída. Revise con la persona el nombre y el número."), FALSE);
}

static gboolean
on_key (TstAttendanceForm *self, guint keyval, guint code, GdkModifierType state, GtkEventController *keys)
{
  return gtk_widget_get_mapped (self->reader)
         && tst_card_reader_take_key (TST_CARD_READER (self->reader), keyval, gtk_event_controller_get_current_event_time (keys));
}

static void
on_clear (TstAttendanceForm *self)
{
  tst_signature_pad_clear (TST_SIGNATURE_PAD (self->pad));
}

static void
add_signature (JsonObject *fields, GtkWidget *pad)
{
  g_autoptr (GBytes) picture = tst_signature_pad_is_empty (TST_SIGNATURE_PAD (pad)) ? NULL : tst_signature_pad_to_png (TST_SIGNATURE_PAD (pad));
  g_autofree char *base64 = picture != NULL ? g_base64_encode (g_bytes_get_data (picture, NULL), g_bytes_get_size (picture)) : NULL;

  if (base64 != NULL)
    json_object_set_string_member (fields, "signature", base64);
}

static void
on_changed (TstAttendanceForm *self)
{
  if (self->steps == NULL)
    return;
  update (self);
  tst_draft_keeper_touch (self->draft);
}

static void
wipe (TstAttendanceForm *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    if (asked[i].kind == ENTRY)
      gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), "");
    else
      tst_choice_set_value (TST_CHOICE (self->controls[i]), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (consents); i++)
    gtk_switch_set_active (GTK_SWITCH (self->consent[i]), FALSE);
  tst_signature_pad_clear (TST_SIGNATURE_PAD (self->pad));
}

/* --- saving --- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstAttendanceForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *text = NULL;

  self->busy = FALSE;
  if (self->steps == NULL)
    return;
  if (id != NULL)
    {
      g_autofree char *number = tst_form_get_entry (get_control (self, "id_no"));

      tst_attendance_note (session, get_id_type (self), number);
      tst_draft_keeper_done (self->draft);
      wipe (self);
      tst_session_saved (session);
      tst_session_toast (session, _("Asistencia guardada y protegida"));
      tst_page_leave (TST_PAGE (self));
      return;
    }
  update (self);
  /* Consent and name are asked on the first step. */
  go (self, "person");
  text = tst_message_for_error (error);
  tst_form_notice_set (self->notice, text, TRUE);
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstAttendanceForm *self = TST_ATTENDANCE_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) fields = NULL;
  g_autofree char *number = NULL;
  gboolean empty;

  if (book == NULL || self->busy)
    return;
  if (is_minor (self))
    for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
      {
        g_autofree char *text = NULL;

        if (strcmp (asked[i].name, "guardian_name") != 0)
          continue;
        text = get_text (self, i);
        if (*text == '\0')
          {
            go (self, "person");
            tst_form_notice_set (self->notice, _("Falta el nombre de quien autoriza por la persona menor de edad. Lo escrito sigue aquí."), TRUE);
            return;
          }
      }
  number = tst_form_get_entry (get_control (self, "id_no"));
  if (tst_attendance_is_repeated (tst_page_get_session (TST_PAGE (self)), get_id_type (self), number))
    {
      go (self, "person");
      tst_form_notice_set (self->notice, _("Ese documento ya está en la lista de este espacio. No se anotó dos veces. Para corregir un dato, abra la lista."),
                           TRUE);
      return;
    }
  fields = read_form (self, &empty);
  add_signature (fields, self->pad);
  json_object_set_string_member (fields, "notice_sha256", self->notice_sha256);
  self->busy = TRUE;
  update (self);
  tst_field_book_add_attendance_async (book, self->event, fields, NULL, on_saved, g_object_ref (self));
}

static void
on_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go (TST_ATTENDANCE_FORM (widget), "voluntary");
}

static void
on_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go (TST_ATTENDANCE_FORM (widget), "person");
}

/* --- the widget --- */

static gboolean
tst_attendance_form_may_leave (TstPage *page)
{
  TstAttendanceForm *self = TST_ATTENDANCE_FORM (page);

  if (self->busy)
    return FALSE;
  if (g_strcmp0 (get_step (self), "voluntary") != 0)
    return TRUE;
  go (self, "person");
  return FALSE;
}

static void
add_controls (TstAttendanceForm *self, GtkWidget *box, gboolean sensitive, const char *lang)
{
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      const char *label = tst_message_field_label (asked[i].name);
      GtkWidget *into = box;

      if (asked[i].sensitive != sensitive)
        continue;
      if (strcmp (asked[i].name, "guardian_name") == 0)
        {
          self->minor = tst_form_switch (box, _("La persona es menor de edad"), NULL);
          g_signal_connect_swapped (self->minor, "notify::active", G_CALLBACK (on_changed), self);
          into = self->guardian_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
          gtk_box_append (GTK_BOX (box), into);
        }
      if (asked[i].kind == ENTRY)
        {
          self->controls[i] = tst_form_entry (into, label, asked[i].purpose);
          /* What a person types here is theirs: no list of what was typed before, no spell checker that learns it. */
          gtk_entry_set_input_hints (GTK_ENTRY (self->controls[i]), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK);
          g_signal_connect_swapped (self->controls[i], "changed", G_CALLBACK (on_changed), self);
        }
      else
        {
          self->controls[i] = tst_choice_new (label, asked[i].list, lang, FALSE);
          gtk_box_append (GTK_BOX (into), self->controls[i]);
          g_signal_connect_swapped (self->controls[i], "notify::value", G_CALLBACK (on_changed), self);
        }
    }
}

static void
add_consents (TstAttendanceForm *self, GtkWidget *box)
{
  self->consent[0] = tst_form_switch (box, _("Autorizo el uso de mis datos"), _("Sin esta autorización no se guarda nada. La persona puede asistir y opinar igual."));
  self->consent[1] = tst_form_switch (box, _("Autorizo el uso de mis datos sensibles"), _("Voluntario: edad, género, etnia, discapacidad y otros."));
  self->consent[2] = tst_form_switch (box, _("Autorizo el uso de mi imagen"), _("Voluntario: aparecer en las fotos del espacio."));
  for (guint i = 0; i < G_N_ELEMENTS (consents); i++)
    g_signal_connect_swapped (self->consent[i], "notify::active", G_CALLBACK (on_changed), self);
}

static GtkWidget *
add_button (GtkWidget *foot, const char *label, const char *class, const char *action)
{
  GtkWidget *button = tst_form_button (label, class);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (foot), button);
  return button;
}

static void
add_reader (TstAttendanceForm *self, GtkWidget *box)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->scan = tst_form_button (_("Leer la cédula"), NULL);
  g_signal_connect_swapped (self->scan, "clicked", G_CALLBACK (on_scan), self);
  gtk_box_append (GTK_BOX (box), self->scan);
  self->reader = tst_card_reader_new (tst_session_get_camera (tst_page_get_session (TST_PAGE (self))));
  g_signal_connect_swapped (self->reader, "read", G_CALLBACK (tst_attendance_form_take_card), self);
  gtk_widget_set_visible (self->reader, FALSE);
  gtk_box_append (GTK_BOX (box), self->reader);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
add_pad (TstAttendanceForm *self, GtkWidget *steps)
{
  GtkWidget *clear = tst_form_button (_("Borrar la firma"), NULL);

  self->signature = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_margin_top (self->signature, 16);
  tst_form_heading (self->signature, _("Firma"));
  tst_form_text (self->signature, _("Es voluntaria: si la persona no desea firmar, deje el espacio vacío."));
  self->pad = tst_signature_pad_new ();
  gtk_box_append (GTK_BOX (self->signature), self->pad);
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (on_clear), self);
  gtk_box_append (GTK_BOX (self->signature), clear);
  gtk_box_append (GTK_BOX (steps), self->signature);
}

static void
tst_attendance_form_constructed (GObject *object)
{
  TstAttendanceForm *self = TST_ATTENDANCE_FORM (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstFieldBook *book = tst_session_get_book (session);
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  g_autoptr (TstTown) shipped = book == NULL ? tst_town_new_default () : NULL;
  const TstTown *town = book != NULL ? tst_field_book_get_profile (book) : shipped;
  g_autofree char *text = tst_town_dup_notice (town, lang);
  TstHash hash = tst_town_notice_hash (town, lang);
  GtkWidget *page, *column, *foot, *person, *voluntary, *card, *steps;

  G_OBJECT_CLASS (tst_attendance_form_parent_class)->constructed (object);
  self->notice_sha256 = tst_hash_to_hex (&hash);
  page = tst_form_page (720, &column, &foot);
  adw_bin_set_child (ADW_BIN (self), page);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);

  /* Not a GtkStack: one that follows the height of its child asks for the width of the least height. */
  steps = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (column), steps);
  self->person = person = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  self->voluntary = voluntary = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  gtk_widget_set_visible (voluntary, FALSE);
  gtk_box_append (GTK_BOX (steps), person);
  gtk_box_append (GTK_BOX (steps), voluntary);

  card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "padded");
  gtk_box_append (GTK_BOX (person), card);
  tst_form_heading (card, _("Lea este aviso a la persona"));
  tst_form_text (card, text);
  add_consents (self, card);
  if (tst_session_get_vault (session) == NULL)
    tst_form_text (person, _("Este formulario se guarda solo cuando usted toca «Guardar»."));
  add_reader (self, person);
  add_controls (self, person, FALSE, lang);

  tst_form_heading (voluntary, _("Preguntas voluntarias"));
  tst_form_text (voluntary, _("La persona responde lo que quiera, o nada. Sirve para saber a quién le falta voz en estos espacios."));
  add_controls (self, voluntary, TRUE, lang);
  add_pad (self, steps);

  self->foot_next = add_button (foot, _("Seguir"), "main suggested-action", "form.next");
  self->foot_save = add_button (foot, _("Guardar"), "main suggested-action", "form.save");
  self->foot_back = add_button (foot, _("Atrás"), NULL, "form.back");
  self->steps = steps;
  update (self);
}

static void
tst_attendance_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstAttendanceFormProperty) id == PROP_STEP)
    g_value_set_string (value, get_step (TST_ATTENDANCE_FORM (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_attendance_form_dispose (GObject *object)
{
  TstAttendanceForm *self = TST_ATTENDANCE_FORM (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  self->steps = NULL;
  G_OBJECT_CLASS (tst_attendance_form_parent_class)->dispose (object);
}

static void
tst_attendance_form_finalize (GObject *object)
{
  TstAttendanceForm *self = TST_ATTENDANCE_FORM (object);

  g_free (self->event);
  g_free (self->notice_sha256);
  G_OBJECT_CLASS (tst_attendance_form_parent_class)->finalize (object);
}

static void
tst_attendance_form_class_init (TstAttendanceFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_attendance_form_constructed;
  object_class->get_property = tst_attendance_form_get_property;
  object_class->dispose = tst_attendance_form_dispose;
  object_class->finalize = tst_attendance_form_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_attendance_form_may_leave;
  properties[PROP_STEP] = g_param_spec_string ("step", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.next", NULL, on_next);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.back", NULL, on_back);
}

static void
tst_attendance_form_init (TstAttendanceForm *self)
{
}

GtkWidget *
tst_attendance_form_new (TstSession *session, const char *event_id)
{
  TstAttendanceForm *self = g_object_new (TST_TYPE_ATTENDANCE_FORM, "session", session, "title", _("Asistencia"), NULL);
  g_autofree char *key = g_strconcat ("attendance-", event_id, NULL);

  self->event = g_strdup (event_id);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, TRUE, collect, restore);
  return GTK_WIDGET (self);
}
