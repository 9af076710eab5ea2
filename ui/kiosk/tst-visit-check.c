/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-check.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define MAX_QUESTIONS 16

struct _TstVisitCheck
{
  TstRecordForm parent_instance;
  GtkWidget *controls[MAX_QUESTIONS]; /* TstChoice, GtkEntry, or the toggle «Sí» with «No» as its data "no" */
  char *event, *record;
  guint answered;
  gboolean changing;
};

typedef enum
{
  PROP_ANSWERED = 1,
} TstVisitCheckProperty;

static GParamSpec *properties[PROP_ANSWERED + 1];

G_DEFINE_FINAL_TYPE (TstVisitCheck, tst_visit_check, TST_TYPE_RECORD_FORM)

static JsonObject *
answers_of (TstVisitCheck *self)
{
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);
  JsonObject *answers = json_object_new ();

  for (guint i = 0; i < n_questions; i++)
    {
      GtkWidget *control = self->controls[i];
      g_autofree char *text = GTK_IS_ENTRY (control) ? tst_form_get_entry (control) : NULL;

      if (questions[i].ask == TST_VISIT_ASK_YES_NO)
        {
          GtkToggleButton *no = g_object_get_data (G_OBJECT (control), "no");

          if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (control)) || gtk_toggle_button_get_active (no))
            json_object_set_boolean_member (answers, questions[i].code, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (control)));
        }
      else if (questions[i].ask == TST_VISIT_ASK_COMPLIANCE)
        {
          if (tst_choice_get_value (TST_CHOICE (control)) != NULL)
            json_object_set_string_member (answers, questions[i].code, tst_choice_get_value (TST_CHOICE (control)));
        }
      else if (text != NULL && *text != '\0' && questions[i].ask == TST_VISIT_ASK_TEXT)
        json_object_set_string_member (answers, questions[i].code, text);
      else if (text != NULL && *text != '\0' && strspn (text, "0123456789") == strlen (text) && strlen (text) < 7)
        json_object_set_int_member (answers, questions[i].code, atoi (text));
    }
  return answers;
}

static void
on_changed (TstVisitCheck *self)
{
  g_autoptr (JsonObject) answers = NULL;
  guint n;

  if (self->changing)
    return;
  answers = answers_of (self);
  n = tst_visit_form_answered (answers);
  tst_record_form_touch (TST_RECORD_FORM (self));
  if (n == self->answered)
    return;
  self->answered = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ANSWERED]);
}

static void
on_yes_no (GtkToggleButton *button, TstVisitCheck *self)
{
  GtkToggleButton *other = g_object_get_data (G_OBJECT (button), "other");

  if (gtk_toggle_button_get_active (button))
    gtk_toggle_button_set_active (other, FALSE);
  on_changed (self);
}

static GtkWidget *
build_yes_no (TstVisitCheck *self, GtkWidget *column, const char *question)
{
  GtkWidget *box = tst_wrap_new ();
  GtkWidget *yes = gtk_toggle_button_new_with_label (_("Sí"));
  GtkWidget *no = gtk_toggle_button_new_with_label (_("No"));
  GtkWidget *buttons[] = { yes, no };

  gtk_widget_add_css_class (tst_form_text (column, question), "heading");
  g_object_set_data (G_OBJECT (yes), "no", no);
  g_object_set_data (G_OBJECT (yes), "other", no);
  g_object_set_data (G_OBJECT (no), "other", yes);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %s", question, i == 0 ? _("Sí") : _("No"));

      gtk_widget_add_css_class (buttons[i], "chip");
      gtk_accessible_update_property (GTK_ACCESSIBLE (buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_signal_connect (buttons[i], "toggled", G_CALLBACK (on_yes_no), self);
      tst_wrap_append (TST_WRAP (box), buttons[i]);
    }
  gtk_box_append (GTK_BOX (column), box);
  return yes;
}

static void
build_question (TstVisitCheck *self, GtkWidget *column, const TstVisitQuestion *question, guint i)
{
  g_autofree char *lang = tst_visit_language (TST_PAGE (self));
  const char *words = g_strcmp0 (lang, "en") == 0 ? question->en : question->es;

  switch (question->ask)
    {
    case TST_VISIT_ASK_YES_NO:
      self->controls[i] = build_yes_no (self, column, words);
      break;
    case TST_VISIT_ASK_COMPLIANCE:
      self->controls[i] = tst_choice_new (words, TST_LIST_COMPLIANCE, lang, FALSE);
      g_signal_connect_swapped (self->controls[i], "notify::value", G_CALLBACK (on_changed), self);
      gtk_box_append (GTK_BOX (column), self->controls[i]);
      break;
    case TST_VISIT_ASK_NUMBER:
    case TST_VISIT_ASK_TEXT:
      self->controls[i] = tst_form_entry (column, words, question->ask == TST_VISIT_ASK_NUMBER ? GTK_INPUT_PURPOSE_DIGITS : GTK_INPUT_PURPOSE_FREE_FORM);
      g_signal_connect_swapped (self->controls[i], "changed", G_CALLBACK (on_changed), self);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
tst_visit_check_set (TstVisitCheck *self, const char *code, const char *value)
{
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);

  for (guint i = 0; i < n_questions; i++)
    {
      if (strcmp (questions[i].code, code) != 0)
        continue;
      if (questions[i].ask == TST_VISIT_ASK_YES_NO)
        {
          gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->controls[i]), g_strcmp0 (value, "true") == 0);
          gtk_toggle_button_set_active (g_object_get_data (G_OBJECT (self->controls[i]), "no"), g_strcmp0 (value, "false") == 0);
        }
      else if (questions[i].ask == TST_VISIT_ASK_COMPLIANCE)
        tst_choice_set_value (TST_CHOICE (self->controls[i]), value);
      else
        gtk_editable_set_text (GTK_EDITABLE (self->controls[i]), value != NULL ? value : "");
    }
}

