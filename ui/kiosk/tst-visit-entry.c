/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-entry.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-code-lists.h"
#include "model/tst-visit-gaps.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-progress-bars.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_PHOTOS 12

typedef enum
{
  AREA,
  LINE,
  CHOICE,
  CODES,   /* several of a list: the first is the main one */
  PERCENT,
  DATE,
  ADDRESS,
  PHOTO,
} Form;

typedef struct
{
  const char *type, *name;
  Form form;
  TstCodeList list;
  const char *label;
} Field;

static const Field fields[] = {
  { "progress", "programmed_pct", PERCENT, TST_N_LISTS, N_("Programado (%)") },
  { "progress", "observed_pct", PERCENT, TST_N_LISTS, N_("Observado (%)") },
  { "progress", "financial_pct", PERCENT, TST_N_LISTS, N_("Financiero (%), si lo conoce") },
  { "progress", "cause", CODES, TST_LIST_CAUSE, N_("¿Por qué la diferencia?") },
  { "progress", "cause_text", AREA, TST_N_LISTS, N_("Explicación") },
  { "finding", "text", AREA, TST_N_LISTS, N_("¿Qué encontró?") },
  { "finding", "item", CHOICE, TST_LIST_WORK_ITEM, N_("Parte de la obra") },
  { "finding", "photo", PHOTO, TST_N_LISTS, N_("Foto que la muestra") },
  { "commitment", "text", AREA, TST_N_LISTS, N_("¿Qué se va a hacer?") },
  { "commitment", "responsible", LINE, TST_N_LISTS, N_("¿Quién responde? Oficina o empresa") },
  { "commitment", "due_on", DATE, TST_N_LISTS, N_("¿Para cuándo? (año-mes-día)") },
  { "commitment-close", "status", CHOICE, TST_LIST_COMMITMENT_STATUS, N_("¿Se cumplió?") },
  { "commitment-close", "text", AREA, TST_N_LISTS, N_("¿Qué se ve hoy?") },
  { "commitment-close", "photo", PHOTO, TST_N_LISTS, N_("Foto que lo muestra") },
  { "viewpoint", "name", LINE, TST_N_LISTS, N_("Nombre del punto") },
  { "stream-start", "platform", CHOICE, TST_LIST_PLATFORM, N_("¿Dónde se transmite?") },
  { "stream-start", "url", ADDRESS, TST_N_LISTS, N_("Dirección de la transmisión, si ya la tiene") },
};

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
};

struct _TstVisitEntry
{
  TstPage parent_instance;
  GtkWidget *column, *notice, *bars, *cause_box;
  GtkWidget *controls[G_N_ELEMENTS (fields)];
  GPtrArray *codes; /* of the toggles of CODES, not owned */
  char *type, *event, *work, *record, *photo, *saved;
  JsonObject *given;
  TstDraftKeeper *draft;
  gboolean busy, asks_cause, asked;
};

typedef enum
{
  PROP_SAVED = 1,
  PROP_ASKS_CAUSE,
} TstVisitEntryProperty;

static GParamSpec *properties[PROP_ASKS_CAUSE + 1];

G_DEFINE_FINAL_TYPE (TstVisitEntry, tst_visit_entry, TST_TYPE_PAGE)

/* --- what stands in a field --- */

static char *
field_text (TstVisitEntry *self, guint i)
{
  switch (fields[i].form)
    {
    case AREA:
      return tst_form_get_area (self->controls[i]);
    case CHOICE:
      return g_strdup (tst_choice_get_value (TST_CHOICE (self->controls[i])));
    case PHOTO:
      return g_strdup (self->photo);
    case LINE:
    case PERCENT:
    case DATE:
    case ADDRESS:
      return tst_form_get_entry (self->controls[i]);
    case CODES:
      return NULL;
    default:
      g_assert_not_reached ();
    }
}

/* «47,5» as people type it. NAN: nothing, or no number. */
static double
percent_of (TstVisitEntry *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && strcmp (fields[i].name, name) == 0)
      {
        g_autofree char *text = g_strdelimit (tst_form_get_entry (self->controls[i]), ",", '.');
        char *end;
        double value = g_ascii_strtod (text, &end);

        return end != text && *g_strstrip (end) == '\0' ? value : NAN;
      }
  return NAN;
}

