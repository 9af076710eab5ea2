/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-speakers-page.h"

#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-speaker-card.h"
#include "kiosk/tst-speaker-form.h"
#include "kiosk/tst-speaker-names.h"
#include "kiosk/tst-speaker-outcome.h"
#include "kiosk/tst-visit-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define LAST_SECONDS 30 /* before the limit: the clock turns amber */
#define LIMIT_S 180     /* until somebody chooses another */

struct _TstSpeakersPage
{
  TstPage parent_instance;
  GtkWidget *notice, *locked, *now, *who, *topic, *clock, *left_label, *pause, *limits, *waiting, *waiting_empty, *done_heading, *done;
  GtkWidget *limit_buttons[5];
  char *event, *lang;
  GPtrArray *rows;         /* (nullable) of the list "speakers" */
  GHashTable *names;       /* record to name, while somebody is signed in */
  char *carded;            /* (nullable) what the cards were made of */
  JsonObject *speaking;    /* (nullable) the row of who has the word */
  gint64 loaded_ms;        /* CLOCK_BOOTTIME when the rows were read */
  gint64 limit_s;
  guint n_waiting, n_done, tick;
  int used, left;
  gboolean busy;
  gboolean listing, naming; /* rows and names are being read */
  GCancellable *cancellable;
  TstDraftKeeper *draft; /* of the time that was chosen for each */
};

typedef enum
{
  PROP_EVENT = 1,
  PROP_WAITING,
  PROP_DONE,
  PROP_WORD,
  PROP_USED,
  PROP_LEFT,
} TstSpeakersPageProperty;

static GParamSpec *properties[PROP_LEFT + 1];

G_DEFINE_FINAL_TYPE (TstSpeakersPage, tst_speakers_page, TST_TYPE_PAGE)

static const int limits_s[] = { 120, 180, 300, 600, 0 };

gboolean
tst_speakers_page_fits (const char *event_type)
{
  static const char *const types[] = { "audiencia_publica", "atril_comunas", "conversatorio", "conectese_alcalde", "presupuesto_participativo",
                                       "socializacion", "rueda_prensa", "otra", NULL };

  return event_type != NULL && g_strv_contains (types, event_type);
}

static TstFieldBook *
get_book (TstSpeakersPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  return session != NULL ? tst_session_get_book (session) : NULL;
}

static gint64
clock_ms (TstSpeakersPage *self)
{
  TstFieldBook *book = get_book (self);
  TstTimestamp now = { 0 };

  if (book != NULL)
    tst_clock_now (tst_field_book_get_clock (book), &now);
  return now.mono_us / 1000;
}

/* --- the clock --- */

static void
set_left_words (TstSpeakersPage *self, const char *words, const char *class)
{
  static const char *const classes[] = { "calm", "waiting", "trouble" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->now, classes[i]);
  if (class != NULL)
    gtk_widget_add_css_class (self->now, class);
  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->left_label)), words) != 0)
    gtk_label_set_label (GTK_LABEL (self->left_label), words);
}

static void
show_clock (TstSpeakersPage *self)
{
  gint64 limit = self->speaking != NULL ? tst_json_int (self->speaking, "limit_s", 0) : 0;
  gboolean running = self->speaking != NULL && g_strcmp0 (tst_json_string (self->speaking, "word"), "speaking") == 0;
  gint64 used_ms = self->speaking != NULL ? tst_json_int (self->speaking, "used_ms", 0) : 0;
  g_autofree char *clock = NULL;
  g_autofree char *words = NULL;
  int used, left;

  if (running)
    used_ms += MAX (clock_ms (self) - self->loaded_ms, 0);
  used = (int) (used_ms / 1000);
  left = limit > 0 ? (int) limit - used : G_MAXINT;
  clock = tst_speaker_minutes (used);
  gtk_label_set_label (GTK_LABEL (self->clock), clock);
  if (self->speaking != NULL && !running)
    set_left_words (self, _("En pausa"), "waiting");
  else if (left == G_MAXINT)
    set_left_words (self, _("Sin límite de tiempo"), NULL);
  else if (left <= 0)
    {
      g_autofree char *over = tst_speaker_minutes (-left);

      words = g_strdup_printf (_("Se cumplió el tiempo hace %s"), over);
      set_left_words (self, words, "trouble");
    }
  else
    {
      g_autofree char *rest = tst_speaker_minutes (left);

      words = g_strdup_printf (_("Quedan %s"), rest);
      set_left_words (self, words, left <= LAST_SECONDS ? "waiting" : "calm");
    }
  if (used != self->used)
    {
      self->used = used;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USED]);
    }
  if (left != self->left)
    {
      self->left = left;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEFT]);
    }
}

