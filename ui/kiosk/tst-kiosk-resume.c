/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-resume.h"

#include "base/tst-error.h"
#include "journal/tst-kept.h"
#include "kiosk/tst-kiosk-comment.h"
#include "kiosk/tst-kiosk-survey.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"

#include <glib/gi18n.h>

struct _TstKioskResume
{
  TstKioskFlow parent_instance;
  GtkWidget *code;
};

G_DEFINE_FINAL_TYPE (TstKioskResume, tst_kiosk_resume, TST_TYPE_KIOSK_FLOW)

static const char *
tst_kiosk_resume_next (TstKioskFlow *flow, const char *step)
{
  return NULL;
}

static gboolean
tst_kiosk_resume_is_complete (TstKioskFlow *flow, const char *step)
{
  return gtk_entry_get_text_length (GTK_ENTRY (TST_KIOSK_RESUME (flow)->code)) >= 12;
}

static void
on_taken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskResume) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content = tst_kept_take_finish (result, &error);
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  GtkWidget *next;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  tst_kiosk_flow_set_busy (TST_KIOSK_FLOW (self), FALSE);
  if (content == NULL)
    {
      tst_kiosk_flow_set_trouble (TST_KIOSK_FLOW (self), g_error_matches (error, TST_ERROR, TST_ERROR_NOT_FOUND)
                                                             ? _("No hay nada guardado con ese código. Revise las cifras; después de un día se borra.")
                                                             : tst_message_for_code (tst_error_code (error)));
      return;
    }
  if (tst_json_string (content, "form") != NULL)
    {
      next = tst_kiosk_survey_new (tst_kiosk_screen_get_session (screen), tst_kiosk_screen_get_event (screen), tst_kiosk_screen_get_lang (screen),
                                   tst_json_string (content, "form"));
      tst_kiosk_survey_restore (TST_KIOSK_SURVEY (next), content);
    }
  else
    {
      next = tst_kiosk_comment_new (tst_kiosk_screen_get_session (screen), tst_kiosk_screen_get_event (screen), tst_kiosk_screen_get_lang (screen),
                                    NULL, NULL);
      tst_kiosk_comment_restore (TST_KIOSK_COMMENT (next), content);
    }
  tst_kiosk_screen_show (screen, next);
}

static void
tst_kiosk_resume_complete (TstKioskFlow *flow)
{
  TstKioskResume *self = TST_KIOSK_RESUME (flow);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  TstTimestamp now;

  if (book == NULL)
    return;
  tst_kiosk_flow_set_busy (flow, TRUE);
  tst_clock_now (tst_field_book_get_clock (book), &now);
  tst_kept_take_async (tst_field_book_get_folder (book), gtk_editable_get_text (GTK_EDITABLE (self->code)), now.utc_us / G_USEC_PER_SEC, on_taken,
                       g_object_ref (self));
}

static void
tst_kiosk_resume_constructed (GObject *object)
{
  TstKioskResume *self = TST_KIOSK_RESUME (object);
  GtkWidget *box;

  G_OBJECT_CLASS (tst_kiosk_resume_parent_class)->constructed (object);
  box = tst_kiosk_flow_add (TST_KIOSK_FLOW (self), "code", _("¿Cuál es su código?"), _("Las doce cifras que le dimos al guardar."), NULL, FALSE);
  self->code = tst_kiosk_flow_entry (TST_KIOSK_FLOW (self), box, _("Código"), GTK_INPUT_PURPOSE_DIGITS);
  gtk_entry_set_max_length (GTK_ENTRY (self->code), 16);
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "code");
}

static void
tst_kiosk_resume_class_init (TstKioskResumeClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_kiosk_resume_constructed;
  TST_KIOSK_FLOW_CLASS (klass)->next = tst_kiosk_resume_next;
  TST_KIOSK_FLOW_CLASS (klass)->is_complete = tst_kiosk_resume_is_complete;
  TST_KIOSK_FLOW_CLASS (klass)->complete = tst_kiosk_resume_complete;
}

static void
tst_kiosk_resume_init (TstKioskResume *self)
{
}

GtkWidget *
tst_kiosk_resume_new (TstSession *session, const char *event, const char *lang)
{
  return g_object_new (TST_TYPE_KIOSK_RESUME, "session", session, "event", event, "lang", lang, NULL);
}
