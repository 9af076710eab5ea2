/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-outbox-page.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-carry-page.h"
#include "kiosk/tst-outbox-export.h"
#include "kiosk/tst-outbox-row.h"
#include "kiosk/tst-outbox-sentence.h"
#include "kiosk/tst-proof-page.h"
#include "kiosk/tst-window.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-tiles.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

/* Upstream's lists had trouble past this many rows before GTK 4.10, and nobody reads more at once. */
#define PAGE_ROWS 200
#define RECEIVED_FIRST 20
/* Widgets made in one turn of the main loop. */
#define ROWS_A_TURN 12
#define REFRESH_MS 500

/* A part of the list: its rows are widgets that are filled again, in the order of the data. */
typedef struct
{
  TstOutboxPage *page; /* not owned */
  const char *status;
  GtkWidget *section, *box, *more;
  GPtrArray *widgets;  /* of TstOutboxRow, not owned */
  GPtrArray *data;     /* of JsonObject */
  guint limit, filled, filling;
} Part;

enum
{
  ASIDE,
  WAITING,
  RECEIVED,
  N_PARTS
};

struct _TstOutboxPage
{
  TstPage parent_instance;
  GtkWidget *figures[3], *bar, *sentence, *pause, *wifi, *empty;
  Part parts[N_PARTS];
  GCancellable *cancellable;
  TstSyncControl *sync;
  guint timer, clock;
  guint loading;
  gboolean again;
  guint64 saved, sending, received, held, set_aside;
  char *sentence_text;
};

G_DEFINE_FINAL_TYPE (TstOutboxPage, tst_outbox_page, TST_TYPE_PAGE)

static void schedule (TstOutboxPage *self);

/* --- the sentence --- */

static TstOutboxMood
get_mood (TstOutboxPage *self, char **state, char **error_code)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstFieldBook *book = tst_session_get_book (session);
  TstTownKeys *town = book != NULL ? tst_field_book_dup_town_keys (book) : NULL;
  TstOutboxMood mood = { .enrolled = town != NULL, .metered_allowed = TRUE, .retry_in_s = -1 };
  gint64 retry_at = 0;

  g_clear_pointer (&town, tst_town_keys_free);
  mood.waiting = self->saved + self->sending;
  mood.held = self->held;
  mood.received = self->received;
  mood.set_aside = self->set_aside;
  if (self->sync != NULL)
    {
      mood.running = TRUE;
      g_object_get (self->sync, "state", state, "error-code", error_code, "bytes-total", &mood.bytes_total, "bytes-done",
                    &mood.bytes_done, "rate", &mood.rate, "paused", &mood.paused, "metered-allowed", &mood.metered_allowed,
                    "retry-at", &retry_at, NULL);
      if (retry_at > 0)
        mood.retry_in_s = MAX (retry_at - g_get_monotonic_time (), 0) / G_USEC_PER_SEC;
    }
  mood.state = *state;
  mood.error_code = *error_code;
  return mood;
}

static void update_sentence (TstOutboxPage *self);

static gboolean
on_clock (gpointer user_data)
{
  TstOutboxPage *self = user_data;

  self->clock = 0;
  update_sentence (self);
  return G_SOURCE_REMOVE;
}

static void
update_sentence (TstOutboxPage *self)
{
  g_autofree char *state = NULL;
  g_autofree char *code = NULL;
  TstOutboxMood mood = get_mood (self, &state, &code);
  g_autofree char *sentence = tst_outbox_sentence (&mood);
  guint64 all = self->saved + self->sending + self->received + self->held;
  gboolean troubled = code != NULL && *code != '\0';

  if (g_strcmp0 (sentence, self->sentence_text) != 0)
    {
      g_free (self->sentence_text);
      self->sentence_text = g_steal_pointer (&sentence);
      gtk_label_set_label (GTK_LABEL (self->sentence), self->sentence_text);
    }
  if (troubled)
    gtk_widget_add_css_class (self->sentence, "waiting");
  else
    gtk_widget_remove_css_class (self->sentence, "waiting");
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), all > 0 ? (double) self->received / all : 0);
  gtk_button_set_label (GTK_BUTTON (self->pause), mood.paused ? _("Seguir enviando") : _("Detener el envío"));
  gtk_widget_set_sensitive (self->pause, self->sync != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "outbox.retry",
                                 self->sync != NULL && !mood.paused && mood.enrolled && !tst_outbox_waits_for_wifi (&mood));
  if (gtk_switch_get_active (GTK_SWITCH (self->wifi)) == mood.metered_allowed && self->sync != NULL)
    gtk_switch_set_active (GTK_SWITCH (self->wifi), !mood.metered_allowed);
  /* Seconds that run down. */
  if (mood.retry_in_s >= 0 && self->clock == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->clock = g_timeout_add_seconds (1, on_clock, self);
}