static void
collect_codes (TstVisitEntry *self, JsonObject *content)
{
  g_autoptr (JsonArray) more = json_array_new ();
  gboolean first = TRUE;

  for (guint i = 0; i < self->codes->len; i++)
    if (gtk_toggle_button_get_active (self->codes->pdata[i]))
      {
        const char *code = g_object_get_data (self->codes->pdata[i], "code");

        if (first)
          json_object_set_string_member (content, "cause", code);
        else
          json_array_add_string_element (more, code);
        first = FALSE;
      }
  if (json_array_get_length (more) > 0)
    json_object_set_array_member (content, "more_causes", g_steal_pointer (&more));
}

static JsonObject *
collect (gpointer page)
{
  TstVisitEntry *self = page;
  g_autoptr (JsonObject) content = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *text = self->controls[i] != NULL ? field_text (self, i) : NULL;

      if (text == NULL || *text == '\0')
        continue;
      if (fields[i].form == PERCENT)
        g_strdelimit (text, ",", '.');
      json_object_set_string_member (content, fields[i].name, text);
    }
  if (self->asks_cause)
    collect_codes (self, content);
  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
set_field (TstVisitEntry *self, guint i, const char *text)
{
  switch (fields[i].form)
    {
    case AREA:
      tst_form_set_area (self->controls[i], text != NULL ? text : "");
      break;
    case CHOICE:
      tst_choice_set_value (TST_CHOICE (self->controls[i]), text);
      break;
    case PHOTO:
      g_free (self->photo);
      self->photo = g_strdup (text);
      break;
    case LINE:
    case PERCENT:
    case DATE:
    case ADDRESS:
      gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), text != NULL ? text : "");
      break;
    case CODES:
      for (guint c = 0; c < self->codes->len; c++)
        if (g_strcmp0 (g_object_get_data (self->codes->pdata[c], "code"), text) == 0)
          gtk_toggle_button_set_active (self->codes->pdata[c], TRUE);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
restore (gpointer page, JsonObject *content)
{
  TstVisitEntry *self = page;
  JsonArray *more = tst_json_array (content, "more_causes");

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonNode *node = self->controls[i] != NULL ? json_object_get_member (content, fields[i].name) : NULL;
      g_autofree char *number = NULL;

      if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
        continue;
      if (fields[i].form == PERCENT && json_node_get_value_type (node) != G_TYPE_STRING)
        {
          char buffer[G_ASCII_DTOSTR_BUF_SIZE];

          number = g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.1f", json_node_get_double (node)));
          if (g_str_has_suffix (number, ".0"))
            number[strlen (number) - 2] = '\0';
          g_strdelimit (number, ".", ',');
        }
      set_field (self, i, number != NULL ? number : tst_json_string (content, fields[i].name));
    }
  for (guint i = 0; more != NULL && i < json_array_get_length (more); i++)
    for (guint c = 0; c < self->codes->len; c++)
      if (g_strcmp0 (g_object_get_data (self->codes->pdata[c], "code"), json_array_get_string_element (more, i)) == 0)
        gtk_toggle_button_set_active (self->codes->pdata[c], TRUE);
}

static void
restore_draft (gpointer page, JsonObject *content)
{
  TstVisitEntry *self = page;

  restore (page, content);
  tst_form_notice_set (self->notice, _("Esto quedó sin guardar la última vez. Revíselo y guárdelo."), FALSE);
}

/* --- the deviation --- */

static void
show_deviation (TstVisitEntry *self)
{
  double programmed, observed;
  gboolean asks;

  if (self->bars == NULL)
    return;
  programmed = percent_of (self, "programmed_pct");
  observed = percent_of (self, "observed_pct");
  tst_progress_bars_set (TST_PROGRESS_BARS (self->bars), programmed, observed);
  asks = tst_visit_needs_cause (programmed, observed);
  gtk_widget_set_visible (self->cause_box, asks);
  if (asks == self->asks_cause)
    return;
  self->asks_cause = asks;
  self->asked = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASKS_CAUSE]);
}

static void
on_changed (TstVisitEntry *self)
{
  tst_form_notice_set (self->notice, NULL, FALSE);
  show_deviation (self);
  if (self->draft != NULL)
    tst_draft_keeper_touch (self->draft);
}

/* --- saving --- */

static void
set_busy (TstVisitEntry *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "entry.save", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "entry.discard", !busy && self->record != NULL);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitEntry) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (id != NULL)
    {
      if (self->draft != NULL)
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

static gboolean
complain (TstVisitEntry *self, const char *text, GtkWidget *control)
{
  tst_form_notice_set (self->notice, text, TRUE);
  if (control != NULL)
    gtk_widget_grab_focus (control);
  return FALSE;
}

static GtkWidget *
control_of (TstVisitEntry *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && strcmp (fields[i].name, name) == 0)
      return self->controls[i];
  return NULL;
}

