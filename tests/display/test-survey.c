/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-fixture.h"
#include "base/tst-fs.h"
#include "form/tst-interview.h"
#include "kiosk/tst-forms-page.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-results.h"
#include "kiosk/tst-kiosk-survey.h"
#include "kiosk/tst-survey-step.h"
#include "record/tst-body.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "tst-fake-hardware.h"
#include "widgets/tst-card-reader.h"
#include "widgets/tst-form.h"
#include "widgets/tst-options.h"
#include "widgets/tst-paper-shots.h"
#include "widgets/tst-voice-note.h"

#include <string.h>

/* A questionnaire at the kiosk: what is asked, what is answered, what is kept. */

static GtkWidget *next_screen;

static void
on_next (TstKioskScreen *screen, GtkWidget *next)
{
  next_screen = g_object_ref_sink (next);
}

/* In a window of the kiosk's width, with the style of the app. */
static TstKioskSurvey *
open_survey (EventFixture *self, const char *event, const char *lang, const char *form, GtkWidget **window)
{
  GtkWidget *survey = tst_kiosk_survey_new (self->session, event, lang, form);

  g_clear_object (&next_screen);
  g_signal_connect (survey, "next", G_CALLBACK (on_next), NULL);
  *window = adw_window_new ();
  gtk_widget_add_css_class (*window, "kiosk");
  adw_window_set_content (ADW_WINDOW (*window), survey);
  gtk_window_set_default_size (GTK_WINDOW (*window), 360, 640);
  gtk_window_present (GTK_WINDOW (*window));
  return TST_KIOSK_SURVEY (survey);
}

static void
wait_step (TstKioskSurvey *survey, const char *step)
{
  event_fixture_wait_string (survey, "step", step);
}

static void
press (TstKioskSurvey *survey, const char *label)
{
  GtkWidget *button = tst_find_button (GTK_WIDGET (survey), label);

  if (button == NULL)
    g_error ("there is no button «%s»", label);
  g_signal_emit_by_name (button, "clicked");
}

static void
choose (TstKioskSurvey *survey, const char *value)
{
  tst_options_set_value (TST_OPTIONS (tst_find_type (GTK_WIDGET (survey), TST_TYPE_OPTIONS)), value);
}

/* The six questionnaires can all be walked through to their end, in both languages. */
static void
test_shipped (void)
{
  static const char *const langs[] = { "es", "en" };
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  g_autoptr (GPtrArray) before = journal_fixture_list (self->journal, "surveys", event);
  g_autoptr (GPtrArray) after = NULL;

  for (guint f = 0; tst_form_shipped_codes ()[f] != NULL; f++)
    for (guint l = 0; l < 2; l++)
      {
        g_autoptr (TstForm) form = tst_form_shipped (tst_form_shipped_codes ()[f]);
        GtkWidget *window;
        TstKioskSurvey *survey = open_survey (self, event, langs[l], form->code, &window);
        guint steps = 0;

        wait_step (survey, "intro");
        tst_kiosk_survey_go_on (survey);
        while (next_screen == NULL && steps < 60)
          {
            TstInterview *interview = tst_kiosk_survey_get_interview (survey);
            g_autofree char *step = NULL;
            TstAnswer *answer;
            const TstQuestion *question;
            g_autofree char *name = NULL;

            g_object_get (survey, "step", &step, NULL);
            if (g_str_equal (step, "done"))
              break;
            answer = tst_interview_find (interview, step);
            question = tst_answer_get_question (answer);
            g_assert_cmpstr (question->label[l], !=, "");
            if (l == 0)
              {
                name = g_strdup_printf ("encuesta-%s-%02u", form->code, steps);
                tst_shot_named (window, name);
              }
            steps++;
            if (tst_answer_is_required (answer) && question->list != NULL)
              tst_interview_set (interview, answer, ((TstChoice *) tst_form_find_list (form, question->list)->choices->pdata[0])->name);
            else if (question->type == TST_QUESTION_TEXT || question->type == TST_QUESTION_DECIMAL)
              tst_interview_set (interview, answer, "50");
            else if (question->type == TST_QUESTION_ONE)
              tst_interview_set (interview, answer, ((TstChoice *) tst_form_find_list (form, question->list)->choices->pdata[0])->name);
            if (tst_interview_find (interview, "observado_pct") != NULL)
              tst_interview_set (interview, tst_interview_find (interview, "observado_pct"), "50");
            if (tst_interview_find (interview, "compromiso") != NULL)
              tst_interview_set (interview, tst_interview_find (interview, "compromiso"), "Entregar el tramo");
            tst_kiosk_survey_go_on (survey);
            tst_settle (20);
          }
        event_fixture_wait_string (survey, "step", "done");
        g_assert_true (TST_IS_KIOSK_RECEIPT (next_screen));
        g_assert_cmpuint (steps, >=, 5);
        gtk_window_destroy (GTK_WINDOW (window));
      }
  after = journal_fixture_list (self->journal, "surveys", event);
  g_assert_cmpuint (after->len, ==, before->len + 12);
}

