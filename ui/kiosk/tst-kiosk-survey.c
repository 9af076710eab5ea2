/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-survey.h"

#include "base/tst-error.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-forms.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-survey-step.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstKioskSurvey
{
  TstKioskScreen parent_instance;
  GtkWidget *scroller, *column, *progress, *notice, *back, *forward;
  GtkWidget *content;      /* (nullable) what stands in the column now */
  TstInterview *interview; /* (nullable) */
  GPtrArray *forms;        /* of JsonObject: those to choose from */
  char *form, *step;
  GArray *way;             /* guint: the steps gone through */
  guint at;                /* of the interview's steps */
  JsonObject *kept;        /* (nullable) answers to put back */
  GPtrArray *media;        /* of TstAttachment: what was said and photographed, by the names that answers call them */
  gboolean busy;
};

typedef enum
{
  PROP_STEP = 1,
  PROP_FORM,
} TstKioskSurveyProperty;

static GParamSpec *properties[PROP_FORM + 1];

G_DEFINE_FINAL_TYPE (TstKioskSurvey, tst_kiosk_survey, TST_TYPE_KIOSK_SCREEN)

static void show_question (TstKioskSurvey *self);

static void
set_step (TstKioskSurvey *self, const char *step)
{
  g_free (self->step);
  self->step = g_strdup (step);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
}