static gboolean
on_tick (gpointer user_data)
{
  show_clock (user_data);
  return G_SOURCE_CONTINUE;
}

static void
set_ticking (TstSpeakersPage *self, gboolean ticking)
{
  if (ticking && self->tick == 0)
    self->tick = g_timeout_add_seconds (1, on_tick, self);
  else if (!ticking && self->tick != 0)
    {
      g_source_remove (self->tick);
      self->tick = 0;
    }
}

/* --- the rows --- */

static const char *
name_of (TstSpeakersPage *self, JsonObject *row)
{
  return self->names != NULL ? g_hash_table_lookup (self->names, tst_json_string (row, "id")) : NULL;
}

static void
set_count (TstSpeakersPage *self, guint *count, guint now, TstSpeakersPageProperty property)
{
  if (*count == now)
    return;
  *count = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
show_speaking (TstSpeakersPage *self, JsonObject *row)
{
  gboolean paused = row != NULL && strcmp (tst_speaker_word (row), "paused") == 0;
  g_autofree char *who = row != NULL ? tst_speaker_who (row, name_of (self, row)) : NULL;

  if (row != NULL)
    json_object_ref (row);
  g_clear_pointer (&self->speaking, json_object_unref);
  self->speaking = row;
  gtk_widget_set_visible (self->now, row != NULL);
  gtk_widget_set_visible (self->limits, row == NULL);
  if (row != NULL)
    {
      const char *label = paused ? _("Seguir") : _("Pausar");

      gtk_label_set_label (GTK_LABEL (self->who), who);
      gtk_label_set_label (GTK_LABEL (self->topic), tst_json_string (row, "topic"));
      gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->pause))), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
  set_ticking (self, row != NULL && !paused);
  show_clock (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORD]);
}

static void
show_rows (TstSpeakersPage *self)
{
  guint n_waiting = 0, n_done = 0;
  JsonObject *speaking = NULL;
  g_autofree char *text = tst_speaker_cards_text (self->rows, self->names);
  const gboolean anew = g_strcmp0 (self->carded, text) != 0;

  /* Cards that say what they said before stay: whoever has a finger on one of them at this moment means that one. */
  if (anew)
    {
      tst_build_empty (self->waiting);
      tst_build_empty (self->done);
      g_free (self->carded);
      self->carded = g_steal_pointer (&text);
    }
  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++)
    {
      JsonObject *row = self->rows->pdata[i];
      const char *word = tst_speaker_word (row);

      if (!tst_speaker_has_card (row))
        speaking = row;
      else if (strcmp (word, "spoke") == 0)
        {
          if (anew)
            gtk_box_append (GTK_BOX (self->done), tst_speaker_card_done (row, name_of (self, row), self->lang));
          n_done++;
        }
      else
        {
          if (anew)
            gtk_box_append (GTK_BOX (self->waiting), tst_speaker_card_waiting (row, name_of (self, row), n_waiting == 0));
          n_waiting++;
        }
    }
  gtk_widget_set_visible (self->waiting_empty, n_waiting == 0);
  gtk_widget_set_visible (self->done_heading, n_done > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "speakers.give", speaking == NULL);
  show_speaking (self, speaking);
  set_count (self, &self->n_waiting, n_waiting, PROP_WAITING);
  set_count (self, &self->n_done, n_done, PROP_DONE);
}

/* Rows and names at once, not names a moment later in other cards. */
static void
show_both (TstSpeakersPage *self)
{
  if (!self->listing && !self->naming)
    show_rows (self);
}

