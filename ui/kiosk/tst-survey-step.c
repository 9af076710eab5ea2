/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-survey-step.h"

#include "form/tst-form-values.h"
#include "kiosk/tst-survey-take.h"
#include "model/tst-works-import.h"
#include "widgets/tst-build.h"
#include "widgets/tst-card-reader.h"
#include "widgets/tst-form.h"
#include "widgets/tst-options.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* More steps than this are a scale to slide on. */
#define RANGE_BUTTONS 11

/* One question as it stands on the screen. */
typedef struct
{
  TstSurveyStep *step;
  TstAnswer *answer;
  GtkWidget *box, *label, *hint, *notice, *control;
  gboolean absent; /* asks for what this tablet does not have, beside others that it can ask */
} Field;

struct _TstSurveyStep
{
  GtkBox parent_instance;
  TstSession *session;
  TstInterview *interview;
  GPtrArray *media;  /* of TstAttachment */
  GPtrArray *fields; /* of Field */
  Field *answering;  /* whose control is being touched */
  gboolean changing;
};

enum
{
  ANSWERED,
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstSurveyStep, tst_survey_step, GTK_TYPE_BOX)

const char *
tst_survey_problem_text (TstAnswerProblem problem)
{
  switch (problem)
    {
    case TST_ANSWER_MISSING:
      return _("Esta pregunta necesita una respuesta.");
    case TST_ANSWER_NOT_A_NUMBER:
      return _("Escriba un número.");
    case TST_ANSWER_NOT_A_DATE:
      return _("Escriba la fecha así: 27/03/2026.");
    case TST_ANSWER_NOT_OFFERED:
      return _("Escoja una de las opciones.");
    case TST_ANSWER_OUT_OF_RANGE:
      return _("Ese número está fuera de lo que se puede responder.");
    case TST_ANSWER_CONSTRAINT:
      return _("Revise esta respuesta.");
    case TST_ANSWER_UNREADABLE:
      return _("Esta respuesta no se entiende.");
    case TST_ANSWER_FINE:
    default:
      return NULL;
    }
}

/* --- answering --- */

static void
set_answer (Field *field, const char *value)
{
  TstSurveyStep *self = field->step;

  if (self->changing)
    return;
  tst_form_notice_set (field->notice, NULL, TRUE);
  self->answering = field;
  tst_interview_set (self->interview, field->answer, value);
  self->answering = NULL;
  g_signal_emit (self, signals[ANSWERED], 0);
}

static void
on_options (GtkWidget *options, GParamSpec *pspec, Field *field)
{
  const char *value = tst_options_get_value (TST_OPTIONS (options));
  const TstQuestion *question = tst_answer_get_question (field->answer);

  set_answer (field, value);
  if (*value != '\0' && field->step->fields->len == 1 && !field->step->changing
      && (question->type == TST_QUESTION_ONE || question->type == TST_QUESTION_RANGE))
    g_signal_emit (field->step, signals[CHOSEN], 0);
}

/* A comma for the decimals and a day before the month, as they are written here. What is not understood is kept as it was typed. */
static char *
from_typed (TstQuestionType type, const char *text)
{
  g_autofree char *typed = g_strstrip (g_strdup (text));
  char iso[11];

  if (type == TST_QUESTION_DECIMAL)
    g_strdelimit (typed, ",", '.');
  if (type == TST_QUESTION_DATE && tst_date_text_parse (typed, TST_DAY_FIRST, iso))
    return g_strdup (iso);
  return g_steal_pointer (&typed);
}

static char *
to_typed (TstQuestionType type, const char *value)
{
  if (type == TST_QUESTION_DATE && tst_form_is_date (value))
    return g_strdup_printf ("%.2s/%.2s/%.4s", value + 8, value + 5, value);
  if (type == TST_QUESTION_DECIMAL)
    return g_strdelimit (g_strdup (value), ".", ',');
  return g_strdup (value);
}

static void
on_entry (GtkWidget *entry, Field *field)
{
  g_autofree char *value = from_typed (tst_answer_get_question (field->answer)->type, gtk_editable_get_text (GTK_EDITABLE (entry)));

  set_answer (field, value);
}

static void
on_area (GtkTextBuffer *buffer, Field *field)
{
  g_autofree char *value = tst_form_get_area (field->control);

  set_answer (field, value);
}

static void
on_switch (GtkWidget *control, GParamSpec *pspec, Field *field)
{
  set_answer (field, gtk_switch_get_active (GTK_SWITCH (control)) ? "OK" : "");
}