static void
show_answers (TstVisitCheck *self, JsonObject *answers)
{
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);

  for (guint i = 0; i < n_questions; i++)
    {
      g_autofree char *number = NULL;

      if (!json_object_has_member (answers, questions[i].code))
        continue;
      if (questions[i].ask == TST_VISIT_ASK_YES_NO)
        number = g_strdup (tst_json_bool (answers, questions[i].code, FALSE) ? "true" : "false");
      else if (questions[i].ask == TST_VISIT_ASK_NUMBER)
        number = g_strdup_printf ("%" G_GINT64_FORMAT, tst_json_int (answers, questions[i].code, 0));
      tst_visit_check_set (self, questions[i].code, number != NULL ? number : tst_json_string (answers, questions[i].code));
    }
}

/* --- saving --- */

static void
tst_visit_check_save (TstRecordForm *form, TstFieldBook *book)
{
  TstVisitCheck *self = TST_VISIT_CHECK (form);
  g_autoptr (JsonObject) content = json_object_new ();

  json_object_set_object_member (content, "answers", answers_of (self));
  tst_record_form_begin (form);
  if (self->record != NULL)
    tst_field_book_amend_async (book, self->record, content, NULL, tst_record_form_on_saved, g_object_ref (self));
  else
    tst_field_book_add_visit_record_async (book, "visit-check", self->event, content, NULL, tst_record_form_on_saved, g_object_ref (self));
}

static JsonObject *
tst_visit_check_collect (TstRecordForm *form)
{
  g_autoptr (JsonObject) answers = answers_of (TST_VISIT_CHECK (form));

  return json_object_get_size (answers) > 0 ? g_steal_pointer (&answers) : NULL;
}

static void
tst_visit_check_restore (TstRecordForm *form, JsonObject *content)
{
  TstVisitCheck *self = TST_VISIT_CHECK (form);
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);

  /* It holds every answer there was: what was taken back stays away. */
  for (guint i = 0; i < n_questions; i++)
    tst_visit_check_set (self, questions[i].code, NULL);
  show_answers (self, content);
}

/* --- the widget --- */

static void
tst_visit_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstVisitCheckProperty) id == PROP_ANSWERED)
    g_value_set_uint (value, TST_VISIT_CHECK (object)->answered);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_visit_check_finalize (GObject *object)
{
  g_free (TST_VISIT_CHECK (object)->event);
  g_free (TST_VISIT_CHECK (object)->record);
  G_OBJECT_CLASS (tst_visit_check_parent_class)->finalize (object);
}

static void
tst_visit_check_class_init (TstVisitCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstRecordFormClass *form_class = TST_RECORD_FORM_CLASS (klass);

  object_class->get_property = tst_visit_check_get_property;
  object_class->finalize = tst_visit_check_finalize;
  form_class->collect = tst_visit_check_collect;
  form_class->restore = tst_visit_check_restore;
  form_class->save = tst_visit_check_save;
  properties[PROP_ANSWERED] = g_param_spec_uint ("answered", NULL, NULL, 0, MAX_QUESTIONS, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_visit_check_init (TstVisitCheck *self)
{
}

GtkWidget *
tst_visit_check_new (TstSession *session, const char *event_id, JsonObject *check, JsonObject *work)
{
  TstVisitCheck *self = g_object_new (TST_TYPE_VISIT_CHECK, "session", session, "title", _("Lista de chequeo"), NULL);
  JsonObject *answers = check != NULL ? tst_json_object (check, "answers") : NULL;
  g_autofree char *key = g_strconcat ("visit-check-", event_id, NULL);
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);
  GtkWidget *column, *foot;

  g_assert (n_questions <= MAX_QUESTIONS);
  self->event = g_strdup (event_id);
  self->record = check != NULL ? g_strdup (tst_json_string (check, "id")) : NULL;
  tst_record_form_build (TST_RECORD_FORM (self), _("Guardar la lista"), &column, &foot);
  self->changing = TRUE;
  for (guint i = 0; i < n_questions; i++)
    build_question (self, column, &questions[i], i);
  if (answers != NULL)
    show_answers (self, answers);
  else if (work != NULL && tst_json_string (work, "contract_number") != NULL)
    tst_visit_check_set (self, "contrato_obra", tst_json_string (work, "contract_number"));
  self->changing = FALSE;
  on_changed (self);
  tst_page_set_end (TST_PAGE (self), tst_visit_small_shutter_new (TST_PAGE (self), event_id, work != NULL ? tst_json_string (work, "code") : NULL));
  tst_record_form_keep (TST_RECORD_FORM (self), key, FALSE);
  return GTK_WIDGET (self);
}