/* One touch answers and goes on; what the answers do not call for is not asked; back finds everything as it was. */
static void
test_walk (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  GtkWidget *window;
  TstKioskSurvey *survey = open_survey (self, event, "es", "q6", &window);
  TstInterview *interview;
  g_autoptr (JsonObject) kept = NULL;

  wait_step (survey, "intro");
  press (survey, "Empezar");
  wait_step (survey, "momento");
  interview = tst_kiosk_survey_get_interview (survey);
  press (survey, "Seguir"); /* it has to be answered */
  wait_step (survey, "momento");
  g_assert_false (tst_survey_step_check (TST_SURVEY_STEP (tst_find_type (GTK_WIDGET (survey), TST_TYPE_SURVEY_STEP))));
  choose (survey, "antes");
  wait_step (survey, "derecho");
  choose (survey, "si");
  wait_step (survey, "rendicion");
  g_assert_true (tst_kiosk_screen_back (TST_KIOSK_SCREEN (survey)));
  wait_step (survey, "derecho");
  g_assert_cmpstr (tst_options_get_value (TST_OPTIONS (tst_find_type (GTK_WIDGET (survey), TST_TYPE_OPTIONS))), ==, "si");
  press (survey, "Seguir");
  wait_step (survey, "rendicion");
  press (survey, "Omitir");
  wait_step (survey, "veeduria");
  press (survey, "Omitir");
  wait_step (survey, "plazo");
  g_assert_false (tst_answer_is_asked (tst_interview_find (interview, "utilidad")));
  kept = tst_kiosk_screen_collect (TST_KIOSK_SCREEN (survey));
  g_assert_cmpstr (tst_json_string (kept, "form"), ==, "q6");
  choose (survey, "no"); /* the last one waits for «Terminar» */
  g_assert_null (next_screen);
  press (survey, "Terminar");
  wait_step (survey, "done");
  g_assert_true (TST_IS_KIOSK_RECEIPT (next_screen));
  gtk_window_destroy (GTK_WINDOW (window));

  /* What was kept half written comes back where it was left, and one goes back from there. */
  survey = open_survey (self, event, "es", tst_json_string (kept, "form"), &window);
  tst_kiosk_survey_restore (survey, kept);
  wait_step (survey, "plazo");
  g_assert_true (tst_kiosk_screen_back (TST_KIOSK_SCREEN (survey)));
  wait_step (survey, "veeduria");
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (tst_kiosk_survey_get_interview (survey), "derecho")), ==, "si");
  gtk_window_destroy (GTK_WINDOW (window));
}

static TstInterview *
interview_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = tst_json_parse_object (text, -1, &error);
  g_autoptr (TstForm) form = NULL;
  g_autoptr (TstFixedClock) clock = tst_fixed_clock_new (G_GINT64_CONSTANT (1774630800) * G_USEC_PER_SEC);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  TstInterview *interview;

  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  interview = tst_interview_new (form, TST_CLOCK (clock), zone, "es", &error);
  g_assert_no_error (error);
  return interview;
}