static gboolean
check (TstVisitEntry *self, JsonObject *content)
{
  if (strcmp (self->type, "progress") == 0)
    {
      if (!isfinite (percent_of (self, "observed_pct")))
        return complain (self, _("Escriba el avance observado, de 0 a 100."), control_of (self, "observed_pct"));
      /* Asked once; who does not know it may go on, and the summary says that it is missing. */
      if (self->asks_cause && !json_object_has_member (content, "cause") && !self->asked)
        {
          self->asked = TRUE;
          return complain (self, _("La diferencia pasa de 5 puntos. Elija la causa, o toque otra vez para guardar sin ella."), NULL);
        }
      return TRUE;
    }
  if (control_of (self, "text") != NULL && strcmp (self->type, "commitment-close") != 0 && tst_json_string (content, "text") == NULL)
    return complain (self, _("Escriba qué es."), control_of (self, "text"));
  if (strcmp (self->type, "commitment") == 0 && tst_json_string (content, "responsible") == NULL)
    return complain (self, _("Escriba quién responde."), control_of (self, "responsible"));
  if (strcmp (self->type, "commitment") == 0 && tst_json_string (content, "due_on") == NULL)
    return complain (self, _("Escriba la fecha."), control_of (self, "due_on"));
  if (strcmp (self->type, "commitment-close") == 0 && tst_json_string (content, "status") == NULL)
    return complain (self, _("Elija si se cumplió."), NULL);
  if (strcmp (self->type, "stream-start") == 0 && tst_json_string (content, "platform") == NULL)
    return complain (self, _("Elija dónde se transmite."), NULL);
  if (strcmp (self->type, "viewpoint") == 0 && tst_json_string (content, "name") == NULL)
    return complain (self, _("Escriba un nombre con el que lo reconozca quien venga después."), control_of (self, "name"));
  return TRUE;
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) content = collect (self);

  if (book == NULL || self->busy)
    return;
  if (content == NULL)
    content = json_object_new ();
  if (!check (self, content))
    return;
  set_busy (self, TRUE);
  if (self->record == NULL)
    {
      static const char *const carried[] = { "commitment", "photo", "place", "heading_deg" };

      for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
        if (self->given != NULL && json_object_has_member (self->given, carried[i]) && !json_object_has_member (content, carried[i]))
          json_object_set_member (content, carried[i], json_object_dup_member (self->given, carried[i]));
      if (self->work != NULL && !g_str_has_prefix (self->type, "stream-"))
        json_object_set_string_member (content, "work", self->work);
      tst_field_book_add_visit_record_async (book, self->type, self->event, content, NULL, on_saved, g_object_ref (self));
      return;
    }
  /* What was emptied is taken away. */
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && !json_object_has_member (content, fields[i].name) && json_object_has_member (self->given, fields[i].name))
      json_object_set_null_member (content, fields[i].name);
  tst_field_book_amend_async (book, self->record, content, NULL, on_saved, g_object_ref (self));
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL || self->busy || self->record == NULL)
    return;
  set_busy (self, TRUE);
  tst_field_book_discard_async (book, self->record, NULL, on_saved, g_object_ref (self));
}

/* --- the fields --- */

static void
add_codes (TstVisitEntry *self, GtkWidget *box, guint field)
{
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  GtkWidget *wrap = tst_wrap_new ();
  guint n_codes;
  const TstCode *codes = tst_code_list (fields[field].list, &n_codes);

  tst_form_heading (box, _(fields[field].label));
  tst_form_text (box, _("Puede elegir varias."));
  for (guint i = 0; i < n_codes; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (tst_code_label (fields[field].list, codes[i].code, lang));

      gtk_widget_add_css_class (button, "chip");
      g_object_set_data (G_OBJECT (button), "code", (gpointer) codes[i].code);
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_changed), self);
      g_ptr_array_add (self->codes, button);
      tst_wrap_append (TST_WRAP (wrap), button);
    }
  gtk_box_append (GTK_BOX (box), wrap);
  self->controls[field] = wrap;
}

static void
on_days (GtkButton *button, TstVisitEntry *self)
{
  int days = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "days"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days);
  g_autofree char *text = g_date_time_format (then, "%Y-%m-%d");

  gtk_editable_set_text (GTK_EDITABLE (control_of (self, "due_on")), text);
}