static void
on_rows (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstSpeakersPage *self = user_data;

  if (tst_message_is_cancelled (error))
    return;
  self->listing = FALSE;
  if (rows == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  self->rows = g_steal_pointer (&rows);
  self->loaded_ms = clock_ms (self);
  show_both (self);
}

/* --- names --- */

static void
on_names (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstSpeakersPage *self = user_data;
  g_autoptr (GError) error = NULL;
  GHashTable *names = tst_speaker_names_read_finish (result, &error);

  if (tst_message_is_cancelled (error))
    return;
  self->naming = FALSE;
  g_clear_pointer (&self->names, g_hash_table_unref);
  self->names = names;
  show_both (self);
}

static void
load_names (TstSpeakersPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstVault *vault = tst_session_get_vault (session);

  gtk_widget_set_visible (self->locked, vault == NULL);
  self->naming = vault != NULL;
  if (vault == NULL)
    {
      g_clear_pointer (&self->names, g_hash_table_unref);
      return;
    }
  tst_speaker_names_read_async (tst_session_get_book (session), self->event, vault, self->cancellable, on_names, self);
}

static void
load (TstSpeakersPage *self)
{
  TstFieldBook *book = get_book (self);
  TstQuery query = { .event_id = self->event, .status = "valid" };

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->listing = TRUE;
  load_names (self);
  tst_field_book_list_async (book, "speakers", &query, self->cancellable, on_rows, self);
}

/* --- acts --- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstSpeakersPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  self->busy = FALSE;
  if (session == NULL)
    return;
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      load (self);
    }
  else
    tst_session_saved (session);
}

static gboolean
begin (TstSpeakersPage *self)
{
  if (get_book (self) == NULL || self->busy)
    return FALSE;
  self->busy = TRUE;
  tst_form_notice_set (self->notice, NULL, FALSE);
  return TRUE;
}

static void
act (TstSpeakersPage *self, const char *speaker, const char *code)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  if (!begin (self))
    return;
  json_object_set_string_member (fields, "speaker", speaker);
  json_object_set_string_member (fields, "act", code);
  if (strcmp (code, "inicio") == 0 && self->limit_s > 0)
    json_object_set_int_member (fields, "limit_s", self->limit_s);
  tst_field_book_add_visit_record_async (get_book (self), "speaker-turn", self->event, fields, NULL, on_saved, g_object_ref (self));
}

static void
on_give (GtkWidget *widget, const char *action, GVariant *parameter)
{
  act (TST_SPEAKERS_PAGE (widget), g_variant_get_string (parameter, NULL), "inicio");
}

static void
on_absent (GtkWidget *widget, const char *action, GVariant *parameter)
{
  act (TST_SPEAKERS_PAGE (widget), g_variant_get_string (parameter, NULL), "ausente");
}

static void
on_pause (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);

  if (self->speaking != NULL)
    act (self, tst_json_string (self->speaking, "id"), strcmp (tst_speaker_word (self->speaking), "paused") == 0 ? "sigue" : "pausa");
}

static void
on_stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);

  if (self->speaking != NULL)
    act (self, tst_json_string (self->speaking, "id"), "fin");
}

static double
rank_of (JsonObject *row)
{
  return tst_json_double (row, "rank", (double) tst_json_int (row, "turn", 0));
}

/* Before whoever is first of those that wait. */
static void
on_first (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);
  g_autoptr (JsonObject) changes = json_object_new ();
  double first = -1, before = 0;

  for (guint i = 0; self->rows != NULL && i < self->rows->len && first < 0; i++)
    {
      const char *word = tst_speaker_word (self->rows->pdata[i]);

      if (strcmp (word, "waiting") == 0 || strcmp (word, "absent") == 0)
        first = rank_of (self->rows->pdata[i]);
      else
        before = rank_of (self->rows->pdata[i]);
    }
  if (first < 0 || !begin (self))
    return;
  json_object_set_double_member (changes, "rank", (MIN (before, first) + first) / 2);
  tst_field_book_amend_async (get_book (self), g_variant_get_string (parameter, NULL), changes, NULL, on_saved, g_object_ref (self));
}