/* Days, decimals and scales as they are written here; a group that stands together asks as one answers. */
static void
test_controls (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autoptr (TstInterview) interview = interview_of (
    "{\"code\": \"c\", \"lists\": {\"sn\": [{\"name\": \"si\"}, {\"name\": \"no\"}], \"m\": [{\"name\": \"x\", \"d\": \"si\"}, {\"name\": \"y\", \"d\": \"no\"}]},"
    "\"questions\": [{\"type\": \"group\", \"name\": \"g\", \"appearance\": \"field-list\", \"questions\": ["
    "{\"type\": \"date\", \"name\": \"dia\", \"label\": \"Día\"}, {\"type\": \"decimal\", \"name\": \"peso\", \"label\": \"Peso\", \"constraint\": \". < 300\"},"
    "{\"type\": \"select_one\", \"name\": \"a\", \"list\": \"sn\", \"label\": \"A\"}, {\"type\": \"text\", \"name\": \"b\", \"label\": \"B de ${a}\", \"relevant\": \"${a} = 'si'\"},"
    "{\"type\": \"select_one\", \"name\": \"m\", \"list\": \"m\", \"label\": \"M\", \"choice_filter\": \"d = ${a}\"},"
    "{\"type\": \"acknowledge\", \"name\": \"ok\", \"label\": \"Acepta\"}, {\"type\": \"range\", \"name\": \"r\", \"start\": 0, \"end\": 100, \"step\": 1, \"label\": \"R\"}]}]}");
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (interview);
  g_autoptr (GPtrArray) media = tst_attachments_from_json (NULL);
  GtkWidget *step = tst_survey_step_new (self->session, interview, media, steps->pdata[0]);
  GtkWidget *window = gtk_window_new ();
  const char *const names[] = { "dia", "peso", "a", "m" };

  g_assert_cmpuint (steps->len, ==, 1);
  gtk_window_set_child (GTK_WINDOW (window), step);
  gtk_window_present (GTK_WINDOW (window));
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (step, "Día")), "27/03/2026");
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (step, "Peso")), "61,5");
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "dia")), ==, "2026-03-27");
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "peso")), ==, "61.5");
  g_assert_false (tst_answer_is_asked (tst_interview_find (interview, "b")));
  tst_options_set_value (TST_OPTIONS (tst_find_type (step, TST_TYPE_OPTIONS)), "si");
  g_assert_true (tst_answer_is_asked (tst_interview_find (interview, "b")));
  g_assert_nonnull (event_fixture_control (step, "B de si"));
  gtk_switch_set_active (GTK_SWITCH (event_fixture_control (step, "Acepta")), TRUE);
  gtk_range_set_value (GTK_RANGE (event_fixture_control (step, "R")), 40);
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "ok")), ==, "OK");
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "r")), ==, "40");
  g_assert_true (tst_survey_step_check (TST_SURVEY_STEP (step)));
  gtk_editable_set_text (GTK_EDITABLE (event_fixture_control (step, "Peso")), "mucho");
  g_assert_false (tst_survey_step_check (TST_SURVEY_STEP (step)));
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "peso")), ==, "mucho"); /* nothing typed is lost */
  g_assert_false (tst_survey_step_is_empty (TST_SURVEY_STEP (step)));
  g_assert_cmpuint (G_N_ELEMENTS (names), ==, 4);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A code is typed, or read by the camera into the same field. */
