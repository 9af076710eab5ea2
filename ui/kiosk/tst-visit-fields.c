/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-fields.h"

#include "kiosk/tst-visit-photos.h"
#include "kiosk/tst-visit-recording.h"
#include "kiosk/tst-visit-stream.h"
#include "model/tst-code-lists.h"
#include "model/tst-visit-gaps.h"
#include "model/tst-works-import.h"
#include "record/tst-body.h"
#include "report/tst-moments.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-progress-bars.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

typedef enum
{
  AREA,
  LINE,
  CHOICE,
  CODES,   /* several of a list: the first is the main one */
  PERCENT,
  DATE,
  ADDRESS,
  CLOCK,   /* 1:02:03; milliseconds in the body */
  HASH,    /* of a file that is chosen */
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
  { "commitment", "due_on", DATE, TST_N_LISTS, N_("¿Para cuándo? (día/mes/año)") },
  { "commitment-close", "status", CHOICE, TST_LIST_COMMITMENT_STATUS, N_("¿Se cumplió?") },
  { "commitment-close", "text", AREA, TST_N_LISTS, N_("¿Qué se ve hoy?") },
  { "commitment-close", "photo", PHOTO, TST_N_LISTS, N_("Foto que lo muestra") },
  { "viewpoint", "name", LINE, TST_N_LISTS, N_("Nombre del punto") },
  { "stream-start", "platform", CHOICE, TST_LIST_PLATFORM, N_("¿Dónde se transmite?") },
  { "stream-start", "url", ADDRESS, TST_N_LISTS, N_("Dirección de la transmisión, si ya la tiene") },
  { "stream-end", "url", ADDRESS, TST_N_LISTS, N_("Dirección de la grabación") },
  { "stream-end", "media_ms", CLOCK, TST_N_LISTS, N_("Cuánto dura (1:02:03)") },
  { "stream-end", "recording_sha256", HASH, TST_N_LISTS, N_("Huella de la grabación (SHA-256)") },
};

struct _TstVisitFields
{
  GtkBox parent_instance;
  GtkWidget *bars, *cause_box; /* (nullable) */
  GtkWidget *controls[G_N_ELEMENTS (fields)];
  GPtrArray *codes; /* of the toggles of CODES, not owned */
  char *type, *lang;
  gboolean asks_cause, asked, showing;
};

typedef enum
{
  PROP_ASKS_CAUSE = 1,
} TstVisitFieldsProperty;

static GParamSpec *properties[PROP_ASKS_CAUSE + 1];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstVisitFields, tst_visit_fields, GTK_TYPE_BOX)

/* --- what stands in a field --- */

/* Day, month and year as people here write them; what is no date yet stays as it was typed. */
static char *
date_for_people (const char *text)
{
  char iso[11];

  if (!tst_date_text_parse (text, TST_DAY_FIRST, iso))
    return g_strdup (text != NULL ? text : "");
  return g_strdup_printf ("%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
}

static char *
date_for_record (char *typed) /* (transfer full) */
{
  char iso[11];

  if (!tst_date_text_parse (typed, TST_DAY_FIRST, iso))
    return typed;
  g_free (typed);
  return g_strdup (iso);
}

static char *
field_text (TstVisitFields *self, guint i)
{
  switch (fields[i].form)
    {
    case AREA:
      return tst_form_get_area (self->controls[i]);
    case CHOICE:
      return g_strdup (tst_choice_get_value (TST_CHOICE (self->controls[i])));
    case PHOTO:
      return g_strdup (tst_visit_photos_get (TST_VISIT_PHOTOS (self->controls[i])));
    case DATE:
      return date_for_record (tst_form_get_entry (self->controls[i]));
    case LINE:
    case PERCENT:
    case ADDRESS:
    case CLOCK:
    case HASH:
      return tst_form_get_entry (self->controls[i]);
    case CODES:
      return NULL;
    default:
      g_assert_not_reached ();
    }
}

/* «47,5» as people type it. NAN: nothing, or no number. */
static double
percent_of (TstVisitFields *self, const char *name)
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
collect_codes (TstVisitFields *self, JsonObject *content)
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
collect (TstVisitFields *self, gboolean as_typed)
{
  JsonObject *content = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *text = self->controls[i] != NULL ? field_text (self, i) : NULL;

      if (text == NULL || *text == '\0')
        continue;
      if (as_typed)
        ;
      else if (fields[i].form == PERCENT)
        g_strdelimit (text, ",", '.');
      else if (fields[i].form == CLOCK && tst_visit_stream_parse_clock (text) >= 0)
        {
          gint64 ms = tst_visit_stream_parse_clock (text) * 1000;

          g_free (text);
          text = g_strdup_printf ("%" G_GINT64_FORMAT, ms);
        }
      json_object_set_string_member (content, fields[i].name, text);
    }
  if (self->asks_cause)
    collect_codes (self, content);
  return content;
}

