/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-entry.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-visit-fields.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *type, *title, *title_again, *save;
} kinds[] = {
  { "progress", N_("Avance"), N_("Avance"), N_("Guardar el avance") },
  { "finding", N_("Novedad"), N_("Corregir novedad"), N_("Guardar la novedad") },
  { "commitment", N_("Compromiso"), N_("Corregir compromiso"), N_("Guardar el compromiso") },
  { "commitment-close", N_("Cerrar compromiso"), N_("Cerrar compromiso"), N_("Guardar") },
  { "viewpoint", N_("Punto fotográfico"), N_("Punto fotográfico"), N_("Guardar el punto") },
  { "stream-start", N_("Transmisión"), N_("Transmisión"), N_("INICIÓ LA TRANSMISIÓN") },
  { "stream-end", N_("Grabación"), N_("Grabación"), N_("Guardar la grabación") },
};

struct _TstVisitEntry
{
  TstRecordForm parent_instance;
  GtkWidget *fields;
  char *type, *event, *work, *record;
  JsonObject *given;
};

typedef enum
{
  PROP_ASKS_CAUSE = 1,
} TstVisitEntryProperty;

static GParamSpec *properties[PROP_ASKS_CAUSE + 1];

G_DEFINE_FINAL_TYPE (TstVisitEntry, tst_visit_entry, TST_TYPE_RECORD_FORM)

static JsonObject *
tst_visit_entry_collect (TstRecordForm *form)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (form);
  g_autoptr (JsonObject) content = tst_visit_fields_collect_draft (TST_VISIT_FIELDS (self->fields), self->given);

  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
tst_visit_entry_restore (TstRecordForm *form, JsonObject *content)
{
  tst_visit_fields_show (TST_VISIT_FIELDS (TST_VISIT_ENTRY (form)->fields), content);
}

static void
on_asks_cause (TstVisitEntry *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASKS_CAUSE]);
}

/* --- saving --- */

static void
tst_visit_entry_save (TstRecordForm *form, TstFieldBook *book)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (form);
  g_autoptr (JsonObject) content = tst_visit_fields_collect (TST_VISIT_FIELDS (self->fields));
  const char *complaint = tst_visit_fields_complaint (TST_VISIT_FIELDS (self->fields), content);

  if (complaint != NULL)
    {
      tst_record_form_complain (form, complaint, NULL);
      return;
    }
  tst_record_form_begin (form);
  if (self->record == NULL)
    {
      static const char *const carried[] = { "commitment", "photo", "place", "heading_deg", "heading_north" };

      for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
        if (self->given != NULL && json_object_has_member (self->given, carried[i]) && !json_object_has_member (content, carried[i]))
          json_object_set_member (content, carried[i], json_object_dup_member (self->given, carried[i]));
      if (self->work != NULL && !g_str_has_prefix (self->type, "stream-"))
        json_object_set_string_member (content, "work", self->work);
      tst_field_book_add_visit_record_async (book, self->type, self->event, content, NULL, tst_record_form_on_saved, g_object_ref (self));
      return;
    }
  tst_visit_fields_add_emptied (TST_VISIT_FIELDS (self->fields), content, self->given);
  tst_field_book_amend_async (book, self->record, content, NULL, tst_record_form_on_saved, g_object_ref (self));
}

static void
tst_visit_entry_discard (TstRecordForm *form, TstFieldBook *book)
{
  tst_record_form_begin (form);
  tst_field_book_discard_async (book, TST_VISIT_ENTRY (form)->record, NULL, tst_record_form_on_saved, g_object_ref (form));
}

/* --- its photo --- */

static void
on_captured (TstVisitEntry *self, const char *id)
{
  tst_visit_fields_set (TST_VISIT_FIELDS (self->fields), "photo", id);
  tst_record_form_tell (TST_RECORD_FORM (self), _("La foto quedó unida a esto."));
}

static void
on_photo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (widget);
  const TstCaptureTarget target = { .event_id = self->event, .work = self->work, .phase = strcmp (self->type, "finding") == 0 ? "novedad" : "durante" };
  GtkWidget *page = tst_visit_open_camera (TST_PAGE (self), &target);

  if (TST_IS_CAMERA_PAGE (page))
    g_signal_connect_object (page, "captured", G_CALLBACK (on_captured), self, G_CONNECT_SWAPPED);
}

/* --- the widget --- */

