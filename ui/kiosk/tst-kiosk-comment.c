/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-comment.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-works-list.h"
#include "kiosk/tst-messages.h"
#include "model/tst-code-lists.h"
#include "model/tst-pace.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

#define BURST 6   /* contributions in a row that nobody waits for */
#define EACH_S 20 /* after those */

struct _TstKioskComment
{
  TstKioskFlow parent_instance;
  GtkWidget *kind, *text, *about, *about_label, *public_ok, *live, *anonymous, *named, *wait, *reply;
  GtkWidget *full_name, *email, *phone, *address;
  char *work, *work_title;
  guint wait_timeout;
};

G_DEFINE_FINAL_TYPE (TstKioskComment, tst_kiosk_comment, TST_TYPE_KIOSK_FLOW)

/* One for the tablet, whoever stands before it: it knows how many came lately and nothing else. */
static TstPace *
get_pace (TstKioskComment *self)
{
  GObject *session = G_OBJECT (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  TstPace *pace = g_object_get_data (session, "tst-kiosk-pace");

  if (pace == NULL)
    {
      pace = g_new0 (TstPace, 1);
      pace->burst = BURST;
      pace->each_s = EACH_S;
      g_object_set_data_full (session, "tst-kiosk-pace", pace, g_free);
    }
  return pace;
}

/* --- the steps --- */

static const char *
get_reply (TstKioskComment *self)
{
  return tst_choice_get_value (TST_CHOICE (self->reply));
}

static const char *
tst_kiosk_comment_next (TstKioskFlow *flow, const char *step)
{
  if (strcmp (step, "kind") == 0)
    return "text";
  if (strcmp (step, "text") == 0 || strcmp (step, "work") == 0)
    return "who";
  return strcmp (step, "reply") == 0 ? "contact" : NULL;
}

static gboolean
has (GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  return *text != '\0';
}

static gboolean
tst_kiosk_comment_is_complete (TstKioskFlow *flow, const char *step)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (flow);

  if (strcmp (step, "kind") == 0)
    return tst_choice_get_value (TST_CHOICE (self->kind)) != NULL;
  if (strcmp (step, "text") == 0)
    {
      g_autofree char *text = tst_form_get_area (self->text);

      return *text != '\0';
    }
  if (strcmp (step, "reply") == 0)
    return get_reply (self) != NULL;
  if (strcmp (step, "contact") == 0)
    {
      const char *reply = get_reply (self);

      return has (self->full_name) && (g_strcmp0 (reply, "correo") != 0 || has (self->email))
             && (g_strcmp0 (reply, "telefono") != 0 || has (self->phone)) && (g_strcmp0 (reply, "direccion") != 0 || has (self->address));
    }
  return TRUE;
}

static void
show_about (TstKioskComment *self)
{
  g_autofree char *text = self->work_title != NULL ? g_strdup_printf (_("Sobre la obra: %s"), self->work_title) : NULL;

  gtk_label_set_label (GTK_LABEL (self->about_label), text != NULL ? text : "");
  gtk_widget_set_visible (self->about_label, text != NULL);
}

static void
set_work (TstKioskComment *self, const char *code, const char *title)
{
  char *work = g_strdup (code);
  char *work_title = g_strdup (title);

  g_free (self->work);
  g_free (self->work_title);
  self->work = work;
  self->work_title = work_title;
  show_about (self);
}

static void
on_picked (TstKioskComment *self, const char *code, const char *title)
{
  set_work (self, code, title);
  tst_kiosk_screen_back (TST_KIOSK_SCREEN (self));
}

static void
on_no_work (TstKioskComment *self)
{
  set_work (self, NULL, NULL);
  tst_kiosk_screen_back (TST_KIOSK_SCREEN (self));
}

static void
on_about (TstKioskComment *self)
{
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "work");
}

