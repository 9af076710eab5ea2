/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-survey-take.h"

#include "widgets/tst-form.h"
#include "widgets/tst-paper-shots.h"
#include "widgets/tst-voice-note.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstSurveyTake
{
  GtkBox parent_instance;
  TstSession *session;
  TstAttachmentKind kind;
  GPtrArray *media;
  GtkWidget *voice, *shots; /* one of them */
  char *name;
};

enum
{
  ANSWERED,
  ALIVE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstSurveyTake, tst_survey_take, GTK_TYPE_BOX)

/* (transfer full) (nullable): what there is now. */
static TstAttachment *
dup_taken (TstSurveyTake *self)
{
  GPtrArray *shots;

  if (self->voice != NULL)
    return tst_voice_note_dup (TST_VOICE_NOTE (self->voice));
  shots = tst_paper_shots_get_shots (TST_PAPER_SHOTS (self->shots));
  return shots->len > 0 ? tst_attachment_ref (shots->pdata[0]) : NULL;
}

static void
on_taken (TstSurveyTake *self)
{
  TstAttachment *before = tst_attachments_find (self->media, self->kind, self->name);
  g_autoptr (TstAttachment) taken = dup_taken (self);

  if (taken == before)
    return;
  if (before != NULL)
    g_ptr_array_remove (self->media, before);
  g_free (self->name);
  self->name = taken != NULL ? g_uuid_string_random () : g_strdup ("");
  if (taken != NULL)
    {
      g_free (taken->name);
      taken->name = g_strdup (self->name);
      g_ptr_array_add (self->media, tst_attachment_ref (taken));
    }
  g_signal_emit (self, signals[ANSWERED], 0);
}

static void
on_alive (TstSurveyTake *self)
{
  g_autofree char *state = NULL;

  if (self->voice != NULL)
    g_object_get (self->voice, "state", &state, NULL);
  if (state == NULL || g_str_equal (state, "recording") || g_str_equal (state, "playing"))
    g_signal_emit (self, signals[ALIVE], 0);
}

const char *
tst_survey_take_get_name (TstSurveyTake *self)
{
  g_return_val_if_fail (TST_IS_SURVEY_TAKE (self), "");
  return self->name;
}

gboolean
tst_survey_take_is_busy (TstSurveyTake *self)
{
  g_autofree char *state = NULL;

  g_return_val_if_fail (TST_IS_SURVEY_TAKE (self), FALSE);
  if (self->shots != NULL)
    return tst_paper_shots_is_taking (TST_PAPER_SHOTS (self->shots));
  g_object_get (self->voice, "state", &state, NULL);
  return g_str_equal (state, "recording");
}

gboolean
tst_survey_take_end (TstSurveyTake *self)
{
  gboolean busy = tst_survey_take_is_busy (self);

  if (busy && self->voice != NULL)
    tst_voice_note_toggle (TST_VOICE_NOTE (self->voice));
  return busy;
}

gboolean
tst_survey_take_is_unable (TstSurveyTake *self)
{
  TstCamera *camera = tst_session_get_camera (self->session);
  g_autofree char *state = NULL;

  g_return_val_if_fail (TST_IS_SURVEY_TAKE (self), FALSE);
  if (self->voice != NULL)
    g_object_get (self->voice, "state", &state, NULL);
  else if (camera != NULL)
    g_object_get (camera, "state", &state, NULL);
  return state == NULL || g_str_equal (state, "missing") || g_str_equal (state, "denied") || g_str_equal (state, "lost");
}

static void
tst_survey_take_finalize (GObject *object)
{
  TstSurveyTake *self = TST_SURVEY_TAKE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->media, g_ptr_array_unref);
  g_free (self->name);
  G_OBJECT_CLASS (tst_survey_take_parent_class)->finalize (object);
}

static void
tst_survey_take_class_init (TstSurveyTakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_survey_take_finalize;
  signals[ANSWERED] = g_signal_new ("answered", TST_TYPE_SURVEY_TAKE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ALIVE] = g_signal_new ("alive", TST_TYPE_SURVEY_TAKE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_survey_take_init (TstSurveyTake *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
}

static void
add_voice (TstSurveyTake *self, TstAttachment *there)
{
  TstRecorder *recorder = tst_session_get_recorder (self->session);

  self->voice = tst_voice_note_new (recorder);
  if (there != NULL)
    tst_voice_note_take (TST_VOICE_NOTE (self->voice), tst_attachment_ref (there));
  gtk_box_append (GTK_BOX (self), self->voice);
  g_signal_connect_object (self->voice, "changed", G_CALLBACK (on_taken), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->voice, "notify::state", G_CALLBACK (on_alive), self, G_CONNECT_SWAPPED);
  if (recorder != NULL)
    g_signal_connect_object (recorder, "notify::level", G_CALLBACK (on_alive), self, G_CONNECT_SWAPPED);
}

static void
add_shots (TstSurveyTake *self, TstAttachment *there)
{
  self->shots = tst_paper_shots_new_one (tst_session_get_camera (self->session));
  if (there != NULL)
    tst_paper_shots_add (TST_PAPER_SHOTS (self->shots), tst_attachment_ref (there));
  gtk_box_append (GTK_BOX (self), self->shots);
  g_signal_connect_object (self->shots, "notify::count", G_CALLBACK (on_taken), self, G_CONNECT_SWAPPED);
}

/* A voice tells who speaks, even without a name: that is said before. */
static void
add_words (TstSurveyTake *self, const char *words)
{
  GtkWidget *label = tst_form_text (GTK_WIDGET (self), words);

  gtk_widget_add_css_class (label, "dim-label");
}

GtkWidget *
tst_survey_take_new (TstSession *session, TstAttachmentKind kind, GPtrArray *media, const char *name)
{
  TstSurveyTake *self = g_object_new (TST_TYPE_SURVEY_TAKE, NULL);
  TstAttachment *there = tst_attachments_find (media, kind, name);

  self->session = g_object_ref (session);
  self->kind = kind;
  self->media = g_ptr_array_ref (media);
  self->name = g_strdup (there != NULL ? name : "");
  if (kind == TST_ATTACHMENT_VOICE)
    {
      add_voice (self, there);
      if (tst_session_get_recorder (session) != NULL)
        add_words (self, _("Una voz se puede reconocer. Se guarda cifrada y no se publica."));
    }
  else
    {
      add_shots (self, there);
      if (tst_session_get_camera (session) != NULL)
        add_words (self, _("La foto se guarda cifrada y no se publica."));
    }
  return GTK_WIDGET (self);
}