static void
add_days (TstVisitEntry *self)
{
  static const int days[] = { 8, 15, 30 };
  GtkWidget *wrap = tst_wrap_new ();

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autofree char *words = g_strdup_printf (_("En %d días"), days[i]);
      GtkWidget *button = gtk_button_new_with_label (words);

      gtk_widget_add_css_class (button, "chip");
      g_object_set_data (G_OBJECT (button), "days", GINT_TO_POINTER (days[i]));
      g_signal_connect (button, "clicked", G_CALLBACK (on_days), self);
      tst_wrap_append (TST_WRAP (wrap), button);
    }
  gtk_box_append (GTK_BOX (self->column), wrap);
}

static void
on_photo_toggled (GtkToggleButton *button, TstVisitEntry *self)
{
  GtkWidget *strip = gtk_widget_get_parent (GTK_WIDGET (button));
  const char *id = g_object_get_data (G_OBJECT (button), "id");

  if (gtk_toggle_button_get_active (button))
    {
      g_free (self->photo);
      self->photo = g_strdup (id);
      for (GtkWidget *child = gtk_widget_get_first_child (strip); child != NULL; child = gtk_widget_get_next_sibling (child))
        if (child != GTK_WIDGET (button))
          gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), FALSE);
    }
  else if (g_strcmp0 (self->photo, id) == 0)
    g_clear_pointer (&self->photo, g_free);
  on_changed (self);
}

static void
on_captured (TstVisitEntry *self, const char *id)
{
  g_free (self->photo);
  self->photo = g_strdup (id);
  on_changed (self);
  tst_form_notice_set (self->notice, _("La foto quedó unida a esto."), FALSE);
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

static void
add_photos (TstVisitEntry *self, guint field, JsonArray *photos)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  GtkWidget *strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *button;
  guint n = photos != NULL ? json_array_get_length (photos) : 0;

  self->controls[field] = strip;
  tst_form_heading (self->column, _(fields[field].label));
  for (guint i = 0; i < MIN (n, MAX_PHOTOS) && book != NULL; i++)
    {
      JsonObject *row = json_array_get_object_element (photos, i);
      GtkWidget *thumbnail = tst_thumbnail_new (120, 92);
      const char *caption = tst_json_string (row, "caption");
      g_autofree char *name = g_strdup_printf (_("Unir la foto %u: %s"), i + 1, caption != NULL ? caption : _("sin descripción"));

      button = gtk_toggle_button_new ();
      tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (book), tst_json_string (row, "sha256"), "image-x-generic-symbolic", NULL);
      gtk_button_set_child (GTK_BUTTON (button), thumbnail);
      gtk_widget_add_css_class (button, "picture");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data_full (G_OBJECT (button), "id", g_strdup (tst_json_string (row, "id")), g_free);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), g_strcmp0 (self->photo, tst_json_string (row, "id")) == 0);
      g_signal_connect (button, "toggled", G_CALLBACK (on_photo_toggled), self);
      gtk_box_append (GTK_BOX (strip), button);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), strip);
  gtk_widget_set_visible (scroller, n > 0);
  gtk_box_append (GTK_BOX (self->column), scroller);
  button = tst_form_button (_("Tomar una foto"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "entry.photo");
  gtk_box_append (GTK_BOX (self->column), button);
}