static void
on_kind (TstKioskComment *self)
{
  const char *kind = tst_choice_get_value (TST_CHOICE (self->kind));

  gtk_widget_set_visible (gtk_widget_get_parent (self->live),
                          g_strcmp0 (kind, "pregunta") == 0 || g_strcmp0 (kind, "propuesta") == 0);
}

static void
on_reply (TstKioskComment *self)
{
  const char *reply = get_reply (self);

  gtk_widget_set_visible (gtk_widget_get_parent (self->email), g_strcmp0 (reply, "telefono") != 0);
  gtk_widget_set_visible (gtk_widget_get_parent (self->address), g_strcmp0 (reply, "direccion") == 0);
}

/* --- saving --- */

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, name, text);
}

static void
set_entry (JsonObject *object, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  set_text (object, name, text);
}

static JsonObject *
read_common (TstKioskComment *self)
{
  JsonObject *fields = json_object_new ();
  g_autofree char *text = tst_form_get_area (self->text);

  set_text (fields, "class", tst_choice_get_value (TST_CHOICE (self->kind)));
  set_text (fields, "text", text);
  set_text (fields, "work", self->work);
  return fields;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskComment) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  g_autofree char *due_on = NULL;
  g_autofree char *id = tst_field_book_add_comment_finish (TST_FIELD_BOOK (source), result, &number, &due_on, &error);
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  tst_kiosk_flow_set_busy (flow, FALSE);
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_kiosk_flow_set_trouble (flow, text);
      return;
    }
  tst_pace_count (get_pace (self), g_get_monotonic_time ());
  tst_session_saved (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  tst_kiosk_screen_show (TST_KIOSK_SCREEN (self), tst_kiosk_receipt_new (TST_KIOSK_SCREEN (self), number, due_on));
}

static void
save (TstKioskComment *self, gboolean named)
{
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (screen));
  g_autoptr (JsonObject) fields = NULL;

  if (book == NULL || tst_kiosk_screen_get_event (screen) == NULL || tst_kiosk_flow_get_busy (TST_KIOSK_FLOW (self)))
    return;
  fields = read_common (self);
  json_object_set_boolean_member (fields, "anonymous", !named);
  json_object_set_boolean_member (fields, "public_ok", gtk_switch_get_active (GTK_SWITCH (self->public_ok)));
  if (gtk_widget_get_visible (gtk_widget_get_parent (self->live)) && gtk_switch_get_active (GTK_SWITCH (self->live)))
    json_object_set_boolean_member (fields, "live", TRUE);
  if (named)
    {
      JsonObject *requester = json_object_new ();

      set_entry (requester, "full_name", self->full_name);
      set_entry (requester, "email", self->email);
      set_entry (requester, "phone", self->phone);
      if (g_strcmp0 (get_reply (self), "direccion") == 0)
        set_entry (requester, "address", self->address);
      set_text (fields, "reply_by", get_reply (self));
      json_object_set_object_member (fields, "requester", requester);
    }
  tst_kiosk_flow_set_busy (TST_KIOSK_FLOW (self), TRUE);
  tst_field_book_add_comment_async (book, tst_kiosk_screen_get_event (screen), fields, NULL, on_saved, g_object_ref (self));
}

static void
tst_kiosk_comment_complete (TstKioskFlow *flow)
{
  if (tst_pace_get_wait (get_pace (TST_KIOSK_COMMENT (flow)), g_get_monotonic_time ()) == 0)
    save (TST_KIOSK_COMMENT (flow), TRUE);
}

static void
on_anonymous (TstKioskComment *self)
{
  save (self, FALSE);
}

static void
on_named (TstKioskComment *self)
{
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "reply");
}