static void
update_figures (TstOutboxPage *self)
{
  guint64 values[3] = { self->saved + self->held, self->sending, self->received };
  guint64 waiting = values[0] + values[1] + self->set_aside;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = tst_format_number ((double) values[i], 0);

      gtk_label_set_label (GTK_LABEL (self->figures[i]), text);
    }
  gtk_widget_set_visible (self->empty, waiting + self->received == 0);
  if (TST_IS_WINDOW (root))
    {
      g_autofree char *badge = waiting > 999 ? g_strdup ("+999") : g_strdup_printf ("%" G_GUINT64_FORMAT, waiting);
      g_autofree char *meaning = g_strdup_printf (ngettext ("%s por enviar", "%s por enviar", waiting), badge);

      tst_window_set_badge (TST_WINDOW (root), "outbox", waiting > 0 ? badge : NULL, meaning);
    }
}

/* --- the list --- */

static void
on_row_proof (TstOutboxPage *self, const char *id)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_proof_page_new (tst_page_get_session (TST_PAGE (self)), id)));
}

static void
on_row_retry (TstOutboxPage *self, const char *hash)
{
  if (self->sync == NULL || hash == NULL)
    return;
  tst_sync_control_retry (self->sync, hash);
  tst_session_toast (tst_page_get_session (TST_PAGE (self)), _("Vuelve a la fila y se envía."));
  schedule (self);
}

static void
on_row_export (TstOutboxPage *self, const char *sha256, const char *name)
{
  tst_outbox_export_ask (TST_PAGE (self), sha256, name);
}

/* One item that the line does not take: sealed on a stick it may get there. */
static void
on_row_carry (TstOutboxPage *self, const char *id)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_carry_page_new (tst_page_get_session (TST_PAGE (self)), NULL, id)));
}

static gboolean
fill_some (gpointer user_data)
{
  Part *part = user_data;
  TstSession *session = tst_page_get_session (TST_PAGE (part->page));
  guint wanted = MIN (part->data->len, part->limit);
  guint made = 0;

  while (part->filled < wanted)
    {
      guint i = part->filled;
      JsonObject *row = part->data->pdata[i];
      gboolean heading = i == 0
                         || g_strcmp0 (tst_json_string (row, "event"), tst_json_string (part->data->pdata[i - 1], "event")) != 0;

      if (i >= part->widgets->len)
        {
          GtkWidget *widget;

          if (made++ >= ROWS_A_TURN)
            return G_SOURCE_CONTINUE;
          widget = tst_outbox_row_new ();
          g_signal_connect_swapped (widget, "proof", G_CALLBACK (on_row_proof), part->page);
          g_signal_connect_swapped (widget, "retry", G_CALLBACK (on_row_retry), part->page);
          g_signal_connect_swapped (widget, "export", G_CALLBACK (on_row_export), part->page);
          g_signal_connect_swapped (widget, "carry", G_CALLBACK (on_row_carry), part->page);
          gtk_box_append (GTK_BOX (part->box), widget);
          g_ptr_array_add (part->widgets, widget);
        }
      tst_outbox_row_set (part->widgets->pdata[i], session, row, heading);
      gtk_widget_set_visible (part->widgets->pdata[i], TRUE);
      part->filled++;
    }
  for (guint i = wanted; i < part->widgets->len; i++)
    gtk_widget_set_visible (part->widgets->pdata[i], FALSE);
  gtk_widget_set_visible (part->section, wanted > 0);
  gtk_widget_set_visible (part->more, part->data->len > wanted);
  part->filling = 0;
  return G_SOURCE_REMOVE;
}