static void
set_forward (TstKioskSurvey *self, const char *text)
{
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->forward))), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->forward), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
focus_content (TstKioskSurvey *self)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL || self->content == NULL)
    return;
  if (!gtk_widget_child_focus (self->content, GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (gtk_widget_get_visible (self->forward) ? self->forward : self->back);
}

static void
set_content (TstKioskSurvey *self, GtkWidget *content, const char *progress)
{
  if (self->content != NULL)
    gtk_box_remove (GTK_BOX (self->column), self->content);
  self->content = content;
  gtk_box_append (GTK_BOX (self->column), content);
  gtk_label_set_label (GTK_LABEL (self->progress), progress != NULL ? progress : "");
  gtk_widget_set_visible (self->progress, progress != NULL);
  tst_form_notice_set (self->notice, NULL, TRUE);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  focus_content (self);
}

static void
set_busy (TstKioskSurvey *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_set_sensitive (self->forward, !busy);
  gtk_widget_set_sensitive (self->back, !busy);
}

/* --- the questions --- */

static void
update_forward (TstKioskSurvey *self)
{
  TstSurveyStep *step = TST_SURVEY_STEP (self->content);
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (self->interview);
  gboolean last = self->at + 1 >= steps->len;
  gboolean empty = tst_survey_step_is_empty (step);
  g_autofree char *progress = g_strdup_printf (_("%u de %u"), MIN (self->at + 1, steps->len), steps->len);

  gtk_label_set_label (GTK_LABEL (self->progress), progress);
  set_forward (self, tst_survey_step_is_repeat (step) ? (last ? _("No, terminar") : _("No, seguir"))
                     : last                           ? _("Terminar")
                     : empty && !tst_survey_step_is_required (step) ? _("Omitir")
                                                                    : _("Seguir"));
}

static void
on_answered (TstKioskSurvey *self)
{
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
  update_forward (self);
}

typedef struct
{
  TstKioskSurvey *self;
  guint at;
} Chosen;

static void
chosen_free (gpointer data)
{
  g_object_unref (((Chosen *) data)->self);
  g_free (data);
}

static gboolean
after_chosen (gpointer data)
{
  Chosen *chosen = data;

  if (chosen->self->at == chosen->at && TST_IS_SURVEY_STEP (chosen->self->content) && gtk_widget_get_root (GTK_WIDGET (chosen->self)) != NULL)
    tst_kiosk_survey_go_on (chosen->self);
  return G_SOURCE_REMOVE;
}

/* One touch answers and goes on; the last one waits, so that nobody sends by mistake. Going on takes the button away that is being touched: it is let
 * go first. */
static void
on_chosen (TstKioskSurvey *self)
{
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (self->interview);
  Chosen *chosen;

  update_forward (self);
  if (self->at + 1 >= steps->len)
    return;
  chosen = g_new0 (Chosen, 1);
  chosen->self = g_object_ref (self);
  chosen->at = self->at;
  g_idle_add_full (G_PRIORITY_DEFAULT, after_chosen, chosen, chosen_free);
}

static void
show_question (TstKioskSurvey *self)
{
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (self->interview);
  GPtrArray *answers;
  GtkWidget *content;

  self->at = MIN (self->at, steps->len - 1);
  answers = steps->pdata[self->at];
  content = tst_survey_step_new (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)), self->interview, self->media, answers);
  g_signal_connect_object (content, "answered", G_CALLBACK (on_answered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (content, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->forward, TRUE);
  set_content (self, content, "");
  update_forward (self);
  set_step (self, tst_answer_get_question (answers->pdata[0])->name);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskSurvey) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);

  set_busy (self, FALSE);
  if (id == NULL)
    {
      tst_form_notice_set (self->notice, tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  tst_session_saved (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  set_step (self, "done");
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    tst_kiosk_screen_show (TST_KIOSK_SCREEN (self),
                           tst_kiosk_receipt_new_plain (TST_KIOSK_SCREEN (self), _("Gracias por responder"),
                                                        _("Sus respuestas quedaron guardadas en esta tableta, sin su nombre. Los resultados se publican en la página de la Alcaldía.")));
}

static void
save (TstKioskSurvey *self)
{
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  g_autoptr (JsonObject) answers = tst_interview_to_json (self->interview);
  TstAnswerProblem problem;
  TstAnswer *wrong = tst_interview_first_problem (self->interview, &problem);
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (self->interview);

  /* Something behind is not right any more: a later answer brought it on. */
  for (guint i = 0; wrong != NULL && i < steps->len; i++)
    if (g_ptr_array_find (steps->pdata[i], wrong, NULL))
      {
        self->at = i;
        show_question (self);
        tst_survey_step_check (TST_SURVEY_STEP (self->content));
        return;
      }
  if (json_object_get_size (answers) == 0)
    {
      tst_form_notice_set (self->notice, _("Todavía no ha respondido nada. Puede volver con «Atrás» o ir al inicio."), FALSE);
      return;
    }
  if (book == NULL)
    return;
  set_busy (self, TRUE);
  tst_field_book_add_survey_async (book, tst_kiosk_screen_get_event (TST_KIOSK_SCREEN (self)), self->form, answers, self->media, NULL, on_saved, g_object_ref (self));
}

void
tst_kiosk_survey_go_on (TstKioskSurvey *self)
{
  g_return_if_fail (TST_IS_KIOSK_SURVEY (self));
  /* Once is once: what was saved is not saved again while the thanks come. */
  if (self->busy || self->interview == NULL || g_strcmp0 (self->step, "done") == 0)
    return;
  if (TST_IS_SURVEY_STEP (self->content))
    {
      g_autoptr (GPtrArray) steps = NULL;

      if (tst_survey_step_end_taking (TST_SURVEY_STEP (self->content)) || !tst_survey_step_check (TST_SURVEY_STEP (self->content)))
        return;
      steps = tst_interview_get_steps (self->interview);
      if (self->at + 1 >= steps->len)
        {
          save (self);
          return;
        }
      g_array_append_val (self->way, self->at);
      self->at++;
    }
  show_question (self);
}

/* --- which form --- */

static void
show_intro (TstKioskSurvey *self)
{
  const TstForm *form = tst_interview_get_form (self->interview);
  guint language = tst_interview_get_language (self->interview);
  const char *title = tst_form_words (form, form->title, language), *intro = tst_form_words (form, form->intro, language);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *heading = tst_build_title (title != NULL ? title : form->code);

  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), tst_build_text (intro != NULL ? intro : _("No le pedimos su nombre. Puede dejar preguntas sin responder.")));
  set_forward (self, _("Empezar"));
  gtk_widget_set_visible (self->forward, TRUE);
  set_content (self, box, NULL);
  set_step (self, "intro");
}

static void
on_form (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskSurvey) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstForm) form = tst_field_book_dup_form_finish (TST_FIELD_BOOK (source), result, &error);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  set_busy (self, FALSE);
  if (form != NULL)
    self->interview = tst_interview_new (form, tst_field_book_get_clock (TST_FIELD_BOOK (source)), zone, tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self)), &error);
  if (self->interview == NULL)
    {
      tst_form_notice_set (self->notice, tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  if (self->kept != NULL && tst_interview_load (self->interview, self->kept, NULL))
    {
      g_autoptr (GPtrArray) steps = tst_interview_get_steps (self->interview);

      /* A newer form may have become shorter. */
      self->at = MIN (self->at, steps->len - 1);
      for (guint i = 0; i < self->at; i++)
        g_array_append_val (self->way, i);
      show_question (self);
    }
  else
    {
      self->at = 0;
      show_intro (self);
    }
}

static void
load_form (TstKioskSurvey *self, const char *code)
{
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));

  if (self->form != code)
    {
      g_free (self->form);
      self->form = g_strdup (code);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORM]);
  if (book == NULL)
    return;
  set_busy (self, TRUE);
  tst_field_book_dup_form_async (book, code, NULL, on_form, g_object_ref (self));
}