static void
show_limit (TstSpeakersPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits_s); i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->limit_buttons[i]), limits_s[i] == self->limit_s);
}

static void
on_limit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);

  self->limit_s = g_variant_get_int32 (parameter);
  show_limit (self);
  tst_draft_keeper_touch (self->draft);
}

static JsonObject *
collect (gpointer page)
{
  JsonObject *content;

  if (TST_SPEAKERS_PAGE (page)->limit_s == LIMIT_S)
    return NULL;
  content = json_object_new ();
  json_object_set_int_member (content, "limit_s", TST_SPEAKERS_PAGE (page)->limit_s);
  return content;
}

static void
restore (gpointer page, JsonObject *content)
{
  TST_SPEAKERS_PAGE (page)->limit_s = tst_json_int (content, "limit_s", LIMIT_S);
  show_limit (page);
}

static void
on_add (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);

  tst_page_push (TST_PAGE (self), TST_PAGE (tst_speaker_form_new (tst_page_get_session (TST_PAGE (self)), self->event)));
}

static void
on_outcome (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (widget);
  const char *id = g_variant_get_string (parameter, NULL);

  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++)
    if (g_strcmp0 (tst_json_string (self->rows->pdata[i], "id"), id) == 0)
      {
        tst_page_push (TST_PAGE (self),
                       TST_PAGE (tst_speaker_outcome_new (tst_page_get_session (TST_PAGE (self)), self->event, self->rows->pdata[i])));
        return;
      }
}

/* --- the object --- */

static void
tst_speakers_page_shown (TstPage *page)
{
  load (TST_SPEAKERS_PAGE (page));
}

static void
build_now (TstSpeakersPage *self, GtkWidget *column)
{
  GtkWidget *acts = tst_wrap_new ();
  GtkWidget *stop = tst_form_button (_("Terminar"), "large suggested-action");

  self->now = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->now, "card-box");
  gtk_widget_add_css_class (self->now, "speaking");
  gtk_widget_add_css_class (tst_form_text (self->now, _("Tiene la palabra")), "dim-label");
  self->who = tst_form_text (self->now, "");
  gtk_widget_add_css_class (self->who, "title-2");
  self->topic = tst_form_text (self->now, "");
  self->clock = tst_form_text (self->now, "0:00");
  gtk_widget_add_css_class (self->clock, "turn-clock");
  self->left_label = tst_form_text (self->now, "");
  gtk_widget_add_css_class (self->left_label, "heading");
  self->pause = tst_form_button (_("Pausar"), "large");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pause), "speakers.pause");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (stop), "speakers.stop");
  tst_wrap_append (TST_WRAP (acts), stop);
  tst_wrap_append (TST_WRAP (acts), self->pause);
  gtk_box_append (GTK_BOX (self->now), acts);
  gtk_widget_set_visible (self->now, FALSE);
  gtk_box_append (GTK_BOX (column), self->now);
}

static void
build_limits (TstSpeakersPage *self, GtkWidget *column)
{
  GtkWidget *wrap = tst_wrap_new ();

  self->limits = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (tst_form_text (self->limits, _("Tiempo para cada persona")), "heading");
  for (guint i = 0; i < G_N_ELEMENTS (limits_s); i++)
    {
      g_autofree char *words = limits_s[i] > 0 ? g_strdup_printf (_("%d min"), limits_s[i] / 60) : g_strdup (_("Sin límite"));
      GtkWidget *button = gtk_toggle_button_new_with_label (words);

      gtk_widget_add_css_class (button, "chip");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "speakers.limit");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "i", limits_s[i]);
      tst_wrap_append (TST_WRAP (wrap), button);
      self->limit_buttons[i] = button;
    }
  gtk_box_append (GTK_BOX (self->limits), wrap);
  gtk_box_append (GTK_BOX (column), self->limits);
}