/* Many in a row: each waits a little, whoever they are, and sees for how long. */
static gboolean
on_wait (gpointer user_data)
{
  TstKioskComment *self = user_data;
  guint wait_s = tst_pace_get_wait (get_pace (self), g_get_monotonic_time ());
  g_autofree char *text = NULL;

  if (wait_s > 0)
    text = g_strdup_printf (ngettext ("Aquí se están recibiendo muchos aportes. El suyo se puede enviar en %u segundo.",
                                      "Aquí se están recibiendo muchos aportes. El suyo se puede enviar en %u segundos.", wait_s), wait_s);
  tst_form_notice_set (self->wait, text, TRUE);
  gtk_widget_set_sensitive (self->anonymous, wait_s == 0);
  gtk_widget_set_sensitive (self->named, wait_s == 0);
  if (wait_s > 0)
    return G_SOURCE_CONTINUE;
  self->wait_timeout = 0;
  return G_SOURCE_REMOVE;
}

static void
tst_kiosk_comment_entered (TstKioskFlow *flow, const char *step)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (flow);

  g_clear_handle_id (&self->wait_timeout, g_source_remove);
  if (strcmp (step, "who") == 0 && on_wait (self))
    self->wait_timeout = g_timeout_add_seconds (1, on_wait, self);
}

static JsonObject *
tst_kiosk_comment_collect (TstKioskScreen *screen)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (screen);
  g_autofree char *text = tst_form_get_area (self->text);
  JsonObject *content;

  /* What is on its way is not half written. */
  if (*text == '\0' || tst_kiosk_flow_get_busy (TST_KIOSK_FLOW (self)))
    return NULL;
  content = read_common (self);
  set_text (content, "work_title", self->work_title);
  return content;
}

void
tst_kiosk_comment_restore (TstKioskComment *self, JsonObject *content)
{
  g_return_if_fail (TST_IS_KIOSK_COMMENT (self));
  tst_form_set_area (self->text, tst_json_string (content, "text"));
  set_work (self, tst_json_string (content, "work"), tst_json_string (content, "work_title"));
  if (tst_json_string (content, "class") != NULL)
    tst_choice_set_value (TST_CHOICE (self->kind), tst_json_string (content, "class"));
}

/* --- the widget --- */

static void
add_who (TstKioskComment *self)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box = tst_kiosk_flow_add (flow, "who", _("¿Quiere que le respondan?"),
                                       _("Sin sus datos el aporte es anónimo: se consulta con el número que le daremos."), NULL, FALSE);

  self->wait = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (box), self->wait);
  self->anonymous = tst_form_button (_("Enviar sin mis datos"), "main suggested-action");
  self->named = tst_form_button (_("Dejar mis datos"), "main");
  g_signal_connect_swapped (self->anonymous, "clicked", G_CALLBACK (on_anonymous), self);
  g_signal_connect_swapped (self->named, "clicked", G_CALLBACK (on_named), self);
  gtk_box_append (GTK_BOX (box), self->anonymous);
  gtk_box_append (GTK_BOX (box), self->named);
  self->public_ok = tst_form_switch (box, _("Pueden publicar lo que escribí, sin mis datos"), NULL);
  self->live = tst_form_switch (box, _("Quiero que se lea hoy, en vivo"), _("Se envía enseguida, sin esperar a los demás."));
  tst_kiosk_flow_hide_forward (flow, "who");
}

static void
add_contact (TstKioskComment *self)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box = tst_kiosk_flow_add (flow, "reply", _("¿Cómo quiere la respuesta?"), NULL, NULL, FALSE);

  self->reply = tst_kiosk_flow_choice (flow, box, _("¿Cómo quiere la respuesta?"), TST_LIST_REPLY_CHANNEL);
  g_signal_connect_swapped (self->reply, "notify::value", G_CALLBACK (on_reply), self);

  box = tst_kiosk_flow_add (flow, "contact", _("¿A quién respondemos?"), _("Estos datos se guardan cifrados y sirven solo para responder. No se publican."),
                            N_("Enviar"), FALSE);
  self->full_name = tst_kiosk_flow_entry (flow, box, _("Nombre y apellidos"), GTK_INPUT_PURPOSE_NAME);
  self->email = tst_kiosk_flow_entry (flow, box, _("Correo electrónico"), GTK_INPUT_PURPOSE_EMAIL);
  self->phone = tst_kiosk_flow_entry (flow, box, _("Teléfono"), GTK_INPUT_PURPOSE_PHONE);
  self->address = tst_kiosk_flow_entry (flow, box, _("Dirección"), GTK_INPUT_PURPOSE_FREE_FORM);
}