static void
fill (Part *part)
{
  part->filled = 0;
  if (part->filling == 0)
    part->filling = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, fill_some, part, NULL);
}

/* --- reading --- */

static void
loaded_one (TstOutboxPage *self)
{
  if (--self->loading > 0)
    return;
  if (self->again)
    {
      self->again = FALSE;
      schedule (self);
    }
}

static void
on_listed (TstOutboxPage *self, Part *part, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);

  if (rows != NULL)
    {
      g_ptr_array_unref (part->data);
      part->data = rows;
      if (self->cancellable != NULL)
        fill (part);
    }
  loaded_one (self);
}

#define LISTED(name, index) \
  static void name (GObject *source, GAsyncResult *result, gpointer user_data) \
  { \
    g_autoptr (TstOutboxPage) self = user_data; \
    on_listed (self, &self->parts[index], source, result); \
  }
LISTED (on_aside_listed, ASIDE)
LISTED (on_waiting_listed, WAITING)
LISTED (on_received_listed, RECEIVED)

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstOutboxPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) status = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);

  if (status != NULL && tst_page_get_session (TST_PAGE (self)) != NULL)
    {
      self->saved = tst_json_int (status, "saved", 0);
      self->sending = tst_json_int (status, "sending", 0);
      self->held = tst_json_int (status, "held", 0);
      self->received = tst_json_int (status, "received", 0) + tst_json_int (status, "published", 0);
      self->set_aside = tst_json_int (status, "set_aside", 0);
      update_figures (self);
      update_sentence (self);
    }
  loaded_one (self);
}

static void
load (TstOutboxPage *self)
{
  static const GAsyncReadyCallback callbacks[N_PARTS] = { on_aside_listed, on_waiting_listed, on_received_listed };
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL)
    return;
  if (self->loading > 0)
    {
      self->again = TRUE;
      return;
    }
  self->loading = 1;
  tst_field_book_status_async (book, self->cancellable, on_status, g_object_ref (self));
  /* For the badge the figures are enough. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (guint i = 0; i < N_PARTS; i++)
    {
      TstQuery query = { .status = self->parts[i].status, .limit = self->parts[i].limit + 1 };

      self->loading++;
      tst_field_book_list_async (book, "shipments", &query, self->cancellable, callbacks[i], g_object_ref (self));
    }
}

static gboolean
on_timer (gpointer user_data)
{
  TstOutboxPage *self = user_data;

  self->timer = 0;
  load (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (TstOutboxPage *self)
{
  if (self->timer == 0 && self->cancellable != NULL)
    self->timer = g_timeout_add (REFRESH_MS, on_timer, self);
}

static void
on_item_progress (TstOutboxPage *self, const char *sha256, guint64 done, guint64 total)
{
  Part *part = &self->parts[WAITING];

  for (guint i = 0; i < part->filled && i < part->widgets->len; i++)
    tst_outbox_row_set_progress (part->widgets->pdata[i], sha256, done, total);
}

static void
on_sync_notify (TstOutboxPage *self)
{
  update_sentence (self);
}

static void
on_sync_set (TstOutboxPage *self)
{
  TstSyncControl *sync = tst_session_get_sync (tst_page_get_session (TST_PAGE (self)));

  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  g_set_object (&self->sync, sync);
  if (sync != NULL)
    {
      g_signal_connect_object (sync, "notify", G_CALLBACK (on_sync_notify), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (sync, "item-progress", G_CALLBACK (on_item_progress), self, G_CONNECT_SWAPPED);
    }
  update_sentence (self);
}

/* --- what a person does --- */

static void
act_pause (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (widget);
  gboolean paused;

  if (self->sync == NULL)
    return;
  g_object_get (self->sync, "paused", &paused, NULL);
  g_object_set (self->sync, "paused", !paused, NULL);
  g_settings_set_boolean (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))), "sync-paused", !paused);
  update_sentence (self);
}

static void
act_retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (widget);

  if (self->sync != NULL)
    tst_sync_control_kick (self->sync);
}