JsonObject *
tst_visit_fields_collect (TstVisitFields *self)
{
  return collect (self, FALSE);
}

JsonObject *
tst_visit_fields_collect_draft (TstVisitFields *self, JsonObject *given)
{
  JsonObject *content = collect (self, TRUE);

  if (given != NULL)
    tst_visit_fields_add_emptied (self, content, given);
  return content;
}

/* «47,5», as people write it; whole where it is. */
static char *
percent_text (double percent)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char *text = g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.1f", percent));

  if (g_str_has_suffix (text, ".0"))
    text[strlen (text) - 2] = '\0';
  return g_strdelimit (text, ".", ',');
}

/* NULL: none of them. */
static void
press_code (TstVisitFields *self, const char *code)
{
  for (guint i = 0; i < self->codes->len; i++)
    if (code == NULL)
      gtk_toggle_button_set_active (self->codes->pdata[i], FALSE);
    else if (g_strcmp0 (g_object_get_data (self->codes->pdata[i], "code"), code) == 0)
      gtk_toggle_button_set_active (self->codes->pdata[i], TRUE);
}

static void
set_field (TstVisitFields *self, guint i, const char *text)
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
      tst_visit_photos_set (TST_VISIT_PHOTOS (self->controls[i]), text);
      break;
    case DATE:
      {
        g_autofree char *day = date_for_people (text);

        gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), day);
        break;
      }
    case LINE:
    case PERCENT:
    case ADDRESS:
    case CLOCK:
    case HASH:
      gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), text != NULL ? text : "");
      break;
    case CODES:
      press_code (self, text);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- the deviation --- */

static void
show_deviation (TstVisitFields *self)
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
on_changed (TstVisitFields *self)
{
  show_deviation (self);
  if (!self->showing)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* --- all of them --- */

void
tst_visit_fields_show (TstVisitFields *self, JsonObject *content)
{
  JsonArray *more = tst_json_array (content, "more_causes");

  self->showing = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonNode *node = self->controls[i] != NULL ? json_object_get_member (content, fields[i].name) : NULL;
      g_autofree char *number = NULL;

      if (node == NULL || !(JSON_NODE_HOLDS_VALUE (node) || JSON_NODE_HOLDS_NULL (node)))
        continue;
      /* Text is as it was typed. */
      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING)
        number = fields[i].form == PERCENT ? percent_text (json_node_get_double (node))
                 : fields[i].form == CLOCK ? tst_moments_clock (json_node_get_int (node))
                                           : NULL;
      if (fields[i].form == CODES)
        press_code (self, NULL);
      set_field (self, i, number != NULL ? number : tst_json_string (content, fields[i].name));
    }
  for (guint i = 0; more != NULL && i < json_array_get_length (more); i++)
    press_code (self, json_array_get_string_element (more, i));
  self->showing = FALSE;
  show_deviation (self);
}