static void
on_scale (GtkWidget *scale, Field *field)
{
  g_autofree char *value = tst_form_number_to_text (gtk_range_get_value (GTK_RANGE (scale)));

  set_answer (field, value);
}

static void
on_taken (GtkWidget *take, Field *field)
{
  set_answer (field, tst_survey_take_get_name (TST_SURVEY_TAKE (take)));
}

static void
on_alive (GtkWidget *take, Field *field)
{
  g_signal_emit (field->step, signals[ANSWERED], 0);
}

static void
on_place (GtkWidget *button, Field *field)
{
  TstPlace place;
  g_autofree char *value = NULL;

  if (!tst_session_get_position (field->step->session, &place))
    {
      tst_form_notice_set (field->notice, _("Esta tableta todavía no sabe dónde está. Puede seguir sin responder."), FALSE);
      return;
    }
  value = g_strdup_printf ("%.6f %.6f", place.latitude, place.longitude);
  set_answer (field, value);
  tst_form_notice_set (field->notice, _("Se usará el lugar de esta tableta."), FALSE);
}

static void
on_another (GtkWidget *button, Field *field)
{
  tst_interview_add_entry (field->step->interview, tst_answer_get_question (field->answer));
  g_signal_emit (field->step, signals[CHOSEN], 0);
}

/* --- controls --- */

static GtkWidget *
make_options (Field *field, const char *label)
{
  const TstQuestion *question = tst_answer_get_question (field->answer);
  const TstForm *form = tst_interview_get_form (field->step->interview);
  guint language = tst_interview_get_language (field->step->interview);
  g_autoptr (GPtrArray) choices = tst_interview_get_choices (field->step->interview, field->answer);
  gboolean row = tst_question_has_appearance (question, "likert") || tst_question_has_appearance (question, "horizontal")
                 || tst_question_has_appearance (question, "horizontal-compact");
  TstOptionsMode mode = question->type == TST_QUESTION_ONE        ? TST_OPTIONS_ONE
                        : question->type == TST_QUESTION_MULTIPLE ? TST_OPTIONS_MANY
                                                                  : TST_OPTIONS_RANK;
  GtkWidget *options = tst_options_new (label, mode, row && choices->len <= 7);

  for (guint i = 0; i < choices->len; i++)
    {
      const TstChoice *choice = choices->pdata[i];
      const char *text = tst_form_words (form, choice->label, language);

      tst_options_add (TST_OPTIONS (options), choice->name, text != NULL ? text : choice->name);
    }
  tst_options_added (TST_OPTIONS (options));
  tst_options_set_value (TST_OPTIONS (options), tst_answer_get_value (field->answer));
  g_signal_connect (options, "notify::value", G_CALLBACK (on_options), field);
  return options;
}

static GtkWidget *
make_range (Field *field, const char *label)
{
  const TstQuestion *question = tst_answer_get_question (field->answer);
  double low = MIN (question->start, question->end), high = MAX (question->start, question->end), step = fabs (question->step);
  guint n = (guint) round ((high - low) / step) + 1;
  const char *value = tst_answer_get_value (field->answer);
  GtkWidget *control;

  if (n <= RANGE_BUTTONS)
    {
      control = tst_options_new (label, TST_OPTIONS_ONE, FALSE);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *text = tst_form_number_to_text (low + i * step);

          tst_options_add (TST_OPTIONS (control), text, text);
        }
      tst_options_added (TST_OPTIONS (control));
      tst_options_set_value (TST_OPTIONS (control), value);
      g_signal_connect (control, "notify::value", G_CALLBACK (on_options), field);
      return control;
    }
  control = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, high, step);
  gtk_scale_set_draw_value (GTK_SCALE (control), TRUE);
  gtk_widget_set_size_request (control, -1, 60);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (*value != '\0')
    gtk_range_set_value (GTK_RANGE (control), tst_form_text_to_number (value));
  g_signal_connect (control, "value-changed", G_CALLBACK (on_scale), field);
  return control;
}

/* What a person types is theirs: nothing learns it and nothing offers it. */
static GtkWidget *
make_entry (Field *field, const char *label)
{
  TstQuestionType type = tst_answer_get_question (field->answer)->type;
  GtkInputPurpose purpose = type == TST_QUESTION_INTEGER || type == TST_QUESTION_DECIMAL ? GTK_INPUT_PURPOSE_NUMBER : GTK_INPUT_PURPOSE_FREE_FORM;
  g_autofree char *text = to_typed (type, tst_answer_get_value (field->answer));
  GtkWidget *entry = gtk_entry_new ();

  /* Days are written with slashes and numbers with a sign, which a keypad of digits does not have. */
  if (type == TST_QUESTION_DATE || type == TST_QUESTION_TIME || type == TST_QUESTION_DATETIME)
    purpose = GTK_INPUT_PURPOSE_NUMBER;
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), purpose);
  gtk_entry_set_input_hints (GTK_ENTRY (entry), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI);
  gtk_editable_set_enable_undo (GTK_EDITABLE (entry), FALSE);
  gtk_widget_add_css_class (entry, "form-entry");
  gtk_widget_set_size_request (entry, -1, 48);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  if (type == TST_QUESTION_DATE)
    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("día/mes/año"));
  g_signal_connect (entry, "changed", G_CALLBACK (on_entry), field);
  return entry;
}

