/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-comment.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-kiosk-receipt.h"
#include "kiosk/tst-kiosk-works-list.h"
#include "kiosk/tst-messages.h"
#include "model/tst-code-lists.h"
#include "model/tst-pace.h"
#include "widgets/tst-card-reader.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-paper-shots.h"
#include "widgets/tst-voice-note.h"

#include <glib/gi18n.h>
#include <string.h>

#define BURST 6   /* contributions in a row that nobody waits for */
#define EACH_S 20 /* after those */

struct _TstKioskComment
{
  TstKioskFlow parent_instance;
  GtkWidget *kind, *text, *about_label, *public_ok, *live, *anonymous, *named, *wait, *reply;
  GtkWidget *full_name, *email, *phone, *address;
  GtkWidget *voice, *papers, *attached, *works;
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
has_voice (TstKioskComment *self)
{
  g_autoptr (TstAttachment) voice = tst_voice_note_dup (TST_VOICE_NOTE (self->voice));

  return voice != NULL;
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

      return *text != '\0' || has_voice (self);
    }
  if (strcmp (step, "voice") == 0)
    return has_voice (self);
  if (strcmp (step, "paper") == 0)
    return tst_paper_shots_get_count (TST_PAPER_SHOTS (self->papers)) > 0;
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
  while (g_strcmp0 (tst_kiosk_flow_get_step (TST_KIOSK_FLOW (self)), "text") != 0 && tst_kiosk_screen_back (TST_KIOSK_SCREEN (self)))
    ;
}

static void
on_scan (TstKioskComment *self)
{
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "code");
}

void
tst_kiosk_comment_take_code (TstKioskComment *self, GBytes *payload)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (payload, &size);
  g_autofree char *text = NULL;

  g_return_if_fail (TST_IS_KIOSK_COMMENT (self));
  if (g_strcmp0 (tst_kiosk_flow_get_step (TST_KIOSK_FLOW (self)), "code") != 0)
    return;
  text = g_utf8_validate (data, size, NULL) ? g_strndup (data, size) : NULL;
  if (text == NULL || !tst_kiosk_works_list_take_code (TST_KIOSK_WORKS_LIST (self->works), text))
    tst_kiosk_flow_set_trouble (TST_KIOSK_FLOW (self), _("Ese código no es de una obra que esta tableta conozca. Vuelva y búsquela por su nombre."));
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

/* --- what is said and shown --- */

static void
on_attached (TstKioskComment *self)
{
  g_autoptr (TstAttachment) voice = tst_voice_note_dup (TST_VOICE_NOTE (self->voice));
  g_autofree char *text = tst_kiosk_receipt_dup_attached (voice, tst_paper_shots_get_count (TST_PAPER_SHOTS (self->papers)));

  gtk_label_set_label (GTK_LABEL (self->attached), text != NULL ? text : "");
  gtk_widget_set_visible (self->attached, text != NULL);
  tst_kiosk_flow_update (TST_KIOSK_FLOW (self));
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
}

/* Whoever speaks is there, though nobody touches the screen. */
static void
on_voice_level (TstKioskComment *self)
{
  g_autofree char *state = NULL;

  g_object_get (self->voice, "state", &state, NULL);
  if (g_str_equal (state, "recording") || g_str_equal (state, "playing"))
    tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
}

static void
on_voice (TstKioskComment *self)
{
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "voice");
}

static void
on_paper (TstKioskComment *self)
{
  tst_kiosk_flow_go (TST_KIOSK_FLOW (self), "paper");
}

/* (transfer full) (element-type TstAttachment) */
static GPtrArray *
dup_attachments (TstKioskComment *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_attachment_unref);
  GPtrArray *shots = tst_paper_shots_get_shots (TST_PAPER_SHOTS (self->papers));
  TstAttachment *voice = tst_voice_note_dup (TST_VOICE_NOTE (self->voice));

  if (voice != NULL)
    g_ptr_array_add (list, voice);
  for (guint i = 0; i < shots->len; i++)
    g_ptr_array_add (list, tst_attachment_ref (shots->pdata[i]));
  return list;
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
  g_autofree char *attached = NULL;
  g_autoptr (TstAttachment) voice = NULL;
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
  voice = tst_voice_note_dup (TST_VOICE_NOTE (self->voice));
  attached = tst_kiosk_receipt_dup_attached (voice, tst_paper_shots_get_count (TST_PAPER_SHOTS (self->papers)));
  tst_kiosk_screen_show (TST_KIOSK_SCREEN (self), tst_kiosk_receipt_new (TST_KIOSK_SCREEN (self), number, due_on, attached));
}