static void
test_barcode (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  TstFakeCamera *camera = tst_fake_camera_new ();
  g_autoptr (TstInterview) interview = interview_of ("{\"code\": \"b\", \"questions\": [{\"type\": \"barcode\", \"name\": \"valla\", \"label\": \"Valla\"}]}");
  g_autoptr (GPtrArray) steps = tst_interview_get_steps (interview);
  g_autoptr (GPtrArray) media = tst_attachments_from_json (NULL);
  g_autoptr (GBytes) letters = g_bytes_new_static ("VALLA-0042", 10), bytes = g_bytes_new_static ("\xff\xfe", 2);
  GtkWidget *window = gtk_window_new (), *step, *reader;

  tst_session_set_camera (self->session, TST_CAMERA (camera));
  step = tst_survey_step_new (self->session, interview, media, steps->pdata[0]);
  gtk_window_set_child (GTK_WINDOW (window), step);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  g_signal_emit_by_name (tst_find_button (step, "Leerlo con la cámara"), "clicked");
  tst_settle (50);
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 1);
  reader = tst_find_type (step, TST_TYPE_CARD_READER);
  g_signal_emit_by_name (reader, "read", bytes);
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "valla")), ==, "");
  g_signal_emit_by_name (reader, "read", letters);
  g_assert_cmpstr (tst_answer_get_value (tst_interview_find (interview, "valla")), ==, "VALLA-0042");
  tst_settle (50);
  g_assert_null (tst_find_type (step, TST_TYPE_CARD_READER));
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  tst_session_set_camera (self->session, NULL);
  g_object_unref (camera);
}

/* A questionnaire that asks to see and to hear: both in memory until it is sent, sealed then, and named by the answers. */
#define TAKING "{\"code\": \"q4\", \"version\": \"9\", \"title\": \"Barrio\", \"questions\": [" \
  "{\"type\": \"image\", \"name\": \"foto\", \"label\": \"Muestre el daño\", \"required\": \"true()\"}," \
  "{\"type\": \"audio\", \"name\": \"voz\", \"label\": \"Diga qué pasó\", \"required\": \"true()\"}," \
  "{\"type\": \"text\", \"name\": \"fin\", \"label\": \"¿Algo más?\"}]}"
#define SPOKEN "OggS voz-canarina-encuestada"

static gboolean
has_shot (gpointer shots)
{
  return tst_paper_shots_get_count (shots) == 1;
}

static void
say (TstKioskSurvey *survey, TstFakeRecorder *recorder)
{
  GtkWidget *voice = tst_find_type (GTK_WIDGET (survey), TST_TYPE_VOICE_NOTE);
  g_autoptr (GBytes) spoken = g_bytes_new (SPOKEN, strlen (SPOKEN));

  tst_voice_note_toggle (TST_VOICE_NOTE (voice));
  event_fixture_wait_string (voice, "state", "recording");
  tst_fake_recorder_set_bytes (recorder, spoken);
  tst_fake_recorder_say (recorder, "recording", 0.4, 7000);
}