static GtkWidget *
make_area (Field *field, const char *label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *area = tst_form_area (box, label, 110);

  /* Its words stand above already, and are said once. */
  gtk_label_set_mnemonic_widget (GTK_LABEL (gtk_widget_get_first_child (gtk_widget_get_first_child (box))), NULL);
  gtk_widget_set_visible (gtk_widget_get_first_child (gtk_widget_get_first_child (box)), FALSE);
  gtk_text_view_set_input_hints (GTK_TEXT_VIEW (area), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI);
  gtk_text_buffer_set_enable_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), FALSE);
  tst_form_set_area (area, tst_answer_get_value (field->answer));
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), "changed", G_CALLBACK (on_area), field);
  field->control = area;
  return box;
}

static GtkWidget *
make_button (Field *field, const char *text, GCallback callback)
{
  GtkWidget *button = tst_form_button (text, "main");

  g_signal_connect (button, "clicked", callback, field);
  return button;
}

/* What the code says goes where it would be typed: it can be seen and mended. */
static void
on_read (GtkWidget *reader, GBytes *payload, Field *field)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (payload, &size);
  g_autofree char *text = g_utf8_validate (data, size, NULL) ? g_strndup (data, size) : NULL;
  GtkWidget *box = gtk_widget_get_parent (reader);

  if (text == NULL)
    {
      tst_form_notice_set (field->notice, _("Ese código no dice nada que se pueda escribir. Pruebe con otro o siga sin responder."), TRUE);
      return;
    }
  gtk_widget_set_visible (gtk_widget_get_last_child (box), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (field->control), text);
  gtk_box_remove (GTK_BOX (box), reader);
}

static void
on_scan (GtkWidget *button, Field *field)
{
  GtkWidget *box = gtk_widget_get_parent (button);
  GtkWidget *reader = tst_card_reader_new_label (tst_session_get_camera (field->step->session));

  g_signal_connect (reader, "read", G_CALLBACK (on_read), field);
  gtk_box_insert_child_after (GTK_BOX (box), reader, field->control);
  gtk_widget_set_visible (button, FALSE);
}

static GtkWidget *
make_barcode (Field *field, const char *label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  field->control = make_entry (field, label);
  gtk_box_append (GTK_BOX (box), field->control);
  if (tst_session_get_camera (field->step->session) != NULL)
    gtk_box_append (GTK_BOX (box), make_button (field, _("Leerlo con la cámara"), G_CALLBACK (on_scan)));
  return box;
}