static void
on_pick (TstKioskSurvey *self, GtkWidget *button)
{
  load_form (self, g_object_get_data (G_OBJECT (button), "form"));
}

static void
show_forms (TstKioskSurvey *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_box_append (GTK_BOX (box), tst_build_title (_("¿Qué encuesta quiere responder?")));
  for (guint i = 0; i < self->forms->len; i++)
    {
      JsonObject *row = self->forms->pdata[i];
      JsonObject *titles = tst_json_object (row, "titles");
      const char *title = titles != NULL ? tst_json_string (titles, tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self))) : NULL;
      GtkWidget *button = tst_form_button (title != NULL ? title : tst_json_string (row, "title"), "main");

      g_object_set_data_full (G_OBJECT (button), "form", g_strdup (tst_json_string (row, "code")), g_free);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_pick), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_widget_set_visible (self->forward, FALSE);
  set_content (self, box, NULL);
  set_step (self, "choose");
}

static void
on_forms (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskSurvey) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  g_auto (GStrv) wanted = g_settings_get_strv (tst_session_get_settings (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self))), "kiosk-forms");

  set_busy (self, FALSE);
  if (rows == NULL)
    {
      tst_form_notice_set (self->notice, tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  /* The town's own come first; those of staff are not for the public. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < rows->len; i++)
      {
        JsonObject *row = rows->pdata[i];
        gboolean shipped = g_strcmp0 (tst_json_string (row, "from"), "shipped") == 0;

        if (tst_json_bool (row, "staff", FALSE) || shipped != (pass == 1))
          continue;
        if (wanted[0] != NULL ? g_strv_contains ((const char *const *) wanted, tst_json_string (row, "code"))
                              : !shipped || g_str_equal (tst_json_string (row, "code"), "q1") || g_str_equal (tst_json_string (row, "code"), "q2"))
          g_ptr_array_add (self->forms, json_object_ref (row));
      }
  if (self->forms->len == 1)
    load_form (self, tst_json_string (self->forms->pdata[0], "code"));
  else
    show_forms (self);
}

/* --- the screen --- */

static gboolean
tst_kiosk_survey_back (TstKioskScreen *screen)
{
  TstKioskSurvey *self = TST_KIOSK_SURVEY (screen);

  if (self->busy)
    return TRUE;
  if (TST_IS_SURVEY_STEP (self->content))
    {
      /* What somebody is saying is theirs to hear first. */
      if (tst_survey_step_end_taking (TST_SURVEY_STEP (self->content)))
        return TRUE;
      if (self->way->len == 0)
        {
          show_intro (self);
          return TRUE;
        }
      self->at = g_array_index (self->way, guint, self->way->len - 1);
      g_array_set_size (self->way, self->way->len - 1);
      show_question (self);
      return TRUE;
    }
  if (g_strcmp0 (self->step, "intro") == 0 && self->forms->len > 1)
    {
      g_autoptr (JsonObject) begun = tst_kiosk_screen_collect (screen);

      /* Another questionnaire would take what was answered in this one. */
      if (begun != NULL)
        return FALSE;
      g_clear_object (&self->interview);
      show_forms (self);
      return TRUE;
    }
  return FALSE;
}

static void
on_back (TstKioskSurvey *self)
{
  if (!tst_kiosk_survey_back (TST_KIOSK_SCREEN (self)))
    tst_kiosk_screen_leave (TST_KIOSK_SCREEN (self));
}

static void
tst_kiosk_survey_shown (TstKioskScreen *screen)
{
  focus_content (TST_KIOSK_SURVEY (screen));
}

static JsonObject *
tst_kiosk_survey_collect (TstKioskScreen *screen)
{
  TstKioskSurvey *self = TST_KIOSK_SURVEY (screen);
  g_autoptr (JsonObject) answers = self->interview != NULL ? tst_interview_to_json (self->interview) : NULL;
  JsonObject *content;

  if (answers == NULL || json_object_get_size (answers) == 0 || g_strcmp0 (self->step, "done") == 0)
    return NULL;
  content = json_object_new ();
  json_object_set_string_member (content, "form", self->form);
  json_object_set_int_member (content, "at", self->at);
  json_object_set_object_member (content, "answers", g_steal_pointer (&answers));
  json_object_set_array_member (content, "media", tst_attachments_to_json (self->media));
  return content;
}

void
tst_kiosk_survey_restore (TstKioskSurvey *self, JsonObject *content)
{
  JsonObject *answers = tst_json_object (content, "answers");

  g_return_if_fail (TST_IS_KIOSK_SURVEY (self));
  self->kept = answers != NULL ? json_object_ref (answers) : NULL;
  g_ptr_array_unref (self->media);
  self->media = tst_attachments_from_json (tst_json_array (content, "media"));
  /* It goes on where it was left. */
  self->at = answers != NULL ? (guint) CLAMP (tst_json_int (content, "at", 0), 0, G_MAXINT) : 0;
}

struct _TstInterview *
tst_kiosk_survey_get_interview (TstKioskSurvey *self)
{
  return self->interview;
}

static void
tst_kiosk_survey_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstKioskSurvey *self = TST_KIOSK_SURVEY (object);

  switch ((TstKioskSurveyProperty) id)
    {
    case PROP_STEP:
      g_value_set_string (value, self->step);
      break;
    case PROP_FORM:
      g_value_set_string (value, self->form);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_kiosk_survey_finalize (GObject *object)
{
  TstKioskSurvey *self = TST_KIOSK_SURVEY (object);

  g_clear_object (&self->interview);
  g_ptr_array_unref (self->forms);
  g_array_unref (self->way);
  g_ptr_array_unref (self->media);
  g_clear_pointer (&self->kept, json_object_unref);
  g_free (self->form);
  g_free (self->step);
  G_OBJECT_CLASS (tst_kiosk_survey_parent_class)->finalize (object);
}

static void
tst_kiosk_survey_class_init (TstKioskSurveyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_kiosk_survey_get_property;
  object_class->finalize = tst_kiosk_survey_finalize;
  TST_KIOSK_SCREEN_CLASS (klass)->back = tst_kiosk_survey_back;
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_survey_shown;
  TST_KIOSK_SCREEN_CLASS (klass)->collect = tst_kiosk_survey_collect;
  properties[PROP_STEP] = g_param_spec_string ("step", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_FORM] = g_param_spec_string ("form", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_kiosk_survey_init (TstKioskSurvey *self)
{
  GtkWidget *foot;
  GtkWidget *page = tst_form_page (760, &self->column, &foot);

  self->forms = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->media = tst_attachments_from_json (NULL);
  self->way = g_array_new (FALSE, FALSE, sizeof (guint));
  self->step = g_strdup ("");
  self->scroller = gtk_widget_get_ancestor (self->column, GTK_TYPE_SCROLLED_WINDOW);
  self->progress = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->progress), 0);
  gtk_widget_add_css_class (self->progress, "dim-label");
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (self->column), self->progress);
  gtk_box_append (GTK_BOX (self->column), self->notice);
  self->back = tst_form_button (_("Atrás"), "main");
  self->forward = tst_form_button (_("Seguir"), "main suggested-action");
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect_swapped (self->forward, "clicked", G_CALLBACK (tst_kiosk_survey_go_on), self);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (foot), GTK_ORIENTATION_HORIZONTAL);
  /* Each as wide as its word needs, however large the text is. */
  gtk_widget_set_hexpand (self->back, TRUE);
  gtk_widget_set_hexpand (self->forward, TRUE);
  gtk_box_append (GTK_BOX (foot), self->back);
  gtk_box_append (GTK_BOX (foot), self->forward);
  adw_bin_set_child (ADW_BIN (self), page);
}

GtkWidget *
tst_kiosk_survey_new (TstSession *session, const char *event, const char *lang, const char *form)
{
  TstKioskSurvey *self = g_object_new (TST_TYPE_KIOSK_SURVEY, "session", session, "event", event, "lang", lang, NULL);
  TstFieldBook *book = tst_session_get_book (session);

  if (form != NULL)
    load_form (self, form);
  else if (book != NULL)
    {
      set_busy (self, TRUE);
      tst_field_book_list_async (book, "forms", NULL, NULL, on_forms, g_object_ref (self));
    }
  return GTK_WIDGET (self);
}