static void
save (TstKioskComment *self, gboolean named)
{
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (screen));
  g_autoptr (JsonObject) fields = NULL;
  g_autoptr (GPtrArray) attachments = NULL;

  if (book == NULL || tst_kiosk_screen_get_event (screen) == NULL || tst_kiosk_flow_get_busy (TST_KIOSK_FLOW (self)))
    return;
  attachments = dup_attachments (self);
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
  tst_field_book_add_contribution_async (book, tst_kiosk_screen_get_event (screen), fields, attachments, NULL, on_saved, g_object_ref (self));
}

/* «Listo» under a voice or a paper leads back to the words that they go with. */
static gboolean
tst_kiosk_comment_check (TstKioskFlow *flow, const char *step)
{
  if (strcmp (step, "voice") != 0 && strcmp (step, "paper") != 0)
    return TRUE;
  tst_kiosk_screen_back (TST_KIOSK_SCREEN (flow));
  return FALSE;
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

static void
restore_attachments (TstKioskComment *self, JsonObject *content)
{
  g_autoptr (GPtrArray) attachments = tst_attachments_from_json (tst_json_array (content, "attachments"));

  for (guint i = 0; i < attachments->len; i++)
    {
      TstAttachment *one = attachments->pdata[i];

      if (one->kind == TST_ATTACHMENT_VOICE)
        tst_voice_note_take (TST_VOICE_NOTE (self->voice), tst_attachment_ref (one));
      else
        tst_paper_shots_add (TST_PAPER_SHOTS (self->papers), tst_attachment_ref (one));
    }
}

static JsonObject *
tst_kiosk_comment_collect (TstKioskScreen *screen)
{
  TstKioskComment *self = TST_KIOSK_COMMENT (screen);
  g_autofree char *text = tst_form_get_area (self->text);
  g_autoptr (GPtrArray) attachments = dup_attachments (self);
  JsonObject *content;

  /* What is on its way is not half written. */
  if ((*text == '\0' && attachments->len == 0) || tst_kiosk_flow_get_busy (TST_KIOSK_FLOW (self)))
    return NULL;
  content = read_common (self);
  json_object_set_array_member (content, "attachments", tst_attachments_to_json (attachments));
  set_text (content, "work_title", self->work_title);
  return content;
}

void
tst_kiosk_comment_restore (TstKioskComment *self, JsonObject *content)
{
  g_return_if_fail (TST_IS_KIOSK_COMMENT (self));
  tst_form_set_area (self->text, tst_json_string (content, "text"));
  set_work (self, tst_json_string (content, "work"), tst_json_string (content, "work_title"));
  restore_attachments (self, content);
  if (tst_json_string (content, "class") != NULL)
    tst_choice_set_value (TST_CHOICE (self->kind), tst_json_string (content, "class"));
}

/* --- the widget --- */

static void
add_attachments (TstKioskComment *self, TstSession *session)
{
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box;

  /* Their steps lead back to the text: what was said or shown goes with it. */
  box = tst_kiosk_flow_add (flow, "voice", _("Dígalo con su voz"), _("Se guarda cifrada. La oye quien le responde y no se publica."), N_("Listo"), TRUE);
  self->voice = tst_voice_note_new (tst_session_get_recorder (session));
  gtk_box_append (GTK_BOX (box), self->voice);
  box = tst_kiosk_flow_add (flow, "paper", _("La foto de un papel"),
                            _("Una carta, un recibo, un plano. Se guarda cifrada y la ve solo quien cuida los datos en la Alcaldía."), N_("Listo"), TRUE);
  self->papers = tst_paper_shots_new (tst_session_get_camera (session));
  gtk_box_append (GTK_BOX (box), self->papers);
  /* They may outlive the screen for as long as a microphone or a camera takes to end. */
  g_signal_connect_object (self->voice, "changed", G_CALLBACK (on_attached), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->voice, "notify::state", G_CALLBACK (tst_kiosk_screen_act), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->papers, "notify::count", G_CALLBACK (on_attached), self, G_CONNECT_SWAPPED);
  if (tst_session_get_recorder (session) != NULL)
    g_signal_connect_object (tst_session_get_recorder (session), "notify::level", G_CALLBACK (on_voice_level), self, G_CONNECT_SWAPPED);
}

static GtkWidget *
add_step_button (TstKioskComment *self, GtkWidget *box, const char *label, GCallback callback)
{
  GtkWidget *button = tst_form_button (label, NULL);

  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

/* So that a word of these buttons would break where three stand beside each other on a phone. */
static gboolean
is_large (GtkWidget *words)
{
  int dpi;

  g_object_get (gtk_widget_get_settings (words), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 96 * 1024 * 14 / 10;
}

/* Low and beside its fellows: on a phone all of them stand between the text and the keyboard, with the end of what their whole name says. */
static void
fit_way (GtkWidget *words)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (words));
  gboolean narrow = root != NULL && gtk_widget_has_css_class (root, "narrow");

  gtk_label_set_label (GTK_LABEL (words), g_object_get_data (G_OBJECT (words), narrow ? "tst-short" : "tst-long"));
  /* Large letters want the room of the picture. */
  gtk_widget_set_visible (gtk_widget_get_prev_sibling (words), !narrow || !is_large (words));
}

static void
on_way_rooted (GtkWidget *words)
{
  GtkRoot *root = gtk_widget_get_root (words);

  if (root == NULL)
    return;
  g_signal_connect_object (root, "notify::css-classes", G_CALLBACK (fit_way), words, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (words), "notify::gtk-xft-dpi", G_CALLBACK (fit_way), words, G_CONNECT_SWAPPED);
  fit_way (words);
}

/* @name, (static), ends with @words, (static). */
static void
add_way (TstKioskComment *self, GtkWidget *row, const char *icon, const char *name, const char *words, GCallback callback)
{
  GtkWidget *button = add_step_button (self, row, name, callback);
  GtkWidget *label = g_object_ref (gtk_button_get_child (GTK_BUTTON (button)));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  g_object_set_data (G_OBJECT (label), "tst-long", (gpointer) name);
  g_object_set_data (G_OBJECT (label), "tst-short", (gpointer) words);
  g_signal_connect (label, "notify::root", G_CALLBACK (on_way_rooted), NULL);
  g_object_unref (label);
  gtk_widget_remove_css_class (button, "large");
  gtk_widget_add_css_class (button, "way");
}

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
  GtkWidget *box, *row, *button;

  G_OBJECT_CLASS (tst_kiosk_comment_parent_class)->constructed (object);
  box = tst_kiosk_flow_add (flow, "kind", _("¿Qué desea presentar?"), NULL, NULL, FALSE);
  self->kind = tst_kiosk_flow_choice (flow, box, _("¿Qué desea presentar?"), TST_LIST_CONTRIBUTION_CLASS);

  box = tst_kiosk_flow_add (flow, "text", _("Escriba su aporte"), NULL, NULL, FALSE);
  self->text = tst_kiosk_flow_area (flow, box, _("Qué quiere decir"), 66);
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_box_append (GTK_BOX (box), row);
  if (tst_session_get_recorder (session) != NULL)
    add_way (self, row, "audio-input-microphone-symbolic", _("Decirlo con mi voz"), _("Mi voz"), G_CALLBACK (on_voice));
  if (tst_session_get_camera (session) != NULL)
    add_way (self, row, "camera-photo-symbolic", _("Agregar la foto de un papel"), _("Un papel"), G_CALLBACK (on_paper));
  add_way (self, row, "mark-location-symbolic", _("Es sobre una obra"), _("Una obra"), G_CALLBACK (on_about));
  self->attached = tst_form_text (box, NULL);
  gtk_widget_add_css_class (self->attached, "sentence");
  gtk_widget_set_visible (self->attached, FALSE);
  self->about_label = tst_form_text (box, NULL);
  gtk_widget_set_visible (self->about_label, FALSE);
  add_attachments (self, session);
  add_who (self);
  add_contact (self);

  box = tst_kiosk_flow_add (flow, "work", _("¿Sobre qué obra?"), NULL, NULL, TRUE);
  tst_kiosk_flow_hide_forward (flow, "work");
  button = tst_form_button (_("Ninguna obra en particular"), NULL);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_no_work), self);
  gtk_box_append (GTK_BOX (box), button);
  if (tst_session_get_camera (session) != NULL)
    add_step_button (self, box, _("Leer el código QR de la obra"), G_CALLBACK (on_scan));
  self->works = tst_kiosk_works_list_new (session, lang, FALSE);
  g_signal_connect_swapped (self->works, "picked", G_CALLBACK (on_picked), self);
  gtk_box_append (GTK_BOX (box), self->works);
  box = tst_kiosk_flow_add (flow, "code", _("El código QR de la obra"), NULL, NULL, TRUE);
  tst_kiosk_flow_hide_forward (flow, "code");
  button = tst_card_reader_new_qr (tst_session_get_camera (session));
  g_signal_connect_swapped (button, "read", G_CALLBACK (tst_kiosk_comment_take_code), self);
  gtk_box_append (GTK_BOX (box), button);

  for (guint i = 0; i < 4; i++)
    tst_kiosk_flow_set_aside (flow, ((const char *const[]) { "voice", "paper", "work", "code" })[i]);
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
  flow_class->check = tst_kiosk_comment_check;
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