static void
test_taking (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  g_autofree char *event = journal_fixture_event (self->journal);
  TstFakeRecorder *recorder = tst_fake_recorder_new ("audio/ogg");
  TstFakeCamera *camera = tst_fake_camera_new ();
  g_autofree char *path = journal_fixture_photo_file (self->journal, "muro.jpg");
  g_autoptr (GBytes) jpeg = tst_fs_read (path, 0, NULL);
  g_autoptr (JsonObject) kept = NULL, less = NULL, body = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *hit = NULL;
  TstKioskSurvey *survey;
  GtkWidget *window, *shots, *voice;
  JsonObject *answers, *shown, *said;

  journal_fixture_catalogue_line (self->journal, "form", TAKING);
  tst_session_set_recorder (self->session, TST_RECORDER (recorder));
  tst_session_set_camera (self->session, TST_CAMERA (camera));
  survey = open_survey (self, event, "es", "q4", &window);
  wait_step (survey, "intro");
  press (survey, "Empezar");
  wait_step (survey, "foto");
  shots = tst_find_type (GTK_WIDGET (survey), TST_TYPE_PAPER_SHOTS);
  tst_fake_camera_say (camera, "live");
  tst_fake_camera_show (camera, 64, 48, 0x40806a);
  tst_shot_named (window, "encuesta-foto");
  press (survey, "Seguir"); /* it has to be answered, and there is a camera */
  wait_step (survey, "foto");
  tst_fake_camera_set_still (camera, jpeg);
  tst_paper_shots_take (TST_PAPER_SHOTS (shots));
  tst_wait_until (has_shot, shots, 30);
  tst_shot_named (window, "encuesta-foto-tomada");
  press (survey, "Seguir");
  wait_step (survey, "voz");
  g_assert_cmpuint (tst_fake_camera_get_starts (camera), ==, 0);
  tst_shot_named (window, "encuesta-voz");
  say (survey, recorder);
  voice = tst_find_type (GTK_WIDGET (survey), TST_TYPE_VOICE_NOTE);
  press (survey, "Seguir"); /* ends the recording, and is not gone yet: it can be heard */
  event_fixture_wait_string (voice, "state", "ready");
  wait_step (survey, "voz");
  tst_shot_named (window, "encuesta-voz-grabada");
  press (survey, "Seguir");
  wait_step (survey, "fin");

  /* Back: the photograph is still there; half written it is kept with both. */
  g_assert_true (tst_kiosk_screen_back (TST_KIOSK_SCREEN (survey)));
  g_assert_true (tst_kiosk_screen_back (TST_KIOSK_SCREEN (survey)));
  wait_step (survey, "foto");
  g_assert_true (has_shot (tst_find_type (GTK_WIDGET (survey), TST_TYPE_PAPER_SHOTS)));
  kept = tst_kiosk_screen_collect (TST_KIOSK_SCREEN (survey));
  g_assert_cmpuint (json_array_get_length (tst_json_array (kept, "media")), ==, 2);
  gtk_window_destroy (GTK_WINDOW (window));

  survey = open_survey (self, event, "es", "q4", &window);
  tst_kiosk_survey_restore (survey, kept);
  wait_step (survey, "foto");
  g_assert_true (has_shot (tst_find_type (GTK_WIDGET (survey), TST_TYPE_PAPER_SHOTS)));
  press (survey, "Seguir");
  wait_step (survey, "voz");
  event_fixture_wait_string (tst_find_type (GTK_WIDGET (survey), TST_TYPE_VOICE_NOTE), "state", "ready");
  press (survey, "Borrarla");
  less = tst_kiosk_screen_collect (TST_KIOSK_SCREEN (survey));
  g_assert_cmpuint (json_array_get_length (tst_json_array (less, "media")), ==, 1);
  say (survey, recorder);
  press (survey, "Seguir");
  event_fixture_wait_string (tst_find_type (GTK_WIDGET (survey), TST_TYPE_VOICE_NOTE), "state", "ready");
  press (survey, "Seguir");
  wait_step (survey, "fin");
  press (survey, "Terminar");
  wait_step (survey, "done");
  gtk_window_destroy (GTK_WINDOW (window));

  rows = journal_fixture_list (self->journal, "surveys", event);
  body = journal_fixture_open_body (self->journal, tst_json_string (rows->pdata[rows->len - 1], "id"));
  answers = tst_json_object (body, "answers");
  shown = json_array_get_object_element (tst_json_array (body, "attachments"), 0);
  said = json_array_get_object_element (tst_json_array (body, "attachments"), 1);
  g_assert_cmpstr (tst_json_string (answers, "foto"), ==, tst_json_string (shown, "sha256"));
  g_assert_cmpstr (tst_json_string (shown, "question"), ==, "foto");
  g_assert_cmpstr (tst_json_string (answers, "voz"), ==, tst_json_string (said, "sha256"));
  g_assert_cmpint (tst_json_int (said, "duration_ms", 0), ==, 7000);
  hit = journal_fixture_grep (self->journal, "voz-canarina");
  g_assert_null (hit);

  /* A tablet without either asks nobody for them, required or not. */
  tst_session_set_recorder (self->session, NULL);
  tst_session_set_camera (self->session, NULL);
  survey = open_survey (self, event, "es", "q4", &window);
  wait_step (survey, "intro");
  press (survey, "Empezar");
  wait_step (survey, "foto");
  tst_shot_named (window, "encuesta-sin-camara");
  tst_kiosk_survey_go_on (survey);
  wait_step (survey, "voz");
  tst_kiosk_survey_go_on (survey);
  wait_step (survey, "fin");
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (recorder);
  g_object_unref (camera);
}