static void
tst_speakers_page_constructed (GObject *object)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (object);
  g_autofree char *key = g_strconcat ("speakers-", self->event, NULL);
  GtkWidget *column, *foot, *button;

  G_OBJECT_CLASS (tst_speakers_page_parent_class)->constructed (object);
  self->lang = tst_visit_language (TST_PAGE (self));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  build_now (self, column);
  build_limits (self, column);
  gtk_widget_add_css_class (tst_form_text (column, _("Esperan la palabra")), "heading");
  self->locked = tst_form_text (column, _("Los nombres se leen cuando alguien del equipo entra con su PIN."));
  gtk_widget_add_css_class (self->locked, "dim-label");
  self->waiting_empty = tst_form_text (column, _("Nadie espera. Anote aquí a quien pida la palabra."));
  self->waiting = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_box_append (GTK_BOX (column), self->waiting);
  self->done_heading = tst_form_text (column, _("Ya hablaron"));
  gtk_widget_add_css_class (self->done_heading, "heading");
  self->done = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_box_append (GTK_BOX (column), self->done);
  button = tst_form_button (_("Anotar a una persona"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "speakers.add");
  gtk_box_append (GTK_BOX (foot), button);
  g_signal_connect_object (tst_page_get_session (TST_PAGE (self)), "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  show_limit (self);
  show_rows (self);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
}

static void
tst_speakers_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (object);

  switch ((TstSpeakersPageProperty) id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->event);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->n_waiting);
      break;
    case PROP_DONE:
      g_value_set_uint (value, self->n_done);
      break;
    case PROP_WORD:
      g_value_set_string (value, self->speaking != NULL ? tst_speaker_word (self->speaking) : "");
      break;
    case PROP_USED:
      g_value_set_int (value, self->used);
      break;
    case PROP_LEFT:
      g_value_set_int (value, self->left);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_speakers_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstSpeakersPageProperty) id == PROP_EVENT)
    TST_SPEAKERS_PAGE (object)->event = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_speakers_page_dispose (GObject *object)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (object);

  set_ticking (self, FALSE);
  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_speakers_page_parent_class)->dispose (object);
}

static void
tst_speakers_page_finalize (GObject *object)
{
  TstSpeakersPage *self = TST_SPEAKERS_PAGE (object);

  g_clear_pointer (&self->speaking, json_object_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_free (self->carded);
  g_free (self->event);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_speakers_page_parent_class)->finalize (object);
}

static void
tst_speakers_page_class_init (TstSpeakersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tst_speakers_page_constructed;
  object_class->get_property = tst_speakers_page_get_property;
  object_class->set_property = tst_speakers_page_set_property;
  object_class->dispose = tst_speakers_page_dispose;
  object_class->finalize = tst_speakers_page_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_speakers_page_shown;
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_DONE] = g_param_spec_uint ("done", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_WORD] = g_param_spec_string ("word", NULL, NULL, "", flags);
  properties[PROP_USED] = g_param_spec_int ("used", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_LEFT] = g_param_spec_int ("left", NULL, NULL, G_MININT, G_MAXINT, G_MAXINT, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "speakers.add", NULL, on_add);
  gtk_widget_class_install_action (widget_class, "speakers.give", "s", on_give);
  gtk_widget_class_install_action (widget_class, "speakers.first", "s", on_first);
  gtk_widget_class_install_action (widget_class, "speakers.absent", "s", on_absent);
  gtk_widget_class_install_action (widget_class, "speakers.pause", NULL, on_pause);
  gtk_widget_class_install_action (widget_class, "speakers.stop", NULL, on_stop);
  gtk_widget_class_install_action (widget_class, "speakers.outcome", "s", on_outcome);
  gtk_widget_class_install_action (widget_class, "speakers.limit", "i", on_limit);
}

static void
tst_speakers_page_init (TstSpeakersPage *self)
{
  self->limit_s = LIMIT_S;
  self->left = G_MAXINT;
}

GtkWidget *
tst_speakers_page_new (TstSession *session, const char *event_id)
{
  return g_object_new (TST_TYPE_SPEAKERS_PAGE, "session", session, "title", _("Uso de la palabra"), "event", event_id, NULL);
}