static void
add_field (TstVisitEntry *self, guint i, JsonArray *photos)
{
  const Field *field = &fields[i];
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  GtkWidget *box = self->column;

  if (strcmp (field->name, "cause") == 0 || strcmp (field->name, "cause_text") == 0)
    box = self->cause_box;
  switch (field->form)
    {
    case AREA:
      self->controls[i] = tst_form_area (box, _(field->label), 110);
      g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->controls[i])), "changed", G_CALLBACK (on_changed), self);
      break;
    case CHOICE:
      self->controls[i] = tst_choice_new (_(field->label), field->list, lang, FALSE);
      g_signal_connect_swapped (self->controls[i], "notify::value", G_CALLBACK (on_changed), self);
      gtk_box_append (GTK_BOX (box), self->controls[i]);
      break;
    case CODES:
      add_codes (self, box, i);
      break;
    case PHOTO:
      add_photos (self, i, photos);
      break;
    case LINE:
    case PERCENT:
    case DATE:
    case ADDRESS:
      self->controls[i] = tst_form_entry (box, _(field->label),
                                          field->form == PERCENT   ? GTK_INPUT_PURPOSE_NUMBER
                                          : field->form == ADDRESS ? GTK_INPUT_PURPOSE_URL
                                                                   : GTK_INPUT_PURPOSE_FREE_FORM);
      g_signal_connect_swapped (self->controls[i], "changed", G_CALLBACK (on_changed), self);
      if (field->form == DATE)
        add_days (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- the widget --- */

/* What is being saved must be seen to the end: else its draft would come back as if it had not been. */
static gboolean
tst_visit_entry_may_leave (TstPage *page)
{
  return !TST_VISIT_ENTRY (page)->busy;
}

static void
tst_visit_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (object);

  switch ((TstVisitEntryProperty) id)
    {
    case PROP_SAVED:
      g_value_set_string (value, self->saved != NULL ? self->saved : "");
      break;
    case PROP_ASKS_CAUSE:
      g_value_set_boolean (value, self->asks_cause);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_entry_dispose (GObject *object)
{
  g_clear_pointer (&TST_VISIT_ENTRY (object)->draft, tst_draft_keeper_free);
  G_OBJECT_CLASS (tst_visit_entry_parent_class)->dispose (object);
}

static void
tst_visit_entry_finalize (GObject *object)
{
  TstVisitEntry *self = TST_VISIT_ENTRY (object);

  g_clear_pointer (&self->given, json_object_unref);
  g_ptr_array_unref (self->codes);
  g_free (self->type);
  g_free (self->event);
  g_free (self->work);
  g_free (self->record);
  g_free (self->photo);
  g_free (self->saved);
  G_OBJECT_CLASS (tst_visit_entry_parent_class)->finalize (object);
}

static void
tst_visit_entry_class_init (TstVisitEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_visit_entry_get_property;
  object_class->dispose = tst_visit_entry_dispose;
  object_class->finalize = tst_visit_entry_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_visit_entry_may_leave;
  properties[PROP_SAVED] = g_param_spec_string ("saved", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ASKS_CAUSE] = g_param_spec_boolean ("asks-cause", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "entry.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "entry.discard", NULL, on_discard);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "entry.photo", NULL, on_photo);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "entry.save", NULL);
}

static void
tst_visit_entry_init (TstVisitEntry *self)
{
  self->codes = g_ptr_array_new ();
}

static void
build (TstVisitEntry *self, const char *save_label, JsonArray *photos)
{
  GtkWidget *foot, *button;

  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &self->column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (self->column), self->notice);
  if (self->given != NULL && tst_json_string (self->given, "commitment_text") != NULL)
    gtk_widget_add_css_class (tst_form_text (self->column, tst_json_string (self->given, "commitment_text")), "sentence");
  if (strcmp (self->type, "progress") == 0)
    self->cause_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].type, self->type) == 0)
      add_field (self, i, photos);
  if (self->cause_box != NULL)
    {
      self->bars = tst_progress_bars_new ();
      gtk_box_append (GTK_BOX (self->column), self->bars);
      gtk_box_append (GTK_BOX (self->column), self->cause_box);
    }
  if (strcmp (self->type, "stream-start") == 0)
    tst_form_text (self->column, _("Desde ese momento cada foto, novedad y compromiso queda con su minuto en la transmisión."));
  if (self->record != NULL && strcmp (self->type, "progress") != 0)
    {
      button = tst_form_button (_("Descartar"), "destructive-action");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "entry.discard");
      gtk_box_append (GTK_BOX (self->column), button);
    }
  button = tst_form_button (save_label, "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "entry.save");
  gtk_box_append (GTK_BOX (foot), button);
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
  self->photo = given != NULL ? g_strdup (tst_json_string (given, "photo")) : NULL;
  build (self, save, photos);
  if (given != NULL)
    restore (self, given);
  show_deviation (self);
  set_busy (self, FALSE);
  if (about == NULL && given != NULL)
    about = tst_json_string (given, "commitment") != NULL ? tst_json_string (given, "commitment") : tst_json_string (given, "photo");
  key = g_strconcat ("visit-", type, "-", about != NULL ? about : event_id != NULL ? event_id : "", NULL);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore_draft);
  return GTK_WIDGET (self);
}

void
tst_visit_entry_set (TstVisitEntry *self, const char *name, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && strcmp (fields[i].name, name) == 0)
      set_field (self, i, value);
  on_changed (self);
}