static void
tst_visit_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (object);

  if ((TstVisitEntryProperty) id == PROP_ASKS_CAUSE)
    g_object_get_property (G_OBJECT (self->fields), "asks-cause", value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_visit_entry_finalize (GObject *object)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (object);

  g_clear_pointer (&self->given, json_object_unref);
  g_free (self->type);
  g_free (self->event);
  g_free (self->work);
  g_free (self->record);
  G_OBJECT_CLASS (tst_visit_entry_parent_class)->finalize (object);
}

static void
tst_visit_entry_class_init (TstVisitEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  object_class->get_property = tst_visit_entry_get_property;
  object_class->finalize = tst_visit_entry_finalize;
  form_class->collect = tst_visit_entry_collect;
  form_class->restore = tst_visit_entry_restore;
  form_class->save = tst_visit_entry_save;
  form_class->discard = tst_visit_entry_discard;
  properties[PROP_ASKS_CAUSE] = g_param_spec_boolean ("asks-cause", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "entry.photo", NULL, on_photo);
}

static void
tst_visit_entry_init (TstVisitEntry *self)
{
}

static void
build (TstVisitEntry *self, const char *save_label, JsonArray *photos)
{
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  GtkWidget *column, *foot, *button;

  tst_record_form_build (TST_RECORD_FORM (self), save_label, &column, &foot);
  if (self->given != NULL && tst_json_string (self->given, "commitment_text") != NULL)
    gtk_widget_add_css_class (tst_form_text (column, tst_json_string (self->given, "commitment_text")), "sentence");
  self->fields = tst_visit_fields_new (self->type, lang, tst_session_get_book (tst_page_get_session (TST_PAGE (self))), photos);
  g_signal_connect_swapped (self->fields, "changed", G_CALLBACK (tst_record_form_touch), self);
  g_signal_connect_swapped (self->fields, "notify::asks-cause", G_CALLBACK (on_asks_cause), self);
  gtk_box_append (GTK_BOX (column), self->fields);
  if (strcmp (self->type, "stream-start") == 0)
    tst_form_text (column, _("Desde ese momento cada foto, novedad y compromiso queda con su minuto en la transmisión."));
  if (strcmp (self->type, "stream-end") == 0)
    tst_form_text (column, _("Las redes borran los videos a los días. Guarde una copia: con su huella se prueba que es la misma."));
  else if (self->record != NULL && strcmp (self->type, "progress") != 0)
    {
      button = tst_form_button (_("Descartar"), "destructive-action");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.discard");
      gtk_box_append (GTK_BOX (column), button);
    }
  if (self->event != NULL && strcmp (self->type, "viewpoint") != 0)
    tst_page_set_end (TST_PAGE (self), tst_visit_small_shutter_new (TST_PAGE (self), self->event, self->work));
}

GtkWidget *
tst_visit_entry_new (TstSession *session, const char *type, const char *event_id, const char *work, JsonObject *given, JsonArray *photos)
{
  const char *record = given != NULL ? tst_json_string (given, "id") : NULL;
  const char *title = "", *save = "";
  const char *about = record;
  TstVisitEntry *self;
  g_autofree char *key = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].type, type) == 0)
      {
        title = record != NULL ? _(kinds[i].title_again) : _(kinds[i].title);
        save = _(kinds[i].save);
      }
  self = g_object_new (TST_TYPE_VISIT_ENTRY, "session", session, "title", title, NULL);
  self->type = g_strdup (type);
  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  self->record = g_strdup (record);
  self->given = given != NULL ? json_object_ref (given) : NULL;
  build (self, save, photos);
  if (given != NULL)
    tst_visit_fields_show (TST_VISIT_FIELDS (self->fields), given);
  tst_record_form_set_discards (TST_RECORD_FORM (self), record != NULL);
  if (about == NULL && given != NULL)
    about = tst_json_string (given, "commitment") != NULL ? tst_json_string (given, "commitment") : tst_json_string (given, "photo");
  key = g_strconcat ("visit-", type, "-", about != NULL ? about : event_id != NULL ? event_id : "", NULL);
  tst_record_form_keep (TST_RECORD_FORM (self), key, FALSE);
  return GTK_WIDGET (self);
}

void
tst_visit_entry_set (TstVisitEntry *self, const char *name, const char *value)
{
  tst_visit_fields_set (TST_VISIT_FIELDS (self->fields), name, value);
}