static void
tst_kiosk_comment_constructed (GObject *object)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (object);
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  TstSession *session = tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self));
  const char *lang = tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self));
  GtkWidget *box, *button;

  G_OBJECT_CLASS (tst_kiosk_comment_parent_class)->constructed (object);
  box = tst_kiosk_flow_add (flow, "kind", _("¿Qué desea presentar?"), NULL, NULL, FALSE);
  self->kind = tst_kiosk_flow_choice (flow, box, _("¿Qué desea presentar?"), TST_LIST_CONTRIBUTION_CLASS);

  box = tst_kiosk_flow_add (flow, "text", _("Escriba su aporte"), NULL, NULL, FALSE);
  self->text = tst_kiosk_flow_area (flow, box, _("Qué quiere decir"), 110);
  self->about = tst_form_button (_("Es sobre una obra"), NULL);
  g_signal_connect_swapped (self->about, "clicked", G_CALLBACK (on_about), self);
  gtk_box_append (GTK_BOX (box), self->about);
  self->about_label = tst_form_text (box, NULL);
  gtk_widget_set_visible (self->about_label, FALSE);
  add_who (self);
  add_contact (self);

  box = tst_kiosk_flow_add (flow, "work", _("¿Sobre qué obra?"), NULL, NULL, TRUE);
  tst_kiosk_flow_hide_forward (flow, "work");
  button = tst_form_button (_("Ninguna obra en particular"), NULL);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_no_work), self);
  gtk_box_append (GTK_BOX (box), button);
  button = tst_kiosk_works_list_new (session, lang, FALSE);
  g_signal_connect_swapped (button, "picked", G_CALLBACK (on_picked), self);
  gtk_box_append (GTK_BOX (box), button);

  g_signal_connect_swapped (self->kind, "notify::value", G_CALLBACK (on_kind), self);
  on_kind (self);
  on_reply (self);
  tst_kiosk_flow_go (flow, "kind");
}

static void
tst_kiosk_comment_dispose (GObject *object)
{
  g_clear_handle_id (&TST_KIOSK_COMMENT (object)->wait_timeout, g_source_remove);
  G_OBJECT_CLASS (tst_kiosk_comment_parent_class)->dispose (object);
}

static void
tst_kiosk_comment_finalize (GObject *object)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (object);

  g_free (self->work);
  g_free (self->work_title);
  G_OBJECT_CLASS (tst_kiosk_comment_parent_class)->finalize (object);
}

static void
tst_kiosk_comment_class_init (TstKioskCommentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstKioskFlowClass *flow_class = TST_KIOSK_FLOW_CLASS (klass);

  object_class->constructed = tst_kiosk_comment_constructed;
  object_class->dispose = tst_kiosk_comment_dispose;
  object_class->finalize = tst_kiosk_comment_finalize;
  TST_KIOSK_SCREEN_CLASS (klass)->collect = tst_kiosk_comment_collect;
  flow_class->next = tst_kiosk_comment_next;
  flow_class->is_complete = tst_kiosk_comment_is_complete;
  flow_class->complete = tst_kiosk_comment_complete;
  flow_class->entered = tst_kiosk_comment_entered;
}

static void
tst_kiosk_comment_init (TstKioskComment *self)
{
}

GtkWidget *
tst_kiosk_comment_new (TstSession *session, const char *event, const char *lang, const char *work, const char *work_title)
{
  TstKioskComment *self = g_object_new (TST_TYPE_KIOSK_COMMENT, "session", session, "event", event, "lang", lang, NULL);

  if (work != NULL)
    set_work (self, work, work_title);
  return GTK_WIDGET (self);
}