void
tst_visit_fields_set (TstVisitFields *self, const char *name, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && strcmp (fields[i].name, name) == 0)
      set_field (self, i, value);
  on_changed (self);
}

void
tst_visit_fields_add_emptied (TstVisitFields *self, JsonObject *content, JsonObject *before)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && !json_object_has_member (content, fields[i].name) && json_object_has_member (before, fields[i].name))
      json_object_set_null_member (content, fields[i].name);
  if (self->codes->len > 0 && !json_object_has_member (content, "more_causes") && json_object_has_member (before, "more_causes"))
    json_object_set_null_member (content, "more_causes");
}

/* --- what is still missing --- */

static GtkWidget *
control_of (TstVisitFields *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (self->controls[i] != NULL && strcmp (fields[i].name, name) == 0)
      return self->controls[i];
  return NULL;
}

static const char *
complain (TstVisitFields *self, const char *text, const char *name)
{
  if (name != NULL)
    gtk_widget_grab_focus (control_of (self, name));
  return text;
}

static gboolean
lacks (TstVisitFields *self, JsonObject *content, const char *type, const char *name)
{
  return strcmp (self->type, type) == 0 && tst_json_string (content, name) == NULL;
}

const char *
tst_visit_fields_complaint (TstVisitFields *self, JsonObject *content)
{
  char iso[11];

  if (strcmp (self->type, "progress") == 0)
    {
      if (!isfinite (percent_of (self, "observed_pct")))
        return complain (self, _("Escriba el avance observado, de 0 a 100."), "observed_pct");
      /* Asked once; who does not know it may go on, and the summary says that it is missing. */
      if (self->asks_cause && !json_object_has_member (content, "cause") && !self->asked)
        {
          self->asked = TRUE;
          return complain (self, _("La diferencia pasa de 5 puntos. Elija la causa, o toque otra vez para guardar sin ella."), NULL);
        }
    }
  if (lacks (self, content, "finding", "text") || lacks (self, content, "commitment", "text"))
    return complain (self, _("Escriba qué es."), "text");
  if (lacks (self, content, "commitment", "responsible"))
    return complain (self, _("Escriba quién responde."), "responsible");
  if (lacks (self, content, "commitment", "due_on"))
    return complain (self, _("Escriba la fecha."), "due_on");
  if (strcmp (self->type, "commitment") == 0 && !tst_date_text_parse (tst_json_string (content, "due_on"), TST_DAY_FIRST, iso))
    return complain (self, _("Escriba la fecha así: 27/03/2026."), "due_on");
  if (lacks (self, content, "commitment-close", "status"))
    return complain (self, _("Elija si se cumplió."), NULL);
  if (lacks (self, content, "stream-start", "platform"))
    return complain (self, _("Elija dónde se transmite."), NULL);
  if (strcmp (self->type, "stream-end") == 0)
    {
      g_autofree char *text = tst_form_get_entry (control_of (self, "media_ms"));

      if (*text != '\0' && tst_visit_stream_parse_clock (text) < 0)
        return complain (self, _("Escriba cuánto dura con dos puntos, como 1:02:03."), "media_ms");
    }
  if (lacks (self, content, "viewpoint", "name"))
    return complain (self, _("Escriba un nombre con el que lo reconozca quien venga después."), "name");
  return NULL;
}

/* --- the fields --- */

static void
add_codes (TstVisitFields *self, GtkWidget *box, guint field)
{
  GtkWidget *wrap = tst_wrap_new ();
  guint n_codes;
  const TstCode *codes = tst_code_list (fields[field].list, &n_codes);

  tst_form_heading (box, _(fields[field].label));
  tst_form_text (box, _("Puede elegir varias."));
  for (guint i = 0; i < n_codes; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (tst_code_label (fields[field].list, codes[i].code, self->lang));
      GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));

      /* A cause has more words than a phone has room for in large text. */
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
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
on_days (GtkButton *button, TstVisitFields *self)
{
  int days = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "days"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days);
  g_autofree char *text = g_date_time_format (then, "%Y-%m-%d");

  tst_visit_fields_set (self, "due_on", text);
}

