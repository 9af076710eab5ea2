/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-form.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-work-picker.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-code-entry.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstEventForm
{
  TstPage parent_instance;
  GtkWidget *notice, *type, *title, *work_button, *join;
  char *work, *work_title, *given; /* @given: the work that it was opened for */
  char *proposed;   /* the title that we wrote ourselves: it follows type and work until a person changes it */
  TstDraftKeeper *draft;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (TstEventForm, tst_event_form, TST_TYPE_PAGE)

static void
propose_title (TstEventForm *self)
{
  const char *type = tst_choice_get_value (TST_CHOICE (self->type));
  g_autofree char *now = tst_form_get_entry (self->title);
  g_autofree char *title = NULL;

  if (*now != '\0' && g_strcmp0 (now, self->proposed) != 0)
    return;
  if (self->work_title != NULL && g_strcmp0 (type, "visita_obra") == 0)
    title = g_strdup_printf (_("Visita: %s"), self->work_title);
  else if (type != NULL)
    {
      g_autofree char *lang = g_settings_get_string (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))), "language");
      g_autoptr (GDateTime) today = g_date_time_new_now_local ();
      g_autofree char *date = tst_format_short_date (today);

      title = self->work_title != NULL ? g_strdup_printf ("%s: %s", tst_code_label (TST_LIST_EVENT_TYPE, type, lang), self->work_title)
                                       : g_strdup_printf ("%s, %s", tst_code_label (TST_LIST_EVENT_TYPE, type, lang), date);
    }
  if (title == NULL)
    return;
  g_free (self->proposed);
  self->proposed = g_steal_pointer (&title);
  gtk_editable_set_text (GTK_EDITABLE (self->title), self->proposed);
}

static void
set_work (TstEventForm *self, const char *code, const char *title)
{
  g_autofree char *label = NULL;
  char *new_work = g_strdup (code);
  char *new_title = g_strdup (title);

  g_free (self->work);
  g_free (self->work_title);
  self->work = new_work;
  self->work_title = new_title;
  label = code != NULL ? g_strdup_printf (_("Obra: %s"), title != NULL ? title : code) : g_strdup (_("Elegir obra (voluntario)"));
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->work_button))), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->work_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  propose_title (self);
}

/* --- draft --- */

static JsonObject *
collect (gpointer page)
{
  TstEventForm *self = page;
  g_autofree char *title = tst_form_get_entry (self->title);
  const char *type = tst_choice_get_value (TST_CHOICE (self->type));
  const gboolean typed = *title != '\0' && g_strcmp0 (title, self->proposed) != 0;
  JsonObject *content;

  if (!typed && g_strcmp0 (self->work, self->given) == 0)
    return NULL;
  content = json_object_new ();
  if (typed)
    json_object_set_string_member (content, "title", title);
  if (type != NULL)
    json_object_set_string_member (content, "type", type);
  if (self->work != NULL)
    json_object_set_string_member (content, "work", self->work);
  if (self->work_title != NULL)
    json_object_set_string_member (content, "work_title", self->work_title);
  return content;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstEventForm *self = page;
  const char *work = tst_json_string (content, "work");

  /* Opened for another work: that draft is of something else. */
  if (self->work != NULL && g_strcmp0 (self->work, work) != 0)
    return;
  tst_choice_set_value (TST_CHOICE (self->type), tst_json_string (content, "type"));
  if (tst_json_string (content, "title") != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->title), tst_json_string (content, "title"));
  set_work (self, work, tst_json_string (content, "work_title"));
  tst_draft_keeper_offer (self->draft, self->notice, _("Esto quedó sin guardar la última vez. Revíselo y ábralo."));
}

static void
on_changed (TstEventForm *self)
{
  tst_draft_keeper_touch (self->draft);
}

static void
on_type (TstEventForm *self)
{
  propose_title (self);
  on_changed (self);
}

/* --- opening and joining --- */

static void
set_busy (TstEventForm *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.join", !busy);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstEventForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  g_autoptr (TstSession) session = NULL;
  GtkWidget *stack;

  if (self->notice == NULL)
    return;
  set_busy (self, FALSE);
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  session = g_object_ref (tst_page_get_session (TST_PAGE (self)));
  tst_draft_keeper_done (self->draft);
  tst_session_saved (session);
  stack = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE_STACK);
  if (stack == NULL)
    return;
  tst_page_leave (TST_PAGE (self));
  tst_page_stack_push (TST_PAGE_STACK (stack), TST_PAGE (tst_event_page_new (session, id)));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventForm *self = TST_EVENT_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *title = tst_form_get_entry (self->title);
  TstEventSpec spec = { .type = tst_choice_get_value (TST_CHOICE (self->type)), .title = title, .work = self->work };

  if (book == NULL || self->busy)
    return;
  if (spec.type == NULL || *title == '\0')
    {
      tst_form_notice_set (self->notice, spec.type == NULL ? _("Elija qué espacio es. Lo escrito sigue aquí.")
                                                           : _("Falta el título. Lo demás sigue aquí."), TRUE);
      return;
    }
  set_busy (self, TRUE);
  tst_field_book_open_event_async (book, &spec, NULL, on_opened, g_object_ref (self));
}