static void
act_retry_item (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_row_retry (TST_OUTBOX_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
act_proof (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_row_proof (TST_OUTBOX_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
act_carry_item (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_row_carry (TST_OUTBOX_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
act_carry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_page_push (TST_PAGE (widget), TST_PAGE (tst_carry_page_new (tst_page_get_session (TST_PAGE (widget)), NULL, NULL)));
}

static void
on_wifi (TstOutboxPage *self)
{
  gboolean allowed = !gtk_switch_get_active (GTK_SWITCH (self->wifi));

  g_settings_set_boolean (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))), "metered-allowed", allowed);
  if (self->sync != NULL)
    g_object_set (self->sync, "metered-allowed", allowed, NULL);
  update_sentence (self);
}

static void
on_more (GtkButton *button, gpointer user_data)
{
  Part *part = user_data;

  part->limit = part->limit < PAGE_ROWS ? PAGE_ROWS : part->limit + PAGE_ROWS;
  load (part->page);
}

/* --- the widget --- */

static void
tst_outbox_page_map (GtkWidget *widget)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (widget);

  GTK_WIDGET_CLASS (tst_outbox_page_parent_class)->map (widget);
  load (self);
  update_sentence (self);
}

static void
tst_outbox_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_outbox_page_parent_class)->root (widget);
  /* The badge is there before anybody looks at the page. */
  schedule (TST_OUTBOX_PAGE (widget));
}

static void
tst_outbox_page_constructed (GObject *object)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  G_OBJECT_CLASS (tst_outbox_page_parent_class)->constructed (object);
  gtk_switch_set_active (GTK_SWITCH (self->wifi), !g_settings_get_boolean (tst_session_get_settings (session), "metered-allowed"));
  g_signal_connect_swapped (self->wifi, "notify::active", G_CALLBACK (on_wifi), self);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::sync", G_CALLBACK (on_sync_set), self, G_CONNECT_SWAPPED);
  on_sync_set (self);
}

static void
tst_outbox_page_dispose (GObject *object)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->clock, g_source_remove);
  for (guint i = 0; i < N_PARTS; i++)
    g_clear_handle_id (&self->parts[i].filling, g_source_remove);
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  g_clear_object (&self->sync);
  G_OBJECT_CLASS (tst_outbox_page_parent_class)->dispose (object);
}

static void
tst_outbox_page_finalize (GObject *object)
{
  TstOutboxPage *self = TST_OUTBOX_PAGE (object);

  for (guint i = 0; i < N_PARTS; i++)
    {
      g_ptr_array_unref (self->parts[i].widgets);
      g_ptr_array_unref (self->parts[i].data);
    }
  g_free (self->sentence_text);
  G_OBJECT_CLASS (tst_outbox_page_parent_class)->finalize (object);
}

static void
tst_outbox_page_class_init (TstOutboxPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tst_outbox_page_constructed;
  object_class->dispose = tst_outbox_page_dispose;
  object_class->finalize = tst_outbox_page_finalize;
  widget_class->map = tst_outbox_page_map;
  widget_class->root = tst_outbox_page_root;
  gtk_widget_class_install_action (widget_class, "outbox.pause", NULL, act_pause);
  gtk_widget_class_install_action (widget_class, "outbox.retry", NULL, act_retry);
  gtk_widget_class_install_action (widget_class, "outbox.retry-item", "s", act_retry_item);
  gtk_widget_class_install_action (widget_class, "outbox.proof", "s", act_proof);
  gtk_widget_class_install_action (widget_class, "outbox.carry", NULL, act_carry);
  gtk_widget_class_install_action (widget_class, "outbox.carry-item", "s", act_carry_item);
}

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static GtkWidget *
make_figures (TstOutboxPage *self)
{
  static const char *const names[3] = { N_("guardados aquí"), N_("en camino"), N_("recibidos y comprobados") };
  GtkWidget *tiles = tst_tiles_new (3, 12);

  for (guint i = 0; i < 3; i++)
    {
      GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *name = make_label (_(names[i]), "caption");

      /* A word that does not fit puts the figures one below the other. */
      gtk_label_set_wrap_mode (GTK_LABEL (name), PANGO_WRAP_WORD);
      self->figures[i] = make_label ("0", "figure");
      gtk_box_append (GTK_BOX (cell), self->figures[i]);
      gtk_box_append (GTK_BOX (cell), name);
      tst_tiles_append (TST_TILES (tiles), cell);
    }
  return tiles;
}

