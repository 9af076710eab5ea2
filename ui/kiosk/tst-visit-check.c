/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-check.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
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
  TstPage parent_instance;
  GtkWidget *notice;
  GtkWidget *controls[MAX_QUESTIONS]; /* TstChoice, GtkEntry, or the toggle «Sí» with «No» as its data "no" */
  char *event, *record;
  TstDraftKeeper *draft;
  guint answered;
  gboolean busy, saved, changing;
};

typedef enum
{
  PROP_ANSWERED = 1,
  PROP_SAVED,
} TstVisitCheckProperty;

static GParamSpec *properties[PROP_SAVED + 1];

G_DEFINE_FINAL_TYPE (TstVisitCheck, tst_visit_check, TST_TYPE_PAGE)

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
  tst_form_notice_set (self->notice, NULL, FALSE);
  if (self->draft != NULL)
    tst_draft_keeper_touch (self->draft);
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
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitCheck) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  self->busy = FALSE;
  if (id != NULL)
    {
      if (self->draft != NULL)
        tst_draft_keeper_done (self->draft);
      self->saved = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED]);
      if (session != NULL)
        {
          tst_session_saved (session);
          tst_session_toast (session, _("Guardado"));
        }
      tst_page_leave (TST_PAGE (self));
    }
  else if (self->draft != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.save", TRUE);
      tst_form_notice_set (self->notice, text, TRUE);
    }
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitCheck *self = TST_VISIT_CHECK (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) content = json_object_new ();

  if (book == NULL || self->busy)
    return;
  json_object_set_object_member (content, "answers", answers_of (self));
  self->busy = TRUE;
  gtk_widget_action_set_enabled (widget, "check.save", FALSE);
  if (self->record != NULL)
    tst_field_book_amend_async (book, self->record, content, NULL, on_saved, g_object_ref (self));
  else
    tst_field_book_add_visit_record_async (book, "visit-check", self->event, content, NULL, on_saved, g_object_ref (self));
}

static JsonObject *
collect (gpointer page)
{
  g_autoptr (JsonObject) answers = answers_of (page);

  return json_object_get_size (answers) > 0 ? g_steal_pointer (&answers) : NULL;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstVisitCheck *self = page;
  guint n_questions;
  const TstVisitQuestion *questions = tst_visit_form (&n_questions);

  /* It holds every answer there was: what was taken back stays away. */
  for (guint i = 0; i < n_questions; i++)
    tst_visit_check_set (self, questions[i].code, NULL);
  show_answers (self, content);
  tst_draft_keeper_offer (self->draft, self->notice, NULL);
}

/* --- the widget --- */

static gboolean
tst_visit_check_may_leave (TstPage *page)
{
  return !TST_VISIT_CHECK (page)->busy;
}

static void
tst_visit_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitCheckProperty) id)
    {
    case PROP_ANSWERED:
      g_value_set_uint (value, TST_VISIT_CHECK (object)->answered);
      break;
    case PROP_SAVED:
      g_value_set_boolean (value, TST_VISIT_CHECK (object)->saved);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_check_dispose (GObject *object)
{
  g_clear_pointer (&TST_VISIT_CHECK (object)->draft, tst_draft_keeper_free);
  G_OBJECT_CLASS (tst_visit_check_parent_class)->dispose (object);
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

  object_class->get_property = tst_visit_check_get_property;
  object_class->dispose = tst_visit_check_dispose;
  object_class->finalize = tst_visit_check_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_visit_check_may_leave;
  properties[PROP_ANSWERED] = g_param_spec_uint ("answered", NULL, NULL, 0, MAX_QUESTIONS, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SAVED] = g_param_spec_boolean ("saved", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "check.save", NULL, on_save);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "check.save", NULL);
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
  GtkWidget *column, *foot, *button;

  g_assert (n_questions <= MAX_QUESTIONS);
  self->event = g_strdup (event_id);
  self->record = check != NULL ? g_strdup (tst_json_string (check, "id")) : NULL;
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->changing = TRUE;
  for (guint i = 0; i < n_questions; i++)
    build_question (self, column, &questions[i], i);
  if (answers != NULL)
    show_answers (self, answers);
  else if (work != NULL && tst_json_string (work, "contract_number") != NULL)
    tst_visit_check_set (self, "contrato_obra", tst_json_string (work, "contract_number"));
  self->changing = FALSE;
  on_changed (self);
  button = tst_form_button (_("Guardar la lista"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "check.save");
  gtk_box_append (GTK_BOX (foot), button);
  tst_page_set_end (TST_PAGE (self), tst_visit_small_shutter_new (TST_PAGE (self), event_id, work != NULL ? tst_json_string (work, "code") : NULL));
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
  return GTK_WIDGET (self);
}