static GtkWidget *
make_switch (Field *field, const char *label)
{
  GtkWidget *control = gtk_switch_new ();

  gtk_widget_set_halign (control, GTK_ALIGN_START);
  gtk_switch_set_active (GTK_SWITCH (control), strcmp (tst_answer_get_value (field->answer), "OK") == 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect (control, "notify::active", G_CALLBACK (on_switch), field);
  field->control = control;
  return tst_build_setting (_("Sí, acepto"), NULL, control);
}

static GtkWidget *
make_take (Field *field)
{
  TstAttachmentKind kind = tst_answer_get_question (field->answer)->type == TST_QUESTION_AUDIO ? TST_ATTACHMENT_VOICE : TST_ATTACHMENT_PAPER;
  GtkWidget *take = tst_survey_take_new (field->step->session, kind, field->step->media, tst_answer_get_value (field->answer));

  g_signal_connect (take, "answered", G_CALLBACK (on_taken), field);
  g_signal_connect (take, "alive", G_CALLBACK (on_alive), field);
  return take;
}

static GtkWidget *
make_control (Field *field, const char *label)
{
  const TstQuestion *question = tst_answer_get_question (field->answer);

  if (tst_answer_is_read_only (field->answer) || question->calculation != NULL)
    return tst_build_text (tst_answer_get_value (field->answer));
  switch (question->type)
    {
    case TST_QUESTION_ONE:
    case TST_QUESTION_MULTIPLE:
    case TST_QUESTION_RANK:
      return make_options (field, label);
    case TST_QUESTION_RANGE:
      return make_range (field, label);
    case TST_QUESTION_ACKNOWLEDGE:
      return make_switch (field, label);
    case TST_QUESTION_TEXT:
      if (tst_question_has_appearance (question, "multiline"))
        return make_area (field, label);
      return make_entry (field, label);
    case TST_QUESTION_INTEGER:
    case TST_QUESTION_DECIMAL:
    case TST_QUESTION_DATE:
    case TST_QUESTION_TIME:
    case TST_QUESTION_DATETIME:
      return make_entry (field, label);
    case TST_QUESTION_BARCODE:
      return make_barcode (field, label);
    case TST_QUESTION_GEOPOINT:
      return make_button (field, _("Usar el lugar de esta tableta"), G_CALLBACK (on_place));
    case TST_QUESTION_REPEAT:
      return make_button (field, _("Agregar otro"), G_CALLBACK (on_another));
    case TST_QUESTION_IMAGE:
    case TST_QUESTION_AUDIO:
      return make_take (field);
    case TST_QUESTION_NOTE:
    case TST_QUESTION_GROUP:
    case TST_QUESTION_CALCULATE:
    case TST_N_QUESTION_TYPES:
    default:
      return NULL;
    }
}

/* --- the step --- */

static void
set_words (Field *field)
{
  TstInterview *interview = field->step->interview;
  g_autofree char *label = tst_interview_dup_label (interview, field->answer);
  g_autofree char *hint = tst_interview_dup_hint (interview, field->answer);

  gtk_label_set_label (GTK_LABEL (field->label), label != NULL ? label : tst_answer_get_question (field->answer)->name);
  gtk_label_set_label (GTK_LABEL (field->hint), hint != NULL ? hint : "");
  gtk_widget_set_visible (field->hint, hint != NULL);
}

static gboolean
has_device (TstSurveyStep *self, TstQuestionType type)
{
  return type == TST_QUESTION_IMAGE   ? tst_session_get_camera (self->session) != NULL
         : type == TST_QUESTION_AUDIO ? tst_session_get_recorder (self->session) != NULL
                                      : TRUE;
}

static void
add_field (TstSurveyStep *self, TstAnswer *answer, gboolean alone)
{
  const TstQuestion *question = tst_answer_get_question (answer);
  Field *field = g_new0 (Field, 1);
  GtkWidget *control;

  field->step = self;
  field->answer = answer;
  field->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  field->label = tst_build_heading ("");
  gtk_widget_set_margin_top (field->label, 0);
  if (alone)
    {
      gtk_widget_remove_css_class (field->label, "title-3");
      gtk_widget_add_css_class (field->label, "title-2");
    }
  field->hint = tst_build_text ("");
  gtk_widget_add_css_class (field->hint, "dim-label");
  field->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (field->box), field->label);
  gtk_box_append (GTK_BOX (field->box), field->hint);
  set_words (field);
  if (question->type == TST_QUESTION_REPEAT)
    {
      gtk_label_set_label (GTK_LABEL (field->label), _("¿Hay otro más?"));
      gtk_widget_set_visible (field->hint, FALSE);
    }
  field->absent = !alone && !has_device (self, question->type);
  control = make_control (field, gtk_label_get_label (GTK_LABEL (field->label)));
  if (field->control == NULL)
    field->control = control;
  if (GTK_IS_ENTRY (field->control) || GTK_IS_TEXT_VIEW (field->control) || GTK_IS_SWITCH (field->control) || GTK_IS_RANGE (field->control))
    gtk_label_set_mnemonic_widget (GTK_LABEL (field->label), field->control);
  if (control != NULL)
    gtk_box_append (GTK_BOX (field->box), control);
  gtk_box_append (GTK_BOX (field->box), field->notice);
  gtk_box_append (GTK_BOX (self), field->box);
  g_ptr_array_add (self->fields, field);
}

/* Another answer of this step may let other choices through. */
static void
offer_again (Field *field)
{
  GtkWidget *fresh = make_options (field, gtk_label_get_label (GTK_LABEL (field->label)));

  gtk_box_insert_child_after (GTK_BOX (field->box), fresh, field->control);
  gtk_box_remove (GTK_BOX (field->box), field->control);
  field->control = fresh;
}