static GtkWidget *
make_controls (TstOutboxPage *self)
{
  GtkWidget *box = tst_wrap_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_label_new (_("Solo por Wi-Fi"));
  GtkWidget *retry, *carry;

  self->pause = gtk_button_new_with_label (_("Detener el envío"));
  gtk_widget_add_css_class (self->pause, "large");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pause), "outbox.pause");
  retry = gtk_button_new_with_label (_("Reintentar ahora"));
  gtk_widget_add_css_class (retry, "large");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (retry), "outbox.retry");
  carry = tst_form_button (_("Exportar a memoria USB"), NULL); /* wraps at 200 % */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (carry), "outbox.carry");
  self->wifi = gtk_switch_new ();
  gtk_widget_set_valign (self->wifi, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->wifi), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Enviar solo por Wi-Fi"), -1);
  gtk_widget_set_size_request (line, -1, 48);
  gtk_box_append (GTK_BOX (line), self->wifi);
  gtk_box_append (GTK_BOX (line), words);
  tst_wrap_append (TST_WRAP (box), self->pause);
  tst_wrap_append (TST_WRAP (box), retry);
  tst_wrap_append (TST_WRAP (box), carry);
  tst_wrap_append (TST_WRAP (box), line);
  return box;
}

static GtkWidget *
make_part (TstOutboxPage *self, guint index, const char *status, const char *title, guint limit)
{
  Part *part = &self->parts[index];
  GtkWidget *heading = make_label (title, "title-3");

  part->page = self;
  part->status = status;
  part->limit = limit;
  part->widgets = g_ptr_array_new ();
  part->data = g_ptr_array_new ();
  part->section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_margin_top (part->section, 18);
  gtk_widget_set_visible (part->section, FALSE);
  part->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  part->more = gtk_button_new_with_label (_("Mostrar más"));
  gtk_widget_add_css_class (part->more, "large");
  gtk_widget_set_halign (part->more, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (part->more, FALSE);
  g_signal_connect (part->more, "clicked", G_CALLBACK (on_more), part);
  gtk_box_append (GTK_BOX (part->section), heading);
  gtk_box_append (GTK_BOX (part->section), part->box);
  gtk_box_append (GTK_BOX (part->section), part->more);
  if (index == ASIDE)
    gtk_widget_add_css_class (part->section, "aside");
  return part->section;
}

static void
tst_outbox_page_init (TstOutboxPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->cancellable = g_cancellable_new ();
  self->bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Cuánto de todo está recibido y comprobado"), -1);
  self->sentence = make_label ("", NULL);
  gtk_widget_add_css_class (self->sentence, "sentence");
  self->empty = make_label (_("Lo que capture aparece aquí, con su estado de verdad: guardado en la tableta, en camino, o recibido y comprobado."), "dim-label");
  gtk_box_append (GTK_BOX (box), make_figures (self));
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->sentence);
  gtk_box_append (GTK_BOX (box), make_controls (self));
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_box_append (GTK_BOX (box), make_part (self, ASIDE, "set_aside", _("Apartados"), PAGE_ROWS));
  gtk_box_append (GTK_BOX (box), make_part (self, WAITING, "waiting", _("Por enviar"), PAGE_ROWS));
  gtk_box_append (GTK_BOX (box), make_part (self, RECEIVED, "received", _("Recibidos"), RECEIVED_FIRST));
  adw_bin_set_child (ADW_BIN (self), tst_build_scrolled_rows (box, 760));
}

GtkWidget *
tst_outbox_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_OUTBOX_PAGE, "session", session, "title", _("Envíos"), NULL);
}

const char *
tst_outbox_page_get_sentence (TstOutboxPage *self)
{
  g_return_val_if_fail (TST_IS_OUTBOX_PAGE (self), NULL);
  return self->sentence_text;
}

guint
tst_outbox_page_get_n_rows (TstOutboxPage *self, const char *status)
{
  g_return_val_if_fail (TST_IS_OUTBOX_PAGE (self), 0);
  for (guint i = 0; i < N_PARTS; i++)
    if (g_strcmp0 (self->parts[i].status, status) == 0)
      return MIN (self->parts[i].filled, self->parts[i].widgets->len);
  return 0;
}