static void
add_days (TstVisitFields *self)
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
  gtk_box_append (GTK_BOX (self), wrap);
}

static void
add_field (TstVisitFields *self, guint i, TstFieldBook *book, JsonArray *photos)
{
  const Field *field = &fields[i];
  GtkWidget *box = GTK_WIDGET (self);

  if (strcmp (field->name, "cause") == 0 || strcmp (field->name, "cause_text") == 0)
    box = self->cause_box;
  switch (field->form)
    {
    case AREA:
      self->controls[i] = tst_form_area (box, _(field->label), 110);
      g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->controls[i])), "changed", G_CALLBACK (on_changed), self);
      break;
    case CHOICE:
      self->controls[i] = tst_choice_new (_(field->label), field->list, self->lang, FALSE);
      g_signal_connect_swapped (self->controls[i], "notify::value", G_CALLBACK (on_changed), self);
      gtk_box_append (GTK_BOX (box), self->controls[i]);
      break;
    case CODES:
      add_codes (self, box, i);
      break;
    case PHOTO:
      tst_form_heading (box, _(field->label));
      self->controls[i] = tst_visit_photos_new (book, photos);
      g_signal_connect_swapped (self->controls[i], "notify::photo", G_CALLBACK (on_changed), self);
      gtk_box_append (GTK_BOX (box), self->controls[i]);
      break;
    case LINE:
    case PERCENT:
    case DATE:
    case ADDRESS:
    case CLOCK:
    case HASH:
      self->controls[i] = tst_form_entry (box, _(field->label),
                                          field->form == PERCENT   ? GTK_INPUT_PURPOSE_NUMBER
                                          : field->form == ADDRESS ? GTK_INPUT_PURPOSE_URL
                                                                   : GTK_INPUT_PURPOSE_FREE_FORM);
      g_signal_connect_swapped (self->controls[i], "changed", G_CALLBACK (on_changed), self);
      if (field->form == DATE)
        add_days (self);
      else if (field->form == HASH)
        gtk_box_append (GTK_BOX (self), tst_visit_recording_new (self->controls[i]));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* --- the widget --- */

static void
tst_visit_fields_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitFieldsProperty) id)
    {
    case PROP_ASKS_CAUSE:
      g_value_set_boolean (value, TST_VISIT_FIELDS (object)->asks_cause);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_fields_finalize (GObject *object)
{
  TstVisitFields *self = TST_VISIT_FIELDS (object);

  g_ptr_array_unref (self->codes);
  g_free (self->type);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_visit_fields_parent_class)->finalize (object);
}

static void
tst_visit_fields_class_init (TstVisitFieldsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_visit_fields_get_property;
  object_class->finalize = tst_visit_fields_finalize;
  properties[PROP_ASKS_CAUSE] = g_param_spec_boolean ("asks-cause", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_visit_fields_init (TstVisitFields *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 16);
  self->codes = g_ptr_array_new ();
}

GtkWidget *
tst_visit_fields_new (const char *type, const char *lang, TstFieldBook *book, JsonArray *photos)
{
  TstVisitFields *self = g_object_new (TST_TYPE_VISIT_FIELDS, NULL);

  self->type = g_strdup (type);
  self->lang = g_strdup (lang);
  if (strcmp (type, "progress") == 0)
    self->cause_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].type, type) == 0)
      add_field (self, i, book, photos);
  if (self->cause_box != NULL)
    {
      self->bars = tst_progress_bars_new ();
      gtk_box_append (GTK_BOX (self), self->bars);
      gtk_box_append (GTK_BOX (self), self->cause_box);
      show_deviation (self);
    }
  return GTK_WIDGET (self);
}