/* Other answers decide what a group that stands together asks, and words may quote them. */
static void
on_changed (TstSurveyStep *self)
{
  self->changing = TRUE;
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = self->fields->pdata[i];
      const TstQuestion *question = tst_answer_get_question (field->answer);

      gtk_widget_set_visible (field->box, tst_answer_is_asked (field->answer) && !field->absent);
      if (question->type == TST_QUESTION_REPEAT)
        continue;
      set_words (field);
      if (question->choice_filter != NULL && field != self->answering)
        offer_again (field);
      if (question->calculation != NULL && GTK_IS_LABEL (field->control))
        gtk_label_set_label (GTK_LABEL (field->control), tst_answer_get_value (field->answer));
    }
  self->changing = FALSE;
}

gboolean
tst_survey_step_check (TstSurveyStep *self)
{
  gboolean fine = TRUE;

  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = self->fields->pdata[i];
      TstAnswerProblem problem = tst_interview_get_problem (self->interview, field->answer);
      g_autofree char *own = NULL;

      /* Nobody is kept from going on by what this tablet does not have. */
      if (problem == TST_ANSWER_MISSING && TST_IS_SURVEY_TAKE (field->control) && tst_survey_take_is_unable (TST_SURVEY_TAKE (field->control)))
        {
          tst_interview_excuse (self->interview, tst_answer_get_question (field->answer)->type);
          problem = TST_ANSWER_FINE;
        }
      own = problem != TST_ANSWER_FINE ? tst_interview_dup_message (self->interview, field->answer, problem) : NULL;
      if (problem == TST_ANSWER_FINE)
        continue;
      tst_form_notice_set (field->notice, own != NULL ? own : tst_survey_problem_text (problem), TRUE);
      if (fine && field->control != NULL)
        gtk_widget_grab_focus (field->control);
      fine = FALSE;
    }
  return fine;
}

gboolean
tst_survey_step_end_taking (TstSurveyStep *self)
{
  gboolean taking = FALSE;

  for (guint i = 0; i < self->fields->len; i++)
    {
      GtkWidget *control = ((Field *) self->fields->pdata[i])->control;

      taking = (TST_IS_SURVEY_TAKE (control) && tst_survey_take_end (TST_SURVEY_TAKE (control))) || taking;
    }
  return taking;
}

gboolean
tst_survey_step_is_empty (TstSurveyStep *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = self->fields->pdata[i];

      if (tst_question_is_asked (tst_answer_get_question (field->answer)) && *tst_answer_get_value (field->answer) != '\0')
        return FALSE;
      if (TST_IS_SURVEY_TAKE (field->control) && tst_survey_take_is_busy (TST_SURVEY_TAKE (field->control)))
        return FALSE;
    }
  return TRUE;
}

gboolean
tst_survey_step_is_required (TstSurveyStep *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (tst_answer_is_required (((Field *) self->fields->pdata[i])->answer))
      return TRUE;
  return FALSE;
}

gboolean
tst_survey_step_is_repeat (TstSurveyStep *self)
{
  return self->fields->len == 1
         && tst_answer_get_question (((Field *) self->fields->pdata[0])->answer)->type == TST_QUESTION_REPEAT;
}

static void
tst_survey_step_dispose (GObject *object)
{
  TstSurveyStep *self = TST_SURVEY_STEP (object);

  self->changing = TRUE; /* controls that are taken apart answer nothing */
  if (self->interview != NULL)
    g_signal_handlers_disconnect_by_data (self->interview, self);
  G_OBJECT_CLASS (tst_survey_step_parent_class)->dispose (object);
}

static void
tst_survey_step_finalize (GObject *object)
{
  TstSurveyStep *self = TST_SURVEY_STEP (object);

  g_ptr_array_unref (self->fields);
  g_clear_pointer (&self->media, g_ptr_array_unref);
  g_clear_object (&self->interview);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tst_survey_step_parent_class)->finalize (object);
}

static void
tst_survey_step_class_init (TstSurveyStepClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_survey_step_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_survey_step_finalize;
  signals[ANSWERED] = g_signal_new ("answered", TST_TYPE_SURVEY_STEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen", TST_TYPE_SURVEY_STEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_survey_step_init (TstSurveyStep *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 22);
  self->fields = g_ptr_array_new_with_free_func (g_free);
}

GtkWidget *
tst_survey_step_new (TstSession *session, TstInterview *interview, GPtrArray *media, GPtrArray *answers)
{
  TstSurveyStep *self = g_object_new (TST_TYPE_SURVEY_STEP, NULL);

  self->session = g_object_ref (session);
  self->interview = g_object_ref (interview);
  self->media = g_ptr_array_ref (media);
  for (guint i = 0; i < answers->len; i++)
    add_field (self, answers->pdata[i], answers->len == 1);
  on_changed (self);
  g_signal_connect_swapped (interview, "changed", G_CALLBACK (on_changed), self);
  return GTK_WIDGET (self);
}