/* What central publishes of the answers: counts, bars and means as they came; nothing where nothing stands. */
#define SHOWN_Q1 "{\"code\": \"q1\", \"as_of\": \"2026-03-27T15:00:00Z\", \"in\": {\"es\": {\"title\": \"Evaluación del espacio\", \"responses\": 25, \"questions\": [" \
  "{\"name\": \"a\", \"text\": \"¿Cómo le pareció la organización?\", \"answered\": 20, \"mean\": 3.9, \"mean_of\": 5, \"options\": [" \
  "{\"name\": \"1\", \"label\": \"Muy mal\", \"count\": 1, \"pct\": 5.0}, {\"name\": \"5\", \"label\": \"Muy bien\", \"count\": 19, \"pct\": 95.0}]}," \
  "{\"name\": \"b\", \"text\": \"¿Cuántos años tiene?\", \"answered\": 25, \"options\": [{\"name\": \"x\", \"label\": \"0 a 5 años\", \"hidden\": true}]}," \
  "{\"name\": \"c\", \"text\": \"¿Pocas?\", \"answered\": 0, \"few\": true}]}}}"

static gboolean
holds (GtkWidget *widget, const char *words)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), words))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (holds (child, words))
      return TRUE;
  return FALSE;
}

static void
test_results (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  GtkWidget *window = adw_window_new (), *screen;

  journal_fixture_catalogue_line (self->journal, "results", SHOWN_Q1);
  journal_fixture_catalogue_line (self->journal, "results", "{\"code\": \"q2\", \"in\": {}}");
  screen = tst_kiosk_results_new (self->session, NULL, "es");
  gtk_widget_add_css_class (window, "kiosk");
  gtk_widget_add_css_class (window, "narrow");
  adw_window_set_content (ADW_WINDOW (window), screen);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 640);
  gtk_window_present (GTK_WINDOW (window));
  event_fixture_wait_uint (screen, "n-forms", 1);
  tst_shot_named (window, "encuesta-resultados");
  g_assert_true (holds (screen, "Muy bien: 95 % (19 personas)"));
  g_assert_true (holds (screen, "En promedio: 3,9 de 5"));
  g_assert_true (holds (screen, "Respondieron 20 personas."));
  g_assert_cmpfloat (gtk_level_bar_get_value (GTK_LEVEL_BAR (tst_find_type (screen, GTK_TYPE_LEVEL_BAR))), ==, 5);
  adw_window_set_content (ADW_WINDOW (window), NULL);

  /* All taken back: the next line leaves nothing to show. */
  journal_fixture_catalogue_line (self->journal, "results", "{\"code\": \"q1\", \"in\": {}}");
  screen = tst_kiosk_results_new (self->session, NULL, "es");
  adw_window_set_content (ADW_WINDOW (window), screen);
  tst_settle (300);
  g_assert_null (tst_find_type (screen, GTK_TYPE_LEVEL_BAR));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_options (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *rank = tst_options_new ("Orden", TST_OPTIONS_RANK, FALSE), *many = tst_options_new ("Muchas", TST_OPTIONS_MANY, FALSE);
  gint64 worst = 0;

  tst_options_add (TST_OPTIONS (rank), "a", "Agua");
  tst_options_add (TST_OPTIONS (rank), "v", "Vías");
  tst_options_added (TST_OPTIONS (rank));
  gtk_window_set_child (GTK_WINDOW (window), rank);
  tst_options_set_value (TST_OPTIONS (rank), "v a");
  g_assert_cmpstr (tst_options_get_value (TST_OPTIONS (rank)), ==, "v a");
  g_assert_nonnull (tst_find_button (rank, "1. Vías"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (tst_find_button (rank, "1. Vías")), FALSE);
  g_assert_cmpstr (tst_options_get_value (TST_OPTIONS (rank)), ==, "a");

  /* Ten thousand are no more work than twenty-four. */
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      g_autofree char *label = g_strdup_printf ("Vereda Número %u", i);

      tst_options_add (TST_OPTIONS (many), name, label);
    }
  tst_options_added (TST_OPTIONS (many));
  gtk_window_set_child (GTK_WINDOW (window), many);
  g_assert_cmpuint (tst_options_get_n_shown (TST_OPTIONS (many)), ==, 24);
  tst_options_set_value (TST_OPTIONS (many), "n9876 n2");
  g_assert_cmpstr (tst_options_get_value (TST_OPTIONS (many)), ==, "n2 n9876");
  for (guint i = 0; i < 12; i++)
    {
      static const char word[] = "numero 43210";
      g_autofree char *typed = g_strndup (word, i + 1);
      gint64 began = g_get_monotonic_time ();

      gtk_editable_set_text (GTK_EDITABLE (tst_options_get_search (TST_OPTIONS (many))), typed);
      worst = MAX (worst, g_get_monotonic_time () - began);
    }
  g_test_message ("10,000 choices: longest key stroke %.1f ms", worst / 1000.0);
  g_assert_cmpuint (tst_options_get_n_shown (TST_OPTIONS (many)), ==, 2); /* what was chosen stays in sight */
  g_assert_cmpstr (tst_options_get_value (TST_OPTIONS (many)), ==, "n2 n9876");
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
switch_of (GtkWidget *widget, const char *form)
{
  GtkWidget *found = GTK_IS_SWITCH (widget) && g_strcmp0 (g_object_get_data (G_OBJECT (widget), "form"), form) == 0 ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = switch_of (child, form);
  return found;
}

/* Loaded by file, told by sheet, row and column, and offered at the kiosk by a switch. Two workbooks that tests/data/form/make-workbook.py makes. */
static void
test_forms_page (void)
{
  g_autoptr (EventFixture) self = event_fixture_new ();
  GtkWidget *page = tst_forms_page_new (self->session);
  g_auto (GStrv) offered = NULL;

  event_fixture_push (self, page);
  event_fixture_wait_uint (page, "n-forms", 6);
  tst_forms_page_import (TST_FORMS_PAGE (page), g_getenv ("TST_WORKBOOK_BROKEN"));
  event_fixture_wait_uint (page, "n-findings", 3); /* a type, a name, and that nothing is left to ask */
  g_assert_nonnull (event_fixture_notice (page));
  tst_forms_page_import (TST_FORMS_PAGE (page), g_getenv ("TST_WORKBOOK"));
  event_fixture_wait_uint (page, "n-forms", 7);
  event_fixture_wait_uint (page, "n-findings", 1); /* what it leaves out */
  gtk_switch_set_active (GTK_SWITCH (switch_of (page, "vereda")), TRUE);
  offered = g_settings_get_strv (self->settings, "kiosk-forms");
  g_assert_true (g_strv_contains ((const char *const *) offered, "vereda"));
  event_fixture_shot (self, "encuestas");
}

static void
add (void)
{
  g_test_add_func ("/survey/forms-page", test_forms_page);
  g_test_add_func ("/survey/walk", test_walk);
  g_test_add_func ("/survey/controls", test_controls);
  g_test_add_func ("/survey/barcode", test_barcode);
  g_test_add_func ("/survey/taking", test_taking);
  g_test_add_func ("/survey/options", test_options);
  g_test_add_func ("/survey/results", test_results);
  g_test_add_func ("/survey/shipped", test_shipped);
}

int
main (int argc, char **argv)
{
  return event_fixture_run (argc, argv, add);
}