static void
on_join (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventForm *self = TST_EVENT_FORM (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *text = tst_code_entry_dup_text (TST_CODE_ENTRY (self->join));

  if (book == NULL || self->busy)
    return;
  if (*text == '\0')
    {
      tst_form_notice_set (self->notice, _("Traiga el código que muestra la otra tableta y toque «Unirse»."), TRUE);
      return;
    }
  set_busy (self, TRUE);
  tst_field_book_join_event_async (book, text, NULL, on_opened, g_object_ref (self));
}

static void
on_code (TstEventForm *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "form.join", NULL);
}

static void
on_picked (TstEventForm *self, const char *code, const char *title)
{
  set_work (self, code, title);
  on_changed (self);
}

static void
on_work (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventForm *self = TST_EVENT_FORM (widget);
  GtkWidget *picker = tst_work_picker_new (tst_page_get_session (TST_PAGE (self)));

  g_signal_connect_object (picker, "picked", G_CALLBACK (on_picked), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (self), TST_PAGE (picker));
}

/* --- the widget --- */

static gboolean
tst_event_form_may_leave (TstPage *page)
{
  return !TST_EVENT_FORM (page)->busy;
}

static void
tst_event_form_constructed (GObject *object)
{
  TstEventForm *self = TST_EVENT_FORM (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  GtkWidget *column, *foot, *button, *notice;

  G_OBJECT_CLASS (tst_event_form_parent_class)->constructed (object);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), notice);
  self->type = tst_choice_new (_("Qué va a hacer"), TST_LIST_EVENT_TYPE, lang, TRUE);
  gtk_box_append (GTK_BOX (column), self->type);
  self->work_button = tst_form_button ("", NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->work_button), "form.work");
  gtk_box_append (GTK_BOX (column), self->work_button);
  self->title = tst_form_entry (column, _("Título"), GTK_INPUT_PURPOSE_FREE_FORM);

  gtk_box_append (GTK_BOX (column), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  tst_form_heading (column, _("O únase al espacio de otra tableta"));
  tst_form_text (column, _("En la otra tableta, toque «Unir otra tableta». Muestre aquí su código a la cámara, o traiga una foto de él, su archivo o su texto."));
  self->join = tst_code_entry_new (_("Texto de la otra tableta"), TST_EVENT_CODE_PREFIX);
  tst_code_entry_set_camera (TST_CODE_ENTRY (self->join), tst_session_get_camera (session));
  g_signal_connect_object (self->join, "activated", G_CALLBACK (on_code), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (column), self->join);
  button = tst_form_button (_("Unirse"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.join");
  gtk_box_append (GTK_BOX (column), button);

  button = tst_form_button (_("Empezar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.save");
  gtk_box_append (GTK_BOX (foot), button);
  self->notice = notice;
}

static void
tst_event_form_dispose (GObject *object)
{
  TstEventForm *self = TST_EVENT_FORM (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  self->notice = NULL;
  G_OBJECT_CLASS (tst_event_form_parent_class)->dispose (object);
}

static void
tst_event_form_finalize (GObject *object)
{
  TstEventForm *self = TST_EVENT_FORM (object);

  g_free (self->work);
  g_free (self->work_title);
  g_free (self->given);
  g_free (self->proposed);
  G_OBJECT_CLASS (tst_event_form_parent_class)->finalize (object);
}

static void
tst_event_form_class_init (TstEventFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_event_form_constructed;
  object_class->dispose = tst_event_form_dispose;
  object_class->finalize = tst_event_form_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_event_form_may_leave;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.join", NULL, on_join);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.work", NULL, on_work);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "form.save", NULL);
}

static void
tst_event_form_init (TstEventForm *self)
{
}

GtkWidget *
tst_event_form_new (TstSession *session, const char *work, const char *work_title)
{
  TstEventForm *self = g_object_new (TST_TYPE_EVENT_FORM, "session", session, "title", _("Abrir un espacio"), NULL);

  self->given = g_strdup (work);
  set_work (self, work, work_title);
  if (work != NULL)
    tst_choice_set_value (TST_CHOICE (self->type), "visita_obra");
  propose_title (self);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), "event-form", FALSE, collect, restore);
  g_signal_connect_swapped (self->title, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->type, "notify::value", G_CALLBACK (on_type), self);
  return GTK_WIDGET (self);
}
